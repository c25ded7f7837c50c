"""The helpers that lifted code calls in place of Python's own operations (the list is in `rewrite`)."""

from __future__ import annotations

import collections
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.classes import is_asked_first
from dualad.errors import DualadError
from dualad.flat import Flat
from dualad.foreign import is_matrix
from dualad.forward import operators
from dualad.forward.arrays import SEQUENCES, array_of, assign
from dualad.forward.attributes import Field, attribute, delete_attribute, set_attribute
from dualad.forward.calls import call, callee, stands_for
from dualad.forward.dual import Dual, has_dual, plain, root
from dualad.forward.filling import hinted_items, items, pairs
from dualad.forward.foreign import active, require_no_shadows
from dualad.forward.iteration import each, hinted, iterate, unpack
from dualad.forward.levels import live, refuse, storing
from dualad.forward.lift import HELPERS, method_of_user
from dualad.forward.memory import load, shadowed
from dualad.forward.native import require_seen
from dualad.forward.told import Told
from dualad.joined import in_columns, in_rows, parts

__all__ = ["call"]

# Items


_BUILT_IN = frozenset({list, tuple, dict, str})


def getitem(x: Any, key: Any) -> Any:
    """`x[key]`."""
    cls = type(x)
    if cls in _BUILT_IN or not live:
        return x[key]
    if cls is Dual:
        return x[key if type(key) in _KEYS else numbered(key)]
    if isinstance(x, np.ndarray):
        return load(x)[key if type(key) in _KEYS else numbered(plain(key))]
    if x is np.r_ or x is np.c_:
        return _joined(x, key)
    if cls is np.flatiter:
        x, cls = Flat(x.base), Flat
    method = method_of_user(cls, "__getitem__")
    if method is None and isinstance(x, dict) and not dict.__contains__(x, key):
        method = method_of_user(cls, "__missing__")
        if method is None and isinstance(x, collections.defaultdict) and x.default_factory is not None:
            x[key] = call(x.default_factory)  # which C code would call as it is written
    return x[key] if method is None else call(method, x, key)


_KEYS = frozenset({int, str, type(None), type(...), np.int64, bool})


def numbered(key: Any) -> Any:
    """A key of an array, objects that stand for numbers asked once: values and tangents are taken by the same."""
    cls = type(key)
    if cls is tuple:
        return tuple([numbered(part) for part in key])
    if cls is slice:
        return slice(numbered(key.start), numbered(key.stop), numbered(key.step))
    if cls in _KEYS or isinstance(key, np.ndarray | list) or method_of_user(cls, "__index__") is None:
        return key
    return call(operator.index, key)


def _joined(x: Any, key: Any) -> Any:
    """`np.r_[key]` or `np.c_[key]`."""
    found = parts(key)
    if found is not None:
        require_seen(("__array__",), found)  # which NumPy asks for twice
        return call(in_rows if x is np.r_ else in_columns, x, *[HELPERS["as_numbers"](part) for part in found])
    if active((key,), {}):
        raise refuse("np.r_ or np.c_ with a text that asks for a matrix; use arrays, and np.column_stack for columns")
    return x[key]


def store(value: Any, x: Any, key: Any) -> None:
    """`x[key] = value`."""
    cls = type(x)
    if cls is list or cls is dict or not live:
        x[key] = items(value) if live and type(key) is slice and cls is list else value
    elif cls is Dual or isinstance(x, np.ndarray):
        if type(value) not in _NUMBERS and not isinstance(value, np.ndarray) and not _of_objects(x):
            value = HELPERS["as_number"](HELPERS["as_numbers"](value))
        assign(x, key if type(key) in _KEYS else numbered(key), value)
    else:
        if cls is np.flatiter:
            x, cls = Flat(x.base), Flat
        method = method_of_user(cls, "__setitem__")
        if method is None:
            x[key] = items(value) if type(key) is slice and isinstance(x, list) else value
        else:
            call(method, x, key, value)


def _of_objects(x: Any) -> bool:
    """Whether an array holds objects, which are kept as they are."""
    return isinstance(x, np.ndarray) and x.dtype.hasobject


def delete(x: Any, key: Any) -> None:
    """`del x[key]`."""
    method = method_of_user(type(x), "__delitem__") if live else None
    if method is None:
        del x[key]
    else:
        call(method, x, key)


def mapping(x: Any) -> Any:
    """What `**x` takes its items from."""
    cls = type(x)
    if cls is dict or not live or (isinstance(x, dict) and cls.__iter__ is dict.__iter__):
        return x  # which Python takes as it is, whatever a class has for `keys`
    keys = method_of_user(cls, "keys")
    if keys is None and not (isinstance(x, dict) and method_of_user(cls, "__getitem__")):
        return x
    names = list(x.keys() if keys is None else iterate(call(keys, x)))
    return {key: getitem(x, key) for key in names}


class Item:
    """The place `x[key]`, to be assigned to, or read and then assigned to."""

    __slots__ = ("key", "x")

    def __init__(self, x: Any, key: Any) -> None:
        self.x = x
        self.key = key

    @property
    def it(self) -> Any:
        return getitem(self.x, self.key)

    @it.setter
    def it(self, value: Any) -> None:
        store(value, self.x, self.key)


# Operators

_SCALARS = frozenset({float, int, bool, complex, str, Dual, np.float64, np.float32, np.int64})
_NUMBERS = _SCALARS | {list, tuple}
_MAKES_ARRAYS = (np.ndarray, np.generic)


def binary_helper(op: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    method, reflected = f"__{name}__", f"__r{name}__"

    def binary(a: Any, b: Any) -> Any:
        ta, tb = type(a), type(b)
        if (ta in _SCALARS and (tb in _SCALARS or ta is str)) or not live:
            if tb is Dual and ta is np.float64:
                return getattr(b, reflected)(a)  # np.float64 would make it an affair of arrays
            return plain_format(a, b) if ta is str and op is operator.mod else op(a, b)
        if storing:
            a, b = load(a), load(b)
            require_no_shadows(a, b)
        if ta is not np.ndarray:
            theirs = method_of_user(ta, method)
            if theirs is not None and is_asked_first(tb, ta, reflected):
                first = method_of_user(tb, reflected)
                result = NotImplemented if first is None else call(first, b, a)
                if result is not NotImplemented:
                    return result
            if theirs is not None:
                result = call(theirs, a, b)
                if result is not NotImplemented:
                    return result
        if tb is not np.ndarray:
            theirs = method_of_user(tb, reflected)
            if theirs is not None and (ta in _NUMBERS or _leaves(ta, tb)):
                return call(theirs, b, a)
            if tb is Dual and is_matrix(a):
                return getattr(b, reflected)(a)  # a matrix of SciPy's would take it for an array
        if op is operator.or_ and isinstance(a, dict):
            HELPERS["merged"](a, b)
        if ta is np.ndarray or ta is Dual:
            b = HELPERS["beside_array"](op, a, b)
        return b.result if type(b) is Done else op(_beside(b, a, op), _beside(a, b, op))

    return binary


class Done:
    """The result of an operator that the right operand's class has computed."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result


def _beside(x: Any, y: Any, op: Callable[[Any, Any], Any]) -> Any:
    """`y`, an array of it where it is a list or tuple with dual numbers that `x` makes an array of."""
    if not isinstance(y, SEQUENCES) or not isinstance(x, _MAKES_ARRAYS) or not active((y,), {}):
        return y
    repeats = op is operator.mul and isinstance(x, np.generic)
    return y if repeats else array_of(y)


def _leaves(left: type, right: type) -> bool:
    """Whether an operator of what is no number is left to the right operand."""
    return left is type(None) or getattr(right, "__array_ufunc__", left) is None


def plain_format(a: str, b: Any) -> str:
    """`a % b` of a string: numbers are shown."""
    read = plain(b)
    return a % read if read is b else Told(a % read)


def _in_place(op: Callable[[Any, Any], Any], native: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    method, reflected = f"__i{name}__", f"__r{name}__"
    binary = HELPERS[op.__name__]

    def update(a: Any, b: Any) -> Any:
        ta = type(a)
        if not live:
            return native(a, b)
        if isinstance(a, np.ndarray):
            if method_of_user(type(b), reflected) is not None and _leaves(ta, type(b)):
                return binary(a, b)
            b = HELPERS["beside_array"](op, a, b, a)
            if type(b) is Done:
                return b.result
        if isinstance(a, np.ndarray) and ta is not Dual:
            b = _beside(a, b, op)
            if has_dual(b) or (storing and (shadowed(a) or shadowed(b))):
                return operators.update(op, a, b)
            return native(a, b)
        if ta is Dual:
            return native(a, load(b)) if isinstance(a, np.ndarray) else binary(a, b)
        if ta in _NUMBERS and ta is not list:
            return binary(a, b)
        theirs = method_of_user(ta, method)
        if theirs is not None:
            result = call(theirs, a, b)
            if result is not NotImplemented:
                return result
        theirs = method_of_user(type(b), reflected) if ta in SEQUENCES else None
        if theirs is not None:
            result = call(theirs, b, a)
            if result is not NotImplemented:
                return result
        if not hasattr(ta, method) or (ta in SEQUENCES and isinstance(root(b), _MAKES_ARRAYS)):
            return binary(a, b)  # also of lists, beside which arrays are asked first (not so of classes derived)
        return native(a, _taken(a, b))

    return update


def _taken(a: Any, b: Any) -> Any:
    """What `a op= b` is given of what `b` holds, for containers that take its items."""
    if isinstance(a, list):
        return hinted_items(b)
    if isinstance(a, collections.deque):
        return items(b)
    return pairs(b) if isinstance(a, dict) else b


def _unary(op: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    method = f"__{name}__"

    def unary(x: Any) -> Any:
        cls = type(x)
        if cls in _NUMBERS or not live:
            return op(x)
        if isinstance(x, np.ndarray):
            return op(load(x))
        theirs = method_of_user(cls, method)
        return op(x) if theirs is None else call(theirs, x)

    return unary


# Statements


class Context:
    """A context manager of the user's, whose methods run lifted."""

    __slots__ = ("cls", "manager")

    def __init__(self, manager: Any) -> None:
        self.manager = manager
        self.cls = type(manager)

    def __enter__(self) -> Any:
        return call(self.cls.__enter__, self.manager)

    def __exit__(self, *exc: Any) -> Any:
        swallowed = call(self.cls.__exit__, self.manager, *exc)
        return False if isinstance(exc[1], DualadError) else swallowed


class _Foreign(Context):
    """A context manager of a library, whose methods run as they are."""

    def __enter__(self) -> Any:
        return self.cls.__enter__(self.manager)

    def __exit__(self, *exc: Any) -> Any:
        swallowed = self.cls.__exit__(self.manager, *exc)
        return False if isinstance(exc[1], DualadError) else swallowed


def context(manager: Any) -> Any:
    """What a `with` statement enters."""
    cls = type(manager)
    if method_of_user(cls, "__enter__") is None and method_of_user(cls, "__exit__") is None:
        return manager if cls is np.errstate else _Foreign(manager)
    return Context(manager)


def decorated(decorator: Any) -> Callable[[Any], Any]:
    """A decorator inside lifted code: it is called as any function is."""
    return lambda fn: call(decorator, fn)


# Builtins that look at what a number is


@stands_for(isinstance)
def _isinstance(x: Any, classes: Any) -> bool:
    return isinstance(root(x), classes)


@stands_for(type)
def _type(x: Any, *args: Any, **kwargs: Any) -> Any:
    return type(x, *args, **kwargs) if args else type(root(x))


HELPERS.update(
    callee=callee,
    attribute=attribute,
    set_attribute=set_attribute,
    field=Field,
    getitem=getitem,
    store=store,
    item=Item,
    slice=slice,
    iterate=iterate,
    hinted=hinted,
    each=each,
    unpack=unpack,
    delete=delete,
    delete_attribute=delete_attribute,
    mapping=mapping,
    context=context,
    refusal=DualadError,
    decorated=decorated,
)
for _name in (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "matmul",
    "and_",
    "or_",
    "xor",
    "lshift",
    "rshift",
):
    _short = _name.rstrip("_")
    HELPERS[_name] = binary_helper(getattr(operator, _name), _short)
    stands_for(getattr(operator, _name))(HELPERS[_name])
    HELPERS[f"i{_short}"] = _in_place(getattr(operator, _name), getattr(operator, f"i{_short}"), _short)
    stands_for(getattr(operator, f"i{_short}"))(HELPERS[f"i{_short}"])
for _name in ("neg", "pos", "invert"):
    HELPERS[_name] = _unary(getattr(operator, _name), _name)
    stands_for(getattr(operator, _name))(HELPERS[_name])
