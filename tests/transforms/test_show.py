"""source, clear_cache and gradient_flow."""

from __future__ import annotations

import ast
import math

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, DualadValueError, grad, gradient_flow, jacfwd, source, value_and_grad


def area(r, k=3.0):
    return k * r * r


def is_a_function(text):
    return any(isinstance(node, ast.FunctionDef) for node in ast.parse(text).body)


MADE = [grad(area), value_and_grad(area), grad(area, argnums=(0, 1)), grad(area, argnums="r"), area]


@pytest.mark.parametrize("df", MADE)
def test_source(df):
    for text in (source(df), source(df, 2.0, 3.0)):
        assert is_a_function(text)
    assert source(df, 2.0, 3.0) == source(df, 2.0, 3.0)


def test_source_of_a_method():
    class Disc:
        @grad
        def area(self, r):
            return r * r

    assert is_a_function(source(Disc().area, 2.0))


def test_source_of_what_has_none():
    with pytest.raises(DualadTypeError, match="source takes a function, but it was given the int 3"):
        source(3)
    with pytest.raises(DualadTypeError, match="<jacfwd of area> is made of several passes"):
        source(jacfwd(area))
    with pytest.raises(DualadValueError, match="source: argnums=2 is out of range"):
        source(grad(area, argnums=2), 1.0, 2.0)


def test_clear_cache():
    df = grad(area)
    assert df(2.0) == 12.0
    dualad.clear_cache()
    assert df(2.0) == 12.0


def deep(layers, x):
    for layer in layers:
        x = layer["w"] * x
    return x


LAYERS = [{"w": 1e-4, "act": "none"}, {"w": 1e-9, "act": None}, {"w": 1e12, "act": len}]


@pytest.mark.parametrize("f", [deep, grad(deep), value_and_grad(deep), grad(deep, argnums=(0,))])
def test_gradient_flow(f):
    flow = gradient_flow(f)(LAYERS, 1.0)
    assert [row.path for row in flow.rows] == ["args[0][0]['w']", "args[0][1]['w']", "args[0][2]['w']"]
    assert [row.verdict for row in flow.rows] == ["exploding", "exploding", "vanishing"]
    assert [row.path for row in flow.flagged] == [row.path for row in flow.rows]
    np.testing.assert_allclose([row.norm for row in flow.rows], [1e3, 1e8, 1e-13])
    assert math.isclose(flow.total, math.hypot(1e3, 1e8))
    assert str(flow).splitlines() == [
        "parameter             norm",
        "args[0][0]['w']  1.000e+03  exploding",
        "args[0][1]['w']  1.000e+08  exploding",
        "args[0][2]['w']  1.000e-13  vanishing",
        "all              1.000e+08",
    ]


def test_thresholds_are_set():
    flow = gradient_flow(deep, vanishing=1e-20, exploding=1e4)(LAYERS, 1.0)
    assert [row.verdict for row in flow.rows] == ["", "exploding", ""]
    with pytest.raises(DualadValueError, match="vanishing=2.0 should be less than exploding=1.0"):
        gradient_flow(deep, vanishing=2.0, exploding=1.0)


def test_nan_and_infinity_are_flagged():
    flow = gradient_flow(lambda x: np.sum(x * x))(np.array([np.nan, 1.0]))
    assert flow.rows[0].verdict == "exploding"
    assert flow.rows[0].path == "args[0]"


def test_gradient_flow_of_aux_and_keywords():
    df = value_and_grad(lambda x, y: (np.sum(x * y), "aux"), argnums=("y", 0), has_aux=True)
    flow = gradient_flow(df)(np.ones(4), y=np.full(4, 0.5))
    assert [(row.path, row.norm) for row in flow.rows] == [("y", 2.0), ("args[0]", 1.0)]
