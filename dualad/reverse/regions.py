"""The reverse of what an exception may leave anywhere: `try` statements, and `with` of managers that may swallow one.

How far such a region came is known only when it has run, in the middle of its loops too. So each group of statements
that is done appends a record to the region's list: its number, and what its reverse reads. The reverse sweep goes
through the records from the last to the first; branches and loops of the region need no reverse of their own.

A group is a run of simple statements of one block of which only the last has an effect that anything outside the group
sees: when it is left half way, nothing of it counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from dualad.analysis.versions import Block, Version
from dualad.records import field, record, replace
from dualad.reverse import build, loops, residues
from dualad.reverse.bars import Code, Slot
from dualad.reverse.residuals import Group
from dualad.reverse.statements import WRITERS
from dualad.reverse.work import Work, comment, comment_line
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var
from dualad.syntax.lower import PLAIN_MANAGERS

Region = core.Try | core.With


@record(eq=False, repr=False)
class _Writing:
    """The state of writing the reverse of one region."""

    work: Work
    region: set[int]
    records: str
    cts: ast.expr | None = None  # of a generator: the cotangents of its items
    index: str = ""  # of a generator: the name of the number of the item that it gave last
    steps: list[tuple[int, list[str], Code]] = field(default_factory=list)


def generator(work: Work, cts: ast.expr, out: Code) -> str:
    """The reverse of a generator function, given the cotangents of its items; returns the name of its records.

    Who takes the items may stop anywhere, so the whole body is a region.
    """
    bars, body = work.bars, work.facts.function.body
    blocks = [body, *(b for s in core.walk(body) for b in core.blocks(s))]
    writing = _Writing(work, {id(b) for b in blocks}, bars.names.fresh("done"), cts, bars.names.fresh("index"))
    if not work.shared:
        work.residuals.insert.at_start.setdefault(id(body), []).append(build.assign(writing.index, build.const(-1)))
    given = {p.name for p in work.facts.function.params}
    _write(writing, blocks, given, lambda carried, outer: _start(work, carried, out), out)
    if writing.steps:
        out.append(_dispatch(writing))
    return writing.records


def region(work: Work, stmt: Region, block: Block, out: Code) -> None:
    """The reverse of a region."""
    blocks = [b for s in core.walk([stmt]) for b in core.blocks(s)]
    bound = {n for b in blocks for s in b for n in core.targets(s)}
    concerned = any(residues.concerns(work, s) for s in core.walk([stmt]))
    if not concerned and not (bound | changed(s for b in blocks for s in b)) & work.bars.state.keys():
        return
    writing = _Writing(work, {id(b) for b in blocks}, work.bars.names.fresh("done"))
    _write(writing, blocks, set(), lambda carried, outer: _materialise(work, stmt, block, carried, outer, out), out)
    if not writing.steps:
        return
    made = build.assign(writing.records, ast.List([], ast.Load()))
    work.residuals.insert.before.setdefault(stmt, []).insert(0, made)
    work.residuals.keep_in(block, writing.records)
    out.append(comment(stmt.line))
    out.append(_dispatch(writing))
    if any(isinstance(s, Bind) and s.op == "caught" and work.target_active(s, s.target) for b in blocks for s in b):
        out.append(ast.Expr(residues.changing(work, "require_carried_home")))


def _write(
    writing: _Writing, blocks: list[Block], carried: set[str], begin: Callable[[set[str], set[str]], None], out: Code
) -> None:
    """Write the steps of a region; `begin` makes what is carried from record to record, and what is only added to."""
    work, bars = writing.work, writing.work.bars
    reads = _reads(blocks)
    groups = [(b, g) for b in blocks for g in _groups(work, b, reads)]
    bound = {n for b in blocks for s in b for n in core.targets(s)}
    lasting = bound - _inner_temps(work, groups)
    active = {v.name for b in blocks for s in b for v in core.operands(s) if isinstance(v, Var) and work.active(v)}
    carried = carried | {n for n in lasting if n in active or n in bars.state}
    carried = {n for n in carried if not residues.only_arrays(work, n)}
    for stmt in (s for b in blocks for s in b):
        if isinstance(stmt, core.For) and loops.iterates(work, stmt):
            carried |= loops.residues_of(work, stmt) - bound
    begin(carried, active - bound - carried)
    entry = bars.snapshot()
    for block in blocks:
        for stmt in block:
            if isinstance(stmt, core.For):
                _loop(writing, stmt, block, entry, out)
    for block, group in groups:
        _guard(work, group)
        step = _attempt(writing, group, entry, lambda g=group, b=block: _reversed(writing, g, b))  # type: ignore[misc]
        last = group[-1]
        if isinstance(last, core.Yield):  # an item counts when it is given away
            before = work.residuals.insert.before.setdefault(last, [])
            if not work.shared:
                before.append(build.augmented(build.name(writing.index), ast.Add(), build.const(1)))
            if work.shared or work.active(last.value):
                before.append(_record(writing, step))
        elif any(comment_line(s) is None for s in step.code):
            record = _record(writing, step)
            insert = work.residuals.insert.before if isinstance(last, core.Raise) else work.residuals.insert.after
            insert.setdefault(last, []).append(record)
            _left_half_way(work, last, record)
    bars.state = dict(entry)


def is_plain(work: Work, stmt: core.With) -> bool:
    """Whether a context manager lets exceptions pass, so that its block is done when what follows it runs."""
    if not stmt.plain:
        return False
    made, callee = _made(work, stmt)
    if isinstance(made, Bind) and made.op == "call":
        if callee is None or not any(callee.value is known for known in PLAIN_MANAGERS):
            work.refuse(
                stmt, "a context manager whose name has been bound to another one", "call dualad.clear_cache() first"
            )
    return True


def _made(work: Work, stmt: core.With) -> tuple[Stmt | None, Any]:
    """The statement that made a context manager, and what it calls, as far as that is known."""
    made = work.facts.versions.read[stmt.manager].stmt if isinstance(stmt.manager, Var) else None
    return made, work.facts.kinds.callee.get(made) if isinstance(made, Bind) else None


def refuse_around(work: Work, stmt: core.With | core.Try) -> None:
    """Refuse other rules for a part of a function: those in force when it is transformed are written out."""
    if isinstance(stmt, core.With):
        callee = _made(work, stmt)[1]
        if hasattr(getattr(callee, "value", None), "__dualad_around__"):
            work.refuse(
                stmt,
                "dualad.override within a function that is differentiated in reverse mode",
                "enter it around the derivative, or call the function through one that dualad.custom_vjp gives a rule",
            )


# Groups


def _reads(blocks: list[Block]) -> dict[str, list[tuple[int, int]]]:
    """Where each name is read: blocks by identity, and positions in them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for block in blocks:
        for i, stmt in enumerate(block):
            for atom in core.operands(stmt):
                if isinstance(atom, Var):
                    found.setdefault(atom.name, []).append((id(block), i))
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
    if stmt in work.facts.memory.unknown or stmt in work.facts.shared_calls or _asks_objects(work, stmt):
        return True
    return any(stmt in stores for stores in work.facts.memory.stores.values())


def _asks_objects(work: Work, stmt: Stmt) -> bool:
    """Whether an attribute or an operator may be what an object's class says, which may change something."""
    if not isinstance(stmt, Bind) or stmt.op not in ("attr", "prim"):
        return False
    tags = {work.kind(a).tag for a in core.operands(stmt)}
    return bool(tags & {"own", "fields"}) or (work.facts.meets_objects and "any" in tags)


def _inner_temps(work: Work, groups: list[tuple[Block, list[Stmt]]]) -> set[str]:
    """Temporaries that nothing but their own group reads: no cotangent of theirs lives from record to record."""
    return {n for _, g in groups for s in g[:-1] for n in core.targets(s) if n in work.facts.function.temps}


def changed(stmts: Iterable[Stmt]) -> set[str]:
    """Names whose object some statements may store into."""
    found = set()
    for stmt in stmts:
        match stmt:
            case core.Store() | core.StoreAttr() | core.Append():
                found.add(stmt.base.name)
            case Bind(op="inplace" | "method" | "call"):
                found |= {a.name for a in core.operands(stmt) if isinstance(a, Var)}
    return found


def _guard(work: Work, group: list[Stmt]) -> None:
    """A call that changes active memory and then fails leaves changes behind that nothing has recorded."""
    last = group[-1]
    if isinstance(last, Bind) and (last.op in ("call", "method", "inplace") or _asks_objects(work, last)):
        work.guarded.add(last)


def _left_half_way(work: Work, stmt: Stmt, record: ast.stmt) -> None:
    """A call that an exception leaves is recorded as well, with a pullback of what it did before.

    Only temporaries: nobody reads the one of a call that was left, so that there is no cotangent of it.
    """
    if stmt not in work.guarded or stmt not in work.operations or stmt not in work.pulls:
        return
    assert isinstance(stmt, Bind)
    if stmt.op == "inplace" or stmt.target not in work.facts.function.temps:
        return
    work.half_way.add(stmt)
    error = work.bars.names.fresh("error")
    operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
    count = sum(isinstance(a, Var) and work.active(a) for a in operands)
    pull = build.assign(work.pulls[stmt], work.help("left", build.name(error), build.const(count)))
    work.residuals.insert.where_left[stmt] = error, [pull, record]


# What is carried from record to record


def _start(work: Work, carried: set[str], out: Code) -> None:
    bars = work.bars
    for name in sorted(carried):
        bars.zero(name, out)
        bars.whole(name, out)
        bars.state[name] = Slot(owned=False, full=name in work.facts.in_memory)


def _materialise(work: Work, stmt: Region, block: Block, carried: set[str], outer: set[str], out: Code) -> None:
    """Before the records: every cotangent exists, and what is only read or stored into has room for its items."""
    bars = work.bars
    _start(work, carried, out)
    first: dict[str, Var] = {}
    for inner in core.walk([stmt]):
        for atom in core.operands(inner):
            if isinstance(atom, Var) and atom.name in outer:
                first.setdefault(atom.name, atom)
    for name, var in sorted(first.items()):
        kind, version = work.kind(var), work.facts.versions.read[var]
        if work.in_memory(var):
            if not residues.only_arrays(work, name):
                _start(work, {name}, out)
            continue
        if kind.is_number or kind.tag == "any" or work.residuals.is_unsure(version):
            bars.zero(name, out)
            bars.whole(name, out)
            bars.state[name] = Slot(owned=False, full=kind.is_number)
            continue
        shape = work.residuals.version(version, stmt, block, "shape", after=False) if kind.tag == "array" else None
        bars.buffer(name, kind, lambda var=var: work.extent(var, stmt, block, after=True), shape, out)  # type: ignore[misc]
        bars.state[name] = replace(bars.state[name], deep=False)  # records make it an object of its own, not its items


@record(eq=False, repr=False)
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


def _reversed(writing: _Writing, group: list[Stmt], block: Block) -> Code:
    work = writing.work
    out: Code = []
    for stmt in reversed(group):
        work.residuals.current = stmt, block
        writer = WRITERS.get(type(stmt))
        code: Code = []
        residues.from_cells(work, stmt, code)
        if isinstance(stmt, core.Yield):
            _yield(writing, stmt, code)
        if writer is not None:
            writer(work, stmt, block, code)
        if code:
            out += [comment(stmt.line), *code]
    return out


def _yield(writing: _Writing, stmt: core.Yield, out: Code) -> None:
    work = writing.work
    if work.shared:
        _received(work, stmt, out)
    elif isinstance(stmt.value, Var) and work.active(stmt.value):
        group = work.residuals.group
        assert group is not None and writing.cts is not None
        group.record.keep(writing.index, writing.index)
        ct = work.help("yielded", writing.cts, build.name(writing.index))
        if work.in_memory(stmt.value):
            residues.add_whole(work, stmt.value, ct, out)
        else:
            work.bars.add(stmt.value.name, work.kind(stmt.value), ct, out, owned=False, full=False)


def _received(work: Work, stmt: core.Yield, out: Code) -> None:
    """The reverse sweep stops where an item was given, until it is sent the item's cotangent."""
    sent: ast.expr = ast.Yield(None)
    if not (isinstance(stmt.value, Var) and work.active(stmt.value)):
        out.append(ast.Expr(sent))
        return
    name = work.bars.names.fresh("item_bar")
    out.append(build.assign(name, sent))
    if work.in_memory(stmt.value):
        residues.add_whole(work, stmt.value, build.name(name), out)
    else:
        work.bars.add(stmt.value.name, work.kind(stmt.value), build.name(name), out, owned=False, full=False)


def _loop(writing: _Writing, stmt: core.For, block: Block, entry: dict[str, Slot], out: Code) -> None:
    """A loop over active items: its start is a record, and so is the start of each of its passes."""
    work, bars, name = writing.work, writing.work.bars, stmt.target
    insert = work.residuals.insert
    if loops.iterates(work, stmt):
        _loop_in_memory(writing, stmt, block, entry)
        return
    items = bars.names.fresh(f"{name}_bars") if work.active(stmt.iter) else ""
    if items:
        out.append(build.assign(items, ast.List([], ast.Load())))

        def started() -> Code:
            assert isinstance(stmt.iter, Var)
            work.residuals.current = stmt, block
            value = work.help("from_items", build.name(items), work.extent(stmt.iter, stmt, block))
            code: Code = []
            bars.add(stmt.iter.name, work.kind(stmt.iter), value, code, owned=True, full=True)
            code.append(build.assign(items, ast.List([], ast.Load())))
            return code

        insert.before.setdefault(stmt, []).append(_record(writing, _attempt(writing, [], entry, started)))

    def passed() -> Code:
        code: Code = []
        work.residuals.current = stmt, stmt.body
        residues.from_cells(work, stmt, code)
        if items:
            value: ast.expr = build.const(0.0)
            if name in bars.state:
                item = work.residuals.reference(work.facts.versions.defined[stmt, name])
                value = work.help("expand", build.name(bars.bar(name)), item)
            append = build.attribute(build.name(items), "append")
            code.append(ast.Expr(build.call(append, [value])))
        bars.state.pop(name, None)
        return code

    _pass(writing, stmt, _attempt(writing, [], entry, passed))


def _loop_in_memory(writing: _Writing, stmt: core.For, block: Block, entry: dict[str, Slot]) -> None:
    """A loop over what lives in memory: the residue of each pass's item goes to the item's place."""
    work = writing.work
    insert = work.residuals.insert
    taken = loops.taken_from(work, stmt)
    if taken is not None:

        def given_back() -> Code:
            group = work.residuals.group
            assert group is not None
            group.record.keep(taken, taken)
            code: Code = []
            loops.give_back(work, stmt, code)
            return code

        step = _attempt(writing, [], entry, given_back)
        insert.before.setdefault(stmt, []).append(_record(writing, step))
    over = loops.kept_generators(work, stmt)
    if over:

        def ended() -> Code:
            group = work.residuals.group
            assert group is not None
            for name in over:
                group.record.keep(name, name)
            return loops.rewind(work, over)

        insert.after.setdefault(stmt, []).append(_record(writing, _attempt(writing, [], entry, ended)))
    position = work.bars.names.fresh("position")
    insert.before.setdefault(stmt, []).append(build.assign(position, build.const(-1)))
    insert.at_start.setdefault(id(stmt.body), []).append(
        build.augmented(build.name(position), ast.Add(), build.const(1))
    )
    sources = _sources(work, stmt, stmt.iter)

    def passed() -> Code:
        code: Code = []
        group = work.residuals.group
        assert group is not None
        group.record.keep(position, position)
        if taken is not None:
            group.record.keep(taken, taken)
        for version, alias in sources.items():
            if id(version.block) in writing.region:
                group.taken[version] = alias
                group.record.keep(alias, alias)
        work.residuals.current = stmt, stmt.body
        residues.from_cells(work, stmt, code)
        loops.passes(work, stmt, position, code)
        work.bars.state.pop(stmt.target, None)
        return code

    _pass(writing, stmt, _attempt(writing, [], entry, passed))


def _sources(work: Work, reader: Stmt, atom: core.Atom) -> dict[Version, str]:
    """What a loop runs over, through `zip` and the like, under names that no pass binds anew."""
    if not isinstance(atom, Var) or not work.active(atom):
        return {}
    version = work.facts.versions.read[atom]
    made = version.stmt
    alias = work.bars.names.fresh(f"{atom.name}_1")
    work.residuals.insert.before.setdefault(reader, []).append(build.assign(alias, build.name(atom.name)))
    found = {version: alias}
    if isinstance(made, Bind) and version.origin == "definition" and loops.is_iteration(work, made):
        for argument in made.args:
            found.update(_sources(work, made, argument))
    return found


def _pass(writing: _Writing, stmt: core.For, step: _Step) -> None:
    if step.code:
        at_start = writing.work.residuals.insert.at_start.setdefault(id(stmt.body), [])
        at_start.append(_record(writing, step))


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
    return ast.For(
        target, build.call(writing.work.builtin("reversed"), [build.name(writing.records)]), chain, [], lineno=0
    )
