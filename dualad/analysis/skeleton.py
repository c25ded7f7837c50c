"""What the inference of kinds asks of a function's statements, whatever the kinds are: found once."""

from __future__ import annotations

from collections import Counter

from dualad.analysis.reshaped import reshapes_inside
from dualad.analysis.versions import Version, Versions
from dualad.records import record
from dualad.syntax import core
from dualad.syntax.core import Bind, Function, Stmt, Var


@record(eq=False, repr=False)
class Skeleton:
    """What is told by the text of a function.

    Attributes:
        function: of which.
        reads: the versions that each bind reads.
        passing: the names of lists and the like that are made for one call, so that nobody can change them before it.
        growing: the displays to whose lists something is appended by name, and into whose dicts something is stored.
        joined: the versions that begin where a statement ends.
        reshapes_inside: an inner function gives arrays another shape or dtype.
    """

    function: Function
    reads: dict[Bind, list[Version]]
    passing: set[str]
    growing: frozenset[Stmt]
    joined: dict[Stmt, list[Version]]
    reshapes_inside: bool


def of(function: Function, versions: Versions) -> Skeleton:
    """The skeleton of a function whose versions these are."""
    known: Skeleton | None = versions.skeleton
    if known is None or known.function is not function:
        known = versions.skeleton = _made(function, versions)
    return known


def _made(function: Function, versions: Versions) -> Skeleton:
    statements = list(core.walk(function.body))
    operands = {s: [a for a in core.operands(s) if isinstance(a, Var)] for s in statements}
    joined: dict[Stmt, list[Version]] = {}
    for (stmt, _), version in versions.after.items():
        joined.setdefault(stmt, []).append(version)
    return Skeleton(
        function,
        {s: [versions.read[a] for a in read] for s, read in operands.items() if isinstance(s, Bind)},
        _passing(operands, function.temps),
        _growing(statements, versions),
        joined,
        any(isinstance(s, Bind) and s.op == "function" and reshapes_inside(s.fn) for s in statements),
    )


def maker_of(base: Var, versions: Versions) -> Bind | None:
    """The statement that bound what a name holds, whatever names it had in between; None where there is not one."""
    version = versions.read[base]
    maker = version.stmt
    while version.origin == "definition" and isinstance(maker, Bind) and maker.op == "copy":
        if not isinstance(maker.args[0], Var):
            break
        version = versions.read[maker.args[0]]
        maker = version.stmt
    return maker if version.origin == "definition" and isinstance(maker, Bind) else None


def _growing(statements: list[Stmt], versions: Versions) -> frozenset[Stmt]:
    found: list[Stmt] = []
    for stmt in statements:
        base = stmt.base if isinstance(stmt, core.Append | core.Store) else None
        if isinstance(stmt, Bind) and stmt.op == "method" and stmt.fn in ("append", "insert", "extend"):
            base = stmt.args[0] if isinstance(stmt.args[0], Var) else None
        maker = maker_of(base, versions) if base is not None else None
        if maker is not None and maker.op == ("dict" if isinstance(stmt, core.Store) else "list"):
            found.append(maker)
    return frozenset(found)


def _passing(operands: dict[Stmt, list[Var]], temps: set[str]) -> set[str]:
    read: Counter[str] = Counter()
    made: Counter[str] = Counter()
    by_binds: set[str] = set()
    for stmt, atoms in operands.items():
        names = [a.name for a in atoms]
        for name in names:
            read[name] += 1
        if isinstance(stmt, Bind):
            by_binds.update(names)
            if stmt.op in ("list", "tuple"):
                made[stmt.target] += 1
    return {n for n, times in made.items() if times == 1 == read[n] and n in by_binds and n in temps}
