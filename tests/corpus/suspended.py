"""Generators that share what they change with those who take their items, and what they capture."""

import contextlib
import math

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(3),), tags="generator closure sum")
def captured_by_a_generator(x):
    def squares():
        for i in range(3):
            yield x[i] * x[i]

    return sum(squares())


@program(args=(vec(3),), tags="generator closure loop branch")
def powers_of_what_is_captured(x):
    k = x[0] * 2

    def powers(n):
        a = k
        for i in range(n):
            if i != 1:
                yield a
            a = a * k

    total = 0.0
    for v in powers(3):
        total += v
    return total


@program(args=(vec(3),), tags="generator closure yield-from prod")
def generators_inside_generators(x):
    def outer():
        def inner():
            yield x[0]
            yield x[1] * x[2]

        yield from inner()
        yield x.sum()

    return math.prod(outer())


@program(args=(vec(3),), tags="generator closure stores loop")
def stores_into_what_it_captures(x):
    def doubled():
        for i in range(3):
            y[i] = y[i] * 2
            yield y[i]

    y = x * 1.0
    return sum(doubled()) * y.sum()


@program(args=(vec(3),), tags="generator nonlocal loop")
def rebound_by_both(x):
    def grown(n):
        nonlocal acc
        for i in range(n):
            acc = acc * x[i]
            yield acc

    acc = x[0]
    total = 0.0
    for v in grown(3):
        total += v
        acc = acc + 1.0
    return total * acc


@program(args=(vec(3),), tags="generator closure list append loop")
def list_that_both_change(x):
    known = [x[0], x[1]]

    def grown():
        for i in range(2):
            known.append(known[-1] * x[i])
            yield known[i]

    total = 0.0
    for v in grown():
        total += v
        known[0] = total
    return total * known[-1] * len(known)


class Integrator:
    def __init__(self, f):
        self.f = f
        self.log = []

    def steps(self, y, n):
        for _ in range(n):
            y = y + 0.1 * self.f(y)
            self.log.append(y)
            yield y


@program(args=(vec(3),), tags="generator method attribute append loop")
def steps_that_are_logged(x):
    solver = Integrator(lambda y: -y * x[0])
    y = x
    for y in solver.steps(x, 3):
        if y[0] > 100.0:
            break
    return np.sum(y) + sum(np.sum(v) for v in solver.log)


def stepper(y, k):
    for i in range(3):
        y *= k
        yield
        y += i
    y *= k


@program(args=(vec(3),), tags="generator aug-array loop inactive-items")
def items_that_say_nothing(x):
    y = x * 1.0
    w = y * y
    for _ in stepper(y, x[1]):
        w = w * y
    return np.sum(w * y)


@program(args=(vec(3),), tags="generator aug-array loop break branch")
def changed_on_both_sides(x):
    y = x * 1.0
    w = y * y
    for _ in stepper(y, x[1]):
        w = w * y
        y *= w
        if w[0] > 1.9:
            break
    return np.sum(w * y)


@program(args=(vec(3),), tags="generator next aug-array loop")
def taken_by_hand_first(x):
    y = x * 1.0
    w = y * y
    g = stepper(y, x[1])
    next(g)
    w = w * y
    y *= 3.0
    next(g)
    w = w * y
    for _ in g:
        w = w + y
    return np.sum(w * y)


def squared_in_place(y):
    for i in range(len(y)):
        y[i] = y[i] ** 2
        yield y[i] * y[0]
        y[i] += 1.0


@program(args=(vec(3),), tags="generator stores sum")
def summed_up(x):
    y = x * 1.0
    total = sum(squared_in_place(y))
    return total * np.sum(y * y)


@program(args=(vec(3),), tags="generator stores list aug-array")
def made_before_taken_after(x):
    y = x * 1.0
    g = squared_in_place(y)
    y *= 2.0
    items = list(g)
    y *= 3.0
    return items[0] * items[1] * items[2] * np.sum(y * y)


@program(args=(vec(3),), tags="generator stores zip loop")
def two_of_them_on_one_array(x):
    y = x * 1.0
    total = 0.0
    for a, b in zip(squared_in_place(y), squared_in_place(y), strict=True):
        total = total + a * b * y[0]
        y[1] *= 2.0
    return total * np.sum(y)


@program(args=(vec(3),), tags="generator stores unpack starred")
def unpacked(x):
    y = x * 1.0
    a, *rest = squared_in_place(y)
    b, c, d = squared_in_place(y)
    return a * rest[0] + rest[1] * y[0] + b * c * d


def nested(y):
    yield y[0]
    yield from squared_in_place(y)
    y[0] *= 2.0
    yield y[1]


@program(args=(vec(3),), tags="generator stores yield-from loop")
def delegated(x):
    y = x * 1.0
    total = 1.0
    for v in nested(y):
        total = total * v + y[2]
    return total * y.sum()


class Chain:
    def __init__(self, y):
        self.y = y
        self.count = 0

    def __iter__(self):
        for i in range(3):
            self.y *= 1.5
            self.count += 1
            yield self.y[i] * self.count


@program(args=(vec(3),), tags="generator object iter aug-array loop twice")
def iterated_twice(x):
    y = x * 1.0
    chain = Chain(y)
    total = 0.0
    for v in chain:
        total = total + v * y[0]
    for v in chain:
        total = total + v * y[1]
    return total * chain.count * np.sum(y)


@program(args=(vec(3),), tags="generator expression stores max")
def largest_of_what_is_made_on_the_way(x):
    y = x * 1.0
    g = (v * y[0] for v in squared_in_place(y))
    return max(g) * y[1]


def bumped(y, i):
    y[i] *= 2.0
    return y[i] ** 2


@program(args=(vec(3),), tags="map lambda stores loop")
def mapped_with_stores(x):
    y = x * 1.0
    found = []
    for v in map(lambda i: bumped(y, i), range(3)):
        found.append(v * y[0])
    return sum(found) * y.sum()


def tree(n, x):
    if n == 0:
        yield x[0]
    else:
        for v in tree(n - 1, x):
            yield v * x[1]
        for v in tree(n - 1, x):
            yield v * x[2]


@program(args=(vec(3),), tags="generator recursion")
def leaves(x):
    return sum(tree(3, x))


@program(args=(vec(3),), tags="generator next default while stores")
def taken_until_none(x):
    y = x * 1.0
    g = squared_in_place(y)
    total = 0.0
    v = next(g, None)
    while v is not None:
        total = total + v * y[0]
        v = next(g, None)
    return total


@program(args=(vec(3),), tags="generator finally break stores")
def left_half_way(x):
    y = x * 1.0

    def doubled():
        try:
            for i in range(3):
                y[i] *= 2.0
                yield y[i]
        finally:
            y[0] *= 3.0

    total = 0.0
    for v in doubled():
        total += v * y[0]
        if total > 5:
            break
    return total * y.sum()


@program(args=(vec(3),), tags="generator rows views aug-array")
def rows_changed_by_both(x):
    rows = []
    y = np.outer(x, x)

    def doubled():
        for r in y:
            r *= 2.0
            yield r

    for r in doubled():
        r += x
        rows.append(r)
    return np.sum(y) + np.sum(rows[0] * rows[1])


@program(args=(vec(3),), tags="generator dict zip stores")
def kept_in_a_dict(x):
    squares = dict(enumerate(v * v for v in x))
    named = {k: v for k, v in zip("abc", squared_in_place(x * 1.0), strict=True)}
    return squares[0] * named["a"] + named["c"] * squares[2]


@contextlib.contextmanager
def scaled(a, k):
    a *= k
    yield a
    a /= k


@program(args=(vec(3),), tags="contextmanager aug-array")
def scaled_in_a_block(x):
    y = x * 2
    w = y * y
    with scaled(y, x[0]) as z:
        w = w * z
        y *= 2.0
        total = np.sum(z * z * w)
    return total + (y * w).sum()


@program(args=(vec(4),), tags="iter next sum generator-expression")
def first_two_by_hand(x):
    it = iter(x)
    a = next(it)
    b = next(it)
    return a * b + sum(v * v for v in it)


def until_it_fails(y):
    y *= 2.0
    yield y[0]
    y *= 3.0
    raise ValueError("no more")


@program(args=(vec(3), num()), tags="generator exception stores", reverse="refused")
def failing_after_a_store(x, k):
    y = x * k
    total = 0.0
    try:
        for v in until_it_fails(y):
            total = total + v * y[1]
            y *= 1.5
    except ValueError:
        total = total + y[2]
    return total


@program(args=(vec(3),), tags="generator next default loop aug-array")
def taken_by_two_hands(x):
    y = x * 1.0
    g = squared_in_place(y)
    total = 0.0
    for a in g:
        b = next(g, 0.5)
        total += a * b * y[1]
        y[2] *= 1.1
    return total


def some_of(g, n):
    total = 0.0
    for _ in range(n):
        total += next(g)
    return total


class Holder:
    pass


@program(args=(vec(3),), tags="generator callee next attribute stores")
def handed_on_and_held(x):
    y = x * 1.0
    g = squared_in_place(y)
    a = some_of(g, 2)
    y[0] *= 2.0
    a = a * sum(g) * y[0]
    holder = Holder()
    holder.g = squared_in_place(y)
    a += next(holder.g)
    y *= 1.5
    for v in holder.g:
        a += v
    return a * y.sum()


@program(args=(vec(3),), tags="generator closure nonlocal yield-from")
def variables_of_a_generator_that_are_captured(x):
    def outer(k):
        z = k * 2.0

        def inner():
            nonlocal z
            for i in range(2):
                z *= x[i]
                yield z

        for v in inner():
            yield v + z

    return sum(outer(x[2])) * math.prod(outer(x[0]))


@program(args=(vec(3),), tags="generator try stores loop")
def handled_inside(x):
    y = x * 1.0

    def changed():
        for i in range(3):
            try:
                if i == 1:
                    raise ValueError
                y[i] *= 2.0
                yield y[i]
            except ValueError:
                y[i] *= 3.0
                yield y[i] ** 2

    total = 0.0
    for v in changed():
        total += v * y[0]
    return total * y[1]


@program(args=(vec(4),), tags="zip generator next", reverse="refused")
def taken_beside_a_zip(x):
    y = x * 1.0
    g = squared_in_place(y)
    total = 0.0
    for a, b in zip(g, x, strict=False):
        total += a * b * next(g, 1.0)
    return total * y[1]
