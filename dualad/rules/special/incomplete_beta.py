"""The incomplete beta functions and their inverses, in all arguments, and the distributions that are these.

As in `incomplete_gamma`: the derivative of I_x(a, b) in a is the integral over (0, x), or minus that over (x, 1), of
the beta density times log(t) + psi(a + b) - psi(a), of the two the one in which that keeps its sign. With
t = 1 / (1 + exp(-z)) the integrand is analytic for |Im z| < pi and decays exponentially; Gauss and Legendre's rule runs
over panels of z. (DLMF 8.17; Boik and Robison-Cox, Derivatives of the incomplete beta function, Journal of Statistical
Software 3(1), 1998, state the derivatives by a continued fraction.) Functions here take u = log(x / (1 - x)), so that
neither x nor 1 - x is rounded away.
"""

from __future__ import annotations

import itertools

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.helpers import require_real
from dualad.rules.special.gamma import polygamma, psi_difference
from dualad.rules.special.helpers import smooth

TAIL = 42.0
FALL = 1.0
NODES, WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(30))
NODES = NODES + 0.5


@smooth(
    lambda a, b, u, ans: ans * (sp.log_expit(u) + psi_difference(a, b)),
    lambda a, b, u, ans: ans * (sp.log_expit(-u) + psi_difference(b, a)),
    lambda a, b, u, ans: ans * (a * sp.expit(-u) - b * sp.expit(u)),
)
def beta_weight(a, b, u):
    """x^a (1 - x)^b / B(a, b): the derivative of I_x(a, b) in u."""
    return np.exp(a * sp.log_expit(u) + b * sp.log_expit(-u) - sp.betaln(a, b))


def reach(a, b, x, y, fall):
    """How far right of u the density in z has fallen by exp(-fall), from above: by Newton and a fixed point."""
    s = -np.log(x) + (fall - a * np.log(x)) / b
    for _ in range(10):
        up = np.log1p(y * np.expm1(-s))
        r = (fall - a * up) / b
        fixed = r + np.log1p(-y * np.exp(-r)) - np.log(x)
        slope = b - (a + b) * y / (y + x * np.exp(np.minimum(s, 700)))
        step = (a * up + b * (s + up) - fall) / np.where(slope > 0, slope, np.inf)
        s = np.maximum(np.minimum(s - np.maximum(step, 0), fixed), 0)
    return s


def ratio(a, b, u, moment):
    """The derivative of I in a ("a"), a twice ("aa") or a and b ("ab"), by `beta_weight`."""
    require_real("betainc", a, b, u)
    a, b, u = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (a, b, u)))
    good = (a > 0) & (b > 0) & np.isfinite(a) & np.isfinite(b) & np.isfinite(u)
    a, b, u = np.where(good, a, 1.0), np.where(good, b, 1.0), np.where(good, u, 0.0)
    shift, other = psi_difference(a, b), psi_difference(b, a)
    upper = sp.log_expit(u) + shift > 0
    # Right of u, or left of it: the same mirrored.
    side = np.where(upper, 1.0, -1.0)
    p, q, v = np.where(upper, a, b), np.where(upper, b, a), side * u
    whole = reach(p, q, sp.expit(v), sp.expit(-v), TAIL)
    # Panels end where t begins to bend (z = -18), has bent, is 1, and where the density begins to fall.
    one = 24 + np.log(np.maximum(p, 1) + 1 / shift)
    bends = (-18 - v, 1 - v, one - v, reach(p, q, sp.expit(v), sp.expit(-v), FALL))
    edges = np.sort([np.zeros_like(whole), *(np.clip(e, 0, whole) for e in bends), whole], axis=0)
    total = 0.0
    v, p, q = v[..., None], p[..., None], q[..., None]
    for low, high in itertools.pairwise(edges):
        width = (high - low)[..., None]
        s = low[..., None] + width * NODES
        close = np.log1p(sp.expit(-v) * np.expm1(-s))  # cancels where x is small
        up = np.where(v > -2, close, sp.log_expit(v) - sp.log_expit(v + s))
        near, far = sp.log_expit(v) - up, sp.log_expit(-v) - s - up  # log t and log(1 - t), or these mirrored
        log, rest = np.where(upper[..., None], near, far), np.where(upper[..., None], far, near)
        weight = log + shift[..., None]
        if moment == "aa":
            weight = weight * weight - (polygamma(1, a) - polygamma(1, a + b))[..., None]
        elif moment == "ab":
            weight = weight * (rest + other[..., None]) + polygamma(1, a + b)[..., None]
        total = total + width[..., 0] * ((np.exp(-p * up - q * (s + up)) * weight) @ WEIGHTS)
    return np.where(good, -side * total, np.nan)[()]


def slope(a, b, u, moment):
    """A second derivative of I, or the first in a; 0 at both ends."""
    end = (a > 0) & (b > 0) & np.isinf(u)
    there = np.where(end, 0.0, u)
    return np.where(end, 0.0, beta_weight(a, b, there) * ratio(a, b, there, moment))[()]


def log_excess(a, b, u):
    """How far log(x) is from its mean under the beta density."""
    return sp.log_expit(u) + psi_difference(a, b)


@smooth(
    None,
    None,
    lambda a, b, u: beta_weight(a, b, u) * (log_excess(a, b, u) ** 2 - polygamma(1, a) + polygamma(1, a + b)),
)
def slope_aa(a, b, u):
    """The second derivative of I in a. Its own derivatives in a and b are not stated."""
    return slope(a, b, u, "aa")


@smooth(
    None,
    None,
    lambda a, b, u: beta_weight(a, b, u) * (log_excess(a, b, u) * log_excess(b, a, -u) + polygamma(1, a + b)),
)
def slope_ab(a, b, u):
    """The mixed derivative of I in a and b. Its own derivatives in a and b are not stated."""
    return slope(a, b, u, "ab")


@smooth(
    lambda a, b, u: slope_aa(a, b, u),
    lambda a, b, u: slope_ab(a, b, u),
    lambda a, b, u: beta_weight(a, b, u) * log_excess(a, b, u),
)
def slope_a(a, b, u):
    """The derivative of I in a."""
    return slope(a, b, u, "a")


def slope_b(a, b, u):
    """The derivative of I in b, by I_x(a, b) = 1 - I_(1 - x)(b, a)."""
    return -slope_a(b, a, -u)


@smooth(
    lambda a, b, x, ans: sp.xlogy(ans, x) + ans * psi_difference(a, b),
    lambda a, b, x, ans: sp.xlog1py(ans, -x) + ans * psi_difference(b, a),
    lambda a, b, x, ans: ans * ((a - 1) / x - (b - 1) / (1 - x)),
    singular=(2,),
)
def beta_density(a, b, x):
    """The derivative of I_x(a, b) in x."""
    return np.exp(sp.xlogy(a - 1, x) + sp.xlog1py(b - 1, -x) - sp.betaln(a, b))


def quantile_shift(a, b, x):
    """How the quantile x moves with a, at equal probability; with b it moves by that of 1 - x, mirrored."""
    u = sp.logit(x)
    end = np.isinf(u)
    return np.where(end, 0, -slope_ratio(a, b, np.where(end, 0, u)) * x * (1 - x))


@smooth(
    lambda a, b, u, ans: ratio_aa(a, b, u) - ans * log_excess(a, b, u),
    lambda a, b, u, ans: ratio_ab(a, b, u) - ans * log_excess(b, a, -u),
    lambda a, b, u, ans: log_excess(a, b, u) - ans * (a * sp.expit(-u) - b * sp.expit(u)),
)
def slope_ratio(a, b, u):
    """The derivative of I in a, by `beta_weight`."""
    return ratio(a, b, u, "a")


@smooth(None, None, None)
def ratio_aa(a, b, u):
    """The second derivative of I in a, by `beta_weight`."""
    return ratio(a, b, u, "aa")


@smooth(None, None, None)
def ratio_ab(a, b, u):
    """The mixed derivative of I, by `beta_weight`."""
    return ratio(a, b, u, "ab")


elementwise(
    sp.betainc,
    lambda x1, x2, x3: slope_a(x1, x2, sp.logit(x3)),
    lambda x1, x2, x3: slope_b(x1, x2, sp.logit(x3)),
    lambda x1, x2, x3: beta_density(x1, x2, x3),
)
elementwise(
    sp.betaincc,
    lambda x1, x2, x3: -slope_a(x1, x2, sp.logit(x3)),
    lambda x1, x2, x3: -slope_b(x1, x2, sp.logit(x3)),
    lambda x1, x2, x3: -beta_density(x1, x2, x3),
)
elementwise(
    sp.betaincinv,
    lambda x1, x2, x3, ans: quantile_shift(x1, x2, ans),
    lambda x1, x2, x3, ans: -quantile_shift(x2, x1, 1 - ans),
    lambda x1, x2, x3, ans: 1 / beta_density(x1, x2, ans),
    singular=(2,),
)
elementwise(
    sp.betainccinv,
    lambda x1, x2, x3, ans: quantile_shift(x1, x2, ans),
    lambda x1, x2, x3, ans: -quantile_shift(x2, x1, 1 - ans),
    lambda x1, x2, x3, ans: -1 / beta_density(x1, x2, ans),
    singular=(2,),
)
