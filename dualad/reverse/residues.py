"""Residues in generated code: which names have one, and the code that moves cotangents into and out of memory.

`reverse.cells` says what a residue is.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from dualad.analysis.kinds import Kind
from dualad.analysis.storage import OUTSIDE
from dualad.reverse import build
from dualad.reverse.bars import Code, Slot
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var


def concerns(work: Work, stmt: Stmt) -> bool:
    """Whether a statement reads, binds or changes active shadow memory, the cell of a captured variable included."""
    facts = work.facts
    if facts.captured and any(is_from_cell(work, name) for name in core.targets(stmt)):
        return True
    if not (facts.in_memory or facts.shared_calls or facts.function.outer or facts.memory.unseen) and not _is_place(
        stmt
    ):
        return False
    if any(work.active(a) and work.in_memory(a) for a in core.operands(stmt)):
        return True
    if any(work.target_in_memory(stmt, n) and work.target_active(stmt, n) for n in core.targets(stmt)):
        return True
    if isinstance(stmt, core.StoreOuter):
        return outer_place(work, stmt.name) in work.facts.activity.varied_classes
    if isinstance(stmt, core.StoreAttr):  # into what may be a class, whose operation says so
        return stmt in work.facts.memory.unseen and work.active(stmt.value)
    if _is_place(stmt):
        return work.target_active(stmt, stmt.target)
    return isinstance(stmt, Bind) and (stmt in work.facts.shared_calls or _is_unseen(work, stmt))


def _is_unseen(work: Work, stmt: Bind) -> bool:
    """Whether it calls what may store active values where anybody may read them."""
    called = stmt.op in ("call", "method") and stmt in work.facts.memory.unseen
    return called and any(map(work.facts.activity.reads_active, stmt.reads()))


def _is_place(stmt: Stmt) -> TypeGuard[Bind]:
    """Whether it reads a captured variable or a global."""
    return type(stmt) is Bind and stmt.op in ("cell", "global")


def changing(work: Work, fn: str, *args: ast.expr) -> ast.expr:
    """A call of a helper that changes memory."""
    return build.impure(build.name(work.helper(fn)), [build.name(work.memory()), *args])


def memory_call(work: Work, name: str, *args: ast.expr) -> ast.stmt:
    """A call of a method of the sweep's memory."""
    return ast.Expr(build.impure(build.attribute(build.name(work.memory()), name), args))


def popped_item(work: Work, container: ast.expr, key: ast.expr) -> ast.expr:
    """A call that takes the cotangent out of a slot."""
    return build.impure(build.attribute(build.name(work.memory()), "pop_item"), [container, key])


def is_array(work: Work, atom: Atom) -> bool:
    """Whether an operand is an array for sure."""
    return work.kind(atom).tag == "array"


def is_simple(work: Work, atom: Atom) -> bool:
    """Whether it is known whether the atom's cotangent lives in memory: a number's does not, an array's does."""
    kind = work.kind(atom)
    return kind.is_number or kind.tag == "array" or not work.active(atom)


def is_basic(work: Work, key: Atom) -> bool:
    """Whether a key is made of integers, slices, `...` and None for sure, so that it gives a view."""
    if isinstance(key, Const):
        parts = key.value if isinstance(key.value, tuple) else (key.value,)
        return all(type(p) is int or isinstance(p, slice) or p is None or p is ... for p in parts)
    kind = work.kind(key)
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return all(p.tag in ("int", "slice", "none") for p in parts)


def only_arrays(work: Work, name: str) -> bool:
    """Whether a name's cotangents live in memory altogether: it never holds anything but arrays."""
    if name not in work.facts.in_memory:
        return False
    kinds = work.facts.kinds.version
    found = [kinds.get(v) for v in work.facts.versions.all if v.name == name and v.origin != "undefined"]
    return all(k is not None and k.tag in ("array", "bottom") for k in found)


def seeded(work: Work, result: Var, seed: ast.expr) -> ast.expr:
    """The residue of the result's cotangent, the rest of which goes into memory."""
    seen = work.object(result)
    body = work.facts.function.body
    if not is_array(work, result):  # its items as they are now: whoever gets it may change it before the pullback
        known = work.bars.names.fresh("result_seen")
        noted = build.assign(known, work.help("noted", build.name(result.name)))
        if body:
            work.residuals.insert.after.setdefault(body[-1], []).append(noted)
        else:
            work.residuals.insert.at_start.setdefault(id(body), []).append(noted)
        seen = build.name(known)
    return changing(work, "deposit", seen, seed)


def from_cells(work: Work, stmt: Stmt, out: Code) -> None:
    """What inner functions added to the cotangents of the variables that a statement binds."""
    if not work.facts.captured:
        return
    for name in dict.fromkeys(core.targets(stmt)):
        if is_from_cell(work, name):
            taken_from_cell(work, name, work.target_kind(stmt, name), out)


def is_from_cell(work: Work, name: str) -> bool:
    """Whether inner functions may add to the cotangent of a variable, be it of a value that needs none.

    They do not know which value they read, so what they added to a constant's must not stay for an earlier value.
    """
    return name in work.facts.captured and any(
        v.name == name and work.facts.activity.is_active(v) for v in work.facts.versions.all
    )


def taken_from_cell(work: Work, name: str, kind: Kind, out: Code) -> None:
    """Move what lies in the cell of a variable to its cotangent (an array's lies in its storage)."""
    if kind.tag == "array":
        return
    taken = changing(work, "take_cell", build.name(work.cell(name)))
    whole = kind.tag not in ("tuple", "ntuple", "list", "any")  # of several results none may have been read
    work.bars.add(name, kind, taken, out, owned=False, full=whole)


def outer_place(work: Work, name: str) -> str:
    """The class of memory in which a shared variable lies."""
    own = work.facts.function.outer.get(name) == "own"
    return work.facts.memory.find(name if own else OUTSIDE)


def slot_of(work: Work, name: str, scope: str) -> tuple[ast.expr, ast.expr]:
    """The container and the key of the slot that has the cotangent of a shared variable."""
    if scope == "global":
        return build.name(work.helper("module_globals", work.facts.function.source.globals)), build.const(name)
    own = work.facts.function.outer.get(name) == "own"
    return build.name(work.cell(name) if own else work.outer_cell(name)), build.const("cell_contents")


def add_residue(work: Work, atom: Var, value: ast.expr, out: Code, full: bool = True) -> None:
    """Add a residue to that of an operand."""
    kind = work.kind(atom)
    if work.in_memory(atom) and kind.tag == "array":
        return
    work.bars.add(atom.name, kind, value, out, owned=False, full=full or work.in_memory(atom))


def add_by_value(work: Work, atom: Atom, value: ast.expr, out: Code) -> None:
    """Add a residue, or for what lives outside memory a whole cotangent, which for numbers are the same."""
    assert isinstance(atom, Var)
    if work.in_memory(atom):
        add_residue(work, atom, value, out)
    else:
        work.bars.add(atom.name, work.kind(atom), value, out, owned=False, full=False)


def add_whole(work: Work, atom: Var, value: ast.expr, out: Code) -> None:
    """Add a whole cotangent to an operand that lives in memory: a container's to the slots that it had."""
    if is_array(work, atom):
        out.append(ast.Expr(changing(work, "add_whole", work.object(atom), value)))
        return
    rest = changing(work, "deposit", work.residuals.seen(atom), value)
    work.bars.add(atom.name, work.kind(atom), rest, out, owned=False, full=True)


def take(work: Work, stmt: Bind, out: Code) -> tuple[ast.expr, Slot]:
    """The cotangent of an array that a statement made, out of memory."""
    made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
    ct = work.bars.names.fresh(f"{stmt.target}_ct")
    out.append(build.assign(ct, changing(work, "take", made)))
    work.bars.state.pop(stmt.target, None)
    return build.name(ct), Slot(True, True)


def place(work: Work, base: Var, out: Code) -> str:
    """A name for the shadow of an array."""
    shadow = work.bars.names.fresh(f"{base.name}_bar")
    out.append(build.assign(shadow, changing(work, "whole_place", work.object(base))))
    return shadow
