"""What a function of NumPy gives is a view for a derivative where it is one for NumPy, whatever options it is given."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pytest

import dualad

ARRAYS = (np.arange(1.0, 10).reshape(3, 3), np.arange(1.0, 5), np.ones((1, 4)), np.array(2.0))
OTHERS: tuple[tuple[Any, ...], ...] = (
    (), (0,), (1,), (2,), ((3, 3),), ((0, 1),), (0, 1), (1, 0), (float,), (None,), ([0, 1],), ([0, 1], [1, 0]),
    (0, 0, 0),
)  # fmt: skip
OPTIONS: tuple[dict[str, Any], ...] = ({}, {"copy": False}, {"dtype": float}, {"order": "C"}, {"axis": 0})
EFFECTS = ("save", "show", "info", "test", "load", "from", "set", "get", "print", "memmap", "buf", "genfrom")


def functions() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in (np, np.linalg):
        public = [n for n in dir(module) if not n.startswith("_") and not n.startswith(EFFECTS)]
        found |= {f"{module.__name__}.{n}": getattr(module, n) for n in public}
    return {n: fn for n, fn in found.items() if callable(fn) and not inspect.isclass(fn)}


FUNCTIONS = functions()


def shares(result: Any, array: np.ndarray) -> bool:
    if isinstance(result, tuple | list):
        return any(shares(r, array) for r in result)
    return isinstance(result, np.ndarray) and np.shares_memory(result, array)


def calls_that_give_views() -> list[Any]:
    found = []
    for name, fn in FUNCTIONS.items():
        for i, array in enumerate(ARRAYS):
            for others in OTHERS:
                for options in OPTIONS:
                    try:
                        given = array.copy()
                        if shares(fn(given, *others, **options), given):
                            found.append((name, i, others, options))
                    except Exception:  # noqa: BLE001, S112 - most of these calls mean nothing
                        continue
    return found


def stored_meanwhile(name: str, others: tuple[Any, ...], options: dict[str, Any]) -> Any:
    fn = FUNCTIONS[name]

    def f(x):
        whole = x * 2.0
        given = fn(whole, *others, **options)
        whole[...] = whole * whole
        found = given if isinstance(given, (tuple, list)) else [given]
        total = 0.0
        for part in found:
            total = total + np.sum(part * part)
        return total

    return f


def check(name: str, i: int, others: tuple[Any, ...], options: dict[str, Any]) -> None:
    f, x = stored_meanwhile(name, others, options), ARRAYS[i]
    step = 1e-6
    try:
        wanted, slope = f(x), (f(x * (1 + step)) - f(x * (1 - step))) / (2 * step)
    except Exception:  # noqa: BLE001 - what it gives are no numbers
        return
    for mode in ("forward", "reverse"):
        try:
            if mode == "forward":
                value, found = dualad.jvp(f, (x,), (x,))
            else:
                value, gradient = dualad.value_and_grad(f)(x)
                found = np.sum(gradient * x)
        except dualad.DualadError:
            continue
        told = f"{name}(array {i}, *{others}, **{options}), {mode} mode"
        assert np.allclose(value, wanted), f"{told} gives {value} for {wanted}"
        assert np.allclose(found, slope, rtol=1e-5), f"the derivative of {told} is {found}, not {slope}"


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    CALLS = calls_that_give_views()


def test_there_are_many() -> None:
    assert len({name for name, *_ in CALLS}) > 20


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({name for name, *_ in CALLS}))
def test_views(name: str) -> None:
    for called, *rest in CALLS:
        if called == name:
            check(called, *rest)


def test_the_first_power_of_a_matrix_by_scipy() -> None:
    linalg = pytest.importorskip("scipy.linalg")

    def f(x):
        whole = x * 2.0
        power = linalg.fractional_matrix_power(whole, 1)
        power[0, 0] = 1.0
        return np.sum(whole**2)

    x = ARRAYS[0]
    wanted = 8.0 * x * (np.arange(9).reshape(3, 3) > 0)
    assert np.allclose(dualad.grad(f)(x), wanted)
    assert np.allclose(dualad.jvp(f, (x,), (x,))[1], np.sum(wanted * x))
