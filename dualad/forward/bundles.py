"""Bundles: several tangents of one value, in one array of the value's shape whose elements are rows of numbers.

A bundle has a structured dtype with one field, which holds `count` numbers. So it is indexed, reshaped, joined, stored
into and viewed exactly as the value is, by the same calls; arithmetic is done on `unpack(bundle)`, an array with one
more axis at its end. The bundle of a number is an `np.void`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.dtypes import FIELD, bundle_dtype
from dualad.forward.dual import Dual


def unpack(x: Any) -> Any:
    """The tangents of a bundle along a last axis, plain or dual: a view."""
    if type(x) is Dual:
        return Dual(unpack(x.value), unpack(x.tangent), x.level)
    return x[FIELD]


def pack(x: Any) -> Any:
    """The bundle whose tangents lie along the last axis of an array, plain or dual; its own, or a view of `x`."""
    if type(x) is Dual:
        return Dual(pack(x.value), pack(x.tangent), x.level)
    rows = np.ascontiguousarray(x)
    if not rows.flags.writeable:  # a view of one element that was spread
        rows = rows.copy()
    return rows.view(bundle_dtype(rows.dtype, rows.shape[-1]))[..., 0][()]
