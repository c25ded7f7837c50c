"""Which calls make a generator that may be sent values: it is active from the start, since those may be."""

from __future__ import annotations

import inspect
import types
import weakref
from typing import Any

from dualad.analysis.inferred import Kinds
from dualad.analysis.inplace import is_of_user
from dualad.errors import Unsupported
from dualad.received import box
from dualad.syntax import core, source
from dualad.syntax.core import Bind, Stmt, Var
from dualad.syntax.local_classes import classes_known
from dualad.syntax.receiving import receives

_known: weakref.WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, bool]] = weakref.WeakKeyDictionary()


def may_receive(function: core.Function, kinds: Kinds) -> set[Stmt]:
    """The calls of generator functions that are sent values, as far as they are known by name."""
    inside: dict[str, bool] = {}
    calls: list[Bind] = []
    for stmt in core.walk(function.body):
        if isinstance(stmt, Bind):
            if stmt.op == "function":
                inside[stmt.target] = inside.get(stmt.target, False) or receives(stmt.fn)
            elif stmt.op == "copy" and stmt.args and isinstance(stmt.args[0], Var) and inside.get(stmt.args[0].name):
                inside[stmt.target] = True
            elif stmt.op in ("call", "method"):
                calls.append(stmt)
    return {stmt for stmt in calls if _makes_one(stmt, function, kinds, inside)}


def _makes_one(stmt: Bind, function: core.Function, kinds: Kinds, inside: dict[str, bool]) -> bool:
    if stmt.op == "call" and isinstance(stmt.fn, Var) and inside.get(stmt.fn.name):
        return True
    callee = kinds.callee.get(stmt)
    value = getattr(callee, "value", None)
    if value is box:
        return True
    if stmt.op == "call" and value is None and getattr(callee, "primitive", None) is None:
        return any(inside.values()) or any(map(is_receiving, [*function.source.globals.values()]))
    if value is None and stmt.op == "method":
        found = [getattr(cls, stmt.fn, None) for cls in classes_known(function.source.globals) if is_of_user(cls)]
        return any(is_receiving(fn) for fn in found)
    return is_receiving(value)


def is_receiving(fn: Any) -> bool:
    """Whether it is a generator function of somebody's that uses what it is sent, or returns something."""
    if not isinstance(fn, types.FunctionType) or not fn.__code__.co_flags & inspect.CO_GENERATOR:
        return False
    known = _known.get(fn)
    if known is None or known[0] is not fn.__code__:
        try:
            found = receives(source.read(fn).tree)
        except Unsupported:
            found = False
        known = _known[fn] = fn.__code__, found
    return known[1]
