"""Classes that keep what they are given in a way of their own: right, or refused; never a cotangent lost."""

import numpy as np
import pytest

import dualad

X = np.array([0.5, 1.2])


class Bare:
    pass


class Tripled:
    def __init__(self):
        self.d = {}

    def __setitem__(self, key, value):
        self.d[key] = value * 3.0

    def __getitem__(self, key):
        return self.d[key]


class Doubled:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2.0 * value)


class Lazy:
    def __init__(self, d):
        self.d = d

    def __getattr__(self, name):
        return self.__dict__["d"][name]


class Number:
    def __init__(self, v):
        self.v = v

    def __rmul__(self, k):
        return Number(self.v * k)

    def __add__(self, other):
        return Number(self.v + other.v)


def attribute_of_a_class(x):
    s = 0.0
    if x[0] < 100:
        for i in range(2):
            Bare.w = x[i] * 2
            s = s + Bare.w * x[1]
    return s


def attribute_of_a_class_by_setattr(x):
    setattr(Bare, "w", x[0] * 2)  # noqa: B010
    return Bare.w * x[1]


def item_by_a_method_of_its_own(x):
    v, s = Tripled(), 0.0
    if x[0] < 100:
        for i in range(2):
            v[i] = x[i]
            s = s + v[i] * v[0]
    return s


def attribute_by_a_method_of_its_own(x):
    o, s = Doubled(), 0.0
    if x[0] < 100:
        for i in range(2):
            o.w = x[i]
            s = s + o.w * x[0]
    return s


def attribute_from_elsewhere(x):
    o, s = Lazy({"w": x[0] * 1.0}), 0.0
    if x[0] < 100:
        for i in range(2):
            o.d["w"] = x[i] * x[0]
            s = s + o.w * x[1]
    return s


def set_of_active_values(x):
    items = [x[0]]
    items.append(x[1])
    found = {items[0] * 2.0}
    kept = [found]
    kept.append(items)
    return sum(found) * items[1]


def live_view_of_a_dict(x):
    d, s = {"a": x[0]}, 0.0
    if x[0] < 100:
        for i in range(2):
            items = d.items()
            d[f"k{i}"] = x[1] * x[0]
            for _, v in items:
                s = s + v * v
    return s


REFUSED = [attribute_of_a_class, attribute_of_a_class_by_setattr, set_of_active_values]


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_what_would_lose_a_cotangent_is_refused(f):
    try:
        with pytest.raises(dualad.DualadError):
            dualad.grad(f)(X)
    finally:
        if hasattr(Bare, "w"):
            del Bare.w


def operators_of_objects(x):
    a, s = Number(x[0]), Number(x[1])
    if x[0] < 100:
        for _ in range(2):
            s = s + 2.0 * a
            a.v = a.v * x[1]
    return s.v * a.v


def view(a, n):
    return np.broadcast_to(a, (2, a.size)) if n == 0 else view(a, n - 1)


def overlapping_view_from_a_callee(x):
    s = 0.0
    if x[0] < 100:
        for i in range(2):
            a = x * (i + 1.0)
            b = view(a, 1)
            a[0] = a[1] * x[0]
            s = s + np.sum(b * b)
    return s


RIGHT = [
    operators_of_objects, overlapping_view_from_a_callee, item_by_a_method_of_its_own,
    attribute_by_a_method_of_its_own, attribute_from_elsewhere, live_view_of_a_dict,
]  # fmt: skip


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_what_is_right_agrees_with_forward_mode(f):
    np.testing.assert_allclose(dualad.grad(f)(X), dualad.jacfwd(f)(X), rtol=1e-12)
