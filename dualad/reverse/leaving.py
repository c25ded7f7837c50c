"""What a generator does where it is left at a `yield`, and nobody takes further items."""

from __future__ import annotations

import gast

from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.class_bodies import Names


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
            return (changes or any(h.reads or _may_catch(facts, h.type) for h in stmt.handlers)) and _yields(held)
    return False


def _yields(block: list[core.Stmt]) -> bool:
    return any(isinstance(s, core.Yield) for s in core.walk(block))


def _changes(facts: Facts, stmt: core.Stmt) -> bool:
    """Whether a statement stores into anything but a variable of the generator's own."""
    if isinstance(stmt, core.If | core.For | core.While | core.Try | core.Delete | core.Unpack):
        return False  # what is in it is looked at by itself
    return not isinstance(stmt, core.Bind) or facts.memory.may_write(stmt)


def _may_catch(facts: Facts, caught: gast.AST | None) -> bool:
    """Whether a handler of this type may be met where the generator is left; so may one that is no global's."""
    if isinstance(caught, gast.Tuple):
        return any(_may_catch(facts, t) for t in caught.elts)
    if not isinstance(caught, gast.Name | gast.Attribute):
        return True
    path, source = gast.unparse(caught).strip(), facts.function.source
    if path.partition(".")[0] in source.cells:
        return True
    found = Names.found(path, source.globals)
    return not isinstance(found, type) or issubclass(GeneratorExit, found)
