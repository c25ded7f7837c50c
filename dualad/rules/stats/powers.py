"""Distributions of powers and exponentials: Pareto, Weibull, extreme values, log-normal, Burr and their kin."""

from __future__ import annotations

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.rules.special.elementary import log1p_ratio, log1p_ratio_slope, quotient
from dualad.rules.special.erf import log_ndtr_slope
from dualad.rules.stats.families import cdf, logcdf, logsf, state
from dualad.rules.stats.normal import phi

state(
    stats.pareto,
    lambda x, b: -(b + 1) / x,
    at=2.0,
    b=(lambda x, b: 1 / b - np.log(x), logsf(lambda x, b: -np.log(x))),
)
state(
    stats.lomax,
    lambda x, c: -(c + 1) / (1 + x),
    at=1.0,
    c=(lambda x, c: 1 / c - np.log1p(x), logsf(lambda x, c: -np.log1p(x))),
)
state(
    stats.weibull_min,
    lambda x, c: quotient(c - 1, x) - c * x ** (c - 1),
    at=1.0,
    c=(
        lambda x, c: 1 / c + np.log(x) - sp.xlogy(x**c, x),
        logsf(lambda x, c: -sp.xlogy(x**c, x)),
    ),
)
state(
    stats.weibull_max,
    lambda x, c: quotient(1 - c, -x) + c * (-x) ** (c - 1),
    at=-1.0,
    c=(
        lambda x, c: 1 / c + np.log(-x) - sp.xlogy((-x) ** c, -x),
        logcdf(lambda x, c: -sp.xlogy((-x) ** c, -x)),
    ),
)
state(
    stats.invweibull,
    lambda x, c: (c * x**-c - c - 1) / x,
    at=1.0,
    c=(lambda x, c: 1 / c + (x**-c - 1) * np.log(x), logcdf(lambda x, c: x**-c * np.log(x))),
)
state(
    stats.exponweib,
    lambda x, a, c: ((a - 1) * c * x**c / np.expm1(x**c) + c - 1 - c * x**c) / x,
    at=1.0,
    a=(
        lambda x, a, c: 1 / a + np.log(-np.expm1(-(x**c))),
        logcdf(lambda x, a, c: np.log(-np.expm1(-(x**c)))),
    ),
    c=(
        lambda x, a, c: 1 / c + np.log(x) * (1 - x**c + (a - 1) * x**c / np.expm1(x**c)),
        logcdf(lambda x, a, c: a * x**c * np.log(x) / np.expm1(x**c)),
    ),
)
state(
    stats.exponpow,
    lambda x, b: (b - 1 - b * x**b * np.expm1(x**b)) / x,
    at=0.5,
    b=(
        lambda x, b: 1 / b + np.log(x) * (1 - x**b * np.expm1(x**b)),
        logsf(lambda x, b: -np.exp(x**b) * x**b * np.log(x)),
    ),
)
state(
    stats.gompertz,
    lambda x, c: 1 - c * np.exp(x),
    at=1.0,
    c=(lambda x, c: 1 / c - np.expm1(x), logsf(lambda x, c: -np.expm1(x))),
)

# Extreme values: w = log(1 - c x) / c for c of any sign


def power_log(x, c):
    """log(1 + c x) / c, which is x at c = 0."""
    return x * log1p_ratio(c * x)


def power_log_slope(x, c):
    """The derivative of that in c."""
    return x * x * log1p_ratio_slope(c * x)


state(
    stats.genpareto,
    lambda x, c: -(1 + c) / (1 + c * x),
    at=0.0,
    c=(
        lambda x, c: -power_log(x, c) - (1 + c) * power_log_slope(x, c),
        logsf(lambda x, c: -power_log_slope(x, c)),
    ),
)
state(
    stats.genextreme,
    lambda x, c: (np.exp(-power_log(x, -c)) - 1 + c) / (1 - c * x),
    at=0.0,
    c=(
        lambda x, c: (1 - c - np.exp(-power_log(x, -c))) * power_log_slope(x, -c) + power_log(x, -c),
        logcdf(lambda x, c: -np.exp(-power_log(x, -c)) * power_log_slope(x, -c)),
    ),
)
state(
    stats.genhalflogistic,
    lambda x, c: -(1 - c - 2 * sp.expit(-power_log(x, -c))) / (1 - c * x),
    at=0.0,
    c=(
        lambda x, c: (1 - c - 2 * sp.expit(-power_log(x, -c))) * power_log_slope(x, -c) + power_log(x, -c),
        cdf(lambda x, c: -2 * sp.expit(power_log(x, -c)) * sp.expit(-power_log(x, -c)) * power_log_slope(x, -c)),
    ),
)

# Log-normal and log-Laplace

state(
    stats.lognorm,
    lambda x, s: -(1 + np.log(x) / (s * s)) / x,
    at=1.0,
    s=(
        lambda x, s: (np.log(x) ** 2 / (s * s) - 1) / s,
        cdf(lambda x, s: -phi(np.log(x) / s) * np.log(x) / (s * s)),
    ),
)


def powerlognorm_score(x, c, s):
    """The score of powerlognorm in log(x) / s."""
    return -np.log(x) / s - (c - 1) * log_ndtr_slope(-np.log(x) / s)


state(
    stats.powerlognorm,
    lambda x, c, s: (powerlognorm_score(x, c, s) / s - 1) / x,
    at=1.0,
    c=(
        lambda x, c, s: 1 / c + sp.log_ndtr(-np.log(x) / s),
        logsf(lambda x, c, s: sp.log_ndtr(-np.log(x) / s)),
    ),
    s=(
        lambda x, c, s: -(1 + powerlognorm_score(x, c, s) * np.log(x) / s) / s,
        logsf(lambda x, c, s: c * log_ndtr_slope(-np.log(x) / s) * np.log(x) / (s * s)),
    ),
)
state(
    stats.loglaplace,
    lambda x, c: np.where(x < 1, c - 1, -c - 1) / x,
    at=0.5,
    c=(
        lambda x, c: 1 / c - np.abs(np.log(x)),
        cdf(lambda x, c: np.exp(-c * np.abs(np.log(x))) * np.log(x) / 2),
    ),
)

# Burr: s = x^c / (1 + x^c)


def burr_share(x, c):
    """x^c / (1 + x^c)."""
    return sp.expit(c * np.log(x))


state(
    stats.fisk,
    lambda x, c: (c - 1 - 2 * c * burr_share(x, c)) / x,
    at=1.0,
    c=(
        lambda x, c: 1 / c + np.log(x) * (1 - 2 * burr_share(x, c)),
        logcdf(lambda x, c: np.log(x) * burr_share(x, -c)),
    ),
)
state(
    stats.burr,
    lambda x, c, d: ((d + 1) * c * burr_share(x, -c) - c - 1) / x,
    at=1.0,
    c=(
        lambda x, c, d: 1 / c + np.log(x) * ((d + 1) * burr_share(x, -c) - 1),
        logcdf(lambda x, c, d: d * np.log(x) * burr_share(x, -c)),
    ),
    d=(lambda x, c, d: 1 / d - np.log1p(x**-c), logcdf(lambda x, c, d: -np.log1p(x**-c))),
)
state(
    stats.burr12,
    lambda x, c, d: (c - 1 - (d + 1) * c * burr_share(x, c)) / x,
    at=1.0,
    c=(
        lambda x, c, d: 1 / c + np.log(x) * (1 - (d + 1) * burr_share(x, c)),
        logsf(lambda x, c, d: -d * np.log(x) * burr_share(x, c)),
    ),
    d=(lambda x, c, d: 1 / d - np.log1p(x**c), logsf(lambda x, c, d: -np.log1p(x**c))),
)
state(
    stats.mielke,
    lambda x, k, s: (k - 1 - (s + k) * burr_share(x, s)) / x,
    at=1.0,
    k=(
        lambda x, k, s: 1 / k + np.log(x) - np.log1p(x**s) / s,
        logcdf(lambda x, k, s: np.log(x) - np.log1p(x**s) / s),
    ),
    s=(
        lambda x, k, s: k * np.log1p(x**s) / (s * s) - (1 + k / s) * np.log(x) * burr_share(x, s),
        logcdf(lambda x, k, s: k * np.log1p(x**s) / (s * s) - k / s * np.log(x) * burr_share(x, s)),
    ),
)
state(
    stats.kappa3,
    lambda x, a: -(a + 1) * x ** (a - 1) / (a + x**a),
    at=1.0,
    a=(
        lambda x, a: 1 / a + np.log(a + x**a) / (a * a) - (a + 1) / a * (1 + x**a * np.log(x)) / (a + x**a),
        logcdf(lambda x, a: np.log(a + x**a) / (a * a) - (1 + x**a * np.log(x)) / (a * (a + x**a))),
    ),
)
