"""Objects of plain classes that do not leave the function which makes them, as a variable for each attribute.

`p = Particle(x)`, its methods written out (`expanding`, `splice`), reads and stores attributes of `p` alone: `p.x` is
then a variable like any other, whose kind is known, whose stores are followed by name, and which costs nothing as the
emitted code runs. Where two names may hold one object, nothing of it may be stored into but while it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Any

from dualad.analysis import plain_classes, versions
from dualad.analysis.expanding import Blank, Operand
from dualad.analysis.plain_classes import FIELD, KEPT
from dualad.records import field, record, replace
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

Block = list[Stmt]
_Path = tuple[tuple[int, int], ...]


@record(eq=False, repr=False)
class _Use:
    """A statement that names an object, where it stands (the positions in the blocks around it) and what it does."""

    stmt: Stmt
    path: _Path


@record(eq=False, repr=False)
class _Held:
    """What is done with a name that holds objects of one class."""

    cls: type
    blanks: list[_Use] = field(default_factory=list)  # where it is bound to a new object
    copies: list[_Use] = field(default_factory=list)  # where it is bound to what another name holds
    given: list[_Use] = field(default_factory=list)  # where another name is bound to what it holds
    stores: list[_Use] = field(default_factory=list)
    reads: list[_Use] = field(default_factory=list)

    def uses(self) -> list[_Use]:
        return [*self.blanks, *self.copies, *self.given, *self.stores, *self.reads]


def with_one_name(function: Function, names: dict[str, type], sources: Container[str]) -> dict[str, str]:
    """Let a name that only stands for another one be that one, in place: `q = p`, `p` not bound anew while `q` is met.

    `names`: which may be renamed, and for which; `sources`: those that others stand for. Gives what the names that are
    gone stood for.
    """
    renamed: dict[str, str] = {}
    while True:
        found = _standing(function.body, names, sources, _counts(function))
        if found is None:
            return renamed
        block, at = found
        copy: Any = block[at]
        old, new = copy.target, copy.args[0].name
        del block[at]
        for stmt in core.walk(block[at:]):
            for atom in core.operands(stmt):
                if isinstance(atom, Var) and atom.name == old:
                    atom.name = new
        if isinstance(function.result, Var) and function.result.name == old:
            function.result.name = new
        renamed = {k: new if v == old else v for k, v in renamed.items()} | {old: new}


def _counts(function: Function) -> dict[str, tuple[int, int]]:
    """How often each name is bound and read."""
    bound = Counter(name for stmt in core.walk(function.body) for name in core.targets(stmt))
    bound.update(list(function.outer))
    bound.update(p.name for p in function.params)
    bound.update(s.name for s in core.walk(function.body) if isinstance(s, core.Delete))
    read = Counter(a.name for s in core.walk(function.body) for a in core.operands(s) if isinstance(a, Var))
    if isinstance(function.result, Var):
        read[function.result.name] += 1
    return {name: (bound[name], read[name]) for name in bound}


def _standing(
    block: Block, names: dict[str, type], sources: Container[str], counts: dict[str, tuple[int, int]]
) -> tuple[Block, int] | None:
    """A copy in a block, or inside it, of an object to a name that may be the old one as well."""
    for i, stmt in enumerate(block):
        if isinstance(stmt, Bind) and stmt.op == "copy" and stmt.fn is None and _both_known(stmt, names, sources):
            if counts[stmt.target][0] == 1 and _is_kept_while_met(block[i + 1 :], stmt, counts[stmt.target][1]):
                return block, i
        for inner in core.blocks(stmt):
            found = _standing(inner, names, sources, counts)
            if found is not None:
                return found
    return None


def _both_known(copy: Bind, names: dict[str, type], sources: Container[str]) -> bool:
    source = copy.args[0]
    known = isinstance(source, Var) and source.name != copy.target and source.name in sources
    return known and copy.target in names and names.get(source.name) is names[copy.target]  # type: ignore[union-attr]


def _is_kept_while_met(rest: Block, copy: Bind, reads: int) -> bool:
    """Whether all reads of what a copy binds stand in the rest of its block, and the copied name stays till then."""
    source = copy.args[0].name  # type: ignore[union-attr]
    left, bound = reads, False
    for stmt in rest:
        here = list(core.walk([stmt]))
        met = sum(isinstance(a, Var) and a.name == copy.target for s in here for a in core.operands(s))
        if met and (bound or (source in {n for s in here for n in core.targets(s)} and not _only_binds(stmt, source))):
            return False
        left -= met
        bound = bound or source in {n for s in here for n in core.targets(s)}
    return left == 0


def _only_binds(stmt: Stmt, name: str) -> bool:
    """Whether a statement binds a name itself, when it has read what it reads."""
    return isinstance(stmt, Bind) and stmt.target == name


def dissolved(function: Function, names: dict[str, type]) -> tuple[Function, set[tuple[str, type]]] | None:
    """The function without the objects that can be taken apart by now, and their names; None where there is none.

    An attribute that is read is its variable by name, as if the user had written that.
    """
    found = _Scan(function, names).groups()
    while found:
        work = _Replacement(function, found)
        made, unbound = work.run()
        if not unbound:
            variables = set(work.variables.values())
            with_one_name(made, dict.fromkeys(made.temps | variables, object), variables)
            _update_in_place(made.body, variables, _counts(made))
            return made, {(name, held.cls) for group in found for name, held in group.items()}
        found = [group for group in found if not unbound & group.keys()]
    return None


def _update_in_place(block: Block, variables: set[str], counts: dict[str, tuple[int, int]]) -> None:
    """`self.v += w` of a variable: it is what the augmented assignment binds."""
    for at in range(len(block) - 1, 0, -1):
        made, copy = block[at - 1], block[at]
        if isinstance(made, Bind) and made.op == "inplace" and isinstance(copy, Bind) and copy.op == "copy":
            source, before = copy.args[0], made.args[0]
            carried = isinstance(source, Var) and source.name == made.target and counts[made.target] == (1, 1)
            if carried and copy.target in variables and isinstance(before, Var) and before.name == copy.target:
                made.target = copy.target
                del block[at]
    for stmt in block:
        for inner in core.blocks(stmt):
            _update_in_place(inner, variables, counts)


class _Scan:
    """What a function does with the names that hold objects."""

    def __init__(self, function: Function, names: dict[str, type]) -> None:
        self.function = function
        self.held = {name: _Held(cls) for name, cls in names.items()}
        self.blocked: set[str] = set()
        self.paths: dict[Stmt, _Path] = {}
        self._place(function.body, ())
        for stmt, path in self.paths.items():
            self._stmt(stmt, _Use(stmt, path))
        if isinstance(function.result, Var):
            self.blocked.add(function.result.name)
        self.blocked |= {p.name for p in function.params} | set(function.outer)

    def _place(self, block: Block, path: _Path) -> None:
        for i, stmt in enumerate(block):
            self.paths[stmt] = (*path, (id(block), i))
            for inner in core.blocks(stmt):
                self._place(inner, self.paths[stmt])

    def _stmt(self, stmt: Stmt, use: _Use) -> None:
        bound, source = self._copied(stmt, use)
        for name in core.targets(stmt):
            if name in self.held and not (isinstance(stmt, Bind) and bound):
                self.blocked.add(name)
        if isinstance(stmt, core.Delete):
            self.blocked.add(stmt.name)
        for atom in core.operands(stmt):
            if isinstance(atom, Var) and atom.name in self.held and not (bound and atom is source):
                self._use(stmt, atom, self.held[atom.name], use)

    def _copied(self, stmt: Stmt, use: _Use) -> tuple[bool, Any]:
        """Whether a statement binds a name to a new object, or to one that another name holds, which is given too."""
        if not isinstance(stmt, Bind) or stmt.op != "copy" or stmt.target not in self.held:
            return False, None
        source = stmt.args[0]
        target = self.held[stmt.target]
        if isinstance(source, Const) and isinstance(source.value, Blank):
            target.blanks.append(use)
            return source.value.cls is target.cls, None
        if not isinstance(source, Var) or source.name not in self.held:
            return False, None
        given = self.held[source.name]
        if given.cls is not target.cls or isinstance(stmt.fn, Operand):
            self.blocked.add(source.name)
            return False, None
        target.copies.append(use)
        given.given.append(use)
        return True, source

    def _use(self, stmt: Stmt, atom: Var, held: _Held, use: _Use) -> None:
        """A use of an object by a name: an attribute that is read or stored, or something that keeps it whole."""
        if isinstance(stmt, Bind) and stmt.op == "attr" and plain_classes.means(held.cls, stmt.fn) in (FIELD, KEPT):
            held.reads.append(use)
        elif isinstance(stmt, core.StoreAttr) and atom is stmt.base and self._may_store(stmt, held.cls):
            held.stores.append(use)
        else:
            self.blocked.add(atom.name)

    def _may_store(self, stmt: core.StoreAttr, cls: type) -> bool:
        if plain_classes.is_frozen(cls) and stmt.node is not None:
            return False
        return plain_classes.means(cls, stmt.name) in (FIELD, KEPT) and plain_classes.may_have(cls, stmt.name)

    def groups(self) -> list[dict[str, _Held]]:
        """Names that share objects, of those groups that can be taken apart."""
        group = {name: {name} for name in self.held}
        for name, held in self.held.items():
            for use in held.copies:
                source = use.stmt.args[0].name  # type: ignore[attr-defined]
                if group[source] is not group[name]:
                    merged = group[source] | group[name]
                    for each in merged:
                        group[each] = merged
        found: list[dict[str, _Held]] = []
        seen: set[int] = set()
        for names in group.values():
            if id(names) not in seen:
                seen.add(id(names))
                members = {n: self.held[n] for n in self.held if n in names}
                if not names & self.blocked and any(h.blanks for h in members.values()) and _is_followed(members):
                    found.append(members)
        return found


def _is_followed(members: dict[str, _Held]) -> bool:
    """Whether names follow the objects: each has one name at a time, or nothing is stored into it once it is made."""
    shared = [use for held in members.values() for use in held.given if not _is_move(held, use)]
    if not shared:
        return True
    return all(_is_initial(held, store) for held in members.values() for store in held.stores)


def _is_move(held: _Held, copy: _Use) -> bool:
    """Whether a copy hands an object on that its old name was made for, and which is not met by that name again."""
    if len(held.blanks) != 1 or held.copies or held.blanks[0].path[:-1] != copy.path[:-1]:
        return False  # (in a loop of its own it would hand on the same object again)
    return all(_is_between(use, held.blanks[0], copy) for use in held.uses())


def _is_initial(held: _Held, store: _Use) -> bool:
    """Whether a store is into an object that was made in the same block, and that no other name holds yet."""
    before = [b for b in held.blanks if _is_within(store, b)]
    if not before:
        return False
    last = max(before, key=lambda b: (len(b.path), b.path[-1][1]))
    return not any(_is_between(use, last, store) for use in (*held.given, *held.copies))


def _is_within(use: _Use, first: _Use) -> bool:
    """Whether a statement stands after another one in its block, or inside of one that does."""
    depth = len(first.path) - 1
    (block, at) = first.path[-1]
    return len(use.path) > depth and use.path[depth][0] == block and use.path[depth][1] >= at


def _is_between(use: _Use, first: _Use, last: _Use) -> bool:
    """Whether a statement stands between two others, the first and the block of the last being in one block."""
    depth = len(first.path) - 1
    return _is_within(use, first) and _is_within(last, first) and use.path[depth][1] <= last.path[depth][1]


class _Replacement:
    """Copies a function with variables in the place of objects."""

    def __init__(self, function: Function, groups: list[dict[str, _Held]]) -> None:
        self.function = function
        self.local = {n for stmt in core.walk(function.body) for n in core.targets(stmt)}
        self.local |= {p.name for p in function.params} | set(function.source.cells)
        self.names = Names(function.source.tree)
        self.names.reserve(*function.identifiers, *self.local)
        self.looked_up = dict.fromkeys(function.looked_up)
        self.variables: dict[tuple[str, str], str] = {}
        self.fields: dict[str, list[str]] = {}
        self.classes: dict[str, type] = {}
        self.temps = set(function.temps)
        self.lacking: set[str] = set()  # of which an attribute is read that is never stored, nor kept by the class
        self.markers: set[Stmt] = set()
        for group in groups:
            self._name(group)

    def _name(self, group: dict[str, _Held]) -> None:
        """Names for the attributes that objects of a group ever get."""
        cls = next(iter(group.values())).cls
        stored = {use.stmt.name: None for held in group.values() for use in held.stores}  # type: ignore[attr-defined]
        for name in stored:
            self.looked_up[cls, name] = None
        for owner in group:
            self.fields[owner], self.classes[owner] = list(stored), cls
            for name in stored:
                self.variables[owner, name] = self.names.fresh(f"{owner}_{name}")
                if owner in self.function.temps:
                    self.temps.add(self.variables[owner, name])

    def run(self) -> tuple[Function, set[str]]:
        """The function, and the names whose objects may lack an attribute that is read."""
        body = self._block(self.function.body)
        identifiers = self.function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
        made = replace(
            self.function, body=body, temps=self.temps, identifiers=identifiers, looked_up=tuple(self.looked_up)
        )
        found = versions.analyse(made)
        owner = {variable: name for (name, _), variable in self.variables.items()}
        unbound = {owner[v.name] for v in found.read.values() if v.name in owner and self._may_lack(v)}
        unbound |= self.lacking
        self._strip(body)
        return made, unbound

    def _may_lack(self, version: versions.Version) -> bool:
        """Whether an attribute may be one that a new object has not got yet."""
        pending, seen = [version], {version}
        while pending:
            found = pending.pop()
            if found.stmt in self.markers and found.origin == "definition":
                return True
            new = [v for v in found.inputs if v not in seen]
            seen.update(new)
            pending += new
        return False

    def _strip(self, block: Block) -> None:
        block[:] = [stmt for stmt in block if stmt not in self.markers]
        for stmt in block:
            for inner in core.blocks(stmt):
                self._strip(inner)

    def _block(self, block: Block) -> Block:
        return [new for stmt in block for new in self._stmt(stmt)]

    def _stmt(self, stmt: Stmt) -> Block:
        match stmt:
            case Bind(op="copy") if stmt.target in self.fields:
                return self._object(stmt, stmt.args[0])
            case Bind(op="attr") if isinstance(stmt.args[0], Var) and stmt.args[0].name in self.fields:
                return self._read(stmt, stmt.args[0].name)
            case core.StoreAttr() if stmt.base.name in self.fields:
                variable = self.variables[stmt.base.name, stmt.name]
                return [Bind(variable, "copy", [stmt.value], line=stmt.line, node=stmt.node)]
        changes: dict[str, Any] = {
            f: self._block(getattr(stmt, f)) for f in ("body", "orelse", "test_body") if hasattr(stmt, f)
        }
        return [replace(stmt, **changes) if changes else stmt]

    def _object(self, stmt: Bind, source: Atom) -> Block:
        """A new object, which has nothing yet, or what another name holds."""
        if isinstance(source, Var):
            pairs = [(self.variables[stmt.target, f], self.variables[source.name, f]) for f in self.fields[stmt.target]]
            return [Bind(target, "copy", [Var(held)], line=stmt.line) for target, held in pairs]
        lacking: Block = [Bind(self.variables[stmt.target, f], "copy", [Const(None)]) for f in self.fields[stmt.target]]
        self.markers.update(lacking)
        return lacking

    def _read(self, stmt: Bind, owner: str) -> Block:
        if (owner, stmt.fn) in self.variables:
            return [replace(stmt, op="copy", args=[Var(self.variables[owner, stmt.fn])], fn=None)]
        cls, source = self.classes[owner], self.function.source
        self.looked_up[cls, stmt.fn] = None
        named = source.globals.get(cls.__name__) is cls and cls.__name__ not in self.local
        if plain_classes.means(cls, stmt.fn) != KEPT or not named:
            self.lacking.add(owner)
            return [stmt]
        held = self.names.fresh(cls.__name__.lower())
        self.temps.add(held)
        return [Bind(held, "global", [], fn=cls.__name__, line=stmt.line), replace(stmt, args=[Var(held)])]
