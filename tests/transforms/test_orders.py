"""All derivatives of first and second order, and power series, of every program of the shared corpus."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest

import dualad
from dualad import forms, tree
from tests.corpus import PROGRAMS

SMALL = 12


def floats(x):
    return [leaf for leaf in tree.leaves(x) if forms.leaf_of(leaf).cls is not type(None)]


def argnums_of(program, args):
    """Arguments that are made of floats."""
    return tuple(
        i for i, x in enumerate(args)
        if floats(x) and not any(forms.leaf_of(leaf).exact for leaf in floats(x))
    )


@functools.cache
def size_of(name):
    p = PROGRAMS[name]
    args = p.make(0)
    return sum(forms.Form(args[i]).size for i in argnums_of(p, args))


def is_real(args, argnums):
    return not any(forms.Form(args[i]).complex for i in argnums)


# Programs that change globals are left out: a derivative inside a reverse sweep refuses to run them again.
NAMES = [
    name for name, p in PROGRAMS.items()
    if "global" not in p.tags and p.forward == p.reverse == "right"
    if 0 < size_of(name) <= SMALL and is_real(p.make(0), argnums_of(p, p.make(0)))
]


# Programs that store into views of parts of complex numbers, of which a series has none.
OF_PARTS = ("wave_that_is_kept_in_shape",)
# Programs with a rule of their own whose function holds what moves, of which the rule says nothing.
HOLDING = ("rule_by_cotangents_made_inside", "rule_by_tangents_made_inside")


def tolerance(name, rtol):
    """Programs that compute in single precision agree to that only."""
    return 2e-5 if "float32" in inspect.getsource(PROGRAMS[name].fn) or "float32" in PROGRAMS[name].tags else rtol


def near(a, b, rtol):
    for x, y in zip(tree.leaves(a), tree.leaves(b), strict=True):
        if x is not None:
            scale = max(1.0, float(np.max(np.abs(y), initial=0.0)))
            np.testing.assert_allclose(x, y, rtol=rtol, atol=0.01 * rtol * scale)


def numbers(x):
    """All numbers of a tree in one vector."""
    return np.concatenate([np.reshape(leaf, -1) for leaf in tree.leaves(x) if leaf is not None])


def direction(name, args, argnums, seed=0):
    """Random tangents of the arguments `argnums`, none of the others; and the same in one vector."""
    rng = np.random.default_rng(seed)

    def drawn(leaf):
        if leaf.cls is type(None) or leaf.exact:
            return None
        t = rng.uniform(-1, 1, leaf.shape)
        return float(t) if leaf.cls is float else t.astype(leaf.dtype)[()]

    def tangent(i, x):
        form = forms.Form(x)
        made = [drawn(leaf) for leaf in form.leaves]
        if i not in argnums:
            made = [None if t is None else 0 * t for t in made]
        return tree.unflatten(form.treedef, made)

    tangents = tuple(tangent(i, x) for i, x in enumerate(args))
    return tangents, numbers([tangents[i] for i in argnums])


def test_enough_programs_are_small():
    assert len(NAMES) > 120


@pytest.mark.parametrize("name", NAMES)
def test_jacfwd_equals_jacrev(name):
    p = PROGRAMS[name]
    argnums = argnums_of(p, p.make(0))
    forward = dualad.jacfwd(p.fn, argnums)(*p.make(0))
    if forms.Form(p.fn(*p.make(0))).complex:
        with pytest.raises(dualad.DualadTypeError, match="complex"):
            dualad.jacrev(p.fn, argnums)(*p.make(0))
        return
    near(forward, dualad.jacrev(p.fn, argnums)(*p.make(0)), tolerance(name, 1e-9))


@pytest.mark.parametrize("name", [n for n in NAMES if PROGRAMS[n].smooth])
def test_taylor_coefficients_are_derivatives(name):
    p = PROGRAMS[name]
    argnums = argnums_of(p, p.make(0))
    tangents, _ = direction(name, p.make(0), argnums)
    series = dualad.taylor(p.fn, 2, argnums, along=tuple(tangents[i] for i in argnums))
    if p.fn.__name__ in HOLDING:
        with pytest.raises(dualad.Unsupported, match="what the function has captured"):
            series(*p.make(0))
        return
    if p.fn.__name__ in OF_PARTS:
        with pytest.raises(dualad.Unsupported, match=r"store z.real \+ 1j \* y into the array itself"):
            series(*p.make(0))
        return
    c0, c1, c2 = series(*p.make(0))
    rtol = tolerance(name, 1e-9)
    y, first = dualad.jvp(p.fn, p.make(0), tangents)
    near(c0, y, rtol)
    near(c1, first, rtol)

    def once(*args):
        return dualad.jvp(p.fn, args, tangents)[1]

    second = dualad.jvp(once, p.make(0), tangents)[1]
    near(tree.map(lambda c: None if c is None else 2 * c, c2), second, rtol)
