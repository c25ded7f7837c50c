"""Functions of the user's that change what they are given, though their rules do not say so: looked for as they run."""

from __future__ import annotations

import ast

from dualad.reverse import build
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Var
from dualad.untouched import as_given, require_unchanged


def insert_checks(work: Work) -> None:
    """Have active arrays and containers that are given to a function whose derivative is stated looked at around it."""
    facts = work.facts
    for stmt in core.walk(facts.function.body):
        if not isinstance(stmt, Bind) or stmt in work.pulls:
            continue
        callee = facts.kinds.callee.get(stmt)
        if callee is None or callee.primitive is None or callee.primitive.calls is None:
            continue
        given = [build.name(a.name) for a in core.operands(stmt) if isinstance(a, Var) and _may_change(work, a)]
        if not given:
            continue
        calls = build.name(work.helper(f"{getattr(callee.value, '__name__', 'its')}_calls", callee.primitive.calls))
        known = work.residuals.names.fresh("given")
        before = build.call(build.name(work.helper("as_given", as_given)), [calls, *given])
        after = build.call(
            build.name(work.helper("require_unchanged", require_unchanged)),
            [calls, build.name(known), build.name(stmt.target)],
        )
        insert = work.residuals.insert
        insert.before.setdefault(stmt, []).append(build.assign(known, before))
        insert.after.setdefault(stmt, []).insert(0, ast.Expr(after))


def _may_change(work: Work, atom: Atom) -> bool:
    assert isinstance(atom, Var)
    version = work.facts.versions.read[atom]
    return version in work.facts.activity.varied and not work.kind(atom).immutable
