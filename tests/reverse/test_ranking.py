"""Functions by which items are ranked, called by functions without text; functions that call themselves in memory."""

from __future__ import annotations

import functools
import heapq
import itertools
import operator

import numpy as np
import pytest

import dualad


class Item:
    def __init__(self, value, rate):
        self.value, self.rate, self.kept = value, rate, 0.0

    @property
    def cost(self):
        self.kept = self.kept + self.value * self.rate
        return self.value

    def asked(self):
        return self.cost


class Tally:
    def __init__(self):
        self.total = 0.0

    def rank(self, item):
        self.total = self.total + item.value * item.rate
        return item.value

    __call__ = rank


def into_attribute(item):
    item.kept = item.kept + item.value * item.rate
    return item.value


def into_given(total, item):
    total[0] = total[0] + item.value * item.rate
    return item.value


def by_sorted(items, key):
    return sorted(items, key=key)[0]


def by_sort(items, key):
    items = list(items)
    items.sort(key=key, reverse=True)
    return items[0]


def by_min(items, key):
    return min(items, key=key)


def by_max_of_arguments(items, key):
    return max(*items, key=key)


def by_largest(items, key):
    return heapq.nlargest(2, items, key=key)[1]


def by_smallest(items, key):
    return heapq.nsmallest(1, items, key=key)[0]


def by_groups(items, key):
    return [list(group) for _, group in itertools.groupby(items, key=key)][0][0]


def by_merging(items, key):
    return list(heapq.merge(items[:1], items[1:], key=key))[0]


def by_max_of_reversed(items, key):
    return max(reversed(items), key=key)


def by_max_of_iterator(items, key):
    return max(iter(items), key=key)


def by_max_of_generator(items, key):
    return max((item for item in items), key=key)


def by_max_of_pairs(items, key):
    return max(enumerate(items), key=lambda pair: key(pair[1]))[1]


def by_max_of_dict(items, key):
    held = dict(enumerate(items))
    return held[max(held, key=lambda name: key(held[name]))]


WAYS = [
    by_sorted, by_sort, by_min, by_max_of_arguments, by_largest, by_smallest, by_groups, by_merging,
    by_max_of_reversed, by_max_of_iterator, by_max_of_generator, by_max_of_pairs, by_max_of_dict,
]  # fmt: skip
KEYS = ["attribute", "property", "attrgetter", "methodcaller", "method", "object", "captured", "shared", "partial"]


def ranked(x, y, way, kind):
    items = [Item(x * y, x), Item(y, y), Item(x, y * y)]
    tally, total, number = Tally(), [0.0], 0.0

    def captured(item):
        total[0] = total[0] + item.value * item.rate
        return item.value

    def shared(item):
        nonlocal number
        number = number + item.value * item.rate
        return item.value

    keys = {
        "attribute": into_attribute,
        "property": lambda item: item.cost,
        "attrgetter": operator.attrgetter("cost"),
        "methodcaller": operator.methodcaller("asked"),
        "method": tally.rank,
        "object": tally,
        "captured": captured,
        "shared": shared,
        "partial": functools.partial(into_given, total),
    }
    found = way(items, keys[kind])
    return found.value * (sum(item.kept for item in items) + tally.total + total[0] + number)


@pytest.mark.parametrize("way", WAYS)
def test_keys_that_change_something(way):
    wrong = []
    for kind in KEYS:

        def fn(x, y, way=way, kind=kind):
            return ranked(x, y, way, kind)

        step, x, y = 1e-6, 1.3, 0.7
        want = [
            (fn(x + step, y) - fn(x - step, y)) / (2 * step),
            (fn(x, y + step) - fn(x, y - step)) / (2 * step),
        ]
        forward = dualad.jvp(fn, (x, y), (1.0, 0.0))[1], dualad.jvp(fn, (x, y), (0.0, 1.0))[1]
        assert forward == pytest.approx(want)
        for how in (dualad.grad(fn, argnums=(0, 1)), lambda *a: dualad.vjp(fn, *a)[1](1.0)[:2]):
            try:
                found = how(x, y)
            except dualad.DualadError:
                continue
            if found != pytest.approx(want):
                wrong.append((kind, found, want))
    assert not wrong


def straight(x, y, rows):
    """What changes nothing that stays is right in each way."""
    items = [Item(x * y, x), Item(y, y), Item(x, y * y)]
    order = sorted(items, key=lambda item: -item.value)
    first = min(reversed(items), key=operator.attrgetter("value"))
    row = max((r for r in rows), key=lambda r: float(r @ r))
    return order[0].value * first.rate + row[0] * x


def test_keys_that_change_nothing():
    rows = np.array([[0.5, 1.0], [2.0, 0.1]])
    got = dualad.grad(straight, argnums=(0, 1))(1.3, 0.7, rows)
    assert got == pytest.approx((0.7 + 2.0, 1.3))


class Leg:
    def __init__(self, length):
        self.length = length

    @functools.cached_property
    def cost(self):
        return self.length * self.length


class Route:
    def __init__(self, a, b):
        self.legs, self.weight = [Leg(a), Leg(b)], a

    @functools.cached_property
    def cost(self):
        return sum(leg.cost for leg in self.legs)

    @functools.cached_property
    def heavier(self):
        self.weight = self.weight * 2.0
        return self.weight


def by_cached_cost(x, y, way):
    routes = [Route(x, y), Route(y, y), Route(y, x * y)]
    first = routes[1].cost
    found = way(routes, lambda route: route.cost)
    return found.cost * found.weight * first + routes[0].cost


def by_cached_change(x, y, way):
    routes = [Route(x, y), Route(y, y)]
    found = way(routes, operator.attrgetter("heavier"))
    return found.weight * routes[0].weight


@pytest.mark.parametrize("way", [by_sorted, by_sort, by_min, by_largest, by_groups, by_max_of_reversed])
def test_cached_properties_are_computed_again(way):
    x, y = 1.3, 0.7
    forward = [dualad.jvp(by_cached_cost, (x, y, way), (*t, None))[1] for t in ((1.0, 0.0), (0.0, 1.0))]
    assert dualad.grad(by_cached_cost, argnums=(0, 1))(x, y, way) == pytest.approx(forward)
    if way is not by_groups:
        with pytest.raises(dualad.Unsupported, match="changes something in place"):
            dualad.grad(by_cached_change)(x, y, way)


def deep(x, n):
    out = []

    def go(i, v):
        if i == 0:
            return v
        out.append(v)
        return go(i - 1, v * x)

    return go(n, x) + sum(out)


class Walker:
    def __init__(self):
        self.total = 0.0

    def go(self, i, x):
        if i:
            self.total = self.total + x * i
            self.go(i - 1, x)


def walked(x, n):
    walker = Walker()
    walker.go(n, x)
    return walker.total


def test_functions_that_call_themselves_take_few_frames():
    assert dualad.grad(walked)(1.0, 110) == 110 * 111 / 2
    assert dualad.grad(deep)(1.0, 110) == pytest.approx(111 + 110 * 111 / 2)
    with pytest.raises(RecursionError) as raised:
        dualad.grad(deep)(1.0, 900)
    notes = "\n".join(raised.value.__notes__)
    assert "times more" in notes
    assert "setrecursionlimit" in notes
    assert len(notes) < 2000
