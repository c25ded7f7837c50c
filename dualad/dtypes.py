"""The dtype of bundles: several numbers for each element (see `forward.bundles`)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

FIELD = ".tangents"


@functools.lru_cache(maxsize=1024)
def bundle_dtype(dtype: np.dtype[Any], count: int) -> np.dtype[Any]:
    """The dtype of a bundle of `count` tangents of a dtype."""
    return np.dtype([(FIELD, dtype, (count,))])


def is_bundle_dtype(dtype: Any) -> bool:
    """Whether a dtype is one of bundles (and no structured dtype of the user's)."""
    return dtype.kind == "V" and dtype.names == (FIELD,)


def count_of(dtype: np.dtype[Any]) -> int:
    """How many tangents a bundle of this dtype holds."""
    return int(dtype[FIELD].shape[0])


def base_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of each tangent of a bundle."""
    return dtype[FIELD].base
