"""Joining arrays, and making them of sequences. The cotangent of a sequence is a list of its items' cotangents."""

from __future__ import annotations

import math

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import linear
from dualad.rules.helpers import along
from dualad.rules.indexing import list_or_array


def cut(ct, lengths, axis):
    """Consecutive pieces of `ct` along an axis."""
    found, start = [], 0
    for n in lengths:
        found.append(ct[along(axis, slice(start, start + n))])
        start += n
    return found


def concatenate_back(ct, shapes, axis):
    """The cotangents of the arrays that `np.concatenate` joins, by their shapes."""
    if axis is None:
        return [np.reshape(c, s) for c, s in zip(cut(ct, [math.prod(s) for s in shapes], 0), shapes, strict=True)]
    return cut(ct, [s[axis] for s in shapes], axis)


def joined_back(ct, shapes, lifted, axis):
    """The cotangents of arrays that were lifted to other shapes and then joined along an axis."""
    return [np.reshape(c, s) for c, s in zip(cut(ct, [s[axis] for s in lifted], axis), shapes, strict=True)]


def rows(shape):
    """The shape that `np.atleast_2d` gives."""
    return (1,) * (2 - len(shape)) + shape


def columns(shape):
    """The shape that `np.column_stack` gives an array before it joins."""
    return shape if len(shape) >= 2 else (math.prod(shape), 1)


def layers(shape):
    """The shape that `np.atleast_3d` gives."""
    return {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}.get(len(shape), shape)


def hstack_back(ct, shapes):
    """The cotangents of the arrays of `np.hstack`."""
    lifted = [s or (1,) for s in shapes]
    return joined_back(ct, shapes, lifted, 0 if len(lifted[0]) == 1 else 1)


def stack_back(ct, axis):
    """The cotangents of the arrays of `np.stack`."""
    return list(np.moveaxis(ct, axis, 0))


linear(
    np.concatenate,
    lambda ct, arrays, axis=0: list_or_array(concatenate_back(ct, [np.shape(a) for a in arrays], axis), arrays),
    kind="concatenate",
    sequences=(0,),
)
linear(
    np.stack,
    lambda ct, arrays, axis=0: list_or_array(stack_back(ct, axis), arrays),
    kind="stack",
    sequences=(0,),
)
linear(
    np.vstack,
    lambda ct, tup: list_or_array(
        joined_back(ct, [np.shape(a) for a in tup], [rows(np.shape(a)) for a in tup], 0), tup
    ),
    sequences=(0,),
    kind="vstack",
)
linear(
    np.hstack,
    lambda ct, tup: list_or_array(hstack_back(ct, [np.shape(a) for a in tup]), tup),
    sequences=(0,),
    kind="hstack",
)
linear(
    np.dstack,
    lambda ct, tup: list_or_array(
        joined_back(ct, [np.shape(a) for a in tup], [layers(np.shape(a)) for a in tup], 2), tup
    ),
    sequences=(0,),
)
linear(
    np.column_stack,
    lambda ct, tup: list_or_array(
        joined_back(ct, [np.shape(a) for a in tup], [columns(np.shape(a)) for a in tup], 1), tup
    ),
    sequences=(0,),
    kind="column_stack",
)


def append_back(ct, shapes, axis, which):
    """The cotangent of either argument of `np.append`."""
    return concatenate_back(ct, shapes, axis)[which]


linear(
    np.append,
    lambda ct, arr, values, axis=None: append_back(ct, [np.shape(arr), np.shape(values)], axis, 0),
    lambda ct, arr, values, axis=None: append_back(ct, [np.shape(arr), np.shape(values)], axis, 1),
    kind="append",
)


def numbered(nested, start):
    """`nested` with consecutive numbers for its elements, in the same shapes, and the number after the last."""
    if isinstance(nested, list):
        found = []
        for item in nested:
            numbers, start = numbered(item, start)
            found.append(numbers)
        return found, start
    size = math.prod(np.shape(nested))
    return np.reshape(np.arange(start, start + size), np.shape(nested)), start + size


def gathered(flat, numbers):
    """Elements of `flat` in the structure and shapes of `numbers`."""
    return [gathered(flat, n) for n in numbers] if isinstance(numbers, list) else flat[numbers]


def block_back(ct, arrays):
    """The cotangents of the arrays of `np.block`, found by where it puts their elements."""
    numbers, _ = numbered(arrays, 0)
    places = np.argsort(np.ravel(np.block(numbers)))
    return gathered(np.ravel(ct)[places], numbers)


linear(np.block, lambda ct, arrays: block_back(ct, arrays), sequences=(0,), kind="blocks")

# Arrays made of sequences


def array_back(ct, nested):
    """The cotangent of what `np.array` makes an array of: a number, an array, or sequences of such, nested."""
    if isinstance(nested, (list, tuple)):
        return [array_back(ct[i], item) for i, item in enumerate(nested)]
    return ct if np.shape(ct) == np.shape(nested) else np.reshape(ct, np.shape(nested))


def made_back(ct, nested, ndim):
    """`array_back`, of an array that was given more dimensions in front."""
    return (
        array_back(np.reshape(ct, np.shape(ct)[np.ndim(ct) - ndim :]), nested)
        if ndim < np.ndim(ct)
        else array_back(ct, nested)
    )


def depth(nested):
    """How many dimensions `np.array` makes of nested sequences."""
    if isinstance(nested, (list, tuple)):
        return 1 + (depth(nested[0]) if len(nested) else 0)
    return np.ndim(nested)


NO_ROWS = "an array of a list of rows that is empty here, of which its rank cannot be told; return before it is made"


def array_of_rows(rows):
    """`np.array` in a function that was transformed on the assumption that a list of rows has some."""
    if not len(rows):
        raise Unsupported(NO_ROWS)
    return np.array(rows)


linear(
    np.array,
    lambda ct, object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0: made_back(ct, object, depth(object)),
    kind="array",
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
)
linear(
    np.asarray,
    lambda ct, a, dtype=None, order=None, *, copy=None: array_back(ct, a),
    kind="array",
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
)
linear(
    np.asanyarray,
    lambda ct, a, dtype=None, order=None, *, copy=None: array_back(ct, a),
    kind="array",
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
)
linear(
    np.ascontiguousarray,
    lambda ct, a, dtype=None: made_back(ct, a, depth(a)),
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
    kind="as_it_is",
)
linear(
    np.asfortranarray,
    lambda ct, a, dtype=None: array_back(ct, a),
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
    kind="as_it_is",
)
linear(
    np.asarray_chkfinite,
    lambda ct, a, dtype=None, order=None: array_back(ct, a),
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
    kind="as_it_is",
)
linear(
    np.require,
    lambda ct, a, dtype=None, requirements=None: array_back(ct, a),
    aliases="maybe",
    sequences=(0,),
    makes_complex=True,
    kind="as_it_is",
)
