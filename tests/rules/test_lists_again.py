"""Second derivatives where lists, and lists of lists, are given to NumPy's functions: rules read them as arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sl
from scipy.spatial.distance import cdist

import dualad
from dualad.errors import Unsupported
from dualad.testing import check_grads

X = np.array([0.4, 0.7, 1.3])
W = np.array([[1.0, 0.5], [-0.3, 2.0]])


def rows(x):
    return [[x[0], x[1]], [x[2], 2.0]]


def pair(x):
    return [x[1], x[2]]


PROGRAMS: dict[str, Callable[[Any], Any]] = {
    "cumsum": lambda x: np.sum(np.cumsum(rows(x), axis=0) ** 2 * W),
    "cumprod": lambda x: np.sum(np.cumprod(rows(x)) ** 2),
    "cumprod along an axis": lambda x: np.sum(np.cumprod(rows(x), axis=1) ** 2 * W),
    "nansum": lambda x: np.nansum([[x[0], x[1]], [x[2] ** 2, np.nan]]) ** 2,
    "nanprod": lambda x: np.nanprod([[x[0], x[1]], [x[2] ** 2, np.nan]]) ** 2,
    "dot": lambda x: np.sum(np.dot(rows(x), pair(x)) ** 2),
    "dot of vectors": lambda x: np.dot([x[0], x[1]], pair(x)) ** 2,
    "kron": lambda x: np.sum(np.kron(rows(x), pair(x)) ** 2),
    "inner": lambda x: np.sum(np.inner(rows(x), pair(x)) ** 2),
    "outer": lambda x: np.sum(np.outer(rows(x), pair(x)) ** 2),
    "tensordot": lambda x: np.sum(np.tensordot(rows(x), pair(x), 1) ** 2),
    "einsum": lambda x: np.sum(np.einsum("ij,j->i", rows(x), pair(x)) ** 2),
    "concatenate": lambda x: np.sum(np.concatenate([rows(x), [pair(x)]]) ** 3),
    "stack": lambda x: np.sum(np.stack([pair(x), [x[0], 1.0]]) ** 3),
    "block": lambda x: np.sum(np.exp(np.block([[x, x[:2] * x[1:]], [x[:2], x * x]])) * np.arange(10.0).reshape(2, 5)),
    "block of numbers": lambda x: np.sum(np.exp(np.block([[x[0], x[1] * x[0]], [x[2], 1.0]])) * W),
    "concatenate a tuple": lambda x: np.sum(np.concatenate(([x[0] * x[1], x[2]], x)) ** 3),
    "sort": lambda x: np.sum(np.sort(rows(x)) ** 3 * W),
    "det": lambda x: np.linalg.det(rows(x)) ** 3,
    "solve": lambda x: np.sum(np.linalg.solve(rows(x), pair(x)) ** 3),
    "norm": lambda x: np.linalg.norm(rows(x)) ** 3,
    "interp": lambda x: np.interp(x[0], [0.1, 1.0, 2.0], [x[0], x[1], x[2]]) ** 3,
    "cdist": lambda x: np.sum(cdist([x], [[1.0, 2.0, 3.0]], "seuclidean", V=np.array([1.0, 2.0, 0.5]))),
    "vectorize": lambda x: np.sum(np.vectorize(lambda a: a**3 if a > 0.5 else a * a)(x) * x),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_derivatives(name) -> None:
    check_grads(PROGRAMS[name], (X,), order=2)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("options", [{}, {"permute_l": True}, {"p_indices": True}])
def test_factors_of_nothing(shape, options) -> None:
    def f(x):
        parts = sl.lu(np.zeros(shape) * x[0], **options)
        return np.sum(parts[-1]) + np.sum(parts[-2]) + np.sum(x**3)

    check_grads(f, (X,), order=2)


def test_factors_given_as_lists_are_refused_by_name() -> None:
    factor, pivots = np.eye(3) * 2.0, [0, 1, 2]

    def by_lu(x):
        return np.sum(sl.lu_solve(((factor * x[0]).tolist(), pivots), X))

    def by_cholesky(x):
        return np.sum(sl.cho_solve(((factor * x[0]).tolist(), True), X))

    for f in (by_lu, by_cholesky):
        for derive in (dualad.grad(f), lambda x, f=f: dualad.jvp(f, (x,), (x,))):
            with pytest.raises(Unsupported, match="of a factor that is a list; make an array of it"):
                derive(X)
    check_grads(lambda x: np.sum(sl.lu_solve((factor.tolist(), pivots), x) ** 3), (X,))
