"""What classes hold themselves, dataclasses made anew, iterators handed on, memos."""

import dataclasses
from typing import ClassVar

import numpy as np

from tests.corpus.base import built, num, program, vec


class Scale:
    """A context manager that keeps a stack in its class."""

    stack = [1.0]

    def __init__(self, factor):
        self.factor = factor

    def __enter__(self):
        self.stack.append(self.stack[-1] * self.factor)
        return self

    def __exit__(self, *error):
        self.stack.pop()


@program(args=(vec(3), num()), tags="class attribute list with branch loop")
def stack_of_the_class(x, k):
    total = 0.0
    for v in x:
        with Scale(k):
            if v < 5.0:
                with Scale(v):
                    total += v * Scale.stack[-1]
            total += Scale.stack[-1]
    return total


class Table:
    weights = np.array([1.0, 2.0, 3.0])
    offset = 0.5


@program(args=(vec(3),), tags="class attribute array constant")
def constants_of_a_class(x):
    table = Table()
    return np.sum(x * table.weights) * table.offset + np.sum(Table.weights * x**2)


@dataclasses.dataclass
class Fit:
    w: np.ndarray
    b: float = 0.1

    def __post_init__(self):
        self.norm = np.sqrt(np.sum(self.w**2)) + self.b

    def scaled(self, k):
        return dataclasses.replace(self, w=self.w * k)


@program(args=(vec(3), num()), tags="dataclass replace post_init loop branch")
def replaced_dataclass(w, b):
    fit = Fit(w, b)
    for i in range(3):
        if i != 1:
            fit = fit.scaled(fit.norm)
        else:
            fit = dataclasses.replace(fit, b=fit.b * 2)
    return np.sum(fit.w) * fit.norm


def squares(items):
    for v in items:
        yield v * v


def running(items):
    total = 0.0
    for v in items:
        total = total + v
        yield total


@program(args=(vec(4), num()), tags="iter generator handed on loop branch")
def iterators_handed_on(x, k):
    total = 0.0
    for part in (x[:2], x[2:]):
        for v in running(squares(iter(part))):
            total = total * k + v
    if total < 100.0:
        for v in squares(iter([k, total])):
            total = total + v
    return total


def stairs(n, a, b, memo=None):
    if memo is None:
        memo = {}
    if n in memo:
        return memo[n]
    found = a if n == 0 else b if n == 1 else stairs(n - 1, a, b, memo) * 0.9 + stairs(n - 2, a, b, memo)
    memo[n] = found
    return found


@program(args=(num(), num()), tags="recursion memo dict default")
def recursion_with_a_memo(a, b):
    return stairs(8, a, b) * stairs(2, b, a)


@dataclasses.dataclass
class Filter:
    weight: float
    level: float
    room: np.ndarray
    table: ClassVar[dict] = {"gain": 2.0}

    def step(self, v):
        self.level = self.level * 0.5 + self.weight * v * self.table["gain"]
        self.room[0] += self.level
        return self.level


@program(args=(built(Filter, num(), num(), vec(2)), vec(3)), tags="dataclass argument method class loop branch")
def steps_of_an_argument(filt, x):
    total = 0.0
    for v in x:
        if v < 5.0:
            total += filt.step(v) * filt.level
    filt.level = filt.level * total
    return filt.level + filt.room.sum()


class Added:
    """Numbers that are copied into an array of its own wherever they are added."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers, dtype=float)

    def __add__(self, other):
        made = np.zeros(3)
        made[:] = self.numbers
        made[0] += 1.0
        made += other.numbers if isinstance(other, Added) else other
        return Added(made)

    __radd__ = __add__


@program(args=(vec(3), num()), tags="class operator sum start loop branch")
def sums_of_objects_that_copy(v, x):
    total = 0.0
    for i in range(2):
        if x > 0.0:
            found = sum([Added(v * x), Added(v[::-1])], start=x) if i else sum([Added(v), Added(v * v)])
            total = total + (found.numbers * v).sum()
    return total
