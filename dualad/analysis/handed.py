"""Functions made inside that are handed to others, where the others have been written out: then they are only called.

`newton(lambda x: x * x - a, x)` hands one on. When what `newton` does stands in its caller, `f(x)` there means that
lambda: its twin, which is given what it captures, is called instead, and may be written out like any other.
"""

from __future__ import annotations

from collections import Counter

from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Bind, Function, Stmt, Var
from dualad.syntax.hoisting import place
from dualad.syntax.names import Names


def straight(function: Function) -> Function:
    """The function with calls of such twins; its statements are changed in place."""
    spare = function.source.spare
    made: dict[str, Bind] = {}
    if spare:
        bound = Counter(name for stmt in core.walk(function.body) for name in core.targets(stmt))
        for stmt in core.walk(function.body):
            if isinstance(stmt, Bind) and stmt.op == "function" and place(stmt.fn) in spare and bound[stmt.target] == 1:
                made[stmt.target] = stmt
    made = _only_called(function, made)
    if not made:
        return function
    names = Names(function.source.tree)
    names.reserve(*function.identifiers, *(n for stmt in core.walk(function.body) for n in core.targets(stmt)))
    temps = set(function.temps)

    def block(stmts: list[Stmt]) -> list[Stmt]:
        found: list[Stmt] = []
        for stmt in stmts:
            for inner in core.blocks(stmt):
                inner[:] = block(inner)
            if isinstance(stmt, Bind) and made.get(stmt.target) is stmt:
                continue
            if isinstance(stmt, Bind) and stmt.op == "call" and isinstance(stmt.fn, Var) and stmt.fn.name in made:
                twin, captured = spare[place(made[stmt.fn.name].fn)]
                known = names.fresh(twin)
                temps.add(known)
                found.append(Bind(known, "cell", [], fn=twin, line=stmt.line))
                stmt.fn = Var(known)
                stmt.args = [*map(Var, captured), *stmt.args]
                stmt.stars = frozenset(i + len(captured) for i in stmt.stars)
            found.append(stmt)
        return found

    body = block(function.body)
    identifiers = function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
    return replace(function, body=body, temps=temps, identifiers=identifiers)


def _only_called(function: Function, made: dict[str, Bind]) -> dict[str, Bind]:
    """Those that are nothing but called, in statements that stand in the function itself."""
    if not made:
        return made
    kept = dict(made)
    if isinstance(function.result, Var):
        kept.pop(function.result.name, None)
    for stmt in core.walk(function.body):
        is_call = isinstance(stmt, Bind) and stmt.op == "call"
        for atom in core.operands(stmt):
            if isinstance(atom, Var) and not (is_call and atom is stmt.fn):  # type: ignore[attr-defined]
                kept.pop(atom.name, None)
        if isinstance(stmt, core.Delete):
            kept.pop(stmt.name, None)
    for name in _early(function.body, made, set()):
        kept.pop(name, None)
    return kept


def _early(block: list[Stmt], made: dict[str, Bind], known: set[str]) -> set[str]:
    """Those that are called where they may not have been made: the call has to fail then."""
    known, found = set(known), set()
    for stmt in block:
        if isinstance(stmt, Bind) and isinstance(stmt.fn, Var) and stmt.fn.name in made.keys() - known:
            found.add(stmt.fn.name)
        for inner in core.blocks(stmt):
            found |= _early(inner, made, known)
        if isinstance(stmt, Bind) and made.get(stmt.target) is stmt:
            known.add(stmt.target)
    return found
