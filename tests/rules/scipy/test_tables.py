"""Every rule of SciPy's held against differences, in both modes and in all pairs of modes."""

from __future__ import annotations

import pytest

from dualad import registry
from tests.rules.scipy import table_fft, table_linalg, table_samples, table_signals
from tests.rules.scipy.cases import Case

ROWS = [*table_linalg.rows(), *table_fft.rows(), *table_samples.rows(), *table_signals.rows()]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_derivatives_meet_differences(row: Case) -> None:
    row.check()


def ours():
    return [p for p in registry.primitives() if p.rules and _file(p).startswith("dualad.rules.scipy.")]


def _file(primitive) -> str:
    return next(rule.__module__ for rule in primitive.rules if rule is not None)


def test_every_rule_has_a_row() -> None:
    tested = {row.of for row in ROWS}
    for fn in tested:
        assert registry.lookup(fn) is not None, fn
    assert not {p.name for p in ours() if p.fn not in tested}
