"""Universal functions called with `dtype=` and the like, which choose the loop that NumPy runs: cast arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import registry
from dualad.registry import otherwise

__dualad_lift__ = True


def cast(x: Any, dtype: Any, casting: Any) -> Any:
    """An argument in the dtype that the function is to compute in."""
    if isinstance(x, (list, tuple)) or dtype is not None:
        x = np.asarray(x)
    if dtype is None:
        return x
    if not np.can_cast(x.dtype, dtype, casting):
        raise TypeError(f"Cannot cast ufunc input from {x.dtype} to {np.dtype(dtype)} with casting rule {casting!r}")
    return x.astype(dtype)


def unary(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A function of one argument with these keywords (of which `order` and `subok` do not change numbers)."""

    def definition(
        x: Any, *, dtype: Any = None, casting: str = "same_kind", order: str = "K", subok: bool = True
    ) -> Any:
        return fn(cast(x, dtype, casting))

    return definition


def binary(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The same of two arguments."""

    def definition(
        x1: Any, x2: Any, *, dtype: Any = None, casting: str = "same_kind", order: str = "K", subok: bool = True
    ) -> Any:
        return fn(cast(x1, dtype, casting), cast(x2, dtype, casting))

    return definition


def of_one_dtype() -> Iterator[np.ufunc]:
    """Universal functions of one result whose loops over inexact numbers have arguments and result of one dtype."""
    for fn in {id(fn): fn for fn in vars(np).values() if isinstance(fn, np.ufunc)}.values():
        inexact = [loop for loop in fn.types if set(loop) <= set("efdgFDG->")]
        known = registry.lookup(fn)
        if known is None or known.form != "elementwise" or fn.nout != 1 or fn.nin > 2 or known.definition is not None:
            continue
        if inexact and all(len(set(loop) - {"-", ">"}) == 1 for loop in inexact):
            yield fn


OF_ONE_DTYPE = tuple(of_one_dtype())
for _fn in OF_ONE_DTYPE:
    otherwise(_fn, unary(_fn) if _fn.nin == 1 else binary(_fn))
