"""Classes of names that may share storage, and what stores into them."""

from __future__ import annotations

import types

from dualad.analysis.meant import Met
from dualad.records import field, record
from dualad.syntax.core import Stmt

OUTSIDE = "<outside>"
"""The class of globals and captured variables."""
RESULT = "<result>"
"""What stands for the result of a function among the names of its parameters."""


@record(eq=False, repr=False)
class Memory:
    """What the analysis found."""

    met: Met
    parent: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)  # names, any of the class; see `is_written`
    changed: set[str] = field(default_factory=set)  # those of them whose arrays may change, not only which they hold
    unknown: set[Stmt] = field(default_factory=set)  # calls that may write anything that they can reach
    reading: set[Stmt] = field(default_factory=set)  # methods taken for those of arrays, which store into nothing
    unseen: set[Stmt] = field(default_factory=set)  # stores into what anybody may read, and calls of what does them
    recursive: frozenset[types.CodeType] = frozenset()  # functions around that are called again, by it or its callees
    protected: set[str] = field(default_factory=set)
    by_default: set[Stmt] = field(default_factory=set)  # stores into default values, which globals may name
    stores: dict[str, list[Stmt]] = field(default_factory=dict)  # by name stored into
    defined_by: dict[str, list[Stmt]] = field(default_factory=dict)
    edges: list[tuple[str, str, Stmt | None]] = field(default_factory=list)  # which names were joined, and by what

    def find(self, name: str) -> str:
        """The representative of a name's class."""
        while self.parent.setdefault(name, name) != name:
            self.parent[name] = name = self.parent[self.parent[name]]
        return name

    def union(self, a: str, b: str, by: Stmt | None = None) -> None:
        self.edges.append((a, b, by))
        self.parent[self.find(a)] = self.find(b)

    def is_written(self, name: str, array: bool = False) -> bool:
        """Whether a store may reach what a name holds; `array`: an array, which stores into lists do not change."""
        root = self.find(name)
        return any(self.find(n) == root for n in (self.changed if array else self.written))

    def is_stored(self, name: str, array: bool = False) -> bool:
        """Whether a statement stores into what a name holds; `array` as of `is_written`."""
        root = self.find(name)
        return any(self.find(n) == root for n in self.stores if n in self.changed or not array)

    def is_protected(self, name: str) -> bool:
        """Whether the class may be written after the function has returned."""
        root = self.find(name)
        return any(self.find(n) == root for n in self.protected)

    def stores_into(self, name: str) -> list[Stmt]:
        root = self.find(name)
        return [s for n, stmts in self.stores.items() if self.find(n) == root for s in stmts]

    def may_write(self, stmt: Stmt) -> bool:
        """Whether it was counted among what stores into something."""
        return stmt in self.unknown or any(stmt in stmts for stmts in self.stores.values())

    def members(self, name: str) -> list[str]:
        root = self.find(name)
        return sorted(n for n in self.parent if self.find(n) == root)


@record(frozen=True, slots=True)
class Beyond:
    """What a function may write beyond itself.

    arguments: storage of its arguments; outside: what lies outside, also by what it calls without our knowing what
    that does; stores_outside: by what is known of it (what it calls is looked at before *that* runs); unseen: so that
    anybody may read it (see `Memory`); gives: what it gives may lie outside; leaves: so may what its arguments hold
    when it has run; stored: parameters that it stores into; parts: the classes of parameters and of the result;
    recursive: what it calls again of the functions around it, whose doings are not among these.
    """

    arguments: bool
    outside: bool
    stores_outside: bool
    unseen: bool
    gives: bool
    leaves: bool
    stored: tuple[str, ...]
    parts: dict[str, str]
    recursive: frozenset[types.CodeType]
