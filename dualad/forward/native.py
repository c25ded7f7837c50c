"""What C code asks objects of the user's for as it sorts, searches and compares: methods that run as they are written.

What such a method computes of arrays with derivatives, and keeps, would have lost them: that is refused.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any

from dualad.analysis.inplace import changes_unseen, is_of_user
from dualad.classes import items_held
from dualad.forward.dual import Dual
from dualad.forward.levels import live, refuse
from dualad.forward.lift import HELPERS

ORDER = ("__lt__", "__gt__", "__le__", "__ge__", "__eq__")
EQUAL = ("__eq__", "__ne__")
_PLAIN = frozenset({float, int, bool, str, Dual, type(None)})


def require_seen(names: tuple[str, ...], values: Iterable[Any]) -> None:
    """Refuse values whose methods of these names change something, in tuples too, which are compared item by item."""
    if not live:
        return
    held = items_held(values) if isinstance(values, (list, tuple)) else values
    classes: set[Any] = {type(part) for v in held for part in (v if type(v) is tuple else (v,))}
    for cls in classes - _PLAIN:
        changing = [name for name in names if changes_unseen(cls, name)] if is_of_user(cls) else []
        if changing:
            raise refuse(
                f"{cls.__name__}.{changing[0]} may change something in place, wherever Python calls it by itself; "
                "change it in a method with a name of its own"
            )


def sampled(*values: Any) -> Iterable[Any]:
    """Values, and of lists among them the first items, where looking at all would take longer than what is done."""
    return [part for v in values for part in (v[:1] if type(v) in (list, tuple) else (v,))]


def ordering(key: Callable[[Any], Any] | None, items: Iterable[Any]) -> tuple[Any, Any]:
    """A key that refuses what it gives if that cannot be compared unseen, and the items, which are compared without."""
    if key is None:
        if not isinstance(items, (list, tuple)):
            items = list(items)
        if live and any(map(_says_what_is_less, {type(item) for item in items} - _PLAIN)):
            return _ranked, items
        require_seen(ORDER, items)
        return None, items

    def seen(item: Any) -> Any:
        found = key(item)
        if live and type(found) not in _PLAIN and _says_what_is_less(type(found)):
            return _Ranked(found)
        require_seen(ORDER, (found,))
        return found

    return seen, items


class _Ranked:
    """An object that says itself what is less, asked by code that is lifted."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Any) -> Any:
        return HELPERS["truth"](HELPERS["lt"](self.value, _value(other)))

    def __gt__(self, other: Any) -> Any:
        return HELPERS["truth"](HELPERS["gt"](self.value, _value(other)))


def _value(ranked: Any) -> Any:
    return ranked.value if type(ranked) is _Ranked else ranked


def _ranked(item: Any) -> Any:
    return _Ranked(item) if type(item) not in _PLAIN and _says_what_is_less(type(item)) else item


def _says_what_is_less(cls: Any) -> bool:
    """Whether a class of somebody's says what is less."""
    found = [getattr(cls, name, None) for name in ("__lt__", "__gt__")] if is_of_user(cls) else []
    return any(isinstance(method, types.FunctionType) for method in found)
