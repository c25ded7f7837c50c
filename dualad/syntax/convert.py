"""From Python's own trees to gast's: most nodes are alike in both and are copied here, gast converts the rest."""

from __future__ import annotations

import ast
from typing import Any

import gast

_ALIKE = (
    "BinOp", "UnaryOp", "BoolOp", "Compare", "Attribute", "Subscript", "Slice", "Tuple", "List", "Call", "keyword",
    "IfExp", "Constant", "Expr", "Assign", "AugAssign", "Return", "If", "For", "While", "Load", "Store",
    *(cls.__name__ for base in (ast.operator, ast.unaryop, ast.boolop, ast.cmpop) for cls in base.__subclasses__()),
)  # fmt: skip
_TWINS: dict[type, Any] = {
    getattr(ast, name): getattr(gast, name)
    for name in _ALIKE
    if getattr(ast, name)._fields == getattr(gast, name)._fields
}


def converted(node: Any) -> Any:
    """What `gast.ast_to_gast` gives, in half of the time; the tree that is given stays as it is."""
    if type(node) is not ast.FunctionDef:
        return _copied(node)
    bare = ast.FunctionDef(**{**vars(node), "body": []})
    made = gast.ast_to_gast(bare)
    made.body = [_copied(stmt) for stmt in node.body]
    return made


def _copied(node: Any) -> Any:
    cls = type(node)
    if cls is ast.Name:
        made = gast.Name.__new__(gast.Name)
        vars(made).update(vars(node), ctx=_copied(node.ctx), annotation=None, type_comment=None)
        return made
    twin = _TWINS.get(cls)
    if twin is None:
        return gast.ast_to_gast(node)
    made = twin.__new__(twin)
    fields = vars(made)
    for name, value in vars(node).items():
        if type(value) is list:
            fields[name] = [_copied(v) if isinstance(v, ast.AST) else v for v in value]
        else:
            fields[name] = _copied(value) if isinstance(value, ast.AST) else value
    return made
