"""What a row of the rule tables is: a primitive, arguments to try it at, and how exactly its derivatives are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import dualad.rules  # noqa: F401
from dualad import registry
from dualad.registry import Primitive
from tests.grouped import grouped
from tests.rules import apply

rng = np.random.default_rng(20260)


@dataclass
class Row:
    """One call of a primitive.

    Attributes:
        primitive: as the registry has it.
        args: the arguments; what is differentiated is an inexact number or array, or sequences of such.
        kwargs: keyword arguments.
        wrt: positions that are differentiated in; by default all that have a rule and an inexact argument.
        rtol: how exactly central differences are met.
        float32: whether the result of float32 arguments is float32 with float32 tangents.
        twice: whether its derivative is differentiated too.
    """

    primitive: Primitive
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    wrt: tuple[int, ...] | None = None
    rtol: float = 1e-6
    float32: bool = True
    twice: bool = True

    def __str__(self) -> str:
        shown = ",".join(_shown(a) for a in self.args) + "".join(f",{k}={_shown(v)}" for k, v in self.kwargs.items())
        return f"{self.primitive.name}({shown})"

    @property
    def positions(self) -> tuple[int, ...]:
        if self.wrt is not None:
            return self.wrt
        known = range(len(self.args)) if self.by_definition else self.primitive.argnums
        return tuple(i for i in known if i < len(self.args) and differentiable(self.args[i]))

    @property
    def by_definition(self) -> bool:
        return apply.by_definition(self.primitive, self.args, self.kwargs)


def of_each(rows: Iterable[Row]) -> Callable[[Callable[[Row], None]], Callable[..., None]]:
    """A test of a row as one for each primitive."""
    return grouped(rows, lambda row: row.primitive.name)


def _shown(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return f"{x.dtype.kind}{x.shape}".replace(" ", "")
    if isinstance(x, (list, tuple)):
        return "[" + ",".join(_shown(i) for i in x) + "]"
    return repr(x)[:20]


def differentiable(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return bool(x) and all(differentiable(i) for i in x)
    return isinstance(x, (float, complex)) or (isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc")


def fn(function: Callable[..., Any], *args: Any, **options: Any) -> Row:
    """A row for a function; its own options are rtol, wrt, float32 and twice, the rest keyword arguments."""
    found = registry.lookup(function)
    assert found is not None, function
    return _row(found, args, options)


def meth(name: str, *args: Any, **options: Any) -> Row:
    """A row for an array method."""
    found = registry.lookup_method(name)
    assert found is not None, name
    return _row(found, args, options)


def attr(name: str, *args: Any, **options: Any) -> Row:
    """A row for an array attribute."""
    found = registry.lookup_attribute(name)
    assert found is not None, name
    return _row(found, args, options)


def _row(primitive: Primitive, args: tuple[Any, ...], options: dict[str, Any]) -> Row:
    own = {k: options.pop(k) for k in ("rtol", "wrt", "float32", "twice") if k in options}
    return Row(primitive, args, options, **own)


def reals(*shape: int, low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """An array of reals, none two of them close."""
    size = int(np.prod(shape))
    spaced = np.linspace(low, high, size + 2)[1:-1] if size else np.zeros(0)
    jitter = rng.uniform(-0.3, 0.3, size) * (high - low) / (size + 2)
    return rng.permutation(spaced + jitter).reshape(shape)


def positive(*shape: int, low: float = 0.3, high: float = 2.5) -> np.ndarray:
    return reals(*shape, low=low, high=high)


def cplx(*shape: int) -> np.ndarray:
    return reals(*shape) + 1j * reals(*shape)
