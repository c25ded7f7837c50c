"""`scipy.linalg`: eigenvalues and singular values. Where two eigenvalues are equal, vectors have no derivative.

The formulas are those of Giles, "Collected matrix derivative results for forward and reverse mode AD" (2008), and, for
vectors, of Boeddeker et al., "On the computation of complex-valued gradients" (2017).
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.decompositions import (
    hermitian,
    on_diagonal,
    over_gaps,
    svd_back,
    svd_tangent,
    svdvals_back,
    svdvals_tangent,
    triangle_back,
    turned,
    turned_back,
)
from dualad.rules.helpers import quietly, swap_last
from dualad.rules.scipy.calls import for_lapack, on_duals

eigh, eig = on_duals(sl.eigh), on_duals(sl.eig)

# Hermitian problems `a v = w b v`, whose vectors have `v^H b v = 1`


def check_type(b, type):
    """Refuse the other two kinds of generalised problems."""
    if b is not None and type != 1:
        raise Unsupported(f"scipy.linalg.eigh(..., type={type}) has no derivative rule; bring the problem to type 1")


def diagonal(x):
    """The real diagonals of matrices."""
    return np.real(np.diagonal(x, 0, -2, -1))


def pair_tangent(p, q, w, v):
    """The tangents of values and vectors; `p` and `q` are those of `a` and `b` (or None) in the basis of vectors."""
    if q is None:
        return diagonal(p), np.matmul(v, over_gaps(p, w))
    scale = on_diagonal(diagonal(q)) / 2
    return diagonal(p) - w * diagonal(q), np.matmul(v, over_gaps(p - q * np.expand_dims(w, -2), w) - scale)


def pair_back(ct, w, v, of_b):
    """The transpose of `pair_tangent`, of either matrix, still in the basis of vectors."""
    values = ct[0] + np.zeros_like(w)
    g = on_diagonal(-w * values if of_b else values)
    if np.ndim(ct[1]):
        m = np.matmul(swap_last(v), ct[1])
        g = g - over_gaps(m, w) * np.expand_dims(w, -2) - on_diagonal(diagonal(m)) / 2 if of_b else g + over_gaps(m, w)
    return g


@quietly
def eigh_tangent(t, ans, a, b, lower, eigvals_only, type, of_b):
    """The tangents of `eigh` in either matrix."""
    check_type(b, type)
    w, v = eigh(a, b, lower=lower) if eigvals_only else ans
    moved = turned(hermitian(t, lower), v)
    found = pair_tangent(np.zeros_like(moved), moved, w, v) if of_b else pair_tangent(moved, None, w, v)
    return found[0] if eigvals_only else found


@quietly
def eigh_back(ct, ans, a, b, lower, eigvals_only, type, of_b):
    """The cotangent of either matrix of `eigh`."""
    check_type(b, type)
    w, v = eigh(a, b, lower=lower) if eigvals_only else ans
    g = pair_back((ct, 0.0) if eigvals_only else ct, w, v, of_b)
    return triangle_back(turned_back(g, v), lower)


general(
    sl.eigh,
    jvps=[
        lambda t, ans, a, b=None, *, lower=True, eigvals_only=False, type=1, check_finite=True, driver=None: (
            eigh_tangent(t, ans, a, b, lower, eigvals_only, type, False)
        ),
        lambda t, ans, a, b=None, *, lower=True, eigvals_only=False, type=1, check_finite=True, driver=None: (
            eigh_tangent(t, ans, a, b, lower, eigvals_only, type, True)
        ),
    ],
    vjps=[
        lambda ct, ans, a, b=None, *, lower=True, eigvals_only=False, type=1, check_finite=True, driver=None: eigh_back(
            ct, ans, a, b, lower, eigvals_only, type, False
        ),
        lambda ct, ans, a, b=None, *, lower=True, eigvals_only=False, type=1, check_finite=True, driver=None: eigh_back(
            ct, ans, a, b, lower, eigvals_only, type, True
        ),
    ],
)
general(
    sl.eigvalsh,
    jvps=[
        lambda t, ans, a, b=None, *, lower=True, type=1, check_finite=True, driver=None: eigh_tangent(
            t, ans, a, b, lower, True, type, False
        ),
        lambda t, ans, a, b=None, *, lower=True, type=1, check_finite=True, driver=None: eigh_tangent(
            t, ans, a, b, lower, True, type, True
        ),
    ],
    vjps=[
        lambda ct, ans, a, b=None, *, lower=True, type=1, check_finite=True, driver=None: eigh_back(
            ct, ans, a, b, lower, True, type, False
        ),
        lambda ct, ans, a, b=None, *, lower=True, type=1, check_finite=True, driver=None: eigh_back(
            ct, ans, a, b, lower, True, type, True
        ),
    ],
)

# Other problems `a v = w v`. LAPACK scales each vector to length 1 with a real element of largest size.


def real_elements(v):
    """For each vector, 1 at the element that LAPACK made real, the largest of those that are."""
    sizes = np.where(np.imag(v) == 0, np.absolute(v), 0)
    return np.expand_dims(np.argmax(sizes, -2), -2) == np.reshape(np.arange(v.shape[-2]), (-1, 1))


def scaling_tangent(dv, v):
    """What must be added to a tangent of vectors, per vector as a multiple of it, for length and phase to stay."""
    chosen = real_elements(v)
    length = -np.sum(np.real(np.conj(v) * dv), -2, keepdims=True)
    phase = -np.sum(np.where(chosen, np.imag(dv), 0), -2, keepdims=True)
    return length + 1j * phase / np.sum(np.where(chosen, np.real(v), 0), -2, keepdims=True)


def scaling_back(g, v):
    """The transpose of `scaling_tangent`, of the cotangent of the multiples."""
    chosen = real_elements(v)
    element = np.sum(np.where(chosen, np.real(v), 0), -2, keepdims=True)
    return -np.real(g) * np.conj(v) - np.where(chosen, 1j * np.imag(g) / element, 0)


@quietly
def eig_tangent(t, ans):
    """The tangents of eigenvalues and right eigenvectors."""
    w, v = ans
    p = np.linalg.solve(v, np.matmul(for_lapack(t), v))
    dv = np.matmul(v, over_gaps(p, w))
    return np.diagonal(p, 0, -2, -1), dv + v * scaling_tangent(dv, v)


@quietly
def eig_back(ct, ans):
    """The transpose of `eig_tangent`; either cotangent may be 0.0."""
    w, v = ans
    g = on_diagonal(ct[0] + np.zeros_like(w))
    if np.ndim(ct[1]):
        gv = ct[1] + scaling_back(np.sum(ct[1] * v, -2, keepdims=True), v)
        g = g + over_gaps(np.matmul(swap_last(v), gv), w)
    return np.linalg.solve(swap_last(v), np.matmul(g, swap_last(v)))


general(
    sl.eig,
    jvps=[lambda t, ans, a, *, check_finite=True: eig_tangent(t, ans)],
    vjps=[lambda ct, ans, a, *, check_finite=True: eig_back(ct, ans)],
)
general(
    sl.eigvals,
    jvps=[lambda t, ans, a, *, check_finite=True: eig_tangent(t, eig(for_lapack(a)))[0]],
    vjps=[lambda ct, ans, a, *, check_finite=True: eig_back((ct, 0.0), eig(for_lapack(a)))],
)

# Singular values

general(
    sl.svd,
    jvps=[
        lambda t, ans, a, full_matrices=True, compute_uv=True, *, check_finite=True, lapack_driver="gesdd": (
            svd_tangent(t, ans, a, full_matrices) if compute_uv else svdvals_tangent(for_lapack(t), for_lapack(a))
        )
    ],
    vjps=[
        lambda ct, ans, a, full_matrices=True, compute_uv=True, *, check_finite=True, lapack_driver="gesdd": (
            svd_back(ct, ans, a, full_matrices) if compute_uv else svdvals_back(ct, for_lapack(a))
        )
    ],
)
general(
    sl.svdvals,
    jvps=[lambda t, ans, a, *, check_finite=True: svdvals_tangent(for_lapack(t), for_lapack(a))],
    vjps=[lambda ct, ans, a, *, check_finite=True: svdvals_back(ct, for_lapack(a))],
)
