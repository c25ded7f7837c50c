"""What code does seldom, and what faults planted in dualad showed that no other program does."""

import collections
import math
from typing import NamedTuple

import numpy as np

from tests.corpus.base import built, mat, num, program, vec

# Swapped, renamed and forgotten names


@program(args=(num(), num()), tags="unpack swap")
def each_made_of_the_other(x, y):
    x, y = y * 2.0, x * 3.0
    y, x = x * x, y * x * 0.5
    return x * y + x


@program(args=(vec(3), 2.0), tags="import local")
def imports_under_names_of_others(x, k):
    from numpy import cos as sin
    from numpy import exp
    from numpy import sin as cos

    return np.sum(sin(x) * cos(k * x) * exp(x))


# Generators whose items are changed by who takes them


def with_squares(x):
    y = x * 2.0
    squares = y * y
    yield y
    yield squares


@program(args=(vec(3),), tags="generator store alias")
def item_changed_that_the_generator_has_read(x):
    items = with_squares(x)
    y = next(items)
    y[0] = 5.0
    return np.sum(y) + np.sum(next(items))


def shared_with_whom_takes(x):
    y = x * 2.0
    yield y
    yield y * y * x


@program(args=(vec(3),), tags="generator store alias")
def item_changed_that_the_generator_reads(x):
    total = 0.0
    for item in shared_with_whom_takes(x):
        item[0] = item[1] * 3.0
        total = total + np.sum(item * item)
    return total


def with_what_it_is_of(a):
    squares = a * a
    yield np.sum(squares)
    yield np.sum(squares * a)


@program(args=(vec(3),), tags="generator store alias")
def array_changed_that_the_generator_has_read(x):
    a = x * 1.0
    items = with_what_it_is_of(a)
    first = next(items)
    a[0] = 3.0
    return first * next(items)


@program(args=(vec(3),), tags="generator store closure")
def captured_array_changed_that_the_generator_has_read(x):
    a = x * 1.0

    def both():
        squares = a * a
        yield np.sum(squares)
        yield np.sum(squares * a)

    total = 1.0
    for item in both():
        total = total * item
        a[0] = 3.0
    return total


# Methods of tuples and lists


class PairOfNumbers(NamedTuple):
    a: float
    b: float

    def weighed(self, u, v=1.0):
        return self.a * u + self.b * v


class Shared:
    """A descriptor: an attribute that is computed of its owner."""

    def __init__(self, factor):
        self.factor = factor

    def __get__(self, owner, cls):
        return self if owner is None else owner.values[0] * owner.weight * self.factor


class Weighed(NamedTuple):
    values: np.ndarray
    weight: float


class WeighedAndShared(Weighed):
    shared = Shared(3.0)


@program(args=(vec(3), num()), tags="namedtuple descriptor store")
def descriptor_of_a_tuple_of_arrays(x, y):
    p = WeighedAndShared(x * 1.0, y * y)
    p.values[0] = x[1] * y
    return p.shared * p.values[2] + p.shared * p.shared


@program(args=(num(), num(), num()), tags="namedtuple method keywords")
def methods_of_a_named_tuple(x, y, k):
    p = PairOfNumbers(x * y, y)
    return p.weighed(x, k) * p.weighed(k) + p.weighed(2.0, v=k * x)


@program(args=(built(PairOfNumbers, num(), num()), num()), tags="namedtuple method keywords")
def methods_of_a_tuple_that_is_given(p, k):
    return p.weighed(k, p.a) * p.weighed(k) + p.weighed(2.0, v=k)


class Numbers(list):
    def weighed(self, u, v):
        return self[0] * u + self[1] * v


@program(args=(num(), num()), tags="list class method star")
def method_of_a_list_of_ours_with_stars(x, y):
    numbers = Numbers([x, x * y])
    numbers.append(y)
    pair = (y, x)
    return numbers.weighed(*pair) * numbers[2]


# Patterns that ask for attributes


class Dot:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class NamedDot(Dot):
    def __init__(self, x, y):
        super().__init__(x, y)
        self.weight = x * y


@program(args=(num(), num(), 0), more=[(num(), num(), 1)], tags="match object keywords")
def match_attributes_that_some_lack(x, y, k):
    dot = Dot(x, y) if k else NamedDot(x, y)
    match dot:
        case Dot(weight=w, x=a):
            return w * a
        case Dot(x=a):
            return a * a * y
    return x


class OfTwo:
    __match_args__ = ("x", "weight")

    def __init__(self, x):
        self.x = x


@program(args=(num(), num(), 0), more=[(num(), num(), 1)], tags="match object positional")
def match_places_that_some_lack(x, y, k):
    made = OfTwo(x * y)
    if k:
        made.weight = y
    match made:
        case OfTwo(a, w):
            return a * w
        case OfTwo(a):
            return a * a
    return x


# Tests of loops that bind and change


@program(args=(num(), num(1.2, 1.4)), tags="while walrus")
def value_bound_in_a_test(s, x):
    while (s := s * x) < 4.0:
        pass
    return s * s


@program(args=(num(), num(1.2, 1.4)), tags="while walrus break")
def value_bound_in_a_test_and_left(s, x):
    n = 0
    while (s := s * x) < 40.0 and (t := s * s) > 0.0:
        n += 1
        if n > 3:
            break
        s = s + t * 0.01
    else:
        t = x
    return s * t


@program(args=(vec(3),), tags="while list pop")
def taken_in_a_test(x):
    items = [x[0], x[1] * x[2], x[2], -10.0]
    total = 1.0
    while items.pop(0) > -9.0 and (top := items[0]) > -9.0:
        total = total * (2.0 + top)
    return total * x[0]


# Functions without a module


def _nowhere(fn):
    fn.__module__ = None
    return fn


class Area:
    def __init__(self, side):
        self.side = side
        self.asked = 0

    @property
    @_nowhere
    def size(self):
        self.asked = self.asked + 1
        return self.side * self.side


@program(args=(num(),), tags="object property")
def property_of_no_module(x):
    area = Area(x * 2.0)
    return area.size * x + area.size * area.asked


# Cells that are empty, and variables that functions share


@program(args=(num(), 0), more=[(num(), 1)], tags="closure nonlocal cell")
def variable_bound_to_constants_in_between(x, k):
    state = x * x

    def step(y):
        nonlocal state
        old = state
        if k:
            state = 2.0
        else:
            state = y
        return old * y

    a = step(x)
    b = step(a * x)
    return a + b * state


@program(args=(num(),), tags="closure cell")
def function_with_an_empty_cell(x):
    def inner(t, ask=False):
        return t * later if ask else t * t * x

    value = inner(x)
    later = value * 2.0
    return value + inner(x, True) + later


# Operators without derivatives beside objects that have operators of their own


class Rounded:
    def __init__(self, a):
        self.a = a

    def __mul__(self, other):
        return self.a * round(self.a, 1) * other + self.a * (self.a * 7.0 // 0.5)


@program(args=(num(0.71, 0.74),), tags="object operator round floor")
def numbers_rounded_beside_objects(x):
    return Rounded(x) * 2.0 + Rounded(x * x) * x


# What is refused, in one mode or both


@program(args=(mat(2, 3),), tags="flat transpose loop")
def flat_of_what_is_transposed(m):
    total = 0.0
    for i, v in enumerate(m.T.flat):
        total = total + v * v * i
    return total


@program(args=(mat(2, 3),), tags="flat transpose store")
def stored_into_the_flat_of_what_is_transposed(m):
    y = np.zeros((2, 3))
    y.T.flat[1:3] = m[0, :2] * 3.0
    return np.sum(y * y)


@program(args=(num(), num()), tags="deque augmented", reverse="refused")
def deque_multiplied_in_place(x, y):
    items = collections.deque([x, y])
    items.append(x * y)
    items *= 2
    return items[0] * items[4] * items[5]


def of_size(size):
    """A decorator of classes, made of a number."""
    factor = math.sin(size)

    def decorate(cls):
        cls.factor = math.exp(factor)
        return cls

    return decorate


@program(args=(num(),), tags="class decorator", reverse="refused")
def class_that_is_decorated(x):
    @of_size(x)
    class Sized:
        def area(self, y):
            return self.factor * y

    return Sized().area(x)


# What generated programs of more kinds have shown


@program(args=(vec(3),), tags="sum empty")
def sum_of_no_numbers(a):
    n = len(a)
    return np.sum(a * a) + sum(a[n:]) + sum(a[:0]) * a[0]


@program(args=(num(),), tags="try finally")
def finally_that_nobody_reads(x):
    try:
        y = x * x
    finally:
        z = 2.0 * x
    if x > 0:
        try:
            return y * x
        finally:
            z = y
    return y


@program(args=(num(),), tags="closure list attribute")
def list_beside_a_part_of_a_constant(x):
    scaled = lambda t: t * x  # noqa: E731
    w = np.zeros(2, dtype=complex)
    return [scaled(x), w[0].real, w.real]


@program(args=(vec(3),), tags="ufunc.at alias")
def factors_that_lie_in_what_they_change(a):
    a = a * 1.0
    np.multiply.at(a, [1, 1, 0], a[::-1])
    np.divide.at(a, [2, 2, 1], a)
    return np.sum(a * a)


@program(args=(mat(3, 2), vec(2)), tags="swap rows alias")
def rows_that_change_places(m, b):
    """The rows on the right are views: the second store reads what the first has written."""
    m[0], m[2] = m[2], m[0] * b
    m[1], m[-1] = 0.5, m[1]
    return np.sum(m * m @ b)


@program(args=(vec(4), 1.0), more=[(vec(4), -1.0)], tags="swap slices alias loop branch")
def halves_that_change_places(v, k):
    v = v * v
    for i in range(2):
        if k > 0:
            v[:2], v[2:] = v[2:], v[:2]
            v[i] *= 3.0
    return np.sum(v * np.arange(1.0, 5.0))


@program(args=(num(), vec(2)), tags="dict constructor keywords")
def dicts_made_by_their_class(x, a):
    def scaled(t):
        return t * x

    first = dict(a=scaled(2.0), b=a)
    second = dict(first, b=x * x)
    third = dict(first, a=0.5)
    fourth = dict([("a", x), ("b", 1.0)], b=third["b"])
    return [first, second, third, dict(fourth, **{"a": 3.0}), dict(second)]


@program(args=(num(), num()), tags="dict constructor value")
def dict_of_keywords(x, y):
    d = dict(a=x * y, b=y)
    e = dict(d, a=y)
    return d["a"] * e["b"] + e["a"]


@program(args=(num(), vec(2)), tags="augmented number array view")
def number_that_grows_to_an_array(x, a):
    x += a
    v = x[:1]
    v *= x[1] * x[0]
    return np.sum(x * x * a)


@program(args=(num(), vec(2)), tags="augmented number array loop branch")
def sums_that_begin_with_a_number(x, a):
    total = x
    for r in (a, a * a):
        if r[0] > 0:
            total += r
            total *= x
    product = x
    product **= a * a
    kept = product
    product -= a
    return np.sum(total * product) + kept[0]


@program(args=(vec(3),), tags="alias loop swap copy")
def names_of_arrays_that_are_bound_to_themselves(a):
    b, c = a, a * 2.0
    for i in range(3):
        b = b
        b, c = c, b
        b[i] += c[0]
        c[-1] *= a[i]
    return np.sum(a * b)


@program(args=(mat(3, 3), num()), tags="swap rows alias loop")
def rows_that_change_places_in_a_loop(m, x):
    for i in range(2):
        m[i], m[i + 1] = m[i + 1] * x, m[i]
        m[i + 1][i] = m[i][i + 1]
    m[0], m[0, 1] = m[1], m[0, 2] * x
    (m[0], m[1]), m[2] = m[1:], m[0] * x
    return np.sum(m * np.arange(9.0).reshape(3, 3))


@program(args=(num(), vec(2, np.float32)), tags="complex float32 keywords")
def complex_numbers_of_parts_of_two_precisions(x, a):
    z = complex(a[0], x) * complex(imag=x, real=a[1])
    return (z * complex(x, imag=a[0])).real + np.abs(np.array([z, complex(imag=x)])).sum()


@program(args=(num(), vec(2)), tags="list init clear loop")
def filled_again(x, a):
    items = [x, x * x]
    other = items
    for i in range(2):
        items.__init__([a[i] * x, x])
        items.append(a[i])
    return items[0] * other[-1] + len(other) * x


@program(args=(vec(3), mat(3, 3)), tags="einsum dtype branch loop")
def einsum_of_a_type_told_as_it_runs(x, m):
    total = 0.0
    for i in range(2):
        y = x * (1.0 + 2.0j) if i == 1 else x
        total = total + np.sum(np.abs(np.einsum("ij,j->i", m, y)))
    return total
