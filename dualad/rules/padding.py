"""`np.pad`: an array continued beyond its edges, one axis after the other, by what is linear in it.

With extrema and medians it is defined by them, so that only then the padded array is kept for the reverse sweep.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import constant, general, otherwise
from dualad.rules.helpers import along
from dualad.rules.indexing import scatter

CONSTANT = ("constant", "empty")
REPEATING = ("edge", "reflect", "symmetric", "wrap")
WEIGHTED = ("linear_ramp", "mean")
STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "median": np.median}

__dualad_lift__ = True


def pairs(width, ndim):
    """A width as a pair for each axis."""
    if isinstance(width, dict):
        width = [np.broadcast_to(width.get(i) or width.get(i - ndim) or 0, 2) for i in range(ndim)]
    return tuple((int(low), int(high)) for low, high in np.broadcast_to(width, (ndim, 2)))


def options(mode, stat_length, reflect_type):
    """The options that belong to a mode."""
    if mode == "mean":
        return {"stat_length": stat_length}
    return {"reflect_type": reflect_type} if mode in ("reflect", "symmetric") else {}


def pad_tangent(t, pad_width, mode, stat_length, reflect_type):
    """The tangent of `np.pad`; constants and ends of ramps have none."""
    if mode in CONSTANT:
        return np.pad(t, pad_width)
    return np.pad(t, pad_width, mode, **options(mode, stat_length, reflect_type))


def pad_back(ct, shape, pad_width, mode, stat_length, reflect_type):
    """The cotangent of what `np.pad` pads: by the matrix of each axis where elements are not just repeated."""
    widths = pairs(pad_width, len(shape))
    if mode in CONSTANT:
        return ct[tuple(slice(low, low + n) for (low, _), n in zip(widths, shape, strict=True))]
    if mode in REPEATING and reflect_type == "even":
        size = int(np.prod(shape))
        sources = np.pad(np.reshape(np.arange(size), shape), pad_width, mode)
        return np.reshape(scatter(ct, (size,), sources), shape)
    lengths = [None] * len(shape) if stat_length is None else pairs(stat_length, len(shape))
    for axis, n in enumerate(shape):
        length = None if lengths[axis] is None else (lengths[axis], (1, 1))
        matrix = np.pad(np.eye(n, dtype=ct.dtype), (widths[axis], (0, 0)), mode, **options(mode, length, reflect_type))
        ct = np.moveaxis(np.tensordot(ct, matrix, axes=((axis,), (0,))), -1, axis)
    return ct


# fmt: off
general(
    np.pad,
    jvps=[
        lambda t, ans, array, pad_width, mode="constant", *, stat_length=None, reflect_type="even":
        pad_tangent(t, pad_width, mode, stat_length, reflect_type)
    ],
    vjps=[
        lambda ct, ans, array, pad_width, mode="constant", *, stat_length=None, reflect_type="even":
        pad_back(ct, array.shape, pad_width, mode, stat_length, reflect_type)
    ],
    kind="padded",
)
# fmt: on


# Values that are given


def with_values(array, pad_width, values, made):
    """An array with what is `made` of values for both sides of each axis, which later axes go on from."""
    found = np.asarray(array)
    values = np.broadcast_to(np.asarray(values), (found.ndim, 2)).astype(found.dtype)
    if made is ramps and found.dtype.kind in "biu":
        raise Unsupported("np.pad rounds ramps of integers; make the array one of floats")
    for axis, (low, high) in enumerate(pairs(pad_width, found.ndim)):
        n = found.shape[axis]
        first = made(found[along(axis, slice(0, 1))], values[axis, 0], axis, low)
        last = made(found[along(axis, slice(n - 1, n))], values[axis, 1], axis, high)
        found = np.concatenate([first, found, np.flip(last, axis)], axis=axis)
    return found


def constants(edge, value, axis, count):
    """One value beside an edge."""
    shape = tuple(count if i == axis else n for i, n in enumerate(edge.shape))
    return np.broadcast_to(value, shape)


def ramps(edge, value, axis, count):
    """From a value to an edge, in steps."""
    part = np.reshape(np.arange(count) / max(count, 1), tuple(count if i == axis else 1 for i in range(edge.ndim)))
    return value + (edge - value) * part.astype(edge.dtype)


# Extrema and medians of what is beside the edges


def reaches(lengths, n):
    """How many elements from either end a statistic is taken of."""
    return [n if length is None else min(length, n) for length in lengths]


def pad(array, pad_width, mode="constant", *, constant_values=None, end_values=None, stat_length=None):
    """`np.pad` with extrema or medians, or with values that are given."""
    if mode == "constant" and constant_values is not None and end_values is None:
        return with_values(array, pad_width, constant_values, constants)
    if mode == "linear_ramp" and end_values is not None and constant_values is None:
        return with_values(array, pad_width, end_values, ramps)
    statistic = STATISTICS.get(mode) if isinstance(mode, str) else None
    if statistic is None:
        raise Unsupported(f"np.pad with mode {mode!r} has no derivative rule; join parts by np.concatenate")
    found = np.asarray(array)
    if statistic is np.median and found.dtype.kind in "biu":
        raise Unsupported("np.pad rounds the medians of integers; make the array one of floats")
    widths = pairs(pad_width, found.ndim)
    lengths = ((None, None),) * found.ndim if stat_length is None else pairs(stat_length, found.ndim)
    for axis, (low, high) in enumerate(widths):
        n = found.shape[axis]
        first, last = reaches(lengths[axis], n)
        start = statistic(found[along(axis, slice(0, first))], axis=axis, keepdims=True)
        end = statistic(found[along(axis, slice(n - last, n))], axis=axis, keepdims=True)
        found = np.concatenate([np.repeat(start, low, axis), found, np.repeat(end, high, axis)], axis=axis)
    return found


constant(pairs)
constant(reaches)
otherwise(np.pad, pad, mode=(*CONSTANT, *REPEATING, *WEIGHTED))
