"""From a statement's cotangent to its operands': rules applied, broadcasting undone, items accumulated in place."""

from __future__ import annotations

import ast
import operator
from typing import Any

import numpy as np

from dualad import foreign, registry
from dualad.analysis import calls
from dualad.analysis.kinds import Kind
from dualad.analysis.results import result_kind
from dualad.analysis.versions import Block
from dualad.registry import Primitive
from dualad.reverse import build, einsums, quotients, residues, stated
from dualad.reverse.applied import Application
from dualad.reverse.bars import Code, Slot
from dualad.reverse.fitting import fitting, may_drop_imaginary
from dualad.reverse.inline import is_zero
from dualad.reverse.squares import is_square
from dualad.reverse.work import Work
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

OF_THE_FIRST = (np.full_like, np.insert)  # of whose results the first argument says the dtype


def add_whole(
    work: Work, atom: Atom, value: ast.expr, out: Code, *, owned: bool, full: bool, number: bool = False
) -> None:
    """Add to the cotangent of an operand."""
    assert isinstance(atom, Var)
    if work.in_memory(atom):
        residues.add_whole(work, atom, value, out)
        return
    work.bars.add(atom.name, work.kind(atom), value, out, owned=owned, full=full, number=number)


def add_item(work: Work, stmt: Bind, block: Block, base: Atom, key: Atom, ct: ast.expr, slot: Slot, out: Code) -> None:
    """The reverse of reading an item: its cotangent is added in place into the buffer of the whole."""
    assert isinstance(base, Var)
    bars, name, kind = work.bars, base.name, work.kind(base)
    back = without_new_axes(key, kind)
    if back is not None:
        if not (slot.full or slot.number):
            ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
        number = slot.number and not slot.full
        value = ct if number or not back else build.subscript(ct, build.key_expr(back))
        add_whole(work, base, value, out, owned=slot.owned, full=not number, number=number)
        return
    version = work.facts.versions.read[base]
    shape = work.residuals.version(version, stmt, block, "shape", after=False) if kind.tag == "array" else None
    bars.buffer(name, kind, lambda: work.extent(base, stmt, block), shape, out)
    bar = build.name(bars.bar(name))
    of_numbers = kind.tag == "list" and all(item.is_number for item in kind.items) and work.kind(key).tag == "int"
    if of_numbers or (kind.tag == "array" and not _may_gather(work, key)):
        place = build.subscript(bar, work.residuals.key(key, stmt, block))
        negative, positive = build.sign_of(ct)
        out.append(build.augmented(place, ast.Sub() if negative else ast.Add(), positive))
        return
    index = work.residuals.operand(key, stmt, block)
    if not slot.full and kind.tag != "array":
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    adding = "add_at" if kind.tag == "array" else "add_attribute" if kind.tag == "fields" else "add_slot"
    if bars.state[name].deep and work.kind(key).tag == "int":
        adding = "add_row"
    out.append(ast.Expr(work.help(adding, bar, index, ct)))


def without_new_axes(key: Atom, kind: Kind) -> tuple[Any, ...] | None:
    """Where a literal key only puts in new axes: the key that takes them out again (empty: there are none)."""
    if kind.tag != "array" or not isinstance(key, Const):
        return None
    parts = key.value if isinstance(key.value, tuple) else (key.value,)
    if any(p is not None and p != slice(None) for p in parts) or sum(p is not None for p in parts) > len(kind.dims):
        return None
    return tuple(0 if p is None else p for p in parts) if None in parts else ()


def fit_place(work: Work, stmt: Stmt, block: Block, base: Var, key: Atom | None, value: Atom, ct: ast.expr) -> ast.expr:
    """The cotangent of a place, with the shape of the value that was stored there or joined with what was there."""
    place, kind = work.kind(base), work.kind(value)
    if key is not None:
        primitive = registry.lookup(operator.getitem)
        assert primitive is not None
        place = result_kind(primitive, [place, work.kind(key)], {"key": (key, work.kind(key))})
    known = place.tag == "array" and not may_drop_imaginary(kind, place, [])
    fit = fitting(kind, place) if known else None
    if fit == "same":
        return ct
    if fit is not None and kind.is_number:
        negative, positive = build.sign_of(ct)
        found = build.call(build.attribute(positive if negative else ct, "sum"))
        return build.neg(found) if negative else found
    if known and kind.tag == "array":
        return work.help("fit_shape", ct, work.residuals.operand(value, stmt, block, "shape"))
    known = kind.is_number or kind.tag == "array"
    return work.help("fit" if known else "fit_stored", ct, work.residuals.operand(value, stmt, block))


def _may_gather(work: Work, key: Atom) -> bool:
    """Whether a key may name a place twice (an array of positions)."""
    if isinstance(key, Const):
        parts = key.value if isinstance(key.value, tuple) else (key.value,)
        return any(isinstance(p, list | np.ndarray) for p in parts)
    kind = work.kind(key)
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return not all(
        p.tag in ("int", "slice", "none")
        or (p.tag == "npscalar" and p.dtype is not None and p.dtype.kind in "iu")
        or (p.tag == "array" and p.dtype is not None and p.dtype.kind == "b")
        for p in parts
    )


def reverse_primitive(
    work: Work,
    stmt: Bind,
    block: Block,
    primitive: Primitive,
    args: list[Atom],
    kwargs: list[tuple[str | None, Atom]],
    ct: ast.expr,
    slot: Slot,
    out: Code,
) -> bool:
    """The reverse of a call of a primitive by its rules; False when its arguments are not known one by one."""
    if primitive.form == "constant":
        return True
    if primitive.form == "defined":
        return False
    if primitive.form == "refused":
        work.refuse(stmt, f"{primitive.name}, which has no derivative rule", primitive.why)
        return True
    callee = calls.Callee(args, kwargs, primitive=primitive, value=primitive.fn)
    named = calls.bind_arguments(callee, stmt.stars)
    if named is None:
        return False
    if any(foreign.is_dropped(primitive.fn, work.kind(a).dtype) for a in named.values() if isinstance(a, Var)):
        work.refuse(stmt, f"{primitive.name}, which {foreign.DROPS_IMAGINARY}", foreign.USE_REAL)
        return True
    if primitive.fn is np.concatenate and _joined(work, stmt, block, named, ct, slot, out):
        return True
    if primitive.fn is np.einsum and (parts := einsums.parted(work, stmt, block, named, ct, slot)):
        for operand, value in parts:
            add_whole(work, operand, value, out, owned=True, full=True)
        return True
    names = list(primitive.signature.parameters) if primitive.signature else []
    packed: list[Any] = [v for v in named.values() if not isinstance(v, Var | Const)]
    if any(_holds_active(work, value) for value in packed):
        return False
    for i, (name, rule) in enumerate(zip(names, _rules(primitive, names))):
        if rule is None and _may_be_discrete(work, named.get(name)):
            if not (work.facts.integers and foreign.takes_fractions(primitive.fn, i)):
                return False  # what it is shows when it runs
    square = is_square(work, primitive, named.values())
    applied = Application(work, stmt, block, primitive, named, build.mul(ct, build.const(2.0)) if square else ct, slot)
    quotient = quotients.shared(applied, out)
    for divided, value, owned, full, number in quotient:
        add_whole(work, divided, value, out, owned=owned, full=full, number=number)
    if not quotient:
        _contribute(applied, names, square, out)
    return True


def _contribute(applied: Application, names: list[str], square: bool, out: Code) -> None:
    """Add what each active argument contributes; of a `square` both factors' contributions are one."""
    work, stmt, block, primitive, named = applied.work, applied.stmt, applied.block, applied.primitive, applied.named
    order = sorted(enumerate(names), key=lambda pair: getattr(named.get(pair[1]), "name", "") == stmt.target)
    for position, name in order:
        atom = named.get(name)
        if not isinstance(atom, Var | Const):
            continue
        if not work.active(atom):
            continue
        rule = primitive.rules[position] if position < len(primitive.rules) else None
        if rule is None:
            work.refuse(
                stmt,
                f"{primitive.name} has no derivative in its argument `{name}`",
                primitive.why or "keep that argument constant",
            )
            continue
        if is_zero(rule) or (primitive.constant_if_real and not work.kind(atom).maybe_complex):
            continue
        value, owned, full = applied.contribution(position, name, atom, rule)
        if _may_round(work, stmt, primitive, named, work.kind(atom)):
            dtype = work.residuals.target(stmt, stmt.target, block, "dtype")
            value = work.help("unless_rounded", value, dtype, work.residuals.operand(atom, stmt, block))
        elif primitive.checked and not work.target_kind(stmt, stmt.target).inexact:
            result = work.residuals.target(stmt, stmt.target, block)
            found = [value, result, work.residuals.operand(atom, stmt, block)]
            if primitive.form == "elementwise":
                value = work.help("by_element", *found, build.const(stated.rule_name(primitive, position)))
            else:
                value = work.help("unless_whole", *found)
        if not build.is_number(value, 0):
            add_whole(work, atom, value, out, owned=owned, full=full, number=applied.gives_number)
        if square:
            break


def _may_round(work: Work, stmt: Bind, primitive: Primitive, named: dict[str, Atom], operand: Kind) -> bool:
    """Whether a call may make integers of an operand, which is taken for active all the same: no dtype is known."""
    given = named.get("dtype")
    if primitive.fn not in OF_THE_FIRST and (given is None or (isinstance(given, Const) and given.value is None)):
        return False
    return not operand.exact and not work.target_kind(stmt, stmt.target).inexact


def _joined(work: Work, stmt: Bind, block: Block, named: dict[str, Atom], ct: ast.expr, slot: Slot, out: Code) -> bool:
    """The reverse of joining vectors that a tuple made for it holds: each gets its slice."""
    (whole,) = named.values() if len(named) == 1 else (None,)
    if not isinstance(whole, Var) or whole.name in work.bars.state or work.in_memory(whole):
        return False
    if work.target_kind(stmt, stmt.target).maybe_complex:
        return False
    made = work.facts.versions.read[whole].stmt
    known = isinstance(made, Bind) and made.op == "tuple" and not made.stars and made in block
    if not known or any(work.kind(a).tag != "array" or len(work.kind(a).dims) != 1 for a in made.args):  # type: ignore[union-attr]
        return False
    assert isinstance(made, Bind)
    if not slot.full:
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    parts: list[ast.expr | None] = []
    start: ast.expr | None = None
    for i, atom in enumerate(made.args):
        stop = None
        if i < len(made.args) - 1:
            length = build.subscript(work.residuals.operand(atom, made, block, "shape"), build.const(0))
            stop = length if start is None else ast.BinOp(build.copied(start), ast.Add(), length)
        part = work.bars.names.fresh("part")
        if work.active(atom):
            out.append(build.assign(part, build.subscript(ct, ast.Slice(start, stop))))
        parts.append(build.name(part) if work.active(atom) else None)
        start = stop
    work.bars.add_parts(whole.name, work.kind(whole), tuple(parts), out)
    return True


def _rules(primitive: Primitive, names: list[str]) -> list[Any]:
    """The rule for each parameter."""
    return [*primitive.rules, *[None] * (len(names) - len(primitive.rules))]


def _may_be_discrete(work: Work, atom: Any) -> bool:
    """Whether an operand is taken for active because it is not known to be an axis, a mask or a mode.

    What is given to a function that is known only as it runs is all taken for active, axes among it.
    """
    if not (isinstance(atom, Var) and work.active(atom)):
        return False
    kind = work.kind(atom)
    return kind.tag in ("any", "scalar") or (kind.tag in ("tuple", "list", "dict") and _holds_discrete(kind))


def _holds_discrete(kind: Kind) -> bool:
    """Whether no number that has a derivative is known to be in a container."""
    return all(
        item.tag in ("any", "scalar") or item.inactive or (bool(item.items) and _holds_discrete(item))
        for item in kind.items
    )


def _holds_active(work: Work, value: Any) -> bool:
    """Whether something that was bound to `*args` or `**kwargs` is active."""
    items = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else ()
    return any(work.active(a) for a in items)
