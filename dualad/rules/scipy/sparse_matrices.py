"""Stand-ins for SciPy's sparse matrices, where the numbers in them are differentiated in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.scipy.sparse import CLASSES, dense, held, solve, solve_constant, summed, times, turned
from dualad.rules.scipy.stand_in import StandIn, refusing

__dualad_lift__ = True


def places(cls: Any, arg1: Any, shape: Any) -> Any:
    """Where the numbers of a constructor's first argument are: rows, columns and the shape."""
    if not isinstance(arg1, tuple) or len(arg1) not in (2, 3) or np.ndim(arg1[0]) != 1:
        raise Unsupported(
            f"{cls.__name__} of numbers that a derivative is taken in: pass (data, (rows, columns)) or "
            "(data, indices, indptr)"
        )
    if len(arg1) == 2:
        row, col = (np.array(p) for p in arg1[1])
    else:
        if cls.__name__[:3] not in ("csr", "csc"):
            raise Unsupported(f"{cls.__name__} of numbers that a derivative is taken in: pass (data, (rows, columns))")
        minor, starts = np.asarray(arg1[1]), np.asarray(arg1[2])
        major = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        row, col = (major, minor) if cls.__name__[:3] == "csr" else (minor, major)
        if shape is None:
            ends = (len(starts) - 1, int(minor.max()) + 1)
            shape = ends if cls.__name__[:3] == "csr" else ends[::-1]
    if shape is None:
        shape = (int(row.max()) + 1, int(col.max()) + 1)
    return row, col, tuple(shape)


constant(places)
constant(turned)


def on_diagonal(places: Any) -> Any:
    """Which numbers are on the main diagonal."""
    return np.flatnonzero(places[0] == places[1])


constant(on_diagonal)


@refusing(
    "__getitem__", "__setitem__", "__pow__", "__iter__", "__len__", "__lt__", "__gt__", "__le__", "__ge__", "__abs__"
)
@dataclass
class Sparse(StandIn):
    """A sparse matrix of numbers that a derivative is taken in, in place of SciPy's.

    Attributes:
        data: the numbers.
        places: their rows, their columns and the shape of the matrix; numbers at one place add up.
    """

    data: Any
    places: Any
    of = "a sparse matrix"
    __array_ufunc__ = None  # arrays leave `x @ A` to it

    def __matmul__(self, x: Any) -> Any:
        """The product with a vector or a matrix."""
        return times(self.data, held(self.places), array(x))

    def dot(self, other: Any) -> Any:
        """The same."""
        return times(self.data, held(self.places), array(other))

    def __rmatmul__(self, x: Any) -> Any:
        """A vector or matrix times this one."""
        return np.transpose(times(self.data, turned(held(self.places)), np.transpose(array(x))))

    @property
    def T(self) -> Sparse:
        """The transposed matrix."""
        return Sparse(self.data, turned(held(self.places)))

    def transpose(self) -> Sparse:
        """The same."""
        return Sparse(self.data, turned(held(self.places)))

    def __add__(self, other: Any) -> Sparse:
        """The sum with another sparse matrix: numbers at one place add up."""
        data, places = numbers_of(other)
        return Sparse(np.concatenate([self.data, data]), joined(held(self.places), places))

    def __radd__(self, other: Any) -> Sparse:
        """The same."""
        return self + other

    def __sub__(self, other: Any) -> Sparse:
        """The difference."""
        data, places = numbers_of(other)
        return Sparse(np.concatenate([self.data, -data]), joined(held(self.places), places))

    def __rsub__(self, other: Any) -> Sparse:
        """The same, the other way round."""
        return -self + other

    def __neg__(self) -> Sparse:
        """All numbers negated."""
        return Sparse(-self.data, self.places)

    def __mul__(self, other: Any) -> Sparse:
        """All numbers times one number."""
        return Sparse(self.data * factor(other), self.places)

    def __rmul__(self, other: Any) -> Sparse:
        """The same."""
        return Sparse(self.data * factor(other), self.places)

    def __truediv__(self, other: Any) -> Sparse:
        """All numbers divided by one number."""
        return Sparse(self.data / factor(other), self.places)

    def toarray(self) -> Any:
        """The matrix as an array."""
        return dense(self.data, held(self.places))

    def tocsr(self) -> Sparse:
        """Itself: a format is no matter of derivatives."""
        return self

    def tocsc(self) -> Sparse:
        """Itself."""
        return self

    def diagonal(self) -> Any:
        """The main diagonal."""
        places = held(self.places)
        chosen = on_diagonal(places)
        return summed(self.data[chosen], places[0][chosen], min(places[2]))

    def sum(self, axis: Any = None) -> Any:
        """The sum of all numbers."""
        if axis is not None:
            raise Unsupported("sums of a sparse matrix along an axis have no derivative rule; multiply it by ones")
        return np.sum(self.data)


def array(x: Any) -> Any:
    """What a matrix is multiplied with by `@`."""
    if isinstance(x, Sparse) or sp.issparse(x):
        raise Unsupported("the product of two sparse matrices has no derivative rule; write A @ (B @ x)")
    return x


def factor(number: Any) -> Any:
    """What a matrix is multiplied with."""
    if np.ndim(number) != 0 or isinstance(number, Sparse):
        raise Unsupported("a sparse matrix times an array by `*`, that a derivative is taken in; use `@`")
    return number


def numbers_of(other: Any) -> Any:
    """The numbers of a matrix, and their places."""
    if isinstance(other, Sparse):
        return other.data, held(other.places)
    return constant_numbers(held(other))


def constant_numbers(other: Any) -> Any:
    """The same of a matrix of SciPy's own."""
    if not sp.issparse(other):
        raise Unsupported("a sparse matrix that a derivative is taken in is added to sparse matrices only")
    coo = other.tocoo()
    return coo.data, (*coo.coords, coo.shape) if hasattr(coo, "coords") else (coo.row, coo.col, coo.shape)


def joined(a: Any, b: Any) -> Any:
    """The places of two matrices, one after the other."""
    if a[2] != b[2]:
        raise ValueError(f"inconsistent shapes {a[2]} and {b[2]}")
    return np.concatenate([a[0], b[0]]), np.concatenate([a[1], b[1]]), a[2]


constant(constant_numbers)
constant(joined)


def state_class(cls: Any) -> None:
    """State what stands for a class."""

    def made(arg1: Any, shape: Any = None) -> Sparse:
        return Sparse(np.array(arg1[0]), places(cls, arg1, shape))

    defined(cls, made)


for _cls in CLASSES:
    if _cls.__name__[:3] in ("coo", "csc", "csr"):
        state_class(_cls)


def spsolve(A: Any, b: Any) -> Any:
    """In place of `scipy.sparse.linalg.spsolve`."""
    if isinstance(A, Sparse):
        return solve(A.data, held(A.places), b)
    return solve_constant(of_scipy(A), b)


def of_scipy(A: Any) -> Any:
    """A sparse matrix of SciPy's own; an array may hold what a derivative is taken in."""
    if not sp.issparse(A):
        raise Unsupported("sparse solvers have derivative rules for sparse matrices; use np.linalg.solve for arrays")
    return held(A)


@dataclass
class Factors(StandIn):
    """A matrix ready to solve with, in place of `SuperLU`: each system is solved on its own.

    Attributes:
        matrix: what was factored.
    """

    matrix: Sparse
    of = "a factored matrix"

    def solve(self, rhs: Any, trans: str = "N") -> Any:
        """The solution of a linear system."""
        if trans == "H":
            return np.conj(spsolve(self.matrix.transpose(), np.conj(rhs)))
        return spsolve(self.matrix if trans == "N" else self.matrix.transpose(), rhs)


def splu(A: Any, permc_spec: Any = None) -> Any:
    """In place of `scipy.sparse.linalg.splu`; options change nothing but the order of the work."""
    return Factors(A) if isinstance(A, Sparse) else factored(of_scipy(A))


def factored(A: Any) -> Any:
    """The factors of a matrix of SciPy's own."""
    return sla.splu(A)


def factorized(A: Any) -> Any:
    """In place of `scipy.sparse.linalg.factorized`."""
    return splu(A).solve


constant(factored)
defined(sla.spsolve, spsolve)
defined(sla.splu, splu)
defined(sla.factorized, factorized)
