"""Errors that show the user's own line: what was seen, where, and what to write instead; all places at once."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from dualad.errors import Unsupported
from dualad.records import record
from dualad.syntax.source import Source

_TAB = 4


class Position(NamedTuple):
    """Where something stands in a file: lines from 1, columns in UTF-8 bytes from 0, as in a tree; the end exclusive.

    A column of None stands for a whole line, a line of 0 for no place at all.
    """

    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@record(frozen=True, slots=True)
class Place:
    """One place that is refused.

    Attributes:
        where: a node, a `Position` or a line number; kept as a `Position`.
        what: what was seen there, as the subject of an error ("a `try` statement").
        advice: what to write instead, as an imperative.
    """

    where: Any
    what: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", position_of(self.where))

    @property
    def position(self) -> Position:
        """Where it stands."""
        return self.where


def position_of(where: Any) -> Position:
    """The position of a node, or of what it holds if it has none of its own; a line number or position as it is."""
    if isinstance(where, Position):
        return where
    if isinstance(where, int):
        return Position(where)
    own = _own_position(where)
    if own is not None:
        return own
    held = [p for p in map(_own_position, ast.walk(where)) if p is not None] if isinstance(where, ast.AST) else []
    if not held:
        return Position(0)
    first = min(held, key=lambda p: (p.line, p.column or 0))
    last = max(held, key=lambda p: (p.end_line or p.line, p.end_column or 0))
    return Position(first.line, first.column, last.end_line, last.end_column)


def _own_position(node: Any) -> Position | None:
    line = getattr(node, "lineno", None)
    if line is None:
        return None
    return Position(line, *(getattr(node, name, None) for name in ("col_offset", "end_lineno", "end_col_offset")))


def refuse(source: Source, places: Iterable[Place]) -> Unsupported:
    """The error that lists all places, in the order of the text; its `places` are these places."""
    ordered = tuple(sorted(set(places), key=lambda p: (p.position.line, p.position.column or 0, p.what)))
    head = f"{source.name} cannot be differentiated: "
    if len(ordered) == 1:
        message = f"{head}{ordered[0].what}\n{_body(source, ordered[0])}"
    else:
        listed = [f"({i}) {place.what}\n{_body(source, place)}" for i, place in enumerate(ordered, 1)]
        message = "\n".join([f"{head}{len(ordered)} places that are not supported", *listed])
    error = Unsupported(message)
    error.places = ordered  # type: ignore[attr-defined]
    return error


def _body(source: Source, place: Place) -> str:
    shown = show(source, place.position)
    return f"{shown}\n  Instead: {place.advice}" if place.advice else shown


class Shown(Protocol):
    """A function of which lines are shown: a `Source`, or what is kept of one."""

    @property
    def name(self) -> str: ...
    @property
    def filename(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...
    @property
    def tree(self) -> Any: ...


def show(source: Shown, where: Any) -> str:
    """The lines of a traceback for a place of the function: file and line, the text, and carets under what is meant."""
    position = position_of(where)
    lines = [f'  File "{source.filename}", line {position.line or source.tree.lineno}, in {source.name}']
    if not 1 <= position.line <= len(source.lines):
        return lines[0]
    text = source.lines[position.line - 1].rstrip()
    indent = len(text) - len(text.lstrip())
    start, stop = _characters(text, position)
    lines.append("    " + _expanded(text[indent:]))
    before = _expanded(text[indent : max(start, indent)])
    until = _expanded(text[indent : max(stop, start + 1)])
    lines.append("    " + " " * _width(before) + "^" * max(1, _width(until) - _width(before)))
    return "\n".join(lines)


def _characters(text: str, position: Position) -> tuple[int, int]:
    """The characters of the first line of a position, from its columns in bytes."""
    encoded = text.encode()
    column, end = position.column, position.end_column
    if column is None or column > len(encoded):
        return len(text) - len(text.lstrip()), len(text)
    start = len(encoded[:column].decode(errors="ignore"))
    if end is None or position.end_line not in (None, position.line):
        return start, len(text)
    return start, len(encoded[:end].decode(errors="ignore"))


def _expanded(text: str) -> str:
    """Text with its tabs as blanks, counted in cells of the screen."""
    parts: list[str] = []
    width = 0
    for char in text:
        shown = " " * (_TAB - width % _TAB) if char == "\t" else char
        parts.append(shown)
        width += _width(shown)
    return "".join(parts)


def _width(text: str) -> int:
    """How many cells of the screen a text takes: East Asian characters two, combining ones none."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
