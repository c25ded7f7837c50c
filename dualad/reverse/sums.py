"""Sums of cotangents along one axis, found by `conforming.summed`.

The order of addition, and so the rounding, is another one than that of `np.sum`: values of the function itself, which
may be compared with each other, are never summed in this way, and a derivative of the emitted code reads `x.sum`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection
from typing import Any

from dualad.reverse import build
from dualad.reverse.bars import Code


def of_cotangents(code: Code, bars: Collection[str]) -> list[ast.keyword]:
    """The keywords `axis` of sums of what is made of cotangents, which are named `bars`."""
    found = []
    for stmt in code:
        for node in build.walk(stmt):
            match node:
                case ast.Call(
                    func=ast.Attribute(value, "sum"),
                    args=[],
                    keywords=[ast.keyword(arg="axis", value=ast.Constant(value=int() as axis)) as keyword],
                ) if axis >= 0 and not build.names_in(value).isdisjoint(bars):
                    found.append(keyword)
    return found


def shortened(code: Code, axes: Collection[ast.keyword], helper: str) -> Code:
    """Statements in which sums with such keywords are found by `summed`, which has that name. The given ones stay."""
    return _shortened(code, set(axes), helper) if axes else code  # type: ignore[no-any-return]


def _shortened(node: Any, axes: set[ast.keyword], helper: str) -> Any:
    """A list of nodes or a node, itself where nothing in it changes."""
    if type(node) is list:
        found = [_shortened(part, axes, helper) if isinstance(part, ast.AST) else part for part in node]
        return node if all([a is b for a, b in zip(found, node, strict=True)]) else found
    made = node
    for field in build.slots(type(node)):
        value = getattr(node, field, None)
        if isinstance(value, ast.AST) or type(value) is list:
            new = _shortened(value, axes, helper)
            if new is not value:
                made = copy.copy(node) if made is node else made
                setattr(made, field, new)
    if type(made) is ast.Call and len(made.keywords) == 1 and made.keywords[0] in axes:
        return build.call(build.name(helper), [made.func.value, made.keywords[0].value])  # type: ignore[attr-defined]
    return made
