"""Default values of functions made inside: computed once, where the function is made, from whatever is read there."""

import functools

import numpy as np

from tests.corpus.base import num, program, vec

SCALE = 1.5


def counted(fn):
    @functools.wraps(fn)
    def wrapper(*args, step=SCALE, **rest):
        return fn(*args, **rest) * step

    return wrapper


def factor(k):
    return lambda fn: lambda t: fn(t) * k


@program(args=(vec(3),), tags="default computed closure", complex_ok=True)
def defaults_of_items(x):
    def cubic(t, a=x[0] * x[1], *, b=x[2] ** 2):
        return a * t**3 + b * t

    return cubic(1.5) + cubic(0.5, a=2.0) * cubic(x[1], b=x[0])


@program(args=(vec(3),), tags="default closure captured factory", complex_ok=True)
def defaults_of_what_is_captured(x):
    def make(i):
        def scaled(t, a=x[i]):
            return t * a

        return scaled

    made = [make(i) for i in range(3)]
    return made[0](2.0) * made[1](made[2](1.5))


@program(args=(num(), vec(3)), tags="default closure captured number", complex_ok=True)
def defaults_that_are_captured_numbers(k, x):
    def make(i):
        def scaled(t, a=k, *, b=(k * 2.0, x[i])):
            return t * a + b[0] * b[1]

        return scaled

    made = make(1)
    k = k * k
    return made(2.0) * make(0)(k)


@program(args=(vec(4),), tags="default nonlocal counter captured", complex_ok=True)
def default_beside_a_counter(x):
    def make(i):
        def step(t, a=x[i]):
            nonlocal i
            i = i + 1
            return t * a + x[i % 4]

        return step

    made = [make(i) for i in range(3)]
    return sum(f(f(1.5)) for f in made)


@program(args=(vec(4),), tags="default late binding loop lambda def", complex_ok=True)
def early_and_late_in_a_loop(x):
    late, early, named = [], [], []
    for v in x:
        late.append(lambda t: t * v)
        early.append(lambda t, v=v * v: t * v)

        def both(t, *, w=np.sin(v)):
            return t * w + v

        named.append(both)
    total = 0.0
    for f, g, h in zip(late, early, named):
        total = total + f(2.0) + g(3.0) * h(x[1])
    return total


@program(args=(vec(3),), tags="default comprehension lambda clash", complex_ok=True)
def defaults_in_comprehensions(x):
    v = x[0] * 2.0
    squares = [lambda t, v=v: t * v * v for v in x]
    table = {i: (lambda t, a=a * i: t + a) for i, a in enumerate(x)}
    return v * sum(f(2.0) for f in squares) + table[2](table[1](v))


@program(args=(vec(3), num()), tags="default array store buffer", complex_ok=True)
def default_that_is_stored_into(x, k):
    def push(v, history=[x[0], 1.0], buf=x * k):  # noqa: B006
        history.append(v)
        buf[:] = buf * v
        return history

    push(k)
    history = push(x[1])
    return sum(history) + np.sum(push(2.0)) * len(history)


@program(args=(vec(3),), tags="default decorator", complex_ok=True)
def default_of_a_decorated_function(x):
    @counted
    def scaled(t, a=x[1] * 3.0):
        return t * a

    return scaled(x[0]) + scaled(2.0, step=x[2])


@program(args=(vec(3),), tags="default function lambda nested", complex_ok=True)
def default_that_is_a_function(x):
    def smooth(t, by=lambda s, k=x[1]: s * k, power=SCALE * 2):
        return by(t) ** int(power) + by(t, x[2])

    return smooth(x[0]) * smooth(1.0, power=2)


@program(args=(vec(3),), tags="default conditional walrus", complex_ok=True)
def default_by_condition(x):
    def scaled(t, a=(w := x[0] * x[1]) if len(x) > 2 else 0.0, b=-x[2]):
        return t * a + b * w

    return scaled(2.0) * scaled(x[0])


@program(args=(vec(3),), tags="default walrus lambda decorator", complex_ok=True)
def names_bound_in_defaults_and_decorators(x):
    f = lambda t, a=(w := x[0] * x[1]): t * a * w  # noqa: E731

    @factor(u := x[0] + x[2])
    def g(t):
        return t * x[1] * u

    return f(x[2]) * w + g(2.0)


@program(args=(vec(3),), tags="default array map store")
def default_arrays_of_mapped_functions(x):
    held = x.copy()

    def weighted(t, u=held, *, k=x[2]):
        return t * u[0] + np.cos(t) * k

    s = sum(map(weighted, [0.5, 1.5])) + list(map(weighted, [x[1]]))[0]
    held[1] = 3.0
    return s * held[0] * held[1]
