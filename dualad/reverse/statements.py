"""The reverse of single statements: one writer for each form."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.analysis.activity import OF_OBJECTS
from dualad.analysis.kinds import FLOAT64, same_dtype
from dualad.analysis.versions import Block
from dualad.of_sequences import OF_SEQUENCES
from dualad.reverse import build, inmemory, residues, sites
from dualad.reverse.bars import Code, Slot
from dualad.reverse.contributions import add_item, add_whole, reverse_primitive
from dualad.reverse.objects import BUILTINS
from dualad.reverse.storing import (
    append,
    append_value,
    inplace,
    inplace_store,
    is_inplace_store,
    store,
    store_attribute,
)
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Var

# What makes an array of a sequence that it is added to or multiplied with.
ARRAYS = {operator.add: frozenset({"array", "npscalar"}), operator.mul: frozenset({"array"})}
ITERATION = {builtins.zip: "unzip", builtins.enumerate: "unenumerate", builtins.reversed: "unreversed"}


def bind(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """The reverse of a binding: the cotangent of its target goes to its operands."""
    bars = work.bars
    concerns = residues.concerns(work, stmt)
    if concerns and inmemory.bind(work, stmt, block, out):
        return
    if stmt.op == "inplace" and is_inplace_store(work, stmt):
        inplace_store(work, stmt, block, out)
        return
    inside = concerns and work.target_in_memory(stmt, stmt.target)
    if stmt.target not in bars.state and not inside:
        return
    if not work.target_active(stmt, stmt.target):
        bars.state.pop(stmt.target, None)
        return
    if inside:
        BINDS[stmt.op](work, stmt, block, *residues.take(work, stmt, out), out)
        return
    if stmt.op in ("tuple", "list") and not stmt.stars:
        _sequence(work, stmt, block, out)
        return
    if _as_operation(work, stmt):
        inmemory.operation(work, stmt, block, out)
        return
    ct, slot = _taken(work, stmt, out)
    writer = BINDS.get(stmt.op)
    if writer is None:
        work.refuse(stmt, f"an active value in {_described(stmt)}", "pass what it needs as arguments instead")
        return
    writer(work, stmt, block, ct, slot, out)


def _as_operation(work: Work, stmt: Bind) -> bool:
    """Whether what a statement means is seen when it runs only, wherever its operands' cotangents live."""
    if any(name is None and work.active(a) for name, a in stmt.kwargs):
        return True
    if stmt.op in ("tuple", "list", "dict"):
        return True
    if work.facts.meets_objects and _asks_objects(work, stmt):
        return True
    callee = work.facts.kinds.callee.get(stmt)
    constant = callee is not None and callee.primitive is not None and callee.primitive.form == "constant"
    if constant and any(callee.value is fn for fn in OF_OBJECTS):  # type: ignore[union-attr]
        return True
    if stmt.op in ("call", "method") and callee is not None and _takes_sequences(work, callee):
        return True
    if stmt.op != "prim" or stmt.fn not in (operator.mul, operator.add):
        return False
    tags = [work.kind(a).tag for a in stmt.args]
    if not any(work.active(a) for a in stmt.args) and work.target_kind(stmt, stmt.target).tag == "list":
        return False
    if "list" in tags or "tuple" in tags:
        return not ARRAYS[stmt.fn].intersection(tags) and (stmt.fn is operator.mul or "any" in tags)
    return work.facts.kinds.mutated and "any" in tags


OBJECTS = frozenset({"any", "own", "fields"})


def _takes_sequences(work: Work, callee: Any) -> bool:
    """Whether a call may be one of containers or objects: `operator.add`, `max`, or `sum` from a list on."""
    if callee.value is sum:
        starts = [*callee.args[1:], *(value for name, value in callee.kwargs if name == "start")]
        return any(work.kind(a).tag in ("list", "tuple", "any") for a in starts)
    if len(callee.args) != 2 or not any(callee.value is fn for fn in OF_SEQUENCES):
        return False
    tags = [work.kind(a).tag for a in callee.args]
    if work.facts.memory.met.ordered and callee.value in (builtins.max, builtins.min) and OBJECTS.intersection(tags):
        return True
    containers = {"list", "tuple", "dict"}.intersection(tags)
    return bool(containers) and not ARRAYS.get(callee.value, frozenset()).intersection(tags)


ASKING = (*BUILTINS, *sites.OPERATORS)
"""Functions of Python's own that call methods of the objects that they are given."""


def _asks_objects(work: Work, stmt: Bind) -> bool:
    """Whether a statement may call a method of an object: an operator, also one that is called by its name in
    `operator`, or a builtin that asks for one.
    """
    asking = stmt.op in ("call", "method") and any(work.facts.kinds.callee[stmt].value is fn for fn in ASKING)
    if stmt.op != "prim" and not asking:
        return False
    return any(work.active(a) and work.kind(a).tag in ("any", "own") for a in core.operands(stmt))


def _taken(work: Work, stmt: Bind, out: Code) -> tuple[ast.expr, Slot]:
    """The cotangent of the target, under a name of its own if the statement also reads the target's name."""
    bars = work.bars
    bars.whole(stmt.target, out)
    slot = bars.state.pop(stmt.target)
    ct: ast.expr = build.name(bars.bar(stmt.target))
    again = sum(isinstance(a, Var) and a.name == stmt.target and work.active(a) for a in core.operands(stmt))
    if again > 1 or (again and (stmt.op == "dict" or getattr(stmt.fn, "__name__", "") == "getitem")):
        alias = bars.names.fresh(f"{stmt.target}_ct")
        out.append(build.assign(alias, ct))
        ct = build.name(alias)
    if work.target_kind(stmt, stmt.target).is_number:
        slot = Slot(slot.owned, True)
    return ct, slot


def _described(stmt: Bind) -> str:
    described = {"function": "a function made inside", "set": "a set", "format": "a string"}
    return {**described, "caught": "an exception"}.get(stmt.op, f"`{stmt.op}`")


def _copy(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    if work.active(stmt.args[0]):
        add_whole(work, stmt.args[0], ct, out, owned=slot.owned, full=slot.full)


def _sequence(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    bars = work.bars
    if any(isinstance(a, Var) and a.name == stmt.target for a in stmt.args):
        bars.whole(stmt.target, out)
        out.append(build.assign(alias := bars.names.fresh(f"{stmt.target}_ct"), build.name(bars.bar(stmt.target))))
    else:
        alias = bars.bar(stmt.target)
    slot = bars.state.pop(stmt.target)
    ct: ast.expr = build.name(alias)
    for i, atom in enumerate(stmt.args):
        if not work.active(atom):
            continue
        assert isinstance(atom, Var)
        if slot.parts is not None:
            part = slot.parts[i] if i < len(slot.parts) else None
            if part is not None:
                add_whole(work, atom, part, out, owned=False, full=False)
        else:
            add_whole(work, atom, work.help("item", ct, build.const(i)), out, owned=False, full=False)


def _dict(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    if stmt.stars:
        work.refuse(stmt, "`**` of an active mapping in a dict display", "build the dict item by item")
        return
    for key, atom in zip(stmt.args[::2], stmt.args[1::2], strict=True):
        if work.active(atom):
            index = work.residuals.operand(key, stmt, block)
            add_whole(work, atom, work.help("item", ct, index), out, owned=False, full=False)


def unpack(work: Work, stmt: core.Unpack, block: Block, out: Code) -> None:
    """The reverse of an unpacking: the targets' cotangents become the parts of the value's."""
    bars = work.bars
    if residues.concerns(work, stmt):
        inmemory.unpack(work, stmt, block, out)
        return
    parts: list[ast.expr | None] = [None] * len(stmt.targets)
    for i, name in reversed(list(enumerate(stmt.targets))):  # of a name that stands twice, the last one stays
        if name not in bars.state or not work.target_active(stmt, name):
            bars.state.pop(name, None)
            continue
        bars.whole(name, out)
        slot = bars.state.pop(name)
        part = bars.names.fresh(f"{name}_ct")
        value: ast.expr = build.name(bars.bar(name))
        kind = work.target_kind(stmt, name)
        if not slot.full and not kind.is_number and i != stmt.star:
            value = work.help("expand", value, work.residuals.target(stmt, name, block))
        out.append(build.assign(part, value))
        parts[i] = build.name(part)
    if not work.active(stmt.value) or all(p is None for p in parts):
        return
    assert isinstance(stmt.value, Var)
    kind = work.kind(stmt.value)
    if stmt.star is not None or kind.tag != "tuple":
        items = ast.List([build.const(0.0) if p is None else p for p in parts], ast.Load())
        if stmt.star is None and kind.tag == "array" and len(kind.dims) == 1 and same_dtype(kind.dtype, FLOAT64):
            made = build.call(build.attribute(build.name(work.helper("np", np)), "array"), [items])
            bars.add(stmt.value.name, kind, made, out, owned=True, full=True)
            return
        star = build.const(stmt.star)
        whole = work.help("from_unpacked", items, star, work.extent(stmt.value, stmt, block))
        bars.add(stmt.value.name, kind, whole, out, owned=True, full=True)
        return
    bars.add_parts(stmt.value.name, kind, tuple(parts), out)


# Calls


def _prim(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    callee = work.facts.kinds.callee[stmt]
    if stmt.fn is operator.getitem:
        base, key = stmt.args
        if work.active(key) and work.kind(base).tag not in ("array", "npscalar", "list", "tuple"):
            if work.kind(base).tag == "object":
                advice = "call a function of them (np.concatenate for np.r_) instead"
                work.refuse(stmt, "active values in a subscript", advice)
                return
            check = work.help(
                "require_plain_subscript",
                *(build.name(a.name) if isinstance(a, Var) else build.const(a.value) for a in (base, key)),
            )
            work.residuals.insert.before.setdefault(stmt, []).append(ast.Expr(check))
        if work.active(base):
            add_item(work, stmt, block, base, key, ct, slot, out)
        return
    kinds = [work.kind(a).tag for a in stmt.args]
    if stmt.fn is operator.or_:
        for i, atom in enumerate(stmt.args):
            if work.active(atom):
                part = work.help("merged_part", ct, build.const(i), *(work.object(a) for a in stmt.args))
                add_whole(work, atom, part, out, owned=False, full=True)
        return
    if stmt.fn is operator.add and ("tuple" in kinds or "list" in kinds) and not ARRAYS[stmt.fn].intersection(kinds):
        if any(isinstance(a, Var) and a.name == stmt.target for a in stmt.args):
            alias = work.bars.names.fresh(f"{stmt.target}_ct")
            out.append(build.assign(alias, ct))
            ct = build.name(alias)
        for i, atom in enumerate(stmt.args):
            if work.active(atom):
                part = work.help("joined_part", ct, build.const(i), *(work.extent(a, stmt, block) for a in stmt.args))
                add_whole(work, atom, part, out, owned=True, full=True)
        return
    if callee.primitive is None:
        work.refuse(stmt, f"`{stmt.fn.__name__}` of active values", "declare a rule for it with dualad.primitive")
        return
    reverse_primitive(work, stmt, block, callee.primitive, callee.args, [], ct, slot, out)


def _call(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    callee = work.facts.kinds.callee[stmt]
    if callee.primitive is not None and not stmt.stars and not _may_iterate(work, callee):
        done = reverse_primitive(work, stmt, block, callee.primitive, callee.args, callee.kwargs, ct, slot, out)
        if done:
            return
    iteration = ITERATION.get(callee.value) if isinstance(callee.value, type | type(len)) else None  # type: ignore[call-overload]
    if iteration is not None and not stmt.stars:
        for i, atom in enumerate(callee.args):
            if work.active(atom):
                items = work.help(iteration, ct, build.const(i), work.extent(atom, stmt, block))
                add_whole(work, atom, items, out, owned=True, full=True)
        return
    if stmt.op == "attr":
        owner = work.kind(stmt.args[0])
        name = _member_key(owner, stmt.fn)
        if name is not None:
            add_item(work, stmt, block, stmt.args[0], Const(name), ct, slot, out)
            return
    _pulled(work, stmt, block, ct, slot, out)


def _may_iterate(work: Work, callee: Any) -> bool:
    """Whether a builtin may be given an iterator, so that its rules could not read the items again, or a dict."""
    if not callee.args:
        return False
    tag = work.kind(callee.args[0]).tag
    if (tag == "dict" and sites.runs_over(callee.primitive)) or (tag == "any" and callee.primitive.fn in sites.RUNNING):
        return True
    if callee.value not in (builtins.sum, builtins.max, builtins.min):
        return False
    return work.kind(callee.args[0]).tag in ("any", "iter") and (callee.value is builtins.sum or len(callee.args) == 1)


def _member_key(owner: Any, name: str) -> Any:
    """What the attribute of a NamedTuple or dataclass is in its cotangent; None where it has no such part."""
    if owner.tag == "fields":
        return name if name in owner.value[1] else None
    fields = owner.value._fields if owner.tag == "tuple" and owner.value is not None else ()
    return fields.index(name) if name in fields else None


def _pulled(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    """A call that gave a pullback in the forward sweep."""
    bars = work.bars
    operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
    active = [a for a in operands if isinstance(a, Var) and work.active(a)]
    if stmt.op == "call" and isinstance(stmt.fn, Var) and work.active(stmt.fn):
        active.insert(0, stmt.fn)
    if not slot.full:
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    pull = bars.names.fresh(f"{stmt.target}_pull" if stmt.target not in work.facts.function.temps else "pull")
    work.pulls[stmt] = pull
    work.residuals.keep_in(block, pull)
    into = work.into[stmt] = _destinations(work, stmt, active)
    work.deep[stmt] = tuple([i for i in into if bars.state[active[i].name].deep])
    parts = [bars.bar(a.name) if i in into else bars.names.fresh("ct") for i, a in enumerate(active)]
    target = ast.Tuple([ast.Name(p, ast.Store()) for p in parts], ast.Store())
    given = [build.name(parts[i]) for i in into]
    out.append(ast.Assign([target], build.call(build.name(pull), [ct, *given]), lineno=0))
    for i, (part, atom) in enumerate(zip(parts, active, strict=True)):
        if i in into:
            continue
        add_whole(work, atom, build.name(part), out, owned=False, full=False)  # it may be the zero of anything


def _destinations(work: Work, stmt: Bind, active: list[Var]) -> tuple[int, ...]:
    """Which operands of a call have cotangents that its pullback can add to: buffers of their own."""
    if stmt.op != "call" or stmt.stars or stmt.kwargs or (isinstance(stmt.fn, Var) and work.active(stmt.fn)):
        return ()
    found = []
    for i, atom in enumerate(active):
        slot, kind = work.bars.state.get(atom.name), work.kind(atom)
        alone = sum(a.name == atom.name for a in active) == 1 and atom.name != stmt.target
        buffer = slot is not None and slot.owned and slot.full and slot.parts is None and not work.in_memory(atom)
        if alone and buffer and (kind.tag == "list" or (kind.tag == "array" and same_dtype(kind.dtype, FLOAT64))):
            found.append(i)
    return tuple(found)


Writer = Callable[[Work, Bind, Block, ast.expr, Slot, Code], None]


def _slice(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    """A slice names places, which have no derivative, whatever its parts are; objects that take others are refused."""
    out.append(ast.Expr(build.impure(build.name(work.helper("require_places")), [ct])))


BINDS: dict[str, Writer] = {
    "slice": _slice,
    "copy": _copy,
    "dict": _dict,
    "inplace": inplace,
    "prim": _prim,
    "call": _call,
    "method": _call,
    "attr": _call,
}


def method_statement(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """A binding; `list.append` is the statement that it is."""
    own = stmt.op == "method" and stmt.fn == "append" and not work.in_memory(stmt.args[0])
    if own and work.kind(stmt.args[0]).tag == "list" and len(stmt.args) == 2:
        base = stmt.args[0]
        assert isinstance(base, Var)
        append_value(work, base, stmt.args[1], out)
        return
    bind(work, stmt, block, out)


WRITERS: dict[type, Callable[..., None]] = {
    Bind: method_statement,
    core.Unpack: unpack,
    core.Store: store,
    core.Append: append,
    core.StoreAttr: store_attribute,
    core.StoreOuter: inmemory.store_outer,
    core.DeletePlace: inmemory.delete_place,
}
