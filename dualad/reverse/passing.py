"""Where objects of classes of the user's may change something that is read in passing.

The test of a `while` loop has no reverse of its own, and `a[i] += value` reads the item with the store, after the
value is there. Both hold as long as what is computed there changes nothing. An operator, an attribute, an item or a
method of an object may. And an object that is a test may say something else by the time of the reverse sweep. Functions
where one is met are lowered again, so that tests are statements of the loop's body, items are read first, and objects
are asked once whether they are true, and for their iterators where a generator expression over them is made.
"""

from __future__ import annotations

import operator
import types

import gast

from dualad.analysis.kinds import Kind
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Stmt

OBJECTS = ("any", "own", "fields", "object")  # kinds of what may be an object of a class of the user's
RUNNING = (sum, max, min, any, all, list, tuple, dict, set, frozenset, sorted, next)
"""Builtins with rules that take items, or call what they are given."""
QUIET = ("copy", "tuple", "list", "set", "dict", "function", "import", "caught")


def asks_objects(facts: Facts) -> bool:
    """Whether an object is a test, is starred, or is asked in the test of a loop or in what is added to an item.

    Or whether something is stored into in the test of a loop.
    """
    if reads_in_passing(facts.function):
        return True
    everything = list(core.walk(facts.function.body))
    adding = {s.line for s in everything if isinstance(s, core.Store) and s.aug is not None}
    if adding and any(s.line in adding and _asks(facts, s) for s in everything):
        return True
    for stmt in everything:
        if isinstance(stmt, Bind) and any(_is_object(facts, facts.kinds.of(a)) for a in _starred(stmt)):
            return True
        if isinstance(stmt, Bind) and any(_gives_items(facts, facts.kinds.of(a)) for a in _taken_later(stmt)):
            return True
        tested = _tested(stmt)
        if tested is not None and facts.kinds.of(tested).tag in OBJECTS:
            return True
        if isinstance(stmt, core.While):
            tests = core.walk(stmt.test_body)
            if any(_asks(facts, s) or facts.memory.may_write(s) for s in tests):
                return True
    return False


def reads_in_passing(function: core.Function) -> bool:
    """Whether what objects do was written out in a function that reads something in passing.

    What they may change stands in it then, where no operator or attribute shows it any longer.
    """
    if not function.looked_up:
        return False
    for stmt in core.walk(function.body):
        if isinstance(stmt, core.While) or (isinstance(stmt, core.Store) and stmt.aug is not None):
            return True
        if isinstance(stmt, Bind) and stmt.stars:
            return True
    return False


def _starred(stmt: Bind) -> list[Atom]:
    """What a statement takes the items of by `*`."""
    return [] if stmt.op == "dict" else [a for i, a in enumerate(stmt.args) if i in stmt.stars]


def _taken_later(stmt: Bind) -> list[Atom]:
    """What a generator expression runs over: it is asked for an iterator when the generator is made."""
    return stmt.args[:1] if stmt.op == "call" and isinstance(stmt.node, gast.GeneratorExp) else []


def _gives_items(facts: Facts, kind: Kind) -> bool:
    return _is_object(facts, kind) or kind.tag == "fields"


def _tested(stmt: Stmt) -> Atom | None:
    """What a statement asks whether it is true."""
    match stmt:
        case core.While() | core.If():
            return stmt.test
        case Bind(op="prim", fn=operator.not_):
            return stmt.args[0]
    return None


def _asks(facts: Facts, stmt: Stmt) -> bool:
    match stmt:
        case Bind(op="attr", fn=name):
            kind = facts.kinds.of(stmt.args[0])
            return _is_object(facts, kind) or (kind.tag == "fields" and name not in kind.value[1])
        case Bind(op="method"):
            owner = facts.kinds.of(stmt.args[0])
            if owner.tag == "object" and isinstance(owner.value, types.ModuleType):  # a call of one of its functions
                return _runs(facts, stmt) or any(_is_object(facts, facts.kinds.of(a)) for a in core.operands(stmt)[1:])
            return owner.tag in OBJECTS
        case Bind(op=op) if op in QUIET:
            return False
        case Bind() | core.For():
            return _runs(facts, stmt) or any(_is_object(facts, facts.kinds.of(a)) for a in core.operands(stmt))
    return False


def _runs(facts: Facts, stmt: Bind | core.For) -> bool:
    """Whether a statement takes items of an iterator or hands a function on: what makes the items, or it, then runs."""
    tags = {facts.kinds.of(a).tag for a in core.operands(stmt)}
    if "iter" in tags:
        return True
    known = facts.kinds.callee.get(stmt) if isinstance(stmt, Bind) and stmt.op in ("call", "method") else None
    if known is None or not (known.primitive is None or any(known.value is fn for fn in RUNNING)):
        return False
    return "any" in tags or any(isinstance(facts.kinds.of(a).value, types.FunctionType) for a in core.operands(stmt))


def _is_object(facts: Facts, kind: Kind) -> bool:
    if kind.items and any(_is_object(facts, k) for k in kind.items):
        return True
    return kind.tag == "own" or (kind.tag == "any" and facts.meets_objects)
