"""Methods that functions of libraries call by themselves: they may read what they like, and change nothing unseen."""

import bisect
import heapq
import math

import numpy as np
from scipy import integrate

from tests.corpus.base import num, program, vec


class Meter:
    """Stores what it is made with into a list whenever it is asked for anything."""

    def __init__(self, items, value):
        self.items = items
        self.value = value
        self.log = []

    def rank(self, v):
        return -v

    def hit(self, v=1.0):
        self.items[0] = self.value
        return v

    def noted(self, v):
        self.log.append(v)
        return v


class AsFloat(Meter):
    def __float__(self):
        return self.hit()


class AsItems(Meter):
    def __iter__(self):
        self.hit()
        return iter([1, 2])


class Through(Meter):
    def __init__(self, items, value):
        super().__init__(items, value)
        self.inner = Meter(items, value)

    def __iter__(self):
        self.inner.hit()
        return iter([1, 2])


class Bumped(Meter):
    @property
    def bump(self):
        return self.hit()

    @bump.setter
    def bump(self, value):
        self.hit()


@program(args=(num(), num()), tags="sorted key method", reverse="refused")
def key_that_stores(x, k):
    items = [0.0, 1.0]
    meter = Meter(items, x * k)
    sorted([2, 1], key=meter.hit)
    return items[0] * k


@program(args=(vec(3), num()), tags="sorted key method loop branch", reverse="refused")
def key_that_stores_within_a_loop(x, k):
    items = [0, 0]
    for v in x:
        meter = Meter(items, v * k)
        if v < 0.9:
            max([1, 2], **{"key": meter.hit})
    return items[0] * k


@program(args=(vec(3), num()), tags="list.sort key method", reverse="refused")
def key_of_the_method_sort_that_stores(x, k):
    items = [0.0, 1.0]
    order = [2, 1]
    order.sort(key=Meter(items, x[0] * k).hit)
    return items[0] * x[order[0]]


@program(args=(vec(3), num()), tags="heapq bisect key method", reverse="refused")
def keys_of_heaps_and_bisections_that_store(x, k):
    items = [0.0, 1.0]
    first = heapq.nsmallest(1, [2, 1], key=Meter(items, x[0] * k).hit)
    bisect.bisect([1, 2], first[0], key=Meter(items, items[0] * x[1]).hit)
    return items[0] * k


@program(args=(num(), num()), tags="quad method", reverse="refused")
def integrand_that_stores(x, k):
    items = [0.0, 1.0]
    integrate.quad(Meter(items, x * k).hit, 0.0, 1.0)
    return items[0] * k


@program(args=(num(), num()), tags="piecewise method list")
def pieces_that_store(x, k):
    items = [0.0, 1.0]
    np.piecewise(np.ones(2), [np.array([True, False])], [Meter(items, x * k).hit])
    return items[0] * k


@program(args=(vec(3), num()), tags="sorted max key method loop branch")
def keys_that_only_read(x, k):
    meter = Meter([x[0] * k, x[1]], k)
    total = 0.0
    for i in sorted([0, 2, 1], key=meter.rank):
        if i != max([0, 1], key=meter.rank):
            total = total * k + x[i]
    meter.items[0] = total * k
    return meter.items[0] * meter.items[1] + min(x, key=meter.rank)


@program(args=(vec(3), num()), tags="key method effects", reverse="refused")
def keys_that_note_what_they_are_asked_for(x, k):
    meter = Meter([x[0]], k)
    sorted([2, 1], key=meter.noted)
    bisect.bisect([1, 2, 3], 2, key=meter.noted)
    return x[0] * k * len(meter.log)


@program(args=(num(), num()), tags="__float__ math", reverse="refused")
def numbers_of_objects_that_store(x, k):
    items = [0.0, 1.0]
    math.sin(AsFloat(items, x * k))
    return items[0] * k


@program(args=(num(), num()), tags="__iter__ in", reverse="refused")
def membership_that_stores(x, k):
    items = [0.0, 1.0]
    found = 1 in AsItems(items, x * k)
    return items[0] * k * (2 if found else 3)


@program(args=(num(), num()), tags="__iter__ frozenset fromkeys")
def items_of_objects_that_store(x, k):
    items = [0.0, 1.0]
    first = frozenset(AsItems(items, x * k))
    second = dict.fromkeys(Through(items, items[0] * k))
    return items[0] * k * len(first) * len(second)


@program(args=(num(), num()), tags="property format", reverse="refused")
def properties_that_store_within_formats(x, k):
    items = [0.0, 1.0]
    "{.bump}".format(Bumped(items, x * k))
    return items[0] * k


@program(args=(num(), num()), tags="property setattr")
def properties_that_store_when_they_are_set(x, k):
    items = [0.0, 1.0]
    meter = Bumped(items, x * k)
    setattr(meter, "bump", 3.0)  # noqa: B010
    return items[0] * k
