"""Tapes when both sweeps are written: which there are once, which for each time that their loop is met; their names."""

from __future__ import annotations

import ast

from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.residuals import Tape
from dualad.reverse.work import ReverseLoop, Work


def settled(work: Work, reverse: Code) -> set[int]:
    """Name the tapes; the blocks, by identity, that have a tape for each time that the loop around them is met."""
    local: set[int] = set()
    if not work.facts.function.is_generator:
        _localise(work, reverse, local)
    for block, tape in work.residuals.insert.tapes.items():
        if block not in local:
            _name(work, tape)
    return local


def _name(work: Work, tape: Tape) -> None:
    """A tape of one name is called after it."""
    if len(tape.taken) == 1:
        tape.name = work.bars.names.fresh(f"{tape.taken[0]}_tape")


def _localise(work: Work, code: Code, local: set[int]) -> None:
    """Give an inner loop that need not number its passes a tape for each time that it is met: nothing is counted.

    The outer loop keeps it among what it keeps. Innermost loops come first, as that adds to the tapes around them.
    """
    for mark in code:
        if isinstance(mark, ast.If):
            _localise(work, mark.body, local)
            _localise(work, mark.orelse, local)
        if not isinstance(mark, ReverseLoop):
            continue
        _localise(work, mark.body, local)
        tape = work.residuals.insert.tapes.get(id(mark.loop.body))
        if tape is None or mark.ranged is not None or not work.in_loop(mark.parent):
            continue
        local.add(id(mark.loop.body))
        _name(work, tape)
        made = build.assign(tape.name, ast.List([], ast.Load()))
        work.residuals.insert.before.setdefault(mark.loop, []).append(made)
        work.residuals.keep_in(mark.parent, tape.name)
        if mark.count is not None:
            work.residuals.tape(mark.parent).forget(mark.count)
