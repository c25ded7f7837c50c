"""Arithmetic of arrays with many tangents at once: its short way beside the usual one, and where it does not apply."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.forward import bundled, spaces

X = np.array([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]])
C = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]])

CASES = {
    "sums": lambda x: x + x.T.T + 2 + C - (1.5 - x) - C + (3 - x) - x,
    "products": lambda x: x * x * C * 2.0 * np.float64(0.5) * (3 * x),
    "quotients": lambda x: x / 2 / np.float64(4.0) / C / (x * x + 1) + 1 / (x * x + 2),
    "powers": lambda x: x**1 + x**2 + x**5 + (x * x + 1) ** -1 + (x * x + 1) ** 0.5 + x**0,
    "signs": lambda x: -x + (+x),
    "broadcast": lambda x: x * x[0] + x[:, :1] - x[0] * C + (x + C[0]) * np.float64(2),
    "layouts": lambda x: (x.T * C.T + np.asfortranarray(C).T - x.T) * x.T,
    "strides": lambda x: x[:, ::2] * C[:, ::2] + x[:, ::-2],
    "no dimensions": lambda x: np.asarray(x[0, 0]) * np.asarray(x[1, 1]) + np.asarray(x[0, 1]) / 3,
    "other dtypes": lambda x: x.astype(np.float32) * 2 + x * np.arange(3) + np.float32(2) * x,
    "complex": lambda x: (x * 1j) * (x + 2j),
    "nothing": lambda x: x[:0] * x[:0] + x[:0],
}


def usual(monkeypatch, run):
    """What is found without the short way."""
    with monkeypatch.context() as patch:
        patch.setattr(spaces, "Arithmetic", lambda count: None)
        return run()


@pytest.mark.parametrize("name", CASES)
def test_both_ways_agree(monkeypatch, name):
    f = CASES[name]
    run = lambda: dualad.jacfwd(f)(X)
    found, want = run(), usual(monkeypatch, run)
    assert found.dtype == want.dtype
    np.testing.assert_allclose(found, want, rtol=1e-13, atol=1e-14)


def test_large_arrays_and_hessians(monkeypatch):
    x = np.linspace(0.5, 1.5, 300)
    f = lambda x: (x * x - 2 * x + x / 3) ** 3 * x
    run = lambda: dualad.jacfwd(lambda t: f(x * t[0] + t[1]))(np.array([1.0, 0.2]))
    np.testing.assert_allclose(run(), usual(monkeypatch, run), rtol=1e-13)
    second = lambda: dualad.hessian(lambda t: np.sum(f(x * t[0] + t[1])))(np.array([1.0, 0.2]))
    np.testing.assert_allclose(second(), usual(monkeypatch, second), rtol=1e-12)


def test_values_that_are_not_finite(monkeypatch):
    for f in (lambda x: x / 0.0, lambda x: x / np.inf, lambda x: (x * np.inf) ** 2, lambda x: x * np.nan + x):
        with np.errstate(all="ignore"):
            run = lambda f=f: dualad.jacfwd(f)(X[0])
            np.testing.assert_array_equal(run(), usual(monkeypatch, run))


def test_results_are_stored_into_and_views_are_seen():
    def f(x):
        y = x + 0.0
        z = x * 2.0
        y[0] = z[1]
        z[:] = y * x
        row = z[1:]
        row += y[1:]
        return z + y

    x = X[0]
    np.testing.assert_allclose(dualad.jacfwd(f)(x), dualad.jacrev(f)(x))
    w = x.copy()
    dualad.jacfwd(f)(w)
    np.testing.assert_array_equal(w, x)


def test_the_short_way_is_taken(monkeypatch):
    taken = []
    of_sum = bundled.Arithmetic._made
    monkeypatch.setattr(bundled.Arithmetic, "_made", lambda self, *args: taken.append(1) or of_sum(self, *args))
    dualad.jacfwd(lambda x: (x * x + x - 2.0) / 2 - x**2 + (1 - x) * C)(X)
    assert len(taken) == 9
