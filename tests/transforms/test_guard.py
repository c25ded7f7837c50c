"""nan_guard: the first number that is not finite, with the user's line."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from dualad import DualadError, grad, hvp, jvp, nan_guard, value_and_grad, vjp
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
    with pytest.raises(ZeroDivisionError), nan_guard():
        grad(lambda x: x / 0.0)(1.0)
    assert np.isinf(grad(root)(np.array([0.0]))[0])
