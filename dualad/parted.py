"""Lists that are split along another axis than the first: `np.split` takes their length for that of the axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.errors import Unsupported

SPLITS = (np.split, np.array_split, np.dsplit)


def require_array(ary: Any, axis: int) -> None:
    """Refuse what would be cut off at the length of a list."""
    if isinstance(ary, list | tuple) and axis != 0:
        raise _cut_off()


def require_whole(pieces: Any, expected: Any) -> None:
    """Refuse pieces that are not those of the whole array; one that nothing flows into may be 0.0."""
    if any(np.ndim(c) and np.shape(c) != p.shape for c, p in zip(pieces, expected)) or len(pieces) != len(expected):
        raise _cut_off()


def _cut_off() -> Unsupported:
    return Unsupported(
        "a list is split along another axis than the first, of which NumPy takes the list's own length; "
        "make it an array beforehand, by np.array"
    )
