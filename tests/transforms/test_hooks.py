"""on_cotangent, and clipping by value and by global norm."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import (
    DualadTypeError,
    DualadValueError,
    Unsupported,
    clip_by_global_norm,
    clip_by_value,
    grad,
    jacfwd,
    jacrev,
    jvp,
    on_cotangent,
    vjp,
)
from dualad.testing import check_grads
from tests.transforms.helpers import near

X = np.array([0.3, -0.7, 1.1])
A = np.array([[1.0, 2.0, 0.0], [0.5, 3.0, 1.0], [-1.0, 0.2, 0.7]])


def test_a_hook_replaces_the_cotangent_of_all_uses_together():
    def f(x):
        y = on_cotangent(x * 2.0, lambda ct: clip_by_value(ct, -1.0, 1.0))
        return np.sum(y * y) + y[0]

    near(grad(f)(X), 2 * np.clip(4 * X + [1, 0, 0], -1, 1))
    near(jvp(f, (X,), (np.ones(3),))[1], np.sum(2 * (4 * X + [1, 0, 0])))


def test_a_hook_may_only_look():
    seen = []
    f = lambda x: np.sum(on_cotangent(x * x, seen.append) ** 2)
    near(grad(f)(X), 4 * X**3)
    near(seen[0], 2 * X * X)
    assert len(seen) == 1
    y, pull = vjp(f, X)
    pull(1.0)
    pull(2.0)
    near(seen[-1], 4 * X * X)
    assert f(X) == y


def test_hooks_on_numbers_trees_and_in_loops():
    seen = []

    def f(x):
        total = 0.0
        for i in range(3):
            p = on_cotangent({"a": x * i, "b": [x]}, lambda ct: seen.append(ct["a"]))
            total = total + p["a"] ** 2 + p["b"][0]
        return total

    assert grad(f)(2.0) == 2 * 2.0 * 5 + 3
    assert seen == [8.0, 4.0, 0.0]


@pytest.mark.parametrize(
    "hook",
    [
        lambda ct: np.tanh(ct) * 2.0,
        lambda ct: A @ ct,
        lambda ct: clip_by_global_norm(ct, 0.5),
        lambda ct: None,
        lambda ct: clip_by_value(ct, -0.3, 2.0) * ct,
        lambda ct: ct * 0.5 if ct[0] > 0 else ct**2,
    ],
)
def test_the_gradient_with_a_hook_is_differentiated_as_it_is(hook):
    def f(x):
        y = on_cotangent(np.sin(x) * x[0], hook)
        z = 0.0
        for v in (y, x * y):
            z = z + np.sum(on_cotangent(v, hook) ** 2 * x)
        return z

    gradient = grad(f)
    step = 1e-6
    differences = np.array([(gradient(X + step * e) - gradient(X - step * e)) / (2 * step) for e in np.eye(3)]).T
    near(jacfwd(gradient)(X), differences, rtol=1e-6, atol=1e-7)
    near(jacrev(gradient)(X), differences, rtol=1e-6, atol=1e-7)


def test_a_hook_runs_with_what_it_captured_then():
    def f(x):
        for k in range(3):
            x = on_cotangent(x, lambda ct: ct * (k + 1.0))  # noqa: B023
        return x

    assert grad(f)(2.0) == 6.0

    def counted(x):
        count = 0

        def hook(ct):
            nonlocal count
            count += 1
            return ct * count

        for _ in range(3):
            x = on_cotangent(x, hook)
        return x

    assert grad(counted)(2.0) == 6.0


def by_captured(x):
    c = x[0] * 2
    return np.sum(np.sin(on_cotangent(x * x, lambda ct: ct * c)) * x)


def test_what_a_hook_holds_may_be_differentiated_in():
    near(grad(by_captured)(X), np.sin(X * X) + 2 * X[0] * np.cos(X * X) * X * 2 * X)
    step = 1e-6
    gradient = grad(by_captured)
    differences = np.array([(gradient(X + step * e) - gradient(X - step * e)) / (2 * step) for e in np.eye(3)]).T
    near(jacfwd(gradient)(X), differences, rtol=1e-6, atol=1e-7)
    with pytest.raises(Unsupported, match="forward over reverse"):
        jacrev(gradient)(X)


def test_hooks_on_arrays_that_are_stored_into():
    def before(x):
        y = np.zeros(3)
        for i in range(3):
            y[i] = x[i] ** 2
        return np.sum(np.sin(on_cotangent(y, lambda ct: ct * 2)) * y)

    y = X * X
    near(grad(before)(X), (2 * np.cos(y) * y + np.sin(y)) * 2 * X)

    def after(x):
        z = on_cotangent(x * x, lambda ct: ct * 2)
        z[0] = x[1]
        return np.sum(z)

    with pytest.raises(Unsupported, match="on_cotangent gives .* take a copy"):
        grad(after)(X)

    def of_copy(x):
        z = on_cotangent(x * x, lambda ct: ct * 2).copy()
        z[0] = x[1]
        return np.sum(z)

    near(grad(of_copy)(X), [0.0, 4 * X[1] + 1, 4 * X[2]])


def test_what_a_hook_returns_is_checked():
    with pytest.raises(DualadValueError, match="what the function of on_cotangent returned"):
        grad(lambda x: np.sum(on_cotangent(x, lambda ct: ct[:1])))(X)
    with pytest.raises(DualadTypeError, match="on_cotangent takes a function"):
        on_cotangent(X, 3.0)


def test_clipping_by_value():
    got = clip_by_value({"w": X, "n": 3, "b": (2.0, np.float32(5.0)), "s": "name", "m": None}, -0.5, 1.0)
    near(got["w"], [0.3, -0.5, 1.0])
    assert got["b"] == (1.0, np.float32(1.0))
    assert type(got["b"][1]) is np.float32
    assert (got["n"], got["s"], got["m"]) == (1.0, "name", None)
    assert not np.shares_memory(got["w"], X)
    with pytest.raises(DualadValueError, match="low=1.0 is greater than high=0.0"):
        clip_by_value(X, 1.0, 0.0)


def test_clipping_by_global_norm():
    p = {"w": X, "b": np.float32(2.0), "s": "name"}
    norm = np.sqrt(X @ X + 4.0)
    got = clip_by_global_norm(p, 1.0)
    near(got["w"], X / norm)
    near(got["b"], 2.0 / norm, rtol=1e-6)
    assert got["b"].dtype == np.float32
    near(clip_by_global_norm(p, 10.0)["w"], X)
    near(clip_by_global_norm(np.zeros(2), 1.0), np.zeros(2))
    near(np.abs(clip_by_global_norm(np.array([3j, 4.0]), 1.0)), [0.6, 0.8])
    with pytest.raises(DualadValueError, match="positive"):
        clip_by_global_norm(X, 0.0)


def test_clipping_is_differentiated_too():
    check_grads(lambda x: clip_by_global_norm({"a": x, "b": x[0] * 3.0}, 1.5), (X,), order=2)
    check_grads(lambda x: clip_by_value(x * x, 0.2, 1.0) * x, (X,), order=2)
