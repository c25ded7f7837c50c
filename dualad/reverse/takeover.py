"""Arrays and lists that names take over from each other: each is held by one name at a time, and followed by it.

So it is where a loop makes a new array of the old one, stores into it and gives it the old one's name.
"""

from __future__ import annotations

from typing import Any

from dualad.reverse.momentary import always_immutable, is_momentary_iterator, is_momentary_view
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var


def is_taken_over(facts: Facts, names: list[str]) -> bool:
    """Whether names of one class never hold an object that is stored into at the same time, but for temporaries."""
    function = facts.function
    if function.is_generator or any([n in function.outer or n in facts.captured for n in names]):
        return False
    if any([isinstance(s, TRYING) for s in core.walk(function.body)]):
        return False
    if any([_may_be_stored(facts, p.name, names) for p in function.params if p.name in names]):
        return False
    root = facts.memory.find(names[0])
    for one, other, stmt in facts.memory.edges:
        if one == other or facts.memory.find(one) != root:  # `u *= x` stays what it is
            continue
        if one in names and other in names:
            if not _hands_over(facts, stmt) and not (_is_copy(stmt) and not _may_be_stored(facts, other, names)):
                return False
        elif not any([_is_momentary(facts, n, names) for n in (one, other) if n not in names]):
            return False
    return True


TRYING = (core.Try, core.With)


def _may_be_stored(facts: Facts, name: str, names: list[str]) -> bool:
    """Whether something may be stored into what a name holds, by its name or by one that gets it."""
    reached = {name}
    copies = [(b, a) for a, b, _ in facts.memory.edges if a in names and b in names]  # from the second to the first
    while True:
        more = {a for b, a in copies if b in reached} - reached
        if not more:
            return any([n in facts.memory.stores for n in reached])
        reached |= more


def _is_momentary(facts: Facts, name: str, names: list[str]) -> bool:
    if always_immutable(facts, name) or is_momentary_iterator(facts, name):
        return True
    return any([is_momentary_view(facts, name, owner) for owner in names])


def _is_copy(stmt: Stmt | None) -> bool:
    return isinstance(stmt, Bind) and stmt.op == "copy"


def _hands_over(facts: Facts, stmt: Stmt | None) -> bool:
    """Whether a statement gives other names to what nobody reads by the old ones any more: `a = b`, `a, b = b, a`."""
    match stmt:
        case Bind(op="copy"):
            return _ends(facts, stmt)
        case Bind(op="tuple"):
            return _is_unpacked(facts, stmt.target) and _ends(facts, stmt)
        case core.Unpack(value=Var(name=name), star=None):
            return _is_unpacked(facts, name) and len(set(stmt.targets)) == len(stmt.targets)
    return False


def _is_unpacked(facts: Facts, name: str) -> bool:
    """Whether a name is a tuple of a moment, made by a display and unpacked."""
    made = facts.memory.defined_by.get(name, [])
    if name not in facts.function.temps or len(made) != 1 or not (isinstance(made[0], Bind) and made[0].op == "tuple"):
        return False
    readers = [s for s in core.walk(facts.function.body) if any(_is_named(a, name) for a in core.operands(s))]
    return len(readers) == 1 and isinstance(readers[0], core.Unpack) and not made[0].stars


def _ends(facts: Facts, stmt: Bind) -> bool:
    """Whether nobody reads what a statement reads by the old names any more."""
    names = [a.name for a in stmt.args if isinstance(a, Var)]
    if len(set(names)) < len(names) or stmt.target in names:
        return False
    for name in names:
        found = _Liveness(name)
        found.block(facts.function.body, _is_named(facts.function.result, name))
        if stmt in found.live:
            return False
    return True


def _is_named(atom: Any, name: str) -> bool:
    return isinstance(atom, Var) and atom.name == name


class _Liveness:
    """Where a name may still be read before it is bound again.

    Attributes:
        live: the statements after which it may.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.live: set[Stmt] = set()

    def block(self, block: list[Stmt], live: bool) -> bool:
        """Whether it may be read from the start of a block on; `live`: from its end on."""
        for stmt in reversed(block):
            live = self.stmt(stmt, live)
        return live

    def stmt(self, stmt: Stmt, live: bool) -> bool:
        if live:
            self.live.add(stmt)
        reads = any([_is_named(a, self.name) for a in core.operands(stmt)])
        match stmt:
            case core.If():
                inside = [self.block(block, live) for block in core.blocks(stmt)]
                return reads or any(inside)
            case core.For():
                again = live
                for _ in range(2):  # the second time with what the first found of further passes
                    started = self.block(stmt.body, again)
                    again = again or (started and stmt.target != self.name)
                return reads or again
            case core.While():
                again = live
                for _ in range(2):
                    entered = self.block(stmt.body, again)
                    started = self.block(stmt.test_body, reads or live or entered)
                    again = again or started
                return started
        return reads or (live and self.name not in core.targets(stmt))
