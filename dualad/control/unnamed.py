"""Results of arithmetic that a line gives no name to: sums and products of numbers inside an expression or a test.

Python's floats overflow in silence. What is sure to be computed on a line, and is made of names and constants alone, is
computed again from the values that the names have before the line runs; it has no side effects.
"""

from __future__ import annotations

import ast
import functools
import linecache
import types
from collections.abc import Callable, Iterator
from typing import Any

from dualad.forward.dual import Dual, root

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
Key = tuple[str, int, tuple[str, ...]]
"""What a code object is told by: its name, first line and arguments."""


class Term:
    """A sum or product: its text, the names that it reads and what computes it."""

    def __init__(self, node: ast.BinOp) -> None:
        self.text = ast.unparse(node)
        self.names = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        self._code = compile(ast.Expression(node), "<term>", "eval")

    def value(self, values: dict[str, Any]) -> Any:
        """Its value; None where that is not known or raises an error."""
        try:
            return eval(self._code, {"__builtins__": {}}, values)
        except (ArithmeticError, TypeError, ValueError):
            return None


def first(frame: types.FrameType, line: int, is_finite: Callable[[Any], bool]) -> tuple[Term, Any] | None:
    """The first result on a line of a frame that is not finite, though all that it is made of is."""
    code = frame.f_code
    key = (code.co_name, code.co_firstlineno, code.co_varnames[: code.co_argcount])
    terms = _terms(code.co_filename, len(linecache.getlines(code.co_filename))).get(key, {}).get(line, ())
    for term in terms:
        values = {n: frame.f_locals.get(n, frame.f_globals.get(n)) for n in term.names}
        if all([_is_number(x) and is_finite(x) for x in values.values()]):
            found = term.value(values)
            if found is not None and not is_finite(found):
                return term, found
    return None


def _is_number(x: Any) -> bool:
    """Whether it is a number of Python's own; NumPy says itself where its numbers overflow."""
    return type(root(x) if type(x) is Dual else x) in (int, float, complex, bool)


@functools.lru_cache(maxsize=64)
def _terms(filename: str, length: int) -> dict[Key, dict[int, list[Term]]]:
    """The terms of a file by function and line."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError):
        return {}
    found: dict[Key, dict[int, list[Term]]] = {}
    twice: set[Key] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            key = _key(node)
            twice |= {key} & found.keys()
            lines = found.setdefault(key, {})
            for term in _of_function(node):
                lines.setdefault(term.lineno, []).append(Term(term))
    return {key: lines for key, lines in found.items() if key not in twice}


def _key(node: ast.FunctionDef | ast.Lambda) -> Key:
    arguments = tuple([a.arg for a in (*node.args.posonlyargs, *node.args.args)])
    if isinstance(node, ast.Lambda):
        return "<lambda>", node.lineno, arguments
    return node.name, min([node.lineno, *[d.lineno for d in node.decorator_list]]), arguments


def _of_function(node: ast.FunctionDef | ast.Lambda) -> Iterator[ast.BinOp]:
    if isinstance(node, ast.Lambda):
        yield from _parts(node.body)
    else:
        yield from _statements(node.body)


def _statements(body: list[ast.stmt]) -> Iterator[ast.BinOp]:
    """Terms that are computed whenever a statement's line is run; but for what is then bound to a name or returned."""
    for stmt in body:
        if isinstance(stmt, (ast.If, ast.While)):
            yield from _sure(stmt.test)
        elif isinstance(stmt, ast.For):
            yield from _sure(stmt.iter)
        elif isinstance(stmt, ast.AugAssign):
            yield from _sure(stmt.value)
        elif isinstance(stmt, (ast.Return, ast.Assign, ast.AnnAssign, ast.Expr)) and stmt.value is not None:
            yield from _parts(stmt.value)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(stmt, name, None)
            if isinstance(inner, list) and not isinstance(stmt, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                yield from _statements([s for s in inner if s.lineno > stmt.lineno])
        for handler in getattr(stmt, "handlers", ()):
            yield from _statements(handler.body)


def _parts(node: ast.expr) -> Iterator[ast.BinOp]:
    """Terms within an expression."""
    for term in _sure(node):
        if term is not node:
            yield term


def _sure(node: ast.AST) -> Iterator[ast.BinOp]:
    """Terms of an expression that are computed for sure, inner ones first."""
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)):
        return
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.IfExp):
        children = [node.test]
    elif isinstance(node, ast.BoolOp):
        children = node.values[:1]  # type: ignore[assignment]
    elif isinstance(node, ast.Compare):
        children = [node.left, node.comparators[0]]
    for child in children:
        yield from _sure(child)
    if isinstance(node, ast.BinOp) and isinstance(node.op, OPERATORS) and _is_plain(node):
        yield node


def _is_plain(node: ast.AST) -> bool:
    """Whether it is made of names and numbers alone."""
    if isinstance(node, ast.BinOp):
        return _is_plain(node.left) and _is_plain(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, (ast.USub, ast.UAdd)) and _is_plain(node.operand)
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float, complex)
    return isinstance(node, ast.Name)
