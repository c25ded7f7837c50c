"""Lists, tuples and numbers of Python where NumPy takes arrays, and rules read them as arrays."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import numpy as np

from dualad import tree
from dualad.registry import Primitive
from dualad.reverse.conforming import fit, fit_shape
from dualad.reverse.runtime import like

__dualad_lift__ = True  # dual numbers run through all of this


def lists_of(primitive: Primitive) -> str:
    """What lists are to a function: "arrays", "sequences" of arrays as for `np.concatenate`, or "blocks" of arrays."""
    return "blocks" if primitive.fn is np.block else "sequences" if primitive.sequences else "arrays"


def taking_lists(rule: Any, lists: str = "arrays") -> Any:
    """A rule, or a function that rules call, for operands that may be lists or floats where NumPy takes arrays.

    `lists`: what they are to the function (`lists_of`). A row of blocks is no array.
    """

    def called(*args: Any, **kwargs: Any) -> Any:
        if lists != "blocks" and any([tree.holds_duals(a) for a in (*args, *kwargs.values())]):
            return _reading(rule, as_arrays if lists == "sequences" else as_array, args, kwargs)
        try:
            return rule(*args, **kwargs)
        except (AttributeError, TypeError):  # a list has no shape or arithmetic, nor has a number of Python a shape
            if not any([isinstance(a, list | tuple | float | complex) for a in (*args, *kwargs.values())]):
                raise
            return _reading(rule, as_array, args, kwargs)

    called.__dict__["__dualad_lift__"] = True
    called.__dict__["__dualad_rule__"] = rule
    return called


@functools.lru_cache(maxsize=256)
def _names_of(rule: Any) -> tuple[str, ...]:
    """What a rule, or a function that rules call, names the arguments that it is given by position."""
    try:
        return tuple(inspect.signature(rule).parameters)
    except (TypeError, ValueError):  # functions of C have none, and are given no results
        return ()


def _reading(rule: Any, read: Any, args: Any, kwargs: Any) -> Any:
    """Call a rule with what `read` makes of its operands: no lists any more."""
    names = _names_of(rule)
    given = [a if i < len(names) and _is_several(names[i], a) else read(a) for i, a in enumerate(args)]
    return rule(*given, **{k: a if _is_several(k, a) else read(a) for k, a in kwargs.items()})


def _is_several(name: str, value: Any) -> bool:
    """Whether it is what a function gives of which the result is several arrays, or their cotangents."""
    return name in ("ct", "ans") and isinstance(value, list | tuple)


def without_lists(fn: Any) -> Any:
    """What `taking_lists` made a function of; any other as it is."""
    return getattr(fn, "__dualad_rule__", fn)


def as_array(value: Any) -> Any:
    """A list or tuple of numbers and arrays as an array, a number of Python as NumPy's."""
    if isinstance(value, float | complex):
        return value * np.float64(1.0)
    if isinstance(value, list) or (isinstance(value, tuple) and has_floats(value)):
        try:
            return np.array(value)
        except ValueError:  # arrays of several shapes
            return value
    return value


def as_arrays(value: Any) -> Any:
    """A sequence whose items are arrays, be they given as lists."""
    if type(value) is tuple and any([isinstance(v, list) for v in value]):  # a tuple in a tuple may say anything
        return tuple([as_array(v) if isinstance(v, list) and tree.holds_duals(v) else v for v in value])
    return moving_as_arrays(value) if isinstance(value, list) else value


def moving_as_arrays(values: Any) -> Any:
    """Values, those that are lists of dual numbers as arrays."""
    return [as_array(v) if tree.holds_duals(v) else v for v in values]


def elements(value: Any) -> Any:
    """An operand that a function takes element by element: a list or tuple as an array."""
    return np.array(value) if isinstance(value, list | tuple) else value


def fit_elements(ct: Any, value: Any) -> Any:
    """As `fit`, of what such a function took, which may be a list or tuple."""
    if isinstance(value, list | tuple):
        return like(fit_shape(ct, np.shape(value)), value)
    return fit(ct, value)


def has_floats(value: Any) -> bool:
    """Whether a tuple holds more than integers, which say axes and shapes."""
    return any([not isinstance(v, int | str | slice | None) for v in value])
