"""Partials of universal functions at tiny and huge arguments: right wherever they exist, and without warnings.

Held against the same partials in a wider format, in which nothing overflows that should not.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from dualad import registry
from tests.rules import apply

registry.lookup(np.sin)
PRIMITIVES = [  # NumPy's own: what is loaded of SciPy's has tests of its own
    p
    for p in registry.primitives()
    if p.form == "elementwise" and isinstance(p.fn, np.ufunc) and getattr(np, p.fn.__name__, None) is p.fn
]
WIDER = {np.float16: np.float64, np.float32: np.float64, np.float64: np.longdouble}
# 1 + ans and 1 - ans**2 lose digits far out, where they are small beside 1.
LOSSES = {"np.expm1": 1e3, "np.tanh": 1e3}


def points(dtype, count):
    """Numbers of all magnitudes, and their combinations for functions of two."""
    largest = np.log10(float(np.finfo(dtype).max)) - 0.7
    sizes = np.concatenate([10.0 ** np.linspace(-largest, largest, 33), [0.1, 0.5, 0.9, 1.0, 1.5, 2.0, 8.0, 50.0]])
    some = np.unique(np.concatenate([sizes, -sizes, [0.0]]).astype(dtype))
    if count == 1:
        return (some,)
    return tuple(m.ravel() for m in np.meshgrid(some[::2], some[1::2]))


def arguments(function, dtype):
    """What a function is tried at."""
    if function is np.ldexp:
        return points(dtype, 1)[0], np.array(3)
    first, *rest = points(dtype, function.nin)
    if function in (np.power, np.float_power):
        # Of a huge exponent less one it is not known whether it is even; a tiny one may save what overflows on the way.
        kept = (np.abs(rest[0]) > 0.1) | (rest[0] == 0)
        return np.abs(first)[kept], rest[0][kept]
    return first, *rest


@pytest.mark.parametrize("dtype", WIDER, ids=lambda d: d.__name__)
@pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda p: p.name)
def test_partial_at_all_magnitudes(primitive, dtype) -> None:
    if dtype is np.float64 and np.finfo(np.longdouble).eps == np.finfo(np.float64).eps:
        pytest.skip("longdouble is no wider than double here")
    rng, tolerance = np.finfo(dtype), 1e3 * np.finfo(dtype).eps
    args = arguments(primitive.fn, dtype)
    with np.errstate(all="ignore"):
        defined = np.isfinite(primitive.fn(*args))
    for i in primitive.argnums:
        wide = [np.asarray(a).astype(WIDER[dtype]) if np.asarray(a).dtype == dtype else a for a in args]
        with np.errstate(all="ignore"):
            expected = apply.call_rule(primitive.rules[i], primitive.fn(*wide), wide, {})
        expected = np.broadcast_to(expected, defined.shape)
        there = defined & np.isfinite(expected) & (np.abs(expected) < rng.max / 16)
        some = [a[there] if np.ndim(a) else a for a in args]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with np.errstate(all="warn", under="ignore"):
                try:
                    ans = primitive.fn(*some)
                except RuntimeWarning:
                    continue  # the function warns itself
            quiet = {"divide": "ignore", "invalid": "ignore", "over": "ignore"} if i in primitive.singular else {}
            with np.errstate(**quiet):
                found = apply.call_rule(primitive.rules[i], ans, some, {})
        found = np.broadcast_to(found, expected[there].shape)
        absolute = LOSSES.get(primitive.name, 0) * float(rng.eps) or float(rng.tiny)
        np.testing.assert_allclose(found.astype(WIDER[dtype]), expected[there], rtol=tolerance, atol=absolute)
