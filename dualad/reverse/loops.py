"""Loops over what lives in shadow memory: the residue of each item goes to the place that the item came from."""

from __future__ import annotations

import ast
import builtins

from dualad.analysis.versions import Block
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
        return True
    return stmt.op == "method" and stmt.fn in ("items", "values", "keys") and len(stmt.args) == 1


def is_only_iterated(work: Work, stmt: Bind) -> bool:
    """Whether nothing but loops reads what a statement binds."""
    version = work.facts.versions.defined[stmt, stmt.target]
    for reader in core.walk(work.facts.function.body):
        if any(isinstance(a, Var) and work.facts.versions.read[a] is version for a in core.operands(reader)):
            if isinstance(reader, Bind) and is_iteration(work, reader) and is_only_iterated(work, reader):
                continue
            if not isinstance(reader, core.For):
                return False
    return True


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
        keys = _noted_at(work, made, block, build.call(build.name("list"), [_plain(made.args[0])]), "keys")
        value = work.help("item", ct, build.const(1)) if made.fn == "items" else ct
        arguments = [work.object(made.args[0]), build.subscript(keys, position), value]
        if made.fn != "keys":
            out.append(memory_call(work, "add_item", *arguments))
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
