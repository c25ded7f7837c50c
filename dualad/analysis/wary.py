"""Objects that change something unasked, where a function meets them that knows nothing of their classes.

`self.held.price` reads an attribute of whatever the object was given. Whether that is a property which changes
something is told by the class of what it holds, and this may be of a module that the function's own has never heard of.
Functions of that module know it and take care with all objects; so must all that they call, since they may hand such an
object on: while a function that takes care runs, what is chosen for its calls takes care, too. What the user himself
gives is looked through.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from dualad.analysis.inplace import is_of_user, is_of_user_module, may_change_unasked
from dualad.analysis.kinds import Kind
from dualad.classes import behind, in_slots, items_held, module_of, pairs_held, slots_of_class
from dualad.ownership import globals_of, held_by_callable
from dualad.syntax.local_classes import classes_known

SIMPLE = frozenset({float, int, bool, complex, str, bytes, type(None), range, slice, *np.sctypeDict.values()})
"""Classes of values that hold nothing."""
TEXT = frozenset({str})
CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
SEQUENCES = (list, tuple, set, frozenset, collections.deque)
OURS = "dualad."
PLAIN_KINDS = frozenset({"array", "int", "float", "complex", "bool", "npscalar", "scalar", "str", "none", "range"})


class _Extent(threading.local):
    """Whether a function that takes care with objects is running."""

    now = False


_extent = _Extent()


def is_inherited() -> bool:
    """Whether what is chosen now is run by a function that takes care with objects."""
    return _extent.now


def is_bound_to(fn: types.FunctionType) -> bool:
    """Whether a function has to take care if others do: our definitions of what libraries do change nothing."""
    return is_of_user(fn)


def is_calm(*values: Any) -> bool:
    """Whether no care is needed: nothing that takes care is running, and the values hold no object of such a class."""
    return not (_extent.now or changes_unasked(values))


def is_known_to(fn: types.FunctionType) -> bool:
    """Whether the module of a function names a class whose objects may change something unasked."""
    return _knows(fn.__globals__)


def leads_on(kind: Kind) -> bool:
    """Whether a value of a kind may be, or hold, an object of a class that is not known."""
    if kind.tag in PLAIN_KINDS:
        return False
    if kind.tag in ("tuple", "ntuple", "list", "dict", "fields", "slice"):
        return any(map(leads_on, kind.items))
    return not (kind.tag == "object" and isinstance(kind.value, types.ModuleType))


def outside(fn: types.FunctionType) -> list[Any]:
    """What a function has captured, and the globals that it names, but for modules, functions and classes."""
    found = [*globals_of(fn).values(), *held_by_callable(fn)]
    return [value for value in found if not isinstance(value, types.ModuleType | types.FunctionType | type)]


def changes_unasked(values: Iterable[Any]) -> bool:
    """Whether an object that can be reached from values is of a class that may change something unasked.

    So does what makes such objects: a class, a function of a module that knows one, an object whose methods are of it.
    """
    waiting, met = [*values], set()
    while waiting:
        value = waiting.pop()
        cls = type(value)
        if cls in SIMPLE or id(value) in met:
            continue
        met.add(id(value))
        if cls in CONTAINERS:
            found = value.values() if cls is dict else value
            if not SIMPLE.issuperset(map(type, found)):
                waiting += found
            if cls is dict and not TEXT.issuperset(map(type, value)):
                waiting += value
        elif cls is np.ndarray:
            waiting += value.ravel().tolist() if value.dtype.hasobject else ()
        elif not isinstance(value, types.ModuleType) and not hasattr(cls, "__dualad_dual__"):
            if _may_change(value, cls):
                return True
            waiting += () if isinstance(value, type) else _parts(value)
    return False


def _may_change(value: Any, cls: type) -> bool:
    """Whether it is such an object or makes some."""
    if cls is types.FunctionType:
        return _may_make(value.__code__, value.__globals__)
    if cls is types.GeneratorType:
        return value.gi_frame is not None and _may_make(value.gi_code, value.gi_frame.f_globals)
    cls = value if isinstance(value, type) else cls
    module = sys.modules.get(module_of(cls))
    return _may_make(cls, {} if module is None else vars(module))


_making: weakref.WeakKeyDictionary[Any, tuple[int, bool]] = weakref.WeakKeyDictionary()


def _may_make(part: Any, scope: dict[str, Any]) -> bool:
    """The same of a class, or of code, and its module: kept as long as the module's names are as many."""
    known = _making.get(part)
    if known is None or known[0] != len(scope):
        found = isinstance(part, type) and is_of_user(part) and may_change_unasked(part)
        found = found or (is_of_user_module(scope.get("__name__") or "builtins") and _knows(scope))
        known = _making[part] = len(scope), found
    return known[1]


def _knows(scope: dict[str, Any]) -> bool:
    """Whether a module names a class that may change something unasked."""
    return any(is_of_user(cls) and may_change_unasked(cls) for cls in classes_known(scope))


def _parts(value: Any) -> list[Any]:
    """What is held by an object, a function or a container of a class of its own, whatever its class says of it."""
    found: list[Any] = []
    if isinstance(value, types.FunctionType | types.MethodType | functools.partial):
        found += held_by_callable(value)
        found += [value.__func__] if isinstance(value, types.MethodType) else []
    elif isinstance(value, np.ndarray):
        found += value.ravel().tolist() if value.dtype.hasobject else []
    elif isinstance(value, SEQUENCES):
        found += items_held(value)
    elif isinstance(value, dict):
        found += [part for pair in pairs_held(value) for part in pair]
    elif isinstance(value, types.MappingProxyType):
        found.append(behind(value))
    elif isinstance(value, types.GeneratorType) and value.gi_frame is not None:
        found += value.gi_frame.f_locals.values()
    with contextlib.suppress(AttributeError):
        found += object.__getattribute__(value, "__dict__").values()
    if slots_of_class(type(value)):
        found += in_slots(value).values()
    return [part for part in found if _may_be_users(part)] if module_of(type(value)).startswith(OURS) else found


def _may_be_users(part: Any) -> bool:
    """Whether what an object of ours holds may be the user's: functions, objects. Tables are how we go about it."""
    given = isinstance(part, types.FunctionType | types.MethodType | functools.partial | list | tuple)
    return given or hasattr(type(part), "__dualad_vjp__") or is_of_user(type(part))


def carefully(call: Callable[..., Any], is_split: bool) -> Callable[..., Any]:
    """A function that takes care with objects: so do those that it calls, and its pullback's, if it gives one."""

    @functools.wraps(call)
    def run(*args: Any) -> Any:
        with _caring():
            found = call(*args)
        return (found[0], _back(found[1])) if is_split else found

    return run


def _back(pull: Callable[..., Any]) -> Callable[..., Any]:
    def run(*ct: Any) -> Any:
        with _caring():
            return pull(*ct)

    run.__dict__["__dualad_lift__"] = True
    return run


@contextlib.contextmanager
def _caring() -> Iterator[None]:
    before, _extent.now = _extent.now, True
    try:
        yield
    finally:
        _extent.now = before
