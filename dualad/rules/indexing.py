"""Reading parts of arrays. What is read twice gets both cotangents."""

from __future__ import annotations

import operator

import numpy as np

from dualad.registry import linear
from dualad.rules.helpers import along, dispatched, unbroadcast


def is_basic(key):
    """Whether a key takes a view: no part of it is an array, a list or a bool."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(
        p is None or p is Ellipsis or (isinstance(p, (slice, int, np.integer)) and not isinstance(p, bool))
        for p in parts
    )


@dispatched
def scatter(values, shape, key):
    """Zeros of `shape` with `values` added at `key`: the transpose of indexing."""
    found = np.zeros(shape, np.result_type(values))
    if is_basic(key):
        found[key] = values
    else:
        np.add.at(found, key, values)
    return found


linear(scatter, lambda ct, values, shape, key: unbroadcast(ct[key], np.shape(values)))
linear(operator.getitem, lambda ct, a, key: scatter(ct, a.shape, key), kind="getitem", aliases="maybe")


def take_key(indices, shape, axis, mode):
    """The key by which `np.take` reads along an axis."""
    n = shape[axis]
    if mode == "wrap":
        indices = np.remainder(indices, n)
    elif mode == "clip":
        indices = np.clip(indices, 0, n - 1)
    return along(axis, indices)


def take_back(ct, shape, indices, axis, mode):
    """The transpose of `np.take`."""
    if axis is None:
        flat = (int(np.prod(shape)),)
        return np.reshape(scatter(ct, flat, take_key(indices, flat, 0, mode)), shape)
    return scatter(ct, shape, take_key(np.asarray(indices), shape, axis, mode))


def axis_key(indices, shape, axis):
    """The key by which `np.take_along_axis` reads."""
    key = [np.reshape(np.arange(n), (1,) * i + (n,) + (1,) * (len(shape) - i - 1)) for i, n in enumerate(shape)]
    key[axis] = indices
    return tuple(key)


def along_back(ct, shape, indices, axis):
    """The transpose of `np.take_along_axis`."""
    if axis is None:
        return np.reshape(scatter(ct, (int(np.prod(shape)),), indices), shape)
    return scatter(ct, shape, axis_key(indices, shape, axis))


linear(
    np.take,
    lambda ct, a, indices, axis=None, *, mode="raise": take_back(ct, a.shape, indices, axis, mode),
    kind="taken",
)
linear(
    np.take_along_axis, lambda ct, arr, indices, axis=-1: along_back(ct, arr.shape, indices, axis), kind="chosen_along"
)
linear(
    np.compress,
    None,
    lambda ct, condition, a, axis=None: take_back(ct, a.shape, np.flatnonzero(condition), axis, "raise"),
)
linear(
    np.extract,
    None,
    lambda ct, condition, arr: take_back(ct, arr.shape, np.flatnonzero(condition), None, "raise"),
    kind="those_that_hold",
)


def deleted_key(shape, obj, axis):
    """Which positions along an axis `np.delete` leaves."""
    return along(axis, np.delete(np.arange(shape[axis]), obj))


def delete_back(ct, shape, obj, axis):
    """The transpose of `np.delete`."""
    if axis is None:
        flat = (int(np.prod(shape)),)
        return np.reshape(scatter(ct, flat, deleted_key(flat, obj, 0)), shape)
    return scatter(ct, shape, deleted_key(shape, obj, axis))


linear(np.delete, lambda ct, arr, obj, axis=None: delete_back(ct, arr.shape, obj, axis), kind="repeated")

# Choosing between arrays


def list_or_array(cotangents, sequence):
    """The cotangents of a sequence's items, as an array where the sequence is one."""
    if not hasattr(sequence, "ndim"):
        return cotangents
    return np.stack(cotangents) if cotangents else np.zeros(sequence.shape)


def choose_back(ct, a, choices, mode):
    """The cotangents of what `np.choose` chooses from."""
    n = len(choices)
    index = np.remainder(a, n) if mode == "wrap" else np.clip(a, 0, n - 1)
    found = [unbroadcast(np.where(index == i, ct, 0), np.shape(c)) for i, c in enumerate(choices)]
    return list_or_array(found, choices)


def select_back(ct, condlist, choicelist):
    """The cotangents of what `np.select` selects from: the first condition that holds has it."""
    found, free = [], True
    for condition, choice in zip(condlist, choicelist, strict=True):
        found.append(unbroadcast(np.where(np.logical_and(free, condition), ct, 0), np.shape(choice)))
        free = np.logical_and(free, np.logical_not(condition))
    return list_or_array(found, choicelist)


def default_back(ct, condlist, default):
    """The cotangent of the default of `np.select`."""
    taken = False
    for condition in condlist:
        taken = np.logical_or(taken, condition)
    return unbroadcast(np.where(taken, 0, ct), np.shape(default))


linear(
    np.choose,
    None,
    lambda ct, a, choices, *, mode="raise": choose_back(ct, a, choices, mode),
    sequences=(1,),
)
linear(
    np.select,
    None,
    lambda ct, condlist, choicelist, default=0: select_back(ct, condlist, choicelist),
    lambda ct, condlist, choicelist, default=0: default_back(ct, condlist, default),
    sequences=(1,),
    kind="selected",
)
