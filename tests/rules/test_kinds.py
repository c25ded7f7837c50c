"""The tag by which an entry maps kinds of arguments to the kind of its result, held against results."""

from __future__ import annotations

import numpy as np
import pytest

from dualad.analysis import kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.results import result_kind
from dualad.syntax.core import Const, Var
from tests.rules.rows import Row, fn, meth
from tests.rules.test_rules import ROWS

ints = np.arange(1, 7).reshape(2, 3)
flags = ints > 3
low = ints.astype(np.float32)
CONSTANTS = [
    *(fn(f, ints / 2) for f in (np.floor, np.ceil, np.rint, np.isnan, np.shape, np.ndim, np.size, np.zeros_like)),
    *(fn(f, a) for f in (np.sin, np.sqrt, np.square, np.negative, np.absolute) for a in (ints, low, np.float32(2), 2)),
    *(fn(f, ints, a) for f in (np.add, np.divide, np.power, np.remainder) for a in (2, 2.0, low, np.float32(2))),
    *(fn(f, low, a) for f in (np.add, np.divide, np.less, np.equal) for a in (2, 2.0, ints, np.float32(2), low[:1])),
    *(fn(f, flags, axis=a) for f in (np.any, np.all) for a in (None, 0, -1)),
    *(fn(f, flags, a) for f in (np.any, np.all, np.argmax, np.count_nonzero) for a in (None, 0, -1)),
    *(meth(name, flags, a) for name in ("any", "all", "argmax", "argmin") for a in (None, 0, 1)),
    *(fn(f, s) for f in (np.zeros, np.ones, np.empty) for s in (3, (2, 1), (), (4,))),
    *(fn(f, 3, int) for f in (np.zeros, np.ones)),
    *(fn(f, ints) for f in (np.sum, np.mean, np.max, np.var, np.median, np.cumsum, np.sort)),
    *(fn(f, flags) for f in (np.sum, np.mean, np.prod, np.negative) if f is not np.negative),
    fn(len, [1, 2]),
    fn(isinstance, 1, int),
    fn(str, 1.5),
    fn(float, 2),
    fn(int, 2.5),
]


def atom(value):
    return Var("x") if isinstance(value, (np.ndarray, list)) else Const(value)


def covers(found: Kind, real: Kind) -> bool:
    """Whether what was found is true of the result."""
    if found.tag == "any":
        return True
    if found.tag == "scalar":
        return real.is_number
    if found.tag != real.tag:
        return False
    if found.tag in ("array", "npscalar"):
        if found.dtype is not None and found.dtype != real.dtype or len(found.dims) != len(real.dims):
            return False
        return all(kinds.maybe_one(a) or (a == 1) == (b == 1) for a, b in zip(found.dims, real.dims))
    if found.tag in ("tuple", "list") and found.value != "many":
        return len(found.items) == len(real.items) and all(map(covers, found.items, real.items))
    return True


@pytest.mark.parametrize("row", [*ROWS, *CONSTANTS], ids=str)
def test_kind_of_result(row: Row) -> None:
    if row.by_definition:
        return
    args = [kinds.of(a, f"a{i}") for i, a in enumerate(row.args)]
    signature = row.primitive.signature
    named = {}
    if signature is not None:
        bound = signature.bind(*row.args, **row.kwargs).arguments
        named = {name: (atom(value), kinds.of(value, name)) for name, value in bound.items()}
    elif row.kwargs:
        return
    result = row.primitive.fn(*row.args, **row.kwargs)
    found = result_kind(row.primitive, args, named)
    assert covers(found, kinds.of(result)), (found, kinds.of(result))
