"""A cotangent that is zero where it is taken, and has a derivative of its own: it is not the zero of anything."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import dualad


class Held:
    def __init__(self, v: Any) -> None:
        self.v = v


def in_a_tuple(p):
    s = 3 * p[0]
    s = s + p[0] * p[1]
    return s - 2 * p[0]


def in_a_dict(p):
    d = {"x": p[0], "y": p[1]}
    s = 3 * d["x"]
    if s > 0:
        for name in ("y", "two"):
            s = s + d["x"] * (d[name] if name in d else -2.0)
    return s


def in_objects(p):
    first, second = Held(p[0]), Held(p[1])
    s = 0.0
    for c in (3.0, second.v, -2.0):
        if first.v > 0:
            s = s + first.v * c
    return s


def of_plain_functions(p):
    fns = {"s": math.sin, "e": math.exp}
    held = Held(p[0])
    for name in ("s", "e"):
        if held.v > 0:
            held.v = fns[name](held.v)
    return held.v * p[1] - 2.0 * held.v


class Forest:
    """Trees of differences: finding a root adds up what lies on the way."""

    def __init__(self, n):
        self.parent, self.w = list(range(n)), [0.0] * n

    def find(self, i):
        if self.parent[i] == i:
            return i, 0.0
        root, w = self.find(self.parent[i])
        self.w[i] += w
        self.parent[i] = root
        return root, self.w[i]

    def union(self, i, j, d):
        (a, wa), (b, wb) = self.find(i), self.find(j)
        if a == b:
            return wb - wa - d
        self.parent[a] = b
        self.w[a] = d + wb - wa
        return 0.0


def of_a_forest(p):
    forest = Forest(4)
    given = (p[0], p[1], p[0] - 1.25, 0.25)
    found = [forest.union(i, j, d) for (i, j), d in zip([(0, 1), (2, 3), (1, 3), (0, 2)], given)]
    return found[-1] ** 2 + sum(forest.w)


def beside_infinite_slopes(p):
    x = np.array([0.0, 1.0, 1.0]) * p[0]
    w = np.array([0.0, 1.0, 1.0]) * (p[1] - 2.0)
    return np.sum(w * np.sqrt(x))


@pytest.mark.parametrize(
    "fn", [in_a_tuple, in_a_dict, in_objects, of_plain_functions, of_a_forest, beside_infinite_slopes]
)
@pytest.mark.parametrize("p", [(1.0, 2.0), (4.0, 2.0), (0.5, 0.75), (1.0, 1.0)])
@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.0, 1.0)])
def test_second_derivatives(fn, p, direction):
    dualad.clear_cache()  # later calls may go by source
    gradient = dualad.grad(fn)
    h = 1e-5
    for _ in range(2):
        ahead, behind = (tuple(v + s * h * d for v, d in zip(p, direction, strict=True)) for s in (1, -1))
        wanted = (np.array(gradient(ahead)) - np.array(gradient(behind))) / (2 * h)
        np.testing.assert_allclose(dualad.jvp(gradient, (p,), (direction,))[1], wanted, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(dualad.hvp(fn, (p,), (direction,)), wanted, rtol=1e-6, atol=1e-6)


def test_a_column_beside_an_infinite_slope():
    def f(w, x):
        return np.sum(w * np.sqrt(x))

    w, x = np.array([0.0, 0.0, 1.0]), np.array([0.0, 4.0, 9.0])
    with np.errstate(all="ignore"):
        found = dualad.hvp(f, (w, x), (np.array([0.0, 1.0, 1.0]), np.zeros(3)), argnums=(0, 1))
        of_gradient = dualad.jacfwd(lambda w: dualad.grad(f, argnums=1)(w, x))(w)
    np.testing.assert_array_equal(found[1], [0.0, 0.25, 0.5 / 3.0])
    np.testing.assert_array_equal(of_gradient[1:, 1:], [[0.25, 0.0], [0.0, 0.5 / 3.0]])
