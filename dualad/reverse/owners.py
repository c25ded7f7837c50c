"""Which names of emitted code hold arrays that nothing else sees: made there, in no container, given to nobody.

Names that may hold the same memory are one class (flow-insensitive).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.shapes import REDUCTIONS, Shapes, ufunc

CREATIONS = {"zeros", "ones", "empty", "zeros_like", "ones_like", "concatenate"}
NEW = REDUCTIONS | CREATIONS | {"dot", "matmul", "outer", "where", "cumsum"}  # functions of NumPy
METHODS = REDUCTIONS | {"dot", "copy", "cumsum"}  # of arrays, whose results are new
SHAPING = frozenset({"swapaxes", "transpose", "reshape", "ravel"})  # methods that may give views
VIEWS = frozenset({"T", "real", "imag"})
FACETS = frozenset({"shape", "size", "ndim", "dtype"})


class Owners:
    """Classes of names, and which of them hold nothing but arrays of their own.

    `is_rule`: whether a name means a rule of ours, which changes nothing and keeps nothing, or a helper that may give
    back what it is given.
    """

    def __init__(self, statements: Code, shapes: Shapes, is_rule: Callable[[str], bool]) -> None:
        self.shapes = shapes
        self.numpy = shapes.numpy
        self.is_rule = is_rule
        self.parent: dict[str, str] = {}
        self.seen: set[str] = set()  # names whose object somebody else may hold
        self.bound: set[str] = set()  # names that are bound here
        for stmt in statements:
            self.note(stmt)
        self.classes: dict[str, set[str]] = {}
        for name in list(self.parent):
            self.classes.setdefault(self.find(name), set()).add(name)
        known = {n for n in self.bound if n not in self.seen and not shapes.may_hold_others(n)}
        self.owned = {root for root, names in self.classes.items() if names <= known}

    def find(self, name: str) -> str:
        while self.parent.setdefault(name, name) != name:
            name = self.parent[name]
        return name

    def own(self, name: str) -> set[str]:
        """All names that may hold the same array as a name; none if somebody else may hold it."""
        root = self.parent.get(name) and self.find(name)
        return self.classes[root] if root in self.owned else set()

    def disown(self, names: frozenset[str]) -> None:
        """Somebody else holds what these names hold at the start, be they bound to something new later."""
        self.owned -= {self.find(name) for name in names}

    # One statement

    def note(self, stmt: ast.stmt) -> None:
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)]):
                self.given_out(stmt.value)
                self.find(name)
                self.bound.add(name)
                if not self.is_made(stmt.value):
                    self.seen.add(name)
                for held in self.held(stmt.value):
                    self.parent[self.find(held)] = self.find(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                self.given_out(stmt.value)
                self.bound.add(name)
                self.find(name)
                if not self.shapes.is_declared_array(name):
                    self.seen |= set(self.held(stmt.value))
            case (
                ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)) as place)
                | ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name)) as place])
            ) if self.shapes.is_declared_array(name):  # an array takes copies of the numbers
                self.given_out(stmt.value)
                self.given_out(place)
            case ast.Assign(targets=[target]) | ast.AugAssign(target=target):  # a store, or what is taken apart
                self.seen |= set(self.held(stmt.value)) | blocks.stores([stmt])
                self.given_out(stmt.value)
                for child in ast.iter_child_nodes(target):
                    self.given_out(child)
            case ast.Return():
                self.given_out(stmt.value, returned=True)
            case ast.Expr() | ast.If():
                self.given_out(stmt.value if isinstance(stmt, ast.Expr) else stmt.test)
            case ast.For():
                self.seen |= build.names_in(stmt.iter) | build.names_in(stmt.target)
            case _:
                for header in blocks.headers(stmt):
                    self.seen |= build.names_in(header)

    def given_out(self, node: ast.AST | None, returned: bool = False) -> None:
        """Note the names whose objects an expression hands to somebody who may keep or change them."""
        match node:
            case None | ast.Name() | ast.Constant():
                return
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Subscript() | ast.Slice() | ast.Attribute():
                children = list(ast.iter_child_nodes(node))
            case ast.Tuple() if returned:
                children = list(node.elts)
            case ast.Call() if self.is_pure(node):
                children = [*node.args, *(k.value for k in node.keywords)]
                children = [c for child in children for c in (child.elts if isinstance(child, ast.Tuple) else [child])]
                if isinstance(node.func, ast.Attribute):
                    children.append(node.func.value)
            case _:
                self.seen |= build.names_in(node)
                return
        for child in children:
            if isinstance(child, ast.Tuple) and isinstance(node, ast.Subscript):
                for part in child.elts:
                    self.given_out(part)
            else:
                self.given_out(child)

    def is_pure(self, node: ast.Call) -> bool:
        """Whether a call changes nothing and keeps nothing of what it is given."""
        if any(k.arg in ("out", None) for k in node.keywords):
            return False
        match node.func:
            case ast.Name(id=name):
                return self.is_rule(name)
            case ast.Attribute(value=ast.Name(id=module), attr=attr) if module in self.numpy:
                return ufunc(attr) > 0 or attr in NEW
            case ast.Attribute(attr=attr):
                return attr in METHODS or attr in SHAPING
        return False

    def is_made(self, node: ast.expr) -> bool:
        """Whether a value is no object that somebody else has, but for what `held` names."""
        match node:
            case ast.Name() | ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Constant():
                return True
            case ast.Subscript():
                return self.is_made(node.value)
            case ast.Attribute():
                return node.attr in VIEWS and self.is_made(node.value)
            case ast.Call():
                return self.is_pure(node)
        return False

    def held(self, node: ast.expr) -> Iterator[str]:
        """Names whose array an expression may be, or be a view of."""
        match node:
            case ast.Name():
                yield node.id
            case ast.Attribute():
                if node.attr not in FACETS:
                    yield from self.held(node.value)
            case ast.Subscript():
                yield from self.held(node.value)
            case ast.Call() if self.is_pure(node):
                if isinstance(node.func, ast.Name):
                    for arg in (*node.args, *(k.value for k in node.keywords)):
                        yield from self.held(arg)
                elif isinstance(node.func, ast.Attribute) and node.func.attr in SHAPING:
                    yield from self.held(node.func.value)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Constant():
                return
            case _:
                yield from build.names_in(node)
