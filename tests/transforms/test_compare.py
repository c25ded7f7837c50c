"""`compare_modes`: shapes, agreement, advice, the table, and what it refuses."""

import dataclasses
import math

import numpy as np
import pytest

from dualad.compare import MODES, Comparison, ModeResult, compare_modes, show_time, time_in_rounds
from dualad.errors import DualadTypeError, DualadValueError


def energy(x):
    return np.sum(np.sin(x) ** 2)


def curve(t):
    return np.stack([np.sin(t * k) for k in range(1, 200)])


def layer(params, x, n):
    y = np.tanh(params["W"] @ x + params["b"])
    return {"y": y[:n], "norm": np.sum(y * y)}


def compare(f, *args, **options):
    return compare_modes(f, *args, **{"rounds": 3, "seconds": 0.2, **options})


def test_many_inputs_one_output():
    found = compare(energy, np.linspace(0.0, 1.0, 400))
    assert found.jacobian_shape == (1, 400)
    assert found.best == "reverse"
    assert "dualad.grad(f)" in found.advice
    assert found.agreement < 1e-12
    assert found["differences"].error < 1e-6
    assert not found["reverse"].estimated
    assert found.plain > 0


def test_one_input_many_outputs():
    found = compare(curve, 0.3)
    assert found.jacobian_shape == (199, 1)
    assert found.best == "forward"
    assert "dualad.jacfwd(f)" in found.advice
    assert found.agreement < 1e-12


def test_trees_argnums_and_arguments_that_are_no_floats():
    rng = np.random.default_rng(0)
    params, x = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=3)}, rng.normal(size=4)
    assert compare(layer, params, x, 2).jacobian_shape == (3, 15)
    assert compare(layer, params, x, 2, argnums=1).jacobian_shape == (3, 4)
    assert compare(layer, params, x, 2, argnums=-2).jacobian_shape == (3, 4)
    found = compare(layer, params, x, 2, argnums=(0, 1))
    assert found.jacobian_shape == (3, 19)
    assert found.agreement < 1e-12
    assert "jacrev" in found.advice or "jacfwd" in found.advice


def test_float32():
    found = compare(energy, np.linspace(0.0, 1.0, 50, dtype=np.float32))
    assert found.agreement < 1e-5
    assert found["differences"].error < 1e-2


def test_arguments_that_the_function_changes_stay_as_they_were():
    def doubled_in_place(x):
        x *= 2
        return np.sum(x * x)

    x = np.array([1.0, 2.0])
    found = compare(doubled_in_place, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])
    assert found.agreement < 1e-12
    assert found["differences"].error < 1e-6


def test_large_derivatives_are_estimated():
    found = compare(energy, np.linspace(0.0, 1.0, 100_000))
    assert found["forward"].estimated
    assert found["differences"].estimated
    assert not found["reverse"].estimated
    assert found["forward"].whole == pytest.approx(found["forward"].one * 100_000)
    assert "~" in str(found)


def test_table():
    found = compare(energy, np.linspace(0.0, 1.0, 40))
    lines = str(found).splitlines()
    assert lines[0] == "energy: the Jacobian is 1 x 40"
    assert [line.split("  ")[0] for line in lines[2:6]] == [
        "plain function",
        "forward mode",
        "reverse mode",
        "central differences",
    ]
    assert lines[-1] == found.advice
    assert len({len(line) for line in lines[4:6]}) == 1, "columns line up"


def test_result_is_immutable_and_indexed_by_mode():
    found = compare(energy, np.ones(3))
    assert [found[mode].mode for mode in MODES] == list(MODES)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.best = "forward"


def test_refused_mode_is_shown():
    ok = ModeResult("forward", 1e-6, 3e-6)
    no = ModeResult("reverse", refused="f has no source")
    found = Comparison(
        "f", (1, 3), 1e-6, (ok, no, ModeResult("differences", 2e-6, 6e-6, error=1e-9)), "forward", "Use it."
    )
    assert found.agreement is None
    assert ["reverse", "mode", "refused"] in [line.split() for line in str(found).splitlines()]
    assert "reverse mode: f has no source" in str(found)


def test_function_without_source_is_refused_by_reverse_only():
    namespace = {"np": np}
    exec("def f(x):\n    return np.sum(x * x)", namespace)
    found = compare(namespace["f"], np.ones(3))
    assert found["reverse"].refused
    assert math.isnan(found["reverse"].whole)
    assert found.best in ("forward", None)


def test_errors_of_the_function_itself_come_through():
    def broken(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        compare(broken, 1.0)


@pytest.mark.parametrize(
    ("args", "argnums", "error", "message"),
    [
        ((1.0,), 1, DualadValueError, "out of range"),
        ((1.0,), (0, -2), DualadValueError, "out of range"),
        (("text",), 0, DualadTypeError, "string"),
        ((3,), 0, DualadTypeError, "int"),
        ((1j,), 0, DualadTypeError, "complex"),
        ((np.ones(2, complex),), 0, DualadTypeError, "complex"),
    ],
)
def test_bad_arguments(args, argnums, error, message):
    with pytest.raises(error, match=message):
        compare(lambda x: x, *args, argnums=argnums)


@pytest.mark.parametrize("result", [3, "text", 1j, None])
def test_bad_results(result):
    with pytest.raises(DualadTypeError, match="must return real floats"):
        compare(lambda x: result, 1.0)


def test_rounds_are_interleaved():
    calls = []
    ways = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    samples = time_in_rounds(ways, rounds=4)
    assert {name: len(times) for name, times in samples.items()} == {"a": 4, "b": 4}
    assert all(t >= 0 for times in samples.values() for t in times)
    turns = [x for x, before in zip(calls, [None, *calls]) if x != before]
    assert "".join(turns).count("ab") >= 2
    assert "".join(turns).count("ba") >= 2


def test_no_round_starts_after_its_time_except_three():
    assert len(time_in_rounds({"a": lambda: None}, rounds=50, seconds=0.0)["a"]) == 3


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3.21e-8, "32.1 ns"),
        (9.99e-7, "999 ns"),
        (9.999e-7, "1 us"),
        (1.5e-3, "1.5 ms"),
        (2.0, "2 s"),
        (5000.0, "5000 s"),
    ],
)
def test_show_time(seconds, text):
    assert show_time(seconds) == text
