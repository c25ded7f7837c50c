"""Branches on whether a list is empty keep that, and no copy of the list in each pass of a loop."""

from __future__ import annotations

import sys

import numpy as np

import dualad


def recurrence(x):
    out = []
    for v in x:
        out.append(v * (out[-1] if out else 1.0) * 0.5 + 1.0)
    return sum(out)


def by_not(x):
    out, total = [], 0.0
    for v in x:
        if not out or v > out[-1]:
            out.append(v * v)
        total = total + out[-1]
    return total


def calls(f, *args) -> int:
    """How many calls of Python's functions and C's are made while `f` runs."""
    count = 0

    def note(frame, event, arg) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        f(*args)
    finally:
        sys.setprofile(None)
    return count


def test_lists_are_not_copied_to_know_whether_they_were_empty() -> None:
    x = np.linspace(0.1, 0.9, 800)
    for f in (recurrence, by_not):
        for derivative in (dualad.grad(f), lambda x, f=f: dualad.vjp(f, x)[1](1.0)):
            derivative(x[:5])
            few, many = calls(derivative, x[:100]), calls(derivative, x)
            assert many < 10 * few
