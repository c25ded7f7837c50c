"""`scipy.linalg`: Cholesky factors of banded matrices, column by column, and systems solved by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.rules.helpers import define
from dualad.rules.scipy.calls import for_lapack

__dualad_lift__ = True


def require_kept(name, option, overwrites):
    """Refuse that an argument is overwritten, which could be read again."""
    if overwrites:
        raise Unsupported(f"scipy.linalg.{name} has no derivative with {option}=True; leave the option out")


def flipped(band, lower):
    """The band of the conjugate transpose; places outside the matrix hold zeros."""
    k, n = band.shape[0] - 1, band.shape[1]
    rows = [
        np.concatenate([band[i, d:], zeros_of(band, min(d, n))]) if not lower
        else np.concatenate([zeros_of(band, min(d, n)), band[i, : n - d]])
        for i, d in reverse_rows(k, n, lower)
    ]  # fmt: skip
    return np.conj(np.stack(rows))


def reverse_rows(k, n, lower):
    """The rows of a band in reverse, with how far each is from the main diagonal."""
    return [(i, min(i if lower else k - i, n)) for i in range(k, -1, -1)]


def zeros_of(band, n):
    """Zeros of the band's type."""
    return np.zeros(n, band.dtype)


def inside(k, n, lower):
    """Which places of a band belong to the matrix."""
    offsets = np.arange(k + 1) if lower else np.arange(k, -1, -1)
    columns = np.arange(n)
    reach = columns if not lower else n - 1 - columns
    return np.expand_dims(offsets, 1) <= reach


def cholesky_banded(ab, overwrite_ab=False, lower=False, check_finite=True):
    """`cholesky_banded`."""
    require_kept("cholesky_banded", "overwrite_ab", overwrite_ab)
    ab = for_lapack(np.asarray(ab))
    k, n = ab.shape[0] - 1, ab.shape[1]
    whole = ab if lower else flipped(ab, False)
    columns: list[Any] = []
    for j in range(n):
        column = whole[:, j]
        for m in range(1, min(k, j) + 1):
            before = columns[j - m]
            column = column - np.concatenate([before[m:], zeros_of(ab, m)]) * np.conj(before[m])
        root = np.sqrt(np.real(column[:1]))
        columns = columns + [np.concatenate([root, column[1:] / root])]
    found = np.stack(columns, axis=1)
    return np.where(inside(k, n, lower), found if lower else flipped(found, True), ab)


def cho_solve_banded(cb_and_lower, b, overwrite_b=False, check_finite=True):
    """`cho_solve_banded`: two systems whose matrices are triangular."""
    require_kept("cho_solve_banded", "overwrite_b", overwrite_b)
    band, lower = cb_and_lower
    band = np.asarray(band)
    k = band.shape[0] - 1
    left, right = (band, flipped(band, True)) if lower else (flipped(band, False), band)
    return sl.solve_banded((0, k), right, sl.solve_banded((k, 0), left, b))


define(sl, cholesky_banded, cho_solve_banded)
