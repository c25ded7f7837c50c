"""Which calls may give a function one memory in several ways: by its parameters, and by what it captures."""

from __future__ import annotations

import itertools
import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from dualad import ownership
from dualad.analysis.storage import OUTSIDE
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


APART = (float, int, complex, np.number, np.bool_, str, type(None))
"""Values that share memory with nothing."""


def share(values: Sequence[Any]) -> bool:
    """Whether values that a function was given may share memory: not so if arrays and numbers are all, and apart."""
    arrays = [v for v in values if not isinstance(v, APART)]
    if not all([type(v) is np.ndarray and not v.dtype.hasobject for v in arrays]):
        return len(arrays) > 1
    return any(np.may_share_memory(a, b) for a, b in itertools.combinations(arrays, 2))


def watched(fn: types.FunctionType, chosen: Variant, values: tuple[Any, ...]) -> ownership.Shared | None:
    """What arguments of a call of the user's share, if the function could tell; refused where copies tell otherwise."""
    if not chosen.watched:
        return None
    params = program(fn).params
    return ownership.shared_by_objects(fn, values, [params.index(n) for n in chosen.beside])
