"""The parameters of primitives: as their rules name them, or their own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import BuiltinFunctionType, ModuleType
from typing import Any

Rule = Callable[..., Any]
SPECIAL_PARAMETERS = ("ct", "t", "ans")


def of_rules(rules: Iterable[Rule | None]) -> inspect.Signature | None:
    """A primitive's own parameters: those of any of its rules, less `ct`, `t` and `ans`."""
    best: inspect.Signature | None = None
    for rule in rules:
        if rule is None:
            continue
        found = inspect.signature(rule)
        kept = [p for name, p in found.parameters.items() if name not in SPECIAL_PARAMETERS]
        if best is None or len(kept) > len(best.parameters):
            best = found.replace(parameters=kept)
    return best


def own(fn: Any) -> inspect.Signature | None:
    """The signature of a function without rules, if it has one that can be read."""
    try:
        return _by_position(fn) or inspect.signature(fn)
    except (TypeError, ValueError):
        return None


def _by_position(fn: Any) -> inspect.Signature | None:
    """The signature of a function of C that takes all its arguments by position (`len`); None of any other.

    `inspect.signature` reads it with a tokenizer, whose patterns alone take a millisecond to compile in each process.
    """
    text = getattr(fn, "__text_signature__", None) if type(fn) is BuiltinFunctionType else None
    if text is None or not isinstance(fn.__self__, ModuleType):
        return None
    first, *names, last = text.split(", ")
    if first != "($module" or last != "/)" or not all(map(str.isidentifier, names)):
        return None
    return inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names])
