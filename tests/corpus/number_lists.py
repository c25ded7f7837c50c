"""Programs whose lists of numbers are appended to, stored into, cut, joined, sorted and summed."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(6),), tags="list append sum max min loop branch")
def extremes_of_what_was_appended(x):
    out = []
    for i in range(len(x)):
        if i % 2 == 0:
            out.append(x[i] * x[i - 1])
        else:
            out.append(math.sin(float(x[i])) if i < 0 else x[i] ** 2)
    return max(out) * 2.0 + min(out) + sum(out) / len(out) + out[-1]


@program(args=(vec(5),), tags="list repeated augmented-store loop")
def counters_in_a_repeated_list(x):
    bins = [0.0] * 3
    for i, v in enumerate(x):
        bins[i % 3] += v * v
        bins[-1] = bins[-1] * 1.5
    bins[0] *= bins[1]
    return bins[0] + 2.0 * bins[1] + 3.0 * bins[2]


@program(args=(vec(4), vec(5)), tags="nested-list table dynamic-programming loop")
def table_of_lists(x, y):
    table = [[0.0] * (len(y) + 1) for _ in range(len(x) + 1)]
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            table[i][j] = table[i - 1][j - 1] * 0.5 + x[i - 1] * y[j - 1]
            if j > 2:
                table[i][j] += table[i][j - 2] * 0.3
    return table[-1][-1] + table[2][3]


@program(args=(vec(4),), tags="nested-list alias store")
def row_that_two_tables_share(x):
    row = [0] * 3
    first, second = [row, [1.0, 2.0, 3.0]], [row]
    first[0][1] = x[0] * x[1]
    second[0][2] = x[2] * row[1]
    return row[1] * row[2] + first[0][2] * x[3] + second[0][1]


def _three(a):
    return [a, 2.0 * a, 3.0]


@program(args=(vec(3), num()), tags="nested-list call store integers")
def rows_made_by_a_callee(x, s):
    rows = [_three(s), [1, 2, 3]]
    rows[1][0] = x[0] * s
    rows[0][2] = x[1] * x[2]
    return rows[1][0] * rows[0][0] + rows[0][2] * rows[0][1] + rows[1][1] * x[0]


@program(args=(vec(5),), tags="list slice join repeat sorted")
def cut_and_joined(x):
    a = [x[0], x[1] * x[2], x[3]]
    b = a[1:] + [x[4]] * 2
    a[1] = 0.0
    b.append(a[0] * 2.0)
    c = sorted(b)
    c[0] = c[0] * x[0]
    b[0] = 1.0
    return sum(c) + 2.0 * sum(a) + 3.0 * sum(b[1:])


@program(args=(vec(5),), tags="list pop insert extend reverse")
def stack_of_numbers(x):
    stack = [x[0]]
    stack.extend([x[1], x[2] * x[0]])
    stack.insert(1, x[3] * x[4])
    top = stack.pop()
    stack.reverse()
    stack.append(top * stack.pop(0))
    total = 0.0
    while stack:
        total = total * 0.5 + stack.pop() ** 2
    return total


@program(args=(vec(4),), tags="list append array rows")
def rows_made_one_by_one(x):
    rows = []
    for i in range(3):
        rows.append([x[i], x[i] * x[i + 1], 1.0])
    a = np.array(rows)
    return np.sum(a @ a.T) + np.mean([r[1] for r in rows])


@program(args=(vec(4),), tags="list numpy-of-lists")
def numpy_of_lists(x):
    out = []
    for v in x:
        out.append(v * v)
    out2 = [v * 2.0 for v in out]
    return np.sum(out) + np.mean(out2) + np.array(out).max() + np.max(out2) + np.array(out2) @ x


@program(args=(vec(3),), tags="list alias store append")
def list_under_two_names(x):
    xs = [1, 2, 3]
    ys = xs
    ys[0] = x[0] * x[1]
    if x[2] > -100.0:
        xs.append(ys[0] * x[2])
    zs = ys if x[0] > -100.0 else [0.0]
    zs[1] = x[2] * 2.0
    return sum(xs) + xs[1] * xs[3]
