"""`ufunc.at`: one application after the other at each place, however often it is named."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import registry
from dualad.testing import check_grads

registry.lookup(np.sin)
UFUNCS = sorted(
    {f for f in vars(np).values() if isinstance(f, np.ufunc) and registry.lookup(f.at) is not None},
    key=lambda f: f.__name__,
)
PLACES = [0, 3, 0, 1, 0]
INSIDE = np.array([0.31, 0.12, 0.43, 0.24])
BEYOND = (np.arccosh,)
TWICE = (np.arccos, np.arcsin, np.arctanh, np.log, np.log2, np.log10, np.sqrt, np.tan)
FLAT = (np.heaviside, np.ldexp, np.floor_divide)  # in their second argument, or at all


def test_all_have_one() -> None:
    assert len(UFUNCS) > 40




@pytest.mark.parametrize("ufunc", [f for f in UFUNCS if f.nin == 1], ids=lambda f: f.__name__)
def test_of_one_argument(ufunc) -> None:
    places = [0, 3, 1] if ufunc in (*TWICE, *BEYOND) else PLACES
    shift = 1.5 if ufunc in BEYOND else 0.0

    def stored(x):
        z = x + shift
        ufunc.at(z, places)
        return z * x

    def one_by_one(x):
        z = x + shift
        for i in places:
            z[i] = ufunc(z[i])
        return z * x

    np.testing.assert_allclose(stored(INSIDE), one_by_one(INSIDE), rtol=1e-14)
    check_grads(stored, (INSIDE,), order=1)


@pytest.mark.parametrize("ufunc", [f for f in UFUNCS if f.nin == 2 and f not in FLAT], ids=lambda f: f.__name__)
def test_of_two_arguments(ufunc) -> None:
    y = np.array([[1.3], [0.7]])

    def stored(x, y):
        z = np.stack([x, x + 1.0])
        ufunc.at(z, (slice(None), PLACES), y)
        return z * x

    check_grads(stored, (INSIDE, y), order=1)
