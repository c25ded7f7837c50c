"""stop_gradient, and rules that users state."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, RegistryError, grad, hessian, jvp, primitive, registry, stop_gradient, vjp
from tests.transforms.helpers import near

X = np.array([1.0, 2.0])


@pytest.fixture
def forget():
    """Takes the rules out again that a test states."""
    yield
    for p in list(registry._primitives.values()):
        if any(getattr(rule, "__module__", None) == __name__ for rule in (*p.rules, *p.jvps)):
            registry.remove(p.fn)


# stop_gradient


def test_stop_gradient_gives_what_its_argument_holds():
    x = {"a": [X, 2.0], "s": "text", "n": None}
    got = stop_gradient(x)
    np.testing.assert_array_equal(got["a"][0], X)
    assert got == {**x, "a": [got["a"][0], 2.0]}
    np.testing.assert_array_equal(stop_gradient(X), X)
    assert stop_gradient(len) is len


def test_stop_gradient_stops_reverse_mode():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: stop_gradient(x))(3.0) == 0.0
    near(grad(lambda x: np.sum(stop_gradient(x * x) * x))(X), X * X)


def test_stop_gradient_stops_forward_mode():
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,)) == (9.0, 3.0)
    y, dy = jvp(lambda x: stop_gradient({"a": x, "b": [x * 2]}), (X,), (X,))
    near(y["b"][0], 2 * X)
    near(dy["a"], [0, 0])
    near(dy["b"][0], [0, 0])


def test_stop_gradient_stops_all_orders():
    assert hessian(lambda x: x * stop_gradient(x * x))(3.0) == 0.0
    assert grad(grad(lambda x: x * x * stop_gradient(x)))(3.0) == 6.0


# primitive


def both_modes(f, x, want):
    near(grad(f)(x), want)
    near(jvp(f, (x,), (1.0,))[1], want)


def test_partials(forget):
    @primitive(partials=(lambda x: 4 * x,))
    def square_and_double(x):
        return 2 * np.square(x)

    assert square_and_double(3.0) == 18.0
    both_modes(square_and_double, 3.0, 12.0)
    both_modes(lambda x: square_and_double(x) * x, 3.0, 18.0 + 36.0)
    near(hessian(square_and_double)(3.0), 4.0)
    near(vjp(square_and_double, X)[1](np.ones(2))[0], 4 * X)


def test_a_plain_call_states_rules_too(forget):
    def cube(x):
        return x * x * x

    assert primitive(cube, lambda x, ans: 3 * ans / x) is cube
    both_modes(cube, 2.0, 12.0)


def test_the_rule_is_used_and_not_the_body(forget):
    @primitive(partials=(lambda x: 100.0,))
    def wrong(x):
        return x

    both_modes(wrong, 2.0, 100.0)


def test_several_arguments_broadcast(forget):
    @primitive(partials=(lambda a, b: b, lambda a, b: a))
    def product(a, b):
        return np.multiply(a, b)

    ga, gb = vjp(product, X, 3.0)[1](np.ones(2))
    near(ga, [3.0, 3.0])
    near(gb, 3.0)


def test_none_is_no_derivative(forget):
    @primitive(partials=(lambda x, n: n * x ** (n - 1), None))
    def power(x, n):
        return np.power(x, n)

    both_modes(lambda x: power(x, 3), 2.0, 12.0)


def test_transposes(forget):
    @primitive(transposes=(lambda ct, x: np.flip(ct),))
    def backwards(x):
        return np.flip(x)

    near(vjp(backwards, X)[1](np.array([1.0, 10.0]))[0], [10.0, 1.0])
    near(jvp(backwards, (X,), (np.array([1.0, 10.0]),))[1], [10.0, 1.0])


def test_transposes_of_a_product(forget):
    @primitive(transposes=(lambda ct, a, b: ct * b, lambda ct, a, b: ct * a), jointly=False)
    def product(a, b):
        return a * b

    near(jvp(product, (2.0, 3.0), (1.0, 10.0))[1], 23.0)
    assert grad(product, argnums=(0, 1))(2.0, 3.0) == (3.0, 2.0)


def test_jvps_and_vjps(forget):
    @primitive(
        jvps=(lambda t, ans, x: 2 * np.sum(x * t),),
        vjps=(lambda ct, ans, x: 2 * ct * x,),
    )
    def norm2(x):
        return np.sum(x * x)

    near(grad(norm2)(X), 2 * X)
    near(jvp(norm2, (X,), (X,))[1], 10.0)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({}, "no rule was given; state its derivative in one of these ways"),
        ({"partials": (None,)}, "partials holds no rule; .* use dualad.registry.constant"),
        ({"partials": lambda x: x}, r"partials is a tuple .* write partials=\(rule,\)"),
        ({"partials": (3,)}, r"partials\[0\] should be a function or None, but it is the int 3"),
        ({"jvps": (lambda t, ans, x, y: t,)}, "jvps were given without vjps, and each serves one mode only"),
        ({"vjps": (lambda ct, ans, x, y: ct,)}, "vjps were given without jvps"),
        ({"partials": (lambda x, y: y,), "transposes": (lambda ct, x, y: y,)}, "partials, transposes were given tog"),
        ({"partials": (lambda x, y: y,) * 3}, "partials holds 3 rules, but the function has 2 positional arguments"),
        ({"partials": (lambda a, b: b,)}, r"partials\[0\] should name .* \(a, b\), and the function \(x, y, k\)"),
        ({"partials": (lambda x: 1.0,)}, r"partials\[0\] leaves out y, which every call passes"),
        ({"partials": (lambda x, y, k=3: 1.0,)}, r"partials\[0\]: the default of k should be the function's, 2"),
        ({"transposes": (lambda x, y: y,)}, r"transposes\[0\] should take ct as its first parameter"),
        ({"jvps": (lambda x, y: y,), "vjps": (lambda x, y: y,)}, r"jvps\[0\] should take t as its first"),
    ],
)
def test_rules_that_do_not_fit(rules, message):
    def f(x, y, *, k=2):
        return x * y * k

    with pytest.raises(RegistryError, match=message):
        primitive(f, **rules)
    with pytest.raises(RegistryError, match=message):
        primitive(**rules)(f)
    assert registry.lookup(f) is None


def test_two_rules_for_one_function(forget):
    def f(x):
        return x

    primitive(f, lambda x: 1.0)
    with pytest.raises(RegistryError, match="f already has a derivative rule; a second one would hide it"):
        primitive(f, lambda x: 2.0)
    with pytest.raises(RegistryError, match="sin already has a derivative rule"):
        primitive(np.sin, lambda x: 2.0)


def test_what_is_no_function():
    with pytest.raises(DualadTypeError, match="primitive takes a function, but it was given the int 3"):
        primitive(3, lambda x: x)


def test_a_rule_makes_a_function_without_source_differentiable(forget):
    made = {}
    exec("def sourceless(x): return x * x", made)
    f = made["sourceless"]
    with pytest.raises(dualad.Unsupported, match="sourceless"):
        grad(f)(1.5)
    primitive(f, lambda x: 2 * x)
    both_modes(f, 1.5, 3.0)
    both_modes(lambda x: f(x) * x, 1.5, 3.0 * 1.5**2)
    assert isinstance(registry.lookup(f), registry.Primitive)
