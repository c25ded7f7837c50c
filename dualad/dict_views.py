"""What `keys`, `values` and `items` of a dict give in reverse mode, where that may outlive the expression it stands in.

C code reads a dict's own views, and dualad does not see which items it took. These are read by Python, like any object
that has an `__iter__`: the dict says what is in it when it is asked, not when the view was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__dualad_lift__ = True  # dual numbers run through all of this

KEYS: Any = type({}.keys())
"""What `keys` of Python's own gives."""


class View:
    """What all views have in common."""

    name = ""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __len__(self) -> int:
        return len(self.owner)


class Values(View):
    """What `values` gives."""

    name = "values"

    def __iter__(self) -> Iterator[Any]:
        for key in self.owner:
            yield self.owner[key]

    def __reversed__(self) -> Iterator[Any]:
        for key in reversed(self.owner):
            yield self.owner[key]


class Pairs(View):
    """What `items` gives."""

    name = "items"

    def __iter__(self) -> Iterator[Any]:
        for key in self.owner:
            yield key, self.owner[key]

    def __reversed__(self) -> Iterator[Any]:
        for key in reversed(self.owner):
            yield key, self.owner[key]


class Keys(View):
    """What `keys` gives, which is a set as well."""

    name = "keys"

    def __iter__(self) -> Iterator[Any]:
        for key in self.owner:  # noqa: UP028  (each key is seen)
            yield key

    def __reversed__(self) -> Iterator[Any]:
        for key in reversed(self.owner):  # noqa: UP028
            yield key

    def __contains__(self, key: Any) -> bool:
        return key in self.owner

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: Any) -> Any:
        return set(self.owner) == other

    def __le__(self, other: Any) -> Any:
        return set(self.owner) <= other

    def __lt__(self, other: Any) -> Any:
        return set(self.owner) < other

    def __ge__(self, other: Any) -> Any:
        return set(self.owner) >= other

    def __gt__(self, other: Any) -> Any:
        return set(self.owner) > other

    def __and__(self, other: Any) -> Any:
        return set(self.owner) & set(other)

    def __or__(self, other: Any) -> Any:
        return set(self.owner) | set(other)

    def __sub__(self, other: Any) -> Any:
        return set(self.owner) - set(other)

    def __xor__(self, other: Any) -> Any:
        return set(self.owner) ^ set(other)

    def __rand__(self, other: Any) -> Any:
        return set(other) & set(self.owner)

    def __ror__(self, other: Any) -> Any:
        return set(other) | set(self.owner)

    def __rsub__(self, other: Any) -> Any:
        return set(other) - set(self.owner)

    def __rxor__(self, other: Any) -> Any:
        return set(other) ^ set(self.owner)

    def isdisjoint(self, other: Any) -> bool:
        return set(self.owner).isdisjoint(other)


MADE: dict[str, type[View]] = {cls.name: cls for cls in (Keys, Values, Pairs)}
METHODS = tuple([f for cls in (View, *MADE.values()) for f in vars(cls).values() if hasattr(f, "__code__")])
"""The methods of all of them."""
