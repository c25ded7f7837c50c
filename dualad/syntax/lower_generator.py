"""Generator expressions that are kept or handed on: calls of generator functions that do the same.

What the expression reads is passed as arguments when it is made, where Python reads it as items are taken: the same
wherever none of it is bound anew in between. What may be is captured.
"""

from __future__ import annotations

import builtins
from typing import Any

import gast

from dualad.syntax import lower_flat, lower_inner
from dualad.syntax.core import Atom, Bind, Const, Var
from dualad.syntax.lower_comprehension import SCOPES


def generator(lowering: Any, node: gast.GeneratorExp) -> Atom:
    """The generator that an expression makes."""
    first = node.generators[0]
    if any(isinstance(n, gast.NamedExpr) for n in gast.walk(node)):
        return lowering.refuse(node, "a generator expression that binds names", "write a list comprehension")  # type: ignore[no-any-return]
    reads = _reads(node) - {n.id for n in gast.walk(first.target) if isinstance(n, gast.Name)}
    reads &= lowering.local | {n for n, scope in lowering.outer.items() if scope == "own"}
    captured = {name for name in reads if _is_bound_anew(lowering, name)}
    items = lower_flat.iterated(lowering, first.iter)
    if lowering.careful:  # an object is asked for an iterator now, and for its items later
        items = lowering.bind("call", [items], hint="items", fn=Const(builtins.iter), node=first.iter)
    given = [lowering.expr(gast.Name(name, gast.Load(), None, None)) for name in sorted(reads - captured)]
    over = lowering.names.fresh("items")
    made = _function(lowering.temp("generator"), [over, *sorted(reads - captured)], _body(node, over))
    if captured:
        lower_inner.made(lowering, made, made.name, "generator")
    else:
        lowering.emit(Bind(made.name, "function", [], fn=made, node=node))
    return lowering.bind("call", [items, *given], hint="generator", fn=Var(made.name), node=node)  # type: ignore[no-any-return]


def _reads(node: Any) -> set[str]:
    """The names that a generator expression reads as its items are taken."""
    first = node.generators[0]
    inner = [node.elt, *first.ifs, *node.generators[1:]]
    return set().union(*(_free(n) for n in inner)) - {
        n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)
    }


def _free(node: Any) -> set[str]:
    """The names that an expression reads and does not bind itself."""
    if isinstance(node, gast.Name):
        return {node.id} if isinstance(node.ctx, gast.Load) else set()
    found: set[str] = set()
    for child in gast.iter_child_nodes(node):
        found |= _free(child)
    if isinstance(node, gast.Lambda):
        spec = node.args
        own = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
        found -= {a.id for a in own if a is not None}
    if isinstance(node, SCOPES):
        found -= {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    return found


def _is_bound_anew(lowering: Any, name: str) -> bool:
    """Whether a variable has more than one binding, or one in a loop, be it that of a comprehension."""
    if any(name in scope for scope in lowering.renames):
        return True
    tree = lowering.tree
    count = sum(p.id == name for p in gast.walk(tree.args) if isinstance(p, gast.Name))
    loops = [n for n in gast.walk(tree) if isinstance(n, gast.For | gast.While)]
    inside = {id(n) for loop in loops for n in gast.walk(loop)}
    for n in gast.walk(tree):
        if isinstance(n, gast.Name) and n.id == name and isinstance(n.ctx, gast.Store | gast.Del):
            count += 2 if id(n) in inside else 1
        elif isinstance(n, gast.Global | gast.Nonlocal) and name in n.names:
            count += 2
    return count > 1


def _body(node: Any, over: str) -> list[Any]:
    """The loops of a generator expression, the first of which runs over a parameter."""
    body: list[Any] = [gast.Expr(gast.Yield(node.elt))]
    for i, generator in reversed(list(enumerate(node.generators))):
        for test in reversed(generator.ifs):
            body = [gast.If(test, body, [])]
        iterable = gast.Name(over, gast.Load(), None, None) if i == 0 else generator.iter
        body = [gast.For(generator.target, iterable, body, [], None)]
    return body


def _function(name: str, parameters: list[str], body: list[Any]) -> Any:
    made = gast.parse(f"def {name}({', '.join(parameters)}): pass").body[0]
    made.body = body
    return made
