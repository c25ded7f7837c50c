"""Python's own functions that call what they are given, written in Python: reverse mode differentiates these instead.

They do what the originals do, lazily where those are lazy, so that the same items are taken in the same order.
"""

from __future__ import annotations

import bisect
import builtins
import contextlib
import copy
import dataclasses
import functools
import heapq
import inspect
import itertools
import operator
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import dict_views, flat, vectorized
from dualad.errors import Unsupported
from dualad.exit_stacks import METHODS
from dualad.hashed import found_in
from dualad.of_itertools import INNER, OF_ITERTOOLS
from dualad.of_sequences import OF_SEQUENCES
from dualad.received import METHODS as OF_RECEIVING
from dualad.remembered import OF_CACHES, REMEMBERING, decorator
from dualad.updates import IN_PLACE, delitem, setitem

_MISSING: Any = type("Missing", (), {})  # a class: nothing that can change
_ASSIGNED, _UPDATED = functools.WRAPPER_ASSIGNMENTS, functools.WRAPPER_UPDATES


def mapped(function: Callable[[Any], Any], iterable: Any) -> Iterator[Any]:
    """`map` over one iterable."""
    for item in iterable:
        yield function(item)


def mapped_two(function: Callable[[Any, Any], Any], first: Any, second: Any) -> Iterator[Any]:
    """`map` over two iterables."""
    for item, other in zip(first, second, strict=False):
        yield function(item, other)


def mapped_many(function: Callable[..., Any], *iterables: Any) -> Iterator[Any]:
    """`map` over any number of iterables."""
    for items in zip(*iterables, strict=False):
        yield function(*items)


def filtered(function: Callable[[Any], Any] | None, iterable: Any) -> Iterator[Any]:
    """`filter`."""
    for item in iterable:
        if item if function is None else function(item):
            yield item


def reduced(function: Callable[[Any, Any], Any], iterable: Any, initial: Any = _MISSING) -> Any:
    """`functools.reduce`."""
    found = initial
    for item in iterable:
        found = item if found is _MISSING else function(found, item)
    if found is _MISSING:
        raise TypeError("reduce() of empty iterable with no initial value")
    return found


def cast(typ: Any, val: Any) -> Any:
    """`typing.cast`."""
    return val


def of_new_type(value: Any) -> Any:
    """What a `typing.NewType` gives: what it is given."""
    return value


def replaced(obj: Any, /, **changes: Any) -> Any:
    """`copy.replace`, which Python has from 3.13 on."""
    method = type(obj).__replace__
    if getattr(method, "__module__", None) == "dataclasses":
        return dataclasses.replace(obj, **changes)
    if isinstance(obj, tuple):
        return obj._replace(**changes)  # type: ignore[attr-defined]
    return method(obj, **changes)


def summed(iterable: Any, start: Any = 0) -> Any:
    """`sum`, of objects that have operators of their own."""
    for item in iterable:
        start = start + item
    return start


def any_true(iterable: Any) -> bool:
    """`any`, which takes no more items than it needs."""
    for item in iterable:  # noqa: SIM110 - this is what stands for `any`
        if item:
            return True
    return False


def all_true(iterable: Any) -> bool:
    """`all`, which takes no more items than it needs."""
    for item in iterable:  # noqa: SIM110 - and this for `all`
        if not item:
            return False
    return True


DECIDING: dict[Any, Callable[[Any], bool]] = {builtins.any: any_true, builtins.all: all_true}


def items_asked(iterator: Any) -> Iterator[Any]:
    """The items of an object that has a `__next__` of its own."""
    while True:
        try:
            item = iterator.__next__()
        except StopIteration:
            return
        yield item


def items_by_number(owner: Any) -> Iterator[Any]:
    """The items of an object that has a `__getitem__` of its own, and no `__iter__`."""
    i = 0
    while True:
        try:
            item = owner[i]
        except IndexError:
            return
        yield item
        i += 1


def items_backwards(owner: Any) -> Iterator[Any]:
    """`reversed` of such an object."""
    for i in range(len(owner) - 1, -1, -1):
        yield owner[i]


def next_or(iterator: Any, default: Any) -> Any:
    """`next(iterator, default)` of such an object."""
    try:
        return iterator.__next__()
    except StopIteration:
        return default


def keyed(keys: Any, value: Any = None) -> dict[Any, Any]:
    """`dict.fromkeys`."""
    found = {}
    for key in keys:
        found[key] = value
    return found


def all_indices(arr: Any) -> list[tuple[int, ...]]:
    """The indices of all elements of an array."""
    return list(np.ndindex(*np.shape(arr)))


def enumerated(arr: Any) -> Iterator[Any]:
    """`np.ndenumerate`, which reads an element when it is its turn."""
    elements = np.asarray(arr)
    for index in all_indices(elements):
        yield index, elements[index]


def largest(n: int, iterable: Any, key: Any = None) -> Any:
    """`heapq.nlargest`."""
    return sorted(iterable, key=key, reverse=True)[:n]


def smallest(n: int, iterable: Any, key: Any = None) -> Any:
    """`heapq.nsmallest`."""
    return sorted(iterable, key=key)[:n]


def merged(*iterables: Any, key: Any = None, reverse: bool = False) -> Iterator[Any]:
    """`heapq.merge`: of the items that come next the first that is least."""
    heads, ranks, sources = [], [], []
    for iterable in iterables:
        source = iter(iterable)
        head = next(source, _MISSING)
        if head is not _MISSING:
            heads.append(head)
            ranks.append(head if key is None else key(head))
            sources.append(source)
    while heads:
        best = 0
        for i in range(1, len(ranks)):
            if ranks[best] < ranks[i] if reverse else ranks[i] < ranks[best]:
                best = i
        yield heads[best]
        head = next(sources[best], _MISSING)
        if head is _MISSING:
            del heads[best]
            del ranks[best]
            del sources[best]
        else:
            heads[best] = head
            ranks[best] = head if key is None else key(head)


def called_until(function: Callable[[], Any], sentinel: Any) -> Iterator[Any]:
    """`iter` of a function."""
    while True:
        item = function()
        if item == sentinel:
            return
        yield item


def gathered(iterable: Any, dtype: Any, count: int = -1, *, like: Any = None) -> Any:
    """`np.fromiter`."""
    if count < 0:
        return np.array(list(iterable), dtype)
    return np.array(list(itertools.islice(iterable, count)), dtype)


def as_items(key: Any) -> Any:
    """The items in the brackets of `np.r_[key]`."""
    return key if isinstance(key, tuple) else (key,)


def points(start: Any, stop: Any, step: Any) -> Any:
    """The numbers that a slice stands for in these brackets: so many of them, where the step is imaginary."""
    start, step = (0 if start is None else start), (1 if step is None else step)
    if isinstance(step, complex):
        return np.linspace(start, stop, int(abs(step)))
    return np.arange(start, stop, step)


def updated_wrapper(wrapper: Any, wrapped: Any, assigned: Any = _ASSIGNED, updated: Any = _UPDATED) -> Any:
    """`functools.update_wrapper`."""
    named_after(wrapper, wrapped, assigned, updated)
    return wrapper


def named_after(wrapper: Any, wrapped: Any, assigned: Any, updated: Any) -> None:
    """Give a wrapper what is said about a function (which no derivative goes through)."""
    functools.update_wrapper(wrapper, wrapped, assigned, updated)


def made_plainly(instance: Any) -> None:
    """`object.__init__`."""


class Managed:
    """What a function decorated by `contextlib.contextmanager` gives, around the items of its generator."""

    def __init__(self, generator: Any) -> None:
        self.generator = generator

    def __enter__(self) -> Any:
        return next(self.generator)

    def __exit__(self, kind: Any, value: Any, trace: Any) -> Any:
        if value is None:
            if next(self.generator, _MISSING) is not _MISSING:
                raise RuntimeError("generator didn't stop")
            return False
        try:
            self.generator.throw(value)
        except StopIteration as stopped:
            return stopped is not value
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")


def put_in_order(a: Any, x: Any, lo: int = 0, hi: int | None = None, *, key: Any = None) -> None:
    """`bisect.insort_right`."""
    a.insert(bisect.bisect_right(a, x if key is None else key(x), lo, hi, key=key), x)


def put_in_order_left(a: Any, x: Any, lo: int = 0, hi: int | None = None, *, key: Any = None) -> None:
    """`bisect.insort_left`."""
    a.insert(bisect.bisect_left(a, x if key is None else key(x), lo, hi, key=key), x)


def items_got(keys: tuple[Any, ...], owner: Any) -> Any:
    """`operator.itemgetter`."""
    return owner[keys[0]] if len(keys) == 1 else tuple([owner[key] for key in keys])


def attributes_got(names: tuple[str, ...], owner: Any) -> Any:
    """`operator.attrgetter`."""
    found = []
    for name in names:
        value = owner
        for part in name.split("."):
            value = getattr(value, part)
        found.append(value)
    return found[0] if len(names) == 1 else tuple(found)


def method_called(given: tuple[Any, ...], owner: Any) -> Any:
    """`operator.methodcaller`, without keyword arguments."""
    return getattr(owner, given[0])(*given[1:])


def caller_of(name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`operator.methodcaller`, given what a derivative is taken in."""
    return lambda owner: getattr(owner, name)(*args, **kwargs)


def managed(fn: Any) -> Any:
    """The generator function that `contextlib.contextmanager` made a function of; None for any other callable."""
    inner = getattr(fn, "__wrapped__", None)
    return inner if getattr(fn, "__code__", None) is _HELPER and inspect.isgeneratorfunction(inner) else None


_HELPER = contextlib.contextmanager(lambda: iter(())).__code__  # type: ignore[attr-defined, arg-type, return-value]
_EQUIVALENTS: dict[Any, Callable[..., Any]] = {
    bisect.insort_right: put_in_order,
    bisect.insort_left: put_in_order_left,
    builtins.filter: filtered,
    dict.fromkeys: keyed,
    functools.reduce: reduced,
    typing.cast: cast,
    functools.update_wrapper: updated_wrapper,
    np.ndenumerate: enumerated,
    np.fromiter: gathered,
    np.vectorize: vectorized.vectorising,
    heapq.nlargest: largest,
    heapq.nsmallest: smallest,
    heapq.merge: merged,
    operator.methodcaller: caller_of,
    operator.iconcat: IN_PLACE["add"],
    operator.setitem: setitem,
    operator.delitem: delitem,
    **{getattr(operator, update.__name__): update for update in IN_PLACE.values()},
    **OF_ITERTOOLS,
    **OF_CACHES,
    **({copy.replace: replaced} if hasattr(copy, "replace") else {}),
}
_GETTERS: dict[Any, Callable[..., Any]] = {
    operator.itemgetter: items_got,
    operator.attrgetter: attributes_got,
    operator.methodcaller: method_called,
}
ALIASES: tuple[Any, ...] = (types.GenericAlias, type(typing.List[int]))  # noqa: UP006 - what `class Box(Generic[T])` gives is asked for
"""Classes with their parameters, which are called as the classes are."""
TYPED_DICTS: type = type(typing.TypedDict("TYPED_DICTS", {}))  # type: ignore[operator]
"""What the classes are of that make dicts."""

_BY_KIND = (
    flat.holder,
    flat.values,
    flat.elements,
    flat.one_by_one,
    flat.line,
    flat.assign,
    *INNER,
    *_GETTERS.values(),
    mapped,
    mapped_two,
    mapped_many,
    of_new_type,
    summed,
    *OF_SEQUENCES.values(),
    items_asked,
    items_by_number,
    items_backwards,
    next_or,
    called_until,
    *DECIDING.values(),
    made_plainly,
    *vectorized.FUNCTIONS,
    as_items,
    points,
    Managed.__enter__,
    Managed.__exit__,
    *dict_views.METHODS,
    *REMEMBERING,
    *METHODS,
    *OF_RECEIVING,
)
points.__dualad_lift__ = True  # type: ignore[attr-defined]
ALL = frozenset((*_EQUIVALENTS.values(), *_BY_KIND))
"""All functions that stand for others."""


def equivalent(fn: Any, args: tuple[Any, ...]) -> Any:
    """The function that stands for another one when it is called with these arguments; itself if none does."""
    found = stand_in(fn, args)
    return fn if found is None else found


def is_one(function: Any, other: Any) -> bool:
    """Whether two functions are one: what lifted code gives this function are the user's own, made anew."""
    if function is other:
        return True
    if not (isinstance(function, types.FunctionType) and isinstance(other, types.FunctionType)):
        return False
    cells, others = function.__closure__ or (), other.__closure__ or ()
    return function.__code__ is other.__code__ and list(map(id, cells)) == list(map(id, others))


def in_python(fn: Any) -> Any:
    """What an object of `np.vectorize`, of a getter of `operator`, `Box[int]` or a `TypedDict` comes down to.

    Anything else is itself.
    """
    if isinstance(fn, ALIASES):
        return fn.__origin__
    if type(fn) is TYPED_DICTS:
        return dict
    if type(fn) in _GETTERS:
        maker, given = fn.__reduce__()
        return functools.partial(_GETTERS[type(fn)], given) if maker is type(fn) else fn
    if type(fn) is not np.vectorize:
        return decorator(fn) or fn
    if fn.excluded or fn.signature is not None:
        raise Unsupported("np.vectorize with `excluded` or `signature`; call the function in a loop")
    return vectorized.called(fn.pyfunc, fn.otypes, fn.cache)


def stand_in(fn: Any, args: tuple[Any, ...]) -> Any:
    """The function that stands for another one, None if none does."""
    if fn is builtins.iter:
        return called_until if len(args) == 2 else None
    if fn is builtins.map:
        return {2: mapped, 3: mapped_two}.get(len(args), mapped_many)
    if type(fn) is typing.NewType:
        return of_new_type
    return found_in(_EQUIVALENTS, fn)


STARTED: dict[Any, tuple[int, int | None]] = {
    builtins.map: (1, None),
    builtins.filter: (1, 2),
    **dict.fromkeys((itertools.accumulate, itertools.chain.from_iterable, itertools.cycle, itertools.groupby), (0, 1)),
    **dict.fromkeys((itertools.starmap, itertools.takewhile, itertools.dropwhile, itertools.filterfalse), (1, 2)),
    **dict.fromkeys((itertools.islice, itertools.pairwise, getattr(itertools, "batched", itertools.islice)), (0, 1)),
    itertools.compress: (0, 2),
    itertools.zip_longest: (0, None),
}
"""What asks objects for iterators when it is made, and for items later: which of its arguments, from one to another."""


def asked_at_once(fn: Any, args: tuple[Any, ...]) -> range:
    """The arguments of which a function that gives an iterator asks for iterators at once."""
    if not isinstance(fn, type | types.BuiltinFunctionType):
        return range(0)
    first, last = found_in(STARTED, fn) or (0, 0)
    return range(first, len(args) if last is None else min(last, len(args)))
