"""What a generator does where it is left at a `yield`, and nobody takes further items."""

from __future__ import annotations

import gast

from dualad.reverse.work import Facts
from dualad.syntax import core

LEAVING = ("GeneratorExit", "BaseException")
"""Exceptions that Python throws into a generator which is left, or what they are of."""


def cleans_up(facts: Facts) -> bool:
    """Whether a generator changes something, or may, where it is left."""
    return any(_cleans_up(facts, s) for s in core.walk(facts.function.body))


def _cleans_up(facts: Facts, stmt: core.Stmt) -> bool:
    match stmt:
        case core.With(body=body):
            return _yields(body)  # `np.errstate`, too: what it set would stay until the generator is gone
        case core.Try():
            held = [*stmt.body, *stmt.orelse, *(s for h in stmt.handlers for s in h.body)]
            changes = any(_changes(facts, s) for s in core.walk(stmt.final))
            return (changes or any(_may_catch(h.type) for h in stmt.handlers)) and _yields(held)
    return False


def _yields(block: list[core.Stmt]) -> bool:
    return any(isinstance(s, core.Yield) for s in core.walk(block))


def _changes(facts: Facts, stmt: core.Stmt) -> bool:
    """Whether a statement stores into anything but a variable of the generator's own."""
    if isinstance(stmt, core.If | core.For | core.While | core.Try | core.Delete | core.Unpack):
        return False  # what is in it is looked at by itself
    return not isinstance(stmt, core.Bind) or facts.memory.may_write(stmt)


def _may_catch(caught: gast.AST | None) -> bool:
    """Whether a handler of this type, as it is written, may be met where the generator is left."""
    match caught:
        case gast.Name(id=name) | gast.Attribute(attr=name):
            return name in LEAVING
        case gast.Tuple(elts=types):
            return any(map(_may_catch, types))
    return True
