"""Every rule of SciPy's held against differences, in both modes and in all pairs of modes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

import dualad
from dualad import registry, tree
from tests.grouped import grouped
from tests.rules.scipy import (
    table_fft,
    table_fftpack,
    table_forms,
    table_interpolation,
    table_interpolators,
    table_linalg,
    table_samples,
    table_scattered,
    table_segments,
    table_signals,
    table_sparse,
    table_windows,
)
from tests.rules.scipy.cases import Case

TABLES = (
    table_linalg, table_fft, table_fftpack, table_samples, table_signals, table_interpolation, table_interpolators,
    table_sparse, table_windows, table_forms, table_segments, table_scattered,
)  # fmt: skip
ROWS = [row for table in TABLES for row in table.rows()]


def of_each(rows: Iterable[Case]) -> Callable[[Callable[[Case], None]], Callable[..., None]]:
    """A test of a row as one for each function."""
    return grouped(rows, lambda row: registry.display_name(row.of))


@of_each(ROWS)
def test_derivatives_meet_differences(row: Case) -> None:
    row.check()


def quietly(fn: Any) -> tuple[Any, bool]:
    """What a function gives, and whether it did so without a warning or an error about floating point."""
    try:
        with warnings.catch_warnings(), np.errstate(all="raise"):
            warnings.simplefilter("error")
            return fn(), True
    except (FloatingPointError, Warning):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return fn(), False


@of_each(ROWS)
def test_tangents_warn_where_functions_do(row: Case) -> None:
    fn, args = row.call()
    if not quietly(lambda: fn(*args))[1]:
        return
    tangents, quiet = quietly(lambda: dualad.jvp(fn, args, args)[1])
    assert quiet or not all(np.all(np.isfinite(t)) for t in tree.leaves(tangents) if t is not None)


SAME = [*table_interpolation.same_values(), *table_interpolators.same_values(), *table_scattered.same_values()]


@pytest.mark.parametrize(("fn", "args"), SAME, ids=lambda x: getattr(x, "__name__", ""))
def test_stand_ins_compute_the_same(fn, args) -> None:
    expected = fn(*args)
    for found in (dualad.jvp(fn, args, args)[0], dualad.vjp(fn, *args)[0]):
        for a, b in zip(tree.leaves(found), tree.leaves(expected), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def same_calls():
    """Rows of what is defined by other functions, which compute SciPy's results in their place."""
    for row in ROWS:
        primitive = registry.lookup(row.of)
        if row.via is None and primitive is not None and primitive.form == "defined" and row.arrays():
            yield row


@of_each(same_calls())
def test_definitions_compute_the_same(row: Case) -> None:
    fn, args = row.call()
    for found in (dualad.jvp(fn, args, args)[0], dualad.vjp(fn, *args)[0]):
        for a, b in zip(tree.leaves(found), tree.leaves(fn(*args)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(("fn", "args", "options"), [*table_forms.refused()])
def test_calls_without_a_derivative_are_refused(fn, args, options) -> None:
    for derivative in (lambda f: dualad.jvp(f, args, args), lambda f: dualad.vjp(f, *args)[1](f(*args))):
        with pytest.raises(dualad.DualadError, match=f"scipy.linalg.{fn.__name__}"):
            derivative(lambda *args: fn(*args, **options))


def ours() -> set:
    """The functions of SciPy that have rules or stand-ins in this package."""
    found = {p.fn for p in registry.primitives() if _file(p).startswith("dualad.rules.scipy.")}
    return {fn for fn in found if registry.display_name(fn).startswith("scipy")}


def _file(primitive) -> str:
    stated = (*primitive.rules, primitive.definition)
    return next((rule.__module__ for rule in stated if rule is not None), "")


def test_every_rule_has_a_row() -> None:
    tested = {row.of for row in ROWS}
    for fn in tested:
        assert registry.lookup(fn) is not None, fn
    assert not ours() - tested
