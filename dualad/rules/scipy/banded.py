"""`scipy.linalg`: systems whose matrix is given by its diagonals.

Of a band with `u` diagonals above the main one, row `r` holds the diagonal at offset `u - r`: element `[i, i + offset]`
of the matrix is element `[r, i + offset]` of the band.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import swap_last, unbroadcast
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.solving import as_columns, fitting

solve_banded = on_duals(sl.solve_banded)
solve_toeplitz, matmul_toeplitz = on_duals(sl.solve_toeplitz), on_duals(sl.matmul_toeplitz)


def diagonals(l_and_u, n):
    """For each row of a band: the row, and the slices of rows and columns of the matrix that it fills."""
    for r in range(l_and_u[0] + l_and_u[1] + 1):
        offset = l_and_u[1] - r
        start = max(0, -offset)
        stop = max(start, n - max(0, offset))
        yield r, slice(start, stop), slice(start + offset, stop + offset)


def check_band(ab):
    """Refuse stacks of bands."""
    if ab.ndim != 2:
        raise Unsupported("banded systems in stacks have no derivative rule; solve them one by one")


def band_times(ab, x, l_and_u):
    """The product of a banded matrix with a matrix."""
    n = ab.shape[1]
    found = np.zeros(x.shape, np.result_type(ab.dtype, x.dtype))
    for r, rows, columns in diagonals(l_and_u, n):
        found = found + scatter(np.expand_dims(ab[r, columns], -1) * x[columns], x.shape, rows)
    return found


def band_of(left, right, l_and_u):
    """The band of the matrix `left @ right.T`."""
    n = left.shape[0]
    dtype = np.result_type(left.dtype, right.dtype)
    found = np.zeros((l_and_u[0] + l_and_u[1] + 1, n), dtype)
    for r, rows, columns in diagonals(l_and_u, n):
        found = found + scatter(np.sum(left[rows] * right[columns], -1), found.shape, (r, columns))
    return found


def band_transposed(ab, l_and_u):
    """The band of the transposed matrix."""
    found = np.zeros_like(ab)
    for r, rows, columns in diagonals(l_and_u, ab.shape[1]):
        found = found + scatter(ab[r, columns], ab.shape, (ab.shape[0] - 1 - r, rows))
    return found


def banded_tangent(t, ans, l_and_u, ab, b):
    """The tangent of `solve_banded` in the band."""
    check_band(ab)
    return -solve_banded(l_and_u, ab, fitting(band_times(t, as_columns(ans, b.ndim == 1), l_and_u), b.ndim == 1))


def banded_transposed(ct, l_and_u, ab):
    """The solution with the transposed matrix."""
    check_band(ab)
    return solve_banded((l_and_u[1], l_and_u[0]), band_transposed(ab, l_and_u), ct)


def banded_back(ct, ans, l_and_u, ab, b):
    """The cotangent of the band of `solve_banded`."""
    vector = b.ndim == 1
    return band_of(-as_columns(banded_transposed(ct, l_and_u, ab), vector), as_columns(ans, vector), l_and_u)


general(
    sl.solve_banded,
    jvps=[
        None,
        lambda t, ans, l_and_u, ab, b, *, check_finite=True: banded_tangent(t, ans, l_and_u, ab, b),
        lambda t, ans, l_and_u, ab, b, *, check_finite=True: solve_banded(l_and_u, ab, t),
    ],
    vjps=[
        None,
        lambda ct, ans, l_and_u, ab, b, *, check_finite=True: banded_back(ct, ans, l_and_u, ab, b),
        lambda ct, ans, l_and_u, ab, b, *, check_finite=True: banded_transposed(ct, l_and_u, ab),
    ],
)

# Hermitian bands, of which one half is given; imaginary parts on the main diagonal are not read


def whole_band(ab, lower):
    """The band of the Hermitian matrix of which one half is given."""
    k = ab.shape[0] - 1
    check_band(ab)
    main = np.real(ab[0:1] if lower else ab[-1:])
    half = ab[1:] if lower else ab[:-1]
    places = [(slice(0, ab.shape[1] - d), slice(d, ab.shape[1])) for d in range(1, k + 1)]
    other = np.zeros_like(half)
    kept = np.zeros_like(half)
    for d, (start, end) in enumerate(places, 1):
        row = d - 1 if lower else k - d
        mine, opposite = (start, end) if lower else (end, start)
        kept = kept + scatter(half[row, mine], half.shape, (row, mine))
        other = other + scatter(np.conj(half[row, mine]), half.shape, (k - 1 - row, opposite))
    return np.concatenate([other, main, kept] if lower else [kept, main, other]).astype(ab.dtype)


def half_band(g, lower):
    """The transpose of `whole_band`."""
    k, n = g.shape[0] // 2, g.shape[1]
    kept, other = (g[k + 1 :], g[:k]) if lower else (g[:k], g[k + 1 :])
    found = np.zeros_like(kept)
    for d in range(1, k + 1):
        start, end = slice(0, n - d), slice(d, n)
        row = d - 1 if lower else k - d
        mine, opposite = (start, end) if lower else (end, start)
        both = kept[row, mine] + np.conj(other[k - 1 - row, opposite])
        found = found + scatter(both, kept.shape, (row, mine))
    main = np.real(g[k : k + 1]).astype(g.dtype)
    return np.concatenate([main, found] if lower else [found, main])


def both_sides(ab):
    """How many diagonals a Hermitian band has below and above the main one."""
    return (ab.shape[0] - 1, ab.shape[0] - 1)


def hermitian_banded_tangent(t, ans, ab, b, lower):
    """The tangent of `solveh_banded` in the band."""
    return banded_tangent(whole_band(t, lower), ans, both_sides(ab), whole_band(ab, lower), b)


def hermitian_banded_back(ct, ans, ab, b, lower):
    """The cotangent of the band of `solveh_banded`."""
    return half_band(banded_back(ct, ans, both_sides(ab), whole_band(ab, lower), b), lower)


general(
    sl.solveh_banded,
    jvps=[
        lambda t, ans, ab, b, *, lower=False, check_finite=True: hermitian_banded_tangent(t, ans, ab, b, lower),
        lambda t, ans, ab, b, *, lower=False, check_finite=True: solve_banded(both_sides(ab), whole_band(ab, lower), t),
    ],
    vjps=[
        lambda ct, ans, ab, b, *, lower=False, check_finite=True: hermitian_banded_back(ct, ans, ab, b, lower),
        lambda ct, ans, ab, b, *, lower=False, check_finite=True: banded_transposed(
            ct, both_sides(ab), whole_band(ab, lower)
        ),
    ],
)

# Toeplitz matrices, given by their first column or by column and row, whose first element is not read


def column_and_row(c_or_cr):
    """Column and row; the row of a column alone is its conjugate."""
    if isinstance(c_or_cr, (tuple, list)) and len(c_or_cr) == 2:
        return c_or_cr[0], c_or_cr[1]
    return c_or_cr, np.conj(c_or_cr)


def moved_toeplitz(t, c_or_cr):
    """The tangents of column and row."""
    if isinstance(c_or_cr, (tuple, list)) and len(c_or_cr) == 2:
        return tuple(np.broadcast_to(part, np.shape(x)) for part, x in zip(t, c_or_cr))
    return t, np.conj(t)


def check_column(c_or_cr):
    """Refuse stacks, and arrays that SciPy flattens."""
    if any(np.ndim(part) != 1 for part in column_and_row(c_or_cr)):
        raise Unsupported("Toeplitz matrices are differentiated where column and row are vectors")


def transposed_toeplitz(c_or_cr):
    """Column and row of the transposed matrix."""
    c, r = column_and_row(c_or_cr)
    return np.concatenate([c[:1], r[1:]]), c


def diagonal_sums(g):
    """The sums along the diagonals of a matrix, from the upper right one on."""
    n, m = g.shape
    place = m - 1 + np.reshape(np.arange(n), (n, 1)) - np.arange(m)
    return scatter(g, (max(n + m - 1, 0),), place)


def product_sums(g, x):
    """The same of `g @ x.T`, which is not made where it is large: the sums are a convolution."""
    n = g.shape[0] + x.shape[0] - 1
    if g.shape[0] * x.shape[0] <= 4096:
        return diagonal_sums(np.matmul(g, swap_last(x)))
    found = np.fft.ifft(np.sum(np.fft.fft(g, n, 0) * np.fft.fft(np.flip(x, 0), n, 0), axis=1))
    return found if np.iscomplexobj(g) or np.iscomplexobj(x) else np.real(found)


def column_and_row_back(g, c_or_cr):
    """The cotangents of column and row, from that of the matrix."""
    return of_diagonals(diagonal_sums(g), c_or_cr)


def of_diagonals(totals, c_or_cr):
    """The cotangents of column and row, from the sums along the diagonals."""
    m = column_and_row(c_or_cr)[1].shape[0]
    column, row = (
        totals[max(m - 1, 0) :],
        np.concatenate([np.zeros(min(m, 1), totals.dtype), totals[: max(m - 1, 0)][::-1]]),
    )
    if isinstance(c_or_cr, (tuple, list)) and len(c_or_cr) == 2:
        return [column, row]
    return column + np.conj(row)


def toeplitz_tangent(t, ans, c_or_cr, x):
    """The tangent of `matmul_toeplitz` in the matrix."""
    check_column(c_or_cr)
    return matmul_toeplitz(moved_toeplitz(t, c_or_cr), x)


def toeplitz_back(ct, c_or_cr, x):
    """The cotangent of the matrix of `matmul_toeplitz`."""
    check_column(c_or_cr)
    return of_diagonals(product_sums(as_columns(ct, x.ndim == 1), as_columns(x, x.ndim == 1)), c_or_cr)


general(
    sl.matmul_toeplitz,
    jvps=[
        lambda t, ans, c_or_cr, x, check_finite=False, workers=None: toeplitz_tangent(t, ans, c_or_cr, x),
        lambda t, ans, c_or_cr, x, check_finite=False, workers=None: matmul_toeplitz(c_or_cr, t),
    ],
    vjps=[
        lambda ct, ans, c_or_cr, x, check_finite=False, workers=None: toeplitz_back(ct, c_or_cr, x),
        lambda ct, ans, c_or_cr, x, check_finite=False, workers=None: matmul_toeplitz(transposed_toeplitz(c_or_cr), ct),
    ],
    sequences=(0,),
)


def toeplitz_solved_tangent(t, ans, c_or_cr):
    """The tangent of `solve_toeplitz` in the matrix."""
    return -solve_toeplitz(c_or_cr, toeplitz_tangent(t, None, c_or_cr, ans))


def toeplitz_solved_back(ct, ans, c_or_cr):
    """The cotangent of the matrix of `solve_toeplitz`."""
    return toeplitz_back(-solve_toeplitz(transposed_toeplitz(c_or_cr), ct), c_or_cr, ans)


general(
    sl.solve_toeplitz,
    jvps=[
        lambda t, ans, c_or_cr, b, check_finite=True: toeplitz_solved_tangent(t, ans, c_or_cr),
        lambda t, ans, c_or_cr, b, check_finite=True: solve_toeplitz(c_or_cr, t),
    ],
    vjps=[
        lambda ct, ans, c_or_cr, b, check_finite=True: toeplitz_solved_back(ct, ans, c_or_cr),
        lambda ct, ans, c_or_cr, b, check_finite=True: unbroadcast(
            solve_toeplitz(transposed_toeplitz(c_or_cr), ct), b.shape
        ),
    ],
    sequences=(0,),
)
