"""Raw cotangents become users' gradients: structure, shape, dtype, and nobody else holds what comes back."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
import pytest

from dualad import forms, tree
from dualad.errors import DualadError, DualadTypeError
from dualad.forms import Form


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Layer:
    w: Any
    b: Any


def finish(raw, primal):
    return Form(primal).finish(raw)


@pytest.mark.parametrize(
    ("raw", "primal", "want"),
    [
        (0.0, 2.0, 0.0),
        (3.0, 2.0, 3.0),
        (np.float64(3.0), 2.0, 3.0),
        (np.array(3.0), 2.0, 3.0),
        (np.array([3.0]), 2.0, 3.0),
        (3.0, 2, 3.0),
        (3 + 0j, 2.0, 3.0),
        (3.0, 2 + 1j, 3 + 0j),
        (0.0, 1j, 0j),
        (None, 2.0, 0.0),
        (3.0, "relu", None),
        (0.0, True, None),
        (0.0, len, None),
        (3.0, np.float32(2), np.float32(3)),
        (np.array(3.0), np.float32(2), np.float32(3)),
        (0.0, np.float64(2), np.float64(0)),
        (3.0, np.int64(2), np.float64(3)),
        (0.0, np.bool_(True), None),
        (0.0, np.array(["a"]), None),
        (0.0, np.array([True]), None),
    ],
)
def test_leaves(raw, primal, want):
    got = finish(raw, primal)
    assert type(got) is type(want)
    assert got == want


@pytest.mark.parametrize(
    ("raw", "primal", "dtype"),
    [
        (0.0, np.ones((2, 1)), np.float64),
        (np.ones((2, 1)), np.ones((2, 1), np.float32), np.float32),
        (np.ones((2, 1), np.float32), np.ones((2, 1), np.int64), np.float64),
        (0.0, np.ones(3, np.uint8), np.float64),
        (5.0, np.array(2.0), np.float64),
        (np.float64(5.0), np.array(2.0, np.float16), np.float16),
        (np.ones(2, complex), np.ones(2), np.float64),
        (np.ones(2), np.ones(2, np.complex64), np.complex64),
        (0.0, np.ones((0, 3)), np.float64),
    ],
)
def test_arrays(raw, primal, dtype):
    got = finish(raw, primal)
    assert type(got) is np.ndarray
    assert got.dtype == dtype
    assert got.shape == primal.shape
    assert got.flags.writeable
    np.testing.assert_array_equal(got, np.broadcast_to(raw, primal.shape))


def test_containers():
    primal = {"w": [1.0, (2.0, "s")], "p": Point(1.0, None), "l": Layer(np.ones(2), [3.0])}
    raw = {"w": [5.0, [6.0, 0.0]], "p": [7.0, 0.0], "l": {"b": [8.0]}}
    got = finish(raw, primal)
    assert got["w"] == [5.0, (6.0, None)]
    assert got["p"] == Point(7.0, None)
    assert type(got["l"]) is Layer
    assert got["l"].b == [8.0]
    np.testing.assert_array_equal(got["l"].w, [0.0, 0.0])


def test_zero_stands_for_every_container():
    got = finish(0.0, [1.0, {"a": np.ones(2)}, (None, "s")])
    assert got[0] == 0.0
    np.testing.assert_array_equal(got[1]["a"], [0.0, 0.0])
    assert got[2] == (None, None)
    got = finish([0.0, 0.0, 0.0], [1.0, [2.0], Layer(3.0, 4.0)])
    assert got == [0.0, [0.0], Layer(0.0, 0.0)]


def test_named_tuples_may_be_raw_by_name():
    assert finish({"y": 2.0}, Point(1.0, 1.0)) == Point(0.0, 2.0)


def test_a_wrong_shape_is_never_handed_out():
    with pytest.raises(DualadError, match=r"internal error: the cotangent of an array of shape \(3,\) .* report it"):
        finish(np.ones(2), np.ones(3))
    with pytest.raises(DualadError, match="internal error"):
        finish(2.0, np.ones(3))
    with pytest.raises(DualadError, match="internal error"):
        finish(np.ones(2), 1.0)


def take_and_finish(raws, primal):
    return Form(primal).finish(*forms.take(raws, 0))


def test_a_fresh_array_is_handed_out_as_it_is():
    addresses = []

    def raws():
        fresh = np.ones(3)
        addresses.append(fresh.ctypes.data)
        return (fresh,)

    assert take_and_finish(raws(), np.zeros(3)).ctypes.data == addresses[0]


def test_fresh_arrays_in_containers_are_handed_out_as_they_are():
    addresses = []

    def raws():
        fresh = np.ones(3)
        addresses.append(fresh.ctypes.data)
        return ({"a": [fresh]},)

    got = take_and_finish(raws(), {"a": [np.zeros(3)]})
    assert got["a"][0].ctypes.data == addresses[0]


def test_what_somebody_else_holds_is_copied():
    held = np.ones(3)
    assert not np.shares_memory(take_and_finish((held,), np.zeros(3)), held)
    inside = [np.ones(3)]
    assert not np.shares_memory(take_and_finish((inside,), [np.zeros(3)])[0], inside[0])
    assert not np.shares_memory(take_and_finish(([held],), [np.zeros(3)])[0], held)


def test_two_results_never_share():
    def raws():
        one = np.ones(3)
        return ([one, one, one[:]],)

    got = take_and_finish(raws(), [np.zeros(3)] * 3)
    for i in range(3):
        assert got[i].flags.owndata
        for j in range(i):
            assert not np.shares_memory(got[i], got[j])


def test_views_and_frozen_arrays_are_copied():
    base = np.ones((3, 3))
    got = take_and_finish((base[0],), np.zeros(3))
    assert got.flags.owndata
    assert not np.shares_memory(got, base)

    def frozen():
        a = np.ones(3)
        a.flags.writeable = False
        return (a,)

    assert take_and_finish(frozen(), np.zeros(3)).flags.writeable
    assert take_and_finish((np.broadcast_to(1.0, 3),), np.zeros(3)).flags.writeable


def test_own_copies_only_what_others_hold():
    held = np.ones(3)
    result = {"a": held, "s": "text", "v": held[:2], "n": None}
    got = forms.own(result)
    assert got["s"] == "text"
    assert not np.shares_memory(got["a"], held)
    assert not np.shares_memory(got["v"], held)
    same = ["text", 1.0]
    assert forms.own(same) is same


# Cotangents and tangents of users


def test_cotangents_become_raw():
    form = Form((1.0, Point(np.ones(2), "s"), {"k": Layer(1.0, None)}, 3))
    ct = np.array([1, 2])
    raw = form.cotangent((2.0, Point(ct, None), {"k": Layer(3.0, None)}, None), "ct")
    assert raw[0] == 2.0
    np.testing.assert_array_equal(raw[1][0], [1.0, 2.0])
    assert raw[1][0].dtype == np.float64
    assert not np.shares_memory(raw[1][0], ct)
    assert raw[1][1] == 0.0
    assert raw[2] == {"k": {"w": 3.0, "b": 0.0}}
    assert raw[3] == 0.0


@pytest.mark.parametrize(
    ("given", "like", "want"),
    [
        (1, 2.0, 1.0),
        (np.float32(1), 2.0, 1.0),
        (np.array(1.0), 2.0, 1.0),
        (1.0, np.float32(2), np.float32(1)),
        (1.0, np.array(2.0), np.array(1.0)),
        (1.0, 2j, 1 + 0j),
        (1, 2, 1.0),
        (None, 2, None),
        (None, "s", None),
        (0.0, "s", None),
    ],
)
def test_tangents_are_cast(given, like, want):
    got = Form(like).tangent(given, "t")
    assert type(got) is type(want)
    assert got == want


def test_tangents_keep_the_primals_structure_and_are_copies():
    t = np.ones(2, np.float32)
    got = Form(Point(np.zeros(2), [1.0, "s"])).tangent(Point(t, [2.0, None]), "t")
    assert type(got) is Point
    assert got.x.dtype == np.float64
    assert not np.shares_memory(got.x, t)
    assert got.y == [2.0, None]


def test_registered_classes_have_raw_cotangents_by_attribute():
    class Line:
        def __init__(self, slope, offset):
            self.slope, self.offset = slope, offset

    class Odd:
        def __init__(self, parts):
            self.parts = parts

    tree.register_tree(Line, lambda x: ((x.offset, x.slope), None), lambda _, p: Line(p[1], p[0]))
    tree.register_tree(Odd, lambda x: (tuple(x.parts), None), lambda _, p: Odd(p))
    try:
        got = finish({"slope": 5.0, "offset": 7.0}, Line(1.0, 1.0))
        assert (got.slope, got.offset) == (5.0, 7.0)
        got = finish({"slope": 5.0}, Line(1.0, 1.0))
        assert (got.slope, got.offset) == (5.0, 0.0)
        assert Form(Line(1.0, 1.0)).cotangent(Line(2.0, 3.0), "ct") == {"slope": 2.0, "offset": 3.0}
        assert finish([1.0, 2.0], Odd([1.5, 2.5])).parts == [1.0, 2.0]
        with pytest.raises(DualadTypeError, match=r"register_tree\(Odd\): child 0 that flatten gives is no attribute"):
            finish({"parts": [1.0, 2.0]}, Odd([1.5, 2.5]))
    finally:
        del tree._registered[Line], tree._registered[Odd]
