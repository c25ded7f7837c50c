"""An array stands where a function takes a list or tuple: its cotangent is an array, as large as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dualad.reverse import engine
from tests.rules.rows import Row, differentiable
from tests.rules.test_rules import ROWS


def stacked(x: Any) -> Any:
    """A list or tuple of numbers, or of arrays of one shape, as one array; None for anything else."""
    if not isinstance(x, list | tuple) or not x or any(isinstance(item, list | tuple) for item in x):
        return None
    alike = all(map(differentiable, x)) and len({np.shape(item) for item in x}) == 1
    return np.array(x) if alike else None


def listed_arguments(row: Row) -> list[int]:
    return [i for i in row.positions if stacked(row.args[i]) is not None]


OURS = "dualad."  # functions that stand for others where lists are known to be lists
LISTED = [row for row in ROWS if not row.primitive.name.startswith(OURS) and listed_arguments(row)]


def cotangents(row: Row, args: tuple[Any, ...], positions: tuple[int, ...]) -> Any:
    ans, pull = engine.split(row.primitive, args, row.kwargs, positions)
    ct = [np.ones_like(a) for a in ans] if isinstance(ans, list | tuple) else np.ones_like(ans)
    return ans, pull(ct if np.ndim(ans) or isinstance(ct, list) else 1.0)


@pytest.mark.parametrize("row", LISTED, ids=str)
def test_cotangents_of_arrays_are_arrays(row: Row) -> None:
    for i in listed_arguments(row):
        args = list(row.args)
        args[i] = stacked(row.args[i])
        try:
            same = np.array_equal(row.primitive.fn(*args, **row.kwargs), row.primitive.fn(*row.args, **row.kwargs))
        except (TypeError, ValueError):  # the function takes no array there, or gives several of other shapes
            continue
        if not same:  # an array means something else: a key
            continue
        expected = np.array(cotangents(row, row.args, (i,))[1][0])
        found = cotangents(row, tuple(args), (i,))[1][0]
        assert isinstance(found, np.ndarray | np.generic | float | complex)
        np.testing.assert_allclose(np.broadcast_to(found, args[i].shape), np.broadcast_to(expected, args[i].shape))
