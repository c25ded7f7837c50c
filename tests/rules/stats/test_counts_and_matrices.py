"""Counts of several kinds, and matrices that vary."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import dualad
from dualad.errors import DualadError
from dualad.testing import check_grads

SQUARES = np.array([[1.0, 0.2], [0.4, 1.3]]), np.array([[0.9, -0.2], [0.1, 0.7]])


def same_values(f, *args) -> None:
    for found, expected in zip(dualad.vjp(f, *args)[0], f(*args), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_multinomial() -> None:
    d, x = stats.multinomial, np.array([[1, 2, 4], [3, 4, 0], [1, 1, 1]])

    def f(z):
        p = np.exp(z) / np.sum(np.exp(z))
        return d.logpmf(x[:2], 7, p), d.pmf(x, 7, p), d.logpmf(x[0], n=7, p=p)

    check_grads(f, (np.array([0.3, -0.2, 0.5]),))
    same_values(f, np.array([0.3, -0.2, 0.5]))


def test_dirichlet_multinomial() -> None:
    d, x = stats.dirichlet_multinomial, np.array([[1, 2, 4], [3, 4, 0]])

    def f(alpha):
        return d.logpmf(x, alpha, 7), d.pmf(x, alpha, np.array([7, 6])), d.logpmf(x[0], alpha=alpha, n=7)

    check_grads(f, (np.array([0.7, 1.2, 2.3]),))
    same_values(f, np.array([0.7, 1.2, 2.3]))


def test_invwishart() -> None:
    d = stats.invwishart

    def f(root, other, df):
        scale, x = root @ root.T, other @ other.T
        return d.logpdf(x, df, scale), d.pdf(x, df, scale), d.logpdf(np.stack([x, scale], axis=-1), df, scale)

    check_grads(f, (*SQUARES, 3.7))
    same_values(f, *SQUARES, 3.7)


def test_matrix_normal() -> None:
    d, x = stats.matrix_normal, np.array([[[0.3, -0.4, 1.0], [0.2, 0.1, 0.7]], [[0.5, 0.4, 1.1], [0.1, -0.1, 0.2]]])
    three = np.array([[1.0, 0.2, 0.0], [0.4, 1.3, 0.1], [-0.3, 0.5, 0.8]])

    def f(x, mean, rows, columns):
        rowcov, colcov = rows @ rows.T, columns @ columns.T
        return d.logpdf(x, mean, rowcov, colcov), d.pdf(x[0], rowcov=rowcov, colcov=colcov)

    check_grads(f, (x, x[0] / 2, SQUARES[0], three))
    same_values(f, x, x[0] / 2, SQUARES[0], three)


@pytest.mark.parametrize("f", [
    lambda x: stats.multinomial.logpmf([x, 1.0], 3, [0.5, 0.5]), lambda x: stats.invwishart.logpdf(x, 3, 1.0),
    lambda x: stats.matrix_normal.logpdf(x * np.eye(2), rowcov=2.0), lambda x: stats.multinomial.entropy(3, [x, 1 - x]),
    lambda x: stats.dirichlet_multinomial.logpmf([1, 2], [x, 1.0, 2.0], 3),
])  # fmt: skip
def test_counts_and_what_are_no_matrices_are_refused(f) -> None:
    for run in (lambda: dualad.grad(f)(0.5), lambda: dualad.jvp(f, (0.5,), (1.0,))):
        with pytest.raises(DualadError):
            run()
