"""Functions made inside that are handed to others, which call them: solvers, integrators, quadrature."""

import numpy as np

from tests.corpus.base import num, pos, program, vec


def newton(function, slope, x):
    for _ in range(6):
        x = x - function(x) / slope(x)
    return x


def simpson(function, start, end, count):
    width = (end - start) / count
    total = function(start) + function(end)
    for i in range(1, count):
        total += (4 if i % 2 else 2) * function(start + i * width)
    return total * width / 3


def step(rate, y, h):
    first = rate(y)
    return y + h * rate(y + h / 2 * first)


def integrated(rate, y, count):
    for _ in range(count):
        y = step(rate, y, 0.1)
    return y


def halved(function, x):
    while function(x) > 1.0:
        x = x * 0.5
    return x * function(x)


def perhaps(function, x):
    if function is None:
        return x
    return function(x) * 2


def apart(first, second, x):
    return first(x) * second(x) + first(2.0)


@program(args=(pos(), pos()), tags="closure handed lambda loop")
def root_of_a_lambda(a, b):
    return newton(lambda x: x * x - a * b, lambda x: 2 * x, 1.0)


@program(args=(num(), pos()), tags="closure handed lambda loop branch")
def integral_of_a_lambda(p, end):
    return simpson(lambda x: np.exp(-p * x * x) if x < 1.0 else x * p, 0.0, end, 6)


@program(args=(vec(2), vec(2)), tags="closure handed def arrays loop callee of a callee")
def integrated_by_another(theta, y):
    def rate(y):
        return np.array([y[1], -theta[0] * np.sin(y[0])])

    return np.sum(integrated(rate, y, 4)) * integrated(lambda y: y * theta, y, 3)[0]


@program(args=(pos(), pos()), tags="closure handed while")
def as_long_as_it_is_large(x, k):
    return halved(lambda t: t * x * k, 5.0) + perhaps(lambda t: t * x, k) + perhaps(None, k)


@program(args=(num(), num()), tags="closure handed captured variable bound anew loop branch")
def bound_anew_between_the_calls(x, k):
    y = x
    scaled = lambda t: t * y  # noqa: E731
    total = apart(scaled, scaled, k)
    for i in range(3):
        if i:
            y = y * x + i
        total += apart(scaled, lambda t: t * k * i, x)
    y = k
    return total + scaled(x)


@program(args=(num(), num()), tags="closure handed map list stores")
def handed_and_kept(x, k):
    items, total = [x], np.array([x, k])

    def noted(t):
        items.append(t * k)
        total[0] += t
        return len(items) * t * total[0]

    shifted = lambda t: t - x  # noqa: E731
    return apart(noted, shifted, k) + sum(map(shifted, items)) + total[0] * items[-1]


@program(args=(num(), num()), tags="closure handed calls another one")
def one_that_calls_another(x, k):
    def inner(t):
        return t * k

    def outer(t):
        return inner(t) * x if t > 0 else inner(t - x)

    return apart(outer, inner, x) + inner(x)


STRENGTH = 5.0


def by_the_global(x):
    return STRENGTH * x + strengthened(x)


def strengthened(x):
    return 3.0 * x


def factory(STRENGTH):  # noqa: N803
    @program(args=(num(),), tags="closure captured global of the same name callee")
    def captured_of_the_name_of_a_global(x):
        return STRENGTH * x + by_the_global(x)

    return captured_of_the_name_of_a_global


FACTORY = factory(2.0)


@program(args=(num(), num()), tags="function made inside global of the same name callee")
def inner_of_the_name_of_a_global(x, k):
    def strengthened(t):
        return t * k

    return strengthened(x) + by_the_global(x) * strengthened(k)
