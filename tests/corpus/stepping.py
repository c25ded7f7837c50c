"""Functions of a module of its own, which programs of the corpus call by the module's name."""

from __future__ import annotations

import numpy as np


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


PARTS = [1.0, np.ones(3), {"power": 2}]


def change_parts():
    """Change what the list of the module holds."""
    PARTS[1] = np.ones((2, 1)) * 0.5
    PARTS[2]["power"] = 3


def restore_parts():
    """Make the list hold again what it held at first."""
    PARTS[:] = [1.0, np.ones(3), {"power": 2}]
