"""`reduce`, `accumulate`, `reduceat` and `outer` of universal functions: what they do, written with the functions.

`at` stores into its argument; of `np.add` and `np.subtract` see `forward.protocols` and `reverse.mutators`.
"""

from __future__ import annotations

import math

import numpy as np

from dualad import registry
from dualad.errors import Unsupported
from dualad.registry import constant, defined, general, otherwise
from dualad.rules.helpers import axes_of, expand, kept, nonzero_or_one, present

__dualad_lift__ = True


def part(a, axis, start, stop):
    """The elements from `start` to `stop` along an axis."""
    return a[(slice(None),) * (axis % a.ndim) + (slice(start, stop),)]


# Those that NumPy has functions for


def add_reduce(array, axis=0, dtype=None, *, keepdims=False, initial=0, where=True):
    """`np.add.reduce`."""
    return np.sum(array, axis, dtype, keepdims=keepdims, initial=initial, where=where)


def multiply_reduce(array, axis=0, dtype=None, *, keepdims=False, initial=1, where=True):
    """`np.multiply.reduce`."""
    return np.prod(array, axis, dtype, keepdims=keepdims, initial=initial, where=where)


def add_accumulate(array, axis=0, dtype=None):
    """`np.add.accumulate`."""
    return np.cumsum(array, axis, dtype)


def multiply_accumulate(array, axis=0, dtype=None):
    """`np.multiply.accumulate`."""
    return np.cumprod(array, axis, dtype)


def maximum_reduce(array, axis=0, *, keepdims=False, initial=None, where=True):
    """`np.maximum.reduce`, which shares evenly among all that are equal."""
    if initial is None:
        return np.max(array, axis, keepdims=keepdims)
    return np.max(array, axis, keepdims=keepdims, initial=initial, where=where)


def minimum_reduce(array, axis=0, *, keepdims=False, initial=None, where=True):
    """`np.minimum.reduce`."""
    if initial is None:
        return np.min(array, axis, keepdims=keepdims)
    return np.min(array, axis, keepdims=keepdims, initial=initial, where=where)


KNOWN = {
    np.add: (add_reduce, add_accumulate),
    np.multiply: (multiply_reduce, multiply_accumulate),
    np.maximum: (maximum_reduce, None),
    np.minimum: (minimum_reduce, None),
}

# Those for which it makes sense to apply them one after the other. (`np.power.reduce` is not even the same along
# different axes, as vector units compute it.)
ORDERED = {np.subtract, np.divide}
FOLDED = {
    np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2,
    np.hypot,
}  # fmt: skip

# Sums of exponentials


def shares_of_sum(array, ans, axis, keepdims, exp):
    """The partials of a sum of exponentials: the share of each, evenly where all are infinite."""
    whole = kept(ans, axis, keepdims, array.ndim)
    equal = (array == whole).astype(array.dtype)
    shares = exp(np.where(np.isinf(whole), 0, array - np.where(np.isinf(whole), 0, whole)))
    shares = shares / nonzero_or_one(
        np.sum(shares, axis=axis, keepdims=True)
    )  # the result may be rounded by more than 1
    evenly = equal / np.maximum(np.sum(equal, axis=axis, keepdims=True), 1)
    return np.where(np.isinf(whole), evenly, shares)


def state_sum_of_exponentials(ufunc, exp):
    """The rules of `np.logaddexp.reduce` or its like."""
    general(
        ufunc.reduce,
        jvps=[
            lambda t, ans, array, axis=0, *, keepdims=False: np.sum(
                t * shares_of_sum(array, ans, axis, keepdims, exp), axis=axis, keepdims=keepdims
            )
        ],
        vjps=[
            lambda ct, ans, array, axis=0, *, keepdims=False: (
                expand(ct, array.shape, axis, keepdims) * shares_of_sum(array, ans, axis, keepdims, exp)
            )
        ],
    )

    def reduce(array, axis=0, *, keepdims=False, initial=-math.inf, where=True):
        chosen = np.asarray(array) if where is True else np.where(where, array, -math.inf)
        return ufunc(initial, ufunc.reduce(chosen, axis, keepdims=keepdims))

    otherwise(ufunc.reduce, reduce)


# All the others: one application after the other


def reduce_of(ufunc):
    """`ufunc.reduce`; along several axes where the order does not matter."""

    def reduce(array, axis=0, *, keepdims=False, initial=None, where=True):
        array = np.asarray(array)
        axes = axes_of(axis, array.ndim)
        if len(axes) > 1 and ufunc in ORDERED:
            raise Unsupported(f"{registry.display_name(ufunc)}.reduce takes one axis, as its order matters")
        kept_shape = tuple([1 if i in axes else n for i, n in enumerate(array.shape)])
        rows = in_rows(array, axes)
        first = 0 if initial is None and where is True and len(rows) else -1
        found = rows[0] if first == 0 else ufunc.identity if initial is None else initial
        if first < 0 and initial is None and found is not None:
            found = np.full(rows.shape[1:], found, array.dtype)
        if found is None:
            raise Unsupported(f"{registry.display_name(ufunc)}.reduce with `where` needs an `initial`")
        chosen = None if where is True else in_rows(np.broadcast_to(where, array.shape), axes)
        for i in range(first + 1, rows.shape[0]):
            further = ufunc(found, rows[i])
            found = further if chosen is None else np.where(chosen[i], further, found)
        found = np.broadcast_to(found, rows.shape[1:])
        return np.reshape(found, kept_shape) if keepdims else np.copy(found)[()]

    return reduce


def in_rows(array, axes):
    """An array with the axes that are reduced as its first one."""
    moved = np.moveaxis(array, axes, tuple(range(len(axes))))
    return np.reshape(moved, (math.prod(moved.shape[: len(axes)]), *moved.shape[len(axes) :]))


def accumulate_of(ufunc):
    """`ufunc.accumulate`."""

    def accumulate(array, axis=0):
        array = np.asarray(array)
        last = part(array, axis, 0, 1)
        found = last + 0
        for i in range(1, array.shape[axis]):
            last = ufunc(last, part(array, axis, i, i + 1))
            found = np.concatenate([found, last], axis=axis)
        return found

    return accumulate


def stretches(indices, n):
    """The stretches of `ufunc.reduceat`: from each index to the next, or itself alone if that is not greater."""
    return [(i, end if i < end else i + 1) for i, end in zip(indices, [*indices[1:], n])]


constant(stretches)


def reduceat_of(ufunc):
    """`ufunc.reduceat`: of each stretch between two indices its reduction, of one that is turned round its start."""
    reduction = ufunc.reduce

    def reduceat(array, indices, axis=0):
        array = np.asarray(array)
        found = [
            reduction(part(array, axis, i, end), axis=axis, keepdims=True)
            for i, end in stretches(indices, np.shape(array)[axis])
        ]
        return np.concatenate(found, axis=axis)

    return reduceat


def outer_of(ufunc):
    """`ufunc.outer`: of each element of one with each of the other."""

    def outer(A, B):
        return ufunc(np.reshape(A, np.shape(A) + (1,) * np.ndim(B)), B)

    return outer


# Stores one after the other, in the order of the indices


def rounds(shape, indices):
    """The shape of what indices choose, and the places that are chosen once, twice and so on: keys and positions."""
    chosen = np.arange(math.prod(shape)).reshape(shape)[indices]
    flat = np.ravel(chosen)
    order = np.argsort(flat, kind="stable")
    starts = np.flatnonzero(np.diff(flat[order], prepend=-1))
    times = np.zeros(flat.size, int)
    times[order] = np.arange(flat.size) - np.repeat(starts, np.diff(starts, append=flat.size))
    found = [np.flatnonzero(times == k) for k in range(max(times, default=-1) + 1)]
    return np.shape(chosen), [(np.unravel_index(flat[which], shape), which) for which in found]


constant(rounds)


def at_of(ufunc):
    """`ufunc.at` of a function of two arguments."""

    def at(a, indices, b):
        shape, found = rounds(np.shape(a), indices)
        given = np.broadcast_to(b, shape).flatten()  # a copy: they may lie in what is written
        for key, which in found:
            a[key] = ufunc(a[key], given[which])

    return at


def unary_at_of(ufunc):
    """`ufunc.at` of a function of one argument."""

    def at(a, indices):
        for key, _ in rounds(np.shape(a), indices)[1]:
            a[key] = ufunc(a[key])

    return at


def state(ufunc):
    """State the methods of a function of two arguments that is differentiable."""
    reduction, accumulation = KNOWN.get(ufunc, (None, None))
    makers = {"outer": outer_of(ufunc)}
    if ufunc in FOLDED:
        makers["reduce"] = reduction or reduce_of(ufunc)
        makers["accumulate"] = accumulation or accumulate_of(ufunc)
        makers["reduceat"] = reduceat_of(ufunc)
    for name, definition in makers.items():
        method = getattr(ufunc, name)
        if registry.lookup(method) is None:
            defined(method, definition)


state_sum_of_exponentials(np.logaddexp, np.exp)
state_sum_of_exponentials(np.logaddexp2, np.exp2)
for _ufunc in present(np, *vars(np)):
    if not isinstance(_ufunc, np.ufunc) or _ufunc.signature is not None or _ufunc.nout != 1:
        continue
    _known = registry.lookup(_ufunc)
    if _known is not None and _known.form == "constant":
        for _name in ("reduce", "accumulate", "reduceat", "outer"):
            constant(getattr(_ufunc, _name))
    elif _known is not None:
        if _ufunc.nin == 2:
            state(_ufunc)
        if _ufunc not in (np.add, np.subtract):  # which both modes do faster
            defined(_ufunc.at, at_of(_ufunc) if _ufunc.nin == 2 else unary_at_of(_ufunc), writes=("a",), kind="none")
