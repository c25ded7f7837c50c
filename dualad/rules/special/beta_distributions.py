"""Distributions that are incomplete beta functions: F, Student's t, binomial, negative binomial; and their inverses.

Inverses have the derivatives that the implicit function theorem gives. All but the density in x takes the logit u.
"""

from __future__ import annotations

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.special.gamma import psi_difference
from dualad.rules.special.incomplete_beta import beta_density, beta_weight, slope_a, slope_b

# Inverses in the parameters of the beta distribution: (p, b, x) to a, (a, p, x) to b

elementwise(
    sp.btdtria,
    lambda x1, x2, x3, ans: 1 / slope_a(ans, x2, sp.logit(x3)),
    lambda x1, x2, x3, ans: -slope_b(ans, x2, sp.logit(x3)) / slope_a(ans, x2, sp.logit(x3)),
    lambda x1, x2, x3, ans: -beta_density(ans, x2, x3) / slope_a(ans, x2, sp.logit(x3)),
    singular=(0, 1, 2),
)
elementwise(
    sp.btdtrib,
    lambda x1, x2, x3, ans: -slope_a(x1, ans, sp.logit(x3)) / slope_b(x1, ans, sp.logit(x3)),
    lambda x1, x2, x3, ans: 1 / slope_b(x1, ans, sp.logit(x3)),
    lambda x1, x2, x3, ans: -beta_density(x1, ans, x3) / slope_b(x1, ans, sp.logit(x3)),
    singular=(0, 1, 2),
)

# F: x d1 / d2 is the odds of a beta variable


def f_odds(d1, d2, x):
    """The logit at which F's distribution function is the beta function's."""
    return np.log(d1 / d2) + np.log(x)


def f_slopes(d1, d2, x):
    """The derivatives of fdtr in both degrees of freedom; at 0 they are 0, with an infinite slope unless d1 > 2."""
    zero = np.equal(x, 0)
    u = f_odds(d1, d2, np.where(zero, 1, x))
    a, b, w = d1 / 2, d2 / 2, beta_weight(d1 / 2, d2 / 2, u)
    steep = np.sqrt(np.where(zero & (d1 <= 2), x, 1)) - (d1 > 2)
    first, second = slope_a(a, b, u) / 2 + w / d1, slope_b(a, b, u) / 2 - w / d2
    return np.where(zero, -steep, first), np.where(zero, np.where(d1 == 2, 0, steep), second)


def f_density(d1, d2, x):
    """The density of F."""
    a, b, r = d1 / 2, d2 / 2, d1 / d2
    return np.exp(a * np.log(r) + sp.xlogy(a - 1, x) - (a + b) * np.log1p(r * x) - sp.betaln(a, b))


elementwise(
    sp.fdtr,
    lambda x1, x2, x3: f_slopes(x1, x2, x3)[0],
    lambda x1, x2, x3: f_slopes(x1, x2, x3)[1],
    lambda x1, x2, x3: f_density(x1, x2, x3),
)
elementwise(
    sp.fdtrc,
    lambda x1, x2, x3: -f_slopes(x1, x2, x3)[0],
    lambda x1, x2, x3: -f_slopes(x1, x2, x3)[1],
    lambda x1, x2, x3: -f_density(x1, x2, x3),
)
elementwise(
    sp.fdtri,
    lambda x1, x2, x3, ans: -f_slopes(x1, x2, ans)[0] / f_density(x1, x2, ans),
    lambda x1, x2, x3, ans: -f_slopes(x1, x2, ans)[1] / f_density(x1, x2, ans),
    lambda x1, x2, x3, ans: 1 / f_density(x1, x2, ans),
    singular=(0, 1, 2),
)
elementwise(
    sp.fdtridfd,
    lambda x1, x2, x3, ans: -f_slopes(x1, ans, x3)[0] / f_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: 1 / f_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: -f_density(x1, ans, x3) / f_slopes(x1, ans, x3)[1],
    singular=(0, 1, 2),
)

# Student's t: its square is F with one degree of freedom


def t_slope(df, t):
    """The derivative of stdtr in the degrees of freedom."""
    zero = np.equal(t, 0)
    u = np.log(df) - 2 * np.log(np.where(zero, 1, np.abs(t)))
    inner = slope_a(df / 2, 0.5, u) / 2 + beta_weight(df / 2, 0.5, u) / df
    start = t_density(df, 0 * t) * (psi_difference(df / 2, 0.5) / 2 - 1 / (2 * df))
    return np.where(zero, t * start, -np.sign(t) / 2 * inner)


def t_density(df, t):
    """The density of Student's t."""
    return np.exp(-(df + 1) / 2 * np.log1p(t * t / df) - sp.betaln(df / 2, 0.5)) / np.sqrt(df)


elementwise(sp.stdtr, lambda x1, x2: t_slope(x1, x2), lambda x1, x2: t_density(x1, x2))
elementwise(
    sp.stdtrit,
    lambda x1, x2, ans: -t_slope(x1, ans) / t_density(x1, ans),
    lambda x1, x2, ans: 1 / t_density(x1, ans),
    singular=(1,),
)
elementwise(
    sp.stdtridf,
    lambda x1, x2, ans: 1 / t_slope(ans, x2),
    lambda x1, x2, ans: -t_density(ans, x2) / t_slope(ans, x2),
    singular=(0, 1),
)

# Binomial and negative binomial, of numbers that are not whole: I_(1 - p)(n - k, k + 1) and I_p(n, k + 1)


def binomial_slopes(k, n, p):
    """The derivatives of the binomial distribution function in k, n and p."""
    a, b, u = n - k, k + 1, -sp.logit(p)
    in_n = slope_a(a, b, u)
    return slope_b(a, b, u) - in_n, in_n, -beta_density(a, b, 1 - p)


def negative_slopes(k, n, p):
    """The derivatives of the negative binomial distribution function in k, n and p."""
    u = sp.logit(p)
    return slope_b(n, k + 1, u), slope_a(n, k + 1, u), beta_density(n, k + 1, p)


def solved(slopes, given, wanted):
    """How an argument of a distribution function moves with another, at equal probability."""
    return -slopes[given] / slopes[wanted]


elementwise(
    sp.bdtrik,
    lambda x1, x2, x3, ans: 1 / binomial_slopes(ans, x2, x3)[0],
    lambda x1, x2, x3, ans: solved(binomial_slopes(ans, x2, x3), 1, 0),
    lambda x1, x2, x3, ans: solved(binomial_slopes(ans, x2, x3), 2, 0),
    singular=(0, 1, 2),
)
elementwise(
    sp.bdtrin,
    lambda x1, x2, x3, ans: solved(binomial_slopes(x1, ans, x3), 0, 1),
    lambda x1, x2, x3, ans: 1 / binomial_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: solved(binomial_slopes(x1, ans, x3), 2, 1),
    singular=(0, 1, 2),
)
elementwise(
    sp.nbdtrik,
    lambda x1, x2, x3, ans: 1 / negative_slopes(ans, x2, x3)[0],
    lambda x1, x2, x3, ans: solved(negative_slopes(ans, x2, x3), 1, 0),
    lambda x1, x2, x3, ans: solved(negative_slopes(ans, x2, x3), 2, 0),
    singular=(0, 1, 2),
)
elementwise(
    sp.nbdtrin,
    lambda x1, x2, x3, ans: solved(negative_slopes(x1, ans, x3), 0, 1),
    lambda x1, x2, x3, ans: 1 / negative_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: solved(negative_slopes(x1, ans, x3), 2, 1),
    singular=(0, 1, 2),
)
