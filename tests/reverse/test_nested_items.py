"""Numbers in lists of lists: their cotangents go to their places, and gradients are lists that nobody else holds."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import grad, hvp, jvp

ROWS = [[0.3, -0.8, 0.5], [0.9, 0.4, -0.7]]


def products(rows):
    total = 0.0
    for i in range(len(rows)):
        for c in range(len(rows[i])):
            total = total + rows[i][c] * rows[i - 1][c - 1]
    return total


def unused_row(rows):
    return rows[0][1] * rows[0][1] - rows[0][2]


def with_whole_rows(rows):
    first = rows[0]
    total = sum(first)
    for c in range(3):
        total = total - rows[0][c] * rows[1][c] * first[c]
    return total


def unit(i, c):
    return [[1.0 if (i, c) == (k, j) else 0.0 for j in range(3)] for k in range(2)]


@pytest.mark.parametrize("f", [products, unused_row, with_whole_rows])
def test_gradients_agree_with_forward_mode(f):
    before = [list(row) for row in ROWS]
    df = grad(f)
    for _ in range(3):  # the third goes the quick way
        found = df(ROWS)
        for i in range(2):
            for c in range(3):
                np.testing.assert_allclose(found[i][c], jvp(f, (ROWS,), (unit(i, c),))[1], rtol=1e-12, atol=1e-15)
                assert type(found[i][c]) is float
        found[0][0] = 7.0  # it is the caller's
    assert ROWS == before


@pytest.mark.parametrize("f", [products, with_whole_rows])
def test_second_derivatives(f):
    for _ in range(2):
        found = hvp(f, (ROWS,), (unit(0, 1),))
        expected = jvp(grad(f), (ROWS,), (unit(0, 1),))[1]
        np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-12, atol=1e-15)


def test_no_list_is_made_for_one_number():
    assert "rows_bar[i][c] +=" in dualad.source(grad(products), ROWS)
    assert "add_item(" in dualad.source(grad(unused_row), ROWS)


def test_rows_of_other_lengths_and_kinds_are_served_too():
    df = grad(products)
    for rows in (ROWS, [[1.0], [2.0]], [[1.0, 2.0], [3.0, np.float64(4.0)]], ROWS):
        found = df(rows)
        for i, row in enumerate(rows):
            unit = [[1.0 if (k, j) == (i, 0) else 0.0 for j in range(len(row))] for k in range(2)]
            np.testing.assert_allclose(found[i][0], jvp(products, (rows,), (unit,))[1], rtol=1e-12)
