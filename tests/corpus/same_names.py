"""One name for several variables: of comprehensions, of functions around them, of modules. Private names of classes."""

import numpy as np

from tests.corpus.base import num, program, vec

scale = 3.0


@program(args=(vec(3),), tags="comprehension global name loop branch")
def comprehensions_over_names_of_globals(x):
    total = 0.0
    for v in x:
        if v > -5.0:
            for k in range(2):
                total = total + sum([scale * v for scale in x]) * scale + k
    pairs = [scale * w for scale, w in zip(x, x[1:])]
    return total + sum(pairs) * scale


@program(args=(vec(3),), tags="generator expression dict comprehension any global name")
def deciding_over_names_of_globals(x):
    ready = any(scale > 1e-9 for scale in x * x)
    named = {scale: w for scale, w in zip("abc", x)}
    return (named["a"] * scale + sum(scale * 2.0 for scale in x) * scale) * (2.0 if ready else 1.0)


@program(args=(vec(3), num()), tags="comprehension nonlocal name closure")
def comprehensions_over_names_that_functions_share(x, s):
    v = s

    def double():
        nonlocal v
        v = v * 2.0
        return [v * w for v, w in [(v, x[0]), (x[1], v)]]

    first = double()
    products = [v * w for v, w in zip(x, x[1:])]
    double()
    return v * sum(products) + first[0] * first[1]


@program(args=(vec(3),), tags="comprehension lambda capture name loop branch")
def functions_that_capture_variables_of_comprehensions(x):
    total = 0.0
    for v in x:
        if v > -5.0:
            made = [lambda u: v * u for v in x]
            given = [(lambda u, v=v: v * u) for v in x]
            called = [(lambda u: v * u)(w) for v, w in zip(x, x[::-1])]
            total = total + made[0](v) + given[0](v) * called[1] + v
    return total


@program(args=(vec(3), num()), tags="assignment chain walrus subscript order")
def values_before_their_places(x, s):
    k, a = 2.0, np.zeros(5)
    a[(k := 3)] = k * s
    a[k] += x[0]
    a[k - 3 : (k := 1)] = k
    (p, q, r) = every = x
    (x, t) = pair = x, s
    return a @ np.arange(5.0) * k + p * q * every.sum() + r * pair[1] * t


@program(args=(vec(2), num()), tags="walrus dict comprehension order")
def keys_before_their_values(x, s):
    last = 0
    table = {last: (last := k) * w for k, w in zip((1, 2), x)}
    return table[0] * s + table[1] * last


__helper = _Account__helper = lambda v: v * 5.0


class Account:
    __rate = 2.0

    def __init__(self, start):
        self.__sum, self.__parts = start, [start * start]

    def add(self, __amount, *, __times=1.0):
        def grown(__by):
            return __by * self.__sum * __times * self.__rate

        self.__sum += __amount
        self.__sum *= self.__sum
        self.__parts[0] += grown(2.0)
        self.__parts += [1.0, __amount]
        del self.__parts[1]
        for __k, __v in enumerate(self.__parts):
            __amount += __v * __k
        return self.__twice(__amount) + __helper((lambda: self.__sum)()) + [__v for __v in self.__parts][-1]

    def __twice(self, __v):
        return 2.0 * __v * self.__parts[0]


@program(args=(vec(3),), tags="class private names augmented lambda method loop branch")
def private_names(x):
    account = Account(x[0])
    total = account.add(x[1])
    for v in x:
        if v > -5.0:
            for k in range(2):
                total = total + 0.01 * np.tanh(account.add(0.1 * v, _Account__times=0.1 + 0.1 * k))
    return total
