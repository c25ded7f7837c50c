"""Iterating in lifted code: arrays with tangents give dual numbers, iterators of the user's run lifted."""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad.forward.arrays import array, assign
from dualad.forward.calls import call, caller, stands_for
from dualad.forward.dual import Dual, plain, root
from dualad.forward.foreign import active, foreign
from dualad.forward.levels import live, refuse, storing
from dualad.forward.lift import HELPERS, method_of_user
from dualad.forward.memory import load, own, shadowed, take, through
from dualad.forward.native import ordering, require_seen

_PLAIN = frozenset({list, tuple, range, dict, set, str, enumerate, zip, map, Dual})


def iterate(x: Any) -> Any:
    """What iterates over `x` where Python would iterate over it; `x` itself in most cases."""
    cls = type(x)
    if cls in _PLAIN or not live:
        return x
    if isinstance(x, np.ndarray):
        return _elements(x) if x.ndim == 1 else x
    if cls is np.flatiter:
        return (value for _, value in _ndenumerate(x.base))
    method = method_of_user(cls, "__iter__")
    if method is not None:
        return _steps(call(method, x))
    if hasattr(cls, "__iter__"):
        return _steps(x)
    return x if method_of_user(cls, "__getitem__") is None else _by_index(x)


def _by_index(x: Any) -> Iterator[Any]:
    """The items of an object that has no `__iter__`: those of 0, 1, ..., until there is none."""
    for i in itertools.count():
        try:
            item = HELPERS["getitem"](x, i)
        except IndexError:
            return
        yield item


def _elements(x: Any) -> Iterator[Any]:
    """The elements of an array as they are when their turn comes."""
    for i in range(len(x)):
        yield load(x)[i]


def _steps(iterator: Any) -> Any:
    """An iterator whose `__next__` is written in Python, run lifted; any other as it is."""
    step = method_of_user(type(iterator), "__next__")
    return iterator if step is None else _stepping(step, iterator)


def _stepping(step: Any, iterator: Any) -> Iterator[Any]:
    while True:
        try:
            item = call(step, iterator)
        except StopIteration:
            return
        yield item


def unpack(x: Any, spec: tuple[Any, ...]) -> Any:
    """`x` made ready to be unpacked as `spec` says: for each target None, or the same of a nested tuple of targets."""
    if not live:
        return x
    items = iterate(x)
    if type(items) is np.ndarray and storing:
        items = load(items)
    if not any(spec):
        return items
    parts = list(items)
    for i, inner in enumerate(spec[: len(parts)]):
        if inner:
            parts[i] = unpack(parts[i], inner)
    return parts


def each(items: Any, spec: tuple[Any, ...]) -> Any:
    """An iteration whose items are unpacked."""
    return _unpacking(iterate(items), spec) if live else items


def _unpacking(items: Any, spec: tuple[Any, ...]) -> Iterator[Any]:
    for item in items:
        yield unpack(item, spec)


# Builtins that iterate


def _iterating(fn: Any) -> Callable[..., Any]:
    def handler(*args: Any, **kwargs: Any) -> Any:
        if live:
            args = tuple([iterate(a) for a in args])
            kwargs = {k: caller(v) if k in ("key", "func") else v for k, v in kwargs.items()}
        return fn(*args, **kwargs)

    return handler


_fn: Any
for _fn in (set, frozenset, enumerate, zip):
    stands_for(_fn)(_iterating(_fn))


def hinted(x: Any) -> Any:
    """`iterate(x)` for what asks an object how many items there may be, once it has an iterator of it."""
    items = iterate(x)
    if live and items is not x:
        method = method_of_user(type(x), "__len__") or method_of_user(type(x), "__length_hint__")
        try:
            if method is not None:
                call(method, x)
        except TypeError:  # which Python takes for no answer
            pass
    return items


def _listing(fn: Any) -> Callable[..., Any]:
    iterating = _iterating(fn)
    return lambda *args, **kwargs: iterating(*[hinted(a) for a in args], **kwargs)


for _fn in (list, tuple):
    stands_for(_fn)(_listing(_fn))


@stands_for(sorted)
def _sorted(items: Any, /, *, key: Any = None, reverse: Any = False) -> Any:
    if not live:
        return sorted(items, key=key, reverse=reverse)
    key, items = ordering(caller(key), hinted(items))
    return sorted(items, key=key, reverse=reverse)


def _truth_of_items(fn: Any) -> Callable[..., Any]:
    return lambda items: fn(map(HELPERS["truth"], iterate(items)) if live else items)


for _fn in (any, all):
    stands_for(_fn)(_truth_of_items(_fn))


@stands_for(sum)
def _sum(items: Any, /, start: Any = 0) -> Any:
    if not live:
        return sum(items, start)
    terms = list(iterate(items))
    classes = {type(v) for v in (*terms, start)}
    of_user = any([method_of_user(cls, name) for cls in classes for name in ("__add__", "__radd__")])
    if not terms or not (of_user or active((terms, start), {})):
        return sum(terms, start)
    if all([isinstance(root(v), (float, int, complex, np.ndarray, np.generic)) for v in (*terms, start)]):
        return foreign(sum, (terms, start), {})
    return functools.reduce(HELPERS["add"], terms, start)


def _extreme(fn: Any) -> Callable[..., Any]:
    def handler(*args: Any, **kwargs: Any) -> Any:
        if live:
            if len(args) == 2 and not kwargs and (type(args[0]) is Dual or type(args[1]) is Dual):
                return foreign(fn, args, kwargs)  # ties are shared
            key, found = ordering(caller(kwargs.get("key")), iterate(args[0]) if len(args) == 1 else args)
            return fn(found, **{**kwargs, "key": key})
        return fn(*args, **kwargs)

    return handler


for _fn in (max, min):
    stands_for(_fn)(_extreme(_fn))


@stands_for(map)
def _map(fn: Any, *iterables: Any, **kwargs: Any) -> Any:
    return map(caller(fn), *[iterate(x) for x in iterables], **kwargs)


@stands_for(filter)
def _filter(fn: Any, items: Any) -> Any:
    return filter(HELPERS["truth"] if fn is None else caller(fn), iterate(items))


@stands_for(functools.reduce)
def _reduce(fn: Any, items: Any, *initial: Any) -> Any:
    return functools.reduce(caller(fn), iterate(items), *initial)


@stands_for(reversed)
def _reversed(x: Any) -> Any:
    cls = type(x)
    if cls in _PLAIN or not live:
        return reversed(x)
    method = method_of_user(cls, "__reversed__")
    if method is not None:
        return _steps(call(method, x))
    by_index = cls is np.ndarray or (not hasattr(cls, "__reversed__") and method_of_user(cls, "__getitem__"))
    require_seen(("__len__",), (x,))  # which Python asks for at once, and again where the items are gathered
    return _backwards(x) if by_index else reversed(x)


def _backwards(x: Any) -> Iterator[Any]:
    for i in range(call(len, x) - 1, -1, -1):
        yield HELPERS["getitem"](x, i)


def _chosen(fn: Any) -> Callable[..., Any]:
    """`heapq.nlargest(n, items, key)` and its like."""

    def handler(n: int, items: Any, key: Any = None) -> Any:
        key, items = ordering(caller(key), iterate(items))
        return fn(n, items, key)

    return handler


for _fn in (heapq.nlargest, heapq.nsmallest):
    stands_for(_fn)(_chosen(_fn))


@stands_for(functools.cmp_to_key)
def _key_of(compare: Any) -> Any:
    return functools.cmp_to_key(caller(compare))


@stands_for(heapq.merge)
def _merged(*parts: Any, key: Any = None, reverse: bool = False) -> Any:
    return heapq.merge(*[iterate(x) for x in parts], key=caller(key), reverse=reverse)


@stands_for(iter)
def _iter(x: Any, *sentinel: Any) -> Any:
    if sentinel:
        return iter(caller(x), *sentinel)
    method = method_of_user(type(x), "__iter__") if live else None
    if method is None:
        return iter(iterate(x))
    made = call(method, x)
    # What has a `__next__` of its own stays the object that it is: whoever iterates over it runs that lifted.
    return iter(made) if method_of_user(type(made), "__next__") is None else made


@stands_for(heapq.merge)
def _merge(*iterables: Any, key: Any = None, reverse: bool = False) -> Any:
    if live:
        iterables, key = tuple([iterate(x) for x in iterables]), key and caller(key)
    return heapq.merge(*iterables, key=key, reverse=reverse)


stands_for(operator.methodcaller)(operator.methodcaller)  # which only holds what it is given


@stands_for(next)
def _next(x: Any, *default: Any) -> Any:
    if type(x) is np.flatiter and shadowed(x.base):
        raise refuse("`next` of `.flat` of an array with derivatives is not supported; use `iter(a.ravel())`")
    step = method_of_user(type(x), "__next__")
    if step is None:
        return next(x, *default)
    try:
        return call(step, x)
    except StopIteration:  # which may carry what a generator returns
        if not default:
            raise
        return default[0]


def _of_items(fn: Any) -> Callable[..., Any]:
    def handler(items: Any, *args: Any, **kwargs: Any) -> Any:
        return foreign(fn, (list(iterate(items)) if live else items, *args), kwargs)

    return handler


for _fn in (math.fsum, math.prod):
    stands_for(_fn)(_of_items(_fn))


@stands_for(np.ndenumerate)
def _ndenumerate(a: Any) -> Any:
    if not live:
        return np.ndenumerate(a)
    if not hasattr(root(a), "shape"):
        a = array(a)
    return ((index, load(a)[index]) for index in np.ndindex(root(a).shape))


@stands_for(np.fromiter)
def _fromiter(items: Any, dtype: Any, count: int = -1, **kwargs: Any) -> Any:
    found = list(iterate(items) if count < 0 else itertools.islice(iterate(items), count))
    return np.fromiter(found, dtype, count, **kwargs) if not live else array(found, dtype)


_WITH_FUNCTION = {
    itertools.starmap: 0, itertools.takewhile: 0, itertools.dropwhile: 0, itertools.filterfalse: 0,
    itertools.accumulate: 1, itertools.groupby: 1,
}  # fmt: skip
"""Which argument of a function of `itertools` is a function: an object may be one and have items too."""


def _in_itertools(fn: Any) -> Callable[..., Any]:
    place = _WITH_FUNCTION.get(fn)

    def given(i: int, a: Any) -> Any:
        return caller(a) if _is_function(a) and (i == place or not hasattr(type(a), "__iter__")) else iterate(a)

    def handler(*args: Any, **kwargs: Any) -> Any:
        if live:
            args = tuple([given(i, a) for i, a in enumerate(args)])
            kwargs = {k: caller(v) if _is_function(v) else v for k, v in kwargs.items()}
        return fn(*args, **kwargs)

    return handler


def _is_function(x: Any) -> bool:
    return callable(x) and type(x) is not Dual and not isinstance(root(x), np.ndarray)


for _fn in vars(itertools).values():
    if isinstance(_fn, type) and not _fn.__name__.startswith("_"):
        stands_for(_fn)(_in_itertools(_fn))
stands_for(itertools.repeat)(itertools.repeat)  # which only holds what it is given
stands_for(itertools.chain)(lambda *given: itertools.chain.from_iterable(iterate(x) for x in given))
stands_for(itertools.tee)(lambda items, n=2: itertools.tee(iterate(items), n))
stands_for(itertools.chain.from_iterable)(
    lambda items: itertools.chain.from_iterable(iterate(x) for x in iterate(items))
)


# Functions of NumPy that call what they are given


@stands_for(np.piecewise)
def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    if not live or not active((x, condlist, funclist, *args), kw):
        return np.piecewise(x, condlist, [caller(f) if callable(f) else f for f in funclist], *args, **kw)
    x = array(x, copy=None)
    conditions = np.asarray(plain(condlist), bool)
    if conditions.ndim == root(x).ndim:
        conditions = conditions[None]
    if len(conditions) == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    made = np.zeros_like(root(x))
    for condition, f in zip(conditions, funclist, strict=True):
        part = take(x, condition)
        if root(part).size:
            assign(made, condition, call(f, part, *args, **kw) if callable(f) else f)
    return load(made)


@stands_for(np.apply_along_axis)
def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    if not live or not active((arr, *args), kwargs):
        return np.apply_along_axis(caller(func1d), axis, arr, *args, **kwargs)
    arr = array(arr, copy=None)
    axis = axis % root(arr).ndim
    rows = through(lambda v: np.moveaxis(v, axis, -1), arr)
    outer = root(rows).shape[:-1]
    found = array([call(func1d, rows[index], *args, **kwargs) for index in np.ndindex(outer)])
    inner = root(found).shape[1:]

    def arranged(v: Any) -> Any:
        made = v.reshape(outer + inner)
        return np.moveaxis(made, range(len(outer), made.ndim), range(axis, axis + len(inner)))

    return own(through(arranged, found))
