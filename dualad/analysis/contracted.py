"""Kinds of sums and products over dimensions, of solutions and of values chosen: `norm`, `outer`, `solve`, `where`."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.analysis import created, kinds
from dualad.analysis.kinds import ANY, FLOAT64, REAL, SCALAR, Kind
from dualad.analysis.primitive_call import Call
from dualad.analysis.promotion import as_arrays, inexact, promoted, real, usual
from dualad.analysis.rearranged import axis_of, open_at, source_of
from dualad.analysis.reduced import reduced


def magnitude(call: Call) -> Kind:
    """`np.linalg.norm` of whatever order, `np.var` and `np.std`: reductions to real numbers."""
    return reduced(call, real(call.args[0].dtype))


def quantile(call: Call) -> Kind:
    """`np.quantile` and its like of one level."""
    one = len(call.args) > 1 and call.args[1].tag in ("int", "float")
    if not one or any([name not in ("a", "q", "axis", "keepdims", "method") for name in call.named]):
        return ANY
    if call.literal("method", "linear") != "linear":  # some give what is there, in its own dtype
        return reduced(call, None)
    return reduced(call, FLOAT64 if kinds.is_double(call.args[0]) else None)


def _along_last(call: Call) -> tuple[Kind, int] | None:
    """An array and the axis that a function goes along, the last one where none is given."""
    source = source_of(call)
    axis = None if source is None else axis_of(call, len(source.dims), -1)
    return None if source is None or axis is None else (source, axis)


def trapezoid(call: Call) -> Kind:
    """`np.trapezoid`, along an axis."""
    found = _along_last(call)
    if found is None:
        return ANY
    source, axis = found
    steps = [k for name, (_, k) in call.named.items() if name in ("x", "dx")]
    double = kinds.is_double(source) and all([k.is_real or kinds.is_double(k) for k in steps])
    if any([k.rank is None for k in steps]) or not _fit(source, call):
        return ANY
    dims = (*source.dims[:axis], *source.dims[axis + 1 :])
    dtype = FLOAT64 if double else None
    return kinds.numbers(dtype, dims)


def _fit(source: Kind, call: Call) -> bool:
    """Whether the widths that `np.trapezoid` is given broadcast with the values, and the values not with them."""
    rank = {name: kind.rank or 0 for name, (_, kind) in call.named.items()}
    return rank.get("x", 0) <= 1 and rank.get("dx", 0) <= (len(source.dims) == 1)


def trace(call: Call) -> Kind:
    """`np.trace` of matrices."""
    source = source_of(call)
    if source is None or len(source.dims) != 2:
        return ANY
    return Kind("npscalar", dtype=inexact(source))


def determinant(call: Call) -> Kind:
    """`np.linalg.det` of a matrix."""
    source = source_of(call)
    if source is None or len(source.dims) != 2:
        return ANY
    return Kind("npscalar", dtype=usual(source.dtype))


def eigenvalues(call: Call) -> Kind:
    """`np.linalg.eigvalsh` of matrices."""
    source = source_of(call)
    if source is None or len(source.dims) != 2:
        return ANY
    return kinds.array(real(source.dtype), source.dims[:1])


def solve(call: Call) -> Kind:
    """`np.linalg.solve` of a matrix."""
    if len(call.args) < 2:
        return ANY
    matrix, right = call.args[:2]
    if matrix.tag != "array" or len(matrix.dims) != 2 or right.tag != "array" or len(right.dims) not in (1, 2):
        return ANY
    return kinds.array(usual(promoted([matrix, right])), right.dims)


def outer(call: Call) -> Kind:
    """`np.outer`: all products of two rows of numbers."""
    if len(call.args) < 2 or any([k.rank is None for k in call.args[:2]]):
        return ANY
    lengths = [k.dims[0] if k.rank == 1 else 1 if k.rank == 0 else "?" for k in call.args[:2]]
    return kinds.array(promoted(as_arrays(call.args[:2])), tuple(lengths))


def vdot(call: Call) -> Kind:
    """`np.vdot` of arrays, whatever their shapes."""
    if len(call.args) != 2 or any([k.tag != "array" for k in call.args]):
        return ANY
    return Kind("npscalar", dtype=promoted(call.args))


def convolved(call: Call) -> Kind:
    """`np.convolve` and `np.correlate`."""
    if len(call.args) < 2 or any([k.tag != "array" or len(k.dims) != 1 for k in call.args[:2]]):
        return ANY
    return kinds.array(promoted(call.args[:2]), ("?",))


def einsum(call: Call) -> Kind:
    """`np.einsum` of arrays by literal letters, with dimensions left."""
    atoms = call.named.get("operands")
    text = call.literal("subscripts", ...)
    values = atoms[1].items if atoms is not None else ()
    if type(text) is not str or "." in text or not values or any([k.tag != "array" for k in values]):
        return ANY
    inputs, arrow, output = text.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(values) or any([len(t) != len(k.dims) for t, k in zip(terms, values, strict=True)]):
        return ANY
    if not arrow:
        letters = inputs.replace(",", "")
        output = "".join(sorted(a for a in set(letters) if letters.count(a) == 1))
    found: dict[str, list[Any]] = {}
    for term, kind in zip(terms, values, strict=True):
        for letter, dim in zip(term, kind.dims, strict=True):
            found.setdefault(letter, []).append(dim)
    if not output or any([letter not in found for letter in output]):
        return ANY
    dims = tuple([kinds.broadcast([(d,) for d in found[letter]])[0] for letter in output])
    return kinds.array(promoted(list(values)), dims)


def where(call: Call) -> Kind:
    """`np.where` of a condition and two values."""
    if len(call.args) != 3 or any([k.rank is None for k in call.args]):
        return ANY
    return kinds.array(promoted(call.args[1:]), kinds.broadcast([k.dims for k in call.args]))


def interpolated(call: Call) -> Kind:
    """`np.interp` of floats."""
    if len(call.args) < 3:
        return ANY
    x, values = call.args[0], call.args[2]
    if x.rank is None or (x.tag == "array" and not x.dims) or values.tag != "array":
        return ANY
    dtype = FLOAT64 if values.dtype is not None and values.dtype.kind in "biuf" else None
    return kinds.array(dtype, x.dims) if x.dims else Kind("npscalar", dtype=dtype)


def polynomial(call: Call) -> Kind:
    """`np.polyval` at points in an array."""
    if len(call.args) != 2 or call.args[0].tag != "array" or call.args[1].tag != "array" or not call.args[1].dims:
        return ANY
    coefficients, x = call.args
    if len(coefficients.dims) != 1:  # rows of those of several polynomials
        return ANY
    return kinds.array(FLOAT64 if all(map(kinds.is_double, call.args)) else None, x.dims)


def linspace(call: Call) -> Kind:
    """`np.linspace` between numbers."""
    if len(call.args) < 2 or not all([k.is_number for k in call.args[:2]]):
        return ANY
    if any([name not in ("start", "stop", "num", "endpoint", "dtype") for name in call.named]):
        return ANY
    atom, kind = call.named.get("num", (None, kinds.INT))
    number = 50 if atom is None else getattr(atom, "value", None)
    if kind.tag != "int" or not (number is None or type(number) is int):
        return ANY
    double = all([k.tag in ("int", "float") or kinds.is_double(k) for k in call.args[:2]])
    return kinds.array(FLOAT64 if double else None, (created.created(number, kind),))


def spectrum(call: Call) -> Kind:
    """`np.fft.fft` and its inverse: complex numbers, as many as there were where nothing else is said."""
    found = _along_last(call)
    if found is None:
        return ANY
    source, axis = found
    dims = source.dims if call.literal("n") is None else open_at(source, axis)
    double = source.dtype is not None and source.dtype.char in "dD"
    return kinds.array(np.dtype(np.complex128) if double else None, dims)


def half_spectrum(call: Call) -> Kind:
    """`np.fft.rfft` and `np.fft.irfft`."""
    found = _along_last(call)
    if found is None:
        return ANY
    source, axis = found
    forth = getattr(call.fn, "__name__", "") == "rfft"
    double = source.dtype is not None and source.dtype.char in ("d" if forth else "D")
    dtype = np.dtype(np.complex128) if forth else FLOAT64
    return kinds.array(dtype if double else None, open_at(source, axis))


def extreme(call: Call) -> Kind:
    """`max` and `min` of numbers, one by one or in a list: one of them."""
    if any([name in ("key", "default") for name in call.named]):
        return ANY
    values = call.args
    if len(values) == 1:
        if values[0].tag not in ("list", "tuple") or values[0].value not in (None, "many") or not values[0].items:
            return ANY
        values = list(values[0].items)
    if not all([k.is_number for k in values]):
        return ANY
    if all([k == values[0] for k in values]):
        return kinds.anonymous(values[0])
    return REAL if all([k.is_real for k in values]) else SCALAR
