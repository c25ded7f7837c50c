"""Products of vectors, matrices and tensors: linear in each argument. No transpose conjugates (see the registry)."""

from __future__ import annotations

import math

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import multilinear
from dualad.rules.einsum import einsum_back
from dualad.rules.helpers import axes_of, is_sparse, present, sparse_times, swap_last, unbroadcast

# Matrix products


def matmul_left(ct, shape, x2):
    """The cotangent of the left factor of a matrix product, which has `shape`."""
    if is_sparse(x2):
        return np.transpose(sparse_times(x2, np.transpose(ct)))
    if len(shape) == 1:
        if x2.ndim == 1:
            return ct * x2
        return unbroadcast(np.matmul(x2, np.expand_dims(ct, -1))[..., 0], shape)
    if x2.ndim == 1:
        return unbroadcast(np.expand_dims(ct, -1) * x2, shape)
    return unbroadcast(np.matmul(ct, swap_last(x2)), shape)


def matmul_right(ct, x1, shape):
    """The cotangent of the right factor of a matrix product, which has `shape`."""
    if is_sparse(x1):
        return sparse_times(x1.T, ct)
    if len(shape) == 1:
        if x1.ndim == 1:
            return x1 * ct
        rows = np.matmul(np.expand_dims(ct, -2), x1)[..., 0, :]
        return unbroadcast(rows, shape)
    if x1.ndim == 1:
        return unbroadcast(np.expand_dims(x1, -1) * np.expand_dims(ct, -2), shape)
    return unbroadcast(np.matmul(swap_last(x1), ct), shape)


multilinear(
    np.matmul,
    lambda ct, x1, x2: matmul_left(ct, x1.shape, x2),
    lambda ct, x1, x2: matmul_right(ct, x1, x2.shape),
    kind="matmul",
)


def dot_left(ct, shape, b):
    """The cotangent of the left factor of `np.dot`, which has `shape`."""
    if len(shape) == 0 or np.ndim(b) == 0:
        return unbroadcast(ct * b, shape)
    if len(shape) <= 2 and np.ndim(b) <= 2:
        return matmul_left(ct, shape, b)
    return tensordot_left(ct, shape, b, ((len(shape) - 1,), (max(b.ndim - 2, 0),)))


def dot_right(ct, a, shape):
    """The cotangent of the right factor of `np.dot`, which has `shape`."""
    if len(shape) == 0 or np.ndim(a) == 0:
        return unbroadcast(ct * a, shape)
    if len(shape) <= 2 and np.ndim(a) <= 2:
        return matmul_right(ct, a, shape)
    return tensordot_right(ct, a, shape, ((a.ndim - 1,), (max(len(shape) - 2, 0),)))


multilinear(
    np.dot,
    lambda ct, a, b: dot_left(ct, np.shape(a), b),
    lambda ct, a, b: dot_right(ct, a, np.shape(b)),
    kind="dot",
)

# Tensor products


def contracted(axes, ndim1, ndim2):
    """The axes of either factor that `np.tensordot` sums over."""
    if np.ndim(axes) == 0 and not isinstance(axes, (list, tuple)):
        return tuple(range(ndim1 - axes, ndim1)), tuple(range(axes))
    first, second = axes
    return axes_of(_several(first), ndim1), axes_of(_several(second), ndim2)


def _several(axes):
    return tuple(axes) if np.ndim(axes) else (axes,)


def tensordot_left(ct, shape, b, axes):
    """The cotangent of the left factor of `np.tensordot`, which has `shape`."""
    summed, of_b = contracted(axes, len(shape), b.ndim)
    free = tuple(i for i in range(len(shape)) if i not in summed)
    free_b = tuple(i for i in range(b.ndim) if i not in of_b)
    found = np.tensordot(ct, b, (tuple(range(len(free), np.ndim(ct))), free_b))
    # The axes of `found` are the free ones, then those summed over in the order that they have in b.
    order = free + tuple(summed[of_b.index(i)] for i in sorted(of_b))
    return np.transpose(found, tuple(order.index(i) for i in range(len(shape))))


def tensordot_right(ct, a, shape, axes):
    """The cotangent of the right factor of `np.tensordot`, which has `shape`."""
    of_a, summed = contracted(axes, a.ndim, len(shape))
    free = tuple(i for i in range(len(shape)) if i not in summed)
    free_a = tuple(i for i in range(a.ndim) if i not in of_a)
    found = np.tensordot(a, ct, (free_a, tuple(range(len(free_a)))))
    order = tuple(summed[of_a.index(i)] for i in sorted(of_a)) + free
    return np.transpose(found, tuple(order.index(i) for i in range(len(shape))))


multilinear(
    np.tensordot,
    lambda ct, a, b, axes=2: tensordot_left(ct, a.shape, b, axes),
    lambda ct, a, b, axes=2: tensordot_right(ct, a, b.shape, axes),
    kind="contracted",
)


def inner_left(ct, shape, b):
    """The cotangent of the left factor of `np.inner`, which has `shape`."""
    if len(shape) == 0 or np.ndim(b) == 0:
        return unbroadcast(ct * b, shape)
    return tensordot_left(ct, shape, b, ((-1,), (-1,)))


def inner_right(ct, a, shape):
    """The cotangent of the right factor of `np.inner`, which has `shape`."""
    if len(shape) == 0 or np.ndim(a) == 0:
        return unbroadcast(ct * a, shape)
    return tensordot_right(ct, a, shape, ((-1,), (-1,)))


multilinear(
    np.inner,
    lambda ct, a, b: inner_left(ct, np.shape(a), b),
    lambda ct, a, b: inner_right(ct, a, np.shape(b)),
    kind="inner",
)
multilinear(
    np.outer,
    lambda ct, a, b: np.reshape(np.matmul(ct, np.ravel(b)), np.shape(a)),
    lambda ct, a, b: np.reshape(np.matmul(np.ravel(a), ct), np.shape(b)),
    kind="outer",
)
multilinear(
    np.vdot,
    lambda ct, a, b: np.reshape(np.conj(np.multiply(ct, np.ravel(b))), np.shape(a)),
    lambda ct, a, b: np.reshape(np.multiply(ct, np.conj(np.ravel(a))), np.shape(b)),
    kind="vdot",
)


def vecdot_left(ct, shape, x2, axis):
    """The cotangent of the first factor of `np.vecdot`, which conjugates it."""
    return unbroadcast(np.conj(np.moveaxis(np.expand_dims(ct, -1) * np.moveaxis(x2, axis, -1), -1, axis)), shape)


def vecdot_right(ct, x1, shape, axis):
    """The cotangent of the second factor of `np.vecdot`."""
    return unbroadcast(np.moveaxis(np.expand_dims(ct, -1) * np.conj(np.moveaxis(x1, axis, -1)), -1, axis), shape)


for _vecdot in present(np, "vecdot"):
    multilinear(
        _vecdot,
        lambda ct, x1, x2, *, axis=-1: vecdot_left(ct, x1.shape, x2, axis),
        lambda ct, x1, x2, *, axis=-1: vecdot_right(ct, x1, x2.shape, axis),
        kind="along_last",
    )
for _matvec in present(np, "matvec"):
    multilinear(
        _matvec,
        lambda ct, x1, x2: unbroadcast(np.expand_dims(ct, -1) * np.expand_dims(x2, -2), x1.shape),
        lambda ct, x1, x2: unbroadcast(np.matmul(swap_last(x1), np.expand_dims(ct, -1))[..., 0], x2.shape),
    )
for _vecmat in present(np, "vecmat"):
    multilinear(
        _vecmat,
        lambda ct, x1, x2: unbroadcast(np.conj(np.matmul(x2, np.expand_dims(ct, -1))[..., 0]), x1.shape),
        lambda ct, x1, x2: unbroadcast(np.expand_dims(np.conj(x1), -1) * np.expand_dims(ct, -2), x2.shape),
    )


def kron_pairs(ct, shape1, shape2):
    """The result of `np.kron` with the axes of the first factor in front and those of the second behind."""
    ndim = max(len(shape1), len(shape2))
    first = (1,) * (ndim - len(shape1)) + shape1
    second = (1,) * (ndim - len(shape2)) + shape2
    pairs = tuple(n for pair in zip(first, second, strict=True) for n in pair)
    order = (*range(0, 2 * ndim, 2), *range(1, 2 * ndim, 2))
    return np.reshape(np.transpose(np.reshape(ct, pairs), order), (math.prod(shape1), math.prod(shape2)))


multilinear(
    np.kron,
    lambda ct, a, b: np.reshape(np.matmul(kron_pairs(ct, np.shape(a), np.shape(b)), np.ravel(b)), np.shape(a)),
    lambda ct, a, b: np.reshape(np.matmul(np.ravel(a), kron_pairs(ct, np.shape(a), np.shape(b))), np.shape(b)),
    kind="products_of_all",
)


PLANE = "np.cross of vectors in the plane has no derivative rule; write a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]"


def cross_in_space(a, b):
    """`np.cross` in a function that was transformed on the assumption that its vectors are not both in the plane."""
    if a.shape[-1] == b.shape[-1] == 2:
        raise Unsupported(PLANE)
    return cross(a, b)


def cross(a, b):
    """`np.cross` along the last axis; of plain arrays of vectors in space in half of the time that it takes."""
    plain = type(a) is np.ndarray and type(b) is np.ndarray and a.shape == b.shape and a.shape[-1] == 3
    if not (plain and a.dtype == b.dtype == np.float64):
        return np.cross(a, b)
    a0, a1, a2, b0, b1, b2 = a[..., 0], a[..., 1], a[..., 2], b[..., 0], b[..., 1], b[..., 2]
    found = np.empty(a.shape)
    np.subtract(a1 * b2, a2 * b1, out=found[..., 0])
    np.subtract(a2 * b0, a0 * b2, out=found[..., 1])
    np.subtract(a0 * b1, a1 * b0, out=found[..., 2])
    return found


def cross_back(first, second, shape, axes, axis):
    """The cross product of two vectors given by their axes, in the shape of the factor that lies along `axis`."""
    if shape[axis] != 3:
        raise Unsupported(PLANE)
    if axes == (-1, -1) and axis == -1:
        return unbroadcast(cross(first, second), shape)
    last = np.cross(first, second, axisa=axes[0], axisb=axes[1])
    moved = np.moveaxis(np.broadcast_to(0.0, shape), axis, -1).shape
    return np.moveaxis(unbroadcast(last, moved), -1, axis)


def cross_left(ct, shape, b, axisa, axisb, axisc, axis):
    """The cotangent of the first factor of `np.cross`: the triple product turned round."""
    if axis is not None:
        axisa = axisb = axisc = axis
    return cross_back(b, ct, shape, (axisb, axisc), axisa)


def cross_right(ct, a, shape, axisa, axisb, axisc, axis):
    """The cotangent of the second factor of `np.cross`."""
    if axis is not None:
        axisa = axisb = axisc = axis
    return cross_back(ct, a, shape, (axisc, axisa), axisb)


multilinear(
    np.cross,
    lambda ct, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None: cross_left(ct, a.shape, b, axisa, axisb, axisc, axis),
    lambda ct, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None: cross_right(ct, a, b.shape, axisa, axisb, axisc, axis),
    kind="cross",
)

# Sums of products by formula


def einsum_transpose(i):
    """The transpose of `np.einsum` in operand `i`; -1 is the first argument, which may be an operand too."""
    return lambda ct, subscripts, *operands, optimize=False: einsum_back(ct, subscripts, operands, i)


# A diagonal or a transpose by einsum is a view.
multilinear(np.einsum, *(einsum_transpose(i) for i in range(-1, 20)), aliases="maybe", kind="einsum")

# Convolution


def whole(ct, n1, n2, mode):
    """The cotangent of a convolution as mode "full" would have it."""
    if mode == "full":
        return ct
    short = min(n1, n2)
    before = (short - 1) // 2 if mode == "same" else short - 1
    after = n1 + n2 - 1 - before - ct.shape[0]
    return np.concatenate([np.zeros(before, ct.dtype), ct, np.zeros(after, ct.dtype)])


def sliding(full, kernel):
    """The transpose of a full convolution with `kernel`."""
    n = full.shape[0] - kernel.shape[0] + 1
    found = np.convolve(full, np.flip(kernel))
    return found[kernel.shape[0] - 1 : kernel.shape[0] - 1 + n]


multilinear(
    np.convolve,
    lambda ct, a, v, mode="full": np.reshape(sliding(whole(ct, a.size, v.size, mode), np.ravel(v)), a.shape),
    lambda ct, a, v, mode="full": np.reshape(sliding(whole(ct, a.size, v.size, mode), np.ravel(a)), v.shape),
    kind="convolved",
)


def correlate_whole(ct, n1, n2, mode):
    """The cotangent of a correlation as the full convolution with the reversed kernel would have it."""
    if mode == "same" and n2 > n1 and n1 % 2 == 0:
        return np.concatenate([np.zeros(n1 // 2, ct.dtype), ct, np.zeros(n1 // 2 - 1, ct.dtype)])
    return whole(ct, n1, n2, mode)


multilinear(
    np.correlate,
    lambda ct, a, v, mode="valid": sliding(correlate_whole(ct, a.size, v.size, mode), np.flip(np.conj(v))),
    lambda ct, a, v, mode="valid": np.conj(np.flip(sliding(correlate_whole(ct, a.size, v.size, mode), a))),
    kind="convolved",
)
