"""The corpus's harness must be able to fail: each kind of wrong transform is caught by a check."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.corpus.base import pos
from tests.corpus.harness import (
    Api,
    Case,
    check_agreement,
    check_forward,
    check_joint,
    check_reverse,
    check_reverse_alone,
    check_second_order,
    check_smooth,
    differences,
    noise,
)
from tests.corpus.trees import leaves, same, tree_map

X = np.array([0.5, -1.0, 2.0])


def weighted(x: np.ndarray, k: float, how: str) -> Any:
    return np.sum(x * x * x) * k


def elementwise(x: np.ndarray, k: float, how: str) -> Any:
    return x * x * x * k


def make() -> tuple[Any, ...]:
    return X.copy(), 1.5, "text"


TOTAL = Case(weighted, make, complex_ok=True)
VECTOR = Case(elementwise, make, complex_ok=True)


def vjp(f: Callable[..., Any], x: np.ndarray, k: float, how: str) -> tuple[Any, Callable[..., Any]]:
    kept = x.copy()

    def pull(ct: Any) -> tuple[Any, ...]:
        return 3.0 * kept * kept * k * ct, float(np.sum(kept * kept * kept * ct)), None

    return f(x, k, how), pull


def jvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    (x, k, how), (dx, dk, _) = primals, tangents
    dy = 3.0 * x * x * k * dx + x * x * x * dk
    return f(x, k, how), np.sum(dy) if f is weighted else dy


def grad(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    def gradient(*args: Any) -> Any:
        got = vjp(f, *args)[1](1.0)
        return tuple(got[i] for i in argnums) if isinstance(argnums, tuple) else got[argnums]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    return lambda *args: (f(*args), grad(f, argnums)(*args))


RIGHT = Api(vjp, jvp, grad, value_and_grad)


@pytest.mark.parametrize("case", [TOTAL, VECTOR])
def test_right_transforms_pass(case: Case) -> None:
    check_smooth(case)
    check_forward(case, RIGHT)
    check_reverse_alone(case, RIGHT)
    check_agreement(case, RIGHT)
    check_joint(case, RIGHT)


def pull_with(change: Callable[..., Any]) -> Api:
    """The right transforms, but with `change(args, ct, y, cotangents, calls)` in place of the pullback's result."""

    def wrong(f: Callable[..., Any], *args: Any) -> Any:
        y, pull = vjp(f, *args)
        calls: list[Any] = []

        def pullback(ct: Any) -> Any:
            calls.append(ct)
            return change(args, ct, y, pull(ct), calls)

        return y, pullback

    return dataclasses.replace(RIGHT, vjp=wrong)


def view_of_argument(args: Any, ct: Any, y: Any, cts: Any, calls: Any) -> Any:
    args[0].flags.writeable = True
    before = args[0].copy()
    result = args[0][:]
    args[0][...] = before
    return (result, *cts[1:])


WRONG_PULLS: dict[str, Callable[..., Any]] = {
    "halved": lambda args, ct, y, cts, calls: (cts[0] / 2, *cts[1:]),
    "off by 1e-7": lambda args, ct, y, cts, calls: (cts[0] * (1 + 1e-7), *cts[1:]),
    "one argument dropped": lambda args, ct, y, cts, calls: (cts[0], 0.0, None),
    "single precision": lambda args, ct, y, cts, calls: (cts[0].astype(np.float32), *cts[1:]),
    "wrong shape": lambda args, ct, y, cts, calls: (cts[0][:1], *cts[1:]),
    "None for a number": lambda args, ct, y, cts, calls: (cts[0], None, None),
    "not a float": lambda args, ct, y, cts, calls: (cts[0], np.asarray(cts[1]), None),
    "a number for a string": lambda args, ct, y, cts, calls: (cts[0], cts[1], 1.0),
    "a list": lambda args, ct, y, cts, calls: list(cts),
    "too few": lambda args, ct, y, cts, calls: cts[:2],
    "second call differs": lambda args, ct, y, cts, calls: (cts[0] * len(calls), *cts[1:]),
    "NaN": lambda args, ct, y, cts, calls: (cts[0] * np.nan, *cts[1:]),
    "view of an argument": view_of_argument,
    "cotangent passed in is handed out": lambda args, ct, y, cts, calls: (ct if np.ndim(ct) else args[0], *cts[1:]),
    "not writable": lambda args, ct, y, cts, calls: (cts[0].setflags(write=False) or cts[0], *cts[1:]),
    "reads the argument late": lambda args, ct, y, cts, calls: (3.0 * args[0] ** 2 * args[1] * ct, *cts[1:]),
    "writes into the argument": lambda args, ct, y, cts, calls: (args[0].fill(1.0), cts)[1],
}


@pytest.mark.parametrize("case", [TOTAL, VECTOR], ids=["scalar", "vector"])
@pytest.mark.parametrize("how", WRONG_PULLS)
def test_wrong_pullback_is_caught(how: str, case: Case) -> None:
    with pytest.raises(AssertionError):
        check_agreement(case, pull_with(WRONG_PULLS[how]))


def test_wrong_pullback_is_caught_without_forward_mode() -> None:
    with pytest.raises(AssertionError, match="vjp"):
        check_reverse_alone(VECTOR, pull_with(WRONG_PULLS["halved"]))


def test_kept_value_is_caught() -> None:
    """A pullback that reads the result which the user may have changed."""
    late = pull_with(lambda args, ct, y, cts, calls: (3.0 * y / (X + 0.0) * ct, *cts[1:]))
    with pytest.raises(AssertionError, match="second call"):
        check_reverse(VECTOR, late)


WRONG_JVPS: dict[str, Callable[..., Any]] = {
    "half the tangent": lambda primals, tangents, y, dy: (y, dy / 2),
    "value off": lambda primals, tangents, y, dy: (y + 1e-15 * np.abs(y), dy),
    "value of another type": lambda primals, tangents, y, dy: (np.asarray(y).tolist(), dy),
    "single precision": lambda primals, tangents, y, dy: (y, np.float32(dy) if np.ndim(dy) == 0 else dy.astype("f4")),
    "one argument dropped": lambda primals, tangents, y, dy: (y, dy - y / primals[1] * tangents[1]),
    "argument changed": lambda primals, tangents, y, dy: (primals[0].fill(3.0), (y, dy))[1],
    "tangent changed": lambda primals, tangents, y, dy: (tangents[0].fill(3.0), (y, dy))[1],
    "error state changed": lambda primals, tangents, y, dy: (np.seterr(under="warn"), (y, dy))[1],
}


@pytest.mark.parametrize("case", [TOTAL, VECTOR], ids=["scalar", "vector"])
@pytest.mark.parametrize("how", WRONG_JVPS)
def test_wrong_jvp_is_caught(how: str, case: Case) -> None:
    def wrong(f: Callable[..., Any], primals: Any, tangents: Any) -> Any:
        y, dy = jvp(f, primals, tangents)
        return WRONG_JVPS[how](primals, tangents, y, dy)

    with np.errstate(), pytest.raises(AssertionError):
        check_forward(case, dataclasses.replace(RIGHT, jvp=wrong))


def test_tangent_that_is_a_view_is_caught() -> None:
    same_thing = Case(lambda x: x, lambda: (X.copy(),))
    wrong = dataclasses.replace(RIGHT, jvp=lambda f, primals, tangents: (primals[0].copy(), tangents[0]))
    with pytest.raises(AssertionError, match="shares memory"):
        check_forward(same_thing, wrong)


WRONG_GRADS: dict[str, Callable[..., Any]] = {
    "halved": lambda got, args: tuple(g / 2 for g in got),
    "argument handed out": lambda got, args: (args[0], *got[1:]),
    "one missing": lambda got, args: got[:1],
}


@pytest.mark.parametrize("how", WRONG_GRADS)
def test_wrong_grad_is_caught(how: str) -> None:
    def wrong(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
        right = grad(f, argnums)
        if not isinstance(argnums, tuple):
            return right
        return lambda *args: WRONG_GRADS[how](right(*args), args)

    with pytest.raises(AssertionError):
        check_joint(TOTAL, dataclasses.replace(RIGHT, grad=wrong))


def test_wrong_value_is_caught() -> None:
    wrong = dataclasses.replace(RIGHT, value_and_grad=lambda f, argnums: lambda *a: (f(*a) * 2, grad(f, argnums)(*a)))
    with pytest.raises(AssertionError, match="value_and_grad's value"):
        check_joint(TOTAL, wrong)


def test_second_order_check() -> None:
    def of_gradient(scale: float) -> Api:
        def second(g: Callable[..., Any], primals: Any, tangents: Any) -> Any:
            (x, k, _), (dx, dk, _) = primals, tangents
            dg = (scale * 6.0 * x * k * dx + 3.0 * x * x * dk, float(np.sum(3.0 * x * x * dx)))
            return g(*primals), dg

        return dataclasses.replace(RIGHT, jvp=second)

    check_second_order(TOTAL, of_gradient(1.0))
    with pytest.raises(AssertionError, match="jvp of grad"):
        check_second_order(TOTAL, of_gradient(1.001))


def test_kinks_and_false_claims_are_caught() -> None:
    with pytest.raises(AssertionError):
        check_smooth(Case(lambda x: np.abs(x), lambda: (np.full(2, 2e-5),)))
    with pytest.raises(AssertionError, match="complex step"):
        check_smooth(Case(lambda x: np.real(x) * x, make=lambda: (X.copy(),), complex_ok=True))


def test_differences_are_accurate() -> None:
    got, err = differences(lambda h: np.array([np.exp(np.sin(1.0 + h)), h, 3.0, np.cosh(4 * h + 1)]))
    want = np.array([np.cos(1.0) * np.exp(np.sin(1.0)), 1.0, 0.0, 4 * np.sinh(1.0)])
    assert np.max(np.abs(got - want)) < 1e-9
    assert np.max(err) < 1e-8


def test_noise_follows_the_argument() -> None:
    tree = (X, {"a": 1.0, "n": 3, "s": "t"}, [True, None, np.float32(2.0), np.arange(3)], 2j)
    quiet = [v is None for _, v in leaves(tree_map(lambda p, t: t, tree, noise(tree, 0)))]
    assert quiet == [False, False, True, True, True, True, False, True, False]
    assert [v is None for _, v in leaves(noise((3, np.arange(3), True), 0, ints_active=True))] == [False, False, True]
    assert noise(np.float32(2.0), 0).dtype == np.float32


def test_same_is_exact() -> None:
    assert same((X, {"a": [1.0, float("nan")]}), (X.copy(), {"a": [1.0, float("nan")]}))
    for other in (X.astype(np.float32), np.nextafter(X, 9.0), X[:2], X.reshape(3, 1), X.tolist()):
        assert not same(X, other)
    assert not same(1.0, np.float64(1.0))
    assert not same(1, 1.0)
    assert not same((1.0,), [1.0])
    assert not same({"a": 1.0}, {"b": 1.0})


def test_arguments_are_the_same_each_time() -> None:
    from tests.corpus import PROGRAMS

    for p in PROGRAMS.values():
        for which in range(len(p.sets)):
            assert same(p.make(which), p.make(which))
    assert np.all(pos(3).draw(np.random.default_rng(0)) > 0)
