"""`x, v = a(), b()`: what a tuple would only carry from temporaries to names is bound to the names at once.

So is what one temporary alone holds, as a list that a comprehension builds. Without it each value has two names, the
temporary's and the user's, and a store through one would have to be followed through the other. Done where nothing in
between could see the difference; `a, b = b, a + b` stays as it is. A name that a function made inside has captured is
left alone: whatever is called in between may read it.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection
from typing import Any

import gast

from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Function, Stmt, Var


def coalesce(function: Function, kept: Collection[str] = ()) -> None:
    """Rewrite the tuple assignments of a function, in place; the names `kept` stay."""
    reads: Counter[str] = Counter()
    binds: Counter[str] = Counter()
    for stmt in core.walk(function.body):
        if isinstance(stmt, core.Try | core.With):
            return  # an exception on the way would show which names are bound already
        for atom in core.operands(stmt):
            if type(atom) is Var:
                reads[atom.name] += 1
        for name in core.targets(stmt):
            binds[name] += 1
    if isinstance(function.result, Var):
        reads[function.result.name] += 1
    once = {n: reads[n] for n in function.temps if binds[n] == 1 and n not in kept}
    shared = _captured(function)
    _copies(function.body, once, shared)
    _block(function.body, {n for n, count in once.items() if count == 1}, shared)


def _captured(function: Function) -> set[str]:
    """The variables that functions made inside have captured."""
    made = [s for s in core.walk(function.body) if isinstance(s, Bind) and s.op == "function"]
    return {a.name for s in made for a in s.args if isinstance(a, Var)} | set(function.outer)


def _copies(block: list[Stmt], once: dict[str, int], shared: set[str]) -> None:
    """Let a name have at once what it gets from a temporary not read again; `once`: temporaries and their reads."""
    for stmt in block:
        for inner in core.blocks(stmt):
            _copies(inner, once, shared)
    k = 0
    while k < len(block):
        stmt = block[k]
        if isinstance(stmt, Bind) and stmt.op == "copy" and stmt.fn is None and _named(stmt.args[0]) in once:
            if stmt.target not in shared and _taken_over(block, k, _named(stmt.args[0]), stmt.target, once):
                del block[k]
                continue
        k += 1


def _named(atom: core.Atom) -> Any:
    return atom.name if isinstance(atom, Var) else None


def _taken_over(block: list[Stmt], end: int, temp: str, name: str, once: dict[str, int]) -> bool:
    """Rename a temporary that is bound in the block and read up to `end` only, if its new name is not met there."""
    start = next((i for i, s in enumerate(block[:end]) if isinstance(s, Bind) and s.target == temp), None)
    if start is None or temp == name:
        return False
    between = list(core.walk(block[start:end]))
    atoms = [a for s in between for a in core.operands(s) if isinstance(a, Var)]
    if any(name in core.targets(s) for s in between) or any(a.name == name for a in atoms):
        return False
    if sum(a.name == temp for a in atoms) != once[temp] - 1:
        return False
    bind: Any = block[start]
    bind.target = name
    if bind.op == "function" and isinstance(bind.fn, gast.FunctionDef):
        bind.fn = copy.copy(bind.fn)  # which is printed with its own name
        bind.fn.name = name
    for atom in atoms:
        if atom.name == temp:
            atom.name = name
    if name in once:  # a temporary, too, which is read where the other one was
        once[name] += once[temp] - 1
    return True


def _block(block: list[Stmt], single: set[str], shared: set[str]) -> None:
    for stmt in block:
        for inner in core.blocks(stmt):
            _block(inner, single, shared)
    k = 1
    while k < len(block):
        made, unpack = block[k - 1], block[k]
        if isinstance(made, Bind) and isinstance(unpack, core.Unpack) and _carries(made, unpack, single):
            rest = None if shared.intersection(unpack.targets) else _renamed(block, k, made, unpack, single)
            if rest is not None:
                block[k - 1 : k + 1] = rest
        k += 1


def _carries(made: Bind, unpack: core.Unpack, single: set[str]) -> bool:
    """Whether a tuple is made only to be taken apart, into different names."""
    names = unpack.targets
    return (
        made.op == "tuple"
        and not made.stars
        and unpack.star is None
        and isinstance(unpack.value, Var)
        and unpack.value.name == made.target
        and made.target in single
        and len(made.args) == len(names) == len(set(names))
    )


def _renamed(block: list[Stmt], k: int, made: Bind, unpack: core.Unpack, single: set[str]) -> list[Stmt] | None:
    """Bind temporaries to the names at once, and give what stays of the assignment; None where it must stay whole."""
    plain = {a.name for a in made.args if isinstance(a, Var) and a.name not in single}
    if plain & set(unpack.targets):
        return None
    definitions: list[tuple[Bind, str]] = []
    rest: list[Stmt] = []
    for atom, name in zip(made.args, unpack.targets, strict=True):
        found = _definition(block, k - 1, atom.name, name) if isinstance(atom, Var) and atom.name in single else None
        if found is not None:
            definitions.append((found, name))
        elif isinstance(atom, Const) or atom.name in plain:
            rest.append(Bind(name, "copy", [atom], line=unpack.line, node=unpack.node))
        else:
            return None
    if not definitions:
        return None
    for found, name in definitions:
        found.target = name
    return rest


def _definition(block: list[Stmt], end: int, temp: str, name: str) -> Bind | None:
    """The binding of a temporary in the block, if the name is neither read nor bound between it and `end`."""
    for stmt in reversed(block[:end]):
        if isinstance(stmt, Bind) and stmt.target == temp:
            return stmt
        for inner in core.walk([stmt]):
            if name in core.targets(inner) or any(isinstance(a, Var) and a.name == name for a in core.operands(inner)):
                return None
    return None
