"""Functions that are run again for their derivatives: random numbers, captured variables, effects (pitfalls 10, 40)."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dualad import DualadError, Unsupported, grad, hessian, jacobian, jvp, vjp

RNG = np.random.default_rng(0)
X = np.array([0.3, -0.7, 1.1])


def draw():
    return RNG.normal()


def by_helper(x):
    return x**3 * draw()


def by_legacy(x):
    return x**3 * np.random.rand()


def by_python(x):
    return x**3 * random.random()


def by_argument(x, rng):
    return x**3 * rng.random()


@pytest.mark.parametrize("f", [by_helper, by_legacy, by_python])
def test_40_random_numbers_are_drawn_once_and_replayed(f):
    np.random.seed(0)
    state = random.getstate()
    for second in (
        lambda x: grad(f)(x),
        lambda x: jvp(f, (x,), (1.0,))[1],
        lambda x: vjp(f, x)[1](1.0)[0],
        lambda x: jacobian(f)(x),
    ):
        value, pull = vjp(second, 2.0)
        drawn = value / 12.0
        assert pull(1.0)[0] == pytest.approx(12.0 * drawn)
        assert pull(1.0)[0] == pytest.approx(12.0 * drawn)
    value, pull = vjp(hessian(f), 2.0)
    assert pull(1.0)[0] == pytest.approx(value / 2.0)
    random.setstate(state)


def test_40_generators_go_on_as_after_one_run():
    first, second = np.random.default_rng(3), np.random.default_rng(3)
    value, pull = vjp(lambda x: grad(by_argument)(x, first), 2.0)
    assert pull(1.0)[0] == pytest.approx(value)
    assert value == pytest.approx(12.0 * second.random())
    assert first.random() == second.random()


def test_40_all_columns_of_a_jacobian_draw_the_same():
    rng = np.random.default_rng(1)
    got = hessian(lambda x: np.sum(x**2) * rng.random())(X)
    np.testing.assert_allclose(got, got[0, 0] * np.eye(3), atol=1e-12)


def test_what_a_clock_says_is_refused():
    ticks = iter(range(100))

    def clock():
        return next(ticks)

    def f(x):
        return x * x * clock()

    _, pull = vjp(grad(f), 2.0)
    with pytest.raises(DualadError, match="gave another result"):
        pull(1.0)


def test_what_was_changed_in_place_meanwhile_is_refused():
    weights = X.copy()
    _, pull = vjp(grad(lambda x: np.sum(weights * x**3)), X)
    np.testing.assert_allclose(pull(X)[0], 6 * X * X * X)
    weights[0] = 5.0
    with pytest.raises(Unsupported, match="was changed after a derivative of it was taken"):
        pull(X)


def test_a_captured_variable_is_what_it_was():
    k = 2.0
    _, pull = vjp(grad(lambda x: k * x**3), 1.0)
    k = 7.0
    assert pull(1.0)[0] == 12.0
    assert k == 7.0


def test_a_function_that_changes_what_it_has_captured_is_refused_in_reverse():
    def f(x):
        box = [0.0]

        def g(y):
            box[0] = x * y
            return box[0] * y

        return grad(g)(x) + box[0]

    assert jvp(f, (2.0,), (1.0,))[1] == pytest.approx(12.0)
    with pytest.raises(Unsupported, match="g changes what it has captured"):
        grad(f)(2.0)
