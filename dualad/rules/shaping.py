"""Changing shape: each is linear, and its transpose undoes it."""

from __future__ import annotations

import numpy as np

from dualad.errors import Unsupported
from dualad.parted import require_whole
from dualad.registry import linear
from dualad.rules.helpers import along, axes_of, is_complex, present, swap_last, unbroadcast
from dualad.rules.indexing import scatter

# The same elements in another shape


def order_known(order):
    """The element order of `np.reshape` if it does not depend on how arrays lie in memory."""
    if order not in ("C", "F"):
        raise Unsupported(f"order={order!r} depends on how an array lies in memory; say order='C' or order='F'")
    return order


linear(
    np.reshape,
    lambda ct, a, shape=None, order="C", *, copy=None: np.reshape(ct, a.shape, order=order_known(order)),
    kind="reshape",
    aliases="maybe",
)
linear(
    np.ravel,
    lambda ct, a, order="C": np.reshape(ct, a.shape, order=order_known(order)),
    kind="ravel",
    aliases="maybe",
)
linear(np.squeeze, lambda ct, a, axis=None: np.reshape(ct, a.shape), kind="squeeze", aliases="yes")
linear(np.expand_dims, lambda ct, a, axis: np.reshape(ct, a.shape), kind="expand_dims", aliases="yes")
linear(np.atleast_1d, lambda ct, ary: np.reshape(ct, np.shape(ary)), aliases="maybe", kind="of_rank")
linear(np.atleast_2d, lambda ct, ary: np.reshape(ct, np.shape(ary)), aliases="maybe", kind="of_rank")
linear(np.atleast_3d, lambda ct, ary: np.reshape(ct, np.shape(ary)), aliases="maybe", kind="of_rank")
linear(
    np.broadcast_to,
    lambda ct, array, shape: unbroadcast(ct, np.shape(array)),
    kind="broadcast_to",
    aliases="yes",
)

# The same elements in another order


def transpose_back(ct, axes=None):
    """The inverse of a transposition by `axes`."""
    if axes is None:
        return np.transpose(ct)
    order = axes_of(tuple(axes), len(axes))
    return np.transpose(ct, tuple(order.index(i) for i in range(len(order))))


def rollaxis_back(ct, axis, start):
    """The inverse of `np.rollaxis`."""
    ndim = np.ndim(ct)
    axis, start = axis % ndim, start + ndim if start < 0 else start
    return np.moveaxis(ct, start - 1 if axis < start else start, axis)


linear(np.transpose, lambda ct, a, axes=None: transpose_back(ct, axes), kind="transpose", aliases="yes")
linear(np.matrix_transpose, lambda ct, x, /: swap_last(ct), aliases="yes", kind="matrix_transpose")
linear(np.swapaxes, lambda ct, a, axis1, axis2: np.swapaxes(ct, axis1, axis2), kind="swapaxes", aliases="yes")
linear(
    np.moveaxis, lambda ct, a, source, destination: np.moveaxis(ct, destination, source), aliases="yes", kind="moveaxis"
)
linear(np.rollaxis, lambda ct, a, axis, start=0: rollaxis_back(ct, axis, start), aliases="yes")
linear(np.flip, lambda ct, m, axis=None: np.flip(ct, axis), kind="flipped", aliases="yes")
linear(np.flipud, lambda ct, m: np.flipud(ct), kind="like", aliases="yes")
linear(np.fliplr, lambda ct, m: np.fliplr(ct), kind="like", aliases="yes")
linear(np.rot90, lambda ct, m, k=1, axes=(0, 1): np.rot90(ct, -k, axes), aliases="yes", kind="turned")
linear(np.roll, lambda ct, a, shift, axis=None: np.roll(ct, np.negative(shift), axis), kind="copied")

# Elements repeated


def repeat_back(ct, shape, repeats, axis):
    """The sum over the repetitions of each element, or of each slice along `axis`."""
    if axis is None:
        return np.reshape(repeat_back(ct, (int(np.prod(shape)),), repeats, 0), shape)
    n = shape[axis]
    if np.size(repeats) == 1:
        at = axis % len(shape)
        times = int(np.reshape(repeats, ()))
        return np.sum(np.reshape(ct, (*shape[: at + 1], times, *shape[at + 1 :])), axis=at + 1)
    return scatter(ct, shape, along(axis, np.repeat(np.arange(n), repeats)))


def tile_back(ct, shape, reps):
    """The sum over the tiles."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    ndim = max(len(reps), len(shape))
    reps = (1,) * (ndim - len(reps)) + reps
    full = (1,) * (ndim - len(shape)) + shape
    pairs = tuple(n for pair in zip(reps, full, strict=True) for n in pair)
    return np.reshape(np.sum(np.reshape(ct, pairs), axis=tuple(range(0, 2 * ndim, 2))), shape)


linear(np.repeat, lambda ct, a, repeats, axis=None: repeat_back(ct, np.shape(a), repeats, axis), kind="repeated")
linear(np.tile, lambda ct, A, reps: tile_back(ct, np.shape(A), reps), kind="tiled")

# Parts of arrays


def split_back(ct, shape, axis, split, *args):
    """The pieces of a split put together again; a piece that nothing flows into may be 0.0."""
    pieces = split(np.broadcast_to(0.0, shape), *args)
    require_whole(ct, pieces)
    dtype = np.result_type(*ct)
    return np.concatenate(
        [c if np.ndim(c) else np.zeros(p.shape, dtype) for c, p in zip(ct, pieces, strict=True)], axis=axis
    )


linear(
    np.split,
    lambda ct, ary, indices_or_sections, axis=0: split_back(ct, ary.shape, axis, np.split, indices_or_sections, axis),
    aliases="yes",
)
linear(
    np.array_split,
    lambda ct, ary, indices_or_sections, axis=0: split_back(
        ct, ary.shape, axis, np.array_split, indices_or_sections, axis
    ),
    aliases="yes",
)
linear(
    np.hsplit,
    lambda ct, ary, indices_or_sections: split_back(
        ct, ary.shape, min(1, ary.ndim - 1), np.hsplit, indices_or_sections
    ),
    aliases="yes",
)
linear(
    np.vsplit,
    lambda ct, ary, indices_or_sections: split_back(ct, ary.shape, 0, np.vsplit, indices_or_sections),
    aliases="yes",
)
linear(
    np.dsplit,
    lambda ct, ary, indices_or_sections: split_back(ct, ary.shape, 2, np.dsplit, indices_or_sections),
    aliases="yes",
)


def unstack_back(ct, shape, axis):
    """The arrays of `np.unstack` stacked again."""
    rest = np.moveaxis(np.broadcast_to(0.0, shape), axis, 0).shape[1:]
    return np.stack([np.broadcast_to(c, rest) for c in ct], axis=axis)


for _unstack in present(np, "unstack"):
    linear(_unstack, lambda ct, x, /, *, axis=0: unstack_back(ct, x.shape, axis), aliases="yes")

linear(np.triu, lambda ct, m, k=0: unbroadcast(np.triu(ct, k), m.shape), kind="triangle")
linear(np.tril, lambda ct, m, k=0: unbroadcast(np.tril(ct, k), m.shape), kind="triangle")


def diagonal_back(ct, shape, offset, axis1, axis2):
    """`ct` on a diagonal of zeros: the transpose of `np.diagonal`."""
    ndim = len(shape)
    axis1, axis2 = axis1 % ndim, axis2 % ndim
    rest = tuple(n for i, n in enumerate(shape) if i not in (axis1, axis2))
    place = np.arange(np.shape(ct)[-1])
    moved = scatter(ct, (*rest, shape[axis1], shape[axis2]), (..., place + max(-offset, 0), place + max(offset, 0)))
    return np.moveaxis(moved, (-2, -1), (axis1, axis2))


def diag_back(ct, shape, k):
    """The transpose of `np.diag`, which takes a diagonal or makes one."""
    return np.diagonal(ct, k) if len(shape) == 1 else diagonal_back(ct, shape, k, 0, 1)


def trace_back(ct, shape, offset, axis1, axis2):
    """The transpose of `np.trace`."""
    length = np.diagonal(np.broadcast_to(0.0, shape), offset, axis1, axis2).shape[-1]
    return diagonal_back(np.broadcast_to(np.expand_dims(ct, -1), (*np.shape(ct), length)), shape, offset, axis1, axis2)


linear(np.diag, lambda ct, v, k=0: diag_back(ct, v.shape, k), aliases="maybe", kind="diag")
linear(np.diagflat, lambda ct, v, k=0: np.reshape(np.diagonal(ct, k), v.shape))
linear(
    np.diagonal,
    lambda ct, a, offset=0, axis1=0, axis2=1: diagonal_back(ct, a.shape, offset, axis1, axis2),
    aliases="yes",
    kind="diagonal",
)
linear(np.trace, lambda ct, a, offset=0, axis1=0, axis2=1: trace_back(ct, a.shape, offset, axis1, axis2), kind="trace")


def windows_back(ct, shape, window_shape, axis):
    """The transpose of a sliding window: elements are found by the windows of their numbers."""
    size = int(np.prod(shape))
    places = np.lib.stride_tricks.sliding_window_view(np.reshape(np.arange(size), shape), window_shape, axis)
    return np.reshape(scatter(ct, (size,), places), shape)


linear(
    np.lib.stride_tricks.sliding_window_view,
    lambda ct, x, window_shape, axis=None: windows_back(ct, x.shape, window_shape, axis),
    aliases="yes",
)

# Copies

linear(np.copy, lambda ct, a, order="K": ct, kind="copied")


def astype_back(ct, x):
    """The transpose of a change of dtype: a real array's cotangent is real."""
    return np.real(ct) if is_complex(ct) and not is_complex(x) else ct


for _astype in present(np, "astype"):
    linear(_astype, lambda ct, x, dtype, /: astype_back(ct, x))
