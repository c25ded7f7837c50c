"""`scipy.linalg`: matrices put together from vectors and blocks: each element is an element of an argument, or zero."""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import Primitive, add, constant, general, linear, multilinear
from dualad.rules.indexing import scatter
from dualad.rules.scipy.banded import column_and_row_back
from dualad.rules.scipy.calls import on_duals

toeplitz, hankel = on_duals(sl.toeplitz), on_duals(sl.hankel)

MOST_BLOCKS = 64


def check_vector(x, name):
    """Refuse stacks of vectors."""
    if np.ndim(x) != 1:
        raise Unsupported(f"scipy.linalg.{name} is differentiated of vectors, not of an array of {np.ndim(x)} axes")


def block_of(ct, arrs, i):
    """The block of `ct` that is the i-th array of `block_diag`."""
    shapes = [(1,) * (2 - np.ndim(a)) + np.shape(a) for a in arrs]
    if any(len(s) > 2 for s in shapes):
        raise Unsupported("scipy.linalg.block_diag of stacks of matrices has no derivative rule")
    row, column = (sum(s[axis] for s in shapes[:i]) for axis in (0, 1))
    part = ct[row : row + shapes[i][0], column : column + shapes[i][1]]
    return np.reshape(part, np.shape(arrs[i]))


def block_rule(i):
    """The transpose of `block_diag` in its i-th argument."""
    return lambda ct, *arrs: block_of(ct, arrs, i)


add(Primitive(sl.block_diag, "linear", [block_rule(i) for i in range(MOST_BLOCKS)]))


def column_back(ct, c):
    """The transpose of `toeplitz` of a column alone."""
    check_vector(c, "toeplitz")
    return column_and_row_back(ct, c)


def part_of_toeplitz(ct, c, r, which):
    """The transpose of `toeplitz` of column and row."""
    check_vector(c, "toeplitz")
    check_vector(r, "toeplitz")
    return column_and_row_back(ct, (c, r))[which]


def diagonals_back(ct, place, length):
    """The sums of the elements of a matrix that have the same number in `place`."""
    return scatter(ct, (length,), place)


def hankel_back(ct, c, r, which):
    """The transpose of `hankel`: element `[i, j]` is `c[i + j]`, and beyond c's end r's, whose first is not read."""
    check_vector(c, "hankel")
    n, m = ct.shape
    totals = diagonals_back(ct, np.reshape(np.arange(n), (n, 1)) + np.arange(m), n + m - 1)
    return totals[:n] if which == 0 else np.concatenate([np.zeros(1, ct.dtype), totals[n:]])


def circulant_back(ct, c):
    """The transpose of `circulant`: element `[i, j]` is `c[i - j]`, counted round."""
    check_vector(c, "circulant")
    n = ct.shape[0]
    return diagonals_back(ct, (np.reshape(np.arange(n), (n, 1)) - np.arange(n)) % n, n)


def leslie_back(ct, f, s, which):
    """The transpose of `leslie`: a first row and the diagonal below the main one."""
    check_vector(f, "leslie")
    return ct[0] if which == 0 else np.diagonal(ct, -1)


def convolution_matrix_back(ct, a, n, mode):
    """The transpose of `convolution_matrix`: element `[i, j]` is `a[i - j + start]` where there is one."""
    check_vector(a, "convolution_matrix")
    m = a.shape[0]
    start = {"full": 0, "same": (min(m, n) - 1) // 2, "valid": min(m, n) - 1}[mode]
    place = start + np.reshape(np.arange(ct.shape[0]), (ct.shape[0], 1)) - np.arange(n)
    inside = np.logical_and(place >= 0, place < m)
    return scatter(np.where(inside, ct, 0), (m,), np.where(inside, place, 0))


def diagsvd_back(ct, s):
    """The transpose of `diagsvd`."""
    check_vector(s, "diagsvd")
    return np.diagonal(ct)


def zeros_or_none(x):
    """Zeros in place of an array that was given."""
    return None if x is None else np.zeros_like(x)


general(
    sl.toeplitz,
    jvps=[
        lambda t, ans, c, r=None: toeplitz(t, zeros_or_none(r)),
        lambda t, ans, c, r=None: toeplitz(np.zeros_like(c), t),
    ],
    vjps=[
        lambda ct, ans, c, r=None: column_back(ct, c) if r is None else part_of_toeplitz(ct, c, r, 0),
        lambda ct, ans, c, r=None: part_of_toeplitz(ct, c, r, 1),
    ],
)
general(
    sl.hankel,
    jvps=[
        lambda t, ans, c, r=None: hankel(t, zeros_or_none(r)),
        lambda t, ans, c, r=None: hankel(np.zeros_like(c), t),
    ],
    vjps=[
        lambda ct, ans, c, r=None: hankel_back(ct, c, r, 0),
        lambda ct, ans, c, r=None: hankel_back(ct, c, r, 1),
    ],
)
linear(sl.circulant, lambda ct, c: circulant_back(ct, c))
linear(
    sl.leslie,
    lambda ct, f, s: leslie_back(ct, f, s, 0),
    lambda ct, f, s: leslie_back(ct, f, s, 1),
)
linear(sl.convolution_matrix, lambda ct, a, n, mode="full": convolution_matrix_back(ct, a, n, mode))
linear(sl.diagsvd, lambda ct, s, M, N: diagsvd_back(ct, s))


def companion_row(t, a):
    """The tangent of the first row of a companion matrix, which is `-a[1:] / a[0]`."""
    return (a[1:] * t[0] / a[0] - t[1:]) / a[0]


def companion_tangent(t, ans, a):
    """The tangent of `companion`."""
    check_vector(a, "companion")
    return np.concatenate([np.reshape(companion_row(t, a), (1, -1)), np.zeros_like(ans[1:])])


def companion_back(ct, a):
    """The transpose of `companion_tangent`."""
    check_vector(a, "companion")
    return np.concatenate([np.reshape(np.sum(ct[0] * a[1:]) / a[0], (1,)), -ct[0]]) / a[0]


general(
    sl.companion,
    jvps=[lambda t, ans, a: companion_tangent(t, ans, a)],
    vjps=[lambda ct, ans, a: companion_back(ct, a)],
)


def khatri_rao_back(ct, x, which):
    """The cotangent of a factor of the column-wise Kronecker product; `x` is the other one."""
    n = ct.shape[0] // max(x.shape[0], 1)
    cells = np.reshape(ct, (n, x.shape[0], ct.shape[1]) if which == 0 else (x.shape[0], n, ct.shape[1]))
    return np.sum(cells * (x if which == 0 else np.expand_dims(x, 1)), axis=1 - which)


multilinear(
    sl.khatri_rao,
    lambda ct, a, b: khatri_rao_back(ct, b, 0),
    lambda ct, a, b: khatri_rao_back(ct, a, 1),
)
for _name in (
    "dft", "hadamard", "helmert", "hilbert", "invhilbert", "invpascal", "pascal", "bandwidth", "issymmetric",
    "ishermitian",
):  # fmt: skip
    constant(getattr(sl, _name))
