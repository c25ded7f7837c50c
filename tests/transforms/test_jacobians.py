"""jacfwd, jacrev, jacobian and hessian: shapes, trees, sizes, and what is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from dualad import DualadTypeError, DualadValueError, hessian, jacfwd, jacobian, jacrev
from tests.transforms.helpers import near

X = np.array([1.0, 2.0, 3.0])
A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
each = pytest.mark.parametrize("jac", [jacfwd, jacrev, jacobian])


class Pair(NamedTuple):
    u: Any
    v: Any


@each
def test_an_array_in_an_array_out(jac):
    j = jac(lambda x: A @ (x * x))(X)
    assert j.shape == (2, 3)
    near(j, A * 2 * X)


@each
def test_shapes_are_of_the_result_then_of_the_argument(jac):
    j = jac(lambda m: np.stack([m.T, 2 * m.T, 3 * m.T, m.T * m.T]))(A)
    assert j.shape == (4, 3, 2, 2, 3)
    near(j[1, 2, 0], [[0, 0, 2], [0, 0, 0]])
    near(j[3, 1, 1], [[0, 0, 0], [0, 10, 0]])


@each
def test_numbers(jac):
    j = jac(lambda x: x * x)(3.0)
    assert type(j) is float
    assert j == 6.0
    near(jac(lambda x: x[0] * x[1])(X), [2.0, 1.0, 0.0])
    near(jac(lambda t: np.stack([t, t * t]))(3.0), [1.0, 6.0])
    j = jac(lambda x: x * x)(np.float32(3.0))
    assert type(j) is np.float32
    j = jac(lambda x: x * x)(np.array(3.0))
    assert type(j) is np.ndarray
    assert j.shape == ()


@each
def test_trees(jac):
    def f(p):
        return Pair(p["w"] @ p["x"], [p["k"] * 2.0, "s"])

    j = jac(f)({"w": A, "x": X, "k": 4.0, "name": "n"})
    assert type(j) is Pair
    assert list(j.u) == ["w", "x", "k", "name"]
    assert j.u["w"].shape == (2, 2, 3)
    near(j.u["w"][1], [[0, 0, 0], X])
    near(j.u["x"], A)
    near(j.u["k"], [0, 0])
    assert j.u["name"] is None
    assert j.v[0]["k"] == 2.0
    near(j.v[0]["x"], np.zeros(3))
    assert j.v[1] is None


@each
def test_argnums_and_keywords(jac):
    def f(x, y, scale=1.0):
        return x * y * scale

    jx, jy = jac(f, argnums=(0, 1))(X, 2.0, scale=3.0)
    near(jx, 6.0 * np.eye(3))
    near(jy, 3.0 * X)
    near(jac(f, argnums=-1)(X, 2.0), X)
    near(jac(f, argnums="scale")(X, 2.0, scale=3.0), 2.0 * X)
    jx, js = jac(f, argnums=("x", "scale"))(X, y=2.0, scale=3.0)
    near(jx, 6.0 * np.eye(3))
    near(js, 2.0 * X)


@each
def test_aux(jac):
    j, aux = jac(lambda x: (x * x, {"seen": "aux"}), has_aux=True)(X)
    near(j, np.diag(2 * X))
    assert aux == {"seen": "aux"}


@each
def test_dtypes(jac):
    assert jac(lambda x: x * x)(X.astype(np.float32)).dtype == np.float32
    assert jac(lambda x: x * x)(np.array([1, 2])).dtype == np.float64
    assert jac(lambda t: t * np.ones(2, np.float32))(2.0).dtype == np.float32


@each
def test_empty_arrays(jac):
    assert jac(lambda x: x * x)(np.zeros(0)).shape == (0, 0)
    assert jac(lambda x: x[:0])(X).shape == (0, 3)
    assert jac(lambda x: np.sum(x) * np.ones(2))(np.zeros((0, 3))).shape == (2, 0, 3)


@each
def test_results_are_owned(jac):
    x = X.copy()
    j = jac(lambda x: A @ x)(x)
    assert j.flags.owndata
    assert j.flags.writeable
    assert not np.shares_memory(j, A)
    near(x, X)


@each
def test_decorators_and_methods(jac):
    class Model:
        k = 2.0

        @jac(argnums=0)
        def f(self, x):
            return self.k * x

    near(Model().f(X), 2 * np.eye(3))
    assert jac(Model.__init__).__name__ == "__init__"
    assert repr(jac(near)) == f"<{jac.__name__} of near>"


def test_the_mode_that_is_cheaper_is_chosen(monkeypatch):
    from dualad.forward import jvp as real

    passes = []
    monkeypatch.setattr("dualad.forward.jvp", lambda *args: (passes.append(1), real(*args))[1])
    jacobian(lambda x: np.sum(x * x))(np.arange(12.0))
    assert passes == []
    jacobian(lambda x: x * x)(np.arange(12.0))
    jacobian(lambda x: np.concatenate([x, x]))(X)
    assert len(passes) == 2
    jacobian(lambda t: t * X)(2.0)
    assert len(passes) == 3


@each
def test_what_is_refused(jac):
    name = jac.__name__
    with pytest.raises(DualadTypeError, match=f"{name} takes a function, but"):
        jac(3)
    with pytest.raises(DualadTypeError, match=rf"{name}: argument 0 \(x\) is the string 's'"):
        jac(lambda x: x)("s")
    with pytest.raises(DualadTypeError, match=f"{name}: .* complex"):
        jac(lambda x: x)(X + 1j)
    with pytest.raises(DualadValueError, match=f"{name}: argnums=1 is out of range"):
        jac(lambda x: x, argnums=1)(X)
    with pytest.raises(DualadValueError, match=f"{name}: argnums is empty"):
        jac(lambda x: x, argnums=())
    with pytest.raises(DualadTypeError, match=f"{name} with has_aux=True takes a function that returns a pair"):
        jac(lambda x: x, has_aux=True)(X)


def test_complex_results():
    near(jacfwd(lambda x: x * 1j)(X), 1j * np.eye(3))
    near(jacobian(lambda x: x * 1j)(X), 1j * np.eye(3))
    with pytest.raises(DualadTypeError, match="jacrev: the result is complex, .* use jacfwd"):
        jacrev(lambda x: x * 1j)(X)


def test_complex_arguments():
    z = X + 1j
    for jac in (jacrev, jacobian):
        near(jac(lambda z: np.real(z * z))(z), np.diag(2 * z))
    near(jacrev(lambda z: z.imag)(1j), -1j)
    for jac in (jacfwd, hessian):
        with pytest.raises(DualadTypeError, match=r"argument 0 \(z\) is .* complex128, and .* use grad or jacrev"):
            jac(lambda z: np.sum(np.real(z)))(z)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def test_hessian():
    h = hessian(rosenbrock)(X)
    x = X
    want = np.zeros((3, 3))
    for i in range(2):
        want[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        want[i + 1, i + 1] += 200
        want[i, i + 1] = want[i + 1, i] = -400 * x[i]
    assert h.shape == (3, 3)
    near(h, want)


def test_hessian_of_numbers_and_trees():
    assert hessian(lambda x: x**3)(2.0) == 12.0
    h = hessian(lambda p: p["a"] * np.sum(p["b"] ** 2))({"a": 2.0, "b": X})
    assert h["a"]["a"] == 0.0
    near(h["a"]["b"], 2 * X)
    near(h["b"]["a"], 2 * X)
    near(h["b"]["b"], 4 * np.eye(3))


def test_hessian_argnums_and_aux():
    (hxx, hxy), (hyx, hyy) = hessian(lambda x, y: np.sum(x * x) * y, argnums=(0, 1))(X, 5.0)
    near(hxx, 10 * np.eye(3))
    near(hxy, 2 * X)
    near(hyx, 2 * X)
    assert hyy == 0.0
    near(hessian(lambda x, y: x * y * y, argnums="y")(3.0, y=2.0), 6.0)
    h, aux = hessian(lambda x: (x**3, "aux"), has_aux=True)(2.0)
    assert (h, aux) == (12.0, "aux")


def test_hessian_of_a_function_of_many_results():
    h = hessian(lambda x: {"a": x * x * x, "b": x[0] * x[1]})(X)
    assert h["a"].shape == (3, 3, 3)
    near(h["a"][1], np.diag([0, 12.0, 0]))
    near(h["b"], [[0, 1, 0], [1, 0, 0], [0, 0, 0]])
