"""Work by columns gives what NumPy gives, to the bit: values of a function may be compared with each other."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

from dualad import columns
from dualad.columns import BLOCK, LENGTH, ROWS

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex128, np.int32, np.bool_]
LENGTHS = [1, 2, 3, 5, 7, 8, 9, 11, LENGTH, LENGTH + 1]


def drawn(shape: tuple[int, ...], dtype: Any, order: Any = "C") -> Any:
    """Numbers of many sizes, with zeros of either sign and repeated ones among them."""
    rng = np.random.default_rng(len(shape))
    x = np.array(rng.normal(size=shape) * 10.0 ** rng.integers(-2, 2, size=shape))
    x[rng.random(shape) < 0.1] = -0.0
    x[rng.random(shape) < 0.1] = 0.5
    return np.asarray(x.astype(dtype), order=order)


def same(found: Any, wanted: Any) -> None:
    assert type(found) is type(wanted), (found, wanted)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    if found.dtype == np.longdouble:  # has bytes that mean nothing
        np.testing.assert_array_equal(found, wanted)
    else:
        assert found.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n", LENGTHS)
def test_rows(dtype: Any, order: Any, n: int) -> None:
    shapes = [(4, n), (n * ROWS, n), (2, n * ROWS + 1, n), (n,), (n, n * ROWS)]
    for shape, axis, keepdims in itertools.product(shapes, (-1, 0, 1, 2), (False, True)):
        if axis >= len(shape):
            continue
        for x in (drawn(shape, dtype, order), drawn((*shape[:-1], 2 * shape[-1]), dtype, order)[..., ::2]):
            same(columns.row_sum(x, axis, keepdims), x.sum(axis=axis, keepdims=keepdims))
            same(columns.row_max(x, axis, keepdims), x.max(axis=axis, keepdims=keepdims))
            same(columns.row_min(x, axis, keepdims), x.min(axis=axis, keepdims=keepdims))
            y = drawn(x.shape, dtype)
            same(columns.row_dot(x, y, axis, keepdims), (x * y).sum(axis=axis, keepdims=keepdims))
            same(columns.row_square(x, axis, keepdims), (x**2).sum(axis=axis, keepdims=keepdims))
            if x.shape[-1] > 1:
                row = y[..., :1]
                same(columns.row_dot(x, row, axis, keepdims), (x * row).sum(axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)
@pytest.mark.parametrize("n", LENGTHS)
def test_more_rows_than_are_taken_at_a_time(dtype: Any, n: int) -> None:
    x = drawn((2 * BLOCK // n + 7, n), dtype)
    same(columns.row_sum(x, 1), x.sum(axis=1))
    same(columns.row_max(x, 1), x.max(axis=1))
    same(columns.row_dot(x, x, 1), (x * x).sum(axis=1))


def test_what_is_no_number() -> None:
    x = np.ones((3 * ROWS, 3))
    x[4, 0], x[5, 1], x[6, 2], x[6, 0] = np.inf, np.nan, np.inf, -np.inf
    with np.errstate(invalid="ignore"):
        for found, wanted in ((columns.row_sum(x, 1), x.sum(axis=1)), (columns.row_max(x, 1), x.max(axis=1))):
            np.testing.assert_array_equal(found, wanted)
        np.testing.assert_array_equal(columns.row_min(x, 1), x.min(axis=1))
    with pytest.raises(FloatingPointError), np.errstate(invalid="raise"):
        columns.row_sum(x, 1)


def test_columns_warn_where_rows_do_not_neither_do_they() -> None:
    x = np.full((3 * ROWS, 3), 1e308)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        columns.row_max(x, 1)
        with pytest.raises(RuntimeWarning):
            columns.row_sum(x, 1)


def test_this_numpy_adds_in_the_order_that_is_known() -> None:
    # Columns are given up where it does not: then this says so.
    assert all(columns._is_numpys_order(n, np.dtype(t)) for n in range(2, LENGTH + 1) for t in (np.float32, np.float64))


PAIRS = [
    ((40, 1, 5), (30, 5)),
    ((30, 5), (40, 1, 5)),
    ((40, 1, 5), (1, 30, 5)),
    ((40, 1, 5), (40, 30, 5)),
    ((2, 40, 1, 5), (40, 30, 5)),
    ((40, 1, 5), (2, 1, 30, 5)),
    ((2, 1, 40, 1, 3), (3, 1, 50, 3)),
    ((40, 1, 1), (30, 5)),
    ((40, 1, 5), (30, 1)),
    ((40, 1, 5), (5,)),
    ((40, 1, 5), (1, 5)),
    ((40, 1, 5), ()),
    ((400, 1, LENGTH + 1), (30, LENGTH + 1)),
    ((0, 1, 5), (30, 5)),
    ((3, 1, 2), (2, 2)),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.int32], ids=lambda d: d.__name__)
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_pairs(left: tuple[int, ...], right: tuple[int, ...], dtype: Any) -> None:
    a, b = drawn(left, dtype), drawn(right, dtype)
    turned = np.asarray(b, order="F")
    with np.errstate(all="ignore"):
        for x, y in ((a, b), (a, turned), (a, b.real.astype(np.float64)), (a[::-1], b)):
            same(columns.pair_sum(x, y), x + y)
            same(columns.pair_difference(x, y), x - y)
            same(columns.pair_product(x, y), x * y)
            same(columns.pair_quotient(x, y), x / y)


def test_what_is_given_stays() -> None:
    a, b = drawn((40, 1, 5), np.float64), drawn((30, 5), np.float64)
    kept = a.copy(), b.copy()
    columns.pair_quotient(a, b + 1.0)
    columns.row_dot(b, b, 1)
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(b, kept[1])


class Table:
    """An object with methods of NumPy's names."""

    def sum(self, axis: Any) -> Any:
        return ("sum", axis)

    def max(self, axis: Any, keepdims: Any = False) -> Any:
        return ("max", axis, keepdims)


def test_other_objects_have_their_own_methods() -> None:
    assert columns.row_sum(Table(), 1) == ("sum", 1)
    assert columns.row_max(Table(), 1, True) == ("max", 1, True)
    assert columns.pair_product([1], 2) == [1, 1]
