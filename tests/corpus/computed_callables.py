"""Calls of what an object computes where it is read: functions given by properties, descriptors and `__getattr__`."""

import functools

from tests.corpus.base import num, program


class Gain:
    def __get__(self, owner, cls=None):
        if owner is None:
            return self
        owner.log.append(owner.x * 3)
        owner.x = owner.x + 0.1 * owner.x * owner.x
        return lambda v: v + owner.x


class Machine:
    """Changes wherever it is read."""

    added = Gain()

    def __init__(self, x):
        self.x, self.n, self.log = x, 0, []

    @property
    def act(self):
        self.n += 1
        self.log.append(self.x * self.n)
        self.x = self.x * 1.1
        return lambda v: v * self.x

    @functools.cached_property
    def kept(self):
        self.n += 1
        k = self.x * 2
        return lambda v: v * k

    def __getattr__(self, name):
        if not name.startswith("power"):
            raise AttributeError(name)
        self.log.append(self.x)
        self.n += 1
        return lambda v: v * self.x ** int(name[5:])

    def total(self, r):
        return r + sum(self.log) + self.n * self.x


@program(args=(num(),), tags="class property closure call")
def called_from_a_property(x):
    m = Machine(x)
    return m.total(m.act(2.0) * m.act(x))


@program(args=(num(),), tags="class cached-property closure call")
def called_from_a_cached_property(x):
    m = Machine(x)
    return m.total(m.kept(2.0) * m.kept(x))


@program(args=(num(),), tags="class getattr closure call")
def called_from_getattr(x):
    m = Machine(x)
    return m.total(m.power2(2.0) * m.power3(x))


@program(args=(num(),), tags="class descriptor closure call")
def called_from_a_descriptor(x):
    m = Machine(x)
    return m.total(m.added(2.0) * m.added(x))


@program(args=(num(),), tags="class property exceptions loop branch call")
def called_within_try(x):
    m, total = Machine(x), 0.0
    for k in range(3):
        if k != 1:
            try:
                total += m.act(2.0) * m.kept(x)
                total *= m.power2(x) + m.added(x) * 0.1
                act = m.act
                total += act(x)
            except ValueError:
                total = 0.0
    return m.total(total)


@program(args=(num(), num()), tags="class property closure lambda call")
def called_inside_closures(x, y):
    m = Machine(x)

    def all_of_it(v):
        return m.act(v) * m.kept(v) + m.power2(v) + m.added(v)

    first, second = (lambda v: m.act(v)), (lambda *a, **k: m.kept(*a) * k["by"])
    return m.total(all_of_it(x) + all_of_it(y) + first(y) * second(x, by=y))


class Stream:
    """Its tail is worked out when it is asked for first."""

    def __init__(self, head, tail):
        self.head, self.rest = head, tail

    @property
    def tail(self):
        if callable(self.rest):
            self.rest = self.rest()
        return self.rest

    def map(self, fn):
        return Stream(fn(self.head), lambda: self.tail.map(fn))

    def zip(self, other, fn):
        return Stream(fn(self.head, other.head), lambda: self.tail.zip(other.tail, fn))

    def take(self, n):
        stream = self
        while n:
            yield stream.head
            stream = stream.tail
            n -= 1


@program(args=(num(), num()), tags="class property closure recursion generator loop")
def streams_worked_out_late(x, r):
    def powers(a):
        return Stream(a, lambda: powers(a * r))

    first = powers(x)
    squares = first.map(lambda v: v * v)
    apart = first.zip(squares.tail, lambda a, b: a - b)
    return sum(apart.take(4)) + list(squares.take(3))[-1] * first.tail.tail.head
