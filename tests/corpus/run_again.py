"""Functions that reverse mode runs again for an inner derivative, and what changed meanwhile: put back or refused.

dualad is imported where it is used (see `controlled`).
"""

import collections

import numpy as np

from tests.corpus.base import program, vec

SCALE = 2.0
TABLE = {"scale": 1.0}


class Slots:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Settings:
    shared = [1.0]

    def __init__(self):
        self.scale = 1.0

    def loss(self, y):
        return np.sum(y**2) * self.shared[0]


SETTINGS = Settings()


class Scaled:
    def __init__(self, a):
        self.a = a

    def __call__(self, y):
        return self.of(y) * self.a

    def of(self, y):
        return np.sum(y**2 * TABLE["scale"])


def squares(y):
    return np.sum(y**2 * SCALE)


def squares_as_set(y):
    return np.sum(y**2 * SETTINGS.scale)


def squares_of_new(y):
    return Settings().loss(y)


def inside(value):
    while isinstance(value, list | Slots):
        value = value.value if isinstance(value, Slots) else value[0]
    return value


@program(args=(vec(3),), tags="inner grad global rebound finally")
def global_rebound(x):
    import dualad

    global SCALE
    old, total = SCALE, 0.0
    try:
        for k in range(3):
            SCALE = x[k] * 2
            total += np.sum(dualad.grad(squares)(x) * x)
    finally:
        SCALE = old
    return total


@program(args=(vec(3),), tags="inner grad array in nested lists stored", reverse="refused")
def deep_array_changed(x):
    import dualad

    array = x * 2
    held = [[[[[[[[[[array]]]]]]]]]]
    g = dualad.grad(lambda y: np.sum(inside(held) ** 2 * y))(x)
    array[0] *= 5
    return np.sum(g * x) + array.sum()


@program(args=(vec(3),), tags="inner grad slots", reverse="refused")
def slot_changed(x):
    import dualad

    s = Slots(x[0] * 2)
    g = dualad.grad(lambda y: np.sum(y**2 * s.value))(x)
    s.value = s.value * 5
    return np.sum(g * x) + s.value


@program(args=(vec(3),), tags="inner vjp slots chain", reverse="refused")
def deep_slot_changed(x):
    import dualad

    s = Slots(Slots(Slots(Slots(Slots(Slots(Slots(Slots(x * 1))))))))
    y, pull = dualad.vjp(lambda t: t * inside(s), x)
    inside(s)[0] *= 5
    return pull(x)[0] @ x + y.sum()


@program(args=(vec(3),), tags="inner grad deque", reverse="refused")
def deque_changed(x):
    import dualad

    d = collections.deque([x[0], x[1]])
    g = dualad.grad(lambda y: np.sum(y**2 * d[0]))(x)
    d[0] = d[0] * 5
    return np.sum(g * x) + d[0]


@program(args=(vec(3),), tags="inner grad global dict method __call__", reverse="refused")
def table_restored(x):
    import dualad

    TABLE["scale"] = x[1]
    try:
        g = dualad.grad(Scaled(x[0]))(x)
    finally:
        TABLE["scale"] = 1.0
    return np.sum(g * x)


@program(args=(vec(3),), tags="inner grad global object", reverse="refused")
def settings_restored(x):
    import dualad

    SETTINGS.scale = x[1]
    try:
        g = dualad.grad(squares_as_set)(x)
    finally:
        SETTINGS.scale = 1.0
    return np.sum(g * x)


@program(args=(vec(3),), tags="inner grad class attribute list", reverse="refused")
def class_list_restored(x):
    import dualad

    Settings.shared[0] = x[1]
    g = dualad.grad(squares_of_new)(x) + dualad.grad(SETTINGS.loss)(x)
    Settings.shared[0] = 1.0
    return np.sum(g * x)
