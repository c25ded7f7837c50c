"""Functions that put elements in other places, and functions that call functions of the user's on parts of arrays."""

from __future__ import annotations

import math

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import constant, defined, linear
from dualad.rules.helpers import define, unbroadcast
from dualad.rules.indexing import scatter

__dualad_lift__ = True

# Elements put elsewhere: where they come from is found by doing the same to their numbers


def inserted_back(ct, arr_shape, obj, values_shape, axis, values):
    """The cotangent of `np.insert` in its array or its values, found by inserting numbers into numbers."""
    n, m = math.prod(arr_shape), math.prod(values_shape)
    numbers, more = np.reshape(np.arange(n), arr_shape), np.reshape(np.arange(n, n + m), values_shape)
    flat = scatter(ct, (n + m,), np.insert(numbers, obj, more, axis))
    return np.reshape(flat[n:], values_shape) if values else np.reshape(flat[:n], arr_shape)


linear(
    np.insert,
    lambda ct, arr, obj, values, axis=None: inserted_back(ct, np.shape(arr), obj, np.shape(values), axis, False),
    None,
    lambda ct, arr, obj, values, axis=None: inserted_back(ct, np.shape(arr), obj, np.shape(values), axis, True),
    kind="repeated",
)


def resized_places(n, new_shape):
    """Which elements `np.resize` repeats."""
    return np.resize(np.arange(n), new_shape)


def resize(a, new_shape):
    """`np.resize`: the elements over and over; zeros where there are none."""
    a = np.ravel(a)
    return np.zeros(new_shape, a.dtype) if a.shape[0] == 0 else a[resized_places(a.shape[0], new_shape)]


def box(filt, trim, axis):
    """The slices that `np.trim_zeros` leaves."""
    nonzero = np.nonzero(filt)
    axes = range(np.ndim(filt)) if axis is None else np.atleast_1d(axis) % np.ndim(filt)
    key = [slice(None)] * np.ndim(filt)
    for i in axes:
        low, high = (int(nonzero[i].min()), int(nonzero[i].max()) + 1) if nonzero[i].size else (np.shape(filt)[i],) * 2
        front, back = "f" in trim.lower(), "b" in trim.lower()
        key[i] = slice(low if front else 0, high if back else None)
        if not nonzero[i].size:
            key[i] = slice(0, 0)
    return tuple(key)


def trim_zeros(filt, trim="fb", axis=None):
    """`np.trim_zeros`."""
    filt = np.asarray(filt)
    if filt.ndim == 0:
        return filt
    return filt[box(filt, trim, axis)]


def ediff1d(ary, to_end=None, to_begin=None):
    """`np.ediff1d`: differences, between what is put before and after them."""
    ary = np.ravel(ary)
    parts = [np.diff(ary)]
    if to_begin is not None:
        parts = [np.ravel(np.asarray(to_begin)).astype(ary.dtype)] + parts
    if to_end is not None:
        parts = parts + [np.ravel(np.asarray(to_end)).astype(ary.dtype)]
    return np.concatenate(parts)


def sort_complex(a):
    """`np.sort_complex`, which makes single precision of the smallest integers alone."""
    a = np.sort(a)
    if np.iscomplexobj(a):
        return a
    wide = {1: np.complex64, 2: np.complex64}.get(a.dtype.itemsize) if a.dtype.kind in "iu" else None
    return a.astype(np.result_type(a, np.complex128) if wide is None else wide)


def real_if_close(a, tol=100):
    """`np.real_if_close`: the real part if the imaginary one is within so many units in the last place of 0."""
    a = np.asarray(a)
    if not np.iscomplexobj(a):
        return a
    within = tol * np.finfo(a.dtype).eps if tol > 1 else tol
    return np.real(a) if np.all(np.absolute(np.imag(a)) < within) else a


constant(box)
define(np, resize, ediff1d, sort_complex)
defined(np.trim_zeros, trim_zeros, aliases="maybe")
defined(np.real_if_close, real_if_close, aliases="maybe")


def broadcast_transpose(i):
    """The transpose of `np.broadcast_arrays` in argument `i`; a result that nothing flows into may be 0.0."""
    return lambda ct, *args, subok=False: unbroadcast(ct[i], np.shape(args[i])) if np.ndim(ct[i]) else ct[i]


linear(np.broadcast_arrays, *(broadcast_transpose(i) for i in range(10)), aliases="yes")

# Sets: an element of the result moves with the one that it was taken from, the first of those that are equal


def first_places(ar, axis, equal_nan, asked):
    """Where the elements of `np.unique` are first met, and what else it was asked to return."""
    found = np.unique(ar, True, True, True, axis, equal_nan=equal_nan)[1:]
    return found[0], [extra for extra, wanted in zip(found, asked) if wanted]


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True):
    """`np.unique`, as indexing with the positions that it returns."""
    ar = np.asarray(ar)
    index, rest = first_places(ar, axis, equal_nan, (return_index, return_inverse, return_counts))
    found = np.ravel(ar)[index] if axis is None else np.take(ar, index, axis)
    return (found,) + tuple(rest) if rest else found


def union1d(ar1, ar2):
    """`np.union1d`."""
    return np.unique(np.concatenate([np.ravel(ar1), np.ravel(ar2)]))


def setdiff1d(ar1, ar2, assume_unique=False):
    """`np.setdiff1d`."""
    ar1 = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return ar1[np.logical_not(np.isin(ar1, ar2))]


def setxor1d(ar1, ar2, assume_unique=False):
    """`np.setxor1d`."""
    return np.sort(np.concatenate([np.setdiff1d(ar1, ar2), np.setdiff1d(ar2, ar1)]))


def common_places(ar1, ar2, assume_unique):
    """Where the common elements are in either array."""
    return np.intersect1d(ar1, ar2, assume_unique, return_indices=True)[1:]


def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    """`np.intersect1d`, whose elements are taken from the first."""
    if return_indices:
        ar1, ar2 = np.asarray(ar1), np.asarray(ar2)
        first, second = common_places(ar1, ar2, assume_unique)
        return np.ravel(ar1)[first].astype(np.result_type(ar1, ar2)), first, second
    ar1 = np.unique(ar1)
    return ar1[np.isin(ar1, ar2)].astype(np.result_type(ar1, np.asarray(ar2)))


constant(first_places)
constant(common_places)
define(np, unique, union1d, setdiff1d, setxor1d, intersect1d)

# Functions of the user's on parts of arrays


def conditions(condlist, shape, count):
    """The conditions of `np.piecewise` one by one, the last one for what the others leave."""
    found = [np.asarray(condlist)] if np.ndim(condlist) == 0 or (np.ndim(condlist[0]) == 0 and len(shape)) else condlist
    found = [np.broadcast_to(np.asarray(c, bool), shape) for c in found]
    return found if count == len(found) else [*found, np.logical_not(np.any(np.stack(found), axis=0))]


def piecewise(x, condlist, funclist, *args, **kw):
    """`np.piecewise`: later pieces win; each function sees only the elements that its condition chooses."""
    x = np.asarray(x)
    shape = np.shape(x)
    chosen = conditions(condlist, shape, len(funclist))
    found = np.zeros_like(x)
    for condition, piece in zip(chosen, funclist):
        if callable(piece):
            if np.any(condition):
                values = np.broadcast_to(piece(x[condition], *args, **kw), (np.sum(condition),))
                found = np.where(condition, scatter(values, shape, condition), found)
        else:
            found = np.where(condition, piece, found)
    if x.dtype.kind in "biu" and found.dtype.kind not in "biu":
        raise Unsupported("np.piecewise of integers cuts off what follows the point; give it an array of floats")
    return found.astype(x.dtype)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """`np.apply_along_axis`: the function's results for all vectors along an axis, stacked."""
    moved = np.moveaxis(np.asarray(arr), axis, -1)
    outer, ndim = np.shape(moved)[:-1], np.ndim(moved)
    rows = np.reshape(moved, (math.prod(outer), np.shape(moved)[-1]))
    found = np.stack([np.copy(func1d(np.copy(rows[i]), *args, **kwargs)) for i in range(np.shape(rows)[0])])
    inner, at = np.ndim(found) - 1, axis % ndim
    found = np.reshape(found, outer + np.shape(found)[1:])
    return np.moveaxis(found, tuple(range(ndim - 1, ndim - 1 + inner)), tuple(range(at, at + inner)))


def listed(axes):
    """The axes one by one."""
    return np.atleast_1d(axes).tolist()


def apply_over_axes(func, a, axes):
    """`np.apply_over_axes`: a reduction over one axis after the other, axes kept."""
    found = np.copy(a)
    ndim = np.ndim(found)
    for axis in listed(axes):
        reduced = func(found, axis)
        found = reduced if np.ndim(reduced) == ndim else np.expand_dims(reduced, axis)
    return found


constant(listed)
constant(conditions)
define(np, piecewise, apply_along_axis, apply_over_axes)
