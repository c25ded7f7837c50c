"""Rules call only NumPy's public functions, so arrays of other libraries pass through them by NumPy's protocols."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules import apply
from tests.rules.rows import Row
from tests.rules.test_rules import ROWS, direction


class Duck(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of another library: it has NumPy's protocols, attributes and a few methods, and is no ndarray."""

    def __init__(self, value):
        assert isinstance(value, (np.ndarray, np.generic))
        self.value = value

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    dtype = property(lambda self: self.value.dtype)
    real = property(lambda self: ducks(self.value.real))
    imag = property(lambda self: ducks(self.value.imag))

    def __array__(self, dtype=None, copy=None):
        raise TypeError("this array is not to become one of NumPy's")

    def __array_ufunc__(self, ufunc, method, *args, **kwargs):
        return ducks(getattr(ufunc, method)(*plain(args), **plain(kwargs)))

    def __array_function__(self, fn, types, args, kwargs):
        return ducks(fn(*plain(args), **plain(kwargs)))

    def __getitem__(self, key):
        return ducks(self.value[plain(key)])

    def __len__(self):
        return len(self.value)

    def __bool__(self):
        return bool(self.value)

    def astype(self, dtype):
        return ducks(self.value.astype(dtype))


def plain(x):
    if isinstance(x, Duck):
        return x.value
    if isinstance(x, (list, tuple)):
        return type(x)(map(plain, x)) if type(x) in (list, tuple) else x
    return {k: plain(v) for k, v in x.items()} if isinstance(x, dict) else x


def ducks(x):
    if isinstance(x, (np.ndarray, np.generic)):
        return Duck(x)
    if type(x) in (list, tuple):
        return type(x)(map(ducks, x))
    return tuple(map(ducks, x)) if isinstance(x, tuple) else x


def suits(row: Row) -> bool:
    """Functions of arrays alone: methods and what makes arrays of NumPy are that library's own matter."""
    if row.by_definition or row.primitive.form == "constant" or row.primitive.name.startswith((".", "math.")):
        return False
    if not (getattr(row.primitive.fn, "__module__", None) or "").startswith("numpy"):
        return isinstance(row.primitive.fn, np.ufunc)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    return apply.is_inexact(ans) and all(isinstance(row.args[i], np.ndarray) for i in row.positions)


def first_of_each():
    seen = set()
    for row in ROWS:
        if (row.primitive.name, len(row.args)) not in seen and suits(row):
            seen.add((row.primitive.name, len(row.args)))
            yield row


@pytest.mark.parametrize("row", list(first_of_each()), ids=str)
def test_rules_take_arrays_of_other_types(row: Row) -> None:
    rng = np.random.default_rng(7)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    inexact = [isinstance(a, np.ndarray) and a.dtype.kind in "fc" for a in row.args]
    args = tuple(ducks(a) if moves or i in row.positions else a for i, (a, moves) in enumerate(zip(row.args, inexact)))
    for i in row.positions:
        rules = [(row.primitive.rules[i], ans if isinstance(ans, (list, tuple)) else np.asarray(ans)[()])]
        if row.primitive.jvps:
            rules.append((row.primitive.jvps[i], row.args[i]))
        for rule, like in rules:
            first = () if row.primitive.form == "elementwise" else (direction(like, rng),)
            expected = apply.call_rule(rule, ans, row.args, row.kwargs, *first)
            found = apply.call_rule(rule, ducks(ans), args, row.kwargs, *ducks(first))
            for a, b in zip(apply.leaves(found), apply.leaves(expected)):
                np.testing.assert_allclose(plain(a), b, rtol=1e-14, atol=1e-14)
                assert isinstance(a, Duck) or np.ndim(a) == 0
