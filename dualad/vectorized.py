"""What `np.vectorize` makes of a function, which is called with numbers of Python's and once of NumPy's, for dtypes."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from dualad.errors import Unsupported

__dualad_lift__ = True  # dual numbers run through all of this


def vectorising(
    pyfunc: Any, otypes: Any = None, doc: Any = None, excluded: Any = None, cache: bool = False, signature: Any = None
) -> Any:
    """`np.vectorize`."""
    if excluded is not None or signature is not None:
        raise Unsupported("np.vectorize with `excluded` or `signature`; call the function in a loop")
    return called(pyfunc, otypes, cache)


def called(pyfunc: Any, otypes: Any, cache: bool) -> Any:
    """What is called in place of an object of `np.vectorize`."""
    if otypes is not None:
        return functools.partial(of_types, pyfunc, list(otypes))
    return functools.partial(remembering if cache else vectorised, pyfunc)


def _rows(args: Any) -> Any:
    """The arguments of each call, and the shape that the results are put in."""
    shape = np.broadcast_shapes(*[np.shape(a) for a in args])
    return list(zip(*[np.reshape(np.broadcast_to(a, shape), -1).tolist() for a in args], strict=True)), shape


def _first(args: Any) -> Any:
    """The arguments of the call which the dtypes are taken of."""
    if not all([np.size(a) for a in args]):
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    return [np.reshape(a, -1)[0] for a in args]


def _kinds(first: Any) -> Any:
    return [np.array(part).dtype for part in first] if isinstance(first, tuple) else [np.array(first).dtype]


def of_types(pyfunc: Any, otypes: Any, *args: Any) -> Any:
    """A call where dtypes are stated."""
    rows, shape = _rows(args)
    return _arranged([pyfunc(*row) for row in rows], shape, otypes, True)


def vectorised(pyfunc: Any, *args: Any) -> Any:
    """A call where dtypes are those of what the first elements give: the function is called for them twice."""
    kinds = _kinds(pyfunc(*_first(args)))
    rows, shape = _rows(args)
    return _arranged([pyfunc(*row) for row in rows], shape, kinds, False)


def remembering(pyfunc: Any, *args: Any) -> Any:
    """The same, but what the first elements give is kept."""
    first = pyfunc(*_first(args))
    rows, shape = _rows(args)
    return _arranged([first, *[pyfunc(*row) for row in rows[1:]]], shape, _kinds(first), False)


def _arranged(found: Any, shape: Any, kinds: Any, stated: bool) -> Any:
    """Results in the shape of the arguments: arrays of the dtypes, as many as the function gives results."""
    if len(kinds) > 1 or (found and isinstance(found[0], tuple)):
        parts = [[row[k] for row in found] for k in range(len(kinds))]
        return tuple([_in_shape(part, shape, kind, stated) for part, kind in zip(parts, kinds, strict=True)])
    return _in_shape(found, shape, kinds[0], stated)


def require_one_kind(found: Any) -> None:
    """Refuse results of which the first is an integer and others are not: NumPy makes integers of them all."""
    integers = [isinstance(v, int | np.integer) for v in found]
    if integers and integers[0] and not all(integers):
        raise Unsupported("np.vectorize makes integers of all results where the first is one; give otypes=[float]")


def _in_shape(found: Any, shape: Any, kind: Any, stated: bool) -> Any:
    if not stated:
        require_one_kind(found)
    return np.reshape(np.array(found, np.dtype(kind)), shape)


FUNCTIONS = (
    called, vectorised, of_types, remembering, require_one_kind, _rows, _first, _kinds, _arranged, _in_shape,
)  # fmt: skip
