"""Integers that a derivative is taken in, as keys of dicts: what reads the keys would not be followed to them."""

from collections.abc import Callable
from typing import Any

import pytest

import dualad


class Held:
    pass


def summed(n, x):
    d = {n: 2}
    return sum(d.keys()) * x


def in_attribute(n, x):
    h = Held()
    h.v = {n: 2}
    return sum(h.v.keys()) * x


def stored(n, x):
    d = {}
    d[n] = x
    s = 0.0
    for k in d:
        s += k * d[k]
    return s


def comprehended(n, x):
    d = {k: x for k in [n, 1]}
    return sum(d) * x


def made_of_pairs(n, x):
    d = dict([(n, x)])
    return next(iter(list(d))) * x


def from_keys(n, x):
    d = dict.fromkeys([n], x)
    return max(d) * x


@pytest.mark.parametrize("f", [summed, in_attribute, stored, comprehended, made_of_pairs, from_keys])
def test_active_integers_as_keys_are_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(dualad.DualadError, match="active number as the key of a dict"):
        dualad.grad(f, argnums=(0, 1))(3, 2.0)
    assert dualad.grad(f, argnums=1)(3, 2.0) != 0.0


def counted(n, x):
    d = {}
    for i in range(3):
        d[i] = x * i * n
    return sum(d.values()) + sum(d) * x


def memoised(n, x):
    memo = {}

    def fib(k):
        if k in memo:
            return memo[k]
        memo[k] = x if k < 2 else fib(k - 1) + fib(k - 2) * n
        return memo[k]

    return fib(5)


@pytest.mark.parametrize("f", [counted, memoised])
def test_integers_of_the_functions_own_are_keys(f: Callable[..., Any]) -> None:
    assert dualad.grad(f, argnums=(0, 1))(3, 2.0) == dualad.grad(f, argnums=(0, 1))(3.0, 2.0)
    assert dualad.grad(f, argnums=(0, 1))(3, 2.0)[0] == dualad.jvp(f, (3.0, 2.0), (1.0, 0.0))[1]
