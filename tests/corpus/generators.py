"""Generator functions, and the builtins that take items one by one: lazily, in part, in loops, in branches."""

import functools
import itertools

import numpy as np

from tests.corpus.base import mat, num, program, vec


def growing(x, n):
    for i in range(n):
        yield x * i
        x = x * 1.1 + i


def forever(x):
    k = x
    while True:
        yield k
        k = k * x + 0.5
        if k > 2.0:
            x = x * 0.9


def leaves(tree):
    if isinstance(tree, tuple):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield tree * tree


def scaled_rows(a, k):
    for row in a:
        yield row * k
        k = k + row[0]


def countdown(x, n):
    while n > 0:
        if n == 2:
            n -= 1
            continue
        yield x * n, n
        n -= 1
        if n == 1:
            return


def guarded(xs):
    try:
        for x in xs:
            if x < -0.9:
                raise ValueError
            yield x * x
    except ValueError:
        yield 2.0 * xs[0]
    finally:
        xs = None


def square(v):
    return v * v


def product(a, b):
    return a * b


@program(args=(num(), 5), tags="generator loop")
def items_of_a_generator(x, n):
    s = 1.0
    for v in growing(x, n):
        s = s * 0.5 + v * s
    return s


@program(args=(num(),), tags="generator infinite break enumerate")
def part_of_a_generator(x):
    s = 0.0
    for i, k in enumerate(forever(x)):
        if i > 4:
            break
        s = s + k * k * i
    return s


@program(args=((num(), (num(), (num(), num()))),), tags="generator recursion yield-from")
def recursive_generator(tree):
    s = 1.0
    for v in leaves(tree):
        s = s * v + v
    return s


@program(args=(mat(3, 2), num()), tags="generator array zip")
def generators_side_by_side(a, k):
    s = 0.0
    for row, other in zip(scaled_rows(a, k), scaled_rows(a * a, s + k)):
        s = s + np.sum(row * other) * k
    return s


@program(args=(vec(4), num()), tags="generator loop branch continue return")
def generator_in_loop_in_branch(x, k):
    s = 0.0
    if k > 0:
        for i in range(3):
            for v, n in countdown(x[i] * k, i + 2):
                if n == 3:
                    continue
                s = s + v * v * n
                if s > 50.0:
                    return s
            k = k + s * 0.1
    return s * k


@program(args=(vec(4),), more=[(np.array([0.3, -0.95, 0.4, 0.1]),)], tags="generator try", smooth=False)
def generator_that_handles(x):
    s = 0.0
    for v in guarded(x):
        s = s * v + v
    return s


@program(args=(num(), 2), more=[(num(), 9)], tags="generator try half-way")
def generator_left_by_an_exception(x, stop):
    s = x
    try:
        for i, v in enumerate(growing(x, 4)):
            s = s + v * v
            if i == stop:
                raise ValueError
            s = s * 1.1
    except ValueError:
        s = s * x
    return s


@program(args=(num(), 4), tags="generator sum list tuple sorted max unpack")
def generators_taken_whole(x, n):
    first, *rest = growing(x, n)
    a, b = tuple(growing(x, 2))
    total = sum(growing(x, n)) + sum(list(growing(x, n)), b)
    return first + rest[0] * rest[-1] + a * b + total + sorted(growing(-x, n))[0] * max(growing(x, n))


@program(args=([num(), num(), num()], [num(), num(), num()]), tags="map filter reduce zip")
def mapped_and_reduced(xs, ys):
    s = sum(map(square, xs)) + functools.reduce(product, xs) + functools.reduce(product, ys, xs[0])
    for v in filter(lambda t: t > 0.3, map(product, xs, ys)):
        s = s + v * s
    return s


@program(args=([num(), num(), num()],), tags="itertools accumulate chain pairwise")
def itertools_of_active_items(xs):
    s = 0.0
    for v in itertools.accumulate(xs, product):
        s = s + v
    for a, b in itertools.pairwise(itertools.chain(xs, xs[:1])):
        s = s + a * b
    return s


@program(args=([[num(), num()], [num(), num()], [num(), num()]],), tags="zip starred transpose")
def zip_of_starred(pairs):
    s = 1.0
    for column in zip(*pairs):
        a, b, c = column
        s = s * a + b * c
    return s


@program(args=([num(), num(), num(), num()],), tags="max min sorted key")
def extremes_of_lists(xs):
    low, *_, high = sorted(xs, key=lambda t: -t)
    return max(xs) * min(xs, key=lambda t: t * t) + low * high


@program(args=(num(),), tags="generator twice", reverse="refused")
def generator_taken_up_twice(x):
    items = growing(x, 4)
    s = 0.0
    for v in items:
        s = s + v * v
        if v > 0.5:
            break
    for v in items:
        s = s * v + 1.0
    return s


@program(args=(vec(4), vec(4)), tags="zip twice pitfall_38")
def zip_taken_up_twice(x, y):
    pairs = zip(x, y)
    s = 0.0
    for a, b in pairs:
        s = s + a * b
        if s > -10.0:
            break
    for a, b in pairs:
        s = s * a + b
    return s


@program(args=(vec(8), num()), tags="generator expression unpacking loop branch bound-anew")
def generator_expression_taken_apart(x, h):
    s = 0.0
    for t in range(3):
        z = x * (t + h)
        i, f, *o, g = (z[2 * k : 2 * k + 2] for k in range(4))
        if t > 0:
            s += np.sum(i * f - o[0] * g)
    return s
