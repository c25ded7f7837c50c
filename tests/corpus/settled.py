"""Branches that go one way for the kinds of the arguments: tests for tables, for None and for dimensions."""

import abc

import numpy as np

from tests.corpus.base import num, program, vec


class Table:
    def __init__(self, values, index=None):
        self.values = values
        self.index = index

    def rows(self):
        return [Table(v, i) for i, v in enumerate(self.values)]


class Keyed(Table):
    pass


class Column(abc.ABC):  # noqa: B024
    values = 0.0


class Everything(type):
    def __instancecheck__(cls, value):
        return True


class Whatever(metaclass=Everything):
    pass


def transmission(angle, coefficient=0.2, floor=None):
    """As those of libraries that work on tables as well as on numbers."""
    if isinstance(angle, Table):
        return Table(transmission(angle.values, coefficient), angle.index)
    result = 1.0 - coefficient * np.sin(angle) ** 2
    if floor is not None:
        result = np.maximum(result, floor)
    if isinstance(angle, (Keyed, Column)) or (isinstance(coefficient, Table) and coefficient.index):
        result = Table(result, angle.index)
    elif not isinstance(result, Table):
        result = result * 2.0
    return result


@program(args=(vec(3), num()), tags="isinstance default none call")
def tables_or_numbers(x, k):
    return np.sum(transmission(x)) * k + transmission(x[0], k, 0.5) + transmission(k, floor=x[1] ** 2)


@program(args=(vec(3), num()), tags="isinstance loop branch jump none")
def tables_in_loops(x, k):
    s, best = 0.0, None
    for i in range(3):
        if k > -9.0:
            part = transmission(x[i], k)
            if isinstance(part, Table):
                part = part.values
                continue
            if best is None or part > best:
                best = part * x[0]
            s = s + part * i
    return s + best * k


def kept_beside(x):
    is_table = isinstance(x, Table)
    if is_table:
        index, x = x.index, x.values
    y = x * x
    if is_table:
        y = Table(y, index)
    return np.sum(y.values) if is_table else np.sum(y)


@program(args=(vec(3),), tags="isinstance unbound branch")
def names_bound_for_tables_alone(x):
    return kept_beside(x) + kept_beside(Table(x * 3.0, 1)) + kept_beside(x[0])


@program(args=(vec(3),), tags="isinstance metaclass")
def classes_that_say_what_they_are_of(x):
    y = x * 2.0
    if isinstance(y, Whatever):
        y = y * x
    return np.sum(y)


@program(args=(vec(3), num()), tags="isinstance raise try")
def raises_for_all_but_tables(x, k):
    def checked(v):
        if not isinstance(v, Table):
            raise TypeError("a table is needed")
        return v.values

    s = 0.0
    for i in range(2):
        try:
            s = s + checked(Table(x[i])) * k + checked(x[i])
        except TypeError:
            s = s + x[i] ** 2 * k
    return s


def edges(bins, low=None, high=None):
    if np.ndim(bins):
        return np.asarray(bins)
    low = low if low is not None else 0.0
    high = high if high is not None else low + 1.0
    return np.linspace(low, high, bins + 1)


@program(args=(vec(4), num()), tags="ndim default none")
def edges_or_their_number(x, k):
    return np.sum(edges(x) ** 2) * k + np.sum(edges(3, k)) + np.sum(edges(2, high=x[0]) ** 2)


def squares(x):
    for v in x:
        if isinstance(v, Table):
            yield v.values
        else:
            yield v * v


@program(args=(vec(3), num()), tags="isinstance generator recursion")
def items_that_are_no_tables(x, k):
    def nested(v, depth):
        if isinstance(v, Table):
            return nested(v.values, depth)
        return v if depth == 0 else nested(v * x[depth], depth - 1)

    return sum(squares(x)) * k + nested(k, 2)


def until(x):
    while not isinstance(x, Table):
        x = x * x
        if np.sum(x) > 1e-3:
            return np.sum(x)
        x = Table(x)
    return np.sum(x.values)


@program(args=(vec(3),), tags="isinstance while return")
def loops_until_there_is_a_table(x):
    return until(x) + until(x[1])


def summed(values, weights=None, start=0.0, name="mean"):
    total = start
    for i, v in enumerate(values):
        w = None if weights is None else weights[i]
        if w is None:
            total = total + v
        else:
            total = total + w * v
    return total / len(values) if name == "mean" else total


@program(args=(vec(3), vec(3)), tags="none default loop")
def weights_or_none(x, w):
    return summed(x * x) + summed(x, w, name="sum") * summed(w, x * w, x[0])
