"""`logsumexp` and its kin: axes, weights, signs, nothing but -inf."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special as sp

import dualad
from dualad.errors import Unsupported
from dualad.testing import check_grads

rng = np.random.default_rng(7)
A = rng.normal(size=(2, 3, 4))


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (1,)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_logsumexp(axis, keepdims) -> None:
    check_grads(lambda a: sp.logsumexp(a, axis=axis, keepdims=keepdims), (A,))


@pytest.mark.parametrize("shape", [(2, 3, 4), (4,), (3, 1), ()])
@pytest.mark.parametrize("axis", [None, 1, (0, -1)])
def test_logsumexp_with_weights(shape, axis) -> None:
    check_grads(lambda a, b: sp.logsumexp(a, axis, b), (A, rng.uniform(0.5, 2, shape)))


def test_logsumexp_with_more_weights_than_exponents() -> None:
    check_grads(lambda a, b: sp.logsumexp(a, b=b, axis=-1), (A[0, 0], rng.uniform(0.5, 2, (2, 4))))


def test_second_derivatives_of_two_numbers() -> None:
    check_grads(lambda a: sp.logsumexp(a, axis=None, return_sign=True)[0] ** 2, (A[0],))


def test_logsumexp_with_sign() -> None:
    check_grads(lambda a, b: sp.logsumexp(a, 1, b, False, True)[0], (A, rng.normal(size=(2, 3, 4))))


@pytest.mark.parametrize("axis", [None, 1])
def test_logsumexp_of_complex_numbers(axis) -> None:
    z, b = A[0] + 1j * A[1], A[1] - 0.5j
    check_grads(lambda a: sp.logsumexp(a, axis), (z,))
    check_grads(lambda a, b: sp.logsumexp(a, axis, b), (z, b))
    check_grads(lambda a, b: sp.logsumexp(a, axis, b), (A[0], b))
    check_grads(lambda a, b: sp.logsumexp(a, axis, b), (z, A[1]))
    for derive in (lambda f: dualad.jvp(f, (z,), (z,)), lambda f: dualad.vjp(f, z)[1]((np.ones(3), np.ones(3)))):
        with pytest.raises(Unsupported, match="return_sign"):
            derive(lambda a: sp.logsumexp(a, 1, return_sign=True))


def test_logsumexp_of_nothing() -> None:
    a = np.array([[-np.inf, -np.inf], [0.0, -np.inf]])
    got = dualad.grad(lambda a: np.sum(np.exp(sp.logsumexp(a, axis=1))))(a)
    np.testing.assert_array_equal(got, [[0, 0], [1, 0]])


@pytest.mark.parametrize("fn", [sp.softmax, sp.log_softmax])
@pytest.mark.parametrize("axis", [None, 0, (1, 2)])
def test_softmax(fn, axis) -> None:
    check_grads(lambda x: fn(x, axis=axis), (A,))


def test_float32_stays() -> None:
    a = A.astype(np.float32)
    for f in (lambda x: np.sum(sp.softmax(x, axis=0) * x), lambda x: np.sum(sp.logsumexp(x, axis=0))):
        assert dualad.grad(f)(a).dtype == np.float32
