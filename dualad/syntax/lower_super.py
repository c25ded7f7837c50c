"""`super()`: what it finds is called as a plain function is, with the object as its first argument.

The compiler gives a function that says `super()` the class around it by a cell, which emitted code does not have: so
the two arguments that the call leaves out are written out, too.
"""

from __future__ import annotations

import builtins
import functools
from typing import Any

import gast

from dualad.classes import found_in
from dualad.supers import inherited
from dualad.syntax.core import Atom, Const, Var


def called(lowering: Any, node: gast.Call) -> tuple[Atom, list[Atom]] | None:
    """The function and the first argument of `super().name(...)`; None for any other call."""
    found = _found(lowering, node.func)
    if found is None:
        return None
    return found[0], ([] if node.func.attr == "__new__" else [found[1]])  # which is given the class as it stands


def read(lowering: Any, node: gast.Attribute, target: str | None) -> Atom | None:
    """`super().name` by itself: a bound method, or what a property gives; None for any other attribute."""
    found = _found(lowering, node)
    if found is None:
        return None
    fn, instance, is_property = found
    if is_property:
        return lowering.bind("call", [instance], target, hint=node.attr, fn=fn, node=node)
    return lowering.bind("call", [fn, instance], target, hint=node.attr, fn=Const(functools.partial), node=node)


def _found(lowering: Any, node: gast.AST) -> tuple[Atom, Atom, bool] | None:
    call = getattr(node, "value", None)
    if not isinstance(node, gast.Attribute) or not isinstance(call, gast.Call) or call.keywords:
        return None
    if lowering.known_value(call.func) is not builtins.super or any(isinstance(a, gast.Starred) for a in call.args):
        return None
    args = call.args or _left_out(lowering)
    if len(args) != 2:
        return None
    cls, instance = (lowering.expr(a) for a in args)
    name = node.attr
    fn = lowering.bind("call", [cls, instance, Const(name)], hint=name, fn=Const(inherited), node=node)
    known = lowering.known_value(args[0])
    is_property = isinstance(known, type) and isinstance(found_in(known.__mro__[1:], name), property)
    again = Var(instance.name) if isinstance(instance, Var) else instance
    return fn, again, is_property


def _left_out(lowering: Any) -> list[gast.AST]:
    """The class around the function, and the function's first parameter."""
    first = lowering.source.fn.__code__.co_varnames[:1]
    if "__class__" not in lowering.source.cells or not first:
        return []
    return [gast.Name(name, gast.Load(), None, None) for name in ("__class__", *first)]
