"""The references of the benchmarks are right: adjoints by hand against differences, and against each other."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

import dualad
from benchmarks import problems
from benchmarks.ways import argnums, is_jacobian

TINY = {"particle": (0.1,), "nbody": (3, 3), "lotka_volterra": (5,), "lstm": (2, 4, 3), "hand_tracking": (4,)}


def flat(tree: Any) -> np.ndarray:
    """All numbers of nested sequences in one row."""
    if isinstance(tree, list | tuple):
        return np.concatenate([flat(t) for t in tree])
    return np.asarray(tree, float).ravel()


def moved(tree: Any, step: np.ndarray) -> Any:
    """The tree with a step added, which is flat."""
    if isinstance(tree, list | tuple):
        ends = np.cumsum([flat(t).size for t in tree])
        return [moved(t, s) for t, s in zip(tree, np.split(step, ends[:-1]))]
    return tree + step.reshape(np.shape(tree)) if np.ndim(tree) else tree + float(step[0])


def along(problem: ModuleType, args: tuple[Any, ...], direction: np.ndarray) -> np.ndarray:
    """The derivative of the program along a direction, by differences of order six."""
    active = [args[i] for i in problem.ARGNUMS]

    def at(h: float) -> np.ndarray:
        values = list(args)
        for i, value in zip(problem.ARGNUMS, moved(active, h * direction)):
            values[i] = value
        return np.asarray(problem.program(*values))

    h = 1e-4
    return sum(c * (at(k * h) - at(-k * h)) for k, c in ((1, 45.0), (2, -9.0), (3, 1.0))) / (60.0 * h)


@pytest.mark.parametrize("name", problems.NAMES)
def test_adjoints_by_hand_are_the_gradient(name: str) -> None:
    problem = problems.load(name)
    args = problem.arguments(*TINY.get(name, problem.SIZES["small"]))
    found = problem.by_hand(*args)
    direction = np.random.default_rng(1).normal(size=flat([args[i] for i in problem.ARGNUMS]).size)
    direction /= np.linalg.norm(direction)
    jacobian = getattr(problem, "KIND", "gradient") == "jacobian"
    expected = found @ direction if jacobian else flat(found) @ direction
    np.testing.assert_allclose(expected, along(problem, args, direction), rtol=1e-7, atol=1e-7)
    if hasattr(problem, "by_hand_out"):
        np.testing.assert_allclose(flat(problem.by_hand_out(*args)), flat(found), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", problems.NAMES)
def test_adjoints_by_hand_leave_their_arguments(name: str) -> None:
    problem = problems.load(name)
    args, same = (problem.arguments(*TINY.get(name, problem.SIZES["small"])) for _ in range(2))
    for way in (problem.by_hand, getattr(problem, "by_hand_out", problem.by_hand)):
        way(*args)
        np.testing.assert_array_equal(flat(args), flat(same))


@pytest.mark.parametrize("name", [n for n in problems.NAMES if hasattr(problems.load(n), "functional")])
def test_the_functional_form_is_the_same_function(name: str) -> None:
    problem = problems.load(name)
    args = problem.arguments(*TINY.get(name, problem.SIZES["small"]))
    np.testing.assert_allclose(problem.functional(*args), problem.program(*args), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted({*problems.NAMES} - {"determinant", "particle", "saddle"}))
def test_kinds_are_known(name: str) -> None:
    """No pullback by value in the gradient's code: it would say that some kind was lost on the way.

    Left out are a function that calls itself, and those that take derivatives themselves.
    """
    problem = problems.load(name)
    args = problem.arguments(*TINY.get(name, problem.SIZES["small"]))
    if not is_jacobian(problem):
        gradient = dualad.grad(problem.program, argnums(problem))
        gradient(*args)
        assert "vjp_" not in dualad.source(gradient, *args)
