"""Shadow memory: the tangents or cotangents of arrays that somebody stores into, found by storage and not by name.

A `Shadows` table maps each *storage* (the block of memory that an array lies in) to a zero-filled buffer of the same
layout. The shadow of an array is the view of that buffer which has the array's own offset, strides and shape, so that
views of one storage, however they were made, have shadows that overlap exactly as they do.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from dualad.dtypes import is_bundle_dtype
from dualad.errors import Unsupported

Array = np.ndarray[Any, Any]


class Shadows:
    """A table from storages to zero-filled buffers.

    The objects that own the storages are held, so no address is used twice while the table lives; those that nobody
    else holds any more are let go from time to time.

    Example:
        >>> a = np.arange(6.0)
        >>> table = Shadows()
        >>> table.of(a[2:])[0] = 7.0
        >>> table.of(a)
        array([0., 0., 7., 0., 0., 0.])
        >>> table.peek(np.zeros(2)) is None
        True
    """

    __slots__ = ("_by_owner", "_foreign", "_limit")

    def __init__(self) -> None:
        self._by_owner: dict[int, _Storage] = {}
        # Storages whose owner is no array and shows no memory of its own: other owners may lie inside them.
        self._foreign: list[_Storage] = []
        self._limit = _FIRST_SWEEP

    def __len__(self) -> int:
        return len(self._by_owner)

    def of(self, array: Array, dtype: Any = None) -> Array:
        """The shadow of `array`; a buffer is made for its storage where there is none.

        Args:
            array: any array of numbers.
            dtype: dtype of the shadow. By default the array's own if it is inexact, else float64.

        Raises:
            Unsupported: the storage has a shadow of another dtype, or of another extent.
        """
        storage = self._by_owner.get(id(array))
        if storage is not None and (dtype is None or storage.dtype == dtype) and storage.is_whole(array):
            return storage.whole
        array = plain(array)
        wanted = _shadow_dtype(array) if dtype is None else np.dtype(dtype)
        if array.size == 0:
            return np.zeros(array.shape, wanted)
        owner = owner_of(array)
        storage = self._find(owner, array)
        if storage is None:
            storage = self._add(owner, array, wanted)
            if owner is array and storage.is_whole(array):
                return storage.whole
        return storage.view(array, wanted)

    def peek(self, array: Array) -> Array | None:
        """The shadow of `array` if its storage has one, else None; nothing is made."""
        by_owner = self._by_owner
        if not by_owner:
            return None
        array = plain(array)
        if id(array) in by_owner:
            return self.of(array)
        base = array.base
        if not self._foreign:
            if base is None:
                return None
            if type(base) is np.ndarray and base.base is None and id(base) not in by_owner:
                return None
        if array.size == 0:
            return None
        storage = self._find(owner_of(array), array)
        return None if storage is None else storage.view(array, None)

    def wholes(self) -> list[tuple[Any, Array]]:
        """The owners of all storages, with the shadow of the owner (of a storage that no array owns, None)."""
        stored = self._by_owner.values()
        return [(s.owner, s.whole) if s.whole.shape == np.shape(s.owner) else (None, s.whole) for s in stored]

    def places(self, array: Array) -> tuple[Array, Array]:
        """The shadow of the storage of `array` as a line of numbers, and where in it the elements of `array` lie.

        For views whose elements share memory: they share places too.
        """
        shadow = self.of(array)
        positions = np.zeros(shadow.shape, np.intp)
        if not shadow.size:
            return shadow.ravel(), positions
        buffer, unit = owner_of(shadow), shadow.itemsize
        start = shadow.__array_interface__["data"][0] - buffer.__array_interface__["data"][0]
        if start % unit or any(s % unit for s in shadow.strides):
            raise Unsupported("a view whose elements share parts of their bytes has no derivative; take a copy")
        positions += start // unit
        for axis, (stride, n) in enumerate(zip(shadow.strides, shadow.shape, strict=True)):
            positions += (np.arange(n) * (stride // unit)).reshape((n,) + (1,) * (shadow.ndim - axis - 1))
        return np.ndarray((buffer.nbytes // unit,), shadow.dtype, buffer), positions

    def _find(self, owner: Any, array: Array) -> _Storage | None:
        found = self._by_owner.get(id(owner))
        if found is not None and not found.is_foreign:
            return found
        if not self._foreign and not _is_foreign(owner):
            return None
        low, high = _extent(array if _is_foreign(owner) else _exported(owner))
        for storage in self._foreign if not _is_foreign(owner) else self._by_owner.values():
            if storage.low < high and low < storage.high:
                if storage.low <= low and high <= storage.high:
                    return storage
                raise Unsupported(
                    "two arrays share a part of their memory through an object that does not say how (dlpack, a buffer "
                    "of another library), and one is stored into; take a copy of one of them"
                )
        return None

    def _add(self, owner: Any, array: Array, wanted: np.dtype[Any]) -> _Storage:
        if len(self._by_owner) >= self._limit:
            self._sweep()
        foreign = _is_foreign(owner)
        extent = _outermost(array) if foreign else _exported(owner)
        storage = _Storage(owner, extent, array, wanted, foreign)
        self._by_owner[id(owner)] = storage
        if foreign:
            self._foreign.append(storage)
        return storage

    def _sweep(self) -> None:
        """Let go of arrays that only this table holds: nobody can ask for their shadows, or has a view of them."""
        for key in [key for key, storage in self._by_owner.items() if storage.is_forsaken()]:
            del self._by_owner[key]
        self._limit = max(_FIRST_SWEEP, 2 * len(self._by_owner))


_FIRST_SWEEP = 64


class _Storage:
    """One block of memory and its buffer.

    Attributes:
        owner: the object that owns the memory, held.
        low, high: its addresses.
        natural, exact, itemsize: of the elements that the buffer was made for: dtype of their shadow unless another was
            given, whether they are integers, size. The buffer has `dtype.itemsize` bytes for each.
        dtype: dtype of the shadow.
        whole: the shadow of the owner itself, if the owner is an array.
    """

    __slots__ = (
        "buffer",
        "dtype",
        "exact",
        "extent",
        "high",
        "is_foreign",
        "itemsize",
        "low",
        "natural",
        "owner",
        "whole",
    )

    def __init__(self, owner: Any, extent: Array, array: Array, dtype: np.dtype[Any], foreign: bool) -> None:
        self.natural, self.exact, self.itemsize = _shadow_dtype(array), array.dtype.kind in "iub", array.itemsize
        self.owner = owner
        self.extent = extent  # of a foreign owner, the array that keeps it
        self.is_foreign = foreign
        self.low, self.high = _extent(extent)
        self.dtype = dtype
        size = self.high - self.low
        self.buffer = np.zeros(-(-size // self.itemsize) * dtype.itemsize, np.uint8)
        self.whole: Array = np.empty(0)
        if isinstance(owner, np.ndarray) and owner.dtype == array.dtype:
            self.whole = self.view(owner, None)

    @classmethod
    def of_new(cls, array: Array) -> _Storage:
        """The storage of an array that owns its memory."""
        return cls(array, array, array, _shadow_dtype(array), False)

    def is_forsaken(self) -> bool:
        """Whether the owner is an array that nothing but this holds, as far as the interpreter can tell."""
        return type(self.owner) is np.ndarray and _references(self.owner) == _FORSAKEN

    def is_whole(self, array: Array) -> bool:
        """Whether the owner, `array`, still has the shape that it had (a user may assign to its `shape`)."""
        whole = self.whole
        if whole.shape != array.shape:
            return False
        return self.itemsize != self.dtype.itemsize or whole.strides == array.strides

    def view(self, array: Array, wanted: np.dtype[Any] | None) -> Array:
        """The view of the buffer that mirrors `array`."""
        dtype, scale = self.dtype, self.dtype.itemsize
        if (array.dtype.kind in "iub") is not self.exact:
            raise _reinterpreting(array, dtype)
        if array.itemsize != self.itemsize or (wanted is not None and wanted != dtype):
            dtype = self._reinterpreted(array, wanted)
            offset = array.__array_interface__["data"][0] - self.low
            return np.ndarray(array.shape, dtype, self.buffer, offset, array.strides)
        if wanted is None and not self.exact and _shadow_dtype(array) != self.natural:
            raise _reinterpreting(array, dtype)
        offset, strides = array.__array_interface__["data"][0] - self.low, array.strides
        if scale != self.itemsize:
            if offset % self.itemsize or any(s % self.itemsize for s in strides):
                raise _reinterpreting(array, dtype)
            offset = offset // self.itemsize * scale
            strides = tuple([s // self.itemsize * scale for s in strides])
        return np.ndarray(array.shape, dtype, self.buffer, offset, strides)

    def _reinterpreted(self, array: Array, wanted: np.dtype[Any] | None) -> np.dtype[Any]:
        """The dtype of a view that reads the same bytes as parts of complex numbers or as fields; refused otherwise."""
        dtype = _shadow_dtype(array) if wanted is None else wanted
        whole = self.itemsize == self.dtype.itemsize and dtype.itemsize == array.itemsize and array.dtype.kind in "fc"
        if not whole or _part(dtype) != _part(self.dtype):
            raise _reinterpreting(array, self.dtype)
        return dtype


def plain(array: Any) -> Array:
    """The plain array inside a dual number: it is what lies in memory."""
    while hasattr(type(array), "__dualad_dual__"):
        array = array.value
    return array


def owner_of(array: Array) -> Any:
    """The object that owns the memory which an array lies in."""
    owner: Any = array
    base: Any = array.base
    while base is not None:
        owner = base
        base = _base(base, array)
    return owner


def _base(owner: Any, array: Array) -> Any:
    """What the memory of an owner is borrowed from, if it is."""
    if isinstance(owner, memoryview):
        return owner.obj
    if isinstance(owner, np.nditer):
        return next((a for a in owner.operands if np.may_share_memory(a, array)), None)
    return getattr(owner, "base", None)


def _outermost(array: Array) -> Array:
    """The last array on the way to the owner."""
    last, base = array, array.base
    while base is not None:
        if isinstance(base, np.ndarray):
            last = base
        base = getattr(base, "base", None)
    return last


def _is_foreign(owner: Any) -> bool:
    """Whether the owner is no array and cannot be asked for the memory that it owns."""
    if isinstance(owner, np.ndarray):
        return False
    try:
        memoryview(owner).release()
    except (TypeError, BufferError, ValueError):
        return True
    return False


def _exported(owner: Any) -> Array:
    """An array over all the memory that an owner has."""
    return owner if isinstance(owner, np.ndarray) else np.frombuffer(owner, np.uint8)


def _extent(array: Array) -> tuple[int, int]:
    return np.lib.array_utils.byte_bounds(array)


def _shadow_dtype(array: Array) -> np.dtype[Any]:
    kind = array.dtype.kind
    if kind in "fc":
        return array.dtype if array.dtype.isnative else array.dtype.newbyteorder("=")
    if kind in "iub":
        return np.dtype(np.float64)
    if is_bundle_dtype(array.dtype):
        return array.dtype
    raise Unsupported(f"an array of dtype {array.dtype} has no derivative; use an array of floats")


def _part(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of the real part."""
    return np.zeros((), dtype).real.dtype


def _reinterpreting(array: Array, dtype: np.dtype[Any]) -> Unsupported:
    return Unsupported(
        f"memory whose derivative has dtype {dtype} is read as {array.dtype} (`view` with another dtype?); "
        "convert with `astype`, which makes a copy that has a derivative"
    )


def _unknown(x: Any) -> int:
    return -1


_references = getattr(sys, "getrefcount", _unknown)
_FORSAKEN = -2


def _count_when_forsaken() -> int:
    """What `_references` says of an array that only its `_Storage` holds: depends on the interpreter."""
    storage = _Storage.of_new(np.zeros(1))
    return int(_references(storage.owner))


_FORSAKEN = _count_when_forsaken()
