"""Functions that are run again for their derivatives: random numbers, captured variables, effects (pitfalls 10, 40)."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

import dualad
from dualad import DualadError, Unsupported, grad, hessian, jacobian, jacrev, jvp, vjp

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


def steps_in_branches(x, rng):
    total = 0.0
    for k in range(2):
        if k < 5:
            total = total + np.sum(np.where(x > 0, np.sqrt(x), 0.0) * rng.normal(size=3))
    return total


def steps_of_a_global(x, rng):
    return steps_in_branches(x, RNG)


def global_in_branches(x, rng):
    total = 0.0
    for k in range(2):
        if k < 5:
            total = total + np.sum(np.where(x > 0, np.sqrt(x), 0.0) * RNG.normal(size=3))
    return total


@pytest.mark.parametrize("f", [steps_in_branches, steps_of_a_global, global_in_branches])
def test_40_what_is_not_finite_draws_once(f, monkeypatch):
    """The zero among the roots makes the pass with care be run; what was drawn is what it uses."""
    x = np.array([0.0, 1.0, 4.0])
    for derivative in (grad(f), lambda x, rng: vjp(f, x, rng)[1](1.0)[0], dualad.jacfwd(f)):
        used, other = np.random.default_rng(5), np.random.default_rng(5)
        monkeypatch.setitem(globals(), "RNG", used)
        got = derivative(x, used)
        drawn = other.normal(size=3) + other.normal(size=3)
        np.testing.assert_allclose(got, np.array([0.0, 0.5, 0.25]) * drawn)
        assert used.bit_generator.state == other.bit_generator.state


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


def _share_of(ticks):
    def share(x):
        e = np.exp(x * next(ticks))
        return e / np.sum(e)

    return share


@pytest.mark.parametrize("cycle", [(1.0, 2.0, 3.0), (1.0, 2.0)])
def test_what_a_clock_says_is_refused_though_the_sum_of_the_result_is_the_same(cycle):
    def by_pullback(x):
        y, pull = vjp(_share_of(itertools.cycle(cycle)), x)
        return np.sum(pull(X)[0] ** 2)

    def by_tangent(x):
        y, t = jvp(_share_of(itertools.cycle(cycle)), (x,), (X,))
        return np.sum(t**2)

    def by_jacobian(x):
        return np.sum(jacrev(_share_of(itertools.cycle(cycle)))(x) ** 2)

    for f in (by_pullback, by_tangent, by_jacobian):
        with pytest.raises(DualadError, match="gave another result"):
            grad(f)(X)


@pytest.mark.parametrize("change", ["swap", "small", "object"])
def test_what_was_changed_where_sums_do_not_tell_is_refused(change):
    weights = np.arange(1.0, 3001.0)
    if change == "small":
        weights[0] = 1e20
    if change == "object":
        weights = weights.astype(object)

    def share(x):
        e = np.exp(float(weights[2000]) * x)
        return e / np.sum(e)

    _, pull = vjp(lambda x: jacrev(share)(x), X / 9000)
    pull(np.ones((3, 3)))
    weights[2000], weights[2001] = weights[2001], weights[2000]
    with pytest.raises(Unsupported, match="was changed after a derivative of it was taken"):
        pull(np.ones((3, 3)))


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


TRANSFORMED = {
    "derivative": lambda g, a: dualad.derivative(g)(a),
    "derivative of order 2": lambda g, a: dualad.derivative(g, 2)(a),
    "elementwise_grad": lambda g, a: dualad.elementwise_grad(g)(a),
    "taylor": lambda g, a: dualad.taylor(g, 2)(a)[2],
    "taylor along": lambda g, a: dualad.taylor(g, 2, along=a)(a)[2],
    "directional_derivative": lambda g, a: dualad.directional_derivative(g, (a,), (a,), 2),
    "laplacian": lambda g, a: dualad.laplacian(g)(a),
    "jacobian": lambda g, a: dualad.jacobian(g)(a),
    "jacfwd": lambda g, a: dualad.jacfwd(g)(a),
    "jacrev": lambda g, a: dualad.jacrev(g)(a),
    "hessian": lambda g, a: dualad.hessian(g)(a),
    "hvp": lambda g, a: dualad.hvp(g, (a,), (a,)),
    "vhp": lambda g, a: dualad.vhp(g, (a,), 1.0),
    "grad": lambda g, a: dualad.grad(g)(a),
    "value_and_grad": lambda g, a: dualad.value_and_grad(g)(a)[1],
    "linearize": lambda g, a: dualad.linearize(g, a)[1](a),
    "jvp": lambda g, a: dualad.jvp(g, (a,), (a,))[1],
    "vjp": lambda g, a: dualad.vjp(g, a)[1](a)[0],
    "checkpoint": lambda g, a: dualad.checkpoint(g)(a),
}


@pytest.mark.parametrize("name", TRANSFORMED)
def test_transforms_of_functions_that_capture_the_variable_of_a_loop(name):
    """The functions are run again after the loop, when its variable is what it was last."""

    def f(a):
        total = 0.0
        for k in range(3):
            total = total + TRANSFORMED[name](lambda x: x**3 * (k + 1) * a, a)
        return total

    assert dualad.grad(f)(1.2) == pytest.approx(dualad.jvp(f, (1.2,), (1.0,))[1], rel=1e-12)


def test_what_it_changes_is_seen_where_dual_numbers_run_through_it():
    def outer(x):
        kept = x.copy()

        def g(y):
            kept[0] = y[1] * y[2]
            return (kept * y).sum()

        return dualad.grad(g)(x) @ kept

    x = np.array([0.3, 1.2, -0.7])
    for transform in (dualad.grad, dualad.hessian, lambda f: lambda x: dualad.hvp(f, (x,), (x,))):
        with pytest.raises(Unsupported, match="g changes what it has captured"):
            transform(outer)(x)
    assert np.isclose(dualad.jvp(outer, (x,), (x,))[1], (outer(x * 1.0001) - outer(x * 0.9999)) / 2e-4)
