"""The reverse of what an exception may leave anywhere: `try` statements, and `with` of managers that may swallow one.

How far such a region came is known only when it has run, in the middle of its loops too. So each group of statements
that is done appends a record to the region's list: its number, and what its reverse reads. The reverse sweep goes
through the records from the last to the first; branches and loops of the region need no reverse of their own.

A group is a run of simple statements of one block of which only the last has an effect that anything outside the group
sees: when it is left half way, nothing of it counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from dualad.analysis.memory import OUTSIDE
from dualad.analysis.versions import Block
from dualad.reverse import build, inmemory
from dualad.reverse.bars import Code, Slot
from dualad.reverse.residuals import Group
from dualad.reverse.statements import WRITERS
from dualad.reverse.work import Work, comment, comment_line
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var
from dualad.syntax.lower import PLAIN_MANAGERS

Region = core.Try | core.With


@dataclass
class _Writing:
    """The state of writing the reverse of one region."""

    work: Work
    region: set[int]
    steps: list[tuple[int, list[str], Code]] = field(default_factory=list)
    records: str = ""


def region(work: Work, stmt: Region, block: Block, out: Code) -> None:
    """The reverse of a region."""
    bars = work.bars
    blocks = [b for s in core.walk([stmt]) for b in core.blocks(s)]
    writing = _Writing(work, {id(b) for b in blocks})
    reads = _reads(blocks)
    groups = [(b, g) for b in blocks for g in _groups(work, b, reads)]
    bound = {n for b in blocks for s in b for n in core.targets(s)}
    inner = _inner_temps(work, groups, reads)
    active = {v.name for b in blocks for s in b for v in core.operands(s) if isinstance(v, Var) and work.active(v)}
    concerned = any(inmemory.concerns(work, s) for b in blocks for s in b)
    if not concerned and not (bound | _changed(blocks)) & bars.state.keys():
        return
    carried = {n for n in bound - inner if n in active or n in bars.state}
    carried = {n for n in carried if not inmemory.only_arrays(work, n)}
    _materialise(work, stmt, block, carried, active - bound, out)
    entry = bars.snapshot()
    writing.records = bars.names.fresh("done")
    for inner_block in blocks:
        for inner_stmt in inner_block:
            if isinstance(inner_stmt, core.For):
                _loop(writing, inner_stmt, inner_block, entry, out)
    for inner_block, group in groups:
        _refuse_half_done(work, group)
        code = _attempt(writing, group, entry, lambda g=group, b=inner_block: _reversed(work, g, b))  # type: ignore[misc]
        if any(comment_line(s) is None for s in code.code):
            work.residuals.insert.after.setdefault(group[-1], []).append(_record(writing, code))
    bars.state = dict(entry)
    if not writing.steps:
        return
    work.residuals.insert.before.setdefault(stmt, []).insert(0, build.assign(writing.records, ast.List([], ast.Load())))
    work.residuals.keep_in(block, writing.records)
    out.append(comment(stmt.line))
    out.append(_dispatch(writing))


def is_plain(work: Work, stmt: core.With) -> bool:
    """Whether a context manager lets exceptions pass, so that its block is done when what follows it runs."""
    if not stmt.plain:
        return False
    made = work.facts.versions.read[stmt.manager].stmt if isinstance(stmt.manager, Var) else None
    callee = work.facts.kinds.callee.get(made) if isinstance(made, Bind) else None
    if isinstance(made, Bind) and made.op == "call":
        if callee is None or not any(callee.value is known for known in PLAIN_MANAGERS):
            work.refuse(
                stmt, "a context manager whose name has been bound to another one", "call dualad.clear_cache() first"
            )
    return True


# Groups


def _reads(blocks: list[Block]) -> dict[str, list[tuple[int, int]]]:
    """Where each name is read: blocks by identity, and positions in them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for block in blocks:
        for i, stmt in enumerate(block):
            for atom in core.operands(stmt):
                if isinstance(atom, Var):
                    found.setdefault(atom.name, []).append((id(block), i))
            flag = getattr(stmt, "stop", None)
            if flag is not None:
                found.setdefault(flag, []).append((id(block), i))
    return found


def _groups(work: Work, block: Block, reads: dict[str, list[tuple[int, int]]]) -> list[list[Stmt]]:
    """The groups of a block, in order; compound statements stand in none."""
    cuts = {i for i, stmt in enumerate(block) if _is_visible(work, stmt)}
    changed = True
    while changed:
        changed = False
        for i, stmt in enumerate(block):
            if i in cuts:
                continue
            end = min((c for c in cuts if c > i), default=i)
            end -= bool(core.blocks(block[end]))
            for name in core.targets(stmt):
                if any(b != id(block) or at > end for b, at in reads.get(name, ())):
                    cuts.add(i)
                    changed = True
    found: list[list[Stmt]] = []
    current: list[Stmt] = []
    for i, stmt in enumerate(block):
        if core.blocks(stmt):
            current = []
            continue
        current.append(stmt)
        if i in cuts:
            found.append(current)
            current = []
    return found


def _is_visible(work: Work, stmt: Stmt) -> bool:
    """Whether something outside a group can see that the statement has run."""
    if core.blocks(stmt) or not isinstance(stmt, Bind | core.Unpack):
        return True
    if any(name not in work.facts.function.temps for name in core.targets(stmt)):
        return True
    return any(stmt in stores for stores in work.facts.memory.stores.values())


def _inner_temps(
    work: Work, groups: list[tuple[Block, list[Stmt]]], reads: dict[str, list[tuple[int, int]]]
) -> set[str]:
    """Temporaries that nothing but their own group reads: no cotangent of theirs lives from record to record."""
    found = set()
    for _, group in groups:
        for stmt in group[:-1]:
            found |= set(core.targets(stmt)) & work.facts.function.temps
    return found


def _changed(blocks: list[Block]) -> set[str]:
    """Names whose object the region stores into."""
    found = set()
    for block in blocks:
        for stmt in block:
            match stmt:
                case core.Store() | core.StoreAttr() | core.Append():
                    found.add(stmt.base.name)
                case Bind(op="inplace" | "method" | "call"):
                    found |= {a.name for a in core.operands(stmt) if isinstance(a, Var)}
    return found


def _refuse_half_done(work: Work, group: list[Stmt]) -> None:
    """A function that stores into active memory and then fails leaves stores behind that nothing has recorded."""
    last = group[-1]
    if not isinstance(last, Bind) or last.op not in ("call", "method"):
        return
    callee = work.facts.kinds.callee[last]
    if callee.primitive is not None or (last.op == "method" and last.fn in ("append", "pop")):
        return
    names = [a.name for a in core.operands(last) if isinstance(a, Var) and work.active(a)]
    if any(last in work.facts.memory.stores.get(name, ()) for name in (*names, OUTSIDE)):
        if inmemory.concerns(work, last):
            work.refuse(
                last,
                "a function that may store into its arguments, called where an exception is handled",
                "let the function return what it computes, and store that here",
            )


# What is carried from record to record


def _materialise(work: Work, stmt: Region, block: Block, carried: set[str], outer: set[str], out: Code) -> None:
    """Before the records: every cotangent exists, and what is only read or stored into has room for its items."""
    bars = work.bars
    for name in sorted(carried):
        bars.zero(name, out)
        bars.whole(name, out)
        bars.state[name] = Slot(owned=False, full=False)
    first: dict[str, Var] = {}
    for inner in core.walk([stmt]):
        for atom in core.operands(inner):
            if isinstance(atom, Var) and atom.name in outer:
                first.setdefault(atom.name, atom)
    for name, var in sorted(first.items()):
        kind, version = work.kind(var), work.facts.versions.read[var]
        if work.in_memory(var):
            if not inmemory.only_arrays(work, name):
                bars.zero(name, out)
                bars.whole(name, out)
                bars.state[name] = Slot(owned=False, full=True)
            continue
        if kind.is_number or kind.tag == "any" or work.residuals.is_unsure(version):
            bars.zero(name, out)
            bars.whole(name, out)
            bars.state[name] = Slot(owned=False, full=kind.is_number)
            continue
        shape = work.residuals.version(version, stmt, block, "shape", after=False) if kind.tag == "array" else None
        bars.buffer(name, kind, lambda var=var: work.object(var), shape, out)  # type: ignore[misc]


@dataclass
class _Step:
    code: Code
    kept: list[tuple[str, str]]


def _attempt(writing: _Writing, group: list[Stmt], entry: dict[str, Slot], write: Callable[[], Code]) -> _Step:
    """What `write` writes as the reverse of a group, from and to the same state of all cotangents."""
    work, bars = writing.work, writing.work.bars
    bars.state = dict(entry)
    work.residuals.group = Group(group, writing.region)
    code = write()
    record = work.residuals.group.record
    for name in sorted(entry):
        if name not in bars.state:
            bars.reset(name, code)
        bars.whole(name, code)
        if entry[name].owned and not (bars.state[name].owned and bars.state[name].full):
            code.append(build.assign(bars.bar(name), work.help("owned", build.name(bars.bar(name)))))
    work.residuals.group = None
    return _Step(code, list(zip(record.pushed, record.taken, strict=True)))


def _reversed(work: Work, group: list[Stmt], block: Block) -> Code:
    out: Code = []
    for stmt in reversed(group):
        work.residuals.current = stmt, block
        writer = WRITERS.get(type(stmt))
        code: Code = []
        inmemory.from_cells(work, stmt, code)
        if writer is not None:
            writer(work, stmt, block, code)
        if code:
            out += [comment(stmt.line), *code]
    return out


def _loop(writing: _Writing, stmt: core.For, block: Block, entry: dict[str, Slot], out: Code) -> None:
    """A loop over active items: its start is a record, and so is the start of each of its passes."""
    work, bars, name = writing.work, writing.work.bars, stmt.target
    insert = work.residuals.insert
    inside = inmemory.iterates(work, stmt)
    items = bars.names.fresh(f"{name}_bars") if work.active(stmt.iter) and not inside else ""
    position = ""
    if inside:
        position = bars.names.fresh("position")
        insert.before.setdefault(stmt, []).append(build.assign(position, build.const(-1)))
        counted = build.augmented(build.name(position), ast.Add(), build.const(1))
        insert.at_start.setdefault(id(stmt.body), []).append(counted)
    if items:
        out.append(build.assign(items, ast.List([], ast.Load())))

        def started() -> Code:
            assert isinstance(stmt.iter, Var)
            work.residuals.current = stmt, block
            value = work.help("from_items", build.name(items), work.object(stmt.iter))
            code: Code = []
            bars.add(stmt.iter.name, work.kind(stmt.iter), value, code, owned=True, full=True)
            code.append(build.assign(items, ast.List([], ast.Load())))
            return code

        insert.before.setdefault(stmt, []).append(_record(writing, _attempt(writing, [], entry, started)))

    def passed() -> Code:
        code: Code = []
        work.residuals.current = stmt, stmt.body
        inmemory.from_cells(work, stmt, code)
        if position:
            assert work.residuals.group is not None
            work.residuals.group.record.keep(position, position)
            inmemory.passes(work, stmt, position, code)
        if items:
            value: ast.expr = build.const(0.0)
            if name in bars.state:
                item = work.residuals.reference(work.facts.versions.defined[stmt, name])
                value = work.help("expand", build.name(bars.bar(name)), item)
            append = build.attribute(build.name(items), "append")
            code.append(ast.Expr(build.call(append, [value])))
        bars.state.pop(name, None)
        return code

    step = _attempt(writing, [], entry, passed)
    if step.code:
        insert.at_start.setdefault(id(stmt.body), []).append(_record(writing, step))


# Records


def _record(writing: _Writing, step: _Step) -> ast.stmt:
    """The statement of the forward sweep that records that a group is done."""
    number = len(writing.steps) + 1
    writing.steps.append((number, [taken for _, taken in step.kept], step.code))
    kept = ast.Tuple([build.name(pushed) for pushed, _ in step.kept], ast.Load())
    entry = ast.Tuple([build.const(number), kept], ast.Load())
    return ast.Expr(build.call(build.attribute(build.name(writing.records), "append"), [entry]))


def _dispatch(writing: _Writing) -> ast.stmt:
    """The loop of the reverse sweep over the records."""
    names = writing.work.bars.names
    step, kept = names.fresh("step"), names.fresh("kept")
    chain: Code = []
    for number, taken, code in reversed(writing.steps):
        body: Code = []
        if taken:
            targets: list[ast.expr] = [ast.Name(n, ast.Store()) for n in taken]
            body.append(ast.Assign([ast.Tuple(targets, ast.Store())], build.name(kept), lineno=0))
        test = ast.Compare(build.name(step), [ast.Eq()], [build.const(number)])
        chain = [ast.If(test, [*body, *code], chain)]
    target = ast.Tuple([ast.Name(step, ast.Store()), ast.Name(kept, ast.Store())], ast.Store())
    return ast.For(target, build.call(build.name("reversed"), [build.name(writing.records)]), chain, [], lineno=0)
