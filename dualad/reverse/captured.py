"""Cotangents of callables: of what they have captured, as an object of its own instead of in a sweep's memory.

Inside a sweep, a call of a function leaves the cotangents of what the function has captured in the sweep's memory. A
transform of the function runs sweeps of its own, whose memory ends with them; what is left there is the function's
cotangent, a dict from `Place` to cotangent. `spill` puts it into the memory of the sweep around.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.reverse import callables
from dualad.reverse.cells import Memory, Place, deposit, noted, spill, withdraw
from dualad.reverse.operands import Operation
from dualad.reverse.runtime import is_zero, kept
from dualad.reverse.sites import CALLEE

__dualad_lift__ = True  # dual numbers run through all of this

__all__ = ["called", "contents", "spill"]


def called(
    site: Operation, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]
) -> tuple[Any, Any]:
    """Result and pullback of a call, by value, in arguments and (CALLEE) in what the callable has captured."""
    rest = tuple([p for p in positions if p != CALLEE])
    # Copies: what is captured may be the same array.
    args = tuple([kept(x) if i in rest else x for i, x in enumerate(args)])
    kwargs = {name: kept(x) if name in rest else x for name, x in kwargs.items()}
    given = {p: noted(kwargs[p] if isinstance(p, str) else args[p]) for p in rest}
    result, pull = callables.call(site, f, args, kwargs, rest)
    made = noted(result)

    def pulled(ct: Any) -> tuple[Any, ...]:
        memory = Memory()
        parts = pull(deposit(memory, made, ct), memory)
        found = {p: withdraw(memory, given[p], part) for p, part in zip(rest, parts, strict=True)}
        found[CALLEE] = contents(memory)
        return tuple([found[p] for p in positions])

    return result, pulled


def bound(owner: Any, name: str) -> tuple[Any, Any]:
    """A method of an array, bound: its cotangent says where in the array's memory it belongs."""
    method = getattr(owner, name)
    if not callables.is_array_method(name):
        raise Unsupported(f"the attribute `{name}` of an active array has no derivative rule")

    def pulled(ct: Any) -> tuple[Any, ...]:
        memory = Memory()
        spill(memory, method, ct)
        return (withdraw(memory, noted(owner), 0.0),)

    return method, pulled


def contents(memory: Memory) -> Any:
    """All that is in a memory: a dict of cotangents by their places, or zero."""
    found: dict[Any, Any] = {}
    for container, slots in memory.slots.values():
        for key, ct in slots.items():
            if not is_zero(ct):
                found[Place(container, key)] = ct
    for owner, shadow in memory.arrays.wholes():
        if not isinstance(owner, np.ndarray):
            raise Unsupported("a captured array whose memory another library owns is differentiated in; take a copy")
        found[Place(owner, None)] = shadow
    return found or 0.0
