"""`a.flat`: elements by their number in rows, in whatever order they lie in memory; also of a matrix.

Reverse mode reads and stores them by their places in the array itself: `holder(a)[places(a, key)]`. In forward mode
`a.flat` is a `Flat`, which may be given a name, handed on and kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.errors import DualadError

__dualad_lift__ = True  # dual numbers run through all of this


OVERLAPPING = (
    "a store into `.flat` of an array from memory of its own: NumPy changes elements there that it has yet to read. "
    "Store a copy, as in `a.flat = b.copy()`"
)


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
    if value is not owner and isinstance(value, np.ndarray) and np.may_share_memory(owner, value):
        raise DualadError(OVERLAPPING)
    line = np.ravel(value)
    count = np.size(found[0])
    return line if np.size(line) == count else np.resize(line, count)


def elements(owner: Any) -> Any:
    """What a loop over `owner.flat` runs over: what is stored meanwhile is seen."""
    if not isinstance(owner, np.ndarray):
        return getattr(owner, "flat")  # noqa: B009 - arrays do not come here
    return np.ravel(owner) if owner.flags.c_contiguous else one_by_one(owner)


def one_by_one(owner: Any) -> Any:
    """The elements of an array, as they are when they are taken."""
    for place in np.ndindex(owner.shape):
        yield owner[place]


def line(owner: Any) -> Any:
    """What `owner.flat` gives to who takes all of it at once."""
    return np.ravel(owner) if isinstance(owner, np.ndarray) else getattr(owner, "flat")  # noqa: B009


def assign(owner: Any, value: Any) -> None:
    """`owner.flat = value`."""
    if isinstance(owner, np.ndarray):
        found = places(owner, slice(None))
        owner[found] = values(owner, found, value)
    else:
        setattr(owner, "flat", value)  # noqa: B010 - arrays do not come here


class Flat:
    """What `np.flatiter` is, of an array whose elements may carry derivatives."""

    def __init__(self, base: Any) -> None:
        self.base = base
        self.index = 0

    def __len__(self) -> int:
        return int(self.base.size)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if self.index >= self.base.size:
            raise StopIteration
        found = self.base[places(self.base, self.index)]
        self.index = self.index + 1
        return found

    def __getitem__(self, key: Any) -> Any:
        self.index = 0
        return self.base[places(self.base, key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.index = 0
        found = places(self.base, key)
        self.base[found] = values(self.base, found, value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        found = line(self.base)  # which shares memory where NumPy's does
        return found if dtype is None else np.array(found, dtype)

    @property
    def coords(self) -> tuple[int, ...]:
        """The place of the element that comes next."""
        return tuple([int(i) for i in np.unravel_index(self.index, self.base.shape)])

    def copy(self) -> Any:
        """The elements, as an array of their own."""
        return np.ravel(np.copy(self.base))
