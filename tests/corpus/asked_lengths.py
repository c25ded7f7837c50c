"""Objects that change something where Python asks how many items there may be; grids whose arrays are views."""

import numpy as np

from tests.corpus.base import num, program, vec


class Counting:
    """Asked how many items there are, it doubles the first of its values."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter([self.values[0], self.values[1]])

    def __len__(self):
        self.values[0] *= 2.0
        return 2


class Plain(Counting):
    def __len__(self):
        return 2


@program(args=(vec(3),), tags="list tuple len stores", reverse="refused")
def lists_made_of_what_counts(x):
    first, second, third = Counting(x * x), Counting(x + 1.0), Counting(x * 2.0)
    found = list(first) + [*second] + sorted(third)
    return found[0] * found[2] * found[4] * first.values[0] + second.values[0] * third.values[0]


@program(args=(vec(3),), tags="list extend len stores", reverse="refused")
def lists_extended_by_what_counts(x):
    first, second, third = Counting(x * x), Counting(x + 1.0), Counting(x * 2.0)
    found = [x[2]]
    found.extend(first)
    found += second
    found[:1] = third
    return sum(v * (i + 1) for i, v in enumerate(found)) * first.values[0] * second.values[0] + third.values[0]


@program(args=(vec(3), num()), tags="list tuple len loop branch")
def lists_made_of_what_does_not_change(x, k):
    total = 0.0
    for i in range(3):
        if i != 1:
            found = [*tuple(Plain(x * k)), *list(Plain(x + i))]
            total += found[0] * found[3] * x[i]
    return total


@program(args=(vec(4),), tags="meshgrid view store")
def stores_into_what_a_grid_is_made_of(x):
    y = x * 2.0
    (a,) = np.meshgrid(y, copy=False)
    a[0] = x[1] * x[2]
    rows, columns = np.meshgrid(y[:2], y[2:], copy=False)
    y[3] *= x[0]
    return np.sum(rows * columns) + y @ x
