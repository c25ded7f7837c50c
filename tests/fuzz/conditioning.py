"""Programs whose derivatives are not what they are checked against, without being wrong."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import linecache
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.corpus.harness import Api, Case, NotSmoothError, by_differences, check_forward, check_reverse, inner
from tests.corpus.trees import arrays, tree_map


def traced(case: Case, look: Callable[[Any], None], each_step: bool = False) -> Callable[..., Any]:
    """The program, `look`ed at on each line, or at each step of the interpreter: a line may hold a branch."""

    def run(*args: Any) -> Any:
        def trace(frame: Any, event: str, _: Any) -> Any:
            if frame.f_code.co_filename != case.fn.__code__.co_filename:
                return None
            frame.f_trace_opcodes = each_step
            look(frame)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return case.fn(*args)
        finally:
            sys.settrace(before)

    return run


def _mask(condition: Any) -> bytes:
    return np.asarray(condition, bool).tobytes()


DECISIONS: dict[str, Callable[..., bytes]] = {
    "where": lambda condition, *rest: _mask(condition),
    "maximum": lambda a, b: _mask(np.greater(a, b)),
    "minimum": lambda a, b: _mask(np.greater(a, b)),
    "clip": lambda a, low, high: _mask(np.greater(a, low)) + _mask(np.greater(a, high)),
    "abs": lambda a: _mask(np.greater(np.real(a), 0.0)),
    "sign": lambda a: _mask(np.greater(a, 0.0)),
    "max": lambda a, *rest, **how: np.argmax(a).tobytes(),
    "min": lambda a, *rest, **how: np.argmin(a).tobytes(),
    "sort": lambda a, *rest, **how: np.argsort(a).tobytes(),
    "argsort": lambda a, *rest, **how: np.argsort(a).tobytes(),
    "argmax": lambda a, *rest, **how: np.argmax(a).tobytes(),
    "argmin": lambda a, *rest, **how: np.argmin(a).tobytes(),
}
"""What functions of NumPy choose by comparing their arguments."""


class Choosing:
    """NumPy, as a program calls it: what its functions choose becomes part of the way that a run takes."""

    def __init__(self, way: list[Any]) -> None:
        self._way = way

    def __getattr__(self, name: str) -> Any:
        fn, decide = getattr(np, name), DECISIONS.get(name)
        if decide is None:
            return fn

        def chosen(*args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(TypeError, ValueError):  # a call in a form that is not known here
                self._way.append(decide(*args, **kwargs))
            return fn(*args, **kwargs)

        return chosen


@contextlib.contextmanager
def choices_noted(case: Case, way: list[Any]) -> Iterator[None]:
    """Within it, what NumPy's functions choose for the program is noted."""
    space = case.fn.__globals__
    known = [name for name, value in space.items() if value is np]
    space.update(dict.fromkeys(known, Choosing(way)))
    try:
        yield
    finally:
        space.update(dict.fromkeys(known, np))


def follow(case: Case, args: tuple[Any, ...], way: list[Any]) -> Any:
    """The program's result; the steps that it takes, its masks and indices, and what NumPy chooses join the way."""

    def seen(frame: Any) -> None:
        way.append(frame.f_lasti)
        chosen = [v for v in frame.f_locals.values() if isinstance(v, np.ndarray) and v.dtype.kind in "biu"]
        way.extend([mask.tobytes() for mask in chosen])

    case = comparing(case, way)
    with choices_noted(case, way):
        return traced(case, seen, each_step=True)(*args)


class _Noting(ast.NodeTransformer):
    """Has what each comparison gives noted."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # noqa: N802
        self.generic_visit(node)
        return ast.Call(ast.Name("noted_comparison", ast.Load()), [node], [])


def comparing(case: Case, way: list[Any]) -> Case:
    """A generated program whose comparisons join the way, be their results bound or not; any other as it is."""
    name = case.fn.__code__.co_filename
    if not name.startswith("<fuzz"):
        return case
    tree = ast.fix_missing_locations(_Noting().visit(ast.parse("".join(linecache.getlines(name)))))

    def noted(mask: Any) -> Any:
        way.append(_mask(mask))
        return mask

    space: dict[str, Any] = {"noted_comparison": noted, "__name__": case.fn.__module__}
    exec(compile(tree, name, "exec"), space)
    return dataclasses.replace(case, fn=space[case.fn.__name__])


def way_of(case: Case) -> list[Any]:
    way: list[Any] = []
    follow(case, case.make(), way)
    return way


def crosses_a_branch(case: Case, tangents: Any, start: float) -> bool:
    """Whether the points of the differences take different ways through the program, as the rounding of a test may.

    What `np.where`, `np.maximum` and their like choose is part of the way.
    """
    ways: set[tuple[Any, ...]] = set()

    def followed(*args: Any) -> Any:
        way: list[Any] = []
        try:
            return follow(case, args, way)
        finally:
            ways.add(tuple(way))

    followed(*case.make())
    with contextlib.suppress(NotSmoothError):
        by_differences(dataclasses.replace(case, fn=followed), tangents, start)
    return len(ways) > 1


LARGEST = 1e8  # of what a program computes on its way, so that half of the digits are left where such values cancel
LARGEST_SINGLE = 1e4
ULP, ULP_SINGLE = 4e-16, 2e-7


def is_ill_conditioned(case: Case, api: Api) -> bool:
    """Whether rounding makes up the derivative: values on the way are huge, or the last places of arguments decide.

    A wrong derivative stays as wrong as it is; what rounding makes of contributions that cancel changes all over.
    """
    if largest_on_the_way(case) > (LARGEST_SINGLE if case.narrow else LARGEST):
        return True
    apart, ulp = [], ULP_SINGLE if case.narrow else ULP
    for k in range(6):

        def make(k: int = k) -> tuple[Any, ...]:
            rng = np.random.default_rng(k)
            return tuple(tree_map(lambda leaf: nudged(leaf, rng if k else None, ulp), a) for a in case.make())

        near = dataclasses.replace(case, make=make)
        try:
            tangents, dy = check_forward(near, api)
            _, ct, cts = check_reverse(near, api)
        except AssertionError:
            return False
        apart.append(inner(ct, dy)[0] - inner(cts, tangents)[0])
    return bool(np.ptp(apart) > 0.5 * abs(apart[0]))


def largest_on_the_way(case: Case) -> float:
    """The largest number that any variable of the program holds while it runs."""
    found = 0.0

    def seen(frame: Any) -> None:
        nonlocal found
        for value in frame.f_locals.values():
            with contextlib.suppress(TypeError, ValueError):
                for part in arrays(value) if not isinstance(value, float) else [np.asarray(value)]:
                    found = max(found, float(np.max(np.abs(part), initial=0.0)))

    traced(case, seen)(*case.make())
    return found


def nudged(leaf: Any, rng: np.random.Generator | None, ulp: float) -> Any:
    """A number moved by a few of its last places."""
    if rng is None or not (isinstance(leaf, float) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc")):
        return leaf
    moved = leaf * (1.0 + ulp * rng.integers(-2, 3, np.shape(leaf)))
    return moved.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else float(moved)
