"""Gradients in dicts, lists and tuples by the quick way: the same as by the long one, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dualad import grad, tree, value_and_grad

X = np.linspace(0.1, 1.0, 6).reshape(2, 3)


def of_dict(p, x):
    return np.sum(x @ p["w"].T + p["b"][:2]) * p["s"]


def of_one_value(p, x):
    return np.sum(p["w"] + p["b"]) * 2.0


def of_tuple(p, x):
    return np.sum(p[0] * x[0]) + p[1][1] * p[2]["x"][0] + np.sum(p[2]["x"][1])


def of_layers(p, x):
    for layer in p:
        x = np.tanh(x[:, :2] @ layer["w"] + layer["b"])
    return np.sum(x)


def of_one_of_many(p, x):
    return np.sum(p[3] * p[3]) + np.sum(x)


def of_itself(p, x):
    return np.sum(p["w"] * x) + np.sum(p["b"])


def given_back(p, x):
    return np.sum(p[0] * p[1]) + np.sum(x)


CASES: list[tuple[Callable[..., Any], Callable[[], Any]]] = [
    (of_dict, lambda: {"w": np.ones((2, 3)), "b": np.arange(3.0), "s": 2.0}),
    (of_one_value, lambda: {"w": np.ones(3), "b": np.arange(3.0)}),
    (of_one_value, lambda: {"w": np.ones(3, np.float32), "b": np.arange(3.0)}),
    (of_itself, lambda: {"b": np.ones(1), "w": np.ones((2, 3))}),
    (of_tuple, lambda: (np.ones(3), [1.0, 2.0], {"x": (3.0, np.ones(2))})),
    (of_layers, lambda: [{"w": np.eye(2), "b": np.ones(2)}, {"w": np.full((2, 2), 0.5), "b": np.zeros(2)}]),
    (of_one_of_many, lambda: [np.full(2, float(i)) for i in range(40)]),
    (given_back, lambda: [np.ones(3), np.arange(3.0)]),
]


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize("argnums", [0, (0, 1)])
@pytest.mark.parametrize(("fn", "make"), CASES)
def test_as_by_the_long_way(transform: Any, argnums: Any, fn: Any, make: Any) -> None:
    df, args = transform(fn, argnums), (make(), X.copy())

    def gradient(df: Any) -> Any:
        return df(*args) if transform is grad else df(*args)[1]

    wanted = gradient(transform(fn, argnums))
    for _ in range(4):
        found = gradient(df)
        leaves, structure = tree.flatten(found)
        wanted_leaves, wanted_structure = tree.flatten(wanted)
        assert structure == wanted_structure
        for leaf, same in zip(leaves, wanted_leaves, strict=True):
            assert type(leaf) is type(same)
            assert getattr(leaf, "dtype", None) == getattr(same, "dtype", None)
            np.testing.assert_array_equal(leaf, same)
        arrays = [a for a in (*leaves, *tree.flatten(args)[0]) if isinstance(a, np.ndarray)]
        for i, a in enumerate(arrays):
            assert a.flags.writeable
            assert not any([np.shares_memory(a, b) for b in arrays[:i]])
    assert df._quick.count == len(args)


def test_another_structure_goes_its_own_way() -> None:
    df = grad(of_one_value)
    p = {"w": np.ones(3), "b": np.arange(3.0)}
    for _ in range(3):
        df(p, X)
    turned = df(dict(reversed(p.items())), X)
    assert list(turned) == ["b", "w"]
    assert df({**p, "more": np.ones(2)}, X)["more"].tolist() == [0.0, 0.0]
    with pytest.raises(KeyError):
        df({"w": p["w"]}, X)
    one = np.ones(3)
    both = df({"w": one, "b": one}, X)
    assert both["w"].tolist() == both["b"].tolist() == [2.0, 2.0, 2.0]
    assert both["w"] is not both["b"]
