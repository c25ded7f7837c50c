"""What statements do, done by calls: augmented assignments, stores, ends of generators, contexts and properties."""

import contextlib
import functools
import operator

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(3), num()), tags="operator augmented view alias")
def augmented_by_functions(v, x):
    b = v * x
    tail = b[1:]
    operator.iadd(b, x)
    c = operator.imul(tail, v[:2])
    y = operator.isub(x, v[0])
    for update in (operator.iadd, operator.imul):
        update(c, y)
    return np.sum(b * b) * y


@program(args=(vec(3), num()), tags="operator store delete list reduce")
def stored_by_functions(v, x):
    held = [v, x]
    operator.iconcat(held, [v * 2])
    operator.setitem(held, 1, x * x)
    operator.delitem(held, 0)
    total = functools.reduce(operator.iadd, [v * 1, v, v])
    return held[0] * np.sum(held[1]) + np.sum(total * v) + len(held)


class Scaled:
    def __init__(self, k):
        self.k = k
        self.kept = None

    @functools.singledispatchmethod
    def of(self, a):
        return a * self.k

    @of.register
    def _(self, a: int):
        return a + self.k

    @of.register(list)
    def _(self, a):
        return sum([self.of(t) for t in a])

    @property
    def held(self):
        return self.kept * self.k

    @held.setter
    def held(self, new):
        self.kept = new * new

    @held.deleter
    def held(self):
        self.kept = self.kept * 0.0 + self.k


@program(args=(vec(3), num()), tags="method singledispatch recursion list")
def methods_by_class(v, x):
    s = Scaled(x)
    return np.sum(s.of(v)) + s.of(2) * s.of([x, v[0], 3])


@program(args=(vec(3), num()), tags="property setter deleter augmented loop")
def properties_set_and_deleted(v, x):
    s = Scaled(x)
    s.held = v
    s.held *= x
    total = np.sum(s.held)
    for i in range(2):
        if i:
            del s.held
        total += np.sum(s.held * v)
    return total


@program(args=(vec(3), num()), tags="with nullcontext store callee")
def contexts_that_give_what_they_are_given(v, x):
    with contextlib.nullcontext(v * x) as c, contextlib.nullcontext(enter_result=x * x) as y:
        c[2] *= y
    with contextlib.nullcontext():
        c[0] += x
    return np.sum(c * c)


def squared(a):
    for i in range(len(a)):
        a[i] *= a[i]
        yield a[i]


def scaled(a, x):
    try:
        for t in a:
            yield t * x
    finally:
        a[0] = x


@program(args=(vec(4), num()), tags="generator close store finally")
def generators_that_are_closed(v, x):
    b = v * x
    steps = squared(b)
    total = next(steps) * next(steps)
    steps.close()
    items = scaled(b, x)
    total += next(items) * next(items)
    b[1] = total
    items.close()
    return total + np.sum(b * v)


@program(args=(num(), num()), tags="generator return StopIteration")
def values_that_generators_return(y, x):
    def steps():
        yield x
        return x * y

    items = steps()
    total = next(items)
    try:
        next(items)
    except StopIteration as stop:
        total += stop.value * 3
    return total
