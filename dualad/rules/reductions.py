"""Reductions: sums, products, extrema, means and spreads.

Extrema share evenly among ties. `std` has the subgradient 0 where all elements are equal. Products never divide.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dualad.registry import general, linear
from dualad.rules.cumulative import others_product
from dualad.rules.helpers import axes_of, count, expand, kept, nonzero_or_one

DOUBLE = np.dtype(np.float64)

# Sums and means

linear(
    np.sum,
    lambda ct, a, axis=None, dtype=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims),
    kind="reduce",
)
linear(
    np.mean,
    lambda ct, a, axis=None, dtype=None, *, keepdims=False: expand(
        ct / (count(a.shape, axis) or 1), a.shape, axis, keepdims
    ),
    kind="reduce",
)


def numbers(a, axis):
    """How many elements are not NaN, as `keepdims` leaves it, in the dtype of `a`."""
    return np.sum(np.logical_not(np.isnan(a)), axis=axis, keepdims=True, dtype=a.dtype.type)


def nansum_back(ct, a, axis, keepdims):
    """The cotangent of `np.nansum`."""
    return np.where(np.isnan(a), 0, expand(ct, a.shape, axis, keepdims))


def nanmean_back(ct, a, axis, keepdims):
    """The cotangent of `np.nanmean`."""
    return nansum_back(kept(ct, axis, keepdims, a.ndim) / numbers(a, axis), a, axis, True)


def nanmean_tangent(t, a, axis, keepdims):
    """The tangent of `np.nanmean`: the mean of the tangents of numbers."""
    return np.sum(np.where(np.isnan(a), 0, t) / numbers(a, axis), axis=axis, keepdims=keepdims)


general(
    np.nansum,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
            np.where(np.isnan(a), 0, t), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: nansum_back(ct, a, axis, keepdims)],
    kind="reduce",
)
general(
    np.nanmean,
    jvps=[lambda t, ans, a, axis=None, *, keepdims=False: nanmean_tangent(t, a, axis, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: nanmean_back(ct, a, axis, keepdims)],
    kind="reduce",
)

# Products


def product_partials(a, axis):
    """For each element the product of the others that `np.prod` multiplies it with."""
    axes = axes_of(axis, a.ndim)
    if len(axes) == 1:
        return others_product(a, axes[0])
    order = tuple(i for i in range(a.ndim) if i not in axes) + axes
    moved = np.transpose(a, order)
    flat = np.reshape(moved, (*moved.shape[: a.ndim - len(axes)], count(a.shape, axis)))
    found = np.reshape(others_product(flat, -1), moved.shape)
    return np.transpose(found, tuple(order.index(i) for i in range(a.ndim)))


general(
    np.prod,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
            t * product_partials(a, axis), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims) * product_partials(a, axis)
    ],
    kind="reduce",
)

# Extrema


def tie_shares(a, ans, axis, keepdims):
    """The partials of an extremum: what it took, in equal shares."""
    taken = np.equal(a, kept(ans, axis, keepdims, a.ndim)).astype(a.dtype)
    counts: Any = np.add.reduce if type(taken) is np.ndarray else np.sum
    return taken / np.maximum(counts(taken, axis=axis, keepdims=True), 1)


def extremum_back(ct, a, ans, axis, keepdims):
    """The cotangent of what an extremum was taken of: its own cotangent in equal shares, to where it was found.

    `ct` may be a number that stands for the cotangent of every element.
    """
    if not keepdims and (axis is None or (a.ndim == 1 and type(axis) is int)):
        taken = np.equal(a, ans)
        count: Any = np.count_nonzero(taken)
        share = ct / (
            max(int(count), 1) if isinstance(count, int | np.integer) else np.maximum(count, 1)
        )  # another library's number
        return taken * share if a.dtype == np.float64 else taken.astype(a.dtype) * share
    taken = np.equal(a, kept(ans, axis, keepdims, a.ndim))
    share = kept(ct, axis, keepdims, a.ndim) if getattr(ct, "ndim", 0) else ct
    if type(taken) is np.ndarray:  # the method itself, of integers, takes a quarter of what `np.sum` of floats does
        if a.dtype is DOUBLE and np.count_nonzero(taken) == np.size(ans) == np.count_nonzero(np.equal(ans, ans)):
            return taken * (share / 1)  # each was found once, since none is NaN, which is found nowhere
        dtype: Any = None if a.dtype is DOUBLE else a.dtype.type
        counts: Any = np.add.reduce(taken, axis=axis, dtype=dtype, keepdims=True)
    else:
        counts = np.sum(taken, axis=axis, keepdims=True, dtype=a.dtype.type)
    return taken * (share / np.maximum(counts, 1))


for _extremum in (np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin):
    general(
        _extremum,
        jvps=[
            lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
                t * tie_shares(a, ans, axis, keepdims), axis=axis, keepdims=keepdims
            )
        ],
        vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: extremum_back(ct, a, ans, axis, keepdims)],
        kind="reduce",
    )


def ptp_shares(a, axis):
    """The partials of `np.ptp`."""
    high, low = np.max(a, axis=axis, keepdims=True), np.min(a, axis=axis, keepdims=True)
    return tie_shares(a, high, axis, True) - tie_shares(a, low, axis, True)


general(
    np.ptp,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(t * ptp_shares(a, axis), axis=axis, keepdims=keepdims)
    ],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims) * ptp_shares(a, axis)],
    kind="reduce",
)

# Spreads


def deviation(a, axis):
    """The elements less their mean, conjugated: the direction in which a variance grows."""
    return np.conj(a - np.mean(a, axis=axis, keepdims=True))


def freedom(shape, axis, ddof):
    """What a variance divides by; of no elements, or of as many as `ddof`, it is not a number."""
    return max(count(shape, axis) - ddof, 0) or math.nan


def var_tangent(t, a, axis, ddof, keepdims):
    """The tangent of `np.var`."""
    total = np.sum(np.real(deviation(a, axis) * t), axis=axis, keepdims=keepdims)
    return total * (2 / freedom(a.shape, axis, ddof))


def var_back(ct, a, axis, ddof, keepdims):
    """The cotangent of `np.var`."""
    return expand(ct * (2 / freedom(a.shape, axis, ddof)), a.shape, axis, keepdims) * deviation(a, axis)


general(
    np.var,
    jvps=[lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: var_tangent(t, a, axis, ddof, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: var_back(ct, a, axis, ddof, keepdims)],
    kind="magnitude",
)
general(
    np.std,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: (
            var_tangent(t, a, axis, ddof, keepdims) / (2 * nonzero_or_one(ans))
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: var_back(
            ct / (2 * nonzero_or_one(ans)), a, axis, ddof, keepdims
        )
    ],
    kind="magnitude",
)


def nanvar_partials(a, axis, ddof):
    """The partials of `np.nanvar`: twice the deviation of each number, none of NaN."""
    missing, n = np.isnan(a), numbers(a, axis)
    filled = np.where(missing, 0, a)
    mean = np.sum(filled, axis=axis, keepdims=True) / n
    return np.where(missing, 0, np.conj(filled - mean)) * 2 / (n - ddof)


general(
    np.nanvar,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: np.sum(
            np.real(t * nanvar_partials(a, axis, ddof)), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: (
            expand(ct, a.shape, axis, keepdims) * nanvar_partials(a, axis, ddof)
        )
    ],
    kind="magnitude",
)
general(
    np.nanstd,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: (
            np.sum(np.real(t * nanvar_partials(a, axis, ddof)), axis=axis, keepdims=keepdims)
            / (2 * nonzero_or_one(ans))
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: (
            expand(ct / (2 * nonzero_or_one(ans)), a.shape, axis, keepdims) * nanvar_partials(a, axis, ddof)
        )
    ],
    kind="magnitude",
)
