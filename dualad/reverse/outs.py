"""Calls that write their result into an array that they are given: the result without that, stored into the array.

With `where=` a universal function is called on the chosen elements alone: of the others nobody asks for a derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad import outputs, registry
from dualad.errors import Unsupported
from dualad.reverse import cells
from dualad.reverse.cells import Memory, deposit, noted
from dualad.reverse.conforming import fit
from dualad.reverse.operands import Operation, Positions
from dualad.reverse.places import require_inexact
from dualad.reverse.runtime import is_zero
from dualad.reverse.sites import require_no_objects

__dualad_lift__ = True  # dual numbers run through all of this

Arguments = tuple[Any, ...]


def by_name(
    fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions
) -> tuple[tuple[Any, ...], dict[str, Any], Positions]:
    """A call with what is passed from `out` on by name, and where its active arguments are then."""
    named, given = outputs.by_name(fn, args, kwargs)
    names = outputs.named(fn, len(args))
    moved = tuple(names[p - len(named)] if isinstance(p, int) and p >= len(named) else p for p in positions)
    return named, given, moved


def into(site: Operation, fn: Any, args: Arguments, kwargs: dict[str, Any], positions: Positions) -> Any:
    """The arrays that were given, and the pullback on memory."""
    named = dict(kwargs)
    out = named.pop("out")
    if isinstance(fn, np.ufunc) and named.get("where", True) is not True:
        return _masked(site, fn, args, named, positions, out)
    targets = out if isinstance(out, tuple) else (out,)
    _require_arrays(targets)
    require_no_objects(args)
    wanted = tuple(p for p in positions if _is_argument(p, args))
    given = {p: noted(named[p] if isinstance(p, str) else args[p]) for p in wanted}
    result, split = site.split(fn, tuple(_apart(a, targets) for a in args), named, wanted)
    results = result if len(targets) > 1 else (result,)
    casting: Any = (
        named.get("casting", "same_kind") if isinstance(fn, np.ufunc) else "unsafe"
    )  # as NumPy's reductions do
    for target, value in zip(targets, results, strict=True):
        if target is not None:
            require_inexact(target, value)
            np.copyto(target, value, casting=casting)

    def pull(ct: Any, memory: Memory) -> Arguments:
        shares = [_taken(memory, t, v) for t, v in zip(targets, results, strict=True)]
        if all(is_zero(share) for share in shares):
            return (0.0,) * len(positions)
        parts = dict(zip(wanted, split(shares if len(shares) > 1 else shares[0]), strict=True))
        return tuple(deposit(memory, given[p], parts[p]) if p in parts else 0.0 for p in positions)

    return (targets if len(targets) > 1 else targets[0]), pull


def _require_arrays(targets: Arguments) -> None:
    for target in targets:
        if target is not None and not isinstance(target, np.ndarray):
            raise Unsupported(
                f"`out` that is a {type(target).__name__}, whose class takes the call over; give the array itself"
            )


def _is_argument(position: Any, args: Arguments) -> bool:
    """Whether a position or name is one of the call without `out`."""
    return position != "out" if isinstance(position, str) else position < len(args)


def _apart(value: Any, targets: Arguments) -> Any:
    """An argument that the store leaves as it is."""
    if isinstance(value, np.ndarray) and any(np.may_share_memory(value, t) for t in targets if t is not None):
        return value.copy()
    return value


def _taken(memory: Memory, target: Any, value: Any) -> Any:
    """The cotangent of an array that was stored into, as that of what was stored."""
    if target is None or memory.peek(target) is None:
        return 0.0
    return fit(cells.move(memory, target, ...), value)


def _masked(
    site: Operation, fn: np.ufunc, args: Arguments, named: dict[str, Any], positions: Positions, out: Any
) -> Any:
    """A call with `where=`."""
    target = out[0] if isinstance(out, tuple) else out
    _require_arrays((target,))
    require_no_objects(args)
    if fn.nout != 1:
        raise Unsupported(f"{registry.display_name(fn)} with `where` and several outputs has no derivative rule")
    mask = np.broadcast_to(named.pop("where"), target.shape).copy()
    chosen = tuple(np.broadcast_to(a, target.shape)[mask] for a in args)
    wanted = tuple(p for p in positions if _is_argument(p, args) and not isinstance(p, str))
    given = {p: noted(args[p]) for p in wanted}
    like = {p: args[p].copy() if isinstance(args[p], np.ndarray) else args[p] for p in wanted}
    result, split = site.split(fn, chosen, named, wanted)
    if not np.can_cast(np.result_type(result), target.dtype, "same_kind"):
        raise TypeError(f"Cannot cast ufunc {fn.__name__!r} output from {result.dtype!r} to {target.dtype!r}")
    target[mask] = result

    def pull(ct: Any, memory: Memory) -> Arguments:
        if memory.peek(target) is None:
            return (0.0,) * len(positions)
        parts = dict(zip(wanted, split(fit(cells.move(memory, target, mask), result)), strict=True))
        return tuple(
            deposit(memory, given[p], fit(_spread(parts[p], mask), like[p])) if p in parts else 0.0 for p in positions
        )

    return target, pull


def _spread(part: Any, mask: Any) -> Any:
    """The cotangent of all elements of which some were chosen."""
    if is_zero(part):
        return 0.0
    whole = np.zeros(mask.shape, np.result_type(part))
    whole[mask] = part
    return whole
