"""The reverse of stores: into places and attributes, augmented ones, and by `append`."""

from __future__ import annotations

import ast
import operator

from dualad.analysis.kinds import holds_reals
from dualad.analysis.versions import Block
from dualad.reverse import build, inmemory, residues
from dualad.reverse.bars import Code, Slot
from dualad.reverse.contributions import add_whole, fit_place, reverse_primitive
from dualad.reverse.sites import pull_operator
from dualad.reverse.stores import is_gather
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var


def is_inplace_store(work: Work, stmt: Bind) -> bool:
    """Whether an augmented assignment stores into an array: what is a number before is an array of its own after."""
    return work.target_kind(stmt, stmt.target).tag == "array" and not work.kind(stmt.args[0]).is_number


def inplace(work: Work, stmt: Bind, block: Block, ct: ast.expr, slot: Slot, out: Code) -> None:
    """An augmented assignment to something that is rebound: the plain operation."""
    primitive = work.facts.kinds.plain(stmt)
    if primitive is None:
        work.refuse(stmt, f"`{stmt.fn.__name__}` of active values", "write it as a plain assignment")
        return
    reverse_primitive(work, stmt, block, primitive, list(stmt.args), [], ct, slot, out)


def inplace_store(work: Work, stmt: Bind, block: Block, out: Code) -> None:
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
    version = work.facts.versions.defined[stmt, name]  # the name may be bound to another array later
    bars.buffer(name, kind, lambda: work.residuals.reference(version), None, out)
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
    if kind.tag == "list" and _is_of_numbers(work, stmt):
        _store_number(work, stmt, block, place, out)
        return
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
        value = work.kind(stmt.value)
        # One element is read and then cleared, unless what it was stored from lies there as well.
        element = _is_scalar_place(work, stmt) and not _lies_together(work, stmt)
        if element:
            moved = place
        if value.is_number and element:
            contribution = moved
        else:
            contribution = fit_place(work, stmt, block, stmt.base, stmt.key, stmt.value, moved)
        add_whole(work, stmt.value, contribution, out, owned=not value.is_number, full=True)
        if not element:
            return
    out.append(build.assign_to(place, build.const(0.0)))


def _is_of_numbers(work: Work, stmt: core.Store) -> bool:
    """Whether it stores a number into a list of numbers."""
    items = work.kind(stmt.base).items
    numbers = all([k.is_number for k in items]) and work.kind(stmt.value).is_number
    return numbers and work.kind(stmt.key).tag == "int"


def _store_number(work: Work, stmt: core.Store, block: Block, place: ast.expr, out: Code) -> None:
    """The reverse of a store of one number into a list of numbers."""
    if stmt.aug is not None:
        _augmented(work, stmt, block, stmt.base, stmt.value, place, stmt.key, stmt.aug.__name__, out)
        return
    if work.active(stmt.value):
        moved = place
        if not holds_reals(work.kind(stmt.base)):
            moved = fit_place(work, stmt, block, stmt.base, stmt.key, stmt.value, place)
        add_whole(work, stmt.value, moved, out, owned=False, full=True)
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


def _lies_together(work: Work, stmt: core.Store) -> bool:
    """Whether an array is stored into itself: one without axes, `o[()] = o`."""
    if not isinstance(stmt.value, Var) or work.kind(stmt.value).is_number:
        return False
    memory = work.facts.memory
    return memory.find(stmt.value.name) == memory.find(stmt.base.name)


def append(work: Work, stmt: core.Append, block: Block, out: Code) -> None:
    """The reverse of `base.append(value)`: the last cotangent is the value's."""
    if work.in_memory(stmt.base) and residues.concerns(work, stmt):
        inmemory.append(work, stmt, block, out)
        return
    append_value(work, stmt.base, stmt.value, out)


def append_value(work: Work, base: Var, value: Atom, out: Code) -> None:
    """The reverse of appending: the last of the list's cotangents goes to the value."""
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


def store_attribute(work: Work, stmt: core.StoreAttr, block: Block, out: Code) -> None:
    """The reverse of `base.name = value`."""
    if residues.concerns(work, stmt):
        inmemory.store_attribute(work, stmt, block, out)
