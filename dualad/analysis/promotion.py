"""The dtypes of results: what the dtypes of operands come to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from dualad.analysis.created import WEAK
from dualad.analysis.kinds import FLOAT, REAL, Kind

DOUBLES = (np.dtype(np.float64), np.dtype(np.complex128))
REAL_OF = {np.dtype(c): np.dtype(f) for c, f in ((np.complex64, np.float32), (np.complex128, np.float64))}


def beside_doubles(args: list[Kind]) -> bool:
    """Whether real numbers take part as Python's floats do, because something is of float64 already."""
    return any(k.dtype is not None and k.dtype in DOUBLES for k in args)


def promoted(args: list[Kind]) -> Any:
    """The dtype of what is made of several operands, None if it cannot be told."""
    if beside_doubles(args):
        args = [FLOAT if k == REAL else k for k in args]
    dtypes = [k.dtype for k in args if k.tag in ("array", "npscalar")]
    if any(d is None for d in dtypes) or not dtypes or any(k.tag in ("any", "scalar") for k in args):
        return None
    weak = [WEAK[k.tag](0) for k in args if k.tag in WEAK]
    try:
        return np.result_type(*dtypes, *weak)
    except TypeError:
        return None


def as_arrays(args: list[Kind]) -> list[Kind]:
    """Operands of a function that makes arrays of them all: of a number of Python's one whose dtype counts."""
    return [Kind("npscalar", dtype=np.dtype(WEAK[k.tag])) if k.tag in WEAK else k for k in args]


@lru_cache(maxsize=4096, typed=True)  # a Python type is weak where its dtype is not, and equals it
def resolved(ufunc: np.ufunc, *given: Any) -> Any:
    """The dtype of a ufunc's result."""
    try:
        return ufunc.resolve_dtypes((*given, *[None] * ufunc.nout))[ufunc.nin]
    except TypeError:
        return None


def inexact(source: Kind) -> Any:
    """The dtype of floats or complex numbers, which most functions keep; None of others."""
    return source.dtype if source.dtype is not None and source.dtype.kind in "fc" else None


def usual(dtype: Any) -> Any:
    """A dtype if it is one of those that LAPACK knows."""
    return dtype if dtype is not None and dtype.char in "fdFD" else None


def real(dtype: Any) -> Any:
    """The dtype of magnitudes: of floats or complex numbers that LAPACK knows; None of others."""
    found = usual(dtype)
    return REAL_OF.get(found, found)
