"""Containers in containers, deeper than any walk of fixed depth would look, and containers that hold themselves."""

import copy
import functools

import numpy as np

from tests.corpus.base import num, program, vec


class Cell:
    def __init__(self, head, tail):
        self.head, self.tail = head, tail


class Private:
    """What it holds lies in slots, one of which Python keeps by a name of its own."""

    __slots__ = ("__value", "other")

    def __init__(self, value):
        self.__value, self.other = value, value * 2

    def get(self):
        return self.__value

    def set(self, value):
        self.__value = value


class OneSlot:
    __slots__ = "head"

    def __init__(self, head):
        self.head = head


class Network:
    def __init__(self, weights):
        self.layers = [{"parameters": {"w": weights * 1}, "function": np.tanh}]

    def __call__(self, v):
        for layer in self.layers:
            v = layer["function"](layer["parameters"]["w"] * v)
        return v


def cells_of(x):
    cells = [Cell(x[0], None)]
    for v in x[1:]:
        cells.append(Cell(v, cells[-1]))
    return cells[-1], cells


def summed(cell):
    return 0.0 if cell is None else cell.head + 0.9 * summed(cell.tail)


def items(cell):
    while cell is not None:
        yield cell.head
        cell = cell.tail


def bottom(value):
    while isinstance(value, list):
        value = value[0]
    return value


def filled(x):
    array = np.zeros(3)
    array[:] = x * 2
    return array


@program(args=(vec(14),), tags="object chain recursion by value")
def chain_of_objects(x):
    cell, _ = cells_of(x)
    return summed(cell)


@program(args=(vec(14),), tags="object chain max dict store")
def chain_selected(x):
    cell, cells = cells_of(x)
    before = summed(cell)
    cells[0].head *= 2
    cells[3].tail = cells[0]
    box = {"c": max([cell, cells[2]], key=summed)}
    cells[1].head = 5.0 * before
    cells[0].head *= before
    return before * summed(box["c"])


@program(args=(vec(14),), tags="object chain builtins")
def chains_through_builtins(x):
    cell, cells = cells_of(x)
    last, *_ = list(reversed(cells))
    popped = {"a": cell, "b": cells}.popitem()[1].pop()
    zipped = list(zip(cells, cells, strict=True))[-1][0]
    reduced = functools.reduce(lambda a, b: b, cells)
    mapped = list(map(lambda c: c, cells))[-1]
    return summed(last) + summed(popped) ** 2 + summed(zipped) * 3 + summed(reduced) * summed(mapped)


@program(args=(vec(14),), tags="tuple chain list max while")
def chain_of_lists(x):
    cell = None
    for v in x:
        cell = [v, cell]
    p = max([cell, [-9.0, None]], key=lambda c: c[0])
    s = 0.0
    while p is not None:
        s = s * 0.9 + p[0]
        p = p[1]
    return s


@program(args=(vec(14),), tags="object chain generator store")
def chain_changed_between_items(x):
    cell, cells = cells_of(x)
    s = 0.0
    for i, v in enumerate(items(cell)):
        s = s * 0.9 + v
        if i == 3:
            cells[0].head = cells[0].head * 5
        if i == 4:
            cells[5].head = cells[5].head * s
    return s


@program(args=(vec(3),), tags="nested list of stored arrays np.array")
def array_of_deep_lists(x):
    a = filled(x)
    return np.sum(np.array([[[[[[a]]]]]]) * x) + np.concatenate([[[[[a]]]]], axis=None) @ x


@program(args=(vec(3),), tags="deepcopy nested objects stored arrays")
def deep_copy_of_stored(x):
    chain = Cell(Cell(Cell(Cell(Cell(filled(x), None), None), None), None), None)
    copied = copy.deepcopy(chain)
    copied.head.head.head.head.head[0] *= 3
    return copied.head.head.head.head.head @ x + chain.head.head.head.head.head.sum()


@program(args=(vec(2),), tags="deepcopy network in place")
def network_kept_while_it_learns(x):
    net = Network(x)
    net.layers[0]["parameters"]["w"][0] *= 2
    best = copy.deepcopy(net)
    net.layers[0]["parameters"]["w"] -= 0.5 * x
    net.layers.append(copy.deepcopy(best.layers[0]))
    return np.sum(net(x)) + np.sum(best(x) ** 2)


@program(args=(vec(3),), tags="slots private names max store")
def private_slots(x):
    p = Private(x * 1)
    both = [p, Private(x * 3)]
    p.get()[0] *= 5
    q = max(both, key=lambda o: o.get()[0])
    q.set(q.get() * x)
    f = [lambda o: o.get().sum()]
    return f[0](q) + f[0](both[1]) * np.sum(p.other) + sum(o.get() @ x for o in reversed(both))


@program(args=(vec(3),), tags="slots one string store")
def one_slot(x):
    both = [OneSlot(x[0]), OneSlot(x[1])]
    f = [lambda o: o.head * 2]
    q = max(both, key=lambda o: o.head)
    q.head *= x[2]
    return f[0](q) + f[0](both[0]) ** 2


@program(args=(num(), num()), tags="list that holds itself")
def list_of_itself(x, y):
    items = [x, y]
    items.append(items)
    part = items[:2]
    assert items != part
    assert items in items
    joined = items + part
    items.reverse()
    return joined[0] * items[0][1] * len(joined) * joined[2][1]


@program(args=(num(), num()), tags="ring of lists recursion deepcopy")
def ring_of_lists(x, y):
    def walk(p, k):
        return p[0] if k == 0 else p[0] * walk(p[1], k - 1)

    ring = [[x, None], [y, None]]
    ring[0][1], ring[1][1] = ring[1], ring[0]
    again = copy.deepcopy(ring)
    again[0][1][0] *= x
    ordered = sorted(ring, key=lambda r: r[0])
    return walk(ring[0], 4) * functools.reduce(lambda a, r: a + r[1][0], ring, 0.0) + again[1][0] * ordered[0][0]
