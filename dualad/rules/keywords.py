"""Calls with keywords that the rules do not name (`where=`, `initial=`, `dtype=`...): what they do, without them.

Those that store (`out=`) are done by the two modes themselves.
"""

from __future__ import annotations

import numpy as np

from dualad.registry import otherwise

__dualad_lift__ = True

# Reductions of chosen elements


def total(a, axis=None, dtype=None, *, keepdims=False, initial=0, where=True):
    """`np.sum`."""
    return np.sum(np.where(where, a, 0), axis, dtype, keepdims=keepdims) + initial


def product(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=True):
    """`np.prod`."""
    return np.prod(np.where(where, a, 1), axis, dtype, keepdims=keepdims) * initial


def largest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.max`."""
    return np.maximum(np.max(np.where(where, a, initial), axis, keepdims=keepdims), initial)


def smallest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.min`."""
    return np.minimum(np.min(np.where(where, a, initial), axis, keepdims=keepdims), initial)


def counted(a, where, axis, keepdims):
    """How many elements are chosen, in a dtype that keeps that of `a`."""
    dtype = np.real(np.zeros(0, np.result_type(a, np.float16))).dtype
    return np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims, dtype=dtype)


def mean(a, axis=None, dtype=None, *, keepdims=False, where=True):
    """`np.mean`."""
    return np.sum(np.where(where, a, 0), axis, dtype, keepdims=keepdims) / counted(a, where, axis, keepdims)


def variance(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    """`np.var`."""
    a = np.asarray(a, dtype)
    middle = np.mean(a, axis, keepdims=True, where=where) if mean is None else mean
    off = np.where(where, a - middle, 0)
    free = counted(a, where, axis, keepdims) - (ddof if correction is None else correction)
    return np.sum(np.real(off * np.conj(off)), axis, keepdims=keepdims) / free


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
    return np.max(np.where(np.isnan(a), initial, a), axis, keepdims=keepdims, initial=initial, where=where)


def nansmallest(a, axis=None, *, keepdims=False, initial, where=True):
    """`np.nanmin`."""
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
    return (found, (np.asarray(stop) - np.asarray(start)) / (num - 1 if endpoint else num)) if retstep else found


def clip(a, *, min=None, max=None):
    """`np.clip` with its other names."""
    return np.clip(a, min, max)


def interp(x, xp, fp, left=None, right=None, period=None):
    """`np.interp` of a periodic function."""
    xp = np.remainder(xp, period)
    order = np.argsort(xp)
    xp, fp = xp[order], np.asarray(fp)[order]
    xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return np.interp(np.remainder(x, period), xp, np.concatenate([fp[-1:], fp, fp[:1]]))


for _fn, _definition in (
    (np.sum, total), (np.prod, product), (np.max, largest), (np.min, smallest), (np.mean, mean), (np.var, variance),
    (np.std, deviation), (np.nansum, nantotal), (np.nanmax, nanlargest), (np.nanmin, nansmallest),
    (np.nanmean, nanmean), (np.nanvar, nanvariance), (np.nanstd, nandeviation), (np.average, average),
    (np.concatenate, concatenate), (np.stack, stack), (np.vstack, vstack), (np.hstack, hstack),
    (np.linspace, linspace), (np.clip, clip), (np.interp, interp),
):  # fmt: skip
    otherwise(_fn, _definition)
