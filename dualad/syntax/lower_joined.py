"""`np.r_[...]` and `np.c_[...]` are lowered as calls of what joins the items."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from dualad.equivalents import as_items, points
from dualad.joined import in_columns, in_rows, is_places, joiner
from dualad.syntax.core import Atom, Const

FUNCTIONS = ((np.r_, in_rows), (np.c_, in_columns))


def joined(lowering: Any, base: Atom, node: gast.Subscript, target: str | None) -> Atom | None:
    """The value of a subscript of `np.r_` or `np.c_`; None of any other, and of one that makes a matrix."""
    value = lowering.known_value(node.value)
    fn = next((found for known, found in FUNCTIONS if value is known), None)
    if fn is None:
        return None
    written = isinstance(node.slice, gast.Tuple) and not any(isinstance(e, gast.Starred) for e in node.slice.elts)
    nodes = list(node.slice.elts) if written else [node.slice]
    texts = [n.value for n in nodes if isinstance(n, gast.Constant) and isinstance(n.value, str)]
    if len(texts) > 1 or (texts and not (isinstance(nodes[0], gast.Constant) and is_places(nodes[0].value))):
        return None
    items = [_item(lowering, n) for n in nodes[len(texts) :]]
    if written or isinstance(node.slice, gast.Slice | gast.List | gast.ListComp):
        key = lowering.bind("tuple", items, hint="items", node=node)
    else:
        key = lowering.bind("call", items, hint="items", fn=Const(as_items), node=node)
    checked = lowering.bind("call", [base], hint="joiner", fn=Const(joiner), node=node)
    arguments = [checked, key, *[Const(text) for text in texts]]
    return lowering.bind("call", arguments, target, hint="joined", fn=Const(fn), node=node)


def _item(lowering: Any, node: gast.AST) -> Atom:
    if not isinstance(node, gast.Slice):
        return lowering.expr(node)
    bounds = [Const(None) if p is None else lowering.expr(p) for p in (node.lower, node.upper, node.step)]
    return lowering.bind("call", bounds, hint="points", fn=Const(points), node=node)
