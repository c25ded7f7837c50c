"""Globals, captured variables and attributes that are of another kind when a derivative is taken again."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from dualad import grad, hessian, hvp, jacfwd

X = np.array([0.5, 1.0, 1.5])
VALUES = [np.ones(3), np.ones((2, 1)), 2.0, np.ones((2, 3)) * 1j + 1.0, np.float32(2.0), np.ones((1, 3)), 3]
SCALE = VALUES[0]
LISTED = [VALUES[0], 1.0]
NAMED = {"scale": VALUES[0]}


class Kept:
    scale = VALUES[0]


KEPT = Kept()


def by_name(x):
    return np.sum((x * SCALE).real ** 3)


def by_item(x):
    return np.sum((x * LISTED[0]).real ** 3) * LISTED[1]


def by_key(x):
    return np.sum((x * NAMED["scale"]).real ** 3)


def by_attribute(x):
    return np.sum((x * Kept.scale).real ** 3)


def by_object(x):
    return np.sum((x * KEPT.scale).real ** 3)


def helper(x):
    return x * SCALE


def by_helper(x):
    return np.sum(helper(x).real ** 3)


def set_to(value):
    module = sys.modules[__name__]
    module.SCALE = LISTED[0] = NAMED["scale"] = Kept.scale = value


ORDERS = {
    "first": lambda f: grad(f)(X),
    "second": lambda f: hessian(f)(X),
    "product": lambda f: hvp(f, (X,), (np.ones(3),)),
    "third": lambda f: jacfwd(hessian(f))(X),
}


@pytest.mark.parametrize("f", [by_name, by_item, by_key, by_attribute, by_object, by_helper])
@pytest.mark.parametrize("order", ORDERS)
def test_kinds_that_change_between_calls(f, order):
    try:
        for value in (*VALUES, *VALUES[::-1]):
            set_to(value)
            whole = np.broadcast_to(np.real(value), np.broadcast_shapes(np.shape(value), (3,)))
            cubes = np.sum(np.atleast_2d(whole) ** 3, axis=0)
            wanted = {
                "first": 3 * X**2 * cubes,
                "second": np.diag(6 * X * cubes),
                "product": 6 * X * cubes,
                "third": np.einsum("ij,jk->ijk", np.diag(6 * cubes), np.eye(3)),
            }
            np.testing.assert_allclose(ORDERS[order](f), wanted[order], rtol=1e-6, err_msg=repr(value))
    finally:
        set_to(VALUES[0])
