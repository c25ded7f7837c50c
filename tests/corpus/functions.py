"""Calls of other Python functions: defaults, keywords, recursion, helpers that store, higher-order, globals."""

import math
import operator

import numpy as np

from tests.corpus.base import mat, num, program, vec

GAIN = 1.7
TABLE = np.array([0.5, 1.5, -0.5, 2.0])


def square(x):
    return x * x


def affine(x, a=2.0, b=1.0):
    return a * x + b


def branchy(x, y):
    if x > y:
        return x * y
    z = x + y
    return z * z


def pair_of(x, y):
    return x * y, x - y


def term(x, i):
    return x[i] * x[i + 1]


def scaled(x, *, factor):
    return x * factor


def first_positive(x, k):
    for v in x:
        if v > 0:
            return v * k
    return k


def fill_rest(y, k):
    y[1:] = y[:-1] * k


def add_into(y, x):
    y += x


def bump(y, i, by):
    y[i] += by
    return y[i] * by


def fresh_or_same(x, k):
    if k > 0:
        return x
    return x * 2.0


def tail(y):
    return y[1:]


def nothing(x):
    x * x


def quadrature(g, a, b, n):
    h = (b - a) / n
    s = 0.5 * (g(a) + g(b))
    for i in range(1, n):
        s = s + g(a + i * h)
    return s * h


def compose(f, g, x):
    return f(g(x))


@program(args=(num(),), tags="call", complex_ok=True)
def call_once(x):
    return square(x) + x


@program(args=(num(),), tags="call nested", complex_ok=True)
def call_of_call(x):
    y = square(square(x) + square(1.5))
    return affine(y) * square(affine(x))


@program(args=(num(), num()), tags="call default keyword", complex_ok=True)
def defaults_and_keywords(x, y):
    a = affine(x, y)
    b = affine(x, b=y)
    c = affine(b=x, a=a, x=y)
    return a * b + c * scaled(x, factor=y)


@program(args=(0.7, 0.4), more=[(0.4, 0.7)], tags="call branch return")
def call_with_branches(x, y):
    a = branchy(x, y)
    b = branchy(y, x)
    return a * b + branchy(a, b)


@program(args=(num(), num()), tags="call tuple-result", complex_ok=True)
def call_that_returns_a_pair(x, y):
    a, b = pair_of(x, y)
    c = pair_of(a, b)
    return c[0] * a + c[1]


@program(args=(vec(6),), tags="call loop getitem pitfall_32", complex_ok=True)
def helper_reads_in_a_loop(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + term(x, i)
    return s


@program(args=(mat(3, 3),), tags="loop getitem-chain pitfall_32", complex_ok=True)
def chained_reads_in_a_loop(a):
    s = 0.0
    for i in range(3):
        for j in range(3):
            s += a[i][j] * a[j][i]
    return s


@program(args=(vec(4), num()), tags="call loop return")
def helper_returns_from_a_loop(x, k):
    return first_positive(x, k) * first_positive(-x, k * k)


def factorial_like(x, n):
    if n == 0:
        return 1.0
    return factorial_like(x, n - 1) * (x + n)


@program(args=(num(), 4), more=[(num(), 0)], tags="call recursion", complex_ok=True)
def recursion(x, n):
    return factorial_like(x, n) * x


@program(args=(num(), 5), tags="call recursion self", complex_ok=True)
def self_recursion(x, n):
    if n <= 1:
        return x
    return self_recursion(x * 0.9, n - 1) + self_recursion(x, n - 2) * x


def is_even_weighted(x, n):
    if n == 0:
        return x
    return is_odd_weighted(x * 0.8, n - 1) * 1.5


def is_odd_weighted(x, n):
    if n == 0:
        return x * x
    return is_even_weighted(x + 0.1, n - 1) + x


@program(args=(num(), 5), tags="call recursion mutual", complex_ok=True)
def mutual_recursion(x, n):
    return is_even_weighted(x, n) * is_odd_weighted(x, n - 1)


@program(args=(vec(4),), tags="call recursion slices", complex_ok=True)
def sum_by_halves(x):
    n = len(x)
    if n == 1:
        return x[0] * x[0]
    h = n // 2
    left = sum_by_halves(x[:h])
    return left * sum_by_halves(x[h:]) + left


@program(args=(num(), num()), tags="call higher-order", complex_ok=True)
def function_as_argument(a, b):
    return quadrature(square, a, b, 4) + quadrature(affine, 0.0, a, 3)


@program(args=(num(),), tags="call higher-order numpy", complex_ok=True)
def numpy_function_as_argument(x):
    return compose(np.sin, np.exp, x) + compose(square, np.tanh, x)


@program(args=(num(),), tags="call higher-order loop list", complex_ok=True)
def functions_in_a_list(x):
    y = x
    for f in [square, affine, np.sin]:
        y = f(y)
    return y


@program(args=(num(), "sq"), more=[(num(), "sin")], tags="call dict dispatch")
def functions_in_a_dict(x, name):
    table = {"sq": square, "sin": math.sin}
    return table[name](x) * x


@program(args=(num(), num()), tags="call loop carried")
def calls_in_loop_in_branch(x, y):
    if x > 0:
        for i in range(4):
            if i % 2 == 0:
                x = branchy(x * 0.6, y)
            else:
                y = square(y) * 0.5 + x
    return x * y


@program(args=(vec(3),), tags="global", complex_ok=True)
def reads_globals(x):
    return x * GAIN + np.sum(x) * TABLE[:3]


@program(args=(vec(4),), tags="global array alias", complex_ok=True)
def reads_global_array(x):
    s = 0.0
    for i in range(len(TABLE)):
        s = s + TABLE[i] * x[i] ** 2
    return s * TABLE


@program(args=(vec(4), num()), tags="call store parameter pitfall_05")
def callee_stores_into_local(x, k):
    y = x * 2.0
    fill_rest(y, k)
    return y * x


@program(args=(vec(4), vec(4)), tags="call augmented parameter pitfall_05")
def callee_adds_into_local(x, v):
    y = x * v
    add_into(y, v)
    add_into(y, y)
    return y * y


@program(args=(vec(4), num()), tags="call store parameter pitfall_06")
def callee_stores_into_argument(x, k):
    fill_rest(x, k)
    return np.sum(x * x)


@program(args=(vec(4), num()), tags="call store loop branch pitfall_05")
def callee_stores_in_a_loop(x, k):
    y = x * 1.0
    s = 0.0
    for i in range(4):
        if i != 2:
            s = s + bump(y, i, k * y[i - 1])
    return y * s


@program(args=(vec(4), num()), tags="call view parameter pitfall_05")
def callee_stores_into_a_view(x, k):
    y = x * 1.0
    fill_rest(y[1:], k)
    add_into(y[::2], x[:2])
    return y


@program(args=(vec(4), 0.5), more=[(vec(4), -0.5)], tags="call result-aliases pitfall_29")
def callee_may_return_its_argument(x, k):
    a = x * k
    y = fresh_or_same(a, k)
    y[0] *= 2.0
    return a * y


@program(args=(vec(4), num()), tags="call result-view pitfall_29")
def callee_returns_a_view(x, k):
    y = x * x
    t = tail(y)
    t[0] = k
    return y * x


@program(args=(vec(4), num()), tags="call result-stored pitfall_29")
def result_of_callee_stored(x, k):
    y = np.exp(x * k)
    z = square(y)
    z[0] *= 2.0
    y[1] = 0.0
    return z * x + y


@program(args=(vec(4),), tags="call argument-stored-after pitfall_29")
def argument_of_callee_stored_after(x):
    a = x * 1.0
    y = square(a)
    a[0] = 0.0
    a *= x
    return y * a


@program(args=(num(),), tags="call none-result expression-statement", complex_ok=True)
def call_whose_result_is_dropped(x):
    nothing(x)
    square(x)
    return x * x


@program(args=(num(), 3), tags="call helper-with-branches loop while", complex_ok=False)
def newton_by_helpers(x, n):
    y = 1.0
    for _ in range(n):
        y = y - (square(y) - x) / affine(y, a=2.0, b=0.0)
    return y


@program(args=(vec(3),), tags="call starred", complex_ok=True)
def starred_arguments(x):
    a, b = pair_of(*x[:2])
    opts = {"a": x[2], "b": b}
    return affine(a, **opts)


def total_of(*parts, scale=1.0, **named):
    s = 0.0
    for p in parts:
        s = s + p * scale
    for name, value in named.items():
        s = s * value if name == "times" else s + value
    return s


@program(args=(num(), num()), tags="call varargs kwargs", complex_ok=True)
def variadic_helper(x, y):
    return total_of(x, y, x * y, scale=y) + total_of(x, times=y, plus=x) + total_of()


def positional_only(x, y, /, z=0.5, *, w):
    return x * y - z * w


@program(args=(num(), num()), tags="call positional-only keyword-only", complex_ok=True)
def helper_of_every_parameter_kind(x, y):
    return positional_only(x, y, w=x) * positional_only(y, x, y, w=2.0)


@program(args=(num(), num(), num()), tags="default keyword-only", complex_ok=True)
def program_with_defaults(x, y=2.0, z=3.0, *, k=1.5, flag=True):
    return x * y + z * k if flag else x


def with_docstring(x):
    """Squares, in words."""
    # and a comment
    return x**2


def annotated(x: float, n: int = 2) -> float:
    y: float = x * n
    unset: int  # noqa: F842
    return y


@program(args=(num(),), tags="call docstring annotation", complex_ok=True)
def documented_and_annotated(x: float) -> float:
    """A program with words in it."""
    y: float = with_docstring(x)
    return annotated(y) + annotated(x, n=3)


class Holder:
    def __init__(self, value, inner=None):
        self.value = value
        self.inner = inner

    def times(self, k):
        return self.value * k


@program(args=(vec(4),), tags="operator itemgetter attrgetter methodcaller loop branch")
def getters_of_the_operator_module(x):
    holder = Holder(x[0] * 2, Holder(x[1]))
    s = 0.0
    for k, get in enumerate((operator.itemgetter(0), operator.itemgetter(slice(1, 3)), operator.itemgetter([1, 1, 2]))):
        if k != 1:
            s = s + np.sum(get(x) ** 2)
        else:
            s = s * np.sum(get(x))
    u, v = operator.attrgetter("value", "inner.value")(holder)
    first, last = operator.itemgetter(0, 3)(x)
    s += sum(map(operator.attrgetter("value"), [holder, holder.inner])) * operator.methodcaller("times", 3.0)(holder)
    return s + u * v * first + last
