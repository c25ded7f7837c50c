"""Transforms inside differentiated functions, in both modes and to the third order.

Each program is held against differences of itself: its derivative, and by `check_grads` those of its JVP and VJP.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dualad
from dualad import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp
from dualad.testing import check_grads

RNG = np.random.default_rng(0)
W, C = RNG.normal(size=(3, 2)), RNG.normal(size=3)
U, X = RNG.normal(size=2), RNG.normal(size=2)


def many(x: Any) -> Any:
    return np.tanh(W @ x) * np.sum(x * x)


def one(x: Any) -> Any:
    return np.sum(np.sin(x) * x[0])


def of_tree(p: Any) -> Any:
    return {"a": np.sum(p["x"] ** 2) * p["y"], "b": [p["x"] * p["y"] ** 2], "name": "tree"}


def with_aux(x: Any) -> Any:
    return np.sum(x**3), x * 2


def many_with_aux(x: Any) -> Any:
    return many(x), x**2


def with_keyword(x: Any, y: Any = 2.0) -> Any:
    return np.sum(x**2) * y


def repeated(fn: Any, x: Any) -> Any:
    t = x
    for _ in range(3):
        t = t + fn(t) * 0.1
    return t


def weighed(x: Any, y: Any) -> Any:
    return x * y**2


# The programs: a transform in each.


def p_jvp_at_x(x):
    return jvp(many, (x,), (U,))[1]


def p_jvp_along_x(x):
    return jvp(many, (X,), (x * x,))


def p_jvp_with_aux(x):
    y, dy, aux = jvp(many_with_aux, (x,), (x,), has_aux=True)
    return np.sum(dy) * aux + np.sum(y * dy)


def p_hvp(x):
    return hvp(one, (x,), (x * 2,))


def p_jacobian(x):
    return jacobian(many)(x) @ x


def p_jacfwd(x):
    return jacfwd(many)(x) @ x


def p_jacrev(x):
    return jacrev(many)(x) @ x


def p_jacobian_with_aux(x):
    j, aux = jacobian(many_with_aux, has_aux=True)(x)
    return np.sum(j) * aux


def p_jacobian_in_two(x):
    return jacobian(weighed, argnums=(0, 1))(x, x[0])[1] * x


def p_jacobian_of_trees(x):
    return jacobian(of_tree)({"x": x, "y": x[0]})["b"][0]["x"] @ x


def p_hessian(x):
    return hessian(one)(x) @ x


def p_hessian_of_many(x):
    return hessian(many)(x) @ x


def p_hessian_of_grad(x):
    return np.sum(hessian(grad(one))(x), axis=(0, 1))


def p_pullback(x):
    y, pull = vjp(many, x)
    return pull(y * C)[0] * np.sum(y)


def p_pullback_in_a_loop(x):
    _, pull, aux = vjp(many_with_aux, x, has_aux=True)
    z = 0.0
    for i in range(3):
        z = z + pull(C * aux[0])[0] * i
    return z + pull(C)[0] * np.sum(aux)


def p_pullback_of_trees(x):
    y, pull = vjp(of_tree, {"x": x, "y": x[0]})
    (d,) = pull({"a": 2.0 * x[1], "b": [x], "name": None})
    return d["x"] * d["y"] + y["b"][0]


def pulled_with(pull, ct):
    return pull(ct)[0]


def vjp_of_many(x):
    return vjp(many, x)


def p_pullback_passed_on(x):
    y, pull = vjp_of_many(x)
    return pulled_with(pull, y * y)


def p_grad_in_a_loop(x):
    return repeated(grad(one), x)


def p_grad_with_aux(x):
    g, aux = grad(with_aux, has_aux=True)(x)  # pitfall 41
    return g * aux


def p_value_and_grad_with_aux(x):
    (value, aux), g = value_and_grad(with_aux, has_aux=True)(x)
    return g * aux * value


def p_grad_in_a_keyword(x):
    return grad(with_keyword, argnums="y")(x, y=x[0]) * x


def squared_gradient(y):
    return np.sum(grad(one)(y) ** 2)


def p_grad_of_grad(x):
    return grad(squared_gradient)(x)


def p_jvp_of_grad(x):
    return jvp(grad(one), (x,), (x,))[1]


def squared_jvp(y):
    return np.sum(jvp(one, (y,), (y * y,))[1] ** 2)


def p_grad_of_jvp(x):
    return grad(squared_jvp)(x)


def squared_hvp(y):
    return np.sum(hvp(one, (y,), (y * y,)) ** 2)


def p_grad_of_hvp(x):
    return grad(squared_hvp)(x)


def pullback_at(y):
    return vjp(many, y)[1](C)[0]


def p_jacobian_of_vjp(x):
    return jacobian(pullback_at)(x) @ x


def nested_gradient(f, n, x):
    return f(x) if n == 0 else np.sum(nested_gradient(grad(f), n - 1, x)) if n > 1 else np.sum(grad(f)(x) * x)


def p_recursion(x):
    return x * nested_gradient(one, 1, x)


PROGRAMS = {name[2:]: f for name, f in list(globals().items()) if name.startswith("p_")}


@pytest.mark.parametrize("mode", ["fwd", "rev"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_to_the_second_order(name, mode):
    check_grads(PROGRAMS[name], (X,), order=2, modes=(mode,))


@pytest.mark.parametrize("name", ["pullback", "hvp", "grad_of_jvp", "jvp_along_x"])
def test_to_the_third_order(name):
    check_grads(PROGRAMS[name], (X,), order=3, modes=("rev",))


def test_the_modes_agree():
    for name, f in PROGRAMS.items():
        np.testing.assert_allclose(
            *(np.asarray(dualad.tree.flatten(mode(f)(X))[0][-1]) for mode in (jacfwd, jacrev)), rtol=1e-12, err_msg=name
        )



def test_lists_handed_on_by_a_star():
    """The primals that a pullback holds are copies, with slots of their own."""

    def product(p):
        return p[0] * p[0] * p[1]

    def slopes(*z):
        return vjp(product, *z)[1](1.0)

    def in_two_steps(p, *z):
        _, pull = vjp(lambda q: product(q) * p[1], *z)
        return pull(1.0)

    assert vjp(slopes, [1.0, 2.0])[1](([1.0, 0.0],)) == ([4.0, 2.0],)
    assert vjp(in_two_steps, [1.0, 3.0], [1.0, 2.0])[1](([1.0, 0.0],)) == ([0.0, 4.0], [12.0, 6.0])


def test_pullbacks_may_be_called_after_their_arguments_were_written():
    def f(x):
        y, pull = vjp(many, x * 2.0)
        return np.sum(pull(y)[0])

    x = X.copy()
    _, pull = vjp(f, x)
    before = pull(1.0)[0]
    x[:] = 0.0
    np.testing.assert_array_equal(pull(1.0)[0], before)
