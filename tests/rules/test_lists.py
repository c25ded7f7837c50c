"""Lists stand where NumPy makes arrays of them: calls that are done by a definition give what they give of arrays."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import dualad
from dualad.errors import Unsupported
from dualad.reverse import engine
from tests.rules import table_defined
from tests.rules.rows import differentiable

ROWS = {
    (row.primitive.name, len(row.args), *row.kwargs): row
    for row in table_defined.rows()
    if row.primitive.name.startswith("np.") and row.primitive.name.count(".") == 1 and row.by_definition
}


def listed(x):
    return x.tolist() if isinstance(x, np.ndarray) else x


def gradients(row, args):
    """The gradients in all that is differentiated, by a cotangent of ones."""
    ans, pull = engine.split(row.primitive, args, row.kwargs, row.positions)
    ct = [np.ones_like(a) for a in ans] if isinstance(ans, (list, tuple)) else np.ones_like(ans)
    return [np.asarray(c, float) for c in pull(ct)]


def accepts_lists(row, lists):
    """Whether NumPy's own function takes lists for arrays."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return str(row.primitive.fn(*lists, **row.kwargs)) == str(row.primitive.fn(*row.args, **row.kwargs))
        except Exception:
            return False


@pytest.mark.parametrize("row", ROWS.values(), ids=str)
def test_lists_are_arrays(row) -> None:
    lists = [listed(a) for a in row.args]
    real = all(np.isrealobj(a) for a in row.args if differentiable(a))
    moving = any(isinstance(row.args[i], np.ndarray) for i in row.positions)
    if not (real and moving and accepts_lists(row, lists)):
        return
    for found, expected in zip(gradients(row, lists), gradients(row, row.args), strict=True):
        np.testing.assert_allclose(found, np.broadcast_to(expected, np.shape(found)), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("split", [np.split, np.array_split])
def test_lists_are_split_along_their_length_alone(split) -> None:
    rows = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    pieces = dualad.grad(lambda x: np.sum(split(x, [1])[0] * 3.0))(rows)
    assert pieces == [[3.0] * 4, [0.0] * 4]
    for derive in (dualad.grad, lambda f: lambda x: dualad.jvp(f, (x,), (x,))):
        with pytest.raises(Unsupported, match="the list's own length"):
            derive(lambda x: np.sum(split(x, [1], axis=1)[1] ** 2))(rows)
