"""Views that a loop takes of an array again and again are taken once, before it: `u_part += v` for `u[1:-1] += v`.

Out of inner loops they go as far as the array is not bound anew.

The array is bound outside of the loop, where it may be stored into but is not bound anew, and the slices are literals.
"""

from __future__ import annotations

import ast
from typing import Any

from dualad.analysis.kinds import Kind
from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.primal import While
from dualad.reverse.shapes import Shapes, is_array
from dualad.syntax.names import Names

LOOPS = (ast.For, While)


def hoisted(code: Code, shapes: Shapes, names: Names, table: Table) -> Code:
    """The code with such views before its outermost loops; the list itself where there are none."""
    out: Code = []
    for stmt in code:
        if type(stmt) is ast.If:
            body, orelse = (hoisted(inner, shapes, names, table) for inner in (stmt.body, stmt.orelse))
            same = body is stmt.body and orelse is stmt.orelse
            out.append(stmt if same else _like(stmt, ast.If(stmt.test, body, orelse)))
        elif type(stmt) in LOOPS:
            out += _Loop(stmt, shapes, names, table).hoisted()
        else:
            out.append(stmt)
    return out if any(a is not b for a, b in zip(out, code, strict=False)) else code


class _Loop:
    def __init__(self, loop: ast.stmt, shapes: Shapes, names: Names, table: Table) -> None:
        self.loop = loop
        self.table = table
        self.shapes = shapes
        self.names = names
        self.views: dict[str, tuple[str, ast.Subscript]] = {}
        self.stored: set[str] = set()

    def note(self) -> None:
        """Find which names the loop binds anew, and which arrays it adds to places of."""
        inside = blocks.walk([self.loop])
        self.bound = {n for s in inside if not self.is_in_place(s) for n in self.table.fact(s).binds}
        self.stored = {
            s.target.value.id
            for s in inside
            if isinstance(s, ast.AugAssign)
            and isinstance(s.target, ast.Subscript)
            and isinstance(s.target.value, ast.Name)
        }

    def is_in_place(self, stmt: ast.stmt) -> bool:
        """Whether a statement changes an array and binds its name to it again."""
        return (
            isinstance(stmt, ast.AugAssign) and isinstance(stmt.target, ast.Name) and self.is_array(stmt.target.id, 1)
        )

    def hoisted(self) -> Code:
        if not any(_may_be_view(node) for node in build.walk(self.loop)):
            return [self.loop]
        self.note()
        made = self.stmt(self.loop)
        return [*(build.assign(name, view) for name, view in self.views.values()), made]

    def stmt(self, stmt: ast.stmt) -> ast.stmt:
        """A copy of a statement with the views by their names."""
        made: Any
        if type(stmt) is ast.For:
            over = self.expr(build.copied(stmt.iter)) if stmt is not self.loop else stmt.iter
            made = ast.For(stmt.target, over, self.body(stmt.body), stmt.orelse, lineno=0)
        elif isinstance(stmt, While):
            test = self.expr(build.copied(stmt.test))
            made = While([self.stmt(s) for s in stmt.tests], test, self.body(stmt.body))
        elif type(stmt) is ast.If:
            test = self.expr(build.copied(stmt.test))
            made = ast.If(test, [self.stmt(s) for s in stmt.body], [self.stmt(s) for s in stmt.orelse])
        elif type(stmt) in (ast.Assign, ast.AugAssign, ast.Expr):
            made = self.simple(build.copied(stmt))
        else:
            return stmt
        return _like(stmt, made)

    def body(self, code: Code) -> Code:
        """The body of a loop, of whose own loops there may be more to be taken out."""
        return hoisted([self.stmt(s) for s in code], self.shapes, self.names, self.table)

    def simple(self, made: Any) -> Any:
        if isinstance(made, ast.AugAssign):
            name = self.view(made.target)
            if name is not None:
                made.target = ast.Name(name, ast.Store())
        if not isinstance(made.value, ast.Constant):  # a comment
            made.value = self.expr(made.value)
        return made

    def expr(self, node: Any) -> Any:
        name = self.view(node)
        if name is not None:
            return build.name(name)
        build.apply(node, self.expr)
        return node

    def view(self, node: Any) -> str | None:
        """The name of the view that a node takes, if that is always the same."""
        if not (isinstance(node, ast.Subscript) and type(node.value) is ast.Name and _may_be_view(node)):
            return None  # (what other functions may bind is no mere name)
        array, key = node.value.id, node.slice
        parts = key.elts if isinstance(key, ast.Tuple) else [key]
        if array in self.bound or not all(map(_is_literal_slice, parts)) or not self.is_array(array, len(parts)):
            return None
        text = ast.unparse(node)
        if text not in self.views:
            taken = ast.Subscript(build.name(array), build.copied(key), ast.Load())
            self.views[text] = self.names.fresh(f"{array}_part"), taken
        return self.views[text][0]

    def is_array(self, name: str, rank: int) -> bool:
        """Whether a name surely holds an array of so many dimensions at least."""
        kind: Kind | None = self.shapes.user.get(name)
        if kind is None and name in self.stored:
            kind = self.shapes.values.get(name)
        return is_array(kind) and len(kind.dims) >= rank  # type: ignore[union-attr]


def _may_be_view(node: ast.AST) -> bool:
    """Whether a node is an item by nothing but slices."""
    key = node.slice if isinstance(node, ast.Subscript) else None
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    return bool(parts) and all(isinstance(part, ast.Slice) for part in parts)


def _is_literal_slice(part: ast.expr) -> bool:
    if not isinstance(part, ast.Slice) or (part.step is not None and build.is_number(part.step, 0)):
        return False
    return all(b is None or build.is_literal(b) for b in (part.lower, part.upper, part.step))


def _like(stmt: ast.stmt, made: Any) -> ast.stmt:
    """A statement made in the place of another one: it stands for the same line of the user's."""
    line = getattr(stmt, "user_line", 0)
    if line:
        made.user_line = line
    return made  # type: ignore[no-any-return]
