"""What a row of the table of special functions is, and a function of the arguments that a row moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Row:
    """One call of a special function.

    Attributes:
        fn: the function.
        args: its arguments; those that are differentiated in are arrays of floats or complex numbers.
        wrt: positions of these.
        order: up to which derivatives are checked.
        rtol: how exactly differences of SciPy's values give them, of which some have few digits.
        eps: the first step of the differences.
    """

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    order: int = 2
    rtol: float = 1e-6
    eps: float | None = None

    def __str__(self) -> str:
        kind = "c" if any(np.iscomplexobj(a) for a in self.args) else ""
        name = getattr(self.fn, "__name__", None) or self.fn.func.__name__ + "".join(map(str, self.fn.args))
        return f"{name}{kind}{''.join(map(str, self.wrt))}"

    @property
    def moving(self) -> tuple[Any, ...]:
        return tuple(np.array(self.args[i]) for i in self.wrt)

    @property
    def function(self) -> Callable[..., Any]:
        """The call as a function of the arguments that move."""
        return OF[len(self.args), self.wrt](self.fn, self.args)


def row(fn, *args, wrt=None, **options) -> Row:
    """A row that moves all arguments that are lists (one number for each point), which it makes arrays."""
    moving = tuple(i for i, a in enumerate(args) if isinstance(a, list)) if wrt is None else wrt
    return Row(fn, tuple(np.array(a) if isinstance(a, list) else a for a in args), moving, **options)


OF = {
    (1, (0,)): lambda fn, a: lambda x: fn(x),
    (2, (0,)): lambda fn, a: lambda x: fn(x, a[1]),
    (2, (1,)): lambda fn, a: lambda x: fn(a[0], x),
    (2, (0, 1)): lambda fn, a: lambda x, y: fn(x, y),
    (3, (0,)): lambda fn, a: lambda x: fn(x, a[1], a[2]),
    (3, (1,)): lambda fn, a: lambda x: fn(a[0], x, a[2]),
    (3, (2,)): lambda fn, a: lambda x: fn(a[0], a[1], x),
    (3, (0, 1)): lambda fn, a: lambda x, y: fn(x, y, a[2]),
    (3, (0, 2)): lambda fn, a: lambda x, y: fn(x, a[1], y),
    (3, (1, 2)): lambda fn, a: lambda x, y: fn(a[0], x, y),
    (3, (0, 1, 2)): lambda fn, a: lambda x, y, z: fn(x, y, z),
    (4, (3,)): lambda fn, a: lambda x: fn(a[0], a[1], a[2], x),
    (4, (2, 3)): lambda fn, a: lambda x, y: fn(a[0], a[1], x, y),
    (4, (0, 1, 2, 3)): lambda fn, a: lambda x, y, z, w: fn(x, y, z, w),
    (5, (4,)): lambda fn, a: lambda x: fn(a[0], a[1], a[2], a[3], x),
}
