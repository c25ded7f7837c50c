"""Sparse matrices put together from others, some of whose numbers are differentiated in."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from dualad.registry import constant, defined
from dualad.rules.scipy.sparse_matrices import Sparse, numbers_of

__dualad_lift__ = True


def starts(shapes: Any) -> Any:
    """Where the rows and the columns of blocks begin, and the shape of all of them; None stands for no block."""
    if not shapes or not all(len(row) == len(shapes[0]) for row in shapes):
        raise ValueError("blocks must be 2-D")
    heights = [_common([s[0] for s in row if s is not None]) for row in shapes]
    widths = [_common([row[j][1] for row in shapes if row[j] is not None]) for j in range(len(shapes[0]))]
    return np.cumsum([0, *heights]), np.cumsum([0, *widths]), (sum(heights), sum(widths))


def _common(sizes: list[int]) -> int:
    if len(set(sizes)) != 1:
        raise ValueError("sparse blocks do not fit: a row has one height, a column one width, and none is empty")
    return sizes[0]


def block_array(blocks: Any, *, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.block_array`."""
    given = [[None if block is None else numbers_of(block) for block in row] for row in blocks]
    rows, columns, shape = starts([[None if found is None else found[1][2] for found in row] for row in given])
    data, row_places, column_places = [], [], []
    for i, row in enumerate(given):
        for j, found in enumerate(row):
            if found is not None:
                data.append(found[0])
                row_places.append(found[1][0] + rows[i])
                column_places.append(found[1][1] + columns[j])
    return Sparse(np.concatenate(data), (np.concatenate(row_places), np.concatenate(column_places), shape))


def bmat(blocks: Any, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.bmat`."""
    return block_array(blocks)


def vstack(blocks: Any, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.vstack`."""
    return block_array([[block] for block in blocks])


def hstack(blocks: Any, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.hstack`."""
    return block_array([list(blocks)])


def block_diag(mats: Any, format: Any = None, dtype: Any = None) -> Sparse:
    """In place of `scipy.sparse.block_diag`."""
    blocks = list(mats)
    return block_array([[block if i == j else None for j in range(len(blocks))] for i, block in enumerate(blocks)])


constant(starts)
for _fn, _definition in (
    (sp.block_array, block_array),
    (sp.bmat, bmat),
    (sp.vstack, vstack),
    (sp.hstack, hstack),
    (sp.block_diag, block_diag),
):
    defined(_fn, _definition)
