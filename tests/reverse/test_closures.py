"""Closures of one code: what was emitted for one serves the others, and nothing of the first is left in it."""

import functools
import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import dualad
from dualad.reverse import programs, variants

X = np.array([0.5, 1.5, -0.75])


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the functions that are emitted."""
    names: list[str] = []
    build = variants.build

    def noting(found: Any, *args: Any, **kwargs: Any) -> Any:
        names.append(found.fn.__name__)
        return build(found, *args, **kwargs)

    monkeypatch.setattr(variants, "build", noting)
    dualad.clear_cache()
    yield names


def weighted(w: Any) -> Callable[..., Any]:
    def f(x):
        return np.sum(w * x**2)

    return f


def with_helpers(w: Any, act: Any = np.tanh) -> Callable[..., Any]:
    def layer(x):
        return act(x) * w

    def model(x):
        for _ in range(3):
            x = layer(x) + w
        return x

    def f(x):
        total = 0.0
        for row in model(x):
            total += row * w
        return total

    return f


def calling_itself(w: Any) -> Callable[..., Any]:
    def f(x, n=3):
        return w * x if n == 0 else np.sin(f(x, n - 1)) * w

    return lambda x: np.sum(f(x))


def storing(w: Any) -> Callable[..., Any]:
    kept = np.zeros(3)

    def put(i, v):
        kept[i] = v * w

    def f(x):
        for i in range(3):
            put(i, x[i] ** 2)
        return np.sum(kept * x)

    return f


def counting(w: Any) -> Callable[..., Any]:
    count = 0

    def f(x):
        nonlocal count
        count += 1
        return np.sum(x * w) * x[0]

    return f


def with_default(w: Any) -> Callable[..., Any]:
    scale = 2.0
    return lambda x, w=w: np.sum(w * x) * scale * x[1]


def of_gradients(w: Any) -> Callable[..., Any]:
    def f(x):
        return np.sum(np.sin(x) * w * x)

    return lambda x: np.vdot(dualad.grad(f)(x), X)


MAKERS = [weighted, with_helpers, calling_itself, storing, counting, with_default, of_gradients]


@pytest.mark.parametrize("make", MAKERS)
def test_closures_have_gradients_of_their_own(make: Callable[..., Any], built: list[str]) -> None:
    def derivatives(f: Callable[..., Any]) -> tuple[Any, ...]:
        y, pull = dualad.vjp(f, X)
        value, gradient = dualad.value_and_grad(f)(X)
        hessian = dualad.jacfwd(dualad.grad(f))(X)
        return gradient, y, pull(2.0)[0], value, dualad.grad(f)(X), hessian

    others = [make(w) for w in (2.0, -0.5, 3.25)]
    for f in others:
        derivatives(f)
    counts = len(built)
    found = [derivatives(make(w)) for w in (2.0, -0.5, 3.25)]
    assert len(built) == counts, f"emitted again: {built[counts:]}"
    for w, got in zip((2.0, -0.5, 3.25), found, strict=True):
        dualad.clear_cache()
        expected = derivatives(make(w))
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one, other)
        _, along = dualad.jvp(make(w), (X,), (X,))
        np.testing.assert_allclose(got[0] @ X, along, rtol=1e-13)


def test_first_closure_alone_is_emitted(built: list[str]) -> None:
    for w in (1.0, 2.0, 3.0):
        np.testing.assert_allclose(dualad.grad(weighted(w))(X), 2 * w * X)
    assert built == ["f"]


def test_what_is_captured_may_be_of_another_kind(built: list[str]) -> None:
    for w in (1.0, 2.0, X, 3, 4, X[:, None], 5.0, X, np.float32(2), 7):
        f, x = weighted(w), X[:, None] if np.ndim(w) == 2 else X
        np.testing.assert_allclose(dualad.grad(f)(x), 2 * w * x)
    assert len(built) <= 6


def test_functions_of_another_code_are_not_taken_for_each_other() -> None:
    for act, slope in ((np.sin, np.cos), (lambda z: z * z, lambda z: 2 * z), (lambda z: z**3, lambda z: 3 * z**2)):

        def f(x, act=act):
            return np.sum(act(x))

        np.testing.assert_allclose(dualad.grad(f)(X), slope(X))
        g = with_helpers(2.0, act)
        np.testing.assert_allclose(dualad.grad(g)(X) @ X, dualad.jvp(g, (X,), (X,))[1], rtol=1e-13)


def test_pullbacks_stay_those_of_their_closures() -> None:
    pulls = [dualad.vjp(weighted(w), X)[1] for w in (1.0, 2.0, 3.0)]
    for w, pull in zip((1.0, 2.0, 3.0), pulls, strict=True):
        np.testing.assert_allclose(pull(1.0)[0], 2 * w * X)


REGISTERED: list[Any] = []


def test_functions_that_outlive_their_closure_stay_what_they_are() -> None:
    """The first closure's helper is everybody's: it captured the variable of the first."""
    global shared

    def make(w):
        global shared

        def helper(x):
            return x * w

        if not REGISTERED:
            REGISTERED.append(helper)
            shared = helper
        return lambda x: shared(x) + w * x * x

    REGISTERED.clear()
    for w in (2.0, 3.0, 4.0):
        assert dualad.grad(make(w))(1.5) == 2.0 + 2 * w * 1.5


def test_variables_that_two_functions_share_are_not_taken_for_two() -> None:
    def own(w):
        def put(v):
            nonlocal w
            w = v

        return put, lambda x, put=put: (put(x), w * x)[1]

    def pair(shares):
        put, f = own(2.0)
        if not shares:
            put, _ = own(5.0)

        def g(x):
            put(x * x)
            return f(x, lambda v: None)

        return g

    for shares in (True, False, True, False):
        assert dualad.jvp(pair(shares), (1.5,), (1.0,))[1] == (3 * 1.5**2 if shares else 2.0)
        try:
            assert dualad.grad(pair(shares))(1.5) == (3 * 1.5**2 if shares else 2.0)
        except dualad.DualadError:
            assert shares


def test_rebound_variables_are_read_anew() -> None:
    w = 1.0

    def f(x):
        return w * x * x

    assert dualad.grad(f)(3.0) == 6.0
    w = 2.0
    assert dualad.grad(f)(3.0) == 12.0
    g = weighted(1.0)
    assert dualad.grad(g)(X)[0] == 1.0
    g.__closure__[0].cell_contents = 4.0  # type: ignore[index]
    assert dualad.grad(g)(X)[0] == 4.0
    assert dualad.grad(weighted(2.0))(X)[0] == 2.0


def test_modules_and_classes_are_looked_at() -> None:
    import math

    def make(m):
        return lambda x: m.sin(x) * x

    for m in (np, math, np, math):
        assert dualad.grad(make(m))(0.5) == pytest.approx(np.cos(0.5) * 0.5 + np.sin(0.5))


def test_old_closures_are_forgotten() -> None:
    """A batch that a closure has captured does not stay for long."""

    kept = []
    for k in range(2 * programs.LATEST):
        batch = np.full(3, float(k))
        kept.append(weakref.ref(batch))
        f = weighted(batch)
        dualad.grad(f)(X)
        dualad.vjp(f, X)
        del f, batch
    gc.collect()
    assert sum(ref() is not None for ref in kept) <= programs.LATEST + programs.ALIKE + 1


def class_made_by_a_call(x):
    made = type("Made", (), {"scaled": staticmethod(lambda v: v * x)})
    return made.scaled(2.0)


def test_a_class_that_is_made_inside_is_refused():
    with pytest.raises(dualad.Unsupported, match="a class made inside the function") as caught:
        dualad.grad(class_made_by_a_call)(3.0)
    assert "^" in str(caught.value)
    assert "at module level" in str(caught.value)


def integrated(fn: Any, low: Any, high: Any, others: Any = ()) -> Any:
    h = (high - low) / 4
    total = 0.0
    for i in range(4):
        total += fn(low + (i + 0.5) * h) * h
        for other in others:
            total += other(total)
    return total


def given_functions(x, w):
    def scaled(fn):
        @functools.wraps(fn)
        def times(t):
            return fn(t) * w

        return times

    def added(t):
        nonlocal x
        x = x + t * 0.5
        return added if t < 0 else x

    first = [lambda t: t * x, *[lambda t, k=k: t - k * x for k in (2, 3)]]
    total = functools.reduce(lambda a, b: a * b + w, [x, w, x * w]) + added(x)
    total += integrated(scaled(first[0]), 0.0, x) + integrated(first[1], 0.0, w, others=[first[0], scaled(first[1])])
    return total + integrated(lambda t: integrated(lambda u: u * t * w, 0.0, t), 0.0, x)


def test_functions_that_are_given_to_others_are_emitted_once(built: list[str]) -> None:
    gradient = dualad.grad(given_functions, (0, 1))
    for k, (x, w) in enumerate([(0.5, 1.5), (0.75, 1.25), (np.float64(0.5), 1.5), (1.5, 2.0)]):
        if k == 2:
            del built[:]
        for found, along in zip(gradient(x, w), [(1.0, 0.0), (0.0, 1.0)], strict=True):
            np.testing.assert_allclose(found, dualad.jvp(given_functions, (x, w), along)[1], rtol=1e-12)
    # NumPy's number is of another kind; nothing is emitted for the last call, whose functions are all new.
    again = len(built)
    gradient(1.25, 0.5)
    assert len(built) == again
    assert len([name for name in built if name == "times"]) <= 2
