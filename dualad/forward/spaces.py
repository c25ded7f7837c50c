"""Levels whose tangents are more than one plain tangent: a bundle for each value.

A space says what a bundle's numbers mean and how a primitive acts on them. `Directions` pushes many tangents at once;
`series.Series` the coefficients of a power series; `sparse.patterns` index sets. What is linear acts on each tangent
alone, in all of them: functions that only move elements act on bundles as they are, sums along axes act on all tangents
at once, and anything else on one after the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.dtypes import base_of, bundle_dtype, count_of, is_bundle_dtype
from dualad.foreign import is_matrix
from dualad.forward.application import as_singular, partial_of
from dualad.forward.apply import apply
from dualad.forward.arrays import array, still, tangent_dtype
from dualad.forward.bundled import Arithmetic, scaled
from dualad.forward.bundles import pack, unpack
from dualad.forward.dual import Dual, root
from dualad.forward.memory import own, through
from dualad.forward.parameters import invoke, rule_at
from dualad.forward.results import strong_product
from dualad.forward.stated import require_tangent
from dualad.registry import Primitive

MOVING = frozenset(
    [
        "reshape",
        "ravel",
        "flatten",
        "squeeze",
        "expand_dims",
        "atleast_1d",
        "atleast_2d",
        "atleast_3d",
        "broadcast_to",
        "transpose",
        "T",
        "mT",
        "matrix_transpose",
        "permute_dims",
        "swapaxes",
        "moveaxis",
        "rollaxis",
        "flip",
        "flipud",
        "fliplr",
        "rot90",
        "roll",
        "repeat",
        "tile",
        "concatenate",
        "concat",
        "stack",
        "vstack",
        "hstack",
        "dstack",
        "column_stack",
        "append",
        "block",
        "take",
        "getitem",
        "take_along_axis",
        "compress",
        "extract",
        "delete",
        "diag",
        "diagonal",
        "diagflat",
        "tril",
        "triu",
        "where",
        "copy",
        "split",
        "array_split",
        "hsplit",
        "vsplit",
        "dsplit",
        "unstack",
        "resize",
    ]
)
"""Functions and methods of NumPy whose result is made of elements of their arguments (and of zeros)."""


def short_name(primitive: Primitive) -> str:
    """The last part of the name of a function, method or attribute of NumPy's, `math`'s or `operator`'s; else ""."""
    name = primitive.name
    if name.startswith("."):
        return name[1:].removesuffix("()")
    package, _, last = name.rpartition(".")
    if not package:
        return last if getattr(primitive.fn, "__module__", None) == "builtins" else ""
    return last if package.partition(".")[0] in ("np", "math", "operator") else ""


class Space:
    """What tangents of a level are.

    Attributes:
        count: how many numbers a bundle has for each element.
        kernels: arithmetic of single numbers that goes a shorter way, if there is any.
    """

    kernels: Any = None

    def __init__(self, count: int) -> None:
        self.count = count

    def dtype_for(self, value: Any) -> np.dtype[Any]:
        """The dtype of the bundle of a plain value, which may be a bundle of a higher level: that one stays outside."""
        return _bundled(np.asarray(value).dtype, self.count)

    def tangent(self, call: Any, ans: Any) -> Any:
        """The bundle of a primitive's result `ans`; a tuple of them for several results; None for none."""
        with np.errstate(all="ignore"):
            found = getattr(self, call.primitive.form)(call, ans)
        if call.primitive.form != "linear" and call.primitive.gives_views and isinstance(root(found), np.ndarray):
            through(_held, found)  # as below: `np.einsum` of one array may be a view of it
        return found

    def elementwise(self, call: Any, ans: Any) -> Any:
        raise NotImplementedError

    def strong(self, p: Any, t: Any, moves: tuple[Any, Any], ans: Any) -> Any:
        """The bundle of `strong_product(p, t)`, where p and t have the bundles `moves` (None where one does not)."""
        raise NotImplementedError

    def multilinear(self, call: Any, ans: Any) -> Any:
        raise NotImplementedError

    def general(self, call: Any, ans: Any) -> Any:
        raise NotImplementedError

    def linear(self, call: Any, ans: Any) -> Any:
        """Each tangent alone."""
        call.terms()
        name = short_name(call.primitive)
        args = linear_arguments(call)
        if not call.primitive.gives_views:
            args = alike(args)
        if root(ans) is root(call.values[0]):  # the array itself, as `conj` gives that of reals
            return args[0]
        if name in MOVING or call.primitive.gives_views:  # views of bundles are views, so that stores reach them
            with contextlib.suppress(TypeError):  # a function that does not take bundles as they are
                given = [own(a) if type(root(a)) is np.void else a for a in args]  # of numbers there are no views
                found = apply(call.primitive, given, call.kwargs)
                if fits(found, ans):
                    return found
        is_sum = name in ("sum", "mean") and call.primitive.fn is not sum
        if is_sum and call.kwargs.keys() <= {"axis", "keepdims"}:
            return self._summed(call, args)
        found = each(self.count, lambda k: apply(call.primitive, nth_of(args, k), call.kwargs), ans)
        if call.primitive.gives_views and isinstance(root(found), np.ndarray):
            through(_held, found)  # no view, where the value may be one: a store into it is seen (`memory.store`)
        return found

    def _summed(self, call: Any, args: list[Any]) -> Any:
        tangents = unpack(args[0])
        ndim = root(tangents).ndim - 1
        axis = args[1] if len(args) > 1 else call.kwargs.get("axis")
        axes = range(ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
        axes = axes if ndim else ()  # a number has none, whatever was asked for
        keepdims = call.kwargs.get("keepdims", False)
        fn = np.sum if short_name(call.primitive) == "sum" else np.mean
        return pack(fn(tangents, axis=tuple([int(a) % ndim for a in axes]), keepdims=keepdims))


def _bundled(dtype: np.dtype[Any], count: int) -> np.dtype[Any]:
    if is_bundle_dtype(dtype):
        return bundle_dtype(_bundled(base_of(dtype), count), count_of(dtype))
    return bundle_dtype(tangent_dtype(dtype), count)


class Directions(Space):
    """Many tangents at once: the number k of a bundle is the tangent along direction k."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.kernels = Arithmetic(count)

    def elementwise(self, call: Any, ans: Any) -> Any:
        total: Any = None
        fresh = False
        for i, rule, tangent in call.terms():
            tangents = unpack(tangent)
            operands = call.operands
            singular = i in call.primitive.singular
            if singular:
                operands = [as_singular(v, ans) for v in operands]
            partial = with_axis(partial_of(rule, operands, call.kwargs, ans))
            sign = partial if type(partial) is int and partial in (1, -1) else 0
            if sign == 1 or (sign == -1 and total is not None):
                term = tangents
            else:
                strong = singular and not np.all(np.isfinite(root(partial)))
                careful = getattr(rule, "careful", None) if strong else None
                if careful is not None:
                    partial = with_axis(invoke(careful, operands, call.kwargs, ans=ans))
                term = strong_product(partial, tangents) if strong else _scaled(partial, tangents)
                fresh = True
            if total is not None and sign == -1:
                total, fresh = total - term, True
            elif total is None:
                total = term
            else:
                total, fresh = total + term, True
        return packed(total if fresh else own(total), ans)

    def strong(self, p: Any, t: Any, moves: tuple[Any, Any], ans: Any) -> Any:
        total: Any = 0.0
        if moves[0] is not None:
            total = total + strong_product(unpack(moves[0]), with_axis(t))
        if moves[1] is not None:
            total = total + strong_product(with_axis(p), unpack(moves[1]))
        return packed(total, ans)

    def multilinear(self, call: Any, ans: Any) -> Any:
        total: Any = None
        for i, _, tangent in call.terms():
            choices = [(call.values[i], tangent)]
            if isinstance(tangent, list):
                items = list(call.values[i])
                choices = [(items, (k, t)) for k, t in enumerate(tangent)]
            for value, choice in choices:
                term = self._one(call, i, value, choice, ans)
                total = term if total is None else total + term
        return packed(total, ans)

    def _one(self, call: Any, i: int, value: Any, choice: Any, ans: Any) -> Any:
        """What one moving operand adds, tangents along the last axis."""
        if isinstance(choice, tuple):
            k, tangent = choice

            def among(d: int) -> Any:
                items = [*value[:k], nth(tangent, d), *value[k + 1 :]]
                return apply(call.primitive, call.with_tangent(i, items), call.kwargs)

            return unpack(each(self.count, among, ans))
        fast = _PRODUCTS.get(short_name(call.primitive))
        if fast is not None and len(call.values) == 2 and not call.kwargs and not is_matrix(call.values[1 - i]):
            other = call.values[1 - i]
            found = fast(i, unpack(choice), array(other) if isinstance(other, list | tuple) else other)
            if found is not None:
                return found
        along = lambda d: apply(call.primitive, call.with_tangent(i, nth(choice, d)), call.kwargs)  # noqa: E731
        return unpack(each(self.count, along, ans))

    def general(self, call: Any, ans: Any) -> Any:
        total: list[Any] | None = None
        several = isinstance(ans, (tuple, list))
        for i, rule, tangent in call.terms():

            def along(k: int, position: int = i, rule: Any = rule, tangent: Any = tangent) -> Any:
                t = invoke(rule, call.operands, call.kwargs, ans=ans, t=nth(tangent, k))
                if call.primitive.checked:
                    require_tangent(t, ans, call, position)
                return t

            found = each(self.count, along, ans)
            parts = [unpack(x) for x in found] if several else [unpack(found)]
            total = parts if total is None else [a + b for a, b in zip(total, parts)]
        assert total is not None
        return [pack(x) for x in total] if several else pack(total[0])


def _scaled(partial: Any, tangents: Any) -> Any:
    """`partial * tangents`, the tangents along the last axis."""
    plain = type(partial) is np.ndarray and type(tangents) is np.ndarray and partial.ndim
    return scaled(partial[..., 0], tangents) if plain else partial * tangents


def fits(found: Any, ans: Any) -> bool:
    """Whether what a function made of bundles are bundles of its result: not so of parts of complex numbers."""
    if isinstance(ans, (tuple, list)):
        return len(found) == len(ans) and all([fits(x, a) for x, a in zip(found, ans)])
    bundle_, value = root(found), root(ans)
    if not isinstance(bundle_, (np.ndarray, np.void)) or not is_bundle_dtype(bundle_.dtype):
        return False
    return bundle_.shape == np.shape(value) and (_innermost(bundle_.dtype).kind == "c") == np.iscomplexobj(value)


def _held(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x.flags.writeable = False
    return x


def linear_arguments(call: Any) -> list[Any]:
    """The arguments of a linear primitive: bundles in the places that may move."""
    args = list(call.values)
    for i, value in enumerate(call.values):
        if rule_at(call.primitive.rules, i) is None:
            continue
        if call.tangents[i] is not None:
            args[i] = call.tangents[i]
        elif type(value) in (list, tuple) and i in call.primitive.sequences:
            args[i] = [still_in(v, call.level) for v in value]
        else:
            args[i] = still(array(value) if type(value) in (list, tuple) else value, call.level)
    return args


def still_in(x: Any, level: Any) -> Any:
    """Zero bundles in the structure of nested sequences."""
    return [still_in(v, level) for v in x] if type(x) in (list, tuple) else still(x, level)


def alike(args: list[Any]) -> list[Any]:
    """Arguments with all bundles, also those in sequences, of one dtype: the one that NumPy gives a result of both.

    NumPy before 2.5 takes the size of the first for that of the promoted dtype, and writes past its buffers.
    """
    bases: set[np.dtype[Any]] = set()
    _bases(args, bases)
    return _in_base(args, np.result_type(*bases)) if len(bases) > 1 else args


def _bases(x: Any, found: set[np.dtype[Any]]) -> None:
    """Adds the dtypes of the numbers in bundles."""
    if type(x) in (list, tuple):
        for v in x:
            _bases(v, found)
    elif type(x) is Dual:
        _bases(x.value, found)
        _bases(x.tangent, found)
    elif isinstance(x, (np.ndarray, np.void)) and is_bundle_dtype(x.dtype):
        found.add(_innermost(x.dtype))


def _innermost(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return _innermost(base_of(dtype)) if is_bundle_dtype(dtype) else dtype


def _in_base(x: Any, base: np.dtype[Any]) -> Any:
    """Bundles as bundles of numbers of another dtype; anything else as it is."""
    if type(x) in (list, tuple):
        return type(x)([_in_base(v, base) for v in x])
    if type(x) is Dual:
        return Dual(_in_base(x.value, base), _in_base(x.tangent, base), x.level)
    if isinstance(x, (np.ndarray, np.void)) and is_bundle_dtype(x.dtype):
        return x.astype(_of_base(x.dtype, base))
    return x


def _of_base(dtype: np.dtype[Any], base: np.dtype[Any]) -> np.dtype[Any]:
    return bundle_dtype(_of_base(base_of(dtype), base), count_of(dtype)) if is_bundle_dtype(dtype) else base


def nth(x: Any, k: int) -> Any:
    """Tangent k of a bundle, of bundles in lists; anything else as it is."""
    if type(x) in (list, tuple):
        return type(x)([nth(v, k) for v in x])
    if isinstance(root(x), (np.ndarray, np.void)) and root(x).dtype.kind == "V":
        return through(lambda v: v[..., k], unpack(x))
    return x


def nth_of(args: list[Any], k: int) -> list[Any]:
    """Tangent k in place of each bundle among arguments."""
    return [nth(a, k) for a in args]


def each(count: int, fn: Callable[[int], Any], ans: Any) -> Any:
    """The bundle of `fn(0), fn(1), ...`; a list of bundles where these are several results each."""
    found = [fn(k) for k in range(count)]
    if isinstance(ans, (tuple, list)):
        return [bundle([x[i] for x in found], a) for i, a in enumerate(ans)]
    return bundle(found, ans)


def bundle(tangents: list[Any], ans: Any) -> Any:
    """The bundle of tangents of a value."""
    shape = np.shape(root(ans))
    dtype = tangent_dtype(np.asarray(root(ans)).dtype)
    if not any([type(t) is Dual for t in tangents]):
        made = np.empty((*shape, len(tangents)), dtype)
        for k, t in enumerate(tangents):
            made[..., k] = t if dtype.kind == "c" or not np.iscomplexobj(t) else np.real(t)
        return pack(made)
    return pack(np.stack([_full(t, shape, dtype) for t in tangents], axis=-1))


def _full(t: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if not isinstance(root(t), (np.ndarray, np.generic)):
        t = array(t)
    if np.iscomplexobj(root(t)) and dtype.kind != "c":
        t = np.real(t)
    return t if np.shape(root(t)) == shape else np.broadcast_to(t, shape)


def with_axis(partial: Any) -> Any:
    """A partial that multiplies tangents along a last axis."""
    return through(lambda v: v[..., None], partial) if np.ndim(root(partial)) else partial


def packed(tangents: Any, ans: Any) -> Any:
    """The bundle of a value, of tangents along a last axis that may only broadcast to its shape."""
    if np.iscomplexobj(root(tangents)) and not np.iscomplexobj(root(ans)):
        tangents = np.real(tangents)
    return pack(spread(tangents, np.shape(root(ans))))


def spread(tangents: Any, shape: tuple[int, ...]) -> Any:
    """Tangents of what may only broadcast to a shape, in that shape."""
    found = np.shape(root(tangents))
    full = (*shape, found[-1])
    return tangents if found == full else np.broadcast_to(tangents, full)


# Products of all tangents at once: of operand `i`, whose tangents lie along the last axis, with the other operand


def _matmul(i: int, t: Any, other: Any) -> Any:
    mine, its = np.ndim(root(t)) - 1, np.ndim(root(other))
    if mine not in (1, 2) or its not in (1, 2):
        return None
    if i == 0:
        return np.matmul(other if its == 1 else np.transpose(other), t)
    if mine == 1:
        return np.matmul(other, t)
    rows, columns, count = np.shape(root(t))
    found = np.matmul(other, np.reshape(t, (rows, columns * count)))
    return np.reshape(found, (*np.shape(root(found))[:-1], columns, count))


def _outer(i: int, t: Any, other: Any) -> Any:
    if np.ndim(root(t)) != 2 or np.ndim(root(other)) != 1:
        return None
    if i == 0:
        return t[:, None, :] * other[:, None]
    return other[:, None, None] * t


_PRODUCTS: dict[str, Callable[[int, Any, Any], Any]] = {"matmul": _matmul, "dot": _matmul, "outer": _outer}
