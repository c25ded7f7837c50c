"""vhp, linearize, laplacian and ravel; and many directions in one pass."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, DualadValueError, hessian, laplacian, linearize, ravel, vhp
from tests.transforms.helpers import near

X = np.array([1.0, 2.0, 3.0])


def cubic(x, k=2.0):
    return k * np.sum(x**3) + np.prod(x)


def test_vhp_is_the_vector_times_the_hessian():
    v = np.array([1.0, -1.0, 0.5])
    near(vhp(cubic, (X, 2.0), v), v @ hessian(cubic)(X, 2.0))
    by_x, by_k = vhp(cubic, (X, 2.0), (v, 3.0), argnums=(0, 1))
    near(by_x, v @ hessian(cubic)(X, 2.0) + 3.0 * 3 * X**2)
    near(by_k, v @ (3 * X**2))
    tree = {"a": X, "b": 1.0}
    found = vhp(lambda p: np.sum(p["a"] ** 2) * p["b"], (tree,), {"a": v, "b": 0.0})
    near(found["a"], 2 * v)
    near(found["b"], 2 * v @ X)
    with pytest.raises(DualadValueError):
        vhp(cubic, (X, 2.0), np.ones(2))


def test_linearize_gives_the_value_and_a_linear_map_that_may_be_called_often():
    x = X.copy()
    y, push = linearize(lambda a, k: {"y": a * a * k}, x, 2.0)
    x[:] = 0.0
    near(y["y"], 2 * X**2)
    near(push(np.ones(3), 0.0)["y"], 4 * X)
    near(push(np.zeros(3), 1.0)["y"], X**2)
    y, push, aux = linearize(lambda a: (np.sum(a * a), "aux"), X, has_aux=True)
    assert (aux, push(np.ones(3))) == ("aux", 12.0)
    with pytest.raises(DualadValueError, match="one tangent for each"):
        push(X, X)


def test_laplacian_is_the_trace_of_the_hessian():
    near(laplacian(cubic)(X, 2.0), np.trace(hessian(cubic)(X, 2.0)))
    value, aux = laplacian(lambda p: (np.sum(p["a"] ** 3) * p["b"] ** 2, "aux"), has_aux=True)({"a": X, "b": 2.0})
    assert (value, aux) == (pytest.approx(4 * np.sum(6 * X) + 2 * np.sum(X**3)), "aux")
    many = np.linspace(0.0, 1.0, 300)
    near(laplacian(lambda t: np.sum(t**4))(many), np.sum(12 * many**2))
    near(dualad.grad(laplacian(cubic))(X, 2.0), [12.0] * 3)
    near(dualad.grad(laplacian(cubic), 1)(X, 2.0), 36.0)
    near(dualad.grad(lambda k: laplacian(lambda x: k**2 * np.sum(x**3))(X))(3.0), 216.0)
    near(dualad.jvp(lambda t: laplacian(cubic)(t), (X,), (np.ones(3),))[1], 36.0)


def test_ravel_goes_there_and_back():
    given = {"w": np.arange(4.0).reshape(2, 2), "k": [3.0, 2, np.float32(5.0), "text", None], "e": np.zeros((0, 2))}
    vector, unravel = ravel(given)
    assert vector.dtype == np.float64
    near(np.sort(vector), [0, 1, 2, 2, 3, 3, 5])
    back = unravel(vector)
    near(back["w"], given["w"])
    assert back["k"] == given["k"]
    assert type(back["k"][2]) is np.float32
    assert back["e"].shape == (0, 2)
    vector[:] = 0.0
    assert given["w"][1, 1] == 3.0
    with pytest.raises(DualadValueError, match="7 numbers"):
        unravel(np.zeros(6))
    assert ravel({"a": np.ones(2, np.float32)})[0].dtype == np.float32
    # Solvers on vectors see trees by it, with derivatives.
    x0, unravel = ravel({"a": X, "b": 1.0})
    f = lambda p: np.sum(ravel(p)[0] ** 2 * np.arange(4.0))
    near(dualad.grad(f)({"a": X, "b": 1.0})["a"], 2 * X * np.arange(3.0))
    near(dualad.grad(lambda v: np.sum(unravel(v)["a"] ** 2) * unravel(v)["b"])(x0), [*(2 * X), X @ X])
    near(dualad.jacfwd(lambda v: unravel(v)["a"] * unravel(v)["b"])(x0)[:, -1], X)


PROGRAMS = {
    "matrix_products": (lambda x: np.dot(A @ x, B).sum() * (x @ x) + np.outer(x, A @ x)[0] @ x, 3),
    "fancy_keys": (lambda x: x[[2, 0, 0]] * x[::-1] + x[x > 0.0][np.newaxis, [0, 1, 2], ...][0], 3),
    "stores": (lambda x: stored(x), 3),
    "reductions": (lambda x: np.mean(x.reshape(2, 3), axis=-1, keepdims=True) * np.sum(x) + x.reshape(2, 3).sum(0), 6),
    "shaping": (lambda x: np.concatenate([np.tile(x, 2), np.roll(x, 1), np.tril(np.outer(x, x)).ravel()]), 3),
    "joined": (lambda x: np.array([[x[0], x[1]], [x[2] * x[0], 1.0]]) @ np.stack([x[:2], x[1:]]), 3),
    "general": (lambda x: np.linalg.inv(np.diag(x) + 1.0) + np.max(x) * np.cumprod(x) * np.linalg.norm(x), 3),
    "singular": (lambda x: np.sqrt(x - x) + np.where(x > 2.0, x, 1.0 / x) * np.linalg.slogdet(np.diag(x))[1], 3),
    "strides": (lambda x: strided(x * 1.0), 4),
    "loops": (lambda x: np.array([sum(v * v for v in x[: i + 1]) for i in range(len(x))]), 3),
    "unwritten": (lambda x: np.einsum("ij,jk,k->i", A, A, x) * np.kron(x, x)[:3], 3),
}
A = np.arange(9.0).reshape(3, 3) / 4
B = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]])


def strided(a):
    view = np.lib.stride_tricks.as_strided(a, (3, 2), (8, 8))
    a[1] = a[0] * a[2]
    return view * np.frombuffer(a, offset=16)


def stored(x):
    buffer = np.zeros((2, 3))
    view = buffer[1]
    view[:] = x * x
    buffer[0, 1:] = view[:2] * x[0]
    np.add.at(buffer, (0, [1, 1]), x[:2])
    buffer[0] += x
    return buffer


@pytest.mark.parametrize("name", PROGRAMS)
def test_many_directions_in_one_pass_are_each_direction_alone(name):
    f, n = PROGRAMS[name]
    x = np.linspace(0.5, 2.5, n)
    found = dualad.jacfwd(f)(x)
    for k in range(n):
        near(found[..., k], dualad.jvp(f, (x,), (np.eye(n)[k],))[1])
    # and through a derivative that is taken outside
    near(dualad.jvp(dualad.jacfwd(f), (x,), (np.ones(n),))[1],
         np.stack([dualad.jvp(lambda z: dualad.jvp(f, (z,), (np.eye(n)[k],))[1], (x,), (np.ones(n),))[1]
                   for k in range(n)], axis=-1), 1e-9)  # fmt: skip


def test_more_directions_than_one_pass_takes():
    x = np.linspace(0.0, 1.0, 300)
    near(dualad.jacfwd(lambda t: t**2)(x), np.diag(2 * x))
    found = dualad.jacfwd(lambda p: p["a"] * p["b"][::2], argnums=0)({"a": x[:100], "b": x[:200]})
    near(found["a"], np.diag(x[:200:2]))
    assert found["b"].shape == (100, 200)


def test_complex_numbers_in_many_directions():
    near(dualad.jacfwd(lambda t: np.exp(1j * t) * t)(X), np.diag(np.exp(1j * X) * (1 + 1j * X)))
    near(dualad.jacfwd(lambda t: np.abs(np.exp(1j * t) * t))(X), np.eye(3))


def test_stores_through_parts_of_complex_numbers():
    def f(x):
        z = x + 1j * x * x
        z.real[0] = x[1] * x[2]
        z.imag[1] *= x[0]
        return np.abs(z) ** 2

    found = dualad.jacfwd(f)(X)
    near(found, np.stack([dualad.jvp(f, (X,), (e,))[1] for e in np.eye(3)], axis=-1))
    near(dualad.jacfwd(lambda x: np.real((x + 1j) ** 3) * np.imag(np.exp(1j * x)))(X), np.diag(
        (3 * X**2 - 3) * np.sin(X) + (X**3 - 3 * X) * np.cos(X)))  # fmt: skip


def test_refusals():
    with pytest.raises(DualadTypeError):
        laplacian(lambda x: x)(X)


@dualad.custom_jvp
def stated_jvp(x):
    return x**2


@stated_jvp.defjvp
def stated_jvp_rule(primals, tangents):
    return stated_jvp(*primals), 10.0 * primals[0] * tangents[0]


@dualad.custom_vjp
def stated_vjp(x):
    return x**2


stated_vjp.defvjp(lambda x: (stated_vjp(x), x), lambda x, ct: (10.0 * x * ct,))


@pytest.mark.parametrize("rule", [stated_jvp, stated_vjp])
def test_rules_of_the_users_take_one_direction_after_the_other(rule):
    near(dualad.jacfwd(lambda x: rule(x) * x)(X), np.diag(11 * X**2))
    near(hessian(lambda x: np.sum(rule(x)))(X), 10 * np.eye(3))
    near(laplacian(lambda x: np.sum(rule(x)))(X), 30.0)
    near(dualad.jacfwd(dualad.jacfwd(lambda x: rule(x) * x))(X)[1, 1, 1], 30 * X[1])
    near(dualad.taylor(lambda x: rule(x) * x, 3)(3.0), [27.0, 99.0, 45.0, 5.0])


def test_hooks_and_checkpoints_in_many_directions():
    near(hessian(lambda x: np.sum(dualad.on_cotangent(x, lambda ct: 2 * ct) ** 2))(X), 4 * np.eye(3))
    near(hessian(lambda x: np.sum(dualad.checkpoint(lambda y: y**3)(x)))(X), np.diag(6 * X))

    def pulled(x):
        y, pull = dualad.vjp(lambda z: z**3, x)
        return pull(y)[0] + pull(np.ones(3))[0]

    near(dualad.jacfwd(pulled)(X), np.diag(15 * X**4 + 6 * X))


def with_aux(x, k):
    y = np.sum(np.sin(x) * x * k)
    return y, {"half": y / 2, "name": "aux"}


PAIRS = {
    "hvp": lambda f, x, v, k, **named: dualad.hvp(f, (x, k), (v, 0.0), **named),
    "vhp": lambda f, x, v, k, **named: dualad.vhp(f, (x, k), v, **named),
    "directional_derivative": lambda f, x, v, k, **named: dualad.directional_derivative(
        f, (x, k), (v, 0.0), n=2, **named
    ),
    "directional_derivative of order 0": lambda f, x, v, k, **named: dualad.directional_derivative(
        f, (x, k), (v, 0.0), n=0, **named
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_products_of_functions_with_aux(name):
    x, v = np.array([0.3, -0.7, 1.1]), np.array([1.0, 0.5, -2.0])
    found, aux = PAIRS[name](with_aux, x, v, 2.0, has_aux=True)
    np.testing.assert_allclose(found, PAIRS[name](lambda x, k: with_aux(x, k)[0], x, v, 2.0), rtol=1e-13)
    assert aux["name"] == "aux"
    assert np.isclose(aux["half"], with_aux(x, 2.0)[0] / 2)
    with pytest.raises(dualad.DualadTypeError, match="pair"):
        PAIRS[name](lambda x, k: np.sum(x), x, v, 2.0, has_aux=True)


@pytest.mark.parametrize("name", PAIRS)
def test_products_with_aux_inside_a_differentiated_function(name):
    x, v = np.array([0.3, -0.7, 1.1]), np.array([1.0, 0.5, -2.0])

    def outer(x):
        found, aux = PAIRS[name](with_aux, x, v, 2.0, has_aux=True)
        return np.sum(found * x) + aux["half"]

    def apart(x):
        return np.sum(PAIRS[name](lambda x, k: with_aux(x, k)[0], x, v, 2.0) * x) + with_aux(x, 2.0)[0] / 2

    direction = np.array([0.2, 1.0, -0.4])
    expected = dualad.jvp(apart, (x,), (direction,))[1]
    assert np.isclose(dualad.jvp(outer, (x,), (direction,))[1], expected, rtol=1e-12)
    if name == "hvp":
        assert np.isclose(dualad.grad(outer)(x) @ direction, expected, rtol=1e-12)
    else:
        with pytest.raises(dualad.Unsupported, match="has_aux"):
            dualad.grad(outer)(x)
