"""Second derivatives of every program of the corpus, in every way there is, against differences and each other.

One test for each program: all ways are emitted from the same first derivative, which is kept while a process lasts.
"""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import DualadError, forms, grad, hvp, jvp, tree
from tests.corpus import PROGRAMS
from tests.corpus.harness import check_second_order, input_size, kind_of, scalar_result
from tests.corpus.trees import tree_map
from tests.test_corpus import API, case_of, expected, strictest
from tests.transforms import test_orders
from tests.transforms.test_orders import NAMES, argnums_of, near, numbers, tolerance
from tests.transforms.test_second import close

SMALL = 12


def is_small(name, which):
    case = case_of(name, which)
    return PROGRAMS[name].smooth and input_size(case) <= SMALL and scalar_result(case)


def check_differences(name):
    """The tangent of the gradient, with each set of arguments that is small, against differences."""
    for which in range(len(PROGRAMS[name].sets)):
        if is_small(name, which):
            with expected(strictest(name)):
                check_second_order(case_of(name, which), API)


def is_scalar(name):
    y = PROGRAMS[name].fn(*PROGRAMS[name].make(0))
    leaf = forms.leaf_of(y) if tree.is_leaf(y) else None
    return leaf is not None and leaf.dtype is not None and leaf.shape == () and leaf.dtype.kind == "f"


def check_hessian(name):
    """It is symmetric, and products with it and its trace are what the transforms for these give."""
    p = PROGRAMS[name]
    args = p.make(0)
    argnums = argnums_of(p, args)
    sizes = [leaf.size for i in argnums for leaf in forms.Form(args[i]).leaves if leaf.size]
    blocks = iter([np.asarray(x) for x in tree.leaves(dualad.hessian(p.fn, argnums)(*p.make(0))) if x is not None])
    hessian = np.block([[next(blocks).reshape(r, c) for c in sizes] for r in sizes])
    rtol = tolerance(name, 1e-8)
    near(hessian, hessian.T, rtol)
    tangents, v = test_orders.direction(name, args, argnums)
    near(numbers(dualad.hvp(p.fn, p.make(0), tangents, argnums)), hessian @ v, rtol)
    near(dualad.laplacian(p.fn, argnums)(*p.make(0)), np.trace(hessian), rtol)
    along = tuple(tangents[i] for i in argnums)
    try:
        product = dualad.vhp(p.fn, p.make(0), along, argnums)
    except dualad.Unsupported as error:  # reverse over reverse runs the function twice
        assert "changes what it has captured" in str(error)
    else:
        near(numbers(product), hessian @ v, rtol)


def direction(rng):
    def leaf(x):
        if kind_of(x) != "f":
            return None
        return rng.normal(size=x.shape).astype(x.dtype) if isinstance(x, np.ndarray) else float(rng.normal())

    return lambda x: tree_map(leaf, x)


def elsewhere(x):
    moved = x * 1.1 + 0.01 if kind_of(x) == "f" else x
    return np.asarray(moved) if isinstance(x, np.ndarray) else moved  # one without axes, too


def gives_a_number(name):
    p = PROGRAMS[name]
    if p.forward != "right" or p.reverse != "right":
        return False
    try:
        y = p.fn(*p.make(0))
    except ArithmeticError:
        return False
    return kind_of(y) == "f" and np.shape(y) == () and getattr(y, "dtype", np.dtype(float)) == np.float64


def check_products(name):
    """Products with the Hessian as they are found, used, and used elsewhere, against the tangent of the gradient."""
    p = PROGRAMS[name]
    args = p.make(0)
    argnums = tuple(i for i, a in enumerate(args) if any(kind_of(x) == "f" for x in tree.leaves(a)))
    along = direction(np.random.default_rng(0))
    for move in (lambda x: x, lambda x: x, elsewhere):  # found, used, and used elsewhere
        there = [tuple(tree_map(move, a) for a in p.make(0)) for _ in range(2)]
        v = tuple(map(along, args))
        try:
            wanted = jvp(grad(p.fn, argnums), there[0], v)[1]
        except (DualadError, ArithmeticError, ValueError, IndexError):
            return
        close(hvp(p.fn, there[1], v, argnums), wanted)


CHECKS = {
    check_differences: {name for name, p in PROGRAMS.items() if any(is_small(name, k) for k in range(len(p.sets)))},
    check_hessian: {name for name in NAMES if is_scalar(name) and PROGRAMS[name].smooth},
    check_products: {name for name in PROGRAMS if gives_a_number(name)},
}


@pytest.mark.parametrize("name", [n for n in PROGRAMS if n in set().union(*CHECKS.values())])
def test_second_derivatives(name):
    for check, names in CHECKS.items():
        if name in names:
            check(name)
