"""`scipy.linalg`: Cholesky, LU and QR factors, and least squares."""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import general, otherwise
from dualad.rules.decompositions import (
    adjoint,
    cholesky_back,
    cholesky_tangent,
    hermitian,
    svdvals_back,
    svdvals_tangent,
    triangle_back,
)
from dualad.rules.helpers import swap_last
from dualad.rules.linalg import pinv_back, pinv_tangent
from dualad.rules.scipy.calls import for_lapack, on_duals
from dualad.rules.scipy.solving import as_columns, check_single, fitting, triangle

solve_triangular = on_duals(sl.solve_triangular)
pinv = on_duals(sl.pinv)

# Cholesky

general(
    sl.cholesky,
    jvps=[lambda t, ans, a, lower=False, *, check_finite=True: cholesky_tangent(for_lapack(t), ans, not lower)],
    vjps=[lambda ct, ans, a, lower=False, *, check_finite=True: cholesky_back(ct, ans, not lower)],
)


# Older versions of SciPy leave the matrix's own entries in the other triangle, newer ones write zeros there.
_LEFT = 1.0 if sl.cho_factor(np.array([[2.0, 1.0], [1.0, 2.0]]))[0][1, 0] != 0.0 else 0.0


def cho_factor_tangent(t, ans, lower):
    """The tangent of `cho_factor`."""
    factor, t = triangle(ans[0], lower), for_lapack(t)
    return triangle(cholesky_tangent(t, factor, not lower), lower) + _LEFT * triangle(t, not lower, 1), 0.0


def cho_factor_back(ct, ans, lower):
    """The transpose of `cho_factor_tangent`."""
    mine = triangle(ct[0], lower)
    return cholesky_back(mine, triangle(ans[0], lower), not lower) + _LEFT * triangle(ct[0], not lower, 1)


general(
    sl.cho_factor,
    jvps=[lambda t, ans, a, lower=False, *, check_finite=True: cho_factor_tangent(t, ans, lower)],
    vjps=[lambda ct, ans, a, lower=False, *, check_finite=True: cho_factor_back(ct, ans, lower)],
)

# LU of a matrix whose rows are in the order of the pivots, which stays where it is


def square(x, k):
    """The leading square block of matrices."""
    return x[..., :k, :k]


def left_solved(lower, x):
    """`L^-1 x` for a unit lower triangle."""
    return solve_triangular(lower, x, lower=True, unit_diagonal=True)


def right_solved(x, upper):
    """`x U^-1` for an upper triangle."""
    return swap_last(solve_triangular(upper, swap_last(x), trans=1))


def left_back(lower, x):
    """`L^-T x`."""
    return solve_triangular(lower, x, trans=1, lower=True, unit_diagonal=True)


def right_back(x, upper):
    """`x U^-T`."""
    return swap_last(solve_triangular(upper, swap_last(x)))


def lu_factors_tangent(t, lower, upper):
    """The tangents of both factors: of a square block first, then of the rows below it or the columns beside it."""
    k = upper.shape[-2]
    l1, u1 = square(lower, k), square(upper, k)
    f = right_solved(left_solved(l1, square(t, k)), u1)
    du, dl = np.matmul(np.triu(f), u1), np.matmul(l1, np.tril(f, -1))
    if lower.shape[-2] > k:
        below = right_solved(t[..., k:, :] - np.matmul(lower[..., k:, :], du), u1)
        dl = np.concatenate([dl, below], axis=-2)
    if upper.shape[-1] > k:
        beside = left_solved(l1, t[..., :, k:]) - np.matmul(np.tril(f, -1), upper[..., :, k:])
        du = np.concatenate([du, beside], axis=-1)
    return dl, du


def lu_factors_back(gl, gu, lower, upper):
    """The transpose of `lu_factors_tangent`."""
    k = upper.shape[-2]
    l1, u1 = square(lower, k), square(upper, k)
    gu1, below, beside = square(gu, k), None, None
    if lower.shape[-2] > k:
        below = right_back(gl[..., k:, :], u1)
        gu1 = gu1 - np.matmul(swap_last(lower[..., k:, :]), below)
    under = np.matmul(swap_last(l1), square(gl, k))
    if upper.shape[-1] > k:
        beside = left_back(l1, gu[..., :, k:])
        under = under - np.matmul(gu[..., :, k:], swap_last(upper[..., :, k:]))
    gf = np.tril(under, -1) + np.triu(np.matmul(gu1, swap_last(u1)))
    found = right_back(left_back(l1, gf), u1)
    found = found if below is None else np.concatenate([found, below], axis=-2)
    return found if beside is None else np.concatenate([found, beside], axis=-1)


def unpacked(lu):
    """Both factors out of one matrix."""
    k = min(lu.shape)
    lower = np.tril(lu[:, :k], -1) + np.eye(lu.shape[0], k, dtype=lu.dtype)
    return lower, np.triu(lu[:k])


def pivoted(lu, piv):
    """The order of the rows, of which the last may not be pivots."""
    order = np.arange(lu.shape[0])
    for i, j in enumerate(piv):
        order[i], order[j] = order[j], order[i]
    return order


def lu_factor_tangent(t, ans):
    """The tangents of `lu_factor`."""
    check_single(ans[0])
    dl, du = lu_factors_tangent(t[pivoted(*ans)], *unpacked(ans[0]))
    k = du.shape[0]
    lower = np.concatenate([np.tril(dl, -1), np.zeros((len(dl), du.shape[1] - k), dl.dtype)], axis=1)
    upper = np.concatenate([np.triu(du), np.zeros((len(dl) - k, du.shape[1]), du.dtype)], axis=0)
    return lower + upper, 0.0


def lu_factor_back(ct, ans):
    """The transpose of `lu_factor_tangent`."""
    check_single(ans[0])
    k = min(ans[0].shape)
    g = lu_factors_back(np.tril(ct[0][:, :k], -1), np.triu(ct[0][:k]), *unpacked(ans[0]))
    return g[np.argsort(pivoted(*ans))]


general(
    sl.lu_factor,
    jvps=[lambda t, ans, a, *, check_finite=True: lu_factor_tangent(t, ans)],
    vjps=[lambda ct, ans, a, *, check_finite=True: lu_factor_back(ct, ans)],
)


def lu_tangent(t, ans):
    """The tangents of `lu`."""
    if t.size == 0:
        return tuple(map(np.zeros_like, ans))
    return np.zeros_like(ans[0]), *lu_factors_tangent(np.matmul(swap_last(ans[0]), t), ans[1], ans[2])


def lu_back(ct, ans, a):
    """The transpose of `lu_tangent`; the cotangents of both factors may be 0.0."""
    if a.size == 0:
        return np.zeros_like(a)
    gl, gu = np.tril(ct[1] + np.zeros_like(ans[1]), -1), np.triu(ct[2] + np.zeros_like(ans[2]))
    return np.matmul(ans[0], lu_factors_back(gl, gu, ans[1], ans[2]))


general(
    sl.lu,
    jvps=[lambda t, ans, a, *, check_finite=True: lu_tangent(t, ans)],
    vjps=[lambda ct, ans, a, *, check_finite=True: lu_back(ct, ans, a)],
)


def lu(a, permute_l=False, *, check_finite=True, p_indices=False):
    """`lu` with its permutation applied to the lower factor, or as indices."""
    if a.size == 0:
        return sl.lu(np.zeros(a.shape, a.dtype), permute_l, p_indices=p_indices)
    order, lower, upper = sl.lu(a, check_finite=check_finite)
    if permute_l:
        return np.matmul(order, lower), upper
    return (np.argmax(order, axis=-1).astype(np.int32) if p_indices else order), lower, upper


lu.__dict__["__dualad_lift__"] = True
otherwise(sl.lu, lu)

# QR, with the factors that LAPACK gives: the diagonal of R is real


def check_qr(a, mode, pivoting):
    """Refuse columns of Q beyond the rank, which are not determined, and modes whose Q is not given."""
    if mode not in ("full", "economic") or pivoting:
        raise Unsupported(
            "scipy.linalg.qr has a derivative rule for mode='economic' (or 'full', where this is the same) without "
            "pivoting"
        )
    if mode == "full" and a.shape[-2] > a.shape[-1]:
        raise Unsupported("scipy.linalg.qr of a tall matrix is differentiated with mode='economic' only")


def qr_tangent(t, ans, a, mode, pivoting):
    """The tangents of both factors."""
    check_qr(a, mode, pivoting)
    q, r, k = ans[0], ans[1], ans[1].shape[-2]
    r1, first = r[..., :k], t[..., :k]
    n = triangle_back(right_solved(np.matmul(adjoint(q), first), r1), False)
    dq = right_solved(first, r1) - np.matmul(q, n)
    dr = np.matmul(n, r1)
    if r.shape[-1] > k:
        beside = np.matmul(adjoint(q), t[..., k:]) + np.matmul(adjoint(dq), a[..., k:])
        dr = np.concatenate([dr, beside], axis=-1)
    return dq, dr


def qr_back(ct, ans, a, mode, pivoting):
    """The transpose of `qr_tangent`; either cotangent may be 0.0."""
    check_qr(a, mode, pivoting)
    q, r, k = ans[0], ans[1], ans[1].shape[-2]
    r1, gq, gr = r[..., :k], ct[0] + np.zeros_like(q), np.triu(ct[1] + np.zeros_like(r))
    beside = None
    if r.shape[-1] > k:
        g = gr[..., k:]
        beside = np.matmul(np.conj(q), g)
        gq = gq + np.conj(np.matmul(a[..., k:], swap_last(g)))
    gn = np.matmul(gr[..., :k], swap_last(r1)) - np.matmul(swap_last(q), gq)
    found = right_back(np.matmul(np.conj(q), hermitian(gn, False)) + gq, r1)
    return found if beside is None else np.concatenate([found, beside], axis=-1)


general(
    sl.qr,
    jvps=[lambda t, ans, a, *, mode="full", pivoting=False, check_finite=True: qr_tangent(t, ans, a, mode, pivoting)],
    vjps=[lambda ct, ans, a, *, mode="full", pivoting=False, check_finite=True: qr_back(ct, ans, a, mode, pivoting)],
)

# Least squares, where the rank stays as it is: the solution of least norm, the sums of squares that are left, and the
# singular values


def left_over(ans, a, b):
    """What the solution leaves of the right-hand side, as columns, where `lstsq` tells its squares; None elsewhere."""
    if np.size(ans[1]) == 0:
        return None
    return as_columns(b, b.ndim == 1) - np.matmul(a, as_columns(ans[0], b.ndim == 1))


def squares_tangent(left, t):
    """The tangent of the sums of squares, from that of what is left."""
    return 2 * np.sum(np.real(np.conj(left) * t), axis=0)


def lstsq_matrix_tangent(t, ans, a, b):
    """The tangents of `lstsq` in the matrix."""
    left = left_over(ans, a, b)
    x, columns = as_columns(ans[0], b.ndim == 1), as_columns(b, b.ndim == 1)
    dx = fitting(np.matmul(pinv_tangent(t, pinv(a), a), columns), b.ndim == 1)
    dr = np.zeros_like(ans[1]) if left is None else squares_tangent(left, -np.matmul(t, x))
    ds = 0.0 if ans[3] is None else svdvals_tangent(for_lapack(t), for_lapack(a))
    return dx, np.reshape(dr, np.shape(ans[1])), 0.0, ds


def lstsq_matrix_back(ct, ans, a, b):
    """The transpose of `lstsq_matrix_tangent`; each cotangent may be 0.0."""
    left, vector = left_over(ans, a, b), b.ndim == 1
    g = np.zeros_like(a)
    if np.ndim(ct[0]):
        outer = np.matmul(as_columns(ct[0], vector), swap_last(as_columns(b, vector)))
        g = g + pinv_back(outer, pinv(a), a)
    if left is not None:
        weighted = -2 * np.conj(left) * np.real(ct[1])  # real, in whatever dtype
        g = g + np.matmul(weighted, swap_last(as_columns(ans[0], vector)))
    return g + svdvals_back(ct[3], for_lapack(a)) if np.ndim(ct[3]) else g


def lstsq_right_tangent(t, ans, a, b):
    """The tangents of `lstsq` in the right-hand side."""
    left = left_over(ans, a, b)
    dr = np.zeros_like(ans[1]) if left is None else squares_tangent(left, as_columns(t, b.ndim == 1))
    return np.matmul(pinv(a), t), np.reshape(dr, np.shape(ans[1])), 0.0, 0.0


def lstsq_right_back(ct, ans, a, b):
    """The transpose of `lstsq_right_tangent`."""
    left = left_over(ans, a, b)
    g = np.matmul(swap_last(pinv(a)), ct[0]) if np.ndim(ct[0]) else np.zeros_like(b)
    return g if left is None else g + fitting(2 * np.conj(left) * np.real(ct[1]), b.ndim == 1)


def check_lstsq(a, b):
    """Refuse stacks."""
    if a.ndim != 2 or b.ndim > 2:
        raise Unsupported("scipy.linalg.lstsq of a stack of matrices has no derivative rule; solve them one by one")


general(
    sl.lstsq,
    jvps=[
        lambda t, ans, a, b, cond=None, *, check_finite=True, lapack_driver=None: lstsq_matrix_tangent(t, ans, a, b),
        lambda t, ans, a, b, cond=None, *, check_finite=True, lapack_driver=None: lstsq_right_tangent(t, ans, a, b),
    ],
    vjps=[
        lambda ct, ans, a, b, cond=None, *, check_finite=True, lapack_driver=None: lstsq_matrix_back(ct, ans, a, b),
        lambda ct, ans, a, b, cond=None, *, check_finite=True, lapack_driver=None: lstsq_right_back(ct, ans, a, b),
    ],
)
