"""Methods found by name or kept before they are called; what tells people things; classes with parameters; names."""

import enum
import functools
import logging
import math
import operator
import sys
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from tests.corpus.base import apart, mat, num, program, vec

log = logging.getLogger("quiet")
log.setLevel(logging.CRITICAL)
log.propagate = False

NUMBER = 0.0
T = TypeVar("T")


class Held:
    def __init__(self, fn):
        self.fn = fn


class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

    def mapped(self, fn):
        return Box[float](fn(self.value))


class Axis(enum.IntEnum):
    ROWS = 0
    COLUMNS = 1


class Trainer:
    def __init__(self, w):
        self.w = w
        self.log = log

    def step(self, x):
        y = self.w @ x
        self.log.info("y = %s", y)
        log.debug("%s %s", x[0], self.w)
        self.w[0] *= 0.9
        return y


@program(args=(vec(3), "sum"), more=[(vec(3), "mean"), (vec(3), "prod")], tags="getattr method name store")
def method_by_name(x, how):
    y = x * x
    s = getattr(y, how)()
    y[0] = s * x[1]
    return getattr(y, how)() * s


@program(args=(vec(3),), tags="method bound kept store object")
def methods_that_are_kept(x):
    y = x * 2.0
    total, dot = y.sum, y.dot
    y[1] *= x[0]
    return total() * dot(x) + Held(x.max).fn()


@program(args=(vec(4), num()), tags="method bound fill item view")
def methods_that_store_and_are_kept(x, k):
    y = x * 2.0
    fill = y[1:3].fill
    fill(k * k)
    get = y.item
    return np.sum(y * x) * get(1)


@program(args=(mat(2, 3), ("ravel", "copy", "transpose")), tags="getattr method loop view")
def methods_in_a_chain(a, names):
    s = 0.0
    for n in names:
        b = getattr(a, n)()
        s = s + np.sum(b * b[0])
    for n, args in [("reshape", (3, 2)), ("sum", (0,)), ("clip", (-0.5, 0.5))]:
        a = getattr(a, n)(*args)
    return s * np.sum(a)


@program(args=(vec(4),), tags="methodcaller map")
def callers_of_methods(x):
    total = operator.methodcaller("sum")
    rows = [x[:2] * 2.0, x[2:] * x[0]]
    return total(x * x) * operator.methodcaller("cumsum", 0)(x)[1] + sum(map(total, rows))


@program(args=(apart(5),), tags="sorted max key method store")
def keys_that_are_items(x):
    y = x * 2.0
    i = max(range(5), key=y.__getitem__)
    order = sorted(range(5), key=x.__getitem__, reverse=True)
    y[i] = y[order[1]] ** 2
    return np.sum(y * x)


@program(args=(mat(2, 2), vec(2)), tags="logging method store loop")
def logged_training(w, x):
    t = Trainer(w * 1.0)
    for _ in range(3):
        x = t.step(x)
        logging.getLogger("quiet").info(f"{x[0]:.2f}")
        log.info("x %s", x)
    return np.sum(x * w[0])


@program(args=(num(),), tags="class generic", complex_ok=True)
def class_with_parameters(x):
    b = Box[float](x)
    return b.mapped(lambda v: v * v).mapped(np.sin).value * b.value


@program(args=(mat(2, 3),), tags="enum text subscript store")
def members_and_letters(a):
    sums = {"a": 0.0, "b": 0.0}
    for i, row in enumerate(a):
        sums["ab"[i % 2]] += row[Axis["COLUMNS"]] * row[Axis.ROWS]
    return sums["a"] * sums["b"] * Axis.COLUMNS


@program(args=(vec(2),), tags="array objects none", forward="refused")
def array_of_objects_by_chance(x):
    return np.array([x[0] * x[1], None])[0]


@program(args=(vec(2),), tags="array objects", reverse="refused")
def array_of_objects(x):
    a = np.empty(2, dtype=object)
    a[0] = x * 2.0
    a[1] = x[0]
    return np.sum(a[0]) * a[1]


def named(name, value):
    globals()[name] = value


@program(args=(vec(3),), tags="globals store callee", reverse="refused")
def store_into_globals(x):
    named("NUMBER", x[0])
    return NUMBER * x[1]


@program(args=(vec(3),), tags="globals update", reverse="refused")
def update_of_globals(x):
    vars(sys.modules[__name__]).update(NUMBER=x[0] * x[1])
    return NUMBER * x[1]


@program(args=(num(),), tags="closure captured variable constant while for loop branch")
def captured_and_bound_to_constants_in_loops(x):
    y, z = x * 1.5, x * x
    ways = [2.0, lambda: y, lambda: z]
    total = ways[1]() * ways[2]()
    for n in range(2):
        i = 0
        while i < 3:
            if i == n:
                y = 2.5 + n
            i += 1
        total *= ways[1]() + x
    for z in (0.5, 0.75):
        pass
    return total * ways[2]()


@program(args=(num(),), tags="closure captured variable constant try except finally loop branch")
def captured_and_bound_to_constants_in_a_try(x):
    y, z = x * 1.5, x * x
    ways = [2.0, lambda: y, lambda: z]
    total = ways[1]() * ways[2]()
    for i in range(3):
        try:
            if i == 1:
                y = 0.5
        except ValueError:
            y = 2.0
    try:
        pass
    finally:
        z = 0.25
    return total + ways[1]() * ways[2]()


@program(args=(num(),), tags="closure captured variable constant with unpacking loop branch")
def captured_and_unpacked_in_a_block(x):
    y = x * 1.5
    ways = [2.0, lambda: y]
    total = ways[1]()
    for i in range(4):
        if i % 2:
            with np.errstate(all="ignore"):
                (y, z), w = (0.25, i), 3.0
    return total * x + ways[1]()


class Arrow(NamedTuple):
    x: float
    y: float

    @property
    def length(self):
        return math.hypot(*self)


class Gauge:
    def __init__(self, level):
        self.level = level

    @property
    def square(self):
        return self.level**2

    @square.setter
    def square(self, value):
        self.level = math.sqrt(value)

    @functools.cached_property
    def cube(self):
        return self.level**3


@program(args=(num(), num()), tags="property class key loop branch")
def properties_read_from_their_class(x, y):
    arrows = [Arrow(x, y), Arrow(y, y), Arrow(x * y, 2.0)]
    far, near = max(arrows, key=Arrow.length.fget), min(arrows, key=Arrow.length.fget)
    total = far.length + near.x
    gauge = Gauge(x)
    read = Gauge.square.fget
    for k in range(2):
        if k == 1:
            Gauge.square.fset(gauge, y + 3.0)
        total += read(gauge) * gauge.level
    return total + Gauge.cube.func(gauge) * y


def sine_of_level(gauge):
    return math.sin(gauge.level)


@program(args=(num(), num()), tags="key function global list sort loop")
def ranked_by_functions_of_the_module(x, y):
    gauges = [Gauge(x), Gauge(y * 0.5), Gauge(x * y)]
    best = max(gauges, key=sine_of_level)
    gauges.sort(key=sine_of_level)
    total = best.level**3 * y
    for k, gauge in enumerate(sorted(gauges, key=sine_of_level, reverse=True)):
        total += gauge.level * (k + 1)
    return total * gauges[0].level
