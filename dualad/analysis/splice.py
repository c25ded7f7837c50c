"""Calls of small Python functions, replaced by what the functions do.

Kinds, aliases and activity are then known across the call, and its reverse needs no pullback. What is replaced is core:
the callee's statements with names of their own, its parameters standing for the arguments. Only a function of the same
file and globals is written out, one that captures nothing, is not recursive and is small; all other calls stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad import registry
from dualad.analysis import (
    activity,
    classes_held,
    dicts_apart,
    dissolving,
    expanding,
    given_objects,
    handed,
    infer,
    kinds,
    memory,
    pools,
    read_once,
    versions,
)
from dualad.analysis.expanding import Operand
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import LITERALS, Kind
from dualad.analysis.recalled import Recalled
from dualad.analysis.versions import Version, Versions
from dualad.analysis.whereabouts import Blank, Narrowed
from dualad.classes import kept_by_class
from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.coalesce import coalesce
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

LARGEST = 80  # statements of a callee
LARGEST_SUM = 500  # statements of the whole
LARGEST_OF_OBJECTS = 1500  # statements of the whole while objects are being taken apart
ROUNDS = 6
OBJECT_ROUNDS = 32
CLASS = "__class__"  # what a method with `super()` captures
Codes = tuple[Any, ...]


def spliced(
    function: Function,
    found: Versions,
    given: dict[str, Kind],
    prepare: infer.Prepare | None,
    wanted: set[str] | None,
    integers: bool = False,
    care: bool = False,
) -> tuple[Function, Versions, Kinds]:
    """The function with small callees written out, where the derivative in the parameters `wanted` passes through.

    With None for `wanted` all calls stay; so they do where `prepare` is None and nothing is known of callees.
    `care`: objects that change something unasked may be met, of classes that no function here knows.
    """
    recalled = Recalled(care)

    def inferred_in(written: Function, numbered: Versions) -> Kinds:
        return infer.infer(written, numbered, given, prepare, integers=integers, recalled=recalled)

    begun = _with_kinds(inferred_in(function, found))
    if wanted is None or prepare is None:
        return begun
    barred: set[type] = set()
    while True:
        rounds = _Rounds(*begun, inferred_in, wanted, barred, {} if COPIED in barred else given)
        made = rounds.run()
        left = (_left_over(made[0], made[2]) | rounds.undecided()) - barred
        if not left:
            return made
        barred |= {COPIED} if COPIED in left else left


def _with_kinds(inferred: Kinds) -> tuple[Function, Versions, Kinds]:
    return inferred.function, inferred.versions, inferred


GIVEN = type("Given", (), {})
"""Among classes whose objects stay: the methods of objects that are given are called as they are."""


COPIED = type("Copied", (), {})
"""Likewise: lists of objects that are given are not copied."""


class _Rounds:
    """Writes calls out, and takes objects apart, as long as there are some (`barred`: classes whose objects stay)."""

    def __init__(
        self,
        function: Function,
        found: Versions,
        inferred: Kinds,
        inferred_in: Callable[[Function, Versions], Kinds],
        wanted: set[str],
        barred: set[type],
        given: dict[str, Kind],
    ) -> None:
        self.given = given
        self.copies = False  # whether objects that are given were copied
        self.function, self.found, self.inferred = function, found, inferred
        self.inferred_in = inferred_in
        self.wanted = wanted
        self.barred = barred
        self.origin: dict[Bind, Codes] = {}
        self.copied = False
        self.dicts_left: set[str] = set()  # that are not to be taken apart
        self.by_guard = False  # whether methods were found by the kinds of objects that are given
        self.decided: set[tuple[str, type]] = set()  # what names were taken to hold objects of,
        self.dissolved: set[tuple[str, type]] = set()  # and what they were seen to hold

    def undecided(self) -> set[type]:
        """Classes of which objects were taken to be held by names that were not seen to hold them."""
        bound = {name for stmt in core.walk(self.function.body) for name in core.targets(stmt)}
        found = {cls for name, cls in self.decided - self.dissolved if name in bound}
        if self.by_guard and self.inferred.mutated:
            found.add(GIVEN)  # something may have given one of them an attribute of a method's name
        if self.copies and (found or self.inferred.mutated):
            found.add(COPIED)
        return found

    def run(self) -> tuple[Function, Versions, Kinds]:
        if not _calls_may_go(self.function):
            return self.function, self.found, self.inferred
        self._dicts()
        self._copies()
        for turn in range(OBJECT_ROUNDS):
            if sum(1 for _ in core.walk(self.function.body)) > LARGEST_OF_OBJECTS:
                break
            objects = classes_held.classes_of(self.function, self.inferred, self.barred)
            if turn >= ROUNDS and not objects:
                break
            if objects and not self.copied:
                self._copy()
                objects = classes_held.classes_of(self.function, self.inferred, self.barred)
            met = bool(objects) or any(kinds.class_of(k) is not None for k in self.inferred.version.values())
            changed = met and self._expand(objects)
            changed = self._splice(objects) or changed
            changed = (bool(objects) and self._dissolve()) or changed
            changed = changed or (bool(objects) and self._pool())
            if not changed:
                break
        self._dicts()
        read = read_once.read_in_loops(self.function, self.inferred)
        if read:
            self._copy()
            self._now(read_once.with_attributes_read_once(self.function, read))
        return self.function, self.found, self.inferred

    def _copy(self) -> None:
        """Make the statements this function's own, for they are changed."""
        self.copied = True
        body = _Copy({}, {}, lambda _, copied: [copied]).block(self.function.body)
        result = self.function.result
        self._now(replace(self.function, body=body, result=_again(result)))

    def _now(self, function: Function) -> None:
        self.function, self.found, self.inferred = _with_kinds(self.inferred_in(function, versions.analyse(function)))

    def _copies(self) -> None:
        """Read copies of objects that are given, where they are only read."""
        if any(k.tag == "list" for k in self.given.values()):
            before = self.function, self.found, self.inferred
            self._copy()
            made = given_objects.with_copies(self.function, self.given, self.barred)
            if made is None:
                self.function, self.found, self.inferred = before
                self.copied = False
                return
            self.copies = True
            self._now(made)

    def _dicts(self) -> None:
        """Take dicts apart whose values turn out to be of one kind."""
        if self.copied:  # a dict that a callee made may have its name, and that of what it is bound to here
            names = {name for stmt in core.walk(self.function.body) for name in core.targets(stmt)}
            made_here = [s.target for s in core.walk(self.function.body) if isinstance(s, Bind) and s.op == "dict"]
            if made_here and dissolving.with_one_name(self.function, dict.fromkeys(names, dict), made_here):
                self._now(self.function)
        left = self.dicts_left
        before = self.function, self.found, self.inferred
        while (made := dicts_apart.apart(self.function, self.inferred, left)) is not None:
            function, parts = made
            self._now(function)
            wrong = dicts_apart.wrong(self.function, self.inferred, parts)
            if not wrong:
                left |= {p.places for p in parts.values()}
                return
            self.function, self.found, self.inferred = before
            left |= wrong

    def _expand(self, objects: dict[str, type]) -> bool:
        certain = classes_held.classes_of(self.function, self.inferred, self.barred, certain=True)
        given = GIVEN not in self.barred
        several = classes_held.of_several(self.function, self.inferred, self.barred)
        work = expanding.Expansion(self.function, self.inferred, objects, certain, self.origin, given, several)
        made = work.run()
        if made is not None:
            self.by_guard = self.by_guard or work.by_guard
            self.decided |= work.decided
            self._now(made)
        return made is not None

    def _splice(self, objects: dict[str, type]) -> bool:
        chosen = _Choice(self.function, self.inferred, self.origin, objects).sites(self.wanted)
        if not chosen:
            return False
        function = handed.straight(_Splicing(self.function, chosen, self.origin).run())
        coalesce(function, {name for name, _ in self.decided})
        self._now(function)
        return True

    def _pool(self) -> bool:
        made = pools.pooled(self.function, self.inferred)
        if made is None:
            return False
        function, names = made
        self.dissolved |= names
        self._now(function)
        return True

    def _dissolve(self) -> bool:
        objects = classes_held.classes_of(self.function, self.inferred, self.barred)
        renamed = dissolving.with_one_name(self.function, objects, objects)
        self.decided = {(renamed.get(name, name), cls) for name, cls in self.decided}
        made = dissolving.dissolved(self.function, objects)
        if made is None and renamed:
            self._now(self.function)
            return True
        if made is None:
            return False
        function, names = made
        self.dissolved |= names
        coalesce(function, {name for name, _ in self.decided})
        self._now(function)
        return True


def _left_over(function: Function, inferred: Kinds) -> set[type]:
    """The classes of objects that were begun to be taken apart, and cannot be; what was to be seen is seen to."""
    found: set[type] = set()
    for stmt in core.walk(function.body):
        if not isinstance(stmt, Bind):
            continue
        if stmt.op == "copy" and isinstance(stmt.args[0], Const) and isinstance(stmt.args[0].value, Blank):
            copied = isinstance(stmt.args[0].value, given_objects.Copied)
            found.add(COPIED if copied else stmt.args[0].value.cls)
        elif stmt.op == "copy" and isinstance(stmt.fn, Narrowed):
            found |= stmt.fn.among
            stmt.fn = None
        elif stmt.op == "copy" and isinstance(stmt.fn, Operand):
            if not stmt.fn.holds_for(inferred.of(stmt.args[0])):
                found.add(stmt.fn.cls)
            stmt.fn = None
        elif stmt.op == "global" and stmt.fn == "NotImplemented":
            found |= {cls for cls, name in function.looked_up if _declines(cls, name)}
    return found


def _declines(cls: type, name: str) -> bool:
    """Whether a method may say that an operator is for the other operand to give."""
    return "NotImplemented" in getattr(getattr(kept_by_class(cls, name), "__code__", None), "co_names", ())


class _Choice:
    """Which calls are written out."""

    def __init__(
        self, function: Function, inferred: Kinds, origin: dict[Bind, Codes], objects: dict[str, type]
    ) -> None:
        self.function = function
        self.inferred = inferred
        self.origin = origin
        self.objects = objects
        self.statements = list(core.walk(function.body))
        self.local = {n for s in self.statements for n in core.targets(s)} | {p.name for p in function.params}
        self.local |= set(function.source.cells)  # what a callee means by a global is not what is captured here

    def sites(self, wanted: set[str]) -> dict[Bind, tuple[Function, dict[str, Atom]]]:
        """The chosen calls: what each calls, and its arguments by parameter."""
        found: dict[Bind, tuple[Function, dict[str, Atom]]] = {}
        if not _calls_may_go(self.function):
            return found
        for stmt in self.statements:
            if not isinstance(stmt, Bind) or stmt not in self.inferred.inner or stmt.op != "call":
                continue
            if self.inferred.callee[stmt].function is not None:
                site = self.arguments(stmt)
                if site is not None:
                    found[stmt] = site
        forced = {stmt: site for stmt, site in found.items() if self.holds_objects(stmt)}
        if len(forced) == len(found):
            return forced
        reach = memory.analyse(self.function, self.inferred)
        active = activity.analyse(self.function, self.inferred, reach, wanted)
        room = LARGEST_SUM - len(self.statements)
        chosen = {}
        for stmt, (callee, arguments) in found.items():
            room -= sum(1 for _ in core.walk(callee.body))
            if stmt in forced or (room > 0 and active.target_active(stmt, stmt.target)):
                chosen[stmt] = callee, arguments
        return chosen

    def captures_the_same(self, callee: Function, stmt: Bind) -> bool:
        """Whether what a callee has captured means the same here: the class around it, and what this function has."""
        cells, known = callee.source.cells, self.function.source.cells
        if not cells:
            return True
        if not self.holds_objects(stmt):
            return False
        return all([name == CLASS or known.get(name) is cell for name, cell in cells.items()])

    def holds_objects(self, stmt: Bind) -> bool:
        """Whether a call is given an object that is to be taken apart."""
        return any(isinstance(a, Var) and a.name in self.objects for a in core.operands(stmt))

    def arguments(self, stmt: Bind) -> tuple[Function, dict[str, Atom]] | None:
        """A callee that may be written out, with its arguments; None: the call stays."""
        fn = self.inferred.callee[stmt].value
        callee, inner = self.inferred.inner[stmt]
        caller = self.function.source
        codes = (*self.origin.get(stmt, ()), caller.fn.__code__)
        source = callee.source
        same = source.globals is caller.globals and source.filename == caller.filename
        if not same or not self.captures_the_same(callee, stmt) or fn.__code__ in codes or inner.recursive:
            return None
        if registry.lookup(fn) is not None or hasattr(fn, "__dualad_vjp__"):
            return None  # it states its own derivative
        if not _may_move(callee, inner.versions) or self.local & _outside_names(callee):
            return None
        return _bound(callee, fn, self.inferred.callee[stmt].args, stmt.kwargs, stmt)


def _calls_may_go(function: Function) -> bool:
    """Whether calls may be written out: what an exception leaves behind depends on where they are."""
    leavable = (isinstance(s, core.Try) or (isinstance(s, core.With) and not s.plain) for s in core.walk(function.body))
    return not function.is_generator and not any(leavable)


def _may_move(callee: Function, found: Versions) -> bool:
    """Whether a function's statements mean the same elsewhere, and are few."""
    count = 0
    if callee.is_generator or callee.outer:
        return False
    for stmt in core.walk(callee.body):
        count += 1
        if isinstance(stmt, core.Try | core.With):
            return False
        if isinstance(stmt, Bind) and stmt.op in ("function", "import"):
            return False
    if count > LARGEST or any(p.kind not in ("positional", "keyword") for p in callee.params):
        return False
    unbound: dict[Version, bool] = {}
    return not any(_may_be_unbound(v, unbound) for v in found.read.values())


def _may_be_unbound(version: Version, known: dict[Version, bool]) -> bool:
    """Whether a name may have no value there; elsewhere it could have an older one instead."""
    if version not in known:
        known[version] = version.origin == "undefined"
        known[version] = known[version] or any(_may_be_unbound(v, known) for v in version.inputs)
    return known[version]


def _outside_names(callee: Function) -> set[str]:
    """Globals and builtins by name, which must not meet a local name of the caller."""
    return {s.fn for s in core.walk(callee.body) if isinstance(s, Bind) and s.op == "global"}


def _bound(
    callee: Function, fn: Any, args: list[Atom], kwargs: list[tuple[str | None, Atom]], stmt: Bind
) -> tuple[Function, dict[str, Atom]] | None:
    """Arguments by parameter, literal defaults included."""
    positional = [p.name for p in callee.params if p.kind == "positional"]
    if stmt.stars or len(args) > len(positional):
        return None
    found: dict[str, Atom] = dict(zip(positional, args, strict=False))
    names = {p.name for p in callee.params if not p.positional_only}
    for name, atom in kwargs:
        if name is None or name not in names or name in found:
            return None
        found[name] = atom
    defaults = dict(zip(positional[::-1], (fn.__defaults__ or ())[::-1], strict=False)) | (fn.__kwdefaults__ or {})
    for param in callee.params:
        if param.name not in found:
            if type(defaults.get(param.name, ...)) not in LITERALS:
                return None
            found[param.name] = Const(defaults[param.name])
    return callee, found


class _Splicing:
    """Copies a function, its chosen calls replaced."""

    def __init__(
        self, function: Function, chosen: dict[Bind, tuple[Function, dict[str, Atom]]], origin: dict[Bind, Codes]
    ) -> None:
        self.function = function
        self.chosen = chosen
        self.origin = origin
        self.names = Names(function.source.tree)
        self.names.reserve(*function.identifiers)
        for stmt in core.walk(function.body):
            self.names.reserve(*core.targets(stmt))
        for callee, _ in chosen.values():
            self.names.reserve(*_outside_names(callee))
        self.temps = set(function.temps)

    def run(self) -> Function:
        body = _Copy({}, {}, self.replaced).block(self.function.body)
        reserved = self.function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
        for callee, _ in self.chosen.values():
            reserved |= _outside_names(callee)
        return replace(self.function, body=body, temps=self.temps, identifiers=reserved)

    def replaced(self, stmt: Stmt, copied: Stmt) -> list[Stmt]:
        """What a statement becomes."""
        if isinstance(stmt, Bind) and stmt in self.origin:
            self.origin[copied] = self.origin[stmt]  # type: ignore[index]
        if not isinstance(stmt, Bind) or stmt not in self.chosen:
            return [copied]
        callee, arguments = self.chosen[stmt]
        return self.written_out(stmt, callee, arguments)

    def written_out(self, stmt: Bind, callee: Function, arguments: dict[str, Atom]) -> list[Stmt]:
        bound = {n for s in core.walk(callee.body) for n in core.targets(s)}
        bases = {
            s.base.name for s in core.walk(callee.body) if isinstance(s, core.Store | core.StoreAttr | core.Append)
        }
        standing: dict[str, Atom] = {}
        rename: dict[str, str] = {}
        before: list[Stmt] = []
        for name, atom in arguments.items():
            if name not in bound and (isinstance(atom, Var) or name not in bases):
                standing[name] = atom
            else:
                rename[name] = self.names.fresh(name)
                before.append(Bind(rename[name], "copy", [_again(atom)], line=stmt.line))
        result = callee.result
        last = callee.body[-1] if callee.body else None
        direct = isinstance(result, Var) and result.name in callee.temps and isinstance(last, Bind)
        if direct and last.target == result.name and _definitions(callee, result.name) == 1:  # type: ignore[union-attr]
            rename[result.name] = stmt.target  # type: ignore[union-attr]
        for name in sorted(bound - rename.keys()):
            rename[name] = self.names.fresh(name)
        self.temps |= {rename[n] for n in callee.temps if n in rename and rename[n] != stmt.target}
        codes = (*self.origin.get(stmt, ()), callee.source.fn.__code__)

        def placed(_: Stmt, copied: Stmt) -> list[Stmt]:
            if isinstance(copied, Bind):
                if copied.op == "cell" and copied.fn == CLASS:
                    cls = callee.source.cells[CLASS].cell_contents
                    copied = replace(copied, op="copy", args=[Const(cls)], fn=None)
                self.origin[copied] = codes
            return [copied]

        copy = _Copy(rename, standing, placed)
        body = copy.block(callee.body)
        if not (isinstance(result, Var) and rename.get(result.name) == stmt.target):
            body.append(Bind(stmt.target, "copy", [copy.atom(result)], line=stmt.line))
        return before + body


def _definitions(callee: Function, name: str) -> int:
    return sum(core.targets(s).count(name) for s in core.walk(callee.body))


def _again(atom: Atom) -> Atom:
    """An atom for one more place: each read of a name is an object of its own."""
    return Var(atom.name) if isinstance(atom, Var) else atom


class _Copy:
    """Copies statements: names renamed, some standing for atoms; `placed` says what a copied statement becomes."""

    def __init__(
        self, rename: dict[str, str], standing: dict[str, Atom], placed: Callable[[Stmt, Stmt], list[Stmt]]
    ) -> None:
        self.rename = rename
        self.standing = standing
        self.placed = placed

    def name(self, name: Any) -> Any:
        return self.rename.get(name, name)

    def atom(self, atom: Atom) -> Atom:
        if isinstance(atom, Const):
            return atom
        return _again(self.standing[atom.name]) if atom.name in self.standing else Var(self.name(atom.name))

    def block(self, block: list[Stmt]) -> list[Stmt]:
        return [new for stmt in block for new in self.placed(stmt, self.stmt(stmt))]

    def stmt(self, stmt: Stmt) -> Stmt:
        changes: dict[str, Any] = {}
        for field in ("args", "kwargs", "fn", "value", "base", "key", "test", "iter", "manager", "cause"):
            if hasattr(stmt, field):
                changes[field] = self.field(stmt, field, getattr(stmt, field))
        for field in ("body", "orelse", "test_body"):
            if hasattr(stmt, field):
                changes[field] = self.block(getattr(stmt, field))
        for field in ("target", "stop"):
            if hasattr(stmt, field):
                changes[field] = self.name(getattr(stmt, field))
        if isinstance(stmt, core.Unpack):
            changes["targets"] = [self.name(n) for n in stmt.targets]
        if isinstance(stmt, core.Delete):
            changes["name"] = self.name(stmt.name)
        return replace(stmt, **changes)

    def field(self, stmt: Stmt, field: str, value: Any) -> Any:
        if field == "args":
            return [self.atom(a) for a in value]
        if field == "kwargs":
            return [(k, self.atom(a)) for k, a in value]
        return self.atom(value) if isinstance(value, Var | Const) else value
