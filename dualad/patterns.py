"""What the patterns of a `match` statement ask of a value, as functions that emitted code calls."""

from __future__ import annotations

import functools
from typing import Any

from dualad.errors import Unsupported

# Flags of types, by which Python's own patterns go: of classes derived from the abstract ones or registered there, and
# of those that say so themselves. NumPy's arrays are sequences for patterns from 2.5 on, though not for `isinstance`.
_SEQUENCE, _MAPPING = 1 << 5, 1 << 6
_THEMSELVES = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def is_sequence(value: Any) -> bool:
    """Whether `case [...]` may match a value: text and bytes are no sequences for patterns."""
    return bool(type(value).__flags__ & _SEQUENCE)


def is_mapping(value: Any) -> bool:
    """Whether `case {...}` may match a value."""
    return bool(type(value).__flags__ & _MAPPING)


def positional_names(cls: type, count: int) -> tuple[str | None, ...] | None:
    """The attributes that the first `count` positional parts of a class pattern stand for.

    `(None,)` for the builtin classes whose one part stands for the value itself; None where there are not so many.
    """
    names = getattr(cls, "__match_args__", None)
    if names is None and count == 1 and issubclass(cls, _THEMSELVES):
        return (None,)
    names = names or ()
    return tuple(names[:count]) if isinstance(names, tuple) and len(names) >= count else None


def is_instance(value: Any, cls: type, positional: tuple[str | None, ...], keywords: tuple[str, ...]) -> bool:
    """Whether `case cls(...)` may match a value: it is one of the class and has the attributes.

    `positional` is what the positional parts stood for when the function was read; a class that was rebound or changed
    since is refused, for the function would have to be read again.
    """
    if not isinstance(value, cls):
        return False
    if positional and positional_names(cls, len(positional)) != positional:
        raise Unsupported(
            f"the positional parts of a pattern of class {cls.__name__} stand for other attributes than when the "
            "function was first differentiated; call dualad.clear_cache()"
        )
    return all(_has(value, name) for name in (*positional, *keywords) if name is not None)


def _has(value: Any, name: str) -> bool:
    """Whether a value has an attribute. A property is not asked: the pattern reads it, once, and it may do anything."""
    kept = next((vars(cls)[name] for cls in type(value).__mro__ if name in vars(cls)), None)
    return isinstance(kept, property | functools.cached_property) or hasattr(value, name)
