"""Where in a text a code object comes from: parts of the text are compiled again and compared with it.

Parsing a whole module costs as much as all the rest of a transformation, so the top-level statement around the code's first
line is tried alone first. That is only a guess about text (a string may hold lines that look like code), but one that
cannot mislead: it either compiles to the function's own code or the whole file is parsed.
"""

from __future__ import annotations

import __future__

import ast
import threading
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag

_NOT_A_START = frozenset(" \t\f\r\n#)]}")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Found:
    """The node of a function in the stdlib tree of its file (shared: never change it) and the class it stands in."""

    node: AnyFunction
    class_name: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file, parsed and compiled, with line numbers of the whole file."""

    functions: tuple[Found, ...]
    codes: dict[str, list[types.CodeType]]


_parts: dict[tuple[Any, ...], tuple[tuple[str, ...], Part | None]] = {}
_LIMIT = 512
_lock = threading.Lock()


def find(code: types.CodeType, lines: tuple[str, ...]) -> Found | None:
    """The node that `code` was compiled from; None where no function of the text compiles to it."""
    rewritten = _is_rewritten(code)
    start, stop = _statement_around(lines, code)
    for span in ((start, stop), (0, len(lines))):
        part = _part(code, lines, span, 1 if rewritten else -1)
        twin = None if part is None else _twin(code, part, rewritten)
        if part is not None and twin is not None:
            found = _node_of(twin, part)
            if found is not None:
                return found
    return None


# ---- the text -----------------------------------------------------------------------------------------------------------


def _statement_around(lines: tuple[str, ...], code: types.CodeType) -> tuple[int, int]:
    """The lines, as a half-open range from 0, of what looks like the top-level statement that the code lies in."""
    start = min(code.co_firstlineno, len(lines)) - 1
    while start > 0 and lines[start][0] in _NOT_A_START:
        start -= 1
    stop, decorating = start + 1, lines[start].startswith("@")
    last = _last_line(code)
    while stop < len(lines):
        if lines[stop][0] not in _NOT_A_START:
            if stop >= last and not decorating:
                break
            decorating = lines[stop].startswith("@")
        stop += 1
    return start, stop


def _last_line(code: types.CodeType) -> int:
    last = max((line for _, _, line in code.co_lines() if line is not None), default=code.co_firstlineno)
    return max([last, *(_last_line(inner) for inner in code.co_consts if isinstance(inner, types.CodeType))])


def _part(code: types.CodeType, lines: tuple[str, ...], span: tuple[int, int], optimize: int) -> Part | None:
    """A part of the file; None where it is no Python by itself."""
    flags = code.co_flags & _FUTURES
    key = (id(lines), span, flags, optimize)
    kept = _parts.get(key)
    if kept is not None and kept[0] is lines:
        return kept[1]
    part = _compiled("\n" * span[0] + "".join(lines[slice(*span)]), code.co_filename, flags, optimize)
    if len(_parts) >= _LIMIT:
        _parts.clear()
    _parts[key] = (lines, part)
    return part


def _compiled(text: str, filename: str, flags: int, optimize: int) -> Part | None:
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # notebook cells may await
    try:
        with _lock, warnings.catch_warnings():  # the user has seen the warnings of this text when it was imported
            warnings.simplefilter("ignore")
            tree = compile(text, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            module = compile(tree, filename, "exec", flags, dont_inherit=True, optimize=optimize)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    codes: dict[str, list[types.CodeType]] = {}
    for inner in _codes_in(module):
        codes.setdefault(inner.co_qualname, []).append(inner)
    return Part(tuple(_functions_in(tree, None)), codes)


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _codes_in(const)


def _functions_in(tree: ast.AST, class_name: str | None) -> Iterator[Found]:
    """All functions with the class that `__x` is mangled by in them (a class's bases and decorators stand outside it)."""
    todo: list[tuple[ast.AST, str | None]] = [(tree, class_name)]
    while todo:
        node, owner = todo.pop()
        if isinstance(node, AnyFunction):
            yield Found(node, owner)
        if isinstance(node, ast.ClassDef):
            inside = {id(child) for child in node.body}
            todo.extend((c, node.name if id(c) in inside else owner) for c in ast.iter_child_nodes(node))
        else:
            todo.extend((child, owner) for child in ast.iter_child_nodes(node))


# ---- codes --------------------------------------------------------------------------------------------------------------


def _twin(code: types.CodeType, part: Part, rewritten: bool) -> types.CodeType | None:
    """The code of the part that equals `code`; of several the one at the same place, else the nearest."""
    if rewritten:
        twins = [c for c in part.codes.get(code.co_qualname, ()) if _agrees(code, c)]
    else:
        key = _key(code)
        twins = [c for c in part.codes.get(code.co_qualname, ()) if _key(c) == key]
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
        code.co_flags,
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
    consts.add((type(None), None))
    if any(_const_key(c) not in consts for c in stripped.co_consts if not isinstance(c, types.CodeType)):
        return False
    inner = _own_codes(rewritten)
    return all(any(c.co_name == s.co_name and _agrees(c, s) for c in inner) for s in _own_codes(stripped))


# ---- nodes --------------------------------------------------------------------------------------------------------------


def _node_of(code: types.CodeType, part: Part) -> Found | None:
    """The node that a code of the part was compiled from."""
    if code.co_name != "<lambda>":
        for found in part.functions:
            node = found.node
            if not isinstance(node, ast.Lambda) and node.name == code.co_name and _first_line(node) == code.co_firstlineno:
                return found
        return None
    lambdas = [f for f in part.functions if isinstance(f.node, ast.Lambda) and f.node.lineno == code.co_firstlineno]
    if len(lambdas) <= 1:
        return lambdas[0] if lambdas else None
    spans = _spans(code)
    holding = [f for f in lambdas if all(_holds(f.node.body, span) for span in spans)] if spans else []
    return min(holding, key=lambda f: _size(f.node.body), default=None)  # the innermost of nested ones


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno


Span = tuple[tuple[int, int], tuple[int, int]]


def _spans(code: types.CodeType) -> list[Span]:
    """Where the instructions come from, but those that stand for no text; empty under `-X no_debug_ranges`."""
    spans = []
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None:
            continue
        if (line, column) != (end_line, end_column):
            spans.append(((line, column), (end_line, end_column)))
    return spans


def _holds(node: Any, span: Span) -> bool:
    return (node.lineno, node.col_offset) <= span[0] and span[1] <= (node.end_lineno, node.end_col_offset)


def _size(node: Any) -> tuple[int, int]:
    return (node.end_lineno - node.lineno, node.end_col_offset - node.col_offset)
