"""Cotangents and partials as their values ask for them: of their shape, real where they are real, in floats.

`runtime` has the helpers that every sweep needs; these come where kinds do not say that nothing is to be done.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.foreign import is_matrix, require_numbers
from dualad.reverse.runtime import OPERATOR, REAL, OfObject, is_zero, kept, like, require_arithmetic, zeros_of

ROWS, LENGTH = 64, 128
"""From how many rows on, and up to which length of them, sums are products with ones."""

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


def factor(value: Any) -> Any:
    """A factor of a product by element, in floats.

    A sparse matrix of SciPy's is none: its `*` may be a matrix product.
    """
    if is_matrix(value):
        raise Unsupported("a sparse matrix times an active value by `*`, which may be a matrix product; use `@`")
    require_numbers(value)
    return floating(value)


def in_floats(partial: Any) -> Any:
    """A partial that may be of integers or truth values, in floats, as an object of its own.

    Times a cotangent of 1.0 it is left as it is, and an array of integers would cut off what is added to it later.
    """
    found = floating(partial)
    return kept(partial) if found is partial else found


def widened(partial: Any, dtype: Any = np.float64) -> Any:
    """A partial of narrow floats in those of the result's dtype, as an object of its own: more is added to it later."""
    if isinstance(partial, np.ndarray) and partial.dtype.kind in "biufc":
        return partial.astype(np.promote_types(partial.dtype, dtype))
    return in_floats(partial)


def floating(value: Any) -> Any:
    """Integers and truth values of NumPy's in floats; anything else as it is."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biu":
        return value.astype(np.float64)
    return float(value) if isinstance(value, np.bool_ | np.integer) else value


def is_exact(dtype: Any) -> bool:
    """Whether an array of a dtype holds integers or truth values."""
    return dtype is not None and dtype.kind in "biu"


def unless_rounded(ct: Any, dtype: Any, value: Any) -> Any:
    """A contribution to `value`, of which a result of integers (its dtype is given) depends by steps alone."""
    if not is_exact(dtype) or is_zero(ct) or not is_inexact(value):
        return ct
    return zeros_of(ct) if isinstance(ct, np.ndarray) else 0.0


def is_inexact(value: Any) -> bool:
    """Whether a value, or what it holds, is a float or complex number."""
    if isinstance(value, list | tuple):
        return any([is_inexact(v) for v in value])
    dtype = getattr(value, "dtype", None)
    return not isinstance(value, int | str | bytes) if dtype is None else dtype.kind in "fc"


def fit(ct: Any, value: Any) -> Any:
    """Undo broadcasting: a contribution with the shape (and, if it is real, the realness) of `value`."""
    if type(ct) in REAL and type(value) in REAL:
        return ct
    if type(ct) is np.ndarray and type(value) is np.ndarray and ct.shape == value.shape and ct.dtype.kind == "f":
        return ct
    require_arithmetic(value)
    if type(ct) is OfObject:
        raise Unsupported(OPERATOR)
    shape, own = np.shape(ct), np.shape(value)
    if shape != own:
        ct = unbroadcast(ct, shape, own)
    return like(ct, value)


def fit_stored(ct: Any, value: Any) -> Any:
    """`fit` for what was stored into an array, which nested lists and tuples of numbers may be."""
    if isinstance(value, list | tuple):
        return _nested(fit(ct, np.zeros(_shape(value), complex)), value)
    return fit(ct, value)


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of the array that nested lists would make; numbers and arrays among them may be dual."""
    if isinstance(value, list | tuple):
        return (len(value), *_shape(value[0])) if value else (0,)
    return np.shape(value)


def _nested(ct: Any, value: Any) -> Any:
    """The cotangent of nested lists from that of the array made of them."""
    if isinstance(value, list | tuple):
        return [_nested(ct[i], v) for i, v in enumerate(value)]
    return like(ct, value)


def fit_shape(ct: Any, own: tuple[int, ...]) -> Any:
    """Undo broadcasting from an array of shape `own`, where neither it nor the contribution is complex."""
    if type(ct) is np.ndarray and ct.shape == own:
        return ct
    shape = np.shape(ct)
    return ct if shape == own else unbroadcast(ct, shape, own)


def unbroadcast(ct: Any, shape: tuple[int, ...], own: tuple[int, ...]) -> Any:
    """Sum a contribution over the axes along which a value of shape `own` was repeated; a number for a number."""
    total = np.add.reduce if type(ct) is np.ndarray else np.sum  # which takes some microseconds to come to that
    if not own and shape:
        return total(ct, axis=None)
    lead = len(shape) - len(own)
    if lead < 0:  # of a number to an array, or of what was stored without its leading axes of one
        shape, lead = (1,) * -lead + shape, 0
        ct = np.reshape(ct, shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(own) if n == 1 and shape[lead + i] != 1))
    if len(axes) == 1 and type(ct) is np.ndarray:
        ct = summed(ct, axes[0])
        return ct if np.shape(ct) == own else np.broadcast_to(np.reshape(ct, _ones_at(axes[0], shape)[lead:]), own)
    if axes:
        ct = total(ct, axis=axes, keepdims=True)
    if lead:
        ct = np.reshape(ct, np.shape(ct)[lead:])
    return ct if np.shape(ct) == own else np.broadcast_to(ct, own)


def _ones_at(axis: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[:axis], 1, *shape[axis + 1 :])


def summed(x: Any, axis: int) -> Any:
    """`x.sum(axis=axis)`, by a product with ones where rows are many and short; axes are counted from the first.

    NumPy goes through an array row by row: with eight numbers in a row it takes ten times as long as BLAS does.
    """
    if type(x) is not np.ndarray:
        return x.sum(axis=axis)
    if x.size >= ROWS and (x.dtype is DOUBLE or x.dtype is SINGLE) and x.flags.c_contiguous:
        shape = x.shape
        n, length = shape[axis], math.prod(shape[axis + 1 :])
        rest = shape[:axis] + shape[axis + 1 :]
        if length == 1:
            if n <= LENGTH and x.size >= n * ROWS:
                return (x.reshape(-1, n) @ np.ones(n, x.dtype)).reshape(rest)
        elif length <= LENGTH and x.size >= length * ROWS:
            return (np.ones(n, x.dtype) @ x.reshape(-1, n, length)).reshape(rest)
    return np.add.reduce(x, axis=axis)


for _helper in (fit, fit_shape, unbroadcast, summed):  # dual numbers run through them, as through those of `runtime`
    _helper.__dict__["__dualad_lift__"] = True
