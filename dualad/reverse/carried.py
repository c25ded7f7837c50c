"""What exceptions carry to who handles them: cotangents wait in their slots until they come to where they were made."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.classes import kept_by_class
from dualad.errors import Unsupported
from dualad.reverse.cells import Memory, attributes, attributes_dict, holds_integer
from dualad.reverse.runtime import is_zero

__dualad_lift__ = True  # dual numbers run through all of this

CARRIED = (
    "an active value that an exception carries to where it is handled, from where dualad does not follow it; keep it "
    "in a variable or an object that is there before the `try`"
)


OF_EXCEPTIONS = ("args", "__cause__", "__context__", "__traceback__")


def of_exception(owner: BaseException, name: str) -> Callable[[Any, Memory], tuple[Any, ...]] | None:
    """The pullback of an attribute that Python's own class of an exception keeps; None of any other.

    `value` of a `StopIteration`, `code` of a `SystemExit` and `errno` of an `OSError` are of its `args`.
    """
    place: int | None = None
    if name != "args":
        if name in OF_EXCEPTIONS:
            return lambda ct, memory: (0.0,)
        if not _is_of_python(kept_by_class(type(owner), name)):
            return None
        value = getattr(owner, name)
        place = next((i for i, arg in enumerate(owner.args) if arg is value), None)
        if place is None and value is not owner.args:
            return None

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if not is_zero(ct):
            whole = ct if place is None else [ct if i == place else 0.0 for i in range(len(owner.args))]
            memory.add_item(owner, "args", whole)
        return (0.0,)

    return pulled


def given_by_name(memory: Memory, error: BaseException, name: str) -> Any:
    """The cotangent of what an exception was given by a keyword, which is the name of an attribute."""
    return memory.pop_item(attributes_dict(error), name)


def require_all_given(memory: Memory, error: BaseException) -> None:
    """Refuse what Python's own class keeps of what an exception was given, under other names than those."""
    names = {n for base in type(error).__mro__ for n, kept in vars(base).items() if _is_of_python(kept)}
    for name in sorted(names - {*OF_EXCEPTIONS, "__dict__"}):
        if not _holds_nothing(memory.pop_item(attributes_dict(error), name)):
            raise Unsupported(CARRIED)


def _is_of_python(kept: Any) -> bool:
    """Whether it is what a class of C keeps an attribute by."""
    return isinstance(kept, DESCRIPTORS) and kept.__objclass__.__module__ == "builtins"


DESCRIPTORS = (types.MemberDescriptorType, types.GetSetDescriptorType)


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
