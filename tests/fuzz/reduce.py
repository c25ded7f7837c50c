"""Makes a failing program smaller, by its syntax: statements go, blocks and expressions give way to their parts."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

BLOCKS = ("body", "orelse", "finalbody")


def reduce(text: str, fails: Callable[[str], bool], budget: int = 600) -> str:
    """A smaller text that still fails; `fails` must be false of text that does not even run."""
    tree = ast.parse(text)
    if not fails(ast.unparse(tree)):
        return text
    spent = 0
    changed = True
    while changed and spent < budget:
        changed = False
        number = 0
        while spent < budget:
            trial = copy.deepcopy(tree)
            edit = nth(edits(trial), number)
            if edit is None:
                break
            edit()
            spent += 1
            try:
                smaller = ast.unparse(ast.fix_missing_locations(trial))
                accepted = len(smaller) < len(ast.unparse(tree)) and fails(smaller)
            except Exception:  # not a program any more
                accepted = False
            if accepted:
                tree, changed = ast.parse(smaller), True
            else:
                number += 1
    return ast.unparse(tree) + "\n"


def nth(items: Iterator[Callable[[], None]], number: int) -> Callable[[], None] | None:
    for i, item in enumerate(items):
        if i == number:
            return item
    return None


def edits(tree: ast.Module) -> Iterator[Callable[[], None]]:
    """Everything that may be tried on the tree, the largest steps first."""
    nodes = list(ast.walk(tree))
    for node in nodes:
        for field in BLOCKS:
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for i, statement in enumerate(block):
                if isinstance(statement, (ast.Import, ast.ImportFrom)):
                    continue
                yield lambda b=block, i=i, f=field: remove(b, i, f)  # type: ignore[misc]
                match statement:
                    case ast.Assign(targets=[ast.Name(id=new)], value=ast.Name(id=old)):
                        yield lambda b=block, i=i, new=new, old=old: rename(tree, b, i, new, old)  # type: ignore[misc]
                inner = [s for f in BLOCKS for s in getattr(statement, f, [])]
                if inner and not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                    yield lambda b=block, i=i: b.__setitem__(slice(i, i + 1), b[i].body)  # type: ignore[misc]
    for node in nodes:
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                for part in parts(value):
                    yield lambda n=node, f=field, p=part: setattr(n, f, p)  # type: ignore[misc]
            elif isinstance(value, list) and not isinstance(node, ast.Module):
                for i, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        for part in parts(item):
                            yield lambda v=value, i=i, p=part: v.__setitem__(i, p)  # type: ignore[misc]


def rename(tree: ast.Module, block: list[ast.stmt], i: int, new: str, old: str) -> None:
    """Takes the assignment `new = old` away, and says `old` for `new`."""
    remove(block, i, "body")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == new:
            node.id = old


def remove(block: list[ast.stmt], i: int, field: str) -> None:
    del block[i]
    if not block and field == "body":
        block.append(ast.Pass())


def parts(node: ast.expr) -> list[ast.expr]:
    """Expressions that may stand in for one: its operands, its first argument, a constant."""
    found: list[ast.expr] = []
    if isinstance(node, ast.BinOp):
        found = [node.left, node.right]
    elif isinstance(node, ast.IfExp):
        found = [node.body, node.orelse]
    elif isinstance(node, ast.Call):
        found = [a for a in node.args if not isinstance(a, ast.Starred)]
    elif isinstance(node, ast.BoolOp):
        found = list(node.values)
    elif isinstance(node, ast.UnaryOp):
        found = [node.operand]
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        found = [node.value]
    if isinstance(node, (ast.BinOp, ast.Call, ast.Compare, ast.Subscript)) and isinstance(
        getattr(node, "ctx", ast.Load()), ast.Load
    ):
        found.append(ast.Constant(0.5))
    return found
