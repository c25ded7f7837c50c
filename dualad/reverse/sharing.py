"""Which calls may give a function one memory in several ways: by its parameters, and by what it captures."""

from __future__ import annotations

import types
from typing import Any

from dualad import ownership
from dualad.analysis.memory import OUTSIDE
from dualad.reverse.programs import Variant, program
from dualad.reverse.work import Facts
from dualad.syntax.core import Bind, Var


def may_share(stmt: Bind, facts: Facts) -> bool:
    """Whether operands of a call may share memory that is stored into, with each other or with what lies outside."""
    operands = [stmt.fn, *stmt.args, *(a for _, a in stmt.kwargs)]
    named = [a for a in operands if isinstance(a, Var) and not facts.kinds.of(a).immutable]
    places = [facts.memory.find(a.name) for a in named]
    if OUTSIDE in facts.memory.parent:
        places.append(facts.memory.find(OUTSIDE))
    return any(facts.memory.is_written(place) for place in {p for p in places if places.count(p) > 1})


def is_straight(stmt: Bind, facts: Facts) -> bool:
    """Whether a call gives its operands, and nothing that these hold, to a function that is known."""
    named = all(name is not None for name, _ in stmt.kwargs)
    return stmt.op == "call" and named and not stmt.stars and facts.kinds.callee[stmt].function is not None


def watched(fn: types.FunctionType, chosen: Variant, values: tuple[Any, ...]) -> ownership.Shared | None:
    """What arguments of a call of the user's share, if the function could tell; refused where copies tell otherwise."""
    if not chosen.watched:
        return None
    params = program(fn).params
    return ownership.shared_by_objects(fn, values, [params.index(n) for n in chosen.stored])
