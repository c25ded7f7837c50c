"""check_grads passes what is right, fails what is wrong, and says which derivative it was."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import DualadTypeError, DualadValueError, primitive, registry, stop_gradient
from dualad.testing import check_grads

X = np.array([0.3, 0.7])


def smooth(x, p):
    return {"a": np.sin(x) * p["k"], "b": [np.sum(np.exp(x) * p["k"]), "text"]}


def test_right_derivatives_pass():
    check_grads(smooth, (X, {"k": 2.0, "n": 3, "s": "text", "none": None}))


def test_third_order():
    check_grads(lambda x: np.sum(np.sin(x) * x), (X,), order=3)


@pytest.mark.parametrize("modes", ["fwd", "rev", ("fwd",), ["rev"]])
def test_one_mode(modes):
    check_grads(lambda x: x * x * x, (2.0,), modes=modes)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_less_precise_arguments(dtype):
    check_grads(lambda x: np.tanh(x) * x, (X.astype(dtype),))


def test_functions_that_compute_in_single_precision():
    check_grads(lambda x: np.tanh(x.astype(np.float32)), (X,), order=1)


def test_complex_numbers():
    check_grads(lambda z: z * z * np.exp(z), (X + 0.5j,))
    check_grads(lambda x: np.exp(1j * x), (X,))


def test_integers_and_what_is_no_number_stay():
    def f(x, n, mode):
        assert mode == "mode"
        for _ in range(n):
            x = x * x
        return x, n

    check_grads(f, (X, 2, "mode"))


@pytest.fixture
def stated():
    """States rules for a test only."""
    functions = []

    def state(fn, **rules):
        functions.append(fn)
        return primitive(fn, **rules)

    yield state
    for fn in functions:
        registry.remove(fn)


def test_a_wrong_partial_is_found_in_both_modes(stated):
    def f(x):
        return x * x

    stated(f, partials=(lambda x: 2.001 * x,))
    with pytest.raises(AssertionError, match="^JVP of f along a random direction is .* but differences give .* off by"):
        check_grads(f, (3.0,))
    with pytest.raises(AssertionError, match="^VJP of f"):
        check_grads(f, (3.0,), modes="rev")


def test_a_wrong_place_is_named(stated):
    def cube(x):
        return x * x * x

    stated(cube, partials=(lambda x: x * x,))
    with pytest.raises(AssertionError, match=r"^JVP of f at result\['a'\]\[1\] along"):
        check_grads(lambda_named_f(cube), (2.0,))


def lambda_named_f(cube):
    def f(x):
        return {"a": [x, cube(x)]}

    return f


def test_a_wrong_second_derivative_names_the_composition(stated):
    def f(x):
        return x * x

    # The value of the partial is right, its derivative is not.
    stated(f, partials=(lambda x: 2.0 * stop_gradient(x),))
    check_grads(f, (3.0,), order=1)
    with pytest.raises(AssertionError, match="^JVP of JVP of f"):
        check_grads(f, (3.0,), modes="fwd")
    with pytest.raises(AssertionError, match="^VJP of VJP of f"):
        check_grads(f, (3.0,), modes="rev")


def test_a_kink_is_told_apart():
    with pytest.raises(AssertionError, match="differences do not converge .* not smooth here"):
        check_grads(lambda x: np.abs(x - 2.00001), (2.0,), order=1)


def test_tolerances(stated):
    def f(x):
        return x * x

    stated(f, partials=(lambda x: 2.001 * x,))
    check_grads(f, (3.0,), order=1, rtol=1e-2)
    check_grads(f, (3.0,), order=1, atol=1e-1, eps=1e-2)


def test_what_is_refused():
    with pytest.raises(DualadValueError, match="order is at least 1"):
        check_grads(smooth, (X,), order=0)
    with pytest.raises(DualadValueError, match="modes are 'fwd' and 'rev', not 2, 'forward'"):
        check_grads(smooth, (X,), modes="forward")
    with pytest.raises(DualadTypeError, match="args is a tuple"):
        check_grads(smooth, X)
    with pytest.raises(DualadTypeError, match="check_grads takes a function"):
        check_grads(3, (X,))


def test_arguments_stay_as_they_are():
    def stores(x):
        x[0] = x[1] * 2.0
        return np.sum(x * x)

    x = X.copy()
    check_grads(stores, (x,), order=1)
    np.testing.assert_array_equal(x, X)
