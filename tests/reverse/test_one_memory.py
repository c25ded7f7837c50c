"""One memory in several ways: what copies of arguments would hide, and what NumPy itself does not keep apart."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.errors import Unsupported

TABLE = np.array([0.5, 1.5, 2.5])


def reads_the_table(x):
    return x * (TABLE * TABLE).sum()


def stores_beside_the_table(u, x):
    u[0] = x
    return reads_the_table(x)


@pytest.mark.parametrize("transform", [dualad.grad, dualad.value_and_grad])
@pytest.mark.parametrize("argnum", [0, 1])
def test_an_argument_that_is_a_global_as_well(transform, argnum):
    with pytest.raises(Unsupported, match="shares memory with another"):
        transform(stores_beside_the_table, argnums=argnum)(TABLE, 2.0)
    with pytest.raises(Unsupported, match="shares memory with another"):
        dualad.vjp(stores_beside_the_table, TABLE[::-1], 2.0)
    assert np.array_equal(TABLE, [0.5, 1.5, 2.5])
    assert dualad.grad(stores_beside_the_table, argnums=1)(TABLE.copy(), 2.0) == 8.75


def row_to_column(m, last):
    m[:, last] = m[1]
    return m


def upsampled(m, last):
    flat = m.ravel()
    flat[last::2] = flat[:4]
    return m


def row_to_row(m, last):
    m[last] = m[1]
    m[last, 1:] = m[last, :-1]
    return m


def matrix_of_one_row_to_column(m, last):
    m[:, last] = m[1:2]
    return m


@pytest.mark.parametrize(("fn", "last"), [(row_to_column, 2), (upsampled, 1), (matrix_of_one_row_to_column, 2)])
def test_a_row_that_numpy_changes_while_it_stores_it(fn, last):
    m = np.arange(9.0).reshape(3, 3)
    with pytest.raises(Unsupported, match="store a copy of the row"):
        dualad.vjp(lambda m: fn(m, last), m)


def test_rows_that_overlap_in_order():
    m, ct = np.arange(9.0).reshape(3, 3), np.arange(1.0, 10.0).reshape(3, 3)
    got = dualad.vjp(lambda m: row_to_row(m, 2), m)[1](ct)[0]
    assert np.array_equal(got, [[1.0, 2.0, 3.0], [4.0 + 7.0 + 8.0, 5.0 + 9.0, 6.0], [0.0, 0.0, 0.0]])


def to_column(change):
    def f(m):
        m = m * 1.0
        change(m)
        return m

    return f


def of_a_view(m):
    column = m[:, 2]
    column[:] = m[1:2]


def of_a_reshaped_row(m):
    m[:, 2] = m[1].reshape(1, 3)


def with_new_axes(m):
    column = m[:, 2]
    column[...] = m[1][None, None]


def of_a_transpose(m):
    m.T[2] = m[1:2]


def of_all_numbers(m):
    numbers = m.reshape(-1)
    numbers[2::3] = m[1:2]


def of_a_list(m):
    rows = [m[1:2]]
    m[..., 2] = rows[0]


def by_a_function(m):
    def put(row):
        m[:, 2] = row

    put(m[1:2])


def by_copyto(m):
    np.copyto(m[:, 2], m[1:2])


def by_copyto_where(m):
    np.copyto(m[:, 2], m[1:2], where=m[:, 0] > -1.0)


WAYS = (of_a_view, of_a_reshaped_row, with_new_axes, of_a_transpose, of_all_numbers, of_a_list, by_a_function)


@pytest.mark.parametrize("change", [*WAYS, by_copyto, by_copyto_where])
def test_a_row_with_leading_axes_that_numpy_changes_while_it_stores_it(change):
    m = np.arange(9.0).reshape(3, 3)
    with pytest.raises(Unsupported, match="store a copy of the row"):
        dualad.vjp(to_column(change), m)


def masked_copy(m):
    np.copyto(m[1], m[2:], where=np.array([True, True, False]))


def small_matrix(m):
    m[:, 2:] = m[1:2].T
    m[1:, 0] = m[:1, :2]


@pytest.mark.parametrize("change", [masked_copy, small_matrix])
def test_a_row_with_leading_axes_that_numpy_reads_first(change):
    m, ct = np.arange(9.0).reshape(3, 3), np.arange(1.0, 10.0).reshape(3, 3)
    t = np.cos(m)
    dy = dualad.jvp(to_column(change), (m,), (t,))[1]
    expected = t.copy()
    change(expected)  # it is linear
    assert np.array_equal(dy, expected)
    assert np.isclose(np.sum(dualad.vjp(to_column(change), m)[1](ct)[0] * t), np.sum(ct * dy))


def test_a_masked_copy_that_numpy_changes_while_it_stores_it():
    m = np.arange(9.0).reshape(3, 3)
    with pytest.raises(Unsupported, match="store a copy of the row"):
        dualad.jvp(to_column(by_copyto_where), (m,), (m,))
