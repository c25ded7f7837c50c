"""Classes made inside functions: as they are, with operators, fields and bases, in loops inside branches."""

import abc
import enum
import functools
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.corpus.base import num, program, vec


@program(args=(num(0.7), num(1.3)), tags="class loop branch")
def a_point_with_operators(a, b):
    class Point:
        def __init__(self, x, y):
            self.x = x
            self.y = y

        def __add__(self, other):
            return Point(self.x + other.x, self.y + other.y)

        def norm(self):
            return self.x**2 + self.y**2

    p = Point(a, b)
    for i in range(3):
        if i != 1:
            p = p + Point(b * i, a)
    return p.norm()


@program(args=(num(0.7), num(1.3)), tags="class loop branch")
def a_class_made_in_a_loop_inside_a_branch(a, b):
    total = 0.0
    for i in range(3):
        if i:

            class Sum:
                def __init__(self, value):
                    self.value = value

                def add(self, other):
                    self.value += other
                    return self

            kept = Sum(a * i)
            total += kept.add(b).value * i
    return total


@program(args=(vec(4),), tags="class dataclass in-place arrays")
def a_dataclass_of_arrays(x):
    @dataclass
    class State:
        place: Any
        speed: Any
        seen: list = field(default_factory=list)

        def step(self, dt):
            self.speed -= dt * self.place
            self.place += dt * self.speed
            self.seen.append(self.place[0])

    s = State(x.copy(), x**2)
    for _ in range(3):
        s.step(0.1)
    return s.place.sum() + s.speed[1] + sum(s.seen)


@program(args=(num(0.7), num(1.3)), tags="class named tuple reduce")
def a_named_tuple_that_makes_its_like(a, b):
    class Pair(NamedTuple):
        x: float
        y: float = 2.0

        def swap(self):
            return Pair(self.y, self.x)

    make = lambda t: Pair(t * a, b)  # noqa: E731 - it captures the class
    pairs = [make(1.0), make(2.0).swap(), Pair(a)]
    p = functools.reduce(lambda q, t: Pair(q.x * t.x, q.y + t.y), pairs)
    return p.x * p.y


@program(args=(num(0.7), num(1.3)), tags="class exception try")
def an_exception_that_carries_a_value(a, b):
    class Reached(Exception):
        def __init__(self, value):
            super().__init__("reached")
            self.value = value

    v = a
    try:
        for i in range(10):
            v = v * b + 0.1
            if v > 2:
                raise Reached(v * i)
    except Reached as e:
        return e.value + v
    return v


@program(args=(num(0.7), num(1.3)), tags="class inheritance super")
def classes_of_each_other(a, b):
    class Base(abc.ABC):
        def __init__(self, k):
            self.k = k

        @abc.abstractmethod
        def part(self): ...

        def area(self):
            return self.k * self.part()

    class Square(Base):
        def part(self):
            return self.k

    class Scaled(Square):
        def __init__(self, k, by):
            super().__init__(k)
            self.by = by

        def area(self):
            return super().area() * self.by

    total = 0.0
    for shape in [Square(a), Scaled(a, b), Square(b)]:
        total += shape.area() if not isinstance(shape, Scaled) else shape.area() * 2
    return total


@program(args=(num(0.7), num(1.3)), tags="class property static")
def a_class_with_accessors(a, b):
    class Kelvin:
        zero: float = 273.15

        def __init__(self, k):
            self._k = k

        @property
        def celsius(self):
            return self._k - self.zero

        @celsius.setter
        def celsius(self, value):
            self._k = value + self.zero

        @functools.cached_property
        def root(self):
            return math.sqrt(self._k)

        @staticmethod
        def fahrenheit(value):
            return value * 1.8 + 32

        @classmethod
        def of(cls, value):
            return cls(value + cls.zero)

    t = Kelvin.of(a)
    t.celsius = t.celsius * b
    return Kelvin.fahrenheit(t.celsius) * 0.01 + t.root * 0.1 + t.root


@program(args=(num(0.7), num(1.3)), tags="class enum match")
def an_enumeration(a, b):
    class Op(enum.Enum):
        ADD = "+"
        MUL = "*"

    def done(op, x, y):
        match op:
            case Op.ADD:
                return x + y
            case Op.MUL:
                return x * y

    return done(Op.ADD, a, b) * done(Op.MUL, a, b)


@program(args=(num(0.7), num(1.3)), tags="class dual numbers slots")
def dual_numbers_of_its_own(a, b):
    class Number:
        __slots__ = ("d", "v")

        def __init__(self, v, d=0.0):
            self.v = v
            self.d = d

        def __add__(self, other):
            other = other if isinstance(other, Number) else Number(other)
            return Number(self.v + other.v, self.d + other.d)

        def __mul__(self, other):
            other = other if isinstance(other, Number) else Number(other)
            return Number(self.v * other.v, self.v * other.d + self.d * other.v)

        __radd__ = __add__
        __rmul__ = __mul__

    x = Number(a, 1.0)
    y = 3 * x * x + b * x + 1
    return y.d * y.v


@program(args=(num(0.7), num(1.3)), tags="class inner function linked list")
def a_class_of_an_inner_function(a, b):
    def linked(count):
        class Node:
            def __init__(self, value, rest=None):
                self.value = value
                self.rest = rest

        head = None
        for i in range(count):
            head = Node(a * i + b, head)
        return head

    node, total, weight = linked(4), 0.0, 1.0
    while node is not None:
        total += weight * node.value * node.value
        weight *= 0.5
        node = node.rest
    return total


@program(args=(num(0.7), num(1.3)), tags="class getattr setattr")
def a_class_with_attributes_of_its_own(a, b):
    class Bag:
        def __init__(self):
            self.__dict__["held"] = {}

        def __getattr__(self, name):
            return self.held[name]

        def __setattr__(self, name, value):
            self.held[name] = value * 2

    bag = Bag()
    bag.x = a
    bag.y = bag.x * b
    return bag.x * bag.y


@program(args=(num(0.7), num(1.3)), tags="class in dict")
def classes_in_a_table(a, b):
    class Square:
        def __init__(self, side):
            self.side = side

        def area(self):
            return self.side**2

    class Disc:
        def __init__(self, radius):
            self.radius = radius

        def area(self):
            return 3.0 * self.radius**2

    table = {"square": Square, "disc": Disc}
    shapes = [table[name](size) for name, size in (("square", a), ("disc", b), ("square", a * b))]
    return sum(s.area() for s in shapes if not isinstance(s, Disc)) + shapes[1].area()


Mass = [1.0, 2.0]


@program(args=(num(), num()), tags="class comparison name of a global")
def a_class_named_as_a_global(a, b):
    @functools.total_ordering
    class Mass:
        def __init__(self, value):
            self.value = value

        def __eq__(self, other):
            return self.value == other.value

        def __lt__(self, other):
            return self.value < other.value

        def __hash__(self):
            return 1

        def heavier(self, by):
            self.value *= by
            return self

    found = [Mass(a * b), Mass(b), Mass(a).heavier(b + 1)]
    middle = sorted(found)[1].value if found[0] <= found[2] else 0.0
    return max(found).value * min(found).value + middle
