"""Containers that code of Python's own fills: from arrays that were stored into, or by what makes missing items."""

import collections
import functools
import heapq
import math
import operator

import numpy as np

from tests.corpus.base import num, program, vec

Four = collections.namedtuple("Four", "a b c d")


class Listed(list):
    pass


class Filled(list):
    def __init__(self, items):
        super().__init__(items)


class FilledByName(list):
    def __init__(self, items):
        list.__init__(self, items)


class Row(tuple):
    def __new__(cls, items):
        return super().__new__(cls, items)


class Kept(dict):
    def __init__(self, pairs):
        super().__init__(pairs)


class Queue(collections.deque):
    pass


class Made:
    def __init__(self, values):
        self.values = values

    def __call__(self):
        return self.values[0] * self.values[1]

    def last(self):
        return self.values[-1] * self.values[0]


def squares(x):
    found = np.zeros(4)
    found[:] = x * x
    return found


def weighted(items):
    return sum(v * (i + 1) for i, v in enumerate(items))


def product(values):
    return values[0] * values[1] * values[3]


@program(args=(vec(4),), tags="list subclass store")
def items_into_slices_of_lists(x):
    listed, plain = Listed([0.0] * 6), [1.0] * 5
    listed[1:5] = squares(x)
    plain[::2] = squares(x)[:3]
    listed += squares(x)
    return weighted(listed) + weighted(plain)


@program(args=(vec(4),), tags="list subclass store", reverse="refused")
def items_into_lists_by_their_methods(x):
    plain = [1.0] * 5
    plain.__setitem__(slice(1, 2), squares(x))
    list.__setitem__(plain, slice(0, 1), squares(x)[:2])
    list.__iadd__(plain, squares(x))
    return weighted(plain)


@program(args=(vec(4),), tags="list subclass store")
def lists_filled_by_the_class_above(x):
    return weighted(Filled(squares(x))) * weighted(FilledByName(squares(x)))


@program(args=(vec(4),), tags="tuple subclass store", reverse="refused")
def tuples_filled_by_the_class_above(x):
    return weighted(Row(squares(x)))


@program(args=(vec(4),), tags="dict subclass store")
def dicts_filled_by_the_class_above(x):
    made = Kept(zip("abcd", squares(x)))
    made.update(zip("ab", squares(x)[2:]))
    made |= enumerate(squares(x))
    return made["a"] * made["d"] + made[1] * made["b"]


@program(args=(vec(4), num()), tags="tuple deque store loop branch")
def records_and_queues_of_what_was_stored(x, k):
    total = 0.0
    for i in range(3):
        if i != 1:
            four = Four._make(squares(x) * (k + i))
            queue = Queue(squares(x), 3)
            queue += squares(x)[i : i + 1]
            total += four.a * four.d + weighted(queue) * k
    return total


@program(args=(vec(4),), tags="heapq store")
def the_largest_of_what_was_stored(x):
    high = heapq.nlargest(2, squares(x))
    low = heapq.nsmallest(2, squares(x), key=operator.neg)
    return high[0] * high[1] ** 2 + low[0]


@program(args=(vec(4), vec(2)), tags="list array inplace")
def lists_that_become_arrays_in_place(x, y):
    grown, row = [1.0, 2.0], (y[0], 2.0)
    kept = grown
    grown += y * y
    row *= y
    return np.sum(grown * y) + row @ y * grown[0] + len(kept) + weighted(x)


@program(args=(vec(4),), tags="deque array inplace")
def queues_that_become_arrays_in_place(x):
    queue = collections.deque([x[1], 1.0, x[2], 2.0])
    queue += x
    return queue @ squares(x)


@program(args=(vec(4),), tags="list array inplace store loop branch")
def lists_become_arrays_of_what_was_stored(x):
    total = 0.0
    for i in range(3):
        grown = [1.0, x[i], 2.0, 3.0]
        if i > 0:
            grown += squares(x)
            grown -= x
        total += np.sum(np.sin(grown) * x)
    return total


@program(args=(vec(4),), tags="defaultdict object method partial")
def items_that_functions_of_objects_make(x):
    by_object, by_method = collections.defaultdict(Made(x)), collections.defaultdict(Made(x).last)
    by_partial, by_array = collections.defaultdict(functools.partial(product, x)), collections.defaultdict(x.sum)
    return by_object["a"] * by_method[0] + by_partial["b"] * by_array["c"] + by_object["a"] ** 2 + len(by_partial)


@program(args=(vec(4), num()), tags="defaultdict object partial store loop branch")
def missing_items_made_of_what_was_stored(x, k):
    found = collections.defaultdict(functools.partial(product, squares(x)))
    rows = collections.defaultdict(functools.partial(np.zeros, 4))
    for i in range(4):
        if i % 2:
            found[i] *= k
            rows[i // 2][i] += found[i] * x[i]
        else:
            found[0] += x[i]
    return found[0] * found["new"] + rows[0] @ x + rows[1].sum() + rows[2].sum()


@program(args=(vec(4),), tags="starred store")
def coordinates_of_what_was_stored(x):
    return math.hypot(*squares(x)) * math.dist(squares(x), x)
