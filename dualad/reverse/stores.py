"""Which stores into active memory the adjoint can follow by name; the others are refused.

An array may be stored into when one name owns it and everything else that shares its storage is a temporary slice that
is read at once; a list may be appended to when one name holds it.
"""

from __future__ import annotations

from dualad.analysis.kinds import Kind
from dualad.analysis.memory import OUTSIDE
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var
from dualad.syntax.refusal import Place


def refusals(facts: Facts) -> list[Place]:
    """Every store into active memory that cannot be followed."""
    found = _unknown_effects(facts)
    for stmt in core.walk(facts.function.body):
        match stmt:
            case core.With(manager=Var() as manager) if facts.versions.read[manager] in facts.activity.varied:
                found.append(_place(stmt, "a context manager made from active values"))
            case core.For(iter=Var() as over) if _stored_inside(facts, stmt, facts.memory.find(over.name)):
                found.append(_place(stmt, "a loop over an array or list that the loop itself changes"))
            case core.Store(base=base) if facts.kinds.of(base).tag == "array" and _integer(facts.kinds.of(base)):
                if isinstance(stmt.value, Var) and facts.versions.read[stmt.value] in facts.activity.varied:
                    if not facts.kinds.of(stmt.value).inactive:
                        place = _place(
                            stmt, "an active value stored into an array of integers, which would truncate it"
                        )
                        found.append(place)
    for name, stmts in facts.memory.stores.items():
        root = facts.memory.find(name)
        if not _active_class(facts, root):
            continue
        reason = _reason(facts, name, root)
        for stmt in stmts:
            unusual = None if _is_followed(facts, stmt) else "a call that writes into an active array"
            if reason or unusual:
                found.append(_place(stmt, unusual or reason or ""))
    return found


def _stored_inside(facts: Facts, loop: core.For, root: str) -> bool:
    """Whether a loop stores into what it runs over, and active values are involved."""
    inside = set(core.walk(loop.body))
    changed = any(
        stmt in inside
        for name, stmts in facts.memory.stores.items()
        if facts.memory.find(name) == root
        for stmt in stmts
    )
    return changed and _active_class(facts, root)


def _integer(kind: Kind) -> bool:
    return kind.dtype is not None and kind.dtype.kind in "biu"


def _place(stmt: Stmt, what: str) -> Place:
    node = getattr(stmt, "node", None)
    where = node if hasattr(node, "lineno") else stmt.line
    return Place(where, what, _advice(stmt, what))


def _advice(stmt: Stmt, what: str) -> str:
    if "integers" in what:
        return "make the array one of floats"
    if "context manager" in what:
        return "compute inside the block with values from outside it"
    if "loop over" in what:
        return "loop over a copy, or over indices"
    if "list" in what or (isinstance(stmt, Bind) and stmt.fn == "append"):
        return "give the list one name, or build it by a comprehension"
    if "know to be an array" in what:
        return "make it with np.zeros, np.empty or .copy(); build dicts in one expression"
    if "a call" in what or "outside" in what:
        return "return the new value from a function of its arguments instead"
    return "store into a fresh array that has one name (x = x.copy() first), or return a new array"


def _active_class(facts: Facts, root: str) -> bool:
    return root in facts.activity.varied_classes or any(
        facts.memory.find(v.name) == root and v in facts.activity.varied and not _always_immutable(facts, v.name)
        for v in facts.versions.all
    )


def _unknown_effects(facts: Facts) -> list[Place]:
    """Calls for their effects that get active memory: what they do to it cannot be told."""
    found = []
    for stmt in facts.memory.unknown:
        if not isinstance(stmt, Bind) or facts.activity.target_active(stmt, stmt.target):
            continue
        if isinstance(stmt.fn, str) and stmt.fn == "append" and _is_followed(facts, stmt):
            continue
        for atom in core.operands(stmt):
            if isinstance(atom, Var) and not facts.kinds.of(atom).immutable:
                if _active_class(facts, facts.memory.find(atom.name)):
                    found.append(_place(stmt, "a call whose effects on an active value dualad cannot tell"))
                    break
    return found


def _is_followed(facts: Facts, stmt: Stmt) -> bool:
    match stmt:
        case core.Store() | core.Append():
            return True
        case Bind(op="inplace"):
            return True
        case Bind(op="method", fn="append"):
            return facts.kinds.of(stmt.args[0]).tag == "list"
    return False


def _reason(facts: Facts, name: str, root: str) -> str | None:
    memory = facts.memory
    if memory.find(OUTSIDE) == root:
        return "a store of an active value into memory from outside the function"
    kinds = {facts.kinds.version[v].tag for v in facts.versions.all if v.name == name and v in facts.kinds.version}
    members = [n for n in memory.members(name) if not _always_immutable(facts, n)]
    if kinds <= {"list", "bottom"}:
        if all(isinstance(s, core.Append) for s in memory.stores_into(name)):
            return None  # a comprehension's list: finished before anybody else has it
        others = [n for n in members if n != name and not _is_array(facts, n)]
        if others or any(n in memory.stores for n in members if n != name):
            return f"a list that is changed and shared (`{name}`, `{others[0] if others else name}`)"
        return None
    if not _is_array(facts, name):
        if len(members) == 1 and all(isinstance(s, Bind) and s.op == "inplace" for s in memory.stores[name]):
            return None
        return f"a store into `{name}`, which dualad does not know to be an array"
    owners = [n for n in members if not _is_momentary(facts, n, name)]
    if owners != [name]:
        other = next(n for n in owners if n != name) if len(owners) > 1 else name
        return f"a store into `{name}`, which shares memory with `{other}`"
    return None


def _always_immutable(facts: Facts, name: str) -> bool:
    found = [facts.kinds.version.get(v) for v in facts.versions.all if v.name == name]
    return all(k is None or k.immutable for k in found)


def _is_array(facts: Facts, name: str) -> bool:
    found = [facts.kinds.version.get(v) for v in facts.versions.all if v.name == name and v.origin != "undefined"]
    return all(k is None or k.tag in ("array", "bottom") or k.is_number for k in found)


def _is_momentary(facts: Facts, name: str, owner: str) -> bool:
    """Whether a name is a temporary slice of `owner` that only calls and stores read, at once."""
    if name not in facts.function.temps:
        return False
    made = facts.memory.defined_by.get(name, [])
    if len(made) != 1 or not isinstance(made[0], Bind) or made[0].op != "prim":
        return False
    first = made[0].args[0]
    if getattr(made[0].fn, "__name__", "") != "getitem" or not isinstance(first, Var) or first.name != owner:
        return False
    root = facts.memory.find(name)
    for stmt in core.walk(facts.function.body):
        reads = [a for a in core.operands(stmt) if isinstance(a, Var) and a.name == name]
        if not reads:
            continue
        if isinstance(stmt, core.Store) and stmt.base.name != name:
            continue
        if not isinstance(stmt, Bind) or stmt.op not in ("prim", "call", "method", "attr", "inplace"):
            return False
        if (
            facts.memory.find(stmt.target) == root
            and not _always_immutable(facts, stmt.target)
            and stmt.op != "inplace"
        ):
            return False
        if stmt.op == "inplace" and stmt.target != owner and stmt.args[0] is reads[0]:
            return False
    return True
