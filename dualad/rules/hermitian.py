"""`np.linalg.pinv` and `np.linalg.svd` of Hermitian matrices, which a keyword says they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.registry import otherwise

__dualad_lift__ = True


def pinv(a, rcond=None, hermitian=False, *, rtol=None):
    """`np.linalg.pinv` of a Hermitian matrix, of which the lower triangle is read."""
    below, diagonal = np.tril(a, -1), np.real(np.multiply(a, np.eye(np.shape(a)[-1], dtype=bool)))
    whole = below + np.conj(np.swapaxes(below, -1, -2)) + diagonal
    return np.linalg.pinv(whole, rcond) if rtol is None else np.linalg.pinv(whole, rtol=rtol)


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """`np.linalg.svd` of Hermitian matrices, from their eigenvalues."""
    if not hermitian:
        return np.linalg.svd(a, full_matrices, compute_uv)
    if not compute_uv:
        return np.flip(np.sort(np.abs(np.linalg.eigvalsh(a)), axis=-1), -1)
    w, u = np.linalg.eigh(a)
    sizes = np.abs(w)
    order = np.flip(np.argsort(sizes, axis=-1), -1)
    signs = np.expand_dims(np.take_along_axis(np.sign(w), order, -1), -2)
    u = np.take_along_axis(u, np.expand_dims(order, -2), -1)
    return SVD_RESULT(u, np.take_along_axis(sizes, order, -1), np.conj(np.swapaxes(u * signs, -1, -2)))


SVD_RESULT: Any = type(np.linalg.svd(np.ones((1, 1))))


otherwise(np.linalg.pinv, pinv, hermitian=(False,))
otherwise(np.linalg.svd, svd)
