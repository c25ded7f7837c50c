"""Python's `statistics`. Most of it computes in fractions, so it is called for its values; rules give the slopes."""

from __future__ import annotations

import math
import statistics
import sys

from dualad.registry import defined, general
from dualad.rules.helpers import nonzero_or_one
from dualad.rules.indexing import list_or_array

__dualad_lift__ = True


def along(t, slopes):
    """The tangent of a number that changes with its items so."""
    return sum(dt * slope for dt, slope in zip(t, slopes, strict=True))


def back(ct, slopes, items):
    """The cotangents of the items."""
    return list_or_array([ct * slope for slope in slopes], items)


# Means


def mean_slopes(items):
    """Of `mean` and `fmean`."""
    return [1 / len(items) for _ in items]


def weighted_slopes(items, weights):
    """Of `fmean` with weights."""
    if weights is None:
        return mean_slopes(items)
    total = sum(weights)
    return [w / total for w in weights]


def weight_slopes(ans, items, weights):
    """Of `fmean` in its weights."""
    total = sum(weights)
    return [(x - ans) / total for x in items]


def harmonic_slopes(ans, items, weights):
    """Of `harmonic_mean`."""
    each = [1.0] * len(items) if weights is None else weights
    total = sum(each)
    return [(ans / x) * (ans / x) * w / total if x else 0.0 for w, x in zip(each, items, strict=True)]


def harmonic_weight_slopes(ans, items, weights):
    """Of `harmonic_mean` in its weights."""
    total = sum(weights)
    return [ans * (1 - ans / x) / total if x else 0.0 for x in items]


general(
    statistics.mean,
    jvps=[lambda t, ans, data: along(t, mean_slopes(data))],
    vjps=[lambda ct, ans, data: back(ct, mean_slopes(data), data)],
    sequences=(0,),
)
general(
    statistics.fmean,
    jvps=[
        lambda t, ans, data, weights=None: along(t, weighted_slopes(data, weights)),
        lambda t, ans, data, weights=None: along(t, weight_slopes(ans, data, weights)),
    ],
    vjps=[
        lambda ct, ans, data, weights=None: back(ct, weighted_slopes(data, weights), data),
        lambda ct, ans, data, weights=None: back(ct, weight_slopes(ans, data, weights), weights),
    ],
    sequences=(0, 1),
    kind="float",
)
general(
    statistics.harmonic_mean,
    jvps=[
        lambda t, ans, data, weights=None: along(t, harmonic_slopes(ans, data, weights)),
        lambda t, ans, data, weights=None: along(t, harmonic_weight_slopes(ans, data, weights)),
    ],
    vjps=[
        lambda ct, ans, data, weights=None: back(ct, harmonic_slopes(ans, data, weights), data),
        lambda ct, ans, data, weights=None: back(ct, harmonic_weight_slopes(ans, data, weights), weights),
    ],
    sequences=(0, 1),
)
general(
    statistics.geometric_mean,
    jvps=[lambda t, ans, data: ans / len(data) * sum(dt / x if x else 0.0 for dt, x in zip(t, data, strict=True))],
    vjps=[lambda ct, ans, data: list_or_array([ct * ans / (len(data) * x) if x else 0.0 for x in data], data)],
    sequences=(0,),
    kind="float",
)

# What stands in the middle


def middle_slopes(items, low, high):
    """Of the mean of the items that come `low` and `high` when all are in order."""
    order = sorted(range(len(items)), key=list(items).__getitem__)
    slopes = [0.0] * len(items)
    slopes[order[low]] += 0.5
    slopes[order[high]] += 0.5
    return slopes


general(
    statistics.median,
    jvps=[lambda t, ans, data: along(t, middle_slopes(data, (len(data) - 1) // 2, len(data) // 2))],
    vjps=[lambda ct, ans, data: back(ct, middle_slopes(data, (len(data) - 1) // 2, len(data) // 2), data)],
    sequences=(0,),
)
general(
    statistics.median_low,
    jvps=[lambda t, ans, data: along(t, middle_slopes(data, (len(data) - 1) // 2, (len(data) - 1) // 2))],
    vjps=[lambda ct, ans, data: back(ct, middle_slopes(data, (len(data) - 1) // 2, (len(data) - 1) // 2), data)],
    sequences=(0,),
)
general(
    statistics.median_high,
    jvps=[lambda t, ans, data: along(t, middle_slopes(data, len(data) // 2, len(data) // 2))],
    vjps=[lambda ct, ans, data: back(ct, middle_slopes(data, len(data) // 2, len(data) // 2), data)],
    sequences=(0,),
)


def quantiles(data, *, n=4, method="exclusive"):
    """`statistics.quantiles`."""
    if n < 1:
        raise statistics.StatisticsError("n must be at least 1")
    found = sorted(data)
    last = len(found) - 1
    if last < 1:
        raise statistics.StatisticsError("must have at least two data points")
    if method not in ("inclusive", "exclusive"):
        raise ValueError(f"Unknown method: {method!r}")
    cuts = []
    for i in range(1, n):
        if method == "inclusive":
            j, delta = divmod(i * last, n)
            cuts.append((found[j] * (n - delta) + found[j + 1] * delta) / n)
        else:
            j = min(max(i * (last + 2) // n, 1), last)
            delta = i * (last + 2) - j * n
            cuts.append((found[j - 1] * (n - delta) + found[j] * delta) / n)
    return cuts


defined(statistics.quantiles, quantiles)

# Spread


def spread_slopes(items, center, less):
    """Of the squared deviations, divided by the number of items, less so many; `center` stands for the mean."""
    c = sum(items) / len(items) if center is None else center
    return [2 * (x - c) / (len(items) - less) for x in items]


def center_slope(items, center, less):
    """Of the same in what stands for the mean."""
    return -sum(2 * (x - center) for x in items) / (len(items) - less)


general(
    statistics.variance,
    jvps=[
        lambda t, ans, data, xbar=None: along(t, spread_slopes(data, xbar, 1)),
        lambda t, ans, data, xbar=None: t * center_slope(data, xbar, 1),
    ],
    vjps=[
        lambda ct, ans, data, xbar=None: back(ct, spread_slopes(data, xbar, 1), data),
        lambda ct, ans, data, xbar=None: ct * center_slope(data, xbar, 1),
    ],
    sequences=(0,),
)
general(
    statistics.pvariance,
    jvps=[
        lambda t, ans, data, mu=None: along(t, spread_slopes(data, mu, 0)),
        lambda t, ans, data, mu=None: t * center_slope(data, mu, 0),
    ],
    vjps=[
        lambda ct, ans, data, mu=None: back(ct, spread_slopes(data, mu, 0), data),
        lambda ct, ans, data, mu=None: ct * center_slope(data, mu, 0),
    ],
    sequences=(0,),
)
general(
    statistics.stdev,
    jvps=[
        lambda t, ans, data, xbar=None: along(t, spread_slopes(data, xbar, 1)) / (2 * nonzero_or_one(ans)),
        lambda t, ans, data, xbar=None: t * center_slope(data, xbar, 1) / (2 * nonzero_or_one(ans)),
    ],
    vjps=[
        lambda ct, ans, data, xbar=None: back(ct / (2 * nonzero_or_one(ans)), spread_slopes(data, xbar, 1), data),
        lambda ct, ans, data, xbar=None: ct * center_slope(data, xbar, 1) / (2 * nonzero_or_one(ans)),
    ],
    sequences=(0,),
)
general(
    statistics.pstdev,
    jvps=[
        lambda t, ans, data, mu=None: along(t, spread_slopes(data, mu, 0)) / (2 * nonzero_or_one(ans)),
        lambda t, ans, data, mu=None: t * center_slope(data, mu, 0) / (2 * nonzero_or_one(ans)),
    ],
    vjps=[
        lambda ct, ans, data, mu=None: back(ct / (2 * nonzero_or_one(ans)), spread_slopes(data, mu, 0), data),
        lambda ct, ans, data, mu=None: ct * center_slope(data, mu, 0) / (2 * nonzero_or_one(ans)),
    ],
    sequences=(0,),
)

# Two lists


def across_slopes(first, second):
    """Of the covariance of two lists in the items of the first."""
    middle = sum(second) / len(second)
    return [(y - middle) / (len(second) - 1) for y in second]


def together_slopes(ans, first, second):
    """Of the correlation of two lists in the items of the first."""
    a, b = sum(first) / len(first), sum(second) / len(second)
    xx, yy = sum([(x - a) * (x - a) for x in first]), sum([(y - b) * (y - b) for y in second])
    length = (xx * yy) ** 0.5
    return [(y - b) / length - ans * (x - a) / xx for x, y in zip(first, second, strict=True)]


general(
    statistics.covariance,
    jvps=[
        lambda t, ans, x, y, /: along(t, across_slopes(x, y)),
        lambda t, ans, x, y, /: along(t, across_slopes(y, x)),
    ],
    vjps=[
        lambda ct, ans, x, y, /: back(ct, across_slopes(x, y), x),
        lambda ct, ans, x, y, /: back(ct, across_slopes(y, x), y),
    ],
    sequences=(0, 1),
    kind="float",
)
general(
    statistics.correlation,
    jvps=[
        lambda t, ans, x, y, /: along(t, together_slopes(ans, x, y)),
        lambda t, ans, x, y, /: along(t, together_slopes(ans, y, x)),
    ],
    vjps=[
        lambda ct, ans, x, y, /: back(ct, together_slopes(ans, x, y), x),
        lambda ct, ans, x, y, /: back(ct, together_slopes(ans, y, x), y),
    ],
    sequences=(0, 1),
    kind="float",
)


def products(first, second):
    """The sum of products, as the version of Python has it that runs."""
    if sys.version_info >= (3, 12):
        return math.sumprod(first, second)
    return math.fsum([v * w for v, w in zip(first, second, strict=True)])


def linear_regression(x, y, /, *, proportional=False):
    """`statistics.linear_regression`."""
    first, second = list(x), list(y)
    if len(first) != len(second):
        raise statistics.StatisticsError("linear regression requires that both inputs have same number of data points")
    if len(first) < 2:
        raise statistics.StatisticsError("linear regression requires at least two data points")
    a = b = 0.0
    if not proportional:
        a, b = math.fsum(first) / len(first), math.fsum(second) / len(second)
    across = [v - a for v in first]
    below = products(across, across)
    if below == 0:
        raise statistics.StatisticsError("x is constant")
    slope = products(across, [w - b for w in second]) / below
    return statistics.LinearRegression(slope=slope, intercept=0.0 if proportional else b - slope * a)


defined(statistics.linear_regression, linear_regression)
