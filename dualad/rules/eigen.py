"""Eigenvalues and eigenvectors of matrices that need not be symmetric, where they are distinct.

The vectors are LAPACK's: each of length one, its largest element real. The tangents keep to that.
"""

from __future__ import annotations

import numpy as np

from dualad.registry import general
from dualad.rules.decompositions import on_diagonal, over_gaps
from dualad.rules.helpers import is_complex, quietly, swap_last


def largest(v):
    """Where the largest element of each column is."""
    return np.expand_dims(np.argmax(np.absolute(v), axis=-2), -2)


def in_columns(t, v):
    """A tangent of a matrix in the basis `v`."""
    return np.linalg.solve(v, np.matmul(t, v))


@quietly
def eig_tangent(t, ans):
    """The tangents of eigenvalues and eigenvectors."""
    w, v = ans[0], ans[1]
    p = in_columns(t, v)
    u = np.matmul(v, over_gaps(p, w))
    stretch = np.sum(np.real(np.conj(v) * u), axis=-2, keepdims=True)
    if is_complex(v):
        place = largest(v)
        turn = np.imag(np.take_along_axis(u, place, -2)) / np.real(np.take_along_axis(v, place, -2))
        stretch = stretch + 1j * turn
    return np.diagonal(p, 0, -2, -1), u - v * stretch


@quietly
def eig_back(ct, ans):
    """The transpose of `eig_tangent`; either of the two cotangents may be 0.0."""
    w, v = ans[0], ans[1]
    g = on_diagonal(ct[0] + np.zeros_like(w))
    if np.ndim(ct[1]):
        along_v = np.sum(ct[1] * v, axis=-2, keepdims=True)
        u = ct[1] - np.real(along_v) * np.conj(v)
        if is_complex(v):
            place = largest(v)
            turn = -1j * np.real(1j * along_v) / np.real(np.take_along_axis(v, place, -2))
            at = np.reshape(np.arange(v.shape[-2]), (-1, 1)) == place
            u = u - np.where(at, turn, 0)
        g = g + over_gaps(np.matmul(swap_last(v), u), w)
    return np.linalg.solve(swap_last(v), np.matmul(g, swap_last(v)))


def eigvals_tangent(t, a):
    """The tangents of eigenvalues alone."""
    return np.diagonal(in_columns(t, np.linalg.eig(a)[1]), 0, -2, -1)


def eigvals_back(ct, a):
    """The transpose of `eigvals_tangent`."""
    v = swap_last(np.linalg.eig(a)[1])
    return np.linalg.solve(v, np.expand_dims(ct, -1) * v)


general(
    np.linalg.eig,
    jvps=[lambda t, ans, a: eig_tangent(t, ans)],
    vjps=[lambda ct, ans, a: eig_back(ct, ans)],
    makes_complex=True,
    kind="general_eigenvectors",
)
general(
    np.linalg.eigvals,
    jvps=[lambda t, ans, a: eigvals_tangent(t, a)],
    vjps=[lambda ct, ans, a: eigvals_back(ct, a)],
    makes_complex=True,
)
