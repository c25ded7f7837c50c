"""Functions that objects keep under the name of a method of arrays or lists, and which give a global's memory."""

import collections
import dataclasses
import inspect
import types
import typing

import numpy as np

from tests.corpus.base import program, vec

GRID = np.array([1.0, 2.0, 3.0])
START = GRID.copy()


def give():
    return GRID


class Assigned:
    def __init__(self):
        self.dot = give


class Updated:
    def __init__(self, **kept):
        self.__dict__.update(kept)


class Empty:
    pass


@dataclasses.dataclass
class Stated:
    dot: typing.Callable


Pair = collections.namedtuple("Pair", "dot sum")


class Listed(list):
    pass


def by_setattr(name):
    made = Empty()
    setattr(made, name, give)
    return made


def with_attribute(made):
    made.dot = give
    return made


def scaled(kept, x, i):
    found = kept.dot()
    found[i] *= x[i]
    return GRID[1] * x[0]


@program(args=(vec(3),), tags="object attribute function global array store list loop branch")
def functions_kept_under_a_name_of_arrays(x):
    GRID[:] = START
    total = 0.0
    for kept in [Assigned(), Updated(dot=give), Empty(), Stated(give), Pair(give, 1), types.SimpleNamespace(dot=give)]:
        if not isinstance(kept, Empty):
            total = total + scaled(kept, x, 1)
    GRID[:] = START
    return total


@program(args=(vec(3), 0), more=[(vec(3), k) for k in range(1, 6)], tags="object attribute function global loop branch")
def function_kept_by_what_a_loop_makes(x, way):
    GRID[:] = START
    total, kept = 0.0, np.ones(2)
    for i in range(3):
        if i:
            found = kept.dot()
            found[i] *= x[i]
            total = total + GRID[1] * x[0]
        kept = [
            lambda: Pair(give, 2),
            lambda: types.SimpleNamespace(dot=give),
            lambda: by_setattr("dot"),
            lambda: Updated(**{"dot": give}),
            lambda: with_attribute(Listed()),
            lambda: with_attribute(Empty()),
        ][way]()
    GRID[:] = START
    return total


class Solver:
    def __init__(self):
        self.solve = give


@program(args=(vec(3),), tags="object attribute function global loop branch library")
def function_kept_where_a_library_made_one_before(x):
    GRID[:] = START
    total, made = 0.0, np.random.default_rng(3)
    for i in range(3):
        if x[0] > -1e9:
            found = made.solve() if i else made.normal(size=3) * 2.0
            if i:
                found[0] = x[1] * i
                total = total + GRID[0] * x[2]
            total = total + found.sum()
            made = Solver()
    GRID[:] = START
    return total


class Held:
    def __init__(self, x):
        self.squares = x * x


@program(args=(vec(3),), tags="object attribute inspect loop branch")
def members_that_are_looked_up(x):
    total = 0.0
    for k in range(2):
        if k < 5:
            members = dict(inspect.getmembers(Held(x * (k + 1))))
            total = total + members["squares"].sum()
    return total
