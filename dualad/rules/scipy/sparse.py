"""`scipy.sparse`: matrices times arrays, and linear systems.

A matrix that is SciPy's own is constant. One that is made of numbers that a derivative is taken in is a `Sparse`, of
plain arrays; it is in `sparse_matrices`, with the stand-ins of SciPy's classes. `A @ x` itself is among the products.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from dualad.foreign import require_matrix
from dualad.registry import constant, general, linear, multilinear
from dualad.rules.helpers import sparse_times
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals


def as_columns(x):
    """A vector as a matrix of one column."""
    return np.reshape(x, (np.shape(x)[0], -1))


# Matrices that are SciPy's own

FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
CLASSES = [getattr(sp, f"{name}_{kind}") for name in FORMATS for kind in ("matrix", "array")]

for _dot in dict.fromkeys([cls.dot for cls in CLASSES]):
    linear(_dot, None, lambda ct, self, other: sparse_times(self.T, ct))


def operated(A, x):
    """A linear operator times an array."""
    require_matrix(A)
    return sparse_times(A, x)


general(
    sla.LinearOperator.dot,
    jvps=[None, lambda t, ans, self, x: operated(self, t)],
    vjps=[None, lambda ct, ans, self, x: operated(self.T, ct)],
)
general(
    sla.LinearOperator.matvec,
    jvps=[None, lambda t, ans, self, x: operated(self, t)],
    vjps=[None, lambda ct, ans, self, x: operated(self.T, ct)],
)
general(
    sla.LinearOperator.matmat,
    jvps=[None, lambda t, ans, self, X: operated(self, t)],
    vjps=[None, lambda ct, ans, self, X: operated(self.T, ct)],
)
general(
    sla.LinearOperator.rmatvec,
    jvps=[None, lambda t, ans, self, x: operated(self.H, t)],
    vjps=[None, lambda ct, ans, self, x: operated(self.H.T, ct)],
)
general(
    sla.LinearOperator.rmatmat,
    jvps=[None, lambda t, ans, self, X: operated(self.H, t)],
    vjps=[None, lambda ct, ans, self, X: operated(self.H.T, ct)],
)


def held(A):
    """A matrix of SciPy's own, or places of numbers: neither can hold what a derivative is taken in."""
    return A


constant(held)
constant(sp.issparse, kind="bool")


def solve_constant(A, b):
    """The solution with a matrix of SciPy's own."""
    return sla.spsolve(A, b)


constant_solution = on_duals(solve_constant)
linear(solve_constant, None, lambda ct, A, b: np.reshape(constant_solution(A.T.tocsc(), ct), b.shape))

lu_solve = on_duals(sla.SuperLU.solve)
TURNED = {"N": "T", "T": "N"}


def lu_back(ct, lu, trans):
    """The transpose of solving by factors."""
    return np.conj(lu_solve(lu, np.conj(ct), "N")) if trans == "H" else lu_solve(lu, ct, TURNED[trans])


linear(sla.SuperLU.solve, None, lambda ct, self, rhs, trans="N": lu_back(ct, self, trans))

# Matrices by their numbers and the places of these, `(rows, columns, shape)`; numbers at one place add up


def made(data, places):
    """The matrix as SciPy's."""
    return sp.coo_array((data, places[:2]), places[2])


def turned(places):
    """The places in the transposed matrix."""
    row, col, shape = places
    return col, row, shape[::-1]


def times(data, places, x):
    """The product with a vector or matrix."""
    return made(data, places) @ x


product = on_duals(times)


def data_back(ct, places, x):
    """The cotangent of the numbers."""
    return np.sum(as_columns(ct)[places[0]] * as_columns(x)[places[1]], axis=1)


multilinear(
    times,
    lambda ct, data, places, x: data_back(ct, places, x),
    None,
    lambda ct, data, places, x: product(data, turned(places), ct),
)


def solve(data, places, b):
    """The solution of a linear system."""
    return sla.spsolve(made(data, places).tocsc(), b)


solution = on_duals(solve)
general(
    solve,
    jvps=[
        lambda t, ans, data, places, b: -solution(data, places, product(t, places, ans)),
        None,
        lambda t, ans, data, places, b: solution(data, places, t),
    ],
    vjps=[
        lambda ct, ans, data, places, b: -data_back(solution(data, turned(places), ct), places, ans),
        None,
        lambda ct, ans, data, places, b: np.reshape(solution(data, turned(places), ct), b.shape),
    ],
)


def dense(data, places):
    """The matrix as an array."""
    return made(data, places).toarray()


linear(dense, lambda ct, data, places: ct[places[0], places[1]], None)


def summed(data, place, n):
    """Numbers added at places: the sums along rows or columns."""
    return scatter(data, (n,), place)


linear(summed, lambda ct, data, place, n: ct[place], None, None)
