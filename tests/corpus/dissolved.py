"""Objects that do not leave the function which makes them, and those that only seem so: each attribute a variable."""

import abc
import math
from dataclasses import dataclass

import numpy as np

from tests.corpus.base import num, program, vec


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)

    def __sub__(self, o):
        return Point(self.x - o.x, self.y - o.y)

    def __mul__(self, k):
        if isinstance(k, Point):
            return self.x * k.x + self.y * k.y
        return Point(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Point(-self.x, -self.y)

    def __abs__(self):
        return math.sqrt(self.x * self.x + self.y * self.y)

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __setitem__(self, i, v):
        if i == 0:
            self.x = v
        else:
            self.y = v

    def __call__(self, t):
        return self.x + self.y * t

    def __iadd__(self, o):
        self.x = self.x + o.x
        self.y = self.y + o.y
        return self

    def turn(self, angle):
        c, s = math.cos(angle), math.sin(angle)
        self.x, self.y = c * self.x - s * self.y, s * self.x + c * self.y

    def turned(self, angle):
        new = Point(self.x, self.y)
        new.turn(angle)
        return new

    @property
    def squared(self):
        return self.x * self.x + self.y * self.y

    @squared.setter
    def squared(self, value):
        k = math.sqrt(value / self.squared)
        self.x, self.y = k * self.x, k * self.y

    @staticmethod
    def mixed(a, b):
        return a * b + a


@program(args=(num(), num(), num(), 3), tags="object operators loop")
def two_products_by_one_operator(a, b, c, n):
    p, q = Point(a, b), Point(c, a)
    for _ in range(n):
        p = p + 0.1 * q * (p * q) - q * c
        q = -q + p * 0.3
    return p * q + abs(p) * p[0] + q(a)


@program(args=(num(), num(), 3), tags="object setattr aliased loop branch")
def one_object_by_two_names(a, b, n):
    p = Point(a, b)
    q = p
    for i in range(n):
        if i != 1:
            p.turn(0.3 * a)
            q.x = q.x * b
        else:
            q.y += p.x * p.x
    return p.x * q.y + q.x


@program(args=(num(), num(), 4), tags="object setattr aliased loop")
def what_an_older_name_holds_changes(a, b, n):
    p = Point(a, b)
    total = 0.0
    for i in range(n):
        old = p
        p = Point(p.x * b, p.y + a)
        p.x = p.x + old.y
        old.turn(0.2)
        total = total + old.x * p.y
        if i == 2:
            p = old
    return total + p.x * p.y


@program(args=(num(), num(), 3), tags="object setattr swap loop")
def two_objects_that_change_places(a, b, n):
    p, q = Point(a, b), Point(b, a * a)
    for _ in range(n):
        p, q = q, p
        p.x = p.x * q.y + 0.1
        q.turn(p.x)
    return p.x + 2.0 * q.y


@program(args=(num(), num(), 4), tags="object handed on in a loop aliased")
def one_object_that_is_handed_on_again_and_again(a, b, n):
    first = Point(a, b)
    p = Point(b, b)
    for i in range(n):
        if i % 2 == 0:
            p = first
        p.x = p.x * a + b
    return first.x * p.y + p.x


@program(args=(num(), num(), 3), tags="object augmented operator in place aliased")
def augmented_in_place_by_another_name(a, b, n):
    p = Point(a, b)
    kept = p
    for _ in range(n):
        p += Point(a * p.y, b)
        if kept.x > 100.0:
            p = Point(0.0, 0.0)
    return kept.x * p.y


class Body:
    dt = 0.1

    def __init__(self, where, speed, mass=2.0, *, drag=0.1):
        self.where = where
        self.speed = speed
        self.mass = mass
        self.drag = drag

    def step(self, force):
        self.speed = self.speed + force * (self.dt / self.mass) - self.speed * self.drag
        self.where = self.where + self.speed * self.dt
        return self.energy()

    def energy(self):
        return 0.5 * self.mass * self.speed.squared


@program(args=(num(), num(), num(), 3), tags="object nested operators methods keywords loop")
def body_of_points(a, b, m, n):
    body = Body(Point(a, b), Point(0.0, 0.1), drag=0.2 * a)
    body.mass = m
    total = 0.0
    for i in range(n):
        total = total + body.step(-body.where * a)
        if i == 1:
            body.speed.squared = total + b
            body.where[1] = a * total
    return total + body.where * body.speed + Point.mixed(a, b)


@program(args=(num(), num(), 3), tags="object nested shared aliased setattr")
def two_bodies_that_share_a_point(a, b, n):
    where = Point(a, b)
    one, two = Body(where, Point(b, a)), Body(where, Point(a, a))
    for _ in range(n):
        one.where.turn(a)
        two.where.x = two.where.x * b + one.speed.x
    return one.where.x * two.where.y + where.x


@program(args=(num(), num()), tags="object class attribute shadowed")
def class_attribute_before_and_after_a_store(a, b):
    body = Body(Point(a, b), Point(b, a))
    first = body.dt * a
    body.dt = b
    return first + body.dt * body.step(Point(1.0, a))


@program(args=(num(), num(), 3), tags="object attribute stored in a branch loop")
def attribute_that_only_some_objects_get(a, b, n):
    total = 0.0
    for i in range(n):
        p = Point(a, b * total)
        if i > 0:
            p.weight = a * b
        if hasattr(p, "weight"):
            total = total + p.weight * p.x
        total = total + p.y + p.x
    return total


class Missing:
    def __init__(self, x, known):
        self.x = x
        if known:
            self.y = x * x


@program(args=(num(), 3), tags="object attribute missing raises loop")
def attribute_of_the_object_before(a, n):
    total = 0.0
    for i in range(n):
        p = Missing(a + i, i < 5)
        total = total + p.x * p.y
    return total


class Shape(abc.ABC):
    scale = 2.0

    def __init__(self, r):
        self.r = r

    @abc.abstractmethod
    def area(self): ...

    def weight(self, density):
        return density * self.area() * self.scale


class Square(Shape):
    def area(self):
        return self.r * self.r


class Disc(Shape):
    def __init__(self, r, k):
        super().__init__(r * k)
        self.k = k

    def area(self):
        return math.pi * self.r**2

    def weight(self, density):
        return super().weight(density) + self.k


@program(args=(num(), num(), 3), tags="object inheritance super abstract loop branch")
def shapes_by_inheritance(a, b, n):
    total = 0.0
    for i in range(n):
        if i == 1:
            shape = Square(a * b)
            total = total + shape.weight(b)
        else:
            disc = Disc(a, b)
            total = total + disc.weight(total)
    return total


@program(args=(num(), num(), True), tags="object of either class branch", more=[(num(), num(), False)])
def a_name_for_objects_of_two_classes(a, b, square):
    shape = Square(a) if square else Disc(a, b)
    return shape.weight(b) * shape.r


@dataclass
class Settings:
    rate: float
    decay: float = 0.5
    steps: int = 3

    def scaled(self, k):
        return Settings(self.rate * k, decay=self.decay * self.rate)


@dataclass(frozen=True)
class Frozen:
    u: float
    v: float

    def next(self, k):
        return Frozen(self.u + k * self.v, self.v - k * self.u)


@program(args=(num(), num()), tags="dataclass frozen defaults loop")
def dataclasses_that_stay_inside(a, b):
    settings = Settings(a).scaled(b)
    state = Frozen(u=b, v=1.0)
    for _ in range(settings.steps):
        state = state.next(settings.rate * settings.decay)
        before = state
    return state.u * before.v


class State:
    def __init__(self, x, n):
        self.x = x
        self.v = np.zeros(n)
        self.log = []
        self.t = 0.0

    def step(self, dt):
        self.v += dt * np.cos(self.x)
        self.x = self.x + dt * self.v
        self.v[0] *= 0.9
        self.log.append(self.x[0])
        self.t += dt


@program(args=(vec(3), num(0.1, 0.3), 3), tags="object array in place list append loop")
def simulation_of_arrays(x, dt, n):
    state = State(x, 3)
    for _ in range(n):
        state.step(dt)
    return np.sum(state.x * state.v) * state.t + state.log[0] * state.log[-1]


@program(args=(vec(3), num(0.1, 0.3), 2), tags="object array shared by two objects in place")
def array_that_two_objects_hold(x, dt, n):
    one, two = State(x * 1.0, 3), State(x, 3)
    two.v = one.v
    for i in range(n):
        one.step(dt)
        if i == 0:
            two.step(dt * 2.0)
    two.x = one.x
    one.x = one.x * dt
    return np.sum(one.v * two.x) + np.sum(two.v)


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, o):
        return Number(self.value + o.value) if isinstance(o, Number) else NotImplemented

    def __radd__(self, o):
        return Number(2.0 * self.value + o)

    def __lt__(self, o):
        return self.value < o.value

    def __float__(self):
        return self.value * 3.0


class Other:
    def __init__(self, value):
        self.value = value

    def __radd__(self, o):
        return Other(self.value * o.value * 7.0)


@program(args=(num(), num()), tags="object operator declined reflected")
def operators_that_decline(a, b):
    p = Number(a) + Number(b)
    q = p + Other(b)
    r = b + p
    return q.value + r.value * 2.0


class Special(Number):
    def __radd__(self, o):
        return Special(self.value * 5.0 + o.value)


@program(args=(num(), num(), 2), tags="object operator of a subclass first loop")
def operator_of_a_subclass(a, b, n):
    total = Number(a)
    for i in range(n):
        other = Special(b) if i == 0 else Number(a)
        total = total + other
        if total < Number(-100.0):
            total = Number(0.0)
    return total.value * a


class Derived(Number):
    pass


@program(args=(num(), num(), [1.0, 2.0]), tags="object operator inherited by a subclass in list branch loop")
def operator_that_a_subclass_inherits(a, b, given):
    total = Number(a)
    for k in given:
        if k > 1.5:
            for other in [Derived(b * k), Special(a)]:
                total = total + other
        else:
            total = total + Derived(k * a)
    return total.value * b


class Chooser:
    def __init__(self, f, x):
        self.f, self.x = f, x

    def value(self, y):
        if y > 0.7:
            return self.f(self.x * y)
        return self.f(y) * self.x


@program(args=(num(), num(0.5, 0.6), 3), tags="object function attribute early return loop")
def function_that_an_object_holds(a, b, n):
    chooser = Chooser(math.sin, a)
    total = 0.0
    for i in range(n):
        total += chooser.value(b + 0.1 * i)
        if i == 1:
            chooser.f = math.exp
    return total


class Tracker:
    best = None

    def __init__(self):
        self.count = 0

    def tell(self, x):
        self.count += 1
        if self.best is None or x < self.best:
            self.best = x
        return self


@program(args=(num(), num(), 3), tags="object method that returns itself")
def methods_that_give_their_object(a, b, n):
    tracker = Tracker()
    for i in range(n):
        tracker.tell(a * math.cos(i * b)).tell(b * a)
    return tracker.best * tracker.count


class Link:
    __slots__ = ("after", "value")

    def __init__(self, value, after=None):
        self.value, self.after = value, after


@program(args=(num(), num(), 4), tags="object linked slots while")
def linked_objects(a, b, n):
    head = None
    for i in range(n):
        head = Link(a * i + b, head)
    total, at = 0.0, head
    while at is not None:
        total = total + at.value * at.value * a
        at.value = total
        at = at.after
    return total + head.value * b


@program(args=(num(), num(), 3), tags="object kept in list loop")
def objects_that_leave_by_a_list(a, b, n):
    points = [Point(a, b)]
    for i in range(n):
        p = points[-1] * a
        p.x = p.x + b
        if i != 1:
            points.append(p)
        p.y = p.y * a
    return sum([q.x * q.y for q in points])


def halfway(p, q, k=0.5):
    return p + (q - p) * k


@program(args=(num(), num(), 2), tags="object helper function defaults loop")
def helpers_that_take_objects(a, b, n):
    p, q = Point(a, b), Point(b * b, a)
    for _ in range(n):
        p = halfway(p, q)
        q = halfway(q, p, k=0.25 * a).turned(b)
    return p.x * q.y + p.y


def made_locally():
    class Pair:
        def __init__(self, u, v):
            self.u, self.v = u, v

        def swapped(self, k):
            return Pair(self.v * k, self.u + k)

    def program_of_pairs(a, b):
        p = Pair(a, b)
        for _ in range(3):
            p = p.swapped(a)
        return p.u * p.v

    return program_of_pairs


program_of_pairs = program(args=(num(), num()), tags="object class captured loop")(made_locally())


@program(args=(num(), num(), 3), tags="object closure nonlocal loop branch")
def objects_beside_a_shared_variable(a, b, n):
    def grow(k):
        nonlocal a
        a = 0.5 * a + k

    p = Point(a, b)
    for i in range(n):
        if i != 1:
            grow(b)
            p = p + Point(a, b * a)
    return p.x * p.y + a
