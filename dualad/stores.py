"""What NumPy's storing functions write: the flat places of the array, and which of the values each place gets.

Values are taken in order, and again from the first one where there are too few.

>>> put((5,), 2, [0, -1, 2], "raise")
(array([0, 4, 2]), array([0, 1, 0]))
>>> diagonal((3, 2), 1, wrap=False)
(array([0, 3]), array([0, 0]))
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Places = tuple[Any, Any]


def put(shape: tuple[int, ...], count: int, ind: Any, mode: str) -> Places:
    """Of `np.put` with `count` values."""
    places = np.take(np.arange(math.prod(shape)), np.ravel(ind), mode=mode)  # type: ignore[call-overload]
    return places, np.arange(places.size) % max(count, 1)


def place(shape: tuple[int, ...], count: int, mask: Any) -> Places:
    """Of `np.place`: the values go one by one to the places that are chosen."""
    places = np.flatnonzero(mask)
    return places, np.arange(places.size) % max(count, 1)


def putmask(shape: tuple[int, ...], count: int, mask: Any) -> Places:
    """Of `np.putmask`: the values go to all places, chosen or not."""
    places = np.flatnonzero(mask)
    return places, places % max(count, 1)


def diagonal(shape: tuple[int, ...], count: int, wrap: bool) -> Places:
    """Of `np.fill_diagonal`."""
    step = 1 + sum(math.prod(shape[i:]) for i in range(1, len(shape)))
    end = None if wrap or len(shape) > 2 else shape[1] * shape[1]
    places = np.arange(math.prod(shape))[:end:step]
    return places, np.arange(places.size) % max(count, 1)


def without_leading(value: Any, ndim: int) -> Any:
    """A value as NumPy stores it into fewer axes: without leading axes of one."""
    extra = np.ndim(value) - ndim
    return np.reshape(value, np.shape(value)[extra:]) if extra > 0 else value


READ_TOO_LATE = (
    "a row of numbers is stored into the array that it is a part of, and NumPy changes some of them before it reads "
    "them; store a copy of the row"
)


def is_read_too_late(place: Any, value: Any) -> bool:
    """Whether NumPy changes some of a value before it reads that, where it stores it into some places.

    It does where both are one row of numbers (but for leading axes of one) and share memory, at different distances in
    the same direction (`m[:, -1] = m[1]`); it makes a copy where the directions differ (`a[:] = a[::-1]`).
    """
    if not isinstance(value, np.ndarray) or not value.ndim or np.ndim(place) != 1 or value.shape[-1] < 2:
        return False
    mine, theirs = place.strides[0], value.strides[-1]
    return bool(mine != theirs and mine * theirs > 0 and np.may_share_memory(place, value))
