"""Distributions on the positive half line: gamma, chi, F and their kin, and half distributions."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.rules.special.beta_distributions import f_slopes
from dualad.rules.special.elementary import quotient
from dualad.rules.special.erf import log_ndtr_slope
from dualad.rules.special.gamma import psi_difference
from dualad.rules.special.incomplete_beta import slope_a, slope_b
from dualad.rules.special.incomplete_gamma import gamma_density, shape_slope
from dualad.rules.special.noncentral import chi_slopes, column, terms, total, weights
from dualad.rules.special.statistics import noncentral_density
from dualad.rules.stats.families import cdf, logcdf, state
from dualad.rules.stats.normal import phi

state(stats.expon, lambda x: -1.0, at=1.0)
state(stats.halfnorm, lambda x: -x, at=1.0)
state(stats.halfcauchy, lambda x: -2 * x / (1 + x * x), at=1.0)
state(stats.halflogistic, lambda x: -np.tanh(x / 2), at=1.0)
state(stats.rayleigh, lambda x: 1 / x - x, at=1.0)
state(stats.maxwell, lambda x: 2 / x - x, at=1.0)
state(stats.levy, lambda x: (1 / x - 3) / (2 * x), at=1.0)
state(stats.levy_l, lambda x: (-1 / x - 3) / (2 * x), at=-1.0)
state(stats.wald, lambda x: -1.5 / x - 0.5 + 0.5 / (x * x), at=1.0)
state(
    stats.gamma,
    lambda x, a: quotient(a - 1, x) - 1,
    at=1.0,
    a=(lambda x, a: np.log(x) - sp.psi(a), cdf(lambda x, a: shape_slope(a, x))),
)
state(stats.erlang, lambda x, a: quotient(a - 1, x) - 1, at=1.0, a=None)
state(
    stats.chi2,
    lambda x, df: quotient(df / 2 - 1, x) - 0.5,
    at=1.0,
    df=(lambda x, df: (np.log(x / 2) - sp.psi(df / 2)) / 2, cdf(lambda x, df: shape_slope(df / 2, x / 2) / 2)),
)
state(
    stats.chi,
    lambda x, df: quotient(df - 1, x) - x,
    at=1.0,
    df=(
        lambda x, df: np.log(x) - (math.log(2) + sp.psi(df / 2)) / 2,
        cdf(lambda x, df: shape_slope(df / 2, x * x / 2) / 2),
    ),
)
state(
    stats.invgamma,
    lambda x, a: (1 / x - a - 1) / x,
    at=1.0,
    a=(lambda x, a: -np.log(x) - sp.psi(a), cdf(lambda x, a: -shape_slope(a, 1 / x))),
)
state(
    stats.gengamma,
    lambda x, a, c: (c * a - 1 - c * x**c) / x,
    at=1.0,
    a=(lambda x, a, c: c * np.log(x) - sp.psi(a), cdf(lambda x, a, c: np.sign(c) * shape_slope(a, x**c))),
    c=(
        lambda x, a, c: 1 / c + (a - x**c) * np.log(x),
        cdf(lambda x, a, c: np.sign(c) * gamma_density(a, x**c) * x**c * np.log(x)),
    ),
)
state(
    stats.nakagami,
    lambda x, nu: (2 * nu - 1) / x - 2 * nu * x,
    at=1.0,
    nu=(
        lambda x, nu: np.log(nu) + 1 - sp.psi(nu) + 2 * np.log(x) - x * x,
        cdf(lambda x, nu: shape_slope(nu, nu * x * x) + x * x * gamma_density(nu, nu * x * x)),
    ),
)


def odds(dfn, dfd, x):
    """The probability of a beta variable below which F's is below x."""
    return dfn * x / (dfd + dfn * x)


state(
    stats.f,
    lambda x, dfn, dfd: quotient(dfn / 2 - 1, x) - (dfn + dfd) / 2 * dfn / (dfd + dfn * x),
    at=1.0,
    dfn=(
        lambda x, dfn, dfd: (
            (np.log(odds(dfn, dfd, x)) + 1 - (dfn + dfd) / dfn * odds(dfn, dfd, x) + psi_difference(dfn / 2, dfd / 2))
            / 2
        ),
        cdf(lambda x, dfn, dfd: f_slopes(dfn, dfd, x)[0]),
    ),
    dfd=(
        lambda x, dfn, dfd: (
            (
                (dfn + dfd) / dfd * odds(dfn, dfd, x)
                - dfn / dfd
                - np.log1p(dfn / dfd * x)
                + psi_difference(dfd / 2, dfn / 2)
            )
            / 2
        ),
        cdf(lambda x, dfn, dfd: f_slopes(dfn, dfd, x)[1]),
    ),
)
state(
    stats.betaprime,
    lambda x, a, b: quotient(a - 1, x) - (a + b) / (1 + x),
    at=1.0,
    a=(
        lambda x, a, b: np.log(x) - np.log1p(x) + psi_difference(a, b),
        cdf(lambda x, a, b: slope_a(a, b, np.log(x))),
    ),
    b=(lambda x, a, b: psi_difference(b, a) - np.log1p(x), cdf(lambda x, a, b: slope_b(a, b, np.log(x)))),
)
state(
    stats.invgauss,
    lambda x, mu: -1.5 / x - 0.5 / mu**2 + 0.5 / (x * x),
    at=1.0,
    mu=(
        lambda x, mu: (x - mu) / mu**3,
        cdf(lambda x, mu: -2 / mu**2 * np.exp(2 / mu + sp.log_ndtr(-(x / mu + 1) / np.sqrt(x)))),
    ),
)


def spread(x, c):
    """The normal variable of a fatigue life."""
    return (np.sqrt(x) - 1 / np.sqrt(x)) / c


state(
    stats.fatiguelife,
    lambda x, c: 1 / (x + 1) - 1.5 / x - (1 - 1 / (x * x)) / (2 * c * c),
    at=1.0,
    c=(lambda x, c: -1 / c + (x - 1) ** 2 / (x * c**3), cdf(lambda x, c: -phi(spread(x, c)) * spread(x, c) / c)),
)
state(
    stats.alpha,
    lambda x, a: (-2 - (a - 1 / x) / x) / x,
    at=1.0,
    a=(
        lambda x, a: 1 / x - a - log_ndtr_slope(a),
        logcdf(lambda x, a: log_ndtr_slope(a - 1 / x) - log_ndtr_slope(a)),
    ),
)
state(
    stats.foldnorm,
    lambda x, c: -x + c * np.tanh(c * x),
    at=1.0,
    c=(lambda x, c: -c + x * np.tanh(c * x), cdf(lambda x, c: phi(x + c) - phi(x - c))),
)


def bumps(x, c):
    """The two terms of a folded Cauchy density, without pi."""
    return 1 / (1 + (x - c) ** 2), 1 / (1 + (x + c) ** 2)


def folded(x, c, sign):
    """The score of folded Cauchy in x (sign 1) or c (-1)."""
    a, b = bumps(x, c)
    return -2 * sign * ((x - c) * a * a + sign * (x + c) * b * b) / (a + b)


state(
    stats.foldcauchy,
    lambda x, c: folded(x, c, 1),
    at=1.0,
    c=(lambda x, c: folded(x, c, -1), cdf(lambda x, c: (bumps(x, c)[1] - bumps(x, c)[0]) / math.pi)),
)
state(
    stats.rice,
    lambda x, b: 1 / x - x + b * sp.i1e(b * x) / sp.i0e(b * x),
    at=1.0,
    b=(
        lambda x, b: -b + x * sp.i1e(b * x) / sp.i0e(b * x),
        cdf(lambda x, b: -x * np.exp(-((x - b) ** 2) / 2) * sp.i1e(b * x)),
    ),
)


def noncentral_ratio(x, df, nc, step):
    """Half of how much the density with `step` more degrees of freedom exceeds the density, by the density."""
    return (noncentral_density(x, df + step, nc) / noncentral_density(x, df, nc) - 1) / 2


def noncentral_score(x, df, nc):
    """The score of noncentral chi-square in the degrees of freedom."""
    j = terms(nc)
    a, half = column(df) / 2 + j, column(x) / 2
    shares = weights(nc, j) * gamma_density(a, half)
    return total(shares * (np.log(half) - sp.psi(a))) / total(shares) / 2


state(
    stats.ncx2,
    lambda x, df, nc: noncentral_ratio(x, df, nc, -2),
    at=1.0,
    df=(noncentral_score, cdf(lambda x, df, nc: chi_slopes(x, df, nc)[1])),
    nc=(lambda x, df, nc: noncentral_ratio(x, df, nc, 2), cdf(lambda x, df, nc: -noncentral_density(x, df + 2, nc))),
)
