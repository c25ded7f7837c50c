"""Names that are deleted: emitted code keeps what they held, since the reverse sweep may need it."""

from __future__ import annotations

from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Var
from dualad.syntax.refusal import Place


def refusals(facts: Facts) -> list[Place]:
    """Reads of names that may have been deleted, which raise NameError: emitted code would go on with the old value."""
    deleted = {s.name: s for s in core.walk(facts.function.body) if isinstance(s, core.Delete) and s.node is not None}
    if not deleted:
        return []
    reads = [a for stmt in core.walk(facts.function.body) for a in core.operands(stmt)]
    versions = [facts.versions.read[a] for a in [*reads, facts.function.result] if isinstance(a, Var)]
    found = {v.name for v in versions if v.name in deleted and v.may_be_unbound()}
    what, advice = "`del` of a variable that may be read afterwards", "bind it to None instead"
    return [Place(deleted[name].node, what, advice) for name in sorted(found)]
