"""Digits: a short draw of `accuracy`, and hard places of other functions, against mpmath."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
import scipy.special as sp

import dualad
from tests.rules.special import accuracy


def test_shape_parameters_meet_mpmath() -> None:
    worst = accuracy.run(15, 1, high=2.5)
    assert len(worst) == 9
    assert max(error for error, _ in worst.values()) < 1e-10, worst




def derivative(fn, x, n=1):
    with mp.workdps(60):
        return mp.diff(fn, mp.mpf(x), n)


# fn, mpmath's, where: next to removable singularities, zeros, and far away, where formulas cancel
PLACES = [
    (sp.erfcx, lambda x: mp.exp(x * x) * mp.erfc(x), [-3.0, 0.5, 19.9, 20.1, 1e3, 1e5]),
    (sp.dawsn, lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x), [0.1, 5.0, -19.0, 30.0]),
    (sp.log_ndtr, lambda x: mp.log(mp.ncdf(x)), [-50.0, -5.0, 0.0, 5.0, 10.0]),
    (sp.exprel, lambda x: (mp.exp(x) - 1) / x, [-700.0, -1e-9, 1e-5, 30.0]),
    (sp.rgamma, mp.rgamma, [-5.0, -4.999999, -20.3, 0.49, 0.51, 30.0]),
    (sp.zeta, mp.zeta, [-9.3, -0.5, 0.0, 0.3, 1.01, 2.0, 30.0]),
    (sp.ellipk, mp.ellipk, [-1e4, -1.0, 1e-12, 0.5, 1 - 1e-9]),
    (sp.ellipe, mp.ellipe, [-1e4, -1.0, 1e-12, 0.5, 1 - 1e-9]),
    (sp.spence, lambda z: mp.polylog(2, 1 - z), [1e-9, 0.5, 1.0 + 1e-9, 1.6, 30.0]),
    (sp.i0e, lambda x: mp.exp(-x) * mp.besseli(0, x), [0.1, 30.0, 50.0, 1e3, 1e6]),
    (sp.k1e, lambda x: mp.exp(x) * mp.besselk(1, x), [0.1, 30.0, 50.0]),
    (sp.loggamma, mp.loggamma, [1.0 + 1e-9, 1e-9, 1e9]),
    (sp.kolmogorov, lambda y: 2 * sum((-1) ** (k - 1) * mp.exp(-2 * (k * y) ** 2) for k in range(1, 60)), [0.3, 2]),
]


@pytest.mark.parametrize("fn, exact, places", PLACES, ids=lambda p: getattr(p, "__name__", ""))
def test_digits(fn, exact, places) -> None:
    x = np.array(places)
    got = dualad.grad(lambda x: np.sum(fn(x)))(x)
    want = [float(derivative(exact, p)) for p in places]
    np.testing.assert_allclose(got, want, rtol=5e-13)


def test_beta_of_far_arguments() -> None:
    """The derivative of log B(a, b) in a large one is a difference of digammas that agree in most digits."""
    got = dualad.grad(lambda a, b: sp.betaln(a, b))(1e6, 1e-3)
    with mp.workdps(40):
        want = float(mp.digamma(1e6) - mp.digamma(mp.mpf(1e6) + mp.mpf(1e-3)))
    np.testing.assert_allclose(got, want, rtol=1e-13)


ORDERS = [
    (sp.jv, mp.besselj, [(0.3, 0.01), (-1.4, 14.3), (40.0, 12.0), (2.0, 70.0)]),
    (sp.yv, mp.bessely, [(0.3, 0.01), (-1.4, 14.3), (40.0, 12.0), (2.0, 70.0)]),
    (sp.iv, mp.besseli, [(0.3, 0.01), (-1.4, 14.3), (40.0, 12.0), (2.0, 500.0)]),
    (sp.kv, mp.besselk, [(0.3, 0.01), (-1.4, 14.3), (40.0, 12.0), (2.0, 500.0)]),
]


@pytest.mark.parametrize("fn, exact, places", ORDERS, ids=lambda p: getattr(p, "__name__", ""))
def test_digits_in_the_order_of_bessel_functions(fn, exact, places) -> None:
    for v, x in places:
        got = dualad.grad(lambda v: fn(v, x))(v)
        want = float(derivative(lambda v: exact(v, mp.mpf(x)), v))
        np.testing.assert_allclose(got, want, rtol=1e-11)
