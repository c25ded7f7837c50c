"""What methods, constructors and operators give, or leave in objects, is a global's memory, which is stored into."""

import functools
import operator

import numpy as np

from tests.corpus.base import num, program, vec

GRID = np.ones(3)
ROWS = [np.ones(3) * 2.0, np.ones(3) * 3.0]
TABLE = {"a": np.ones(3)}


def restart():
    GRID[:] = 1.0
    ROWS[0][:], ROWS[1][:] = 2.0, 3.0
    TABLE["a"][:] = 1.0


def itself(v):
    return v


def grid():
    return GRID


def grid_by_default(v=GRID):
    return v


class Plain:
    pass


class Box:
    """Holds the global's memory from the start, or from `attach` on."""

    def __init__(self):
        self.buf = GRID

    def get(self):
        return self.buf


class Sharing:
    buf = GRID


class Giver:
    """Its methods give the global's memory, each in another way."""

    def relayed(self):
        return itself(GRID)

    def helped(self):
        return self.relayed()

    def displayed(self):
        return [row for row in ROWS][0]

    def looped(self):
        for _, row in zip(range(2), ROWS, strict=True):
            return row

    def kept(self):
        found = {}
        found["k"] = GRID
        return found["k"]

    def inner(self):
        def give():
            return GRID

        return give()

    def chosen(self):
        return max([GRID, GRID], key=lambda v: v[0])

    def matched(self):
        match ROWS:
            case [first, *_]:
                return first

    def folded(self):
        return functools.reduce(lambda a, b: a, ROWS)

    def by_getter(self):
        return operator.itemgetter("a")(TABLE)

    def by_lambda(self):
        return (lambda: GRID)()

    def by_parameter(self, fn):
        return fn()

    def by_attribute(self):
        return self.fn()

    def attach(self):
        self.buf = GRID

    @property
    def shown(self):
        return grid()

    @functools.cached_property
    def computed(self):
        return grid()

    def __neg__(self):
        return GRID

    def __radd__(self, other):
        return ROWS[other]

    def __iadd__(self, other):
        return GRID

    def __getattr__(self, name):
        if name != "found":
            raise AttributeError(name)
        return GRID


def attach(o):
    o.buf = GRID


@program(args=(vec(3), ("relayed", "helped", "kept", "inner", "chosen", "by_lambda")), tags="given method loop branch")
def arrays_that_named_methods_give(x, names):
    restart()
    s = 0.0
    for name in names:
        o = [Giver()][0]
        if x[0] > -9.0:
            g = getattr(o, name)()
            g[:] = x * (s + 1.0)
            s += np.sum(GRID * GRID * x)
    return s


@program(args=(vec(3),), tags="given method text store")
def arrays_that_methods_of_items_give(x):
    restart()
    o = [Giver()][0]
    o.relayed()[0] = x[0] * x[1]
    s = np.sum(GRID * x)
    o.helped()[1:] = x[1:] * x[0]
    s += np.sum(GRID * GRID)
    o.displayed()[:] = x
    o.looped()[1] *= x[2]
    s += np.sum(ROWS[0] ** 2)
    o.by_getter()[:] = x * x
    o.matched()[0] = x[1] * x[2]
    o.folded()[2] += x[1]
    return s * np.sum(ROWS[0] * TABLE["a"])


@program(args=(vec(3),), tags="given function parameter attribute default store")
def functions_that_objects_are_given(x):
    restart()
    o = [Giver()][0]
    g = o.by_parameter(grid)
    g[0] = x[0] * x[1]
    o.fn = grid
    h = o.by_attribute()
    h[1] = x[2] * x[0]
    d = grid_by_default()
    d[2] = x[1] ** 2
    return np.sum(GRID * GRID * x)


@program(args=(vec(3), num()), tags="given constructor attribute class loop branch store")
def objects_that_hold_what_a_global_holds(x, k):
    restart()
    s = 0.0
    for i in range(3):
        made = [Box, Box, Sharing][i]()
        if k > -9.0:
            made.buf[i] = x[i] * k
            s += np.sum(GRID * x)
    b = Box()
    b.get()[0] *= x[1]
    c = Sharing()
    c.buf[1:] *= x[0]
    return s * np.sum(GRID**2)


@program(args=(vec(3),), tags="attribute method helper object store")
def objects_that_get_what_a_global_holds(x):
    restart()
    o, p, q = Giver(), [Giver()][0], Plain()
    o.attach()
    o.buf[0] = x[0] * x[1]
    s = np.sum(GRID * GRID)
    p.attach()
    p.buf[1] = x[2] ** 2
    s *= np.sum(GRID * x)
    attach(q)
    q.buf[2] = x[1] * s
    return np.sum(GRID**2)


@program(args=(vec(3),), tags="property operator getattr given store")
def operators_that_give_what_a_global_holds(x):
    restart()
    o = Giver()
    (-o)[0] = x[0] * x[1]
    s = np.sum(GRID * GRID)
    (1 + o)[1] = x[2] ** 2
    s += np.sum(ROWS[1] * x)
    o.shown[1] = x[1] * x[0]
    o.computed[2] *= x[1]
    s *= np.sum(GRID * x)
    o.found[0] *= s
    p = [o][0]
    p += 1
    p[1] = x[2] * x[1]
    return np.sum(GRID**2) * s


def applied(fn, *args):
    return fn(*args)


@program(args=(vec(3),), tags="given function parameter starred recursion store")
def functions_that_are_handed_on(x):
    restart()
    g = applied(applied, applied, grid)
    g[0] = x[0] * x[1]
    s = np.sum(GRID * x)
    (lambda fn: fn())(grid)[1] *= s
    return np.sum(GRID**2)
