"""Derivatives at the edges of domains, through the public transforms: strong zeros, ties, dtypes, warnings."""

from __future__ import annotations

import cmath
import math
import warnings

import numpy as np
import pytest

import dualad

INF = np.inf


def by_pullback(f, x):
    return dualad.vjp(f, x)[1](1.0)[0]


def by_tangents(f, x):
    basis = np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape)
    return np.array([dualad.jvp(f, (x,), (t,))[1] for t in basis]).reshape(x.shape)


MODES = {"grad": lambda f, x: dualad.grad(f)(x), "vjp": by_pullback, "jvp": by_tangents}


def masked_sqrt(x):
    return np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0))


def masked_log(x):
    return np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)) * x, 0.0))


def masked_power(x):
    return np.sum(np.where(x > 0, x**0.5, 0.0))


def masked_cbrt(x):
    return np.sum(np.where(x > 0, np.cbrt(x), 0.0))


def masked_arccos(x):
    return np.sum(np.where(np.abs(x) < 1, np.arccos(x), 0.0))


def masked_arcsin(x):
    return np.sum(np.where(np.abs(x) < 1, np.arcsin(x), 0.0))


def masked_arccosh(x):
    return np.sum(np.where(x > 0, np.arccosh(x + 1), 0.0))


def masked_angle(x):
    return np.sum(np.where(x > 0, np.arctan2(x, x), x))


def masked_float_power(x):
    return np.sum(np.where(x > 0, np.float_power(x, 0.5), 0.0))


def norms_of_rows(x):
    return np.sum(np.linalg.norm(x, axis=1))


def length(x):
    return np.sqrt(np.sum(x * x)) if np.any(x) else 0.0 * np.sum(x)


def soft_sum(x):
    return np.logaddexp(x[0], x[1])


def soft_sum_of_two(x):
    return np.logaddexp2(x[0], x[1])


def all_soft(x):
    return np.logaddexp.reduce(x)


def weighted(x):
    return np.sum(np.sqrt(x) * np.array([0.0, 1.0, 2.0]))


def spread(x):
    return np.std(x)


def largest(x):
    return np.max(x)


def product(x):
    return np.prod(x)


def running(x):
    return np.sum(np.cumprod(x))


def middle(x):
    return np.median(x)


def clipped(x):
    return np.sum(np.clip(x, 0.0, 1.0))


EDGES = (
    (masked_sqrt, [0.0, 1.0, 4.0], [0.0, 0.5, 0.25]),
    (masked_log, [0.0, 1.0, -1.0], [0.0, 1.0, 0.0]),
    (masked_power, [0.0, 1.0, 4.0], [0.0, 0.5, 0.25]),
    (masked_cbrt, [0.0, 1.0, 8.0], [0.0, 1 / 3, 1 / 12]),
    (masked_arccos, [1.0, 0.0, -1.0], [0.0, -1.0, 0.0]),
    (masked_arcsin, [1.0, 0.0, -1.0], [0.0, 1.0, 0.0]),
    (masked_arccosh, [0.0, np.sqrt(2.0) - 1], [0.0, 1.0]),
    (masked_angle, [0.0, 1.0], [1.0, 0.0]),
    (masked_float_power, [0.0, 4.0], [0.0, 0.25]),
    (norms_of_rows, [[0.0, 0.0], [3.0, 4.0]], [[0.0, 0.0], [0.6, 0.8]]),
    (length, [0.0, 0.0], [0.0, 0.0]),
    (soft_sum, [-INF, 1.0], [0.0, 1.0]),
    (soft_sum, [-INF, -INF], [0.5, 0.5]),
    (soft_sum, [INF, 1.0], [1.0, 0.0]),
    (soft_sum, [INF, INF], [0.5, 0.5]),
    (soft_sum, [1000.0, -1000.0], [1.0, 0.0]),
    (soft_sum_of_two, [-INF, -INF], [0.5, 0.5]),
    (all_soft, [-INF, -INF, 0.0], [0.0, 0.0, 1.0]),
    (all_soft, [-INF, -INF], [0.5, 0.5]),
    (spread, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    (largest, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    (product, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    (product, [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
    (running, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    (clipped, [-1.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 0.5]),
    (middle, [1.0, 5.0, 2.0, 9.0], [0.0, 0.5, 0.5, 0.0]),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("f", "x", "expected"), EDGES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_edges(f, x, expected, mode) -> None:
    """Right, without a warning."""
    x = np.array(x)
    with np.errstate(all="ignore"):
        finite = np.isfinite(f(x)) or f in (soft_sum, soft_sum_of_two, all_soft)
    assert finite
    np.testing.assert_allclose(MODES[mode](f, x), expected, rtol=1e-14)


def test_a_zero_cotangent_wins() -> None:
    x = np.array([0.0, 1.0, 4.0])
    for mode in ("grad", "vjp"):
        np.testing.assert_allclose(MODES[mode](weighted, x), [0.0, 0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("f", sorted({f for f, _, _ in EDGES}, key=lambda f: f.__name__), ids=lambda f: f.__name__)
def test_dtypes_are_kept(f, mode, dtype) -> None:
    if f is norms_of_rows and dtype in (np.float16, np.longdouble):
        return  # np.linalg knows only two
    shape = (2, 2) if f is norms_of_rows else (3,)
    x = np.linspace(0.25, 0.75, int(np.prod(shape))).reshape(shape).astype(dtype)
    if mode == "jvp":
        assert dualad.jvp(f, (x,), (np.ones_like(x),))[1].dtype == f(x).dtype
    else:
        assert MODES[mode](f, x).dtype == dtype


def test_integers_have_gradients_of_floats() -> None:
    found = dualad.grad(lambda x: np.sum(x**2))(np.array([1, 2, 3]))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [2.0, 4.0, 6.0])


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_dtypes_are_kept(dtype) -> None:
    z = np.array([1 + 2j, 0.5 - 1j], dtype)
    _, pull = dualad.vjp(lambda z: np.fft.fft(z) * np.exp(z), z)
    assert pull(np.ones(2, dtype))[0].dtype == dtype
    assert dualad.grad(lambda z: np.sum(np.absolute(z)))(z).dtype == dtype


def test_warnings_of_the_function_stay() -> None:
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        dualad.vjp(lambda x: np.sum(np.log(x)), np.array([0.0, 1.0]))


def test_no_warning_of_a_derivative_alone() -> None:
    x = np.array([0.0, 1e200, -1e200, 1e-200])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for f in (np.arctan, np.arcsinh, np.tanh, np.sinc, np.abs, np.sign, np.cbrt):
            found = dualad.grad(lambda x: np.sum(f(x)))(x)  # noqa: B023
            assert np.all(np.isfinite(found[1:]))


# Degenerate eigenvalues and singular values: what does not depend on the choice of vectors has its derivative where no
# difference of equal eigenvalues is divided by; what does is not finite.


def test_eigenvalues_alone_may_be_equal() -> None:
    a = np.diag([1.0, 2.0, 2.0])
    weights = np.array([1.0, 1.0, 1.0])
    for f in (
        lambda a: np.sum(weights * np.linalg.eigvalsh(a)),
        lambda a: np.sum(weights * np.linalg.eigh(a)[0]),
        lambda a: np.sum(np.linalg.svd(a, compute_uv=False)),
        lambda a: np.sum(np.linalg.eigh(a).eigenvalues ** 2),
    ):
        for mode in MODES.values():
            assert np.all(np.isfinite(mode(f, a)))
    np.testing.assert_allclose(dualad.grad(lambda a: np.sum(np.linalg.eigvalsh(a)))(a), np.eye(3), atol=1e-15)


def test_vectors_of_equal_eigenvalues_have_no_derivative() -> None:
    with np.errstate(all="ignore"):
        found = dualad.grad(lambda a: np.sum(np.linalg.eigh(a)[1] * np.array([[0.3, 1.0], [2.0, -1.0]])))(np.eye(2))
    assert not np.all(np.isfinite(found))


def turned_double() -> np.ndarray:
    """A symmetric matrix with eigenvalues 1, 1 and 3, of which rounding makes the two differ."""
    q = np.linalg.qr(np.cos(np.arange(9.0) ** 2).reshape(3, 3))[0]
    a = q @ np.diag([1.0, 1.0, 3.0]) @ q.T
    return (a + a.T) / 2


@pytest.mark.parametrize("mode", MODES)
def test_values_that_differ_by_rounding_are_equal(mode: str) -> None:
    """Neither of their vectors has a derivative, nor what is made of both; that of the third is known."""
    a, weights = turned_double(), np.arange(9.0).reshape(3, 3)
    assert np.ptp(np.linalg.eigvalsh(a)[:2]) > 0

    def exponential(a):
        w, v = np.linalg.eigh(a)
        return np.sum(((v * np.exp(w)) @ v.T) * weights)

    def projection(a):
        v = np.linalg.eigh(a)[1]
        return np.sum(np.outer(v[:, 2], v[:, 2]) * weights)

    def pairs(a):
        u, _, vt = np.linalg.svd(a)
        return np.sum((u[:, 1:] @ vt[1:]) * weights)

    with np.errstate(all="ignore"):
        for f in (exponential, pairs):
            assert not np.all(np.isfinite(MODES[mode](f, a)))
    s = np.array([[0.3, 1.0, -0.5], [1.0, 0.2, 0.7], [-0.5, 0.7, -1.0]])
    slope = (projection(a + 1e-6 * s) - projection(a - 1e-6 * s)) / 2e-6
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(np.sum(MODES[mode](projection, a) * s), slope, rtol=1e-7)


# Real arguments of functions whose result is complex: the imaginary part of a cotangent goes where it arises.


def spectrum_of_lengths(w):
    return np.real(np.sum(np.fft.fft(np.abs(w), 6) * np.array([1j, 2.0, 1 - 1j, 0.5, 1j, -2.0])))


def angle_beside_a_length(w):
    return np.angle(complex(np.abs(w[0]), 1.0)) * np.abs(w[1])


def lengths_made_complex(w):
    return np.sum(np.real(np.array(np.abs(w), dtype=complex) * (0.3 + 2j) ** 2))


def roots_of_lengths(w):
    return np.sum(np.imag(np.roots(np.array([1.0, 0.1, 1.0]) * np.abs(w[0]) + 0.1 * np.abs(w[:3]))) ** 2)


@pytest.mark.parametrize("mode", ["grad", "vjp"])
@pytest.mark.parametrize(
    "f", [spectrum_of_lengths, angle_beside_a_length, lengths_made_complex, roots_of_lengths], ids=lambda f: f.__name__
)
def test_cotangents_of_reals_are_real(f, mode) -> None:
    w = np.array([1 + 2j, 0.5 - 1j, -0.7 + 0.2j])
    t = np.array([0.3 + 0.8j, -0.5 + 0.1j, 0.9 - 0.4j])
    expected = (f(w + 1e-6 * t) - f(w - 1e-6 * t)) / 2e-6
    np.testing.assert_allclose(np.sum(np.real(MODES[mode](f, w) * t)), expected, rtol=1e-6)
    np.testing.assert_allclose(dualad.jvp(f, (w,), (t,))[1], expected, rtol=1e-6)


# Python's own numbers raise where NumPy's are infinite: not where the derivative alone divides by zero.


def root_times(x):
    return math.sqrt(x) * x


def root_unused(x):
    return 2.0 * x + 0.0 * math.sqrt(x)


def length(z):
    return cmath.polar(z)[0]


@pytest.mark.parametrize("mode", ["grad", "vjp"])
@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (math.sqrt, 0.0, INF), (math.cbrt, 0.0, INF), (math.asin, 1.0, INF), (lambda x: x**0.5, 0.0, INF),
        (lambda x: x**-1, 1e-200, -INF), (root_times, 0.0, 0.0), (root_unused, 0.0, 2.0), (length, 0j, 0.0),
    ],
)  # fmt: skip
def test_numbers_of_pythons(f, x, expected, mode) -> None:
    again = dualad.grad(lambda x: f(x))
    for _ in range(3):  # the quick way comes with the second call
        assert (again(x) if mode == "grad" else by_pullback(f, x)) == expected


def test_tangents_of_pythons_numbers() -> None:
    for f in (math.sqrt, math.cbrt, math.acosh):
        x = 1.0 if f is math.acosh else 0.0
        assert dualad.jvp(f, (x,), (1.0,)) == (0.0, INF)


def test_what_the_function_itself_divides_by_raises() -> None:
    for derivative in (lambda f: dualad.grad(f)(0.0), lambda f: dualad.jvp(f, (0.0,), (1.0,))):
        with pytest.raises(ZeroDivisionError):
            derivative(lambda x: x * (1.0 / x))


def test_parts_of_complex_numbers_that_are_not_finite_stand_still() -> None:
    z, t = np.array([1 + 1j, complex(np.nan, 2), complex(1, np.inf)]), np.full(3, 1 + 2j)
    expected = [1 + 2j, 2j, 1]
    np.testing.assert_array_equal(dualad.jvp(np.nan_to_num, (z,), (t,))[1], expected)
    np.testing.assert_array_equal(dualad.vjp(np.nan_to_num, z)[1](t)[0], expected)
