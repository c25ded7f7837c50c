"""`a.flat[key]`: elements by their number in rows, in whatever order they lie in memory; also of a matrix.

Reverse mode reads and stores them by their places in the array itself: `owner(a)[places(a, key)]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__dualad_lift__ = True  # dual numbers run through all of this


def holder(owner: Any) -> Any:
    """What the elements are read from and stored into: the array itself; of an object that is no array, its `flat`."""
    return owner if isinstance(owner, np.ndarray) else getattr(owner, "flat")  # noqa: B009 - arrays do not come here


def places(owner: Any, key: Any) -> Any:
    """The places in an array of the elements that have these numbers; the key itself of an object that is no array."""
    if not isinstance(owner, np.ndarray):
        return key
    if isinstance(key, int | np.integer):
        return tuple([int(i) for i in np.unravel_index(range(owner.size)[key], owner.shape)])
    return np.unravel_index(np.arange(owner.size)[key], owner.shape)


def values(owner: Any, found: Any, value: Any) -> Any:
    """What is stored at so many places: of an array its elements, again and again if they are too few."""
    if not isinstance(owner, np.ndarray) or np.ndim(value) == 0:
        return value
    line = np.ravel(value)
    count = np.size(found[0])
    return line if np.size(line) == count else np.resize(line, count)


def elements(owner: Any) -> Any:
    """What a loop over `owner.flat` runs over."""
    if isinstance(owner, np.ndarray) and owner.flags.c_contiguous:
        return np.ravel(owner)
    return getattr(owner, "flat")  # noqa: B009
