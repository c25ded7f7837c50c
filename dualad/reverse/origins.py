"""Where emitted functions come from: their texts and the user's lines, for as long as code that was made of them lives.

Tracebacks, debuggers and derivatives of emitted functions ask for them; a pullback may outlive the function that made
it. Nothing here keeps the user's function alive, or what it has captured.
"""

from __future__ import annotations

import linecache
import types
import weakref
from collections.abc import Iterator

from dualad.records import field, record
from dualad.syntax.source import Source


@record(frozen=True, slots=True)
class Extent:
    """The lines that a function takes up in its file."""

    lineno: int
    end_lineno: int


@record(frozen=True, slots=True)
class Origin:
    """The user's function that one was emitted for, as far as messages name it; see `Source`.

    `table`: the user's lines by those of the emitted file.
    """

    name: str
    filename: str
    lines: tuple[str, ...]
    tree: Extent
    table: dict[int, int] = field(default_factory=dict)

    def user_line(self, number: int) -> int:
        """The user's line of a line of the emitted file, or of what stands before it; 0 if there is none."""
        known = [n for n in self.table if n <= number]
        return self.table[max(known)] if known else 0


_origins: dict[str, Origin] = {}


def origin(filename: str) -> Origin | None:
    """The origin of an emitted function, by the name of its file; None for other files."""
    return _origins.get(filename)


def remember(code: types.CodeType, text: str, source: Source) -> None:
    """Keep the text that a function was compiled from, and where it comes from, as long as its code lives."""
    filename = code.co_filename
    last = getattr(source.tree, "end_lineno", None) or len(source.lines)
    _origins[filename] = Origin(source.name, source.filename, source.lines, Extent(source.tree.lineno, last))
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    innermost = list(_innermost(code))  # which outlive those around them
    left = len(innermost)

    def forget() -> None:
        nonlocal left
        left -= 1
        if not left:
            _origins.pop(filename, None)
            linecache.cache.pop(filename, None)

    for inner in innermost:
        weakref.finalize(inner, forget).atexit = False


def _innermost(code: types.CodeType) -> Iterator[types.CodeType]:
    inside = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    for inner in inside:
        yield from _innermost(inner)
    if not inside:
        yield code
