"""The reverse of statements whose operands or targets live in shadow memory.

Where kinds say that all of it are arrays and numbers, the code is written out; anything else becomes an `Operation`,
which looks at its operands when it runs.
"""

from __future__ import annotations

import ast
import builtins
import operator

import gast

from dualad.analysis import calls
from dualad.analysis.kinds import Kind
from dualad.analysis.memory import OUTSIDE
from dualad.analysis.versions import Block
from dualad.reverse import build
from dualad.reverse.bars import Code, Slot
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

SELECTIONS = (operator.getitem,)
WRITTEN_OUT = ("iadd", "isub", "imul", "itruediv")


def concerns(work: Work, stmt: Stmt) -> bool:
    """Whether a statement reads, binds or changes active shadow memory."""
    if any(work.active(a) and work.in_memory(a) for a in core.operands(stmt)):
        return True
    if any(work.target_in_memory(stmt, n) and work.target_active(stmt, n) for n in core.targets(stmt)):
        return True
    if isinstance(stmt, core.StoreOuter):
        return _outer_place(work, stmt.name) in work.facts.activity.varied_classes
    if isinstance(stmt, Bind) and stmt.op in ("cell", "global"):
        return work.target_active(stmt, stmt.target)
    return isinstance(stmt, Bind) and stmt in work.facts.shared_calls


def changing(work: Work, fn: str, *args: ast.expr) -> ast.expr:
    """A call of a helper that changes memory."""
    return build.impure(build.name(work.helper(fn)), [build.name(work.memory()), *args])


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
    if not _is_array(work, result):  # its items as they are now: whoever gets it may change it before the pullback
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
    for name in dict.fromkeys(core.targets(stmt)):
        if name in work.facts.captured and work.target_active(stmt, name):
            taken_from_cell(work, name, work.target_kind(stmt, name), out)


def taken_from_cell(work: Work, name: str, kind: Kind, out: Code) -> None:
    """Move what lies in the cell of a variable to its cotangent (an array's lies in its storage)."""
    if kind.tag == "array":
        return
    taken = changing(work, "take_cell", build.name(work.cell(name)))
    work.bars.add(name, kind, taken, out, owned=False, full=True)


def residues_of(work: Work, loop: core.For) -> set[str]:
    """The names whose residues the items of a loop may add to."""
    found: set[str] = set()
    pending: list[Atom] = [loop.iter]
    while pending:
        atom = pending.pop()
        if not isinstance(atom, Var) or not work.active(atom):
            continue
        version = work.facts.versions.read[atom]
        if isinstance(version.stmt, Bind) and version.origin == "definition" and is_iteration(work, version.stmt):
            pending += version.stmt.args
        elif not only_arrays(work, atom.name):
            found.add(atom.name)
    return found


# Bindings


def bind(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """The reverse of a binding that concerns memory; False where it is written as any other."""
    inside = work.target_in_memory(stmt, stmt.target)
    kept = inside and stmt.target not in work.facts.function.temps
    if is_iteration(work, stmt) and kept and (stmt.op == "method" or not _is_only_iterated(work, stmt)):
        what = "an iterator over what the function changes, kept under a name"
        work.refuse(stmt, what, "loop over it at once, or make it a list first")
        return True
    if is_iteration(work, stmt) and (inside or stmt.target not in work.bars.state) and _is_only_iterated(work, stmt):
        work.bars.state.pop(stmt.target, None)
        return True
    match stmt.op:
        case "function":
            _defaults(work, stmt, out)
            return True
        case "set" if work.target_active(stmt, stmt.target):
            work.refuse(stmt, "a set of active values", "keep them in a list")
            return True
        case "import" | "format" | "slice" | "set":
            work.bars.state.pop(stmt.target, None)
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
            if _is_array(work, stmt.args[0]) and stmt.fn.__name__ in WRITTEN_OUT and _is_simple(work, stmt.args[1]):
                return False
        case "prim" | "call" | "method" | "attr":
            if _written_out(work, stmt, block, out):
                return True
            if _by_rule(work, stmt):
                return False
    operation(work, stmt, block, out)
    return True


def _is_array(work: Work, atom: Atom) -> bool:
    return work.kind(atom).tag == "array"


def _is_simple(work: Work, atom: Atom) -> bool:
    """Whether it is known whether the atom's cotangent lives in memory: a number's does not, an array's does."""
    kind = work.kind(atom)
    return kind.is_number or kind.tag == "array" or not work.active(atom)


def _cell(work: Work, stmt: Bind, out: Code) -> None:
    """A captured variable read: what it held has its cotangent in the cell's slot, an array in its storage."""
    slot = work.bars.state.pop(stmt.target, None)
    if slot is None or not work.target_active(stmt, stmt.target):
        return
    bar = build.name(work.bars.bar(stmt.target))
    out.append(_method(work, "add_item", *_slot_of(work, stmt.fn, stmt.op), bar))


def _outer_place(work: Work, name: str) -> str:
    own = work.facts.function.outer.get(name) == "own"
    return work.facts.memory.find(name if own else OUTSIDE)


def _slot_of(work: Work, name: str, scope: str) -> tuple[ast.expr, ast.expr]:
    """The container and the key of the slot that has the cotangent of a shared variable."""
    if scope == "global":
        return build.name(work.helper("module_globals", work.facts.function.source.globals)), build.const(name)
    own = work.facts.function.outer.get(name) == "own"
    return build.name(work.cell(name) if own else work.outer_cell(name)), build.const("cell_contents")


def store_outer(work: Work, stmt: core.StoreOuter, block: Block, out: Code) -> None:
    """The reverse of an assignment to a variable that functions share: its slot's cotangent moves to the value."""
    if not concerns(work, stmt):
        return
    scope = work.facts.function.outer[stmt.name]
    popped = _popped(work, *_slot_of(work, stmt.name, scope))
    if work.active(stmt.value) and not (work.in_memory(stmt.value) and _is_array(work, stmt.value)):
        _add_by_value(work, stmt.value, popped, out)
    else:
        out.append(ast.Expr(popped))


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
        if isinstance(default, gast.Name):
            atom = by_name.get(default.id)
            if atom is not None:
                made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
                _add_by_value(work, atom, changing(work, "pop_default", made, build.const(parameter.id)), out)
        elif any(isinstance(n, gast.Name) and n.id in by_name for n in gast.walk(default)):
            what = f"the default value of `{parameter.id}`, computed from active values"
            work.refuse(stmt, what, "give it a name first")


def _method(work: Work, name: str, *args: ast.expr) -> ast.stmt:
    return ast.Expr(build.impure(build.attribute(build.name(work.memory()), name), args))


def _copy(work: Work, stmt: Bind, out: Code) -> None:
    """Another name of the same object: only its residue moves."""
    bars, atom = work.bars, stmt.args[0]
    if stmt.target not in bars.state:
        return
    bars.whole(stmt.target, out)
    slot = bars.state.pop(stmt.target)
    if work.active(atom) and isinstance(atom, Var):
        add_residue(work, atom, build.name(bars.bar(stmt.target)), out, slot.full)


def add_residue(work: Work, atom: Var, value: ast.expr, out: Code, full: bool = True) -> None:
    """Add a residue to that of an operand."""
    kind = work.kind(atom)
    if work.in_memory(atom) and kind.tag == "array":
        return
    work.bars.add(atom.name, kind, value, out, owned=False, full=full or work.in_memory(atom))


def _display(work: Work, stmt: Bind, block: Block, out: Code) -> None:
    """A tuple's residue has those of its items; a list and a dict have them in slots."""
    bars = work.bars
    pairs: list[tuple[ast.expr, Atom]]
    if stmt.op == "dict":
        keys = [work.residuals.operand(k, stmt, block) for k in stmt.args[::2]]
        pairs = list(zip(keys, stmt.args[1::2], strict=True))
    else:
        pairs = [(build.const(i), a) for i, a in enumerate(stmt.args)]
    pairs = [(key, a) for key, a in pairs if work.active(a) and not (work.in_memory(a) and _is_array(work, a))]
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
            _add_by_value(work, atom, work.help("item", build.name(ct), key), out)
        return
    bars.state.pop(stmt.target, None)
    made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
    if stmt.op == "dict":
        pairs = _last_of_each(pairs)
    for key, atom in pairs:
        _add_by_value(work, atom, _popped(work, made, key), out)


def _popped(work: Work, container: ast.expr, key: ast.expr) -> ast.expr:
    return build.impure(build.attribute(build.name(work.memory()), "pop_item"), [container, key])


def _last_of_each(pairs: list[tuple[ast.expr, Atom]]) -> list[tuple[ast.expr, Atom]]:
    """Of a key that stands twice the last item stays: it is the first to take the slot."""
    return pairs[::-1]


def _add_by_value(work: Work, atom: Atom, value: ast.expr, out: Code) -> None:
    """Add a residue, or for what lives outside memory a whole cotangent, which for numbers are the same."""
    assert isinstance(atom, Var)
    if work.in_memory(atom):
        add_residue(work, atom, value, out)
    else:
        work.bars.add(atom.name, work.kind(atom), value, out, owned=False, full=False)


def _written_out(work: Work, stmt: Bind, block: Block, out: Code) -> bool:
    """An item of an array."""
    if stmt.op != "prim" or stmt.fn is not operator.getitem:
        return False
    base, key = stmt.args
    if not work.in_memory(base) or not _is_array(work, base) or not isinstance(base, Var):
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


def is_basic(work: Work, key: Atom) -> bool:
    """Whether a key is made of integers, slices, `...` and None for sure, so that it gives a view."""
    if isinstance(key, Const):
        parts = key.value if isinstance(key.value, tuple) else (key.value,)
        return all(type(p) is int or isinstance(p, slice) or p is None or p is ... for p in parts)
    kind = work.kind(key)
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return all(p.tag in ("int", "slice", "none") for p in parts)


def _by_rule(work: Work, stmt: Bind) -> bool:
    """Whether it is a primitive whose result is new, of operands whose kinds are known."""
    callee = work.facts.kinds.callee[stmt]
    primitive = callee.primitive
    if primitive is None or stmt.stars or any(name in ("out", None) for name, _ in stmt.kwargs) or primitive.writes:
        return False
    if primitive.aliases != "no" or primitive.fn in SELECTIONS or primitive.sequences:
        return False
    target = work.target_kind(stmt, stmt.target)
    if work.target_in_memory(stmt, stmt.target) and target.tag != "array":
        return False
    if not all(_is_simple(work, a) for a in core.operands(stmt) if not isinstance(a, Const)):
        return False
    return calls.bind_arguments(callee, stmt.stars) is not None


def take(work: Work, stmt: Bind, out: Code) -> tuple[ast.expr, Slot]:
    """The cotangent of an array that a statement made, out of memory."""
    made = work.residuals.reference(work.facts.versions.defined[stmt, stmt.target])
    ct = work.bars.names.fresh(f"{stmt.target}_ct")
    out.append(build.assign(ct, changing(work, "take", made)))
    work.bars.state.pop(stmt.target, None)
    return build.name(ct), Slot(True, True)


def add_whole(work: Work, atom: Var, value: ast.expr, out: Code) -> None:
    """Add a whole cotangent to an operand that lives in memory."""
    if _is_array(work, atom):
        out.append(ast.Expr(changing(work, "add_whole", work.object(atom), value)))
        return
    rest = changing(work, "deposit", work.help("noted", work.object(atom)), value)
    work.bars.add(atom.name, work.kind(atom), rest, out, owned=False, full=True)


def place(work: Work, base: Var, out: Code) -> str:
    """A name for the shadow of an array."""
    shadow = work.bars.names.fresh(f"{base.name}_bar")
    out.append(build.assign(shadow, changing(work, "whole_place", work.object(base))))
    return shadow


# Operations


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
    wanted = [a for a in wanted if not (work.in_memory(a) and _is_array(work, a))]
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
            _add_by_value(work, atom, value, out)


def _by_value(work: Work, atom: Atom, residue: ast.expr) -> ast.expr:
    """The whole cotangent of an operand that does not live in memory, of which a pullback has put a part there."""
    if work.in_memory(atom) or work.kind(atom).is_number:
        return residue
    return changing(work, "final", work.object(atom), residue)


# Stores


def store(work: Work, stmt: core.Store, block: Block, out: Code) -> None:
    """The reverse of a store into what lives in memory."""
    base, value = stmt.base, stmt.value
    simple = _is_array(work, base) and _is_simple(work, value) and stmt.aug is None and not _may_truncate(work, base)
    if _is_array(work, value) and work.in_memory(value) and not is_basic(work, stmt.key):
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
    if stmt.star is None and all(build.is_number(p, 0.0) for p in parts):
        return
    operands: list[Atom] = [stmt.value] if work.active(stmt.value) else []
    _pulled(work, stmt, block, "", operands, ast.List(parts, ast.Load()), out)


# Loops


def passes(work: Work, loop: core.For, position: str, inner: Code) -> None:
    """The end of a reverse pass: the residue of the loop's target goes to the place of its item."""
    bars, name = work.bars, loop.target
    if name not in bars.state:
        return
    bars.whole(name, inner)
    del bars.state[name]
    if not work.target_active(loop, name):
        return
    _to_source(work, loop.iter, build.name(bars.bar(name)), build.name(position), inner)


ITERATORS = (builtins.enumerate, builtins.zip, builtins.reversed)


def _to_source(work: Work, atom: Atom, ct: ast.expr, position: ast.expr, out: Code) -> None:
    """Give the residue of an item to what the loop runs over, through `zip`, `enumerate`, `reversed` and the like."""
    if not isinstance(atom, Var) or not work.active(atom):
        return
    version = work.facts.versions.read[atom]
    made = version.stmt
    if isinstance(made, Bind) and version.origin == "definition" and is_iteration(work, made):
        _through(work, made, version.block, ct, position, out)
        return
    rest = changing(work, "add_at_pass", work.object(atom), position, ct)
    if _is_array(work, atom):
        out.append(ast.Expr(rest))
    else:
        work.bars.add(atom.name, work.kind(atom), rest, out, owned=False, full=True)


def _through(work: Work, made: Bind, block: Block, ct: ast.expr, position: ast.expr, out: Code) -> None:
    if made.op == "method":
        keys = _noted_at(work, made, block, build.call(build.name("list"), [_plain(made.args[0])]), "keys")
        value = work.help("item", ct, build.const(1)) if made.fn == "items" else ct
        arguments = [work.object(made.args[0]), build.subscript(keys, position), value]
        if made.fn != "keys":
            out.append(_method(work, "add_item", *arguments))
        return
    value = work.facts.kinds.callee[made].value
    if value is builtins.enumerate:
        _to_source(work, made.args[0], work.help("item", ct, build.const(1)), position, out)
    elif value is builtins.reversed:
        length = _noted_at(work, made, block, build.call(build.name("len"), [_plain(made.args[0])]), "length")
        backwards = ast.BinOp(ast.BinOp(length, ast.Sub(), build.const(1)), ast.Sub(), position)
        _to_source(work, made.args[0], ct, backwards, out)
    else:
        for i, atom in enumerate(made.args):
            _to_source(work, atom, work.help("item", ct, build.const(i)), position, out)


def _plain(atom: Atom) -> ast.expr:
    return build.name(atom.name) if isinstance(atom, Var) else build.const(atom.value)


def _noted_at(work: Work, made: Bind, block: Block, value: ast.expr, hint: str) -> ast.expr:
    """Something of an operand, written down just before a statement."""
    known = work.bars.names.fresh(hint)
    work.residuals.insert.before.setdefault(made, []).append(build.assign(known, value))
    work.residuals.keep_in(block, known)
    return build.name(known)


def iterates(work: Work, stmt: core.For) -> bool:
    """Whether a loop runs over what lives in memory."""
    return isinstance(stmt.iter, Var) and work.active(stmt.iter) and work.in_memory(stmt.iter)


def _is_only_iterated(work: Work, stmt: Bind) -> bool:
    """Whether nothing but loops reads what a statement binds."""
    version = work.facts.versions.defined[stmt, stmt.target]
    for reader in core.walk(work.facts.function.body):
        if any(isinstance(a, Var) and work.facts.versions.read[a] is version for a in core.operands(reader)):
            if isinstance(reader, Bind) and is_iteration(work, reader) and _is_only_iterated(work, reader):
                continue
            if not isinstance(reader, core.For):
                return False
    return True


def is_iteration(work: Work, stmt: Bind) -> bool:
    """Whether a binding makes what only loops run over: they give the cotangents of its items back themselves."""
    callee = work.facts.kinds.callee.get(stmt)
    if stmt.op == "call" and callee is not None and callee.value in ITERATORS:
        return True
    return stmt.op == "method" and stmt.fn in ("items", "values", "keys") and len(stmt.args) == 1
