"""Rules on arrays of any shape and layout: drawn by Hypothesis, compared with the same on a contiguous copy.

Shapes are 0-d, empty and broadcast against each other; arrays are transposed, strided, reversed or in Fortran order;
axes are negative, several or none.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import dualad
from dualad.reverse import engine

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
BINARY = (np.add, np.multiply, np.divide, np.arctan2, np.maximum, np.logaddexp, np.hypot, np.power)
REDUCTIONS = (np.sum, np.mean, np.prod, np.max, np.std, np.linalg.norm, np.logaddexp.reduce, np.nansum, np.median)


@st.composite
def laid_out(draw, shape):
    """An array of distinct numbers whose elements lie in memory in one of many ways."""
    size = int(np.prod(shape))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    flat = rng.permutation(np.linspace(0.3, 2.0, size)) if size else np.zeros(0)
    a = flat.reshape(shape)
    how = draw(st.sampled_from(["as it is", "Fortran", "strided", "reversed", "transposed", "read-only"]))
    if how == "Fortran":
        a = np.asfortranarray(a)
    elif how == "strided" and a.ndim:
        wide = np.zeros((*shape[:-1], 2 * shape[-1]))
        wide[..., ::2] = a
        a = wide[..., ::2]
    elif how == "reversed" and a.ndim:
        a = np.flip(np.flip(a).copy())
    elif how == "transposed":
        a = a.T.copy().T
    elif how == "read-only":
        a = a.copy()
        a.flags.writeable = False
    return a


@st.composite
def pairs(draw):
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3))
    return [draw(laid_out(shape)) for shape in shapes.input_shapes]


@QUICK
@given(st.sampled_from(BINARY), pairs())
def test_elementwise(fn, args) -> None:
    x, y = args
    tangents = tuple(np.cos(np.arange(a.size, dtype=float)).reshape(a.shape) for a in args)
    ans, moved = dualad.jvp(fn, (x, y), tangents)
    again, pull = engine.split(fn, (x, y), {}, (0, 1))
    ct = np.sin(1.0 + np.arange(np.size(ans))).reshape(np.shape(ans))
    backs = pull(ct if np.ndim(ans) else ct[()])
    assert [np.shape(b) for b in backs] == [a.shape for a in args]
    np.testing.assert_array_equal(ans, fn(x, y))
    np.testing.assert_array_equal(again, ans)
    both = sum(float(np.sum(np.asarray(b) * t)) for b, t in zip(backs, tangents))
    np.testing.assert_allclose(np.sum(ct * moved), both, rtol=1e-12, atol=1e-12)


@st.composite
def reductions(draw):
    fn = draw(st.sampled_from(REDUCTIONS))
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3))
    axes = list(range(-len(shape), len(shape)))
    choices = [st.none(), st.sampled_from(axes)]
    if len(shape) > 1 and fn is not np.logaddexp.reduce:
        choices.append(st.sampled_from([(0, 1), (-1, 0), (1, -len(shape))]))
    return fn, draw(laid_out(shape)), draw(st.one_of(choices)), draw(st.booleans())


@QUICK
@given(reductions())
def test_reductions(case) -> None:
    fn, a, axis, keepdims = case
    kwargs = {"axis": axis, "keepdims": keepdims}
    if fn is np.linalg.norm and axis is None and a.ndim == 3:
        kwargs["axis"] = 0
    t = np.cos(np.arange(a.size, dtype=float)).reshape(a.shape)
    ans, moved = dualad.jvp(lambda a: fn(a, **kwargs), (a,), (t,))
    _, pull = engine.split(fn, (a,), kwargs, (0,))
    ct = np.sin(1.0 + np.arange(np.size(ans))).reshape(np.shape(ans))
    (back,) = pull(ct if np.ndim(ans) else ct[()])
    (plain,) = engine.split(fn, (a.copy(order="C"),), kwargs, (0,))[1](ct if np.ndim(ans) else ct[()])
    np.testing.assert_array_equal(ans, fn(a, **kwargs))
    np.testing.assert_allclose(np.broadcast_to(back, a.shape), np.broadcast_to(plain, a.shape), rtol=1e-14)
    np.testing.assert_allclose(np.sum(ct * moved), np.sum(np.broadcast_to(back, a.shape) * t), rtol=1e-12, atol=1e-13)
