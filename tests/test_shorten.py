"""Emitted code is put together, and nothing is moved past what changes what it reads."""

from __future__ import annotations

import ast

import numpy as np
import pytest

import dualad
from dualad import grad, jvp
from dualad.reverse.blocks import Table
from dualad.reverse.shorten import Shorten


def stencil(x):
    u = x.copy()
    for _ in range(3):
        u[1:-1] += (u[2:] * 0.7) * u[:-2]  # the cotangent of u is read, changed, and read again
    return np.sum(u * u)


def swapped(x):
    a, b = x[0], x[1]
    for i in range(4):
        a, b = b * x[i], a
    return a * b + b


def chained(x):
    s = x[0] * x[1]
    t = s * s + s
    s = t * s
    return s * t + np.sum(x * s)


def branches(x):
    if x[0] > 0.0:
        y = np.sum(np.exp(x)) * x[1]
    else:
        y = np.sum(x * x)
    return y


@pytest.mark.parametrize("f", [stencil, swapped, chained, branches])
def test_gradients_agree_with_forward_mode(f):
    x = np.array([0.3, -0.8, 0.5, 0.9, -0.4, 0.7])
    for sign in (1.0, -1.0):
        gradient = grad(f)(sign * x)
        for e in np.eye(6):
            np.testing.assert_allclose(gradient @ e, jvp(f, (sign * x,), (e,))[1], rtol=1e-12)


def test_a_branch_of_both_sweeps_is_one():
    lines = [line.strip() for line in dualad.source(grad(branches), np.ones(6)).splitlines()]
    code = "\n".join(line for line in lines if not line.startswith("#"))
    assert code.count("if ") == 1
    assert "np.sum(x * x)" not in code  # nobody reads the value


def test_copies_and_chains_are_written_once():
    def f(y, x):
        for _ in range(3):
            y = y * x + x
        return y

    lines = [line.strip() for line in dualad.source(grad(f, (0, 1)), 2.0, 3.0).splitlines()]
    assert not [
        line for line in lines if line.count("=") == 1 and line.split(" = ")[-1].isidentifier() and "_bar" in line
    ]


def shortened(text: str, ours: set[str]) -> dict[str, float]:
    """What the names hold after a text of the reverse sweep was shortened and run."""
    code = ast.parse(text).body
    Shorten(Table(code), ours, set()).everywhere(code)
    names = {"p": 3.0, "q": 5.0}
    exec(ast.unparse(code), names)
    return {name: names[name] for name in ("q", "r")}


@pytest.mark.parametrize(
    "text",
    [
        "a = q\nq = 2.0 * p\nr = a + 1.0",
        "a = q\nq = 2.0 * p\nr = a + q",
        "a = q\nq = 2.0 * p\np = 1.0\nr = a + p",
        "a = q\nq = 2.0 * p\nq = q + 1.0\nr = a + p",
        "a = q\nr = a + p\nq = r * a",
        "a = q\nq = a + 1.0\nr = q * 2.0",
        "a = q\nq += p\nr = a + p\nq = r * q",
        "a = q\nfor q in (1.0, 2.0):\n    p = p + q\nr = a * p",
        "a = q\nif p > 1.0:\n    q = p * 2.0\nr = a * q",
    ],
)
def test_names_of_what_is_bound_anew(text):
    wanted = {"p": 3.0, "q": 5.0}
    exec(text, wanted)
    assert shortened(text, {"a", "q", "r"}) == {name: wanted[name] for name in ("q", "r")}
