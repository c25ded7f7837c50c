"""What operators and functions do to lists and tuples, where they do something else to numbers and arrays."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def added(a: Any, b: Any) -> Any:
    """`operator.add`, of lists or tuples."""
    return a + b


def multiplied(a: Any, b: Any) -> Any:
    """`operator.mul`, of a list or tuple and a whole number."""
    return a * b


def larger(a: Any, b: Any) -> Any:
    """`max`, of two lists or tuples."""
    return b if b > a else a


def smaller(a: Any, b: Any) -> Any:
    """`min`, of two lists or tuples."""
    return b if b < a else a


def taken(a: Any, b: Any) -> Any:
    """`operator.getitem`, of a list, tuple or dict."""
    return a[b]


OF_SEQUENCES: dict[Any, Callable[..., Any]] = {
    operator.add: added, operator.mul: multiplied, builtins.max: larger, builtins.min: smaller,
    operator.getitem: taken,
}  # fmt: skip
"""Functions of two values that do something else to lists and tuples than to numbers and arrays."""


def of_sequences(fn: Any, args: tuple[Any, ...]) -> Any:
    """What such a function does to two lists or tuples, or to a container and a whole number or key; None of others."""
    if fn is operator.getitem:
        return taken if len(args) == 2 and isinstance(args[0], list | tuple | dict) else None
    sequences = [isinstance(a, list | tuple) for a in args]
    repeated = fn is operator.mul and any(sequences) and any([isinstance(a, int | np.integer) for a in args])
    if len(args) != 2 or not (all(sequences) or repeated):
        return None
    return next((found for known, found in OF_SEQUENCES.items() if known is fn), None)
