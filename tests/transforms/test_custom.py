"""custom_jvp and custom_vjp: JAX's conventions, and rules that are no true derivatives to every order."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from dualad import (
    DualadTypeError,
    RegistryError,
    Unsupported,
    custom_jvp,
    custom_vjp,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    value_and_grad,
    vjp,
)
from dualad.testing import check_grads

A = np.array([[1.0, 2.0], [0.5, 3.0]])  # not symmetric
X, U = np.array([0.3, -0.7]), np.array([1.0, 10.0])


def near(a, b, **how):
    np.testing.assert_allclose(a, b, **{"rtol": 1e-9, "atol": 1e-12, **how})


# Rules whose derivatives are not symmetric


@custom_vjp
def energy(x):
    return 0.5 * np.sum(x * x)


energy.defvjp(lambda x: (0.5 * np.sum(x * x), x), lambda x, ct: (ct * (A @ x),))


@custom_vjp
def squashed(x):
    return x * 1.0


squashed.defvjp(lambda x: (x * 1.0, x), lambda x, ct: (np.tanh(ct) * (A @ x),))


@custom_jvp
def length(x):
    return np.sum(x * x)


@length.defjvp
def length_jvp(primals, tangents):
    (x,) = primals
    (t,) = tangents
    return np.sum(x * x), (A @ x) @ t


@custom_jvp
def shifted(x):
    return np.sin(x)


@shifted.defjvp
def shifted_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    ans = np.sin(x)
    return ans, t * (ans + 1.0) + np.sum(t) * x**2


def with_energy(x):
    return np.sin(energy(x * x) + x[0]) * energy(x)


def with_squashed(x):
    return np.sum(np.sin(squashed(x * x)) * x + squashed(np.cos(x)) ** 2)


def with_length(x):
    return np.sin(length(x * x) + x[0]) * length(x)


def with_shifted(x):
    total = 0.0
    for i in range(2):
        total = total + shifted(x)[i] * np.sum(shifted(x * x) * x)
    return total


def chosen(x):
    return squashed(x) * 3.0 if x[0] > 0 else x


def with_branches_and_calls(x):
    return np.sum(chosen(x) * chosen(-x) + np.exp(chosen(x)))


def test_a_backward_function_that_is_not_symmetric():
    near(grad(energy)(X), A @ X)
    near(hvp(energy, (X,), (U,)), A @ U)
    near(vjp(grad(energy), X)[1](U)[0], A.T @ U)


@pytest.mark.parametrize("f", [with_energy, with_squashed, with_length, with_shifted, with_branches_and_calls])
def test_the_gradient_is_a_function_that_is_differentiated_as_it_is(f):
    """Differences of the gradient know nothing of symmetry."""
    gradient = grad(f)
    step = 1e-6
    differences = np.array([(gradient(X + step * e) - gradient(X - step * e)) / (2 * step) for e in np.eye(2)]).T
    near(jacfwd(gradient)(X), differences, rtol=1e-7, atol=1e-7)
    near(jacrev(gradient)(X), differences, rtol=1e-7, atol=1e-7)
    check_grads(gradient, (X,), order=2)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: grad(with_squashed)(x) ** 2,
        lambda x: vjp(with_squashed, x)[1](2.0)[0] * x,
        lambda x: np.sum(jacobian(squashed)(x) * x) + squashed(x),
        lambda x: value_and_grad(with_energy)(x)[1] * value_and_grad(with_energy)(x)[0],
        lambda x: squashed(grad(with_squashed)(x)),
        lambda x: jvp(grad(with_length), (x,), (x * x,))[1] + squashed(x),
        lambda x: jvp(shifted, (x,), (x * x,))[1],
        lambda x: hvp(with_length, (x,), (x,)),
        lambda x: hvp(with_energy, (squashed(x),), (x,)),
    ],
)
def test_derivatives_of_them_inside(f):
    gradient = grad(lambda x: np.sum(f(x) * U))
    step = 1e-6
    differences = np.array([(gradient(X + step * e) - gradient(X - step * e)) / (2 * step) for e in np.eye(2)]).T
    near(jacrev(gradient)(X), differences, rtol=1e-6, atol=1e-6)
    near(jacfwd(gradient)(X), differences, rtol=1e-6, atol=1e-6)


def test_second_derivatives_in_other_arguments():
    def f(x, w):
        return np.sum(squashed(x * 2.0) * squashed(w) + w * x)

    inner = lambda w: grad(f)(X, w)
    step = 1e-6
    differences = np.array([(inner(U + step * e) - inner(U - step * e)) / (2 * step) for e in np.eye(2)]).T
    near(jacrev(inner)(U), differences, rtol=1e-6, atol=1e-7)


def test_forward_mode_transposes_a_linear_backward_function():
    near(jvp(energy, (X,), (U,))[1], (A @ X) @ U)
    near(jvp(lambda x: jvp(energy, (x,), (x,))[1], (X,), (U,))[1], (A @ X) @ U + (A @ U) @ X)


@custom_vjp
def straight_through(x):
    return np.round(x)


straight_through.defvjp(lambda x: (straight_through(x), None), lambda kept, ct: (ct,))


@pytest.mark.parametrize("outer", [grad, jacfwd, jacrev])
def test_fwd_may_call_the_function_itself_whose_rule_holds_there_too(outer):
    assert grad(lambda x: straight_through(x) ** 2)(1.3) == 2.0
    assert outer(grad(lambda x: straight_through(x) ** 2))(1.3) == 2.0
    assert outer(grad(grad(lambda x: straight_through(x) ** 3)))(1.3) == 6.0


# Conventions


def test_custom_jvp_serves_both_modes():
    near(jvp(length, (X,), (U,)), (X @ X, (A @ X) @ U))
    near(grad(length)(X), A @ X)
    near(length(X), X @ X)
    check_grads(lambda x: shifted_true(x) ** 2, (X,), order=3)


@custom_jvp
def shifted_true(x):
    return np.exp(x) * 2.0


@shifted_true.defjvp
def shifted_true_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    ans = shifted_true(x)
    return ans, ans * t


def test_defjvps_takes_a_rule_for_each_argument():
    @custom_jvp
    def f(x, y):
        return x**2 * y

    f.defjvps(lambda t, ans, x, y: 2.0 * ans / x * t, lambda t, ans, x, y: x**2 * t)
    check_grads(lambda x, y: np.sin(f(x, y)), (1.3, 0.7), order=3)

    @custom_jvp
    def g(x, y):
        return x * y

    g.defjvps(lambda t, ans, x, y: 10.0 * t, None)
    assert grad(g, argnums=(0, 1))(2.0, 3.0) == (10.0, 0.0)
    assert jvp(g, (2.0, 3.0), (1.0, 1.0))[1] == 10.0


def test_arguments_of_no_derivative():
    @custom_jvp(nondiff_argnums=(0,))
    def apply(f, x):
        return f(x)

    @apply.defjvp
    def apply_jvp(f, primals, tangents):
        (x,), (t,) = primals, tangents
        return f(x), 2.0 * t

    assert grad(lambda x: apply(np.sin, x))(1.0) == 2.0
    assert jvp(lambda x: apply(np.sin, x), (1.0,), (1.0,))[1] == 2.0

    @functools.partial(custom_vjp, nondiff_argnums=(1,))
    def scaled(x, n):
        return x * n

    scaled.defvjp(lambda x, n: (x * n, None), lambda n, kept, ct: (ct * n * 100.0,))
    assert grad(lambda x: scaled(x, 3) + scaled(n=2, x=x))(1.0) == 500.0
    with pytest.raises(Unsupported, match="nondiff_argnums"):
        grad(lambda x: scaled(2.0, x))(1.0)
    with pytest.raises(Unsupported, match="nondiff_argnums"):
        jvp(lambda x: apply(np.sin, apply(x, 1.0)), (1.0,), (1.0,))


def test_trees_closures_and_defaults():
    factor = 3.0

    @custom_vjp
    def model(p, x=2.0):
        return {"y": p["w"] * x * factor, "n": p["n"]}

    def model_bwd(kept, ct):
        p, x = kept
        return {"w": ct["y"] * x * factor, "n": None, "name": None}, None

    model.defvjp(lambda p, x: (model(p, x), (p, x)), model_bwd)
    p = {"w": np.array([1.0, 2.0]), "n": 3, "name": "p"}
    got = grad(lambda p: np.sum(model(p)["y"] ** 2))(p)
    near(got["w"], 2 * 36 * p["w"])
    near(hessian(lambda w: np.sum(model({"w": w, "n": 3, "name": "p"})["y"] ** 2))(p["w"]), 72 * np.eye(2))


def test_methods():
    class Layer:
        def __init__(self, w):
            self.w = w

        @custom_vjp
        def __call__(self, x):
            return x * self.w

    Layer.__call__.defvjp(lambda self, x: (x * self.w, self.w), lambda w, ct: (None, ct * w * 10.0))
    assert grad(lambda x: Layer(2.0)(x))(3.0) == 20.0
    assert Layer(2.0)(3.0) == 6.0


def test_a_pullback_is_not_touched_by_later_stores():
    @custom_vjp
    def square(x):
        return x * x

    square.defvjp(lambda x: (x * x, x), lambda x, ct: (2.0 * x * ct,))
    x = X.copy()
    _, pull = vjp(square, x)
    x[:] = 0.0
    near(pull(np.ones(2))[0], 2 * X)


def test_what_is_kept_may_be_anything():
    @custom_vjp
    def f(x):
        return x

    f.defvjp(lambda x: (x, ("name", None, 3, {"x": x}, np.sin)), lambda kept, ct: (kept[4](kept[3]["x"]) * ct,))
    near(grad(lambda x: np.sum(f(x)))(X), np.sin(X))
    near(jacrev(grad(lambda x: np.sum(f(x))))(X), np.diag(np.cos(X)))


# Errors


def test_forward_mode_over_custom_vjp_is_refused_where_bwd_is_not_linear():
    with pytest.raises(Unsupported, match="forward mode through squashed, a custom_vjp whose bwd is not linear"):
        jvp(squashed, (X,), (U,))
    with pytest.raises(Unsupported, match="forward mode through squashed"):
        hvp(lambda x, y: np.sum(squashed(x)) * y, (X, 1.0), (U, 0.0), argnums=1)


def test_rules_are_checked():
    @custom_jvp
    def f(x):
        return x

    with pytest.raises(RegistryError, match=r"f has no rule yet; state it with f\.defjvp"):
        grad(f)(1.0)
    f.defjvp(lambda primals, tangents: primals[0])
    with pytest.raises(DualadTypeError, match="should return a pair"):
        jvp(f, (1.0,), (1.0,))
    f.defjvp(lambda primals, tangents: (primals[0], tangents[0] ** 2))
    with pytest.raises(DualadTypeError, match="not linear in the tangents"):
        grad(f)(1.0)
    f.defjvp(lambda primals, tangents: (primals[0], (tangents[0], 1.0)))
    with pytest.raises(DualadTypeError, match="result's structure"):
        jvp(f, (1.0,), (1.0,))

    @custom_vjp
    def g(x, y):
        return x * y

    with pytest.raises(RegistryError, match="defvjp"):
        grad(g)(1.0, 2.0)
    g.defvjp(lambda x, y: (x * y, None), lambda kept, ct: ct)
    with pytest.raises(DualadTypeError, match="a tuple of 2 cotangents"):
        grad(g)(1.0, 2.0)
    g.defvjp(lambda x, y: (x * y, None), lambda kept, ct: (np.ones(3), None))
    with pytest.raises(ValueError, match="shape"):
        grad(g)(1.0, 2.0)
    g.defvjp(lambda x, y: x * y, lambda kept, ct: (ct, ct))
    with pytest.raises(DualadTypeError, match="should return a pair"):
        grad(g)(1.0, 2.0)


def test_names_and_docstrings_are_kept():
    @custom_jvp
    def named(x):
        """What it does."""
        return x

    assert (named.__name__, named.__doc__) == ("named", "What it does.")
    assert repr(named) == "<custom_jvp named>"
