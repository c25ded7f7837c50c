"""Noncentral chi-square, F and t: mixtures, with Poisson weights, of the central ones; and their inverses.

(Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 1995, 29.3, 30.3, 31.4.) Each derivative is the
sum of the central derivatives, in which neighbours telescope: nothing cancels but where t and the noncentrality of t
differ in sign. Inverses have the derivatives that the implicit function theorem gives.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.special.erf import ROOT_2PI
from dualad.rules.special.incomplete_beta import beta_weight, slope_a, slope_b
from dualad.rules.special.incomplete_gamma import gamma_density, shape_slope


def terms(nc):
    """Numbers of the terms that count, for Poisson weights of mean nc / 2."""
    mean = np.max(np.floor(nc / 2 + 1), initial=1.0, where=np.isfinite(nc))
    return np.arange(int(mean + 9 * math.sqrt(mean)) + 40.0)


def weights(nc, j, half=0.0):
    """exp(-nc / 2) (nc / 2)^j / gamma(j + 1 + half): Poisson's."""
    return np.exp(sp.xlogy(j, column(nc) / 2) - column(nc) / 2 - sp.gammaln(j + 1 + half))


def column(x):
    """`x` with a last axis for the terms."""
    return np.expand_dims(x, -1)


def total(values):
    """The sum of the terms."""
    return np.sum(values, axis=-1)


# Chi-square (x, df, nc)


def chi_slopes(x, df, nc):
    """The derivatives of chndtr."""
    j = terms(nc)
    w, a, half = weights(nc, j), column(df) / 2 + j, column(x) / 2
    return (
        total(w * gamma_density(a, half)) / 2,
        total(w * shape_slope(a, half)) / 2,
        -total(w * gamma_density(a + 1, half)) / 2,
    )


def solved(slopes, given, wanted):
    """How an argument of a distribution function moves with another, at equal probability."""
    return -slopes[given] / slopes[wanted]


elementwise(
    sp.chndtr,
    lambda x1, x2, x3: chi_slopes(x1, x2, x3)[0],
    lambda x1, x2, x3: chi_slopes(x1, x2, x3)[1],
    lambda x1, x2, x3: chi_slopes(x1, x2, x3)[2],
)
elementwise(
    sp.chndtrix,
    lambda x1, x2, x3, ans: 1 / chi_slopes(ans, x2, x3)[0],
    lambda x1, x2, x3, ans: solved(chi_slopes(ans, x2, x3), 1, 0),
    lambda x1, x2, x3, ans: solved(chi_slopes(ans, x2, x3), 2, 0),
    singular=(0, 1, 2),
)
elementwise(
    sp.chndtridf,
    lambda x1, x2, x3, ans: solved(chi_slopes(x1, ans, x3), 0, 1),
    lambda x1, x2, x3, ans: 1 / chi_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: solved(chi_slopes(x1, ans, x3), 2, 1),
    singular=(0, 1, 2),
)
elementwise(
    sp.chndtrinc,
    lambda x1, x2, x3, ans: solved(chi_slopes(x1, x2, ans), 0, 2),
    lambda x1, x2, x3, ans: solved(chi_slopes(x1, x2, ans), 1, 2),
    lambda x1, x2, x3, ans: 1 / chi_slopes(x1, x2, ans)[2],
    singular=(0, 1, 2),
)

# F (dfn, dfd, nc, f)


def f_slopes(dfn, dfd, nc, f):
    """The derivatives of ncfdtr."""
    j = terms(nc)
    w, a, b = weights(nc, j), column(dfn) / 2 + j, column(dfd) / 2
    u = column(np.log(dfn / dfd * f))
    flow = total(w * beta_weight(a, b, u))
    return (
        total(w * slope_a(a, b, u)) / 2 + flow / dfn,
        total(w * slope_b(a, b, u)) / 2 - flow / dfd,
        -total(w * beta_weight(a, b, u) / a) / 2,
        flow / f,
    )


elementwise(
    sp.ncfdtr,
    lambda x1, x2, x3, x4: f_slopes(x1, x2, x3, x4)[0],
    lambda x1, x2, x3, x4: f_slopes(x1, x2, x3, x4)[1],
    lambda x1, x2, x3, x4: f_slopes(x1, x2, x3, x4)[2],
    lambda x1, x2, x3, x4: f_slopes(x1, x2, x3, x4)[3],
    singular=(0, 1, 2, 3),
)
elementwise(
    sp.ncfdtri,
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, x3, ans), 0, 3),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, x3, ans), 1, 3),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, x3, ans), 2, 3),
    lambda x1, x2, x3, x4, ans: 1 / f_slopes(x1, x2, x3, ans)[3],
    singular=(0, 1, 2, 3),
)
elementwise(
    sp.ncfdtridfd,
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, ans, x3, x4), 0, 1),
    lambda x1, x2, x3, x4, ans: 1 / f_slopes(x1, ans, x3, x4)[1],
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, ans, x3, x4), 2, 1),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, ans, x3, x4), 3, 1),
    singular=(0, 1, 2, 3),
)
elementwise(
    sp.ncfdtridfn,
    lambda x1, x2, x3, x4, ans: 1 / f_slopes(ans, x2, x3, x4)[0],
    lambda x1, x2, x3, x4, ans: solved(f_slopes(ans, x2, x3, x4), 1, 0),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(ans, x2, x3, x4), 2, 0),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(ans, x2, x3, x4), 3, 0),
    singular=(0, 1, 2, 3),
)
elementwise(
    sp.ncfdtrinc,
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, ans, x4), 0, 2),
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, ans, x4), 1, 2),
    lambda x1, x2, x3, x4, ans: 1 / f_slopes(x1, x2, ans, x4)[2],
    lambda x1, x2, x3, x4, ans: solved(f_slopes(x1, x2, ans, x4), 3, 2),
    singular=(0, 1, 2, 3),
)

# Student's t (df, nc, t): of negative t as 1 less that of -t and -nc


def t_slopes(df, nc, t):
    """The derivatives of nctdtr. (At t = 0, which has limits only, they are NaN.)"""
    side = np.where(t < 0, -1, 1)
    m, b = side * nc, column(df) / 2
    j = terms(m * m)
    p, q = weights(m * m, j), column(m / math.sqrt(2)) * weights(m * m, j, 0.5)
    u = column(np.log(t * t / df))
    even, odd = p * beta_weight(j + 0.5, b, u), q * beta_weight(j + 1.0, b, u)
    flow = total(even + odd) / 2
    bent = total(p * slope_b(j + 0.5, b, u) + q * slope_b(j + 1.0, b, u)) / 4
    density = np.exp(-m * m / 2) / ROOT_2PI * np.exp(-df / 2 * np.log1p(t * t / df))
    shift = -density - m * total(even / (j + 0.5) + odd / (j + 1)) / 2
    return side * (bent - flow / df), shift, 2 * flow / np.abs(t)


elementwise(
    sp.nctdtr,
    lambda x1, x2, x3: t_slopes(x1, x2, x3)[0],
    lambda x1, x2, x3: t_slopes(x1, x2, x3)[1],
    lambda x1, x2, x3: t_slopes(x1, x2, x3)[2],
    singular=(0, 1, 2),
)
elementwise(
    sp.nctdtrit,
    lambda x1, x2, x3, ans: solved(t_slopes(x1, x2, ans), 0, 2),
    lambda x1, x2, x3, ans: solved(t_slopes(x1, x2, ans), 1, 2),
    lambda x1, x2, x3, ans: 1 / t_slopes(x1, x2, ans)[2],
    singular=(0, 1, 2),
)
elementwise(
    sp.nctdtridf,
    lambda x1, x2, x3, ans: 1 / t_slopes(ans, x2, x3)[0],
    lambda x1, x2, x3, ans: solved(t_slopes(ans, x2, x3), 1, 0),
    lambda x1, x2, x3, ans: solved(t_slopes(ans, x2, x3), 2, 0),
    singular=(0, 1, 2),
)
elementwise(
    sp.nctdtrinc,
    lambda x1, x2, x3, ans: solved(t_slopes(x1, ans, x3), 0, 1),
    lambda x1, x2, x3, ans: 1 / t_slopes(x1, ans, x3)[1],
    lambda x1, x2, x3, ans: solved(t_slopes(x1, ans, x3), 2, 1),
    singular=(0, 1, 2),
)
