"""What `dtype=` and `initial=` ask of NumPy, where arguments are of another kind: followed, or refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dualad
from dualad.errors import Unsupported
from dualad.testing import check_grads

Z = np.array([1.0 + 2.0j, 0.5 - 1.0j, -0.3 + 0.7j])
WHOLE = np.array([[1, 2, 3], [2, 1, 2]], np.int8)


def check(f, x, t) -> None:
    """Both modes against central differences."""
    tangent = dualad.jvp(f, (x,), (t,))[1]
    expected = (f(x + 1e-6 * t) - f(x - 1e-6 * t)) / 2e-6
    np.testing.assert_allclose(tangent, expected, rtol=1e-7, atol=1e-8)
    ct = np.cos(np.arange(np.size(expected))).reshape(np.shape(expected))[()]
    (back,) = dualad.vjp(f, x)[1](ct)
    np.testing.assert_allclose(np.sum(np.real(ct * expected)), np.sum(np.real(back * t)), rtol=1e-7)


@pytest.mark.filterwarnings("ignore:Casting complex:numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("f", [np.prod, np.cumprod, np.sum, np.cumsum], ids=lambda f: f.__name__)
def test_real_results_of_complex_numbers(f) -> None:
    check(lambda z: f(z, dtype=np.float64), Z, np.array([0.3 - 1.0j, 1.0 + 0.2j, -0.7 + 0.4j]))


@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar], ids=lambda f: f.__name__)
def test_spreads_of_complex_numbers_are_not_asked_for_in_a_real_dtype(f) -> None:
    with pytest.raises(Unsupported, match="real dtype"):
        dualad.grad(lambda z: f(z, dtype=np.float64))(Z)


@pytest.mark.parametrize("f", [np.sum, np.prod, np.max, np.min], ids=lambda f: f.__name__)
def test_what_integers_start_from_is_not_rounded_in_silence(f) -> None:
    with pytest.raises(Unsupported, match="rounded"):
        dualad.grad(lambda x: f(WHOLE, initial=x) * 1.0)(0.7)
    with pytest.raises(Unsupported, match="rounded"):
        dualad.jvp(lambda x: f(WHOLE, initial=x) * 1.0, (0.7,), (1.0,))


def test_integers_and_truth_values_meet_floats() -> None:
    flags = WHOLE > 1
    check(lambda x: np.diff(flags, prepend=x, append=x * x), 0.7, 1.0)
    check(lambda x: np.diff(WHOLE, n=2, axis=0, prepend=x), 0.7, 1.0)
    check(lambda x: np.polyval(flags[0], x), 0.7, 1.0)
    check(lambda x: np.polyval(np.full(4, 100, np.int8), x), np.array([0.7, 1.2]), np.ones(2))
    check(lambda x: np.gradient(x, np.array([False, True, True])[:2]), np.array([0.7, 1.2]), np.array([1.0, 0.5]))


def test_steps_and_starts_do_not_widen() -> None:
    x, wide = np.ones(4, np.float32), np.float64(0.5)
    for f in (lambda x: np.gradient(x, wide), lambda x: np.sum(x, initial=wide), lambda x: np.max(x, initial=wide)):
        ans, tangent = dualad.jvp(f, (x,), (x,))
        assert ans.dtype == tangent.dtype == np.float32


def test_medians_of_integers_are_not_rounded_in_silence() -> None:
    whole = np.array([1, 2, 4, 7])
    for derive in (dualad.grad, lambda f: lambda x: dualad.jvp(f, (x,), (x * 1.0,))):
        with pytest.raises(Unsupported, match="rounds the medians"):
            derive(lambda x: np.sum(np.pad(x, 2, "median", stat_length=2) * 1.0))(whole)


@pytest.mark.filterwarnings("ignore:Casting complex values")
def test_what_drops_the_imaginary_part_is_refused() -> None:
    """`math.sin` of a complex number of NumPy's is the sine of its real part; the partial would be the whole one's."""
    z = np.array([1.0 + 1.0j, 2.0])

    def total(z):
        return math.sin(z[0]) + math.hypot(z[1], 2.0)

    def of_any(fn, z):
        return fn(*[z[0]])

    with pytest.raises(Unsupported, match="drops the imaginary part"):
        dualad.grad(total)(z)
    for run in (lambda: dualad.jvp(total, (z,), (z,)), lambda: dualad.vjp(lambda z: of_any(math.exp, z), z)[1](1.0)):
        with pytest.raises(Unsupported, match="drops the imaginary part"):
            run()


@pytest.mark.filterwarnings("ignore:Casting complex values")
def test_numbers_made_of_complex_ones_are_their_real_parts() -> None:
    for make in (float, np.float64):
        check_grads(lambda x, make=make: make(np.exp(1j * x) * x), (0.3,))
    assert dualad.jvp(float, (np.complex128(1.0 + 2.0j),), (np.complex128(3.0 + 4.0j),))[1] == 3.0


def into_real(x):
    out = np.zeros(3)
    np.multiply(x, 2.0 + 1j, out=out, casting="unsafe")
    return out


def summed_into_real(x):
    out = np.zeros(3)
    np.sum(x[:, None] * np.array([1.0 + 1j, 2.0]), axis=1, out=out)
    return out


def into_integers(x):
    out = np.zeros(3, int)
    np.multiply(x, 2.5, out=out, casting="unsafe")
    return np.sum(out)


@pytest.mark.filterwarnings("ignore:Casting complex values")
def test_results_are_put_where_their_imaginary_part_or_fraction_is_lost() -> None:
    x = np.array([0.3, 0.6, 1.2])
    for f in (into_real, summed_into_real):
        check_grads(f, (x,))
    for derivative in (dualad.grad, dualad.jacfwd):
        with pytest.raises(Unsupported, match="array of (dtype )?int64"):
            derivative(into_integers)(x)
