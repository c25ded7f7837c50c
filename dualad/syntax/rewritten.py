"""Code that was compiled again from rewritten text, and the code that its user wrote."""

from __future__ import annotations

import types
import weakref
from typing import Any

_originals: dict[int, types.CodeType | None] = {}
"""The user's code that each rewritten one stands for, by its `id`, for as long as it lives; None inside of some."""


def note(made: types.CodeType, original: types.CodeType | None) -> None:
    """Remember which code another one stands for."""
    _originals[id(made)] = original
    weakref.finalize(made, _originals.pop, id(made), None).atexit = False


def is_rewritten(code: types.CodeType) -> bool:
    """Whether code was made by rewriting."""
    return id(code) in _originals


def as_written(fn: Any) -> Any:
    """The user's own function behind one that was made inside rewritten code (a nested function, a lambda)."""
    if isinstance(fn, types.MethodType):
        return types.MethodType(as_written(fn.__func__), fn.__self__)
    if not isinstance(fn, types.FunctionType):
        return fn
    original = _originals.get(id(fn.__code__))
    if original is None:
        return fn
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or ()))
    closure = tuple([cells.get(name) or types.CellType() for name in original.co_freevars])
    made = types.FunctionType(original, fn.__globals__, fn.__name__, fn.__defaults__, closure)
    made.__kwdefaults__ = fn.__kwdefaults__
    made.__dict__.update(fn.__dict__)
    return made
