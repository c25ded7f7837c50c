"""Decompositions of matrices, where they are unique: distinct eigenvalues, distinct singular values.

Vectors that belong to equal values, or values that are equal but for rounding, have no derivative: it comes out as
infinite or NaN, unless nothing depends on how they are chosen within their space and the difference of the values is
not divided by. Values alone have one.

`np.linalg.eigh` and `np.linalg.cholesky` read one triangle of their argument, so the other has no derivative.
"""

from __future__ import annotations

import math

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import is_complex, present, quietly, swap_last


def adjoint(x):
    """The conjugate transpose."""
    return np.conj(swap_last(x))


def on_diagonal(x):
    """Vectors as diagonal matrices."""
    return np.expand_dims(x, -1) * np.eye(x.shape[-1], dtype=x.dtype)


def hermitian(t, lower):
    """The Hermitian matrix of which one triangle is read."""
    half = np.tril(t, -1) if lower else np.triu(t, 1)
    return half + adjoint(half) + on_diagonal(np.real(np.diagonal(t, 0, -2, -1)))


def triangle_back(g, lower):
    """The transpose of `hermitian`."""
    both = g + adjoint(g)
    half = np.tril(both, -1) if lower else np.triu(both, 1)
    return half + on_diagonal(np.real(np.diagonal(g, 0, -2, -1)))


def distances(w):
    """The differences w[j] - w[i]; exactly 0 where rounding alone may have made them: no digit of them holds."""
    apart = np.expand_dims(w, -2) - np.expand_dims(w, -1)
    largest = np.max(np.abs(w), axis=-1, keepdims=True, initial=0)
    noise = 2 * math.sqrt(w.shape[-1]) * np.finfo(w.dtype).eps * np.expand_dims(largest, -1)
    return np.where(np.less_equal(np.abs(apart), noise), 0, apart)


def over_gaps(x, w, squared=False):
    """The quotients x[i, j] / (w[j] - w[i]), or of their squares; 0 on the diagonal, and where x is 0 as the gap is."""
    apart = distances(w)
    apart = apart * (np.expand_dims(w, -2) + np.expand_dims(w, -1)) if squared else apart
    nothing = np.logical_or(np.eye(w.shape[-1], dtype=bool), np.logical_and(apart == 0, x == 0))
    return np.where(nothing, 0, x / np.where(nothing, 1, apart))


# Hermitian eigenproblems


def turned(t, v):
    """A tangent of a matrix in the basis of its eigenvectors."""
    return np.matmul(np.matmul(adjoint(v), t), v)


def turned_back(g, v):
    """The transpose of `turned`."""
    return np.matmul(np.matmul(np.conj(v), g), swap_last(v))


@quietly
def eigh_tangent(t, ans, lower):
    """The tangents of eigenvalues and eigenvectors."""
    w, v = ans[0], ans[1]
    p = turned(hermitian(t, lower), v)
    return np.real(np.diagonal(p, 0, -2, -1)), np.matmul(v, over_gaps(p, w))


@quietly
def eigh_back(ct, ans, lower):
    """The cotangent of the matrix; either of the two that it is made from may be 0.0."""
    w, v = ans[0], ans[1]
    g = on_diagonal(ct[0] + np.zeros_like(w))
    if np.ndim(ct[1]):
        g = g + over_gaps(np.matmul(swap_last(v), ct[1]), w)
    return triangle_back(turned_back(g, v), lower)


def eigvalsh_tangent(t, a, UPLO):
    """The tangents of eigenvalues alone."""
    _, v = np.linalg.eigh(a, UPLO)
    return np.real(np.diagonal(turned(hermitian(t, UPLO == "L"), v), 0, -2, -1))


def eigvalsh_back(ct, a, UPLO):
    """The transpose of `eigvalsh_tangent`."""
    _, v = np.linalg.eigh(a, UPLO)
    return triangle_back(turned_back(on_diagonal(ct), v), UPLO == "L")


general(
    np.linalg.eigh,
    jvps=[lambda t, ans, a, UPLO="L": eigh_tangent(t, ans, UPLO == "L")],
    vjps=[lambda ct, ans, a, UPLO="L": eigh_back(ct, ans, UPLO == "L")],
    kind="eigenvectors",
)
general(
    np.linalg.eigvalsh,
    jvps=[lambda t, ans, a, UPLO="L": eigvalsh_tangent(t, a, UPLO)],
    vjps=[lambda ct, ans, a, UPLO="L": eigvalsh_back(ct, a, UPLO)],
    kind="eigenvalues",
)

# The Cholesky factor


def half_triangle(x):
    """The lower triangle with half of the diagonal."""
    return np.tril(x) - on_diagonal(np.diagonal(x, 0, -2, -1)) / 2


def cholesky_tangent(t, ans, upper):
    """The tangent of the factor."""
    if upper:
        return adjoint(cholesky_tangent(adjoint(t), adjoint(ans), False))
    inner = np.linalg.solve(ans, adjoint(np.linalg.solve(ans, adjoint(hermitian(t, True)))))
    return np.matmul(ans, half_triangle(inner))


def cholesky_back(ct, ans, upper):
    """The transpose of `cholesky_tangent`."""
    if upper:
        return adjoint(cholesky_back(adjoint(ct), adjoint(ans), False))
    inner = half_triangle(np.matmul(swap_last(ans), ct))
    left = np.linalg.solve(swap_last(ans), inner)
    return triangle_back(swap_last(np.linalg.solve(adjoint(ans), swap_last(left))), True)


general(
    np.linalg.cholesky,
    jvps=[lambda t, ans, a, /, *, upper=False: cholesky_tangent(t, ans, upper)],
    vjps=[lambda ct, ans, a, /, *, upper=False: cholesky_back(ct, ans, upper)],
    kind="solved",
)

# Singular values


def check_svd(a, full_matrices):
    """Refuse the columns beyond the rank, which are not determined."""
    if full_matrices and a.shape[-1] != a.shape[-2]:
        raise Unsupported(
            "np.linalg.svd of a matrix that is not square is differentiated with full_matrices=False only"
        )


def outside(u):
    """The projection onto what `u` does not span."""
    return np.eye(u.shape[-2], dtype=u.dtype) - np.matmul(u, adjoint(u))


@quietly
def svd_tangent(t, ans, a, full_matrices):
    """The tangents of both bases and the singular values."""
    check_svd(a, full_matrices)
    u, s, v = ans[0], ans[1], adjoint(ans[2])
    row, column = np.expand_dims(s, -2), np.expand_dims(s, -1)
    p = np.matmul(np.matmul(adjoint(u), t), v)
    du = np.matmul(u, over_gaps(p * row + column * adjoint(p), s, squared=True))
    dv = np.matmul(v, over_gaps(column * p + adjoint(p) * row, s, squared=True))
    if is_complex(a):
        du = du + u * np.expand_dims(1j * np.imag(np.diagonal(p, 0, -2, -1)) / s, -2)
    if u.shape[-2] > u.shape[-1]:
        du = du + np.matmul(np.matmul(outside(u), t), v) / row
    if v.shape[-2] > v.shape[-1]:
        dv = dv + np.matmul(np.matmul(outside(v), adjoint(t)), u) / row
    return du, np.real(np.diagonal(p, 0, -2, -1)), adjoint(dv)


@quietly
def svd_back(ct, ans, a, full_matrices):
    """The transpose of `svd_tangent`, term by term; any of the three cotangents may be 0.0."""
    if np.ndim(ct[0]) or np.ndim(ct[2]):
        check_svd(a, full_matrices)
    elif full_matrices:
        return svdvals_back(ct[1], a)
    u, s, v = ans[0], ans[1], adjoint(ans[2])
    row, column = np.expand_dims(s, -2), np.expand_dims(s, -1)
    g, beyond = on_diagonal(ct[1] + np.zeros_like(s)), 0.0
    if np.ndim(ct[0]):
        m = np.matmul(swap_last(u), ct[0])
        weighted = over_gaps(m, s, squared=True)
        g = g + weighted * row + adjoint(weighted * column)
        if is_complex(a):
            g = g + on_diagonal(-1j * np.real(1j * np.diagonal(m, 0, -2, -1)) / s)
        if u.shape[-2] > u.shape[-1]:
            beyond = beyond + swap_last(np.matmul(np.matmul(v / row, swap_last(ct[0])), outside(u)))
    if np.ndim(ct[2]):
        e = adjoint(ct[2])
        weighted = over_gaps(np.matmul(swap_last(v), e), s, squared=True)
        g = g + weighted * column + adjoint(weighted * row)
        if v.shape[-2] > v.shape[-1]:
            beyond = beyond + np.conj(np.matmul(np.matmul(u / row, swap_last(e)), outside(v)))
    return np.matmul(np.matmul(np.conj(u), g), swap_last(v)) + beyond


def svdvals_tangent(t, a):
    """The tangents of singular values alone."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.real(np.diagonal(np.matmul(np.matmul(adjoint(u), t), adjoint(vh)), 0, -2, -1))


def svdvals_back(ct, a):
    """The transpose of `svdvals_tangent`."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.conj(np.matmul(u * np.expand_dims(ct, -2), vh))


general(
    np.linalg.svd,
    jvps=[
        lambda t, ans, a, full_matrices=True, compute_uv=True: (
            svd_tangent(t, ans, a, full_matrices) if compute_uv else svdvals_tangent(t, a)
        )
    ],
    vjps=[
        lambda ct, ans, a, full_matrices=True, compute_uv=True: (
            svd_back(ct, ans, a, full_matrices) if compute_uv else svdvals_back(ct, a)
        )
    ],
    kind="singular_vectors",
)
for _svdvals in present(np.linalg, "svdvals"):
    general(
        _svdvals,
        jvps=[lambda t, ans, x, /: svdvals_tangent(t, x)],
        vjps=[lambda ct, ans, x, /: svdvals_back(ct, x)],
        kind="singular_values",
    )

# Orthogonal factors. The diagonal of the triangular one is real, as LAPACK leaves it.


def check_qr(a, mode):
    """Refuse columns beyond the rank, which are not determined, and LAPACK's own form."""
    if mode == "raw" or (mode == "complete" and a.shape[-2] > a.shape[-1]):
        raise Unsupported(f"np.linalg.qr(..., {mode!r}) has no derivative rule for this shape; use mode='reduced'")


def upper(b):
    """What of a tangent, seen from both factors, belongs to the triangular one; it is its own transpose."""
    return hermitian(b, False)


def turned_upper(p):
    """`p` less the rotation that it contains."""
    low = np.tril(p, -1)
    found = p - low + adjoint(low)
    return found - 1j * on_diagonal(np.imag(np.diagonal(p, 0, -2, -1))) if is_complex(p) else found


def right_solve(y, r):
    """`y` times the inverse of a triangular matrix."""
    return swap_last(np.linalg.solve(swap_last(r), swap_last(y)))


def tall_tangent(t, q, r):
    """The tangents of both factors of a matrix that is not wider than high."""
    whole = right_solve(t, r)
    b = turned_upper(np.matmul(adjoint(q), whole))
    return whole - np.matmul(q, b), np.matmul(b, r)


def tall_back(ct_q, ct_r, q, r):
    """The transpose of `tall_tangent`."""
    b = np.matmul(ct_r, swap_last(r)) - np.matmul(swap_last(q), ct_q)
    return right_solve(ct_q + np.matmul(np.conj(q), upper(b)), swap_last(r))


def qr_tangent(t, q, r):
    """The tangents of both factors; of a wide matrix the first columns make the orthogonal one."""
    k = q.shape[-1]
    dq, dr = tall_tangent(t[..., :k], q, r[..., :k])
    if r.shape[-1] == k:
        return dq, dr
    rest = np.matmul(adjoint(q), t[..., k:] - np.matmul(dq, r[..., k:]))
    return dq, np.concatenate([dr, rest], axis=-1)


def qr_back(ct_q, ct_r, q, r):
    """The transpose of `qr_tangent`; either cotangent may be 0.0."""
    k = q.shape[-1]
    ct_q, ct_r = ct_q + np.zeros_like(q), ct_r + np.zeros_like(r)
    if r.shape[-1] == k:
        return tall_back(ct_q, ct_r, q, r)
    rest = np.matmul(np.conj(q), ct_r[..., k:])
    ct_q = ct_q - np.matmul(rest, swap_last(r[..., k:]))
    return np.concatenate([tall_back(ct_q, ct_r[..., :k], q, r[..., :k]), rest], axis=-1)


def qr_tangents(t, ans, a, mode):
    """The tangent of `np.linalg.qr` in any mode."""
    check_qr(a, mode)
    q, r = np.linalg.qr(a) if mode == "r" else (ans[0], ans[1])
    found = qr_tangent(t, q, r)
    return found[1] if mode == "r" else found


def qr_cotangent(ct, ans, a, mode):
    """The cotangent of `np.linalg.qr` in any mode."""
    check_qr(a, mode)
    q, r = np.linalg.qr(a) if mode == "r" else (ans[0], ans[1])
    return qr_back(0.0, ct, q, r) if mode == "r" else qr_back(ct[0], ct[1], q, r)


general(
    np.linalg.qr,
    jvps=[lambda t, ans, a, mode="reduced": qr_tangents(t, ans, a, mode)],
    vjps=[lambda ct, ans, a, mode="reduced": qr_cotangent(ct, ans, a, mode)],
    kind="triangular",
)
