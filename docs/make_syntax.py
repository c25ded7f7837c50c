"""Writes `docs/syntax.md` from the table in `dualad/syntax/fence.py`: run `python docs/make_syntax.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import gast  # noqa: E402

from dualad.syntax.fence import EAGER, TABLE, Status  # noqa: E402

HEAD = """\
# Syntax

What functions that are differentiated in reverse mode may be written in, made by `docs/make_syntax.py` from the table
in `dualad/syntax/fence.py`. A construct is *allowed*; *allowed if inactive*, when no derivative goes through it; or
*refused*, by an error that shows the line and says what to write instead. All refusals of a function are reported at
once.
"""

COLUMNS = "| in code | nodes | status | instead |\n|---|---|---|---|"
VERDICTS = {"allowed": "allowed", "inactive": "allowed if inactive", "refused": "refused"}


def page() -> str:
    """The whole page."""
    kinds: dict[Status, list[str]] = {}
    statements: set[Status] = set()
    for key, status in TABLE.items():
        kind, role = key if isinstance(key, tuple) else (key, "")
        kinds.setdefault(status, []).append(f"{kind.__name__} ({role})" if role else kind.__name__)
        if issubclass(kind, gast.stmt):
            statements.add(status)
    shown = {status: names for status, names in kinds.items() if status.example}
    plain = {status.verdict: names for status, names in kinds.items() if not status.example}
    sections = [HEAD]
    for title, of_statements in (("Functions and statements", True), ("Expressions", False)):
        rows = [_row(status, names) for status, names in shown.items() if (status in statements) == of_statements]
        sections.append("\n".join([f"## {title}\n", COLUMNS, *rows, ""]))
    eager = _names(sorted(EAGER))
    sections.append(f"A generator expression is run to its end where it is an argument of\n{eager}.\n")
    sections.append(f"Parts, judged with the constructs that they belong to:\n{_names(plain['allowed'])}.\n")
    sections.append(f"In no function of Python 3:\n{_names(plain['refused'])}.\n")
    return "\n".join(sections)


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(status: Status, names: list[str]) -> str:
    example = "<br>".join(f"`{part.strip()}`" for part in status.example.split(";"))
    return f"| {example} | {', '.join(names)} | {VERDICTS[status.verdict]} | {status.advice} |"


if __name__ == "__main__":
    (ROOT / "docs" / "syntax.md").write_text(page(), encoding="utf-8")
