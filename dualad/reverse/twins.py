"""Functions that are each other's derivatives: where both are computed of one value, neither is found again."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np

from dualad.analysis.versions import Block
from dualad.registry import Primitive
from dualad.reverse import build
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Var

TWINS: dict[Any, tuple[Any, bool]] = {
    np.sin: (np.cos, False), np.cos: (np.sin, True), np.sinh: (np.cosh, False), np.cosh: (np.sinh, False),
    math.sin: (math.cos, False), math.cos: (math.sin, True), math.sinh: (math.cosh, False),
    math.cosh: (math.sinh, False),
}  # fmt: skip
"""The partial of each, and whether it has the other sign."""


def partial(work: Work, primitive: Primitive, named: dict[str, Atom], block: Block) -> ast.expr | None:
    """The partial of a call in a block, where that computes it of the same operand; else None."""
    found = TWINS.get(primitive.fn)
    atom = next(iter(named.values()), None)
    if found is None or not isinstance(atom, Var) or len(named) > 1 or work.residuals.group is not None:
        return None
    if primitive.checked:
        return None  # a rule of the user's is in force
    if not work.kind(atom).immutable and work.facts.memory.is_written(atom.name):
        return None  # it may be another one's sine: what is stored into an array makes no other version of its name
    fn, negative = found
    if work.twins is None:
        work.twins = _computed(work)
    stmt = work.twins.get((fn, work.facts.versions.read[atom], id(block)))
    if stmt is None:
        return None
    value = work.residuals.target(stmt, stmt.target, block)
    return build.neg(value) if negative else value


def _computed(work: Work) -> dict[Any, Bind]:
    """Calls of such functions by function, operand and block."""
    found: dict[Any, Bind] = {}
    for stmt in core.walk(work.facts.function.body):
        if not isinstance(stmt, Bind):
            continue
        callee = work.facts.kinds.callee.get(stmt)
        if callee is None or callee.primitive is None or callee.primitive.fn not in TWINS:
            continue
        if len(callee.args) == 1 and not callee.kwargs and isinstance(callee.args[0], Var):
            version = work.facts.versions.defined.get((stmt, stmt.target))
            if version is not None:
                found[callee.primitive.fn, work.facts.versions.read[callee.args[0]], id(version.block)] = stmt
    return found
