"""Exceptions that are made by a call which is looked up as it runs: no derivative follows what they carry."""

from __future__ import annotations

import types
from typing import Any

from dualad.reverse import objects
from dualad.reverse.cells import Memory, require_nothing_carried
from dualad.reverse.operands import Operation, Positions

__dualad_lift__ = True  # dual numbers run through all of this


def made(site: Operation, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """An exception, and a pullback that refuses cotangents of what it carries; None if nothing is asked of it.

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
        require_nothing_carried(memory, error, ct)
        return shares

    return error, pulled


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
    """A call of such an initialiser: cotangents of what it keeps are looked for where the exception is made."""
    fn(*args, **kwargs)
    return None, lambda ct, memory: (0.0,) * len(positions)
