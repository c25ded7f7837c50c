"""Loops over what lives in shadow memory: the residue of each item goes to the place that the item came from."""

from __future__ import annotations

import ast
import builtins
import types

from dualad.analysis.inplace import is_of_user
from dualad.analysis.meant import methods_meant
from dualad.analysis.versions import Block
from dualad.classes import kept_by
from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.residues import changing, is_array, memory_call, only_arrays
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Var

ITERATORS = (builtins.enumerate, builtins.zip, builtins.reversed)


def iterates(work: Work, stmt: core.For) -> bool:
    """Whether a loop runs over what lives in memory."""
    return isinstance(stmt.iter, Var) and work.active(stmt.iter) and work.in_memory(stmt.iter)


def is_iteration(work: Work, stmt: Bind) -> bool:
    """Whether a binding makes what only loops run over: they give the cotangents of its items back themselves."""
    callee = work.facts.kinds.callee.get(stmt)
    if stmt.op == "call" and callee is not None and callee.value in ITERATORS:
        apart = stmt.stars or stmt in work.facts.several
        return not apart and not any(_has_items_of_its_own(work, a) for a in stmt.args)
    if stmt.op != "method" or stmt.fn not in ("items", "values", "keys") or len(stmt.args) > 1:
        return False
    if stmt.target not in work.facts.function.temps and work.target_in_memory(stmt, stmt.target):
        return False  # what has a name may be asked when the dict holds something else
    meant = methods_meant(stmt, work.facts.kinds, work.facts.function.source)
    return not any(isinstance(kept_by(cls, name), types.FunctionType) for cls, name in meant)


def _has_items_of_its_own(work: Work, atom: Atom) -> bool:
    """Whether it is an object of the user's, perhaps with an `__iter__` of its own: its items are taken by the call."""
    if not isinstance(atom, Var) or not work.active(atom):
        return False
    made = work.facts.versions.read[atom].stmt
    callee = work.facts.kinds.callee.get(made) if isinstance(made, Bind) and made.op == "call" else None
    is_made = callee is not None and isinstance(callee.value, type) and is_of_user(callee.value)
    return is_made or work.kind(atom).tag in ("own", "fields", "any")


def is_only_iterated(work: Work, stmt: Bind) -> bool:
    """Whether nothing but loops reads what a statement binds."""
    version, result = work.facts.versions.defined[stmt, stmt.target], work.facts.function.result
    if isinstance(result, Var) and work.facts.versions.read[result] is version:
        return False
    for reader in core.walk(work.facts.function.body):
        if any(isinstance(a, Var) and work.facts.versions.read[a] is version for a in core.operands(reader)):
            if isinstance(reader, Bind) and is_iteration(work, reader) and is_only_iterated(work, reader):
                continue
            if not isinstance(reader, core.For):
                return False
    return True


AT_ONCE = (
    builtins.sum, builtins.min, builtins.max, builtins.sorted, builtins.list, builtins.tuple, builtins.len,
    builtins.set,
)  # fmt: skip
"""Builtins that have taken all items when they are done."""
HARMLESS = ("function", "copy", "global", "cell")
"""What may stand between a view and the call that takes its items: it changes no dict."""


def is_taken_at_once(work: Work, stmt: Bind) -> bool:
    """Whether all items of a view that a statement makes are taken before anything can change the dict."""
    if (
        stmt.op != "method"
        or stmt.fn not in ("items", "values", "keys")
        or stmt.target not in work.facts.function.temps
    ):
        return False
    version, waiting = work.facts.versions.defined[stmt, stmt.target], False
    for later in core.walk(work.facts.function.body):
        reads = any(isinstance(a, Var) and work.facts.versions.read[a] is version for a in core.operands(later))
        if later is stmt:
            waiting = True
        elif reads:
            callee = work.facts.kinds.callee.get(later) if isinstance(later, Bind) else None
            return waiting and callee is not None and any(callee.value is fn for fn in AT_ONCE)
        elif not (isinstance(later, Bind) and later.op in HARMLESS):
            waiting = False
    return False


def is_given_away(work: Work, stmt: Bind) -> bool:
    """Whether a view that a statement makes is what its function gives, or is put into something."""
    if stmt.op != "method" or stmt.fn not in ("items", "values", "keys"):
        return False
    version, result = work.facts.versions.defined[stmt, stmt.target], work.facts.function.result
    if isinstance(result, Var) and work.facts.versions.read[result] is version:
        return True
    for reader in core.walk(work.facts.function.body):
        held = (reader.op in ("copy", "tuple", "list", "dict")) if isinstance(reader, Bind) else True
        if held and not isinstance(reader, core.For):
            given = [a for a in core.operands(reader) if isinstance(a, Var)]
            if any(work.facts.versions.read[a] is version for a in given):
                return True
    return False


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


def taken_from(work: Work, loop: core.For) -> str | None:
    """The name of what a loop in memory runs over where that may be an object with an `__iter__` of its own."""
    if not isinstance(loop.iter, Var) or not iterates(work, loop):
        return None
    version, kind = work.facts.versions.read[loop.iter], work.kind(loop.iter)
    made = version.stmt
    if isinstance(made, Bind) and version.origin == "definition" and is_iteration(work, made):
        return None
    if kind.tag not in ("any", "iter", "fields", "own") and not (kind.tag == "tuple" and kind.value is not None):
        return None
    if loop not in work.iterated:
        name = work.iterated[loop] = work.bars.names.fresh(f"{loop.iter.name}_items")
        temporary = [build.const(True)] if loop.iter.name in work.facts.function.temps else []
        made_here = build.assign(name, work.help("iterated_over", build.name(loop.iter.name), *temporary))
        work.residuals.insert.before.setdefault(loop, []).append(made_here)
    return work.iterated[loop]


def give_back(work: Work, loop: core.For, out: Code) -> None:
    """Before a loop: what its items got goes to where its iterator took them from."""
    name = work.iterated.get(loop)
    if name is not None and isinstance(loop.iter, Var):
        call = build.impure(build.attribute(build.name(name), "given_back"), [build.name(work.memory())])
        work.bars.add(loop.iter.name, work.kind(loop.iter), call, out, owned=False, full=True)


def passes(work: Work, loop: core.For, position: str, inner: Code) -> None:
    """The end of a reverse pass: the residue of the loop's target goes to the place of its item."""
    bars, name = work.bars, loop.target
    if name not in bars.state:
        if loop in work.iterated:
            inner.append(ast.Expr(_passed(work, loop, position, build.const(0.0))))
        return
    bars.whole(name, inner)
    del bars.state[name]
    if loop in work.iterated and isinstance(loop.iter, Var):
        ct = build.name(bars.bar(name)) if work.target_active(loop, name) else build.const(0.0)
        rest = _passed(work, loop, position, ct)
        bars.add(loop.iter.name, work.kind(loop.iter), rest, inner, owned=False, full=True)
        return
    if work.target_active(loop, name):
        _to_source(work, loop.iter, build.name(bars.bar(name)), build.name(position), inner)


def _passed(work: Work, loop: core.For, position: str, ct: ast.expr) -> ast.expr:
    """The residue of a pass's item goes to its place, and a generator back to where it had not given it."""
    passed = build.attribute(build.name(work.iterated[loop]), "passed")
    return build.impure(passed, [build.name(work.memory()), build.name(position), ct])


def generators(work: Work, loop: core.For) -> list[str]:
    """The names of what a loop takes items from that may be a generator."""
    if loop in work.iterated:
        return [work.iterated[loop]]
    found: list[str] = []
    pending: list[Atom] = [loop.iter]
    while pending:
        atom = pending.pop()
        if not isinstance(atom, Var) or not work.active(atom) or not work.in_memory(atom):
            continue
        version = work.facts.versions.read[atom]
        if isinstance(version.stmt, Bind) and version.origin == "definition" and is_iteration(work, version.stmt):
            pending += version.stmt.args
        elif work.kind(atom).tag in ("any", "iter"):
            found.append(atom.name)
    return found


def kept_generators(work: Work, loop: core.For) -> list[str]:
    """The same under names that the loop does not bind."""
    found = []
    for name in generators(work, loop):
        if name not in work.iterated.values():
            kept = work.bars.names.fresh(f"{name}_items")
            work.residuals.insert.before.setdefault(loop, []).append(build.assign(kept, build.name(name)))
            name = kept
        found.append(name)
    return found


def rewind(work: Work, names: list[str]) -> Code:
    """Before the reverse of a loop: generators are undone to their last items."""
    code: Code = []
    for name in names:
        if name in work.iterated.values():
            call: ast.expr = build.impure(build.attribute(build.name(name), "rewind"), [build.name(work.memory())])
        else:
            call = changing(work, "rewound", build.name(name))
        code.append(ast.Expr(call))
    return code


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
    if is_array(work, atom):
        out.append(ast.Expr(rest))
    else:
        work.bars.add(atom.name, work.kind(atom), rest, out, owned=False, full=True)


def _through(work: Work, made: Bind, block: Block, ct: ast.expr, position: ast.expr, out: Code) -> None:
    if made.op == "method":
        checked = ast.Expr(work.help("require_plain_dict", _plain(made.args[0]), build.const(made.fn)))
        work.residuals.insert.before.setdefault(made, []).append(checked)
        keys = _noted_at(work, made, block, build.call(work.builtin("list"), [_plain(made.args[0])]), "keys")
        owner = work.object(made.args[0])
        if made.fn == "values":
            out.append(memory_call(work, "add_item", owner, build.subscript(keys, position), ct))
        elif made.fn == "keys":
            out.append(ast.Expr(changing(work, "add_key", owner, ct)))
        else:
            out.append(ast.Expr(changing(work, "add_pair", owner, build.subscript(keys, position), ct)))
        return
    value = work.facts.kinds.callee[made].value
    if value is builtins.enumerate:
        _to_source(work, made.args[0], work.help("item", ct, build.const(1)), position, out)
    elif value is builtins.reversed:
        length = _noted_at(work, made, block, build.call(work.builtin("len"), [_plain(made.args[0])]), "length")
        backwards = ast.BinOp(ast.BinOp(length, ast.Sub(), build.const(1)), ast.Sub(), position)
        _to_source(work, made.args[0], ct, backwards, out)
    else:
        for i, atom in reversed(list(enumerate(made.args))):  # a generator gives its items back in turn
            _to_source(work, atom, work.help("item", ct, build.const(i)), position, out)


def _plain(atom: Atom) -> ast.expr:
    return build.name(atom.name) if isinstance(atom, Var) else build.const(atom.value)


def _noted_at(work: Work, made: Bind, block: Block, value: ast.expr, hint: str) -> ast.expr:
    """Something of an operand, written down just before a statement."""
    known = work.bars.names.fresh(hint)
    work.residuals.insert.before.setdefault(made, []).append(build.assign(known, value))
    work.residuals.keep_in(block, known)
    return build.name(known)
