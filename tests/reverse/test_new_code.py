"""Functions that are given new code or default values, as tools that reload modules do."""

import functools

import numpy as np
import pytest

from dualad import grad, value_and_grad, vjp


def product(v, k=2.0, *, w=3.0):
    return v * k * w


def nested(v):
    return product(v) * 2.0


fixed = functools.partial(product, k=5.0)


class Holder:
    def __init__(self, v):
        self.v = v

    @property
    def doubled(self):
        return self.v * 2.0

    @staticmethod
    def tripled(v):
        return v * 3.0

    def __call__(self, v):
        return self.v * v


def squared(v, k=2.0, *, w=3.0):
    return v * v * k + w


def held_squared(self, v):
    self.v = v * v


FUNCTIONS = (
    (lambda x: product(x).sum(), product, squared),
    (lambda x: fixed(x).sum(), product, squared),
    (lambda x: nested(x).sum(), product, squared),
    (lambda x: nested(x).sum(), nested, lambda v: v**3),
    (lambda x: sum(map(product, x)), product, squared),
    (lambda x: Holder(x).v.sum(), Holder.__init__, held_squared),
    (lambda x: Holder(x).doubled.sum(), Holder.__dict__["doubled"].fget, lambda self: self.v**2),
    (lambda x: Holder.tripled(x).sum(), Holder.__dict__["tripled"].__func__, lambda v: v**3),
    (lambda x: Holder(x)(x).sum(), Holder.__call__, lambda self, v: self.v * v**2),
)
X = np.array([0.3, 1.2, -0.7])


@pytest.mark.parametrize(("f", "fn", "new"), FUNCTIONS)
def test_new_code_is_run(f, fn, new):
    derivative, both = grad(f), value_and_grad(f)
    before, old = derivative(X), fn.__code__
    both(X)
    fn.__code__ = new.__code__
    try:
        expected = [(f(X + e) - f(X - e)) / 2e-6 for e in 1e-6 * np.eye(3)]
        for found in (derivative(X), both(X)[1], grad(f)(X), vjp(f, X)[1](1.0)[0]):
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
    finally:
        fn.__code__ = old
    np.testing.assert_array_equal(derivative(X), before)


@pytest.mark.parametrize("f", [lambda x: product(x).sum(), lambda x: nested(x).sum(), lambda x: fixed(x, w=1.0).sum()])
@pytest.mark.parametrize("new", [((7.0,), {"w": 3.0}), ((2.0,), {"w": X}), (([1.0, 2.0, 3.0],), {"w": 1.0})])
def test_new_default_values_are_read(f, new):
    derivative = grad(f)
    derivative(X)
    old = product.__defaults__, product.__kwdefaults__
    product.__defaults__, product.__kwdefaults__ = new
    try:
        expected = [(f(X + e) - f(X - e)) / 2e-6 for e in 1e-6 * np.eye(3)]
        np.testing.assert_allclose(derivative(X), expected, rtol=1e-6, atol=1e-6)
    finally:
        product.__defaults__, product.__kwdefaults__ = old
