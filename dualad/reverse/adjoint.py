"""The adjoint of core: the statements of the reverse sweep, written from a function's last statement to its first.

Blocks, branches and loops are here; statements of each other form have a writer in `reverse.statements`.
"""

from __future__ import annotations

import ast
import builtins

from dualad.analysis.kinds import ANY
from dualad.analysis.versions import Block, Version
from dualad.records import replace
from dualad.reverse import build, loops, nested_items, residues
from dualad.reverse.bars import Code, Slot
from dualad.reverse.regions import changed, generator, is_plain, refuse_around, region
from dualad.reverse.statements import WRITERS
from dualad.reverse.work import ReverseLoop, Take, Work, comment
from dualad.syntax import core
from dualad.syntax.core import Bind, Var

Loop = core.For | core.While


def reverse_sweep(work: Work, seed: ast.expr | None) -> Code:
    """The reverse sweep, from the cotangent `seed` of the result to the cotangents of the parameters."""
    function = work.facts.function
    out: Code = []
    result = function.result
    if function.is_generator:
        assert seed is not None
        work.records = generator(work, seed, out)
        return out
    if seed is not None and isinstance(result, Var) and work.active(result):
        if function.result_line and result.name in function.temps:
            out.append(comment(function.result_line))
        if work.in_memory(result):
            if not work.shared:
                seed = residues.seeded(work, result, seed)
            work.bars.add(result.name, ANY, seed, out)
        else:
            work.bars.add(result.name, work.kind(result), seed, out)
    return out + _block(work, function.body)


def _block(work: Work, block: Block) -> Code:
    """The reverse of a block; the slots of `bars` are those at its end before, at its start after."""
    out: Code = []
    outer = work.residuals.current
    line = 0
    witnesses = work.witnesses if block is work.facts.function.body else None
    for stmt in reversed(block):
        work.residuals.current = stmt, block
        if witnesses is not None:
            witnesses.meet(stmt, out)
        match stmt:
            case core.If():
                _branch(work, stmt, block, out)
            case core.For() | core.While():
                _loop(work, stmt, block, out)
            case core.With() if is_plain(work, stmt):
                out += [Take(stmt.body), *_block(work, stmt.body)]
            case core.With() | core.Try():
                refuse_around(work, stmt)
                region(work, stmt, block, out)
            case _:
                writer = WRITERS.get(type(stmt))
                code: Code = []
                residues.from_cells(work, stmt, code)
                if writer is not None:
                    writer(work, stmt, block, code)
                if code:
                    if stmt.line != line:
                        out.append(comment(line := stmt.line))
                    out += code
                if witnesses is not None:
                    witnesses.pass_by(stmt)
                continue
        if witnesses is not None:
            witnesses.pass_by(stmt)
        line = 0  # behind what has comments of its own inside
    work.residuals.current = outer
    return out


def _branch(work: Work, stmt: core.If, block: Block, out: Code) -> None:
    bars = work.bars
    before = bars.snapshot()
    left_code = _block(work, stmt.body)
    left, bars.state = bars.state, dict(before)
    right_code = _block(work, stmt.orelse)
    bars.merge(left, left_code, bars.state, right_code)
    if left_code or right_code:
        test = work.residuals.test(stmt, block)
        out.append(ast.If(test, [Take(stmt.body), *left_code], [Take(stmt.orelse), *right_code]))


def _loop(work: Work, stmt: Loop, block: Block, out: Code) -> None:
    """The reverse of a loop: its passes backwards, cotangents carried from pass to pass by name."""
    bars = work.bars
    header = work.facts.versions.header[stmt]
    activity = work.facts.activity
    carried = {n for n, v in header.items() if v in activity.used and activity.is_active(v)}
    concerned = any(residues.concerns(work, s) for s in core.walk([stmt]))
    if not concerned and not any(n in bars.state for n in {*header, *changed(core.walk([stmt]))}):
        return
    carried = {n for n in carried if not residues.only_arrays(work, n)}
    local = {n for n in header if n in bars.state} - carried
    _materialise(work, stmt, block, carried, out)
    for name in sorted(local):
        bars.whole(name, out)
        bars.state[name] = Slot(owned=False, full=bars.state[name].full)
    for name in carried | local:
        if work.residuals.is_unsure(header[name]):
            bars.state[name] = Slot(owned=False, full=False)
    if isinstance(stmt, core.For) and loops.iterates(work, stmt):
        loops.taken_from(work, stmt)
        for name in sorted(loops.residues_of(work, stmt)):
            bars.zero(name, out)
            bars.whole(name, out)
            bars.state[name] = Slot(owned=False, full=True)
    entry = bars.snapshot()
    loop = ReverseLoop(stmt, block, [])
    _header(work, stmt, block, loop)
    position = ""
    if isinstance(stmt, core.For) and loops.iterates(work, stmt):
        position = _counted(work, block, loop)
    loop.body = _passes(work, stmt, position, header, carried | local, entry)
    # What the body binds before it reads it has no cotangent before the loop, and none if no pass was made: then
    # slots are as they were.
    after = {n: slot for n, slot in bars.state.items() if n in entry and n not in local}
    for name, slot in after.items():
        owned, full = slot.owned and entry[name].owned, slot.full and entry[name].full
        after[name] = replace(slot, owned=owned, full=full, deep=slot.deep and entry[name].deep)
    bars.state = after
    if loop.index is not None and not (build.names_in(ast.Module(loop.body, [])) & {loop.index}):
        loop.index = None
    _add(work, stmt, block, loop, position, out)


def _passes(
    work: Work, stmt: Loop, position: str, header: dict[str, Version], names: set[str], entry: dict[str, Slot]
) -> Code:
    """The reverse of one pass, after which the cotangents of `names` are as they were on entry to the loop."""
    bars = work.bars
    inner = _block(work, stmt.body)
    if isinstance(stmt, core.For):
        residues.from_cells(work, stmt, inner)
        if position:
            loops.passes(work, stmt, position, inner)
        else:
            _item(work, stmt, inner)
    for name in sorted(names):
        if name not in bars.state:
            bars.reset(name, inner)
        bars.whole(name, inner)
        if entry[name].full and not bars.state[name].full and not _is_number(work, name):
            value = work.residuals.reference(header[name])
            inner.append(build.assign(bars.bar(name), work.help("expand", build.name(bars.bar(name)), value)))
        bars.state[name] = Slot(owned=False, full=entry[name].full)
    return inner


def _add(work: Work, stmt: Loop, block: Block, loop: ReverseLoop, position: str, out: Code) -> None:
    """Put a reverse loop where it belongs, and what it runs over gets the cotangents of its items."""
    items = _items_name(work, stmt) if isinstance(stmt, core.For) and work.active(stmt.iter) and not position else None
    if items:
        out.append(build.assign(items, ast.List([], ast.Load())))
    if position and isinstance(stmt, core.For):
        generators = loops.kept_generators(work, stmt)
        for name in generators:
            work.residuals.keep_in(block, name)
        out += loops.rewind(work, generators)
    out.append(loop)
    if isinstance(stmt, core.For):
        loops.give_back(work, stmt, out)
    if items:
        assert isinstance(stmt, core.For) and isinstance(stmt.iter, Var)
        value = work.help("from_items", build.name(items), work.extent(stmt.iter, stmt, block))
        kind = work.kind(stmt.iter)
        work.bars.add(stmt.iter.name, kind, value, out, owned=True, full=True)


def _counted(work: Work, block: Block, loop: ReverseLoop) -> str:
    """Let the reverse passes have a number each: that of the pass that they undo."""
    if loop.count is None:
        loop.count = work.bars.names.fresh("count")
        if work.in_loop(block):
            work.residuals.keep_in(block, loop.count)
    loop.ranged = build.call(work.builtin("range"), [build.name(loop.count)])
    loop.index = work.bars.names.fresh("position")
    return loop.index


def _header(work: Work, stmt: Loop, block: Block, loop: ReverseLoop) -> None:
    """Settle what the reverse passes run over, as far as it does not depend on the tapes."""
    if isinstance(stmt, core.For) and stmt.stop is None and isinstance(stmt.iter, Var):
        made = work.facts.versions.read[stmt.iter].stmt
        callee = work.facts.kinds.callee.get(made) if isinstance(made, Bind) else None
        if callee is not None and callee.value is builtins.range and isinstance(made, Bind) and not made.stars:
            arguments = [work.residuals.operand(a, made, block) for a in made.args]
            loop.ranged = build.call(work.builtin("range"), arguments)
            name = stmt.target
            again = any(isinstance(s, core.For) and s.target == name for s in core.walk(stmt.body))
            index = work.bars.names.fresh(name) if again or name in work.fresh_indices else name
            work.residuals.indexed[work.facts.versions.defined[stmt, name]] = index
            loop.index = index
            return
    if work.in_loop(block):
        loop.count = work.bars.names.fresh("count")
        work.residuals.keep_in(block, loop.count)


def _materialise(work: Work, stmt: Loop, block: Block, carried: set[str], out: Code) -> None:
    """Before a reverse loop: what it adds to exists, and what it adds items to has room for them."""
    bars = work.bars
    for name in sorted(carried):
        bars.zero(name, out)
        bars.whole(name, out)
        bars.state[name] = Slot(owned=False, full=bars.state[name].full)
    for name, var in sorted(_outer_reads(work, stmt).items()):
        kind = work.kind(var)
        if work.in_memory(var):
            if not residues.only_arrays(work, name):
                bars.zero(name, out)
                bars.whole(name, out)
                bars.state[name] = Slot(owned=False, full=True)
            continue
        if kind.is_number or kind.tag == "any" or work.residuals.is_unsure(work.facts.versions.read[var]):
            bars.zero(name, out)
            bars.whole(name, out)
            bars.state[name] = Slot(owned=False, full=kind.is_number)
            continue
        version = work.facts.versions.read[var]
        array = kind.tag == "array"
        shape = work.residuals.version(version, stmt, block, "shape", after=False) if array else None
        extent = lambda var=var: work.extent(var, stmt, block, after=True)  # noqa: E731
        bars.buffer(name, kind, extent, shape, out, deep=nested_items.is_steady(work, var))


def _outer_reads(work: Work, stmt: Loop) -> dict[str, Var]:
    """Active names that the loop reads, or stores into, and does not bind."""
    bound = set(work.facts.versions.header[stmt])
    found: dict[str, Var] = {}
    for inner in core.walk(stmt.body):
        for atom in core.operands(inner):
            if isinstance(atom, Var) and atom.name not in bound and work.active(atom):
                found.setdefault(atom.name, atom)
    return found


def _is_number(work: Work, name: str) -> bool:
    kinds = work.facts.kinds
    found = [kinds.version.get(v, ANY) for v in work.facts.versions.all if v.name == name]
    return all(k.is_number or k.tag == "bottom" for k in found)


def _item(work: Work, stmt: core.For, inner: Code) -> None:
    """The cotangent of the loop's target, at the end of a reverse pass, goes to the place of its item."""
    bars, name = work.bars, stmt.target
    if not work.active(stmt.iter):
        bars.state.pop(name, None)
        return
    value: ast.expr = build.const(0.0)
    if name in bars.state:
        bars.whole(name, inner)
        value = build.name(bars.bar(name))
        if not bars.state[name].full:
            target = work.residuals.reference(work.facts.versions.defined[stmt, name])
            value = work.help("expand", value, target)
        del bars.state[name]
    items = build.name(_items_name(work, stmt))
    inner.append(ast.Expr(build.call(build.attribute(items, "append"), [value])))


def _items_name(work: Work, stmt: core.For) -> str:
    known = work.bars.known
    key = f"items of {id(stmt)}"
    if key not in known:
        known[key] = work.bars.names.fresh(f"{stmt.target}_bars")
    return known[key]
