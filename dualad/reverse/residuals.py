"""What the reverse sweep reads of the forward sweep, and how it gets there.

A version that a rule reads is, outside loops, the name itself where that still holds it at the end, else an alias made
where the version is defined. Inside a loop it goes onto the tape of the block that defines it: pushed at the block's
end, taken at the start of the block's reverse. Cheap indices and keys are computed again from their operands. A value
whose storage may be written before it is read is copied at its use.
"""

from __future__ import annotations

import ast
import math
import operator
from typing import Any

from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.storage import Memory
from dualad.analysis.versions import Block, Version, Versions
from dualad.records import field, record
from dualad.reverse import build
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var
from dualad.syntax.names import Names

INDEX_ARITHMETIC = {
    operator.add: ast.Add, operator.sub: ast.Sub, operator.mul: ast.Mult,
    operator.floordiv: ast.FloorDiv, operator.mod: ast.Mod,
}  # fmt: skip
ARITHMETIC: frozenset[Any] = frozenset({
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow,
    *(fn for fn in vars(math).values() if callable(fn)),
})  # fmt: skip


@record(eq=False, repr=False)
class Insertions:
    """Statements to be put into the forward sweep."""

    before: dict[Stmt, list[ast.stmt]] = field(default_factory=dict)
    after: dict[Stmt, list[ast.stmt]] = field(default_factory=dict)
    at_start: dict[int, list[ast.stmt]] = field(default_factory=dict)
    tapes: dict[int, Tape] = field(default_factory=dict)
    where_left: dict[Stmt, tuple[str, list[ast.stmt]]] = field(default_factory=dict)  # by an exception, and its name


@record(eq=False, repr=False)
class Tape:
    """What a block keeps in each pass: names as they are pushed, and as the reverse sweep takes them."""

    name: str
    pushed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def keep(self, pushed: str, taken: str) -> None:
        if taken not in self.taken:
            self.pushed.append(pushed)
            self.taken.append(taken)

    def forget(self, name: str) -> None:
        """Leave out a name that nobody takes after all."""
        self.pushed.remove(name)
        self.taken.remove(name)


@record(eq=False, repr=False)
class Group:
    """Statements in a region that exceptions may leave anywhere, reversed together: they are all done, or none counts.

    What their reverse reads is kept in one record when they are done.
    """

    stmts: list[Stmt]
    region: set[int]  # the blocks of the region, by identity
    record: Tape = field(default_factory=lambda: Tape(""))
    taken: dict[Version, str] = field(default_factory=dict)

    def binds(self, name: str) -> bool:
        return any(name in core.targets(stmt) for stmt in self.stmts)

    def last_binding(self, version: Version) -> bool:
        """Whether the name still holds the version when the group is done."""
        made = [stmt for stmt in self.stmts if version.name in core.targets(stmt)]
        return not made or made[-1] is version.stmt


class Residuals:
    """Decides for each value that the reverse sweep reads where it comes from; see the module's docstring."""

    def __init__(self, kinds: Kinds, memory: Memory, names: Names, temps: set[str], helper: Any) -> None:
        self.kinds = kinds
        self.versions: Versions = kinds.versions
        self.memory = memory
        self.names = names
        self.temps = temps
        self.helper = helper  # gives the name of a run-time helper
        self.insert = Insertions()
        self.indexed: dict[Version, str] = {}  # loop targets that the reverse loop itself provides
        self._aliases: dict[tuple[Version, str | None], str] = {}
        self._copies: dict[tuple[Stmt, Version], str] = {}
        self.forced: set[str] = set()  # names that the reverse sweep must not bind
        self.held_names: set[str] = set()  # names of the forward sweep, outside loops, that the reverse sweep reads
        self.group: Group | None = None  # what is being reversed in a region that exceptions may leave anywhere
        self.current: tuple[Stmt, Block] | None = None  # what is being reversed
        self._uses: dict[tuple[Stmt, Version, str | None], str] = {}
        self._unsure: dict[Version, bool] = {}
        self._definitions: dict[str, int] = {}
        for version in self.versions.all:
            if version.origin in ("definition", "parameter"):
                self._definitions[version.name] = self._definitions.get(version.name, 0) + 1

    @property
    def copies(self) -> set[str]:
        """The names of copies of what may change after it was read."""
        return set(self._copies.values())

    # Operands

    def operand(self, atom: Atom, stmt: Stmt, block: Block, facet: str | None = None) -> ast.expr:
        """How the reverse of `stmt` reads an operand (`facet`: only its shape, ndim, size or dtype)."""
        if isinstance(atom, Const):
            return build.const(atom.value)
        return self.version(self.versions.read[atom], stmt, block, facet, after=False)

    def target(self, stmt: Stmt, name: str, block: Block, facet: str | None = None) -> ast.expr:
        """The expression by which the reverse of `stmt` reads what it bound."""
        return self.version(self.versions.defined[stmt, name], stmt, block, facet, after=True)

    def test(self, stmt: core.If, block: Block) -> ast.expr:
        """How the reverse of a branch asks what was decided: a list that may change says whether it was empty."""
        if isinstance(stmt.test, Const):
            return build.const(stmt.test.value)
        version = self.versions.read[stmt.test]
        kind = self.kinds.version.get(version)
        settled = kind is not None and (kind.immutable or kind.tag == "array")
        if settled or version in self.indexed or not self._may_be_written(version):
            return self.operand(stmt.test, stmt, block)
        known = self._uses.get((stmt, version, "truth"))
        if known is None:
            known = self._uses[stmt, version, "truth"] = self.names.fresh(f"{version.name}_kept")
            made = build.assign(known, build.call(build.name(self.helper("kept_truth")), [build.name(version.name)]))
            self.insert.before.setdefault(stmt, []).append(made)
        self.keep_in(block, known)
        return build.name(known)

    def _may_be_written(self, version: Version) -> bool:
        return self.memory.is_written(version.name) or self.memory.is_protected(version.name)

    def key(self, atom: Atom, stmt: Stmt, block: Block) -> ast.expr:
        """A subscript's key as it is written inside brackets."""
        if isinstance(atom, Const):
            return build.key_expr(atom.value)
        return build.as_key(self.operand(atom, stmt, block))

    def version(self, version: Version, stmt: Stmt, block: Block, facet: str | None, after: bool) -> ast.expr:
        """How the reverse of `stmt` reads a version."""
        self.current = stmt, block
        if facet in ("shape", "size", "ndim") and not self._inside(version):
            version = self._same_shape(version)
        again = self._recomputed(version, stmt, block)
        if again is not None:
            return again
        if version in self.indexed:
            return build.name(self.indexed[version])
        kind = self.kinds.version.get(version)
        if facet is None and (kind is None or not kind.immutable):
            if self.memory.is_written(version.name, array=kind is not None and kind.tag == "array"):
                return build.name(self._copy(version, kind, stmt, block, after))
            if self.memory.is_protected(version.name):
                if self.is_unsure(version) or self._inside(version):
                    return build.name(self._copy(version, kind, stmt, block, after))
                return self._protected(version, kind)
        if facet is not None and not after and self._may_change_length(version):
            return build.name(self._at_use(version, facet))
        return self._kept(version, facet)

    def _same_shape(self, version: Version) -> Version:
        """An operand that has the shape of what was computed from it element by element, so that only it is kept."""
        while version.origin == "definition" and isinstance(version.stmt, Bind) and version.name in self.temps:
            made, kind = version.stmt, self.kinds.version.get(version)
            callee = self.kinds.callee.get(made)
            if kind is None or kind.tag != "array" or callee is None or callee.primitive is None:
                break
            if callee.primitive.kind != "broadcast":
                break
            like = [a for a in made.args if isinstance(a, Var) and self.kinds.of(a).tag == "array"]
            alone = len(like) == 1 and all(self.kinds.of(a).is_number for a in made.args if a is not like[0])
            if not alone or self.kinds.of(like[0]).rank != kind.rank:
                like = [a for a in like if self.kinds.of(a).dims == kind.dims and "?" not in kind.dims]
            if not like or self.is_unsure(self.versions.read[like[0]]):
                break
            version = self.versions.read[like[0]]
        return version

    def reference(self, version: Version) -> ast.expr:
        """The object itself, whatever is stored into it later."""
        if version in self.indexed:
            return build.name(self.indexed[version])
        return self._kept(version, None)

    def extent(self, version: Version, stmt: Stmt, block: Block, after: bool = False) -> ast.expr:
        """The object itself; of a list that may change what says how long it was before (`after`) a statement."""
        if version in self.indexed or not self._may_change_length(version):
            return self.reference(version)
        known = self._uses.get((stmt, version, "extent"))
        if known is None:
            known = self._uses[stmt, version, "extent"] = self.names.fresh(f"{version.name}_extent")
            made = build.assign(known, build.call(build.name(self.helper("extent")), [build.name(version.name)]))
            where = self.insert.after if after else self.insert.before
            where.setdefault(stmt, []).append(made)
        self.keep_in(block, known)
        return build.name(known)

    def seen(self, atom: Var) -> ast.expr:
        """What a container or an object holds just before the statement that is being reversed, by `noted`."""
        assert self.current is not None
        stmt, block = self.current
        version = self.versions.read[atom]
        known = self._uses.get((stmt, version, "seen"))
        if known is None:
            known = self._uses[stmt, version, "seen"] = self.names.fresh(f"{version.name}_seen")
            made = build.assign(known, build.call(build.name(self.helper("noted")), [build.name(version.name)]))
            self.insert.before.setdefault(stmt, []).append(made)
        self.keep_in(block, known)
        return build.name(known)

    def _may_change_length(self, version: Version) -> bool:
        """Whether it may be a list that somebody changes."""
        kind = self.kinds.version.get(version)
        if kind is not None and kind.tag not in ("any", "list"):
            return False
        return self._may_be_written(version)

    def _recomputed(self, version: Version, stmt: Stmt, block: Block) -> ast.expr | None:
        made = version.stmt
        if version.origin != "definition" or not isinstance(made, Bind):
            return None
        if any(self.is_unsure(self.versions.read[v]) for v in made.reads()):
            return None  # its operands are there where it was made, and may not be at this statement
        if self._inside(version) and (self.group is None or made not in self.group.stmts):
            return None
        kind = self.kinds.version.get(version)
        if made.op == "slice":
            parts = [self.operand(a, stmt, block) for a in made.args]
            return build.call(self.helper.builtin("slice"), parts)
        if made.op == "tuple" and made.target in self.temps and not made.stars and kind is not None and kind.immutable:
            return ast.Tuple([self.operand(a, stmt, block) for a in made.args], ast.Load())
        if made.op == "prim" and kind is not None and kind.tag == "int" and made.fn in INDEX_ARITHMETIC:
            if made.target in self.temps and all(self._is_index(a) for a in made.args):
                left, right = (self.operand(a, stmt, block) for a in made.args)
                return ast.BinOp(left, INDEX_ARITHMETIC[made.fn](), right)
        return None

    def _is_index(self, atom: Atom) -> bool:
        return isinstance(atom, Const) or self.kinds.of(atom).tag == "int"

    # Names, aliases, tapes

    def _kept(self, version: Version, facet: str | None) -> ast.expr:
        if version.origin == "undefined":
            return build.name(version.name)
        if self._inside(version):
            return self._grouped(version, facet)
        in_loop = self.versions.loop_of(version.block) is not None
        holds = self.versions.holds_at_end(version, outermost=not in_loop)
        if self.is_unsure(version) and (in_loop or not holds):
            return build.name(self._at_use(version, facet))
        if holds:
            held = version.name
        else:
            held = self._alias(version, facet)
            facet = None if facet is not None else facet
            if in_loop:
                self.tape(version.block).keep(held, held)
            return build.name(held)
        if not in_loop or self._is_invariant(version):
            self.held_names.add(held)
            return self._faceted(build.name(held), facet, version)
        return self._taped(version, held, facet)

    def _is_invariant(self, version: Version) -> bool:
        """Whether it is a number that is the same in every pass of the loops around it, so that its name holds it."""
        made, kind = version.stmt, self.kinds.version.get(version)
        if version.origin != "definition" or not isinstance(made, Bind) or kind is None or not kind.is_number:
            return False
        if self._definitions[version.name] > 1 or version.name in self.forced or self.group is not None:
            return False
        callee = self.kinds.callee.get(made)
        if (
            made.stars
            or callee is None
            or callee.kwargs
            or callee.primitive is None
            or callee.primitive.fn not in ARITHMETIC
        ):
            return False
        return all(isinstance(a, Const) or self._is_constant(self.versions.read[a]) for a in callee.args)

    def _is_constant(self, version: Version) -> bool:
        """Whether it is a number that was made before all loops, or is the same in every pass of those around it."""
        kind = self.kinds.version.get(version)
        if kind is None or not kind.is_number:
            return False
        outside = self.versions.loop_of(version.block) is None
        return (outside and version.origin in ("definition", "parameter")) or self._is_invariant(version)

    # Regions that exceptions may leave anywhere

    def _inside(self, version: Version) -> bool:
        return self.group is not None and id(version.block) in self.group.region

    def _grouped(self, version: Version, facet: str | None) -> ast.expr:
        """A value from inside the region that the group reads or makes: it goes into the group's record."""
        group = self.group
        assert group is not None
        if version in group.taken:
            return self._faceted(build.name(group.taken[version]), facet, version)
        if not group.last_binding(version):
            if version.stmt in group.stmts and version.origin == "definition":
                held = self._alias(version, None)
                group.record.keep(held, held)
                return self._faceted(build.name(held), facet, version)
            return self._faceted(build.name(self._at_use(version, None)), facet, version)
        group.taken[version] = self.names.fresh(version.name)
        group.record.keep(version.name, group.taken[version])
        return self._faceted(build.name(group.taken[version]), facet, version)

    def is_unsure(self, version: Version) -> bool:
        """Whether the name may have no value where the version is made: branches or loops did not all bind it."""
        known = self._unsure.get(version)
        if known is None:
            known = self._unsure[version] = version.may_be_unbound() and version.origin != "undefined"
        return known

    def _at_use(self, version: Version, facet: str | None) -> str:
        """A name for what the current statement reads: bound there, since the statement may be the first sure of it."""
        assert self.current is not None
        stmt, block = self.current
        known = self._uses.get((stmt, version, facet))
        if known is None:
            known = self._uses[stmt, version, facet] = self.names.fresh(f"{version.name}_{facet or 1}")
            made = build.assign(known, self._faceted(build.name(version.name), facet, version))
            self.insert.before.setdefault(stmt, []).append(made)
        self.keep_in(block, known)
        return known

    def _taped(self, version: Version, held: str, facet: str | None) -> ast.expr:
        if facet is not None:
            alias = self._alias(version, facet)
            self.tape(version.block).keep(alias, alias)
            return build.name(alias)
        taken = held
        if self._definitions.get(held, 0) > 1 or held in self.forced:
            taken = self._aliases.get((version, None)) or self.names.fresh(f"{held}_1")
            self._aliases[version, None] = taken
        self.tape(version.block).keep(held, taken)
        return build.name(taken)

    def _faceted(self, value: ast.expr, facet: str | None, version: Version) -> ast.expr:
        return value if facet is None else facet_of(value, facet, self.kinds.version.get(version), self.helper)

    def _alias(self, version: Version, facet: str | None) -> str:
        known = self._aliases.get((version, facet))
        if known is not None:
            return known
        alias = self.names.fresh(f"{version.name}_{facet or 'before'}")
        self._aliases[version, facet] = alias
        made = build.assign(alias, self._faceted(build.name(version.name), facet, version))
        self._at_definition(version, made)
        return alias

    def _protected(self, version: Version, kind: Kind | None) -> ast.expr:
        """A copy made once: nothing is written before the function has returned."""
        known = self._aliases.get((version, "kept"))
        if known is None:
            known = self._aliases[version, "kept"] = self.names.fresh(f"{version.name}_kept")
            self._at_definition(version, build.assign(known, self._copied(version, kind)))
            if self.versions.loop_of(version.block) is not None:
                self.tape(version.block).keep(known, known)
        return build.name(known)

    def _copied(self, version: Version, kind: Kind | None) -> ast.expr:
        value = build.name(version.name)
        if kind is not None and kind.tag == "array":
            return build.call(build.attribute(value, "copy"))
        return build.call(build.name(self.helper("kept")), [value])

    def _at_definition(self, version: Version, made: ast.stmt) -> None:
        target = version.origin == "definition" and isinstance(version.stmt, core.For)
        if version.origin in ("parameter", "header") or target:
            self.insert.at_start.setdefault(id(version.block), []).append(made)
        else:
            assert version.stmt is not None
            self.insert.after.setdefault(version.stmt, []).append(made)

    def _copy(self, version: Version, kind: Kind | None, stmt: Stmt, block: Block, after: bool) -> str:
        known = self._copies.get((stmt, version))
        if known is None:
            known = self.names.fresh(f"{version.name}_kept")
            self._copies[stmt, version] = known
            where = self.insert.after if after else self.insert.before
            where.setdefault(stmt, []).append(build.assign(known, self._copied(version, kind)))
            self.keep_in(block, known)
        return known

    def tape(self, block: Block) -> Tape:
        """The tape of a block inside a loop."""
        found = self.insert.tapes.get(id(block))
        if found is None:
            found = self.insert.tapes[id(block)] = Tape(self.names.fresh("tape"))
        return found

    def keep_in(self, block: Block, name: str) -> None:
        """Keep a name of the forward sweep that is bound once in `block` (a pullback, a count)."""
        if self.group is not None and id(block) in self.group.region:
            self.group.record.keep(name, name)
        elif self.versions.loop_of(block) is not None:
            self.tape(block).keep(name, name)


def facet_of(value: ast.expr, facet: str, kind: Kind | None, helper: Any) -> ast.expr:
    """`value.shape` and its like; through NumPy where the value may be a Python number."""
    if kind is not None and kind.tag in ("array", "npscalar"):
        return build.attribute(value, facet)
    numpy = build.name(helper("np"))
    return build.call(build.attribute(numpy, "result_type" if facet == "dtype" else facet), [value])
