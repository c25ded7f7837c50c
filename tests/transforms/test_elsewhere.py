"""Strong zeros, and silence about partials, where these are those of a function that is called and not inlined."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import dualad
from tests.transforms.elsewhere import fading, lengths, quotients

X = np.array([0.0, 1.0])
FAR = np.array([-2500.0, -800.0, 800.0, 2500.0, 0.0])


def called(x):
    return lengths(x, 0.5)


def called_by_a_method(x):
    return Holder(lengths).of(x)


def far_away(x):
    return fading(x, 0.5)


class Holder:
    """Calls a function that it holds."""

    def __init__(self, fn):
        self.fn = fn

    def of(self, x):
        return self.fn(x, 0.5)


@pytest.mark.parametrize("f", [called, called_by_a_method], ids=lambda f: f.__name__)
def test_a_zero_cotangent_wins(f) -> None:
    share = 2.0**X / (2.0**X + 2.0)
    expected = share * 0.5 + np.array([0.0, 1.5])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            np.testing.assert_allclose(dualad.grad(f)(X), expected)
        np.testing.assert_allclose(dualad.value_and_grad(f)(X)[1], expected)
        np.testing.assert_allclose(dualad.vjp(f, X)[1](1.0)[0], expected)


def test_no_warning_of_what_fades_away() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient = dualad.grad(far_away)
        for _ in range(2):
            np.testing.assert_allclose(gradient(FAR), [0.0, 0.0, 0.5, 0.5, 0.25], atol=1e-300)


def test_warnings_of_the_function_stay() -> None:
    with pytest.warns(RuntimeWarning, match="divide by zero") as seen:
        found = dualad.grad(lambda x: quotients(x, 0.5))(X)
    np.testing.assert_allclose(found, [0.0, -1.0])
    assert {str(w.message) for w in seen} == {"divide by zero encountered in divide"}
