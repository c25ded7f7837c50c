"""Arguments that share memory: followed where one array is one array in the copies too, refused where it cannot be."""

from __future__ import annotations

import collections
import dataclasses
import functools
from typing import Any, NamedTuple

import numpy as np
import pytest

import dualad
from dualad import Unsupported

TRANSFORMS = {
    "reverse": dualad.grad,
    "forward": dualad.derivative,
    "vjp": lambda f: lambda *a: dualad.vjp(f, *a)[1](1.0)[0],
}
SHARED = "shares memory with another"


class Doubling:
    """Items of it are read twice as large each time."""

    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer

    def __getitem__(self, i: int) -> Any:
        self.buffer *= 2.0
        return self.buffer[i]


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclasses.dataclass
class Grid:
    spacing: Any

    def __post_init__(self) -> None:
        self.double = self.spacing * 2


def array_and_object(x, b, o):
    y = np.sum(b * x)
    o[0]
    return y + x * b[0]


def object_alone(x, o):
    y = np.sum(o.buffer * x)
    o[0]
    return y + x * o.buffer[0]


def in_a_dict(x, d):
    y = np.sum(d["b"] * x)
    d["o"][0]
    return y + x * d["b"][0]


def in_a_list(x, items):
    y = np.sum(items[0] * x)
    items[1][0]
    return y + x * items[0][0]


def into_the_first(x, a, b):
    a[0] = 3.0
    return x * b[0]


def into_a_part(x, d):
    d["a"][0] = 3.0
    return x * d["b"][0]


def into_the_first_of_a_pair(x, pair):
    pair.first[0] = 3.0
    return x * pair.second[0]


def into_a_queue(x, queue):
    queue[0][0] = 3.0
    queue.rotate(1)
    return x * queue[0][0]


def by_what_captures(x, b, read):
    b[0] = 3.0
    return x * read()[0]


def itself(held):
    return held


SPOOL = np.array([1.0, 2.0])


def into_a_global(x, b):
    y = np.sum(b * x)
    SPOOL[0] = 5.0
    return y + x * b[0]


def reads_two(x, a, o):
    return np.sum(a * x) * np.sum(o.buffer) * x


def b():
    return np.array([1.0, 2.0])


def shared(make):
    """Arguments made of one array."""
    return lambda: make(b())


REFUSED = {
    "array and object": (array_and_object, shared(lambda b: (b, Doubling(b)))),
    "view and object": (array_and_object, shared(lambda b: (b[:1], Doubling(b)))),
    "dict of both": (in_a_dict, shared(lambda b: ({"b": b, "o": Doubling(b)},))),
    "list of both": (in_a_list, shared(lambda b: ([b, Doubling(b)],))),
    "view in a dict": (into_a_part, shared(lambda b: ({"a": b, "b": b[:1]},))),
    "array and view": (into_the_first, shared(lambda b: (b, b[:1]))),
    "array and what captures it": (by_what_captures, shared(lambda b: (b, lambda: b))),
    "array and a default": (by_what_captures, shared(lambda b: (b, lambda held=b: held))),
    "array and a partial": (by_what_captures, shared(lambda b: (b, functools.partial(itself, b)))),
    "array and a partial of what captures it": (
        by_what_captures,
        shared(lambda b: (b, functools.partial(lambda k: b, 0))),
    ),
    "array and a global": (into_a_global, lambda: (SPOOL,)),
}
RIGHT = {
    "one array twice in a dict": (into_a_part, shared(lambda b: ({"a": b, "b": b},))),
    "one array twice in a pair": (into_the_first_of_a_pair, shared(lambda b: (Pair(b, b),))),
    "one array twice in a queue": (into_a_queue, shared(lambda b: (collections.deque([b, b]),))),
    "an object alone": (object_alone, shared(lambda b: (Doubling(b),))),
    "array and object apart": (array_and_object, lambda: (b(), Doubling(b()))),
    "every other element": (into_the_first, lambda: (lambda z: (z[::2], z[1::2]))(np.arange(1.0, 6.0))),
    "nothing changes": (reads_two, shared(lambda b: (b, Doubling(b)))),
}


@pytest.fixture(autouse=True)
def spool():
    SPOOL[:] = [1.0, 2.0]


@pytest.mark.parametrize("mode", TRANSFORMS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_arguments_share_and_changes(name, mode):
    f, make = REFUSED[name]
    with pytest.raises(Unsupported, match=SHARED):
        TRANSFORMS[mode](f)(0.9, *make())


@pytest.mark.parametrize("transform", [dualad.grad, dualad.value_and_grad, dualad.derivative])
def test_what_is_shared_after_calls_in_which_nothing_was(transform):
    """Further calls go shorter ways."""
    derivative = transform(into_a_global)
    for _ in range(4):
        derivative(0.9, b())
    SPOOL[0] = 1.0
    with pytest.raises(Unsupported, match=SHARED):
        derivative(0.9, SPOOL)


@pytest.mark.parametrize("mode", TRANSFORMS)
@pytest.mark.parametrize("name", RIGHT)
def test_what_arguments_share_and_is_followed(name, mode):
    f, make = RIGHT[name]
    expected = (f(0.9 + 1e-6, *make()) - f(0.9 - 1e-6, *make())) / 2e-6
    if mode == "vjp" and name in ("one array twice in a dict", "one array twice in a pair"):
        with pytest.raises(Unsupported, match="in two places"):  # each of which would have a gradient of its own
            TRANSFORMS[mode](f)(0.9, *make())
        return
    for _ in range(2):
        assert np.isclose(TRANSFORMS[mode](f)(0.9, *make()), expected, rtol=1e-8)


@pytest.mark.parametrize("mode", TRANSFORMS)
@pytest.mark.parametrize(
    "make", [lambda b: Pair(b, 1.0), lambda b: Grid(b), lambda b: collections.deque([b]), lambda b: [b]]
)
def test_containers_of_the_caller_stay_as_they_were(make, mode):
    def f(x, held):
        first = held.spacing if isinstance(held, Grid) else held[0]
        first[0] = 3.0
        return x * first[0] * first[1]

    array = b()
    assert TRANSFORMS[mode](f)(0.9, make(array)) == 6.0
    np.testing.assert_array_equal(array, b())


@pytest.mark.parametrize("mode", TRANSFORMS)
def test_attributes_of_dataclasses_that_are_no_fields(mode):
    def f(x, grid):
        grid.double[0] += x
        return x * grid.double[0] * grid.spacing[1]

    grid = Grid(b())
    assert np.isclose(TRANSFORMS[mode](f)(0.9, grid), 2.0 * (2.0 + 2 * 0.9))
    np.testing.assert_array_equal(grid.double, [2.0, 4.0])


def test_arguments_that_move_are_apart():
    """Derivatives in two arguments: what is one array for the caller may be two variables, where nothing is stored."""
    a = b()
    for jacobian in (dualad.jacrev, dualad.jacfwd):
        first, second = jacobian(lambda a, b: np.sum(a * a * b), argnums=(0, 1))(a, a)
        np.testing.assert_allclose(first, 2 * a * a)
        np.testing.assert_allclose(second, a * a)
    with pytest.raises(Unsupported, match=SHARED):
        dualad.jacfwd(into_the_first, argnums=(1, 2))(1.0, a, a)


def by_places(m):
    found = {}
    for i, v in enumerate(m):
        found[i] = v
    return np.sum(found[0] * found[1] ** 2)


def of_any_number(*m):
    return by_places(m)


def of_a_dict(m):
    return by_places([m["a"], m["b"]])


def doubles_rows(m):
    total = 0.0
    for row in m:
        row[0] *= 2.0
        total = total + sum(row)
    return total


SEVERAL = {
    "list": (by_places, lambda v, w: ([v, w],)),
    "tuple": (by_places, lambda v, w: ((v, w),)),
    "pair": (by_places, lambda v, w: (Pair(v, w),)),
    "dict": (of_a_dict, lambda v, w: ({"a": v, "b": w},)),
    "arguments": (of_any_number, lambda v, w: (v, w)),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_one_array_in_two_places_of_what_moves(name):
    """Each place has a gradient of its own, or the arguments are refused: it is never that of both in one place."""
    f, make = SEVERAL[name]
    expected = dualad.tree.leaves(dualad.vjp(f, *make(b(), b()))[1](1.0))
    np.testing.assert_allclose(expected, [b() ** 2, 2 * b() ** 2])
    array = b()
    try:
        found = dualad.vjp(f, *make(array, array))[1](1.0)
    except Unsupported as error:
        assert "pass a copy" in str(error)
    else:
        np.testing.assert_allclose(dualad.tree.leaves(found), expected)


@pytest.mark.parametrize("derive", [dualad.grad, dualad.jacfwd])
def test_one_list_in_two_places_that_is_changed(derive):
    row = [1.0, 2.0]
    assert dualad.tree.leaves(derive(doubles_rows)([list(row), list(row)])) == [2.0, 1.0, 2.0, 1.0]
    for _ in range(3):
        with pytest.raises(Unsupported, match="pass a copy"):
            derive(doubles_rows)([row, row])
    assert row == [1.0, 2.0]


class Filling:
    def __init__(self, box: Any) -> None:
        self.box = box

    def fill(self, v: float) -> None:
        self.box[0] = self.box[0] * v


def through_an_object(box: Any, held: Any) -> Any:
    held.fill(2.0)
    return box[0] * box[0]


def beside_an_object(box: Any, held: Any) -> Any:
    box[0] = box[0] * 3.0
    return box[0] * held.box[0]


def longer(box: Any, other: Any) -> Any:
    other.append(1.0)
    return box[0] * len(box)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_lists_that_arguments_share(transform):
    derivative = TRANSFORMS[transform]
    if transform == "forward":
        derivative = lambda f: lambda *a: dualad.jvp(f, a, ([1.0], [0.0] if type(a[1]) is list else None))[1]  # noqa: E731
    for f, other in ((through_an_object, Filling), (beside_an_object, Filling), (longer, lambda box: box)):
        box = [1.5]
        with pytest.raises(Unsupported, match=SHARED):
            derivative(f)(box, other(box))
