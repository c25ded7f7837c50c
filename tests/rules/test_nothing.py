"""Of nothing, or of one element: a derivative raises only where the function does, and has its argument's shape."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.integrate

import dualad

SHAPES = ((0,), (0, 3), (3, 0), (1,), (1, 1), (3, 1))


def means_of_rows(x):
    total = 0.0
    for row in x:
        total += np.mean(row)
    return total


def mean_with_an_effect(x):
    np.random.default_rng(0).random()
    print(end="")
    return np.mean(x * x)


FUNCTIONS = {
    "mean": lambda x: np.mean(x),
    "float of mean": lambda x: float(np.mean(x * x)),
    "mean along": lambda x: np.mean(x, axis=-1),
    "mean kept": lambda x: np.mean(x, axis=0, keepdims=True),
    "mean of some": lambda x: np.mean(x, where=x > 9.0),
    "means of rows": means_of_rows,
    "mean with an effect": mean_with_an_effect,
    "nanmean": lambda x: float(np.nanmean(x)),
    "average": lambda x: float(np.average(x)),
    "var": lambda x: float(np.var(x, ddof=1)),
    "nanvar": lambda x: float(np.nanvar(x, ddof=1)),
    "std": lambda x: np.std(x, axis=0, ddof=1),
    "cov": lambda x: np.cov(np.ravel(x)),
    "cov of fewer": lambda x: np.cov(np.ravel(x), ddof=7),
    "corrcoef": lambda x: np.corrcoef(np.ravel(x)),
    "median": lambda x: float(np.median(x)),
    "quantile": lambda x: np.quantile(x, 0.5, axis=1),
    "diff": lambda x: np.diff(x),
    "diff twice": lambda x: np.diff(x, n=2, axis=0),
    "diff of four": lambda x: np.diff(x, n=4, axis=0),
    "ediff1d": lambda x: np.ediff1d(x),
    "trapezoid": lambda x: np.trapezoid(x, axis=-1),
    "trapezoid in its points": lambda x: np.trapezoid(np.ones(x.shape), x, axis=-1),
    "simpson": lambda x: scipy.integrate.simpson(x, axis=-1),
    "simpson in its points": lambda x: scipy.integrate.simpson(np.ones(x.shape), x=x, axis=-1),
    "cumulative_trapezoid": lambda x: scipy.integrate.cumulative_trapezoid(x, axis=-1),
    "cumulative_trapezoid in its points": lambda x: scipy.integrate.cumulative_trapezoid(np.ones(x.shape), x, axis=-1),
    "polyval": lambda x: np.polyval(np.ravel(x), 2.0),
    "unwrap": lambda x: np.unwrap(x),
    "gradient": lambda x: np.gradient(np.zeros(3) + np.sum(x), 0.0),
}


def calls():
    """Each function with each array that it takes."""
    for name, f in FUNCTIONS.items():
        for shape in SHAPES:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                try:
                    f(np.ones(shape))
                except (ValueError, IndexError, ZeroDivisionError):
                    continue
            yield pytest.param(f, np.ones(shape), id=f"{name} of {shape}")


@pytest.mark.parametrize(("f", "x"), [*calls()])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_derivatives_raise_only_where_the_function_does(f, x) -> None:
    def total(x):
        return np.sum(f(np.reshape(x, np.shape(x))))

    found = dualad.grad(total)(x)
    assert found.shape == x.shape
    value, along = dualad.jvp(total, (x,), (x,))
    assert not np.isfinite(value) or np.isclose(np.sum(found * x), along, rtol=1e-12, atol=1e-12)
    assert dualad.vjp(total, x)[1](1.0)[0].shape == x.shape
    assert dualad.hessian(total)(x).shape == 2 * x.shape
    assert dualad.grad(lambda x: np.sum(dualad.grad(total)(x)))(x).shape == x.shape
