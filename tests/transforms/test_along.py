"""`jvp` by source: what dual numbers give, for values, tangents, types and errors; and what goes another way."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import along, jacfwd, jvp
from dualad.errors import DualadTypeError, DualadValueError
from dualad.transforms import _by_duals

X, M = np.array([0.3, -0.7, 1.2]), np.arange(6.0).reshape(2, 3) / 3.0


def straight(x, m):
    y = np.tanh(m @ x)
    return np.sum(y * y) + np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x)


def looped(x, m):
    total = 0.0
    for row in m:
        d = row - x
        total = total + np.sqrt(1.0 + np.dot(d, d))
    return total


def stored(x, m):
    x[1:] *= x[0]
    m[0] += x
    return m, x[::-1], x[0]


def listed(x, m):
    rows = [np.sum(np.sin(m[i]) * x) for i in range(2)]
    return np.array(rows)


def branches(x, m):
    return x * x if x[0] > 0.0 else m[0] * x


def numbers(a, b):
    return a * np.sin(b), a / b


def itself(x, m):
    return x


SERVED = [(f, (X, M)) for f in (straight, looped, stored, listed, branches, itself)] + [(numbers, (0.7, -0.4))]


def moved(args):
    return tuple(x + 0.125 for x in args)


def directions(args):
    rng = np.random.default_rng(0)
    return tuple(rng.normal(size=x.shape) if isinstance(x, np.ndarray) else float(rng.normal()) for x in args)


def leaves(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (list, tuple)) else [tree]


def same(made, wanted):
    for a, b in zip(leaves(made), leaves(wanted), strict=True):
        assert type(a) is type(b)
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.fixture
def by_source(monkeypatch):
    """What `along` was asked, and whether it served."""
    served: list[bool] = []
    usual = along._along

    def counted(*args):
        found = usual(*args)
        served.append(found is not None)
        return found

    monkeypatch.setattr(along, "_along", counted)
    return served


@pytest.mark.parametrize(("f", "args"), SERVED)
def test_same_as_by_dual_numbers(f, args, by_source):
    tangents = directions(args)
    for at in (args, args, args, moved(args), tuple(-x for x in args)):
        kept = [np.copy(x) for x in (*at, *tangents)]
        found = jvp(f, at, tangents)
        same(found, _by_duals(f, at, tangents, False))
        for x, before in zip((*at, *tangents), kept, strict=True):
            np.testing.assert_array_equal(x, before)
    assert by_source[-3:] == [True] * 3


@pytest.mark.parametrize(("f", "args"), SERVED)
def test_results_are_their_own(f, args):
    tangents = directions(args)
    for _ in range(4):
        found = jvp(f, args, tangents)
        arrays = [x for x in leaves(found) if isinstance(x, np.ndarray)]
        for i, a in enumerate(arrays):
            others = [*arrays[:i], *args, *tangents]
            assert not any(np.shares_memory(a, b) for b in others if isinstance(b, np.ndarray))
            assert a.flags.writeable


def test_some_arguments_do_not_move(by_source):
    def f(x, n, name):
        return x**n if name == "power" else x * n

    for _ in range(4):
        same(jvp(f, (X, 3, "power"), (np.ones(3), None, None)), (X**3, 3.0 * X**2))
        same(jvp(f, (X, 3, "times"), (np.ones(3), None, None)), (X * 3, np.full(3, 3.0)))
    assert by_source.count(True) >= 3


# What changes arrays by calls, or merges: known as values alone here, and found by dual numbers.


def sorts(x, m):
    if x[0] > 1.0:
        x.sort()
    return x * np.arange(3.0)


def fills(x, m):
    if x[0] > 1.0:
        m[0].fill(x[1])
    return m * x


def copies(x, m):
    if x[0] > 1.0:
        np.copyto(m, x)
    return m * x


def scales(x, m):
    if x[0] > 1.0:
        np.multiply.at(x, [0, 0], m[1, 1])
    return m * x


def into(x, m):
    if x[0] > 1.0:
        np.multiply(x, m[1], out=x)
    return m * x


def still_changes(x, m):
    scale = np.array([2.0, 1.0, 3.0])
    if x[0] > 1.0:
        scale.sort()
    return x * scale


def merges(x, m):
    d = {"a": x[0]} | {"b": m[1, 1] * x[1]}
    return d["a"] * d["b"]


def view_without_axes(x, m):
    kept = [x[..., 0] * 1.0, np.mean(x)]
    x[0] = m[1, 2]
    return kept[0] * x[1] + kept[1]


@pytest.mark.parametrize(
    "f", [sorts, fills, copies, scales, into, still_changes, merges, view_without_axes], ids=lambda f: f.__name__
)
def test_stores_by_calls(f):
    """The branch that stores is not run by the call that is held against dual numbers."""
    tangents = directions((X, M))
    away = np.array([2.0, 1.5, -0.5])
    for at in (X, X, X, away, X, away):
        same(jvp(f, (at, M), tangents), _by_duals(f, (at, M), tangents, False))
        np.testing.assert_allclose(jacfwd(f)(at, M), jacfwd(lambda x: f(x, M.copy()))(at), rtol=1e-13)  # noqa: B023


def test_what_is_not_finite_goes_by_dual_numbers(by_source):
    def f(x):
        return np.sqrt(x * x)

    at = np.array([1.0, 0.0, 4.0])
    for _ in range(4):
        same(jvp(f, (at,), (np.ones(3),)), (at, np.array([1.0, 0.0, 1.0])))
    assert True not in by_source


def test_warnings_are_the_functions_own():
    def f(x):
        return x * (np.exp(x) > 5.0)

    tame, at = np.array([1.5, 2.0, 3.0]), np.array([2.0, 1000.0, 3.0])
    for _ in range(4):
        jvp(f, (tame,), (X,))
        with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
            jvp(f, (at,), (X,))
        with np.errstate(over="raise"), pytest.raises(FloatingPointError):
            jvp(f, (at,), (X,))
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(jvp(f, (at,), (X,))[1], X)


def test_effects_happen_once():
    seen = []

    def f(x):
        seen.append(1)
        return x * x

    for n in range(1, 5):
        jvp(f, (X,), (X,))
        assert len(seen) == n


def test_errors_are_the_functions_own():
    def f(x):
        if x[0] > 5.0:
            raise KeyError("too large")
        return x * x

    for _ in range(4):
        jvp(f, (X,), (X,))
    with pytest.raises(KeyError, match="too large"):
        jvp(f, (X + 10.0,), (X,))
    for _ in range(2):
        with pytest.raises(DualadValueError):
            jvp(f, (X,), (np.ones(4),))
        with pytest.raises(DualadTypeError):
            jvp(f, (X,), (None, None))
    same(jvp(f, (X,), (np.ones(3, dtype=np.float32),)), (X * X, 2.0 * X))


def test_defaults_that_are_left_out():
    def f(x, scale=2.0):
        return x * scale * scale

    for _ in range(4):
        same(jvp(f, (X, 3.0), (X, 1.0)), (X * 9.0, X * 9.0 + X * 6.0))
    for _ in range(4):
        same(jvp(f, (X,), (X,)), (X * 4.0, X * 4.0))
