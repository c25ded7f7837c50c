"""Nested functions, lambdas, captured variables, functions as values."""

import functools
import math

import numpy as np

from tests.corpus.base import arr, num, program, vec

RATE = 0.3
BUFFER = np.zeros(3)


def integrate(g, a, b, n=4):
    h = (b - a) / n
    s = 0.0
    for i in range(n):
        s = s + g(a + (i + 0.5) * h)
    return s * h


def apply_twice(f, x):
    return f(f(x))


def make_line(a, b):
    def line(t):
        return a * t + b

    return line


def sum_of_buffer():
    return np.sum(BUFFER)


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args):
        return 2.0 * f(*args)

    return wrapper


@doubled
def decorated_square(x):
    return x * x


def adder(amount):
    return lambda x: x + amount


@program(args=(num(), num()), tags="closure inner-function", complex_ok=True)
def inner_function(x, w):
    def g(t):
        return t * w + t * t

    return g(x) * g(w)


@program(args=(num(),), tags="closure inner-function no-capture", complex_ok=True)
def inner_function_without_capture(x):
    def g(t, k=2.0):
        return t * t * k

    return g(x) + g(x, x)


@program(args=(num(), num()), tags="closure lambda pitfall_09", complex_ok=True)
def integral_with_captured_parameter(x, w):
    return integrate(lambda t: t * w + w * w, 0.0, x)


@program(args=(num(), num()), tags="closure lambda rebound pitfall_35", complex_ok=True)
def captured_name_rebound(x, k):
    y = x * k
    g = lambda t: t * y  # noqa: E731
    y = x * x
    return g(2.0) * g(k)


@program(args=(num(), num()), tags="closure lambda default pitfall_35", complex_ok=True)
def default_that_captures(x, k):
    w = x * k
    g = lambda t, w=w: t * w  # noqa: E731
    w = k
    return g(x) * w + g(2.0, k)


@program(args=(num(), num()), tags="closure nonlocal pitfall_35", complex_ok=True)
def nonlocal_accumulator(x, k):
    total = x

    def add(v):
        nonlocal total
        total = total * 0.5 + v
        return total

    a = add(x * k)
    b = add(k * k)
    return total * a + b


@program(args=(num(), num()), tags="closure partial pitfall_35", complex_ok=True)
def partial_application(x, w):
    g = functools.partial(pow_then_add, w)
    return g(x) * functools.partial(pow_then_add, add=x)(x, w)


def pow_then_add(w, x, add=1.0):
    return w * x**2 + add


@program(args=(num(), num()), tags="closure returned", complex_ok=True)
def function_that_was_returned(x, w):
    f = make_line(x, w)
    g = make_line(w * w, f(2.0))
    return f(x) * g(w)


@program(args=(num(), num()), tags="closure nested-two", complex_ok=True)
def closure_in_closure(x, w):
    def outer(a):
        def inner(b):
            return a * b + w

        return inner(a) * inner(x)

    return outer(w) + outer(x * 2.0)


@program(args=(num(), num()), tags="closure loop late-binding", complex_ok=True)
def late_binding_in_loop(x, w):
    fs = []
    for i in range(3):
        fs.append(lambda t: t * w + i)
    s = 0.0
    for f in fs:
        s = s + f(x)
    return s


@program(args=(num(), num()), tags="closure loop branch")
def closure_called_in_loop_in_branch(x, w):
    def step(y, i):
        return y * w + i if i % 2 else y * x

    y = x
    if w > 0:
        for i in range(4):
            y = step(y, i)
    else:
        y = step(y, 1)
    return y


@program(args=(vec(3), num()), tags="closure store captured")
def captured_array_stored(x, k):
    buf = np.zeros(3)

    def put(i, v):
        buf[i] = v * k

    for i in range(3):
        put(i, x[i])
    put(0, buf[1] * buf[2])
    return buf * x


@program(args=(num(), num()), tags="closure recursion", complex_ok=True)
def recursive_inner_function(x, w):
    def go(n):
        if n == 0:
            return x
        return go(n - 1) * w + n

    return go(3)


@program(args=(num(), num()), tags="closure dict", complex_ok=True)
def closures_in_a_dict(x, w):
    ops = {"scale": lambda t: t * w, "shift": lambda t: t + x}
    y = x
    for name in ("scale", "shift", "scale"):
        y = ops[name](y)
    return y


@program(args=(num(), num()), tags="closure twice", complex_ok=True)
def closure_applied_twice(x, w):
    return apply_twice(lambda t: t * t * w, x) + apply_twice(adder(w), x)


@program(args=([0.3, 0.6, 0.9], num()), tags="reduce map sum", complex_ok=True)
def reduce_map_and_sum(xs, w):
    total = functools.reduce(lambda a, b: a * w + b, xs)
    mapped = list(map(lambda v: v * v * w, xs))
    return total + sum(mapped) + sum(v * w for v in xs)


@program(args=(num(),), tags="decorator pitfall_23", complex_ok=True)
def calls_a_decorated_function(x):
    return decorated_square(x) * x


@program(args=(vec(3),), tags="global store pitfall_30")
def global_buffer_stored(x):
    BUFFER[:] = x * x
    s = sum_of_buffer() * x[0]
    BUFFER[:] = 0.0
    return s


@program(args=(num(),), tags="global statement", complex_ok=True)
def global_statement(x):
    global RATE
    kept = RATE
    RATE = x * 2.0
    y = RATE * x
    RATE = kept
    return y


@program(args=(num(), num()), tags="import-inside pitfall_27", complex_ok=True)
def names_of_numpy(x, y):
    from numpy import sin as s

    xp = np
    cosine = xp.cos
    return s(x) * cosine(y) + xp.exp(x)


@program(args=(num(), num()), tags="names pitfall_26", complex_ok=True)
def names_that_ours_might_meet(x, y):
    x_bar = x * y
    y_tape = x_bar + x
    numpy = y_tape * y
    _t0 = numpy * 2.0
    ct = _t0 + x_bar
    pull = ct * y
    ans = pull + y_tape
    x_bar = ans * x_bar
    result = x_bar * ct
    return result + _t0 * numpy


@program(args=(num(), num()), tags="names builtins pitfall_26", complex_ok=True)
def builtin_names_shadowed(x, y):
    sum = x * y
    list = sum + x
    len = list * y
    range = len + sum
    return range * list


@program(args=(vec(3),), tags="builtins", complex_ok=True)
def builtin_sum_min_max(x):
    s = sum(x) + sum([x[0], x[1] * 2.0], x[2])
    return s * x


@program(args=(np.array([0.3, -0.2, 0.9]), 0.4), tags="builtins")
def builtin_min_max_abs(x, k):
    return max(x) * k + min(x[0], k) * abs(x[1]) + max(k, 0.0, x[2]) ** 2 + float(x[0]) * round(2.6) + pow(k, 3)


@program(args=(arr(4), num()), tags="closure comprehension", complex_ok=True)
def comprehension_with_capture(x, w):
    fs = [lambda t, i=i: t * w * i for i in range(3)]
    return sum(f(x[i]) for i, f in enumerate(fs)) * np.sum(x)


@program(args=(num(), num()), tags="walrus", complex_ok=True)
def walrus(x, y):
    s = 0.0
    while (s := s + x * y).real < 3.0:
        y = y + s
    return (z := s * x) * z + y


@program(args=(num(),), tags="math import")
def inner_function_of_math(x):
    def bell(t):
        return math.exp(-t * t)

    return integrate(bell, 0.0, x) * bell(x)


@program(args=(num(), vec(3)), tags="nonlocal closure never called")
def shared_and_never_bound(x, a):
    def same(t):
        nonlocal x, a
        return t

    def other():
        nonlocal x
        x = 3.0

    if x > 5.0:
        other()
    return x * same(x) * np.sum(a * a)


# Parameters that inner functions share, bound to something else


@program(args=(vec(3),), tags="closure nonlocal")
def shared_parameter_becomes_a_number(x):
    def scale(k):
        nonlocal x
        x = x * k

    x = np.sum(x * x)
    scale(2.0)
    return x


@program(args=(vec(3),), tags="closure nonlocal")
def shared_parameter_is_summed_inside(x):
    def total(k):
        nonlocal x
        x = np.sum(x * k)

    x[0] = x[1] * x[2]
    total(3.0)
    return x


@program(args=(vec(3), num(0.5)), tags="closure nonlocal loop branch")
def shared_parameter_in_a_loop(x, y):
    def step():
        nonlocal x
        x = np.sin(x) * y

    for i in range(3):
        if i != 1:
            x = x * x
            step()
    return np.sum(x)


@program(args=(num(-0.5), vec(2)), tags="closure nonlocal")
def shared_parameter_is_another_one(x, b):
    m = np.outer(np.array([x, 0.5, 0.5]), b)
    x *= m[-3, 0]
    b = x

    def never(t):
        nonlocal b
        b = t

    return b


def _rebinding(a, k):
    def change():
        nonlocal a
        a = a * k

    a = a @ a
    change()
    return a


@program(args=(vec(3), num(0.5)), tags="closure nonlocal callee")
def shared_parameter_of_a_callee(x, y):
    y = y * _rebinding(x, y)
    return y + _rebinding(x * 2, y) + np.sum(x)
