"""Which statements of a tree may leave their block, and how."""

from __future__ import annotations

from typing import Any

import gast

from dualad.syntax.names import children

LOOPS = (gast.For, gast.While)


def jumps(stmt: gast.AST) -> set[str]:
    """The jumps ("break", "continue", "return") that may leave the statement outwards."""
    match stmt:
        case gast.Break():
            return {"break"}
        case gast.Continue():
            return {"continue"}
        case gast.Return():
            return {"return"}
        case gast.If():
            return jumps_of([*stmt.body, *stmt.orelse])
        case gast.With():
            return jumps_of(stmt.body)
        case gast.Try():
            handled = [s for handler in stmt.handlers for s in handler.body]
            return jumps_of([*stmt.body, *handled, *stmt.orelse, *stmt.finalbody])
        case gast.Match():
            return jumps_of([s for case in stmt.cases for s in case.body])
        case gast.For() | gast.While():
            return (jumps_of(stmt.body) & {"return"}) | jumps_of(stmt.orelse)
    return set()


def jumps_of(stmts: list[gast.stmt]) -> set[str]:
    """The jumps that may leave any of the statements."""
    return set().union(*(jumps(s) for s in stmts))


def never_falls_through(stmts: list[gast.stmt]) -> bool:
    """Whether control never reaches the end of the block."""
    return any(_leaves(s) for s in stmts)


def _leaves(stmt: gast.stmt) -> bool:
    match stmt:
        case gast.Break() | gast.Continue() | gast.Return() | gast.Raise():
            return True
        case gast.If():
            return never_falls_through(stmt.body) and never_falls_through(stmt.orelse)
        case gast.Match():
            last = stmt.cases[-1]
            return is_irrefutable(last) and all(never_falls_through(case.body) for case in stmt.cases)
        case gast.While():
            forever = isinstance(stmt.test, gast.Constant) and bool(stmt.test.value)
            return forever and "break" not in jumps_of(stmt.body)
    return False


def is_irrefutable(case: gast.match_case) -> bool:
    """Whether a case always matches: `case _`, `case name`."""
    return case.guard is None and _matches_all(case.pattern)


def _matches_all(pattern: gast.pattern) -> bool:
    match pattern:
        case gast.MatchAs():
            return pattern.pattern is None or _matches_all(pattern.pattern)
        case gast.MatchOr():
            return any(_matches_all(p) for p in pattern.patterns)
    return False


def local_names(function: gast.AST) -> set[str]:
    """The names that are local to a function: parameters and all that it binds, less those of scopes inside it."""
    found: set[str] = set()
    outer: set[str] = set()
    args = function.args
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            found.add(arg.id)
    pending: list[Any] = list(function.body) if isinstance(function.body, list) else [function.body]
    while pending:
        node = pending.pop()
        if type(node) is gast.Name:
            if type(node.ctx) is not gast.Load:
                found.add(node.id)
        elif type(node) not in _BINDERS:
            pending += children(node)
        elif isinstance(node, gast.Global | gast.Nonlocal):
            outer |= set(node.names)
        else:
            found |= _bound(node)
            if isinstance(node, gast.MatchAs | gast.MatchStar | gast.MatchMapping):
                pending += children(node)
            elif hasattr(node, "generators"):
                pending.append(node.generators[0].iter)
            elif isinstance(node, gast.FunctionDef | gast.Lambda):
                pending += [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
                pending += getattr(node, "decorator_list", ())
    return found - outer


_BINDERS = {
    gast.ListComp, gast.SetComp, gast.GeneratorExp, gast.DictComp, gast.FunctionDef, gast.ClassDef, gast.Lambda,
    gast.Import, gast.ImportFrom, gast.MatchAs, gast.MatchStar, gast.MatchMapping, gast.Global, gast.Nonlocal,
}  # fmt: skip


def _bound(node: Any) -> set[str]:
    """The names that a node which is no name binds in the function around it."""
    match node:
        case gast.FunctionDef() | gast.ClassDef():
            return {node.name}
        case gast.ListComp() | gast.SetComp() | gast.GeneratorExp() | gast.DictComp():
            return {n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr)}
        case gast.Import() | gast.ImportFrom():
            return {(a.asname or a.name).partition(".")[0] for a in node.names}
        case gast.MatchAs() | gast.MatchStar() | gast.MatchMapping():
            name = node.rest if isinstance(node, gast.MatchMapping) else node.name
            return {name} if name else set()
    return set()


def outer_names(function: Any, nodes: list[Any]) -> dict[str, str]:
    """The variables that a function shares with others which bind them, and what they are to it.

    "global" and "cell": the function itself declares them; "own": they are its own, and a function inside declares
    them nonlocal. `nodes`: all nodes of the function.
    """
    found: dict[str, str] = {}
    if not any(type(node) in (gast.Global, gast.Nonlocal) for node in nodes):
        return found
    own = local_names(function)
    pending = [(node, False) for node in (function.body if isinstance(function.body, list) else [function.body])]
    while pending:
        node, inside = pending.pop()
        if isinstance(node, gast.Global) and not inside:
            found.update(dict.fromkeys(node.names, "global"))
        elif isinstance(node, gast.Nonlocal):
            names = [n for n in node.names if n in own] if inside else node.names
            found.update(dict.fromkeys(names, "own" if inside else "cell"))
        deeper = inside or isinstance(node, gast.FunctionDef | gast.Lambda | gast.ClassDef)
        pending += [(child, deeper) for child in gast.iter_child_nodes(node)]
    return found
