"""`np.r_[...]` and `np.c_[...]`, which join what stands in the brackets, as calls of functions.

`np.r_["0,2", x, 0:3]` is `in_rows(joiner(np.r_), (x, points(0, 3, None)), "0,2")`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.equivalents import points
from dualad.errors import Unsupported

ROWS, COLUMNS = (0, 1, -1), (-1, 2, 0)
"""The axis to join along, the least rank, and which axis of that is the first of an item of less rank."""


def in_rows(base: Any, items: Any, places: str = "") -> Any:
    """`np.r_[places, *items]`, where `base` is what is called `np.r_`."""
    return joined(base, np.r_, items, places, ROWS)


def in_columns(base: Any, items: Any, places: str = "") -> Any:
    """`np.c_[places, *items]`, where `base` is what is called `np.c_`."""
    return joined(base, np.c_, items, places, COLUMNS)


def joined(base: Any, meant: Any, items: Any, places: str, usual: tuple[int, int, int]) -> Any:
    """What joins items in rows or in columns gives, or where `places` says."""
    if base is not meant:
        raise _changed()
    if any(isinstance(item, (slice, str)) for item in items):
        return base[(places, *items) if places else tuple(items)]
    axis, ndim, first = ways(places, usual)
    found = [np.asarray(item) if isinstance(item, list | tuple) else item for item in items]
    dtype = np.result_type(*found)
    return np.concatenate([np.reshape(np.asarray(v, dtype), lifted(np.shape(v), ndim, first)) for v in found], axis)


def joiner(base: Any) -> Any:
    """`np.r_` or `np.c_`, which the name meant when the function was read."""
    if base is not np.r_ and base is not np.c_:
        raise _changed()
    return base


def _changed() -> Unsupported:
    return Unsupported(
        "np.r_ or np.c_ that means something else than when the function was first differentiated; "
        "call dualad.clear_cache()"
    )


def ways(places: str, usual: tuple[int, int, int]) -> tuple[int, int, int]:
    """What a text of numbers says of the three, of which it may leave out the last ones."""
    numbers = [int(part) for part in places.split(",")] if places else []
    axis, ndim, first = [*numbers, *usual[len(numbers) :]]
    return axis, ndim, first


def lifted(shape: tuple[int, ...], ndim: int, first: int) -> tuple[int, ...]:
    """The shape that an item is joined in."""
    missing = ndim - len(shape)
    if missing <= 0:
        return shape
    before = first if first >= 0 else first + missing + 1
    if shape and not 0 <= before <= missing:
        raise ValueError("axes don't match array")
    return (1,) * before + shape + (1,) * (missing - before) if shape else (1,) * ndim


def is_places(item: Any) -> bool:
    """Whether the first item of a key says where the others go (`"r"` and `"c"` make matrices)."""
    return isinstance(item, str) and all(part.strip().lstrip("-").isdigit() for part in item.split(","))


def parts(key: Any) -> tuple[Any, str] | None:
    """The items and the places of a key, slices as their points; None for what makes a matrix."""
    items = key if isinstance(key, tuple) else (key,)
    places = items[0] if items and isinstance(items[0], str) else ""
    items = items[1:] if places else items
    if (places and not is_places(places)) or any(isinstance(item, str) for item in items):
        return None
    return tuple([points(i.start, i.stop, i.step) if isinstance(i, slice) else i for i in items]), places
