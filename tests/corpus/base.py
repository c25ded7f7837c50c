"""How a program of the corpus is declared.

    @program(args=(vec(3), 2.0), more=[(mat(2, 3), 1.0)], tags={"for", "store"})
    def decay(x, k): ...

A program is a plain function, as a user would write it; the decorator only lists it and returns it unchanged. `args` is
a tuple of values and of specs (`vec(3)`: three numbers, always the same ones for a program), in any containers.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
STATUSES = ("right", "refused")


class Spec:
    """An argument that is drawn from a random generator."""

    def __init__(self, draw: Callable[[np.random.Generator], Any]) -> None:
        self.draw = draw


def arr(*shape: int, lo: float = -1.0, hi: float = 1.0, dtype: Any = np.float64) -> Spec:
    """Uniform numbers; bounded away from nothing."""
    return Spec(lambda rng: np.asarray(rng.uniform(lo, hi, size=shape)).astype(dtype))


def vec(n: int, dtype: Any = np.float64) -> Spec:
    return arr(n, dtype=dtype)


def mat(m: int, n: int, dtype: Any = np.float64) -> Spec:
    return arr(m, n, dtype=dtype)


def pos(*shape: int, dtype: Any = np.float64) -> Spec:
    """Positive numbers, bounded away from 0."""
    return arr(*shape, lo=0.5, hi=2.0, dtype=dtype)


def num(lo: float = 0.5, hi: float = 1.5) -> Spec:
    """A Python float."""
    return Spec(lambda rng: float(rng.uniform(lo, hi)))


def spd(n: int) -> Spec:
    """A symmetric positive definite matrix."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        a = rng.uniform(-1, 1, size=(n, n))
        return a @ a.T + n * np.eye(n)

    return Spec(draw)


def dominant(n: int) -> Spec:
    """A square matrix with a heavy diagonal (no pivoting needed)."""
    return Spec(lambda rng: rng.uniform(-1, 1, size=(n, n)) + (n + 1) * np.eye(n))


def cplx(*shape: int) -> Spec:
    """Complex numbers."""
    return Spec(lambda rng: np.asarray(rng.uniform(-1, 1, size=shape) + 1j * rng.uniform(-1, 1, size=shape)))


def apart(n: int) -> Spec:
    """Numbers in random order, no two of them near each other, none near 0 (for sort, max, abs)."""
    return Spec(lambda rng: rng.permutation(np.linspace(-1.1, 1.3, n) + rng.uniform(-0.02, 0.02, size=n)))


def built(fn: Callable[..., Any], *specs: Any) -> Spec:
    """What `fn` makes of drawn arguments: `built(Point, num(), num())`."""
    return Spec(lambda rng: fn(*(resolve(s, rng) for s in specs)))


def resolve(value: Any, rng: np.random.Generator) -> Any:
    """The value with every spec in it drawn, and every array and container fresh."""
    if isinstance(value, Spec):
        return value.draw(rng)
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(resolve(v, rng) for v in value))
    if isinstance(value, (list, tuple)):
        return type(value)(resolve(v, rng) for v in value)
    if isinstance(value, dict):
        return {k: resolve(v, rng) for k, v in value.items()}
    return value


@dataclasses.dataclass(frozen=True)
class Program:
    """A program of the corpus.

    Attributes:
        fn: the function.
        sets: the argument sets, with their specs.
        tags: what it is made of.
        smooth: whether differences of its values are near its derivative at these arguments.
        reverse: "right", or "refused" (by a dualad error).
        forward: the same of forward mode.
        complex_ok: whether the complex step holds: analytic, and made of what accepts complex numbers.
        ints_active: whether integers among the arguments are numbers that it is differentiated in (not counts).
        rtol: tolerance of the comparison with differences.
    """

    fn: Callable[..., Any]
    sets: tuple[tuple[Any, ...], ...]
    tags: frozenset[str]
    smooth: bool = True
    reverse: str = "right"
    forward: str = "right"
    complex_ok: bool = False
    ints_active: bool = False
    rtol: float = 1e-6

    @property
    def name(self) -> str:
        return self.fn.__name__

    def make(self, which: int = 0) -> tuple[Any, ...]:
        """Fresh arguments, the same each time."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()) + which)
        return tuple(resolve(a, rng) for a in self.sets[which])


PROGRAMS: dict[str, Program] = {}


def program(
    args: tuple[Any, ...],
    tags: Iterable[str] | str = (),
    more: Iterable[tuple[Any, ...]] = (),
    **how: Any,
) -> Callable[[F], F]:
    """Lists the decorated function as a program; two of one name are an error."""

    def add(fn: F) -> F:
        name = fn.__name__
        if name in PROGRAMS:
            raise ValueError(f"two programs are called {name}")
        words = tags.split() if isinstance(tags, str) else tags
        if how.get("reverse", "right") not in STATUSES or how.get("forward", "right") not in STATUSES:
            raise ValueError(f"{name}: unknown status")
        PROGRAMS[name] = Program(fn, (args, *more), frozenset(words), **how)
        return fn

    return add
