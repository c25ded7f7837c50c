"""Arrays of many short rows, worked on column by column: NumPy takes each row by itself, and most of its time for that.

What comes out is NumPy's own, to the bit: these are values of the function itself, which it may compare with each
other. Sums are added in NumPy's order (eight partial sums, then in pairs), and once for each length and dtype it is
held against NumPy whether that is the order; extrema are exact but for the sign of zeros, which NumPy decides itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

__dualad_lift__ = True  # dual numbers run through all of this

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)

LENGTH = 12
"""Rows of more numbers are left to NumPy."""

ROWS, SMALL = 64, 256
"""From how many rows on, for each number in a row, columns are quicker; and how many numbers that are at least."""

BLOCK = 2**15
"""How many numbers are gone through at a time: columns are read again and again, out of a cache."""

PAIRS = 4096
"""From how many numbers on an operand is repeated, where NumPy would broadcast it within short rows."""


def row_sum(x: Any, axis: int, keepdims: Any = False) -> Any:
    """`x.sum(axis=axis, keepdims=keepdims)`."""
    if type(x) is not np.ndarray:
        return x.sum(axis=axis, keepdims=keepdims) if keepdims else x.sum(axis=axis)
    if x.size >= SMALL and _is_short(x, axis) and _is_numpys_order(x.shape[-1], x.dtype):
        return _by_columns(_add, x, keepdims)
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


def row_dot(a: Any, b: Any, axis: int, keepdims: Any = False) -> Any:
    """`(a * b).sum(axis=axis, keepdims=keepdims)`, without an array for the product where there are many rows."""
    found = _dot(a, b, axis, keepdims)
    return row_sum(a * b, axis, keepdims) if found is None else found


def row_square(x: Any, axis: int, keepdims: Any = False) -> Any:
    """`(x ** 2).sum(axis=axis, keepdims=keepdims)`, likewise; of objects a square need be no product with itself."""
    found = _dot(x, x, axis, keepdims)
    return row_sum(x**2, axis, keepdims) if found is None else found


def row_max(x: Any, axis: int, keepdims: Any = False) -> Any:
    """`x.max(axis=axis, keepdims=keepdims)`."""
    if type(x) is not np.ndarray:
        return x.max(axis=axis, keepdims=keepdims) if keepdims else x.max(axis=axis)
    found = _extremum(np.maximum, x, axis, keepdims) if x.size >= SMALL else None
    return np.maximum.reduce(x, axis=axis, keepdims=keepdims) if found is None else found


def row_min(x: Any, axis: int, keepdims: Any = False) -> Any:
    """`x.min(axis=axis, keepdims=keepdims)`."""
    if type(x) is not np.ndarray:
        return x.min(axis=axis, keepdims=keepdims) if keepdims else x.min(axis=axis)
    found = _extremum(np.minimum, x, axis, keepdims) if x.size >= SMALL else None
    return np.minimum.reduce(x, axis=axis, keepdims=keepdims) if found is None else found


def pair_sum(a: Any, b: Any) -> Any:
    """`a + b` where one of them is broadcast along the axis before the last, as in `x[:, None, :] + y`."""
    found = _paired(np.add, a, b)
    return a + b if found is None else found


def pair_difference(a: Any, b: Any) -> Any:
    """`a - b`, likewise."""
    found = _paired(np.subtract, a, b)
    return a - b if found is None else found


def pair_product(a: Any, b: Any) -> Any:
    """`a * b`, likewise."""
    found = _paired(np.multiply, a, b)
    return a * b if found is None else found


def pair_quotient(a: Any, b: Any) -> Any:
    """`a / b`, likewise."""
    found = _paired(np.divide, a, b)
    return a / b if found is None else found


def _paired(op: Any, a: Any, b: Any) -> Any:
    """`op(a, b)`, if one is repeated in an array that is worth it: NumPy goes through that in long stretches."""
    if not (type(a) is np.ndarray and type(b) is np.ndarray and a.size * b.size >= PAIRS) or a.dtype is not b.dtype:
        return None
    if a.dtype is not DOUBLE and a.dtype is not SINGLE:
        return None
    if _is_broadcast(a, b):
        found = np.repeat(a, b.shape[-2], axis=-2)
        return op(found, b, out=found)
    if _is_broadcast(b, a):
        found = np.repeat(b, a.shape[-2], axis=-2)
        return op(a, found, out=found)
    return None


def _is_short(x: Any, axis: int) -> bool:
    """Whether rows along the axis, which must be the last, are short and many, one after the other in memory."""
    n = x.shape[axis] if -x.ndim <= axis < x.ndim else 0
    if not (1 < n <= LENGTH and x.size >= n * n * ROWS and (axis == -1 or axis == x.ndim - 1)):
        return False
    return (x.dtype is DOUBLE or x.dtype is SINGLE) and x.flags.c_contiguous


def _dot(a: Any, b: Any, axis: int, keepdims: Any) -> Any:
    """The sums of products in short rows, of as many rows at a time as a cache holds; None where there are none."""
    if not (type(a) is np.ndarray and type(b) is np.ndarray and a.size >= SMALL) or a.shape != b.shape:
        return None
    if a.dtype is not b.dtype or not _is_short(a, axis) or not b.flags.c_contiguous:
        return None
    n = a.shape[-1]
    if not _is_numpys_order(n, a.dtype):
        return None
    left, right = a.reshape(-1, n), b.reshape(-1, n)
    found = np.empty(len(left), a.dtype)
    step = BLOCK // n
    product = np.empty((min(step, len(left)), n), a.dtype)
    for i in range(0, len(left), step):
        total = found[i : i + step]
        part = np.multiply(left[i : i + step], right[i : i + step], out=product[: len(total)])
        _add(part, total)
    return found.reshape((*a.shape[:-1], 1) if keepdims else a.shape[:-1])


def _by_columns(way: Callable[[Any, Any], None], x: Any, keepdims: Any) -> Any:
    """What `way` puts into its second argument from the columns of its first, of as many rows as a cache holds."""
    n = x.shape[-1]
    rows = x.reshape(-1, n)
    found = np.empty(len(rows), x.dtype)
    step = BLOCK // n
    for i in range(0, len(rows), step):
        way(rows[i : i + step], found[i : i + step])
    return found.reshape((*x.shape[:-1], 1) if keepdims else x.shape[:-1])


def _add(x: Any, total: Any) -> None:
    """Sum short rows in NumPy's order: https://numpy.org/doc/stable/reference/generated/numpy.sum.html."""
    n = x.shape[-1]
    np.add(x[:, 0], x[:, 1], out=total)
    if n >= 8:
        total += x[:, 2] + x[:, 3]
        upper = x[:, 4] + x[:, 5]
        upper += x[:, 6] + x[:, 7]
        total += upper
    for i in range(8 if n >= 8 else 2, n):
        total += x[:, i]
    total += 0.0  # a sum begins with 0: one of negative zeros is positive


@functools.cache
def _is_numpys_order(n: int, dtype: Any) -> bool:
    """Whether this NumPy, on this machine, adds in the order of `_add`: found out by rows of all sizes."""
    rng = np.random.default_rng(n)
    x = (rng.standard_normal((n * ROWS + 3, n)) * 10.0 ** rng.integers(-6, 6, (n * ROWS + 3, n))).astype(dtype)
    x[0] = -0.0
    return bool(np.add.reduce(x, axis=-1).tobytes() == _by_columns(_add, x, False).tobytes())


def _extremum(ufunc: Any, x: Any, axis: int, keepdims: Any) -> Any:
    """The extrema of short rows; None where they are zeros, whose sign NumPy has to find."""
    if not _is_short(x, axis):
        return None
    found = _by_columns(functools.partial(_extremes, ufunc), x, keepdims)
    return found if np.count_nonzero(found) == found.size else None


def _extremes(ufunc: Any, x: Any, found: Any) -> None:
    ufunc(x[:, 0], x[:, 1], out=found)
    for i in range(2, x.shape[-1]):
        ufunc(found, x[:, i], out=found)


def _is_broadcast(a: Any, b: Any) -> bool:
    """Whether `a` is broadcast along the axis before the last and no other, rows are short, and those of `b` adjoin."""
    shape, other = a.shape, b.shape
    if len(shape) < 3 or len(other) < 2 or shape[-2] != 1 or other[-2] == 1 or shape[-1] != other[-1]:
        return False
    width, n = b.itemsize, other[-1]
    if n > LENGTH or a.size * other[-2] < PAIRS or b.strides[-2:] != (width * n, width) or len(other) > len(shape):
        return False
    return all([m == 1 or m == own for m, own in zip(other[-3::-1], shape[-3::-1], strict=False)])
