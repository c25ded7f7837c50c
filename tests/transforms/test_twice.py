"""Gradients inside differentiated functions: their pullbacks by source give what those by dual numbers give."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import grad, hessian, jacfwd, jvp, registry, twice, vjp
from dualad.errors import Unsupported

A = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])
WEIGHT = 1.5
X, Y = np.array([0.3, 0.7, 0.2]), np.array([1.0, -0.4, 0.6])


def smooth(y, x):
    return np.sum(np.sin(y) * x) + np.dot(y, y) * np.exp(-np.dot(x, x))


def looped(y, x):
    total = 0.0
    for i in range(3):
        d = y - x * i
        total = total + 1.0 / np.sqrt(1.0 + np.dot(d, d))
    return total


def stored(y, x):
    z = y * x
    for i in range(2):
        z[i] = z[i + 1] * np.sin(y[i])
    return np.sum(z * x)


def of_floats(a, b):
    return a * a * b + np.sin(a * b)


def weighted(y, x):
    return WEIGHT * np.sum(np.sin(y) * x * y)


def descent_by(f):
    def descent(x, y):
        slope = grad(f)
        for _ in range(3):
            y = y - 0.1 * slope(y, x)
        return np.sum(y * y)

    return descent


def changed_in_place(x, y):
    """What the gradient was taken at, and what it gave, are changed before it is pulled back."""
    slope = grad(smooth)
    y = y.copy()
    g = slope(y, x)
    h = slope(x, y)
    y *= 2.0
    g *= y
    return np.sum(g * h)


def both(x, y):
    dy, dx = grad(smooth, (0, 1))(y, x)
    return np.sum(dy * dx * x) + np.sum(grad(smooth, (1,))(y, x)[0])


def of_numbers(x, y):
    total = 0.0
    for k in range(3):
        total = total + grad(of_floats)(float(k) + x, y) * grad(of_floats, 1)(y, x)
    return total


ways = pytest.mark.parametrize(
    ("f", "inner", "args"),
    [
        (descent_by(smooth), smooth, (X, Y)),
        (descent_by(looped), looped, (X, Y)),
        (descent_by(weighted), weighted, (X, Y)),
        (changed_in_place, smooth, (X, Y)),
        (both, smooth, (X, Y)),
        (of_numbers, of_floats, (0.7, -0.4)),
    ],
)


@pytest.fixture(autouse=True)
def forgotten():
    twice.forget()


@ways
def test_same_as_by_dual_numbers(f, inner, args):
    for argnums in ((0,), (1,), (0, 1)):
        wanted = jacfwd(f, argnums)(*args)
        for _ in range(3):
            found = grad(f, argnums)(*args)
            for a, b in zip(found, wanted, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
                assert type(a) is type(args[0])
    assert twice.ways_of(inner)


def test_which_way_is_gone():
    for inner, is_swept in ((smooth, True), (looped, True), (stored, False)):
        f = descent_by(inner)
        for _ in range(2):
            grad(f)(X, Y)
        assert [way.is_swept for way in twice.ways_of(inner)] == [is_swept]


@ways
def test_higher_orders(f, inner, args):
    grad(f)(*args)
    wanted = jacfwd(jacfwd(f))(*args)
    for _ in range(2):
        np.testing.assert_allclose(jacfwd(grad(f))(*args), wanted, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(hessian(f)(*args), wanted, rtol=1e-11, atol=1e-13)
    y, pull = vjp(f, *args)
    (push,) = jvp(lambda ct: pull(ct)[0], (y,), (type(y)(1.0),))[1:]
    np.testing.assert_allclose(push, grad(f)(*args), rtol=1e-12)


def test_globals_that_change_in_between(monkeypatch):
    f = descent_by(weighted)
    for _ in range(2):
        grad(f)(X, Y)

    (way,) = twice.ways_of(weighted)
    way.is_swept = False  # by tangents, which runs the function again
    _, pull = vjp(f, X, Y)
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "WEIGHT", 3.0)
        with pytest.raises(Unsupported, match="was run again"):
            pull(1.0)
    assert np.all(np.isfinite(pull(1.0)[0]))


def at_a_kink(y, x):
    return np.sum(np.where(x > 0.0, np.sqrt(np.abs(x)), 0.0) * y * y)


def test_strong_zeros():
    def f(x, y):
        return np.sum(grad(at_a_kink)(y, x))

    x = np.array([1.0, 0.0, 4.0])
    for _ in range(3):
        np.testing.assert_allclose(grad(f, 1)(x, Y), [2.0, 0.0, 4.0])
        np.testing.assert_allclose(grad(f, 0)(np.array([1.0, 4.0, -1.0]), Y), [1.0, -0.2, 0.0], atol=1e-15)


def reads_array(y, x):
    return np.dot(y, A @ x) * np.dot(y, y)


def test_functions_that_read_arrays_go_the_usual_way():
    f = descent_by(reads_array)
    for _ in range(3):
        np.testing.assert_allclose(grad(f)(X, Y), jacfwd(f)(X, Y), rtol=1e-12)
    assert not twice.ways_of(reads_array)


def square(x):
    return x * x


def calls_square(y, x):
    return np.sum(square(y) * x)


def test_functions_with_rules_of_users_go_the_usual_way():
    f = descent_by(calls_square)
    dualad.primitive(square, lambda ans, x: 2.0 * x)
    try:
        for _ in range(3):
            np.testing.assert_allclose(grad(f)(X, Y), jacfwd(f)(X, Y), rtol=1e-12)
        assert not twice.ways_of(calls_square)
    finally:
        registry.remove(square)


def test_overridden_rules_are_obeyed():
    f = descent_by(smooth)
    for _ in range(3):
        plain = grad(f)(X, Y)
    with dualad.override(np.sin, lambda x: 3.0 * np.cos(x)):
        other = grad(f)(X, Y)
        np.testing.assert_allclose(other, jacfwd(f)(X, Y), rtol=1e-12)
    assert np.max(np.abs(other - plain)) > 0.1
    np.testing.assert_array_equal(grad(f)(X, Y), plain)


def singular(p, q):
    return (p * p) ** 0.5 * q + q * q


def test_numbers_of_pythons_that_are_divided_by_zero():
    def f(x, y):
        s = 0.0
        for i in range(2):
            if i:
                s = s + grad(singular, (0, 1))(x, y)[1] * y
        return s

    for _ in range(2):
        assert grad(f, 1)(2.0, 3.0) == 14.0
        with np.errstate(all="ignore"):  # in x it is at a kink
            assert grad(f, 1)(0.0, 3.0) == 12.0


def with_default(y, x, scale=2.0):
    return scale * np.sum(np.sin(y) * x)


def test_defaults_that_are_left_out():
    def f(x, y):
        return np.sum(grad(with_default)(y, x, 3.0)) + np.sum(grad(with_default)(y, x))

    for _ in range(4):
        np.testing.assert_allclose(grad(f)(X, Y), jacfwd(f)(X, Y), rtol=1e-12)
