"""Distributions on an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.rules.special.elementary import quotient
from dualad.rules.special.gamma import psi_difference
from dualad.rules.special.incomplete_beta import slope_a, slope_b
from dualad.rules.stats.families import cdf, logcdf, logsf, state
from dualad.rules.stats.normal import phi

state(stats.uniform, lambda x: 0.0, at=0.5)
state(stats.arcsine, lambda x: 0.5 / (1 - x) - 0.5 / x, at=0.5)
state(stats.anglit, lambda x: -2 * np.tan(2 * x))
state(stats.cosine, lambda x: -np.tan(x / 2))
state(stats.semicircular, lambda x: -x / (1 - x * x))
state(
    stats.beta,
    lambda x, a, b: quotient(a - 1, x) - quotient(b - 1, 1 - x),
    at=0.5,
    a=(lambda x, a, b: np.log(x) + psi_difference(a, b), cdf(lambda x, a, b: slope_a(a, b, sp.logit(x)))),
    b=(lambda x, a, b: np.log1p(-x) + psi_difference(b, a), cdf(lambda x, a, b: slope_b(a, b, sp.logit(x)))),
)


def both_slopes(c, u):
    """How a symmetric beta distribution moves with its parameter, half of c."""
    return (slope_a(c / 2, c / 2, u) + slope_b(c / 2, c / 2, u)) / 2


state(
    stats.rdist,
    lambda x, c: quotient(-(c - 2) * x, 1 - x * x),
    c=(
        lambda x, c: (np.log1p(-x * x) + psi_difference(c / 2, 0.5)) / 2,
        cdf(lambda x, c: both_slopes(c, 2 * np.arctanh(x))),
    ),
)
state(
    stats.powerlaw,
    lambda x, a: quotient(a - 1, x),
    at=0.5,
    a=(lambda x, a: 1 / a + np.log(x), logcdf(lambda x, a: np.log(x))),
)
state(
    stats.triang,
    lambda x, c: np.where(x < c, 1 / np.where(x < c, x, 1), -1 / np.where(x < c, 1, 1 - x)),
    at=lambda c: (1 + c) / 3,
    c=(
        lambda x, c: np.where(x < c, -1 / np.where(x < c, c, 1), 1 / np.where(x < c, 1, 1 - c)),
        cdf(
            lambda x, c: -np.where(x < c, (x / np.where(x < c, c, 1)) ** 2, ((1 - x) / np.where(x < c, 1, 1 - c)) ** 2)
        ),
    ),
)
state(
    stats.truncexpon,
    lambda x, b: -1.0,
    at=0.0,
    b=(lambda x, b: -1 / np.expm1(b), logcdf(lambda x, b: -1 / np.expm1(b))),
)


def normal_at(end, x, a, b):
    """The density of a truncated normal distribution at one of its ends, for each x."""
    return TRUNCNORM.call["pdf"](end + 0 * x, a, b)


TRUNCNORM: Any = state(
    stats.truncnorm,
    lambda x, a, b: -x,
    at=lambda a, b: np.clip(0, a, b),
    a=(
        lambda x, a, b: normal_at(a, x, a, b),
        cdf(lambda x, a, b: -normal_at(a, x, a, b) * TRUNCNORM.call["sf"](x, a, b)),
    ),
    b=(
        lambda x, a, b: -normal_at(b, x, a, b),
        cdf(lambda x, a, b: -normal_at(b, x, a, b) * TRUNCNORM.call["cdf"](x, a, b)),
    ),
)


def scale_slope(c):
    """The derivative of log(log(1 + c)) in c."""
    return 1 / ((1 + c) * np.log1p(c))


state(
    stats.bradford,
    lambda x, c: -c / (1 + c * x),
    at=0.5,
    c=(
        lambda x, c: 1 / c - scale_slope(c) - x / (1 + c * x),
        cdf(lambda x, c: (x / (1 + c * x) - np.log1p(c * x) / np.log1p(c) / (1 + c)) / np.log1p(c)),
    ),
)
state(
    stats.johnsonsb,
    lambda x, a, b: (2 * x - 1 - (a + b * sp.logit(x)) * b) / (x * (1 - x)),
    at=0.5,
    a=(lambda x, a, b: -(a + b * sp.logit(x)), cdf(lambda x, a, b: phi(a + b * sp.logit(x)))),
    b=(
        lambda x, a, b: 1 / b - (a + b * sp.logit(x)) * sp.logit(x),
        cdf(lambda x, a, b: phi(a + b * sp.logit(x)) * sp.logit(x)),
    ),
)
for _log_uniform in (stats.loguniform, stats.reciprocal):
    state(
        _log_uniform,
        lambda x, a, b: -1 / x,
        at=lambda a, b: np.sqrt(a * b),
        a=(
            lambda x, a, b: 1 / (a * np.log(b / a)),
            cdf(lambda x, a, b: np.log(x / b) / (a * np.log(b / a) ** 2)),
        ),
        b=(
            lambda x, a, b: -1 / (b * np.log(b / a)),
            cdf(lambda x, a, b: -np.log(x / a) / (b * np.log(b / a) ** 2)),
        ),
    )
state(
    stats.vonmises,
    lambda x, kappa: -kappa * np.sin(x),
    kappa=(lambda x, kappa: np.cos(x) - sp.i1e(kappa) / sp.i0e(kappa), None),
)


def argus_rate(c):
    """The derivative of the logarithm of ARGUS's normalising integral up to c."""
    return 2 * c * c * phi(c) / sp.gammainc(1.5, c * c / 2)


state(
    stats.argus,
    lambda x, chi: 1 / x - x / (1 - x * x) + chi * chi * x,
    at=0.5,
    chi=(
        lambda x, chi: 3 / chi - argus_rate(chi) - chi * (1 - x * x),
        logsf(lambda x, chi: np.sqrt(1 - x * x) * argus_rate(chi * np.sqrt(1 - x * x)) - argus_rate(chi)),
    ),
)
