"""Operators of plain numbers on memory go a short way, which gives what the long way gives."""

from __future__ import annotations

import itertools
import operator
import warnings
from typing import Any

import numpy as np
import pytest

from dualad.reverse import operations
from dualad.reverse.cells import Memory
from dualad.reverse.engine import _site
from dualad.reverse.operands import Operation
from dualad.reverse.plain_numbers import AUGMENTED, COMPARISONS, PARTS, augmented, with_plain_numbers

VALUES = (1.5, -0.25, 0.0, -0.0, 5e-324, 1e300, float("inf"), float("nan"), 3, np.float64(0.75), np.float64(0.0), True)
CTS = (0.0, 1.0, -2.5, np.float64(0.5), 1e308, float("inf"))


def sites(fn: Any, count: int, active: tuple[int, ...]) -> tuple[Any, Any]:
    """What runs an operator the short way, and what the long way alone."""
    known = _site((0, 1), True)
    site = Operation(
        "prim", fn, active, count, frozenset(), (), frozenset(active), True, True, False, known.split, known.shared
    )
    short = operations.caller(site)
    long = []
    original = operations.with_plain_numbers
    operations.with_plain_numbers = lambda site, general: general
    try:
        long.append(operations.caller(site))
    finally:
        operations.with_plain_numbers = original
    assert with_plain_numbers(site, long[0]) is not long[0]
    return short, long[0]


def outcome(run: Any, operands: tuple[Any, ...], ct: Any) -> Any:
    """The result and the cotangents, or the type of the exception."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result, pull = run(*operands)
            return result, [float(np.real(part)) for part in pull(ct, Memory())]
        except (ZeroDivisionError, OverflowError) as error:
            return type(error)


@pytest.mark.parametrize("fn", [*PARTS, *COMPARISONS], ids=lambda fn: fn.__name__)
def test_as_the_long_way(fn: Any) -> None:
    count = 1 if fn in (operator.neg, operator.pos) else 2
    for active in ((0,), (1,), (0, 1))[: 1 if count == 1 else 3]:
        short, long = sites(fn, count, active)
        for operands in itertools.product(VALUES, repeat=count):
            for ct in CTS:
                found, wanted = outcome(short, operands, ct), outcome(long, operands, ct)
                if isinstance(wanted, type):
                    assert found is wanted, (operands, ct)
                    continue
                assert type(found[0]) is type(wanted[0]), (operands, ct)
                np.testing.assert_equal(found[0], wanted[0])
                np.testing.assert_allclose(found[1], wanted[1], rtol=1e-15, err_msg=f"{operands} {ct}")


@pytest.mark.parametrize("op", AUGMENTED, ids=lambda op: op.__name__)
def test_augmented(op: Any) -> None:
    asked = []

    def general(*given: Any) -> Any:
        asked.append(given)
        return None, lambda ct, memory: (7.0, 7.0)

    result, pull = augmented(op, 1.5, np.float64(2.0), general)
    assert result == AUGMENTED[op](1.5, 2.0)
    parts = PARTS[AUGMENTED[op]](0.5, result, 1.5, 2.0)
    assert pull(0.5, Memory()) == parts
    assert not asked
    assert pull(float("inf"), Memory()) == (7.0, 7.0)  # what is not finite goes the long way
    assert augmented(op, np.ones(2), 2.0, general)[0] is None
