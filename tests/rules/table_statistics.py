"""Rows of Python's own `statistics`, whose rules are loaded when a function of it is first met."""

from __future__ import annotations

import statistics

from tests.rules.rows import fn

ITEMS, OTHERS, WEIGHTS = [0.7, 2.1, 1.3, 0.4], [1.5, 0.2, 2.7, 1.1], [0.5, 1.0, 2.0, 0.25]


def rows():
    for of in (statistics.mean, statistics.geometric_mean, statistics.median, statistics.median_low):
        yield fn(of, ITEMS, float32=False)
    yield fn(statistics.median_high, ITEMS, float32=False)
    for of in (statistics.fmean, statistics.harmonic_mean):
        yield fn(of, ITEMS, float32=False)
        yield fn(of, ITEMS, WEIGHTS, float32=False)
    for of in (statistics.variance, statistics.pvariance, statistics.stdev, statistics.pstdev):
        yield fn(of, ITEMS, float32=False)
        yield fn(of, ITEMS, 1.2, float32=False)
    for of in (statistics.covariance, statistics.correlation):
        yield fn(of, ITEMS, OTHERS, float32=False)
    yield fn(statistics.quantiles, ITEMS, n=3, float32=False)
    yield fn(statistics.linear_regression, ITEMS, OTHERS, float32=False)
