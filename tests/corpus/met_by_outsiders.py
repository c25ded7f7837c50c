"""What programs by outsiders met: operators that call class methods, generators that give nothing."""

import collections
import contextlib

import numpy as np

from tests.corpus.base import num, pos, program, vec


def walked(tree, weight=1.0):
    if tree is None:
        return
    value, left, right = tree
    yield from walked(left, weight * 0.5)
    yield value * weight
    yield from walked(right, weight * 0.7)


@program(args=(num(), num()), tags="generator recursion yield-from")
def generators_that_give_nothing(a, b):
    tree = (a, (b, None, (a * b, None, None)), (2 * a, None, None))
    total = 0.0
    for i, v in enumerate(walked(tree)):
        if i != 1:
            total += v * (i + 1)
    for v in walked(None, a):
        total += v
    return total + sum(v for v in walked(tree))


class Polynomial:
    def __init__(self, *coefficients):
        self.c = list(coefficients)

    def __eq__(self, other):
        return self.c == other.c

    def __call__(self, x):
        found = 0.0
        for c in reversed(self.c):
            found = found * x + c
        return found

    def diff(self):
        return Polynomial(*[i * c for i, c in enumerate(self.c)][1:])


@program(args=(pos(3), num()), tags="callable object equality loop branch")
def a_callable_object_with_an_equality(x, t):
    p = Polynomial(*x)
    total = 0.0
    for i in range(3):
        if i:
            total += p.diff()(t) * p(x[i])
    return total


class Interval:
    def __init__(self, lo, hi):
        self.lo, self.hi = lo, hi

    def __add__(self, other):
        other = Interval.of(other)
        return Interval(self.lo + other.lo, self.hi + other.hi)

    @staticmethod
    def of(value):
        return value if isinstance(value, Interval) else Interval.point(value)

    @classmethod
    def point(cls, value):
        return cls(value, value)


class Stack:
    def __init__(self):
        self.items = []


class Quantity:
    def __init__(self, value, **powers):
        self.value = value
        self.powers = powers

    def __mul__(self, other):
        if not isinstance(other, Quantity):
            return Quantity(self.value * other, **self.powers)
        powers = collections.Counter(self.powers)
        powers.update(other.powers)
        return Quantity(self.value * other.value, **{k: n for k, n in powers.items() if n})

    def __add__(self, other):
        if self.powers != other.powers:
            raise TypeError("units")
        return Quantity(self.value + other.value, **self.powers)


@program(args=(num(), num()), tags="operators class method Counter try loop branch")
def quantities_beside_intervals(a, b):
    total = Interval(a, b) + 1.0 + b
    q = Quantity(a, m=1) * Quantity(b, s=-1) * 3.0
    for i in range(2):
        if i:
            try:
                q + Quantity(a, m=1)
            except TypeError:
                q = q + q
    return q.value * q.powers["m"] + total.lo * total.hi


@program(args=(vec(4),), tags="context manager decorator ExitStack suppress in-place arrays")
def managers_made_inside(x):
    seen = []

    @contextlib.contextmanager
    def scaled(a, k):
        a *= k
        try:
            yield a.sum()
        finally:
            a /= k

    y, total = x.copy(), 0.0
    with scaled(y, 2.0) as t, np.errstate(all="ignore"):
        total += t * y[0]
        y[1] += t
    with contextlib.ExitStack() as stack:
        u = stack.enter_context(scaled(y, 2.0 + x[0]))
        stack.callback(seen.append, u)
        total += u
    with contextlib.suppress(IndexError):
        total += y[2]
        y[10] = 0.0
    return total + y.sum() + seen[0]


class Body:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __abs__(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    def __lt__(self, other):
        return abs(self) < abs(other)


@program(args=(vec(4),), tags="object comparison min max sorted loop branch")
def the_nearest_of_objects(x):
    total = 0.0
    for i in range(3):
        bodies = [Body(a * (i + 1), b) for a, b in zip(x, x[::-1] * 2, strict=True)]
        if i != 1:
            total += min(bodies).x * max(bodies, key=lambda b: b).y
            bodies.sort()
            total += sorted(bodies, reverse=True)[1].x * bodies[-1].y
    return total
