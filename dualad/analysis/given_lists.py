"""Lists that a function is given and only takes numbers, arrays and the like from.

A list of numbers that is an item of another may be any that is known, and what is stored into it may be in all of them.
A list that was given is none of those as long as nothing but its items is taken from it and put elsewhere.
"""

from __future__ import annotations

from dualad.analysis.calls import ITERATION
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import BOTTOM, Kind
from dualad.analysis.versions import Version
from dualad.syntax import core
from dualad.syntax.core import Bind, Function, Stmt, Var

PLAIN = frozenset({"array", "npscalar", "scalar", "str", "none", "range", "slice", "ellipsis", "bottom"})


def holds_lists(kind: Kind) -> bool:
    """Whether a value is known to be a list, or to hold one."""
    return kind.tag == "list" or any(map(holds_lists, kind.items))


def stay_apart(given: list[Version], function: Function, known: Kinds) -> bool:
    """Whether no list among the values of `given`, and none that they hold, gets into another list."""
    return _Uses(function, known).are_harmless(given)


class _Uses:
    def __init__(self, function: Function, known: Kinds) -> None:
        self.known = known
        self.readers: dict[Version, list[Stmt]] = {}
        read = known.versions.read
        for stmt in core.walk(function.body):
            for atom in core.operands(stmt):
                if isinstance(atom, Var):
                    self.readers.setdefault(read[atom], []).append(stmt)
        self.merged: dict[Version, list[Version]] = {}
        for version in known.versions.all:
            for source in version.inputs:
                self.merged.setdefault(source, []).append(version)

    def are_harmless(self, given: list[Version]) -> bool:
        """Whether what reads these versions, or whatever they flow into, gives nothing that may be such a list."""
        waiting, seen = list(given), set(given)
        while waiting:
            version = waiting.pop()
            following = list(self.merged.get(version, ()))
            for stmt in self.readers.get(version, ()):
                made = self.made(stmt, version)
                if made is None:
                    return False
                following += made
            for other in following:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return True

    def made(self, stmt: Stmt, version: Version) -> list[Version] | None:
        """What of a value's lists a statement's targets may hold; None where they may get elsewhere."""
        targets = [self.known.versions.defined[stmt, name] for name in core.targets(stmt)]
        holding = [target for target in targets if _may_hold_lists(self.known.version.get(target, BOTTOM))]
        match stmt:
            case core.For() | core.Unpack() | Bind(op="copy" | "tuple" | "prim" | "format"):
                return holding
            case Bind(op="call"):
                return holding if self.keeps_nothing(stmt) else None
            case core.If() | core.While():
                return []
            case core.Store():
                kept = isinstance(stmt.value, Var) and self.known.versions.read[stmt.value] is version
                return None if kept else []
        return None

    def keeps_nothing(self, stmt: Bind) -> bool:
        """Whether a call is one of a rule, or of Python's iterators, that calls no function of the user's."""
        callee = self.known.callee.get(stmt)
        if callee is None:
            return True  # not looked at yet
        quiet = callee.primitive is not None or any(callee.value is fn for fn in ITERATION)
        given = [*callee.args, *(atom for _, atom in callee.kwargs)]
        return quiet and all(_is_data(self.known.of(atom)) for atom in given)


def _is_data(kind: Kind) -> bool:
    if kind.tag in ("list", "tuple", "ntuple", "dict", "iter"):
        return all(map(_is_data, kind.items))
    return kind.is_number or kind.tag in PLAIN


def _may_hold_lists(kind: Kind) -> bool:
    return kind.tag == "list" or not _is_data(kind) or any(map(_may_hold_lists, kind.items))
