"""Classes inside functions that capture variables of the call, which are other classes each time."""

import copy
import dataclasses
import functools
import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.corpus.base import num, program, vec


class Base:
    """What classes made anew are derived from; its methods call theirs."""

    def __init__(self, scale):
        self.scale = scale

    def run(self, value):
        return self.hook(value) * self.scale

    def hook(self, value):
        return value

    def again(self):
        return type(self)(self.scale + 1.0).run(2.0)


def layer_of(w):
    class Layer:
        def __init__(self, b):
            self.b = b

        def __call__(self, v):
            return np.tanh(w * v + self.b)

        @classmethod
        def plain(cls):
            return cls(0.0)

        @staticmethod
        def twice(v):
            return w * v * 2.0

    return Layer


def simulated(model, value, count):
    for _ in range(count):
        value = model.step(value)
    return value


def another_of(value):
    return type(value)(2.0)


@program(args=(num(), num()), tags="class captured call")
def a_layer_that_captures_an_argument(x, y):
    class Layer:
        def __call__(self, v):
            return v * x

    return Layer()(2.0) * y


@program(args=(vec(3),), tags="class captured init arrays")
def an_initialiser_that_captures_a_local(x):
    s = np.sum(x)

    class Scaler:
        def __init__(self, k):
            self.k = k * s

        def apply(self, v):
            return np.tanh(v * self.k) + x

    return np.sum(Scaler(0.5).apply(x) ** 2)


@program(args=(vec(3),), tags="class captured factory arrays")
def classes_of_a_factory(x):
    first, second = layer_of(x), layer_of(x * 2)
    return np.sum(second(0.1)(first(x)(x))) + np.sum(first.plain()(x) * second.twice(x))


@program(args=(num(), num()), tags="class captured loop branch")
def a_captured_class_in_a_loop_inside_a_branch(x, y):
    total = 0.0
    for i in range(4):
        if i % 2:
            scale = x * i

            class Block:
                def __init__(self, v):
                    self.v = v * scale

                def __call__(self, t):
                    return self.v * t + y

            total = total + Block(y)(i)
        else:
            total = total * y
    return total


@program(args=(num(), num()), tags="class captured late binding loop")
def a_variable_bound_again_after_the_class(x, y):
    class Late:
        def f(self, v):
            return k * v

    late, total = Late(), 0.0
    for k in (x, x * y, 3.0):
        total += late.f(y)
    k = y
    return total * late.f(x)


@program(args=(num(), num()), tags="class captured nonlocal loop branch")
def methods_that_bind_captured_variables(x, y):
    total, count = 0.0, 0

    class Mean:
        def add(self, v):
            nonlocal total, count
            if v != 0.0:
                total = total * y + v * x
                count += 1

    mean = Mean()
    for i in range(4):
        mean.add(y * i)
    total = total + x
    mean.add(y)
    return total / count


@program(args=(num(), num()), tags="class captured super derived")
def classes_derived_from_each_other(x, y):
    class Shape:
        def __init__(self, n):
            self.n = n

        def area(self):
            return x * self.n

        def cost(self):
            return self.area() * y

    class Square(Shape):
        def __init__(self, n, m):
            super().__init__(n * x)
            self.m = m

        def area(self):
            return super().area() ** 2 + self.m

    return sum(s.cost() for s in [Shape(2.0), Square(3.0, y)])


@program(args=(num(), num()), tags="class captured super derived template")
def a_class_derived_from_one_outside(x, y):
    class Hooked(Base):
        def hook(self, v):
            return super().hook(v) * x + y

    return Hooked(2.0).run(3.0) + Hooked(x).again() + another_of(Hooked(1.0)).run(y)


@program(args=(num(), num()), tags="class captured dataclass")
def dataclasses_that_capture(x, y):
    n = 3

    @dataclass
    class Point:
        a: float
        b: float = 2.0
        size: int = n
        seen: list = field(default_factory=list)

        def __post_init__(self):
            self.c = self.a * x

        def cost(self, k=n):
            self.seen.append(self.a * y)
            return self.a * self.b * y + self.c * self.size + sum(self.seen) * k

    p = Point(x)
    q = dataclasses.replace(p, b=y, seen=[x])
    return p.cost() * q.cost() + copy.copy(q).cost(2)


@program(args=(num(), num()), tags="class captured named tuple frozen")
def tuples_and_frozen_objects_that_capture(x, y):
    class Pair(NamedTuple):
        u: float
        v: float = 2.0

        def dot(self):
            return self.u * x + self.v * y

    @dataclass(frozen=True)
    class Sum:
        a: float

        def __add__(self, other):
            return Sum(self.a + other.a * x)

    return Pair(x).dot() * Pair(y, x).dot() + (Sum(x) + Sum(y) + Sum(2.0)).a


@program(args=(num(), num()), tags="class captured operators slots")
def a_vector_that_makes_its_like(x, y):
    eps = 1e-3

    class Vector:
        __slots__ = ("a", "b")

        def __init__(self, a, b):
            self.a, self.b = a, b

        def __add__(self, other):
            return Vector(self.a + other.a, self.b + other.b * x)

        def __mul__(self, k):
            return Vector(self.a * k, self.b * k)

        @property
        def norm(self):
            return math.sqrt(self.a**2 + self.b**2 + eps)

    v = Vector(x, y) + Vector(y, 1.0) * x
    v.a += y
    return v.norm


@program(args=(num(), num()), tags="class captured isinstance recursion")
def nodes_of_an_expression(x, y):
    class Add:
        def __init__(self, a, b):
            self.a, self.b = a, b

    class Leaf:
        def value(self):
            return x

    def value_of(node):
        if isinstance(node, Leaf):
            return node.value()
        return value_of(node.a) * y + value_of(node.b) if isinstance(node, Add) else node * y

    return value_of(Add(Add(Leaf(), 3.0), Leaf()))


@program(args=(num(), num()), tags="class captured exception loop branch")
def exceptions_that_capture(x, y):
    class Stopped(Exception):
        def __init__(self):
            self.v = x * y

    class Large(ValueError):
        def cost(self):
            return x * 3.0

    total = 0.0
    for i in range(4):
        try:
            if i == 1:
                raise Large("large")
            if i:
                raise Stopped()
            total += x
        except Stopped as error:
            total += error.v * i
        except Large as error:
            total += error.cost() * y
    return total


@program(args=(vec(3),), tags="class captured stores arrays lists")
def methods_that_store_into_what_they_capture(x):
    buffer, log = np.zeros(3), []

    class Writer:
        def put(self, i, v):
            buffer[i] = v * x[i]
            log.append(v)
            return self

        def bump(self):
            buffer[:] += x

    writer = Writer()
    for i in range(3):
        writer.put(i, x[i - 1])
    writer.bump()
    writer.put(0, x[0]).put(1, log[0] * x[1])
    return np.sum(buffer**2) + sum(log) * log[1]


@program(args=(num(), num()), tags="class captured generator iterator", reverse="refused")
def objects_that_give_items(x, y):
    class Items:
        def __init__(self):
            self.i = 0

        def __iter__(self):
            return self

        def __next__(self):
            if self.i >= 3:
                raise StopIteration
            self.i += 1
            return x * self.i + y

        def each(self, n):
            for i in range(n):
                yield x * i * y

        def __getitem__(self, i):
            return y**i

    return sum(v * v for v in Items()) + sum(Items().each(3)) * Items()[2]


@program(args=(num(), num()), tags="class captured handed partial map")
def methods_that_are_kept_and_handed_on(x, y):
    class Scaled:
        def __init__(self, k):
            self.k = k

        def f(self, v):
            return self.k * x * v

        def price(self):
            return self.k * y

    f, g = Scaled(2.0).f, functools.partial(Scaled(3.0).f)
    most = max([Scaled(1.0), Scaled(2.5)], key=lambda s: s.price())
    return f(y) + g(x) + sum(map(Scaled(1.0).f, [x, y, 2.0])) + most.f(y)


@program(args=(num(), num()), tags="class captured helper")
def a_model_that_a_helper_steps(x, y):
    dt = 0.1

    class Model:
        def slope(self, v):
            return -x * v + y

        def step(self, v):
            return v + dt * self.slope(v)

    return simulated(Model(), 1.0, 5)


@program(args=(num(0.2, 1.8), num()), tags="class captured branch")
def one_of_two_classes_of_a_name(x, y):
    if x > 1.0:

        class Act:
            def __call__(self, v):
                return v * v * x

    else:

        class Act:
            def __call__(self, v):
                return math.sin(v) * y

    return Act()(y) + Act()(x)


@program(args=(num(), num()), tags="class captured recursion")
def a_class_of_each_call_of_a_recursion(x, y):
    def go(n, v):
        class Step:
            def f(self, t):
                return t * v + x

        return Step().f(y if n == 0 else go(n - 1, v * y))

    return go(3, x)


@program(args=(num(), num()), tags="class captured attribute count")
def a_class_that_counts_its_objects(x, y):
    class Counted:
        made = 0

        def __init__(self):
            Counted.made += 1

        def f(self):
            return x * Counted.made

    total = Counted().f()
    return total + Counted().f() * y + len([Counted() for _ in range(2)]) * Counted.made * y
