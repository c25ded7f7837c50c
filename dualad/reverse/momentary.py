"""Names that hold something of an array or list for a moment: temporary views, and iterators of one loop."""

from __future__ import annotations

from dualad.analysis import calls
from dualad.analysis.kinds import same_dtype
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var


def always_immutable(facts: Facts, name: str) -> bool:
    """Whether a name never holds what can change."""
    found = [facts.kinds.version.get(v) for v in facts.versions.all if v.name == name]
    return all(k is None or k.immutable for k in found)


def is_momentary_view(facts: Facts, name: str, owner: str) -> bool:
    """Whether a name is a temporary view of `owner` that only calls and stores read, at once."""
    if name not in facts.function.temps:
        return False
    made = facts.memory.defined_by.get(name, [])
    if len(made) != 1 or not isinstance(made[0], Bind) or not _is_view(facts, made[0], owner):
        return False
    root = facts.memory.find(name)
    if _outlives_a_store(facts, made[0], root):
        return False
    for stmt in core.walk(facts.function.body):
        reads = [a for a in core.operands(stmt) if isinstance(a, Var) and a.name == name]
        if not reads:
            continue
        if isinstance(stmt, core.Store) and stmt.base.name != name:
            continue
        if not isinstance(stmt, Bind) or stmt.op not in ("prim", "call", "method", "attr", "inplace"):
            return False
        if facts.memory.find(stmt.target) == root and not always_immutable(facts, stmt.target) and stmt.op != "inplace":
            return False
        if stmt.op == "inplace" and stmt.target != owner and stmt.args[0] is reads[0]:
            return False
    return True


def _is_view(facts: Facts, made: Bind, owner: str) -> bool:
    """Whether a statement gives a slice of an array, or a view by a function or method whose transpose is known."""
    callee = facts.kinds.callee.get(made)
    if callee is None or not callee.args or callee.primitive is None or callee.primitive.form != "linear":
        return False
    kind, whole = facts.kinds.target(made, made.target), facts.kinds.of(callee.args[0])
    if not same_dtype(kind.dtype, whole.dtype) or whole.maybe_complex:  # parts of complex numbers
        return False
    operands = [*callee.args, *(atom for _, atom in callee.kwargs)]
    names = [a.name if isinstance(a, Var) else "" for a in operands]
    return bool(names) and names[0] == owner and names.count(owner) == 1


def is_momentary_iterator(facts: Facts, name: str) -> bool:
    """Whether a name is what `zip` or its like give to one loop, in which nothing is stored into what they run over."""
    made = facts.memory.defined_by.get(name, [])
    if name not in facts.function.temps or len(made) != 1 or not isinstance(made[0], Bind):
        return False
    callee = facts.kinds.callee.get(made[0])
    if callee is None or not any(callee.value is fn for fn in calls.ITERATION) or made[0].stars or made[0].kwargs:
        return False
    readers = [s for s in core.walk(facts.function.body) if _reads(name, s)]
    if len(readers) != 1 or not isinstance(readers[0], core.For):
        return False
    return not _outlives_a_store(facts, made[0], facts.memory.find(name))


def _outlives_a_store(facts: Facts, made: Bind, root: str) -> bool:
    """Whether something is stored into the class of a temporary before it is read for the last time.

    So it is in `m[i], m[j] = m[j], m[i]`: what is read there is a row as the first store has left it.
    """
    stores = {s for name, stmts in facts.memory.stores.items() if facts.memory.find(name) == root for s in stmts}
    if not stores:
        return False
    after = _following(facts.function.body, made) or []
    reads = [_reads_of(made.target, [stmt]) for stmt in after]
    if sum(reads) != _reads_of(made.target, facts.function.body):
        return True  # it is read outside of its block
    end = max((k for k, count in enumerate(reads) if count), default=-1)
    if end >= 0 and core.blocks(after[end]):
        end += 1  # a loop may store before it reads again
    return any(s in stores for s in core.walk(after[: max(end, 0)]))


def _reads_of(name: str, block: list[Stmt]) -> int:
    return sum(_reads(name, stmt) for stmt in core.walk(block))


def _reads(name: str, stmt: Stmt) -> int:
    return sum(isinstance(a, Var) and a.name == name for a in core.operands(stmt))


def _following(block: list[Stmt], made: Stmt) -> list[Stmt] | None:
    """What comes after a statement in its block."""
    for k, stmt in enumerate(block):
        if stmt is made:
            return block[k + 1 :]
        for inner in core.blocks(stmt):
            found = _following(inner, made)
            if found is not None:
                return found
    return None
