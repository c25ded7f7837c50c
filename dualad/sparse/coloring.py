"""Colours: groups of columns that one direction serves.

Columns of one colour have no row in common, so that one product with the sum of their unit vectors holds each entry of
each of them. For symmetric matrices an entry may be read from either of its two places, which takes fewer colours. The
terms and the greedy methods are those of Gebremedhin, Manne and Pothen, "What color is your Jacobian?", SIAM Review 47
(2005).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Ints = np.ndarray[Any, Any]


def color_columns(indptr: Ints, indices: Ints, columns: int) -> Ints:
    """A colour for each column of a pattern in compressed rows, so that no row has two columns of one colour.

    The longest row is a lower bound. Bands are coloured by counting; other patterns greedily, first in the order of the
    columns, then in that of falling degrees, of which the better is taken.

    Example:
        >>> color_columns(np.array([0, 2, 4]), np.array([0, 1, 1, 2]), 3)
        array([0, 1, 0])
    """
    lengths = np.diff(indptr)
    longest = int(lengths.max(initial=0))
    if longest <= 1:
        return np.zeros(columns, np.int64)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    for period in range(longest, longest + 2):
        colors = np.arange(columns) % period
        if is_valid(rows, colors[indices], len(lengths), period):
            return colors
    by_column = np.argsort(indices, kind="stable")
    starts = np.zeros(columns + 1, np.int64)
    np.cumsum(np.bincount(indices, minlength=columns), out=starts[1:])
    of_column = rows[by_column]
    best = _greedy(np.arange(columns), starts, of_column, len(lengths))
    if best.max() + 1 > longest:
        degrees = np.add.reduceat(np.append(lengths[of_column], 0), starts[:-1]) * (np.diff(starts) > 0)
        other = _greedy(np.argsort(-degrees, kind="stable"), starts, of_column, len(lengths))
        best = other if other.max() < best.max() else best
    return best


def is_valid(rows: Ints, colors: Ints, count: int, number: int) -> bool:
    """Whether no row has a colour twice, of the row and colour of each entry."""
    return bool(np.bincount(rows * number + colors, minlength=1).max(initial=0) <= 1) if count else True


def _greedy(order: Ints, starts: Ints, rows: Ints, count: int) -> Ints:
    """The smallest colour that no row of a column has yet, column by column."""
    colors = np.zeros(len(starts) - 1, np.int64)
    used = np.zeros(count, np.uint64)  # by row, bits of its colours
    one, full = np.uint64(1), np.uint64(2**64 - 1)
    bounds = starts.tolist()
    for j in order.tolist():
        mine = rows[bounds[j] : bounds[j + 1]]
        if not len(mine):
            continue
        taken = np.bitwise_or.reduce(used[mine])
        if taken == full:
            return _greedy_many(order, starts, rows, count)
        free = int(~taken)
        color = (free & -free).bit_length() - 1
        colors[j] = color
        used[mine] |= one << np.uint64(color)
    return colors


def _greedy_many(order: Ints, starts: Ints, rows: Ints, count: int) -> Ints:
    """`_greedy`, for any number of colours."""
    colors = np.zeros(len(starts) - 1, np.int64)
    used = [0] * count
    for j in order.tolist():
        mine = rows[starts[j] : starts[j + 1]].tolist()
        taken = 0
        for r in mine:
            taken |= used[r]
        bit = ~taken & (taken + 1)
        colors[j] = bit.bit_length() - 1
        for r in mine:
            used[r] |= bit
    return colors


def color_symmetric(indptr: Ints, indices: Ints) -> Ints:
    """A colour for each column of a symmetric pattern, so that each entry can be read at it or at its mirror image.

    A star colouring, greedily in the order of falling degrees (the restriction of Powell and Toint).

    Example:
        >>> color_symmetric(np.array([0, 3, 5, 7]), np.array([0, 1, 2, 0, 1, 0, 2]))  # an arrow needs two
        array([0, 1, 1])
    """
    n = len(indptr) - 1
    bounds, neighbors = indptr.tolist(), indices.tolist()
    colors = [-1] * n
    for v in np.argsort(-np.diff(indptr), kind="stable").tolist():
        forbidden = set()
        for w in neighbors[bounds[v] : bounds[v + 1]]:
            if w == v:
                continue
            of_w = colors[w]
            if of_w >= 0:
                forbidden.add(of_w)
            for x in neighbors[bounds[w] : bounds[w + 1]]:
                if x not in (v, w) and (of_w < 0 or colors[x] < of_w) and colors[x] >= 0:
                    forbidden.add(colors[x])
        color = 0
        while color in forbidden:
            color += 1
        colors[v] = color
    return np.array(colors, np.int64)


def alone(rows: Ints, colors: Ints, count: int, number: int) -> Ints:
    """For each entry, whether it is the only one of its colour in its row."""
    keys = rows * number + colors
    return np.bincount(keys, minlength=count * number)[keys] == 1
