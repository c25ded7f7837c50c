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


# Under several names


@program(args=(vec(5),), tags="nested-list alias store")
def list_that_stands_twice_in_a_table(x):
    a = [1, 2, 3]
    b = a
    table = [a, b, [0, 0, 0]]
    table[1][0] = x[0] * x[1]
    a[2] += 1
    table[2][1] = a[0] * a[2]
    b[1] = table[2][1] + x[2]
    return sum(a) + table[0][1] * table[1][0] + sum(table[2])


@program(args=(vec(5),), tags="list append pop negative-index branch")
def places_counted_from_the_end(x):
    out = [x[0]]
    for i in range(1, 5):
        if x[i] > 0:
            out.append(out[-1] * x[i])
        else:
            top = out.pop()
            out.append(top + x[i])
            out.append(x[i] * out[-1])
        if len(out) > 3:
            out[-3] = out[-1] * out[-2]
    return sum(o * (k + 1) for k, o in enumerate(out)) + out[-2]


@program(args=(vec(5),), tags="nested-list swap alias")
def rows_of_a_table_that_change_places(x):
    table = [[x[0], x[1]], [x[2], x[3]], [x[4], 1.0]]
    table[0], table[2] = table[2], table[0]
    table[1][0], table[1][1] = table[1][1] * table[0][0], table[1][0]
    row = table[0]
    table[0] = [row[1], row[0] * 2]
    row[0] = x[0] ** 2
    return sum(a * b for a, b in table) + row[0] * table[2][1]


@program(args=(vec(5),), tags="nested-list complex alias store")
def complex_numbers_put_in_by_a_table(x):
    z = [0j] * 3
    both = [z, [0.0] * 3]
    both[0][1] = x[0] + 1j * x[1]
    both[1][2] = x[2]
    z[2] = both[0][1] * both[1][2]
    z[0] += z[2]
    return (sum(z) * (1 - 2j)).real + abs(z[1]) ** 2 + both[1][2]


def _row(v):
    return [v, v * 2, 3]


@program(args=(vec(5),), tags="nested-list call alias store append")
def rows_of_a_callee_under_two_names(x):
    table = [_row(x[0]), _row(x[1])]
    table[0][2] = x[2] * 1.5
    row = _row(2)
    row[0] = x[3]
    table.append(row)
    table[-1][1] += table[0][2]
    return sum(table[0]) * sum(table[2]) + table[1][2] * x[4]


@program(args=(vec(5),), tags="tuple list alias unpack append")
def lists_in_a_tuple(x):
    w = [1, 2]
    pair = (w, [3, 4])
    pair[0][0] = x[0]
    pair[1][1] += x[1]
    (u, v) = pair
    u.append(v[1] * x[2])
    v[0] = u[-1]
    return sum(w) * sum(pair[1]) + u[2]


@program(args=(vec(5),), tags="nested-list loop alias branch")
def best_so_far_in_a_row_of_a_table(x):
    best = [[0.0, 0]]
    row = best[0]
    for i, v in enumerate(x):
        if v * v > row[0]:
            row = [v * v, i]
            best.append(row)
        row[0] *= 1.1
    return sum(b[0] * (b[1] + 1) for b in best)


@program(args=(vec(5),), tags="generator list append while")
def list_that_grows_while_a_generator_reads_it(x):
    items = [x[0], x[1]]

    def read():
        i = 0
        while i < len(items):
            yield items[i] * 2
            i += 1

    total = 0.0
    for v in read():
        total += v
        if len(items) < 5:
            items.append(v * x[2])
    return total + items[-1]
