"""What was inferred of callees is recalled: nothing else comes out, in less time, and in any order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import dualad
from dualad.analysis import infer
from dualad.analysis.recalled import Recalled
from dualad.reverse import programs
from tests.corpus import PROGRAMS


def parsed(x, y):
    """Three functions that call each other, and a list that they share."""
    tokens = [2.0, "*", x, "+", "(", y, "-", 3.0, "*", x, ")", "*", "(", x, "+", y, ")", ""]
    place = 0

    def take():
        nonlocal place
        place += 1
        return tokens[place - 1]

    def atom():
        token = take()
        if type(token) is not str:
            return token
        value = total()
        take()
        return value

    def product():
        value = atom()
        while tokens[place] == "*":
            take()
            value = value * atom()
        return value

    def total():
        value = product()
        while tokens[place] in ("+", "-"):
            sign = 1.0 if take() == "+" else -1.0
            value = value + sign * product()
        return value

    return total()


def test_functions_that_call_each_other_are_inferred_in_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    infer_run = infer._Inference.run
    monkeypatch.setattr(infer._Inference, "run", lambda self: runs.append(0) or infer_run(self))
    got = dualad.grad(parsed, argnums=(0, 1))(0.5, -0.25)
    x, y = 0.5, -0.25
    want = 2 + (y - 3 * x) - 3 * (x + y), (x + y) + (y - 3 * x)
    assert np.allclose(got, want, rtol=1e-14)
    assert len(runs) < 1000  # 6,608 where each callee is inferred in each pass of each of its callers


NAMES = ("mutual_recursion", "recursion_with_a_memo", "list_operators", "graph_differentiated_by_hand")


def text_of(name: str) -> str:
    p = PROGRAMS[name]
    args = p.make(0)
    return dualad.source(dualad.grad(p.fn, argnums=tuple(range(len(args)))), *args)


def all_texts() -> str:
    return "\n".join(text_of(name) for name in NAMES)


def test_text_is_the_same_without_recalling(monkeypatch: pytest.MonkeyPatch) -> None:
    dualad.clear_cache()
    recalled = all_texts()
    monkeypatch.setattr(Recalled, "recall", lambda self, key, active: None)
    dualad.clear_cache()
    assert recalled == all_texts()


def test_text_does_not_hang_on_hashes() -> None:
    program = "from tests.reverse.test_recalled import all_texts; print(all_texts())"
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(found) == 1


def test_programs_are_not_dropped_while_a_function_is_analysed(monkeypatch):
    """What is known of a callee is of the program that it was found in: one that is read again has other statements."""
    monkeypatch.setattr(programs, "LIMIT", 2)
    for name in ("function_as_argument", "object_with_methods", "returns_from_try", "filter_with_a_state"):
        program = PROGRAMS[name]
        args = program.make()
        result, _ = dualad.vjp(program.fn, *args)
        np.testing.assert_allclose(result, program.fn(*program.make()))
