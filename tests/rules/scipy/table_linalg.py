"""Rows for `scipy.linalg`."""

from __future__ import annotations

import functools

import numpy as np
import scipy.linalg as sl

from tests.rules.scipy.cases import case, cplx, reals


def regular(n, f, *lead):
    return f(*lead, n, n) + 2 * np.eye(n)


def positive(n, f):
    a = f(n, n)
    return a @ a.conj().T + n * np.eye(n)


def rows():
    for f in (reals, cplx):
        yield from solving(f)
        yield from factors(f)
        yield from spectra(f)
        yield from structured(f)
        yield from equations(f)


def solving(f):
    for b in ((3,), (3, 2), (2, 3, 2)):
        yield case(sl.solve, regular(3, f), f(*b))
    yield case(sl.solve, regular(3, f, 2), f(3))
    yield case(sl.solve, regular(3, f, 2), f(2, 3, 1))
    if f is reals:
        yield case(sl.solve, regular(3, f), f(3), transposed=True)
        yield case(sl.solve, regular(3, f), f(3), transposed=True, assume_a="upper triangular")
    for how in ("gen", "sym", "her", "pos", "upper triangular", "lower triangular"):
        yield case(sl.solve, positive(3, f), f(3), lower=how < "l", assume_a=how)
        yield case(sl.inv, positive(3, f), assume_a=how, lower=how > "l")
    for how in ("diagonal", "tridiagonal", "banded"):
        yield case(sl.solve, np.triu(np.tril(positive(3, f), 1), -1), f(3, 2), assume_a=how)
    for trans in (0, 1, 2, "C"):
        yield case(sl.solve_triangular, regular(3, f), f(3), trans)
        yield case(sl.solve_triangular, regular(3, f), f(3, 2), trans, lower=True, unit_diagonal=True)
    yield case(sl.solve_triangular, regular(3, f), f(2, 3, 2), lower=True)
    for fn, a in ((sl.inv, regular(3, f)), (sl.det, regular(3, f, 2)), (sl.pinv, f(4, 3)), (sl.pinv, f(2, 3))):
        yield case(fn, a)
    yield case(sl.pinvh, positive(3, f))
    yield from (case(sl.norm, f(3)), case(sl.norm, f(3, 2), 2), case(sl.norm, f(3, 2), 1, axis=1, keepdims=True))
    yield case(sl.solve_sylvester, regular(3, f), regular(2, f), f(3, 2))
    yield case(sl.solve_continuous_lyapunov, regular(3, f), f(3, 3))
    yield from (case(sl.solve_discrete_lyapunov, f(2, 2) / 3, f(2, 2), m) for m in (None, "direct", "bilinear"))
    for lower in (False, True):
        c = sl.cholesky(positive(3, f), lower=lower) + (np.triu(f(3, 3), 1) if lower else np.tril(f(3, 3), -1))
        for b in ((3,), (3, 2)):
            yield case(sl.cho_solve, c, f(*b), via=functools.partial(cho_solved, lower))
    lu, piv = sl.lu_factor(f(4, 4))
    for trans in (0, 1, 2):
        yield case(sl.lu_solve, lu, f(4), via=functools.partial(lu_solved, piv, trans))
    yield case(sl.lu_solve, lu, f(4, 2), via=functools.partial(lu_solved, piv, 0))


def cho_solved(lower, c, b):
    return sl.cho_solve((c, lower), b)


def lu_solved(piv, trans, lu, b):
    return sl.lu_solve((lu, piv), b, trans)


def cho_factored(lower, a):
    return sl.cho_factor(a, lower=lower)[0]


def by_indices(a):
    return sl.lu(a, p_indices=True)[1:]


def lu_factored(a):
    return sl.lu_factor(a)[0]


def least_squares(a, b):
    x, left, _, s = sl.lstsq(a, b)
    return x, left, s


def factored_and_solved(a, b):
    return sl.lu_solve(sl.lu_factor(a), b) + sl.cho_solve(sl.cho_factor(a @ np.conj(a).T, lower=True), b)


def factors(f):
    for lower in (False, True):
        yield case(sl.cholesky, positive(3, f), lower=lower)
        yield case(sl.cho_factor, positive(3, f), via=functools.partial(cho_factored, lower))
    for shape in ((4, 4), (4, 2), (2, 4)):
        yield case(sl.lu_factor, f(*shape), via=lu_factored)
        yield case(sl.lu, f(*shape))
        yield case(sl.lu, f(*shape), permute_l=True)
        yield case(sl.lu, f(*shape), via=by_indices)
        yield case(sl.qr, f(*shape), mode="economic")
        yield case(sl.lstsq, f(*shape), f(shape[0], 2), via=least_squares)
    yield case(sl.lu, f(2, 3, 3))
    yield case(sl.qr, f(2, 3))
    yield case(sl.lstsq, f(4, 3), f(4), via=least_squares)
    yield case(sl.lu_factor, regular(3, f), f(3), via=factored_and_solved)


def of_vectors(v):
    """Vectors of which length and phase are free, as what does not depend on these."""
    return v[:, None, :] * np.conj(v)[None, :, :]


def hermitian_problem(lower, *matrices):
    w, v = sl.eigh(*matrices, lower=lower)
    return w, of_vectors(v)


def singular_problem(a):
    u, s, vh = sl.svd(a, full_matrices=False)
    return u @ vh, s, of_vectors(u)


def spectra(f):
    for lower in (False, True):
        yield case(sl.eigh, positive(3, f), via=functools.partial(hermitian_problem, lower))
        yield case(sl.eigh, positive(3, f), positive(3, f), via=functools.partial(hermitian_problem, lower))
        yield case(sl.eigvalsh, positive(3, f), lower=lower)
    yield case(sl.eigvalsh, positive(3, f), positive(3, f))
    yield case(sl.eigh, positive(3, f), positive(3, f), eigvals_only=True)
    yield from (case(sl.eig, f(3, 3)), case(sl.eigvals, f(3, 3)))
    for shape in ((3, 3), (4, 2), (2, 3)):
        yield case(sl.svd, f(*shape), via=singular_problem)
        yield case(sl.svdvals, f(*shape))
    yield case(sl.svd, f(3, 2), compute_uv=False)
    for fn in (sl.expm, sl.logm, sl.sqrtm, sl.cosm, sl.sinm, sl.tanm, sl.coshm, sl.sinhm, sl.tanhm):
        yield case(fn, positive(2, f) / 3)
    yield case(sl.expm, f(2, 2, 2))
    yield case(sl.det, np.arange(1.0, 10.0).reshape(3, 3))
    yield case(sl.signm, np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 1.0], [1.0, 1.0, 1.0]]) + 0.1 * f(3, 3))


def pair_solved(c, r, b):
    return sl.solve_toeplitz((c, r), b)


def pair_times(c, r, x):
    return sl.matmul_toeplitz((c, r), x)


def structured(f):
    for low, up in ((1, 1), (2, 0), (0, 1), (1, 2)):
        ab = f(low + up + 1, 5)
        ab[up] += 4
        for b in ((5,), (5, 2)):
            yield case(sl.solve_banded, ab, f(*b), via=functools.partial(sl.solve_banded, (low, up)))
    for k in (0, 1, 2):
        for lower in (False, True):
            ab = f(k + 1, 5)
            ab[0 if lower else -1] = 7
            yield case(sl.solveh_banded, ab, f(5, 2) if k else f(5), lower=lower)
    c, r = f(4), f(4)
    c[0] = 4
    yield from (case(sl.solve_toeplitz, c, f(4)), case(sl.matmul_toeplitz, c, f(4)))
    yield from (case(sl.solve_toeplitz, c, r, f(*b), via=pair_solved) for b in ((4,), (4, 2)))
    yield from (case(sl.matmul_toeplitz, c, f(n), f(*b), via=pair_times) for n, b in ((3, (3,)), (5, (5, 2))))
    yield from (case(fn, f(3)) for fn in (sl.toeplitz, sl.hankel, sl.circulant))
    yield from (case(sl.toeplitz, f(3), f(4)), case(sl.hankel, f(3), f(2)), case(sl.leslie, f(4), f(3)))
    yield from (case(sl.diagsvd, f(2), 2, 3), case(sl.companion, f(4)))
    for mode in ("full", "same", "valid"):
        yield from (case(sl.convolution_matrix, f(n), m, mode) for n, m in ((3, 5), (6, 4)))
    yield from (case(sl.block_diag, f(2, 3), f(2), f(1, 1)), case(sl.khatri_rao, f(3, 2), f(4, 2)))


def riccati(fn, a, b, q, r):
    return fn(a, b, q @ np.conj(q).T + 3 * np.eye(3), r @ np.conj(r).T + 3 * np.eye(2))


def of_tridiagonal(d, e):
    w, v = sl.eigh_tridiagonal(d, e)
    return w, of_vectors(v), sl.eigvalsh_tridiagonal(d, e)


def equations(f):
    yield from (case(sl.polar, regular(3, f)), case(sl.polar, f(4, 2)), case(sl.polar, f(2, 4), side="left"))
    for fn in (sl.solve_continuous_are, sl.solve_discrete_are):
        yield case(fn, f(3, 3) / 2, f(3, 2), f(3, 3), f(2, 2), via=functools.partial(riccati, fn))
    yield case(sl.fractional_matrix_power, positive(3, f), 0.3)
    yield case(sl.fractional_matrix_power, positive(3, f), 3)
    yield case(sl.expm_frechet, f(3, 3), f(3, 3))
    for b in ((4,), (4, 2)):
        yield case(sl.solve_circulant, f(4) + np.array([4, 0, 0, 0]), f(*b))
    yield case(sl.orthogonal_procrustes, f(5, 3), f(5, 3))
    if f is reals:
        for fn in (sl.eigh_tridiagonal, sl.eigvalsh_tridiagonal):
            yield case(fn, f(4), f(3), via=of_tridiagonal)
