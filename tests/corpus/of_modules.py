"""Functions that are called by their module's name in tests of loops and in what is added to an item."""

from __future__ import annotations

import math
import types

import numpy as np

from tests.corpus import stepping
from tests.corpus.base import mat, num, program, vec


@program(args=(vec(3), num()), tags="module callee store while test")
def a_test_that_steps(v, x):
    a, count = v + 0.5, 0
    while stepping.step(a, x + 1.0) < 0.0 and count < 5:
        count += 1
        a[2] = a[2] * a[1]
    return (a * a).sum() * count


@program(args=(vec(3), num()), tags="module callee store augmented loop")
def additions_that_scale(v, x):
    a = v.copy()
    a[0] += stepping.scaled(a, x)
    b = a * 1.0
    for k in range(2):
        if k == 1:
            b[k] += stepping.scaled(a, x) * b[k]
        a[1] += stepping.scaled(b, x)
    return (a * b).sum()


@program(args=(num(), num()), tags="module callee object attribute while test")
def a_test_that_advances(v, x):
    state, count = types.SimpleNamespace(position=v), 0
    while stepping.advanced(state, x) > 0.0 and count < 3:
        count += 1
        state.position += 0.2 * x
    return state.position * count


@program(args=(mat(3, 3), vec(3)), tags="module numpy norm while test")
def residuals_that_are_tested(m, v):
    a = m @ m.T + 4.0 * np.eye(3)
    u = np.zeros(3)
    count = 0
    while np.linalg.norm(v - a @ u) > 1e-3 * math.sqrt(3.0) and count < 4:
        u[count % 3] += np.dot(v - a @ u, a[count % 3]) / np.linalg.norm(a) ** 2
        count += 1
    return (u * v).sum()


@program(args=(vec(3), num()), tags="module numpy out while test")
def a_test_that_stores(v, x):
    a, count = v * v + 0.2, 0
    while np.sum(np.multiply(a, x + 1.2, out=a)) < 4.0 and count < 4:
        a[0] += np.sum(np.add(a, x, out=a)) * 0.1
        count += 1
    return (a * a).sum()
