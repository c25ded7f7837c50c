"""checkpoint and checkpoint_loop: derivatives, memory, how often what is run, and what is refused."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from dualad import (
    DualadError,
    DualadTypeError,
    DualadValueError,
    Unsupported,
    checkpoint,
    checkpoint_cost,
    checkpoint_loop,
    custom_vjp,
    grad,
    hessian,
    hvp,
    jacrev,
    jvp,
    on_cotangent,
    vjp,
)
from dualad.testing import check_grads
from tests.transforms.helpers import near

X = np.array([0.3, -0.7, 1.1])
A = np.array([[1.0, 2.0, 0.0], [0.5, 3.0, 1.0], [-1.0, 0.2, 0.7]])
CALLS: list[int] = []


@checkpoint
def layer(w, x, *, scale=1.0):
    CALLS.append(1)
    h = np.tanh(w @ x) * scale
    return {"h": h, "norm": np.sum(h * h)}


def network(w, x):
    h = x
    total = 0.0
    for _ in range(3):
        out = layer(w, h, scale=x[0])
        h = out["h"]
        total = total + out["norm"]
    return total * h


def body(i, x, k):
    CALLS.append(i)
    return x + k * np.sin(x) * 0.1


# checkpoint


def test_checkpoint_is_differentiated_to_every_order():
    check_grads(network, (A * 0.3, X), order=2)
    near(hvp(lambda w: np.sum(network(w, X)), (A,), (A,)), jvp(grad(lambda w: np.sum(network(w, X))), (A,), (A,))[1])


def test_the_function_runs_again_in_reverse_only():
    CALLS.clear()
    _, pull = vjp(network, A, X)
    assert len(CALLS) == 3
    pull(X)
    assert len(CALLS) == 6
    layer(A, X)
    assert len(CALLS) == 7


def test_residuals_are_not_kept():
    def heavy(x):
        for i in range(200):
            x = np.sin(x) + i
        return x

    def kept(f):
        x = np.ones(20_000)
        gc.collect()
        tracemalloc.start()
        pulls = vjp(f, x)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        del pulls
        return size

    assert kept(checkpoint(heavy)) < 0.05 * kept(heavy)


def test_arguments_that_are_stored_into_later_are_kept():
    square = checkpoint(lambda x: x * x)

    x = X.copy()
    _, pull = vjp(square, x)
    x[:] = 5.0
    near(pull(np.ones(3))[0], 2 * X)


def test_a_function_that_changes_is_refused():
    rng = np.random.default_rng(0)
    noisy = checkpoint(lambda x: x * rng.random())
    _, pull = vjp(noisy, X)
    with pytest.raises(DualadError, match="gave another result"):
        pull(X)
    with pytest.raises(Unsupported, match="stores into its argument `x`"):
        grad(lambda x: np.sum(store(x * 1.0)))(X)


@checkpoint
def store(x):
    x[0] = 1.0
    return x


def test_checkpoint_as_a_decorator_of_a_method():
    class Model:
        def __init__(self, w):
            self.w = w

        @checkpoint
        def run(self, x):
            """What it does."""
            return np.sin(self.w * x)

    near(grad(lambda x: np.sum(Model(2.0).run(x)))(X), 2 * np.cos(2 * X))
    assert Model.run.__doc__ == "What it does."
    assert repr(Model.run) == f"<checkpoint of {Model.run.__name__}>"


# checkpoint_loop


def plainly(steps, state, k):
    for i in range(steps):
        state = body(i, state, k)
    return state


@pytest.mark.parametrize(("steps", "snapshots"), [(0, 1), (1, 1), (2, 1), (7, 20), (10, 2), (57, 5), (100, None)])
def test_a_loop_is_differentiated_at_the_least_cost(steps, snapshots):
    looped = lambda x, k: np.sum(checkpoint_loop(body, steps, x, k, snapshots=snapshots) ** 3)
    plain = lambda x, k: np.sum(plainly(steps, x, k) ** 3)
    CALLS.clear()
    got = grad(looped, argnums=(0, 1))(X, 1.3)
    assert len(CALLS) == steps + checkpoint_cost(steps, snapshots or 10)
    want = grad(plain, argnums=(0, 1))(X, 1.3)
    near(got[0], want[0])
    near(got[1], want[1])
    assert looped(X, 1.3) == plain(X, 1.3)


def test_the_cost_is_the_least_that_there_is():
    least = {}
    for n in range(1, 60):
        for s in range(1, 8):
            splits = [m + least[n - m, s - 1] + least[m, s] for m in range(1, n)] if s > 1 else [n * (n - 1) // 2]
            least[n, s] = min(splits, default=0)
            assert checkpoint_cost(n, s) == least[n, s]


@pytest.mark.parametrize("order", [2])
def test_a_loop_to_the_second_order(order):
    check_grads(lambda x, k: checkpoint_loop(step, 9, x, k, snapshots=2), (X, 0.7), order=order)
    check_grads(lambda k: checkpoint_loop(step, 5, 1.0, k, snapshots=2), (0.7,), order=order)


def step(i, x, k):
    return x * k + np.sin(x) * i


def test_states_are_trees():
    def swing(i, state, k):
        x, v = state["x"], state["v"][0]
        v = v - k * np.sin(x) * 0.1
        return {"x": x + v * 0.1, "v": [v], "n": state["n"] + 1, "name": "swing"}

    def looped(x, k):
        last = checkpoint_loop(swing, 7, {"x": x, "v": [k * x], "n": 0, "name": "swing"}, k, snapshots=3)
        return last["x"] * last["n"] + last["v"][0]

    check_grads(looped, (X, 1.2), order=2)


def test_a_loop_over_rules_that_are_no_true_derivatives():
    @custom_vjp
    def skewed(x):
        return x * x

    skewed.defvjp(lambda x: (x * x, x), lambda x, ct: ((A @ ct) * x,))

    def pass_with(i, x, wanted):
        return np.sin(skewed(x)) + on_cotangent(x * wanted, lambda ct: np.tanh(ct))

    def looped(x):
        return np.sum(checkpoint_loop(pass_with, 4, x, x * 0.3, snapshots=2))

    def plain(x):
        k = x * 0.3
        for i in range(4):
            x = pass_with(i, x, k)
        return np.sum(x)

    near(grad(looped)(X), grad(plain)(X))
    near(jacrev(grad(looped))(X), jacrev(grad(plain))(X))
    for outer in (lambda f: grad(lambda x: np.sum(checkpoint(f)(x) * X)),):
        near(jacrev(outer(grad(looped)))(X), jacrev(outer(grad(plain)))(X))


def test_a_pullback_of_a_loop_serves_many_times():
    y, pull = vjp(lambda x: checkpoint_loop(body, 30, x, 1.3, snapshots=3), X)
    first = pull(np.ones(3))[0]
    y[:] = 0.0
    pull(X)
    near(pull(np.ones(3))[0], first, rtol=0)


def test_what_a_loop_keeps():
    def memory(loop):
        x = np.full(20_000, 0.3)
        f = lambda x: np.sum(loop(x))
        grad(f)(x[:3])
        gc.collect()
        tracemalloc.start()
        grad(f)(x)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    def swing(i, x):
        return x + 0.01 * np.sin(x) * np.cos(x)

    def plain(x):
        for i in range(400):
            x = swing(i, x)
        return x

    assert memory(lambda x: checkpoint_loop(swing, 400, x, snapshots=10)) < 0.05 * memory(plain)


def test_what_a_loop_refuses():
    rng = np.random.default_rng(0)
    for snapshots in (1, 100):
        _, pull = vjp(lambda x, s=snapshots: checkpoint_loop(lambda i, x: x * rng.random(), 10, x, snapshots=s), X)
        with pytest.raises(DualadError, match="gave another result"):
            pull(X)

    def storing(i, x):
        x[0] = 1.0
        return x

    x = X.copy()
    with pytest.raises(Unsupported, match="stores into its argument `x`"):
        vjp(lambda x: checkpoint_loop(storing, 10, x), x)
    near(x, X)
    with pytest.raises(DualadValueError, match="at least 1"):
        checkpoint_loop(body, 3, X, 1.0, snapshots=0)
    with pytest.raises(DualadValueError, match="negative"):
        checkpoint_loop(body, -1, X, 1.0)
    with pytest.raises(DualadTypeError, match="steps is an int"):
        checkpoint_loop(body, 2.5, X, 1.0)


# What a pass has captured


class Pendulum:
    def __init__(self, w):
        self.w = w

    def step(self, i, u):
        return u + 0.1 * np.sin(u * self.w)


def with_arrays(x):
    w, p = x * np.array([1.0, 2.0, 0.5]), {"k": [x * 0.1]}

    def step(i, s, c):
        return {"u": s["u"] + p["k"][0] * np.sin(w * s["u"] * c), "n": s["n"] + x}

    out = checkpoint_loop(step, 15, {"u": np.ones(3), "n": 0.0}, x, snapshots=3)
    w = w * 3
    return np.sum(out["u"] * w) * out["n"]


def in_a_loop(x):
    total = 0.0
    for k in range(3):
        y = x * (k + 1)
        total = total + checkpoint_loop(lambda i, s: s + 0.05 * np.cos(s * y), 7, 0.3, snapshots=2)  # noqa: B023
    return total


def of_a_method(x):
    return checkpoint_loop(Pendulum(x * 2).step, 9, x)


def in_another(x):
    return checkpoint_loop(lambda i, s: checkpoint_loop(lambda j, t: t + 0.1 * np.sin(t * x), 3, s), 4, 0.4)


def in_recursion(x):
    def level(n, t):
        return t if n == 0 else checkpoint_loop(lambda i, s: s + 0.1 * np.sin(s * x * n), 3, level(n - 1, t))

    return level(3, x)


@pytest.mark.parametrize("f", [with_arrays, in_a_loop, of_a_method, in_another, in_recursion])
def test_what_a_pass_has_captured_is_differentiated_in(f):
    check_grads(f, (0.7,), order=2)
    step = 1e-5
    second = (grad(f)(0.7 + step) - grad(f)(0.7 - step)) / (2 * step)
    near(grad(grad(f))(0.7), second, rtol=1e-7)
    near(hvp(f, (0.7,), (1.0,)), second, rtol=1e-7)


def test_what_a_pass_has_captured_may_not_be_changed_in_place():
    def f(x):
        w = x * np.ones(2)
        y = checkpoint_loop(lambda i, s: s + 0.1 * np.sin(w * s), 6, np.ones(2))
        w *= 3
        return np.sum(y * w)

    with pytest.raises(Unsupported, match="was changed after a derivative of it was taken"):
        grad(f)(0.7)


def test_rules_that_are_no_true_derivatives_in_a_loop():
    """What runs forward again in a checkpointed loop has the tangents that it has in reverse."""
    B = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.2], [0.0, 0.7, 2.0]])

    @custom_vjp
    def turned(x):
        return B @ x

    turned.defvjp(lambda x: (B @ x, None), lambda kept, ct: (B @ ct,))

    def body(i, x, k):
        return 0.3 * turned(np.sin(x)) + k * x

    def kept(x):
        for i in range(5):
            x = body(i, x, 0.5)
        return np.sum(x**3)

    x = np.array([0.3, -0.7, 1.2])
    for snapshots in (1, 2, 5):
        again = lambda x, n=snapshots: np.sum(checkpoint_loop(body, 5, x, 0.5, snapshots=n) ** 3)
        for second in (hessian, lambda f: jacrev(grad(f))):
            np.testing.assert_allclose(second(again)(x), second(kept)(x), rtol=1e-12)
