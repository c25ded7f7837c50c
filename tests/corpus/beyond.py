"""What callees, methods and inner functions bind and store beyond themselves, and others read there."""

import sys

import numpy as np

from tests.corpus.base import num, program, vec

TOTAL = 0
LAST = None
GRID = np.zeros(3)
LOG = []
here = sys.modules[__name__]


def restart(value=0):
    global TOTAL, LAST
    TOTAL, LAST = value, None
    GRID[:] = 0.0
    LOG.clear()


def accumulate(v):
    global TOTAL
    TOTAL = TOTAL * 0.5 + v


def remember(v):
    global LAST
    LAST = v


def total():
    return TOTAL


class Meter:
    """Its methods leave what they are given elsewhere."""

    readings = []
    highest = 0.0

    def __init__(self, scale):
        self.scale = scale

    def count(self, v):
        global TOTAL
        TOTAL = TOTAL + v * self.scale

    def fill(self, i, v):
        GRID[i] = v * self.scale

    def log(self, v):
        LOG.append(float(v) * self.scale)
        return v * 2.0

    def relayed(self, v):
        self.count(v)
        self.fill(0, v)

    @classmethod
    def read(cls, v):
        cls.readings.append(v)

    @staticmethod
    def keep(v):
        global LAST
        LAST = v

    @classmethod
    def raised(cls, v):
        cls.highest = cls.highest * 0.5 + v

    def raised_by_type(self, v):
        type(self).highest = v * self.scale

    @property
    def seen(self):
        global TOTAL
        TOTAL = TOTAL * self.scale
        return 1.0


class Holder:
    def __init__(self, fn):
        self.fn = fn


def shared_counter():
    s = 0

    def add(v):
        nonlocal s
        s = s + v

    def clear():
        nonlocal s
        s = 0

    def read():
        return s

    def directly(x):
        clear()
        add(x[0] * x[1])
        return s * x[2]

    return add, clear, read, directly


add_shared, clear_shared, read_shared, read_directly = shared_counter()


@program(args=(vec(4),), tags="global number callee loop", complex_ok=True)
def number_bound_by_callees(x):
    restart()
    for v in x:
        accumulate(v * v)
    return TOTAL * x[0] + total() * x[1]


@program(args=(num(), vec(3)), tags="global none callee branch")
def nothing_until_a_callee_binds_it(k, x):
    restart()
    for v in x:
        if v > -2.0:
            remember(v * k if LAST is None else LAST * v)
    return LAST * k


@program(args=(vec(3),), tags="global number own callee", complex_ok=True)
def number_bound_here_and_by_callees(x):
    global TOTAL
    TOTAL = x[0]
    accumulate(x[1])
    first = TOTAL
    TOTAL = first * x[2]
    accumulate(first)
    return TOTAL * first


@program(args=(vec(3),), tags="global integer callee")
def integer_that_becomes_a_float(x):
    restart(2)
    n = TOTAL
    accumulate(x[0])
    return TOTAL * n * x[1]


@program(args=(vec(3),), tags="global module attribute callee", complex_ok=True)
def variable_of_a_module(x):
    restart()
    here.accumulate(x[0] * x[1])
    return here.TOTAL * x[2] + TOTAL


@program(args=(vec(3),), tags="global inner function list", complex_ok=True)
def globals_of_inner_functions(x):
    restart()

    def inner(v):
        global TOTAL
        TOTAL = v * x[1]

    def other(v):
        global LAST
        LAST = v * x[0]

    inner(x[0])
    for fn in [inner, other]:
        fn(x[2] * total())
    return total() * x[1] + LAST


@program(args=(vec(3),), tags="global map comprehension callee")
def globals_of_mapped_functions(x):
    restart()
    list(map(accumulate, x))
    before = total()
    [accumulate(v * before) for v in x]
    return TOTAL * x[0]


@program(args=(vec(3), num()), tags="global method store loop")
def globals_of_methods(x, k):
    restart()
    meter = Meter(k)
    for i, v in enumerate(x):
        meter.count(v * v)
        meter.fill(i, TOTAL)
    meter.relayed(x[1])
    Meter.keep(x[2] * GRID[0])
    return TOTAL * np.sum(GRID * x) + LAST


@program(args=(vec(3), num()), tags="global method parameter store")
def globals_of_methods_of_what_is_given(x, k):
    restart()
    return metered([Meter(2.0), Meter(k)], x)


def metered(meters, x):
    for meter in meters:
        meter.count(x[0])
        meter.fill(1, x[1])
    return TOTAL * GRID[1]


@program(args=(vec(3), num()), tags="global list method log")
def methods_that_keep_a_log(x, k):
    restart()
    meter = Meter(k)
    y = meter.log(x[0]) * meter.log(x[1])
    return y + LOG[-1] * LOG[0]


@program(args=(vec(3),), tags="class list classmethod")
def list_of_a_class(x):
    Meter.readings.clear()
    for v in x:
        Meter.read(v * v)
    return Meter.readings[0] * Meter.readings[1] + sum(Meter.readings)


@program(args=(vec(3), num()), tags="global property operator")
def globals_of_properties(x, k):
    restart(x[0])
    meter = Meter(k)
    return meter.seen * TOTAL + meter.seen * total()


@program(args=(vec(3),), tags="nonlocal closure shared callee", complex_ok=True)
def variable_that_closures_share(x):
    clear_shared()
    for v in x:
        add_shared(v * v)
    return read_shared() * x[1] + read_directly(x)


@program(args=(vec(3),), tags="class attribute classmethod", reverse="refused")
def number_of_a_class(x):
    Meter.highest = 0.0
    for v in x:
        Meter.raised(v)
    return Meter.highest * x[0]


@program(args=(vec(3), num()), tags="class attribute type", reverse="refused")
def number_of_a_class_by_type(x, k):
    meter = Meter(2.0)
    meter.scale = k
    meter.raised_by_type(x[0])
    return Meter.highest * x[1]


@program(args=(vec(3),), tags="class attribute loop of classes", reverse="refused")
def numbers_of_classes_in_a_list(x):
    for cls in [Meter, Holder]:
        cls.highest = x[0] * x[1]
    return Meter.highest


@program(args=(vec(3),), tags="global function in an object that stays inside")
def global_of_a_function_in_an_object(x):
    restart()
    Holder(accumulate).fn(x[0] * x[1])
    return TOTAL * x[2]


@program(args=(vec(3),), tags="global function in an object of a list")
def global_of_a_function_in_an_object_of_a_list(x):
    restart()
    holders = [Holder(accumulate)]
    holders[0].fn(x[0] * x[1])
    return TOTAL * x[2]
