"""Shorter emitted code: copies and chains of the reverse sweep are put together, and branches that both sweeps have.

All of this moves evaluations, never past anything that changes what they read. The reverse sweep is ours and pure; of
the forward sweep only values that are pure, too, are moved, and only past such.
"""

from __future__ import annotations

import ast

from dualad.reverse import blocks, build, printing
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.tidy import has_effects
from dualad.reverse.work import comment_line

WIDTH = 88  # of a line that two are put together in


class Shorten:
    """The reverse sweep, block by block.

    Attributes:
        ours: names of the reverse sweep.
        users: those among them that are called after the user's names.
    """

    def __init__(self, table: Table, ours: set[str], users: set[str]) -> None:
        self.table = table
        self.ours = ours
        self.users = users

    def everywhere(self, code: Code) -> None:
        """Shorten a block and those inside it, inner ones first."""
        for stmt in code:
            for block in blocks.children(stmt):
                self.everywhere(block)
        i = len(code) - 1
        while i >= 0:
            if type(code[i]) is ast.Assign and not (self.copy(code, i) or self.chain(code, i)):
                pass
            i -= 1

    # Copies

    def copy(self, code: Code, i: int) -> bool:
        """`a = b`: read b instead of a, where b stays the same as long as a is read; whether that was done."""
        found = _assignment(code[i])
        if found is None or type(found[1]) is not ast.Name:
            return False
        name, source = found[0], found[1].id
        table = self.table
        if name not in self.ours or table.binds[name] != 1 or name == source:
            return False
        readers = [j for j in range(i + 1, len(code)) if name in self.names(code[j]).reads]
        if sum(self.names(code[j]).reads.count(name) for j in readers) != table.reads[name]:
            return False
        if name in self.users and source in self.ours - self.users and self.renamed(code, source, name, i):
            return True
        if not self.stays(code, i, readers[-1] if readers else i, name, source):
            return False
        for j in range(i + 1, len(code)):
            for stmt in blocks.walk([code[j]]):
                if name in table.facts[stmt].reads:
                    values: dict[str, ast.expr] = {name: build.name(source)}
                    build.replace_in_headers(stmt, values)
                    table.replaced(stmt, values)
        table.forget(code.pop(i))
        return True

    def stays(self, code: Code, i: int, last: int, name: str, source: str) -> bool:
        """Whether `source` is what it was at `i` up to `last`; what binds it anew earlier is moved behind that."""
        binders = [j for j in range(i + 1, last + 1) if source in self.names(code[j]).binds]
        if not binders or (binders == [last] and _assignment(code[last]) is not None and self.reads_first(code[last])):
            return True
        if len(binders) > 1 or binders[0] == last:
            return False
        at = binders[0]
        found = _assignment(code[at])
        if found is None or has_effects(found[1]):
            return False
        read = set(self.table.facts[code[at]].reads)
        for stmt in code[at + 1 : last + 1]:
            fact = self.names(stmt)
            if comment_line(stmt) is not None or source in fact.reads or not read.isdisjoint(_changed(stmt, fact)):
                return False
        code.insert(last, code.pop(at))
        return True

    @staticmethod
    def reads_first(stmt: ast.stmt) -> bool:
        return type(stmt) is ast.Assign

    def renamed(self, code: Code, old: str, new: str, i: int) -> bool:
        """Call a name of ours by the user's one, where each is bound once, in this block."""
        table = self.table
        makers = [s for s in code[:i] if (found := _assignment(s)) is not None and found[0] == old]
        if table.binds[old] != 1 or not makers:
            return False
        everywhere = sum(self.names(s).reads.count(old) for s in code)
        if everywhere != table.reads[old]:
            return False
        for stmt in blocks.walk(code):
            if old in table.facts[stmt].reads and stmt is not code[i]:
                other: dict[str, ast.expr] = {old: build.name(new)}
                build.replace_in_headers(stmt, other)
                table.replaced(stmt, other)
        table.forget(code.pop(i))
        maker = makers[0]
        maker.targets = [ast.Name(new, ast.Store())]  # type: ignore[attr-defined]
        table.changed(maker)
        return True

    # Chains

    def chain(self, code: Code, i: int) -> bool:
        """`b = e` and then `b = f(b)`: written as `b = f(e)`; whether that was done."""
        found = _assignment(code[i])
        if found is None:
            return False
        name, value = found
        if name not in self.ours or has_effects(value):
            return False
        read = set(self.table.facts[code[i]].reads)
        here = next((line for s in reversed(code[:i]) if (line := comment_line(s)) is not None), None)
        new_line = False
        for j in range(i + 1, len(code)):
            stmt, fact = code[j], self.names(code[j])
            if name in fact.reads or name in fact.binds:
                break
            new_line = new_line or comment_line(stmt) not in (None, here)
            if not read.isdisjoint(_changed(stmt, fact)):
                return False
        else:
            return False
        if type(stmt) is ast.AugAssign and not new_line and self.difference(code, i, j):
            return True
        reader = _assignment(stmt)
        if reader is None or reader[0] != name or fact.reads.count(name) != 1:
            return False
        if new_line and not isinstance(value, ast.Name | ast.Constant):
            return False
        simple = isinstance(value, ast.Name | ast.Constant)
        if not simple and len(name) + len(printing.expr(value)) + len(printing.expr(reader[1])) > WIDTH:
            return False
        holder = ast.Expr(reader[1])
        if not build.put(holder, name, value):
            return False
        stmt.value = holder.value  # type: ignore[attr-defined]
        self.table.moved(name, code[i], stmt)
        del code[i]
        return True

    def difference(self, code: Code, i: int, j: int) -> bool:
        """`b = -e` and then `b += f`: written as `b = f - e`, which negates nothing; whether that was done."""
        (name, value), stmt = _assignment(code[i]), code[j]  # type: ignore[misc]
        assert isinstance(stmt, ast.AugAssign)
        negative, positive = build.sign_of(value)
        whole = isinstance(stmt.target, ast.Name) and stmt.target.id == name
        if not (negative and whole and type(stmt.op) is ast.Add and self.names(stmt).reads.count(name) == 1):
            return False
        made = build.assign(name, ast.BinOp(stmt.value, ast.Sub(), positive))
        if len(_line(made)) > WIDTH:
            return False
        self.table.forget(code[i])
        self.table.forget(stmt)
        self.table.note(made)
        code[j] = made
        del code[i]
        return True

    def names(self, stmt: ast.stmt) -> blocks.Fact:
        """What a statement reads and binds, what stands inside it included."""
        if type(stmt) in blocks.SIMPLE:
            return self.table.facts[stmt]
        return self.table.with_inner(stmt)


def _assignment(stmt: ast.stmt) -> tuple[str, ast.expr] | None:
    """Name and value of an assignment to one name."""
    if type(stmt) is ast.Assign and len(stmt.targets) == 1 and type(stmt.targets[0]) is ast.Name:
        return stmt.targets[0].id, stmt.value
    return None


def _changed(stmt: ast.stmt, fact: blocks.Fact) -> set[str]:
    """The names that a statement binds, and those whose objects it may change."""
    if _assignment(stmt) is not None:
        return set(fact.binds)
    return {*fact.binds, *fact.reads}


# Both sweeps


def fuse(primal: Code, reverse: Code, table: Table) -> None:
    """Put together the branch that the forward sweep ends with and that which the reverse sweep begins with."""
    at = next((k for k, s in enumerate(reverse) if comment_line(s) is None), None)
    if at is None or not primal:
        return
    first, second = primal[-1], reverse[at]
    if not (type(first) is ast.If and type(second) is ast.If):
        return
    if not (type(first.test) is ast.Name and type(second.test) is ast.Name and first.test.id == second.test.id):
        return
    if any(first.test.id in table.facts[s].binds for s in blocks.walk([first])):
        return
    for stmt in [primal.pop(), *(s for s in first.body if isinstance(s, ast.Pass))]:
        table.forget(stmt)
    second.body[:0] = [s for s in first.body if not isinstance(s, ast.Pass)]
    second.orelse[:0] = first.orelse
    for stmt in reverse[:at]:
        table.forget(stmt)
    del reverse[:at]


def inline_late(primal: Code, reverse: Code, temps: set[str], table: Table) -> None:
    """Write temporaries at the end of the forward sweep that only the reverse sweep reads, once, where it does."""
    changed: set[str] = set()
    for i in range(len(primal) - 1, -1, -1):
        stmt = primal[i]
        if comment_line(stmt) is not None:
            continue
        fact, found = table.facts[stmt], _assignment(stmt)
        if found is None or fact.calls or fact.late or has_effects(found[1]):
            return
        name, value = found
        if name in temps and table.reads[name] == 1 and table.binds[name] == 1 and changed.isdisjoint(fact.reads):
            if _put_late(reverse, name, value, set(fact.reads), table):
                reader = next(s for s in reverse if name in table.facts[s].reads)
                table.moved(name, stmt, reader)
                del primal[i]
                continue
        changed.add(name)


def _put_late(reverse: Code, name: str, value: ast.expr, read: set[str], table: Table) -> bool:
    for stmt in reverse:
        fact = table.facts[stmt]
        if name in fact.reads:
            if type(stmt) not in blocks.SIMPLE or len(_line(stmt)) + len(printing.expr(value)) > WIDTH:
                return False
            return build.put(stmt, name, value)
        if type(stmt) not in blocks.SIMPLE:
            fact = table.with_inner(stmt)
        if not read.isdisjoint(fact.binds):
            return False
    return False


def _line(stmt: ast.stmt) -> str:
    return "\n".join(printing.lines([stmt]))
