"""Arrays of the user's objects: what is stored through one would be lost, for NumPy's functions give numbers.

An object that an array holds is no part of the array's cotangent. So where a function may meet classes of the user's,
an array that one of NumPy's functions makes of what is not known to be numbers is looked at as it runs, and refused if
it holds objects.
"""

from __future__ import annotations

import ast

import numpy as np

from dualad.analysis.meant import may_hold_objects
from dualad.reverse import build
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Bind


def insert_checks(work: Work) -> None:
    """Have what may be an array of objects looked at once it is made."""
    facts = work.facts
    if not facts.memory.met.written:
        return
    for stmt in core.walk(facts.function.body):
        if isinstance(stmt, Bind) and _may_make_one(work, stmt):
            check = work.help("require_no_objects", build.name(stmt.target))
            work.residuals.insert.after.setdefault(stmt, []).insert(0, ast.Expr(check))


def _may_make_one(work: Work, stmt: Bind) -> bool:
    callee = work.facts.kinds.callee.get(stmt)
    if callee is None or callee.primitive is None or isinstance(callee.value, np.ufunc):
        return False
    if not str(getattr(callee.value, "__module__", "")).startswith("numpy"):
        return False
    args = [*callee.args, *(atom for _, atom in callee.kwargs)]
    return any(may_hold_objects(work.kind(a)) for a in args) and not work.target_kind(stmt, stmt.target).is_number
