"""Further calls go another way than the first one: they give the same, and as freshly."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import grad, jvp, value_and_grad

HELD = np.array([1.0, -2.0, 0.5])
FACTOR = 2.0


def shared(x, y):
    return np.sum(x + y) + np.dot(x, HELD)


def mixed(x, s):
    return s * np.sum(x * x) / (1.0 + s)


def scaled(x):
    return FACTOR * x * x


def rooted(x):
    return np.sum(np.sqrt(x))


class Model:
    def __init__(self, w):
        self.w = w

    @grad
    def __call__(self, x, y):
        return x * x * y * self.w

    loss = grad(lambda self, x, y: x * x * y * self.w, argnums=1)


def test_every_call_gives_the_same_and_owns_it():
    x, y = np.arange(3.0), np.ones(3)
    df = value_and_grad(shared, argnums=(0, 1))
    (value, first), *others = [df(x, y) for _ in range(4)]
    arrays = [HELD, x, y, *first]
    for again, grads in others:
        assert again == value
        for a, b in zip(first, grads, strict=True):
            np.testing.assert_array_equal(a, b)
            assert b.base is None and b.flags.writeable and type(b) is np.ndarray
            assert not any(np.shares_memory(b, known) for known in arrays)
            arrays.append(b)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("argnums", [0, 1, (0,), (1, 0)])
def test_kinds_and_places(dtype, argnums):
    df = grad(mixed, argnums)
    vector, matrix = np.arange(3, dtype=dtype), np.ones((2, 2), dtype)
    for x, s in ((vector, 0.5), (np.float64(2.0), 3), (matrix, np.float32(1.5)), (1.5, 2.0)):
        first, *others = [df(x, s) for _ in range(3)]
        for again in others:
            assert type(first) is type(again)
            pairs = [(first, again)] if not isinstance(argnums, tuple) else list(zip(first, again, strict=True))
            for a, b in pairs:
                assert type(a) is type(b) and getattr(a, "dtype", None) == getattr(b, "dtype", None)
                np.testing.assert_array_equal(a, b)


def test_errors_stay():
    df = grad(mixed)
    for _ in range(3):
        df(HELD, 1.0)
    for args, kwargs in (((HELD,), {}), ((HELD, 1.0, 2.0), {}), ((HELD, 1.0), {"t": 1})):
        with pytest.raises(TypeError):
            df(*args, **kwargs)
    with pytest.raises(TypeError):
        df("no number", 1.0)
    np.testing.assert_array_equal(df(x=HELD, s=1.0), df(HELD, 1.0))


def test_globals_and_code_are_read_live(monkeypatch):
    df = grad(scaled)
    assert [df(3.0) for _ in range(3)] == [12.0] * 3
    monkeypatch.setitem(globals(), "FACTOR", 5.0)
    assert df(3.0) == 30.0
    monkeypatch.setitem(globals(), "FACTOR", np.array(5.0))
    assert df(3.0) == 30.0
    monkeypatch.setattr(scaled, "__code__", mixed_code.__code__)
    assert df(3.0) == 1.0


def mixed_code(x):
    return x + 1.0


def test_clear_cache_makes_functions_anew():
    df = grad(scaled)
    runs = []
    for _ in range(2):
        assert [df(1.0) for _ in range(3)] == [4.0] * 3
        runs.append(df._quick.runs[0])
        dualad.clear_cache()
    assert runs[0] is not runs[1]


def test_methods_and_the_function_itself():
    model, other = Model(2.0), Model(10.0)
    for _ in range(3):
        assert Model.loss(model, 3.0, 1.0) == 12.0
        assert model.loss(3.0, 1.0) == 18.0  # bound: `argnums` counts after `self`
        assert model(3.0, 1.0) == 12.0 and other(3.0, 1.0) == 60.0


def test_results_that_are_not_finite_are_looked_at_again():
    df = grad(rooted)
    x = np.array([1.0, 4.0])
    for _ in range(3):
        np.testing.assert_array_equal(df(x), [0.5, 0.25])
    for _ in range(2):
        with np.errstate(divide="ignore"):
            np.testing.assert_array_equal(df(np.array([1.0, 0.0])), [0.5, np.inf])


def test_dual_numbers_go_the_long_way():
    df = grad(scaled)
    for _ in range(3):
        assert df(1.0) == 4.0
    assert jvp(df, (1.0,), (1.0,)) == (4.0, 4.0)
    assert grad(lambda x: df(x) * x)(1.0) == 8.0


def test_lists_are_asked_for_the_type_of_every_item():
    def weighed(x, xs):
        total = 0.0
        for y in xs:
            total = total + x * y
        return total

    df = grad(weighed)
    xs = [float(i) for i in range(200)]
    for _ in range(3):
        assert df(2.0, xs) == sum(xs)
    for odd in (7, np.float64(7.5), np.float32(7.25), True):
        assert df(2.0, [*xs, odd]) == sum(xs) + odd
    with pytest.raises(dualad.DualadError, match=r"shape \(1,\)"):
        df(2.0, [*xs, np.ones(1)])
