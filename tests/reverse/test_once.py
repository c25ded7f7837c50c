"""A function is transformed once for a kind of arguments, at every order."""

from __future__ import annotations

import numpy as np
import pytest
from numpy import errstate

import dualad
from dualad.reverse import variants

X = np.linspace(0.5, 1.5, 3)


def product(x, y):
    return np.sum(x * y * y)


@pytest.fixture
def made(monkeypatch):
    """The functions that are transformed, in order."""
    found = []
    build = variants.build

    def counted(program, *args, **kwargs):
        found.append(program)
        return build(program, *args, **kwargs)

    monkeypatch.setattr(variants, "build", counted)
    return found


@pytest.mark.parametrize("x", [2.0, X, X[:1], X[:, None], X[None], np.ones((1, 1, 3)), np.ones((2, 3))])
def test_once_for_a_kind_of_arguments(made, x):
    for derivative in (
        lambda: dualad.grad(product, argnums=(0, 1))(x, X),
        lambda: dualad.vjp(product, x, X)[1](1.0),
        lambda: dualad.jvp(dualad.grad(product), (x, X), (x, X)),
        lambda: dualad.hvp(product, (x, X), (x, X)),
    ):
        derivative()
        del made[:]
        derivative()
        assert made == []


def quietly(x):
    with errstate(all="ignore"):
        y = x * x
    return y * x


def test_manager_bound_to_another_one(monkeypatch):
    assert dualad.grad(quietly)(2.0) == pytest.approx(12.0)

    class Swallowing:
        def __init__(self, **kwargs):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            return True

    monkeypatch.setitem(globals(), "errstate", Swallowing)
    with pytest.raises(dualad.DualadError, match="bound to another one"):
        dualad.grad(quietly)(2.0)
    dualad.clear_cache()
    assert dualad.grad(quietly)(2.0) == pytest.approx(12.0)


class Ticking:
    """Counts how often it was asked."""

    def __init__(self):
        self.ticks = 0

    def tick(self):
        self.ticks += 1
        return self.ticks


def divides_by_nothing_at_first(x, clock):
    return x / (clock.tick() - 1)


@pytest.mark.parametrize("transform", [dualad.grad, dualad.value_and_grad])
def test_what_the_function_raises_is_raised_without_a_second_run(transform):
    """A second run, for a partial that cannot be computed, would repeat what the function does besides, and succeed."""
    derivative, clock = transform(divides_by_nothing_at_first), Ticking()
    with pytest.raises(ZeroDivisionError):
        derivative(2.0, clock)
    assert clock.ticks == 1
    for _ in range(2):
        derivative(2.0, clock)
    clock.ticks = 0
    with pytest.raises(ZeroDivisionError):
        derivative(2.0, clock)
    assert clock.ticks == 1
