"""The incomplete gamma functions and their inverses, in all arguments, and the distributions that are these.

The derivative of P(a, x) in a is the integral over (0, x), or minus that over (x, inf), of the gamma density times
log(t) - psi(a). Of the two the one is taken in which the logarithm keeps its sign, so that nothing cancels. With
t = x exp(-s) or x exp(s) the integrand is entire and decays at least exponentially; it is cut where it has fallen by
exp(-TAIL) and integrated by Gauss and Legendre's rule on panels. (DLMF 8.2; Moore, Algorithm AS 187, Applied Statistics
31, 1982, sums series and continued fractions instead.)
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.helpers import require_real
from dualad.rules.special.gamma import polygamma
from dualad.rules.special.helpers import smooth

TAIL, FALL = 42.0, 1.0
SMALLEST = 1e-307
NODES, WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(36))
NODES = NODES + 0.5


def stirling_rest(a):
    """What Stirling's formula leaves of log gamma(a), for a > 30 (DLMF 5.11.1)."""
    s = 1 / (a * a)
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / a


@smooth(lambda a, x, ans: ans * (np.log(x) - sp.psi(a)), lambda a, x, ans: ans * (a / x - 1))
def gamma_weight(a, x):
    """x^a exp(-x) / gamma(a), for large a by Stirling's formula, where the factors cancel."""
    large = a > 30
    big, small = np.where(large, a, 100.0), np.where(large, 1.0, a)
    u = np.where(large, (x - big) / big, 0.0)
    near = np.abs(u) < 0.4
    v, w = np.where(near, u, 0.0), np.where(near, 0.0, u)
    with np.errstate(divide="ignore"):
        logs = np.where(near, -v * v / 2 * sp.hyp2f1(1.0, 2.0, 3.0, -v), np.log(np.where(large, x / big, 1)) - w)
    far = np.sqrt(big / (2 * math.pi)) * np.exp(big * logs - stirling_rest(big))
    return np.where(large, far, np.exp(sp.xlogy(small, x) - x) * sp.rgamma(small))[()]


def ratio(a, x, order):
    """A derivative of P(a, x) in a, by `gamma_weight`."""
    require_real("gammainc", a, x)
    a, x = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    good = (a > 0) & (x > SMALLEST) & np.isfinite(a) & np.isfinite(x)
    a, x = np.where(good, a, 1.0), np.where(good, x, 1.0)
    c = np.log(x) - sp.psi(a)
    upper = c > 0
    falls, ends = (np.where(upper, reach_above(a, x, f), reach_below(a, x, f)) for f in (FALL, TAIL))
    # Panels: what is flat, where it begins to fall, and the tail.
    edges = np.stack([0.0 * ends, np.maximum(falls - 16, 0.0), falls, np.maximum(ends, falls)])
    side = np.where(upper, 1.0, -1.0)
    spread = (polygamma(1, a) if order == 2 else 0.0 * a)[..., None]
    total, a, x, c = 0.0, a[..., None], x[..., None], c[..., None]
    for low, high in itertools.pairwise(edges):
        s = side[..., None] * (low[..., None] + (high - low)[..., None] * NODES)
        log = c + s
        terms = np.exp((a - x) * s - x * (np.expm1(s) - s)) * (log if order == 1 else log * log - spread)
        total = total + (high - low) * (terms @ WEIGHTS)
    return np.where(good, -side * total, np.nan)[()]


def reach_above(a, x, fall):
    """Where x (exp(s) - 1) - a s passes `fall`, from above: by exp(s) - 1 - s > s^2 / 2, and a fixed point."""
    s = np.minimum((a - x + np.sqrt((a - x) ** 2 + 2 * x * fall)) / x, 1e300)
    for _ in range(4):
        s = np.minimum(s, np.logaddexp(0, np.log(fall + a * s) - np.log(x)))
    return s


def reach_below(a, x, fall):
    """Where a s - x (1 - exp(-s)) passes `fall`, from above: by exp(-s) - 1 + s > s^2 / (2 + s)."""
    h = fall - 2 * (a - x)
    root = np.sqrt(h * h + 8 * a * fall)
    return np.where(h > 0, h + root, 8 * a * fall / (root + np.abs(h))) / (2 * a)


@smooth(None, lambda a, x, ans: ((np.log(x) - sp.psi(a)) ** 2 - polygamma(1, a)) / x - ans * (a / x - 1))
def shape_ratio_twice(a, x):
    """The second derivative of P(a, x) in a, by `gamma_weight`."""
    return ratio(a, x, 2)


@smooth(
    lambda a, x, ans: shape_ratio_twice(a, x) - ans * (np.log(x) - sp.psi(a)),
    lambda a, x, ans: (np.log(x) - sp.psi(a)) / x - ans * (a / x - 1),
)
def shape_ratio(a, x):
    """The derivative of P(a, x) in a, by `gamma_weight`."""
    return ratio(a, x, 1)


def slope(a, x, order):
    """A derivative of P(a, x) in a; 0 at both ends."""
    end = (a > 0) & ((x == 0) | np.isposinf(x))
    there = np.where(end, 1.0, x)
    return np.where(end, 0.0, gamma_weight(a, there) * ratio(a, there, order))[()]


@smooth(None, lambda a, x: gamma_density(a, x) * ((np.log(x) - sp.psi(a)) ** 2 - polygamma(1, a)), singular=(1,))
def shape_slope_twice(a, x):
    """The second derivative of P(a, x) in a. Its own derivative in a is not stated."""
    return slope(a, x, 2)


@smooth(
    lambda a, x: shape_slope_twice(a, x),
    lambda a, x: sp.xlogy(gamma_density(a, x), x) - gamma_density(a, x) * sp.psi(a),
)
def shape_slope(a, x):
    """The derivative of P(a, x) in a."""
    return slope(a, x, 1)


@smooth(
    lambda a, x, ans: sp.xlogy(ans, x) - ans * sp.psi(a),
    lambda a, x, ans: gamma_density(a - 1, x) - ans,
)
def gamma_density(a, x):
    """The derivative of P(a, x) in x."""
    zero, beyond = x == 0, np.isposinf(x)
    there = np.where(zero | beyond, 1.0, x)
    sign = np.sign(sp.rgamma(a))
    edge = np.where(a > 1, 0.0, np.where(a == 1, 1.0, np.where(sign == 0, 0.0, np.copysign(np.inf, sign))))
    return np.where(zero, edge, np.where(beyond, 0.0, gamma_weight(a, there) / there))[()]


def quantile_shift(a, x):
    """How the quantile x moves with a, at equal probability."""
    zero = x == 0
    return np.where(zero, 0, -x * shape_ratio(a, np.where(zero, 1, x)))


elementwise(sp.gammainc, lambda x1, x2: shape_slope(x1, x2), lambda x1, x2: gamma_density(x1, x2))
elementwise(sp.gammaincc, lambda x1, x2: -shape_slope(x1, x2), lambda x1, x2: -gamma_density(x1, x2))
elementwise(
    sp.gammaincinv,
    lambda x1, x2, ans: quantile_shift(x1, ans),
    lambda x1, x2, ans: 1 / gamma_density(x1, ans),
    singular=(1,),
)
elementwise(
    sp.gammainccinv,
    lambda x1, x2, ans: quantile_shift(x1, ans),
    lambda x1, x2, ans: -1 / gamma_density(x1, ans),
    singular=(1,),
)

# The gamma distribution (rate, shape, x), and its inverses

elementwise(
    sp.gdtr,
    lambda x1, x2, x3: x3 * gamma_density(x2, x1 * x3),
    lambda x1, x2, x3: shape_slope(x2, x1 * x3),
    lambda x1, x2, x3: x1 * gamma_density(x2, x1 * x3),
)
elementwise(
    sp.gdtrc,
    lambda x1, x2, x3: -x3 * gamma_density(x2, x1 * x3),
    lambda x1, x2, x3: -shape_slope(x2, x1 * x3),
    lambda x1, x2, x3: -x1 * gamma_density(x2, x1 * x3),
)
elementwise(
    sp.gdtrix,
    lambda x1, x2, x3, ans: -ans / x1,
    lambda x1, x2, x3, ans: quantile_shift(x2, x1 * ans) / x1,
    lambda x1, x2, x3, ans: 1 / (x1 * gamma_density(x2, x1 * ans)),
    singular=(0, 1, 2),
)
elementwise(
    sp.gdtria,
    lambda x1, x2, x3, ans: 1 / (x3 * gamma_density(x2, ans * x3)),
    lambda x1, x2, x3, ans: quantile_shift(x2, ans * x3) / x3,
    lambda x1, x2, x3, ans: -ans / x3,
    singular=(0, 1, 2),
)
elementwise(
    sp.gdtrib,
    lambda x1, x2, x3, ans: -1 / (x1 * shape_ratio(ans, x1 * x3)),
    lambda x1, x2, x3, ans: 1 / shape_slope(ans, x1 * x3),
    lambda x1, x2, x3, ans: -1 / (x3 * shape_ratio(ans, x1 * x3)),
    singular=(0, 1, 2),
)

# Chi-square (degrees of freedom, x), Poisson in its count

elementwise(sp.chdtr, lambda x1, x2: shape_slope(x1 / 2, x2 / 2) / 2, lambda x1, x2: gamma_density(x1 / 2, x2 / 2) / 2)
elementwise(
    sp.chdtrc, lambda x1, x2: -shape_slope(x1 / 2, x2 / 2) / 2, lambda x1, x2: -gamma_density(x1 / 2, x2 / 2) / 2
)
elementwise(
    sp.chdtri,
    lambda x1, x2, ans: quantile_shift(x1 / 2, ans / 2),
    lambda x1, x2, ans: -2 / gamma_density(x1 / 2, ans / 2),
    singular=(1,),
)
elementwise(
    sp.chdtriv,
    lambda x1, x2, ans: 2 / shape_slope(ans / 2, x2 / 2),
    lambda x1, x2, ans: -2 / (x2 * shape_ratio(ans / 2, x2 / 2)),
    singular=(0, 1),
)
elementwise(
    sp.pdtrik,
    lambda x1, x2, ans: np.where(ans > 0, -1 / shape_slope(ans + 1, x2), 0),
    lambda x1, x2, ans: np.where(ans > 0, -1 / (x2 * shape_ratio(ans + 1, x2)), 0),
    singular=(0, 1),
)
