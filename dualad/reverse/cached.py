"""Calls of functions that have a cache (`functools.lru_cache`) from before: right where they can meet no derivative."""

from __future__ import annotations

import enum
import sys
import types
from collections.abc import Iterator
from typing import Any

from dualad.analysis.inplace import is_of_user
from dualad.analysis.libraries import NUMERIC
from dualad.analysis.rebound import is_rebound_in
from dualad.classes import in_slots
from dualad.remembered import CACHED
from dualad.reverse.cells import Memory, holds_integer
from dualad.reverse.objects import is_discrete
from dualad.reverse.operands import Positions
from dualad.reverse.unruled import no_rule


def called(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Result and pullback of a call that gives what no derivative reaches; None where it may be another one.

    `positions`: the arguments that could hold active values. Whether integers do is known in the reverse sweep.
    """
    active = [args[p] if isinstance(p, int) else kwargs[p] for p in positions]
    if not all(map(_carries_nothing, active)) or _reads(fn.__wrapped__, set()):
        return None
    whole = any(not is_discrete(v) or holds_integer(v) for v in active)

    def pulled(ct: Any, memory: Memory) -> tuple[float, ...]:
        if whole and memory.integers:
            raise no_rule(fn)
        return (0.0,) * len(positions)

    return fn(*args, **kwargs), pulled


def _carries_nothing(value: Any) -> bool:
    """Whether a value is, or is an object of, nothing but integers, text and the like."""
    if isinstance(value, enum.Enum) or is_discrete(value):
        return True
    held = getattr(value, "__dict__", None)
    if not is_of_user(type(value)) or not isinstance(held, dict) or callable(value):
        return False
    return all(map(is_discrete, [*held.values(), *in_slots(value).values()]))


def _reads(fn: Any, asked: set[Any]) -> bool:
    """Whether a function may read, outside of itself, what may hold a number that somebody differentiates in."""
    fn = getattr(fn, "__wrapped__", fn)
    code = getattr(fn, "__code__", None)
    if code in asked:
        return False
    if not isinstance(fn, types.FunctionType) or fn.__closure__:
        return True
    if not all(map(is_discrete, [*(fn.__defaults__ or ()), *(fn.__kwdefaults__ or {}).values()])):
        return True
    asked.add(code)
    module = sys.modules.get(fn.__module__)
    return any(_may_vary(value, name, module, asked) for name, value in _named(fn, fn.__code__))


def _may_vary(value: Any, name: str, module: Any, asked: set[Any]) -> bool:
    """Whether what a name outside of a function stands for may be, or reach, something that is differentiated."""
    if isinstance(value, float | complex):
        return module is None or is_rebound_in(module, name)
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] not in (*NUMERIC, *sys.stdlib_module_names)
    if isinstance(value, types.FunctionType | CACHED):
        return is_of_user(value) and _reads(value, asked)
    if isinstance(value, type):
        return is_of_user(value) and not issubclass(value, enum.Enum)
    return not (isinstance(value, types.BuiltinFunctionType) or is_discrete(value))


def _named(fn: types.FunctionType, code: types.CodeType) -> Iterator[tuple[str, Any]]:
    """The globals that a function names, and their values; those of the functions inside of it too."""
    yield from ((name, fn.__globals__[name]) for name in code.co_names if name in fn.__globals__)
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _named(fn, part)
