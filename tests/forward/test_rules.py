"""How the rules that are stated in the registry meet dual numbers."""

import math

import numpy as np
import pytest

import dualad
from dualad import forward, registry
from dualad.errors import Unsupported
from tests.forward.helpers import D, check

X = np.array([0.7, -1.2, 2.0])


@pytest.fixture
def declared():
    added = []

    def declare(fn, *rules, **ways):
        added.append(fn)
        return dualad.primitive(fn, *rules, **ways)

    yield declare
    for fn in added:
        registry.remove(fn)


def test_a_user_s_rule_goes_before_the_source(declared):
    def f(x):
        return 2 * x * x

    g = lambda x: f(x) * 3
    assert D(g, 3.0) == 36.0
    declared(f, lambda x: 100.0)
    assert D(g, 3.0) == 300.0
    assert forward.jvp(f, (3.0,), (1.0,)) == (18.0, 100.0)
    registry.remove(f)
    assert D(g, 3.0) == 36.0
    declared(f, lambda x: 1.0)


def test_user_s_rules_at_higher_orders(declared):
    def f(x):
        return math.sin(x)

    declared(f, lambda x: math.cos(x))
    assert D(lambda x: D(f, x), 0.5) == pytest.approx(-math.sin(0.5))
    assert D(lambda x: D(lambda y: D(f, y), x), 0.5) == pytest.approx(-math.cos(0.5))

    def g(x):
        return math.exp(float(x))

    def partial(x):
        table = np.zeros(1)
        table[0] = math.exp(x)
        return table[0]

    declared(g, partial)
    assert D(lambda x: D(g, x), 0.5) == pytest.approx(math.exp(0.5))


def test_general_and_linear_rules(declared):
    def solve(a, b):
        return np.linalg.solve(a, b)

    declared(
        solve,
        jvps=(lambda t, ans, a, b: -solve(a, t @ ans), lambda t, ans, a, b: solve(a, t)),
        vjps=(lambda ct, ans, a, b: 0.0, lambda ct, ans, a, b: 0.0),
    )
    a = np.eye(3) * 2 + 0.3
    check(lambda a, b: solve(a, b), a, X)
    check(lambda b: D(lambda c: solve(a * c[0], c) * c, b), X)

    def twice(x, k=2):
        return x * k

    declared(twice, transposes=(lambda ct, x, k=2: ct * k,))
    check(lambda x: twice(x, k=3) + twice(x), X)
    with pytest.raises(Unsupported, match="argument 1"):
        D(lambda x: twice(1.0, x), 1.0)


def test_stop_gradient():
    assert D(lambda x: x * dualad.stop_gradient(x), 3.0) == 3.0
    np.testing.assert_array_equal(D(lambda x: x * dualad.stop_gradient(x), X), X)

    def f(x):
        b = np.zeros(3)
        b[:] = x
        return dualad.stop_gradient(b) * x + dualad.stop_gradient({"b": [b]})["b"][0] * x

    np.testing.assert_array_equal(D(f, X), 2 * X)

    def g(x):
        w = dualad.stop_gradient(x)
        w[0] = 5.0
        return x

    np.testing.assert_array_equal(D(g, X), np.ones(3))


def test_arguments_by_name():
    check(lambda x: np.sum(a=x) + np.clip(a=x, a_min=-1, a_max=x[2] / 2), X)
    check(lambda x: np.where(x > 0, x, 2 * x) + np.dot(b=x, a=X), X)


def test_sequences():
    check(lambda x: np.concatenate([x, X, [x[0], 2.0]]), X)
    check(lambda x: np.stack((x, X, 2 * x)) + np.vstack([x, x, X]), X)
    check(lambda x: np.block([[x[:, None], np.eye(3)], [np.ones((1, 1)), x[None]]]), X)
    check(lambda x: math.fsum([x[0], 1.0, x[1]]) * math.prod([x[0], x[1], 3]) + math.dist([x[0], 1.0], [2.0, x[2]]), X)
    check(lambda x: np.sum([x, X], axis=0) + np.array([x[0], 1, x[2]]) + np.dot([1.0, x[0], 2.0], x), X)


def test_results_that_are_tuples():
    def f(m):
        sign, log = np.linalg.slogdet(m)
        a, b = np.split(m, [1])
        fraction, whole = np.modf(m)
        return sign * log, a * 2, b, fraction, whole, divmod(m[0, 0], 0.7)

    check(f, np.eye(3) * 2.1 + 0.3)


def test_broadcasting():
    check(lambda x, m, s: (x + m, m * x, s * m, s - x, m / s, np.maximum(m, x), m**s), X, np.eye(3) + 0.5, 1.3)
    check(lambda x: (x[:, None] * x, x[None] - np.ones((2, 1)), np.ones((2, 3)) * x, x * np.float64(2)), X)


def test_zero_dimensional_and_empty_arrays():
    check(lambda x: x * x + np.sin(x), np.array(0.4))
    y, dy = forward.jvp(lambda x: x * 2 + np.sin(x), (np.zeros((0, 2)),), (np.zeros((0, 2)),))
    assert y.shape == dy.shape == (0, 2)
    check(lambda x: np.sum(x[:0]) + x[0], X)


def test_where_a_rule_is_none_an_active_argument_is_refused():
    with pytest.raises(Unsupported, match="no derivative in its argument"):
        D(lambda x: np.where(x, 1.0, x), X)
