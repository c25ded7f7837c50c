"""`reduce`, `accumulate`, `reduceat` and `outer` of universal functions: what they do, written with the functions.

`at` stores into its argument (see `forward.protocols` and `reverse.stores`).
"""

from __future__ import annotations

import numpy as np

from dualad import registry
from dualad.registry import constant, defined, general
from dualad.rules.helpers import expand, kept

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


def maximum_reduce(array, axis=0, *, keepdims=False):
    """`np.maximum.reduce`, which shares evenly among all that are equal."""
    return np.max(array, axis, keepdims=keepdims)


def minimum_reduce(array, axis=0, *, keepdims=False):
    """`np.minimum.reduce`."""
    return np.min(array, axis, keepdims=keepdims)


KNOWN = {
    np.add: (add_reduce, add_accumulate),
    np.multiply: (multiply_reduce, multiply_accumulate),
    np.maximum: (maximum_reduce, None),
    np.minimum: (minimum_reduce, None),
}

# Those for which it makes sense to apply them one after the other. (`np.power.reduce` is not even the same along
# different axes, as vector units compute it.)
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


# All the others: one application after the other


def reduce_of(ufunc):
    """`ufunc.reduce` along one axis."""

    def reduce(array, axis=0, *, keepdims=False):
        array = np.asarray(array)
        found = part(array, axis, 0, 1)
        for i in range(1, array.shape[axis]):
            found = ufunc(found, part(array, axis, i, i + 1))
        return found if keepdims else np.squeeze(found, axis)

    return reduce


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
for _ufunc in {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.signature is None and f.nout == 1}:
    _known = registry.lookup(_ufunc)
    if _known is not None and _known.form == "constant":
        for _name in ("reduce", "accumulate", "reduceat", "outer"):
            constant(getattr(_ufunc, _name))
    elif _known is not None and _ufunc.nin == 2:
        state(_ufunc)
