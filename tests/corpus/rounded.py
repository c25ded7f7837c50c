"""Floats that become integers: what is left depends on them by steps alone, so that it has no derivative."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import num, program

POINTS = np.array([0.21, 1.37, 2.68, 3.11])
KINDS = {"whole": int, "float": float}


@program(args=(POINTS,), tags="astype int")
def fractional_part(x):
    return np.sum(x * (x - x.astype(int)))


@program(args=(POINTS, POINTS[::-1].copy()), tags="astype int item store for add_at")
def charges_put_on_a_grid(x, q):
    grid = np.zeros(6)
    for p, c in zip(x, q):
        i = int(p)
        grid[i] += c * (1 - (p - i))
        grid[i + 1] += c * (p - i)
    i = x.astype(int)
    np.add.at(grid, i, q * 0.1)
    field = np.cumsum(grid)
    return np.sum(q * ((1 - (x - i)) * field[i] + (x - i) * field[i + 1]))


@program(args=(POINTS,), tags="astype dtype unknown loop branch")
def dtype_found_in_a_dict(x):
    s = 0.0
    for kind in ("whole", "float", "whole"):
        y = x.astype(KINDS[kind])
        if kind == "whole":
            s += np.sum(x * x - y * x)
        else:
            s += y @ x
    return s


@program(args=(POINTS,), tags="astype dtype unknown call")
def dtype_given_to_a_function(x):
    def cut(v, to):
        return v.astype(to)

    return sum(np.sum((x - f(x, int)) ** 2) for f in [cut, lambda v, to: v * 2])


class Split:
    def __init__(self, values):
        self.values = values
        self.whole = values.astype(int)


@program(args=(POINTS,), tags="astype object memory store")
def integers_kept_by_an_object(x):
    y = x * 1.0
    split = Split(y)
    y[1] += 0.1 * x[0]
    split.values[2] = split.values[0] * x[1]
    return np.sum((split.values - split.whole) ** 2) + split.whole @ x


@program(args=(POINTS,), tags="array asarray dtype branch loop")
def arrays_made_of_integers(x):
    t = 0.0
    for v in x:
        i = np.asarray(v, dtype="int64")
        f = v - i
        if f > 0.3:
            t += f * f * v + i * v
        else:
            t -= np.array([v, f], dtype=np.int32).sum() * v
    return t


@program(args=(POINTS,), tags="sum cumsum linspace dtype")
def sums_of_integers(x):
    s = np.sum(x, dtype=int) + x.sum(dtype=int)
    c = np.cumsum(x, dtype=int)
    return s * x[0] + np.sum(c * x) + np.linspace(x[0], x[1], 3, dtype=int) @ x[:3]


@program(args=(POINTS,), tags="insert integers")
def insertion_into_integers(x):
    return np.sum(np.insert(np.arange(3), 1, x[2])) * x[0] + np.append(np.arange(3), x[1]) @ x


@program(args=(POINTS, num()), tags="full dtype", forward="refused")
def filled_with_integers(x, k):
    return np.sum(x * np.full(4, k, dtype=int)) + np.full_like(np.arange(4), x[0]) @ x * k


@program(args=(np.array([3, 1, 4, 2]),), tags="astype integers active", ints_active=True, smooth=False)
def integers_that_stay_integers(n):
    m = n.astype(int)
    return np.sum(m * n) + 0.5 * n[0] + np.cumsum(n, dtype=int) @ n
