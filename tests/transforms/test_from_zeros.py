"""Hessians that are first taken where everything is zero, where an optimisation starts: later ones are right, too."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import second


def scaled_in_place(x):
    u = x.copy()
    u[1:] *= x[:-1]
    return (u * x).sum()


def stored_in_place(x):
    u = x.copy()
    u[1:] = u[1:] * x[:-1]
    return (u * x).sum()


def by_its_own_views(x):
    u = x.copy()
    u[1:] *= u[:-1]
    u[0] = u[1] * u[2]
    return (u * x).sum() + u[0] * u[-1]


def in_a_loop_in_a_branch(x):
    u = x * 1.0
    if u.ndim:
        for _ in range(2):
            u[1:] += u[:-1] * x[1:]
            u[:-1] *= u[1:]
    return u @ x


@pytest.mark.parametrize("fn", [scaled_in_place, stored_in_place, by_its_own_views, in_a_loop_in_a_branch])
@pytest.mark.parametrize("doubts", [0, second.DOUBTS])
def test_hessians_after_one_at_zeros(fn, doubts, monkeypatch):
    monkeypatch.setattr(second, "DOUBTS", doubts)
    dualad.clear_cache()
    hessian = dualad.hessian(fn)
    for x in (np.zeros(3), np.zeros(3), np.array([0.5, 1.5, -0.7]), np.array([2.0, -2.0, 1.0])):
        columns = [dualad.jvp(dualad.jacfwd(fn), (x,), (d,))[1] for d in np.eye(3)]
        np.testing.assert_allclose(hessian(x), columns, rtol=1e-12, atol=1e-12)


def gathered(x):
    b = np.concatenate([x * x, x])
    np.add.at(b, [0, 2, 0], x * b[3])
    if b.ndim:
        for i in range(2):
            np.subtract.at(b, (np.array([i, i]),), x[:2] * b[4])
    return b @ np.roll(b, 1)


@pytest.mark.parametrize("outer", [dualad.jacfwd, dualad.jacrev])
def test_ufunc_at_with_several_tangents_inside_several(outer):
    x = np.array([0.5, 1.5, -0.7])
    wanted = [dualad.jvp(dualad.grad(gathered), (x,), (d,))[1] for d in np.eye(3)]
    np.testing.assert_allclose(outer(dualad.jacfwd(gathered))(x), wanted, rtol=1e-12, atol=1e-12)
