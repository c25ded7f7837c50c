"""Cotangents that show whether a partial was finite: where others are not looked at, strong zeros are the same."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

import dualad
from dualad.reverse import programs, witnesses
from tests.fuzz.program import compiled


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def classified(w, b, x, labels):
    z = x @ w + b
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(labels * z, axis=1))


def of_two_arguments(x, y):
    return np.sum(np.sqrt(x)) + np.sum(np.log(y))


def one_shows_both(x, y):
    return np.sum(np.sqrt(x * y) + np.log(x + y))


def hidden_by_a_zero(x, y):
    scale = 0.0
    return np.sum(np.log(x * scale + y))


def of_a_part(x):
    return np.sum(np.log(x[1:])) + x[0]


def in_columns(x, y):
    return np.sum(np.sqrt(x[:, None] + y))


def in_a_loop(x):
    total = 0.0
    for k in range(3):
        total = total + np.sum(np.sqrt(x + k))
    return total


def stored(x):
    y = x * 2.0
    y[0] = 1.0
    return np.sum(np.sqrt(y))


V, W = np.array([0.5, 1.5, 2.0]), np.array([1.0, 2.0, 3.0])
M = np.arange(1.0, 7.0).reshape(2, 3)
CASES = [
    (logsumexp, (V,), ()),
    (classified, (M.T, V[:2], M, M[:, :2]), (1,)),
    (of_two_arguments, (V, W), (0, 1)),
    (one_shows_both, (V, W), (0,)),
    (hidden_by_a_zero, (V, W), (1,)),
    (of_a_part, (V,), None),
    (in_columns, (V, W), (0,)),
    (in_a_loop, (V,), None),
    (stored, (V,), None),
]


@pytest.mark.parametrize(("fn", "args", "shown"), [pytest.param(*case, id=case[0].__name__) for case in CASES])
def test_what_is_looked_at(fn, args, shown):
    gradient = dualad.grad(fn, tuple(range(len(args))))
    gradient(*args)
    (variant, _), *_ = gradient._quick.made.values()
    assert variant.singular
    assert variant.emitted.witnesses == shown


def test_a_number_is_looked_at_by_the_code_itself():
    assert "finite(sum_1_bar)" in dualad.source(dualad.grad(logsumexp), V)
    assert "finite(" not in dualad.source(dualad.grad(of_two_arguments), V, W)


def test_rows_whose_weight_is_zero_add_nothing():
    """The first call remembers, and further ones go the quick way."""

    def f(x, weight):
        s = np.sum(x, axis=1)
        return np.sum(weight * np.log(s))

    x, weight = np.array([[1.0, 3.0], [2.0, 2.0]]), np.array([0.0, 2.0])
    gradient = dualad.grad(f)
    for first in (1.0, 0.0, 1.0, 0.0):
        x[0] = first
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the function's own, of log(0) * 0
            np.testing.assert_array_equal(gradient(x, weight), [[0.0, 0.0], [0.5, 0.5]])


UNARY = ("np.exp({})", "np.log({})", "np.sqrt({})", "np.tanh({})", "-{}", "{} * 2.0", "{} * 0.0", "1.0 / {}", "{}[1:3]")
BINARY = ("{} + {}", "{} - {}", "{} * {}", "{} / {}", "np.where({} > 0.5, {}, 0.0)", "np.maximum({}, {})")
SCALAR = ("np.sum({})", "np.mean({})", "np.max({})", "{}[0]", "{}.sum()", "{}[:, None].sum()", "{}.dot({})")


def drawn(rng):
    """A function of two vectors of some ten statements, with numbers and vectors in between."""
    vectors, numbers, lines = ["x", "y"], [], []
    for k in range(rng.randrange(5, 11)):
        name, pick = f"v{k}", rng.random()
        if pick < 0.3:
            line = rng.choice(SCALAR).format(*rng.choices(vectors, k=2))
            numbers.append(name)
        elif pick < 0.5 and numbers:
            line = rng.choice(BINARY[:4]).format(*rng.sample([rng.choice(vectors), rng.choice(numbers)], 2))
            vectors.append(name)
        elif pick < 0.6 and numbers:
            line = rng.choice(UNARY[:-1]).format(rng.choice(numbers))
            numbers.append(name)
        elif pick < 0.8:
            line = rng.choice(UNARY[:-1]).format(rng.choice(vectors))
            vectors.append(name)
        else:
            line = rng.choice(BINARY).format(*rng.choices(vectors, k=2))
            vectors.append(name)
        lines.append(f"    {name} = {line}")
    last = " + ".join([f"np.sum({v})" for v in vectors[-2:]] + numbers[-2:])
    return "\n".join(["import numpy as np", "def f(x, y):", *lines, f"    return {last}", ""])


BAD = (0.0, 0.0, np.inf, -np.inf, np.nan, 1e308, -1.0)


def poisoned(rng):
    args = np.array([[0.7, 1.2, 0.4, 0.9], [1.1, 0.6, 0.8, 1.3]])
    for _ in range(rng.randrange(1, 3)):
        args[rng.randrange(2), rng.randrange(4)] = rng.choice(BAD)
    return tuple(args)


def results(fn, calls):
    """The gradients of calls by the quick way, after one that is finite."""
    gradient = dualad.grad(fn, (0, 1))
    gradient(np.array([0.7, 1.2, 0.4, 0.9]), np.array([1.1, 0.6, 0.8, 1.3]))
    return [gradient(*args) for args in calls], [v.emitted.witnesses for v, _ in gradient._quick.made.values()]


@pytest.mark.parametrize("block", range(6))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_all_others_are_right_where_those_are_finite(block, monkeypatch):
    """Against gradients of which all are looked at, on arguments with zeros, infinities and NaN in some places."""
    met = 0
    for seed in range(25 * block, 25 * block + 25):
        rng = random.Random(seed)
        fn = compiled(drawn(rng), f"<witnesses {seed}>")
        calls = [poisoned(rng) for _ in range(8)]
        got, shown = results(fn, calls)
        met += any(w is not None for w in shown)
        with monkeypatch.context() as patch:
            patch.setattr(witnesses.Witnesses, "settle", lambda *asked: None)
            programs.clear_cache()
            wanted, shown = results(fn, calls)
            assert all(w is None for w in shown)
        programs.clear_cache()
        np.testing.assert_allclose(got, wanted, rtol=1e-11, err_msg=f"seed {seed}")
    assert met > 5


def test_dual_numbers_are_looked_at_too():
    """Directions through a gradient, in ways that run its code on dual numbers."""
    gradient = dualad.grad(logsumexp)
    p = np.exp(V) / np.sum(np.exp(V))
    expected = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(dualad.jacfwd(lambda x: gradient(x) * 1.0)(V), expected, rtol=1e-12)
    np.testing.assert_allclose(dualad.jacfwd(lambda x: 2.0 * dualad.jvp(gradient, (x,), (V,))[1])(V).shape, (3, 3))
    np.testing.assert_allclose(dualad.hessian(logsumexp)(V), expected, rtol=1e-12)
