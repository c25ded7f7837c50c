"""Names of builtins that mean something else, in functions and in their module."""

# ruff: noqa: A001, A002

import builtins

import numpy as np

from tests.corpus.base import program, vec


def reversed(x):
    return [1.0, 2.0]


def enumerate(xs):
    return [(5, v) for v in xs]


def next(v):
    return 4


def any(items, k=2.0):
    return builtins.next(items) * k + builtins.next(items)


tuple = 5
slice = None


@program(args=(vec(3),), tags="names builtins local loop branch while")
def locals_named_as_builtins(x):
    len, next, reversed, range, list, zip = 1.0, x[0], 0.2, 0.3, 0.4, 0.5
    iter, type, tuple, dict, float = 0.7, 0.9, 2.0, 1.1, x[1]
    s = len * next * reversed + iter * type * dict
    for v in x:
        if v > -5:
            s = s * v + list
        w = s * range
        s = s + w * w * zip
    i = 0
    while i < 2:
        s = s * np.sin(s * float) + next
        i += 1
    return s * tuple


@program(args=(vec(3),), tags="names builtins local dict loop store")
def containers_named_as_builtins(x):
    def len(v):
        return v * 2.0

    reversed = np.zeros(3)
    reversed[0] = x[0] * x[1]
    for i, next in [(0, x[0]), (1, x[1])]:
        reversed[i] += next * len(x[2])
    iter = {"a": reversed, "b": x}
    s = 0.0
    for list, zip in iter.items():
        s += np.sum(zip * reversed) * (list != "c")
    return s


@program(args=(vec(3),), tags="names builtins parameters loop", complex_ok=True)
def parameters_named_as_builtins(len, reversed=2.0, next=3.0, range=1.0, list=2.0):
    s = 0.0
    for v in len:
        s = s * v * reversed + v * next
        t = s * s
        s = t + list
    return s * range


@program(args=(vec(3),), tags="names builtins global loop while")
def globals_named_as_builtins(x):
    s = 0.0
    for i in range(3):
        s += x[i] * (i + 1) * s + x[i]
    for i, v in enumerate(x):
        s += i * v * s
    for v in reversed(x):
        s = s * v
    i = 0
    while i < 3:
        s = s * x[i] + next(s)
        i += 1
    return s * tuple


@program(args=(vec(3),), tags="names builtins generator")
def generators_for_functions_named_as_builtins(x):
    return any(v * v for v in x) * any((v for v in x), 3.0)
