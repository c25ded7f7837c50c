"""Rows for eigenvalues of other problems and of chosen parts, and for factors in other forms."""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from tests.rules.scipy.cases import case, cplx, reals


def apart(f):
    """A Hermitian matrix whose eigenvalues are far apart."""
    a = f(4, 4)
    return np.diag([1.0, 4.0, 9.0, 16.0]) + 0.2 * (a + a.conj().T)


def positive(f):
    a = f(4, 4)
    return 0.2 * a @ a.conj().T + np.eye(4)


def rows():
    for f in (reals, cplx):
        for kind in (2, 3):
            yield case(sl.eigvalsh, apart(f), positive(f), type=kind)
            yield case(sl.eigh, apart(f), positive(f), type=kind, eigvals_only=True, lower=False)
        yield case(sl.eigvalsh, apart(f), subset_by_index=[1, 3])
        yield case(sl.eigvals, f(4, 4), positive(f))
        yield case(sl.eig, f(4, 4), positive(f), right=False)
        yield case(sl.eig, apart(reals) + 0.3 * f(4, 4), left=True)
        yield from factors(f)
    for kind in (2, 3):
        yield case(sl.eigh, apart(reals), positive(reals), type=kind)
        yield case(sl.eigh, apart(reals), positive(reals), type=kind, lower=False, subset_by_index=[1, 2])
    yield case(sl.eigh, apart(reals), subset_by_value=[2.0, 12.0])
    yield case(sl.eigh, apart(reals), positive(reals), subset_by_index=[0, 1])
    yield case(sl.eig, apart(reals) + 0.3 * reals(4, 4), positive(reals), left=True)
    yield from bands()


def bands():
    diagonal, beside = np.array([1.0, 2.0, 4.0, 7.0]), np.array([0.3, 0.5, -0.4])
    band = np.stack([np.append(0.0, beside), diagonal])
    yield case(sl.eigh_tridiagonal, diagonal, beside)
    yield case(sl.eigh_tridiagonal, diagonal, beside, select="i", select_range=(0, 1))
    yield case(sl.eigvalsh_tridiagonal, diagonal, beside, select="v", select_range=(1.5, 5.0))
    yield case(sl.eig_banded, band)
    yield case(sl.eig_banded, band[::-1].copy(), lower=True, select="v", select_range=(1.5, 9.0))
    yield case(sl.eigvals_banded, band, select="i", select_range=(1, 2))


def factors(f):
    for shape in ((3, 3), (5, 3), (3, 5)):
        yield case(sl.qr, f(*shape), mode="r")
        yield case(sl.qr, f(*shape), mode="economic", pivoting=True)
        yield case(sl.rq, f(*shape), mode="economic")
        yield case(sl.rq, f(*shape), mode="r")
    yield case(sl.qr, f(5, 3), mode="r", pivoting=True)
    yield from (case(sl.rq, f(3, 3)), case(sl.rq, f(5, 3)))
    yield case(sl.pinv, f(5, 3), return_rank=True)
    for options in ({}, {"pivoting": True}, {"conjugate": True}):
        yield case(sl.qr_multiply, f(4, 3), f(2, 4), **options)
        yield case(sl.qr_multiply, f(4, 3), f(3, 2), mode="left", **options)
    for shapes in (((5, 2), (5, 3)), ((6, 3), (6, 2)), ((3, 1), (3, 1)), ((4, 2), (4, 2))):
        yield case(sl.subspace_angles, f(*shapes[0]), f(*shapes[1]))
    yield case(sl.subspace_angles, np.eye(5, 2) + 0.1 * f(5, 2), np.eye(5, 3) + 0.1 * f(5, 3))
    yield from (case(sl.qr_multiply, f(4, 3), f(4)), case(sl.qr_multiply, f(3, 3), f(3), mode="left"))


def refused():
    """Calls whose derivatives are not determined, or not known."""
    yield sl.eig, (cplx(4, 4), positive(cplx)), {}
    yield sl.eig, (reals(4, 4),), {"homogeneous_eigvals": True}
    yield sl.qr, (reals(5, 3),), {}
    yield sl.qr, (reals(3, 3),), {"mode": "raw"}
    yield sl.rq, (reals(3, 5),), {}
