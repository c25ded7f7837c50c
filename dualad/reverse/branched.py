"""A function that ends in a branch has a pullback for each way out: neither asks again, nor holds what the other needs.

With `def pullback(result_bar): return 0.0,` and `return 1.0, pullback` in the branch itself, its other way needs no
`else`; as people write what returns early.
"""

from __future__ import annotations

import ast

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.work import comment_line

LONGEST_SHARED = 4
"""How many statements around the branch of a pullback may be written twice."""


def parted(body: Code) -> Code:
    """The statements of a function that ends in `def pullback` and `return result, pullback`."""
    match body:
        case [*primal, ast.If(test=ast.Name(id=test)) as branch, ast.FunctionDef() as pullback, ast.Return() as last]:
            ways = _ways(pullback.body, test)
        case _:
            return body
    if ways is None or _is_bound([*primal[_made(primal, test) + 1 :], branch, *pullback.body], test):
        return body
    before, other = _sunk(primal, branch.body, branch.orelse, ways)
    first = parted(_way(branch.body, pullback, ways[0], last))
    rest = parted(_way([*other, *branch.orelse], pullback, ways[1], last))
    match before:
        case [*earlier, ast.Assign(targets=[ast.Name(id=name)], value=asked)] if name == test and not _is_read(
            [*first, *rest], test
        ):
            return [*earlier, ast.If(asked, first, []), *rest]
    return [*before, ast.If(branch.test, first, []), *rest]


def _ways(code: Code, test: str) -> tuple[Code, Code] | None:
    """The statements of a pullback where a test held and where it did not, if it branches on that once, on its own."""
    found = [i for i, stmt in enumerate(code) if isinstance(stmt, ast.If) and _asked(stmt) == test]
    if len(found) != 1:
        return None
    before, branch, after = code[: found[0]], code[found[0]], code[found[0] + 1 :]
    assert isinstance(branch, ast.If)
    around = [stmt for stmt in [*before, *after] if comment_line(stmt) is None]
    if len(around) > LONGEST_SHARED or any(blocks.children(stmt) for stmt in around):
        return None
    held, not_held = branch.body, branch.orelse
    if isinstance(branch.test, ast.UnaryOp):
        held, not_held = not_held, held
    again = [[_again(stmt) for stmt in part] for part in (before, after)]
    first, second = [*before, *held, *after], [*again[0], *not_held, *again[1]]
    return [s for s in first if not isinstance(s, ast.Pass)], [s for s in second if not isinstance(s, ast.Pass)]


def _again(stmt: ast.stmt) -> ast.stmt:
    made = build.copied(stmt)
    made.user_line = getattr(stmt, "user_line", 0)
    return made  # type: ignore[no-any-return]


def _asked(branch: ast.If) -> str | None:
    """The name that a branch tests, as it is or negated."""
    match branch.test:
        case ast.Name(id=name) | ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
    return None


def _made(primal: Code, test: str) -> int:
    """Where a test is computed."""
    return next((i for i, stmt in enumerate(primal) if _is_bound([stmt], test)), len(primal))


def _is_bound(code: Code, name: str) -> bool:
    return any(name in blocks.fact_of(stmt).binds for stmt in blocks.walk(code))


def _is_read(code: Code, name: str) -> bool:
    return any(name in blocks.fact_of(stmt).reads for stmt in blocks.walk(code))


def _sunk(primal: Code, first: Code, second: Code, ways: tuple[Code, Code]) -> tuple[Code, Code]:
    """The statements before a branch, and those of them, empty lists, that only its second way needs."""
    before: Code = []
    sunk: Code = []
    for i, stmt in enumerate(primal):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])) if not (
                _is_read(others := [*primal[:i], *primal[i + 1 :], *first, *ways[0]], name) or _is_bound(others, name)
            ):
                sunk.append(stmt)
            case _:
                before.append(stmt)
    return before, sunk


def _way(primal: Code, pullback: ast.FunctionDef, code: Code, last: ast.Return) -> Code:
    """One way: its part of the forward sweep, a pullback of its own, and what is returned."""
    inner = ast.FunctionDef(pullback.name, pullback.args, code, [], lineno=0, type_params=[])  # type: ignore[call-arg]
    match primal, last.value:
        case [*others, ast.Assign(targets=[ast.Name(id=name)], value=ast.Name() | ast.Constant() as value)], ast.Tuple(
            elts=[ast.Name(id=returned), pull]
        ) if name == returned and not _is_read(code, name):
            return [*others, inner, ast.Return(ast.Tuple([value, pull], ast.Load()))]
    return [*primal, inner, _again(last)]
