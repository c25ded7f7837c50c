"""Core: the small structured language that functions are lowered to.

A function is a list of statements in A-normal form, strictly left to right: every operand is an `Atom`. There are no
jumps: `break`, `continue` and early `return` have become flags and `If`s, so that no later stage knows them. Nodes
compare by identity; what analyses find out about them stands in side tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dualad.records import field, record


@record(slots=True, eq=False)
class Var:
    """One read of a local name (each occurrence is an object of its own)."""

    name: str


@record(slots=True, eq=False)
class Const:
    """A literal."""

    value: Any


Atom = Var | Const


@record(slots=True, eq=False)
class Stmt:
    """Base of statements; `line` is the user's line number in the file, 0 where there is none."""

    line: int = field(default=0, kw_only=True)


@record(slots=True, eq=False)
class Bind(Stmt):
    """`target = op(args)`.

    op              fn                   args
    "prim"          the function         operands of a Python operator (functions of module `operator`)
    "inplace"       operator.iadd...     target before, operand: an augmented assignment to a name
    "call"          the callee: an Atom  positional arguments (`stars`: positions that are starred), `kwargs`
    "method"        name                 object, then arguments as of a call
    "attr"          name                 object
    "global"        name                 - (a global or builtin)
    "cell"          name                 - (a captured variable)
    "tuple", "list", "set"  -            items (`stars` as of a call)
    "dict"          -                    keys and values in turn (a `None` Const key in `stars` position merges a
                                         mapping)
    "slice"         -                    start, stop, step
    "format"        the gast pieces      values of an f-string
    "copy"          -                    the value (an assignment of a name or literal)
    "function"      gast node            - (a lambda or nested function, kept as written)
    "import"        (module, attribute)  -
    "caught"        the gast handler     - (the exception that a handler begins with)
    """

    target: str
    op: str
    args: list[Atom]
    fn: Any = None
    kwargs: list[tuple[str | None, Atom]] = field(default_factory=list)
    stars: frozenset[int] = frozenset()
    node: Any = None

    def reads(self) -> Iterator[Var]:
        """The local names read, in order of evaluation."""
        if self.op == "call" and isinstance(self.fn, Var):
            yield self.fn
        for atom in self.args:
            if isinstance(atom, Var):
                yield atom
        for _, atom in self.kwargs:
            if isinstance(atom, Var):
                yield atom


@record(slots=True, eq=False)
class Unpack(Stmt):
    """`a, *b, c = value`; `star` is the position of the starred target or None."""

    targets: list[str]
    star: int | None
    value: Atom
    node: Any = None


@record(slots=True, eq=False)
class Store(Stmt):
    """`base[key] = value`, or with `aug` (operator.add...) `base[key] aug= value`."""

    base: Var
    key: Atom
    value: Atom
    aug: Any = None
    node: Any = None


@record(slots=True, eq=False)
class StoreAttr(Stmt):
    """`base.name = value`."""

    base: Var
    name: str
    value: Atom
    node: Any = None


@record(slots=True, eq=False)
class DeletePlace(Stmt):
    """`del base[key]`, or with `attribute` `del base.key` (a Const)."""

    base: Var
    key: Atom
    attribute: bool = False
    node: Any = None


@record(slots=True, eq=False)
class StoreOuter(Stmt):
    """`name = value` of a variable that functions share (see `Function.outer`)."""

    name: str
    value: Atom
    node: Any = None


@record(slots=True, eq=False)
class Append(Stmt):
    """`base.append(value)` of a list that a comprehension builds."""

    base: Var
    value: Atom


@record(slots=True, eq=False)
class If(Stmt):
    """`if test: body else: orelse`."""

    test: Atom
    body: list[Stmt]
    orelse: list[Stmt]


@record(slots=True, eq=False)
class For(Stmt):
    """`for target in iter: body`, left after a pass in which the flag `stop` was set."""

    target: str
    iter: Atom
    body: list[Stmt]
    stop: str | None = None
    node: Any = None


@record(slots=True, eq=False)
class While(Stmt):
    """`while (test_body; test): body`, left after a pass in which the flag `stop` was set."""

    test_body: list[Stmt]
    test: Atom
    body: list[Stmt]
    stop: str | None = None


@record(slots=True, eq=False)
class With(Stmt):
    """`with manager as target: body`; `plain`: the manager is known to let exceptions pass."""

    manager: Atom
    target: str | None
    body: list[Stmt]
    node: Any = None
    plain: bool = False


@record(slots=True, eq=False)
class Handler:
    """`except type: body`; the type (None: any) is kept as written, `reads` are the local names in it.

    With `as name` the body begins with a "caught" Bind and ends with a Delete.
    """

    type: Any
    reads: list[Var]
    name: str | None
    body: list[Stmt]


@record(slots=True, eq=False)
class Try(Stmt):
    """`try: body`, its handlers, `else: orelse` and `finally: final`."""

    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]
    node: Any = None


@record(slots=True, eq=False)
class Yield(Stmt):
    """`yield value` of a generator function; what is sent back is not read."""

    value: Atom
    node: Any = None


@record(slots=True, eq=False)
class Raise(Stmt):
    """`raise value from cause`; what follows it in its block is never reached."""

    value: Atom | None
    cause: Atom | None = None


@record(slots=True, eq=False)
class Delete(Stmt):
    """`del name`; at the end of `except E as name`, which Python does itself, without `node`."""

    name: str
    node: Any = None


@record(slots=True, eq=False)
class Parameter:
    """A parameter: its kind as in `inspect.Parameter`, "positional", "vararg", "keyword" or "varkw"."""

    name: str
    kind: str
    positional_only: bool = False


@record(slots=True, eq=False)
class Function:
    """A lowered function: one block, and the one value that it returns."""

    name: str
    params: list[Parameter]
    body: list[Stmt]
    result: Atom
    source: Any
    temps: set[str]
    result_line: int = 0
    identifiers: set[str] = field(default_factory=set)
    outer: dict[str, str] = field(default_factory=dict)  # shared variables: "global", "cell" (captured) or "own"
    is_generator: bool = False
    looked_up: tuple[tuple[type, str], ...] = ()  # attributes of classes that statements were written out by


def blocks(stmt: Stmt) -> list[list[Stmt]]:
    """The blocks directly inside a statement, in the order of execution."""
    if type(stmt) is Bind:  # most are
        return []
    match stmt:
        case If():
            return [stmt.body, stmt.orelse]
        case While():
            return [stmt.test_body, stmt.body]
        case For() | With():
            return [stmt.body]
        case Try():
            return [stmt.body, *(h.body for h in stmt.handlers), stmt.orelse, stmt.final]
    return []


def walk(block: list[Stmt]) -> Iterator[Stmt]:
    """All statements of a block and of the blocks inside, each before those inside it."""
    for stmt in block:
        yield stmt
        if type(stmt) is not Bind:
            for inner in blocks(stmt):
                yield from walk(inner)


def targets(stmt: Stmt) -> list[str]:
    """The names that the statement itself binds."""
    match stmt:
        case Bind() | For():
            return [stmt.target]
        case Unpack():
            return stmt.targets
        case With():
            return [stmt.target] if stmt.target else []
    return []


def operands(stmt: Stmt) -> list[Atom]:
    """The atoms that the statement itself reads, in order of evaluation (a While's test: after its test_body)."""
    match stmt:
        case Bind():
            found = [stmt.fn, *stmt.args] if stmt.op == "call" else [*stmt.args]
            if stmt.kwargs:
                found += [atom for _, atom in stmt.kwargs]
            return found
        case Unpack() | Yield():
            return [stmt.value]
        case Store():
            return [stmt.base, stmt.key, stmt.value]
        case StoreAttr() | Append():
            return [stmt.base, stmt.value]
        case StoreOuter():
            return [stmt.value]
        case DeletePlace():
            return [stmt.base, stmt.key]
        case If() | While():
            return [stmt.test]
        case For():
            return [stmt.iter]
        case With():
            return [stmt.manager]
        case Try():
            return [var for handler in stmt.handlers for var in handler.reads]
        case Raise():
            return [atom for atom in (stmt.value, stmt.cause) if atom is not None]
    return []
