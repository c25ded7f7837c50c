"""Sparse matrices made of diagonals, where the numbers in them are differentiated in."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from dualad.registry import constant, defined
from dualad.rules.scipy.sparse_matrices import Sparse

__dualad_lift__ = True


def shape_of(lengths: Any, offsets: Any, shape: Any) -> Any:
    """The shape of a matrix of diagonals."""
    if shape is not None:
        return tuple(shape)
    side = lengths[0] + abs(int(offsets[0]))
    return side, side


def diagonal_places(length: int, offset: Any, shape: Any) -> Any:
    """The rows and columns of a diagonal, which is given in full or as one number."""
    offset = int(offset)
    whole = min(shape[0] + offset, shape[1] - offset, *shape)
    if whole < 0:
        raise ValueError(f"Offset {offset} (index 0) out of bounds")
    if length not in (whole, 1):
        raise ValueError(
            f"Diagonal length (index 0: {length} at offset {offset}) does not agree with array size {shape}."
        )
    return np.arange(whole) + max(0, -offset), np.arange(whole) + max(0, offset)


def diags(diagonals: Any, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.diags`."""
    if np.ndim(offsets) == 0:
        several = len(diagonals) > 0 and np.ndim(diagonals[0]) > 0
        given, offsets = (list(diagonals) if several else [diagonals]), [offsets]
    else:
        given = list(diagonals)
    if len(given) != len(offsets):
        raise ValueError("Different number of diagonals and offsets.")
    given = [np.atleast_1d(d) for d in given]
    shape = shape_of([np.size(d) for d in given], offsets, shape)
    data, rows, columns = [], [], []
    for d, offset in zip(given, offsets):
        row, column = diagonal_places(np.size(d), offset, shape)
        data.append(np.broadcast_to(d, np.shape(row)))
        rows.append(row)
        columns.append(column)
    return Sparse(np.concatenate(data), (np.concatenate(rows), np.concatenate(columns), shape))


def diags_array(
    diagonals: Any, /, *, offsets: Any = 0, shape: Any = None, format: Any = None, dtype: Any = None
) -> Sparse:
    """In place of `scipy.sparse.diags_array`."""
    return diags(diagonals, offsets, shape, format, dtype)


for _constant in (shape_of, diagonal_places):
    constant(_constant)
defined(sp.diags, diags)
defined(sp.diags_array, diags_array)
