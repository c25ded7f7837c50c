"""One array as what a gradient is taken in and as a constant, or as two arguments: each place has its own cotangent."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import dualad

CONSTANT = np.array([1.0, 2.0, 3.0])


@dataclasses.dataclass
class Both:
    one: Any
    other: Any


def multiplied(both):
    return np.sum(both.one * both.other)


def in_an_object(x):
    both = Both(x, CONSTANT)
    return np.sum(both.one * both.other)


def in_an_object_given_on(x):
    return multiplied(Both(x, CONSTANT))


def in_what_a_dict_gives(x):
    held = {"one": x, "other": CONSTANT}
    return sum([np.sum(held[a] * held[b]) for a, b in (("one", "other"),)])


def with_itself_held_constant(x):
    return multiplied(Both(x, dualad.stop_gradient(x)))


def of_two(x, y):
    both = Both(x, y)
    return np.sum(both.one * both.other)


def of_a_list(items):
    both = Both(items[0], items[1])
    return np.sum(both.one * both.other)


@pytest.mark.parametrize(
    "f",
    [in_an_object, in_an_object_given_on, in_what_a_dict_gives, with_itself_held_constant],
    ids=lambda f: f.__name__,
)
def test_an_array_that_is_a_constant_as_well(f):
    """The derivative in one of the factors is the other, whatever memory it lies in."""
    for gradient in (dualad.grad(f), lambda x: dualad.vjp(f, x)[1](1.0)[0], dualad.jacfwd(f)):
        for _ in range(2):
            np.testing.assert_array_equal(gradient(CONSTANT), CONSTANT)


def test_an_array_as_two_arguments():
    for _ in range(2):
        for found in (dualad.grad(of_two, (0, 1))(CONSTANT, CONSTANT), dualad.grad(of_a_list)([CONSTANT, CONSTANT])):
            np.testing.assert_array_equal(found, [CONSTANT, CONSTANT])


def test_what_is_held_constant_shares_nothing():
    x = np.array([1.0, 2.0])
    assert not np.shares_memory(dualad.stop_gradient(x), x)
