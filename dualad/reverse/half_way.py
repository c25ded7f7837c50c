"""Calls that are left by an exception which somebody handles: what they did before has its reverse all the same.

A function that is called so is emitted in a form that gives the exception back (`lower.HALF_WAY`), with a pullback of
what was done. The call raises it again, and leaves the pullback here for the statement that records it (`regions`).
"""

from __future__ import annotations

import builtins
import threading
import types
from collections.abc import Callable
from typing import Any

from dualad import equivalents, registry
from dualad.classes import method_of, read_quietly
from dualad.errors import DualadError, Unsupported
from dualad.records import replace
from dualad.reverse import objects
from dualad.reverse.cells import Memory
from dualad.reverse.operands import Operation
from dualad.reverse.snapshots import is_same, snapshot
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
    if site.op in ("attr", "prim"):
        found = methods_asked(site, operands)
        return found[0] if len(found) == 1 and _gives(site, operands) else None
    one = _called(site, fn, operands)
    if not isinstance(one, types.FunctionType) or hasattr(one, "__dualad_vjp__"):
        return None
    return one if registry.lookup(one) is None else None


def methods_asked(site: Operation, operands: tuple[Any, ...]) -> list[types.FunctionType]:
    """The methods of the user's that reading an attribute, or an operator, may run."""
    if site.op == "attr":
        kept = getattr(type(operands[0]), str(site.name), None)
        held = (kept.fget if isinstance(kept, property) else getattr(kept, "func", None), kept)
        found = [held[0], method_of(operands[0], "__getattr__"), method_of(held[1], "__get__")]
    else:
        name = site.name.__name__.rstrip("_")
        names = (f"__{name}__", f"__r{name}__", objects.REFLECTED.get(name, ""))
        found = [method_of(v, n) for v in operands for n in (*names, "__missing__") if n]
    return [fn for fn in found if isinstance(fn, types.FunctionType)]


def _gives(site: Operation, operands: tuple[Any, ...]) -> bool:
    """Whether what the method gives is what the operation gives: a cached property keeps it."""
    return site.op == "prim" or isinstance(getattr(type(operands[0]), str(site.name), None), property)


def _called(site: Operation, fn: Any, operands: tuple[Any, ...]) -> Any:
    if site.op == "method":
        fn = read_quietly(operands[0], str(site.name))
    if fn is builtins.next and len(operands) == 1:
        return method_of(operands[0], "__next__")
    if isinstance(fn, types.MethodType):
        return fn.__func__
    if isinstance(fn, types.FunctionType):
        return fn
    return None if isinstance(fn, type) else method_of(fn, "__call__")


def checked(shared: Callable[..., Any]) -> Callable[..., Any]:
    """What runs methods that stores ask for, where exceptions are handled: one that fails must have changed nothing."""

    def run(fn: Any, args: Any, kwargs: Any, positions: Any, cells: bool) -> Any:
        before = [snapshot(v) for v in args]
        try:
            return shared(fn, args, kwargs, positions, cells)
        except DualadError:
            raise
        except Exception as error:
            if not all(is_same(snapshot(v), b) for v, b in zip(args, before, strict=True)):
                raise Unsupported(FAILED.format(name=fn.__name__)) from error
            raise

    return run


FAILED = (
    "{name} failed after it had changed something in place, and the exception is handled; let it "
    "return what it computes, and store that where it is called"
)


def asking(site: Operation, wanted: types.FunctionType, asked: list[bool]) -> Operation:
    """The call in which that function gives back the exception that leaves it; `asked`: what says that it was run."""

    def shared(fn: Any, args: Any, kwargs: Any, positions: Any, cells: bool) -> Any:
        is_wanted = equivalents.is_one(fn, wanted)
        asked.append(is_wanted)
        return site.shared(fn, args, kwargs, positions, cells, half_way=is_wanted)

    return replace(site, shared=shared)


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
