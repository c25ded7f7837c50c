"""Which names of a function may have a tangent that is not zero, by name or through the memory that they share."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from dualad.checks import require_scalar
from dualad.errors import Unsupported
from dualad.reverse import runtime
from dualad.reverse.linearity import STORING
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Stmt, Var

CREATIONS = (np.zeros, np.zeros_like, runtime.zeros_of)
CHECKS = (require_scalar, runtime.apart)
NOTHING_MOVES = (builtins.range, builtins.len, *CHECKS)


def is_creation(value: Any) -> bool:
    """Whether a function makes zeros, of which the tangent is made in the same way."""
    return any(value is known for known in CREATIONS)


class Moving:
    """The names whose tangents are followed.

    Attributes:
        names: those that move in some place.
    """

    def __init__(self, facts: Facts, moving: tuple[str, ...]) -> None:
        self.facts = facts
        self.names = set(moving)
        self._into: set[str] = set()  # names of arrays that something stores into
        self._slots: set[str] = set()  # names of containers, whose items are replaced
        self._containers: set[str] = set()
        self._added: set[str] = set()  # names of containers of cotangents that are added to
        statements = list(core.walk(facts.function.body))
        for stmt in statements:
            self._share(stmt)
        count = -1
        while count != len(self.names):
            count = len(self.names)
            for stmt in statements:
                self._flow(stmt)
            changed = {self.place(n) for n in self._into | self._slots}
            places = changed & {self.place(n) for n in self.names}
            if places:
                self.names |= {n for n in self._all(statements) if self.place(n) in places and self._may_hold(n)}
        if any(self.is_stored(n) for n in self._added):
            raise Unsupported("stores into the items of a container")

    def place(self, name: str) -> str:
        """What stands for all names that may share memory with a name."""
        return self.facts.memory.find(name)

    def is_stored(self, name: str) -> bool:
        """Whether something stores into an array that a name holds."""
        place = self.place(name)
        return any(self.place(n) == place for n in self._into)

    def _all(self, statements: list[Stmt]) -> set[str]:
        params = {p.name for p in self.facts.function.params}
        return params | {n for s in statements for n in core.targets(s)}

    def _may_hold(self, name: str) -> bool:
        """Whether some version of a name can carry a derivative, and be changed."""
        kinds = [self.facts.kinds.version.get(v) for v in self.facts.versions.all if v.name == name]
        return any(k is None or not (k.inactive or k.immutable) for k in kinds)

    def _share(self, stmt: Stmt) -> None:
        if isinstance(stmt, core.Store):
            self._into.add(stmt.base.name)
        elif isinstance(stmt, core.Append):
            self._slots.add(stmt.base.name)
        elif isinstance(stmt, Bind):
            callee = self.facts.kinds.callee.get(stmt)
            value = None if callee is None else callee.value
            first = stmt.args[0] if stmt.args else None
            if stmt.op == "inplace":
                kind = self.facts.kinds.target(stmt, stmt.target)
                if not kind.immutable:
                    self._into.add(stmt.target)
            elif value is runtime.buffer and self.facts.kinds.of(stmt.args[1]).tag in ("dict", "list", "tuple"):
                self._containers.add(stmt.target)
            elif self._is_store(stmt, value) and isinstance(first, Var):
                added = first.name in self._containers or value is runtime.add_into
                slots = added or stmt.op == "method" or value is builtins.next
                (self._slots if slots else self._into).add(first.name)
                if added:
                    self._added.add(first.name)

    def _is_store(self, stmt: Bind, value: Any) -> bool:
        return any(value is known for known in STORING) or (stmt.op == "method" and stmt.fn in ("append", "pop"))

    def _moves(self, atom: Atom) -> bool:
        return isinstance(atom, Var) and atom.name in self.names and not self.facts.kinds.of(atom).inactive

    def _flow(self, stmt: Stmt) -> None:
        match stmt:
            case Bind():
                self._bind(stmt)
            case core.Store() | core.Append() if self._moves(stmt.value):
                self.names.add(stmt.base.name)
            case core.Unpack() if self._moves(stmt.value):
                self.names |= {n for n in stmt.targets if not self.facts.kinds.target(stmt, n).inactive}
            case core.For() if self._moves(stmt.iter):
                if not self.facts.kinds.target(stmt, stmt.target).inactive:
                    self.names.add(stmt.target)

    def _bind(self, stmt: Bind) -> None:
        callee = self.facts.kinds.callee.get(stmt)
        value = None if callee is None else callee.value
        if any(value is known for known in NOTHING_MOVES):
            return
        if callee is not None and callee.primitive is not None and callee.primitive.form == "constant":
            return
        operands = [a for a in core.operands(stmt) if self._moves(a)]
        if not operands:
            return
        first = stmt.args[0] if stmt.args else None
        if self._is_store(stmt, value) and isinstance(first, Var):
            self.names.add(first.name)
        if not self.facts.kinds.target(stmt, stmt.target).inactive:
            self.names.add(stmt.target)
