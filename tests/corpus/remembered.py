"""Functions with a cache, made inside and before; members of enumerations, and their operators."""

import enum
import functools
import math

import numpy as np

from tests.corpus.base import arr, num, program, vec

RATE = 0.25


@program(args=(vec(7),), tags="lru_cache closure recursion", smooth=True)
def rob_every_other(x):
    @functools.lru_cache(None)
    def best(i):
        return 0.0 if i >= len(x) else max(best(i + 1), x[i] ** 2 + best(i + 2))

    return best(0)


@program(args=(vec(4), num()), tags="cache closure recursion keyword loop branch")
def paths_over_a_grid(x, k):
    total = 0.0
    for n in range(2, 5):
        if n % 2 == 0:

            @functools.cache
            def ways(i, j=0):
                if i == 0 or j == 0:
                    return x[i % 4] * k
                return ways(i - 1, j=j) * k + ways(i, j=j - 1)

            total += ways(n, j=n - 1) + ways(1, 1)
    return total


@program(args=(vec(3), num()), tags="lru_cache call one array")
def results_that_are_one_array(x, k):
    remember = functools.lru_cache(maxsize=8)
    calls = []

    def scaled(n):
        calls.append(n)
        return x * k**n

    cached = remember(scaled)
    first, second = cached(2), cached(2)
    first[0] = k
    cached.cache_clear()
    return np.sum(second * cached(2)) * len(calls)


@program(args=(num(), num()), tags="lru_cache active key", reverse="refused", forward="refused")
def remembered_by_what_is_differentiated(x, k):
    @functools.lru_cache
    def square(t):
        return t * t

    return square(x) + square(k)


@program(args=(vec(4),), tags="lru_cache full", reverse="refused")
def a_cache_that_forgets(x):
    @functools.lru_cache(maxsize=2)
    def item(i):
        return x[i] * x[0]

    return sum(item(i) for i in (0, 1, 2, 0))


@functools.lru_cache(maxsize=None)
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@functools.cache
def weights(n):
    return tuple(math.exp(-RATE * i) for i in range(n))


class Curve:
    def __init__(self, points):
        self.points = points

    @functools.cached_property
    def degree(self):
        return len(self.points) - 1

    def __call__(self, t):
        n = self.degree
        parts = [binomial(n, i) * t**i * (1 - t) ** (n - i) * p for i, p in enumerate(self.points)]
        return sum(w * p for w, p in zip(weights(len(parts)), parts, strict=True))


@program(args=(arr(4, 2), num(0.2, 0.8)), tags="lru_cache global object")
def curve_by_cached_numbers(points, t):
    curve = Curve(points)
    total = 0.0
    for k in range(3):
        if k != 1:
            total += np.sum(curve(t / (k + 1.0)) ** 2)
    return total


HELD = {"x": 0.0}


@functools.cache
def read_of_a_global(n):
    return HELD["x"] * n


@program(args=(num(),), tags="cache global", reverse="refused")
def cached_reads_of_active_globals(x):
    HELD["x"] = x
    read_of_a_global.cache_clear()
    found = read_of_a_global(2) * x
    HELD["x"] = 0.0
    return found


class Side(enum.Flag):
    LEFT = 1
    RIGHT = 2


class Size(enum.IntFlag):
    SMALL = 1
    LARGE = 2


class Metal(enum.Enum):
    IRON = 1
    GOLD = 2

    @property
    def density(self):
        return {Metal.IRON: 0.5, Metal.GOLD: 2.0}[self]

    def mass(self, v):
        return v * self.density if self is Metal.IRON else v**2 * self.density


@program(args=(vec(4), num()), tags="enum flag operator loop branch")
def members_joined_by_operators(x, k):
    total = 0.0
    for i, metal in enumerate([Metal.IRON, Metal.GOLD, Metal["IRON"], Metal(2)]):
        total += metal.mass(x[i]) * k
    size, side = Size.SMALL | Size.LARGE, Side.LEFT | Side.RIGHT
    if size & Size.LARGE and Side.RIGHT in side & ~Side.LEFT:
        total *= x[1] * len(Size.LARGE.name)
    return total
