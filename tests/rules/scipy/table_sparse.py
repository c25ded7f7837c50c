"""Rows for `scipy.sparse`: matrices that are constant, and of numbers that are differentiated."""

from __future__ import annotations

import functools

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from tests.rules.scipy.cases import case, cplx, reals, rng

RECTANGLE = reals(4, 3) * (rng.uniform(size=(4, 3)) > 0.4)
SQUARE = reals(4, 4) * (rng.uniform(size=(4, 4)) > 0.5) + 3 * np.eye(4)
ROWS, COLUMNS = np.nonzero(SQUARE)
CSR = sp.csr_array(SQUARE)
FACTORS = sla.splu(sp.csc_matrix(SQUARE))
FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
CLASSES = [getattr(sp, f"{name}_{kind}") for name in FORMATS for kind in ("matrix", "array")]


def rows():
    for cls in CLASSES:
        A = cls(RECTANGLE)
        yield case(cls.dot, reals(3), reals(4), via=functools.partial(products, A))
    A = sp.csr_array(RECTANGLE)
    yield case(sp.csr_array.dot, reals(3, 2), reals(2, 4), via=functools.partial(matrix_products, A))
    yield case(sp.csr_array.dot, cplx(3), cplx(4), via=functools.partial(products, A))
    yield case(sla.spsolve, reals(4), via=functools.partial(sla.spsolve, sp.csc_array(SQUARE)))
    yield case(sla.spsolve, reals(4, 2), via=solved_inside)
    A = sla.aslinearoperator(sp.csr_array(RECTANGLE)) * 0.7 + sla.aslinearoperator(RECTANGLE[::-1])
    yield case(sla.LinearOperator.dot, reals(3), reals(4), via=functools.partial(products, A))
    yield case(sla.LinearOperator.dot, cplx(3), cplx(4), via=functools.partial(products, A))
    yield case(sla.LinearOperator.dot, reals(3, 2), reals(2, 4), via=functools.partial(matrix_products, A))
    A = sla.aslinearoperator(RECTANGLE + 1j * RECTANGLE[::-1])
    yield case(sla.LinearOperator.matvec, cplx(3), cplx(4), via=functools.partial(of_vectors, A))
    yield case(sla.LinearOperator.matmat, cplx(3, 2), cplx(4, 2), via=functools.partial(of_columns, A))
    A = sla.aslinearoperator(RECTANGLE)
    yield case(sla.LinearOperator.rmatvec, reals(3), reals(4), via=functools.partial(of_vectors, A))
    yield case(sla.LinearOperator.rmatmat, reals(3, 2), reals(4, 2), via=functools.partial(of_columns, A))
    for trans in ("N", "T", "H"):
        yield case(sla.SuperLU.solve, reals(4), via=functools.partial(solved, trans))
    yield case(sla.SuperLU.solve, reals(4, 2), via=factored_inside)
    for cls in (sp.csr_matrix, sp.csc_array, sp.coo_matrix, sp.csr_array, sp.csc_matrix, sp.coo_array):
        yield case(cls, SQUARE[ROWS, COLUMNS], reals(4), via=functools.partial(made, cls))
    yield case(sp.csr_array, CSR.data, reals(4), via=made_compressed)
    yield case(sla.spsolve, SQUARE[ROWS, COLUMNS], reals(4), via=made_and_solved)
    yield case(sla.spsolve, SQUARE[ROWS, COLUMNS], via=made_and_solved_for_ones)
    for trans in ("N", "T", "H"):
        yield case(sla.splu, SQUARE[ROWS, COLUMNS], reals(4), via=functools.partial(made_and_factored, trans))
    yield case(sla.factorized, SQUARE[ROWS, COLUMNS], via=made_and_factorized)
    for of in (sp.diags, sp.diags_array):
        yield case(of, reals(4), reals(3), reals(4), via=functools.partial(of_diagonals, of))
    for of in (sp.vstack, sp.hstack, sp.bmat, sp.block_array, sp.block_diag):
        yield case(of, SQUARE[ROWS, COLUMNS], reals(4), via=functools.partial(of_blocks, of))


def of_blocks(of, data, x):
    A, B = sp.csr_array((data, (ROWS, COLUMNS)), shape=(4, 4)), sp.csr_array(SQUARE)
    given = [A, B] if of not in (sp.bmat, sp.block_array) else [[A, None, B], [None, 2.0 * A, B]]
    whole = of(given)
    return whole.toarray(), whole.T @ np.concatenate([x, x])[: 4 if of is sp.hstack else 8]


def products(A, x, y):
    return A @ x, A.dot(x), y @ A, A.T @ y


def of_vectors(A, x, y):
    return A.matvec(x), A.rmatvec(y)


def of_columns(A, X, Y):
    return A.matmat(X), A.rmatmat(Y)


def matrix_products(A, x, y):
    return A @ x, y @ A


def solved_inside(b):
    A = sp.csc_matrix(SQUARE)
    return sla.spsolve(A, b)


def solved(trans, b):
    return FACTORS.solve(b, trans)


def factored_inside(b):
    factors = sla.splu(sp.csc_matrix(SQUARE))
    return factors.solve(b)


def made(cls, data, x):
    A = cls((data, (ROWS, COLUMNS)), shape=(4, 4))
    return A.dot(x), A.T.dot(x), A.toarray(), A.diagonal(), A.sum()


def of_diagonals(of, main, beside, x):
    several = of([main, beside, beside[:1]], offsets=[0, -1, 2], shape=(4, 4))
    return of(main) @ x, several @ x, of(beside, offsets=1) @ x, of(x[:2], offsets=-1, shape=(3, 5)).toarray()


def made_compressed(data, x):
    A = sp.csr_array((data, CSR.indices, CSR.indptr))
    return A.dot(x)


def made_and_solved(data, b):
    A = sp.coo_matrix((data, (ROWS, COLUMNS)), shape=(4, 4)).tocsr()
    return sla.spsolve(A, b)


def made_and_solved_for_ones(data):
    return sla.spsolve(sp.csc_matrix((data, (ROWS, COLUMNS))), np.ones(4))


def made_and_factored(trans, data, b):
    return sla.splu(sp.csc_matrix((data, (ROWS, COLUMNS)))).solve(b, trans)


def made_and_factorized(data):
    return sla.factorized(sp.csc_matrix((data, (ROWS, COLUMNS))))(np.ones(4))
