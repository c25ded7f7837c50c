"""Faults: what can be done wrong at each place of the code that makes derivatives."""

from __future__ import annotations

import ast
import collections
import copy
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mutation.loader import PACKAGE

FILES = (
    "syntax/lower*.py", "syntax/jumps.py", "syntax/core.py", "syntax/coalesce.py",
    "analysis/*.py", "shadow.py", "forward/lift.py", "forward/rewrite.py", "forward/lifted.py", "forward/memory.py",
    "reverse/*.py",
)  # fmt: skip
# Texts of errors; and tangents by source, which are held against dual numbers as they run: a fault there costs time.
LEFT_OUT = (
    "__init__.py", "reverse/lines.py",
    "reverse/tangents.py", "reverse/tangent_values.py", "reverse/linearity.py", "reverse/moving.py",
    "reverse/wanted.py",
)  # fmt: skip
PAIRS = {"before": "after", "after": "before", "body": "orelse", "orelse": "body", "any": "all", "all": "any"}
COMPARE = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
COPIES = re.compile(r"(^|_)(copy|copied|owned|own)$")
SAYS_WHY = ("refuse", "refused", "Unsupported", "cast", "comment", "TypeVar")  # calls with texts and types


SHORT = 16  # texts that do not say where they stand


@dataclass(frozen=True)
class Site:
    """A place and what is done there.

    Attributes:
        file: of the package.
        number: of the site among those of its file, in order.
        line: where it is.
        statement: line and column of the innermost statement around it.
        operands: the conditions of `and` and `or` that it changes; nothing changes where none of them decides.
        function: the innermost function or class around it, "" outside.
        fault: what is done.
        text: what it is done to.
    """

    file: str
    number: int
    line: int
    statement: tuple[int, int]
    operands: tuple[tuple[int, ...], ...]
    function: str
    fault: str
    text: str

    @property
    def key(self) -> str:
        """What stays the same when lines move."""
        return f"{self.file}, `{self.function}`: {self.fault}: `{self.text}`"


# Faults: a name, the changed copy, and the node that shows where it is


def faults(node: ast.AST) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """All that can be done wrong at a node."""
    for name, made in _at(node):
        yield name, made, node
    for place in ("body", "orelse"):
        stmts = getattr(node, place, None)
        for i, pair in enumerate(zip(stmts, stmts[1:])) if isinstance(stmts, list) else ():
            if all(isinstance(s, ast.AugAssign) or _is_call(s) for s in pair):
                swapped = [*stmts[:i], pair[1], pair[0], *stmts[i + 2 :]]
                yield "swap two statements", _with(node, **{place: swapped}), pair[0]


def _is_call(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call)


def _at(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Expr(value=ast.Call()):
            yield "drop a call", ast.Pass()
        case ast.Raise(exc=ast.Call(func=ast.Name(id="Unsupported" | "refuse"))):
            yield "drop a refusal", ast.Pass()
        case ast.AugAssign():
            yield "drop an accumulation", ast.Pass()
            if isinstance(node.value, ast.List) and len(node.value.elts) > 1:
                yield "reorder", _with(node, value=_with(node.value, elts=node.value.elts[::-1]))
        case ast.Return(value=ast.List(elts=[_, _, *_])):
            yield "reorder", _with(node, value=_with(node.value, elts=node.value.elts[::-1]))
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "forget a record", ast.Pass()
        case ast.Delete():
            yield "forget a clear", ast.Pass()
        case ast.If() | ast.IfExp():
            yield "swap a branch", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and for or", _with(node, op=other)
            for i in range(len(node.values)):
                rest = [*node.values[:i], *node.values[i + 1 :]]
                yield f"drop condition {i + 1}", rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.Compare() if type(node.ops[0]) in COMPARE:
            yield "turn a comparison", _with(node, ops=[COMPARE[type(node.ops[0])](), *node.ops[1:]])
        case ast.Constant() if type(node.value) is bool:
            yield "turn a flag", ast.Constant(not node.value)
        case ast.Constant() if type(node.value) is int and node.value in (0, 1):
            yield "0 for 1", ast.Constant(1 - node.value)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd()):
            other = ast.BitAnd() if isinstance(node.op, ast.BitOr) else ast.BitOr()
            yield "widen or narrow", _with(node, op=other)
        case ast.BinOp(op=ast.Sub() | ast.Add()):
            yield "drop a term", node.left
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            yield "keep the order", inner
        case ast.Name(id="any" | "all"):
            yield "any for all", ast.Name(PAIRS[node.id], node.ctx)
        case ast.Attribute(attr="before" | "after" | "body" | "orelse", ctx=ast.Load()):
            yield "another place", _with(node, attr=PAIRS[node.attr])
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            yield "skip a copy", inner
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[inner, *_]) if COPIES.search(name):
            yield "skip a copy", inner


def _with(node: ast.AST, **changed: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


Note = Callable[[ast.AST, "_Walk", str], None]


class _Walk(ast.NodeTransformer):
    """Visits all sites in order; puts the fault of number `chosen` in.

    Left out is what changes no derivative: annotations, defaults, raised errors, assertions, messages, comments.
    """

    def __init__(self, chosen: int, found: Note) -> None:
        self.number = -1
        self.chosen = chosen
        self.found = found
        self.statement = (0, 0)
        self.names: list[str] = []
        self.tests: set[int] = set()  # the nodes of which only the truth counts

    def visit(self, node: ast.AST) -> ast.AST:
        outer = self.statement
        self.tests.update(map(id, _tests(node, id(node) in self.tests)))
        if isinstance(node, ast.stmt):
            self.statement = (node.lineno, node.col_offset)
        replacement = None
        for name, made, shown in faults(node):
            inner = self.statement
            if isinstance(shown, ast.stmt):
                self.statement = (shown.lineno, shown.col_offset)
            self.number += 1
            self.found(shown, self, name)
            self.statement = inner
            if self.number == self.chosen:
                replacement = made
        if replacement is None and not _says_why(node):
            super().visit(node)
        self.statement = outer
        return node if replacement is None else replacement

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.names.append(node.name)
        node.body = [self.visit(s) for s in node.body]  # type: ignore[misc]  # not its annotations and defaults
        self.names.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.names.append(node.name)
        node.body = [self.visit(s) for s in node.body]  # type: ignore[misc]
        self.names.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)  # type: ignore[assignment]
        return node


def _says_why(node: ast.AST) -> bool:
    match node:
        case ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in SAYS_WHY
        case ast.FunctionDef(name="__repr__" | "__str__") | ast.keyword(arg="strict" | "lineno"):
            return True
    return False


def _tests(node: ast.AST, is_test: bool) -> list[ast.expr]:
    """The parts of a node of which only the truth counts."""
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            return [node.test]
        case ast.comprehension():
            return node.ifs
        case ast.UnaryOp(op=ast.Not()):
            return [node.operand]
        case ast.BoolOp() if is_test:
            return node.values
    return []


def _operands(node: ast.AST, fault: str) -> tuple[tuple[int, ...], ...]:
    if not isinstance(node, ast.BoolOp):
        return ()
    if fault.startswith("drop condition "):
        return (operand_at(node.values[int(fault.rpartition(" ")[2]) - 1]),)
    return tuple(operand_at(v) for v in node.values)


def operand_at(node: ast.expr) -> tuple[int, ...]:
    """Where a condition stands."""
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def sites(file: str) -> list[Site]:
    """All sites of a file; those that read alike are numbered."""
    found: list[Site] = []
    lines = (PACKAGE / file).read_text(encoding="utf-8").splitlines()
    alike: collections.Counter[tuple[str, str, str]] = collections.Counter()

    def note(node: ast.AST, walk: _Walk, name: str) -> None:
        text = ast.unparse(node).splitlines()[0]
        line = lines[node.lineno - 1].strip()  # type: ignore[attr-defined]
        text = f"{text}` of `{line}"[:100] if len(text) < SHORT < len(line) else text[:100]
        function = ".".join(walk.names)
        alike[function, name, text] += 1
        if alike[function, name, text] > 1:
            text += f" ({alike[function, name, text]})"
        operands = _operands(node, name) if id(node) in walk.tests else ()
        line_number = getattr(node, "lineno", 0)
        found.append(Site(file, walk.number, line_number, walk.statement, operands, function, name, text))

    _Walk(-1, note).visit(tree(file))
    return found


def tree(file: str) -> ast.Module:
    """A file of the package."""
    return ast.parse((PACKAGE / file).read_text(encoding="utf-8"))


def mutated(site: Site) -> str:
    """The text of a file with a fault in it."""
    changed = _Walk(site.number, lambda *_: None).visit(tree(site.file))
    return ast.unparse(ast.fix_missing_locations(changed))


def files() -> list[str]:
    """All files that faults are planted in."""
    found = sorted({str(p.relative_to(PACKAGE)) for f in FILES for p in PACKAGE.glob(f)})
    return [f for f in found if not f.endswith(LEFT_OUT)]


def drawn(count: int, seed: int, only: str) -> tuple[list[Site], int]:
    """Sites by seed, and how many there are in all."""
    found = [s for f in files() if only in f for s in sites(f)]
    return random.Random(seed).sample(found, min(count, len(found))), len(found)
