"""Matrices that nobody reads any more are forgotten before products, and no others."""

import re
import tracemalloc

import numpy as np
import pytest

import dualad

RNG = np.random.default_rng(0)
A, B, C, X = (RNG.normal(size=shape) for shape in ((4, 5), (5, 6), (6, 3), (2, 4)))


def layers(a, b, c, x):
    h = np.tanh(x @ a)
    k = np.tanh(h @ b)
    return np.sum(np.exp(k @ c))


def read_in_a_loop(a, b, c, x):
    h = x @ a
    k = h @ b
    total = 0.0
    for i in range(2):
        total = total + np.sum(k * k) + np.sum(h) * i
    z = k @ c
    return total + np.sum(z * z)


def read_in_a_branch(a, b, c, x):
    h = x @ a
    k = np.sin(h) @ b
    z = np.cos(k) @ c
    if x[0, 0] < 100.0:
        z = z * np.sum(h)
    return np.sum(z * z)


def views(a, b, c, x):
    h = x @ a
    top = h[:1]
    k = np.sin(h) @ b
    z = np.cos(k) @ c
    return np.sum(z * z) + np.sum(top * top)


@pytest.mark.parametrize("f", [layers, read_in_a_loop, read_in_a_branch, views])
def test_gradients_are_as_they_were(f):
    args = (A, B, C, X)
    gradient = dualad.grad(f, argnums=(0, 1, 2, 3))
    direction = [RNG.normal(size=a.shape) for a in args]
    moved = dualad.jvp(f, args, tuple(direction))[1]
    for _ in range(2):
        found = gradient(*args)
        assert np.isclose(sum(np.sum(g * d) for g, d in zip(found, direction)), moved, rtol=1e-10)


def test_names_are_deleted_once_and_read_no_more():
    lines = dualad.source(dualad.grad(layers, argnums=(0, 1, 2)), A, B, C, X).splitlines()
    deleted = {}
    for number, line in enumerate(lines):
        for name in re.findall(r"\w+", line.partition("del ")[2]) if line.strip().startswith("del ") else ():
            assert name not in deleted
            deleted[name] = number
    assert deleted
    for name, number in deleted.items():
        assert not any(re.search(rf"\b{name}\b", line.partition("#")[0]) for line in lines[number + 1 :])


def test_the_most_memory_is_less_than_all_arrays_of_the_reverse_sweep():
    """Two layers of one size: their values, the cotangent that is there and the one that is made; the rest is small."""
    n, batch = 100, 5000
    a, b, c, x = np.eye(n), np.eye(n), np.ones((n, 1)), RNG.normal(size=(batch, n)) * 1e-3
    gradient = dualad.grad(layers, argnums=(0, 1, 2))
    gradient(a, b, c, x)
    tracemalloc.start()
    gradient(a, b, c, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.3 * 8 * n * batch
