"""What many rules need: shapes put back, shares of ties, and functions that dual numbers can run through."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.foreign import is_matrix, require_matrix
from dualad.registry import defined


def expand(ct: Any, shape: tuple[int, ...], axis: Any = None, keepdims: bool = False) -> Any:
    """What a reduction over `axis` took away, put back: `ct` repeated along the reduced axes of `shape`."""
    if axis is not None and not keepdims and shape:  # a number has an axis 0 too
        ct = with_axis(ct, axis)
    return np.broadcast_to(ct, shape)


def kept(ans: Any, axis: Any, keepdims: bool, ndim: int) -> Any:
    """The result of a reduction as `keepdims` would have left it."""
    if keepdims or not ndim or type(ans) is np.float64:  # a number broadcasts as it is
        return ans
    return with_axis(ans, tuple(range(ndim)) if axis is None else axis)


def with_axis(x: Any, axis: Any) -> Any:
    """`np.expand_dims`, of which an index takes a fifth."""
    return x[along(axis, None)] if type(x) is np.ndarray and type(axis) is int else np.expand_dims(x, axis)


def unbroadcast(ct: Any, shape: tuple[int, ...]) -> Any:
    """The transpose of broadcasting from `shape`: the sum over what was repeated."""
    found = np.shape(ct)
    if found == shape:
        return ct
    extra = len(found) - len(shape)
    axes = tuple(i for i, n in enumerate(found) if i < extra or (shape[i - extra] == 1 and n != 1))
    return np.reshape(np.sum(ct, axis=axes), shape) if axes else ct


def count(shape: tuple[int, ...], axis: Any = None) -> int:
    """How many elements a reduction over `axis` takes together."""
    return math.prod(shape[i] for i in axes_of(axis, len(shape)))


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that `axis` means, none of them negative."""
    if axis is None or not ndim:
        return tuple(range(ndim))
    return tuple(int(i) % ndim for i in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def along(axis: int, part: Any) -> tuple[Any, ...]:
    """The key that takes `part` of one axis, which counts from the front, or from the back if negative."""
    if axis >= 0:
        return (slice(None),) * axis + (part,)
    return (Ellipsis, part) + (slice(None),) * (-axis - 1)


def swap_last(x: Any) -> Any:
    """A stack of matrices, each transposed."""
    return np.swapaxes(x, -1, -2)


def is_sparse(x: Any) -> bool:
    """Whether a factor of a matrix product is a sparse matrix of SciPy's, or a linear operator made of matrices."""
    require_matrix(x)
    return is_matrix(x)


def sparse_times(a: Any, x: Any) -> Any:
    """A sparse matrix times an array, which may be a dual number."""
    return x.__rmatmul__(a) if hasattr(type(x), "__dualad_dual__") else a @ x


def is_complex(x: Any) -> bool:
    """Whether a number, array or dual number is complex; a matter of dtype."""
    return np.iscomplexobj(x)


def require_real(name: str, *args: Any) -> None:
    """Refuse complex arguments of a function whose rule holds for real ones."""
    for a in args:
        if np.iscomplexobj(a):
            raise Unsupported(
                f"{name} of a complex number has no derivative rule (it is not holomorphic, or its derivative is no "
                "function of SciPy's); call it with real numbers"
            )


def larger_share(x1: Any, x2: Any, dtype: Any) -> Any:
    """1 where x1 > x2, a half where they are equal, 0 elsewhere."""
    return (np.greater(x1, x2).astype(dtype) + np.greater_equal(x1, x2).astype(dtype)) / 2


def number_taken(x1: Any, x2: Any, share: Any) -> Any:
    """The share of `x1` in functions that take the number where the other is NaN."""
    return np.where(np.isnan(x2), np.logical_not(np.isnan(x1)), share).astype(share.dtype)


def nonzero_or_one(x: Any) -> Any:
    """`x` with 1 in place of 0, to divide by where the quotient is 0 anyway."""
    if isinstance(x, float):
        return x or 1.0
    return np.where(x == 0, 1, x)


def log_or_zero(x: Any, power: Any = None) -> Any:
    """The logarithm, 0 where it does not exist; of integers in double precision, whatever their size.

    That of a real number with a complex `power` is complex, for Python takes fractional powers of negative numbers.
    """
    if power is not None and is_complex(power) and not is_complex(x):
        x = x + 0j
    if type(x) is float:
        return math.log(x) if x > 0 else 0.0 if x <= 0 else x
    if isinstance(x, np.ndarray | np.generic) and x.dtype.kind in "biu":
        x = np.multiply(x, 1.0)
    return np.log(np.where(x == 0 if is_complex(x) else np.less_equal(x, 0), 1, x))


def power_slope(x1: Any, x2: Any) -> Any:
    """`x2 * x1 ** (x2 - 1)`, 0 where the exponent is 0: an exponent that moves has a slope of its own there."""
    slope = x2 * x1 ** (x2 + (x2 == 0) - 1)  # of truth values, too, of which there are no differences
    if all_nonzero(x2):
        return slope
    if np.ndim(slope) == 0:
        return slope / x1 if x1 != 0 else slope
    return slope / np.where(np.equal(x2, 0) & np.not_equal(x1, 0), x1, 1)


power_slope.written_out = lambda x1, x2: x2 * x1 ** (x2 + (x2 == 0) - 1)  # type: ignore[attr-defined]


def all_nonzero(x: Any) -> bool:
    """Whether a number, or every number of an array, is other than 0."""
    return bool(x != 0) if isinstance(x, (int, float, complex)) else bool(np.all(np.not_equal(x, 0)))


def dispatched(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function's first argument take the call over, as NumPy's own functions do (`__array_function__`)."""

    @functools.wraps(fn)
    def call(values: Any, *args: Any, **kwargs: Any) -> Any:
        override = getattr(type(values), "__array_function__", np.ndarray.__array_function__)
        if override is np.ndarray.__array_function__:
            return fn(values, *args, **kwargs)
        return values.__array_function__(call, (type(values),), (values, *args), kwargs)

    return call


def present(module: Any, *names: str) -> Iterator[Any]:
    """Those of a module's functions that this version of it has, each once."""
    found = {id(fn): fn for name in names if (fn := getattr(module, name, None)) is not None}
    return iter(found.values())


def quietly(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function divide by zero without a warning: what it returns says so, and may not be asked for."""

    @functools.wraps(fn)
    def call(*args: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return fn(*args)

    return call


def define(module: Any, *definitions: Callable[..., Any]) -> None:
    """State that a module's functions do what these do that are named like them."""
    for definition in definitions:
        defined(getattr(module, definition.__name__), definition)
