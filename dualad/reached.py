"""What a value is made of: containers, what they hold, and so on, however deep that is.

A walk that ended at some depth would take what lies below for unchanged, or for constant: gradients would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

__dualad_lift__ = True  # dual numbers run through all of this


def reached(value: Any, inside: Callable[[Any], Iterable[Any]]) -> Iterator[Any]:
    """A value and all that can be reached from it; `inside` says what a value holds itself.

    What several ways lead to is looked into once: containers may hold themselves.
    """
    waiting, met = [value], set()
    while waiting:
        part = waiting.pop()
        yield part
        if id(part) not in met:
            held = inside(part)
            if held:
                met.add(id(part))
                waiting.extend(held)


def rebuilt(value: Any, of_leaf: Callable[[Any], Any], known: dict[int, Any] | None = None) -> Any:
    """A value with its lists, tuples and dicts made again, each list and dict once, and all else as `of_leaf` says."""
    cls = type(value)
    if isinstance(value, tuple):
        known = {} if known is None else known
        parts = [rebuilt(v, of_leaf, known) for v in value]
        return cls(*parts) if hasattr(cls, "_fields") else tuple(parts)
    if cls is not list and cls is not dict:
        return of_leaf(value)
    known = {} if known is None else known
    if id(value) in known:
        return known[id(value)]
    made: Any = cls()
    known[id(value)] = made
    if cls is list:
        made.extend([rebuilt(v, of_leaf, known) for v in value])
    else:
        made.update({k: rebuilt(v, of_leaf, known) for k, v in value.items()})
    return made
