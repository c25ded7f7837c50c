"""Kinds of every version of a function, found by propagating the kinds of its arguments to a fixed point."""

from __future__ import annotations

import importlib
import operator
import types
from typing import Any

from dualad import registry
from dualad.analysis import calls, kinds, settled, skeleton
from dualad.analysis.calling import Calling, Prepare
from dualad.analysis.given_lists import holds_lists, stay_apart
from dualad.analysis.harmless import QUIET_MANAGERS
from dualad.analysis.inferred import Active, Assumption, Kinds, Pending, given_kinds, identity
from dualad.analysis.inplace import is_of_user
from dualad.analysis.kinds import ANY, BOTTOM, STR, Kind
from dualad.analysis.meant import asks_nothing, may_hold_objects, met, scopes_met
from dualad.analysis.rebound import may_be_rebound
from dualad.analysis.recalled import Recalled
from dualad.analysis.reshaped import is_layout_stored, may_be_reshaped
from dualad.analysis.results import result_kind
from dualad.analysis.structural import item_kind, iterator
from dualad.analysis.versions import Version, Versions
from dualad.analysis.versions import analyse as numbered
from dualad.classes import kept_by_class
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var

PASSES = 12


def infer(
    function: core.Function,
    versions: Versions,
    params: dict[str, Kind],
    prepare: Prepare | None = None,
    active: Active | None = None,
    integers: bool = False,
    recalled: Recalled | None = None,
) -> Kinds:
    """Infer kinds from those of the parameters; `prepare` gives the core of callees (None: callees stay unknown).

    `recalled`: what was found of callees, by the same `prepare` and for the same `integers`.
    With `integers`, nothing is known of integers that are captured: a derivative may be taken in them.
    What a function returns that calls itself is found by repetition: nothing is known of it first, then what came out.
    Branches that are never taken are left out of the `function` that comes with the kinds.
    """
    settling, constants = True, False
    while True:
        tests = settling, constants
        found = _inferred(function, versions, params, prepare, active, integers, recalled or Recalled(), tests)
        found.function = function
        made = settled.without(function, found) if found.settled else function
        if made is function:
            return found
        settling, constants = made is not None, True
        if made is not None:
            function, versions = made, numbered(made)


def _inferred(
    function: core.Function,
    versions: Versions,
    params: dict[str, Kind],
    prepare: Prepare | None,
    active: Active | None,
    integers: bool,
    recalled: Recalled,
    tests: tuple[bool, bool],
) -> Kinds:
    key = identity(function.source.fn), given_kinds(params)
    pending = Pending()
    for turn in range(PASSES):
        around = {**(active or {}), key: pending}
        did: tuple[bool, bool] | None = None
        for containers, arrays in ((True, True), (False, True), (False, False)):
            work = _Inference(
                function, versions, params, prepare, around, containers, arrays, integers, recalled, tests
            )
            if not work.run():
                continue
            did = did or (not containers, not arrays)
            if not (containers and function.is_generator):
                break  # between a generator's items, who takes them may change what it was given, and what it gave
        found = work.found
        assert did is not None
        found.mutated, found.reshaped = did
        if not pending.asked or (found.result == pending.result and did == (pending.mutated, pending.reshaped)):
            break
        result = kinds.join(pending.result, found.result) if turn < PASSES - 2 else ANY
        pending = Pending(result, pending.mutated or found.mutated, pending.reshaped or found.reshaped)
    if found.result.tag == "bottom":
        found.result = ANY  # it never comes back
    return found


class _Inference(Calling):
    def __init__(
        self,
        function: core.Function,
        versions: Versions,
        params: dict[str, Kind],
        prepare: Prepare | None,
        active: Active,
        containers: bool,
        arrays: bool,
        integers: bool,
        recalled: Recalled,
        tests: tuple[bool, bool],
    ) -> None:
        self.function = function
        self.versions = versions
        self.prepare = prepare
        self.active = active
        self.containers = containers  # False: something mutates lists or dicts, so nothing is known of their items
        self.arrays = arrays  # False: something gives arrays other shapes or dtypes, so nothing is known of any
        self.integers = integers
        self.recalled = recalled
        self.mutated = False
        told = skeleton.of(function, versions)
        self.reshaped = told.reshapes_inside
        self.changed = False
        self.forced_any = False
        self.found = Kinds(versions=versions, given=tuple(params.values()))
        settling, constants = tests
        self.tests = settled.Tests(self.found, constants) if settling else None
        self.seen: dict[Stmt, list[Kind | None]] = {}  # statements looked at before, with their operands' kinds
        self.reads, self.passing, self.growing, self.joined = told.reads, told.passing, told.growing, told.joined
        self.loops = 0  # around the statement that is looked at
        self.numbers: dict[Stmt, int] = {}
        self.items: dict[Stmt, Kind] = {}  # where lists are made: what is put into them later
        self.fresh: set[Stmt] = set()  # what makes a new list of numbers otherwise than by a literal
        for version in versions.all:
            if version.origin == "parameter":
                self.set(version, self.opened(params.get(version.name, ANY)))
        for cls, name in function.looked_up:
            self.class_attribute(cls, name)
        for name, value in function.source.settled.items():
            self.settled(name, value)

    def opened(self, kind: Kind) -> Kind:
        if not self.arrays and kind.tag == "array":
            return ANY
        if not self.containers and kind.tag == "list":
            return kinds.many(ANY)
        if not self.containers and kind.tag == "dict":
            return Kind("dict", items=(ANY,))
        if not self.containers and kind.tag in ("fields", "iter", "any"):
            return ANY
        if kind.tag == "tuple" and not self.containers:
            return Kind("tuple", items=tuple(self.opened(k) for k in kind.items), value=kind.value)
        return kind

    def again(self, function: core.Function, versions: Versions, given: dict[str, Kind]) -> Kinds:
        return infer(function, versions, given, self.prepare, self.active, self.integers, self.recalled)

    def run(self) -> bool:
        """Propagate; False when the items of containers, or arrays, turned out to be changed (run again without)."""
        for turn in range(PASSES):
            self.changed = False
            self.forced_any = turn == PASSES - 2
            self.block(self.function.body)
            if (self.mutated and self.containers) or (self.reshaped and self.arrays):
                return False
            if not self.changed and not self.opened_up():
                break
        if self.containers and self.asks_what_changes():
            self.mutated = True
            return False
        if self.arrays and self.asks_what_reshapes():
            self.reshaped = True
            return False
        result = self.function.result
        self.found.result = self.found.of(result)
        if self.function.is_generator:
            self.found.result = self.items_given()
        return True

    def asks_what_changes(self) -> bool:
        """Whether methods that run without being called by name may change lists, dicts or objects that are known."""
        if not any(map(_holds_items, self.found.version.values())):
            return False
        asked = (s for s in core.walk(self.function.body) if not (isinstance(s, Bind) and asks_nothing(s)))
        if not any(may_hold_objects(self.found.of(atom)) for stmt in asked for atom in core.operands(stmt)):
            return False
        return met(self.found, self.function.source, self.recalled.care).changing

    def asks_what_reshapes(self) -> bool:
        """Whether methods and functions that are known only as they run may give arrays another shape or dtype."""
        if not any([kind.tag == "array" for kind in self.found.version.values()]):
            return False
        for stmt in core.walk(self.function.body):
            if isinstance(stmt, Bind) and asks_nothing(stmt):
                continue
            for kind in map(self.found.of, core.operands(stmt)):
                if may_hold_objects(kind) or _is_function_of_user(kind):
                    return may_be_reshaped(scopes_met(self.found, self.function.source))
        return False

    def stores_by_method(self, stmt: core.StoreAttr) -> bool:
        """Whether a store into an attribute may change anything but the attribute of an object that is made here."""
        kind = self.found.of(stmt.base)
        if kind.tag == "own":
            kept = kept_by_class(kind.value, "__setattr__"), kept_by_class(kind.value, stmt.name)
            return kept[0] is not object.__setattr__ or hasattr(type(kept[1]), "__set__")
        return kind.tag != "bottom"

    def is_quiet(self, manager: core.Atom) -> bool:
        """Whether a context manager is one of Python's or NumPy's that changes nothing."""
        maker = self.maker_of(manager) if isinstance(manager, Var) else None
        callee = self.found.callee.get(maker) if maker is not None else None
        return callee is not None and any(callee.value is known for known in QUIET_MANAGERS)

    def opened_up(self) -> bool:
        """Let results that have no kind though their operands do be anything: of what is known to be empty.

        Not while a function that calls itself is looked at for the first time, which has no result yet.
        """
        if any(p.asked and p.result.tag == "bottom" for p in self.active.values()):
            return False
        found = False
        for stmt in settled.live(self.function.body, self.found.settled):
            if not isinstance(stmt, Bind) or self.found.target(stmt, stmt.target).tag != "bottom":
                continue
            if all(self.found.of(a).tag != "bottom" for a in core.operands(stmt)):
                self.define(stmt, stmt.target, ANY)
                found = True
        return found

    def items_given(self) -> Kind:
        """The kind of a generator: that of the items that it yields."""
        item = BOTTOM
        for stmt in core.walk(self.function.body):
            if isinstance(stmt, core.Yield):
                item = kinds.join(item, kinds.anonymous(self.found.of(stmt.value)))
        return ANY if item.tag == "bottom" else iterator(item)

    def set(self, version: Version, kind: Kind) -> None:
        before = self.found.version.get(version, BOTTOM)
        after = kinds.join(before, kind)
        if after != before:
            if self.forced_any:
                after = ANY
            self.changed = True
            self.found.version[version] = after

    def define(self, stmt: Stmt, name: str, kind: Kind) -> None:
        self.set(self.versions.defined[stmt, name], kind)

    def merge(self, version: Version | None) -> None:
        if version is not None:
            known = self.found.version
            for source in version.inputs:
                kind = None if source.origin == "undefined" else known.get(source)
                if kind is not None and kind is not known.get(version):  # most are as they were
                    self.set(version, kind)

    def block(self, block: list[Stmt]) -> None:
        for stmt in block:
            self.stmt(stmt)

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Bind():
                given = [self.found.version.get(v) for v in self.reads[stmt]]
                if self.is_as_before(stmt, given):
                    return
                kind = self.bind(stmt)
                if not self.loops:  # it is made once, so that its dimensions may have names
                    kind = kinds.named(kind, self.numbers.setdefault(stmt, len(self.numbers)))
                self.define(stmt, stmt.target, kind if stmt.target in self.passing else self.opened(kind))
                if self.depends_on_operands(stmt):
                    self.seen[stmt] = given
            case core.Unpack():
                self.unpack(stmt)
            case core.Store():
                self.store(stmt)
            case core.StoreAttr():
                self.mutated = self.mutated or self.stores_by_method(stmt)
                self.reshaped = self.reshaped or is_layout_stored(stmt, self.found.of(stmt.base))
            case core.DeletePlace():
                self.mutated = True
            case core.Append():
                self.append(stmt.base, self.found.of(stmt.value))
            case core.With():
                self.mutated = self.mutated or not (stmt.plain or self.is_quiet(stmt.manager))
                if stmt.target:
                    self.define(stmt, stmt.target, ANY)
                self.block(stmt.body)
                self.joins(stmt)
            case core.Try():
                for block in (stmt.body, stmt.orelse, *(h.body for h in stmt.handlers), stmt.final):
                    for version in self.versions.caught.get(id(block), {}).values():
                        self.merge(version)
                    self.block(block)
                self.joins(stmt)
            case core.If():
                taken = None if self.tests is None else self.tests.settle(stmt)
                if taken is not False:
                    self.block(stmt.body)
                if taken is not True:
                    self.block(stmt.orelse)
                self.joins(stmt)
            case core.For() | core.While():
                self.loop(stmt)

    def is_as_before(self, stmt: Bind, given: list[Kind | None]) -> bool:
        """Whether nothing has changed since the statement was looked at last."""
        before = self.seen.get(stmt)
        return before is not None and all(a is b for a, b in zip(before, given, strict=True))

    def depends_on_operands(self, stmt: Bind) -> bool:
        """Whether the target's kind depends on nothing but the kinds of the operands."""
        if stmt.op in ("prim", "call", "method", "attr"):
            return self.found.callee[stmt].primitive is not None
        return stmt.op in ("global", "cell", "copy", "slice", "format", "import")

    def joins(self, stmt: Stmt) -> None:
        for version in self.joined.get(stmt, ()):
            self.merge(version)

    def loop(self, stmt: core.For | core.While) -> None:
        self.loops += 1
        for version in self.versions.header[stmt].values():
            self.merge(version)
        if isinstance(stmt, core.For):
            self.define(stmt, stmt.target, item_kind(self.found.of(stmt.iter)))
            self.block(stmt.body)
        else:
            self.block(stmt.test_body)
            self.block(stmt.body)
        self.loops -= 1
        for version in self.versions.header[stmt].values():
            self.merge(version)
        self.joins(stmt)

    def unpack(self, stmt: core.Unpack) -> None:
        source = self.found.of(stmt.value)
        known = source.tag in ("tuple", "list") and source.value != "many" and stmt.star is None
        if known and len(source.items) == len(stmt.targets):
            for name, kind in zip(stmt.targets, source.items, strict=True):
                self.define(stmt, name, kind)
            return
        each = item_kind(source)
        for i, name in enumerate(stmt.targets):
            self.define(stmt, name, ANY if i == stmt.star else each)

    def store(self, stmt: core.Store) -> None:
        """A store: an item of a list or dict that was made here is one more value that its items may have."""
        base, key = self.found.of(stmt.base), self.found.of(stmt.key)
        if base.tag in ("array", "npscalar", "bottom") or key.tag == "bottom":
            return
        value = self.found.of(stmt.value)
        if stmt.aug is not None:
            value = self.augmented(stmt.aug, base, value)
        known = stmt.aug is None or value is not ANY
        if known and base.tag == "list" and key.tag == "int":
            self.append(stmt.base, value)
        elif known and base.tag == "dict" and (maker := self.maker_of(stmt.base)) in self.growing:
            self.put(maker, value)
        else:
            self.mutated = True

    def augmented(self, operation: Any, base: Kind, value: Kind) -> Kind:
        """What an augmented store puts into a list or dict of numbers; ANY where it may be no number."""
        item = kinds.list_item(base) if base.tag in ("list", "dict") else ANY
        if "bottom" in (item.tag, value.tag):
            return kinds.BOTTOM
        primitive = registry.lookup(operation)
        if primitive is None or not (item.is_number and value.is_number):
            return ANY
        return result_kind(primitive, [item, value], {})

    def append(self, base: Var, item: Kind) -> None:
        maker = self.maker_of(base)
        if maker is not None and (maker.op == "list" or maker in self.fresh):
            self.put(maker, item)
        elif maker is not None and self.reads_list_of_numbers(maker) and item.is_number and self.makes_all_lists():
            self.append(maker.args[0], kinds.many(item))  # type: ignore[arg-type]
            for other in self.lists_of_numbers():  # any of which may be that item
                self.put(other, item)
        else:
            self.mutated = True

    def made_by(self, atom: Var) -> list[Stmt]:
        maker = self.maker_of(atom)
        return [] if maker is None else [maker]

    def maker_of(self, base: Var) -> Bind | None:
        """The statement that bound what a name holds, whatever names it had in between; None where there is not one."""
        return skeleton.maker_of(base, self.versions)

    def put(self, maker: Bind, item: Kind) -> None:
        """Something is put into what a statement made."""
        self.items[maker] = kinds.join(self.items.get(maker, BOTTOM), kinds.lasting(item))
        self.seen.pop(maker, None)

    def reads_list_of_numbers(self, maker: Bind) -> bool:
        """Whether it reads one item of a list: a list of numbers itself."""
        if maker.op != "prim" or maker.fn is not operator.getitem or not isinstance(maker.args[0], Var):
            return False
        kind = self.found.version.get(self.versions.defined[maker, maker.target], BOTTOM)
        outer = self.found.of(maker.args[0]).tag == "list" and self.found.of(maker.args[1]).tag == "int"
        return outer and kind.tag == "list" and all([k.is_number for k in kind.items])

    def makes_all_lists(self) -> bool:
        """Whether lists that come from elsewhere, by a parameter, a call or a captured variable, keep to themselves."""
        known = [v for v in self.versions.all if holds_lists(self.found.version.get(v, BOTTOM))]
        given = [v for v in known if v.origin == "parameter" or self.is_from_elsewhere(v.stmt)]
        return not given or stay_apart(given, self.function, self.found)

    def is_from_elsewhere(self, maker: Stmt | None) -> bool:
        """Whether a statement gives what may have been made by others; what `zip` gives is not."""
        if not isinstance(maker, Bind) or maker.op not in ("call", "method", "attr", "global", "cell"):
            return False
        callee = self.found.callee.get(maker)
        return maker not in self.fresh and (callee is None or not any(callee.value is fn for fn in calls.ITERATION))

    def lists_of_numbers(self) -> list[Bind]:
        """The statements that make one."""
        found = []
        for version in self.versions.all:
            maker, kind = version.stmt, self.found.version.get(version, BOTTOM)
            made = isinstance(maker, Bind) and (maker.op == "list" or maker in self.fresh)
            if made and kind.tag == "list" and all([k.is_number for k in kind.items]):
                found.append(maker)
        return found  # type: ignore[return-value]

    def made_anew(self, stmt: Bind, kind: Kind) -> Kind:
        """The kind of a new list of numbers, with what is put into it later."""
        if kind.tag != "list" or not kind.items or not all([k.is_number for k in kind.items]):
            return kind
        if not calls.makes_list(stmt, self.found.callee[stmt], self.found.of):
            return kind
        self.fresh.add(stmt)
        return kinds.many(kinds.join(kinds.list_item(kind), self.items[stmt])) if stmt in self.items else kind

    # Binds

    def bind(self, stmt: Bind) -> Kind:
        match stmt.op:
            case "copy":
                return self.found.of(stmt.args[0])
            case "global" | "cell":
                return self.load(stmt.op, stmt.fn)
            case "tuple" | "list" | "set" | "dict" | "slice":
                return self.build(stmt)
            case "format":
                return STR
            case "import":
                return self.imported(stmt)
            case "inplace":
                return self.inplace(stmt)
            case "prim" | "call" | "method" | "attr":
                return self.made_anew(stmt, self.call(stmt))
        return ANY

    def load(self, scope: str, name: str) -> Kind:
        source = self.function.source
        try:
            value = source.cells[name].cell_contents if scope == "cell" else calls.lookup_global(source, name)
        except (KeyError, ValueError):
            return ANY
        if may_be_rebound(source, name):
            return ANY
        kind = kinds.of(value, name)
        if self.integers and scope == "cell" and (kind.exact or (kind.items and kind.may_hold_integers)):
            return ANY
        nested = len(self.active) > 1
        if kind.tag not in ("object", "ours") and (nested or not kind.is_number):
            known = kinds.class_of(kind) is not None and kind.tag == "any"
            if not known and (nested or not kinds.is_soon_told(kind)):
                return ANY
            kind = self.opened(kind)
            if not (known or kinds.is_soon_told(kind)):
                return ANY
        owner = source.globals if nested and scope == "global" else source.cells[name] if nested else None
        self.assume(Assumption(scope, name, kind, owner))
        return kind

    def imported(self, stmt: Bind) -> Kind:
        full, module, attribute = stmt.fn
        try:
            importlib.import_module(full)
            found: Any = importlib.import_module(module)
            return kinds.of(getattr(found, attribute) if attribute else found, f"{full}:")
        except (ImportError, AttributeError):
            return ANY

    def build(self, stmt: Bind) -> Kind:
        if stmt.op == "slice":
            return kinds.slice_of([self.found.of(a) for a in stmt.args])
        if stmt.stars or stmt.op == "set":
            return ANY
        if stmt.op == "dict" and stmt in self.growing:
            held = kinds.list_item(Kind("list", items=tuple(self.found.of(a) for a in stmt.args[1::2])))
            return Kind("dict", items=(kinds.join(kinds.anonymous(held), self.items.get(stmt, BOTTOM)),))
        if stmt.op == "dict":
            keys = [calls.literal(a) for a in stmt.args[::2]]
            if not keys or any(type(k) is not str for k in keys) or len(set(keys)) < len(keys):
                return ANY
            return Kind("dict", value=tuple(keys), items=tuple(self.found.of(a) for a in stmt.args[1::2]))
        items = tuple(self.found.of(a) for a in stmt.args)
        if stmt.op == "list" and (stmt in self.items or stmt in self.growing):
            put_in = self.items.get(stmt, BOTTOM)
            return kinds.many(kinds.join(kinds.list_item(Kind("list", items=items)), put_in))
        return Kind(stmt.op, items=items)

    def inplace(self, stmt: Bind) -> Kind:
        before, operand = (self.found.of(a) for a in stmt.args)
        if before.tag == "array":
            return before
        if before.tag in ("list", "dict"):
            self.mutated = True
            return ANY
        primitive = self.found.plain(stmt)
        if primitive is None:
            return ANY
        return result_kind(primitive, [before, operand], {})


def _is_function_of_user(kind: Kind) -> bool:
    return isinstance(kind.value, types.FunctionType) and is_of_user(kind.value)


def _holds_items(kind: Kind) -> bool:
    """Whether something is known of what a list, dict or object holds that may get something else."""
    return kind.tag in ("list", "dict", "fields") or any(map(_holds_items, kind.items))
