"""Values in forward mode are those of a plain call, to the last bit."""

from __future__ import annotations

import cmath
import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import dualad

Array = np.ndarray[Any, Any]


def _multiplied(b: Array, z: Array) -> None:
    b[0] *= b[1]
    b *= b[::-1]


def _squared(b: Array, z: Array) -> None:
    b[...] = z
    b **= 2


def _into(b: Array, z: Array) -> None:
    np.multiply(z, z, out=b[::-1])
    np.square(b, b)


def _where(b: Array, z: Array) -> None:
    np.multiply(z, z, out=b, where=z.real > 0)


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "rows": lambda a: a,
    "columns": lambda a: np.asfortranarray(a),
    "transposed": lambda a: a.T,
    "steps": lambda a: a[::2, ::-2],
}


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("change", [_multiplied, _squared, _into, _where])
def test_products_of_complex_numbers_round_in_place_as_numpy_s_do(dtype: Any, layout: str, change: Any) -> None:
    rng = np.random.default_rng(0)
    z = LAYOUTS[layout]((rng.normal(size=(8, 12)) + 1j * rng.normal(size=(8, 12))).astype(dtype))

    def f(z: Array) -> Array:
        b = np.zeros_like(z)
        b[...] = z
        change(b, z)
        return b

    wanted = f(z)
    found, moved = dualad.jvp(f, (z,), (np.ones_like(z),))
    assert found.dtype == wanted.dtype and found.tobytes() == wanted.tobytes()
    if dtype is np.complex128:
        step = 1e-6
        np.testing.assert_allclose(moved, (f(z + step) - f(z - step)) / (2 * step), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 7), (7, 40)])
def test_covariances_round_as_numpy_s_do(shape: tuple[int, int]) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    for options in ({}, {"aweights": np.arange(1.0, 1.0 + shape[1])}, {"bias": True}):

        def f(x: Array, options: Any = options) -> Array:
            return np.cov(x, **options)  # type: ignore[no-any-return]

        wanted = f(x)
        assert dualad.jvp(f, (x,), (x,))[0].tobytes() == wanted.tobytes()
        assert dualad.vjp(f, x)[0].tobytes() == wanted.tobytes()


def test_polar_coordinates_are_numbers_of_python() -> None:
    z, r, phi = np.complex128(0.3 - 1.2j), np.float64(1.3), np.float64(0.7)
    for f, args in ((cmath.polar, (z,)), (cmath.rect, (r, phi))):

        def called(*args: Any, f: Any = f) -> Any:
            return f(*args)

        wanted = f(*args)
        for found in (dualad.jvp(called, args, args)[0], dualad.vjp(called, *args)[0]):
            assert repr(found) == repr(wanted)


def test_numbers_that_outlive_their_derivative_can_be_kept() -> None:
    kept: list[Any] = []

    def f(x: float) -> float:
        kept.append(x * 2.0)
        return x * x

    dualad.jvp(f, (1.5,), (1.0,))
    assert pickle.loads(pickle.dumps(kept[0])) == 3.0 and copy.deepcopy({"a": kept[0]}) == {"a": 3.0}
