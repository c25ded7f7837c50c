"""Iterators over active values that are taken up in several places: those are objects in memory, which say where."""

from __future__ import annotations

import builtins

from dualad.analysis.versions import Version
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var

MAKERS = (builtins.zip, builtins.enumerate, builtins.reversed)


def several(facts: Facts) -> frozenset[Bind]:
    """What makes iterators that may be taken up twice."""
    made = [s for s, c in facts.kinds.callee.items() if any(c.value is m for m in MAKERS)]
    made = [s for s in made if facts.activity.target_active(s, s.target)]
    if not made:
        return frozenset()
    readers: dict[Version, list[Stmt]] = {}
    blocks: dict[Stmt, list[Stmt]] = {}
    for block in _blocks(facts.function.body):
        for stmt in block:
            blocks[stmt] = block
            for atom in core.operands(stmt):
                if isinstance(atom, Var):
                    readers.setdefault(facts.versions.read[atom], []).append(stmt)
    merged = {v for version in facts.versions.all for v in version.inputs if readers.get(version)}
    found: set[Bind] = set()
    for stmt in made:
        version = facts.versions.defined[stmt, stmt.target]
        uses = 0
        while True:
            users = readers.get(version, [])
            uses += len(users) + (version in merged)
            if uses != 1 or not users:
                break
            home = facts.versions.loop_of(version.block)
            uses += facts.versions.loop_of(blocks[users[0]]) is not home
            user = users[0]
            if not (isinstance(user, Bind) and user.op == "copy"):
                break
            version, uses = facts.versions.defined[user, user.target], 0
        given = [a.name for a in stmt.args if isinstance(a, Var)]
        if uses > 1 or version in merged or len(given) > len(set(given)):
            found.add(stmt)
    return frozenset(found)


def _blocks(block: list[Stmt]) -> list[list[Stmt]]:
    return [block, *(inner for stmt in core.walk(block) for inner in core.blocks(stmt))]
