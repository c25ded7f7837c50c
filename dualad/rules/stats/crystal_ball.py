"""The Crystal Ball distribution: a normal one whose lower tail, from -beta on, is a power of m."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.rules.stats.families import cdf, state

ROOT_2PI = math.sqrt(2 * math.pi)


def mass(beta, m):
    """What the density is divided by, and its derivatives in both shapes over it."""
    at_edge = np.exp(-beta * beta / 2)
    whole = m / beta / (m - 1) * at_edge + ROOT_2PI * sp.ndtr(beta)
    in_beta, in_m = -at_edge * (m / (beta * beta) + 1) / (m - 1), -at_edge / (beta * (m - 1) ** 2)
    return whole, in_beta / whole, in_m / whole


def beyond(x, beta, m):
    """How far the pole of the tail is, from within the tail."""
    return m / beta - beta - np.minimum(x, -beta)


def score_beta(x, beta, m):
    """The score in where the tail begins."""
    tail = m * (m / (beta * beta) + 1) / beyond(x, beta, m) - m / beta - beta
    return np.where(x > -beta, 0, tail) - mass(beta, m)[1]


def score_m(x, beta, m):
    """The score in the power of the tail."""
    pole = beyond(x, beta, m)
    tail = np.log(m / beta) + 1 - np.log(pole) - m / (beta * pole)
    return np.where(x > -beta, 0, tail) - mass(beta, m)[2]


def distribution_slope(x, beta, m, which):
    """How the distribution function moves with beta (1) or m (2)."""
    whole, pole = mass(beta, m), beyond(x, beta, m)
    if which == 1:
        slope = (m - 1) * (m / (beta * beta) + 1) / pole - m / beta - beta
    else:
        slope = np.log(m / beta) + 1 - np.log(pole) - (m - 1) / (beta * pole) - 1 / (m - 1)
    tail = np.exp(m * np.log(m / beta) - beta * beta / 2 - (m - 1) * np.log(pole)) / (m - 1) / whole[0]
    core = ROOT_2PI * sp.ndtr(-x) / whole[0] * whole[which]
    return np.where(x > -beta, core, tail * (slope - whole[which]))


state(
    stats.crystalball,
    lambda x, beta, m: np.where(x > -beta, -x, m / beyond(x, beta, m)),
    beta=(score_beta, cdf(lambda x, beta, m: distribution_slope(x, beta, m, 1))),
    m=(score_m, cdf(lambda x, beta, m: distribution_slope(x, beta, m, 2))),
)
