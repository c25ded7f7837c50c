"""`np.pad`: an array continued beyond its edges, one axis after the other, by what is linear in it.

Padding with extrema or medians is refused: it alone would have every padded array kept for the reverse sweep.
"""

from __future__ import annotations

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.indexing import scatter

CONSTANT = ("constant", "empty")
REPEATING = ("edge", "reflect", "symmetric", "wrap")
WEIGHTED = ("linear_ramp", "mean")


def check_mode(mode):
    """Refuse what is not linear, and functions."""
    if mode not in (*CONSTANT, *REPEATING, *WEIGHTED):
        raise Unsupported(
            f"np.pad(..., mode={mode!r}) has no derivative rule; join the array and np.repeat of "
            "np.max(x, axis, keepdims=True) and its like by np.concatenate"
        )


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
    check_mode(mode)
    if mode in CONSTANT:
        return np.pad(t, pad_width)
    return np.pad(t, pad_width, mode, **options(mode, stat_length, reflect_type))


def pad_back(ct, shape, pad_width, mode, stat_length, reflect_type):
    """The cotangent of what `np.pad` pads: by the matrix of each axis where elements are not just repeated."""
    check_mode(mode)
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
        lambda t, ans, array, pad_width, mode="constant", *, constant_values=0, end_values=0, stat_length=None,
        reflect_type="even": pad_tangent(t, pad_width, mode, stat_length, reflect_type)
    ],
    vjps=[
        lambda ct, ans, array, pad_width, mode="constant", *, constant_values=0, end_values=0, stat_length=None,
        reflect_type="even": pad_back(ct, array.shape, pad_width, mode, stat_length, reflect_type)
    ],
)
# fmt: on
