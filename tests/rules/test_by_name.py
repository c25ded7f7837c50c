"""Arguments by name do what they do by position, whichever of them move: the others stay what they are."""

from __future__ import annotations

import numpy as np
import pytest

from dualad.forward import detach
from dualad.forward.apply import apply as apply_primitive
from dualad.forward.levels import new_level
from dualad.reverse import engine
from tests.rules import apply
from tests.rules.rows import Row
from tests.rules.test_rules import ROWS, direction


def named(row: Row) -> dict[str, object] | None:
    """All arguments but the first by name; None where the function does not take them so."""
    signature = row.primitive.signature
    if signature is None or len(row.args) < 2 or row.primitive.name.startswith("."):
        return None
    parameters = list(signature.parameters.values())[1 : len(row.args)]
    if any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters) or len(parameters) + 1 != len(row.args):
        return None
    found = dict(zip([p.name for p in parameters], row.args[1:], strict=True))
    try:
        row.primitive.fn(row.args[0], **found, **row.kwargs)
    except TypeError:
        return None
    return found


def calls():
    """One row for each function and set of names."""
    found = {}
    for row in ROWS:
        by_name = named(row) if 0 in row.positions else None
        if by_name is not None:
            found[row.primitive.name, *by_name, *row.kwargs] = (row, by_name)
    return list(found.values())


BY_NAME = calls()


def tangents(row: Row, args, kwargs, t) -> list:
    """What moves as the first argument does."""
    with new_level() as level:
        ans = apply_primitive(row.primitive, [apply.attached(row.args[0], t, level), *args], kwargs)
        return [detach(leaf, level)[1] for leaf in apply.leaves(ans)]


@pytest.mark.parametrize(("row", "by_name"), BY_NAME, ids=[str(row) for row, _ in BY_NAME])
def test_arguments_by_name(row: Row, by_name: dict[str, object]) -> None:
    rng = np.random.default_rng(7)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    if not apply.is_inexact(ans):
        return
    t = direction(row.args[0], rng)
    expected = apply.leaves(apply.jvp(row.primitive, row.primitive.fn, row.args, row.kwargs, {0: t}))
    for a, b in zip(tangents(row, (), {**by_name, **row.kwargs}, t), expected, strict=True):
        np.testing.assert_allclose(0.0 if a is None else a, np.broadcast_to(b, np.shape(b)), rtol=1e-6, atol=1e-12)
    ct = direction(ans if isinstance(ans, (list, tuple)) else np.asarray(ans)[()], rng)
    left = apply.vjp(row.primitive, row.primitive.fn, row.args, row.kwargs, ct, 0)
    right = engine.split(row.primitive, row.args[:1], {**by_name, **row.kwargs}, (0,))[1](ct)[0]
    for a, b in zip(apply.leaves(left), apply.leaves(right), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-12)


def test_most_functions_are_tried() -> None:
    assert len({row.primitive.name for row, _ in BY_NAME}) > 60
