"""What gives an array another shape or dtype in place: nothing that was known of arrays holds then.

Shapes and dtypes of arrays are taken to be what they were when an array was made, whatever names it has. Where a
program changes them (`a.shape = (2, 3)`, `a.resize(6)`), nothing is known of any array in it.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import gast

from dualad.analysis.calls import Callee
from dualad.analysis.inplace import is_of_user
from dualad.analysis.kinds import Kind, class_of
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const

LAYOUT = frozenset({"shape", "dtype", "strides"})
"""Attributes of arrays that can be assigned to, and say how their numbers lie."""
RESIZE = "resize"


def is_layout_stored(stmt: core.StoreAttr, kind: Kind) -> bool:
    """Whether a store into an attribute may give an array another shape or dtype; `kind`: of what has the attribute."""
    return stmt.name in LAYOUT and _may_be_array(kind)


def reshapes(stmt: Bind, callee: Callee, kind: Callable[[Atom], Kind]) -> bool:
    """Whether a call may do so."""
    if stmt.op == "method":
        if stmt.fn == RESIZE:  # of an array, or `np.ndarray.resize(a, ...)`; `np.resize` makes another one
            owner = kind(stmt.args[0])
            return _may_be_array(owner) or (owner.tag == "object" and isinstance(owner.value, type))
        return (
            stmt.fn == "__setattr__"
            and _names_layout(stmt.args[-2:-1])
            and any(map(_may_be_array, map(kind, stmt.args)))
        )
    if callee.value is setattr and len(callee.args) == 3:
        return _names_layout(callee.args[1:2]) and _may_be_array(kind(callee.args[0]))
    return False


def _names_layout(atoms: list[Atom]) -> bool:
    """Whether an argument may be the name of such an attribute."""
    return all(not isinstance(a, Const) or a.value in LAYOUT for a in atoms)


def _may_be_array(kind: Kind) -> bool:
    return kind.tag == "array" or (kind.tag == "any" and class_of(kind) is None)


def reshapes_inside(made: Any) -> bool:
    """Whether an inner function does so to something that it does not make, as far as its text tells."""
    for node in gast.walk(made):
        match node:
            case gast.Attribute(attr=name, ctx=gast.Store()) if name in LAYOUT:
                return True
            case gast.Call(func=gast.Attribute(attr=name)) if name == RESIZE:
                return True
    return False


def may_be_reshaped(scopes: Iterable[dict[str, Any]]) -> bool:
    """Whether a function that these modules name does so, or a method of their classes: any of them may be called."""
    return any(_reshapes(fn.__code__, scope) for scope in scopes for fn in _functions(scope))


def _functions(scope: dict[str, Any]) -> Iterator[types.FunctionType]:
    for value in [*scope.values()]:
        held = [*vars(value).values()] if isinstance(value, type) and is_of_user(value) else [value]
        for kept in held:
            of_property = [getattr(kept, name, None) for name in ("fget", "fset", "fdel", "func", "__func__")]
            found = of_property if not isinstance(kept, types.FunctionType) else [kept]
            yield from (fn for fn in found if isinstance(fn, types.FunctionType) and is_of_user(fn))


def _reshapes(code: types.CodeType, scope: dict[str, Any]) -> bool:
    if any(_reshapes(inner, scope) for inner in code.co_consts if isinstance(inner, types.CodeType)):
        return True
    if LAYOUT.isdisjoint(code.co_names) and RESIZE not in code.co_names:
        return "setattr" in code.co_names and not LAYOUT.isdisjoint(c for c in code.co_consts if isinstance(c, str))
    return any(name in LAYOUT or not isinstance(scope.get(owner), types.ModuleType) for owner, name in _stored(code))


@lru_cache(maxsize=1024)
def _stored(code: types.CodeType) -> tuple[tuple[str, str], ...]:
    """Stores into such attributes, and calls of `resize`, after the name that comes before."""
    found, before = [], ""
    for step in dis.get_instructions(code):
        if (step.opname == "STORE_ATTR" and step.argval in LAYOUT) or (
            step.opname in ("LOAD_METHOD", "LOAD_ATTR") and step.argval == RESIZE
        ):
            found.append((before, step.argval))
        before = str(step.argval)
    return tuple(found)
