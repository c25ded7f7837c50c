"""What rules of special functions need: functions of Python that dual numbers run through, results of several parts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.registry import elementwise, same
from dualad.rules.helpers import unbroadcast

STEP = 1e-200


def dispatched(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Let any argument of a function take the call over, as NumPy's functions do (`__array_function__`)."""

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        for a in args:
            override = getattr(type(a), "__array_function__", np.ndarray.__array_function__)
            if override is not np.ndarray.__array_function__:
                return a.__array_function__(call, (type(a),), args, kwargs)
        return fn(*args, **kwargs)

    return call


def smooth(*partials: Callable[..., Any] | None, **facts: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function that rules call, element by element, by its own partials: what rules reach at second order.

    It is never called with dual numbers, and what overflows on its way to a result does not warn.
    """

    def declare(fn: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(fn)
        def quiet(*args: Any, **kwargs: Any) -> Any:
            with np.errstate(all="ignore"):
                return fn(*args, **kwargs)

        found = dispatched(quiet)
        elementwise(found, *partials, kind="any", **facts)
        return found

    return declare


def python(fn: Callable[..., Any], *partials: Callable[..., Any] | None, **facts: Any) -> Callable[..., Any]:
    """State the partials of a function of SciPy that is written in Python; gives it as rules call it."""
    elementwise(fn, *partials, **{"kind": "any", **facts})
    found = dispatched(fn)
    same(found, fn)
    return found


def tangents(t: Any, partials: Any) -> tuple[Any, ...]:
    """The tangents of results of several parts, by the partials of the parts in one argument."""
    return tuple([t * p for p in partials])


def cotangent(ct: Any, partials: Any, x: Any) -> Any:
    """The cotangent of an argument of a function whose result has several parts; a part may have none (0.0)."""
    total: Any = 0.0
    for c, p in zip(ct, partials):
        if not (type(c) is float and c == 0.0):
            total = total + c * p
    return total if type(total) is float else unbroadcast(total, np.shape(x))


def imaginary_step(fn: Callable[..., Any], x: Any, *rest: Any) -> Any:
    """The derivative of `fn` in its first argument by a complex step, exact to rounding.

    `fn` is analytic, and computed so that real and imaginary parts each keep their digits. (Squire and Trapp, Using
    complex variables to estimate derivatives of real functions, SIAM Review 40, 1998.)
    """
    return np.imag(fn(x + STEP * 1j, *rest)) / STEP
