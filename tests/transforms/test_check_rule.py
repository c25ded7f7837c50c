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
