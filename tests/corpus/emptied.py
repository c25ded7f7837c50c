"""Branches on whether a list, a dict or an object is empty, which is filled and emptied afterwards."""

import numpy as np

from tests.corpus.base import num, pos, program, vec


@program(args=(vec(4),), tags="truth list append loop branch")
def recurrence_in_a_list(x):
    out = []
    for k, v in enumerate(x):
        if k < 5:
            out.append(v * (out[-1] if out else 1.0) * 0.5 + 1.0)
    return sum(out)


@program(args=(vec(4), num()), tags="truth list dict branch store")
def filled_after_it_was_asked(x, s):
    found, named = [], {}
    total = 0.0
    for k, v in enumerate(x):
        if found and not named:
            total = total + v * found[0]
        elif named:
            total = total + named["last"] * v
        if found:
            named["last"] = v * s
        found.append(v * s)
    found.clear()
    named.clear()
    if found or named:
        total = total * 100.0
    return total


@program(args=(pos(4),), tags="truth list aliases callee loop branch")
def emptied_by_a_callee(x):
    stack = [x[0]]

    def settle(values):
        while values:
            top = values.pop()
            if values:
                values[-1] = values[-1] * top
            else:
                return top
        return 1.0

    total = 0.0
    for v in x:
        held = stack
        if held:
            stack.append(v)
            total = total + settle(held) * v
        else:
            stack.append(v * v)
            total = total - v
    return total * sum(stack)


class Heap:
    def __init__(self):
        self.items = []

    def __len__(self):
        return len(self.items)

    def put(self, v):
        self.items.append(v)
        self.items.sort(key=lambda i: -i)


@program(args=(vec(4),), tags="truth object length method loop branch", smooth=False)
def object_of_some_length(x):
    heap, total = Heap(), 0.0
    for v in x:
        if heap:
            total = total + heap.items[-1] * v
        heap.put(v * 2.0)
    return total


class Sure(list):
    def __bool__(self):
        return len(self) > 1


@program(args=(vec(4),), tags="truth list derived loop branch")
def list_that_is_sure_from_two_on(x):
    out, total = Sure(), 0.0
    for v in x:
        if out:
            total = total + out[0] * v
        out.append(v * v)
    return total


@program(args=(pos(3),), tags="truth array store loop branch")
def array_of_one_that_is_zero_at_first(x):
    flag, total = np.zeros(1), 1.0
    for v in x:
        if flag:
            total = total * v + flag[0]
        flag[0] = flag[0] + v
    return total
