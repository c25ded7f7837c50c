"""Rules are differentiable themselves: each is run on dual numbers and held against differences of what it gives.

Nothing is lifted here, so this also shows that rules reach their end by overloading alone.
"""

from __future__ import annotations

import numpy as np

from dualad.forward import detach
from dualad.forward.apply import apply as apply_primitive
from dualad.forward.levels import new_level
from tests.rules import apply
from tests.rules.rows import Row, of_each
from tests.rules.test_rules import ROWS, direction, moved

H = 1e-5


def rules_of(row: Row):
    """Each rule of a row's positions, with what it takes first."""
    rng = np.random.default_rng(5)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    for i in row.positions:
        if row.primitive.rules[i] is not None:
            ct = () if row.primitive.form == "elementwise" else (cotangent(ans, rng),)
            yield row.primitive.rules[i], ct
        if row.primitive.jvps:
            yield row.primitive.jvps[i], (direction(row.args[i], rng),)


def cotangent(ans, rng):
    return direction(ans if isinstance(ans, (list, tuple)) else np.asarray(ans)[()], rng)


def smooth(row: Row) -> bool:
    """Double precision, and a result that has a derivative."""
    ans = row.primitive.fn(*row.args, **row.kwargs)
    return apply.is_inexact(ans) and all(np.finfo(np.result_type(leaf)).bits in (64,) for leaf in apply.leaves(ans))


def leaves_at(row, rule, args, first):
    """What a rule gives at some arguments."""
    return apply.leaves(apply.call_rule(rule, row.primitive.fn(*args, **row.kwargs), args, row.kwargs, *first))


@of_each([r for r in ROWS if r.twice and smooth(r) and not r.by_definition])
def test_rule_of_a_rule(row: Row) -> None:
    rng = np.random.default_rng(6)
    along = {i: direction(row.args[i], rng) for i in row.positions}

    def shifted(h):
        return [moved(a, along[i], h) if i in along else a for i, a in enumerate(row.args)]

    for rule, first in rules_of(row):
        low, high = (leaves_at(row, rule, shifted(h), first) for h in (-H, H))
        expected = [(b * np.float64(1) - a) / (2 * H) for a, b in zip(low, high)]
        with new_level() as level:
            args = [apply.attached(a, along[i], level) if i in along else a for i, a in enumerate(row.args)]
            ans = apply_primitive(row.primitive, args, row.kwargs)
            found = apply.call_rule(rule, ans, args, row.kwargs, *first)
            given = [detach(leaf, level)[1] for leaf in apply.leaves(found)]
        assert len(given) == len(expected)
        for a, b in zip(given, expected):
            a = 0.0 if a is None else a
            scale = max(1, np.abs(b).max(initial=0))
            np.testing.assert_allclose(np.broadcast_to(a, np.shape(b)), b, rtol=1e-4, atol=2e-5 * scale)
