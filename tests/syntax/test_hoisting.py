"""Which functions made inside are given what they capture, and what they then are."""

from __future__ import annotations

import traceback
from typing import Any

import gast
import numpy as np
import pytest

import dualad
from dualad.syntax import hoisting
from dualad.syntax import source as sources


def hoisted(f: Any) -> dict[str, list[str]]:
    """The hoisted functions and their parameters."""
    return {name: list(sources.read(fn).signature.parameters) for name, fn in made(f).items()}


def made(f: Any) -> hoisting.Functions:
    return hoisting.hoisted(sources.read(f))[1]


def straight(x, k):
    def scaled(y, *, by=2.0):
        return y * k * by

    power = lambda y: scaled(y) ** 2  # noqa: E731
    return power(x) + scaled(k, by=1.0)


def calling_each_other(x, k):
    def even(n, y):
        return y if n == 0 else odd(n - 1, y * k)

    def odd(n, y):
        return x if n == 0 else even(n - 1, y)

    return even(3, x)


def nothing_captured(x):
    def square(y):
        return y * y

    return square(x)


def test_what_is_captured_comes_first() -> None:
    assert hoisted(straight) == {"scaled": ["k", "y", "by"], "power": ["k", "y"]}
    assert hoisted(calling_each_other) == {"even": ["k", "x", "n", "y"], "odd": ["k", "x", "n", "y"]}
    assert hoisted(nothing_captured) == {"square": ["y"]}


def handed_on(x):
    def f(y):
        return x * y

    return sum(map(f, [1.0, 2.0]))


def bound_twice(x):
    def f(y):
        return x * y

    if x > 0:
        f = abs
    return f(2.0)


def bound_late(x):
    def f(y):
        return later * y

    later = x * x
    return f(2.0)


def bound_in_a_branch(x):
    if x > 0:
        later = x

    def f(y):
        return later * y

    return f(2.0)


def binding_what_it_captures(x):
    count = 0.0

    def f(y):
        nonlocal count
        count = count + y
        return count

    return f(x) + f(x)


def hidden_in_a_comprehension(x, k):
    def f(y):
        return k * y

    return sum([f(k) for k in [x, 2.0]])


def called_by_a_function_that_is_handed_on(x):
    def f(y):
        return x * y

    return sum(map(lambda y: f(y), [1.0, 2.0]))


def with_a_default_of_its_own(x):
    def f(y, k=x):
        return k * y

    return f(2.0)


def with_any_keywords(x):
    def f(**given):
        return x * given["x"]

    return f(x=2.0)


def decorated(x):
    @np.vectorize
    def f(y):
        return x * y

    return np.sum(f(np.arange(3.0)))


def seen_in_locals(x):
    def f(y):
        return x * y

    return f(2.0) if "f" in locals() else 0.0


@pytest.mark.parametrize(
    "f",
    [handed_on, bound_twice, bound_late, bound_in_a_branch, binding_what_it_captures, hidden_in_a_comprehension,
     called_by_a_function_that_is_handed_on, with_a_default_of_its_own, with_any_keywords, decorated, seen_in_locals],
)  # fmt: skip
def test_others_stay(f: Any) -> None:
    tree = hoisting.hoisted(sources.read(f))[0].tree
    assert gast.dump(tree) == gast.dump(sources.read(f).tree)
    assert all("_given" in name for name in made(f))  # twins, for where calls are known to call them


def test_variables_of_an_outer_function_are_not_given() -> None:
    # Something that `f` calls may bind them meanwhile.
    factor = 2.0

    def bump(y: float) -> float:
        nonlocal factor
        factor = 3.0
        return y

    def outer(x):
        def f(y):
            return bump(y) * factor

        return f(x)

    assert made(outer) == {}
    assert dualad.jvp(outer, (1.0,), (1.0,)) == (3.0, 3.0)


def test_closures_of_one_code_share_them() -> None:
    def of(k):
        def outer(x):
            def f(y):
                return x * y

            return f(x) * k

        return outer

    for k in (2.0, 3.0, 4.0):
        assert dualad.grad(of(k))(5.0) == 10.0 * k


def failing(x):
    def f(y):
        if y > 1.0:
            raise ValueError("too large")
        return x * y

    return f(x)


def test_errors_inside_are_the_users_own() -> None:
    assert list(made(failing)) == ["f"]
    with pytest.raises(ValueError, match="too large") as caught:
        dualad.grad(failing)(2.0)
    line = failing.__code__.co_firstlineno + 3
    assert f'File "{__file__}", line {line}' in "".join(traceback.format_exception(caught.value))


def refused_inside(x):
    def f(y):
        return set([x, y])

    return sum(f(x))


def test_refusals_inside_say_where() -> None:
    with pytest.raises(dualad.DualadError, match=r"test_hoisting\.py.*line \d+"):
        dualad.grad(refused_inside)(2.0)


def test_values_and_gradients() -> None:
    assert dualad.grad(straight, argnums=(0, 1))(3.0, 2.0) == (8 * 4.0 * 3.0, 8 * 9.0 * 2.0 + 4.0)
    value, pull = dualad.vjp(calling_each_other, 3.0, 2.0)
    assert (value, pull(1.0)) == (calling_each_other(3.0, 2.0), (1.0, 0.0))


# Functions that are handed to others


def root(function, slope, x):
    for _ in range(4):
        x = x - function(x) / slope(x)
    return x


def handing(a, b):
    return root(lambda x: x * x - a * b, lambda x: 2 * x, 1.0)


def handing_and_keeping(a, b):
    square = lambda x: x * x - a * b  # noqa: E731
    kept = [square]
    return root(square, lambda x: 2 * x, 1.0) + kept[0](a)


def in_a_comprehension(a, b):
    return sum([root(lambda x: x - a * i, lambda x: 1.0, b) for i in range(2)])


def written(f: Any) -> str:
    gradient = dualad.grad(f, argnums=(0, 1))
    for _ in range(3):
        gradient(1.5, 0.5)
    return dualad.source(gradient, 1.5, 0.5)


def test_what_is_handed_on_is_written_out() -> None:
    text = written(handing)
    assert "lambda" not in "".join(line for line in text.splitlines() if "#" not in line)
    assert "cell" not in text
    assert "tape.append" in text


def test_what_is_kept_as_well_is_a_function() -> None:
    assert "vjp_" in written(handing_and_keeping)


@pytest.mark.parametrize("f", [handing, handing_and_keeping, in_a_comprehension])
def test_derivatives_of_what_is_handed_on(f: Any) -> None:
    dualad.testing.check_grads(f, (1.5, 0.5), order=2)


def test_each_twin_has_a_name_of_its_own() -> None:
    assert hoisted(handing) == {"lambda_given": ["a", "b", "x"], "lambda_given1": ["x"]}
    assert hoisted(in_a_comprehension) == {}


def closure_that_hands_on(a):
    def inner(b):
        return root(lambda x: x * x - b, lambda x: 2 * x, 1.0) * a

    return inner


def test_closures_of_one_code_hand_on_their_own() -> None:
    for a in (2.0, 3.0, 4.0):
        gradient = dualad.grad(closure_that_hands_on(a))
        for b in (2.0, 3.0):
            assert gradient(b) == pytest.approx(a * 0.5 / np.sqrt(b), rel=1e-3)
