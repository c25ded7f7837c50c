"""`np.r_` and `np.c_`: the functions that stand for their subscripts do what NumPy's do, or refuse."""

from __future__ import annotations

import itertools
import sys
import warnings
from typing import Any

import numpy as np
import pytest

import dualad
from dualad.joined import in_columns, in_rows, parts

RNG = np.random.default_rng(0)
ITEMS = (
    RNG.random(3), RNG.random((3, 2)), RNG.random((3, 2, 2)), np.ones((1, 3)), np.ones((3, 1)), np.ones(0),
    np.ones(3, np.float32), np.arange(3), np.array(2.0), 2.0, 1 + 2j, True, np.float32(3), [1, 2, 3], [[1.0], [2.0]],
    slice(0, 3), slice(None, 3), slice(0, 1, 3j), slice(0, 3, 0.5), slice(0, 1, 2),
)  # fmt: skip
PLACES = ("0", "1", "-1", "0,2", "1,2", "0,2,0", "0,2,-1", "1,2,0", "-1,2,0", "0,3,1", "1,3,0", "2,3,1", "0,3,-2")


def outcome(fn: Any, *args: Any) -> Any:
    try:
        return fn(*args)
    except (ValueError, TypeError) as error:
        return type(error).__mro__


@pytest.mark.parametrize(("base", "fn"), [(np.r_, in_rows), (np.c_, in_columns)], ids=["r_", "c_"])
def test_functions_do_what_the_subscripts_do(base: Any, fn: Any) -> None:
    for head in ((), *((p,) for p in PLACES)):
        for items in (*((i,) for i in ITEMS), *itertools.product(ITEMS, repeat=2)):
            key = (*head, *items)
            wanted = outcome(lambda key=key: base[key])
            found = parts(key)
            assert found is not None
            got = outcome(fn, base, *found)
            if isinstance(wanted, tuple) or isinstance(got, tuple):
                assert type(wanted) is type(got), key
            else:
                assert (got.dtype, got.shape) == (wanted.dtype, wanted.shape), key
                np.testing.assert_array_equal(got, wanted)


def test_single_precision_stays() -> None:
    x = np.array([1.0, 2.0], np.float32)

    def f(x: Any) -> Any:
        y = np.r_[x, 2.0]
        assert y.dtype == np.float32
        return np.sum(y * np.c_[y, y][:, 0])

    assert dualad.grad(f)(x).dtype == np.float32
    assert dualad.jvp(f, (x,), (x,))[1].dtype == np.float32
    np.testing.assert_allclose(dualad.grad(f)(x), 2 * x)


def test_matrices_are_refused() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.asarray(np.r_["c", x, x]) ** 2)

    x = np.ones(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for derivative in (lambda: dualad.grad(f)(x), lambda: dualad.jvp(f, (x,), (x,))):
            with pytest.raises(dualad.errors.Unsupported, match=r"np\.r_|subscript"):
                derivative()


class Rows:
    def __getitem__(self, key: Any) -> Any:
        return key[0] * 3.0


r_: Any = np.r_


def test_another_object_of_the_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = dualad.grad(lambda x: np.sum(r_[x, x]))
    np.testing.assert_allclose(gradient(np.ones(2)), [2.0, 2.0])
    monkeypatch.setattr(sys.modules[__name__], "r_", Rows())
    with pytest.raises(dualad.errors.Unsupported, match="clear_cache"):
        gradient(np.ones(2))
