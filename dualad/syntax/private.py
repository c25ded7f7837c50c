"""Names such as `__x` in a class stand for `_Class__x`; a tree outside its class must say so itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from dualad.syntax.names import children

_FIELDS = ("id", "attr", "arg", "rest", "asname")


def say_in_full(function: Any, mangle: Callable[[str], str]) -> None:
    """Put the names that private ones stand for into the tree of a method, whose own name stays as it is."""
    name = function.name if isinstance(function, gast.FunctionDef) else None
    todo = [function]
    while todo:
        node = todo.pop()
        _in_full(node, mangle)
        if isinstance(node, gast.ClassDef):  # whose own name holds in its body
            todo += [*node.bases, *node.keywords, *node.decorator_list]
        else:
            todo += children(node)
    if name is not None:
        function.name = name


def _in_full(node: Any, mangle: Callable[[str], str]) -> None:
    for field in _FIELDS:
        value = getattr(node, field, None)
        if isinstance(value, str):
            setattr(node, field, mangle(value))
    if isinstance(node, gast.Global | gast.Nonlocal):
        node.names = [mangle(name) for name in node.names]
    if isinstance(node, gast.alias) and node.asname is None and mangle(node.name) != node.name:
        node.asname = mangle(node.name)
    if isinstance(node, gast.FunctionDef | gast.ClassDef | gast.MatchAs | gast.MatchStar):
        if isinstance(node.name, str):
            node.name = mangle(node.name)
