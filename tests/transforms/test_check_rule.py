"""`testing.check_rule` passes right rules and names the argument of a wrong one."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import registry
from dualad.errors import RegistryError
from dualad.testing import check_rule


@pytest.fixture
def forget():
    made = []
    yield made.append
    for fn in made:
        registry.remove(fn)


X, Y = np.array([0.5, 1.5, -2.0]), np.array([1.0, 0.3, 0.7])


@pytest.mark.parametrize("fn", [np.multiply, np.arctan2, np.matmul, np.sum, np.cov, np.linalg.norm])
def test_rules_of_ours_pass(fn) -> None:
    check_rule(fn, (X, Y) if fn in (np.multiply, np.arctan2, np.matmul) else (X,))


def test_keywords_are_passed_on() -> None:
    check_rule(np.cumsum, (np.outer(X, Y),), {"axis": 1})


def test_a_wrong_partial_is_named(forget) -> None:
    def scaled(x, y):
        return x * np.exp(y)

    dualad.primitive(scaled, lambda x, y: np.exp(y), lambda x, y: x)
    forget(scaled)
    with pytest.raises(AssertionError, match=r"in argument 1"):
        check_rule(scaled, (X, Y))


def test_a_transpose_that_is_none(forget) -> None:
    def turned(x):
        return x[::-1] * 2.0

    dualad.primitive(turned, transposes=(lambda ct, x: ct * 2.0,))
    forget(turned)
    check_rule(turned, (X,), modes="fwd")
    with pytest.raises(AssertionError, match="VJP"):
        check_rule(turned, (X,))


def test_a_rule_that_undoes_no_broadcasting_of_a_general_function(forget) -> None:
    def added(x, y):
        return x + y

    same = lambda t, ans, x, y: t + 0 * ans  # noqa: E731
    back = lambda ct, ans, x, y: ct  # noqa: E731
    dualad.primitive(added, jvps=(same, same), vjps=(back, back))
    forget(added)
    check_rule(added, (X, Y))
    with pytest.raises((AssertionError, dualad.DualadError, ValueError)):
        check_rule(added, (X, 0.5))


def test_functions_and_arguments_without_rules(forget) -> None:
    def plain(x, y):
        return x * y

    with pytest.raises(RegistryError, match="no derivative rule"):
        check_rule(plain, (X, Y))
    dualad.primitive(plain, lambda x, y: y, None)
    forget(plain)
    with pytest.raises(RegistryError, match="argument 1"):
        check_rule(plain, (X, Y))


def into_cotangent(ct, ans, x):
    ct *= np.cos(x)
    return ct


def into_tangent(t, ans, x):
    t *= np.cos(x)
    return t


def into_result(x, ans):
    ans *= 2.0
    return ans / 2.0


def into_argument(x, ans):
    x *= 3.0
    return ans


def tangent(t, ans, x):
    return t * np.cos(x)


def cotangent(ct, ans, x):
    return ct * np.cos(x)


Z = np.array([0.4 + 0.3j, -0.8 + 1.1j])
S = np.array([[2.0, 0.3], [0.1, 1.5]])
WRONG = {
    "sign": (lambda x: np.cos(x), {"partials": (lambda x: np.sin(x),)}, (X,)),
    "factor": (lambda x: x**3, {"partials": (lambda x: x**2,)}, (X,)),
    "slightly": (lambda x: x**3, {"partials": (lambda x: 3.0003 * x**2,)}, (X,)),
    "swapped": (lambda x, y: x * y, {"partials": (lambda x, y: x, lambda x, y: y)}, (X, Y)),
    "nothing": (lambda x, y: x * y, {"partials": (lambda x, y: y, lambda x, y: 0.0 * x)}, (X, Y)),
    "not transposed": (lambda x: x.T.copy(), {"transposes": (lambda ct, x: ct,)}, (S,)),
    "conjugate": (lambda z: np.exp(z), {"partials": (lambda z: np.conj(np.exp(z)),)}, (Z,)),
    "no conjugate": (lambda z: np.conj(z), {"partials": (lambda z: 1.0,)}, (Z,)),
    "turned": (lambda z: 1j * z, {"transposes": (lambda ct, z: -1j * ct,)}, (Z,)),
    "integers": (lambda x: np.sin(x), {"partials": (lambda x: np.cos(x).astype(int),)}, (X,)),
    "single precision": (lambda x: np.sin(x), {"partials": (lambda x: np.cos(x).astype(np.float32),)}, (X,)),
    "constant inside": (lambda x: x**3, {"partials": (lambda x: 3 * dualad.stop_gradient(x) ** 2,)}, (X,)),
    "constant result": (lambda x: np.exp(x), {"partials": (lambda x, ans: dualad.stop_gradient(ans),)}, (X,)),
    "vjp": (lambda x: np.sin(x), {"jvps": (tangent,), "vjps": (lambda ct, ans, x: ct * np.sin(x),)}, (X,)),
    "jvp": (lambda x: np.sin(x), {"jvps": (lambda t, ans, x: t * ans,), "vjps": (cotangent,)}, (X,)),
    "stores into ct": (lambda x: np.sin(x), {"jvps": (tangent,), "vjps": (into_cotangent,)}, (X,)),
    "stores into t": (lambda x: np.sin(x), {"jvps": (into_tangent,), "vjps": (cotangent,)}, (X,)),
    "stores into ans": (lambda x: np.exp(x), {"partials": (into_result,)}, (X,)),
    "stores into x": (lambda x: np.exp(x), {"partials": (into_argument,)}, (X,)),
    "not linear": (lambda x: x**2, {"transposes": (lambda ct, x: 2 * x * ct,)}, (X,)),
    "affine": (lambda x: 2 * x + 1, {"transposes": (lambda ct, x: 2 * ct,)}, (X,)),
    "not jointly": (lambda x, y: x * y, {"transposes": (lambda ct, x, y: ct * y, lambda ct, x, y: ct * x)}, (X, Y)),
    "no elements": (lambda x: np.cumsum(x), {"partials": (lambda x: 1.0,)}, (X,)),
    "diagonal": (lambda x: np.exp(x) / np.sum(np.exp(x)), {"partials": (lambda x, ans: ans * (1 - ans),)}, (X,)),
    "other branch": (lambda x: np.maximum(x, 0.0), {"partials": (lambda x: np.where(x < 0, 1.0, 0.0),)}, (X,)),
    "not a number": (lambda x: 1.0 * x, {"partials": (lambda x: x * np.nan,)}, (X,)),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_rules_are_caught(kind, forget) -> None:
    fn, rules, args = WRONG[kind]
    dualad.primitive(fn, **rules)
    forget(fn)
    with pytest.raises(AssertionError, match="stores into" if kind.startswith("stores") else "differences"):
        check_rule(fn, args)


def test_integers_that_no_rule_is_for_stay_as_they_are(forget) -> None:
    def scaled_power(k, x, n):
        return k * x**n

    dualad.primitive(scaled_power, None, lambda k, x, n: k * n * x ** (n - 1), None)
    forget(scaled_power)
    check_rule(scaled_power, (2, X, 3), order=3)
