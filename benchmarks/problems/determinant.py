"""The determinant by minors: recursive, on lists of floats."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (4,), "medium": (6,)}


def arguments(n):
    return (np.random.default_rng(0).normal(size=(n, n)).tolist(),)


def minor(rows, i, columns):
    """The determinant of the rows from `i` on, in some columns."""
    if i == len(rows):
        return 1.0
    total, sign = 0.0, 1.0
    for p in range(len(columns)):
        c = columns[p]
        total = total + sign * rows[i][c] * minor(rows, i + 1, columns[:p] + columns[p + 1 :])
        sign = -sign
    return total


def program(rows):
    return minor(rows, 0, tuple(range(len(rows))))


def minor_kept(rows, i, columns):
    if i == len(rows):
        return 1.0, None
    total, sign = 0.0, 1.0
    tape = []
    for p in range(len(columns)):
        c = columns[p]
        value, kept = minor_kept(rows, i + 1, columns[:p] + columns[p + 1 :])
        factor = sign * rows[i][c]
        total = total + factor * value
        tape.append((c, sign, factor, value, kept))
        sign = -sign
    return total, tape


def minor_back(tape, i, total_bar, rows_bar):
    if tape is None:
        return
    row_bar = rows_bar[i]
    for c, sign, factor, value, kept in reversed(tape):
        minor_back(kept, i + 1, total_bar * factor, rows_bar)
        row_bar[c] += total_bar * value * sign


def by_hand(rows):
    n = len(rows)
    _, tape = minor_kept(rows, 0, tuple(range(n)))
    rows_bar = [[0.0] * n for _ in range(n)]
    minor_back(tape, 0, 1.0, rows_bar)
    return rows_bar
