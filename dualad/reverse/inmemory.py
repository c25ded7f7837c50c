"""The reverse of statements whose operands or targets live in shadow memory.

Where kinds say that all of it are arrays and numbers, the code is written out; anything else becomes an `Operation`,
which looks at its operands when it runs.
"""

from __future__ import annotations

import ast
import operator

import gast

from dualad.analysis import calls
from dualad.analysis.calls import outs
from dualad.analysis.versions import Block
from dualad.reverse import build, lists_of_numbers
from dualad.reverse.bars import Code
from dualad.reverse.loops import is_iteration, is_only_iterated
from dualad.reverse.residues import (
    add_by_value,
    add_residue,
    add_whole,
    changing,
    concerns,
    is_array,
    is_basic,
    is_simple,
    memory_call,
    popped_item,
    slot_of,
)
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

SELECTIONS = (operator.getitem,)


WRITTEN_OUT = ("iadd", "isub", "imul", "itruediv")


def bind(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """The reverse of a binding that concerns memory; False where it is written as any other."""
    inside = work.target_in_memory(stmt, stmt.target)
    if is_iteration(work, stmt) and (inside or stmt.target not in work.bars.state) and is_only_iterated(work, stmt):
        work.bars.state.pop(stmt.target, None)
        return True
    match stmt.op:
        case "function":
            _defaults(work, stmt, out)
            return True
        case "set" if any(work.active(a) and (work.kind(a).is_number or is_array(work, a)) for a in stmt.args):
            work.refuse(stmt, "a set of active numbers", "keep them in a list")
            return True
        case "slice" if stmt.target in work.bars.state and work.target_active(stmt, stmt.target):
            return False
        case "import" | "format" | "slice":
            work.bars.state.pop(stmt.target, None)
            return True
        case "caught":
            _caught(work, stmt, out)
            return True
        case "cell" | "global":
            _cell(work, stmt, out)
            return True
        case "copy":
            _copy(work, stmt, out)
            return True
        case "tuple" | "list" | "dict" if not stmt.stars:
            _display(work, stmt, block, out)
            return True
        case "inplace":
            real = work.kind(stmt.args[0]).dtype is not None and work.kind(stmt.args[0]).dtype.kind != "c"
            written_out = real and stmt.fn.__name__ in WRITTEN_OUT
            if is_array(work, stmt.args[0]) and written_out and is_simple(work, stmt.args[1]):
                return False
        case "prim" | "call" | "method" | "attr":
            if _written_out(work, stmt, block, out):
                return True
            if _by_rule(work, stmt):
                return False
    operation(work, stmt, block, out)
    return True


def _iterates_view(work: Work, stmt: Bind) -> bool:
    """Whether it is `iter` of the keys, values or items of a dict, which are taken all at once here."""
    callee = work.facts.kinds.callee.get(stmt)
    given = stmt.args[0] if stmt.op == "call" and callee is not None and callee.value is iter and stmt.args else None
    made = work.facts.versions.read[given].stmt if isinstance(given, Var) else None
    return isinstance(made, Bind) and made.op == "method" and is_iteration(work, made)


def _by_rule(work: Work, stmt: Bind) -> bool:
    """Whether it is a primitive whose result is new, of operands whose kinds are known."""
    callee = work.facts.kinds.callee[stmt]
    primitive = callee.primitive
    if primitive is None or stmt.stars or any(name is None for name, _ in stmt.kwargs) or primitive.writes:
        return False
    if outs(callee):
        return False
    if not calls.gives_new(callee, stmt.stars) or primitive.fn in SELECTIONS or primitive.sequences:
        return False
    target = work.target_kind(stmt, stmt.target)
    if work.target_in_memory(stmt, stmt.target) and target.tag != "array":
        return False
    if not all(is_simple(work, a) for a in core.operands(stmt) if not isinstance(a, Const)):
        return False
    return calls.bind_arguments(callee, stmt.stars) is not None


def _written_out(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """An item of an array, or `append` of what is known to be a list."""
    if stmt.op == "method" and stmt.fn == "append" and work.kind(stmt.args[0]).tag == "list":
        return _appended(work, stmt, block, out)
    if stmt.op != "prim" or stmt.fn is not operator.getitem:
        return False
    if lists_of_numbers.read(work, stmt, block, out):
        return True
    base, key = stmt.args
    if not work.in_memory(base) or not is_array(work, base) or not isinstance(base, Var):
        return False
    bars = work.bars
    target = work.target_kind(stmt, stmt.target)
    if target.is_number and not work.target_in_memory(stmt, stmt.target):
        if stmt.target in bars.state:
            bars.state.pop(stmt.target)
            index = work.residuals.operand(key, stmt, block)
            bar = build.name(bars.bar(stmt.target))
            out.append(ast.Expr(changing(work, "add_items", work.object(base), index, bar)))
        return True
    if target.tag == "array" and is_basic(work, key):
        bars.state.pop(stmt.target, None)  # a view: its cotangent is a view of the base's
        return True
    return False


def _appended(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """The item's slot has what the value gets; no other item moves."""
    if len(stmt.args) != 2 or stmt.stars or stmt.kwargs:
        return False
    work.bars.state.pop(stmt.target, None)
    work.appended.add(stmt)
    value = stmt.args[1]
    _pulled(work, stmt, block, stmt.target, [value] if work.active(value) else [], build.const(0.0), out)
    return True


def _cell(work: Work, stmt: Bind, out: Code) -> None:
    """A captured variable read: what it held has its cotangent in the cell's slot, an array in its storage."""
    slot = work.bars.state.pop(stmt.target, None)
    if slot is None or not work.target_active(stmt, stmt.target):
        return
    bar = build.name(work.bars.bar(stmt.target))
    out.append(memory_call(work, "add_item", *slot_of(work, stmt.fn, stmt.op), bar))


def _caught(work: Work, stmt: Bind, out: Code) -> None:
    """An exception that is handled: the cotangents of what it holds are for who made it."""
    if not work.target_active(stmt, stmt.target):
        work.bars.state.pop(stmt.target, None)
        return
    residue: ast.expr = build.const(0.0)
    if stmt.target in work.bars.state:
        work.bars.whole(stmt.target, out)
        del work.bars.state[stmt.target]
        residue = build.name(work.bars.bar(stmt.target))
    caught = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
    out.append(ast.Expr(changing(work, "carried", caught, residue)))


def _defaults(work: Work, stmt: Bind, out: Code) -> None:
    """A function made inside: what calls added to the cotangents of its default values."""
    if stmt.target in work.bars.state:
        work.bars.whole(stmt.target, out)
        made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
        out.append(ast.Expr(changing(work, "spill", made, build.name(work.bars.bar(stmt.target)))))
        del work.bars.state[stmt.target]
    spec = stmt.fn.args
    positional = [*spec.posonlyargs, *spec.args]
    pairs = list(zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True))
    pairs += [(a, d) for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None]
    by_name = {a.name: a for a in stmt.args if isinstance(a, Var) and work.active(a)}
    for parameter, default in pairs:
        atom = by_name.get(default.id) if isinstance(default, gast.Name) else None
        if atom is not None:
            made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
            add_by_value(work, atom, changing(work, "pop_default", made, build.const(parameter.id)), out)


def _copy(work: Work, stmt: Bind, out: Code) -> None:
    """Another name of the same object: only its residue moves."""
    bars, atom = work.bars, stmt.args[0]
    if stmt.target not in bars.state:
        return
    bars.whole(stmt.target, out)
    slot = bars.state.pop(stmt.target)
    if work.active(atom) and isinstance(atom, Var):
        add_residue(work, atom, build.name(bars.bar(stmt.target)), out, slot.full)


def _display(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """A tuple's residue has those of its items; a list and a dict have them in slots."""
    bars = work.bars
    pairs: list[tuple[ast.expr, Atom]]
    if stmt.op == "dict":
        keys = [work.residuals.operand(k, stmt, block) for k in stmt.args[::2]]
        made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
        for key, atom in zip(keys, stmt.args[::2], strict=True):
            if work.may_be_active_key(atom):
                out.append(ast.Expr(changing(work, "require_constant_key", made, key)))
        pairs = list(zip(keys, stmt.args[1::2], strict=True))
    else:
        pairs = [(build.const(i), a) for i, a in enumerate(stmt.args)]
    pairs = [(key, a) for key, a in pairs if work.active(a) and not (work.in_memory(a) and is_array(work, a))]
    if not pairs:
        bars.state.pop(stmt.target, None)
        return
    if stmt.op == "tuple":
        if stmt.target not in bars.state:
            return
        bars.whole(stmt.target, out)
        del bars.state[stmt.target]
        ct = bars.names.fresh(f"{stmt.target}_ct")
        out.append(build.assign(ct, build.name(bars.bar(stmt.target))))
        for key, atom in pairs:
            add_by_value(work, atom, work.help("item", build.name(ct), key), out)
        return
    bars.state.pop(stmt.target, None)
    made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
    if stmt.op == "dict":
        pairs = pairs[::-1]  # of a key that stands twice the last item stays: it is the first to take the slot
    for key, atom in pairs:
        add_by_value(work, atom, popped_item(work, made, key), out)


def operation(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """A binding that gives a pullback in the forward sweep, which works on memory."""
    bars = work.bars
    operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
    active = [i for i, a in enumerate(operands) if work.active(a)]
    ct: ast.expr = build.const(0.0)
    if stmt.target in bars.state:
        bars.whole(stmt.target, out)
        slot = bars.state.pop(stmt.target)
        ct = build.name(bars.bar(stmt.target))
        inside = work.target_in_memory(stmt, stmt.target)
        if not slot.full and not inside and not work.target_kind(stmt, stmt.target).is_number:
            ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
        if stmt.op == "inplace" and not inside and not work.target_kind(stmt, stmt.target).is_number:
            after = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
            ct = changing(work, "deposit", work.help("noted", after), ct)  # which is where its pullback looks for it
    given = operands if stmt.op == "inplace" else [operands[i] for i in active]
    _pulled(work, stmt, block, stmt.target, given, ct, out)


def _pulled(work: Work, stmt: Stmt, block: Block, hint: str, operands: list[Atom], ct: ast.expr, out: Code) -> None:
    """Call the pullback of a statement and add the residues of its operands."""
    pull = work.bars.names.fresh(f"{hint}_pull" if hint and hint not in work.facts.function.temps else "pull")
    work.pulls[stmt] = pull  # type: ignore[index]
    work.operations.add(stmt)
    work.residuals.keep_in(block, pull)
    call = build.impure(build.name(pull), [ct, build.name(work.memory())])
    wanted = [a for a in operands if isinstance(a, Var) and work.active(a)]
    wanted = [a for a in wanted if not (work.in_memory(a) and is_array(work, a))]
    if not wanted:
        out.append(ast.Expr(call))
        return
    parts = [work.bars.names.fresh("ct") for _ in operands]
    target = ast.Tuple([ast.Name(p, ast.Store()) for p in parts], ast.Store())
    out.append(ast.Assign([target], call, lineno=0))
    for part, atom in zip(parts, operands, strict=True):
        if atom in wanted:
            value: ast.expr = build.name(part)
            if not isinstance(stmt, Bind) or stmt.op == "inplace":
                value = _by_value(work, atom, value)
            add_by_value(work, atom, value, out)


def _by_value(work: Work, atom: Atom, residue: ast.expr) -> ast.expr:
    """The whole cotangent of an operand that does not live in memory, of which a pullback has put a part there."""
    if work.in_memory(atom) or work.kind(atom).is_number:
        return residue
    return changing(work, "final", work.object(atom), residue)


def store(work: Work, stmt: core.Store, block: Block, out: Code) -> None:
    """The reverse of a store into what lives in memory."""
    if lists_of_numbers.store(work, stmt, block, out):
        return
    base, value = stmt.base, stmt.value
    simple = is_array(work, base) and is_simple(work, value) and stmt.aug is None and not _may_truncate(work, base)
    if is_array(work, value) and work.in_memory(value) and not is_basic(work, stmt.key):
        simple = False  # a mask and values from the same array are refused as it runs
    if not simple:
        _pulled(work, stmt, block, "", [value] if work.active(value) else [], build.const(0.0), out)
        return
    key = work.residuals.operand(stmt.key, stmt, block)
    moved = changing(work, "move", work.object(base), key)
    if not work.active(value):
        out.append(ast.Expr(moved))
        return
    assert isinstance(value, Var)
    share = work.bars.names.fresh("share")
    out.append(build.assign(share, work.help("fit", moved, work.object(value))))
    if work.in_memory(value):
        add_whole(work, value, build.name(share), out)
    else:
        work.bars.add(value.name, work.kind(value), build.name(share), out, owned=False, full=True)


def _may_truncate(work: Work, base: Var) -> bool:
    kind = work.kind(base)
    return kind.dtype is None or kind.dtype.kind in "biu"


def store_attribute(work: Work, stmt: core.StoreAttr, block: Block, out: Code) -> None:
    """The reverse of an attribute store: the slot's cotangent moves to the value."""
    _pulled(work, stmt, block, "", [stmt.value] if work.active(stmt.value) else [], build.const(0.0), out)


def delete_place(work: Work, stmt: core.DeletePlace, block: Block, out: Code) -> None:
    """The reverse of the deletion of an item or attribute."""
    if concerns(work, stmt):
        _pulled(work, stmt, block, "", [], build.const(0.0), out)


def append(work: Work, stmt: core.Append, block: Block, out: Code) -> None:
    """The reverse of an append by a comprehension."""
    _pulled(work, stmt, block, "", [stmt.value] if work.active(stmt.value) else [], build.const(0.0), out)


def unpack(work: Work, stmt: core.Unpack, block: Block, out: Code) -> None:
    """The reverse of an unpacking: residues of the targets go to their places."""
    bars = work.bars
    parts: list[ast.expr] = [build.const(0.0)] * len(stmt.targets)
    for i, name in reversed(list(enumerate(stmt.targets))):
        if name not in bars.state or not work.target_active(stmt, name):
            bars.state.pop(name, None)
            continue
        bars.whole(name, out)
        del bars.state[name]
        part = bars.names.fresh(f"{name}_ct")
        out.append(build.assign(part, build.name(bars.bar(name))))
        parts[i] = build.name(part)
    operands: list[Atom] = [stmt.value] if work.active(stmt.value) else []
    # A generator does more for its items, and so does an object that gives some in a way of its own.
    taken = operands and work.kind(stmt.value).tag in ("any", "iter", "own", "fields")
    if stmt.star is None and not taken and all(build.is_number(p, 0.0) for p in parts):
        return
    _pulled(work, stmt, block, "", operands, ast.List(parts, ast.Load()), out)


def store_outer(work: Work, stmt: core.StoreOuter, block: Block, out: Code) -> None:
    """The reverse of an assignment to a variable that functions share: its slot's cotangent moves to the value."""
    if not concerns(work, stmt):
        return
    scope = work.facts.function.outer[stmt.name]
    popped = popped_item(work, *slot_of(work, stmt.name, scope))
    if work.active(stmt.value) and not (work.in_memory(stmt.value) and is_array(work, stmt.value)):
        add_by_value(work, stmt.value, popped, out)
    else:
        out.append(ast.Expr(popped))
