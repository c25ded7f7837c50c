"""What the writers of the reverse sweep share: facts, cotangents, residuals, refusals, marks for assembly."""

from __future__ import annotations

import ast
from typing import Any

from dualad.analysis.activity import Activity
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import ANY, Kind
from dualad.analysis.storage import Memory
from dualad.analysis.versions import Block, Versions
from dualad.records import field, record
from dualad.reverse import build
from dualad.reverse.bars import Bars, Code
from dualad.reverse.residuals import Residuals
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var
from dualad.syntax.refusal import Place


@record(eq=False, repr=False)
class Facts:
    """All that the analyses found about a function, for one variant."""

    function: core.Function
    kinds: Kinds
    versions: Versions
    memory: Memory
    activity: Activity
    in_memory: frozenset[str] = frozenset()  # names whose cotangents live in shadow memory, where they are mutable
    shared_calls: frozenset[Stmt] = frozenset()  # calls that reach active memory from outside this function
    captured: frozenset[str] = frozenset()  # names that inner functions with active variables capture
    several: frozenset[Bind] = frozenset()  # `zip` and its like whose items are taken in several places
    integers: bool = False  # captured integers may be active
    meets_objects: bool = False  # values of unknown kind may be objects whose classes have operators of their own


@record(eq=False, repr=False)
class Work:
    """The state of writing one reverse sweep."""

    facts: Facts
    bars: Bars
    residuals: Residuals
    helper: Any  # `emitted.Helpers`
    strong: bool
    higher: bool = False  # dual numbers are to run through it
    places: list[Place] = field(default_factory=list)
    writers: dict[str, Any] = field(default_factory=dict)  # helpers that know methods of classes' own, by name
    pulls: dict[Stmt, str] = field(default_factory=dict)  # calls that give a pullback: its name
    into: dict[Stmt, tuple[int, ...]] = field(default_factory=dict)  # which cotangents such a pullback adds to
    deep: dict[Stmt, tuple[int, ...]] = field(default_factory=dict)  # which of these are `deep`, see `bars.Slot`
    sites: dict[Bind, str] = field(default_factory=dict)  # the name of the helper that makes such a call
    itself: set[Bind] = field(default_factory=set)  # those that call the function that is being emitted
    iterated: dict[Stmt, str] = field(default_factory=dict)  # loops over what may have an `__iter__` of its own
    guarded: set[Stmt] = field(default_factory=set)  # calls that must not fail half way
    half_way: set[Stmt] = field(default_factory=set)  # those of them whose doings are recorded where they do
    records: str = ""  # of a generator function: the name of its records
    sources: list[str] = field(default_factory=list)  # variables whose cotangents got partials that may be infinite
    summing: bool = False  # whether a cotangent is summed along an axis
    witnesses: Any = None  # `witnesses.Witnesses` of a joint assembly
    noisy: bool = False  # whether such a partial may make NumPy warn (numbers of Python raise instead)
    fresh_indices: set[str] = field(default_factory=set)  # names that reverse loops must not bind
    operations: set[Stmt] = field(default_factory=set)  # those of `pulls` that work on memory
    appended: set[Stmt] = field(default_factory=set)  # those that append to a list, known to be one
    shared: bool = False  # the memory is the caller's
    values: bool = True  # whether what the function gives is seen, not only its derivative
    twins: dict[Any, Bind] | None = None  # calls of what is the partial of another function
    numbers: set[str] = field(default_factory=set)  # names of the reverse sweep that hold numbers
    memory_name: str = ""  # of the sweep's memory, once it is needed
    cells: dict[str, str] = field(default_factory=dict)  # names of cells: of our variables, by the variable
    outer_cells: dict[str, str] = field(default_factory=dict)  # of captured variables

    @property
    def singular(self) -> bool:
        """Whether a partial that may be infinite was written without a strong zero."""
        return bool(self.sources)

    def refuse(self, stmt: Stmt, what: str, advice: str) -> None:
        node = getattr(stmt, "node", None)
        self.places.append(Place(node if hasattr(node, "lineno") else stmt.line, what, advice))

    def kind(self, atom: Atom) -> Kind:
        found = self.facts.kinds.of(atom)
        return ANY if found.tag == "bottom" else found

    def target_kind(self, stmt: Stmt, name: str) -> Kind:
        found = self.facts.kinds.target(stmt, name)
        return ANY if found.tag == "bottom" else found

    def active(self, atom: Atom) -> bool:
        return self.facts.activity.reads_active(atom)

    def may_be_active_key(self, atom: Atom) -> bool:
        """Whether the key of a dict may be an active number; what reads the dict's keys would not be followed to it."""
        if isinstance(atom, Const) or self.kind(atom).inactive:
            return False
        return self.facts.versions.read[atom] in self.facts.activity.varied

    def target_active(self, stmt: Stmt, name: str) -> bool:
        return self.facts.activity.target_active(stmt, name)

    def memory(self) -> str:
        """The name of the sweep's memory."""
        if not self.memory_name:
            self.memory_name = self.bars.names.fresh("memory")
        return self.memory_name

    def outer_cell(self, name: str) -> str:
        """The name of the cell of a captured variable."""
        if name not in self.outer_cells:
            self.outer_cells[name] = self.bars.names.fresh(f"{name}_cell")
        return self.outer_cells[name]

    def cell(self, name: str) -> str:
        """The name of the cell of a variable of ours that an inner function captures."""
        if name not in self.cells:
            self.cells[name] = self.bars.names.fresh(f"{name}_cell")
        return self.cells[name]

    def in_memory(self, atom: Atom) -> bool:
        """Whether the cotangent of an operand lives in memory, as far as it can be changed in place."""
        return isinstance(atom, Var) and atom.name in self.facts.in_memory and not self.kind(atom).immutable

    def target_in_memory(self, stmt: Stmt, name: str) -> bool:
        """The same of what a statement binds."""
        return name in self.facts.in_memory and not self.target_kind(stmt, name).immutable

    def object(self, atom: Atom) -> ast.expr:
        """The object that an operand is, whatever is stored into it."""
        if isinstance(atom, Var):
            return self.residuals.reference(self.facts.versions.read[atom])
        return build.const(atom.value)

    def extent(self, atom: Atom, stmt: Stmt, block: Block, after: bool = False) -> ast.expr:
        """The object that an operand is, or of a list that may change what says how long it was then."""
        if isinstance(atom, Var):
            return self.residuals.extent(self.facts.versions.read[atom], stmt, block, after)
        return build.const(atom.value)

    def help(self, fn: str, *args: ast.expr) -> ast.expr:
        return build.call(build.name(self.helper(fn, self.writers.get(fn))), args)

    def builtin(self, name: str) -> ast.Name:
        """A builtin of Python's, whatever the user calls by its name."""
        return self.helper.builtin(name)  # type: ignore[no-any-return]

    def np(self, fn: str, *args: ast.expr, **kwargs: ast.expr) -> ast.expr:
        return build.call(build.attribute(build.name(self.helper("np")), fn), args, **kwargs)

    def in_loop(self, block: Block) -> bool:
        return self.facts.versions.loop_of(block) is not None


class Mark(ast.stmt):
    """Base of statements that assembly replaces."""


class ReverseLoop(Mark):
    """A reverse loop whose header depends on the tapes.

    Attributes:
        loop: the loop itself.
        parent: the block that it stands in.
        index: the name of the loop's index if the reverse passes need it, and `ranged` the range that it runs over.
        count: the name that holds how often the loop ran, where it was asked for already.
    """

    _fields = ("ranged", "body")  # what it reads: an outer loop asks whether its index is among that

    def __init__(self, loop: core.For | core.While, parent: Block, body: Code) -> None:
        super().__init__()
        self.loop = loop
        self.parent = parent
        self.body = body
        self.index: str | None = None
        self.ranged: ast.expr | None = None
        self.count: str | None = None


class Take(Mark):
    """Here the reverse sweep of a block takes what its tape has."""

    _fields = ()

    def __init__(self, block: Block) -> None:
        super().__init__()
        self.block = block


MARK = "\0line "


def comment(line: int) -> ast.stmt:
    """A statement that becomes a comment: the user's line of that number."""
    return ast.Expr(ast.Constant(f"{MARK}{line}"))


def comment_line(stmt: ast.stmt) -> int | None:
    """The line of a comment, None for any other statement."""
    if type(stmt) is not ast.Expr or type(stmt.value) is not ast.Constant:
        return None
    text = stmt.value.value
    return int(text[len(MARK) :]) if isinstance(text, str) and text.startswith(MARK) else None
