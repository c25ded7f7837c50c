"""What values hold, noted to see later whether any of it was changed in place."""

from __future__ import annotations

import builtins
import collections
import functools
import types
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from dualad.analysis.inplace import changes_given, has_methods_unasked, is_of_user
from dualad.classes import items_held, kept_by_class, method_of, pairs_held
from dualad.errors import Unsupported
from dualad.ownership import globals_of, held_by_callable
from dualad.reached import reached
from dualad.reverse.cells import OPAQUE, attributes
from dualad.syntax.rewritten import as_written

__dualad_lift__ = True  # dual numbers run through all of this

T = TypeVar("T")
Parts = Callable[[Any], dict[Any, Any] | None]


def snapshot(value: Any, parts: Parts | None = None) -> list[Any]:
    """Copies of the arrays that a value is made of, and what its containers hold, to see later whether any changed.

    `parts` says what a value holds, None of what holds nothing; without it `held` does.
    Each container is looked at once: containers may hold themselves, and chains of them be of any length.
    """
    found: list[Any] = []
    met: dict[int, tuple[int, Any]] = {}
    waiting = [value]
    while waiting:
        part = waiting.pop()
        fields = (parts or held)(part)
        if fields is None:
            found.append(part.copy() if isinstance(part, np.ndarray) else part)
        elif id(part) in met:
            found.append((met[id(part)][0],))
        else:
            met[id(part)] = (len(met), part)
            found.append(tuple(fields))
            waiting.extend(reversed(fields.values()))
    return found


def held(value: Any) -> dict[Any, Any] | None:
    """What a container, an object or a callable holds, by position, key or name; None of anything else."""
    if isinstance(value, list | tuple | collections.deque):
        return dict(enumerate(items_held(value)))
    of_callable = held_by_callable(value)
    if of_callable:
        return dict(enumerate(of_callable))
    if isinstance(value, OPAQUE):
        return None
    return dict(pairs_held(value)) if isinstance(value, dict) else attributes(value)


def within_reach(value: Any) -> dict[Any, Any] | None:
    """What a callable may come to as it runs: also the globals that are named in it, and the methods of its classes."""
    if isinstance(value, types.FunctionType) and is_of_user(value):
        fn = as_written(value)
        return {**dict(enumerate(held_by_callable(fn))), **globals_of(fn)}
    if isinstance(value, types.MethodType):
        return {"__func__": value.__func__, "__self__": value.__self__}
    if isinstance(value, type):
        written = [base for base in value.__mro__ if is_of_user(base)]
        return {(base.__name__, name): part for base in written for name, part in vars(base).items()}
    if isinstance(value, property):
        return {"get": value.fget, "set": value.fset}
    if isinstance(value, staticmethod | classmethod):
        return {"__func__": value.__func__}
    if is_of_user(type(value)):
        fields = held(value)
        return None if fields is None else {**fields, "__class__": type(value)}
    return held(value) if isinstance(value, list | tuple | dict | collections.deque | functools.partial) else None


def is_same(before: list[Any], after: list[Any]) -> bool:
    """Whether two snapshots are equal."""
    return len(before) == len(after) and all(map(_is_same, before, after))


def _is_same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if type(a) is tuple and type(b) is tuple:  # the names of what a container held, or which one it was
        return a == b
    if type(a) is type(b) and isinstance(a, int | str):
        return True  # counters and names, which no derivative goes through
    return a is b or (type(a) is type(b) and isinstance(a, float | complex | np.generic) and bool(a == b))


CALLABLE = (types.FunctionType, types.MethodType, functools.partial)
"""Functions that are written in Python, which what is called may call."""
SEQUENCES = (list, tuple, collections.deque, set, frozenset)


def run_unseen(fn: Any, values: Iterable[Any], run: Callable[[], T]) -> T:
    """What `run` gives, which has a function without text called with these values: it may call them, or their methods.

    Refused if anything in their reach is changed: no sweep sees it.
    """
    seen: set[int] = set()
    called = [part for value in values if type(value) not in NUMBERS for part in _called(value, seen)]
    return unchanged_by(called, run) if called and not any(fn is known for known in ASKING_NOTHING) else run()


NUMBERS = frozenset({float, int, bool, complex, str, np.ndarray, np.float64, types.NoneType})
ASKING_NOTHING = (builtins.isinstance, builtins.issubclass, builtins.callable, builtins.id, builtins.type)


def _called(value: Any, seen: set[int]) -> list[Any]:
    """The functions and objects, it or its items, that may be called, or asked for a method, by somebody's code."""
    if isinstance(value, CALLABLE):
        return [value]
    if type(value) in SEQUENCES:
        if id(value) in seen:  # it holds itself
            return []
        seen.add(id(value))
        kinds: set[Any] = {type(item) for item in value}
        asked = {cls for cls in kinds if has_methods_unasked(cls)}
        if not asked and kinds.isdisjoint(SEQUENCES):
            return []
        within = [item for item in value if type(item) in asked or type(item) in SEQUENCES]
        return [part for item in within for part in _called(item, seen)]
    cls: Any = type(value)
    return [value] if has_methods_unasked(cls) or method_of(value, "__call__") is not None else []


def unchanged_by(functions: list[Any], run: Callable[[], T]) -> T:
    """What `run` gives, which calls functions where no sweep sees it: refused if they change anything in reach."""
    if not functions:
        return run()
    before = snapshot(functions, within_reach)
    result = run()
    if not is_same(snapshot(functions, within_reach), before):
        raise _changing(functions[0])
    return result


def _changing(called: Any) -> Unsupported:
    """The error for what changes something where no sweep sees it."""
    title = "{}.__call__" if method_of(called, "__call__") is not None else "a method of {}"
    name = getattr(called, "__name__", None) or title.format(type(called).__name__)
    return Unsupported(
        f"{name} changes something in place, called by a function of a library; let it return what it computes"
    )


def changing_nothing(key: Callable[[Any], Any], run: Callable[..., Any]) -> Callable[[Any], Any]:
    """A function by which items are ranked, where no sweep sees it: refused for items that it changes.

    `run` calls it, of dual numbers too.
    """
    changing = _may_change_items(key)

    def ranked(item: Any) -> Any:
        if type(item) in NUMBERS or not (changing or _called(item, set())):
            return run(key, item)
        before, attributes = snapshot(item), _attributes(item)
        found = run(key, item)
        _forget_cached(attributes)
        if not is_same(snapshot(item), before):
            raise _changing(key)
        return found

    return ranked


def _attributes(item: Any) -> list[tuple[Any, dict[str, Any], set[str]]]:
    """The objects that an item is made of, with the dicts of their attributes, and which there are now."""
    parts = (part for part in reached(item, lambda value: [*(held(value) or {}).values()]) if is_of_user(type(part)))
    found = {id(part): (part, getattr(part, "__dict__", None)) for part in parts}
    return [(part, kept, set(kept)) for part, kept in found.values() if type(kept) is dict]


def _forget_cached(attributes: list[tuple[Any, dict[str, Any], set[str]]]) -> None:
    """Take away what cached properties have kept meanwhile, without what it was computed by.

    It is computed again where the function itself asks for it, which is nothing that anybody could tell.
    """
    for part, kept, before in attributes:
        for name in set(kept) - before:
            cached = kept_by_class(type(part), name)
            if isinstance(cached, functools.cached_property) and not _may_change_items(cached.func):
                del kept[name]


def _may_change_items(key: Any) -> bool:
    """Whether a function may change what it is given, as far as its text tells."""
    if isinstance(key, functools.partial):
        return _may_change_items(key.func)
    fn = getattr(key, "__func__", key)
    fn = fn if isinstance(fn, types.FunctionType) else method_of(key, "__call__")
    return isinstance(fn, types.FunctionType) and changes_given(fn)
