"""Items of lists of numbers that live in shadow memory: reads and stores whose reverse is written out.

A table of a dynamic program is a list of such lists, each of which has other names while it is read and stored into.
Where kinds say that a list holds numbers and that no statement makes it longer or shorter, the place of an item is what
the index says, and nothing has to be looked at as it runs.
"""

from __future__ import annotations

import ast
import operator

from dualad.analysis.kinds import holds_reals
from dualad.analysis.versions import Block
from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.residues import add_by_value, changing, memory_call, popped_item
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Var


def read(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """The reverse of reading an item by a whole number; False where it is an operation."""
    base, key = stmt.args
    kind = work.kind(base)
    if not isinstance(base, Var) or not work.in_memory(base) or kind.tag != "list" or not _is_index(work, key):
        return False
    if kind.items and all([k.tag == "list" for k in kind.items]):
        work.bars.state.pop(stmt.target, None)  # a list itself, whose items have their slots
        return True
    if not holds_reals(work.kind(base)) or work.target_in_memory(stmt, stmt.target) or not _has_place(work, base, key):
        return False
    if stmt.target in work.bars.state:
        work.bars.state.pop(stmt.target)
        bar = build.name(work.bars.bar(stmt.target))
        out.append(memory_call(work, "add_item", work.object(base), _place(work, base, key, stmt, block), bar))
    return True


def store(work: Work, stmt: core.Store, block: Block, out: Code) -> bool:
    """The reverse of storing a number, or of adding one; False where it is an operation."""
    base, key, value = stmt.base, stmt.key, stmt.value
    if work.kind(base).tag != "list" or not holds_reals(work.kind(base)) or not _is_index(work, key):
        return False
    added = stmt.aug in (operator.add, operator.sub)
    if not work.kind(value).is_real or not (stmt.aug is None or added) or not _has_place(work, base, key):
        return False
    if added and not work.active(value):
        return True
    place = _place(work, base, key, stmt, block)
    if added:
        share = changing(work, "cotangent_at", work.object(base), place)
        add_by_value(work, value, build.neg(share) if stmt.aug is operator.sub else share, out)
        return True
    popped = popped_item(work, work.object(base), place)
    if work.active(value):
        add_by_value(work, value, popped, out)
    else:
        out.append(ast.Expr(popped))
    return True


def _is_index(work: Work, key: Atom) -> bool:
    return work.kind(key).tag == "int" and not work.facts.integers


def _has_place(work: Work, base: Var, key: Atom) -> bool:
    """Whether an index names the same place whenever it is asked: it counts from the start, or the length stays."""
    if isinstance(key, Const) and key.value >= 0:
        return True
    memory = work.facts.memory
    return not memory.is_protected(base.name) and all([_keeps_lengths(work, s) for s in memory.stores_into(base.name)])


def _keeps_lengths(work: Work, stmt: core.Stmt) -> bool:
    """Whether a statement leaves the lists of numbers that are there as long as they are (a comprehension's is new)."""
    if isinstance(stmt, core.Append):
        return True
    if isinstance(stmt, core.Store):
        return work.kind(stmt.key).tag == "int"
    appends = isinstance(stmt, Bind) and stmt.op == "method" and stmt.fn == "append"
    if not appends:
        return False
    kind = work.kind(stmt.args[0])  # type: ignore[attr-defined]
    return kind.tag == "list" and bool(kind.items) and all([k.tag == "list" for k in kind.items])


def _place(work: Work, base: Var, key: Atom, stmt: core.Stmt, block: Block) -> ast.expr:
    index = work.residuals.operand(key, stmt, block)
    if isinstance(key, Const) and key.value >= 0:
        return index
    return build.call(build.name(work.helper("place_of")), [index, work.object(base)])
