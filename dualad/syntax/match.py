"""Where in a text a code object comes from: parts of the text are compiled again and compared with it.

Parsing a whole module costs as much as all the rest of a transformation, so what looks like the top-level statement
around the code is tried alone first. A wrong guess cannot mislead: either it compiles to the function's own code, or
the whole file is parsed.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import types
from collections.abc import Iterator
from typing import Any

from dualad.errors import Unsupported
from dualad.records import record
from dualad.syntax.parts import Codes, Setting, Span, Text, quietly_compiled, text_of

_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@record(frozen=True, slots=True)
class Found:
    """The node of a function in the stdlib tree of its file (shared: never change it) and the class it stands in."""

    node: AnyFunction
    class_name: str | None


def find(code: types.CodeType, lines: tuple[str, ...]) -> Found | None:
    """The node that `code` was compiled from; None where no function of the text compiles to it."""
    rewritten = _is_rewritten(code)
    text = text_of(lines, code.co_filename)
    for span, setting in _attempts(text, code):
        codes = text.codes(span, setting, code.co_flags & _FUTURES, 1 if rewritten else -1)
        twin = _twin(code, codes, rewritten)
        tree = text.tree(span)
        if twin is not None and tree is not None:
            return _node_of(twin, tree)
    return None


def _attempts(text: Text, code: types.CodeType) -> Iterator[tuple[Span, Setting]]:
    """What to compile, and how: the cheap first."""
    guess = text.guess(code.co_firstlineno, _last_line(code))
    for setting in text.settings():
        yield guess, setting
    yield text.whole, "whole"
    yield text.whole, "apart"


def _last_line(code: types.CodeType) -> int:
    last = max((line for _, _, line in code.co_lines() if line is not None), default=code.co_firstlineno)
    return max([last, *map(_last_line, _own_codes(code))])


# ---- codes ---------------------------------------------------------------------------------------------------------


def _twin(code: types.CodeType, codes: Codes, rewritten: bool) -> types.CodeType | None:
    """The code that equals `code`; of several the one at the same place, else the nearest."""
    if rewritten:
        twins = [c for c in codes.get(code.co_qualname, ()) if _agrees(code, c)]
    else:
        key = _key(code)
        twins = [c for c in codes.get(code.co_qualname, ()) if _key(c) == key]
    if len(twins) > 1:
        places = list(code.co_positions())
        first = code.co_firstlineno
        twins.sort(key=lambda c: (list(c.co_positions()) != places, abs(c.co_firstlineno - first)))
    return twins[0] if twins else None


def _key(code: types.CodeType) -> tuple[Any, ...]:
    """All that a code object does, but not where it stands."""
    return (
        code.co_name,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags & ~inspect.CO_ITERABLE_COROUTINE,  # set by `types.coroutine`
        code.co_names,
        code.co_varnames,
        code.co_cellvars,
        code.co_freevars,
        code.co_code,
        code.co_exceptiontable,
        tuple(_const_key(const) for const in code.co_consts),
    )


def _const_key(const: Any) -> Any:
    """Equal for constants that are the same: 1 and 1.0 and True differ, as 0.0 and -0.0 do, and nan equals itself."""
    if isinstance(const, types.CodeType):
        return _key(const)
    if isinstance(const, tuple):
        return (tuple, *map(_const_key, const))
    if isinstance(const, frozenset):
        return (frozenset, frozenset(map(_const_key, const)))
    return (type(const), repr(const) if isinstance(const, (float, complex)) else const)


def _is_rewritten(code: types.CodeType) -> bool:
    """Whether pytest rewrote an assertion somewhere in the code (its names cannot be written in Python)."""
    names = (*code.co_names, *code.co_varnames)
    return any(name.startswith("@py") for name in names) or any(map(_is_rewritten, _own_codes(code)))


def _own_codes(code: types.CodeType) -> list[types.CodeType]:
    return [const for const in code.co_consts if isinstance(const, types.CodeType)]


def _agrees(rewritten: types.CodeType, stripped: types.CodeType) -> bool:
    """Whether code with rewritten assertions holds all that the text means without its assertions.

    pytest replaces an assertion by many statements of its own and leaves the others alone, so everything of the text
    without assertions is there, and more.
    """
    facts = ("co_name", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_freevars")
    if any(getattr(rewritten, fact) != getattr(stripped, fact) for fact in facts):
        return False
    arguments = slice(0, stripped.co_argcount + stripped.co_kwonlyargcount)
    if rewritten.co_varnames[arguments] != stripped.co_varnames[arguments]:
        return False
    names = {*rewritten.co_names, *rewritten.co_varnames, *rewritten.co_cellvars}
    if not names.issuperset((*stripped.co_names, *stripped.co_varnames, *stripped.co_cellvars)):
        return False
    consts = {_const_key(const) for const in rewritten.co_consts if not isinstance(const, types.CodeType)}
    if any(_const_key(c) not in consts for c in stripped.co_consts if not isinstance(c, types.CodeType)):
        return False
    inner = _own_codes(rewritten)
    return all(any(c.co_name == s.co_name and _agrees(c, s) for c in inner) for s in _own_codes(stripped))


# ---- nodes ---------------------------------------------------------------------------------------------------------


def _node_of(code: types.CodeType, tree: ast.Module) -> Found | None:
    """The node that a code was compiled from, given the tree that was compiled."""
    at_line = [
        found for found in _functions_at(code.co_firstlineno, tree) if _first_line(found.node) == code.co_firstlineno
    ]
    if code.co_name != "<lambda>":
        named = (f for f in at_line if not isinstance(f.node, ast.Lambda) and f.node.name == code.co_name)
        return next(named, None)
    lambdas = [found for found in at_line if isinstance(found.node, ast.Lambda)]
    if len(lambdas) <= 1:
        return next(iter(lambdas), None)
    places = _places(code)
    if places:
        holding = [f for f in lambdas if all(_holds(f.node.body, place) for place in places)]
        return min(holding, key=lambda f: _size(f.node.body), default=None)  # the innermost of nested ones
    for found in lambdas:  # of equal code, so it is all one which
        if _is_code_of(found.node, code):
            return found
    raise Unsupported(
        f'File "{code.co_filename}", line {code.co_firstlineno}: several lambdas stand on this line, and without '
        "column information (-X no_debug_ranges) they cannot be told apart. Give each a line of its own."
    )


def _is_code_of(node: Any, code: types.CodeType) -> bool:
    """Whether a lambda compiles to the code by itself, as one without free variables does."""
    module = quietly_compiled(ast.Expression(node), code.co_filename, code.co_flags & _FUTURES, mode="eval")
    alone = _own_codes(module)[-1]  # those of defaults come before it
    nested = inspect.CO_NESTED
    return _key(alone.replace(co_flags=alone.co_flags | nested)) == _key(code.replace(co_flags=code.co_flags | nested))


def _functions_at(line: int, tree: ast.AST) -> Iterator[Found]:
    """All functions that stand on a line, with the class that `__x` is mangled by in them."""
    todo: list[tuple[ast.AST, str | None]] = [(tree, None)]
    while todo:
        node, owner = todo.pop()
        last = getattr(node, "end_lineno", None)
        if last is not None and not _first_line(node) <= line <= last:
            continue
        if isinstance(node, AnyFunction):
            yield Found(node, owner)
        if isinstance(node, ast.ClassDef):  # its bases and decorators stand outside it
            inside = {id(child) for child in node.body}
            todo.extend((c, node.name if id(c) in inside else owner) for c in ast.iter_child_nodes(node))
        else:
            todo.extend((child, owner) for child in ast.iter_child_nodes(node))


def _first_line(node: Any) -> int:
    """Where a node starts; a decorated one at its first decorator, as `co_firstlineno` counts."""
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


Place = tuple[tuple[int, int], tuple[int, int]]


def _places(code: types.CodeType) -> list[Place]:
    """Where the instructions come from, but those that stand for no text; empty under `-X no_debug_ranges`."""
    places = []
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None:
            continue
        if (line, column) != (end_line, end_column):
            places.append(((line, column), (end_line, end_column)))
    return places


def _holds(node: Any, place: Place) -> bool:
    return (node.lineno, node.col_offset) <= place[0] and place[1] <= (node.end_lineno, node.end_col_offset)


def _size(node: Any) -> tuple[int, int]:
    return (node.end_lineno - node.lineno, node.end_col_offset - node.col_offset)
