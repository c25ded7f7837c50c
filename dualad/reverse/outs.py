"""Calls that write their result into an array that they are given: the result without that, stored into the array."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad import outputs, registry
from dualad.errors import Unsupported
from dualad.reverse import cells
from dualad.reverse.cells import Memory, deposit, noted
from dualad.reverse.operands import Operation, Positions
from dualad.reverse.runtime import fit

__dualad_lift__ = True  # dual numbers run through all of this


def by_name(
    fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions
) -> tuple[tuple[Any, ...], dict[str, Any], Positions]:
    """A call with what is passed from `out` on by name, and where its active arguments are then."""
    named, given = outputs.by_name(fn, args, kwargs)
    names = outputs.named(fn, len(args))
    moved = tuple(names[p - len(named)] if isinstance(p, int) and p >= len(named) else p for p in positions)
    return named, given, moved


def into(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Result and pullback of a call with `out`; of a ufunc also with `where`, which leaves the other places alone."""
    primitive = fn if isinstance(fn, registry.Primitive) else registry.lookup(fn)
    out = kwargs["out"]
    if isinstance(out, tuple) and len(out) == 1:
        (out,) = out
    if primitive is None or (not isinstance(out, np.ndarray) and not hasattr(type(out), "__dualad_dual__")):
        raise Unsupported(f"{registry.display_name(fn)} with this `out` has no derivative rule; assign the result")
    masks = isinstance(primitive.fn, np.ufunc) and "where" in kwargs
    mask: Any = np.broadcast_to(np.array(kwargs["where"], bool), np.shape(out)) if masks else ...
    rest = {name: value for name, value in kwargs.items() if name != "out" and not (masks and name == "where")}
    concerned = tuple(p for p in positions if p != "out" and not (masks and p == "where"))
    given = {p: noted(rest[p] if isinstance(p, str) else args[p]) for p in concerned}
    with np.errstate(**{"all": "ignore"} if masks else {}):  # type: ignore[arg-type]
        new, split = site.split(primitive, args, rest, concerned)
    if masks:
        new = np.broadcast_to(new, np.shape(out))
        np.copyto(out, new, casting="same_kind", where=mask)
    else:
        np.copyto(out, new, casting="same_kind")

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.peek(out) is None:
            return (0.0,) * len(positions)
        share = memory.of(out).copy()
        cells.move(memory, out, mask)
        parts = split(fit(np.where(mask, share, 0.0) if masks else share, new))
        residues = {p: deposit(memory, given[p], part) for p, part in zip(concerned, parts, strict=True)}
        return tuple(residues.get(p, 0.0) for p in positions)

    return out, pull
