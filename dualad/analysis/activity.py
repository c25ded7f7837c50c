"""Activity: which versions depend on a differentiated argument and are needed for the result, by name or memory."""

from __future__ import annotations

import operator
from collections.abc import Callable

from dualad.analysis.harmless import is_foreign
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import ANY, Kind
from dualad.analysis.sent import may_receive
from dualad.analysis.storage import OUTSIDE, Memory
from dualad.analysis.versions import Version, Versions
from dualad.anew import is_maker
from dualad.records import field, record
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Stmt, Var

OF_OBJECTS = frozenset(
    {operator.or_, operator.and_, operator.xor, operator.lshift, operator.rshift, operator.invert, operator.inv}
)
"""Operators that have no derivative of numbers: objects may have their own, and dicts are merged by `|`."""


@record(eq=False, repr=False)
class Activity:
    """`varied` and `useful` versions; active is what is both, and can carry a derivative at all."""

    kinds: Kinds
    versions: Versions
    varied: set[Version] = field(default_factory=set)
    useful: set[Version] = field(default_factory=set)
    varied_classes: set[str] = field(default_factory=set)
    useful_classes: set[str] = field(default_factory=set)
    used: set[Version] = field(default_factory=set)  # read by active code, directly or through joins
    active: set[Version] = field(default_factory=set)  # varied and useful, and not of a kind that carries nothing

    def is_active(self, version: Version) -> bool:
        return version in self.active

    def reads_active(self, atom: Atom) -> bool:
        """Whether an operand is active."""
        return type(atom) is Var and self.versions.read[atom] in self.active

    def target_active(self, stmt: Stmt, name: str) -> bool:
        return self.versions.defined[stmt, name] in self.active


@record(frozen=True)
class Reach:
    """What of the memory beyond a function takes part.

    outside: globals and captured variables may hold active values before the call, and be read after it.
    cells: so do captured variables, numbers among them.
    arguments: so do arguments that are stored into.
    """

    outside: bool = False
    cells: bool = False
    arguments: bool = False


NOTHING_BEYOND = Reach()


def analyse(
    function: core.Function, kinds: Kinds, memory: Memory, wanted: set[str], reach: Reach = NOTHING_BEYOND
) -> Activity:
    """Activity for the derivative of the result in the parameters `wanted`, and in what `reach` adds."""
    work = _Analysis(function, kinds, memory)
    work.reach(reach, wanted)
    for version in kinds.versions.all:
        if version.origin == "parameter" and version.name in wanted:
            work.found.varied.add(version)
    work.fixed_point(work.forward)
    if kinds.versions.result is not None:
        work.found.useful.add(kinds.versions.result)
    work.fixed_point(work.backward)
    work.use()
    return work.found


class _Analysis:
    def __init__(self, function: core.Function, kinds: Kinds, memory: Memory) -> None:
        self.function = function
        self.kinds = kinds
        self.memory = memory
        self.versions = kinds.versions
        self.found = Activity(kinds, kinds.versions)
        self.statements = list(core.walk(function.body))
        self.outer = function.outer
        self.stored = {memory.find(name) for name in memory.stores}  # the classes that are stored into
        self.beyond = Reach()
        self.new: list[Version] = []  # versions marked in this round
        self.everywhere = False  # a class was marked in this round
        self.handled = [s for s in self.statements if isinstance(s, Bind) and s.op == "caught"]
        self.carries_useful = False  # an exception that is handled may hold what is needed
        self.captured: dict[Stmt, list[Version]] = {}  # by inner functions: all versions of their names
        for stmt in self.statements:
            if isinstance(stmt, Bind) and stmt.op == "function":
                names = {a.name for a in stmt.args if isinstance(a, Var)}
                self.captured[stmt] = [v for v in self.versions.all if v.name in names]
        self.receiving = may_receive(function, kinds)
        self.reads = {
            s: [self.versions.read[a] for a in core.operands(s) if isinstance(a, Var)] for s in self.statements
        }
        self.readers: dict[Version, list[Stmt]] = {}
        self.merged: dict[Version, list[Version]] = {}  # what a version is an input of
        for stmt, read in (*self.reads.items(), *self.captured.items()):
            for version in read:
                self.readers.setdefault(version, []).append(stmt)
        for version in self.versions.all:
            for source in version.inputs:
                self.merged.setdefault(source, []).append(version)

    def reach(self, reach: Reach, wanted: set[str]) -> None:
        """Take in what is active beyond the function."""
        self.beyond = reach
        for name, scope in self.outer.items():
            if scope == "own" and name in wanted:
                self.found.varied_classes.add(self.memory.find(name))
                # What is read of it is read of its cell, so that no read says that the parameter is needed.
                shared = [v for v in self.versions.all if v.name == name and v.origin == "parameter"]
                self.found.useful.update(shared)
        outside = self.memory.find(OUTSIDE)
        if reach.outside or reach.cells:
            self.found.varied_classes.add(outside)
            if self.memory.is_stored(OUTSIDE):
                self.found.useful_classes.add(outside)
        if reach.arguments and self.function.is_generator:  # who takes its items may store into them
            given = [s.value for s in self.statements if isinstance(s, core.Yield) and isinstance(s.value, Var)]
            changing = {self.memory.find(v.name) for v in given if not self.kinds.of(v).immutable}
            self.found.varied_classes |= changing
            self.found.useful_classes |= changing
        if reach.arguments:
            self.found.useful_classes |= {self.memory.find(n) for n in wanted if self.memory.is_stored(n)}

    def reaches_outside(self, stmt: Stmt) -> bool:
        """Whether it calls what may read or write active memory beyond this function."""
        if not isinstance(stmt, Bind) or stmt.op not in ("call", "method"):
            return False
        if self.memory.find(OUTSIDE) not in self.found.varied_classes:
            return False
        return is_foreign(self.kinds, stmt)

    def fixed_point(self, step: Callable[[list[Version], list[Stmt]], None]) -> None:
        """Take steps until nothing changes: the first one at everything, others next to what has changed."""
        versions, statements = self.versions.all, self.statements
        while True:
            self.new, self.everywhere = [], False
            step(versions, statements)
            if self.everywhere:
                versions, statements = self.versions.all, self.statements
            elif self.new:
                versions = [*self.new, *(m for v in self.new for m in self.merged.get(v, ()))]
                near = [s for v in self.new for s in (*self.readers.get(v, ()), v.stmt) if s is not None]
                statements = list(dict.fromkeys(near))
            else:
                return

    def mark(self, marked: set[Version], version: Version) -> None:
        if version not in marked:
            marked.add(version)
            self.new.append(version)

    def mark_class(self, marked: set[str], name: str) -> None:
        """The class of a name."""
        found = self.memory.find(name)
        if found not in marked:
            marked.add(found)
            self.everywhere = True

    # Forward: varied

    def forward(self, versions: list[Version], statements: list[Stmt]) -> None:
        varied, classes = self.found.varied, self.found.varied_classes
        for version in versions:
            if any(v in varied for v in version.inputs) or (
                classes and self.memory.find(version.name) in classes and not self.kind(version).immutable
            ):
                self.mark(varied, version)
        for stmt in statements:
            self.flow(stmt)

    def kind(self, version: Version) -> Kind:
        return self.kinds.version.get(version) or ANY

    def is_varied(self, atom: Atom) -> bool:
        return (
            isinstance(atom, Var) and self.versions.read[atom] in self.found.varied and not self.kinds.of(atom).inactive
        )

    def reads_varied(self, stmt: Stmt) -> bool:
        varied = self.found.varied
        for version in self.reads[stmt]:  # noqa: SIM110 - a generator costs more than what it asks
            if version in varied and not self.kind(version).inactive:
                return True
        return False

    def flow(self, stmt: Stmt) -> None:
        varied = self.found.varied
        match stmt:
            case Bind():
                operands = self.reads_varied(stmt) or self.reaches_outside(stmt)
                if stmt.op in ("cell", "global"):
                    operands = self.is_varied_place(stmt)
                elif stmt.op == "function":
                    operands = any(v in varied and not self.kind(v).inactive for v in self.captured[stmt])
                elif not operands and stmt.op in ("call", "method"):
                    operands = stmt in self.receiving  # it may be sent what is active later
                if self.carries(stmt) and operands:
                    self.vary(stmt, stmt.target)
                    if stmt.op == "inplace" and not self.kinds.target(stmt, stmt.target).immutable:
                        self.mark_class(self.found.varied_classes, stmt.target)
                if stmt.op == "caught":  # it may hold anything that was varied where it was raised
                    self.vary(stmt, stmt.target)
                if operands and stmt.op == "call" and is_maker(self.kinds.callee[stmt].value):
                    self.mark_class(self.found.varied_classes, OUTSIDE)  # any object of the class leads there
                self.flow_writes(stmt)
            case core.Unpack() | core.For() | core.With():
                if self.reads_varied(stmt):
                    for name in core.targets(stmt):
                        self.vary(stmt, name)
            case core.StoreOuter():
                if self.is_varied(stmt.value):
                    self.mark_class(self.found.varied_classes, self.place(stmt.name))
            case core.Store() | core.StoreAttr() | core.Append():
                if self.is_varied(stmt.value) or (isinstance(stmt, core.Store) and self.has_varied_key(stmt)):
                    self.mark_class(self.found.varied_classes, stmt.base.name)

    def place(self, name: str) -> str:
        """The memory that a shared variable, a captured variable or a global is."""
        return name if self.outer.get(name) == "own" else OUTSIDE

    def is_varied_place(self, stmt: Bind) -> bool:
        """Whether what is read of a captured variable or global may be active."""
        if self.beyond.cells if stmt.op == "cell" else self.beyond.outside:
            return True
        return stmt.fn in self.outer and self.memory.find(self.place(stmt.fn)) in self.found.varied_classes

    def has_varied_key(self, stmt: core.Store) -> bool:
        """Whether a store may make an active number the key of a dict, from which it can be read again."""
        if self.kinds.of(stmt.base).tag == "array" or self.kinds.of(stmt.key).inactive:
            return False
        return self.is_varied(stmt.key)

    def flow_writes(self, stmt: Bind) -> None:
        """A call that writes one of its arguments makes the class varied when another one is."""
        if stmt.op not in ("call", "method"):
            return
        if not self.reads_varied(stmt) and not self.reaches_outside(stmt):
            return
        names = [a.name for a in core.operands(stmt) if isinstance(a, Var)]
        for name in (*names, OUTSIDE):
            if stmt in self.memory.stores.get(name, ()):
                self.mark_class(self.found.varied_classes, name)

    def vary(self, stmt: Stmt, name: str) -> None:
        version = self.versions.defined[stmt, name]
        if not self.kind(version).inactive:
            self.mark(self.found.varied, version)

    def carries(self, stmt: Bind) -> bool:
        """Whether a derivative may pass through the statement from its operands to its target."""
        if stmt.op in ("format", "import"):
            return False
        if stmt.op in ("prim", "call", "method", "attr"):
            callee = self.kinds.callee[stmt]
            if callee.primitive is not None and callee.primitive.form == "constant":
                if any(callee.value is fn for fn in OF_OBJECTS):
                    return any(not (k.is_number or k.tag == "array") for k in map(self.kinds.of, callee.args))
                return self.kinds.may_ask_objects(callee.value, core.operands(stmt))
        return True

    # Backward: useful

    def backward(self, versions: list[Version], statements: list[Stmt]) -> None:
        useful, classes = self.found.useful, self.found.useful_classes
        for version in reversed(versions):
            if version in useful:
                for source in version.inputs:
                    self.mark(useful, source)
                if not self.kind(version).immutable:
                    self.mark_useful_class(version.name)
        if self.memory.stores:
            for version in versions:
                found = self.memory.find(version.name)
                if found in classes and found in self.stored:
                    self.mark(useful, version)
        for stmt in reversed(statements):
            self.needed(stmt)

    def mark_useful_class(self, name: str) -> None:
        """The class of a name: nothing follows from that where nobody stores into it."""
        found = self.memory.find(name)
        if self.outer or found in self.stored or found == self.memory.find(OUTSIDE):
            self.mark_class(self.found.useful_classes, name)
        else:
            self.found.useful_classes.add(found)

    def needed(self, stmt: Stmt) -> None:
        match stmt:
            case Bind():
                wanted = self.versions.defined[stmt, stmt.target] in self.found.useful and self.carries(stmt)
                if wanted and stmt.op == "caught" and not self.carries_useful:
                    self.carries_useful = self.everywhere = True
                if wanted or self.writes_useful(stmt) or self.stores_unseen(stmt) or self.may_raise_useful(stmt):
                    self.need(stmt)
                    if stmt.op in ("cell", "global"):
                        self.mark_class(self.found.useful_classes, self.place(stmt.fn))
                    for version in self.captured.get(stmt, ()):
                        self.mark(self.found.useful, version)
                    if self.reaches_outside(stmt):
                        self.mark_class(self.found.useful_classes, OUTSIDE)
            case core.Unpack() | core.For() | core.With():
                wanted = any(self.versions.defined[stmt, n] in self.found.useful for n in core.targets(stmt))
                if wanted or self.writes_useful(stmt):
                    self.need(stmt)
            case core.Yield():
                self.need(stmt)
            case core.Raise():
                if self.carries_useful:
                    self.need(stmt)
            case core.StoreOuter():
                if self.memory.find(self.place(stmt.name)) in self.found.useful_classes:
                    self.need(stmt)
            case core.Store() | core.StoreAttr() | core.Append():
                if self.memory.find(stmt.base.name) in self.found.useful_classes or self.stores_unseen(stmt):
                    for atom in (stmt.base, stmt.value):
                        if isinstance(atom, Var):
                            self.mark(self.found.useful, self.versions.read[atom])

    def stores_unseen(self, stmt: Stmt) -> bool:
        """Whether a statement may store active values where anybody may read them: that is refused as it runs."""
        return stmt in self.memory.unseen and (self.reads_varied(stmt) or self.reaches_outside(stmt))

    def may_raise_useful(self, stmt: Bind) -> bool:
        """Whether a call may raise an exception that carries what it is given to where that is needed."""
        return self.carries_useful and stmt.op in ("call", "method") and is_foreign(self.kinds, stmt)

    def writes_useful(self, stmt: Stmt) -> bool:
        """Whether a call, or a method that runs by itself where something is taken apart, changes what is needed."""
        if isinstance(stmt, Bind) and stmt.op not in ("call", "method", "inplace"):
            return False
        names = [a.name for a in core.operands(stmt) if isinstance(a, Var)]
        outside = self.memory.find(OUTSIDE)
        if stmt in self.memory.unknown and outside in self.found.varied_classes & self.found.useful_classes:
            return True
        return any(
            stmt in self.memory.stores.get(name, ()) and self.memory.find(name) in self.found.useful_classes
            for name in (*names, OUTSIDE)
        )

    def need(self, stmt: Stmt) -> None:
        for version in self.reads[stmt]:
            self.mark(self.found.useful, version)

    # Used: read by active code

    def use(self) -> None:
        found, used = self.found, self.found.used
        found.active = {v for v in found.varied & found.useful if not self.kind(v).inactive}
        self.new = []
        for stmt in self.statements:
            for version in self.reads[stmt]:
                if self.found.is_active(version):
                    self.mark(used, version)
            for version in self.captured.get(stmt, ()):
                self.mark(used, version)
        if self.versions.result is not None:
            self.mark(used, self.versions.result)
        while self.new:
            for source in self.new.pop().inputs:
                self.mark(used, source)
