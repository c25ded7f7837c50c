"""A rule overridden in a context: there and nowhere else, in both modes, whatever was generated before."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

import dualad
from dualad import registry
from dualad.errors import RegistryError


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
