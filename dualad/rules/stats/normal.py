"""Distributions on the whole line."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.rules.special.beta_distributions import t_slope
from dualad.rules.special.elementary import quotient
from dualad.rules.special.erf import log_ndtr_slope
from dualad.rules.special.gamma import psi_difference
from dualad.rules.special.incomplete_gamma import gamma_density, shape_slope
from dualad.rules.stats.families import cdf, logcdf, logsf, state

ROOT_2PI = math.sqrt(2 * math.pi)


def phi(x):
    """The standard normal density."""
    return np.exp(-x * x / 2) / ROOT_2PI


state(stats.norm, lambda x: -x)
state(stats.cauchy, lambda x: -2 * x / (1 + x * x))
state(stats.laplace, lambda x: -np.sign(x))
state(stats.logistic, lambda x: -np.tanh(x / 2))
state(stats.hypsecant, lambda x: -np.tanh(x))
state(stats.gumbel_r, lambda x: np.expm1(-x))
state(stats.gumbel_l, lambda x: -np.expm1(x))
state(stats.moyal, lambda x: np.expm1(-x) / 2)
state(
    stats.t,
    lambda x, df: -(df + 1) * x / (df + x * x),
    df=(
        lambda x, df: (
            (psi_difference(df / 2, 0.5) - 1 / df - np.log1p(x * x / df) + (df + 1) * x * x / (df * (df + x * x))) / 2
        ),
        cdf(lambda x, df: t_slope(df, x)),
    ),
)
state(
    stats.skewnorm,
    lambda x, a: -x + a * log_ndtr_slope(a * x),
    a=(
        lambda x, a: x * log_ndtr_slope(a * x),
        cdf(lambda x, a: -np.exp(-x * x * (1 + a * a) / 2) / (math.pi * (1 + a * a))),
    ),
)


def skewed(x, a):
    """The half width on either side of a skew Cauchy density."""
    return 1 + a * np.sign(x)


def skewcauchy_slope(x, a):
    """How the distribution function of skew Cauchy moves with the skewness."""
    q = x / skewed(x, a)
    return (np.sign(x) * (np.arctan(q) - q / (1 + q * q)) / math.pi) - 0.5


state(
    stats.skewcauchy,
    lambda x, a: -2 * x / (x * x + skewed(x, a) ** 2),
    a=(
        lambda x, a: 2 * x * x * np.sign(x) / (skewed(x, a) * (x * x + skewed(x, a) ** 2)),
        cdf(lambda x, a: skewcauchy_slope(x, a)),
    ),
)


def exponnorm_slope(x, K):
    """The score in K of an exponentially modified normal density."""
    return -1 / K - 1 / K**3 + x / K**2 + log_ndtr_slope(x - 1 / K) / K**2


def exponnorm_density(x, K):
    """The density of exponentially modified normal."""
    return np.exp(1 / (2 * K * K) - x / K + sp.log_ndtr(x - 1 / K)) / K


state(
    stats.exponnorm,
    lambda x, K: -1 / K + log_ndtr_slope(x - 1 / K),
    K=(exponnorm_slope, cdf(lambda x, K: -exponnorm_density(x, K) * (1 + K * exponnorm_slope(x, K)))),
)


def gennorm_slope(x, beta):
    """How P(1 / beta, |x|^beta) moves with beta."""
    a, q = 1 / beta, np.abs(x) ** beta
    return gamma_density(a, q) * sp.xlogy(q, np.abs(x)) - shape_slope(a, q) / beta**2


def gennorm_score(x, beta):
    """The score in beta of exp(-|x|^beta)."""
    return 1 / beta + sp.psi(1 / beta) / beta**2 - sp.xlogy(np.abs(x) ** beta, np.abs(x))


state(
    stats.gennorm,
    lambda x, beta: -beta * np.sign(x) * np.abs(x) ** (beta - 1),
    beta=(gennorm_score, cdf(lambda x, beta: np.sign(x) * gennorm_slope(x, beta) / 2)),
)
state(
    stats.halfgennorm,
    lambda x, beta: -beta * x ** (beta - 1),
    at=1.0,
    beta=(gennorm_score, cdf(gennorm_slope)),
)
state(
    stats.genlogistic,
    lambda x, c: -1 + (c + 1) * sp.expit(-x),
    c=(lambda x, c: 1 / c + sp.log_expit(x), logcdf(lambda x, c: sp.log_expit(x))),
)
state(
    stats.dweibull,
    lambda x, c: np.sign(x) * ((c - 1) / np.abs(x) - c * np.abs(x) ** (c - 1)),
    at=1.0,
    c=(
        lambda x, c: 1 / c + np.log(np.abs(x)) - sp.xlogy(np.abs(x) ** c, np.abs(x)),
        cdf(lambda x, c: np.sign(x) * np.exp(-(np.abs(x) ** c)) * sp.xlogy(np.abs(x) ** c, np.abs(x)) / 2),
    ),
)
state(
    stats.dgamma,
    lambda x, a: np.sign(x) * (quotient(a - 1, np.abs(x)) - 1),
    at=1.0,
    a=(
        lambda x, a: np.log(np.abs(x)) - sp.psi(a),
        cdf(lambda x, a: np.sign(x) * shape_slope(a, np.abs(x)) / 2),
    ),
)
state(
    stats.johnsonsu,
    lambda x, a, b: -x / (1 + x * x) - (a + b * np.arcsinh(x)) * b / np.sqrt(1 + x * x),
    a=(lambda x, a, b: -(a + b * np.arcsinh(x)), cdf(lambda x, a, b: phi(a + b * np.arcsinh(x)))),
    b=(
        lambda x, a, b: 1 / b - (a + b * np.arcsinh(x)) * np.arcsinh(x),
        cdf(lambda x, a, b: phi(a + b * np.arcsinh(x)) * np.arcsinh(x)),
    ),
)
state(
    stats.powernorm,
    lambda x, c: -x - (c - 1) * log_ndtr_slope(-x),
    c=(lambda x, c: 1 / c + sp.log_ndtr(-x), logsf(lambda x, c: sp.log_ndtr(-x))),
)
state(
    stats.loggamma,
    lambda x, c: c - np.exp(x),
    c=(lambda x, c: x - sp.psi(c), cdf(lambda x, c: shape_slope(c, np.exp(x)))),
)


def asymmetric_slope(x, kappa):
    """How the distribution function of asymmetric Laplace moves with kappa."""
    s = kappa * kappa + 1
    above, below = np.where(x < 0, 0, x), np.where(x < 0, x, 0)
    right = np.exp(-above * kappa) * (above + 2 * kappa / s) / s
    left = np.exp(below / kappa) * kappa * kappa / s * (-below / (kappa * kappa) + 2 / (kappa * s))
    return np.where(x < 0, left, right)


state(
    stats.laplace_asymmetric,
    lambda x, kappa: np.where(x < 0, 1 / kappa, -kappa),
    kappa=(
        lambda x, kappa: np.where(x < 0, -x / kappa**2, -x) - (kappa - 1 / kappa) / (kappa * kappa + 1),
        cdf(asymmetric_slope),
    ),
)


def bessel_ratio(u):
    """K_0(u) / K_1(u)."""
    return sp.k0e(u) / sp.k1e(u)


state(
    stats.norminvgauss,
    lambda x, a, b: b - a * x / np.sqrt(1 + x * x) * bessel_ratio(a * np.sqrt(1 + x * x)) - 2 * x / (1 + x * x),
    a=(
        lambda x, a, b: a / np.sqrt(a * a - b * b) - np.sqrt(1 + x * x) * bessel_ratio(a * np.sqrt(1 + x * x)),
        None,
    ),
    b=(lambda x, a, b: x - b / np.sqrt(a * a - b * b), None),
)
