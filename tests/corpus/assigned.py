"""Assignments to several targets, which take their values from left to right."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import num, program, vec


class Link:
    def __init__(self, value, after):
        self.value = value
        self.after = after


@program(args=(vec(3),), tags="tuple assignment attribute order while")
def linked_list_turned_round(x):
    head = None
    for v in x:
        head = Link(v, head)
    turned, node = None, head
    while node:
        node.after, turned, node = turned, node, node.after
    s, k = 0.0, 1
    while turned:
        s, k, turned = s + k * turned.value, k + 1, turned.after
    return s


@program(args=(vec(3),), tags="tuple assignment store order")
def store_before_its_index_is_bound(x):
    items = [x[0], x[1], x[2], 0.0]
    i = 0
    items[i], i, items[3] = items[1] * 2, 1, items[i]
    y = x * 1.0
    a, b = y[:2], y[1:]
    a[0], a, b[0] = b[1], b, a[1]
    return items[0] * 3 + items[1] * 5 + items[3] * 11 + i * (a @ b) + y[0]


@program(args=(vec(3),), tags="tuple assignment store order exception")
def store_that_fails_before_its_index_is_bound(x):
    items = [x[0], x[1], x[2]]
    i = 0
    try:
        items[5], i = x[0], 2
    except IndexError:
        items[i] = items[i] * 3
    return items[0] * 2 + items[2] * x[1] + i


@program(args=(vec(3),), tags="tuple assignment store order closure for")
def store_whose_index_is_asked_for(x):
    items = [x[0], x[1], x[2]]
    i = 0

    def at():
        return i

    items[at()], i = x[1], 2
    (items[i], i), [*rest, items[i]] = (x[0], 1), (x[2], x[1])
    for items[i], i in [(x[2], 0), (x[1] * 2, 2)]:
        items[1] += items[i] * rest[0]
    return items[0] * 3 + items[1] * 5 + items[2] * 7


@program(args=(vec(3), num()), tags="walrus augmented loop branch")
def augmented_by_what_binds_the_name_anew(x, t):
    total, kept = t, x * t
    for k in range(3):
        if k > 0:
            total += (total := total * x[k]) * 2.0
            total -= total if (total := np.sin(total)) > 0.0 else 2.0 * total
            kept += (kept := kept * 2.0)[::-1]
    return total * t + np.sum(kept * x)


class Held:
    def __init__(self, value):
        self.value = value


@program(args=(vec(4), num()), tags="walrus augmented item attribute index")
def augmented_where_owner_and_index_are_bound_anew(x, t):
    a, i = x.copy(), 0
    first = a
    a[i] += (i := 1) * a[i] + t
    a[2] *= (a := a * t)[1]
    one = held = Held(t)
    held.value += (held := Held(x[0])).value * x[3]
    numbers = before = [t]
    numbers += (numbers := [x[1] * t])
    return np.sum(a * x) + first @ x[::-1] + one.value * held.value + sum(before) * numbers[0]
