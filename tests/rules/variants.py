"""Every row of the rule tables again with arguments of other kinds: dtypes, lists, truth values, layouts, no elements.

What the function itself takes must be differentiated rightly in both modes, or be refused by an error of dualad's.
`python -m tests.rules.variants` sweeps all rows, in about half an hour, and lists what fails;
`python -m tests.rules.variants scipy float16,list det svd` some. Rules that fail by an error of NumPy's, of empty
arrays or numbers in place of arrays, are listed too.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import dualad
from dualad import DualadError, testing, tree
from tests.rules import test_rules
from tests.rules.scipy import test_tables
from tests.rules.special import table
from tests.rules.stats import test_distributions, test_samples

TOLERANCE = {2: 3e-2, 4: 2e-3, 8: 1e-6}


@dataclass
class Call:
    """A function of the arguments that move, and these."""

    name: str
    fn: Callable[..., Any]
    args: tuple[Any, ...]


def floating(dtype: Any) -> Callable[[np.ndarray], Any]:
    """Arrays in another precision; complex ones in the complex dtype that goes with it."""
    return lambda a: a.astype(np.result_type(dtype, np.complex64) if a.dtype.kind == "c" else dtype)


def empty(a: np.ndarray) -> np.ndarray:
    return a[..., :0].copy() if a.ndim else a


def one_element(a: np.ndarray) -> np.ndarray:
    return a.reshape(-1)[:1].reshape(()).copy() if a.size else a


def reversed_in_memory(a: np.ndarray) -> np.ndarray:
    return np.flip(np.flip(a).copy()) if a.ndim else a


def read_only(a: np.ndarray) -> np.ndarray:
    found = a.copy()
    found.flags.writeable = False
    return found


def complex_of(dtype: Any) -> Callable[[np.ndarray], Any]:
    return lambda a: (a + 0.3j * np.cos(np.arange(a.size)).reshape(a.shape)).astype(dtype)


VARIANTS: dict[str, Callable[[np.ndarray], Any]] = {
    "float16": floating(np.float16),
    "float32": floating(np.float32),
    "longdouble": floating(np.longdouble),
    "complex64": complex_of(np.complex64),
    "complex128": complex_of(np.complex128),
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "integers": lambda a: np.rint(3 * np.nan_to_num(a.real, nan=0.4)).astype(int),
    "bytes": lambda a: np.rint(3 * np.nan_to_num(a.real, nan=0.4)).astype(np.int8),
    "truth values": lambda a: a.real > np.mean(a.real) if a.size else a.real > 0,
    "list": lambda a: a.tolist(),
    "number": one_element,
    "empty": empty,
    "Fortran": np.asfortranarray,
    "negative strides": reversed_in_memory,
    "read-only": read_only,
}
SAME_VALUES = ("other byte order", "list", "Fortran", "negative strides", "read-only")


def varied(x: Any, change: Callable[[np.ndarray], Any]) -> Any:
    """A tree of arguments with every inexact array or number in it changed."""
    if isinstance(x, (list, tuple)):
        return type(x)(varied(i, change) for i in x)
    if isinstance(x, (np.ndarray, np.generic, float, complex)) and np.result_type(x).kind in "fc":
        return change(np.asarray(x))
    return x


def wide(x: Any) -> Any:
    """A tree in double precision, of plain arrays."""
    if isinstance(x, (list, tuple)) and all(np.isscalar(i) for i in x) and x:
        return np.asarray(x) * 1.0
    if isinstance(x, (list, tuple)):
        return type(x)(map(wide, x))
    kind = np.result_type(x).kind
    return np.asarray(x, complex if kind == "c" else float) if kind in "fciub" else x


def floats(x: Any) -> Any:
    """Integers as floats: what their tangents are; truth values have none."""
    return np.asarray(x, float) if np.result_type(x).kind in "iu" and np.result_type(x) != bool else x


def attempt(fn: Callable[..., Any], *args: Any) -> tuple[Any, Exception | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            return fn(*args), None
        except Exception as error:
            return None, error


def numeric(x: Any) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in tree.leaves(x)]


def moves(leaf: np.ndarray) -> bool:
    return leaf.dtype.kind in "fc"


def close(a: Any, b: Any, tol: float) -> bool:
    """Whether trees are equal to a tolerance, where the second is finite."""
    with np.errstate(all="ignore"):
        for x, y in zip(numeric(a), numeric(b), strict=True):
            if x.dtype == object or y.dtype == object or not y.size:
                continue
            there = np.isfinite(y)
            scale = np.max(np.abs(y), where=there, initial=0.0) if y.size else 0.0
            if x.shape != y.shape or not np.all(np.abs(np.where(there, x - y, 0)) <= tol * (1 + scale)):
                return False
    return True


def problems(call: Call, variant: str) -> Iterator[str]:
    """What is wrong with the derivatives of a call whose arguments are varied."""
    args = varied(call.args, VARIANTS[variant])
    ans, raised = attempt(call.fn, *args)
    rng = np.random.default_rng(5)
    tangents = testing.random_like(tree.map(floats, args), rng)
    pushed, no_push = attempt(dualad.jvp, call.fn, args, tangents)
    pulled, no_pull = attempt(dualad.vjp, call.fn, *args)
    for mode, error in (("forward", no_push), ("reverse", no_pull)):
        if raised is None and error is not None and not isinstance(error, DualadError):
            yield f"{mode}: crash {type(error).__name__}: {str(error)[:150]}"
    if raised is not None:  # what derivatives give all the same is right, since they take more
        return
    tol = TOLERANCE[min(testing.precision(args), testing.precision(ans))]
    for mode, error, found in (("forward", no_push, pushed), ("reverse", no_pull, pulled)):
        if error is None:
            yield from (f"{mode}: {text}" for text in unlike(found[0], ans, tol))
    if no_push is None:
        yield from unlike_tangents(pushed[1], ans)
        yield from (f"forward: {text}" for text in wrong(call, args, tangents, ans, pushed[1], tol, variant))
    if no_pull is None:
        ct = testing.random_like(ans, rng)
        backs, error = attempt(pulled[1], ct)
        if error is not None:
            if isinstance(error, DualadError):
                return
            yield f"pullback: {type(error).__name__}: {str(error)[:150]}"
            return
        yield from unlike_gradients(backs, args)
        if no_push is None:
            left, right, size = paired(ct, pushed[1]), paired(backs, tangents), np.sum(np.abs(paired(backs, backs)))
            if np.isfinite(left + size) and not abs(left - right) <= tol * (1 + size + abs(left)):
                yield f"reverse: {right} where forward has {left}"


def paired(a: Any, b: Any) -> float:
    """`Re(sum(a * b))` over all leaves, of which those of no number are None."""
    if a is None or b is None:
        return 0.0
    if isinstance(a, (list, tuple)):
        return sum(map(paired, a, b))
    if isinstance(a, dict):
        return sum(paired(a[k], b[k]) for k in a)
    return float(np.sum(np.asarray(a) * np.asarray(b)).real)


def distance(a: Any, b: Any) -> float:
    """How far trees are apart, where there are numbers, relative to the largest."""
    pairs = zip(numeric(a), numeric(b), strict=True)
    return max(float(np.max(np.abs(x - y), initial=0.0) / (1 + np.max(np.abs(y), initial=0.0))) for x, y in pairs)


def kinds(arrays: list[np.ndarray]) -> list[tuple[str, tuple[int, ...]]]:
    """Dtypes, whatever their byte order, and shapes."""
    return [(a.dtype.name, a.shape) for a in arrays]


def unlike(found: Any, ans: Any, tol: float) -> Iterator[str]:
    """How a value differs from the plain call's."""
    a, b = numeric(found), numeric(ans)
    if len(a) != len(b):
        yield f"value has {len(a)} leaves, not {len(b)}"
    elif kinds(a) != kinds(b):
        yield f"value is {kinds(a)}, not {kinds(b)}"
    elif not close(found, ans, tol / 10):
        yield f"value is off by {distance(found, ans):.1e}"


def unlike_tangents(found: Any, ans: Any) -> Iterator[str]:
    for t, a in zip(numeric(found), numeric(ans), strict=True):
        if moves(a) and kinds([t]) != kinds([a]):
            yield f"forward: tangent is {t.dtype}{t.shape} of {a.dtype}{a.shape}"


def unlike_gradients(backs: Any, args: Any) -> Iterator[str]:
    for g, a in zip(numeric(backs), numeric(args), strict=True):
        if moves(a) and kinds([g]) != kinds([a]):
            yield f"reverse: gradient is {g.dtype}{g.shape} of {a.dtype}{a.shape}"


def wrong(call: Call, args: Any, tangents: Any, ans: Any, found: Any, tol: float, variant: str) -> Iterator[str]:
    """What a tangent should be: that in double precision, or for complex numbers what differences give."""
    if variant.startswith("complex"):
        checker = testing._Checker(("fwd",), 10 * tol, 10 * tol, None, np.random.default_rng(5))
        expected, no_differences = attempt(checker.differences, call.fn, args, tangents, ans)
        if no_differences is None and all(np.all(np.isfinite(e)) for e in numeric(expected[1]) if e.dtype != object):
            _, error = attempt(checker.compare, "tangent", (found, *expected), ans, (args, ans))
            if error is not None:
                yield str(error)
        return
    plain = tree.map(wide, args)
    expected, error = attempt(dualad.jvp, call.fn, plain, tree.map(wide, tangents))
    if error is None and close(expected[0], ans, tol) and not close(found, expected[1], tol):
        yield f"tangent is off by {distance(found, expected[1]):.1e} from that in double precision"


def placed(fn: Callable[..., Any], args: Any, positions: Any, kwargs: Any) -> Callable[..., Any]:
    """A function of the arguments in some positions."""

    def call(*moving: Any) -> Any:
        given = list(args)
        for i, a in zip(positions, moving):
            given[i] = a
        return fn(*given, **kwargs)

    return call


def of_method(name: str, args: Any, positions: Any, kwargs: Any) -> Callable[..., Any]:
    def call(*moving: Any) -> Any:
        given = list(args)
        for i, a in zip(positions, moving):
            given[i] = a
        return getattr(given[0], name)(*given[1:], **kwargs)

    return call


def of_attribute(name: str) -> Callable[..., Any]:
    return lambda x: getattr(x, name)


def of_numpy() -> Iterator[Call]:
    for row in test_rules.ROWS:
        primitive, positions = row.primitive, row.positions
        moving = tuple(row.args[i] for i in positions)
        name = primitive.name
        if name.endswith("()") and name.startswith("."):
            yield Call(str(row), of_method(name[1:-2], row.args, positions, row.kwargs), moving)
        elif name.startswith("."):
            yield Call(str(row), of_attribute(name[1:]), moving)
        else:
            yield Call(str(row), placed(primitive.fn, row.args, positions, row.kwargs), moving)


def of_scipy() -> Iterator[Call]:
    for row in test_tables.ROWS:
        fn, args = row.call()
        yield Call(str(row), fn, args)


def of_special() -> Iterator[Call]:
    for row in table.rows():
        yield Call(str(row), row.function, row.moving)


def of_stats() -> Iterator[Call]:
    for family in test_distributions.families():
        for name, fn, args in test_distributions.calls(family):
            yield Call(f"{family.dist.name} {name}", fn, args)
    for name, (fn, args) in test_samples.CALLS.items():
        yield Call(name, fn, args)


LIBRARIES = {"numpy": of_numpy, "scipy": of_scipy, "special": of_special, "stats": of_stats}


def main(libraries: str = "numpy,scipy,special,stats", variants: str = "all", *words: str) -> None:
    """List what fails of the rows of some libraries, in some variants, whose names have one of the words."""
    found = 0
    for library in libraries.split(","):
        for call in LIBRARIES[library]():
            if words and not any(word in call.name for word in words):
                continue
            for variant in VARIANTS if variants == "all" else variants.split(","):
                for text in problems(call, variant):
                    found += 1
                    print(f"{call.name} | {variant} | {text}".replace("\n", " "), flush=True)
    print(f"{found} derivatives are not as they should be")


if __name__ == "__main__":
    main(*sys.argv[1:])
