"""Plain arrays that dual numbers were stored into, and every store into any array.

Such an array stays what it is, with the values; its tangent is in the level's shadow memory. `load` puts the two
together whenever the array is read, `store` takes them apart. Levels nest: the highest level is the outermost dual
number, and value and tangent are loaded and stored in the same way at the lower ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.dtypes import FIELD, is_bundle_dtype
from dualad.forward.dual import Dual, is_exact, root, settle
from dualad.forward.levels import Level, OneAtATime, ceiling, refuse, storing
from dualad.layout import copy_alike


def load(x: Any, below: int | None = None) -> Any:
    """`x` as it is now: an array that has shadows at live levels under `below` as a dual number, else `x` itself.

    Where `below` is not given it is the ceiling of the computation that runs.
    """
    if type(x) is Dual:
        x = settle(x)
    if not storing:
        return x
    array = root(x)
    if not isinstance(array, np.ndarray):
        return x
    if below is None:
        below = ceiling()
    above = x.level.number if type(x) is Dual else 0
    if len(storing) == 1:
        levels: list[Level] = list(storing)
    else:
        levels = sorted(storing, key=_number)
    for level in levels:
        if above < level.number < below:
            shadow = level.shadows.peek(array)
            if shadow is not None:
                x = Dual(x, load(shadow, level.number), level)
    return x


def _number(level: Level) -> int:
    return level.number


def given_back(ans: Any, given: Any) -> Any:
    """`ans`, or the argument that it is: what a function gives back as it is stays one object, as it is without us.

    Copies of containers ask which of their items are one (`copy.deepcopy`), and so do lists and comparisons.
    """
    if type(ans) is list or type(ans) is tuple:
        parts = [given_back(part, given) for part in ans]
        return type(ans)(parts) if any([a is not b for a, b in zip(parts, ans)]) else ans
    if type(ans) is Dual:
        value = root(ans)
        for a in given if isinstance(value, np.ndarray) else ():
            if root(a) is value:
                return a
    return ans


def shadowed(x: Any) -> bool:
    """Whether `x` is a plain array that has a tangent in shadow memory."""
    if not storing or type(x) is Dual or not isinstance(x, np.ndarray):
        return False
    return any([level.shadows.peek(x) is not None for level in tuple(storing)])


def store(target: Any, key: Any, value: Any, below: int | None = None) -> None:
    """`target[key] = value`, of values and tangents.

    Args:
        target: an array, plain or dual.
        key: as NumPy takes it, without dual numbers.
        value: what is stored: a number or array, plain or dual.
        below: levels from this one on are not looked at.
    """
    value = load(value, below)
    target = load(target, below)
    if type(value) is Dual:
        level = value.level
        if type(target) is not Dual or target.level.number < level.number:
            _store_new(target, key, value, level)
            return
    if type(target) is Dual:
        level = target.level
        same = type(value) is Dual and value.level is level
        store(target.value, key, value.value if same else value, level.number)
        store(target.tangent, key, value.tangent if same else 0.0, level.number)
        return
    if target.dtype.kind == "V" and not target.flags.writeable and is_bundle_dtype(target.dtype):
        raise OneAtATime  # a view of the value whose bundle is none
    target[key] = value


def _store_new(target: Any, key: Any, value: Dual, level: Level) -> None:
    """Store into what has no tangent at the value's level yet."""
    array = root(target)
    if array.dtype == object:
        array[key] = value
        return
    shadow = _shadow(array, value)
    store(target, key, value.value, level.number)
    storing.add(level)
    store(shadow, key, value.tangent, level.number)


def _shadow(array: np.ndarray[Any, Any], value: Dual) -> np.ndarray[Any, Any]:
    """The shadow of an array that `value` is going to be stored into."""
    if type(array) is not np.ndarray:
        raise refuse(
            f"a number that a derivative is taken in is stored into an array of class {type(array).__name__}; plain "
            "NumPy arrays are supported: take `np.asarray(a)`, which shares its memory"
        )
    if array.dtype.kind not in "fc" and not is_exact(root(value)) and not is_bundle_dtype(array.dtype):
        raise refuse(
            f"a number that a derivative is taken in is stored into an array of dtype {array.dtype}, which would cut "
            "off its fraction and its derivative; make the array of floats, `np.zeros(n)` instead of `np.zeros(n, int)`"
        )
    space = value.level.space
    return value.level.shadows.of(array, None if space is None else space.dtype_for(array))


def accumulate_at(ufunc: np.ufunc, target: Any, key: Any, value: Any, below: int | None = None) -> None:
    """`ufunc.at(target, key, value)` for `np.add` and `np.subtract`, of values and tangents."""
    value = load(value, below)
    target = load(target, below)
    level = value.level if type(value) is Dual else None
    if type(value) is Dual and (type(target) is not Dual or target.level.number < value.level.number):
        shadow = _shadow(root(target), value)
        accumulate_at(ufunc, target, key, value.value, value.level.number)
        storing.add(value.level)
        _accumulate_tangent(ufunc, shadow, key, value)
    elif type(target) is Dual:
        same = level is target.level
        accumulate_at(ufunc, target.value, key, value.value if same else value, target.level.number)
        if same:
            _accumulate_tangent(ufunc, target.tangent, key, value)
    else:
        while is_bundle_dtype(target.dtype):  # of bundles, where levels with several tangents are nested
            key = (*key, slice(None)) if isinstance(key, tuple) else (key, slice(None))
            target, value = target[FIELD], value[FIELD]
        ufunc.at(target, key, value)


def _accumulate_tangent(ufunc: np.ufunc, target: Any, key: Any, value: Dual) -> None:
    """`accumulate_at` of the tangents alone; a space may do it in its own way."""
    accumulate = getattr(value.level.space, "accumulate", None)
    if accumulate is None:
        accumulate_at(ufunc, target, key, value.tangent, value.level.number)
    else:
        accumulate(target, key, value.tangent)


def take(x: Any, key: Any, below: int | None = None) -> Any:
    """`x[key]` of value and tangents: what is a view of the one is the same view of the other."""
    x = load(x, below)
    if type(x) is not Dual:
        found = x[key]
        seen = type(x) is np.void or type(found) is np.void  # of which NumPy gives views, as of no other number
        return found.copy() if seen else found
    number = x.level.number
    return Dual(take(x.value, key, number), take(x.tangent, key, number), x.level)


def through(f: Callable[[Any], Any], x: Any, below: int | None = None) -> Any:
    """`f` of value and tangents, for a function that moves elements about and does nothing else to them."""
    x = load(x, below)
    if type(x) is not Dual:
        return f(x.copy() if type(x) is np.void else x)  # of which NumPy may give a view
    number = x.level.number
    return Dual(through(f, x.value, number), through(f, x.tangent, number), x.level)


def own(x: Any, below: int | None = None) -> Any:
    """`x` with arrays of its own, value and tangents in the same layout."""
    return through(_copy, x, below)


def _copy(x: Any) -> Any:
    if type(x) is np.void:
        return x.copy()
    return copy_alike(x) if isinstance(x, np.ndarray) else x
