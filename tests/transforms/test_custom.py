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
    taylor,
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


# Made inside a differentiated function


def energy_inside(x):
    @custom_vjp
    def inner(y):
        return 0.5 * np.sum(y * y)

    inner.defvjp(lambda y: (0.5 * np.sum(y * y), y), lambda y, ct: (ct * (A @ y),))
    return np.sin(inner(x * x) + x[0]) * inner(x)


def in_a_loop(x):
    y = x
    for k in range(1, 4):

        @functools.partial(custom_vjp, nondiff_argnums=(0,))
        def scaled(n, t):
            return t * n

        scaled.defvjp(lambda n, t: (t * n, None), lambda n, kept, ct: (A @ ct * k,))  # noqa: B023
        y = scaled(k, y) * x
    return np.sum(y)


def in_recursion(x):
    def level(n, y):
        if n == 0:
            return y

        @custom_vjp
        def wave(t):
            return np.sin(t) * n

        wave.defvjp(lambda t: (np.sin(t) * n, t), lambda t, ct: (n * (A @ (ct * t)),))
        return wave(level(n - 1, y)) * y

    return np.sum(level(3, x))


def in_a_list(x):
    made = []
    for k in range(3):
        f = custom_vjp(lambda y, k=k: y * k)
        f.defvjp(lambda y, k: (y * k, k), lambda k, ct: (A @ ct * k, None))
        made.append(f)
    y = x
    for f in made:
        y = y + f(y)
    return np.sum(y * y)


def of_transforms(x):
    def inner(t):
        @custom_vjp
        def doubled(y):
            return y * 1.0

        doubled.defvjp(lambda y: (y * 1.0, y), lambda y, ct: (A @ (ct * y),))
        return np.sum(doubled(t * x) ** 2)

    return np.sum(grad(inner)(x * x) * hvp(inner, (x,), (x,)))


def by_tangent_inside(x):
    @custom_jvp(nondiff_argnums=(1,))
    def power(t, n):
        return t**n

    @power.defjvp
    def rule(n, primals, tangents):
        return primals[0] ** n, A @ tangents[0] * primals[0]

    return np.sum(power(x, 2)) * np.sum(power(x * x, 3))


@pytest.mark.parametrize("f", [energy_inside, in_a_loop, in_recursion, in_a_list, of_transforms])
def test_functions_made_inside(f):
    near(grad(f)(X), [jvp(f, (X,), (e,))[1] for e in np.eye(2)])
    gradient, step = grad(f), 1e-6
    differences = np.array([(gradient(X + step * e) - gradient(X - step * e)) / (2 * step) for e in np.eye(2)]).T
    for found in (jacfwd(gradient)(X), jacrev(gradient)(X), hessian(f)(X)):
        near(found, differences, rtol=1e-6, atol=1e-7)


def test_a_rule_by_tangents_made_inside():
    near(grad(by_tangent_inside)(X), [jvp(by_tangent_inside, (X,), (e,))[1] for e in np.eye(2)])
    near(jacrev(grad(by_tangent_inside))(X), jacfwd(grad(by_tangent_inside))(X))


def true_by_cotangent(x):
    s = np.sum(np.sin(x))
    f = custom_vjp(lambda t: t * t * s)
    f.defvjp(lambda t: (f(t), t), lambda t, ct: (2 * t * s * ct,))
    return np.sum(f(x) * f(x * x))


def true_by_tangent(x):
    s = np.sum(np.sin(x))
    f = custom_jvp(lambda t: t * t * s)
    f.defjvp(lambda primals, tangents: (f(primals[0]), 2 * primals[0] * s * tangents[0]))
    return np.sum(f(x) * f(x * x))


def captured_plainly(x):
    s = np.sum(np.sin(x))
    return np.sum(x * x * s * x**4 * s)


@pytest.mark.parametrize("f", [true_by_cotangent, true_by_tangent])
def test_what_is_captured_has_the_functions_own_derivative(f):
    near(grad(f)(X), grad(captured_plainly)(X))
    wanted = hessian(captured_plainly)(X)
    near(hessian(f)(X), wanted)
    # Two levels of forward mode, of which the captured value moves along the higher one.
    near(jacfwd(jacfwd(f))(X), wanted)
    with pytest.raises(Unsupported, match="forward over reverse"):
        jacrev(grad(f))(X)


def test_the_variable_of_a_loop_is_what_it_was():
    def f(x):
        for k in range(3):
            op = custom_vjp(lambda t: t * 1.0)
            op.defvjp(lambda t: (t * 1.0, None), lambda kept, ct: (ct * (k + 1.0),))  # noqa: B023
            x = op(x)
        return x

    assert grad(f)(2.0) == 6.0


# A result that is an argument itself


@custom_vjp
def passed(p):
    return p


passed.defvjp(lambda p: (p, None), lambda kept, ct: ({"a": ct["a"] * 2},))


@custom_jvp
def kept_as_it_is(x):
    return x


kept_as_it_is.defjvp(lambda primals, tangents: (primals[0], 2 * tangents[0]))


def with_dict(x):
    d = {}
    d["a"] = x * x
    return np.sum(np.sin(passed(d)["a"]) * d["a"])


def with_array(x):
    y = np.zeros(2)
    y[:] = x * x
    return np.sum(np.sin(kept_as_it_is(y)) * y)


@pytest.mark.parametrize("f", [with_dict, with_array])
def test_an_argument_given_back_goes_through_the_rule(f):
    """In memory that is stored into, where a view has the cotangent of what it is a view of."""
    y = X * X
    near(grad(f)(X), (2 * np.cos(y) * y + np.sin(y)) * 2 * X)


def test_stores_into_an_argument_given_back_are_refused():
    def f(x):
        y = x * x
        z = kept_as_it_is(y)
        y[0] = 3.0
        return np.sum(np.sin(z) * y)

    with pytest.raises(Unsupported, match="take a copy of what it gives"):
        grad(f)(X)


# Power series


def wave(x):
    return np.exp(np.sin(x)) * x


by_tangents = custom_jvp(wave)
by_tangents.defjvp(
    lambda primals, tangents: (
        by_tangents(*primals),
        tangents[0] * (by_tangents(*primals) * np.cos(primals[0]) + np.exp(np.sin(primals[0]))),
    )
)
by_cotangents = custom_vjp(wave)
by_cotangents.defvjp(
    lambda x: (wave(x), x), lambda x, ct: (ct * (by_cotangents(x) * np.cos(x) + np.exp(np.sin(x))),)
)


@pytest.mark.parametrize("rule", [by_tangents, by_cotangents])
@pytest.mark.parametrize("order", [1, 2, 3, 7])
@pytest.mark.parametrize("x", [0.7, X])
def test_power_series_go_through_rules(rule, order, x):
    found = taylor(lambda x: rule(x * x) * x + rule(rule(x)), order)(x)
    for a, b in zip(found, taylor(lambda x: wave(x * x) * x + wave(wave(x)), order)(x), strict=True):
        near(a, b, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("rule", [by_tangents, by_cotangents])
def test_power_series_of_rules_in_other_transforms(rule):
    third = lambda f: lambda x: np.sum(taylor(f, 3)(x)[3] * x)
    near(grad(third(rule))(X), grad(third(wave))(X))
    near(jacfwd(third(rule))(X), jacfwd(third(wave))(X))
    near(taylor(grad(rule), 3)(0.7), taylor(grad(wave), 3)(0.7))
    near(taylor(lambda x: jvp(rule, (x,), (x,))[1], 3)(0.7), taylor(lambda x: jvp(wave, (x,), (x,))[1], 3)(0.7))


def test_power_series_of_trees_through_a_rule():
    @custom_jvp
    def f(p, n):
        return {"a": p["x"] ** n * p["y"], "name": "f"}

    @f.defjvp
    def rule(primals, tangents):
        (p, n), (t, _) = primals, tangents
        moved = n * p["x"] ** (n - 1) * t["x"] * p["y"] + p["x"] ** n * t["y"]
        return f(p, n), {"a": moved, "name": None}

    found = taylor(lambda x: f({"x": x, "y": x[0]}, 2)["a"], 3)(X)
    for a, b in zip(found, taylor(lambda x: x**2 * x[0], 3)(X), strict=True):
        near(a, b)
    with pytest.raises(Unsupported, match="has captured"):
        taylor(true_by_tangent, 2)(X)
