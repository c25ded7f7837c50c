"""Context managers and mappings made of constants, whose methods store into what the function computes with."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np

from tests.corpus.base import num, program, vec

WEIGHTS = np.ones(3)


class Doubling:
    """Gives an array to the block and leaves it changed."""

    def __init__(self, values):
        self.values = values

    def __enter__(self):
        self.values[0] += 0.5
        return self.values

    def __exit__(self, kind, value, traceback):
        self.values *= 2.0
        return kind is ValueError


class Weighing:
    """Changes a global."""

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        WEIGHTS[:] = WEIGHTS * 2.0


class Growing:
    """Changes what a list holds, and of which kind that is."""

    def __init__(self, parts):
        self.parts = parts

    def __enter__(self):
        self.parts.append(np.arange(3.0))

    def __exit__(self, kind, value, traceback):
        self.parts.append(3)


@program(args=(np.array([1.0, 2.0, 3.0]), num()), tags="with class store residual")
def changed_as_a_block_is_left(v, x):
    w = np.arange(1.0, 4.0)
    y = np.sin(x * w) * v[1]
    z = w * x
    with Doubling(w):
        y = y * v
    return np.sum(y * z * w)


@program(args=([1, 2, 3], num()), tags="with class store residual loop branch")
def changed_in_blocks_of_a_loop(n, x):
    w = np.array(n) * 1.0
    y = w * x
    for k in n:
        if k > 1:
            with Doubling(w) as t:
                t[0] = k
                y = y * w + x
    return np.sum(y * x)


@program(args=([0.5, 0.25], num()), tags="with class raise swallow residual loop")
def changed_where_blocks_end_early(n, x):
    w = np.arange(1.0, 4.0)
    y = w * x
    for k in range(3):
        with Doubling(w):
            y = y * w
            if k == 1:
                raise ValueError
            y = y + n[0] * x
    return np.sum(y * x)


@contextlib.contextmanager
def raised(values):
    values *= 2.0
    yield values
    values += 1.0


@program(args=(vec(3), num()), tags="with generator nullcontext closing store residual")
def changed_by_managers_of_functions(v, x):
    w = np.arange(1.0, 4.0)
    y = np.sin(w * x)
    with raised(w) as t:
        y = y + t * x
    with contextlib.nullcontext(w) as t:
        y = y * w
        t *= 0.5
    return np.sum(y * v * w)


@program(args=(vec(3), num()), tags="with class global store residual")
def a_global_changed_as_a_block_is_left(v, x):
    WEIGHTS[:] = 1.0
    y = np.sin(WEIGHTS * x)
    with Weighing():
        y = y * v
    return np.sum(y * y * WEIGHTS * x)


@program(args=(vec(3), num()), tags="with class list append kinds")
def a_list_that_grows_around_a_block(v, x):
    parts = [1.0, 2.0]
    y = np.sin(v * x)
    with Growing(parts):
        y = y * parts[-1]
    return np.sum(y * y) * parts[-1] + len(parts) * x


@program(args=(vec(3), num()), tags="with suppress raise")
def a_block_whose_exception_is_suppressed(v, x):
    y = np.sin(v * x)
    with contextlib.suppress(ValueError):
        y = y * 2.0
        if x > 0.0:
            raise ValueError
        y = y * 3.0
    return np.sum(y * y)


class Table:
    """A mapping that is changed by being read."""

    def __init__(self, values):
        self.values = values

    def keys(self):
        return ["a", "b"]

    def __getitem__(self, key):
        self.values *= 2.0
        return 3.0


@program(args=(num(),), tags="mapping class dict star store residual loop branch")
def changed_where_a_mapping_is_taken_apart(x):
    w = np.arange(1.0, 4.0)
    table, total = Table(w), 0.0
    for k in range(2):
        z = np.sin(w * x)
        if k < 5:
            found = {**table, "c": 1}
            total = total + np.sum(z * z * x) * w[1] * found["a"]
    return total


def halved_within(values):
    with Doubling(values) as held:
        total = held @ values
    return total + values[0]


def given_a_manager(values, manager):
    with manager as held:
        return (values * held).sum()


@contextlib.contextmanager
def scaled(values, factor):
    values *= factor
    try:
        yield values
    finally:
        values /= 2.0 * factor


def within_a_generator(values):
    with scaled(values, 3.0) as held:
        total = held @ held
    return total + values.sum()


@program(args=(vec(3), num()), tags="with helper view loop branch")
def helpers_that_enter_managers_of_what_they_are_given(x, s):
    y = x * s
    rest = y[1:]
    total = 0.0
    for _ in range(2):
        if y[0] > -1e9:
            total = total + halved_within(y) * rest[0]
            total = total + within_a_generator(rest) + given_a_manager(y, Doubling(y))
    return total * y.sum()


class Mode:
    """What the functions of this module are told by a global text."""

    current = ["plain"]

    def __init__(self, mode=None):
        self.before, self.mode = Mode.current[0], "doubled" if mode is None else mode

    def __enter__(self):
        Mode.current[0] = self.mode
        return self

    def __exit__(self, kind, value, traceback):
        Mode.current[0] = self.before


class Scaling:
    """Whose items and operators are asked, and may change what it holds."""

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        self.v[0] += 0.25
        return self.v[i]

    def __mul__(self, other):
        return Scaling(self.v * other)


def in_mode(y, extra=None):
    u = np.sqrt(y[0] ** 2 + extra) if extra is not None else y[0]
    with warnings.catch_warnings(record=True):
        angle = np.arctan(u / (y[1] ** 2 + 1.0))
    with Mode():
        held = Scaling(y * 2.0) * (2.0 if Mode.current[0] == "doubled" else 1.0)
    return angle * held[1] + held[0]


@program(args=(vec(3), num()), tags="with catch_warnings class text object operator branch loop")
def modes_beside_objects_that_are_asked(x, s):
    total = 0.0
    for _ in range(2):
        if s > -1e9:
            total = total + in_mode(x * s) + in_mode(x, s * s) * (1.0 if Mode.current[0] == "plain" else 5.0)
    return total
