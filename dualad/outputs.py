"""The arrays that NumPy's functions write their results into: `out`, by name or by position.

Rules are stated for the arguments that a derivative may depend on; what comes from `out` on is passed by name instead.
"""

from __future__ import annotations

import inspect
import types
from functools import cache
from typing import Any

import numpy as np

from dualad.hashed import is_hashed_plainly
from dualad.registry import method_caller

METHODS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("sum", "prod", "cumsum", "cumprod", "mean"), ("axis", "dtype", "out")),
    **dict.fromkeys(("std", "var"), ("axis", "dtype", "out", "ddof")),
    **dict.fromkeys(("max", "min", "any", "all", "argmax", "argmin", "ptp"), ("axis", "out")),
    "clip": ("min", "max", "out"), "take": ("indices", "axis", "out", "mode"), "round": ("decimals", "out"),
    "compress": ("condition", "axis", "out"), "choose": ("choices", "out", "mode"), "dot": ("other", "out"),
    "trace": ("offset", "axis1", "axis2", "dtype", "out"),
}  # fmt: skip
"""The parameters of the array methods that have an `out`, after the array itself."""

UFUNC_METHODS = {
    "reduce": ("array", "axis", "dtype", "out", "keepdims", "initial", "where"),
    "accumulate": ("array", "axis", "dtype", "out"),
    "reduceat": ("array", "indices", "axis", "dtype", "out"),
}
"""The positional parameters of methods of universal functions that have an `out`."""

C_FUNCTIONS = {np.dot: ("a", "b", "out"), np.concatenate: ("arrays", "axis", "out")}
"""Functions whose signature not every version of NumPy tells."""


def _is_of_others(fn: Any) -> bool:
    """Whether it is a Python function that is none of NumPy's: nothing is kept of those, which have captured things."""
    return type(fn) is types.FunctionType and not (fn.__module__ or "").startswith("numpy")


@cache
def _by_position(fn: Any) -> tuple[str, ...]:
    """The positional parameters of a function of NumPy that has an `out` among them; () for any other."""
    if fn in C_FUNCTIONS:
        return C_FUNCTIONS[fn]
    if isinstance(getattr(fn, "__self__", None), np.ufunc):
        return UFUNC_METHODS.get(fn.__name__, ())
    if not (getattr(fn, "__module__", None) or "").startswith("numpy"):
        return ()
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return ()
    names = tuple([p.name for p in parameters if p.kind is not p.KEYWORD_ONLY])
    return names if "out" in names and all(p.kind is not p.VAR_POSITIONAL for p in parameters) else ()


def named(fn: Any, count: int) -> tuple[str, ...]:
    """The names of the last of so many positional arguments, from `out` on; () where there are none.

    `fn` is a function, or what calls a method of its first argument. The outputs of a ufunc are all called `out`.
    """
    if isinstance(fn, np.ufunc):
        return ("out",) * (count - fn.nin)
    if count < 2:
        return ()
    if isinstance(fn, method_caller):
        names: tuple[str, ...] = ("", *METHODS.get(fn.name, ()))
    else:
        names = _by_position(fn) if is_hashed_plainly(fn) and not _is_of_others(fn) else ()
    return names[names.index("out") : count] if "out" in names[:count] else ()


def by_name(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments and keyword arguments with what is passed from `out` on by name; no `out` that is None."""
    names = named(fn, len(args))
    if names:
        rest = args[len(args) - len(names) :]
        by_place = {"out": rest} if isinstance(fn, np.ufunc) else dict(zip(names, rest, strict=True))
        args, kwargs = args[: -len(names)], {**kwargs, **by_place}
    out = kwargs.get("out", kwargs)
    if out is None or (type(out) is tuple and all(o is None for o in out)):
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
    return args, kwargs
