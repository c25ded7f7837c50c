"""Calls that are left by an exception which somebody handles: what they did before has its reverse all the same.

A function that is called so is emitted in a form that gives the exception back (`lower.HALF_WAY`), with a pullback of
what was done. The call raises it again, and leaves the pullback here for the statement that records it (`regions`).
"""

from __future__ import annotations

import dataclasses
import threading
import types
from collections.abc import Callable
from typing import Any

from dualad import equivalents, registry
from dualad.classes import method_of
from dualad.reverse.cells import Memory
from dualad.reverse.operands import Operation
from dualad.syntax.lower import HALF_WAY

__dualad_lift__ = True  # dual numbers run through all of this


class _Last(threading.local):
    """The exception that a call was left by last, and its pullback."""

    error: Any = None
    pull: Any = None


_last = _Last()


def target(site: Operation, fn: Any, operands: tuple[Any, ...]) -> types.FunctionType | None:
    """The function of the user's that a call runs, and gives the result of; None of any other."""
    if not site.half_way:
        return None
    found = _called(site, fn, operands)
    if not isinstance(found, types.FunctionType) or hasattr(found, "__dualad_vjp__"):
        return None
    return found if registry.lookup(found) is None else None


def _called(site: Operation, fn: Any, operands: tuple[Any, ...]) -> Any:
    if site.op == "method":
        fn = getattr(operands[0], str(site.name), None)
    if isinstance(fn, types.MethodType):
        return fn.__func__
    if isinstance(fn, types.FunctionType):
        return fn
    return None if isinstance(fn, type) else method_of(fn, "__call__")


def asking(site: Operation, wanted: types.FunctionType, asked: list[bool]) -> Operation:
    """The call in which that function gives back the exception that leaves it; `asked`: what says that it was run."""

    def shared(fn: Any, args: Any, kwargs: Any, positions: Any, cells: bool) -> Any:
        is_wanted = equivalents.is_one(fn, wanted)
        asked.append(is_wanted)
        return site.shared(fn, args, kwargs, positions, cells, half_way=is_wanted)

    return dataclasses.replace(site, shared=shared)


def error_in(result: Any) -> BaseException | None:
    """The exception that left the function which gave this; None where it came to its end."""
    if type(result) is tuple and len(result) == 2 and type(result[0]) is str and result[0] == HALF_WAY:
        return result[1]  # type: ignore[no-any-return]
    return None


def leave(error: BaseException, pull: Callable[[Any, Memory], tuple[Any, ...]]) -> None:
    """Leave the pullback for who records that the call was left by this exception."""
    _last.error, _last.pull = error, pull


def left(error: BaseException, count: int) -> Callable[[Any, Memory], tuple[Any, ...]]:
    """The pullback of a call with so many active operands that was left by an exception."""
    pull = _last.pull if _last.error is error else None
    _last.error = _last.pull = None
    if pull is not None:
        return pull  # type: ignore[no-any-return]
    return lambda ct, memory: (0.0,) * count
