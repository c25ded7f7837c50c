"""Which active memory the adjoint follows by name, and which by shadow memory as the sweep runs.

By name: an array that one name owns, where everything else that shares its storage is a temporary slice that is read at
once; a list that one name holds and that only grows. All other active memory that is stored into has its cotangents in
the sweep's `Memory`: aliases and views, what callees and inner functions change, captured and global arrays, dicts,
objects.
"""

from __future__ import annotations

import builtins
import collections
import functools
import operator
import types
from typing import Any

from dualad import equivalents
from dualad.analysis import calls, inplace
from dualad.analysis.calls import Callee
from dualad.analysis.harmless import is_foreign
from dualad.analysis.kinds import ANY, FLOAT64, Kind, same_dtype
from dualad.analysis.storage import OUTSIDE
from dualad.anew import is_maker
from dualad.as_made import require_as_made
from dualad.classes import dataclass_written, takes_part
from dualad.records import replace
from dualad.reverse import iterating, iterators
from dualad.reverse.momentary import always_immutable, is_momentary_iterator, is_momentary_view
from dualad.reverse.sorts import holds_arrays, is_array, is_given, is_own_list, is_record
from dualad.reverse.takeover import is_taken_over
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Stmt, Var
from dualad.syntax.local_classes import class_around
from dualad.syntax.refusal import Place

HOLDERS = (functools.partial, types.SimpleNamespace)
"""Classes whose objects keep what they are given."""


def placed(facts: Facts, shared: bool) -> Facts:
    """The facts with what lives in shadow memory; `shared`: what is stored into arguments is the caller's."""
    facts = replace(facts, several=iterators.several(facts))
    roots = _roots(facts) | {facts.memory.find(s.target) for s in facts.several}
    if shared:
        roots |= _taken_from(facts)
        anybody = facts.function.is_generator  # who takes its items may store into what it was given
        roots |= {facts.memory.find(p.name) for p in facts.function.params if anybody or facts.memory.is_stored(p.name)}
    outside = facts.memory.find(OUTSIDE)
    if outside in facts.activity.varied_classes:
        roots.add(outside)
        roots |= _taken_from(facts)  # a generator may bind globals in between
    names = frozenset(v.name for v in facts.versions.all if facts.memory.find(v.name) in roots)
    names = frozenset(n for n in names if not always_immutable(facts, n))
    captured = {n for n, scope in facts.function.outer.items() if scope == "own" and facts.memory.find(n) in roots}
    calls: set[Stmt] = set()
    handles = any(isinstance(s, Bind) and s.op == "caught" and facts.activity.target_active(s, s.target)
                  for s in core.walk(facts.function.body))  # fmt: skip
    for stmt in core.walk(facts.function.body):
        if not isinstance(stmt, Bind):
            continue
        if stmt.op == "function" and facts.activity.target_active(stmt, stmt.target):
            captured |= {a.name for a in stmt.args if isinstance(a, Var)}
        elif stmt.op in ("call", "method") and (outside in roots or handles) and is_foreign(facts.kinds, stmt):
            calls.add(stmt)
    return replace(
        facts,
        in_memory=names,
        shared_calls=frozenset(calls),
        captured=frozenset(captured),
        meets_objects=_meets_objects(facts),
    )


TAKING = (builtins.next, *iterating.TAKING)
"""Builtins that take items of their arguments."""


def _taken_from(facts: Facts) -> set[str]:
    """The classes of what may be a generator of the caller's, whose items go back to it where they were taken."""
    found: set[str] = set()
    for stmt in core.walk(facts.function.body):
        match stmt:
            case core.For(iter=Var() as over) | core.Unpack(value=Var() as over):
                asked = [over]
            case Bind(op="call") if any(facts.kinds.callee[stmt].value is fn for fn in TAKING):
                asked = [a for a in stmt.args if isinstance(a, Var)]
            case _:
                continue
        found |= {
            facts.memory.find(a.name)
            for a in asked
            if facts.kinds.of(a).tag in ("any", "iter") and facts.activity.reads_active(a)
        }
    return found


GATHERING = (builtins.iter, dict, set, frozenset)


def _roots(facts: Facts) -> set[str]:
    """The classes that cannot be followed by name."""
    memory, found = facts.memory, set()
    for name, scope in facts.function.outer.items():
        if scope == "own" and memory.find(name) in facts.activity.varied_classes:
            found.add(memory.find(name))
    for stmt in core.walk(facts.function.body):
        found |= {memory.find(name) for name in _own_ways(facts, stmt)}
        match stmt:
            case core.For(iter=Var() as over) if _stored_inside(facts, stmt, memory.find(over.name)):
                found.add(memory.find(over.name))
            case Bind(op="call") if any(facts.kinds.callee[stmt].value is fn for fn in GATHERING):
                # whose items are taken one by one, or come from another's
                if facts.activity.target_active(stmt, stmt.target):
                    found.add(memory.find(stmt.target))
            case Bind(op="function" | "set" | "caught") if facts.activity.target_active(stmt, stmt.target):
                found.add(memory.find(stmt.target))
            case Bind() if facts.activity.target_active(stmt, stmt.target) and _makes_an_object(facts, stmt):
                found.add(memory.find(stmt.target))
            case core.Raise(value=Var() as error) if facts.activity.reads_active(error):
                found.add(memory.find(error.name))  # who handles it adds to what it holds
            case core.StoreOuter(name=name):
                place = memory.find(name if facts.function.outer[name] == "own" else OUTSIDE)
                if place in facts.activity.varied_classes:
                    found.add(place)
            case core.Store(aug=aug, key=key, base=base) if aug is not None and aug not in (operator.add, operator.sub):
                if is_gather(facts.kinds.of(key)):
                    found.add(memory.find(base.name))
            case core.StoreAttr(base=base) | core.DeletePlace(base=base):
                if _active_class(facts, memory.find(base.name)):
                    found.add(memory.find(base.name))
    for name, stmts in memory.stores.items():
        root = memory.find(name)
        if name in facts.function.outer and root in facts.activity.varied_classes:
            found.add(root)
        if _active_class(facts, root):
            if any(not _is_followed(facts, s) for s in stmts) or _reason(facts, name, root):
                found.add(root)
    return found


def _makes_an_object(facts: Facts, stmt: Bind) -> bool:
    """Whether it makes a `functools.partial` or an object of a user's class, which keep what they are given."""
    callee = facts.kinds.callee.get(stmt)
    cls = callee.value if callee is not None else None
    if not isinstance(cls, type) or callee.primitive is not None or issubclass(cls, BaseException | tuple):  # type: ignore[union-attr]
        return False
    if dataclass_written(cls) is not None:
        # Where lists are changed, nothing is known of the fields of objects, and so not what they are.
        lost = not _is_of_user(facts.kinds.target(stmt, stmt.target))
        return hasattr(cls, "__post_init__") or (lost and takes_part(cls))
    if cls in HOLDERS or (issubclass(cls, list | dict | collections.deque) and cls not in (list, dict)):
        return True
    return isinstance(cls.__init__, types.FunctionType)


def _own_ways(facts: Facts, stmt: Stmt) -> list[str]:
    """Varied objects of classes of the user's that a statement may call methods of, which are seen as they run."""
    match stmt:
        case Bind(op="attr", fn=name):
            asked = [a for a in stmt.args if not _has_field(facts.kinds.of(a), name)]
        case Bind(op="prim" | "inplace") | core.For() | core.Unpack():
            asked = core.operands(stmt)
        case Bind(op="call") if facts.kinds.callee[stmt].primitive is not None:
            asked = core.operands(stmt)
        case _:
            return []
    return [a.name for a in asked if isinstance(a, Var) and _is_varied(facts, a) and _is_of_user(facts.kinds.of(a))]


def _meets_objects(facts: Facts) -> bool:
    """Whether values of unknown kind may be objects of a class of the user's that takes part in expressions.

    It is so in a method of such a class, and where such an object is made.
    """
    source = facts.function.source
    if any(source.fn is fn for fn in equivalents.ALL):  # which take whatever they are given
        return True
    if takes_part(class_around(source)):
        return True
    if any(kind.tag == "own" for kind in facts.kinds.version.values()):
        return True
    return any(takes_part(callee.value) or _is_stood_for(callee) for callee in facts.kinds.callee.values())


def _is_stood_for(callee: Callee) -> bool:
    """Whether it is a class of a library's in whose place a definition makes objects."""
    primitive = callee.primitive
    return primitive is not None and primitive.form == "defined" and isinstance(primitive.fn, type)


def _is_of_user(kind: Kind) -> bool:
    """Whether it is an object of a class that somebody wrote methods for."""
    if kind.tag in ("fields", "own"):
        return True
    return kind.tag == "tuple" and kind.value is not None and takes_part(kind.value)


def _has_field(kind: Kind, name: str) -> bool:
    if kind.tag == "fields":
        return name in kind.value[1]
    return kind.tag != "tuple" or kind.value is None or name in kind.value._fields


def refusals(facts: Facts) -> list[Place]:
    """Every store that has no adjoint."""
    found = []
    for stmt in core.walk(facts.function.body):
        match stmt:
            case core.With(manager=Var() as manager, plain=False) if (
                facts.versions.read[manager] in facts.activity.varied
            ):
                found.append(_place(stmt, "a context manager made from active values"))
            case core.Store(base=base) if facts.kinds.of(base).tag == "array" and _integer(facts.kinds.of(base)):
                if isinstance(stmt.value, Var) and facts.versions.read[stmt.value] in facts.activity.varied:
                    if not facts.kinds.of(stmt.value).inactive:
                        place = _place(
                            stmt, "an active value stored into an array of integers, which would truncate it"
                        )
                        found.append(place)
            case core.StoreAttr(base=base, value=value) if _is_shared_object(facts, base) and _is_varied(facts, value):
                if facts.kinds.of(value) == ANY:  # it may be a count (`Body.made += 1`), which is seen as it runs
                    continue
                found.append(_place(stmt, f"an active value stored into `{stmt.name}` of a class, module or function"))
            case Bind(op="call", args=[_, *read]) if is_maker(facts.kinds.callee[stmt].value):
                found += [_place(stmt, what) for what in _not_settled(facts, read)]
            case Bind(op="call") if (frame := _reads_frame(facts, stmt)) is not None:
                found.append(_place(stmt, f"`{frame}`, which runs or reads what the function's own names are"))
            case Bind(op="call" | "method") if (given := _changing_function(facts, stmt)) is not None:
                place = _place(stmt, f"{given} changes something in place, called by a function of a library")
                found.append(place)
            case Bind(op="call", args=[base, _, value]) if _calls_setattr(facts, stmt):
                if _is_shared_object(facts, base) and _is_varied(facts, value):
                    found.append(_place(stmt, "an active value stored into a class, module or function"))
    return found


LOOKING = (
    getattr, setattr, hasattr, isinstance, issubclass, callable, id, type, repr, str, print, equivalents.named_after,
    require_as_made,
)  # fmt: skip
"""What calls no function that it is given."""


def _not_settled(facts: Facts, given: list[core.Atom]) -> list[str]:
    """What a class that is made anew reads as it is made, and may not: it would hold that itself."""
    names = [a.name for a in given if isinstance(a, Var) and not _is_lasting(facts, a)]
    held = "which is active or may be changed, read as a class is made inside the function and held by it"
    return [f"`{name}`, {held}" for name in names]


def _is_lasting(facts: Facts, atom: core.Atom) -> bool:
    return facts.kinds.of(atom).immutable and not _is_varied(facts, atom)


def _changing_function(facts: Facts, stmt: Bind) -> str | None:
    """What to call a function that changes something in place and that no function of the user's is given."""
    callee = facts.kinds.callee[stmt]
    keeps = stmt.op == "method" and stmt.fn in inplace.MUTATORS - inplace.CALLING
    if keeps or any(callee.value is fn for fn in LOOKING):
        return None
    if callee.primitive is None and stmt.fn not in inplace.MUTATORS:
        builtin = isinstance(callee.value, types.BuiltinFunctionType)
        if not builtin or equivalents.stand_in(callee.value, ()) is not None:
            return None
    for atom in core.operands(stmt):
        value = facts.kinds.of(atom).value
        if isinstance(value, types.FunctionType) and inplace.changes(value):
            return f"{value.__name__}, which"
        for made in facts.memory.defined_by.get(atom.name, ()) if isinstance(atom, Var) else ():
            if isinstance(made, Bind) and made.op == "function" and _changes_inside(facts, made):
                return "a function that"
    return None


def _changes_inside(facts: Facts, made: Bind) -> bool:
    """Whether an inner function may change in place what it did not make."""
    return inplace.written_inside(made.fn, _scope(facts), facts.function.source.globals)


def _scope(facts: Facts) -> inplace.Scope:
    """What the names that an inner function finds outside of the one that it is made in stand for."""
    source = facts.function.source

    def scope(name: str) -> Any:
        try:
            return calls.lookup_global(source, name)
        except KeyError:
            return None

    return scope


def _is_shared_object(facts: Facts, atom: core.Atom) -> bool:
    """Whether it is something known by its identity: what is stored into it anybody may read, unseen."""
    return facts.kinds.of(atom).tag == "object"


def _is_varied(facts: Facts, atom: core.Atom) -> bool:
    return (
        isinstance(atom, Var)
        and facts.versions.read[atom] in facts.activity.varied
        and not facts.kinds.of(atom).inactive
    )


def _calls_setattr(facts: Facts, stmt: Bind) -> bool:
    callee = facts.kinds.callee.get(stmt)
    return callee is not None and callee.value is setattr


def _stored_inside(facts: Facts, loop: core.For, root: str) -> bool:
    """Whether a loop stores into what it runs over, and active values are involved."""
    inside = set(core.walk(loop.body))
    given = isinstance(loop.iter, Var) and is_given(facts, loop.iter.name)
    changed = any(
        stmt in inside and not isinstance(stmt, core.Append)  # a comprehension's list is no other one until it is there
        for name, stmts in facts.memory.stores.items()
        if facts.memory.find(name) == root and not (given and is_own_list(facts, name))
        for stmt in stmts
    )
    return changed and _active_class(facts, root)


# Those marked True do so only where they are called without arguments.
OF_FRAMES = {eval: False, exec: False, globals: True, locals: True, vars: True, dir: True}


def _reads_frame(facts: Facts, stmt: Bind) -> str | None:
    """The name of a builtin that is called and knows the names of the function that calls it, which ours are not."""
    called = facts.kinds.callee[stmt]
    for fn, alone in OF_FRAMES.items():
        if called.value is fn and not (alone and called.args):
            return fn.__name__
    return None


def _integer(kind: Kind) -> bool:
    return kind.dtype is not None and kind.dtype.kind in "biu"


def _place(stmt: Stmt, what: str) -> Place:
    node = getattr(stmt, "node", None)
    where = node if hasattr(node, "lineno") else stmt.line
    return Place(where, what, _advice(stmt, what))


def _advice(stmt: Stmt, what: str) -> str:
    if what.endswith("held by it"):
        return "give it to the class's objects when they are made, or let their methods read it"
    if "own names" in what:
        return "write the code itself, or a dict of values"
    if "class, module" in what:
        return "keep it in an object that the function makes"
    if "library" in what:
        return "call it in a loop, or let it return something new instead"
    if "integers" in what:
        return "make the array one of floats"
    return "compute inside the block with values from outside it"


def _active_class(facts: Facts, root: str) -> bool:
    return root in facts.activity.varied_classes or any(
        facts.memory.find(v.name) == root and v in facts.activity.varied and not always_immutable(facts, v.name)
        for v in facts.versions.all
    )


def _is_followed(facts: Facts, stmt: Stmt) -> bool:
    match stmt:
        case core.Store() | core.Append():
            return True
        case Bind(op="inplace"):
            return True
        case Bind(op="method", fn="append"):
            return facts.kinds.of(stmt.args[0]).tag == "list"
    return False


def _reason(facts: Facts, name: str, root: str) -> bool:
    """Whether stores into a name cannot be followed by it."""
    memory = facts.memory
    if memory.find(OUTSIDE) == root:
        return True
    kinds = {facts.kinds.version[v].tag for v in facts.versions.all if v.name == name and v in facts.kinds.version}
    members = [n for n in memory.members(name) if not always_immutable(facts, n)]
    if kinds <= {"list", "bottom"}:
        if all(isinstance(s, core.Append) for s in memory.stores_into(name)):
            return False  # a comprehension's list: finished before anybody else has it
        own = {n for n in members if is_own_list(facts, n)}
        apart = own if name in own else set()  # lists that were made here are no other list
        others = [n for n in members if n != name and n not in apart and not is_array(facts, n)]
        others = [n for n in others if not (name in own and (is_given(facts, n) or is_record(facts, n)))]
        others = [n for n in others if not is_momentary_iterator(facts, n)]
        others = [n for n in others if not holds_arrays(facts, n, "tuple")]
        if not others and not any(n in memory.stores for n in members if n != name and n not in apart):
            return False
        return not is_taken_over(facts, [n for n in members if not is_momentary_iterator(facts, n)])
    if not is_array(facts, name):
        return True
    owners = [n for n in members if not is_momentary_view(facts, n, name)]
    if not members:  # a store that fails wherever it is reached: numbers have no items
        return True
    return owners != [name] and not is_taken_over(facts, _owners(facts, members))


def _owners(facts: Facts, members: list[str]) -> list[str]:
    """The names of a class that are no views of a moment of the others."""
    return [n for n in members if not any(is_momentary_view(facts, n, owner) for owner in members)]


def is_stored_parameter(facts: Facts, name: str) -> bool:
    """Whether a function stores into what a parameter holds (a list may hold views of an array, and change)."""
    versions = [v for v in facts.versions.all if v.origin == "parameter" and v.name == name]
    kinds = [facts.kinds.version.get(v) for v in versions]
    if all(k is not None and k.immutable for k in kinds):
        return False  # what is stored into is something else that the name holds later
    if is_given(facts, name) and not _is_stored_beside_own(facts, name):
        return False
    return facts.memory.is_stored(name, array=all(k is not None and k.tag == "array" for k in kinds))


def _is_stored_beside_own(facts: Facts, name: str) -> bool:
    """Whether something of a name's class is stored into but slots of lists that are made here."""
    memory, root = facts.memory, facts.memory.find(name)
    stored = [n for n in memory.stores if memory.find(n) == root]
    return any(n in memory.changed or not is_own_list(facts, n) for n in stored)


def is_constant_parameter(facts: Facts, name: str) -> bool:
    """Whether a parameter is one array or list from start to end, whose cotangent can be added to in place by name."""
    versions = [v for v in facts.versions.all if v.name == name]
    if len(versions) != 1 or facts.function.is_generator or name in facts.in_memory or name in facts.captured:
        return False
    kind = facts.kinds.version.get(versions[0])
    handles = any(isinstance(s, core.Try) for s in core.walk(facts.function.body))
    if kind is None or facts.memory.is_stored(name) or handles:
        return False
    return kind.tag == "list" or (kind.tag == "array" and same_dtype(kind.dtype, FLOAT64))


def is_gather(kind: Kind) -> bool:
    """Whether a key may hold an array of positions."""
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return not all(p.tag in ("int", "slice", "none", "bool") or _is_mask(p) for p in parts)


def _is_mask(kind: Kind) -> bool:
    return kind.tag == "array" and kind.dtype is not None and kind.dtype.kind == "b"
