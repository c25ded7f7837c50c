"""Slices that a loop takes again and again of an array that is not bound anew are taken once, before it."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.testing import check_grads


def code(fn, *args, argnums=0):
    text = dualad.source(dualad.grad(fn, argnums), *args)
    return "\n".join(line for line in text.splitlines() if "#" not in line)


def inside_loops(text, depth=1):
    return "\n".join(line for line in text.splitlines() if line.startswith((1 + depth) * "    "))


def waves(u, v, k, n):
    u, v = u.copy(), v.copy()
    for _ in range(n):
        for _ in range(2):
            v[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u += k * v
    return np.sum(u * v)


def rebound(u, n):
    for _ in range(n):
        u = 0.5 * (u[1:] + u[:-1] ** 2)
    return np.sum(u)


def grown(u, n):
    total = 0.0
    rows = [u]
    for i in range(n):
        u = rows[i]
        total = total + np.sum(np.sin(u[1:]) * u[:-1])
        rows.append(np.cos(u))
    return total


def by_a_function(u, n):
    total = 0.0

    def step():
        nonlocal u
        u = np.sin(u)

    for _ in range(n):
        step()
        total = total + np.sum(u[1:] * u[:-1])
    return total


def until(u, k):
    u = u.copy()
    count = 0
    while np.sum(u[1:] ** 2) > 0.5 and count < 20:
        u[1:] *= k
        u[:-1] += 0.1 * u[1:]
        count += 1
    return np.sum(u)


U = np.array([0.3, -0.7, 1.1, 0.2, 0.9])


def test_slices_are_taken_once():
    text = code(waves, U, U[::-1].copy(), 0.3, 3, argnums=(0, 1, 2))
    assert "u[" not in inside_loops(text, 2) and "u_bar[" not in inside_loops(text, 2)
    check_grads(lambda u, v, k: waves(u, v, k, 3), (U, U[::-1].copy(), 0.3), order=2)


def test_a_loop_that_runs_no_times():
    found = dualad.grad(waves, (0, 1, 2))(U, U + 1.0, 0.3, 0)
    np.testing.assert_allclose(found[0], U + 1.0)
    np.testing.assert_allclose(found[1], U)
    assert found[2] == 0.0


@pytest.mark.parametrize("fn", [rebound, grown, by_a_function])
def test_slices_of_what_is_bound_anew_are_taken_each_time(fn):
    assert "[1:]" in inside_loops(code(fn, U, 3)) or fn is by_a_function
    check_grads(lambda u: fn(u, 3), (U,), order=2)


def test_while_loops():
    check_grads(until, (U, 0.8), order=2)


def test_every_call_has_views_of_its_own():
    df = dualad.grad(waves, (0, 1, 2))
    first = df(U, U + 1.0, 0.3, 3)
    again = df(U, U + 1.0, 0.3, 3)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first[0].base is None and not np.shares_memory(first[0], again[0])
