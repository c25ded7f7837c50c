"""Exceptions that are made by a call which is looked up as it runs, and what they carry to who handles them."""

from __future__ import annotations

import types
from typing import Any

from dualad.reverse import objects
from dualad.reverse.carried import given_by_name, made_here, require_all_given
from dualad.reverse.cells import Memory
from dualad.reverse.operands import Operation, Positions
from dualad.reverse.runtime import add, item

__dualad_lift__ = True  # dual numbers run through all of this


def made(site: Operation, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """An exception, and a pullback that takes the cotangents of what it carries.

    What its class stores into it in Python is followed as in any object; `args` was set by `__new__` before.
    """
    init = cls.__init__
    if not isinstance(init, types.FunctionType):
        error, pull = cls(*args, **kwargs), None
    else:
        error = cls.__new__(cls, *args, **kwargs)
        pull = objects.initialised(site.shared, init, error, args, kwargs, positions)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        shares = (0.0,) * len(positions) if pull is None else pull(0.0, memory)
        made_here(memory, error)
        return tuple(map(add, shares, _of_args(memory, error, positions, 0)))

    return error, pulled


def _of_args(memory: Memory, error: Any, positions: Positions, first: int) -> list[Any]:
    """The cotangents of what an exception keeps as its `args`, which begin at the position `first`."""
    held = memory.pop_item(error, "args")
    found = []
    for p in positions:
        named = given_by_name(memory, error, p) if isinstance(p, str) else 0.0
        found.append(item(held, p - first) if isinstance(p, int) and p >= first else named)
    require_all_given(memory, error)
    return found


def is_initialiser(fn: Any) -> bool:
    """Whether it is what `super().__init__` of an exception gives, which keeps its arguments as `args`."""
    if isinstance(fn, types.MethodWrapperType):
        return fn.__name__ == "__init__" and isinstance(fn.__self__, BaseException)
    return (
        isinstance(fn, types.WrapperDescriptorType)
        and fn.__name__ == "__init__"
        and issubclass(fn.__objclass__, BaseException)
    )


def initialise(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A call of such an initialiser, which keeps what it is given as the exception's `args`."""
    fn(*args, **kwargs)
    bound = isinstance(fn, types.MethodWrapperType)
    error = fn.__self__ if bound else args[0]
    return None, lambda ct, memory: tuple(_of_args(memory, error, positions, 0 if bound else 1))
