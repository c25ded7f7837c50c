"""Calls whose callee and kinds of arguments the caller knows go past the callee's guard, and still see what changes."""

from __future__ import annotations

import linecache
from types import FunctionType

import numpy as np
import pytest

import dualad
from dualad.reverse import engine
from examples import saddle_particle

RATE = 2.0


def scaled(x, n):
    return x if n == 0 else RATE * scaled(x * x, n - 1)


def other(x, n):
    return 5.0 * x


def caller(x):
    return scaled(x, 1) + scaled(x, 2)


def even(x, n):
    return x if n == 0 else x * odd(x, n - 1)


def odd(x, n):
    return RATE if n == 0 else even(x * RATE, n - 1)


def in_turn(x):
    return even(x, 4)


def by_differences(f, x: float) -> float:
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6


@pytest.fixture(autouse=True)
def _fresh():
    dualad.clear_cache()


def test_a_call_of_a_known_function_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    links: list[engine.Link] = []
    original = engine.Link.learnt

    def learnt(self, fn, args):
        links.append(self)
        return original(self, fn, args)

    monkeypatch.setattr(engine.Link, "learnt", learnt)
    assert dualad.grad(in_turn)(1.1) == pytest.approx(by_differences(in_turn, 1.1))
    assert any(link.direct is not None and link.direct.known is even for link in links)


def emitted(name: str) -> str:
    """The last text that was emitted under a name."""
    texts = ["".join(entry[2]) for file, entry in linecache.cache.items() if file.startswith(f"<dualad {name} ")]
    return texts[-1]


def test_a_recursive_call_names_what_is_emitted() -> None:
    assert dualad.grad(caller)(1.1) == pytest.approx(by_differences(caller, 1.1))
    assert "= scaled_vjp(x * x, n - 1)" in emitted("scaled_vjp")


def test_a_recursive_call_beside_others_does_not() -> None:
    assert dualad.grad(in_turn)(1.1) == pytest.approx(by_differences(in_turn, 1.1))
    assert "even_vjp(" not in emitted("even_vjp").partition("def even_vjp(")[2]


def shrinking(x, n):
    if n == 0:
        return 2.0
    if n == 1:
        return x * x
    total = shrinking(x, n - 1)
    for i in range(n):
        total = total * x + i
    return total


def test_each_way_out_has_a_pullback() -> None:
    f = lambda x: shrinking(x, 3) + shrinking(x, 0)  # noqa: E731
    assert dualad.grad(f)(1.1) == pytest.approx(by_differences(f, 1.1))
    text = emitted("shrinking_vjp")
    assert text.count("def pullback") == 3
    assert "else" not in text
    assert text.index("i_tape" if "i_tape" in text else "tape = []") > text.index("if n == 1")


@pytest.mark.parametrize("name", ["RATE", "scaled"])
def test_a_global_that_is_rebound_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    g = dualad.grad(caller)
    before = g(1.1)
    monkeypatch.setitem(globals(), name, {"RATE": 3.0, "scaled": other}[name])
    assert g(1.1) == pytest.approx(by_differences(caller, 1.1))
    assert g(1.1) != pytest.approx(before)


def test_new_code_of_a_callee_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    g = dualad.grad(caller)
    assert g(1.1) == pytest.approx(by_differences(caller, 1.1))
    monkeypatch.setattr(scaled, "__code__", other.__code__)
    assert g(1.1) == pytest.approx(10.0)


def helper(x, n):
    return x * x


def swapped(x, n):
    global helper
    if n == 1:
        helper = other
    return helper(x, n) * x + (swapped(x, n + 1) if n < 3 else 0.0)


def test_a_global_that_is_rebound_while_it_runs_is_right_or_refused() -> None:
    def run(x):
        global helper
        helper = FunctionType(_square.__code__, globals())
        return swapped(x, 0)

    want = by_differences(run, 1.1)
    try:
        got = dualad.grad(run)(1.1)
    except dualad.errors.DualadError:
        return
    assert got == pytest.approx(want)


def _square(x, n):
    return x * x


def halves(x):
    return np.sum(x) if len(x) < 2 else halves(x[: len(x) // 2]) * halves(x[len(x) // 2 :])


def test_arrays_of_other_lengths_on_the_way_down() -> None:
    x = np.array([1.1, 0.7, 1.3, 0.4, 2.0])
    want = [(halves(x + 1e-6 * e) - halves(x - 1e-6 * e)) / 2e-6 for e in np.eye(5)]
    np.testing.assert_allclose(dualad.grad(halves)(x), want, rtol=1e-6)


def landing_in(x, mode):
    return x * x * saddle_particle.MODES[mode](np.square)(x)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_what_a_module_holds_need_have_no_hash(mode):
    assert dualad.grad(lambda x: landing_in(x, mode) + len(saddle_particle.MODES))(2.0) == pytest.approx(24.0)
