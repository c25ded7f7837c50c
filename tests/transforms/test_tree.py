"""Containers: taking them apart, putting them together, matching two of them."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.stats

from dualad import jvp, tree
from dualad.errors import DualadTypeError, DualadValueError


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass(frozen=True)
class Layer:
    w: Any
    b: Any = 0.0

    def __post_init__(self):
        if self.w is None:
            raise ValueError("a layer without weights")


@dataclasses.dataclass(slots=True)
class Slotted:
    a: Any
    b: Any


class Bag(dict):
    """A dict with attributes, as many write it."""

    def __getattr__(self, name):
        return self[name]


TREES = [
    (1.0, [1.0]),
    (None, []),
    ((), []),
    ([], []),
    ({}, []),
    ([1.0, (2, {"a": 3j})], [1.0, 2, 3j]),
    ({"b": 1.0, "a": [2.0, None]}, [1.0, 2.0]),
    (Point(1.0, [2.0]), [1.0, 2.0]),
    (Layer(1.0, {"k": 2.0}), [1.0, 2.0]),
    (Slotted([1.0], 2.0), [1.0, 2.0]),
    (collections.OrderedDict(z=1.0, a=2.0), [1.0, 2.0]),
    (Bag(w=1.0, b=Bag(c=2.0)), [1.0, 2.0]),
    (["relu", True, 1.0], ["relu", True, 1.0]),
]


@pytest.mark.parametrize(("value", "leaves"), TREES, ids=str)
def test_flatten_and_unflatten(value, leaves):
    found, treedef = tree.flatten(value)
    assert found == leaves
    back = tree.unflatten(treedef, found)
    assert back == value
    assert type(back) is type(value)
    assert treedef.size == len(leaves) == len(tree.paths(treedef))
    assert tree.structure(back) == treedef
    assert hash(tree.structure(back)) == hash(treedef)


def test_a_defaultdict_keeps_its_factory():
    value = collections.defaultdict(list, w=1.0)
    back = tree.map(lambda x: x + 1, value)
    assert back == {"w": 2.0}
    assert back["new"] == []
    assert "new" not in value


class Measured(Point):
    """A named tuple that takes and holds more than its items, as SciPy's results do."""

    def __new__(cls, x, y, *, unit):
        made = tuple.__new__(cls, (x, y))
        made.__dict__["unit"] = unit
        return made


def test_a_named_tuple_keeps_what_else_it_holds():
    given = Measured(1.0, 2.0, unit="m")
    leaves, treedef = tree.flatten(given)
    back = tree.unflatten(treedef, [3.0, 4.0])
    assert leaves == [1.0, 2.0] and type(back) is Measured and back == (3.0, 4.0) and back.unit == "m"
    for value in (scipy.stats.ttest_1samp([1.0, 2.0, 3.5], 0.3), scipy.stats.linregress([1.0, 2.0], [3.0, 5.0])):
        (_, same), _ = jvp(lambda x, value=value: (x * x, value), (2.0,), (1.0,))
        assert repr(same) == repr(value)


def test_a_list_of_a_class_of_its_own():
    class Layers(list):
        pass

    back = tree.map(lambda x: 2 * x, Layers([1.0, 2.0]))
    assert type(back) is Layers
    assert back == [2.0, 4.0]


def test_dataclasses_are_rebuilt_without_their_checks():
    gradient = tree.map(lambda x: None, Layer(1.0))
    assert gradient.w is None
    assert gradient.b is None


def test_leaves_are_what_is_no_container():
    for x in (1.0, "a", print, np.ones(2), object(), {1, 2}, range(3), Point, Layer):
        assert tree.is_leaf(x)
    for x in (None, [], (), {}, Point(1, 2), Layer(1)):
        assert not tree.is_leaf(x)


def test_map_follows_the_first_tree():
    params = {"w": np.ones(2), "act": "relu", "b": [1.0, None]}
    grads = {"b": [3.0, None], "w": np.full(2, 2.0), "act": None}
    seen = tree.map(lambda p, g: p if g is None else p + g, params, grads)
    assert list(seen) == ["w", "act", "b"]
    assert seen["act"] == "relu"
    assert seen["b"] == [4.0, None]
    np.testing.assert_array_equal(seen["w"], [3.0, 3.0])


def test_map_gives_what_stands_in_a_leafs_place():
    assert tree.map(lambda a, b: b, [1.0, 2.0], [{"m": 1}, (2, 3)]) == [{"m": 1}, (2, 3)]


def test_structures_compare():
    assert tree.structure([1.0, {"a": 2}]) == tree.structure([np.ones(3), {"a": "x"}])
    assert tree.structure([1.0]) != tree.structure((1.0,))
    assert tree.structure({"a": 1, "b": 2}) != tree.structure({"b": 2, "a": 1})
    assert tree.structure(Point(1, 2)) != tree.structure((1, 2))
    assert tree.structure([1.0]) != 3
    assert tree.same_structure({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not tree.same_structure([1.0], [[1.0]])
    assert not tree.same_structure([1.0], [None])
    assert not tree.same_structure([1.0], (1.0,))


def test_structures_are_shown():
    value = {"w": [1.0, (2.0,)], "p": Point(1.0, None), "l": Layer((1.0, 2.0))}
    assert str(tree.structure(value)) == "{'w': [*, (*,)], 'p': Point(x=*, y=None), 'l': Layer(w=(*, *), b=*)}"


def test_paths_name_the_way_to_each_leaf():
    value = ({"w": [1.0, 2.0]}, Point(1.0, Layer(2.0)))
    assert tree.paths(tree.structure(value), "args") == [
        "args[0]['w'][0]",
        "args[0]['w'][1]",
        "args[1].x",
        "args[1].y.w",
        "args[1].y.b",
    ]


@pytest.mark.parametrize(
    ("want", "got", "message"),
    [
        ([1.0, 2.0], [1.0], "t should have 2 items, but it has 1"),
        ([1.0], (1.0,), "t should be a list of 1, but it is a tuple of 1"),
        ({"a": [1.0]}, {"a": 1.0}, r"t\['a'\] should be a list of 1, but it is the float 1.0"),
        ({"a": 1.0, "b": 2.0}, {"a": 1.0, "c": 1.0}, "t lacks the key 'b' and has the unknown key 'c'"),
        ({"a": 1.0, "b": 2.0}, {}, "t lacks the keys 'a', 'b'"),
        (Point(1.0, [2.0]), Point(1.0, np.ones(2)), r"t.y should be a list of 1, but it is an array of shape \(2,\)"),
        (Layer([1.0]), {"w": [1.0]}, "t should be a Layer, but it is a dict of 1"),
        ([None], [1.0], r"t\[0\] should be None, but it is the float 1.0"),
        ([[1.0]], [None], r"t\[0\] should be a list of 1, but it is None"),
    ],
)
def test_a_mismatch_names_the_place(want, got, message):
    with pytest.raises(DualadTypeError, match=message):
        tree.flatten_like(tree.structure(want), got, "t")


def test_unflatten_counts():
    with pytest.raises(DualadValueError, match=r"\[\*, \*\] has 2 leaves, but 1 were given"):
        tree.unflatten(tree.structure([1.0, 2.0]), [1.0])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ("relu", "the string 'relu'"),
        (True, "the bool True"),
        (3, "the int 3"),
        (np.ones((2, 3)), "an array of shape (2, 3) and dtype float64"),
        (np.float32(1), "a float32 of shape () and dtype float32"),
        ([1, 2], "a list of 2"),
        (collections.OrderedDict(), "an OrderedDict of 0"),
        (Point(1, 2), "a Point"),
        (Layer(1), "a Layer"),
        (Layer, "the class Layer"),
        (len, "the function len"),
        ({1}, "a set"),
    ],
)
def test_values_are_described(value, text):
    assert tree.describe(value) == text


# Registered classes


class Line:
    def __init__(self, slope, offset, name="line"):
        self.slope, self.offset, self.name = slope, offset, name

    def __call__(self, x):
        return self.slope * x + self.offset


@pytest.fixture
def line_is_registered():
    tree.register_tree(
        Line, lambda line: ((line.slope, line.offset), line.name), lambda name, parts: Line(*parts, name=name)
    )
    yield
    del tree._registered[Line]


def test_a_registered_class(line_is_registered):
    leaves, treedef = tree.flatten([Line(1.0, (2.0, 3.0), "a")])
    assert leaves == [1.0, 2.0, 3.0]
    back = tree.unflatten(treedef, [4.0, 5.0, 6.0])[0]
    assert (back.slope, back.offset, back.name) == (4.0, (5.0, 6.0), "a")
    assert tree.paths(treedef, "m") == ["m[0].slope", "m[0].offset[0]", "m[0].offset[1]"]
    assert treedef == tree.structure([Line(9.0, (9.0, 9.0), "a")])
    assert treedef != tree.structure([Line(9.0, (9.0, 9.0), "b")])


def test_attributes_of_equal_value_are_told_apart(line_is_registered):
    one = 1.0
    assert tree.structure(Line(one, one)).keys == ("slope", "offset")


def test_children_that_are_no_attributes_are_known_as_such():
    class Pair:
        def __init__(self, both):
            self.both = both

    tree.register_tree(Pair, lambda p: (tuple(p.both), None), lambda _, parts: Pair(list(parts)))
    try:
        treedef = tree.structure(Pair([1.5, 2.5]))
        assert treedef.keys == (None, None)
        assert tree.paths(treedef, "p") == ["p[0]", "p[1]"]
    finally:
        del tree._registered[Pair]


def test_registration_is_checked(line_is_registered):
    with pytest.raises(DualadValueError, match="Line is registered already; a second .* would hide"):
        tree.register_tree(Line, lambda x: ((), None), lambda a, p: None)
    with pytest.raises(DualadValueError, match="dict is a container already"):
        tree.register_tree(dict, lambda x: ((), None), lambda a, p: None)
    with pytest.raises(DualadTypeError, match="register_tree takes a class, then two functions; .* 3"):
        tree.register_tree(3, lambda x: ((), None), lambda a, p: None)
    with pytest.raises(DualadTypeError, match=r"register_tree\(set\): unflatten must be a function, not None"):
        tree.register_tree(set, lambda x: ((), None), None)
