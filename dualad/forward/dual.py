"""Dual numbers: a value and its tangent, at one level. Their arithmetic is in `operators`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn

import numpy as np

from dualad.dtypes import is_bundle_dtype
from dualad.errors import DualadTypeError
from dualad.forward.levels import Level
from dualad.forward.told import Told
from dualad.reached import reached, rebuilt


class Dual:
    """A number or array with its tangent.

    The tangent has the value's shape and, for arrays, a storage of its own that mirrors the value's: what views share
    in the values they share in the tangents. Value and tangent of nested derivatives are dual numbers of lower levels.

    Attributes:
        value: a Python number, a NumPy scalar, an array, or a dual number of a lower level.
        tangent: likewise, of the same shape; float64 where the value is of integers.
        level: the level that it belongs to.
        row: of a float at a level of series, its coefficients as a tuple (see `scalars`); tangent and row are made from
            each other when they are first asked for.
    """

    __slots__ = ("level", "row", "tangent", "value")
    row: Any
    __array_priority__ = 1000.0
    __dualad_dual__ = True

    def __init__(self, value: Any, tangent: Any, level: Level) -> None:
        self.value = value
        self.tangent = tangent
        self.level = level

    @property
    def __class__(self) -> type:  # type: ignore[override]
        """The value's class: `isinstance` and `match` answer as they would for the value."""
        return type(root(self))

    @__class__.setter
    def __class__(self, cls: type) -> NoReturn:
        raise TypeError("the class of a number cannot be assigned")

    @property
    def shape(self) -> Any:
        return root(self).shape

    @property
    def ndim(self) -> Any:
        return root(self).ndim

    @property
    def size(self) -> Any:
        return root(self).size

    @property
    def dtype(self) -> Any:
        return root(self).dtype

    def __bool__(self) -> bool:
        return bool(root(self))

    def __len__(self) -> int:
        return len(root(self))

    def __repr__(self) -> str:
        return Told(repr(root(self)))

    def __str__(self) -> str:
        return Told(str(root(self)))

    def __format__(self, spec: str) -> str:
        return Told(format(root(self), spec))

    def __contains__(self, item: Any) -> bool:
        return plain(item) in root(self)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.level.live:
            raise _conversion("a plain array, as `np.array` and `np.asarray` make")
        return np.asarray(root(self), dtype=dtype)

    def __float__(self) -> float:
        return float(self._plain_number("float"))

    def __complex__(self) -> complex:
        return complex(self._plain_number("complex"))

    def __int__(self) -> int:
        if is_exact(root(self)):
            return int(root(self))
        return int(self._plain_number("int"))

    def __index__(self) -> int:
        """An integer that is differentiated in may count and index: nothing depends on it smoothly there."""
        value = root(self)
        if is_exact(value):
            return int(value.__index__())
        if not self.level.live:
            return value.__index__()
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")

    def _plain_number(self, kind: str) -> Any:
        if self.level.live:
            raise _conversion(f"a plain {kind}")
        return root(self)

    def __hash__(self) -> int:
        if self.level.live:
            raise DualadTypeError(
                "a number that a derivative is taken in cannot be hashed, as keys of dicts, items of sets and "
                "arguments of cached functions are: one of equal value and other derivative would be taken for it. Use "
                "its value, `dualad.stop_gradient(x)`, as the key"
            )
        return hash(root(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        if not self.level.live:
            return root(self).__reduce_ex__(protocol)
        raise DualadTypeError(
            "a number that a derivative is being taken in cannot be pickled or sent to another process; "
            "wrap it in `dualad.stop_gradient`, which gives its value"
        )


def _conversion(what: str) -> DualadTypeError:
    return DualadTypeError(
        f"a number that a derivative is being taken in would become {what}, and its derivative would be lost. This "
        "happens in code that dualad cannot see into (a function of C, or of a library that it has no rule for). Write "
        "it in Python and NumPy, give the function a rule with `dualad.primitive`, or pass it "
        "`dualad.stop_gradient(x)` where no derivative is wanted"
    )


def root(x: Any) -> Any:
    """The plain value inside, whatever the level."""
    while type(x) is Dual:
        x = x.value
    return x


def with_root(x: Any, value: Any) -> Any:
    """`x` with another plain value inside."""
    return Dual(with_root(x.value, value), x.tangent, x.level) if type(x) is Dual else value


def settle(x: Any) -> Any:
    """`x` without the levels that are finished."""
    while type(x) is Dual and not x.level.live:
        x = x.value
    return x


def plain(x: Any) -> Any:
    """`x` with the value in place of every dual number, in lists, tuples, dicts and slices too."""
    return rebuilt(x, _plain)


def _plain(x: Any) -> Any:
    if type(x) is Dual:
        return root(x)
    return slice(_plain(x.start), _plain(x.stop), _plain(x.step)) if type(x) is slice else x


DEPTH = 3
"""How deep `has_dual` looks the quick way, which might come upon the same container again and again."""


def has_dual(x: Any, depth: int = DEPTH) -> bool:
    """Whether `x` is a dual number, or a list, tuple, dict or slice that holds one."""
    cls = type(x)
    if cls is Dual:
        return True
    held = _inside(x)
    if not held:
        return False
    if not depth:
        return any(type(v) is Dual for v in reached(x, _inside))
    return any([has_dual(v, depth - 1) for v in held])


def _inside(x: Any) -> Collection[Any]:
    cls = type(x)
    if cls is list or cls is tuple:
        return x  # type: ignore[no-any-return]
    if issubclass(cls, tuple):
        return tuple.__getitem__(x, slice(None))  # type: ignore[no-any-return]
    if cls is dict:
        return x.values()  # type: ignore[no-any-return]
    return (x.start, x.stop, x.step) if cls is slice else ()


def is_exact(value: Any) -> bool:
    """Whether a plain value is an integer or an array of integers."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "iub"
    return isinstance(value, int)


def is_number(value: Any) -> bool:
    """Whether a plain value is made of numbers (not of truth values)."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fciu" or is_bundle_dtype(value.dtype)
    return isinstance(value, (float, complex, int)) and not isinstance(value, bool)
