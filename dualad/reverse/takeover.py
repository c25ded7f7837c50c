"""Arrays and lists that names take over from each other: each is held by one name at a time, and followed by it.

So it is where a loop makes a new array of the old one, stores into it and gives it the old one's name.
"""

from __future__ import annotations

from dualad.reverse.momentary import always_immutable, is_momentary_iterator, is_momentary_view
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var


def is_taken_over(facts: Facts, names: list[str]) -> bool:
    """Whether names of one class never hold one object at the same time, but for temporaries that are read at once."""
    function = facts.function
    if function.is_generator or any([n in function.outer or n in facts.captured for n in names]):
        return False
    if any([isinstance(s, TRYING) for s in core.walk(function.body)]):
        return False
    if any([_may_be_stored(facts, p.name, names) for p in function.params if p.name in names]):
        return False
    root = facts.memory.find(names[0])
    for one, other, stmt in facts.memory.edges:
        if facts.memory.find(one) != root:
            continue
        if one in names and other in names:
            if not (isinstance(stmt, Bind) and stmt.op == "copy" and _ends(facts, stmt)):
                return False
        elif not any([_is_momentary(facts, n, names) for n in (one, other) if n not in names]):
            return False
    return True


TRYING = (core.Try, core.With)


def _may_be_stored(facts: Facts, param: str, names: list[str]) -> bool:
    """Whether something may be stored into what a parameter holds, by its name or by one that takes it over."""
    reached = {param}
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


def _ends(facts: Facts, stmt: Bind) -> bool:
    """Whether nobody reads what a copy reads by its old name any more."""
    source = stmt.args[0]
    if not isinstance(source, Var) or source.name == stmt.target:
        return False
    version = facts.versions.read[source]
    merged = [v for v in facts.versions.all if version in v.inputs]
    seen = {version}
    while merged:
        joined = merged.pop()
        if joined in seen:
            continue
        seen.add(joined)
        merged += [v for v in facts.versions.all if joined in v.inputs]
    reads = [a for s in core.walk(facts.function.body) for a in core.operands(s) if isinstance(a, Var)]
    if any([facts.versions.read[a] in seen - {version} for a in reads]) or facts.versions.result in seen:
        return False
    after = _following(facts.function.body, stmt, version.block)
    if after is None:
        return False
    later = [a for s in core.walk(after) for a in core.operands(s) if isinstance(a, Var)]
    return not any([facts.versions.read[a] is version for a in later])


def _following(block: list[Stmt], stmt: Stmt, home: list[Stmt]) -> list[Stmt] | None:
    """What may run after a statement until `home`, its version's block, is left; None if a loop in it comes again."""
    for k, here in enumerate(block):
        if here is stmt:
            return block[k + 1 :]
        for inner in core.blocks(here):
            found = _following(inner, stmt, home)
            if found is not None:
                again = isinstance(here, core.For | core.While) and not _lies_in(home, inner)
                return None if again else [*found, *block[k + 1 :]]
    return None


def _lies_in(home: list[Stmt], block: list[Stmt]) -> bool:
    return home is block or any([_lies_in(home, inner) for s in block for inner in core.blocks(s)])
