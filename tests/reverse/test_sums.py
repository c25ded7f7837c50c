"""Sums of cotangents: by BLAS or by NumPy they are the same to rounding, of every shape, layout and dtype."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import dualad
from dualad.reverse.conforming import LENGTH, ROWS, summed, unbroadcast

SIZES = (1, 3, ROWS + 6, LENGTH + 2)
SHAPES = [s for n in (1, 2, 3) for s in itertools.product(SIZES, repeat=n) if np.prod(s) < 100_000]
DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex128]


def repeated_of(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Shapes that broadcast with a shape."""
    ways = [[()]] + [list(itertools.product(*[{1, n} for n in shape[-k:]])) for k in range(1, len(shape) + 1)]
    return [own for found in ways for own in found]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("order", ["C", "F"])
def test_one_axis(dtype: Any, order: Any) -> None:
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        x = np.asarray(rng.uniform(0.5, 1.0, size=shape), dtype, order=order)
        for axis in range(len(shape)):
            found, wanted = summed(x, axis), x.sum(axis=axis)
            assert np.shape(found) == wanted.shape
            assert found.dtype == wanted.dtype
            np.testing.assert_allclose(found, wanted, rtol=max(shape) * np.finfo(dtype).eps)


@pytest.mark.parametrize("order", ["C", "F"])
def test_what_was_repeated(order: Any) -> None:
    rng = np.random.default_rng(1)
    for shape in SHAPES:
        ct = np.asarray(rng.uniform(0.5, 1.0, size=shape), order=order)
        for own in repeated_of(shape):
            lead = len(shape) - len(own)
            axes = tuple(i for i in range(len(shape)) if i < lead or own[i - lead] == 1)
            found = unbroadcast(ct, shape, own)
            assert np.shape(found) == own
            np.testing.assert_allclose(found, ct.sum(axis=axes).reshape(own), rtol=1e-12)


def test_infinite_and_undefined_numbers_stay() -> None:
    x = np.ones((ROWS, 3))
    x[4, 0], x[5, 1] = np.inf, np.nan
    np.testing.assert_array_equal(summed(x, 0), [np.inf, np.nan, ROWS])
    assert summed(x, 1)[4] == np.inf
    assert np.isnan(summed(x, 1)[5])


def test_equal_rows_tie_as_they_do_in_the_function() -> None:
    # The function's own sums are NumPy's, in whatever rows they are: a tie is shared by all that take part in it.
    def least(centres: Any, points: Any) -> Any:
        difference = points[:, None, :] - centres
        return np.sum(np.min(np.sum(difference * difference, axis=2), axis=1))

    points = np.random.default_rng(2).normal(size=(97, 3))
    centres = np.repeat(np.array([[0.1, 0.2, 0.3]]), 7, axis=0)
    rows = dualad.grad(least)(centres, points)
    np.testing.assert_allclose(rows, np.tile(2 * np.sum(centres[0] - points, axis=0) / 7, (7, 1)), rtol=1e-12)
