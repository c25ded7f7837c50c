"""Lists of dataclasses that a function is given and only reads: its own objects, made of the given ones as it begins.

These are taken apart like any other (`pools`): attributes that are read in loops are items of lists then, and their
cotangents go to the given objects once. That holds if nobody stores into such an object, asks which one it is, or
changes the list; else the list is left as it is.
"""

from __future__ import annotations

from collections.abc import Collection

from dualad.analysis import plain_classes
from dualad.analysis.kinds import Kind
from dualad.analysis.plain_classes import FIELD, KEPT
from dualad.analysis.whereabouts import Blank
from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

HELD = ("array", "float", "int", "complex", "bool", "npscalar", "str", "none")
"""Kinds of attributes that may be read at the beginning as well as later: who stores into an array does so in both."""


class Copied(Blank):
    """Stands in core for a copy of an object that is given: nothing may be stored into it once it is made."""

    __slots__ = ()


def with_copies(function: Function, given: dict[str, Kind], barred: Collection[type]) -> Function | None:
    """The function with copies of such lists, which are read in their place; None where there are none."""
    bound = {name for stmt in core.walk(function.body) for name in core.targets(stmt)} | set(function.outer)
    found: dict[str, type] = {}
    for param in function.params:
        cls = _class_of_items(given.get(param.name))
        if cls is not None and param.kind == "positional" and param.name not in bound and cls not in barred:
            found[param.name] = cls
    if not found or not _are_read_in_loops(function, found):
        return None
    names = Names(function.source.tree)
    names.reserve(*function.identifiers, *bound)
    temps = set(function.temps)
    first: list[Stmt] = []
    copies: dict[str, str] = {}
    for name, cls in found.items():
        made, old, copy = (names.fresh(f"{name}_{end}") for end in ("copies", "given", "copy"))
        copies[name] = made
        body: list[Stmt] = [Bind(copy, "copy", [Const(Copied(cls))])]
        for attribute in given[name].items[0].value[1]:
            value = names.fresh(f"{copy}_{attribute}")
            temps.add(value)
            body.append(Bind(value, "attr", [Var(old)], fn=attribute))
            body.append(core.StoreAttr(Var(copy), attribute, Var(value)))
        body.append(core.Append(Var(made), Var(copy)))
        temps |= {made, old, copy}
        first += [Bind(made, "list", []), core.For(old, Var(name), body)]
    _rename(function, copies)
    body = first + function.body
    identifiers = function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
    return replace(function, body=body, temps=temps, identifiers=identifiers)


def _class_of_items(kind: Kind | None) -> type | None:
    """The dataclass that the objects of a list are of, where all that they hold is numbers, arrays and texts."""
    if kind is None or kind.tag != "list" or not kind.items or any(k.tag != "fields" for k in kind.items):
        return None
    cls, names = kind.items[0].value
    if any(k.value != (cls, names) for k in kind.items) or not plain_classes.is_plain(cls):
        return None
    if any(held.tag not in HELD for k in kind.items for held in k.items):
        return None
    plain = all(plain_classes.means(cls, name) in (FIELD, KEPT) for name in names)
    return cls if plain else None  # type: ignore[no-any-return]


def _are_read_in_loops(function: Function, found: Collection[str]) -> bool:
    return any(
        isinstance(a, Var) and a.name in found
        for loop in core.walk(function.body)
        if isinstance(loop, core.For | core.While)
        for stmt in core.walk([loop])
        for a in core.operands(stmt)
    )


def _rename(function: Function, copies: dict[str, str]) -> None:
    for stmt in core.walk(function.body):
        for atom in core.operands(stmt):
            if isinstance(atom, Var):
                atom.name = copies.get(atom.name, atom.name)
    if isinstance(function.result, Var):
        function.result.name = copies.get(function.result.name, function.result.name)
