"""Which of the user's lines a line of emitted code belongs to, and exceptions that say so."""

from __future__ import annotations

import ast

from dualad.reverse.origins import origin
from dualad.syntax.refusal import show

NOTE = "In the code that dualad differentiated (most recent call last):"


def tag(code: list[ast.stmt], line: int) -> None:
    """Say which of the user's lines statements come from, where nothing has said so."""
    for stmt in code:
        if line and not getattr(stmt, "user_line", 0):
            stmt.user_line = line  # type: ignore[attr-defined]


def remember(filename: str, table: dict[int, int], offset: int) -> None:
    """Keep the table of an emitted function, whose text begins `offset` lines further down in its file."""
    made = origin(filename)
    if made is not None:
        made.table.update({number + offset: line for number, line in table.items()})


def explain(error: BaseException) -> None:
    """Add to an exception which lines of the user's the emitted code on its way stands for."""
    if any(note.startswith(NOTE) for note in getattr(error, "__notes__", ())):
        return
    shown = []
    trace = error.__traceback__
    while trace is not None:
        made = origin(trace.tb_frame.f_code.co_filename)
        if made is not None:
            found = made.user_line(trace.tb_lineno)
            shown += [show(made, found)] if found else []
        trace = trace.tb_next
    if shown:
        error.add_note("\n".join([NOTE, *shown]))
