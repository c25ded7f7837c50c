"""Which values are for sure what NumPy or SciPy has made, whose methods are no functions that somebody keeps there."""

from __future__ import annotations

from collections.abc import Collection

from dualad.analysis import libraries
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.storage import Memory
from dualad.syntax.core import Atom, Bind, Const, Var


def is_of_library(atom: Atom, memory: Memory, kinds: Kinds, params: Collection[str]) -> bool:
    """Whether something is for sure what a function of NumPy's or SciPy's made, or a method of such an object."""
    return _Looking(memory, kinds, params).is_of_library(atom, frozenset())


class _Looking:
    def __init__(self, memory: Memory, kinds: Kinds, params: Collection[str]) -> None:
        self.memory, self.kinds, self.params = memory, kinds, params

    def is_of_library(self, atom: Atom, seen: frozenset[str]) -> bool:
        name = atom.name if isinstance(atom, Var) else ""
        made = self.memory.defined_by.get(name, ())
        if not made or name in seen or name in self.params:
            return False
        return all(isinstance(s, Bind) and self.is_made(s, seen | {name}) for s in made)

    def is_made(self, stmt: Bind, seen: frozenset[str]) -> bool:
        if stmt.op in ("copy", "list", "tuple", "prim"):
            return all(self.is_no_function(a, seen) for a in stmt.args)
        callee = self.kinds.callee.get(stmt)
        if callee is None or stmt.op not in ("call", "method"):
            return False
        given = [*callee.args, *(atom for _, atom in callee.kwargs)]
        if libraries.root(callee.value) not in libraries.NUMERIC:
            if stmt.op != "method" or callee.value is not None or not self.is_of_library(stmt.args[0], seen):
                return False
            given = given[1:]
        return all(self.is_no_function(a, seen) for a in given)  # a linear operator calls that which it is made of

    def is_no_function(self, atom: Atom, seen: frozenset[str]) -> bool:
        """Whether something is, or holds, no function for sure."""
        return isinstance(atom, Const) or _is_data(self.kinds.of(atom)) or self.is_of_library(atom, seen)


def _is_data(kind: Kind) -> bool:
    """Whether it is a number, an array, a text or the like, or a container of such: no function, and no object."""
    if kind.tag in ("tuple", "list", "ntuple"):
        return bool(kind.items) and all(map(_is_data, kind.items))
    return kind.is_number or kind.tag in ("array", "str", "none", "bool", "slice", "range")
