"""What a row of SciPy's tables is: a function, a call of it, and how its derivatives are checked."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dualad.testing import check_grads


@dataclass
class Case:
    """One call. What is differentiated in: the arrays of `args`, in `via`'s place if there is one.

    Attributes:
        of: the function of SciPy that is tested.
        args: positional arguments; those from the first on that is no array of floats are passed by name.
        kwargs: keyword arguments.
        via: a function of the arrays that calls `of`, where a call alone would not do.
        order: up to which order derivatives are checked.
    """

    of: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    via: Callable[..., Any] | None = None
    order: int = 2

    def __str__(self) -> str:
        shown = [*map(_shown, self.args), *(f"{k}={_shown(v)}" for k, v in self.kwargs.items())]
        return f"{self.of.__name__}({','.join(shown)})"

    def arrays(self) -> tuple[Any, ...]:
        """The arguments that are differentiated in."""
        count = next((i for i, a in enumerate(self.args) if not _moves(a)), len(self.args))
        return self.args[:count]

    def call(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The function of the arrays, and the arrays."""
        args, kwargs = self.arrays(), dict(self.kwargs)
        if len(args) < len(self.args):
            names = list(inspect.signature(self.of).parameters)
            kwargs |= dict(zip(names[len(args) :], self.args[len(args) :]))
        fn = self.via or self.of
        return (functools.partial(fn, **kwargs) if kwargs else fn), args

    def check(self) -> None:
        fn, args = self.call()
        check_grads(fn, args, order=self.order)


def case(of: Callable[..., Any], *args: Any, via: Callable[..., Any] | None = None, **kwargs: Any) -> Case:
    """A row; complex rows are checked to the first order, as their rules are those of the real ones."""
    order = 1 if any(isinstance(a, np.ndarray) and a.dtype.kind == "c" for a in args) else 2
    return Case(of, args, kwargs, via, order)


def _moves(x: Any) -> bool:
    if isinstance(x, (tuple, list)):
        return any(_moves(v) for v in x)
    return isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype.kind in "fc")


def _shown(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return f"{x.dtype.kind}{x.shape}".replace(" ", "")
    return getattr(x, "__name__", None) or repr(x)[:20]


rng = np.random.default_rng(20261)


def reals(*shape: int) -> np.ndarray:
    return rng.uniform(-1, 1, shape)


def cplx(*shape: int) -> np.ndarray:
    return reals(*shape) + 1j * reals(*shape)
