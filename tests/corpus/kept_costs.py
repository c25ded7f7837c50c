"""Objects that keep what they compute where they are compared: sorting and heaps compare them where nothing sees it."""

import functools
import heapq

from tests.corpus.base import program, vec


class Lazy:
    def __init__(self, values):
        self.values = values
        self._cost = None

    @property
    def cost(self):
        if self._cost is None:
            self._cost = self.values[0] * self.values[1]
        return self._cost

    def __lt__(this, that):
        return this.cost < that.cost


class Cached:
    def __init__(self, values):
        self.values = values

    @functools.cached_property
    def cost(self):
        return self.values[0] * self.values[1]

    def __lt__(self, other):
        return self.cost < other.cost


class Computed(Cached):
    @property
    def cost(self):
        return self.values[0] * self.values[1]


def copies(x, cls):
    found = []
    for k in (1.0, 0.5, 2.0):
        values = x * 0.0
        values[:] = x * k + 3.0
        found.append(cls(values))
    return found


@program(args=(vec(3),), tags="sorted object property", reverse="refused")
def sorted_by_costs_that_are_kept(x):
    found = sorted(copies(x, Lazy))
    return found[0].cost * found[1].cost ** 2


@program(args=(vec(3),), tags="sort object property", reverse="refused")
def lists_sorted_by_cached_costs(x):
    found = copies(x, Cached)
    found.sort()
    return found[0].cost * found[1].cost ** 2


@program(args=(vec(3),), tags="heapq object property", reverse="refused", forward="refused")
def heaps_by_costs_that_are_kept(x):
    heap = []
    for part in copies(x, Lazy):
        heapq.heappush(heap, (0, part))
    return heapq.heappop(heap)[1].cost * heap[0][1].cost ** 2


@program(args=(vec(3),), tags="min max object property loop branch", reverse="refused")
def smallest_by_cached_costs(x):
    total = 0.0
    for i in range(3):
        if i:
            total += min(copies(x + i, Cached)).cost * x[i]
    return total


@program(args=(vec(3),), tags="sorted heapq object property")
def sorted_by_costs_that_are_computed(x):
    found, heap = sorted(copies(x, Computed)), copies(x, Computed)
    heapq.heapify(heap)
    return found[0].cost * found[1].cost ** 2 + min(found).cost * heapq.heappop(heap).cost


class Compared:
    """Keeps its cost when that is asked for first, which a comparison alone does."""

    def __init__(self, b):
        self.b = b
        self._cost = None

    @property
    def cost(self):
        if self._cost is None:
            self._cost = self.b[0] * self.b[1]
        return self._cost

    def less(self, other):
        return self.cost < other.cost

    def __lt__(self, other):
        return self.cost < other.cost


HELD = []


def held(made):
    HELD[:] = [made]
    return made


@program(args=(vec(3),), tags="object property cache comparison global loop branch")
def costs_kept_as_properties_are_compared(x):
    total = 0.0
    for k in range(2):
        if k < 5:
            a, b = held(Compared(x + 3.0)), held(Compared(x * (0.5 + k)))
            less = b.less(a) if k else b < a
            total = total + b.cost * x[0] * less + a._cost
    HELD.clear()
    return total
