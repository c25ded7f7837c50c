"""grad and value_and_grad: argnums, aux, containers, dtypes, methods, what is kept of the function."""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import threading
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

import dualad
from dualad import DualadTypeError, DualadValueError, Unsupported, grad, value_and_grad
from tests.transforms.helpers import near


def weighted(x, y, scale=2.0):
    """Sum of squares, weighted."""
    return np.sum(x * x) * y * scale


X = np.array([1.0, 2.0])


def test_the_first_argument_by_default():
    near(grad(weighted)(X, 3.0), [12.0, 24.0])
    g = grad(weighted, argnums=1)(X, 3.0)
    assert type(g) is float
    near(g, 10.0)


@pytest.mark.parametrize("argnums", [(0, 1), [0, 1], (-2, -1), (0, "y"), ("x", "y"), (np.int64(0), 1)])
def test_a_tuple_of_argnums_gives_a_tuple(argnums):
    df = grad(weighted, argnums=argnums)
    for _ in range(2):
        g = df(X, 3.0)
        assert type(g) is tuple
        near(g[0], [12.0, 24.0])
        near(g[1], 10.0)


def test_order_of_argnums_is_order_of_gradients():
    g = grad(weighted, argnums=(1, 0))(X, 3.0)
    near(g[0], 10.0)
    near(g[1], [12.0, 24.0])
    (only,) = grad(weighted, argnums=(1,))(X, 3.0)
    near(only, 10.0)


def test_keyword_arguments():
    near(grad(weighted)(X, y=3.0), [12.0, 24.0])
    near(grad(weighted)(X, 3.0, scale=1.0), [6.0, 12.0])
    near(grad(weighted, argnums="scale")(X, 3.0, scale=1.0), 15.0)
    near(grad(weighted, argnums=1)(X, y=3.0), 10.0)
    near(grad(weighted, argnums="y")(X, 3.0), 10.0)
    near(grad(weighted, argnums=("scale", 0))(X, y=3.0, scale=1.0)[0], 15.0)


def keyword_only(x, *, power):
    return x**power


def test_keyword_only_arguments():
    near(grad(keyword_only, argnums="power")(2.0, power=3.0), 8.0 * np.log(2.0))


def test_aux():
    def f(x):
        y = x * x
        return np.sum(y), {"y": y, "name": "square"}

    g, aux = grad(f, has_aux=True)(X)
    near(g, [2.0, 4.0])
    near(aux["y"], [1.0, 4.0])
    assert aux["name"] == "square"
    (value, aux), g = value_and_grad(f, has_aux=True)(X)
    near(value, 5.0)
    near(g, [2.0, 4.0])
    assert aux["name"] == "square"


def test_value_and_grad():
    value, g = value_and_grad(weighted)(X, 3.0)
    near(value, 30.0)
    near(g, [12.0, 24.0])
    value, (gx, gy) = value_and_grad(weighted, argnums=(0, 1))(X, 3.0)
    near(gx, [12.0, 24.0])
    near(gy, 10.0)


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Model:
    w: Any
    b: Any
    name: str = "model"


def test_containers():
    def f(p):
        return np.sum(p["layers"][0].w * p["point"].x) + p["layers"][0].b * p["point"].y[0]

    params = {"layers": [Model(X.copy(), 3.0)], "point": Point(X + 1, (5.0, None, "unused")), "n": 4}
    g = grad(f)(params)
    assert list(g) == ["layers", "point", "n"]
    assert type(g["layers"][0]) is Model
    near(g["layers"][0].w, X + 1)
    near(g["layers"][0].b, 5.0)
    assert g["layers"][0].name is None
    near(g["point"].x, X)
    assert g["point"].y == (3.0, None, None)
    assert g["n"] == 0.0


def total(x):
    return np.sum(x * x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_dtypes_are_kept(dtype):
    x = np.array([1, 2, 3], dtype)
    g = grad(total)(x)
    assert g.dtype == dtype
    near(g.astype(float), [2, 4, 6])


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_integers_have_float64_gradients(dtype):
    g = grad(total)(np.array([1, 2, 3], dtype))
    assert g.dtype == np.float64
    near(g, [2, 4, 6])


def test_integer_numbers_have_float_gradients():
    g = grad(lambda x: x * x)(3)
    assert type(g) is float
    near(g, 6.0)
    g = grad(lambda x: x * x * 0.5)(np.int32(3))
    assert type(g) is np.float64
    near(g, 3.0)


def test_numpy_scalars_and_arrays_of_rank_0():
    g = grad(lambda x: x * x)(np.float32(3))
    assert type(g) is np.float32
    near(g, 6.0)
    g = grad(lambda x: x * x)(np.array(3.0))
    assert type(g) is np.ndarray
    assert g.shape == ()
    near(g, 6.0)


def test_constant_functions_and_unused_arguments():
    for f in (lambda x, y: 1.0, lambda x, y: y):
        gx, gn = grad(f, argnums=(0, 1))(np.ones((2, 3), np.float32), 3.0)
        assert gx.dtype == np.float32
        near(gx, np.zeros((2, 3)))
        assert type(gn) is float
    near(grad(lambda x: 0)(X), [0.0, 0.0])


def test_nan_passes_through():
    g = grad(total)(np.array([1.0, np.nan]))
    assert g[0] == 2.0
    assert np.isnan(g[1])
    assert np.isnan(grad(lambda x: x * x)(float("nan")))


def test_complex_arguments():
    """The gradient pairs with a tangent without a conjugate: `Re(sum(g * t))`."""
    z = np.array([1.0 + 2.0j, 3.0])
    near(grad(lambda z: np.sum(np.real(z) ** 2 + 3.0 * np.imag(z)))(z), 2 * z.real - 3.0j)
    g = grad(lambda z: z.real * 2.0)(1 + 1j)
    assert type(g) is complex
    assert g == 2.0


def test_empty_arrays():
    g = grad(total)(np.zeros((0, 3)))
    assert g.shape == (0, 3)


# What is kept of the function


def test_name_docstring_and_signature_are_kept():
    df = grad(weighted)
    assert df.__name__ == "weighted"
    assert df.__qualname__ == "weighted"
    assert df.__module__ == __name__
    assert df.__doc__ == "Sum of squares, weighted."
    assert df.__wrapped__ is weighted
    assert inspect.signature(df) == inspect.signature(weighted)
    assert repr(df) == "<grad of weighted>"
    assert repr(value_and_grad(df)) == "<value_and_grad of weighted>"
    assert copy.copy(df)(X, 1.0).shape == (2,)


def test_decorators():
    @grad
    def first(x):
        return x**2

    @grad(argnums=(0, 1))
    def both(x, y):
        return x * y

    @value_and_grad(has_aux=True)
    def aux(x):
        return x * 3.0, "aux"

    assert first(3.0) == 6.0
    assert both(2.0, 5.0) == (5.0, 2.0)
    assert aux(2.0) == ((6.0, "aux"), 3.0)


class Scaled:
    def __init__(self, k):
        self.k = k

    @grad
    def square(self, x):
        return self.k * x * x

    @grad(argnums=(1, 0))
    def product(self, x, y):
        return self.k * x * y

    @staticmethod
    @grad
    def plain(x):
        return x**3

    @grad
    @staticmethod
    def inner_plain(x):
        return x**3

    def method(self, x):
        return self.k * x


def test_methods_count_after_self():
    s, t = Scaled(2.0), Scaled(5.0)
    assert s.square(3.0) == 12.0
    assert t.square(3.0) == 30.0
    assert s.square(3.0) == 12.0
    assert s.product(3.0, 4.0) == (6.0, 8.0)
    assert s.plain(2.0) == Scaled.plain(2.0) == 12.0
    assert s.inner_plain(2.0) == Scaled.inner_plain(2.0) == 12.0
    assert grad(s.method)(3.0) == 2.0
    assert s.square.__name__ == "square"
    assert Scaled.square.__name__ == "square"


def test_callable_objects_and_partials():
    class Double:
        def __call__(self, x):
            return 2.0 * x

    assert grad(Double())(3.0) == 2.0
    assert grad(functools.partial(lambda k, x: k * x, 4.0))(3.0) == 4.0


# What is left alone


def test_arguments_are_not_changed_and_not_handed_out():
    def stores(x, w):
        x[0] = x[1] * 2.0
        return np.dot(x, w)

    x, w = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    gx, gw = grad(stores, argnums=(0, 1))(x, w)
    near(x, [1.0, 2.0])
    near(gx, [0.0, 10.0])
    near(gw, [4.0, 2.0])
    for g in (gx, gw):
        assert g.flags.owndata
        assert g.flags.writeable
        assert not np.shares_memory(g, x)
        assert not np.shares_memory(g, w)


def test_captured_arrays_are_not_handed_out():
    w = np.array([3.0, 4.0])
    df = grad(lambda x: np.dot(w, x))
    g = df(X)
    g[:] = 0.0
    near(df(X), [3.0, 4.0])
    near(w, [3.0, 4.0])


def test_two_gradients_do_not_share():
    df = grad(lambda x, y: np.sum((x + y) * 2.0), argnums=(0, 1))
    for _ in range(2):
        gx, gy = df(X, X)
        assert not np.shares_memory(gx, gy)
        assert not np.shares_memory(gx, X)


def test_threads():
    df = grad(weighted)
    results = [None] * 8

    def work(i):
        results[i] = df(np.full(3, float(i)), 1.0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i, g in enumerate(results):
        near(g, np.full(3, 4.0 * i))


# Gradients of gradients


def test_second_derivatives():
    near(grad(grad(lambda x: x**3))(2.0), 12.0)
    near(grad(lambda x: np.sum(grad(total)(x) ** 2))(X), 8.0 * X)


def test_third_derivatives():
    near(grad(grad(grad(lambda x: x**4)))(2.0), 48.0)


def test_gradient_of_value_and_grad_with_aux():
    def f(x):
        return x**3, x * x

    def g(x):
        (value, aux), derivative = value_and_grad(f, has_aux=True)(x)
        return value * aux * derivative  # 3 x**7

    near(grad(g)(2.0), 21.0 * 2.0**6)


def test_gradient_of_a_gradient_directly():
    g = value_and_grad(grad(lambda x, y: x**3 * y), argnums=(0, 1))
    value, (gx, gy) = g(2.0, 5.0)
    near(value, 60.0)
    near(gx, 60.0)
    near(gy, 12.0)


# What is refused


def refused(error, message, call, *args, **kwargs):
    with pytest.raises(error, match=message) as info:
        call(*args, **kwargs)
    assert isinstance(info.value, dualad.DualadError)
    assert "\n" not in str(info.value)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda x: x, r"returned an array of shape \(2,\) .*; reduce it .* dualad.jacobian .* dualad.vjp"),
        (lambda x: x[:1], r"returned an array of shape \(1,\)"),
        (lambda x: [x[0]], "returned a list of 1; return one number, or use dualad.vjp"),
        (lambda x: (x[0], x), "returned a tuple of 2; if .* use has_aux=True"),
        (lambda x: None, r"returned None; is a return statement missing\?"),
        (lambda x: "text", "returned the string 'text'"),
        (lambda x: True, "returned the bool True"),
        (lambda x: x[0] * 1j, "a complex one; return its real part"),
    ],
)
def test_a_result_that_is_no_number(result, message):
    refused(DualadTypeError, f"one real number|real number.*{message}", grad(result), X)
    with pytest.raises(TypeError, match=message):
        grad(result)(X)
    with pytest.raises(TypeError, match=message):
        value_and_grad(result)(X)


@pytest.mark.parametrize("result", [lambda x: x[0], lambda x: [x[0], 1], lambda x: (x[0], 1, 2), lambda x: None])
def test_aux_that_is_no_pair(result):
    message = r"has_aux=True takes a function that returns a pair \(value, aux\), but"
    refused(DualadTypeError, message, grad(result, has_aux=True), X)


def test_aux_with_a_value_that_is_no_number():
    refused(DualadTypeError, r"returned an array of shape \(2,\)", grad(lambda x: (x, 1), has_aux=True), X)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ("abc", r"grad: argument 0 \(x\) is the string 'abc', which has no derivative; convert it .* argnums"),
        (None, r"argument 0 \(x\) is None, which has no derivative; pass a float or an array"),
        (True, r"argument 0 \(x\) is the bool True, which has no derivative; pass a float"),
        (np.array([1.0, "a"], dtype=object), r"dtype object, whose items .* convert it: x.astype\(float\)"),
        ({"a": np.array([1.0, None])}, r"argument 0 \(x\)\['a'\] is an array of shape \(2,\) and dtype object"),
        (np.array(["a"]), "which are no real numbers"),
        (np.array([True]), "which are no real numbers"),
        (np.array(["2020-01-01"], "datetime64[D]"), "which are no real numbers"),
        (np.zeros(2, [("a", float)]), "no array of numbers; pass its fields"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), r"mask .* x.filled\(0.0\)"),
        (len, "is the function len, which has no derivative of its own"),
        ({1.0}, "is a set, which is no number, array or known container .*; dualad.register_tree makes set"),
    ],
)
def test_an_argument_that_is_no_number(x, message):
    refused(DualadTypeError, message, grad(lambda x: 1.0), x)
    refused(TypeError, message, value_and_grad(lambda x: 1.0), x)


def test_what_is_not_differentiated_in_may_be_anything():
    def f(x, mode, table, n):
        return x * n if mode == "product" else x

    near(grad(f)(2.0, "product", np.array([None, "a"]), 3), 3.0)


@pytest.mark.parametrize(
    ("argnums", "error", "message"),
    [
        (True, DualadTypeError, "argnums is an int .* but it is True"),
        (1.0, DualadTypeError, "but it is 1.0"),
        ((0, 1.5), DualadTypeError, r"but it is \(0, 1.5\)"),
        (None, DualadTypeError, "but it is None"),
        ((), DualadValueError, "argnums is empty, so there is nothing to differentiate in; try argnums=0"),
        ((0, 0), DualadValueError, r"argnums=\(0, 0\) names an argument twice"),
    ],
)
def test_argnums_that_are_none(argnums, error, message):
    refused(error, message, grad, weighted, argnums)


@pytest.mark.parametrize(
    ("argnums", "message"),
    [
        (3, "argnums=3 is out of range: weighted was called with 2 positional arguments; argnums counts from 0"),
        (2, r"argnums=2 is out of range: .* pass scale too \(its default is not differentiated in"),
        (-3, "argnums=-3 is out of range"),
        ("scale", "argnums='scale' names no argument of this call of 2 positional arguments; pass scale=..."),
        ("w", "argnums='w' names no argument .* weighted has no parameter of this name"),
        ((0, -2), r"argnums=\(0, -2\) names an argument twice"),
        ((0, "x"), r"argnums=\(0, 'x'\) names an argument twice"),
    ],
)
def test_argnums_that_do_not_fit_the_call(argnums, message):
    refused(DualadValueError, message, grad(weighted, argnums), X, 3.0)


@pytest.mark.parametrize("f", [3, None, "f", [weighted]])
def test_what_is_no_function(f):
    refused(DualadTypeError, "grad takes a function, but it was given", grad, f)
    refused(DualadTypeError, "value_and_grad takes a function, but it was given", value_and_grad, f)


def test_a_classmethod_is_told_apart():
    refused(DualadTypeError, "put @classmethod above @grad", grad, classmethod(weighted))


def test_a_function_that_calls_itself_by_the_name_of_its_derivative():
    @grad
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    refused(Unsupported, r"power calls itself, but .* write dpower = grad\(power\)", power, 2.0, 3)


def test_a_function_that_raises_raises():
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        grad(f)(1.0)


def shared_by_lambda(x, y):
    return (lambda t: t * x * y)(2.0)


def shared_by_function(x, y):
    z = x * y

    def by_degrees(t):
        return (lambda u: u * z * t)(1.5)

    return by_degrees(2.0)


def shared_and_changed(x, y):
    z = x

    def multiply():
        nonlocal z
        z = z * y

    multiply()
    return z * 1.0


def shared_in_a_list(x, y):
    both = [x, y]
    a, b = both
    return sum(map(lambda t: t * both[0] * b, [1.0, 2.0])) + (lambda: a * b)()


def shared_by_a_solver(x, y):
    return brentq(lambda t: t**3 - x * y, 0.0, 9.0) + quad(lambda t: np.exp(-x * t) * y, 0.0, 1.0)[0]


@pytest.mark.parametrize(
    "f", [shared_by_lambda, shared_by_function, shared_and_changed, shared_in_a_list, shared_by_a_solver]
)
@pytest.mark.parametrize("kind", [int, np.int64, np.array])
def test_integers_that_inner_functions_share_have_gradients(f, kind):
    """An integer is a constant by its kind, but not one that a derivative is taken in."""
    expected = dualad.grad(f, argnums=(0, 1))(2.0, 3.0)
    np.testing.assert_allclose(dualad.grad(f, argnums=(0, 1))(kind(2), kind(3)), expected, rtol=1e-7)
    tangent = dualad.jvp(f, (kind(2), kind(3)), (kind(1) * 1.0, kind(0) * 1.0))[1]
    np.testing.assert_allclose(tangent, expected[0], rtol=1e-7)
