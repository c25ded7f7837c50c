"""Under which names texts may keep functions in objects: what `o.name(...)` calls need not be a method then."""

from __future__ import annotations

import dis
import functools
import types
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from dualad.analysis.inplace import is_of_user
from dualad.syntax.local_classes import classes_known, made_in


def may_be_kept(name: str, fn: types.FunctionType, scopes: Iterable[dict[str, Any]]) -> bool:
    """Whether a function, or one in these modules, may keep something in an object under a name.

    An attribute that is stored, a keyword, a text (of `setattr`, of a dict that becomes an object's), or a field that a
    class states. Names that are put together as the program runs are not seen.
    """
    classes = (cls for scope in scopes for cls in classes_known(scope))
    if any(name in _stated(cls) for cls in classes if is_of_user(cls)):
        return True
    return name in _in_text(fn) or any(name in _in_text(found) for scope in scopes for found in _functions(scope))


def _stated(cls: type) -> Iterable[str]:
    """The fields that a class states."""
    return (*vars(cls).get("__annotations__", ()), *vars(cls).get("_fields", ()))


def _functions(scope: dict[str, Any]) -> Iterator[types.FunctionType]:
    """The functions of a module, and the methods of its classes."""
    for value in [*scope.values(), *made_in(scope)]:
        held = [*vars(value).values()] if isinstance(value, type) and is_of_user(value) else [value]
        for kept in held:
            places = (kept.fget, kept.fset) if isinstance(kept, property) else (_behind(kept),)
            yield from (fn for fn in places if isinstance(fn, types.FunctionType) and is_of_user(fn))


def _behind(kept: Any) -> Any:
    if isinstance(kept, functools.cached_property):
        return kept.func
    return kept.__func__ if isinstance(kept, staticmethod | classmethod) else kept


_known: weakref.WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, frozenset[str]]] = (
    weakref.WeakKeyDictionary()
)


def _in_text(fn: types.FunctionType) -> frozenset[str]:
    """The attributes that a function's text stores, its keywords and texts; found once for each code."""
    known = _known.get(fn)
    if known is None or known[0] is not fn.__code__:
        known = _known[fn] = fn.__code__, frozenset(_names(fn.__code__))
    return known[1]


def _names(code: types.CodeType) -> Iterator[str]:
    yield from (i.argval for i in dis.get_instructions(code) if i.opname == "STORE_ATTR")
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _names(const)
        else:
            yield from _texts(const)


def _texts(const: Any) -> Iterator[str]:
    if isinstance(const, str):
        yield const
    elif isinstance(const, tuple | frozenset):
        for item in const:
            yield from _texts(item)
