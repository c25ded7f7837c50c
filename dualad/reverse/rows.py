"""Calls and operators that NumPy is slow at where an array has many short rows, given to helpers that are not.

Sums of cotangents along one axis are found by `conforming.summed`. Its order of addition, and so the rounding, is
another one than that of `np.sum`: values of the function itself, which may be compared with each other, are given to
`dualad.columns`, which has NumPy's. A derivative of the emitted code reads `x.sum`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from typing import Any

from dualad.reverse import build
from dualad.reverse.bars import Code

METHODS = {"sum": "row_sum", "max": "row_max", "min": "row_min"}
OPERATORS = {ast.Add: "pair_sum", ast.Sub: "pair_difference", ast.Mult: "pair_product", ast.Div: "pair_quotient"}


def is_met(text: str) -> bool:
    """Whether an emitted text may have such calls or operators."""
    return any([part in text for part in (".sum(axis=", ".max(axis=", ".min(axis=", "None, :]")])


def of_cotangents(code: Code, bars: Collection[str]) -> set[ast.keyword]:
    """The keywords `axis` of sums of what is made of cotangents, which are named `bars`."""
    found = set()
    for stmt in code:
        for node in build.walk(stmt):
            match node:
                case ast.Call(
                    func=ast.Attribute(value, "sum"),
                    args=[],
                    keywords=[ast.keyword(arg="axis", value=ast.Constant(value=int() as axis)) as keyword],
                ) if axis >= 0 and not build.names_in(value).isdisjoint(bars):
                    found.add(keyword)
    return found


def shortened(code: Code, sums: Collection[ast.keyword], helper: Callable[[str], str]) -> Code:
    """Statements that call helpers; `sums` are keywords of sums of cotangents. The given ones stay as they are.

    `helper` names one in the emitted text.
    """
    return _Rows(set(sums), helper).rewritten(code)  # type: ignore[no-any-return]


class _Rows:
    def __init__(self, sums: set[ast.keyword], helper: Callable[[str], str]) -> None:
        self.sums = sums
        self.helper = helper
        self.inner = 0  # in so many functions: those of users are differentiated from this text when they are called

    def rewritten(self, node: Any) -> Any:
        """A list of nodes or a node, itself where nothing in it changes."""
        if type(node) is list:
            found = [self.rewritten(part) if isinstance(part, ast.AST) else part for part in node]
            return node if all([a is b for a, b in zip(found, node, strict=True)]) else found
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            self.inner += 1
        made = node
        for field in build.slots(type(node)):
            value = getattr(node, field, None)
            if isinstance(value, ast.AST) or type(value) is list:
                new = self.rewritten(value)
                if new is not value:
                    made = _copy(node) if made is node else made
                    setattr(made, field, new)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            self.inner -= 1
        if isinstance(made, ast.Call) and type(made) is not build.Impure:
            return self.call(made)
        return self.operation(made) if type(made) is ast.BinOp and not self.inner else made

    def call(self, node: ast.Call) -> ast.expr:
        """`x.sum(axis=1)` and its like."""
        match node:
            case ast.Call(
                func=ast.Attribute(value, method),
                args=[],
                keywords=[ast.keyword(arg="axis", value=ast.Constant(value=int() as axis)) as keyword, *rest],
            ) if method in METHODS:
                if keyword in self.sums and not rest:
                    return build.call(build.name(self.helper("summed")), [value, keyword.value])
                if self.inner:
                    return node
                match rest:
                    case [ast.keyword(arg="keepdims", value=ast.Constant(value=True)) as keeps]:
                        more = [keeps.value]
                    case []:
                        more = []
                    case _:
                        return node
                if type(axis) is int and (axis > 0 or axis == -1):
                    name, operands = METHODS[method], [value]
                    if method == "sum":
                        name, operands = _of_products(value)
                    return build.call(build.name(self.helper(name)), [*operands, keyword.value, *more])
        return node

    def operation(self, node: ast.BinOp) -> ast.expr:
        """`x[:, None, :] - y` and its like."""
        found = OPERATORS.get(type(node.op))  # type: ignore[call-overload]
        if found is None or _is_spread(node.left) == _is_spread(node.right):
            return node
        return build.call(build.name(self.helper(found)), [node.left, node.right])


def _copy(node: Any) -> Any:
    cls: Any = type(node)
    made = cls.__new__(cls)  # `copy.copy` would call classes of ours, which take arguments
    made.__dict__.update(node.__dict__)
    return made


def _of_products(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The helper that sums an expression, and what it is given: the factors of a product, what a square is of."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            return "row_dot", [left, right]
        case ast.BinOp(base, ast.Pow(), ast.Constant(value=2)):
            return "row_square", [base]
    return "row_sum", [node]


def _is_spread(node: ast.expr) -> bool:
    """Whether an array is given an axis of length one before its last: `x[:, None, :]`."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=[_, *_, ast.Constant(value=None), ast.Slice(None, None, None)])):
            return True
    return False
