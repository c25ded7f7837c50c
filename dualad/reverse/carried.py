"""What exceptions carry to who handles them: cotangents wait in their slots until they come to where they were made."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.reverse.cells import Memory, attributes, holds_integer
from dualad.reverse.runtime import is_zero

__dualad_lift__ = True  # dual numbers run through all of this

CARRIED = (
    "an active value that an exception carries to where it is handled, from where dualad does not follow it; keep it "
    "in a variable or an object that is there before the `try`"
)


def carried(memory: Memory, caught: Any, residue: Any) -> None:
    """What a handler adds to the cotangents of what an exception holds goes to where the exception was made."""
    if not _holds_nothing(residue):
        raise Unsupported(CARRIED)
    memory.carried.append(caught)


def made_here(memory: Memory, error: Any) -> None:
    """An exception was made here: the cotangents of what it holds have come home."""
    memory.carried = [e for e in memory.carried if e is not error]


def require_carried_home(memory: Memory) -> None:
    """Refuse what handled exceptions held, but for counts of passes, where nothing was known of how they were made."""
    for error in memory.carried:
        held = {**(attributes(error) or {}), "args": error.args}
        slots = memory.items(error)
        if any(_is_lost(memory, held.get(name), ct) for name, ct in slots.items()):
            raise Unsupported(CARRIED)
        parts = list(held.values())
        while parts:
            part = parts.pop()
            if isinstance(part, list | tuple | dict):
                parts += part.values() if isinstance(part, dict) else part
            elif isinstance(part, np.ndarray) and (shadow := memory.peek(part)) is not None and np.any(shadow):
                raise Unsupported(CARRIED)
    memory.carried.clear()


def _holds_nothing(residue: Any) -> bool:
    """Whether a cotangent that has its container's structure is zero."""
    if isinstance(residue, list | tuple | dict):
        return all(map(_holds_nothing, residue.values() if isinstance(residue, dict) else residue))
    return is_zero(residue)


def _is_lost(memory: Memory, value: Any, ct: Any) -> bool:
    """Whether a cotangent is of more than words, and counts of passes."""
    if isinstance(value, tuple) and isinstance(ct, list | tuple):
        return any(_is_lost(memory, v, part) for v, part in zip(value, ct, strict=False))
    return not (isinstance(value, str) or _is_count(memory, value) or _holds_nothing(ct))


def _is_count(memory: Memory, value: Any) -> bool:
    return isinstance(value, int) and not (memory.integers and holds_integer(value))
