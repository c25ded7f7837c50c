"""Products with a literal zero, and with variables that are bound to one: what they get is zero, and has its shape."""

import numpy as np

from tests.corpus.base import num, pos, program, vec


@program(args=(vec(4), vec(4)), tags="zero product")
def sum_of_nothing_and_a_negative(x, y):
    nothing = y * x * 0.0
    return np.sum(nothing) + np.sum(-(y * 2.0))


@program(args=(vec(4), pos(4)), tags="zero product dot max index")
def scalar_product_that_counts_nothing(x, y):
    away = x - np.max(y)
    spread = x * y + np.sum(x * y)
    return np.sum(away) + np.sum(spread) + spread[0] + away.dot(y) * 0.0


@program(args=(vec(4), pos(4)), tags="zero product views")
def quotient_of_nothing(x, y):
    share = np.exp(y) * 0.0 / np.mean(y)
    return np.sum(-x) + np.sum(np.max(x) - x) + y.sum() + share[:, None].sum()


@program(args=(vec(4), vec(4)), tags="zero product where")
def chosen_without_weight(x, y):
    either = np.where(-x > 0.5, np.sum(-x) - x * 0.0, 0.0)
    return np.sum(either) + np.sum(np.sum(-x) - either) + x.dot(y) * 0.0


@program(args=(vec(4), num()), more=[(vec(1), 2.0)], tags="zero product branch loop store")
def weights_that_are_switched_off(x, s):
    off, total = 0.0, 0.0
    for k in range(3):
        if k < 5:
            y = x * s
            y[0] = x[-1] * off
            penalty = off * np.sum(y * y) + np.sum(off * y)
            total = total + np.sum(y - off * x) + penalty + off * (s * off)
    return total


@program(args=(vec(3), num()), tags="zero product helper")
def helpers_without_weight(x, s):
    def weighed(a, weight):
        return np.sum(a * a) * weight

    return weighed(x * s, 0.0) + weighed(x, s) + 0.0 * weighed(s * x, s)


@program(args=(num(), vec(3)), more=[(2.0, vec(1))], tags="power sum loop branch")
def powers_from_the_first(s, x):
    total = 0.0
    for k in range(2):
        if k < 5:
            spread = np.full(3, s * k)
            total = total + np.sum(spread**1) + np.sum(spread) + np.sum((x[k - 1] * np.ones((2, 3))) ** 1.0)
            total = total + np.sum((x + s) ** 1) * s + np.sum(np.power(x * s, 1)) + np.sum((x * s) ** 0)
    return total


@program(args=(num(), vec(3)), tags="inplace rebound loop branch")
def names_bound_to_larger_arrays(s, x):
    total = 0.0
    for k in range(2):
        if k < 5:
            y = s * np.ones((2, 3))
            y *= 2.0
            total = total + y.sum(axis=0) @ x
            z = x * s
            z += x[0]
            total = total + np.mean(z) * k
            y, z = np.ones((4, 3)), np.ones((2, 3, 3))
    return total + np.sum(y) + np.sum(z)


@program(args=(num(), vec(3)), tags="inplace rebound")
def first_array_of_a_name(s, x):
    y = s * np.ones((2, 3))
    y *= x
    rows = y.sum(axis=1, keepdims=True)
    y = np.ones((2, 5))
    return np.sum(rows * y)


@program(args=(num(), vec(3), pos(3)), tags="zero product dot truth")
def scalar_products_of_nothing(s, x, y):
    nothing = x * 0
    if s > 0.0:
        nothing = nothing * s
    kept = (x + -1) * 1.0
    kept += s
    parts = True * np.cumsum(y - x) + np.multiply(x, True) * False
    return np.sum(nothing * y + y) + np.sum(parts) + 2 * np.sum(1 - kept) + nothing.dot(y) * s
