"""The reverse of single statements: one writer for each form."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

from dualad.analysis.activity import OF_OBJECTS
from dualad.analysis.kinds import FLOAT64, same_dtype
from dualad.analysis.versions import Block
from dualad.reverse import build, inmemory, residues
from dualad.reverse.bars import Code, Slot
from dualad.reverse.contributions import add_item, add_whole, fit_place, reverse_primitive
from dualad.reverse.objects import BUILTINS
from dualad.reverse.sites import pull_operator
from dualad.reverse.stores import is_gather
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

# What makes an array of a sequence that it is added to or multiplied with.
ARRAYS = {operator.add: frozenset({"array", "npscalar"}), operator.mul: frozenset({"array"})}
ITERATION = {builtins.zip: "unzip", builtins.enumerate: "unenumerate", builtins.reversed: "unreversed"}


def bind(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """The reverse of a binding: the cotangent of its target goes to its operands."""
    bars = work.bars
    concerns = residues.concerns(work, stmt)
    if concerns and inmemory.bind(work, stmt, block, out):
        return
    if stmt.op == "inplace" and _is_store(work, stmt):
        _inplace_store(work, stmt, block, out)
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
    if stmt.op != "prim" or stmt.fn not in (operator.mul, operator.add):
        return False
    tags = [work.kind(a).tag for a in stmt.args]
    if "list" in tags or "tuple" in tags:
        return not ARRAYS[stmt.fn].intersection(tags) and (stmt.fn is operator.mul or "any" in tags)
    return work.facts.kinds.mutated and "any" in tags


def _asks_objects(work: Work, stmt: Bind) -> bool:
    """Whether a statement may call a method of an object: an operator, or a builtin that asks for one."""
    asking = stmt.op in ("call", "method") and any(work.facts.kinds.callee[stmt].value is fn for fn in BUILTINS)
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


def _is_store(work: Work, stmt: Bind) -> bool:
    return not work.target_kind(stmt, stmt.target).immutable and work.target_kind(stmt, stmt.target).tag == "array"


def _inplace(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    """An augmented assignment to something that is rebound: the plain operation."""
    primitive = work.facts.kinds.plain(stmt)
    if primitive is None:
        work.refuse(stmt, f"`{stmt.fn.__name__}` of active values", "write it as a plain assignment")
        return
    reverse_primitive(work, stmt, block, primitive, list(stmt.args), [], ct, slot, out)


def _inplace_store(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """`x += v` of an array: x's cotangent stays in its buffer and v gets its share."""
    bars = work.bars
    name = stmt.target
    base, value = stmt.args
    assert isinstance(base, Var)
    if work.in_memory(base):
        if work.target_active(stmt, name):
            shadow = build.name(residues.place(work, base, out))
            _augmented(work, stmt, block, base, value, shadow, None, stmt.fn.__name__[1:], out)
        return
    if name not in bars.state or not work.target_active(stmt, name):
        return
    kind = work.target_kind(stmt, name)
    bars.buffer(name, kind, lambda: build.name(name), build.attribute(build.name(name), "shape"), out)
    _augmented(work, stmt, block, base, value, build.name(bars.bar(name)), None, stmt.fn.__name__[1:], out)


def _augmented(
    work: Work, stmt: Stmt, block: Block, base: Var, value: Atom, bar: ast.expr, key: Atom | None, op: str, out: Code
) -> None:
    """The reverse of `place op= value`, where `bar` is the place's cotangent (a view of the buffer)."""
    if op not in ("add", "sub", "mul", "truediv"):
        _augmented_by_rule(work, stmt, block, base, value, bar, key, op, out)
        return
    factor: ast.expr | None = None
    if op in ("mul", "truediv"):
        factor = work.residuals.operand(value, stmt, block)
    if work.active(value):
        if op in ("add", "sub"):
            contribution = bar if op == "add" else build.neg(bar)
        else:
            before = _before(work, stmt, base, key, block)
            assert factor is not None
            contribution = build.mul(bar, before)
            if op == "truediv":
                contribution = build.neg(
                    ast.BinOp(contribution, ast.Div(), ast.BinOp(factor, ast.Mult(), build.copied(factor)))
                )
        contribution = fit_place(work, stmt, block, base, key, value, contribution)
        share = work.bars.names.fresh("share")  # computed before the place changes: the value may lie there too
        out.append(build.assign(share, work.help("owned", contribution)))
    if factor is not None:
        aug = ast.Mult() if op == "mul" else ast.Div()
        out.append(build.augmented(bar, aug, factor))
    if work.active(value):
        add_whole(work, value, build.name(share), out, owned=True, full=True)


def _augmented_by_rule(
    work: Work, stmt: Stmt, block: Block, base: Var, value: Atom, bar: ast.expr, key: Atom | None, op: str, out: Code
) -> None:
    """The reverse of `place op= value` for any other operator, by its rule at what stood there before."""
    before = _before(work, stmt, base, key, block)
    operand = work.residuals.operand(value, stmt, block)
    fn = build.name(work.helper(op, getattr(operator, op)))
    mine, other = work.bars.names.fresh("place_ct"), work.bars.names.fresh("value_ct")
    targets = ast.Tuple([ast.Name(mine, ast.Store()), ast.Name(other, ast.Store())], ast.Store())
    pulled = build.call(build.name(work.helper("pull_operator", pull_operator)), [fn, before, operand, bar])
    out.append(ast.Assign([targets], pulled, lineno=0))
    place = bar if isinstance(bar, ast.Subscript) else build.subscript(bar, ast.Constant(...))
    out.append(build.assign_to(place, build.name(mine)))
    if work.active(value):
        add_whole(work, value, build.name(other), out, owned=False, full=True)


def _before(work: Work, stmt: Stmt, base: Var, key: Atom | None, block: Block) -> ast.expr:
    """What stood at the place before the statement, kept by a copy made just before it."""
    known = work.bars.names.fresh(f"{base.name}_before")
    place: ast.expr = build.name(base.name)
    if key is not None:
        forward = build.key_expr(key.value) if isinstance(key, Const) else build.name(key.name)
        place = build.subscript(place, forward)
    copied = work.help("kept", place)
    work.residuals.insert.before.setdefault(stmt, []).append(build.assign(known, copied))
    work.residuals.keep_in(block, known)
    return build.name(known)


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
        star = build.const(stmt.star)
        whole = work.help("from_unpacked", items, star, work.extent(stmt.value, stmt, block))
        bars.add(stmt.value.name, kind, whole, out, owned=True, full=True)
        return
    bars.add_parts(stmt.value.name, kind, tuple(parts), out)


def store(work: Work, stmt: core.Store, block: Block, out: Code) -> None:
    """The reverse of `base[key] = value`: the place's cotangent moves to the value."""
    bars = work.bars
    name = stmt.base.name
    if work.in_memory(stmt.base) and residues.concerns(work, stmt):
        inmemory.store(work, stmt, block, out)
        return
    if name not in bars.state or not (work.active(stmt.base) or work.active(stmt.value)):
        return  # what the name's cotangent belongs to is another value of the name, bound on another path
    kind = work.kind(stmt.base)
    version = work.facts.versions.read[stmt.base]
    shape = work.residuals.version(version, stmt, block, "shape", after=False) if kind.tag == "array" else None
    if kind.tag == "array" and kind.dtype is None and isinstance(stmt.value, Var) and work.active(stmt.value):
        check = work.help("require_inexact", build.name(name), build.name(stmt.value.name))
        work.residuals.insert.before.setdefault(stmt, []).append(ast.Expr(check))
    bars.buffer(name, kind, lambda: work.extent(stmt.base, stmt, block), shape, out)
    key = work.residuals.key(stmt.key, stmt, block)
    bar = build.name(bars.bar(name))
    place = build.subscript(bar, key)
    if kind.tag != "array":
        index = work.residuals.operand(stmt.key, stmt, block)
        moved = work.help("moved", bar, index)
        if work.active(stmt.value) and stmt.aug is None:
            add_whole(work, stmt.value, moved, out, owned=False, full=False)
        elif stmt.aug is not None:
            work.refuse(stmt, "an augmented assignment to an item of a list or dict", "store the plain expression")
        else:
            out.append(ast.Expr(moved))
        return
    if stmt.aug is not None:
        if is_gather(work.kind(stmt.key)):
            _augmented_gather(work, stmt, block, bar, out)
            return
        _augmented(work, stmt, block, stmt.base, stmt.value, place, stmt.key, stmt.aug.__name__, out)
        return
    if work.active(stmt.value):
        if is_gather(work.kind(stmt.key)):
            index = work.residuals.operand(stmt.key, stmt, block)
            moved = work.help("moved_last", bar, index)
        else:
            moved = work.help("moved", bar, work.residuals.operand(stmt.key, stmt, block))
        if _is_scalar_place(work, stmt):
            moved = place
        value = work.kind(stmt.value)
        if value.is_number and _is_scalar_place(work, stmt):
            contribution = moved
        else:
            contribution = fit_place(work, stmt, block, stmt.base, stmt.key, stmt.value, moved)
        add_whole(work, stmt.value, contribution, out, owned=not value.is_number, full=True)
        if not _is_scalar_place(work, stmt):
            return
    out.append(build.assign_to(place, build.const(0.0)))


def _augmented_gather(work: Work, stmt: core.Store, block: Block, bar: ast.expr, out: Code) -> None:
    """`base[positions] += value`: NumPy reads all places, adds, and writes; the last of a place named twice stays."""
    index = work.residuals.operand(stmt.key, stmt, block)
    moved = work.bars.names.fresh("moved")
    out.append(build.assign(moved, work.help("moved_last", bar, index)))
    out.append(ast.Expr(work.help("add_at", bar, index, build.name(moved))))
    if work.active(stmt.value):
        share: ast.expr = build.name(moved)
        share = build.neg(share) if stmt.aug.__name__ == "sub" else share
        fitted = work.help("fit", share, work.residuals.operand(stmt.value, stmt, block))
        add_whole(work, stmt.value, work.help("owned", fitted), out, owned=True, full=True)


def _is_scalar_place(work: Work, stmt: core.Store) -> bool:
    """Whether the key names one element, so that reading it gives a number and no view."""
    rank = work.kind(stmt.base).rank
    key = stmt.key
    if isinstance(key, Const):
        parts = key.value if isinstance(key.value, tuple) else (key.value,)
        return all(type(p) is int for p in parts) and len(parts) == rank
    kind = work.kind(key)
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return all(p.tag == "int" for p in parts) and len(parts) == rank


def append(work: Work, stmt: core.Append, block: Block, out: Code) -> None:
    """The reverse of `base.append(value)`: the last cotangent is the value's."""
    if work.in_memory(stmt.base) and residues.concerns(work, stmt):
        inmemory.append(work, stmt, block, out)
        return
    _append(work, stmt.base, stmt.value, out)


def _append(work: Work, base: Var, value: Atom, out: Code) -> None:
    bars = work.bars
    if base.name not in bars.state or not (work.active(base) or work.active(value)):
        return
    bars.whole(base.name, out)
    slot = bars.state[base.name]
    bar = bars.bar(base.name)
    if slot.owned:
        popped: ast.expr = build.call(build.attribute(build.name(bar), "pop"))
    else:  # it may be the zero of anything
        last = bars.names.fresh(f"{base.name}_last")
        pair = ast.Tuple([build.name(bar), build.name(last)], ast.Load())
        out.append(build.assign_to(pair, work.help("without_last", build.name(bar))))
        bars.state[base.name] = Slot(False, True)
        popped = build.name(last)
    if work.active(value):
        add_whole(work, value, popped, out, owned=False, full=False)
    elif slot.owned:
        out.append(ast.Expr(popped))


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
    """Whether a builtin is given what may be an iterator, so that its rules could not read the items again."""
    if callee.value not in (builtins.sum, builtins.max, builtins.min) or not callee.args:
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
BINDS: dict[str, Writer] = {
    "copy": _copy,
    "dict": _dict,
    "inplace": _inplace,
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
        _append(work, base, stmt.args[1], out)
        return
    bind(work, stmt, block, out)


def store_attribute(work: Work, stmt: core.StoreAttr, block: Block, out: Code) -> None:
    """The reverse of `base.name = value`."""
    if residues.concerns(work, stmt):
        inmemory.store_attribute(work, stmt, block, out)


WRITERS: dict[type, Callable[..., None]] = {
    Bind: method_statement,
    core.Unpack: unpack,
    core.Store: store,
    core.Append: append,
    core.StoreAttr: store_attribute,
    core.StoreOuter: inmemory.store_outer,
    core.DeletePlace: inmemory.delete_place,
}
