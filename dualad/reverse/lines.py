"""Which of the user's lines a line of emitted code belongs to, and exceptions that say so."""

from __future__ import annotations

import ast
import itertools

from dualad.reverse.origins import origin
from dualad.syntax.refusal import show

REPEATED = 3
"""How often one place is shown at most where it follows itself."""
DEEP = (
    "A derivative takes several of Python's calls for each of the function's own: where the function runs by itself, a "
    "higher limit lets its derivative run too, as `sys.setrecursionlimit(10_000)`; a loop needs none."
)
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
    places = []
    trace = error.__traceback__
    while trace is not None:
        made = origin(trace.tb_frame.f_code.co_filename)
        if made is not None:
            found = made.user_line(trace.tb_lineno)
            places += [show(made, found)] if found else []
        trace = trace.tb_next
    if places:
        error.add_note("\n".join([NOTE, *_shortened(places)]))
    if isinstance(error, RecursionError):
        error.add_note(DEEP)


def _shortened(places: list[str]) -> list[str]:
    """Places, one that follows itself more than three times as often as that: functions that call themselves."""
    shown = []
    for place, again in itertools.groupby(places):
        count = sum(1 for _ in again)
        shown += [place] * min(count, REPEATED)
        shown += [f"  [the line before, {count - REPEATED} times more]"] if count > REPEATED else []
    return shown
