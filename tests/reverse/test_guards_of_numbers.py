"""What is made for integers that a derivative is taken in serves numbers alone."""

import numpy as np
import pytest

from dualad import grad, value_and_grad, vjp


def product(x, a):
    return x * a


OTHERS = {
    "an array": lambda: np.array([0.5, 0.6]),
    "a matrix": lambda: np.array([[0.5, 0.6]]),
    "an array without axes": lambda: np.array(0.5),
    "an array of integers": lambda: np.array([2, 3]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_arrays_after_integers_are_kept_for_the_pullback(name):
    a = np.array([1.0, 2.0])
    vjp(product, 3, a)
    x = OTHERS[name]()
    y, pull = vjp(product, x, a)
    first = [np.copy(c) for c in pull(np.ones(y.shape))]
    x[...] = -977
    for got, want in zip(pull(np.ones(y.shape)), first, strict=True):
        np.testing.assert_array_equal(got, want)


def changed(x, a):
    x += a
    x *= x
    return np.sum(x * a)


@pytest.mark.parametrize("number", [3, np.int64(3), [3, 4][0]])
def test_arrays_after_integers_may_be_stored_into(number):
    a = np.array([1.0, 2.0])
    grad(changed)(number, 2.0)
    grad(changed, (0, 1))(number, a)
    x = np.array([0.5, 0.6])
    y, (dx, da) = value_and_grad(changed, (0, 1))(x, a)
    assert y == pytest.approx(np.sum((np.array([0.5, 0.6]) + a) ** 2 * a))
    np.testing.assert_array_equal(x, [0.5, 0.6])
    np.testing.assert_allclose(dx, 2 * (x + a) * a)
    np.testing.assert_allclose(da, 2 * (x + a) * a + (x + a) ** 2)


def of_many(xs, a):
    return sum([x * x for x in xs]) * a


def test_lists_of_arrays_after_lists_of_integers():
    a = np.array([1.0, 2.0])
    vjp(of_many, [1, 2, 3], a)
    xs = [np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array(5.0)]
    _, pull = vjp(of_many, xs, a)
    xs[0][:] = -977.0
    found, _ = pull(np.ones(2))
    np.testing.assert_allclose(found[0], [2.0, 8.0])
    np.testing.assert_allclose(found[1], [6.0, 16.0])
    assert found[2] == pytest.approx(30.0)
