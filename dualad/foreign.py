"""Values with arithmetic of their own, not that of numbers and arrays: what rules say does not hold of them."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from dualad.classes import module_of
from dualad.errors import Unsupported

PLAIN = (
    *(np.ndarray, np.generic, numbers.Number, list, tuple, dict, set, frozenset),
    *(str, bytes, slice, range, type, np.dtype, type(None)),
)

OF_MATH = frozenset(f for f in vars(math).values() if callable(f) and isinstance(f, type(math.sin)))
DROPS_IMAGINARY = "takes real numbers, and drops the imaginary part of a complex one of NumPy's"
USE_REAL = "use NumPy's function, or take the real part first"


def is_dropped(fn: Any, dtype: Any) -> bool:
    """Whether a function of `math` drops the imaginary part of a number of this dtype (None: unknown)."""
    return isinstance(dtype, np.dtype) and dtype.kind == "c" and fn in OF_MATH


def takes_fractions(fn: Any, i: int) -> bool:
    """Whether an operand of a ufunc is any number, and no count or order: what depends on it does so smoothly."""
    return isinstance(fn, np.ufunc) and i < fn.nin and not any([types[i] in "bhilqnpBHILQNP?" for types in fn.types])


def is_matrix(x: Any) -> bool:
    """Whether a value is a sparse matrix or a linear operator of SciPy's, which must not be imported to ask."""
    return hasattr(type(x), "tocsr") or hasattr(type(x), "rmatvec")


def is_made_of_matrices(operator: Any) -> bool:
    """Whether a linear operator of SciPy's is made of matrices, which are constant, and of no functions."""
    if module_of(type(operator)).partition(".")[0] != "scipy":
        return False
    parts = getattr(operator, "args", ())
    return bool(parts) and all([is_made_of_matrices(p) for p in parts if hasattr(type(p), "rmatvec")])


def require_matrix(x: Any) -> None:
    """Refuse a linear operator whose functions may have captured what a derivative is taken in."""
    if hasattr(type(x), "rmatvec") and not is_made_of_matrices(x):
        raise Unsupported(
            f"`@` of a {type(x).__name__} and an array that a derivative is taken in has a derivative rule where the "
            "operator is made of matrices, not of functions; call the function that computes the product"
        )


def is_special(x: np.ndarray[Any, Any]) -> bool:
    """Whether an array is of a class with arithmetic of its own."""
    # `np.ma` is loaded when it is named, which takes a tenth of what loading NumPy takes.
    return type(x) is not np.ndarray and isinstance(x, (np.ma.MaskedArray, np.matrix))


def has_own_arithmetic(x: Any) -> bool:
    """Whether a value is a masked array or a matrix, or an object that is no number, array or container.

    Arrays of other libraries have NumPy's protocols; matrices of SciPy's have rules.
    """
    if isinstance(x, PLAIN):
        return isinstance(x, np.ndarray) and is_special(x)
    cls = type(x)
    protocols = (getattr(cls, name, None) for name in ("__array_ufunc__", "__array_function__"))
    return not (hasattr(cls, "__dualad_dual__") or is_matrix(x) or any(p is not None for p in protocols))


def require_numbers(x: Any) -> None:
    """Refuse what a rule of numbers and arrays was used for, or gave, and is neither."""
    if not has_own_arithmetic(x):
        return
    if isinstance(x, np.ma.MaskedArray):
        raise Unsupported(
            "a masked array beside a number that a derivative is taken in: its mask would be ignored; compute with "
            "x.filled(0.0), and choose elements by np.where, or by `where=` in sums and means"
        )
    if isinstance(x, np.matrix):
        raise Unsupported(
            "a matrix beside a number that a derivative is taken in: its operators differ from an array's; compute "
            "with np.asarray(x) and `@`"
        )
    raise Unsupported(
        f"an operator on an object ({type(x).__name__}) and a number that a derivative is taken in, which dualad took "
        "for arithmetic of numbers; write what it does with numbers and arrays, or by a method (of a sparse matrix "
        "`A.dot(x)`, and `A.T.dot(x)` for `x @ A`)"
    )
