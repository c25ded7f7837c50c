"""Calls with keywords that the rules do not name (`where=`, `initial=`, `dtype=`...): what they do, without them.

Those that store (`out=`) are done by the two modes themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import linear, otherwise
from dualad.rules.helpers import expand, present

__dualad_lift__ = True

# Reductions of chosen elements


def started_from(initial, a, dtype=None):
    """What a reduction starts from, which NumPy would round to integers where the result is of integers."""
    exact = np.asarray(a).dtype if dtype is None else np.dtype(dtype)
    if exact.kind in "biu" and np.result_type(initial).kind in "fc":
        raise Unsupported("`initial` is rounded in a reduction of integers; make the array one of floats")
    if exact.kind in "fc" and type(initial) not in (int, float, complex):
        return np.asarray(initial, exact)[()]
    return initial


def chosen_sum(a, initial, axis, dtype, keepdims, where):
    """`np.sum` itself, which adds in another order than a sum of `np.where` would."""
    return np.sum(a, axis, dtype, keepdims=keepdims, initial=initial, where=where)


linear(
    chosen_sum,
    lambda ct, a, initial, axis, dtype, keepdims, where: np.where(where, expand(ct, np.shape(a), axis, keepdims), 0),
    lambda ct, a, initial, axis, dtype, keepdims, where: np.sum(ct),
)


def total(a, axis=None, dtype=None, *, keepdims=False, initial=0, where=True):
    """`np.sum`."""
    return chosen_sum(a, started_from(initial, a, dtype), axis, dtype, keepdims, where)


def product(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=True):
    """`np.prod`."""
    a = a if dtype is None else np.asarray(a, dtype)
    return np.prod(np.where(where, a, 1), axis, keepdims=keepdims) * started_from(initial, a)


def running_product(a, axis=None, dtype=None):
    """`np.cumprod` in another dtype."""
    return np.cumprod(np.asarray(a, dtype), axis)


def largest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.max`."""
    initial = started_from(initial, a)
    if np.size(a) == 0:
        return np.sum(a, axis, keepdims=keepdims) + initial
    return np.maximum(np.max(np.where(where, a, initial), axis, keepdims=keepdims), initial)


def smallest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.min`."""
    initial = started_from(initial, a)
    if np.size(a) == 0:
        return np.sum(a, axis, keepdims=keepdims) + initial
    return np.minimum(np.min(np.where(where, a, initial), axis, keepdims=keepdims), initial)


def counted(a, where, axis, keepdims, dtype=None):
    """How many elements are chosen, in a dtype that keeps that of `a`, or the one that is asked for."""
    dtype = np.real(np.zeros(0, np.result_type(np.asarray(a) if dtype is None else dtype, np.float16))).dtype
    return np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims, dtype=dtype)


def mean(a, axis=None, dtype=None, *, keepdims=False, where=True):
    """`np.mean`."""
    return chosen_sum(a, 0, axis, dtype, keepdims, where) / counted(a, where, axis, keepdims, dtype)


def variance(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    """`np.var`."""
    is_real = not np.iscomplexobj(a)
    if dtype is not None and not is_real and np.dtype(dtype).kind != "c":
        raise Unsupported("a variance of complex numbers in a real dtype; take it of the real part")
    a = np.asarray(a, dtype)
    middle = np.mean(a, axis, keepdims=True, where=where) if mean is None else mean
    off = np.subtract(a, middle)
    free = np.maximum(counted(a, where, axis, keepdims) - (ddof if correction is None else correction), 0)
    found = chosen_sum(np.real(off * np.conj(off)), 0, axis, None, keepdims, where) / free
    return found if dtype is None or not is_real else found.astype(dtype)


def root_or_zero(v):
    """The square root, whose derivative at 0 is taken to be 0."""
    return np.where(v == 0, 0, np.sqrt(np.where(v == 0, 1, v)))[()]


def deviation(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    """`np.std`."""
    v = np.var(a, axis, dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean, correction=correction)
    return root_or_zero(v)


# The same of what is not NaN


def nantotal(a, axis=None, dtype=None, *, keepdims=False, initial=0, where=True):
    """`np.nansum`."""
    return np.sum(np.where(np.isnan(a), 0, a), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nanlargest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.nanmax`."""
    a = np.asarray(a)
    if a.dtype.kind in "biu":
        return np.max(a, axis, keepdims=keepdims, initial=initial, where=where)
    return np.max(np.where(np.isnan(a), initial, a), axis, keepdims=keepdims, initial=initial, where=where)


def nansmallest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.nanmin`."""
    a = np.asarray(a)
    if a.dtype.kind in "biu":
        return np.min(a, axis, keepdims=keepdims, initial=initial, where=where)
    return np.min(np.where(np.isnan(a), initial, a), axis, keepdims=keepdims, initial=initial, where=where)


def without(a, where):
    """The mask less NaN, and the array with 0 in place of NaN."""
    missing = np.isnan(a)
    return np.logical_and(where, np.logical_not(missing)), np.where(missing, 0, a)


def nanmean(a, axis=None, dtype=None, *, keepdims=False, where=True):
    """`np.nanmean`."""
    chosen, filled = without(a, where)
    return np.mean(filled, axis, dtype, keepdims=keepdims, where=chosen)


def nanvariance(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    """`np.nanvar`."""
    chosen, filled = without(a, where)
    return np.var(filled, axis, dtype, ddof=ddof, keepdims=keepdims, where=chosen, mean=mean, correction=correction)


def nandeviation(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    """`np.nanstd`."""
    chosen, filled = without(a, where)
    return np.std(filled, axis, dtype, ddof=ddof, keepdims=keepdims, where=chosen, mean=mean, correction=correction)


def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """`np.average` with the sum of the weights."""
    found = np.average(a, axis, weights, keepdims=keepdims)
    if not returned:
        return found
    if weights is None:
        return found, np.full_like(found, np.size(a) / np.size(found))
    ones = np.ones_like(a)
    return found, np.average(ones, axis, weights, keepdims=keepdims) * weight_sums(ones, axis, weights, keepdims)


def weight_sums(ones, axis, weights, keepdims):
    """The sums of the weights of `np.average`."""
    if axis is None or np.shape(weights) == np.shape(ones):
        return np.sum(ones * weights, axis=axis, keepdims=keepdims)
    return np.sum(weights) * np.mean(ones, axis=axis, keepdims=keepdims)


# Running sums and products with what they start from


def cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False):
    """`np.cumulative_sum`."""
    return started(np.cumsum(x, axis, dtype), 0, axis or 0, include_initial)


def cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False):
    """`np.cumulative_prod`."""
    return started(np.cumprod(x, axis, dtype), 1, axis or 0, include_initial)


def started(found, first, axis, include_initial):
    """What is accumulated along an axis, after what was there before."""
    if not include_initial:
        return found
    shape = tuple(1 if i == axis % found.ndim else n for i, n in enumerate(found.shape))
    return np.concatenate([np.full(shape, first, found.dtype), found], axis)


def nancumsum(a, axis=None, dtype=None):
    """`np.nancumsum` in another dtype."""
    return np.cumsum(np.where(np.isnan(a), 0, a), axis, dtype)


# Products of matrices and vectors


def trace(a, offset=0, axis1=0, axis2=1, dtype=None):
    """`np.trace`."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1, dtype)


# Several arrays at once


def atleast_1d(*arys):
    """`np.atleast_1d`."""
    return tuple([np.atleast_1d(a) for a in arys])


def atleast_2d(*arys):
    """`np.atleast_2d`."""
    return tuple([np.atleast_2d(a) for a in arys])


def atleast_3d(*arys):
    """`np.atleast_3d`."""
    return tuple([np.atleast_3d(a) for a in arys])


def meshgrid(*xi, indexing="xy", copy=True, sparse=False):
    """`np.meshgrid`."""
    if copy and not sparse:
        return np.meshgrid(*xi, indexing=indexing)
    found: tuple[Any, ...] = ()
    for i, x in enumerate(xi):
        at = 1 - i if indexing == "xy" and i < 2 <= len(xi) else i
        found = found + (np.reshape(np.asarray(x), (1,) * at + (-1,) + (1,) * (len(xi) - at - 1)),)
    if copy:
        return tuple([x.copy() for x in found])
    return found if sparse else tuple(np.broadcast_arrays(*found))  # which may be stored into


# Differences


def differences(a, n=1, axis=-1, prepend=None, append=None):
    """`np.diff` with something before and after the array; no differences at all give the array itself."""
    if n == 0:
        return a
    a = np.asarray(a)
    found = np.concatenate([*edge(prepend, a, axis), a, *edge(append, a, axis)], axis)
    for _ in range(n):
        found = np.diff(found, axis=axis)
    return found


def edge(part, a, axis):
    """What is put at an end of the array: nothing, an array, or a number for all of it."""
    if part is None:
        return []
    shape = tuple(1 if i == axis % a.ndim else n for i, n in enumerate(a.shape))
    return [np.broadcast_to(part, shape) if np.ndim(part) == 0 else part]


# Sums of products


def einsum(*operands, optimize=False, dtype=None, order="K", casting="safe"):
    """`np.einsum` in another dtype, or with its result laid out in a given order."""
    places = range(1, len(operands)) if isinstance(operands[0], str) else range(0, len(operands) - 1, 2)
    if dtype is not None:
        cast = [
            np.asarray(x).astype(dtype, casting=casting, copy=False) if i in places else x
            for i, x in enumerate(operands)
        ]  # what einsum gives of one operand may be a view of it
        return einsum(*cast, optimize=optimize, order=order)
    found = np.einsum(*operands, optimize=optimize)
    return found if order == "K" or len(places) == 1 else np.array(found, order=order)  # views stay views


# Conversion


def concatenate(arrays, axis=0, *, dtype=None, casting="same_kind"):
    """`np.concatenate`."""
    return np.concatenate(arrays, axis).astype(dtype, casting=casting)


def stack(arrays, axis=0, *, dtype=None, casting="same_kind"):
    """`np.stack`."""
    return np.stack(arrays, axis).astype(dtype, casting=casting)


def vstack(tup, *, dtype=None, casting="same_kind"):
    """`np.vstack`."""
    return np.vstack(tup).astype(dtype, casting=casting)


def hstack(tup, *, dtype=None, casting="same_kind"):
    """`np.hstack`."""
    return np.hstack(tup).astype(dtype, casting=casting)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`np.linspace`, also with its step."""
    found = np.linspace(start, stop, num, endpoint, axis=axis)
    found = found if dtype is None else found.astype(dtype)
    if not retstep:
        return found
    steps = num - 1 if endpoint else num
    return found, np.subtract(stop, start) / steps if steps > 0 else np.nan


def clip(a, *, min=None, max=None):
    """`np.clip` with its other names."""
    return np.clip(a, min, max)


def interp(x, xp, fp, left=None, right=None, period=None):
    """`np.interp` of a periodic function."""
    x, xp = np.asarray(x, np.float64), np.remainder(np.asarray(xp, np.float64), period)
    order = np.argsort(xp)
    xp, fp = xp[order], np.asarray(fp)[order]
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return np.interp(np.remainder(x, period), xp, np.concatenate([fp[-1:], fp, fp[:1]]))


def places(condition):
    """`np.where(condition)`."""
    return np.nonzero(condition)


DEFINITIONS: tuple[tuple[Any, Callable[..., Any]], ...] = (
    (np.sum, total), (np.prod, product), (np.max, largest), (np.min, smallest), (np.mean, mean), (np.var, variance),
    (np.std, deviation), (np.nansum, nantotal), (np.nanmax, nanlargest), (np.nanmin, nansmallest),
    (np.nanmean, nanmean), (np.nanvar, nanvariance), (np.nanstd, nandeviation), (np.average, average),
    (np.concatenate, concatenate), (np.stack, stack), (np.vstack, vstack), (np.hstack, hstack),
    (np.cumprod, running_product), (np.linspace, linspace), (np.clip, clip), (np.interp, interp),
    (np.trace, trace), (np.meshgrid, meshgrid), (np.atleast_1d, atleast_1d), (np.atleast_2d, atleast_2d),
    (np.atleast_3d, atleast_3d), (np.nancumsum, nancumsum),
)  # fmt: skip
NEWER: dict[str, Callable[..., Any]] = {
    "amax": largest, "amin": smallest, "cumulative_sum": cumulative_sum, "cumulative_prod": cumulative_prod,
}  # fmt: skip
"""Those of names that not every version of NumPy has, or has for the same function."""

for _fn, _definition in DEFINITIONS:
    otherwise(_fn, _definition)
for _name, _definition in NEWER.items():
    for _fn in present(np, _name):
        if _fn not in (np.max, np.min):
            otherwise(_fn, _definition)
otherwise(np.einsum, einsum)
otherwise(np.diff, differences, n=(1, 2, 3))
otherwise(np.where, places)
