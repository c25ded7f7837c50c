"""What objects of a user's classes do in ways of their own: their methods are run on shadow memory as any function is.

An item, attribute or operator of such an object is a call of `__getitem__`, `__setattr__`, a property, `__add__`...; an
object is made by its `__init__`, in steps that leave every cotangent at the attribute that it belongs to.
"""

from __future__ import annotations

import collections
import functools
import math
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import updates
from dualad.analysis.inplace import is_of_user
from dualad.classes import (
    MISSING,
    base_of,
    captures,
    dataclass_written,
    fields_given,
    has_plain_new,
    is_asked_first,
    is_written,
    kept_by,
    kept_by_class,
    method_of,
    positional_names,
)
from dualad.errors import Unsupported
from dualad.reverse import augmenting, places, unseen
from dualad.reverse.carried import of_exception
from dualad.reverse.cells import Memory, deposit, noted
from dualad.reverse.container_methods import container_mutator
from dualad.reverse.iterating import as_list, run_filling
from dualad.reverse.operands import Operation, Positions, shifted
from dualad.reverse.places import Pull
from dualad.reverse.plain_calls import stored
from dualad.reverse.plain_numbers import augmented
from dualad.reverse.runtime import add, discrete, item

__dualad_lift__ = True  # dual numbers run through all of this

Shared = Callable[..., tuple[Any, Pull]]
"""`(function, args, kwargs, positions, cells) -> (result, pull(ct, memory))`: a Python function, run on memory."""

REFLECTED = {"lt": "__gt__", "gt": "__lt__", "le": "__ge__", "ge": "__le__", "eq": "__eq__", "ne": "__ne__"}


# Operators


def operator_of(shared: Shared, name: str, operands: tuple[Any, ...], positions: Positions) -> Any:
    """Result and pullback of an operator by the methods of its operands; None if none of them has one."""
    left, right = operands[0], operands[-1]
    tries = [(left, f"__{name}__", operands, positions)]
    if len(operands) == 2:
        swapped = (right, REFLECTED.get(name, f"__r{name}__"), operands[::-1], tuple(1 - p for p in positions))
        tries.append(swapped)
        compares = name in REFLECTED and type(right) is not type(left) and isinstance(right, type(left))
        if compares or is_asked_first(type(right), type(left), swapped[1]):
            tries.reverse()
    declined = False
    for owner, method, given, where in tries:
        fn = method_of(owner, method)
        if fn is None:
            continue
        if is_written(fn) and name in REFLECTED:  # a dataclass's: it compares the fields, which has no derivative
            result, pull = fn(*given), _nothing_of(len(where))
        else:
            result, pull = shared(fn, given, {}, where, False)
        if result is not NotImplemented:
            return result, pull
        declined = True
    if declined:
        raise Unsupported(f"`__{name}__` of a {type(left).__name__} does not take a {type(right).__name__}")
    return None


def _nothing_of(count: int) -> Pull:
    """The pullback of a truth value, which has nothing for so many operands."""
    return lambda ct, memory: (0.0,) * count


BUILTINS: dict[Any, str] = {
    abs: "__abs__", float: "__float__", complex: "__complex__", round: "__round__", divmod: "__divmod__",
    math.floor: "__floor__", math.ceil: "__ceil__", math.trunc: "__trunc__", len: "__len__", bool: "__bool__",
}  # fmt: skip
"""Builtins that ask an object for a method."""


def builtin_of(shared: Shared, fn: Any, args: tuple[Any, ...], positions: Positions) -> Any:
    """Result and pullback of a builtin by the method that an object has for it; None if it has none."""
    if fn is operator.truth or fn is operator.not_:
        found = _truth(shared, args, positions)
        return found if found is None or fn is operator.truth else (not found[0], found[1])
    if getattr(fn, "__module__", None) == "_operator" and len(args) in (1, 2):
        name = "invert" if fn is operator.inv else fn.__name__.rstrip("_")
        return operator_of(shared, name, args, positions)
    if (fn is pow or fn is divmod) and len(args) == 2:
        return operator_of(shared, fn.__name__, args, positions)
    if fn is bool:
        return _truth(shared, args, positions)
    name = next((name for known, name in BUILTINS.items() if fn is known), None)
    method = method_of(args[0], name) if name is not None and args else None
    return None if method is None else shared(method, args, {}, positions, False)


DISCRETE = frozenset({
    operator.floordiv, operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
    round, math.floor, math.ceil, math.trunc, divmod,
})  # fmt: skip
"""What has no derivative of numbers, and of objects the one that their class says."""


def require_followed(site: Operation, fn: Any, result: Any, operands: tuple[Any, ...]) -> None:
    """Refuse what an object's own method gave where nobody could know that it is no truth value or whole number."""
    if fn in DISCRETE and not site.result_active:
        discrete(result, *operands)


def _truth(shared: Shared, args: tuple[Any, ...], positions: Positions) -> Any:
    """Whether an object is true, as it says itself or by its length; None if it says neither."""
    for name in ("__bool__", "__len__"):
        method = method_of(args[0], name) if args else None
        if method is not None:
            result, pull = shared(method, args, {}, positions, False)
            return bool(result), pull
    return None


def adds_objects(items: Any) -> bool:
    """Whether a list or tuple holds objects that say themselves how they are added."""
    return isinstance(items, list | tuple) and any([method_of(v, "__add__") or method_of(v, "__radd__") for v in items])


# Attributes


def get_attribute(shared: Shared, owner: Any, name: str) -> tuple[Any, Pull]:
    """`owner.name`."""
    if name == "__dict__":
        return vars(owner), places.nothing  # which has the same slots
    if isinstance(owner, BaseException):
        pull = of_exception(owner, name)
        if pull is not None:
            return getattr(owner, name), pull
    cls: Any = type(owner)
    found = kept_by_class(cls, name)
    if isinstance(found, property):
        return shared(found.fget, (owner,), {}, (0,), False)
    if isinstance(found, functools.cached_property):
        return places.get_attribute(owner, name) if name in vars(owner) else _cached(shared, owner, name, found)
    static = kept_by(owner, name)
    if isinstance(owner, type) and isinstance(static, property | functools.cached_property):
        return static, places.nothing  # which a class itself gives as it is
    getter = method_of(owner, "__getattr__")
    if static is MISSING and not isinstance(cls.__getattribute__, types.FunctionType):
        if getter is not None:
            return shared(getter, (owner, name), {}, (0,), False)
        if isinstance(owner, dict) and kept_by_class(cls, "__getattr__") in ITEMS_READ:
            return get_item(shared, owner, name) if name in owner else (getattr(owner, name), places.nothing)
    descriptor = method_of(static, "__get__")
    if descriptor is not None:
        value, pull = shared(descriptor, (static, owner, cls), {}, (0, 1), False)
        return value, lambda ct, memory: pull(ct, memory)[1:]
    if isinstance(kept_by_class(cls, name), types.GetSetDescriptorType):  # of a class of C
        value = getattr(owner, name)
        if is_discrete(value):
            return value, places.nothing
    return places.get_attribute(owner, name)


ITEMS_READ = (dict.__getitem__, dict.get)
"""What dicts whose items are attributes, too, have for `__getattr__`."""


def _cached(shared: Shared, owner: Any, name: str, found: Any) -> tuple[Any, Pull]:
    """A cached property read for the first time: what it gives becomes an attribute."""
    value, pull = shared(found.func, (owner,), {}, (0,), False)
    vars(owner)[name] = value
    return value, lambda ct, memory: pull(add(ct, memory.pop_item(owner, name)), memory)


COUNTING = frozenset({int, bool, str, type(None)})
"""Classes of what objects may keep of how they were asked: no derivative goes through it."""


def set_attribute(shared: Shared, base: Any, name: str, value: Any) -> Pull:
    """`base.name = value`; the pullback gives the residue of the value."""
    if type(value) not in COUNTING:
        unseen.require_quiet(type(base))
    pull = stored(base, name, value)
    if pull is not None:
        return pull
    if name == "__dict__":
        raise Unsupported("a new `__dict__` of an object that holds active values; update the one that it has")
    static = kept_by_class(type(base), name)
    setter = method_of(base, "__setattr__")
    if setter is None and kept_by_class(type(base), "__setattr__") == dict.__setitem__:
        return places.set_item(base, name, value)
    if setter is not None and not is_written(setter):  # one that is written, of a frozen dataclass, raises
        return _value_only(shared(setter, (base, name, value), {}, (0, 2), False)[1])
    if isinstance(static, property) and isinstance(static.fset, types.FunctionType):
        return _value_only(shared(static.fset, (base, value), {}, (0, 1), False)[1])
    descriptor = method_of(static, "__set__")
    if descriptor is not None:
        return _value_only(shared(descriptor, (static, base, value), {}, (1, 2), False)[1])
    return places.set_attribute(base, name, value)


def _value_only(pull: Pull) -> Pull:
    """The pullback of a method that stores: of the object, whose cotangent lives in memory, and of the value."""
    return lambda ct, memory: pull(0.0, memory)[1:]


# Items

CONTAINERS = (list, tuple, dict, collections.deque)
PLAIN = (*CONTAINERS, str, range, np.ndarray, np.generic)


def require_discrete(base: Any, key: Any) -> None:
    """Refuse a key that a class has a method of its own for, where the key may hold active values."""
    if not is_discrete(key):
        raise Unsupported(
            f"active values in a subscript of a {type(base).__name__}, which does with them what its class says; call "
            "a method that takes them"
        )


def require_plain_subscript(base: Any, key: Any) -> None:
    """Refuse a key that may hold active values, unless the base is a container of Python's own or an array.

    Those take a key to say which items are meant, so that no derivative goes through it.
    """
    plain = isinstance(base, PLAIN) or hasattr(type(base), "__dualad_dual__")
    if not plain or method_of(base, "__getitem__") is not None or method_of(base, "__missing__") is not None:
        require_discrete(base, key)


def is_discrete(key: Any) -> bool:
    """Whether a key or an item of a set is made of what can hold no active value."""
    if isinstance(key, tuple | list | set | frozenset):
        return all([is_discrete(part) for part in key])
    if isinstance(key, np.ndarray | np.generic):
        return key.dtype.kind in "biuSU"
    if isinstance(key, slice):
        return is_discrete((key.start, key.stop, key.step))
    return key is None or key is Ellipsis or isinstance(key, int | str | bytes | range | type)


def get_item(shared: Shared, base: Any, key: Any) -> tuple[Any, Pull]:
    """`base[key]`; the pullback gives the residue of the base."""
    own = method_of(base, "__getitem__")
    return item_held(shared, base, key) if own is None else shared(own, (base, key), {}, (0,), False)


def item_held(shared: Shared, base: Any, key: Any) -> tuple[Any, Pull]:
    """The same as Python's own containers do it, whatever a class derived from one has in their place."""
    missing = method_of(base, "__missing__") if isinstance(base, dict) else None
    if missing is not None and not dict.__contains__(base, key):
        return shared(missing, (base, key), {}, (0,), False)
    if (
        isinstance(base, collections.defaultdict)
        and base.default_factory is not None
        and not dict.__contains__(base, key)
    ):
        return _made_item(shared, base, key)
    return places.get_item(base, key)


def _made_item(shared: Shared, base: Any, key: Any) -> tuple[Any, Pull]:
    """An item of a defaultdict that its factory makes."""
    factory = base.default_factory
    if isinstance(factory, type):
        return places.get_item(base, key)  # a class of Python's own, whose empty object no derivative goes through
    given = noted(factory)
    if isinstance(factory, types.FunctionType):
        value, pull_made = shared(factory, (), {}, (), captures(factory))
    else:
        value, pull_made = shared(updates.called, (factory,), {}, (0,), False)
    base[key] = value

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(base, key, ct)
        residues = pull_made(memory.pop_item(base, key), memory)
        if residues:
            deposit(memory, given, residues[0])
        return (0.0,)

    return value, pull


def set_item(shared: Shared, base: Any, key: Any, value: Any, active_key: bool = False) -> Pull:
    """`base[key] = value`; the pullback gives the residue of the value."""
    own = None if isinstance(base, np.ndarray) else method_of(base, "__setitem__")
    if own is None:
        sliced = type(key) is slice and _is_filled(base)
        if sliced:
            unseen.require_hints_seen(value)
        found = as_list(functools.partial(_asking, shared), value) if sliced else None
        if found is None:
            return places.set_item(base, key, value, active_key)
        pull = places.set_item(base, key, found[0])
        return lambda ct, memory: (pull(ct, memory) and found[1](memory),)
    require_discrete(base, key)
    return _value_only(shared(own, (base, key, value), {}, (0, 2), False)[1])


LISTS = (list, tuple, collections.deque)
"""Beside which arrays are asked first, by `+=` too: Python gives an array. Classes derived from them are not."""


def augment(shared: Shared, op: Any, before: Any, value: Any) -> tuple[Any, Pull]:
    """`before op= value` (`op` like `operator.iadd`); the pullback gives both residues."""
    own = method_of(before, f"__{op.__name__}__")
    if own is not None:
        result, pull = shared(own, (before, value), {}, (0, 1), False)
        if result is not NotImplemented:
            return result, pull
    plain = op.__name__[1:]
    if (
        isinstance(before, np.ndarray | int | float | complex | np.generic)
        and method_of(value, f"__r{plain}__") is None
    ):
        return augmenting.augment(op, before, value)
    numbers = np.ndarray if op is operator.imul else np.ndarray | np.generic  # times a number they are repeated
    if type(before) in LISTS and isinstance(value, numbers) and op.__name__ in updates.OF_LISTS:
        return shared(updates.OF_LISTS[op.__name__], (before, value), {}, (0, 1), False)
    found = None
    if own is not None or not _changes_by_python(before, op):
        found = operator_of(shared, plain, (before, value), (0, 1))
    if found is not None:
        return found
    filled = op is operator.iadd and _is_filled(before)
    if filled and isinstance(before, list):
        unseen.require_hints_seen(value)
    listed = as_list(functools.partial(_asking, shared), value) if filled else None
    if listed is None:
        return augmenting.augment(op, before, value)
    after, pull = augmenting.augment(op, before, listed[0])
    return after, lambda ct, memory: (pull(ct, memory)[0], listed[1](memory))


def _changes_by_python(value: Any, op: Any) -> bool:
    """Whether Python's own `+=` or `|=` comes before `__add__` or `__radd__`: not so for a list that is not derived."""
    base = base_of(type(value))
    derived = type(value) is not base and base in (list, collections.deque)
    return (derived and op is operator.iadd) or (base is dict and op is operator.ior)


def _is_filled(value: Any) -> bool:
    """Whether it is a list or a deque, which takes the items of anything."""
    return base_of(type(value)) in (list, collections.deque)


def augment_item(shared: Shared, op: Any, base: Any, key: Any, value: Any) -> Pull:
    """`base[key] op= value`: read, changed in place, stored; gives the value's residue."""
    if method_of(base, "__getitem__") is not None or method_of(base, "__setitem__") is not None:
        require_discrete(base, key)
    before, pull_get = get_item(shared, base, key)
    if isinstance(base, tuple) and not isinstance(before, int | float | complex | np.generic | tuple):
        raise Unsupported(
            "`t[i] += ...` of an item of a tuple, which changes the item and fails; change it by its name"
        )
    after, pull_op = augment(shared, op, before, value)
    pull_set = set_item(shared, base, key, after)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        place, share = pull_op(pull_set(0.0, memory)[0], memory)
        pull_get(place, memory)
        return (share,)

    return pull


def delete_attribute(shared: Shared, base: Any, name: str) -> Pull:
    """`del base.name`."""
    static, own = kept_by_class(type(base), name), method_of(base, "__delattr__")
    if own is not None and not is_written(own):
        return shared(own, (base, name), {}, (0,), False)[1]
    if kept_by_class(type(base), "__delattr__") == dict.__delitem__:
        return places.delete_item(base, name)
    if isinstance(static, property) and isinstance(static.fdel, types.FunctionType):
        return shared(static.fdel, (base,), {}, (0,), False)[1]
    return places.delete_attr(base, name, delattr)


def writers(shared: Shared) -> dict[str, Any]:
    """The operations on places that emitted code calls, by the names of those that know no methods of a class's own."""

    def set_item_(base: Any, key: Any, value: Any, active_key: bool = False) -> Pull:
        return set_item(shared, base, key, value, active_key)

    def delete_item_(base: Any, key: Any) -> Pull:
        own = method_of(base, "__delitem__")
        if own is None:
            return places.delete_item(base, key)
        require_discrete(base, key)
        return shared(own, (base, key), {}, (0,), False)[1]

    def delete_attr_(base: Any, name: str) -> Pull:
        return delete_attribute(shared, base, name)

    def augment_item_(op: Any, base: Any, key: Any, value: Any) -> Pull:
        return augment_item(shared, op, base, key, value)

    def set_attribute_(base: Any, name: str, value: Any) -> Pull:
        return set_attribute(shared, base, name, value)

    def of_anything(op: Any, before: Any, value: Any) -> tuple[Any, Pull]:
        return augment(shared, op, before, value)

    def augment_(op: Any, before: Any, value: Any) -> tuple[Any, Pull]:
        return augmented(op, before, value, of_anything)

    return {
        "set_item": set_item_, "augment_item": augment_item_, "set_attribute": set_attribute_, "augment": augment_,
        "delete_item": delete_item_, "delete_attr": delete_attr_, "require_plain_subscript": require_plain_subscript,
    }  # fmt: skip


# Making objects


def made(shared: Shared, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """An object of a class, by the fields of a named tuple or dataclass or by running `__init__`; None: by neither."""
    fields: Any = getattr(cls, "_fields", None) if issubclass(cls, tuple) else None
    if fields is not None and has_plain_new(cls):
        result = cls(*args, **kwargs)
        places_of = [p if isinstance(p, int) else fields.index(p) for p in positions]
        return result, lambda ct, memory: tuple(item(ct, p) for p in places_of)
    if fields is not None and isinstance(cls.__new__, types.FunctionType):
        result, pull = shared(cls.__new__, (cls, *args), kwargs, shifted(positions, 1), False)
        return result, pull
    if cls is types.SimpleNamespace:
        namespace = types.SimpleNamespace(**kwargs)
        return namespace, lambda ct, memory: tuple(memory.pop_item(namespace, p) for p in positions)
    if positions:
        unseen.require_quiet(cls)
    if type(cls).__call__ is not type.__call__:
        return None
    new_: Any = cls.__new__
    init: Any = cls.__init__  # type: ignore[misc]
    base = base_of(cls)
    followed = bool(positions) or runs_init(init)
    if base is not None and cls not in (list, dict, set) and followed and not isinstance(new_, types.FunctionType):
        return _container(shared, cls, args, kwargs, positions)
    plain_new = new_ is object.__new__
    if not positions and isinstance(new_, types.FunctionType) and is_of_user(new_):
        return _made_by_new(shared, cls, args, kwargs)
    if not (positions or (plain_new and followed)) or (plain_new and init is object.__init__):
        return cls(*args, **kwargs), lambda ct, memory: (0.0,) * len(positions)
    if not plain_new or not isinstance(init, types.FunctionType):
        return None
    new: Any = object.__new__(cls)
    pull = initialised(shared, init, new, args, kwargs, positions)
    return new, lambda ct, memory: pull(0.0, memory)


def runs_init(init: Any) -> bool:
    """Whether it may read what is active beyond its arguments."""
    return isinstance(init, types.FunctionType) and is_of_user(init) and not is_written(init)


def _made_by_new(shared: Shared, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An object that a `__new__` of the user's makes of what is not active; it may read what is, outside."""
    new, pull_new = shared(cls.__new__, (cls, *args), kwargs, (), False)
    init = type(new).__init__ if isinstance(new, cls) else None
    if not runs_init(init):
        return new, pull_new
    pull_init = initialised(shared, init, new, args, kwargs, ())

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        pull_init(0.0, memory)
        return pull_new(ct, memory)

    return new, pull


def _container(shared: Shared, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """An object of a class that is derived from list, deque or dict."""
    new = cls.__new__(cls)
    init = method_of(new, "__init__")
    if init is not None:
        pull = initialised(shared, init, new, args, kwargs, positions)
        return new, lambda ct, memory: pull(0.0, memory)
    mutator = container_mutator(cls, "__init__")
    if mutator is None:
        return None
    asking = functools.partial(_asking, shared)
    filled = run_filling(asking, mutator, (new, *args), kwargs, shifted(positions, 1))[1]
    return new, lambda ct, memory: filled(0.0, memory)


def _asking(shared: Shared, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    return shared(fn, args, kwargs, positions, False)


def initialised(
    shared: Shared, init: Any, new: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions
) -> Pull:
    """Run `init(new, *args, **kwargs)`; the pullback gives the residues of the arguments at the positions."""
    written = next(
        (c for c in type(new).__mro__ if vars(c).get("__init__") is init and dataclass_written(c) is c), None
    )
    if written is None:
        pull = shared(init, (new, *args), kwargs, (0, *shifted(positions, 1)), False)[1]
        return lambda ct, memory: pull(0.0, memory)[1:]
    given = fields_given(written, args, kwargs)
    for name, value in given.values.items():
        object.__setattr__(new, name, value)
    after: Any = None
    extra = tuple(given.extra)
    if hasattr(new, "__post_init__"):
        ask = (0, *range(1, len(extra) + 1))
        after = shared(type(new).__post_init__, (new, *given.extra.values()), {}, ask, False)[1]
    order = positional_names(written)
    names = [p if isinstance(p, str) else order[p] for p in positions]

    def from_fields(ct: Any, memory: Memory) -> tuple[Any, ...]:
        shares = dict(zip(extra, after(0.0, memory)[1:], strict=True)) if after is not None else {}
        return tuple(shares[n] if n in shares else memory.pop_item(new, n) for n in names)

    return from_fields
