"""How primitives map kinds of arguments to the kind of their result: one function per tag of `Primitive.kind`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.analysis import contracted, created, decomposed, kinds, rearranged
from dualad.analysis.kinds import ANY, BOOL, FLOAT, INT, NONE, REAL, SCALAR, STR, Kind
from dualad.analysis.primitive_call import Call
from dualad.analysis.promotion import as_arrays, beside_doubles, promoted, resolved
from dualad.analysis.reduced import reduce, reduced
from dualad.records import replace
from dualad.registry import Primitive
from dualad.syntax.core import Atom, Const

UFUNC_OF_OPERATOR = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.true_divide,
    operator.floordiv: np.floor_divide, operator.mod: np.remainder, operator.pow: np.power, operator.neg: np.negative,
    operator.pos: np.positive, operator.abs: np.absolute, operator.invert: np.invert, abs: np.absolute, pow: np.power,
}  # fmt: skip
PYTHON_ARITHMETIC = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos, operator.abs, abs,
    operator.floordiv, operator.mod,
}  # fmt: skip
ORDER = ("bool", "int", "float", "complex")


def result_kind(primitive: Primitive, args: list[Kind], named: dict[str, tuple[Atom, Kind]]) -> Kind:
    """The kind of a primitive's result."""
    rule = RESULT_KINDS.get(primitive.kind)
    if rule is None:
        return ANY
    if any(k.tag == "bottom" for k in args):
        return kinds.BOTTOM
    if "out" in named or "where" in named:
        return ANY
    if "dtype" in named:
        creates = primitive.kind.startswith("create")
        made = rule(Call(primitive, args[:1] if creates else args, named))
        dtype = _given_dtype(named["dtype"])
        if dtype is not None and dtype.kind in "biu" and not creates and args and args[0].tag == "array":
            dtype = dtype if args[0].inexact else None  # integers that a derivative is taken in stay what they are
        return kinds.array(dtype, made.dims) if made.tag == "array" else ANY
    return rule(Call(primitive, args, named))


def _given_dtype(given: tuple[Atom, Kind]) -> Any:
    """The dtype that an argument `dtype` names, None if it cannot be told."""
    atom, kind = given
    named = atom.value if isinstance(atom, Const) else kind.value if kind.tag == "object" else None
    try:
        return None if named is None else np.dtype(named)
    except TypeError:
        return None


def _dtype(fn: Any, args: list[Kind]) -> Any:
    """The dtype of a ufunc's result, None if it cannot be told."""
    ufunc = UFUNC_OF_OPERATOR.get(fn, fn)
    if not isinstance(ufunc, np.ufunc):
        return promoted(args)
    given: list[Any] = []
    double = beside_doubles(args)
    for kind in args:
        kind = FLOAT if double and kind == REAL else kind
        dtype = kind.dtype if kind.tag in ("array", "npscalar") else created.WEAK.get(kind.tag)
        if kind.tag == "bool":
            dtype = np.dtype(bool)
        if dtype is None:
            return None
        given.append(dtype)
    if len(given) != ufunc.nin:
        return None
    if not any(isinstance(g, np.dtype) for g in given):
        given[0] = np.dtype(given[0])
    return resolved(ufunc, *given)


def _broadcast(call: Call) -> Kind:
    args = call.args
    ranks = {k.rank for k in args}
    if None in ranks or not args:
        return _sequence_arithmetic(call)
    if ranks == {0}:
        if not isinstance(call.fn, np.ufunc) and all(k.tag in ORDER for k in args):
            return _python_arithmetic(call)
        if any(k.tag == "scalar" for k in args) and not (_is_closed(call) and beside_doubles(args)):
            return REAL if all(k.is_real for k in args) and _is_closed(call) else SCALAR
        return Kind("npscalar", dtype=_dtype(call.fn, args))
    return kinds.array(_dtype(call.fn, args), kinds.broadcast([k.dims for k in args]))


def _elements(call: Call) -> Kind:
    """By element, as a user says of a function, which may give other numbers than it is given."""
    ranks = {k.rank for k in call.args}
    if None in ranks or not ranks:
        return ANY
    return SCALAR if ranks == {0} else kinds.array(None, kinds.broadcast([k.dims for k in call.args]))


def _is_closed(call: Call) -> bool:
    """Whether it gives a real number for real ones."""
    if call.fn in (operator.pow, pow) and len(call.args) == 2:
        return call.args[1].tag in ("int", "bool")
    return call.fn in PYTHON_ARITHMETIC or call.fn is operator.truediv or isinstance(call.fn, np.ufunc)


def _python_arithmetic(call: Call) -> Kind:
    widest = max((k.tag for k in call.args), key=ORDER.index)
    if call.fn in (abs, operator.abs) and widest == "complex":
        return FLOAT
    if call.fn in PYTHON_ARITHMETIC:
        return Kind("int" if widest == "bool" else widest)
    if call.fn is operator.truediv:
        return FLOAT if widest != "complex" else Kind("complex")
    if call.fn in (operator.pow, pow) and len(call.args) == 2:
        return FLOAT if call.args[0].tag == "float" and call.args[1].tag in ("int", "bool") else SCALAR
    return SCALAR


def _sequence_arithmetic(call: Call) -> Kind:
    if call.fn is operator.add and len(call.args) == 2:
        left, right = call.args
        if left.tag == right.tag == "tuple" and left.value is None:
            return Kind("tuple", items=left.items + right.items)
        if kinds.is_plain_tuple(left) and kinds.is_plain_tuple(right):
            return kinds.join(left, right)
        if left.tag == right.tag == "str":
            return STR
        if left.tag == right.tag == "list":
            if "many" not in (left.value, right.value):
                return Kind("list", items=left.items + right.items)
            return kinds.many(kinds.anonymous(kinds.join(kinds.list_item(left), kinds.list_item(right))))
    if call.fn is operator.mul and len(call.args) == 2:
        listed, times = sorted(call.args, key=lambda k: k.tag != "list")
        if listed.tag == "list" and listed.items and times.tag == "int" and all([k.is_number for k in listed.items]):
            return kinds.many(kinds.anonymous(kinds.list_item(listed)))
    return STR if call.fn is operator.mod and call.args and call.args[0].tag == "str" else ANY


def _rounded(call: Call) -> Kind:
    """What `round` gives: a whole number of Python's where no digits are asked for."""
    number = call.args[0]
    if len(call.args) == 1 and not call.named.keys() - {"number"}:
        return INT if number.tag in ("bool", "int", "float") else ANY
    return number if number.tag in ("float", "npscalar") and number.inexact else ANY


def _clipped(call: Call) -> Kind:
    """`np.clip`, one of whose bounds may be None."""
    if call.args and call.args[0].tag == "array" and call.args[0].dims:
        given = [k for k in call.args if k.tag != "none"]
        known = all([k.rank is not None for k in given])
        return kinds.array(promoted(given), kinds.broadcast([k.dims for k in given])) if known else ANY
    return _of_arrays(call, [*as_arrays(call.args[:1]), *call.args[1:]])


def _of_arrays(call: Call, args: list[Kind]) -> Kind:
    """What an elementwise function gives that makes arrays of its operands: `args`, as their dtypes count then."""
    found = _broadcast(call)
    return found if found.dtype is None else replace(found, dtype=promoted(args))


def _broadcast_bool(call: Call) -> Kind:
    args = call.args
    if any(k.rank is None for k in args):
        return BOOL if all(k.tag in ("str", "none") or k.tag in ORDER for k in args) else ANY
    rank = max((k.rank for k in args), default=0)  # type: ignore[type-var]
    if rank:
        return kinds.array(np.dtype(bool), kinds.broadcast([k.dims for k in args]))
    if isinstance(call.fn, np.ufunc):
        return Kind("npscalar", dtype=np.dtype(bool))
    return BOOL if all(k.tag in ORDER for k in args) else SCALAR


def _like(call: Call) -> Kind:
    source = call.args[0]
    return source if source.tag in ("array", "npscalar") else ANY


def _copied(call: Call) -> Kind:
    """An array, of a number one without dimensions."""
    source = call.args[0]
    return kinds.array(source.dtype, source.dims) if source.tag in ("array", "npscalar") else ANY


def _flipped(call: Call) -> Kind:
    source = _like(call)
    return source if source.dims or source.tag == "any" else Kind("npscalar", dtype=source.dtype)


def _conjugated(call: Call) -> Kind:
    """Of real numbers themselves, of complex ones a new array or number."""
    source = call.args[0]
    if source.tag != "array" or source.dims or source.dtype is None:
        return _broadcast(call)
    return source if source.dtype.kind == "f" else Kind("npscalar", dtype=source.dtype)


def _solved(call: Call) -> Kind:
    """A matrix like the given one; of integers the result is of floats, or of integers where none is divided by."""
    source = call.args[0]
    if source.tag != "array":
        return ANY
    inexact = source.dtype is not None and source.dtype.kind in "fc"
    return kinds.array(source.dtype if inexact else None, source.dims)


def _matmul(call: Call) -> Kind:
    left, right = call.args[:2]
    if left.tag != "array" or right.tag != "array" or not left.dims or not right.dims:
        return ANY
    dtype = promoted([left, right])
    if len(left.dims) > 2 or len(right.dims) > 2:
        return _stacked_matmul(left, right, dtype) if call.fn in (np.matmul, operator.matmul) else ANY
    dims = left.dims[:-1] + (right.dims[1:] if len(right.dims) == 2 else ())
    return kinds.numbers(dtype, dims)


def _stacked_matmul(left: Kind, right: Kind, dtype: Any) -> Kind:
    """Products of stacks of matrices; a vector on either side loses its dimension."""
    stacks = kinds.broadcast([left.dims[:-2], right.dims[:-2]])
    rows = left.dims[-2:-1]
    columns = right.dims[-1:] if len(right.dims) > 1 else ()
    return kinds.array(dtype, (*stacks, *rows, *columns))


def _cross(call: Call) -> Kind:
    """Vectors in space along the last axis; of vectors in the plane, which `np.cross` takes too, there are numbers."""
    if len(call.args) != 2 or len(call.named) != 2 or any(k.tag != "array" or not k.dims for k in call.args):
        return ANY
    left, right = call.args
    if call.fn is np.cross and left.dims[-1] == right.dims[-1] == "=2":
        return ANY
    return kinds.array(promoted(call.args), (*kinds.broadcast([left.dims[:-1], right.dims[:-1]]), "=3"))


def rests_on_what_is_seen(fn: Any, kind: Kind, args: list[Kind]) -> bool:
    """Whether the kind of a result rests on what is seen as it runs."""
    return is_maybe_plane(fn, kind, args) or is_of_rows(fn, kind, args)


def is_of_rows(fn: Any, kind: Kind, args: list[Kind]) -> bool:
    """Whether it makes an array of a list of rows, which has another rank where there is none."""
    many = bool(args) and args[0].tag == "list" and args[0].value == "many"
    return fn in (np.array, np.asarray) and many and kind.tag == "array" and len(kind.dims) > 1


def is_maybe_plane(fn: Any, kind: Kind, args: list[Kind]) -> bool:
    """Whether what was taken for products of vectors in space may be those of vectors in the plane."""
    return fn is np.cross and kind.tag == "array" and all(k.dims[-1] != "=3" for k in args)


def _dot(call: Call) -> Kind:
    left, right = call.args[:2]
    if left.rank == 0 or right.rank == 0:
        return _of_arrays(call, as_arrays([left, right]))
    return _matmul(call)


def _getitem(call: Call) -> Kind:
    base = call.args[0]
    if len(call.args) < 2:
        return ANY
    key = call.named["key"][0] if "key" in call.named else None
    value = key.value if isinstance(key, Const) else ...
    if base.tag == "array":
        return _array_item(base, value, call.args[1])
    if base.tag == "list" and not base.items:
        return kinds.BOTTOM  # nothing was appended to it yet
    if base.tag in ("tuple", "list") and base.value != "many":
        if type(value) is int and -len(base.items) <= value < len(base.items):
            return base.items[value]
        if type(value) is slice and base.value is None:
            return Kind(base.tag, items=base.items[value])
        if call.args[1].tag == "slice" and kinds.is_plain_tuple(base):
            return kinds.some_of(kinds.list_item(base))
        return kinds.anonymous(kinds.list_item(base)) if call.args[1].tag == "int" and base.items else ANY
    if base.tag == "ntuple":
        return base if call.args[1].tag == "slice" else base.items[0] if call.args[1].tag == "int" else ANY
    if base.tag == "list":
        return base if call.args[1].tag == "slice" else base.items[0] if call.args[1].tag == "int" else ANY
    if base.tag == "dict" and base.value is None and base.items:
        return base.items[0]
    if base.tag == "dict" and base.value is not None and value is not ... and value in base.value:
        return base.items[base.value.index(value)]
    if base.tag == "dict" and base.items and value is ... and call.args[1].tag in ("str", "int"):
        return kinds.anonymous(kinds.list_item(base))
    return STR if base.tag == "str" else ANY


def _array_item(base: Kind, value: Any, key: Kind) -> Kind:
    """The kind of an array's item: by literal keys where there are any, else by the kind of the key."""
    literals: list[Any]
    if value is ...:
        parts = list(key.items) if key.tag == "tuple" and key.value is None else [key]
        literals = [...] * len(parts)
    else:
        literals = list(value) if isinstance(value, tuple) else [value]
        parts = [_literal_kind(v) for v in literals]
    parts = [_as_index(p) for p in parts]
    indexing = [p for p in parts if p.tag in ("int", "slice", "array", "npscalar")]
    if len(indexing) + sum(p.tag in ("none", "ellipsis") for p in parts) != len(parts):
        return ANY
    advanced = [p for p in parts if p.tag == "array"]
    if any(p.tag == "npscalar" and (p.dtype is None or p.dtype.kind not in "iu") for p in parts):
        return ANY
    if advanced:
        return _gathered(base, parts)
    missing = len(base.dims) - len(indexing)
    if missing < 0:
        return ANY
    if not any(p.tag == "ellipsis" for p in parts):
        parts, literals = [*parts, Kind("ellipsis")], [*literals, ...]
    dims: list[Any] = []
    position = 0
    for part, literal in zip(parts, literals, strict=True):
        if part.tag == "none":
            dims.append(1)
        elif part.tag == "ellipsis":
            dims += base.dims[position : position + missing]
            position += missing
        else:
            if part.tag == "slice":
                length = base.dims[position]
                dims.append(sliced(length, literal) if literal is not ... else _cut(length, part.value))
            position += 1
    whole = value is ... or Ellipsis not in (value if isinstance(value, tuple) else (value,))
    return kinds.array(base.dtype, tuple(dims)) if dims or not whole else Kind("npscalar", dtype=base.dtype)


def _as_index(part: Kind) -> Kind:
    """A list of whole numbers in a key is an array of them."""
    if part.tag != "list" or not part.items or any(item.tag != "int" for item in part.items):
        return part
    return kinds.array(np.dtype(np.intp), ("?",) if part.value == "many" else (created.created(len(part.items)),))


def _literal_kind(value: Any) -> Kind:
    if value is None:
        return NONE
    if value is Ellipsis:
        return Kind("ellipsis")
    return kinds.SLICE if isinstance(value, slice) else kinds.of(value)


def _cut(dim: Any, stop: Any) -> Any:
    """The length of a slice from the start up to a length that is not 1, or of a whole one (None: of another)."""
    if stop == kinds.WHOLE or stop == dim:
        return dim
    if stop is None or dim == 1 or kinds.maybe_one(dim):
        return "?"
    return f"min({stop},{dim})"


def sliced(dim: Any, key: Any) -> Any:
    """The length of a slice: equal cuts of equal dimensions are known to be equal."""
    if dim == "?":
        return "?"
    start, stop, step = key.start, key.stop, key.step
    if (start, stop) == (None, None) and step in (None, 1, -1):
        return dim
    if isinstance(dim, str) and dim[1:].isdecimal() and dim[0] == "=":
        return created.created(len(range(int(dim[1:]))[key]))
    if step not in (None, 1) or dim == 1:
        return "?"
    start = 0 if start is None else start
    if start >= 0 and (stop is None or stop < 0):
        return f"?({dim}-{start - (stop or 0)})"
    return "?"


def _gathered(base: Kind, parts: list[Kind]) -> Kind:
    """What is read at positions in arrays, beside integers and slices; or by one array of truth values."""
    masks = [p for p in parts if p.tag == "array" and (p.dtype is None or p.dtype.kind not in "iu")]
    if masks:
        index = parts[0]
        if len(parts) != 1 or index.dtype is None or index.dtype.kind != "b" or len(index.dims) > len(base.dims):
            return ANY
        return kinds.array(base.dtype, ("?", *base.dims[len(index.dims) :]))
    if any(p.tag in ("none", "ellipsis") for p in parts) or len(parts) > len(base.dims):
        return ANY
    at = [i for i, p in enumerate(parts) if p.tag != "slice"]
    dims: list[Any] = list(kinds.broadcast([parts[i].dims for i in at]))
    if not dims:
        return ANY
    rest: list[Any] = ["?" if p.tag == "slice" else None for p in parts]
    left = [d for d in rest if d is not None] + list(base.dims[len(parts) :])
    before = at[0] if at[-1] - at[0] == len(at) - 1 else 0  # arrays beside each other leave their dimensions there
    return kinds.array(base.dtype, (*left[:before], *dims, *left[before:]))


def _shape(call: Call) -> Kind:
    source = call.args[0]
    return Kind("tuple", items=tuple(map(kinds.length, source.dims))) if source.rank is not None else ANY


def _joined(call: Call, rank: int) -> Kind:
    """`np.r_[...]` and `np.c_[...]` of what has no more dimensions than these give."""
    items = call.args[1]
    if "places" in call.named or items.tag != "tuple" or items.value is not None or not items.items:
        return ANY
    if any(k.rank is None or k.rank > rank for k in items.items):
        return ANY
    return kinds.array(promoted(list(items.items)), ("?",) * rank)


def _expand_dims(call: Call) -> Kind:
    source, axis = call.args[0], call.literal("axis", ...)
    if source.tag != "array" or type(axis) is not int:
        return ANY
    at = axis % (len(source.dims) + 1)
    return kinds.array(source.dtype, (*source.dims[:at], 1, *source.dims[at:]))


def _ravel(call: Call) -> Kind:
    source = call.args[0]
    if source.tag != "array":
        return ANY
    return kinds.array(source.dtype, source.dims if len(source.dims) == 1 else ("?",))


def _length(call: Call) -> Kind:
    source = call.args[0] if call.args else ANY
    return kinds.length(source.dims[0]) if source.tag == "array" and source.dims else INT


RESULT_KINDS: dict[str, Callable[[Call], Kind]] = {
    "broadcast": _broadcast,
    "broadcast_bool": _broadcast_bool,
    "clipped": _clipped,
    "elements": _elements,
    "reduce": reduce,
    "reduce_bool": lambda call: reduced(call, np.dtype(bool)),
    "reduce_int": lambda call: reduced(call, np.dtype(np.intp)),
    "like": _like,
    "copied": _copied,
    "flipped": _flipped,
    "conjugated": _conjugated,
    "solved": _solved,
    "transpose": rearranged.transpose,
    "matmul": _matmul,
    "dot": _dot,
    "cross": _cross,
    "getitem": _getitem,
    "shape": _shape,
    "int": lambda call: INT,
    "length": _length,
    "float": lambda call: FLOAT,
    "complex": lambda call: kinds.COMPLEX,
    "bool": lambda call: BOOL,
    "str": lambda call: STR,
    "none": lambda call: NONE,
    "create": created.create,
    "create_like": created.create_like,
    "eye": created.eye,
    "concatenate": rearranged.concatenate,
    "in_rows": lambda call: _joined(call, 1),
    "in_columns": lambda call: _joined(call, 2),
    "stack": rearranged.stack,
    "array": created.array,
    "arange": created.arange,
    "expand_dims": _expand_dims,
    "ravel": _ravel,
    "reshape": rearranged.reshape,
    "slice": lambda call: kinds.slice_of(call.args),
    "broadcast_to": rearranged.broadcast_to,
    "swapaxes": rearranged.swapaxes,
    "matrix_transpose": rearranged.matrix_transpose,
    "moveaxis": rearranged.moveaxis,
    "squeeze": rearranged.squeeze,
    "accumulated": rearranged.accumulated,
    "differences": rearranged.differences,
    "sorted": rearranged.sorted_,
    "order": rearranged.order,
    "found_places": rearranged.found_places,
    "places": rearranged.places,
    "flat_places": rearranged.flat_places,
    "triangle_places": rearranged.triangle_places,
    "triangle": rearranged.triangle,
    "diag": rearranged.diag,
    "diagonal": rearranged.diagonal,
    "repeated": rearranged.repeated,
    "tiled": rearranged.tiled,
    "taken": rearranged.taken,
    "padded": rearranged.padded,
    "item": rearranged.item,
    "hstack": rearranged.hstack,
    "vstack": rearranged.vstack,
    "column_stack": rearranged.column_stack,
    "append": rearranged.append,
    "magnitude": contracted.magnitude,
    "quantile": contracted.quantile,
    "trapezoid": contracted.trapezoid,
    "trace": contracted.trace,
    "determinant": contracted.determinant,
    "eigenvalues": contracted.eigenvalues,
    "solve": contracted.solve,
    "outer": contracted.outer,
    "inner": decomposed.inner,
    "vdot": contracted.vdot,
    "convolved": contracted.convolved,
    "einsum": contracted.einsum,
    "where": contracted.where,
    "interpolated": contracted.interpolated,
    "polynomial": contracted.polynomial,
    "linspace": contracted.linspace,
    "spectrum": contracted.spectrum,
    "half_spectrum": contracted.half_spectrum,
    "extreme": contracted.extreme,
    "log_determinant": decomposed.log_determinant,
    "eigenvectors": decomposed.eigenvectors,
    "general_eigenvectors": decomposed.general_eigenvectors,
    "singular_vectors": decomposed.singular_vectors,
    "singular_values": decomposed.singular_values,
    "triangular": decomposed.triangular,
    "inverse_of_any": decomposed.inverse_of_any,
    "chained": decomposed.chained,
    "contracted": decomposed.contracted,
    "products_of_all": decomposed.products_of_all,
    "along_last": decomposed.along_last,
    "averaged": decomposed.averaged,
    "spectrum_of_all": decomposed.spectrum_of_all,
    "real_part": decomposed.real_part,
    "whole_and_rest": decomposed.whole_and_rest,
    "rounded": _rounded,
    "fraction_and_exponent": decomposed.fraction_and_exponent,
    "cast": decomposed.cast,
    "of_rank": decomposed.of_rank,
    "as_it_is": decomposed.as_it_is,
    "floats_of_floats": decomposed.floats_of_floats,
    "grid": decomposed.grid,
    "blocks": decomposed.blocks,
    "selected": decomposed.selected,
    "turned": decomposed.turned,
    "listed": rearranged.listed,
    "lists": rearranged.lists,
    "summed_along": decomposed.summed_along,
    "counted": decomposed.counted,
    "chosen_along": decomposed.chosen_along,
    "those_that_hold": decomposed.those_that_hold,
}
