"""`scipy.linalg`: eigenvalues of other problems and of chosen parts, and factors in other forms, by those with rules.

What SciPy chooses of vectors, their order, sign and phase, is read off its result.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import constant, defined, otherwise
from dualad.rules.helpers import nonzero_or_one

__dualad_lift__ = True


def of_triangle(b, lower):
    """The Hermitian matrix whose one triangle is given."""
    triangle = np.tril(b, -1) if lower else np.triu(b, 1)
    return triangle + np.conj(np.transpose(triangle)) + np.diag(np.real(np.diag(b)))


def phases(v, like):
    """What turns vectors into those that SciPy gives."""
    products = nonzero_or_one(np.sum(np.conj(v) * like, axis=0))
    return products / np.absolute(products)


def places(a, b, options, by_index, by_value):
    """Which of all eigenvalues, in ascending order, are asked for."""
    if by_index is not None:
        return np.arange(by_index[0], by_index[1] + 1)
    w = sl.eigh(a, b, eigvals_only=True, **options)
    return np.arange(len(w)) if by_value is None else np.flatnonzero((w > by_value[0]) & (w <= by_value[1]))


def hermitian_vectors(a, b, options, by_index, by_value):
    """The vectors as SciPy gives them."""
    return sl.eigh(a, b, subset_by_index=by_index, subset_by_value=by_value, **options)[1]


def eigh(
    a, b=None, *, lower=True, eigvals_only=False, type=1, check_finite=True, subset_by_index=None, subset_by_value=None,
    driver=None,
):  # fmt: skip
    """`eigh` of the problems `a b v = w v` (type 2) and `b a v = w v` (3), or some of the values and vectors."""
    options = {"lower": lower, "type": type}
    chosen = places(a, b, options, subset_by_index, subset_by_value)
    if b is None or type == 1:
        w, v = sl.eigh(a, b, lower=lower)
    else:
        whole = of_triangle(b, lower)
        w, v = sl.eigh(a, np.linalg.inv(whole), lower=lower)
        v = np.linalg.solve(whole, v) if type == 2 else v
    if eigvals_only:
        return w[chosen]
    v = v[:, chosen]
    return w[chosen], v * phases(
        v, hermitian_vectors(a, b, {**options, "driver": driver}, subset_by_index, subset_by_value)
    )


def eigvalsh(
    a, b=None, *, lower=True, type=1, check_finite=True, subset_by_index=None, subset_by_value=None, driver=None
):  # fmt: skip
    """`eigvalsh` of the same."""
    return sl.eigh(
        a,
        b,
        lower=lower,
        eigvals_only=True,
        type=type,
        subset_by_index=subset_by_index,
        subset_by_value=subset_by_value,
    )


def tridiagonal(d, e):
    """A symmetric matrix of a diagonal and the one beside it."""
    return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)


def asked(select, select_range):
    """What is asked for by a select, as the options of `eigh` say it."""
    by = str(select)[0]
    given = None if select_range is None else tuple(select_range)
    return (given, None) if by == "i" else (None, given) if by == "v" else (None, None)


def tridiagonal_vectors(d, e, select, select_range):
    """The vectors as SciPy gives them."""
    return sl.eigh_tridiagonal(d, e, False, select, select_range)[1]


def eigh_tridiagonal(
    d, e, eigvals_only=False, select="a", select_range=None, check_finite=True, tol=0.0, lapack_driver="auto"
):
    """`eigh_tridiagonal`."""
    by_index, by_value = asked(select, select_range)
    found = sl.eigh(tridiagonal(d, e), eigvals_only=eigvals_only, subset_by_index=by_index, subset_by_value=by_value)
    if eigvals_only:
        return found
    return found[0], found[1] * phases(found[1], tridiagonal_vectors(d, e, select, select_range))


def eigvalsh_tridiagonal(d, e, select="a", select_range=None, check_finite=True, tol=0.0, lapack_driver="auto"):
    """`eigvalsh_tridiagonal`."""
    return sl.eigh_tridiagonal(d, e, True, select, select_range)


def whole_band(a_band, lower):
    """The Hermitian matrix of a band."""
    found = np.diag(a_band[0 if lower else -1])
    for k in range(1, a_band.shape[0]):
        row = a_band[k, : a_band.shape[1] - k] if lower else a_band[-1 - k, k:]
        found = found + np.diag(row, -k if lower else k)
    return found


def band_vectors(a_band, lower, select, select_range):
    """The vectors as SciPy gives them."""
    return sl.eig_banded(a_band, lower, False, select=select, select_range=select_range)[1]


def eig_banded(a_band, lower=False, eigvals_only=False, *, select="a", select_range=None, max_ev=0, check_finite=True):
    """`eig_banded`."""
    by_index, by_value = asked(select, select_range)
    whole = whole_band(a_band, lower)
    found = sl.eigh(whole, lower=lower, eigvals_only=eigvals_only, subset_by_index=by_index, subset_by_value=by_value)
    if eigvals_only:
        return found
    return found[0], found[1] * phases(found[1], band_vectors(a_band, lower, select, select_range))


def eigvals_banded(a_band, lower=False, *, select="a", select_range=None, check_finite=True):
    """`eigvals_banded`."""
    return sl.eig_banded(a_band, lower, True, select=select, select_range=select_range)


def pairs(w, a, b):
    """The order of eigenvalues in which SciPy gives them, with the vectors that it gives, left and right."""
    found, left, right = sl.eig(a, b, left=True, right=True)
    order, free = [], list(range(len(w)))
    for value in found:
        nearest = min(free, key=lambda i: abs(w[i] - value))
        free.remove(nearest)
        order.append(nearest)
    return np.array(order), left, right


def scaled(v, like, free):
    """Vectors of length 1 in the phase of those that SciPy gives: it makes an element real, except where `free`."""
    v = v / np.linalg.norm(v, axis=0)
    if np.all(np.imag(like) == 0):
        return v * phases(v, like)
    if free:
        raise Unsupported(
            "scipy.linalg.eig(a, b) has derivatives of vectors where all of them are real; elsewhere use eig of "
            "np.linalg.solve(b, a)"
        )
    rows = np.argmax(np.where(np.imag(like) == 0, np.absolute(like), 0), axis=0)
    element = v[rows, np.arange(len(rows))]
    turned = v * np.conj(element) / np.absolute(element)
    return turned * np.sign(np.real(like[rows, np.arange(len(rows))]))


def eig(a, b=None, left=False, right=True, *, check_finite=True):
    """`eig` of the problem `a v = w b v`, with left vectors, or without any."""
    w, v = sl.eig(a if b is None else np.linalg.solve(b, a))
    order, lefts, rights = pairs(w, a, b)
    w, v = w[order], v[:, order]
    found = [w]
    if left:
        found = [
            *found,
            scaled(np.conj(np.transpose(np.linalg.inv(v if b is None else np.matmul(b, v)))), lefts, b is not None),
        ]
    if right:
        found = [*found, scaled(v, rights, b is not None)]
    return tuple(found) if len(found) > 1 else w


def eigvals(a, b=None, *, check_finite=True):
    """`eigvals` of the problem `a v = w b v`."""
    return sl.eig(a, b, right=False)


def order_of(a, mode):
    """The order into which pivoting brings the columns."""
    return sl.qr(a, mode=mode, pivoting=True)[-1]


def qr(a, *, mode="full", pivoting=False, check_finite=True):
    """`qr` with its columns pivoted, or the upper factor alone."""
    if mode == "raw":
        raise Unsupported("scipy.linalg.qr(..., mode='raw') has no derivative rule; use mode='economic'")
    order = order_of(a, "economic") if pivoting else None
    q, r = sl.qr(a if order is None else a[..., order], mode="economic" if mode == "r" else mode)
    if mode == "r" and a.shape[-2] > a.shape[-1]:
        r = np.concatenate([r, np.zeros((*r.shape[:-2], a.shape[-2] - a.shape[-1], r.shape[-1]), r.dtype)], axis=-2)
    factors = (r,) if mode == "r" else (q, r)
    return factors if order is None else (*factors, order)


def rq(a, *, mode="full", check_finite=True):
    """`rq`: `qr` of the conjugate transpose, with its rows and columns in reverse."""
    rows, columns = a.shape
    if columns > rows and mode == "full":
        raise Unsupported("scipy.linalg.rq of a wide matrix is differentiated with mode='economic' only")
    q, r = sl.qr(np.conj(np.transpose(a))[:, ::-1][::-1], mode="full" if mode == "full" else "economic")
    r, q = np.conj(np.transpose(r))[::-1, ::-1], np.conj(np.transpose(q))[::-1, ::-1]
    if mode != "r":
        return r, q
    return np.concatenate([np.zeros((rows, columns - rows), r.dtype), r], axis=1) if columns > rows else r


def qr_multiply(a, c, mode="right", pivoting=False, conjugate=False, overwrite_a=False, overwrite_c=False):
    """`qr_multiply`, by the factors themselves."""
    if mode not in ("left", "right") or overwrite_a or overwrite_c:
        raise Unsupported("scipy.linalg.qr_multiply has a derivative rule in modes left and right, overwriting nothing")
    q, *rest = sl.qr(a, mode="economic", pivoting=pivoting)
    q = np.conj(q) if conjugate else q
    shape = np.shape(c)
    if mode == "right":
        found = np.matmul(np.atleast_2d(c), q)
    else:
        found = np.matmul(q, np.reshape(c, (shape[0], -1)))
    return np.ravel(found) if len(shape) == 1 else found, *rest


def check_rank(a):
    """Refuse a matrix whose columns depend on each other: its range turns in steps as they part."""
    if sl.orth(a).shape[1] < a.shape[1]:
        raise Unsupported(
            "scipy.linalg.subspace_angles has a derivative where the columns of each matrix are independent"
        )


def subspace_angles(A, B):
    """`subspace_angles`, the largest first: by their sines where these are small, and by their cosines elsewhere."""
    a, b = np.asarray(A), np.asarray(B)
    check_rank(a)
    check_rank(b)
    a, b = sl.qr(a, mode="economic")[0], sl.qr(b, mode="economic")[0]
    if np.shape(a)[1] < np.shape(b)[1]:
        a, b = b, a
    shared = np.matmul(np.conj(np.transpose(a)), b)
    cosines, sines = np.flip(sl.svdvals(shared)), sl.svdvals(b - np.matmul(a, shared))
    small = cosines**2 >= 0.5
    return np.where(small, np.arcsin(np.where(small, sines, 0)), np.arccos(np.where(small, 0, cosines)))


def rank_of(a, atol, rtol):
    """The rank that `pinv` finds."""
    return sl.pinv(a, atol=atol, rtol=rtol, return_rank=True)[1]


def pinv(a, *, atol=None, rtol=None, return_rank=False, check_finite=True):
    """`pinv` with the rank."""
    found = sl.pinv(a, atol=atol, rtol=rtol)
    return (found, rank_of(a, atol, rtol)) if return_rank else found


for _constant in (
    phases, places, hermitian_vectors, tridiagonal_vectors, band_vectors, pairs, order_of, rank_of,
    check_rank,
):  # fmt: skip
    constant(_constant)
otherwise(sl.eigh, eigh, type=(1,))
otherwise(sl.eigvalsh, eigvalsh, type=(1,))
otherwise(sl.eig, eig)
otherwise(sl.eigvals, eigvals)
otherwise(sl.qr, qr, mode=("full", "economic"), pivoting=(False,))
otherwise(sl.pinv, pinv)
for _definition in (eigh_tridiagonal, eigvalsh_tridiagonal, eig_banded, eigvals_banded, rq, qr_multiply):
    defined(getattr(sl, _definition.__name__), _definition)
defined(sl.subspace_angles, subspace_angles)
