"""Order statistics: medians, quantiles and percentiles by every method, in the data and in the fraction.

Every method reads the data in order at a place between two neighbours. NumPy says the place itself: it is the quantile
of 0, 1, 2 and so on by the same method.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.registry import constant, general, otherwise
from dualad.rules.helpers import axes_of, count, define, dispatched
from dualad.rules.indexing import along_back

__dualad_lift__ = True

SLOPES = {
    "interpolated_inverted_cdf": 0,
    "hazen": 0,
    "weibull": 1,
    "linear": -1,
    "median_unbiased": 1 / 3,
    "normal_unbiased": 1 / 4,
}
"""How fast the place moves with the fraction, less the number of elements; of the other methods it jumps."""


@dispatched
def place(q, n, method):
    """Where the quantile is among `n` elements in order, counted from 0."""
    return np.quantile(np.arange(n), q, method=method)


def place_slope(q, n, method):
    """The derivative of `place`: 0 where the end of the data holds it, and of methods that take one element."""
    if method not in SLOPES:
        return 0.0 * q
    found = place(q, n, method)
    return np.where((found > 0) & (found < n - 1) | (method == "linear"), n + SLOPES[method], 0.0)


general(
    place,
    jvps=[lambda t, ans, q, n, method: t * place_slope(q, n, method)],
    vjps=[lambda ct, ans, q, n, method: ct * place_slope(q, n, method)],
)


# The last axis in place of those that are reduced


def last_axes(shape, axis):
    """The order of axes that puts those which are reduced behind the others, and the shape with these in one."""
    axes = axes_of(axis, len(shape))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    return rest + axes, (*(shape[i] for i in rest), count(shape, axis))


def flattened(a, axis):
    """`a` with the axes that are reduced as its last one."""
    order, shape = last_axes(a.shape, axis)
    return np.reshape(np.transpose(a, order), shape)


def reduced_shape(shape, axis, keepdims):
    """The shape that a reduction over `axis` leaves."""
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)


def unflattened(flat, shape, axis):
    """The inverse of `flattened`."""
    axes = axes_of(axis, len(shape))
    order = tuple(i for i in range(len(shape)) if i not in axes) + axes
    moved = np.reshape(flat, tuple(shape[i] for i in order))
    return np.transpose(moved, tuple(order.index(i) for i in range(len(shape))))


# The two neighbours, and how much of the upper one is taken


def neighbours(a, q, axis, method, dtype):
    """Where the elements below and above the quantiles are, and the weight of those above."""
    n, order = count(a.shape, axis), np.argsort(flattened(a, axis), axis=-1, kind="stable")
    found = np.ravel(place(q, n, method))
    low = np.clip(np.floor(found), 0, max(n - 2, 0)).astype(int)
    return order[..., low], order[..., np.minimum(low + 1, n - 1)], (found - low).astype(dtype)


def in_place(found, a, q, axis, keepdims):
    """Values by quantile, along their last axis, in the shape of the result."""
    return np.reshape(np.moveaxis(found, -1, 0), np.shape(q) + reduced_shape(a.shape, axis, keepdims))


def data_tangent(t, ans, a, q, axis, keepdims, method="linear"):
    """The tangent of quantiles in the data."""
    if not a.size:
        return 0 * ans
    low, high, part = neighbours(a, q, axis, method, ans.dtype)
    flat = flattened(t, axis)
    found = (1 - part) * np.take_along_axis(flat, low, -1) + part * np.take_along_axis(flat, high, -1)
    return in_place(found, a, q, axis, keepdims)


def data_back(ct, ans, a, q, axis, method="linear"):
    """The transpose of `data_tangent`."""
    if not a.size:
        return np.zeros_like(a)
    low, high, part = neighbours(a, q, axis, method, ans.dtype)
    ct = np.moveaxis(np.reshape(ct, (np.size(q), *np.shape(low)[:-1])), 0, -1)
    shape = (*np.shape(low)[:-1], count(a.shape, axis))
    flat = along_back((1 - part) * ct, shape, low, -1) + along_back(part * ct, shape, high, -1)
    return unflattened(flat, a.shape, axis)


def gaps(ans, a, q, axis, method):
    """The derivatives in the fractions, by fraction along the last axis: the gap between neighbours times the pace."""
    low, high, _ = neighbours(a, q, axis, method, ans.dtype)
    flat = flattened(a, axis)
    pace = np.ravel(place_slope(q, count(a.shape, axis), method)).astype(ans.dtype)
    return (np.take_along_axis(flat, high, -1) - np.take_along_axis(flat, low, -1)) * pace


def fraction_tangent(t, ans, a, q, axis, keepdims, method="linear"):
    """The tangent of quantiles in the fractions."""
    return in_place(np.ravel(t) * gaps(ans, a, q, axis, method), a, q, axis, keepdims)


def fraction_back(ct, ans, a, q, axis, method="linear"):
    """The transpose of `fraction_tangent`."""
    slopes = gaps(ans, a, q, axis, method)
    ct = np.moveaxis(np.reshape(ct, (np.size(q), *np.shape(slopes)[:-1])), 0, -1)
    return np.reshape(np.sum(ct * slopes, axis=tuple(range(np.ndim(slopes) - 1))), np.shape(q))


general(
    np.median,
    jvps=[lambda t, ans, a, axis=None, *, keepdims=False: data_tangent(t, ans, a, 0.5, axis, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: data_back(ct, ans, a, 0.5, axis)],
    kind="reduce",
)
general(
    np.quantile,
    jvps=[
        lambda t, ans, a, q, axis=None, *, method="linear", keepdims=False: data_tangent(
            t, ans, a, q, axis, keepdims, method
        ),
        lambda t, ans, a, q, axis=None, *, method="linear", keepdims=False: fraction_tangent(
            t, ans, a, q, axis, keepdims, method
        ),
    ],
    vjps=[
        lambda ct, ans, a, q, axis=None, *, method="linear", keepdims=False: data_back(ct, ans, a, q, axis, method),
        lambda ct, ans, a, q, axis=None, *, method="linear", keepdims=False: fraction_back(ct, ans, a, q, axis, method),
    ],
    kind="quantile",
)
general(
    np.percentile,
    jvps=[
        lambda t, ans, a, q, axis=None, *, method="linear", keepdims=False: data_tangent(
            t, ans, a, np.divide(q, 100), axis, keepdims, method
        ),
        lambda t, ans, a, q, axis=None, *, method="linear", keepdims=False: fraction_tangent(
            t / 100, ans, a, np.divide(q, 100), axis, keepdims, method
        ),
    ],
    vjps=[
        lambda ct, ans, a, q, axis=None, *, method="linear", keepdims=False: data_back(
            ct, ans, a, np.divide(q, 100), axis, method
        ),
        lambda ct, ans, a, q, axis=None, *, method="linear", keepdims=False: (
            fraction_back(ct, ans, a, np.divide(q, 100), axis, method) / 100
        ),
    ],
    kind="quantile",
)

# Weights, in which the result goes in steps: NumPy picks the ranks


def weighted_places(a, q, axis, method, weights, of_ranks=np.quantile):
    """Which elements are taken, counted in order; by quantile along the last axis."""
    a = np.asarray(a)
    order = np.argsort(flattened(a, axis), axis=-1, kind="stable")
    ranks = unflattened(np.argsort(order, axis=-1, kind="stable"), a.shape, axis)
    if of_ranks is np.nanquantile:
        ranks = np.where(np.isnan(a), np.nan, ranks)
    found = of_ranks(ranks, q, axis, method=method, weights=weights)
    found = np.where(np.isnan(found), 0, found)  # where there is no number, all elements are NaN
    return np.moveaxis(np.reshape(found, (np.size(q), *np.shape(order)[:-1])), 0, -1).astype(int)


constant(weighted_places)


def median(a, axis=None, *, overwrite_input=False, keepdims=False):
    """`np.median`, which overwrites nothing here."""
    return np.median(a, axis, keepdims=keepdims)


def quantile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None):
    """`np.quantile` with weights; nothing is overwritten."""
    if weights is None:
        return np.quantile(a, q, axis, method=method, keepdims=keepdims)
    a = np.asarray(a)
    places = weighted_places(a, q, axis, method, weights)
    found = np.take_along_axis(np.sort(flattened(a, axis), axis=-1), places, -1)
    found = in_place(found, a, q, axis, keepdims)
    if a.dtype.kind in "biu":
        return found[()]
    return np.where(np.any(np.isnan(a), axis=axis, keepdims=keepdims), np.nan, found)[()]


def percentile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None):
    """`np.percentile` with weights."""
    return np.quantile(a, np.divide(q, 100), axis, method=method, keepdims=keepdims, weights=weights)


otherwise(np.median, median)
otherwise(np.quantile, quantile)
otherwise(np.percentile, percentile)

# Quantiles of the numbers, which come before NaN in order


def nanquantile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None):
    """`np.nanquantile`."""
    a = np.asarray(a)
    if weights is not None and a.size:
        places = weighted_places(a, q, axis, method, weights, np.nanquantile)
        taken = np.take_along_axis(np.sort(flattened(a, axis), axis=-1), places, -1)
        return in_place(taken, a, q, axis, keepdims)[()]
    if np.ndim(q):
        return np.stack([np.nanquantile(a, np.asarray(p), axis, method=method, keepdims=keepdims) for p in q])
    if not a.size:
        return np.full(reduced_shape(a.shape, axis, keepdims), np.nan, a.dtype)[()]
    if isinstance(q, (int, float)) and a.dtype.kind == "f":
        q = np.asarray(q, a.dtype)
    ordered = np.sort(flattened(a, axis), axis=-1)
    numbers = np.sum(np.logical_not(np.isnan(ordered)), axis=-1, keepdims=True)
    found: Any = 0.0
    for n in np.unique(numbers):
        found = found + np.where(numbers == n, place(q, max(int(n), 1), method), 0.0)
    low = np.minimum(np.floor(found), np.maximum(numbers - 2, 0)).astype(int)
    below = np.take_along_axis(ordered, low, -1)
    above = np.take_along_axis(ordered, np.minimum(low + 1, np.maximum(numbers - 1, 0)), -1)
    part = (found - low).astype(np.result_type(a, q))
    above = np.where((part > 0) | np.isfinite(above), above, below)
    return np.reshape(below + (above - below) * part, reduced_shape(a.shape, axis, keepdims))[()]


def nanmedian(a, axis=None, *, overwrite_input=False, keepdims=False):
    """`np.nanmedian`."""
    return np.nanquantile(a, 0.5, axis, keepdims=keepdims)


def nanpercentile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None):
    """`np.nanpercentile`."""
    return np.nanquantile(a, np.asarray(q) / 100, axis, method=method, keepdims=keepdims, weights=weights)


define(np, nanquantile, nanmedian, nanpercentile)
