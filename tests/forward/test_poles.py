"""Partials of functions of Python's own that divide by zero: several directions at once see what one sees."""

import cmath
import math

import numpy as np
import pytest

import dualad


@pytest.mark.parametrize("fn, x", [(math.sqrt, 0.0), (math.acos, 1.0), (math.asin, -1.0), (cmath.sqrt, 0.0)])
def test_several_directions_are_infinite_where_one_is(fn, x):
    def f(v):
        total = 0.0
        for i in range(2):
            if i:
                total = total + abs(fn(v[i])) + v[0]
        return total

    def one(v):
        with np.errstate(all="ignore"):
            return [dualad.jvp(f, (v,), (np.array(t),))[1] for t in ([1.0, 0.0], [0.0, 1.0])]

    at = np.array([2.0, x])
    with np.errstate(all="ignore"):
        many = dualad.jacfwd(f)(at)
    np.testing.assert_array_equal(many, one(at))
    assert many[0] == 1.0 and not np.isfinite(many[1])
