"""Arithmetic of stacks in place: the same numbers as by operators, and only what nobody else holds is written to."""

from __future__ import annotations

import ast
import operator

import numpy as np
import pytest

from dualad import jacfwd, jacrev
from dualad.analysis import kinds
from dualad.reverse.programs import program
from dualad.reverse.stack_temporaries import minus, over, plus, taken_from, times
from dualad.reverse.stacks import Group, Stack
from dualad.reverse.tangents import pushed

GROUP = Group(3)


def stack(*shape: int, dtype: type = np.float64) -> Stack:
    return Stack(np.random.default_rng(len(shape)).normal(size=(3, *shape)).astype(dtype), GROUP)


@pytest.mark.parametrize(("fn", "usual"), [(times, operator.mul), (over, operator.truediv)])
@pytest.mark.parametrize("shape", [(), (4,), (2, 4), (2, 1)])
@pytest.mark.parametrize(
    "other",
    [2.0, np.float64(2.0), np.array([1.0, 2.0, 3.0, 4.0]), np.full((2, 4), 3.0), np.array(2.0), np.float32([2.0])],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_by_what_is_the_same_in_all_directions(fn, usual, shape, other, dtype):
    own = stack(*shape, dtype=dtype)
    wanted, kept = usual(own.copy(), other), np.copy(other)
    made = fn(own, other)
    np.testing.assert_array_equal(made.rows, wanted.rows)
    assert made.rows.dtype == wanted.rows.dtype
    np.testing.assert_array_equal(other, kept)


@pytest.mark.parametrize(
    ("fn", "usual"),
    [(plus, operator.add), (minus, operator.sub), (taken_from, lambda own, other: other - own)],
)
@pytest.mark.parametrize("shape", [(), (4,), (2, 4), (2, 1)])
@pytest.mark.parametrize("other_shape", [(), (4,), (2, 4)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_of_two_stacks(fn, usual, shape, other_shape, dtype):
    own, other = stack(*shape), stack(*other_shape, dtype=dtype)
    wanted, kept = usual(own.copy(), other), other.copy()
    made = fn(own, other)
    np.testing.assert_array_equal(made.rows, wanted.rows)
    assert made.rows.dtype == wanted.rows.dtype
    np.testing.assert_array_equal(other.rows, kept.rows)


def test_the_memory_is_used_again():
    own, other = stack(2, 4), stack(2, 4)
    for fn, by in ((times, 2.0), (over, np.ones(4)), (plus, other), (minus, other), (taken_from, other)):
        assert fn(own, by) is own


def test_numbers_and_arrays_are_left_as_they_are():
    array = np.arange(1.0, 4.0)
    for fn in (times, over, plus, minus, taken_from):
        fn(array, 2.0)
        fn(array, array)
        assert fn(3.0, 2.0) == {times: 6.0, over: 1.5, plus: 5.0, minus: 1.0, taken_from: -1.0}[fn]
    np.testing.assert_array_equal(array, [1.0, 2.0, 3.0])


def several(x, y):
    a = x * y - (x + y) * 2.0
    b = a / 2.0 + a * x - np.sin(x * a)
    b = (x - a) - b * y / 3.0
    return -(a @ y) * b + (x[:2] @ y[:2]) * (b - a)


def test_names_and_parts_of_arrays_are_never_written_to():
    found = program(several)
    given = {"x": kinds.of(np.ones(3), "x"), "y": kinds.of(np.ones(3), "y")}
    text = pushed(found, given, ("x", "y"), many=True, require=lambda facts: None).text
    names = {f"{fn.__name__}_1" for fn in (times, over, plus, minus, taken_from)}  # this module has the plain ones
    calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and getattr(n.func, "id", "") in names]
    assert len(calls) > 5
    assert all(isinstance(call.args[0], ast.BinOp | ast.UnaryOp | ast.Call) for call in calls)


def summed_and_multiplied(x, k):
    turned = np.array([[1.0, 0.2], [0.3, 0.9]])
    for i in range(3):
        x = turned @ x
        x = x + np.sin(x) * k
        x = k - x
    y = x * np.array([[k], [2.0]])
    for _ in range(2):
        y = y @ turned
        y = y - x * k
        y = k / y
    return y + k


def test_names_that_other_operators_bind_too():
    args = np.array([1.0, 2.0]), 0.7
    wanted = jacrev(summed_and_multiplied, (0, 1))(*args)
    for _ in range(3):  # by generated code from the second call on
        for found, right in zip(jacfwd(summed_and_multiplied, (0, 1))(*args), wanted, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12)
