"""Lists that are made of rows and of lists, iterators of a moment over them, and views of a moment of stored arrays."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(5),), tags="list store loop branch")
def sorted_by_swaps(v):
    items = list(v)
    for _ in range(len(items)):
        for j in range(len(items) - 1):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
    return sum(t * (i + 1) for i, t in enumerate(items))


@program(args=(vec(5), num()), tags="list store zip loop branch comprehension")
def mixed_until_one_is_left(v, x):
    points = list(v)
    total = 0.0
    while len(points) > 1:
        if points[0] > 0.2:
            points[0] = points[0] * x
        points = [(1 - x) * a + x * b for a, b in zip(points, points[1:])]
        total = total + points[-1]
    return total + points[0] ** 2


@program(args=(vec(4),), tags="list copy store loop branch")
def lists_that_are_copied(v):
    first = v.tolist()
    total = 0.0
    for k in range(3):
        again = list(first)
        if k > 0:
            again[0] = again[1] * again[2]
        again.append(again[0] * k)
        for i, t in enumerate(again):
            total += t * t * i
        first[k] = total * 0.1
    return total


@program(args=(mat(4, 4), vec(3)), tags="list rows aliasing store")
def rows_that_are_no_numbers(m, v):
    rows = list(m)
    rows[0][1] = v[0] * v[1]
    kept = list(rows)
    kept[2] = kept[0] * 2.0
    return (rows[0] * kept[2]).sum() + m[0, 1] * v[2] + (rows[2] * kept[1]).sum()


@program(args=(mat(3, 3),), tags="views store loop branch diagonal")
def factors_in_place(m):
    a = m + 5.0 * np.eye(3)
    trace = 0.0
    for k in range(3):
        for i in range(k + 1, 3):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
        if k > 0:
            trace = trace + np.sum(np.diag(a)) * np.prod(np.diagonal(a, 1))
    return np.sum(np.log(np.abs(np.diag(a)))) + trace


@program(args=(mat(3, 3), vec(3)), tags="views store loop branch transposed")
def products_with_what_is_stored_into(m, v):
    a = m.copy()
    total = 0.0
    for k in range(3):
        row = a.T @ v
        if k != 1:
            a[k] = row * 0.5
        a[:, k] += np.ravel(a)[:3] * v[k]
        total = total + np.sum(a.reshape(9)[::2]) * np.sum(np.swapaxes(a, 0, 1) @ a)
    return total


@program(args=(mat(3, 3), vec(3)), tags="views store loop kept")
def views_that_are_kept_while_something_is_stored(m, v):
    a = m.copy()
    held = []
    for k in range(3):
        diagonal = np.diagonal(a)
        a[k, k] = v[k] * diagonal[0]
        held.append(diagonal)
        flipped = np.flip(a, 0)
        a[0] *= 2.0
        held.append(flipped[2])
    return sum((t * t).sum() for t in held)


@program(args=(vec(4), num()), tags="zip store loop named iterator")
def iterators_that_are_named(v, x):
    items = list(v)
    pairs = zip(items, items[1:])
    items[1] = x * items[0]
    total = 0.0
    for a, b in pairs:
        items[2] = a * x
        total += a * b
    for k, t in enumerate(items):
        if k < 3:
            items[k + 1] += t * 0.5
        total += t * k
    return total
