"""Arrays made of dual numbers, and values and tangents brought into one layout."""

from __future__ import annotations

import collections
import warnings
from typing import Any

import numpy as np

from dualad.dtypes import base_of, bundle_dtype, count_of, is_bundle_dtype
from dualad.forward.dual import Dual, has_dual, is_exact, is_number, plain, root
from dualad.forward.levels import Level, refuse, storing
from dualad.forward.memory import load, own, store, through
from dualad.layout import empty_alike


def loaded(x: Any, below: int | None = None, met: dict[int, Any] | None = None) -> Any:
    """`x` with its arrays loaded, in lists and tuples too. Lists are copied where something in them changes.

    Arrays that are one stay one, among all that was loaded with the same `met`.
    """
    cls = type(x)
    if cls is Dual or cls is np.ndarray:
        if met is None:
            return load(x, below)
        if id(x) not in met:
            met[id(x)] = load(x, below)
        return met[id(x)]
    if cls is list or cls is tuple:
        parts = [loaded(v, below, met) for v in x]
        if any([a is not b for a, b in zip(parts, x)]):
            return parts if cls is list else tuple(parts)
    return x


def loaded_together(args: Any, kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call with their arrays loaded."""
    met: dict[int, Any] = {}
    return tuple([loaded(a, None, met) for a in args]), {k: loaded(v, None, met) for k, v in kwargs.items()}


def highest(x: Any, found: Level | None = None) -> Level | None:
    """The highest level of the dual numbers in `x`, which may be nested in lists and tuples."""
    cls = type(x)
    if cls is Dual:
        return x.level if found is None or x.level.number > found.number else found
    if cls is list or cls is tuple:
        for v in x:
            found = highest(v, found)
    return found


OF_OBJECTS = "an array of objects cannot hold numbers that a derivative is taken in; use a list, or floats"


def array(x: Any, dtype: Any = None, below: int | None = None, **how: Any) -> Any:
    """`np.array` of numbers, arrays and lists of them, any of which may be dual. `how` is passed on to `np.array`.

    An array that `np.array` gives back as it is (`copy=None`) is given back as it is, too: copies of containers ask
    which of their items are one object, as lists and comparisons do.
    """
    given, x = x, loaded(x, below)
    level = highest(x)
    if level is None:
        return np.array(x, dtype, **how)
    if dtype is not None and np.dtype(dtype) == object:
        raise refuse(OF_OBJECTS)
    values, tangents = split(x, level, level.number)
    value = array(values, dtype, level.number, **how)
    plain_value = root(value)
    if plain_value is root(given):
        return given
    if not is_number(plain_value):
        if isinstance(plain_value, np.ndarray) and plain_value.dtype.kind == "O":
            raise refuse(OF_OBJECTS)
        return value
    if is_exact(plain_value) and not is_exact(np.asarray(plain(x))):
        return value
    dtype = tangent_dtype(plain_value.dtype) if level.space is None else level.space.dtype_for(plain_value)
    tangent = array(tangents, dtype, level.number, **how)
    if type(x) is Dual and root(tangent) is root(x.tangent):
        tangent = own(tangent, level.number)
    return Dual(value, like(tangent, plain_value, level.number), level)


SEQUENCES = (list, tuple, collections.deque)


def array_of(x: Any) -> Any:
    """The array that NumPy makes of a list, tuple or deque, or of an object of a class derived from one."""
    return array(x if type(x) in (list, tuple) else list(x))


def split(x: Any, level: Level, below: int | None = None) -> tuple[Any, Any]:
    """Values and tangents, at a level, of what may be nested in lists and tuples; loaded at levels under `below`."""
    cls = type(x)
    if cls is Dual:
        return (load(x.value, below), load(x.tangent, below)) if x.level is level else (x, still(x, level))
    if cls is list or cls is tuple:
        pairs = [split(v, level, below) for v in x]
        return cls([v for v, _ in pairs]), [t for _, t in pairs]
    return x, still(x, level)


def still(x: Any, level: Level) -> Any:
    """The zero tangent of a value at a level."""
    if level.space is None:
        return zeros_like(x)
    value = root(x)
    return np.zeros(np.shape(value), level.space.dtype_for(value))[()]


def zeros_like(x: Any) -> Any:
    """The zero tangent of a value, as a plain number or array in the value's layout."""
    value = root(x)
    if isinstance(value, np.ndarray):
        return np.zeros_like(value, tangent_dtype(value.dtype), subok=False)
    if isinstance(value, np.void):
        return np.zeros((), value.dtype)[()]
    if isinstance(value, np.generic):
        return tangent_dtype(value.dtype).type(0)
    return 0j if isinstance(value, complex) else 0.0


def tangent_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the tangent of an array of this dtype."""
    return dtype if dtype.kind in "fcV" else np.dtype(np.float64)


def like(tangent: Any, value: Any, below: int | None = None) -> Any:
    """`tangent` in the shape, dtype and layout of a plain array `value`; itself where it fits already."""
    tangent = load(tangent, below)
    if type(tangent) is Dual:
        number = tangent.level.number
        primal, moved = like(tangent.value, value, number), like(tangent.tangent, value, number)
        if primal is tangent.value and moved is tangent.tangent:
            return tangent
        return Dual(primal, moved, tangent.level)
    dtype = tangent_dtype(value.dtype)
    if isinstance(tangent, (np.ndarray, np.void)) and is_bundle_dtype(tangent.dtype):
        base = base_of(tangent.dtype)
        dtype = (
            tangent.dtype
            if base.kind not in "fc" or dtype.kind == "V"
            else bundle_dtype(dtype, count_of(tangent.dtype))
        )
    if type(tangent) is np.ndarray and tangent.dtype == dtype and tangent.shape == value.shape:
        if value.ndim == 0 or _same_layout(tangent, value):
            return tangent
    made = empty_alike(value, dtype)
    made[...] = real_if(tangent, dtype.kind)
    if dtype.kind == "V" and type(tangent) is np.ndarray and not tangent.flags.writeable:
        made.flags.writeable = False  # which says that it is no view where its value is one
    return made


def _same_layout(tangent: np.ndarray[Any, Any], value: np.ndarray[Any, Any]) -> bool:
    if tangent.strides == value.strides:
        return True
    if tangent.itemsize == value.itemsize:
        return value.size <= 1
    return [s * value.itemsize for s in tangent.strides] == [s * tangent.itemsize for s in value.strides]


def real_if(tangent: Any, kind: str) -> Any:
    """The real part if values of this kind are real."""
    return tangent.real if kind != "c" and np.iscomplexobj(tangent) else tangent


def assign(target: Any, key: Any, value: Any) -> None:
    """`target[key] = value` for an array, with keys and values as users write them."""
    cls = type(value)
    if (cls is list or cls is tuple) and (storing or has_dual(value)):
        value = array(value)
    store(target, plain(key), value)


def number(x: Any, cls: type, below: int | None = None) -> Any:
    """`cls(x)` for the classes of real and complex numbers, `float`, `np.float32`, ..., of a dual number or array."""
    x = load(x, below)
    if type(x) is not Dual:
        return cls(x)
    if np.iscomplexobj(root(x)) and not issubclass(cls, complex | np.complexfloating):
        warnings.warn("Casting complex values to real discards the imaginary part", np.exceptions.ComplexWarning, 3)
        x = through(np.real, x, below)
    level = x.level
    value = number(x.value, cls, level.number)
    plain_value = root(value)
    if not is_number(plain_value) or (is_exact(plain_value) and not is_exact(root(x))):
        return value
    if level.space is not None:
        tangent = like(x.tangent, np.asarray(plain_value), level.number)
        return Dual(value, tangent if type(plain_value) is np.ndarray else number_of(tangent), level)
    if cls in (float, complex):
        return Dual(value, number(item(x.tangent, below=level.number), cls, level.number), level)
    tangent = number(x.tangent, tangent_dtype(plain_value.dtype).type, level.number)
    return Dual(value, like(tangent, plain_value, level.number) if type(plain_value) is np.ndarray else tangent, level)


def item(x: Any, *args: Any, below: int | None = None) -> Any:
    """`x.item(...)`; Python numbers as they are."""
    return through(lambda v: _item(v, args) if isinstance(v, (np.ndarray, np.generic)) else v, x, below)


def _item(v: Any, args: tuple[Any, ...]) -> Any:
    if not is_bundle_dtype(v.dtype):
        return v.item(*args)
    return own(v[args] if len(args) > 1 else np.reshape(v, -1)[args[0] if args else 0])


def number_of(x: Any) -> Any:
    """The bundle of a number, from one that may be an array of one element."""
    return through(lambda v: own(np.reshape(v, -1)[0]), x)


def to_list(x: Any) -> Any:
    """`x.tolist()`: nested lists of Python numbers, dual where x is."""
    if root(x).ndim == 0:
        return item(x)
    return [to_list(row) for row in x]
