"""nan_guard: the first number that is not finite, with the user's line."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from dualad import DualadError, derivative, grad, hvp, jacfwd, jvp, laplacian, nan_guard, taylor, value_and_grad, vjp
from dualad.control import NonFiniteError


def root(x):
    y = np.sqrt(x)
    return np.sum(y)


def logarithm(x):
    z = x * 2.0
    w = np.log(z - 4.0)
    return np.sum(w)


def growing(x):
    t = x
    for _ in range(400):
        t = t * 10.0
    return t


def helped(x):
    return logarithm(x) + root(x)


def stated(x):
    best = np.inf
    for i in range(2):
        best = min(best, x[i] * x[i])
    return best + np.sum(np.where(x > 0, x, 0.0))


def divided(x):
    return x / 0.0


def one_line(x): return min((x * 1e200) * 1e200, 1.0)  # fmt: skip


hidden = lambda x: 1 / ((x * 1e200) * 1e200)
of_constants = lambda x: x + min(1e200 * 1e200 * float(x > 0), 3.0)


def by_test(x):
    if x * 1e200 * 1e200 > 3.0:
        return x
    return 2 * x


def not_computed(x):
    bound = 1e200
    return x if bound > 1.0 or bound * bound > 1.0 else bound * bound * x


def caught(run):
    with pytest.raises(NonFiniteError) as found, nan_guard():
        run()
    assert isinstance(found.value, DualadError)
    assert 'test_guard.py", line' in str(found.value)
    return str(found.value)


def test_a_cotangent():
    message = caught(lambda: grad(root)(np.array([0.0, 1.0])))
    assert "a cotangent" in message
    assert "y = np.sqrt(x)" in message
    assert "y: array of shape (2,), from 0 to 1" in message
    assert "y = np.sqrt(x)" in caught(lambda: vjp(root, np.array([0.0]))[1](1.0))


def test_a_value():
    message = caught(lambda: value_and_grad(logarithm)(np.array([1.0, 3.0])))
    assert "a value" in message
    assert "w = np.log(z - 4.0)" in message
    assert "from -2 to 2" in message
    assert "a value of `t`" in caught(lambda: growing(2.0))
    assert "w = np.log(z - 4.0)" in caught(lambda: helped(np.array([1.0])))
    assert "w = np.log(z - 4.0)" in caught(lambda: value_and_grad(helped)(np.array([1.0])))


def test_a_tangent():
    message = caught(lambda: jvp(root, (np.array([0.0]),), (np.array([1.0]),)))
    assert "a tangent of `y`" in message
    assert "y = np.sqrt(x)" in message
    assert "is not finite" in caught(lambda: hvp(root, (np.array([0.0]),), (np.array([1.0]),)))


def test_finite_numbers_pass_and_stated_infinities_too():
    before, settings = sys.gettrace(), np.geterr()
    x = np.array([1.0, 4.0])
    with nan_guard():
        np.testing.assert_allclose(grad(root)(x), 0.5 / np.sqrt(x))
        np.testing.assert_allclose(grad(stated)(x), [3.0, 1.0])
        assert jvp(growing, (1e-300,), (1e-300,))[0] == pytest.approx(1e100)
    assert sys.gettrace() is before
    assert np.geterr() == settings
    assert np.isinf(grad(root)(np.array([0.0]))[0])


def test_it_is_off_after_an_error():
    assert "x_bar = 1.0 / 0.0" in caught(lambda: grad(lambda x: x / 0.0)(1.0))
    with pytest.raises(ZeroDivisionError), nan_guard():
        jvp(divided, (1.0,), (1.0,))
    assert np.isinf(grad(root)(np.array([0.0]))[0])


@pytest.mark.parametrize("f", [one_line, hidden, of_constants, by_test])
def test_what_a_line_gives_no_name_to(f):
    """Python's floats overflow in silence."""
    for run in (lambda: jvp(f, (1.5,), (1.0,)), lambda: value_and_grad(f)(1.5), lambda: taylor(f, 2)(1.5)):
        assert "e+200 * 1e+200" in caught(run)


def test_what_may_not_be_computed_is_left_alone():
    with nan_guard():
        assert jvp(not_computed, (1.5,), (1.0,)) == (1.5, 1.0)
        assert value_and_grad(not_computed)(1.5) == (1.5, 1.0)


@pytest.mark.parametrize("transform", [lambda f: taylor(f, 3), lambda f: derivative(f, 2), jacfwd, laplacian])
def test_many_tangents(transform):
    message = caught(lambda: transform(lambda x: np.sum(np.sqrt(x)))(np.array([0.0, 1.0])))
    assert "np.sum(np.sqrt(x))" in message


def test_functions_inside_emitted_ones():
    def f(x):
        return (lambda t: t * 1e200 * 1e200)(x) * 0  # noqa: PLC3002

    assert "in t * 1e+200 * 1e+200" in caught(lambda: value_and_grad(f)(1.5))
