"""Functions under which NumPy warns of nothing about floating point, as under `np.errstate`, at a third of its cost.

What a thread's errors do is a context variable of NumPy's. `np.errstate` makes its new value at every call, which takes
longer than a small array takes to be multiplied; here it is made once for each value that was there before. Where a
version of NumPy keeps it elsewhere, it is `np.errstate` itself that serves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy._core import umath

from dualad.analysis.wary import carefully

_state: Any = getattr(umath, "_extobj_contextvar", None)
_made: Any = getattr(umath, "_make_extobj", None)

IGNORED: Any = {"divide": "ignore", "invalid": "ignore", "over": "ignore"}

is_short = _state is not None and _made is not None
"""Whether `enter` and `leave` are there to be used."""

_last: list[tuple[Any, Any]] = [(object(), None)]
"""What errors did before, and what they do here: one pair at a time, so that threads never see half of one."""


def enter() -> Any:
    """Have NumPy warn of nothing from here on, in this context; what it gives is for `leave`."""
    now = _state.get(None)
    before, quiet = _last[0]
    if now is not before:
        quiet = _made(**IGNORED)
        _last[0] = (now, quiet)
    return _state.set(quiet)


leave: Callable[[Any], None] = _state.reset if is_short else lambda token: None
"""Have NumPy's errors do what they did before."""


OPENED = {"last": _last, "state": _state.get, "change": _state.set} if is_short else {}
"""What `enter` uses, for emitted code that does without a call of it where it can."""


def quietly(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function under which NumPy warns of nothing."""
    if not is_short:
        return np.errstate(**IGNORED)(call)

    @functools.wraps(call)
    def quiet(*args: Any) -> Any:
        token = enter()
        try:
            return call(*args)
        finally:
            leave(token)

    return quiet


def quietly_back(split: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose pullback runs so that NumPy warns of nothing; its own warnings stay."""

    @functools.wraps(split)
    def run(*args: Any) -> Any:
        result, pull = split(*args)
        return result, (lambda *ct: _quiet(pull, ct)) if is_short else np.errstate(**IGNORED)(pull)

    return run


def running(
    call: Callable[..., Any], is_split: bool, noisy: bool, care: bool
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How an emitted function is run, and how under which NumPy warns of nothing: a pullback always is.

    `care`: it takes care with objects, and what it calls does, too.
    """
    call = quietly_back(call) if is_split and noisy else call
    call = carefully(call, is_split) if care else call
    return call, call if is_split or not noisy else quietly(call)


def _quiet(call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    token = enter()
    try:
        return call(*args)
    finally:
        leave(token)
