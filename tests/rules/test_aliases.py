"""What functions give that shares memory with what they were given: the registry says so, and definitions do the same.

A function that gives its argument itself, in a corner that nobody thinks of (a derivative of order 0, a transform along
no axis), would have stores into its result lost to the argument.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.spatial.distance
import scipy.special
import scipy.stats

import dualad.rules  # noqa: F401  (which says where the rules of packages are)
from dualad import outputs, registry

SERIES = [getattr(np.polynomial, name) for name in "polynomial chebyshev hermite hermite_e laguerre legendre".split()]
OF_SCIPY = "linalg signal fft ndimage special stats interpolate integrate"
MODULES = [np, np.linalg, np.fft, np.emath, np.lib.stride_tricks, *SERIES, scipy.spatial.distance]
MODULES += [getattr(scipy, name) for name in OF_SCIPY.split()]

OVERWRITING = frozenset({
    "inv", "qr", "lu_factor", "cho_factor", "cholesky", "cholesky_banded", "zeta", "nan_to_num",
})  # fmt: skip
FAMILIES = (scipy.stats.rv_continuous, scipy.stats.rv_discrete)
"""Distributions, which are called to fix their parameters; what they compute are methods."""
FILTERS = frozenset({"convolve", "correlate", "laplace", "shift", "gaussian_gradient_magnitude", "gaussian_laplace"})
WRITTEN = OVERWRITING | FILTERS | {"uniform_filter", "zoom"}
"""Functions with an argument by which the call may write an array, which calls that pass it are refused for."""


def samples() -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    vector, square = np.sort(rng.uniform(0.5, 1.5, 4)), rng.uniform(0.5, 1.5, (3, 3))
    definite = np.triu(square @ square.T) + np.eye(3)
    return [vector, square, vector + 1j * vector[::-1], definite, vector[:1], np.array(1.5), np.array(1.5 + 1j)]


def calls_with(a: np.ndarray) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Calls that a function may take."""
    for rest in ((), (0,), (1,), (-1,), ((),), (None,), (1.0,), (a.shape,), (a.copy(),), (0, 0), (a.copy(), a.copy())):
        yield (a, *rest), {}
    yield from (((a,), {name: 0}) for name in ("axis", "n", "m"))
    yield from (((a,), {name: ()}) for name in ("axis", "axes"))
    if a.ndim:
        yield from ((([a],), {}), (([a, a.copy()],), {}))
    yield from (((1, a), {}), ((True, a, a.copy()), {}), (([1.0, 2.0], a), {}))
    yield ([1.0, 2.0], [1.0, 3.0], a), {}
    yield ([2.0], [1.0, 3.0], 1.0, a), {}


def parts(value: Any) -> list[np.ndarray]:
    if isinstance(value, list | tuple):
        return [part for item in value for part in parts(item)]
    return [value] if isinstance(value, np.ndarray) and value.size else []


def shares(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool | None:
    """Whether a call gives what shares memory with what it is given; None where it fails."""
    try:
        found = fn(*args, **kwargs)
    except Exception:
        return None
    return any(np.shares_memory(p, q) for p in parts(found) for q in parts(list(args)))


def shown(args: tuple[Any, ...]) -> list[Any]:
    return [np.shape(a) if isinstance(a, np.ndarray) else a for a in args]


def writes(primitive: registry.Primitive, fn: Any, args: tuple[Any, ...]) -> bool:
    """Whether an argument is a place for the result."""
    if isinstance(fn, np.ufunc):
        return len(args) > fn.nin
    named = (getattr(fn, "__name__", "") in WRITTEN and len(args) > 1) or bool(primitive.writes)
    return named or "out" in outputs.named(fn, len(args))


def functions() -> Iterator[tuple[str, Any, registry.Primitive]]:
    seen: set[int] = set()
    for module in MODULES:
        for name, fn in sorted(vars(module).items()):
            if name.startswith("_") or isinstance(fn, type | types.ModuleType) or not callable(fn) or id(fn) in seen:
                continue
            seen.add(id(fn))
            if isinstance(fn, FAMILIES):
                continue
            primitive = registry.lookup(fn)
            if primitive is not None and primitive.form not in ("refused", "constant"):
                yield f"{module.__name__}.{name}", fn, primitive


def by_definition(primitive: registry.Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call is differentiated as one of the primitive's definition, and nothing is asked of its entry."""
    return primitive.form != "defined" and bool(primitive.definition_for(args, kwargs))


@pytest.mark.filterwarnings("ignore")
def test_what_shares_memory_with_an_argument_is_said_to() -> None:
    """By the entry of a primitive, and by its definition, which shares it where the function does."""
    wrong, looked = [], 0
    with np.errstate(all="ignore"):
        for name, fn, primitive in functions():
            for args, kwargs in (call for a in samples() for call in calls_with(a)):
                real = None if writes(primitive, fn, args) else shares(fn, args, kwargs)
                if real is None:
                    continue
                looked += 1
                if real and primitive.aliases == "no" and not by_definition(primitive, args, kwargs):
                    wrong.append(f"{name} of {shown(args)} {kwargs} gives its argument's memory")
                if primitive.form == "defined" and shares(primitive.definition, args, kwargs) is (not real):
                    wrong.append(f"the definition of {name} of {shown(args)} {kwargs} shares memory: {not real}")
    assert looked > 3000
    assert not wrong, "\n".join(wrong)
