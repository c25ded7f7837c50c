"""Copies that lie in memory as what they are copies of: `reshape` and `ravel` give views of both or of neither."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def copy_alike(array: Array) -> Array:
    """A copy with axes in the same order in memory, and gaps where the array has gaps, though smaller ones.

    >>> import numpy as np
    >>> rows = np.zeros((4, 3))[::2]
    >>> again = copy_alike(rows)
    >>> np.shares_memory(rows, rows.reshape(-1)), np.shares_memory(again, again.reshape(-1))
    (False, False)
    """
    if array.flags.forc or hasattr(type(array), "__dualad_dual__"):
        return array.copy(order="K")
    made = empty_alike(array, array.dtype)
    made[...] = array
    return made


def empty_alike(array: Array, dtype: np.dtype[Any]) -> Array:
    """An array of a dtype, of the array's shape, that lies in memory as the array does."""
    made = np.empty_like(array, dtype, subok=False)
    if array.flags.forc:
        return made
    steps = _with_gaps(array)
    if steps is None:
        return made
    before = sum((n - 1) * -s for n, s in zip(array.shape, steps) if s < 0)
    after = sum((n - 1) * s for n, s in zip(array.shape, steps) if s > 0)
    memory, size = np.zeros(before + after + 1, dtype), made.itemsize
    return np.ndarray(array.shape, dtype, memory, before * size, tuple(s * size for s in steps))


def _with_gaps(array: Array) -> list[int] | None:
    """How many elements to go along each axis, one left out where the array leaves out some; None if they overlap."""
    steps = [1] * array.ndim
    dense, step = array.itemsize, 1  # to the next element, of the array and of the copy, if there is no gap
    for k in sorted(range(array.ndim), key=lambda k: abs(array.strides[k])):
        n, stride = array.shape[k], abs(array.strides[k])
        if n == 1:
            continue
        if n == 0 or stride < dense or stride % array.itemsize:
            return None
        step += stride > dense
        steps[k] = step if array.strides[k] > 0 else -step
        dense, step = stride * n, step * n
    return steps
