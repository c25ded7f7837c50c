"""The gamma function and its kin: digamma, beta, binomials, factorials, zeta. (DLMF 5.)"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp

from dualad.registry import constant, elementwise
from dualad.rules.helpers import require_real
from dualad.rules.special.helpers import imaginary_step, python, smooth

# The digamma function's derivatives


def polygamma_partial(n, x):
    """The derivative of a polygamma function, which SciPy has for real arguments."""
    require_real("digamma", x)
    return polygamma(np.add(n, 1), x)


polygamma: Any = python(sp.polygamma, None, lambda n, x: polygamma(np.add(n, 1), x))
elementwise(sp.psi, lambda x: polygamma_partial(0, x))
if sp.digamma is not sp.psi:
    elementwise(sp.digamma, lambda x: polygamma_partial(0, x))

# Gamma


def rgamma_slope(x):
    """The derivative of 1 / gamma; left of 1/2 by reflection (DLMF 5.5.3), which holds at the zeros too."""
    left = np.real(x) < 0.5
    there, here = np.where(left, 1 - x, 1), np.where(left, 1, x)
    reflected = sp.gamma(there) * (np.cos(math.pi * x) - np.sin(math.pi * x) / math.pi * sp.psi(there))
    return np.where(left, reflected, -sp.rgamma(here) * sp.psi(here))


elementwise(sp.gamma, lambda x, ans: ans * sp.psi(x), singular=(0,))
elementwise(sp.gammaln, lambda x: sp.psi(x))
elementwise(sp.loggamma, lambda x: sp.psi(x))
elementwise(sp.rgamma, lambda x: rgamma_slope(x))
constant(sp.gammasgn, kind="broadcast")


def multigammaln_partial(a, d):
    """The sum of digamma over the d shifted arguments."""
    return sum([sp.psi(a - j / 2) for j in range(int(d))])


python(sp.multigammaln, lambda a, d: multigammaln_partial(a, d), None)

# Beta and ratios of gammas


def is_whole(x):
    """Whether a number is an integer."""
    return np.equal(x, np.floor(x))


ASYMPTOTIC = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)


@smooth(lambda a, d: polygamma(1, a + d) - polygamma(1, a), lambda a, d: polygamma(1, a + d))
def psi_difference(a, d):
    """psi(a + d) - psi(a), of positive numbers without cancellation (DLMF 5.5.2, 5.11.2)."""
    right = (a > 0) & (a + d > 0)
    p, gap = np.where(right, a, 1.0), np.where(right, d, 0.0)
    found = 0.0
    for k in range(8):
        found = found + gap / ((p + k) * (p + gap + k))
    p = p + 8
    q = p + gap
    found = found + np.log1p(gap / p) + gap / (2 * p * q)
    u, v, power, total = 1 / (p * p), 1 / (q * q), 1.0, 0.0
    for c in ASYMPTOTIC:
        total = total * v + power  # (u ** (k + 1) - v ** (k + 1)) / (u - v)
        power = power * u
        found = found + c * gap * (p + q) * u * v * total
    beyond = np.where(right, 1.0, a)
    return np.where(right, found, sp.psi(beyond + np.where(right, 0.0, d)) - sp.psi(beyond))[()]


elementwise(
    sp.beta, lambda x1, x2, ans: -ans * psi_difference(x1, x2), lambda x1, x2, ans: -ans * psi_difference(x2, x1)
)
elementwise(sp.betaln, lambda x1, x2: -psi_difference(x1, x2), lambda x1, x2: -psi_difference(x2, x1))


def poch_partial(z, m, ans):
    """The derivative of gamma(z + m) / gamma(z) in z; for a whole m a polynomial's, by reflection left of 0."""
    mirrored = is_whole(m) & np.less(z, 0.5)
    a, sign = np.where(mirrored, 1 - z - m, z), np.where(mirrored, -1, 1)
    zero = is_whole(z) & np.less_equal(z, 0) & (ans == 0)
    top, low = np.where(zero, z + m, 1), np.where(zero, z, 1)
    at_zero = sp.gamma(top) * (sp.psi(top) * sp.rgamma(low) + rgamma_slope(low))
    return np.where(zero, at_zero, sign * ans * psi_difference(*masked(zero, a, m)))


elementwise(
    sp.poch,
    lambda x1, x2, ans: poch_partial(x1, x2, ans),
    lambda x1, x2, ans: ans * sp.psi(x1 + x2),
    singular=(1,),
)


def choose_partial(n, k, ans):
    """The derivative of the binomial coefficient in n."""
    zero = ans == 0
    return np.where(zero, choose_zero(n, k, zero)[0], ans * psi_difference(*masked(zero, n - k + 1, k)))


def choose_partial_below(n, k, ans):
    """The derivative of the binomial coefficient in k."""
    zero = ans == 0
    return np.where(zero, choose_zero(n, k, zero)[1], ans * psi_difference(*masked(zero, k + 1, n - 2 * k)))


def masked(zero, a, d):
    """`a` and `d`, harmless where they are not asked for."""
    return np.where(zero, 1, a), np.where(zero, 0, d)


def choose_zero(n, k, zero):
    """The derivatives of a binomial coefficient that is zero, where a factor 1 / gamma is."""
    top, low, rest = (np.where(zero, m + 1, 1) for m in (n, k, n - k))
    in_top, in_rest = sp.psi(top) * sp.rgamma(rest), rgamma_slope(rest)
    in_n = sp.gamma(top) * sp.rgamma(low) * (in_top + in_rest)
    return in_n, sp.gamma(top) * (rgamma_slope(low) * sp.rgamma(rest) - sp.rgamma(low) * in_rest)


elementwise(
    sp.binom,
    lambda x1, x2, ans: choose_partial(x1, x2, ans),
    lambda x1, x2, ans: choose_partial_below(x1, x2, ans),
)
python(sp.factorial, lambda n, exact=False, extend="zero", ans=None: ans * sp.psi(np.where(ans == 0, 1, n + 1)))

# Of whole numbers too; 0 unless 0 <= k <= N
python(
    sp.comb,
    lambda N, k, *, exact=False, ans=None: ans * psi_difference(*masked(ans == 0, N - k + 1, k)),
    lambda N, k, *, exact=False, ans=None: ans * psi_difference(*masked(ans == 0, k + 1, N - 2 * k)),
)
python(
    sp.perm,
    lambda N, k, exact=False, ans=None: ans * psi_difference(*masked(ans == 0, N - k + 1, k)),
    lambda N, k, exact=False, ans=None: ans * sp.psi(np.where(ans == 0, 1, N - k + 1)),
)

# Zeta, by the Euler-Maclaurin formula (DLMF 25.11.5; Johansson, Rigorous high-precision computation of the Hurwitz
# zeta function and its derivatives, Numerical Algorithms 69, 2015)

BERNOULLI = sp.bernoulli(24)[2::2]


def hurwitz(s, q):
    """The Hurwitz zeta function of complex s, Re s > -20, and positive q."""
    terms = 18
    total = 0.0
    for k in range(terms):
        total = total + np.exp(-s * np.log(q + k))
    n = q + terms
    power = np.exp(-s * np.log(n))
    total = total + power * n / (s - 1) + power / 2
    rising = s * power / n
    for j, b in enumerate(BERNOULLI, start=1):
        total = total + b / math.factorial(2 * j) * rising
        rising = rising * (s + 2 * j - 1) * (s + 2 * j) / (n * n)
    return total


def riemann(s):
    """The Riemann zeta function of complex s; left of 0 by its functional equation (DLMF 25.4.1)."""
    left = np.real(s) < 0
    r = np.where(left, 1 - s, s)
    right = hurwitz(np.where(r == 1, 2, r), 1.0)
    factor = np.exp(s * math.log(2) + (s - 1) * math.log(math.pi) + sp.loggamma(np.where(left, 1 - s, 2)))
    return np.where(left, factor * np.sin(math.pi / 2 * s) * right, right)


@smooth(None)
def riemann_slope(s):
    """The derivative of the Riemann zeta function."""
    require_real("zeta", s)
    return imaginary_step(riemann, np.asarray(s, np.float64))


@smooth(None, lambda s, q: -zeta(s + 1, q) - s * hurwitz_slope(s + 1, q))
def hurwitz_slope(s, q):
    """The derivative of the Hurwitz zeta function in s."""
    require_real("zeta", s, q)
    return np.where(np.greater(q, 0), imaginary_step(hurwitz, np.asarray(s, np.float64), np.maximum(q, 1e-300)), np.nan)


zeta: Any = python(
    sp.zeta,
    lambda x, q=None: riemann_slope(x) if q is None else hurwitz_slope(x, q),
    lambda x, q=None: -x * zeta(x + 1, q),
)
elementwise(sp.zetac, lambda x: riemann_slope(x))
