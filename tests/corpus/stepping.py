"""Functions of a module of its own, which programs of the corpus call by the module's name."""

from __future__ import annotations


def step(a, x):
    a[0] = a[0] * x
    a[1] += a[0]
    return a[1] - 3.0


def scaled(a, x):
    a[:] = a * x
    return a[0] * a[1]


def advanced(state, x):
    state.position = state.position * x + 0.1
    return state.position
