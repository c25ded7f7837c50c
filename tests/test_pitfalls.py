"""Rows of known pitfalls that take more than one call, and that every row about programs has programs."""

from __future__ import annotations

import types
from typing import Any

import numpy as np
import pytest

from dualad.errors import Unsupported
from tests.corpus import PROGRAMS
from tests.test_corpus import API

FACTOR = 2.0
CALLS: list[int] = []
IN_PROGRAMS = [*range(1, 18), 19, 20, 23, 26, 27, *range(29, 34), *range(35, 40)]


def scaled_by_global(x: float) -> float:
    return x * x * FACTOR


def counted(x: np.ndarray) -> Any:
    CALLS.append(1)
    return np.sum(x * x)


def program_that_counts(x: np.ndarray) -> Any:
    return counted(x) * counted(x * 2.0)


def stores_into_first(a: np.ndarray, b: np.ndarray) -> Any:
    a[0] = b[1] * 3.0
    return np.sum(a * b)


def squares(x: np.ndarray) -> np.ndarray:
    y = x * x
    return y


@pytest.mark.parametrize("row", IN_PROGRAMS)
def test_row_has_programs(row: int) -> None:
    assert any(f"pitfall_{row:02}" in p.tags for p in PROGRAMS.values())


def test_pitfall_25_globals_are_read_live(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = API.grad(scaled_by_global)
    assert gradient(1.0) == 4.0
    monkeypatch.setitem(globals(), "FACTOR", 7.0)
    assert gradient(1.0) == 14.0
    monkeypatch.setitem(globals(), "FACTOR", np.float64(0.5))
    assert gradient(1.0) == 1.0
    monkeypatch.setitem(globals(), "FACTOR", 7)
    assert gradient(1.0) == 14.0


def test_pitfall_25_cells_are_read_live() -> None:
    k = 2.0

    def f(x: float) -> float:
        return x * x * k

    gradient = API.grad(f)
    assert gradient(1.0) == 4.0
    k = 7.0
    assert gradient(1.0) == 14.0


def test_pitfall_25_callees_are_looked_up_live(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = API.grad(program_that_counts)
    x = np.array([1.0, 2.0])
    assert np.allclose(gradient(x), 4 * x * 20.0 * 1.0)
    monkeypatch.setitem(globals(), "counted", lambda v: np.sum(v))
    assert np.allclose(gradient(x), 2 * 2 * 3.0 * np.ones(2))


def test_pitfall_10_nothing_runs_again_in_reverse() -> None:
    x = np.array([1.0, 2.0])
    CALLS.clear()
    API.grad(program_that_counts)(x)
    assert len(CALLS) == 2
    CALLS.clear()
    _, pull = API.vjp(program_that_counts, x)
    pull(1.0)
    pull(1.0)
    assert len(CALLS) == 2


def test_pitfall_34_one_array_for_two_arguments() -> None:
    """A store into the first would be one into the second: refused, and the caller's array stays."""
    a = np.array([1.0, 2.0, 4.0])
    plain = a.copy()
    with pytest.raises(Unsupported, match="shares memory with another"):
        API.grad(stores_into_first, argnums=(0, 1))(a, a)
    assert np.array_equal(a, plain)
    first, second = API.grad(stores_into_first, argnums=(0, 1))(a, a.copy())
    assert np.array_equal(a, plain)
    assert not np.shares_memory(first, second)


def test_pitfall_29_user_changes_the_result_before_pulling() -> None:
    x = np.array([1.0, 2.0])
    y, pull = API.vjp(squares, x)
    y -= 100.0
    x[:] = 0.0
    assert np.allclose(pull(np.ones(2))[0], [2.0, 4.0])


def test_pitfall_42_equal_text_in_two_modules() -> None:
    text = "def f(x):\n    return x * K\n"
    gradients = []
    import linecache

    for k in (2.0, 3.0):
        module = types.ModuleType(f"pitfall_42_{int(k)}")
        module.__dict__["K"] = k
        linecache.cache["<pitfall 42>"] = (len(text), None, text.splitlines(True), "<pitfall 42>")
        exec(compile(text, "<pitfall 42>", "exec"), module.__dict__)
        gradients.append(API.grad(module.__dict__["f"]))
    assert [g(1.0) for g in gradients] == [2.0, 3.0]


@pytest.mark.parametrize("n", [3, 6])
def test_pitfall_24_two_lambdas_on_one_line(n: int) -> None:
    f, g = lambda x: x * n, lambda x: x**n
    gradient = API.grad
    assert (gradient(f)(1.0), gradient(g)(1.0)) == (n, n)
    assert gradient(g)(2.0) == n * 2.0 ** (n - 1)


def test_pitfall_10_a_gradient_that_is_not_finite_runs_once_too() -> None:
    """Strong zeros are settled without running a function with effects a second time."""
    rng = np.random.default_rng(0)
    draws: list[float] = []

    def noisy(x: Any) -> Any:
        draws.append(rng.random())
        return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))

    found = API.grad(noisy)(np.array([0.0, 4.0]))
    assert np.allclose(found, [0.0, 0.25])
    assert len(draws) == 1
