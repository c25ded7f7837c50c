"""Dicts with literal keys that stay in the function which displays them, as a variable for each key.

`state = {"p": x, "v": v}` and `state["p"] += state["v"] * dt` are what people write for the variables of a simulation.
Of variables all is known that is known of numbers and arrays; what a dict holds can change wherever one is stored into.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Store, Var

Variables = dict[str, dict[Any, str]]
"""By dict and key, the variable that stands for what it holds there."""


def dicts_as_variables(function: Function, fresh: Any) -> Function:
    """The function with such dicts as variables; `fresh(base)` gives names that nothing else has."""
    found = _dicts_that_stay(function)
    if not found:
        return function
    variables: Variables = {
        name: {key: fresh(f"{name}_{key}" if str(key).isidentifier() else f"{name}_item") for key in sorted(keys)}
        for name, keys in found.items()
    }
    return replace(function, body=_block(function.body, variables))


def _dicts_that_stay(function: Function) -> dict[str, frozenset[str]]:
    """The names of dicts that are displayed with the same keys wherever they are bound, and read by literal keys."""
    if function.is_generator:
        return {}
    keys: dict[str, frozenset[str]] = {}
    barred = {p.name for p in function.params} | set(function.outer)
    if isinstance(function.result, Var):
        barred.add(function.result.name)
    for stmt in core.walk(function.body):
        if isinstance(stmt, Bind) and stmt.op == "dict":
            found = _keys_of(stmt)
            if found is None or keys.setdefault(stmt.target, found) != found:
                barred.add(stmt.target)
        else:
            barred.update(core.targets(stmt))
        if isinstance(stmt, core.Delete):
            barred.add(stmt.name)
    for stmt in core.walk(function.body):
        barred.update(atom.name for atom in _used_whole(stmt, keys) if isinstance(atom, Var))
    found_all = {name: found for name, found in keys.items() if name not in barred}
    return {name: found for name, found in found_all.items() if _is_bound_before(function.body, name)}


def _keys_of(stmt: Bind) -> frozenset[str] | None:
    """The keys of a display, if they are texts, written out and different."""
    keys = [atom.value if isinstance(atom, Const) else None for atom in stmt.args[::2]]
    if stmt.stars or not keys or any(type(key) is not str for key in keys) or len({*keys}) < len(keys):
        return None
    return frozenset(keys)  # type: ignore[arg-type]


def _used_whole(stmt: Stmt, keys: dict[str, frozenset[str]]) -> Iterable[Atom]:
    """The operands of a statement, but for a dict of which an item is read or stored that it has."""
    operands = core.operands(stmt)
    if isinstance(stmt, Bind) and stmt.op == "prim" and stmt.fn is operator.getitem:
        base, key = stmt.args
    elif isinstance(stmt, Store):
        base, key = stmt.base, stmt.key
    else:
        return operands
    known = isinstance(base, Var) and isinstance(key, Const) and type(key.value) is str
    if known and key.value in keys.get(base.name, ()):  # type: ignore[union-attr]
        return [atom for atom in operands if atom is not base]
    return operands


def _is_bound_before(block: list[Stmt], name: str) -> bool:
    """Whether a dict is bound by a display in front of all that reads it, in the same block or further in."""
    for i, stmt in enumerate(block):
        if isinstance(stmt, Bind) and stmt.target == name:
            return True
        inside = [inner for inner in core.blocks(stmt) if _names(inner, name)]
        if inside:
            return len(inside) == 1 and not _names(block[i + 1 :], name) and _is_bound_before(inside[0], name)
        if _names([stmt], name):
            return False
    return False


def _names(block: list[Stmt], name: str) -> bool:
    """Whether a statement of a block binds or reads a name."""
    return any(
        name in core.targets(stmt) or any(isinstance(a, Var) and a.name == name for a in core.operands(stmt))
        for stmt in core.walk(block)
    )


def _block(block: list[Stmt], variables: Variables) -> list[Stmt]:
    return [new for stmt in block for new in _stmt(stmt, variables)]


def _stmt(stmt: Stmt, variables: Variables) -> list[Stmt]:
    match stmt:
        case Bind(op="dict") if stmt.target in variables:
            named = variables[stmt.target]
            pairs = zip(stmt.args[::2], stmt.args[1::2], strict=True)
            return [
                Bind(named[key.value], "copy", [value], line=stmt.line, node=stmt.node)  # type: ignore[union-attr]
                for key, value in pairs
            ]
        case Bind(op="prim", args=[Var(name=name), Const(value=key)]) if name in variables:
            return [replace(stmt, op="copy", args=[Var(variables[name][key])], fn=None)]
        case Store() if stmt.base.name in variables:
            target = variables[stmt.base.name][stmt.key.value]  # type: ignore[union-attr]
            if stmt.aug is None:
                return [Bind(target, "copy", [stmt.value], line=stmt.line, node=stmt.node)]
            fn = getattr(operator, f"i{stmt.aug.__name__.rstrip('_')}")
            return [Bind(target, "inplace", [Var(target), stmt.value], fn, line=stmt.line, node=stmt.node)]
    for inner in core.blocks(stmt):
        inner[:] = _block(inner, variables)
    return [stmt]
