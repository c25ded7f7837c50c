"""NumPy's protocols, attributes and methods on dual numbers, and functions that need more than a rule.

`call_numpy` is the one entry: `np.f(...)` with dual numbers among its arguments, wherever it comes from
(`__array_ufunc__`, `__array_function__`, or a call in lifted code).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import outputs, registry, stores
from dualad.dtypes import base_of, bundle_dtype, count_of, is_bundle_dtype
from dualad.errors import Unsupported
from dualad.forward.apply import apply, computed_into
from dualad.forward.arrays import OF_OBJECTS, array, assign, item, to_list
from dualad.forward.dual import Dual, is_exact, plain, root, with_root
from dualad.forward.levels import refuse
from dualad.forward.memory import accumulate_at, load, store, through
from dualad.forward.operators import on_dual
from dualad.forward.scalars import bundle_of, row_of
from dualad.hashed import found_in
from dualad.registry import Primitive, display_name

Handler = Callable[..., Any]

HANDLERS: dict[Any, Handler] = {}
"""Functions of NumPy that are done here, by function: those that store, and those that make arrays."""


def handles(*functions: Any) -> Callable[[Handler], Handler]:
    """Make a function the implementation of some of NumPy's for dual numbers."""

    def install(handler: Handler) -> Handler:
        for function in functions:
            HANDLERS[function] = handler
        return handler

    return install


def call_numpy(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`fn(*args, **kwargs)` for a function that a rule or handler is known of; refused otherwise."""
    handler = found_in(HANDLERS, fn)
    if handler is not None:
        return handler(*args, **kwargs)
    args, kwargs = outputs.by_name(fn, args, kwargs)
    if isinstance(fn, np.ufunc):
        where = kwargs.pop("where", True)
        if where is not True:
            return _masked(fn, args, kwargs, where)
    primitive = registry.lookup(fn)
    if primitive is None:
        raise no_rule(fn)
    if primitive.writes:
        raise refuse(f"{primitive.name} stores into its arguments, which is not supported for arrays with derivatives")
    return apply(primitive, args, kwargs)


def no_rule(fn: Any) -> Unsupported:
    """The refusal of a function that nobody stated a derivative of."""
    name = display_name(fn)
    return refuse(
        f"{name} was called with a number that a derivative is taken in, but no derivative rule of it is known. "
        "Declare one, a partial derivative for each argument, and call the declared function instead:\n"
        f"    import dualad\n"
        f"    {name.rpartition('.')[2]} = dualad.primitive({name}, lambda x: ...)\n"
        "    # or pass it `dualad.stop_gradient(x)` if no derivative is wanted through it"
    )


# Universal functions


@on_dual("__array_ufunc__")
def _array_ufunc(self: Dual, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method == "__call__":
        return call_numpy(ufunc, inputs, kwargs)
    return call_ufunc_method(ufunc, method, inputs, kwargs)


def call_ufunc_method(ufunc: np.ufunc, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`ufunc.reduce(...)` and its like."""
    if method == "at" and ufunc in (np.add, np.subtract):
        value = args[2]
        accumulate_at(ufunc, args[0], plain(args[1]), array(value) if type(value) in (list, tuple) else value)
        return None
    primitive = registry.lookup(getattr(ufunc, method))
    args, kwargs = outputs.by_name(getattr(ufunc, method), args, kwargs)
    if primitive is None:
        raise refuse(
            f"{display_name(ufunc)}.{method} has no derivative rule; write it with {display_name(ufunc)} itself"
        )
    return apply(primitive, args, kwargs)


def _masked(ufunc: np.ufunc, args: tuple[Any, ...], kwargs: dict[str, Any], where: Any) -> Any:
    """A call with `where=`: only the chosen elements are computed; the others stay as they are in `out`."""
    args = tuple([array(x) if type(x) in (list, tuple) else load(x) for x in args])
    out = kwargs.pop("out", None)
    out = out[0] if isinstance(out, tuple) else out
    where = plain(where)
    shape = np.broadcast_shapes(np.shape(where), *[np.shape(root(a)) for a in args])
    if out is not None:
        shape = np.broadcast_shapes(shape, np.shape(root(out)))
    mask = np.broadcast_to(where, shape)
    result = call_numpy(ufunc, tuple([_chosen(a, mask) for a in args]), kwargs)
    if out is None:
        out = np.zeros(shape, root(result).dtype)
    if np.iscomplexobj(root(out)):
        result = with_root(result, computed_into(ufunc, args, {**kwargs, "out": out, "where": mask})[mask])
    assign(out, mask, result)
    return load(out)


def _chosen(x: Any, mask: np.ndarray[Any, Any]) -> Any:
    def chosen(v: Any) -> Any:
        return np.broadcast_to(stores.without_leading(v, mask.ndim), mask.shape)[mask]

    return through(chosen, x) if np.ndim(root(x)) else x


# Functions


@on_dual("__array_function__")
def _array_function(self: Dual, fn: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call_numpy(fn, args, kwargs)


@handles(np.array)
def _array(x: Any, dtype: Any = None, *, copy: Any = True, order: Any = "K", ndmin: int = 0, **rest: Any) -> Any:
    if rest:
        raise refuse(f"np.array(..., {next(iter(rest))}=...) has no derivative rule")
    return array(x, dtype, copy=copy, order=order, ndmin=ndmin)


@handles(np.asarray, np.asanyarray)
def _asarray(x: Any, dtype: Any = None, order: Any = None, *, copy: Any = None, **rest: Any) -> Any:
    if rest:
        raise refuse(f"np.asarray(..., {next(iter(rest))}=...) has no derivative rule")
    return array(x, dtype, copy=copy, order=order)


@handles(np.ascontiguousarray)
def _ascontiguousarray(x: Any, dtype: Any = None) -> Any:
    return array(x, dtype, copy=None, order="C", ndmin=1)


@handles(np.asfortranarray)
def _asfortranarray(x: Any, dtype: Any = None) -> Any:
    return array(x, dtype, copy=None, order="F")


@handles(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C") -> Any:
    if dtype is None:
        dtype = np.asarray(plain(fill_value)).dtype
    made = np.empty(plain(shape), dtype, order)
    assign(made, ..., fill_value)
    return load(made)


@handles(np.full_like)
def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: bool = True, shape: Any = None
) -> Any:
    made = np.empty_like(plain(a), dtype, order, False, plain(shape))
    assign(made, ..., fill_value)
    return load(made)


@handles(np.copyto)
def _copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    src = array(src) if type(src) in (list, tuple) else load(src)
    made, kept = np.asarray(root(src)).dtype, root(dst).dtype
    if not isinstance(root(src), (int, float, complex)) and not np.can_cast(made, kept, casting):
        raise TypeError(f"Cannot cast array data from {made!r} to {kept!r} according to the rule {casting!r}")
    if where is True:
        assign(dst, ..., src)
        return
    if stores.is_read_too_late(root(dst), root(src)):
        raise refuse(stores.READ_TOO_LATE)
    mask = np.broadcast_to(plain(where), root(dst).shape)
    assign(dst, mask, _chosen(src, mask))


def _placed(a: Any, found: stores.Places, values: Any) -> None:
    """`a[places] = values[which]`."""
    if found[0].size:
        key, which = np.unravel_index(found[0], root(a).shape), found[1]
        assign(a, key, through(lambda x: x.reshape(-1)[which], array(values)))


@handles(np.put)
def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    _placed(a, stores.put(root(a).shape, _count(v), plain(ind), mode), v)


@handles(np.fill_diagonal)
def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    _placed(a, stores.diagonal(root(a).shape, _count(val), wrap), val)


@handles(np.putmask)
def _putmask(a: Any, mask: Any, values: Any) -> None:
    _placed(a, stores.putmask(root(a).shape, _count(values), plain(mask)), values)


@handles(np.place)
def _place(arr: Any, mask: Any, vals: Any) -> None:
    _placed(arr, stores.place(root(arr).shape, _count(vals), plain(mask)), vals)


def _count(values: Any) -> int:
    return np.size(plain(values))


@handles(np.put_along_axis)
def _put_along_axis(arr: Any, indices: Any, values: Any, axis: Any = -1) -> None:
    if axis is None:
        raise refuse("np.put_along_axis with axis=None has no derivative rule; assign `a[...] = v` instead")
    indices = np.asarray(plain(indices))
    grid: list[Any] = list(np.ogrid[tuple([slice(n) for n in root(arr).shape])])
    grid = [g if n != 1 else np.zeros_like(g) for g, n in zip(grid, indices.shape)]
    grid[axis] = indices
    assign(arr, tuple(grid), values)


@handles(np.broadcast_arrays)
def _broadcast_arrays(*arrays: Any, subok: bool = False) -> Any:
    found = [array(a) if type(a) in (list, tuple) else load(a) for a in arrays]
    shape = np.broadcast_shapes(*[np.shape(root(a)) for a in found])
    if all([np.shape(root(a)) == shape for a in found]):
        return tuple([a if isinstance(root(a), np.ndarray) else array(a) for a in arrays])
    like = np.broadcast_to(0.0, shape)
    return tuple([through(lambda v: np.broadcast_arrays(v, like)[0], a) for a in found])  # which may be stored into


@handles(np.lib.stride_tricks.sliding_window_view)
def _windows(x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False) -> Any:
    return through(lambda v: np.lib.stride_tricks.sliding_window_view(v, window_shape, axis, writeable=writeable), x)


@handles(np.lib.stride_tricks.as_strided)
def _as_strided(x: Any, shape: Any = None, strides: Any = None, subok: bool = False, writeable: bool = True) -> Any:
    if is_exact(root(x)):
        raise refuse("np.lib.stride_tricks.as_strided of integers that a derivative is taken in is not supported")
    size = root(x).itemsize

    def strided(v: Any) -> Any:
        steps = strides
        if strides is not None and v.itemsize != size:  # several tangents for each element
            if any([s % size for s in strides]):
                raise refuse("np.lib.stride_tricks.as_strided with strides that cut through elements has no derivative")
            steps = tuple([s // size * v.itemsize for s in strides])
        return np.lib.stride_tricks.as_strided(v, shape, steps, writeable=writeable)

    return through(strided, x)


@handles(np.frombuffer)
def _frombuffer(buffer: Any, dtype: Any = float, count: int = -1, offset: int = 0, **rest: Any) -> Any:
    if rest or np.dtype(dtype) != root(buffer).dtype or offset % root(buffer).itemsize:
        raise refuse("np.frombuffer of an array with derivatives gives its own dtype only; convert with `.astype`")
    size = root(buffer).itemsize
    return through(lambda v: np.frombuffer(v, v.dtype, count, offset // size * v.itemsize), buffer)


@handles(np.copy)
def _copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    return array(a, order=order)


# Methods and attributes


class Method:
    """A method of a dual number, bound."""

    __slots__ = ("__name__", "__self__", "call")

    def __init__(self, name: str, owner: Any, call: Callable[..., Any]) -> None:
        self.__name__ = name
        self.__self__ = owner
        self.call = call

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.call(self.__self__, *args, **kwargs)

    def __repr__(self) -> str:
        return f"<method {self.__name__} of {self.__self__!r}>"


@on_dual("__getattr__")
def _getattr(self: Any, name: str) -> Any:
    if name == "tangent":  # the slots of what one of is made from the other
        self.tangent = bundle_of(self)
        return self.tangent
    if name == "row":
        self.row = row_of(self)
        return self.row
    value = root(self)
    if name.startswith("__") or not hasattr(value, name):
        raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")
    x = load(self)
    if type(x) is not Dual or name in _PLAIN:
        return getattr(root(x), name)
    if name in _METHODS:
        return Method(name, x, _METHODS[name])
    if name == "flat":
        return _flat(x)
    primitive = registry.lookup_attribute(name)
    if primitive is not None:
        return apply(primitive, (x,), {})
    if name in ("real", "imag") and not np.iscomplexobj(value):
        return x if name == "real" else 0 * value
    primitive = registry.lookup_method(name)
    if primitive is None:
        raise refuse(f"`.{name}` of a number that a derivative is taken in has no derivative rule")
    return Method(name, x, _caller(primitive))


def _caller(primitive: Primitive) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if primitive.writes:
            raise refuse(f"{primitive.name} stores into the array, which is not supported for arrays with derivatives")
        return apply(primitive, *outputs.by_name(primitive.fn, args, kwargs))

    return call


_PLAIN = {
    "itemsize", "nbytes", "strides", "flags", "argsort", "argmax", "argmin", "nonzero", "any", "all", "searchsorted",
    "is_integer", "hex", "argpartition",
}  # fmt: skip


def _flat(x: Any) -> Any:
    if not root(x).flags.c_contiguous:
        raise refuse(
            "`.flat` of an array that is not contiguous is not supported; use `.ravel()`, or index it as it is"
        )
    return through(lambda v: v.reshape(-1), x)


def _fill(x: Any, value: Any) -> None:
    assign(x, ..., value)


def _sort(x: Any, axis: int = -1, kind: Any = None, order: Any = None, **rest: Any) -> None:
    if order is not None:
        raise refuse("`.sort(order=...)` of an array with derivatives is not supported")
    store(x, ..., np.sort(x, axis))


def _partition(x: Any, kth: Any, axis: int = -1, kind: Any = None, order: Any = None) -> None:
    if order is not None:
        raise refuse("`.partition(order=...)` of an array with derivatives is not supported")
    store(x, ..., np.partition(x, kth, axis))


def _astype(
    x: Any, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    """Conversion; to integers it is constant, unless integers are differentiated in."""
    new = np.dtype(dtype)
    value = root(x)
    if new.kind == "O":
        raise refuse(OF_OBJECTS)
    if new.kind not in "fc" and not (new.kind in "iu" and is_exact(value)):
        return value.astype(new, order=order, casting=casting, copy=copy)
    if not copy and value.dtype == new:
        return x

    def convert(v: Any) -> Any:
        if is_bundle_dtype(v.dtype):
            base = base_of(v.dtype)
            converts = base.kind in "fc" and new.kind in "fc"
            made = bundle_dtype(new, count_of(v.dtype)) if converts else v.dtype
            return v.astype(made, order=order, casting=casting)
        return v.astype(new if v is value or new.kind in "fc" else np.float64, order=order, casting=casting)

    return through(convert, x)


def _copy_method(x: Any, order: Any = "C") -> Any:
    return array(x, order=order) if isinstance(root(x), np.ndarray) else x


def _view(x: Any, *args: Any, **kwargs: Any) -> Any:
    if args or kwargs:
        raise refuse("`.view` with another dtype or class of an array with derivatives is not supported; use `.astype`")
    return through(lambda v: v.view(), x)


def _putted(x: Any, indices: Any, values: Any, mode: str = "raise") -> None:
    _put(x, indices, values, mode)


_METHODS: dict[str, Callable[..., Any]] = {
    "item": item,
    "tolist": to_list,
    "fill": _fill,
    "sort": _sort,
    "partition": _partition,
    "astype": _astype,
    "copy": _copy_method,
    "view": _view,
    "put": _putted,
}
