"""What inference finds: the kinds of all versions, what is called where, and what all that takes for granted."""

from __future__ import annotations

import math
import operator
import types
from typing import Any

from dualad import registry
from dualad.analysis import calls, kinds
from dualad.analysis.calls import Callee
from dualad.analysis.kinds import ANY, BOTTOM, Kind
from dualad.analysis.versions import Version, Versions
from dualad.records import field, record
from dualad.registry import Primitive
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt


@record(frozen=True, slots=True)
class Assumption:
    """What a variant takes for granted of a global or captured variable: its identity, or its kind."""

    scope: str  # "global", "cell", "attribute", or "missing": an attribute that a class does not have itself
    name: str
    kind: Kind
    owner: Any = None  # the globals of another function, or the module, where it is not the function's own


IDENTIFYING = (id, type, callable, operator.is_, operator.is_not)
"""What asks nothing of an object but which one it is."""
ROUNDING = (operator.floordiv, round, math.floor, math.ceil, math.trunc)

COMPARING = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, operator.contains)
"""What asks the items of containers, too."""

Taken = frozenset[tuple[str, str, int, Kind]]


def taken(assumptions: Any, scope: dict[str, Any], cells: dict[str, Any]) -> Taken:
    """Assumptions in a form in which those of one function can be compared with those of another."""
    found = set()
    for a in assumptions:
        owner = a.owner
        if owner is None:
            owner = scope if a.scope == "global" else cells[a.name]
        found.add((a.scope, a.name, id(owner), a.kind))
    return frozenset(found)


@record(eq=False, repr=False)
class Kinds:
    """What the inference found."""

    version: dict[Version, Kind] = field(default_factory=dict)
    callee: dict[Bind, Callee] = field(default_factory=dict)
    assumptions: dict[tuple[str, str, int], Assumption] = field(default_factory=dict)
    versions: Versions = field(default_factory=Versions)
    given: tuple[Kind, ...] = ()  # what was known of the arguments, of which `version` may know less
    result: Kind = ANY
    mutated: bool = False  # lists or dicts are changed, so that nothing is known of any
    reshaped: bool = False  # arrays are given other shapes or dtypes, so that nothing is known of any
    inner: dict[Bind, tuple[core.Function, Kinds]] = field(default_factory=dict)  # calls of Python functions
    beyond: dict[Any, Any] = field(default_factory=dict)  # what `memory.writes_beyond` has found of the function
    recursive: dict[Bind, types.CodeType] = field(default_factory=dict)  # calls of functions that are being inferred
    settled: dict[Stmt, bool] = field(default_factory=dict)  # branches that always go the same way
    function: Any = None  # what was inferred: without branches that are never taken

    def of(self, atom: Atom) -> Kind:
        """The kind of an operand."""
        if isinstance(atom, Const):
            return calls.atom_kind(atom.value)
        return self.version.get(self.versions.read[atom], BOTTOM)

    def plain(self, stmt: Bind) -> Primitive | None:
        """The plain operation that an augmented assignment is for something that it rebinds."""
        return registry.lookup(operator_named(stmt.fn.__name__[1:]))

    def may_ask_objects(self, fn: Any, atoms: list[Atom]) -> bool:
        """Whether something that has no derivative of numbers may be what the class of an operand says that it is."""
        if any(fn is known for known in IDENTIFYING):
            return False
        tags = {self.of(atom).tag for atom in atoms}
        if "own" in tags:
            return True
        if any(fn is known for known in COMPARING) and any(_holds_own(self.of(atom)) for atom in atoms):
            return True
        rounds = "any" in tags and any(fn is known for known in ROUNDING)
        return rounds and any(kind.tag == "own" for kind in self.version.values())

    def target(self, stmt: Stmt, name: str) -> Kind:
        """The kind of a name that a statement binds."""
        return self.version.get(self.versions.defined[stmt, name], BOTTOM)


def _holds_own(kind: Kind) -> bool:
    """Whether it is a container of objects of a class of the user's."""
    return any(item.tag == "own" or _holds_own(item) for item in kind.items)


@record(eq=False, repr=False)
class Pending:
    """A function that is being inferred for some kinds: what it is taken to return and to do, and who asked."""

    result: Kind = BOTTOM
    mutated: bool = False
    reshaped: bool = False
    asked: bool = False

    @property
    def taken(self) -> tuple[Kind, bool, bool]:
        """What it is taken to return and to do."""
        return self.result, self.mutated, self.reshaped


Active = dict[tuple[Any, tuple[tuple[str, Kind], ...]], Pending]
"""Functions that are being inferred, outermost first, by what they are and the kinds of their parameters."""


def identity(fn: types.FunctionType) -> tuple[Any, ...]:
    """What a function is: closures of one code differ by what they capture."""
    return fn.__code__, id(fn.__globals__), *map(id, fn.__closure__ or ())


def times_active(code: types.CodeType, active: Active) -> int:
    """How often code is being inferred."""
    return sum(code is known for (known, *_), _ in active)


def given_kinds(params: dict[str, Kind]) -> tuple[tuple[str, Kind], ...]:
    """Kinds of parameters in a canonical form, by which a call of the same kind is told."""
    return tuple(sorted(((name, kinds.anonymous(kind)) for name, kind in params.items()), key=lambda pair: pair[0]))


def operator_named(name: str) -> Any:
    """The operator of an augmented one's name: "add" of `iadd`."""
    return getattr(operator, name + "_" if name in ("and", "or") else name)
