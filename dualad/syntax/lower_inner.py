"""Functions made inside: kept as written, their default values apart, which are computed where they are made."""

from __future__ import annotations

import copy
import types
from typing import Any

import gast

from dualad.syntax.core import Atom, Bind, Var
from dualad.syntax.jumps import local_names


def made(lowering: Any, node: Any, target: str | None, hint: str) -> Var:
    """The function that a `lambda` or `def` makes."""
    node = _with_renamed_captures(lowering, _with_named_defaults(lowering, node))
    name = target or lowering.temp(hint)
    if isinstance(node, gast.FunctionDef) and node.name != name:
        node = copy.copy(node)
        node.name = name
    lowering.emit(Bind(name, "function", _captured(lowering, node), fn=node, node=node))
    return Var(name)


def _with_named_defaults(lowering: Any, node: Any) -> Any:
    """The function with a name for each default value that is computed.

    What calls leave to a default value has its cotangent by the name of the parameter; it goes on to a name, too.
    """
    if all(d is None or _stays(lowering, d) for d in (*node.args.defaults, *node.args.kw_defaults)):
        return node
    spec = node.args
    parameters = [*spec.posonlyargs, *spec.args]
    parameters = parameters[len(parameters) - len(spec.defaults) :]
    found, found.args = copy.copy(node), copy.copy(spec)
    found.args.defaults = [_named(lowering, d, p.id) for d, p in zip(spec.defaults, parameters, strict=True)]
    found.args.kw_defaults = [_named(lowering, d, p.id) for d, p in zip(spec.kw_defaults, spec.kwonlyargs, strict=True)]
    return found


def _named(lowering: Any, default: Any, parameter: str) -> Any:
    if default is None or _stays(lowering, default):
        return default
    name = lowering.temp(parameter)
    lowering.assign_expr(gast.Name(name, gast.Store(), None, None), default)
    return gast.Name(name, gast.Load(), None, None)


def _stays(lowering: Any, default: Any) -> bool:
    """Whether a default value is a local name, a literal or a number of a module's."""
    if isinstance(default, gast.Name):
        name = default.id
        return name in lowering.local and name not in lowering.outer and lowering.renamed(name) == name
    if isinstance(default, gast.Attribute):
        owner = lowering.known_value(default.value)
        return isinstance(owner, types.ModuleType) and isinstance(lowering.known_value(default), int | float | str)
    return not any(isinstance(n, gast.Name) for n in gast.walk(default))


def _with_renamed_captures(lowering: Any, node: Any) -> Any:
    """The function with the names that a comprehension's variables have here."""
    renamed = {n: lowering.renamed(n) for n in _free(node)}
    renamed = {n: new for n, new in renamed.items() if n != new}
    if not renamed:
        return node
    for inner in gast.walk(node):
        again = renamed.keys() & _bound_by(inner)
        if again:
            lowering.refuse(
                node,
                f"a function made in a comprehension that captures its variable `{min(again)}`",
                f"rename `{min(again)}`: another local variable has the same name",
            )
            return node
    node = copy.deepcopy(node)
    for read in gast.walk(node):
        if isinstance(read, gast.Name):
            read.id = renamed.get(read.id, read.id)
    return node


def _bound_by(node: Any) -> set[str]:
    """The names that a scope of its own binds."""
    if isinstance(node, gast.Lambda | gast.FunctionDef):
        return local_names(node)
    generators = getattr(node, "generators", ())
    return {n.id for g in generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}


def _free(node: Any) -> set[str]:
    inner = local_names(node)
    return {n.id for n in gast.walk(node) if isinstance(n, gast.Name)} - (inner - _default_names(node))


def _captured(lowering: Any, node: Any) -> list[Atom]:
    """The local names that a lambda or nested function reads."""
    own = {n for n, s in lowering.outer.items() if s == "own"}
    given = _default_names(node) & lowering.temps
    renamed = {name for scope in lowering.renames for name in scope.values()}
    return [Var(n) for n in sorted(_free(node) & (lowering.local | own | given | renamed))]


def _default_names(node: Any) -> set[str]:
    """Names read by a function's default values, which are evaluated outside it."""
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return {n.id for d in defaults for n in gast.walk(d) if isinstance(n, gast.Name)}
