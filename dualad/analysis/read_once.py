"""Attributes of dataclasses that are given, read once: where a loop reads them, their cotangents would go to the
object at each pass, by a look-up.

Kinds say that nothing of the object is stored into, or nothing would be known of its attributes.
"""

from __future__ import annotations

from dualad.analysis import plain_classes
from dualad.analysis.dissolving import with_one_name
from dualad.analysis.inferred import Kinds
from dualad.analysis.plain_classes import FIELD, KEPT
from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Bind, Function, Stmt, Var
from dualad.syntax.names import Names


def read_in_loops(function: Function, inferred: Kinds) -> dict[tuple[str, str], Bind]:
    """The attributes of parameters that are read in a loop: by parameter and name, a statement that reads them."""
    bound = {name for stmt in core.walk(function.body) for name in core.targets(stmt)} | set(function.outer)
    params = {p.name for p in function.params} - bound
    found: dict[tuple[str, str], Bind] = {}
    for loop in core.walk(function.body):
        if isinstance(loop, core.For | core.While):
            for stmt in core.walk([loop]):
                if isinstance(stmt, Bind) and _is_field(stmt, params, inferred):
                    found.setdefault((stmt.args[0].name, stmt.fn), stmt)  # type: ignore[union-attr]
    return found


def _is_field(stmt: Bind, params: set[str], inferred: Kinds) -> bool:
    if stmt.op != "attr" or not isinstance(stmt.args[0], Var) or stmt.args[0].name not in params:
        return False
    kind = inferred.of(stmt.args[0])
    if kind.tag != "fields" or not plain_classes.is_plain(kind.value[0]) or stmt.fn not in kind.value[1]:
        return False
    return plain_classes.means(kind.value[0], stmt.fn) in (FIELD, KEPT)


def with_attributes_read_once(function: Function, read: dict[tuple[str, str], Bind]) -> Function:
    """The function, whose statements are its own, with such attributes read before anything else."""
    names = Names(function.source.tree)
    names.reserve(*function.identifiers, *(n for stmt in core.walk(function.body) for n in core.targets(stmt)))
    variables = {place: names.fresh("_".join(place)) for place in read}
    first: list[Stmt] = []
    for (owner, attribute), stmt in read.items():
        first.append(
            Bind(variables[owner, attribute], "attr", [Var(owner)], fn=attribute, line=stmt.line, node=stmt.node)
        )
    body = first + _block(function.body, variables)
    temps = function.temps | set(variables.values())
    made = replace(function, body=body, temps=temps, identifiers=function.identifiers | set(variables.values()))
    with_one_name(made, dict.fromkeys(temps, object), set(variables.values()))
    return made


def _block(block: list[Stmt], variables: dict[tuple[str, str], str]) -> list[Stmt]:
    return [_stmt(stmt, variables) for stmt in block]


def _stmt(stmt: Stmt, variables: dict[tuple[str, str], str]) -> Stmt:
    if isinstance(stmt, Bind) and stmt.op == "attr" and isinstance(stmt.args[0], Var):
        variable = variables.get((stmt.args[0].name, stmt.fn))
        return stmt if variable is None else replace(stmt, op="copy", args=[Var(variable)], fn=None)
    changes = {f: _block(getattr(stmt, f), variables) for f in ("body", "orelse", "test_body") if hasattr(stmt, f)}
    return replace(stmt, **changes) if changes else stmt  # type: ignore[arg-type]
