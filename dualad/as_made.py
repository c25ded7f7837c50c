"""Classes that are made once though Python makes them anew each time: whether they still are as they were made."""

from __future__ import annotations

import enum
import types
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from dualad.errors import Unsupported

GIVEN_LATER = frozenset({"__annotations__", "__annotations_cache__", "__slotnames__"})
"""Attributes that Python itself gives a class when it is first asked something."""

_made: weakref.WeakKeyDictionary[type, list[tuple[Mapping[str, Any], dict[str, Any]]]] = weakref.WeakKeyDictionary()


def remember(cls: type) -> None:
    """Note what a class holds that has just been made, and what its methods and its members hold."""
    _made[cls] = [(held, dict(held)) for held in _holding(cls)]


def require_as_made(cls: type) -> None:
    """Stand for the statement that makes a class anew: refused where something was stored into it meanwhile."""
    for held, before in _made.get(cls, ()):
        if len(held) != len(before) or not all([held.get(name, held) is value for name, value in before.items()]):
            now = {name: value for name, value in held.items() if name not in GIVEN_LATER}
            then = {name: value for name, value in before.items() if name not in GIVEN_LATER}
            if now.keys() != then.keys() or not all([now[name] is value for name, value in then.items()]):
                raise Unsupported(
                    f"the class `{cls.__name__}` defined inside a function, into which something is stored, though "
                    "each call makes it anew; define it at module level, or store into its objects"
                )


def _holding(cls: type) -> Iterator[Mapping[str, Any]]:
    yield vars(cls)
    for kept in [*vars(cls).values()]:
        for fn in (kept, *(getattr(kept, name, None) for name in ("__func__", "fget", "fset", "fdel", "func"))):
            if isinstance(fn, types.FunctionType):
                yield vars(fn)
    if issubclass(cls, enum.Enum):
        yield from [vars(member) for member in cls]
