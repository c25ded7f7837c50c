"""The first row of each function as a user calls it, in single precision and with arrays that lie backwards in memory.

Values, tangents and gradients have the dtypes and shapes of NumPy's results and of the arguments, and the modes agree.
"""

from __future__ import annotations

import functools
import math
import warnings

import numpy as np
import pytest

import dualad
from dualad import tree
from tests.rules import apply
from tests.rules.rows import Row
from tests.rules.test_rules import ROWS, direction, low, lowered

# Their definitions compute in the dtype that arguments have together, and NumPy in another one.
WIDER = {"np.nanvar", "np.nanstd", "np.linspace"}
# Keywords that come in a dict are refused where a definition or the number of operands leaves open what they are.
BY_NAME = {"np.meshgrid", "np.histogram_bin_edges", "np.gradient"}


def firsts():
    """The first row of each primitive whose result is an inexact number or array, or several."""
    found = {}
    for row in ROWS:
        name = row.primitive.name
        if name not in found and not name.startswith(".") and _of_arrays(row):
            found[name] = row
    return [row for row in found.values() if row.positions and not row.primitive.writes]


def _of_arrays(row: Row) -> bool:
    return all(isinstance(row.args[i], np.ndarray) for i in row.positions)


def backwards(x):
    return np.flip(np.flip(x).copy()) if isinstance(x, np.ndarray) and x.ndim else x


def called(row: Row, args):
    """A function of the differentiated arguments."""
    fn, kwargs, positions = row.primitive.fn, row.kwargs, row.positions
    if positions == tuple(range(len(args))) and not kwargs:
        return fn
    if positions == (0,):
        return lambda a: fn(a, *args[1:], **kwargs)
    return functools.partial(fn, *args[:1], **kwargs) if positions == (1,) and len(args) == 2 else None


@pytest.mark.parametrize("row", firsts(), ids=str)
def test_single_precision_and_layout(row: Row) -> None:
    args = tuple(backwards(lowered(a)) for a in row.args)
    f = called(row, args)
    given = tuple(args[i] for i in row.positions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = row.primitive.fn(*args, **row.kwargs)
    if f is None or not low(plain) or row.primitive.name in WIDER | BY_NAME or not row.float32:
        return
    rng = np.random.default_rng(8)
    tangents = tuple(direction(a, rng) for a in given)
    y, dy = dualad.jvp(f, given, tangents)
    again, pull = dualad.vjp(f, *given)
    for found in (y, dy, again):
        for a, b in zip(tree.leaves(found), tree.leaves(plain), strict=True):
            assert (np.shape(a), np.result_type(a)) == (np.shape(b), np.result_type(b))
    ct = tree.map(lambda leaf: lowered(np.asarray(direction(np.asarray(leaf), rng)))[()], plain)
    backs = pull(ct)
    assert [(b.shape, b.dtype) for b in backs] == [(a.shape, a.dtype) for a in given]
    left, right = apply.pair([*tree.leaves(ct)], [*tree.leaves(dy)]), apply.pair(list(backs), list(tangents))
    scale = 1 + sum(float(np.sum(np.abs(leaf))) for leaf in [*tree.leaves(dy), *backs])
    assert math.isclose(left, right, abs_tol=2e-4 * scale)
