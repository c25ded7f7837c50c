"""The emitted code as text: as `ast.unparse` would write it, at a third of the time, with our own forms of statements.

Comments show the user's lines; what people wrote in forms that lowering does not take apart (lambdas, f-strings,
nested functions) goes to `ast.unparse`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any

from dualad.reverse.bars import Code
from dualad.reverse.build import Impure
from dualad.reverse.primal import Kept, KeptInPlace, Leavable, Live, PureCall, While
from dualad.reverse.work import comment_line

BINARY: dict[type, tuple[str, int]] = {
    ast.BitOr: ("|", 7), ast.BitXor: ("^", 8), ast.BitAnd: ("&", 9), ast.LShift: ("<<", 10), ast.RShift: (">>", 10),
    ast.Add: ("+", 11), ast.Sub: ("-", 11), ast.Mult: ("*", 12), ast.Div: ("/", 12), ast.FloorDiv: ("//", 12),
    ast.Mod: ("%", 12), ast.MatMult: ("@", 12), ast.Pow: ("**", 14),
}  # fmt: skip
UNARY: dict[type, tuple[str, int]] = {
    ast.Not: ("not ", 5), ast.UAdd: ("+", 13), ast.USub: ("-", 13), ast.Invert: ("~", 13),
}  # fmt: skip
COMPARE: dict[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
TEST, OR, AND, CMP, EXPR, ATOM = 2, 3, 4, 6, 7, 16
INDENT = "    "
CALLS = (ast.Call, PureCall, Impure)


def function_text(
    name: str, params: Sequence[str], body: Code, source_lines: Sequence[str]
) -> tuple[str, dict[int, int]]:
    """The text of a function, and the user's lines by those of the text, where they are known.

    A comment's line is looked up in the lines of the user's file.
    """
    printer = _Statements(source_lines)
    printer.lines.append(f"def {name}({', '.join(params)}):")
    printer.block(body, INDENT)
    return "\n".join(printer.lines) + "\n", printer.table


def lines(code: Code) -> list[str]:
    """The lines of some statements; comments are empty."""
    printer = _Statements(())
    for stmt in code:
        printer.stmt(stmt, "")
    return printer.lines


class _Statements:
    def __init__(self, source_lines: Sequence[str]) -> None:
        self.source_lines = source_lines
        self.lines: list[str] = []
        self.table: dict[int, int] = {}  # the user's lines, by our own

    def block(self, code: Code, indent: str) -> None:
        before = len(self.lines)
        only_comments = True
        for stmt in code:
            only_comments = only_comments and comment_line(stmt) is not None
            self.stmt(stmt, indent)
        if only_comments or len(self.lines) == before:
            self.lines.append(f"{indent}pass")

    def stmt(self, stmt: Any, indent: str) -> None:
        cls = type(stmt)
        line = None
        user_line = getattr(stmt, "user_line", 0)
        if user_line:
            self.table[len(self.lines) + 1] = user_line
        if cls is ast.Assign or cls is Kept:
            targets = " = ".join(target(t) for t in stmt.targets)
            line = f"{targets} = {expr(stmt.value)}"
        elif cls is ast.AugAssign or cls is KeptInPlace:
            line = f"{target(stmt.target)} {BINARY[type(stmt.op)][0]}= {expr(stmt.value)}"
        elif cls is ast.Expr:
            number = comment_line(stmt)
            line = expr(stmt.value) if number is None else self.comment(number)
            if number:
                self.table[len(self.lines) + 1] = number
        elif cls is ast.Return:
            line = "return" if stmt.value is None else f"return {target(stmt.value)}"
        elif cls is ast.If:
            self.branch(stmt, indent, "if")
        elif cls is ast.For and not stmt.orelse:
            self.lines.append(f"{indent}for {target(stmt.target)} in {expr(stmt.iter)}:")
            self.block(stmt.body, indent + INDENT)
        elif cls is While:
            self.loop(stmt, indent)
        elif cls is ast.With or cls is Leavable:
            self.lines.append(f"{indent}with {', '.join(_item(i) for i in stmt.items)}:")
            self.block(stmt.body, indent + INDENT)
        elif cls is ast.Try:
            self.attempt(stmt, indent)
        elif cls is ast.FunctionDef and _is_plain(stmt):
            self.lines.append(f"{indent}def {stmt.name}({ast.unparse(stmt.args)}):")
            self.block(stmt.body, indent + INDENT)
        elif cls is ast.Break or cls is ast.Continue or cls is ast.Pass:
            line = cls.__name__.lower()
        else:
            plain = ast.fix_missing_locations(_Plain().visit(stmt))
            self.lines += [indent + text for text in ast.unparse(plain).splitlines()]
        if line is not None:
            self.lines.append(indent + line)

    def comment(self, number: int) -> str:
        shown = self.source_lines[number - 1].strip() if 0 < number <= len(self.source_lines) else ""
        return f"# {shown}"

    def branch(self, stmt: ast.If, indent: str, word: str) -> None:
        body, orelse = stmt.body, stmt.orelse
        test = expr(stmt.test)
        if orelse and all(isinstance(s, ast.Pass) for s in body):
            test, body, orelse = expr(ast.UnaryOp(ast.Not(), stmt.test)), orelse, []
        self.lines.append(f"{indent}{word} {test}:")
        self.block(body, indent + INDENT)
        if len(orelse) == 1 and type(orelse[0]) is ast.If:
            self.branch(orelse[0], indent, "elif")
        elif orelse:
            self.lines.append(f"{indent}else:")
            self.block(orelse, indent + INDENT)

    def attempt(self, stmt: ast.Try, indent: str) -> None:
        if not stmt.handlers and not stmt.finalbody:  # nobody reads what was done at the end
            self.block(stmt.body, indent)
            return
        inside = indent + INDENT
        self.lines.append(f"{indent}try:")
        self.block(stmt.body, inside)
        for handler in stmt.handlers:
            caught = "" if handler.type is None else f" {expr(handler.type)}"
            self.lines.append(f"{indent}except{caught}{f' as {handler.name}' if handler.name else ''}:")
            self.block(handler.body, inside)
        for word, code in (("else", stmt.orelse), ("finally", stmt.finalbody)):
            if code:
                self.lines.append(f"{indent}{word}:")
                self.block(code, inside)

    def loop(self, stmt: While, indent: str) -> None:
        """A loop whose test takes statements leaves from its middle."""
        inside = indent + INDENT
        if not stmt.tests:
            self.lines.append(f"{indent}while {expr(stmt.test)}:")
            self.block(stmt.body, inside)
            return
        self.lines.append(f"{indent}while True:")
        self.block(stmt.tests, inside)
        self.lines += [f"{inside}if {expr(ast.UnaryOp(ast.Not(), stmt.test))}:", f"{inside}{INDENT}break"]
        if stmt.body:
            self.block(stmt.body, inside)


def _item(item: ast.withitem) -> str:
    value = expr(item.context_expr)
    return value if item.optional_vars is None else f"{value} as {target(item.optional_vars)}"


def _is_plain(function: ast.FunctionDef) -> bool:
    return not (function.decorator_list or function.returns or getattr(function, "type_params", None))


class _Plain(ast.NodeTransformer):
    """Our own classes of calls as Python's."""

    def visit_PureCall(self, node: PureCall) -> ast.Call:
        self.generic_visit(node)
        return ast.Call(node.func, node.args, node.keywords)

    visit_Impure = visit_PureCall  # noqa: N815

    def visit_Live(self, node: Live) -> ast.Name:
        return ast.Name(node.id, node.ctx)


# Expressions


def target(node: Any) -> str:
    """A target, or what is returned: a tuple stands without parentheses."""
    if type(node) is ast.Tuple and node.elts:
        return _items(node.elts) + ("," if len(node.elts) == 1 else "")
    return expr(node)


def expr(node: Any, level: int = TEST) -> str:
    """An expression, in parentheses where it binds less tightly than `level`."""
    cls = type(node)
    if cls is ast.Name or cls is Live:
        return node.id  # type: ignore[no-any-return]
    if cls is ast.Constant:
        return _constant(node, level)
    if cls is ast.BinOp:
        text, own = BINARY[type(node.op)]
        power = own == 14
        right = 13 if power else own + 1  # a sign binds less tightly than a power before it, but not after
        made = f"{expr(node.left, own + 1 if power else own)} {text} {expr(node.right, right)}"
        return f"({made})" if level > own else made
    if cls in CALLS:
        words = [*(expr(a) for a in node.args), *(_keyword(k) for k in node.keywords)]
        return f"{expr(node.func, ATOM)}({', '.join(words)})"
    if cls is ast.Attribute and not isinstance(node.value, ast.Constant):
        return f"{expr(node.value, ATOM)}.{node.attr}"
    if cls is ast.Subscript:
        return f"{expr(node.value, ATOM)}[{_key(node.slice)}]"
    if cls is ast.UnaryOp:
        text, own = UNARY[type(node.op)]
        made = text + expr(node.operand, own)
        return f"({made})" if level > own else made
    if cls is ast.Tuple:
        return f"({target(node)})" if node.elts else "()"
    if cls is ast.List:
        return f"[{_items(node.elts)}]"
    if cls is ast.Starred:
        return f"*{expr(node.value, EXPR)}"
    return _seldom(node, level)


def _seldom(node: Any, level: int) -> str:
    own, made = ATOM, ""
    match node:
        case ast.Compare():
            rest = zip(node.ops, node.comparators, strict=True)
            parts = [f" {COMPARE[type(op)]} {expr(value, CMP + 1)}" for op, value in rest]
            own, made = CMP, expr(node.left, CMP + 1) + "".join(parts)
        case ast.BoolOp():
            word, own = (" and ", AND) if isinstance(node.op, ast.And) else (" or ", OR)
            made = word.join(expr(v, own + 1) for v in node.values)
        case ast.IfExp():
            own = TEST
            made = f"{expr(node.body, TEST + 1)} if {expr(node.test, TEST + 1)} else {expr(node.orelse)}"
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            words = [f"**{expr(v, EXPR)}" if k is None else f"{expr(k)}: {expr(v)}" for k, v in pairs]
            made = f"{{{', '.join(words)}}}"
        case ast.Set() if node.elts:
            made = f"{{{_items(node.elts)}}}"
        case ast.Slice():
            made = _part(node)
        case _:
            own = TEST if isinstance(node, ast.Lambda) else ATOM
            made = ast.unparse(ast.fix_missing_locations(_Plain().visit(node)))
    return f"({made})" if level > own else made


def _constant(node: ast.Constant, level: int) -> str:
    value: Any = node.value
    kind = type(value)
    if kind is int or (kind is float and math.isfinite(value)):
        return f"({value!r})" if level > 13 and str(value).startswith("-") else repr(value)
    if kind is str or kind is bool or value is None:
        return repr(value)
    return ast.unparse(node)


def _items(nodes: Sequence[Any]) -> str:
    return ", ".join([expr(n) for n in nodes])


def _keyword(node: ast.keyword) -> str:
    return f"**{expr(node.value, EXPR)}" if node.arg is None else f"{node.arg}={expr(node.value)}"


def _key(node: Any) -> str:
    """What stands in brackets."""
    if type(node) is ast.Tuple and node.elts and not any(isinstance(e, ast.Starred) for e in node.elts):
        return ", ".join([_part(e) for e in node.elts]) + ("," if len(node.elts) == 1 else "")
    return _part(node)


def _part(node: Any) -> str:
    if type(node) is not ast.Slice:
        return expr(node)
    parts = [expr(p) if p is not None else "" for p in (node.lower, node.upper)]
    return ":".join([*parts, expr(node.step)] if node.step is not None else parts)
