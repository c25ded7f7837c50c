"""Methods and functions that change their arguments: what each means in terms of stores, with its pullback.

A mutator runs forward and gives `(result, pull)`; `pull(ct, memory)` gives residues by the position of the operand, the
object that is changed first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry, stores
from dualad.errors import Unsupported
from dualad.hashed import found_in
from dualad.reverse import cells
from dualad.reverse.cells import Memory, deposit, noted
from dualad.reverse.conforming import fit
from dualad.reverse.heaps import HEAPS
from dualad.reverse.places import Pull, set_item
from dualad.reverse.runtime import kept
from dualad.reverse.sites import primitive_split

__dualad_lift__ = True  # dual numbers run through all of this

Mutator = Callable[..., tuple[Any, Pull]]


def array_mutator(name: str) -> Mutator | None:
    """How a method changes its array, None if it does not."""
    return _ARRAYS.get(name)


def function_mutator(fn: Any) -> Mutator | None:
    """How a function of NumPy changes an argument, None if it does not."""
    return found_in(_FUNCTIONS, fn)


# Arrays


def _whole(array: Any, new: Any, split: Any, operands: tuple[Any, ...]) -> Pull:
    """The pullback of `array[...] = new`, where `split` is the pullback of what made `new` from the operands."""

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.peek(array) is None:
            return (0.0,) * len(operands)
        whole = fit(cells.move(memory, array, ...), new)
        parts = split(whole)
        return tuple(deposit(memory, given, part) for given, part in zip(operands, parts, strict=True))

    return pull


def _fill(array: Any, value: Any) -> tuple[Any, Pull]:
    pull = set_item(array, ..., value)
    return None, lambda ct, memory: (0.0, *pull(ct, memory))


def _sort_array(
    array: Any, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> tuple[Any, Pull]:
    return _by_function(np.sort, array, axis=axis)


def _partition(array: Any, kth: Any, axis: int = -1, kind: Any = None, order: Any = None) -> tuple[Any, Pull]:
    return _by_function(np.partition, array, kth, axis=axis)


def _by_function(fn: Any, array: Any, *args: Any, **kwargs: Any) -> tuple[Any, Pull]:
    """`array[...] = fn(array, ...)`."""
    primitive = registry.lookup(fn)
    if primitive is None:
        raise Unsupported(f"{registry.display_name(fn)} has no derivative rule")
    new, split = primitive_split(primitive, (array, *args), kwargs, (0,))
    pull = _whole(array, new, split, (array,))
    array[...] = new
    return None, pull


def _placed(array: Any, found: stores.Places, values: Any) -> tuple[Any, Callable[[Memory], Any]]:
    """`array[places] = values[which]`, and what gives the residue of the values."""
    given, shape, size = noted(values), np.shape(values), np.size(values)
    key, which = np.unravel_index(found[0], array.shape), found[1]
    new = np.ravel(values)[which]
    array[key] = new

    def share(memory: Memory) -> Any:
        if memory.peek(array) is None:
            return 0.0
        part = fit(cells.move(memory, array, key), new)
        whole = np.zeros(size, np.result_type(part))
        np.add.at(whole, which, part)
        return deposit(memory, given, np.reshape(whole, shape)[()])

    return None, share


def _put(array: Any, indices: Any, values: Any, mode: str = "raise") -> tuple[Any, Pull]:
    result, share = _placed(array, stores.put(array.shape, np.size(values), indices, mode), values)
    return result, lambda ct, memory: (0.0, 0.0, share(memory))


def _refused(name: str) -> Mutator:
    def mutator(*args: Any, **kwargs: Any) -> tuple[Any, Pull]:
        raise Unsupported(f"`{name}` of an array that holds active values; make a new array instead")

    return mutator


_ARRAYS: dict[str, Mutator] = {
    "fill": _fill, "sort": _sort_array, "partition": _partition, "put": _put,
    **{name: _refused(name) for name in ("resize", "setfield", "setflags", "byteswap", "itemset")},
}  # fmt: skip


# Functions of NumPy


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> tuple[Any, Pull]:
    if where is True:
        pull = set_item(dst, ..., src)
        return None, lambda ct, memory: (0.0, *pull(ct, memory))
    if stores.is_read_too_late(dst, src):
        raise Unsupported(stores.READ_TOO_LATE)
    return _masked(dst, np.broadcast_to(where, dst.shape), src)


def _masked(array: Any, mask: Any, source: Any) -> tuple[Any, Pull]:
    """`array[mask] = source[mask]`, the source broadcast."""
    mask, given = kept(mask), noted(source)
    array[mask] = np.broadcast_to(stores.without_leading(source, array.ndim), array.shape)[mask]

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.peek(array) is None:
            return (0.0, 0.0)
        shadow = memory.of(array)
        share = np.where(mask, cells.turned(shadow, shadow), 0.0)
        cells.move(memory, array, mask)
        return (0.0, deposit(memory, given, fit(share, source)))

    return None, pull


def _add_at(array: Any, key: Any, value: Any) -> tuple[Any, Pull]:
    np.add.at(array, key, value)
    return None, _shares_at(array, key, value, 1.0)


def _subtract_at(array: Any, key: Any, value: Any) -> tuple[Any, Pull]:
    np.subtract.at(array, key, value)
    return None, _shares_at(array, key, value, -1.0)


def _shares_at(array: Any, key: Any, value: Any, sign: float) -> Pull:
    key, given = kept(key), noted(value)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.peek(array) is None:
            return (0.0, 0.0, 0.0)
        shadow = memory.of(array)
        return (0.0, 0.0, deposit(memory, given, fit(sign * cells.turned(shadow[key], shadow), value)))

    return pull


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> tuple[Any, Pull]:
    result, share = _placed(a, stores.diagonal(a.shape, np.size(val), wrap), val)
    return result, lambda ct, memory: (0.0, share(memory))


def _put_function(a: Any, ind: Any, v: Any, mode: str = "raise") -> tuple[Any, Pull]:
    return _put(a, ind, v, mode)


def _putmask(a: Any, mask: Any, values: Any) -> tuple[Any, Pull]:
    result, share = _placed(a, stores.putmask(a.shape, np.size(values), mask), values)
    return result, lambda ct, memory: (0.0, 0.0, share(memory))


def _place(arr: Any, mask: Any, vals: Any) -> tuple[Any, Pull]:
    result, share = _placed(arr, stores.place(arr.shape, np.size(vals), mask), vals)
    return result, lambda ct, memory: (0.0, 0.0, share(memory))


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> tuple[Any, Pull]:
    if axis is None:
        raise Unsupported("np.put_along_axis without an axis; give one")
    key = [np.arange(n).reshape((n,) + (1,) * (arr.ndim - i - 1)) for i, n in enumerate(arr.shape)]
    key[axis] = np.asarray(indices)
    pull = set_item(arr, tuple(key), values)
    return None, lambda ct, memory: (0.0, 0.0, *pull(ct, memory))


_FUNCTIONS: dict[Any, Mutator] = {
    np.copyto: _copyto, np.add.at: _add_at, np.subtract.at: _subtract_at, np.fill_diagonal: _fill_diagonal,
    np.put: _put_function, np.putmask: _putmask, np.place: _place,
    np.put_along_axis: _put_along_axis, **HEAPS,
}  # fmt: skip
