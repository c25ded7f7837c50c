"""Elements by their number in rows (`a.flat[k]`), indices that NumPy counts, items that C code compares."""

import functools
import itertools
import operator
import typing

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(mat(2, 3), num()), tags="flat store index loop augmented", more=[(mat(4, 1), num())])
def flat_elements_stored_in_a_loop(a, x):
    b = np.zeros(a.shape)
    for i in range(a.size):
        b.flat[i] = a.flat[i] * x + i
        if i:
            b.flat[i] += b.flat[i - 1] ** 2
    return np.sum(b) + b.flat[-1]


@program(args=(mat(3, 3), num()), tags="flat store slice augmented view", more=[(mat(4, 4), num())])
def flat_diagonal_and_what_is_no_view(a, x):
    b = a @ a.T
    b.flat[:: len(b) + 1] += x
    t = b.flat[1:4]
    t[0] = 7.0
    row = b.T
    row.flat[1] = x * t[1]
    b.flat[[0, 2, 0]] = t * b.flat[-1]
    return np.sum(b * a) + np.sum(t * t)


@program(args=(mat(2, 3), vec(2), num()), tags="flat store list mask broadcasting")
def flat_values_again_and_again(a, v, x):
    b = a * 1.0
    b.flat[1:6] = [x, v[0]]
    b.flat[b.ravel() > 2.0] = v[1]
    b.flat[0:2] = a
    return np.sum(b * b)


@program(args=(mat(2, 3), num()), tags="flat kept slice store", reverse="refused")
def flat_that_has_a_name(a, x):
    b = a * x
    line = b.flat
    t = line[0:3]
    t[0] = 7.0
    line[4] = x
    line[5] += line[1]
    return np.sum(b * b) + np.sum(t) + sum([p * p for p in line]) + len(line)


def filled(line, x):
    t = line[0:3]
    t[0] = x * x
    line[1:3] = t[0:2]
    line[4] += line[0]
    return t.sum()


@program(args=(mat(2, 3), num()), tags="flat callee slice store", reverse="refused")
def flat_given_to_a_callee(a, x):
    b = a * x
    return filled(b.flat, x) + filled(b.T.flat, x) * np.sum(b * b)


@program(args=(mat(2, 3), num()), tags="flat dict list slice store mask", reverse="refused")
def flat_kept_in_containers(a, x):
    b = a * x
    held = {"b": b.flat, "both": [b.T.flat, a.flat]}
    held["b"][2] = x * 3
    t = held["b"][0:2]
    t[0] = 100.0
    held["both"][0][1] = held["both"][1][4]
    held["b"][b.ravel() > 2.0] = x
    held["b"][[1, 1, 2]] = [x, x * x, x**3]
    return np.sum(b * b)


@program(args=(mat(2, 3), num()), tags="flat next loop transpose", reverse="refused")
def flat_as_an_iterator(a, x):
    b = a * x
    it = b.T.flat
    total = next(it) * 2
    total += next(it) ** 2 * it.index
    b[1, 1] = x
    for v in it:
        total = total * 0.5 + v * v * v
    return total + sum(a.flat) + len(it) + it.copy()[3]


@program(args=(mat(2, 3), num()), tags="flat numpy assignment", reverse="refused")
def flat_as_an_array(a, x):
    b = a * x
    b.T.flat = [x, x * x]
    line = b.flat
    return np.sum(line) * np.dot(line, a.flat) + np.array(line)[2] + np.sum(np.multiply(line, 2.0))


KEPT = np.zeros((2, 2))
KEPT_FLAT = KEPT.flat


@program(args=(vec(2), num()), tags="flat global store", reverse="refused")
def flat_made_elsewhere(v, x):
    KEPT[...] = 0.0
    KEPT_FLAT[1:3] = v
    part = KEPT_FLAT[1:3]
    KEPT[0, 1] = x
    return KEPT_FLAT[1] * part[0] + np.sum(KEPT_FLAT) * part[1]


class Measured:
    """What NumPy makes arrays of, by a method that it calls itself."""

    def __init__(self, v):
        self.v = v

    def __array__(self, dtype=None, copy=None):
        return np.array(self.v * 2.0, dtype=dtype)


@program(args=(vec(3),), tags="object array method", reverse="refused")
def objects_that_arrays_are_made_of(v):
    m = Measured(v * v)
    return np.sum(np.asarray(m)) + np.dot(m, v) + np.sum(np.multiply(m, v))


@program(args=(mat(2, 3), num()), tags="flat loop comprehension enumerate zip")
def loops_over_flat(a, x):
    total = 0.0
    for t in a.flat:
        total = total * 0.5 + t * x
    for i, (p, q) in enumerate(zip(a.flat, (a * x).flat)):
        total += i * p * q
    return total + sum([t * t for t in a.flat if t > 0]) + max(a.flat)


class Weights:
    """Whose `flat` is an array of its own, of which a slice is a view."""

    def __init__(self, v):
        self.flat = v * 1.0


@program(args=(vec(4), num()), tags="flat attribute object view store")
def flat_of_an_object(v, x):
    w = Weights(v)
    t = w.flat[0:2]
    t[0] = x
    w.flat[1] *= x
    return np.sum(w.flat**2) + sum([p * p for p in w.flat]) + t[1]


class Counted:
    made = 0
    last = None

    def __init__(self, v):
        type(self).made += 1
        Counted.last = "no"
        self.v = v


@program(args=(vec(3), num()), tags="class attribute counter object loop")
def objects_that_are_counted(v, x):
    before = Counted.made
    held = [Counted(t * x) for t in v]
    return sum([o.v * (i + 1) for i, o in enumerate(held)]) * (Counted.made - before) + len(Counted.last)


@program(args=(mat(2, 3), num()), tags="ndindex loop index object")
def indices_where_objects_are_about(a, x):
    total = 0.0
    for i, j in np.ndindex(a.shape):
        total += a[i, j] * (i + x * j)
    return total


@program(args=(vec(3), num()), tags="iterator tee generator")
def iterators_that_are_split(v, x):
    a, b, c = itertools.tee([t * x for t in v], 3)
    next(b)
    total = sum(a) * max(c)
    for t in b:
        total += t * t
    return total


class Table(dict):
    def __init__(self, x):
        super().__init__()
        self.x = x

    def __missing__(self, key):
        found = self[key] = self.x * key
        return found


@program(args=(vec(3), num()), tags="dict missing operator item")
def items_by_a_function(v, x):
    d = Table(x)
    got = operator.getitem(d, 3) * v[0] + d[3] * d[2] + operator.itemgetter(3, 4)(d)[1]
    return got + operator.getitem([x, v], 1)[2]


class Asked:
    """Changes when it is compared, or asked whether it is true."""

    def __init__(self, v):
        self.v, self.n = v, 0

    def __lt__(self, other):
        self.n = self.n + self.v
        return self.v < other.v

    def __bool__(self):
        self.n = self.n + self.v
        return bool(self.n < 0)

    def __eq__(self, other):
        self.n = self.n + self.v
        return False


@program(args=(vec(3),), tags="object comparison sort store", reverse="refused")
def sorted_objects_that_change(v):
    held = [Asked(t) for t in v]
    held.sort()
    return held[0].n + held[-1].n * held[0].v


@program(args=(vec(3),), tags="object comparison min store tuple", reverse="refused", forward="refused")
def least_of_objects_that_change(v):
    held = [(0, Asked(t)) for t in v]
    least = min(held)[1]
    return least.v + sum([o.n for _, o in held])


@program(args=(vec(3),), tags="object truth any store", reverse="refused")
def any_of_objects_that_change(v):
    held = [Asked(t) for t in v * v]
    found = any(held)
    return sum([o.n for o in held]) + found


@program(args=(vec(3),), tags="object equality in store", reverse="refused", forward="refused")
def objects_that_change_when_they_are_looked_for(v):
    held = [Asked(t) for t in v]
    found = 0 if 3.0 in held else held.index(held[1])
    return sum([o.n for o in held]) + found


def corners(m):
    a, b, c, *rest = m.flat
    return a * b - c * rest[-1]


@program(args=(mat(2, 3), num()), tags="flat unpacking star numpy assignment transpose loop branch")
def flat_taken_at_once(a, x):
    b = a * x
    total = 0.0
    for k in range(2):
        if k > -1:
            total += corners(b.T) + (lambda p, q, *r: p * q + r[0])(*b.flat) + len([*a.T.flat])
            b.T.flat = [x, x * x]
            for i, v in enumerate(b.T.flat):
                b[1, 2] = b[1, 2] + 0.1 * v
                total += v * i
    return total + np.dot(np.array(b.flat), a.T.flat) + np.sum(b.flat)


@program(args=(vec(2),), tags="reduce list append star helper")
def reduced_by_a_function_of_a_module(x):
    return np.sum(chained(*x)) + np.sum(chained(x[1]))


def chained(p=0.0, q=0.0):
    found = []
    if p:
        found.append(np.array([[np.cos(p), -np.sin(p)], [np.sin(p), np.cos(p)]]))
    if q:
        found.append(np.array([[1.0, q], [q, 2.0]]))
    return functools.reduce(np.dot, found[::-1]) if found else np.eye(2)


@program(args=(vec(2),), tags="str format method text cast loop branch")
def texts_of_what_is_differentiated(x):
    shown = "{:.3f}".format
    total = 0.0
    for k, v in enumerate(x):
        if v > -5.0:
            name = "v{}={a:.2f}".format(k, a=v) + shown(v) + str.format("{:8.3f}", v)
            total = total + typing.cast(float, v) * len(name.split("=")) + len("%5.2f" % v) * v
    return total
