"""The methods that named tuples have of Python: `_replace`, `_asdict` and `_make`, results and pullbacks."""

from __future__ import annotations

from typing import Any

from dualad.reverse.cells import Memory, deposit, noted, withdraw
from dualad.reverse.gathered import from_items
from dualad.reverse.operands import Positions
from dualad.reverse.runtime import extent, is_zero, item

__dualad_lift__ = True  # dual numbers run through all of this


def by_value(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A call, with cotangents by value."""
    result = fn(*args, **kwargs)
    record: Any = args[0]
    fields: Any = record._fields
    given = extent(args[1]) if fn.__name__ == "_make" else None

    def pull(ct: Any) -> tuple[Any, ...]:
        if is_zero(ct):
            return (0.0,) * len(positions)
        if fn.__name__ == "_make":  # of a class and what gives the items
            return tuple([from_items(list(ct)[::-1], given) if p == 1 else 0.0 for p in positions])
        if fn.__name__ == "_asdict":
            return tuple([[item(ct, name) for name in fields] for p in positions])
        kept = [0.0 if name in kwargs else item(ct, i) for i, name in enumerate(record._fields)]
        return tuple([kept if p == 0 else item(ct, fields.index(p)) for p in positions])

    return result, pull


def in_memory(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A call in shadow memory: the result's cotangent is taken out, the operands' shares are put in."""
    given = {p: noted(kwargs[p] if isinstance(p, str) else args[p]) for p in positions}
    result, pull = by_value(fn, args, kwargs, positions)
    made = noted(result)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(withdraw(memory, made, ct))
        return tuple([deposit(memory, given[p], part) for p, part in zip(positions, parts, strict=True)])

    return result, pulled
