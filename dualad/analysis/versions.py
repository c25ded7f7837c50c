"""Versions: which definition each read of a name sees, and which names still hold a version where it is wanted.

Each definition of a name is a version; where control joins, a name with several is a new one (a phi). Linear in the
program.
"""

from __future__ import annotations

from typing import Any

from dualad.records import field, record
from dualad.syntax import core
from dualad.syntax.core import Stmt, Var

Block = list[Stmt]


@record(slots=True, eq=False)
class Version:
    """One definition of a name.

    `origin` is "parameter", "definition" (by `stmt`), "join" (after the If, Try or With `stmt`), "header" (start of a
    pass of the loop `stmt`, or of a block that runs after an exception), "exit" (after the loop `stmt`) or "undefined".
    `inputs` are the versions that a join, header or exit merges. `block` is the block in which it is current first:
    after `stmt` there, or (header, parameter) at its start.
    """

    name: str
    origin: str
    stmt: Stmt | None
    block: Block
    inputs: list[Version] = field(default_factory=list)

    def may_be_unbound(self) -> bool:
        """Whether the name may have no value where the version is made, or ever: some ways there do not bind it."""
        pending, seen = [self], {self}
        while pending:
            version = pending.pop()
            if version.origin == "undefined":
                return True
            new = [v for v in version.inputs if v not in seen]
            seen.update(new)
            pending += new
        return False


Env = dict[str, Version]


@record(eq=False, repr=False)
class Versions:
    """What the analysis found; blocks are keyed by identity."""

    read: dict[Var, Version] = field(default_factory=dict)
    defined: dict[tuple[Stmt, str], Version] = field(default_factory=dict)
    after: dict[tuple[Stmt, str], Version] = field(default_factory=dict)  # joins and exits
    header: dict[Stmt, Env] = field(default_factory=dict)
    caught: dict[int, Env] = field(default_factory=dict)  # block that runs after an exception -> names at its start
    at_end: dict[int, Env] = field(default_factory=dict)
    owner: dict[int, tuple[Stmt | None, Block | None]] = field(default_factory=dict)  # block -> (statement, its block)
    all: list[Version] = field(default_factory=list)
    result: Version | None = None
    skeleton: Any = None  # what else the text tells, once it has been asked (`skeleton.of`)

    def loop_of(self, block: Block) -> Stmt | None:
        """The innermost loop that a block lies in."""
        while True:
            stmt, parent = self.owner[id(block)]
            if stmt is None or parent is None:
                return None
            if isinstance(stmt, core.For | core.While):
                return stmt
            block = parent

    def holds_at_end(self, version: Version, outermost: bool) -> bool:
        """Whether the name still holds the version at the end of its block (`outermost`: of the whole function)."""
        block, current = version.block, version
        while True:
            if self.at_end[id(block)].get(version.name) is not current:
                return False
            stmt, parent = self.owner[id(block)]
            if not outermost or stmt is None or parent is None:
                return True
            current = self.after.get((stmt, version.name), current)
            block = parent


def analyse(function: core.Function) -> Versions:
    """Number the versions of a function."""
    return _Analysis(function).found


class _Analysis:
    def __init__(self, function: core.Function) -> None:
        self.found = Versions()
        env: Env = {}
        body = function.body
        self.found.owner[id(body)] = (None, None)
        for param in function.params:
            env[param.name] = self._new(param.name, "parameter", None, body)
        self._block(body, env)
        if isinstance(function.result, Var):
            self._read(function.result, env, body)
            self.found.result = self.found.read[function.result]

    def _new(
        self, name: str, origin: str, stmt: Stmt | None, block: Block, inputs: list[Version] | None = None
    ) -> Version:
        version = Version(name, origin, stmt, block, inputs or [])
        self.found.all.append(version)
        return version

    def _read(self, var: Var, env: Env, block: Block) -> None:
        if var.name not in env:
            env[var.name] = self._new(var.name, "undefined", None, block)
        self.found.read[var] = env[var.name]

    def _block(self, block: Block, env: Env) -> None:
        for stmt in block:
            for inner in core.blocks(stmt):
                self.found.owner[id(inner)] = (stmt, block)
            match stmt:
                case core.If():
                    self._if(stmt, block, env)
                case core.For() | core.While():
                    self._loop(stmt, block, env)
                case core.Try():
                    self._try(stmt, block, env)
                case core.With():
                    self._with(stmt, block, env)
                case _:
                    self._operands(stmt, block, env)
                    self._targets(stmt, block, env)
        self.found.at_end[id(block)] = dict(env)

    def _operands(self, stmt: Stmt, block: Block, env: Env) -> None:
        for atom in core.operands(stmt):
            if isinstance(atom, Var):
                self._read(atom, env, block)

    def _targets(self, stmt: Stmt, block: Block, env: Env) -> None:
        if isinstance(stmt, core.Delete):
            env.pop(stmt.name, None)
        for name in core.targets(stmt):
            version = self._new(name, "definition", stmt, block)
            env[name] = self.found.defined[stmt, name] = version

    def _if(self, stmt: core.If, block: Block, env: Env) -> None:
        self._operands(stmt, block, env)
        left, right = dict(env), dict(env)
        self._block(stmt.body, left)
        self._block(stmt.orelse, right)
        if stmt.body and isinstance(stmt.body[-1], core.Raise):
            left = right
        elif stmt.orelse and isinstance(stmt.orelse[-1], core.Raise):
            right = left
        for name in left | right:
            a, b = left.get(name), right.get(name)
            if a is b:
                env[name] = a  # type: ignore[assignment]
                continue
            inputs = [v or self._new(name, "undefined", None, block) for v in (a, b)]
            env[name] = self.found.after[stmt, name] = self._new(name, "join", stmt, block, inputs)

    # Where exceptions may leave a block anywhere

    def _with(self, stmt: core.With, block: Block, env: Env) -> None:
        self._operands(stmt, block, env)
        self._targets(stmt, block, env)
        before, start = dict(env), len(self.found.all)
        self._block(stmt.body, env)
        for name, inputs in self._anywhere(before, start, stmt.body, block).items():
            last = env.get(name) or self._new(name, "undefined", None, block)
            inputs = [last] if stmt.plain else [last, *inputs]  # unless it may have ended anywhere
            env[name] = self.found.after[stmt, name] = self._new(name, "join", stmt, block, inputs)

    def _try(self, stmt: core.Try, block: Block, env: Env) -> None:
        before, start = dict(env), len(self.found.all)
        self._operands(stmt, block, dict(env))
        self._block(stmt.body, env)
        middle = len(self.found.all)
        self._block(stmt.orelse, env)
        leaving = [] if _raises(stmt.body) or _raises(stmt.orelse) else [dict(env)]
        for handler in stmt.handlers:
            inside = self._after_exception(before, self.found.all[start:middle], stmt.body, handler.body, block)
            self._block(handler.body, inside)
            if not _raises(handler.body):
                leaving.append(inside)
        last: Env = {}
        if stmt.final:
            whole = [*stmt.body, *stmt.orelse, *(s for h in stmt.handlers for s in h.body)]
            last = self._after_exception(before, self.found.all[start:], whole, stmt.final, block)
            known = dict(last)
            self._block(stmt.final, last)
            last = {n: v for n, v in last.items() if known.get(n) is not v}
        made = {v.name for v in self.found.all[start:]}
        for name in sorted(made):
            ends = [last] if name in last else leaving or [env]
            inputs = [e.get(name) or self._new(name, "undefined", None, block) for e in ends]
            env[name] = self.found.after[stmt, name] = self._new(name, "join", stmt, block, inputs)

    def _after_exception(self, before: Env, made: list[Version], body: Block, block: Block, outer: Block) -> Env:
        """The names at the start of a block that runs when another ended anywhere, in the middle of loops too."""
        entry: Env = {}
        for name, inputs in self._anywhere(before, made, body, outer).items():
            entry[name] = self._new(name, "header", None, block, inputs)
        self.found.caught[id(block)] = entry
        return {**before, **entry}

    def _anywhere(self, before: Env, made: list[Version] | int, body: Block, block: Block) -> dict[str, list[Version]]:
        """All versions that a name may have in a block that ended anywhere, by name."""
        found: dict[str, list[Version]] = {}
        for version in self.found.all[made:] if isinstance(made, int) else made:
            found.setdefault(version.name, []).append(version)
        deleted = {s.name for s in core.walk(body) if isinstance(s, core.Delete)}
        for name in sorted(found.keys() | deleted):
            first = before.get(name) or self._new(name, "undefined", None, block)
            rest = [self._new(name, "undefined", None, block)] if name in deleted else []
            found[name] = [first, *found.get(name, []), *rest]
        return found

    def _loop(self, stmt: core.For | core.While, block: Block, env: Env) -> None:
        if isinstance(stmt, core.For):
            self._operands(stmt, block, env)
        inner = core.blocks(stmt)
        assigned = {n for b in inner for s in core.walk(b) for n in core.targets(s)}
        if isinstance(stmt, core.For):
            assigned.add(stmt.target)
        header: Env = {}
        for name in sorted(assigned):
            before = env.get(name) or self._new(name, "undefined", None, block)
            header[name] = self._new(name, "header", stmt, stmt.body, [before])
        self.found.header[stmt] = header
        inside = {**env, **header}
        if isinstance(stmt, core.While):
            self._block(stmt.test_body, inside)
            self._operands(stmt, block, inside)
        leaving = [dict(inside)]
        if isinstance(stmt, core.For):
            inside[stmt.target] = self._new(stmt.target, "definition", stmt, stmt.body)
            self.found.defined[stmt, stmt.target] = inside[stmt.target]
        self._block(stmt.body, inside)
        if stmt.stop:
            leaving.append(inside)
        for name in sorted(assigned):
            header[name].inputs.append(inside.get(name) or self._new(name, "undefined", None, stmt.body))
            inputs = [e.get(name) or self._new(name, "undefined", None, block) for e in leaving]
            env[name] = self.found.after[stmt, name] = self._new(name, "exit", stmt, block, inputs)


def _raises(block: Block) -> bool:
    return bool(block) and isinstance(block[-1], core.Raise)
