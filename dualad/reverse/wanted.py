"""Statements that the tangent of a result does not need are left out, temporaries written where they are read."""

from __future__ import annotations

import ast
from collections.abc import Callable

from dualad.reverse import blocks, tidy
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table


class Lines:
    """What is known of the statements of a function with tangents.

    Attributes:
        stores: of a statement that stores into something, the name of that.
        kept: statements that stay.
        dots: names of tangents, with those of their values.
        same: other names of values.
    """

    def __init__(self, place: Callable[[str], str]) -> None:
        self.stores: dict[ast.stmt, str] = {}
        self.kept: set[ast.stmt] = set()
        self.dots: dict[str, str] = {}
        self.same: dict[str, str] = {}
        self._place = place

    def place(self, name: str) -> tuple[bool, str]:
        """What stands for all names that may share memory with a name; tangents share none with values."""
        value = self.dots.get(name)
        name = self.same.get(name, name)
        return value is not None, self._place(name if value is None else value)

    def wanted(self, code: Code) -> Code:
        """The code without statements that neither bind nor change what is read."""
        facts = {stmt: blocks.fact_of(stmt) for stmt in blocks.walk(code)}
        read: set[str] = set()
        places: set[tuple[bool, str]] = set()
        stay: set[ast.stmt] = set()

        def stays(stmt: ast.stmt) -> bool:
            if stmt in self.kept or not isinstance(stmt, ast.Assign | ast.AugAssign | ast.Pass):
                return True
            stored = self.stores.get(stmt)
            if stored is not None and self.place(stored) in places:
                return True
            return not read.isdisjoint(facts[stmt].binds)

        while True:
            new = [s for s in facts if s not in stay and stays(s)]
            if not new:
                break
            stay.update(new)
            for stmt in new:
                read.update(facts[stmt].reads)
                places.update(map(self.place, facts[stmt].reads))
        return _only(code, stay)

    def inlined(self, code: Code, temps: set[str], table: Table) -> Code:
        """The code with temporaries that are read once written there, if nothing they read is changed before.

        So that NumPy may compute in the memory of a temporary, and does not keep it.
        """
        for stmt in code:
            for block in blocks.children(stmt):
                block[:] = self.inlined(block, temps, table)
        out = list(code)
        for i in range(len(out) - 2, -1, -1):
            found = tidy.single(out[i], temps, table)
            if found is None or out[i] in self.kept or out[i] in self.stores:
                continue
            at = self._reader(out, i, found[0], table)
            if at is not None and tidy.substitute_once(out[at], *found, False, table):
                table.moved(found[0], out[i], out[at])
                del out[i]
        return out

    def _reader(self, code: Code, i: int, name: str, table: Table) -> int | None:
        read = set(table.facts[code[i]].reads)
        places = {self.place(n) for n in read}
        for j in range(i + 1, len(code)):
            stmt = code[j]
            if name in table.facts[stmt].reads:
                return j
            if type(stmt) not in blocks.SIMPLE or stmt in self.kept or not read.isdisjoint(table.facts[stmt].binds):
                return None
            stored = self.stores.get(stmt)
            if stored is not None and self.place(stored) in places:
                return None
        return None


def _only(code: Code, stay: set[ast.stmt]) -> Code:
    kept: Code = []
    for stmt in code:
        for block in blocks.children(stmt):
            empty = isinstance(stmt, ast.If) and block is stmt.orelse
            block[:] = _only(block, stay) or ([] if empty else [ast.Pass()])
        if stmt in stay:
            kept.append(stmt)
    return kept
