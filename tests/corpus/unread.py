"""Stores of values whose own cotangent nobody reads: the place's cotangent ends there all the same."""

import numpy as np

from tests.corpus.base import mat, num, program, vec

LEVEL = 0.1


@program(args=(mat(3, 2), num()), tags="tuple unpack store", complex_ok=True)
def row_of_constants_from_a_tuple(m, y):
    both = (np.ones(2), y)
    row, scale = both
    m[0] = row
    return m * scale


@program(args=(mat(3, 2), num(), 1), tags="tuple unpack store slice", complex_ok=True)
def places_of_constants_from_a_tuple(m, y, n):
    both = (np.full(2, 0.5), y)
    part, scale = both
    m[:2, 0] = part
    m[n, 1] = LEVEL
    return m * scale


@program(args=(vec(4), mat(3, 2), num(), 0), tags="tuple nested store")
def nested_stores_of_constants(a, m, y, n):
    m[n, n], (m[n, 1], a[-2]) = (0.5, (LEVEL, y))
    return m * a[2] + a[1]


@program(args=(mat(3, 2), num()), tags="dict store loop if")
def constants_from_a_dict_in_a_loop(m, y):
    known = {"row": np.array([0.5, 2.0]), "scale": y}
    for i in range(3):
        if i != 1:
            m[i] = known["row"]
        m[2 - i, 1] = known["scale"] * i
    return m * known["scale"]


@program(args=(vec(3), num()), tags="list append pop tuple")
def appended_constants_from_a_tuple(x, y):
    both = (0.5, y)
    level, scale = both
    values = [x[0]]
    values.append(level)
    values.append(x[1] * scale)
    values[0] = level
    last = values.pop()
    return last * values[1] + values[0] * x[2]


@program(args=(mat(3, 2), num()), tags="tuple store gather")
def gathered_rows_of_constants(m, y):
    rows, scale = (np.ones((2, 2)), y)
    m[[0, 2]] = rows
    both = (np.array([3.0, 4.0]), scale)
    row, scale = both
    m[np.array([1, 1])] = row
    return m * scale + m[0, 0]
