"""SciPy's functions as rules call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_PLAIN = (None, np.ndarray.__array_function__)


def on_duals(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, but dual numbers among the arguments take the call over, as they do of NumPy's functions."""

    def call(*args: Any, **kwargs: Any) -> Any:
        taker = _taker((*args, *kwargs.values()))
        if taker is None:
            return fn(*args, **kwargs)
        return taker.__array_function__(fn, (type(taker),), args, kwargs)

    call.__name__ = call.__qualname__ = fn.__name__
    return call


def for_lapack(x: Any) -> Any:
    """An array as SciPy hands it to LAPACK, which knows neither float16 nor longdouble."""
    found = {"e": np.float32, "g": np.float64, "G": np.complex128}.get(x.dtype.char)
    return x if found is None else x.astype(found)


def _taker(values: Any) -> Any:
    """The first value that is no plain array but takes calls over; tuples and lists are looked into."""
    for value in values:
        if type(value) in (tuple, list):
            found = _taker(value)
            if found is not None:
                return found
        elif getattr(type(value), "__array_function__", None) not in _PLAIN:
            return value
    return None
