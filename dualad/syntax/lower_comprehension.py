"""Comprehensions: loops that append to a list of their own, with variables of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from dualad.syntax import core, lower_flat
from dualad.syntax.core import Atom, Var
from dualad.syntax.names import children

SCOPES = (gast.ListComp, gast.SetComp, gast.GeneratorExp, gast.DictComp)


def listed(lowering: Any, node: Any) -> Atom:
    """The list of what a comprehension of single items makes."""
    result = lowering.bind("list", [], hint="items", node=node)
    loops(lowering, node, lambda: lowering.emit(core.Append(Var(result.name), lowering.expr(node.elt))))
    return Var(result.name)


def mapped(lowering: Any, node: gast.DictComp) -> Atom:
    """The dict that a comprehension makes."""
    result = lowering.bind("dict", [], hint="dict", node=node)

    def add() -> None:
        with lowering.careful_inside(node.key, node.value):
            key, value = lowering.expr(node.key), lowering.expr(node.value)
        lowering.emit(core.Store(Var(result.name), key, value, node=node))

    loops(lowering, node, add)
    return Var(result.name)


def loops(lowering: Any, node: Any, innermost: Callable[[], object], stop: str | None = None) -> None:
    """The loops of a comprehension, which are left when the flag `stop` is set."""
    _loops(lowering, node, list(node.generators), innermost, stop)


def _loops(lowering: Any, node: Any, generators: list[Any], innermost: Callable[[], object], stop: str | None) -> None:
    first = generators[0]
    iterable = lower_flat.iterated(lowering, first.iter)
    bound = {n.id for n in gast.walk(first.target) if isinstance(n, gast.Name)}
    scope = {name: _own_name(lowering, name) for name in sorted(bound)}
    simple = isinstance(first.target, gast.Name)
    lowering.renames.append(scope)
    target = lowering.renamed(first.target.id) if simple else lowering.temp("item")

    def conditions(tests: list[gast.AST]) -> None:
        if not tests:
            if len(generators) > 1:
                _loops(lowering, node, generators[1:], innermost, stop)
            else:
                innermost()
            return
        test = lowering.truth(tests[0])
        lowering.emit(core.If(test, lowering.inside(lambda: conditions(tests[1:])), []))

    def body() -> None:
        if not simple:
            lowering.assign(first.target, Var(target))
        conditions(first.ifs)

    inner = lowering.inside(body)
    lowering.renames.pop()
    lowering.emit(core.For(target, iterable, inner, stop, node=node))


def _own_name(lowering: Any, name: str) -> str:
    """A comprehension's variable keeps its name unless the function knows another variable by it, local or not."""
    if name in lowering.local or name in lowering.outer or name in lowering.read_outside():
        return lowering.names.fresh(name)  # type: ignore[no-any-return]
    lowering.local.add(name)
    return name


def read_outside(node: Any, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names that are read where no comprehension around them binds them."""
    if isinstance(node, gast.Name):
        return {node.id} - bound if isinstance(node.ctx, gast.Load) else set()
    if not isinstance(node, SCOPES):
        return set().union(*(read_outside(child, bound) for child in children(node)))
    first, *others = node.generators
    inside = bound | {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    parts = [node.key, node.value] if isinstance(node, gast.DictComp) else [node.elt]
    found = read_outside(first.iter, bound)
    return found.union(*(read_outside(part, inside) for part in (*parts, *first.ifs, *others)))
