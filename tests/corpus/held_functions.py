"""Functions that objects and containers hold, called where they are held, whose captured variables are active."""

import functools
import types

import numpy as np

from tests.corpus.base import num, program, vec


class Stepper:
    def __init__(self, rate, width=0.1):
        self.rate = rate
        self.width = width
        self.after = []

    def step(self, x):
        return x + self.width * self.rate(x)

    def run(self, x, n):
        for i in range(n):
            if i % 2 == 0:
                x = self.step(x)
                for change in self.after:
                    x = change(x)
        return x


@program(args=(vec(3), num()), tags="object held closure method loop branch")
def object_holds_a_closure(x, k):
    stepper = Stepper(lambda t: np.sin(t) * k)
    stepper.after.append(lambda t: t + k)
    return np.sum(stepper.run(x, 4))


@program(args=(num(), num()), tags="object held partial bound-method namespace")
def objects_hold_callables(x, k):
    inner = Stepper(functools.partial(lambda c, t: t * c, k))
    outer = Stepper(inner.step, k)
    space = types.SimpleNamespace(f=lambda t: t * k * k)
    table = {"f": lambda t: t + k}
    total = 0.0
    for i in range(2):
        if i:
            total = total + outer.step(x) * space.f(x)
        else:
            total = total + table["f"](inner.rate(x))
    return total


class Sequence(dict):
    """A memo of what a rule says of it."""

    def __init__(self, rule):
        self.rule = rule

    def __missing__(self, n):
        found = self[n] = self.rule(self, n)
        return found


@program(args=(num(), num()), tags="dict subclass missing memo closure recursion")
def memo_that_asks_a_rule(a, b):
    terms = Sequence(lambda t, n: a if n == 0 else b if n == 1 else t[n - 1] * 0.5 + t[n - 2])
    return terms[6] * terms[2]
