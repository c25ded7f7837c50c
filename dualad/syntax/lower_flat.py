"""`a.flat[key]`, read and stored, and loops over `a.flat` are lowered as what `dualad.flat` makes of them."""

from __future__ import annotations

from typing import Any

import gast

from dualad import flat
from dualad.syntax.core import Atom, Const, Var


def is_flat(node: gast.AST) -> bool:
    """Whether it is `a.flat`."""
    return isinstance(node, gast.Attribute) and node.attr == "flat"


def place(lowering: Any, node: gast.Subscript) -> tuple[Var, Var, Atom]:
    """Whose elements `a.flat[key]` names, what they are read from, and their places there."""
    owner = lowering.variable(lowering.expr(node.value.value))
    base = lowering.bind("call", [owner], hint="holder", fn=Const(flat.holder), node=node)
    key = lowering.key(node.slice)
    found = lowering.bind("call", [Var(owner.name), key], hint="places", fn=Const(flat.places), node=node)
    return Var(owner.name), lowering.variable(base), found


def stored(lowering: Any, owner: Atom, places: Atom, value: Atom, node: gast.AST) -> Atom:
    """What `a.flat[key] = value` stores at each of the places."""
    return lowering.bind("call", [owner, places, value], hint="values", fn=Const(flat.values), node=node)


def iterated(lowering: Any, node: gast.AST) -> Atom:
    """What a loop runs over."""
    if not is_flat(node):
        return lowering.expr(node)
    owner = lowering.expr(node.value)  # type: ignore[attr-defined]
    return lowering.bind("call", [owner], hint="elements", fn=Const(flat.elements), node=node)


def taken(lowering: Any, node: gast.AST) -> Atom:
    """What is taken apart, or given to a function of NumPy's, which makes an array of it."""
    if not is_flat(node):
        return lowering.expr(node)
    owner = lowering.expr(node.value)  # type: ignore[attr-defined]
    return lowering.bind("call", [owner], hint="elements", fn=Const(flat.line), node=node)


def assigned(lowering: Any, owner: Atom, value: Atom, node: gast.AST) -> None:
    """`a.flat = value`."""
    lowering.bind("call", [owner, value], fn=Const(flat.assign), node=node)
