"""Arrays extended beyond their edges, as filters read them, and cut again."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.rules.helpers import along
from dualad.rules.indexing import scatter

NAMES: dict[str, Any] = {
    "reflect": "symmetric",
    "grid-mirror": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "grid-wrap": "wrap",
}
"""The modes of `scipy.ndimage` by their names in `np.pad`; "constant" has no positions that it repeats."""


def repeated(n, width, mode):
    """Which of `n` positions each position of an axis repeats, when it is extended by `width` before and after."""
    return np.pad(np.arange(n), width, NAMES[mode])


def extended(x, widths, mode, value=0.0):
    """`x` extended by `widths` (before and after, by axis)."""
    for axis, width in widths.items():
        if mode in ("constant", "grid-constant"):
            pads = [width if i == axis else (0, 0) for i in range(x.ndim)]
            x = np.pad(x, pads, constant_values=value)
        else:
            x = x[along(axis, repeated(x.shape[axis], width, mode))]
    return x


def extended_back(ct, shape, widths, mode):
    """The transpose of `extended`, to an array of `shape`."""
    for axis, width in widths.items():
        n = shape[axis]
        if mode in ("constant", "grid-constant"):
            ct = ct[along(axis, slice(width[0], width[0] + n))]
        else:
            whole = tuple(n if i == axis else m for i, m in enumerate(ct.shape))
            ct = scatter(ct, whole, along(axis, repeated(n, width, mode)))
    return ct


def embedded(ct, shape, starts):
    """Zeros of `shape` with `ct` from `starts` on: the transpose of cutting it out."""
    pads = [(s, n - m - s) for s, n, m in zip(starts, shape, ct.shape, strict=True)]
    return np.pad(ct, pads) if any(a or b for a, b in pads) else ct
