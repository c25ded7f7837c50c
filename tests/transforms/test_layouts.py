"""Arguments that lie in memory in other ways: `reshape` and `ravel` give views of some and copies of others."""

import numpy as np
import pytest

from dualad import grad, hvp, jvp, value_and_grad, vjp
from dualad.layout import copy_alike


def stored_through_reshape(m, x):
    v = m.reshape(-1)
    v[0] = x * x
    return np.sum(m * m) + np.sum(v**3)


def stored_through_ravel(m, x):
    v = m.ravel()
    v[...] *= x
    w = m.T.reshape(-1)
    w[1] = x
    return np.sum(m * m) + np.sum(v**3)


def stored_by_a_helper(m, x):
    def change(v):
        v[0] = x * x
        return np.sum(v)

    return change(m.reshape(-1)) + np.sum(m * m)


WHOLE = np.arange(1.0, 25.0).reshape(4, 6) / 10
LAYOUTS = {
    "C": lambda b: b[:2, :3].copy(),
    "Fortran": lambda b: np.asfortranarray(b[:2, :3]),
    "rows left out": lambda b: b[::2, :3],
    "columns left out": lambda b: b[:2, ::2],
    "backwards": lambda b: b[1::-1, :3],
    "turned": lambda b: b[:3, :2].T,
    "all of some rows": lambda b: b[1:3],
    "broken into axes": lambda b: b.reshape(2, 2, 6)[:, 0, ::3],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fn", [stored_through_reshape, stored_through_ravel, stored_by_a_helper])
def test_views_are_views_where_they_are_without_derivatives(fn, layout):
    def at(h):
        return LAYOUTS[layout](WHOLE + h), 0.7 + h

    value, step = fn(*at(0.0)), 1e-6
    slope = (fn(*at(step)) - fn(*at(-step))) / (2 * step)
    args = at(0.0)
    direction = (np.ones(args[0].shape), 1.0)
    y, g = value_and_grad(fn, (0, 1))(*args)
    z, pull = vjp(fn, *args)
    w, dw = jvp(fn, args, direction)
    again = jvp(grad(fn, (0, 1)), args, direction)
    product = hvp(fn, args, direction, argnums=(0, 1))
    assert y == pytest.approx(value, rel=1e-12)
    assert z == pytest.approx(value, rel=1e-12)
    assert w == pytest.approx(value, rel=1e-12)
    for found in (g, pull(1.0), again[0]):
        assert np.sum(found[0]) + found[1] == pytest.approx(slope, rel=1e-6)
    assert dw == pytest.approx(slope, rel=1e-6)
    up, down = (grad(fn, (0, 1))(*at(h)) for h in (step, -step))
    for k in range(2):
        np.testing.assert_allclose(again[1][k], (up[k] - down[k]) / (2 * step), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(product[k], again[1][k], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_copies_lie_in_memory_as_what_they_are_of(layout):
    array = LAYOUTS[layout](WHOLE)
    copy = copy_alike(array)
    np.testing.assert_array_equal(copy, array)
    assert not np.shares_memory(copy, array)
    for view in (lambda a: a.reshape(-1), lambda a: a.T.reshape(-1), np.ravel, lambda a: np.ravel(a, "F")):
        assert np.shares_memory(copy, view(copy)) == np.shares_memory(array, view(array))


def test_copies_of_what_overlaps_and_of_nothing():
    once = np.broadcast_to(np.arange(3.0), (2, 3))
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(5.0), 3)
    for array in (once, windows, np.zeros((3, 0))[::2], np.array(2.0), np.zeros((1, 4))[:, ::2]):
        np.testing.assert_array_equal(copy_alike(array), array)
        assert copy_alike(array).flags.writeable
