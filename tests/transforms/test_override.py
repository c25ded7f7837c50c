"""A rule overridden in a context: there and nowhere else, in both modes, whatever was generated before."""

from __future__ import annotations

import contextlib
import math
import operator
import threading

import numpy as np
import pytest

import dualad
import dualad.implicit
from dualad import registry
from dualad.errors import RegistryError, Unsupported


def f(x):
    return np.sum(np.sin(x) * x)


def doubled(x):
    return 2 * np.cos(x)


X = np.array([0.3, 1.2])
PLAIN = np.cos(X) * X + np.sin(X)
OVERRIDDEN = 2 * np.cos(X) * X + np.sin(X)


def test_in_both_modes_and_only_within() -> None:
    slope = dualad.grad(f)
    np.testing.assert_allclose(slope(X), PLAIN)
    with dualad.override(np.sin, doubled):
        np.testing.assert_allclose(slope(X), OVERRIDDEN)
        np.testing.assert_allclose(slope(X), OVERRIDDEN)
        np.testing.assert_allclose(dualad.vjp(f, X)[1](1.0)[0], OVERRIDDEN)
        np.testing.assert_allclose(dualad.jvp(f, (X,), (np.ones(2),))[1], np.sum(OVERRIDDEN))
    np.testing.assert_allclose(slope(X), PLAIN)
    np.testing.assert_allclose(dualad.jvp(f, (X,), (np.ones(2),))[1], np.sum(PLAIN))


def test_it_nests() -> None:
    with dualad.override(np.sin, lambda x: 0 * x):
        with dualad.override(np.sin, doubled):
            np.testing.assert_allclose(dualad.grad(f)(X), OVERRIDDEN)
        np.testing.assert_allclose(dualad.grad(f)(X), np.sin(X))


def test_other_threads_have_the_rule_itself() -> None:
    found = []
    with dualad.override(np.sin, doubled):
        thread = threading.Thread(target=lambda: found.append(dualad.grad(f)(X)))
        thread.start()
        thread.join()
    np.testing.assert_allclose(found[0], PLAIN)


def test_an_exception_ends_it() -> None:
    with pytest.raises(ZeroDivisionError), dualad.override(math.sin, lambda x: 0.0):
        1 / 0  # noqa: B018
    assert dualad.grad(lambda t: math.sin(t))(0.0) == 1.0


def test_a_function_without_a_rule_is_refused() -> None:
    def g(x):
        return x * x

    with pytest.raises(RegistryError, match="no rule to override"), dualad.override(g, lambda x: 1.0):
        pass


def test_rules_are_checked() -> None:
    with pytest.raises(RegistryError, match="no rule was given"), dualad.override(np.sin):
        pass


def test_a_rule_stated_later_is_used() -> None:
    def helper(x):
        return x * x

    def user(x):
        return helper(x) + x

    slope = dualad.grad(user)
    assert slope(3.0) == 7.0
    dualad.primitive(helper, lambda x: 100.0)
    try:
        assert slope(3.0) == 101.0
    finally:
        registry.remove(helper)
    assert slope(3.0) == 7.0


def in_part(x):
    with dualad.override(np.sin, lambda x: 5.0 * np.ones_like(x)):
        y = np.sin(x)
    return np.sum(y * x) + np.sum(np.sin(x))


def test_within_a_function_it_is_refused_in_reverse_mode():
    """What is emitted has the rules that were in force before it runs; dual numbers meet them one by one."""
    x = np.array([0.3, 0.5])
    with pytest.raises(dualad.Unsupported, match="around the derivative"):
        dualad.grad(in_part)(x)
    expected = np.sum(5.0 * x + np.sin(x) + np.cos(x))
    np.testing.assert_allclose(dualad.jvp(in_part, (x,), (np.ones(2),))[1], expected)


def test_what_is_wrong_names_override():
    with pytest.raises(dualad.DualadTypeError, match="override takes a function"), dualad.override("sin", np.cos):
        pass
    with pytest.raises(RegistryError, match=r"override\(np.sin\): partials"), dualad.override(np.sin, lambda z: z):
        pass


def a_rule_of(fn):
    """A rule that fits the function, whatever its parameters are."""
    return {
        "jvps": (lambda t, ans, *args, **kwargs: t,),
        "vjps": (lambda ct, ans, *args, **kwargs: ct,),
    }


def test_views_and_operators_are_refused():
    """Reverse mode follows views by their memory, and forward mode asks no rule of Python's operators."""
    for fn in (np.ravel, np.transpose, np.einsum, operator.mul, abs, round, np.array):
        with pytest.raises(RegistryError, match="function of your own"), dualad.override(fn, **a_rule_of(fn)):
            pass


@pytest.mark.parametrize(("f", "g"), [(np.sin, np.cos), (np.cos, np.sin), (math.sinh, math.cosh), (math.cos, math.sin)])
def test_beside_a_function_that_is_the_derivative(f, g):
    """What `g` gives of the same number is not taken for the partial derivative of `f`."""

    def both(x):
        return f(x) + 2.0 * g(x)

    slope = dualad.grad(lambda x: 2.0 * g(x))(0.3)
    with dualad.override(f, lambda x: 5.0):
        np.testing.assert_allclose(dualad.grad(both)(0.3), 5.0 + slope)
        np.testing.assert_allclose(dualad.jvp(both, (0.3,), (1.0,))[1], 5.0 + slope)


@contextlib.contextmanager
def straight():
    with dualad.override(np.round, lambda a: 1.0):
        yield


class Straight:
    def __enter__(self):
        self.entered = straight()
        self.entered.__enter__()

    def __exit__(self, *failure):
        self.entered.__exit__(*failure)


def by_function(x):
    with straight():
        return np.sum(np.round(x) * x)


def by_class(x):
    with Straight():
        y = np.round(x)
    return np.sum(y * x)


def by_hand(x):
    scope = straight()
    scope.__enter__()
    y = np.round(x)
    scope.__exit__(None, None, None)
    return np.sum(y * x)


@pytest.mark.parametrize("f", [by_function, by_class, by_hand])
def test_within_a_function_by_a_manager_of_its_own(f):
    for derivative in (dualad.grad(f), dualad.value_and_grad(f), lambda x: dualad.vjp(f, x)):
        with pytest.raises(Unsupported, match="enter it around the derivative"):
            derivative(X)
    for _ in range(3):
        np.testing.assert_allclose(dualad.jvp(f, (X,), (np.ones(2),))[1], np.sum(np.round(X) + X))


def slope_of_its_own(x):
    with straight():
        return dualad.grad(lambda a: np.round(a) * a)(2.3)


@dualad.override(np.round, lambda a: 1.0)
def rounded(x):
    return np.round(x)


def test_what_is_called_may_override_for_itself():
    np.testing.assert_allclose(dualad.grad(lambda x: np.sum(x) * slope_of_its_own(0.0))(X), [4.3, 4.3])
    for derivative in (dualad.grad, dualad.jacfwd):
        np.testing.assert_allclose(derivative(lambda x: np.sum(rounded(x) * x))(X), np.round(X) + X)


def later():
    """Derivatives that run functions when they are called, and what they give at `X`."""
    def looped(x):
        return dualad.checkpoint_loop(lambda i, x: np.round(x), 3, x)

    def solved(x):
        return dualad.implicit.root(lambda y, x: y - np.round(x), x, args=(x,))

    def pushed(x):
        return dualad.jvp(lambda y: np.round(y) * y, (x,), (np.ones(2),))[1]

    by_functions = {f: dualad.vjp(f, X)[1] for f in (dualad.checkpoint(np.round), looped, solved)}
    found = {f: lambda ct, pull=pull: pull(ct)[0] for f, pull in by_functions.items()}
    found["push"] = dualad.linearize(np.round, X)[1]
    pull = dualad.vjp(pushed, X)[1]
    found["pull of a tangent"] = lambda ct: pull(ct)[0] / 2.0
    return found


def test_what_is_run_later_has_the_rules_that_were_in_force():
    with straight():
        found = later()
    for derivative in found.values():
        np.testing.assert_allclose(derivative(X), X)
    for derivative in later().values():
        np.testing.assert_allclose(derivative(X), np.zeros(2))


def test_pullbacks_of_one_override_in_several_threads():
    """One that ends does not end it for the other."""
    inside, go_on, found = threading.Event(), threading.Event(), []

    def waiting(x):
        inside.set()
        go_on.wait(5.0)
        return np.round(x)

    with straight():
        slow = dualad.linearize(lambda x: (waiting(x) if inside.is_set() or armed else np.round(x)), X)[1]
        quick = dualad.linearize(np.round, X)[1]
    thread = threading.Thread(target=lambda: found.append(slow(X)))
    armed.append(True)
    thread.start()
    inside.wait(5.0)
    quick(X)
    go_on.set()
    thread.join()
    np.testing.assert_allclose(found[0], X)


armed: list[bool] = []
