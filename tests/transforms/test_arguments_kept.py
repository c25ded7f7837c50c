"""A derivative leaves its arguments as they were, shares no memory with them, and says the same when asked again."""

import numpy as np
import pytest

from dualad import grad, value_and_grad, vjp


def dot(x):
    return np.dot(x, x)


def matmul(x):
    return x @ x


def sum_of_products(x):
    return np.sum(x * x)


def method(x):
    return x.dot(x)


def scaled_by_one(x):
    return 1.0 * np.dot(x, x) / 1.0


def both(x):
    return x @ x + np.sum(x * x)


def three_times(x):
    return x @ x + x @ x + x @ x


def item_and_product(x):
    return x[0] + x @ x


def largest_and_product(x):
    return np.max(x) + x @ x


def copy_and_itself(x):
    y = x * 1.0
    return y @ y + x @ x


def in_branches(x):
    if x[0] > 0:
        total = x @ x
    else:
        total = 0.0
    return total + x @ x


def in_a_loop(x):
    total = 0.0
    for _ in range(3):
        total = total + x @ x
    return total


def itself(x):
    return np.sum(x)


FUNCTIONS = [
    dot, matmul, sum_of_products, method, scaled_by_one, both, three_times, item_and_product, largest_and_product,
    copy_and_itself, in_branches, in_a_loop, itself,
]


def differences(f, x):
    return np.array([(f(x + step) - f(x - step)) / 2e-6 for step in 1e-6 * np.eye(x.size)])


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("transform", ["grad", "value_and_grad", "vjp"])
def test_arguments_are_kept(f, transform):
    x = np.array([1.0, 2.0, 3.0])
    before = x.copy()
    wanted = differences(f, x)
    if transform == "vjp":
        _, pullback = vjp(f, x)
        calls = [lambda: pullback(1.0)[0]] * 2
    elif transform == "grad":
        calls = [lambda: grad(f)(x)] * 2
    else:
        calls = [lambda: value_and_grad(f)(x)[1]] * 2
    for call in calls:
        gradient = call()
        np.testing.assert_array_equal(x, before)
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6)
        assert not np.shares_memory(gradient, x)
        gradient[:] = np.nan  # the caller's own to change
