"""Each construct of the language stands within a loop within a branch in a program that is right in both modes."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.corpus import PROGRAMS

Test = Callable[[Any], bool]


def call(*names: str) -> Test:
    return lambda n: isinstance(n, ast.Call) and ast.unparse(n.func) in names


def method(name: str) -> Test:
    return lambda n: isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr == name


def of(*kinds: type) -> Test:
    return lambda n: isinstance(n, kinds)


def stored(part: Test) -> Test:
    def found(n: Any) -> bool:
        if not isinstance(n, ast.Subscript) or not isinstance(n.ctx, ast.Store):
            return False
        return any(map(part, n.slice.elts if isinstance(n.slice, ast.Tuple) else [n.slice]))

    return found


def loop_over(over: Test) -> Test:
    return lambda n: isinstance(n, ast.For) and over(n.iter)


def named(*names: str) -> Test:
    return lambda n: isinstance(n, ast.Name) and n.id in names


CONSTRUCTS: dict[str, Test] = {
    "store by an integer": stored(of(ast.Constant, ast.Name)),
    "store by a slice": stored(of(ast.Slice)),
    "store by ...": stored(lambda p: isinstance(p, ast.Constant) and p.value is ...),
    "newaxis": lambda n: isinstance(n, ast.Subscript) and "None" in ast.unparse(n.slice),
    "store by a mask": stored(named("mask")),
    "store by positions": stored(named("idx")),
    "augmented store": lambda n: isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Subscript),
    "whole array augmented": lambda n: isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name),
    "out=": lambda n: isinstance(n, ast.keyword) and n.arg == "out",
    "np.add.at": call("np.add.at"),
    "np.copyto": call("np.copyto"),
    "np.diagonal": call("np.diagonal"),
    ".T": lambda n: isinstance(n, ast.Attribute) and n.attr == "T",
    **{f".{name}()": method(name) for name in ("fill", "sort", "reshape", "ravel")},
    **{f".{name}()": method(name) for name in ("append", "extend", "pop", "insert", "items")},
    "inner function": of(ast.FunctionDef),
    "lambda": of(ast.Lambda),
    "nonlocal": of(ast.Nonlocal),
    "global": lambda n: isinstance(n, ast.Name) and n.id == "scale" and isinstance(n.ctx, ast.Store),
    "partial": call("functools.partial"),
    "reduce": call("functools.reduce"),
    "map": call("map"),
    "*args": lambda n: isinstance(n, ast.Call) and any(isinstance(a, ast.Starred) for a in n.args),
    "**kwargs": lambda n: isinstance(n, ast.Call) and any(k.arg is None for k in n.keywords),
    "keyword": lambda n: isinstance(n, ast.Call) and any(k.arg for k in n.keywords),
    "list": lambda n: isinstance(n, ast.List) and isinstance(n.ctx, ast.Load),
    "list comprehension": of(ast.ListComp),
    "lists joined": lambda n: isinstance(n, ast.BinOp) and isinstance(n.right, ast.ListComp),
    "list repeated": lambda n: isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult) and isinstance(n.left, ast.List),
    "generator expression": of(ast.GeneratorExp),
    "nested unpacking": lambda n: isinstance(n, ast.Tuple) and any(isinstance(e, ast.Tuple) for e in n.elts),
    "starred unpacking": lambda n: isinstance(n, ast.Starred) and isinstance(n.ctx, ast.Store),
    "dict": of(ast.Dict),
    "dict comprehension": of(ast.DictComp),
    "dicts joined": lambda n: isinstance(n, ast.BinOp) and isinstance(n.op, ast.BitOr),
    "set": of(ast.Set),
    "f-string": of(ast.JoinedStr),
    "attribute stored": lambda n: isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store),
    "method": method("step"),
    "for over range": loop_over(call("range")),
    "for over a list": loop_over(named("rows")),
    "for over an array": loop_over(named("x")),
    "for over enumerate": loop_over(call("enumerate")),
    "for over zip": loop_over(call("zip")),
    "for over reversed": loop_over(call("reversed")),
    "for over items": loop_over(method("items")),
    "for over a generator": loop_over(call("running")),
    "for else": lambda n: isinstance(n, ast.For) and bool(n.orelse),
    "while": of(ast.While),
    "while else": lambda n: isinstance(n, ast.While) and bool(n.orelse),
    "while True": lambda n: isinstance(n, ast.While) and ast.unparse(n.test) == "True",
    "break": of(ast.Break),
    "continue": of(ast.Continue),
    "return": of(ast.Return),
    "match": of(ast.Match),
    "conditional expression": of(ast.IfExp),
    "and, or": of(ast.BoolOp),
    "chained comparison": lambda n: isinstance(n, ast.Compare) and len(n.ops) > 1,
    "walrus": of(ast.NamedExpr),
    "assert": of(ast.Assert),
    "raise": of(ast.Raise),
    "with": of(ast.With),
    "try, except": of(ast.Try),
    "try else": lambda n: isinstance(n, ast.Try) and bool(n.orelse),
    "finally": lambda n: isinstance(n, ast.Try) and bool(n.finalbody),
    "yield": of(ast.Yield),
    "del": of(ast.Delete),
}


def inside(node: ast.AST, branch: bool = False, loop: bool = False) -> Iterator[ast.AST]:
    """What stands within a loop within a branch."""
    if loop:
        yield node
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                body = field in ("body", "orelse")
                within = branch or (isinstance(node, ast.If) and body)
                yield from inside(child, within, loop or (branch and isinstance(node, ast.For | ast.While) and body))


@pytest.fixture(scope="module")
def nodes() -> list[ast.AST]:
    right = [p.fn for p in PROGRAMS.values() if p.reverse == p.forward == "right"]
    trees = [ast.parse(textwrap.dedent(inspect.getsource(fn))) for fn in right]
    return [node for tree in trees for node in inside(tree)]


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct_in_a_loop_in_a_branch(name: str, nodes: list[ast.AST]) -> None:
    assert any(map(CONSTRUCTS[name], nodes)), name
