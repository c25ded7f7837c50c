"""Which of the user's lines a line of emitted code belongs to, and exceptions that say so."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from dualad.syntax.refusal import show

NOTE = "In the code that dualad differentiated (most recent call last):"


@dataclass(frozen=True, slots=True)
class Lines:
    """An emitted function: the user's function that it was made of, and the user's lines by those of its file."""

    source: Any
    table: dict[int, int]

    def find(self, number: int) -> int:
        """The user's line of a line of the file, or of what stands before it; 0 if there is none."""
        return self.table[max(known)] if (known := [n for n in self.table if n <= number]) else 0


_emitted: dict[str, Lines] = {}


def tag(code: list[ast.stmt], line: int) -> None:
    """Say which of the user's lines statements come from, where nothing has said so."""
    for stmt in code:
        if line and not getattr(stmt, "user_line", 0):
            stmt.user_line = line  # type: ignore[attr-defined]


def remember(filename: str, source: Any, table: dict[int, int], offset: int) -> None:
    """Keep the table of an emitted function, whose text begins `offset` lines further down in its file."""
    _emitted[filename] = Lines(source, {number + offset: line for number, line in table.items()})


def explain(error: BaseException) -> None:
    """Add to an exception which lines of the user's the emitted code on its way stands for."""
    if any(note.startswith(NOTE) for note in getattr(error, "__notes__", ())):
        return
    shown = []
    trace = error.__traceback__
    while trace is not None:
        lines = _emitted.get(trace.tb_frame.f_code.co_filename)
        if lines is not None:
            found = lines.find(trace.tb_lineno)
            shown += [show(lines.source, found)] if found else []
        trace = trace.tb_next
    if shown:
        error.add_note("\n".join([NOTE, *shown]))
