"""Functions that change something and are only kept or looked at, counts that functions and exceptions hold."""

import collections
import math

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(num(), num()), tags="closure list append pop nonlocal dict store", more=[(-0.3, 0.8)])
def tape_of_closures(x, y):
    tape, grads = [], collections.defaultdict(float)

    def mul(a, b, out):
        def back():
            grads[a[0]] += b[1] * grads[out]
            grads[b[0]] += a[1] * grads[out]

        tape.append(back)
        return out, a[1] * b[1]

    a, b = ("a", x), ("b", y)
    c = mul(a, b, "c")
    d = mul(c, a, "d")
    e = mul(d, d, "e")
    grads["e"] = 1.0
    while tape:
        tape.pop()()
    return grads["a"] * grads["b"] + e[1]


@program(args=(vec(3), num()), tags="closure callable getattr setattr deque store loop")
def functions_that_are_looked_at(v, x):
    waiting, a = collections.deque(), v.copy()

    def later(i):
        def run():
            a[i] = a[i] * x + a[0]

        if callable(run) and not hasattr(run, "done"):
            waiting.append(run)
            waiting.appendleft(run)

    for i in range(len(v)):
        later(i)
    while waiting:
        waiting.popleft()()
    return np.sum(a * v)


@program(args=(vec(3), num()), tags="function attribute counter inner loop")
def function_that_counts_its_calls(v, x):
    def weigh(t):
        weigh.calls += 1
        return t * weigh.calls

    weigh.calls = 0
    return sum([weigh(t) for t in v]) * x


class Stop(Exception):
    def __init__(self, epoch, why):
        super().__init__(why)
        self.epoch, self.why = epoch, why


@program(args=(vec(3), num()), tags="exception attribute integer loop while early", more=[(vec(2), -0.4)])
def exception_that_says_when(v, x):
    w, best, least, bad = v.copy(), None, math.inf, 0
    try:
        for epoch in range(8):
            loss = np.sum((w - x) ** 2) + 0.1 * epoch
            if loss < least:
                least, best, bad = loss, w.copy(), 0
            else:
                bad += 1
                if bad == 2:
                    raise Stop(epoch, "worse")
            w -= 0.7 * (w - x)
    except Stop as stop:
        w = best * (1 + 0.01 * stop.epoch) + len(stop.why) * stop.epoch
    return np.sum(w * w) + least


@program(args=(vec(3), num()), tags="outer list nested second order")
def products_with_lists(v, x):
    a, b = np.outer(v, [1.0, x]), np.outer([x, 3.0], v * v)
    return np.sum(a**2) + np.sum(b**3)


@program(args=(vec(3), num()), more=[(vec(3), 0.1)], tags="del branch try nameerror", reverse="refused")
def deleted_on_one_way(v, x):
    w = v * x
    if x < 0.3:
        del w
    try:
        return np.sum(w * w)
    except NameError:
        return np.sum(v)


@program(args=(vec(3), num()), tags="del loop branch continue try")
def deleted_and_bound_again(v, x):
    total = 0.0
    for i in range(3):
        part = v[i] * x
        total += part * part
        if i == 1:
            del part
            continue
        w = part
        del part, w
    try:
        z = total / x
        del total
        if x < 0.3:
            raise ValueError
    except ValueError:
        total = v[0] * 3
    else:
        total = z * x
    return total * v[1]


def stepped(f, y, n=3):
    for _ in range(n):
        y = y - 0.1 * f(y)
    return y


@program(args=(vec(3), num()), more=[(vec(3), 0.1)], tags="function branch handed nameerror try")
def handed_on_where_it_is_made_on_one_way(v, x):
    if x > 0.3:

        def g(t):
            return np.sum(v) * t - x

    try:
        return stepped(g, x) * v[0]
    except NameError:
        return np.sum(v * x)
