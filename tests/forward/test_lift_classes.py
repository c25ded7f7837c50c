"""What lifting reaches: classes, data classes, objects that are called or iterated, generators."""

import copy
import dataclasses
import functools
import itertools
import math
import operator
from typing import NamedTuple

import numpy as np
import pytest

from tests.forward.helpers import check

X = np.array([0.7, -1.2, 2.0])


class Base:
    """A class with everything."""

    scale = 2.0

    def __init__(self, x):
        self.__hidden = x
        self.buf = np.zeros(2)
        self.buf[0] = x

    @property
    def total(self):
        return self.buf.sum() + self.__hidden

    @total.setter
    def total(self, v):
        self.buf[1] = v
        self.__hidden = v * v

    @functools.cached_property
    def cached(self):
        return self.buf[0] * 3

    @classmethod
    def make(cls, x):
        return cls(x * cls.scale)

    @staticmethod
    def twice(x):
        b = np.zeros(1)
        b[0] = x
        return 2 * b[0]

    def method(self, k):
        return self.buf[0] * k

    def __add__(self, other):
        return self.buf[0] + other

    def __radd__(self, other):
        return self.buf[0] * 2 + other

    def __iadd__(self, other):
        self.buf += other
        return self

    def __neg__(self):
        return -self.buf[0]

    def __getitem__(self, i):
        return self.buf[i]

    def __setitem__(self, i, v):
        self.buf[i] = v

    def __len__(self):
        return 2

    def __iter__(self):
        return iter(self.buf)

    def __call__(self, k):
        return self.buf[0] ** k

    def __enter__(self):
        return self.buf[0]

    def __exit__(self, *exc):
        self.buf[0] *= 2

    def __getattr__(self, name):
        if name == "missing":
            return self.buf[0] * 7
        raise AttributeError(name)


class Derived(Base):
    def __init__(self, x):
        super().__init__(x * 3)
        self.__hidden = 1.0

    def method(self, k):
        return super().method(k) + self.__hidden * k


@pytest.mark.parametrize("use", [
    lambda o, x: o.total,
    lambda o, x: setattr(o, "total", x) or o.total,
    lambda o, x: o.cached + o.cached,
    lambda o, x: o.make(x).buf[0],
    lambda o, x: type(o).make(x).total,
    lambda o, x: o.twice(x),
    lambda o, x: o.method(x),
    lambda o, x: (o + x) * (x + o),
    lambda o, x: -o * x,
    lambda o, x: o[0] * x,
    lambda o, x: sum([v * v for v in o]),
    lambda o, x: max(o) * sum(o),
    lambda o, x: o(2) + o(1.0),
    lambda o, x: o.missing,
    lambda o, x: getattr(o, "total") + getattr(o, "absent", x),
    lambda o, x: sum(map(o.method, [x, 2.0])),
    lambda o, x: [*o][0] * dict(a=o.total)["a"],
    lambda o, x: functools.reduce(operator.add, [o.buf[0], x, 1.0]),
    lambda o, x: len(o) * o.buf[0] if hasattr(o, "total") and not hasattr(o, "nothing") else 0.0,
    lambda o, x: copy.copy(x) * o.method(1.0),
], ids=range(20))  # fmt: skip
@pytest.mark.parametrize("cls", [Base, Derived])
def test_classes(cls, use):
    check(lambda x: use(cls(x), x), 1.3)


def test_statements_on_objects():
    def f(x):
        o = Derived(x)
        o[1] = x
        o += x
        o.extra = x
        o.extra *= o[0]
        o.buf[1] += o.extra
        o.list = [x, 1.0]
        o.list[1] += x
        a, b = o
        with o as c:
            o.buf[1] *= c
        return a * b + o.buf @ np.array([1.0, x]) + o.list[1]

    check(f, 1.3)


@dataclasses.dataclass
class Point:
    x: float
    y: float = 1.0
    b: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(2))
    scale: dataclasses.InitVar[float] = 1.0

    def __post_init__(self, scale):
        self.b[0] = self.x * scale
        self.y = self.b[0] * 2


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    x: float
    y: float


class Pair(NamedTuple):
    a: float
    b: float = 2.0

    def product(self):
        return self.a * self.b


def test_data_classes():
    check(lambda x: Point(x).y + Point(x, scale=x).b[0], 1.3)
    check(lambda x: Frozen(x, x * x).y + dataclasses.replace(Frozen(x, 1.0), y=x).y, 1.3)
    check(lambda x: Pair(x).product() + Pair(x, b=x)._replace(a=x).b, 1.3)
    check(lambda p: p.product() * p.a, Pair(1.5, 2.5))
    check(lambda p: Pair(p.a * p.b, p.b), Pair(1.5, 2.5))

    def local(x):
        @dataclasses.dataclass
        class Inside:
            w: float
            __private: float = 2.0

            def get(self):
                b = np.zeros(1)
                b[0] = self.w * self.__private
                return b[0]

        return Inside(x).get()

    check(local, 1.3)


def test_match():
    def f(x, kind):
        match kind:
            case {"w": w}:
                return w * x
            case Point(x=px) if px > 1:
                return px * x
            case [a, b, *_]:
                return a * b * x
            case float(v):
                return v * v * x
            case _:
                return x

    for kind in ({"w": 2.0}, Point(1.5), [1.0, 2.0, 3.0], 2.5, "other"):
        check(f, 1.3, kind)


def numbers(x, n):
    b = np.zeros(1)
    for i in range(n):
        b[0] += x * i
        yield b[0]


class Counting:
    def __init__(self, x):
        self.b = np.zeros(1)
        self.x = x

    def __iter__(self):
        return self

    def __next__(self):
        self.b[0] += self.x
        if self.b[0] > 5:
            raise StopIteration
        return self.b[0]


def test_generators_and_iterators():
    check(lambda x: sum(numbers(x, 4)), 1.3)
    check(lambda x: sum([a * b for a, b in zip(numbers(x, 4), Counting(x))]), 1.3)
    check(lambda x: next(Counting(x)) + next(iter([]), x), 1.3)
    check(lambda x: sum(v for v in Counting(x)), 1.3)
    check(lambda x: list(itertools.accumulate(numbers(x, 4), lambda a, b: a * 0.5 + b))[-1], 1.3)
    check(lambda x: sum(itertools.chain(X, [x], numbers(x, 2))), 1.3)

    def sending(x):
        def g():
            got = yield x
            yield got * x

        it = g()
        return next(it) + it.send(x * 2)

    check(sending, 1.3)

    def delegating(x):
        def inner():
            yield from [x, x * x]

        def outer():
            yield 1.0
            yield from inner()

        return sum(outer())

    check(delegating, 1.3)


def test_callable_that_is_no_function():
    check(np.sin, 1.3)
    check(math.sin, 1.3)
    check(functools.partial(lambda a, b: a * b, 2.0), 1.3)
    check(Base(2.0).method, 1.3)
    check(Base.twice, 1.3)
    check(operator.neg, 1.3)
    check(Pair, 1.3)
    check(lambda *xs: xs[0] * xs[1], 1.3, 2.0)
