"""The helpers that lifted code calls in place of Python's own operations (the list is in `rewrite`)."""

from __future__ import annotations

import functools
import math
import operator
import types
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from dualad.classes import found_in
from dualad.errors import DualadError
from dualad.forward import operators
from dualad.forward.arrays import array, assign, number
from dualad.forward.calls import call, callee, stands_for
from dualad.forward.dual import Dual, has_dual, plain, root
from dualad.forward.foreign import active, require_no_shadows
from dualad.forward.iteration import each, iterate, unpack
from dualad.forward.levels import live, refuse, storing
from dualad.forward.lift import HELPERS, lifted_function
from dualad.forward.memory import load, shadowed
from dualad.joined import in_columns, in_rows, parts

__all__ = ["call"]

_PYTHON = types.FunctionType


def _of_user(cls: type, name: str) -> Any:
    """The method of a class if it is written in Python by the user, else None."""
    method = getattr(cls, name, None)
    if type(method) is not _PYTHON or lifted_function(method) is None:
        return None
    return method


# Attributes


def attribute(x: Any, name: str) -> Any:
    """`x.name`: properties and `__getattr__` of the user's run lifted."""
    cls = type(x)
    if cls is Dual or cls is types.ModuleType or not live:
        return getattr(x, name)
    if cls is super:
        return _attribute_of_super(x, name)
    if cls is np.ndarray:
        if name in ("data", "ctypes"):
            raise refuse(f"`.{name}` of an array inside a function that a derivative is taken of is not supported")
        return getattr(load(x), name) if name == "flat" and storing else getattr(x, name)
    found: Any = getattr(cls, name, None)
    kind = type(found)
    if kind is property:
        if type(found.fget) is _PYTHON and not isinstance(x, type):
            return call(found.fget, x)
    elif kind is cached_property:
        if name not in x.__dict__:
            x.__dict__[name] = call(found.func, x)
        return x.__dict__[name]
    elif found is None and name not in getattr(x, "__dict__", ()):
        method = _of_user(cls, "__getattr__")
        if method is not None and not hasattr(cls, name):
            return call(method, x, name)
    return getattr(x, name)


def _attribute_of_super(x: Any, name: str) -> Any:
    """`super().name`: what a property gives is computed lifted."""
    order = x.__self_class__.__mro__
    found = found_in(order[order.index(x.__thisclass__) + 1 :], name)
    if isinstance(found, property) and type(found.fget) is _PYTHON:
        return call(found.fget, x.__self__)
    return getattr(x, name)


def set_attribute(value: Any, x: Any, name: str) -> None:
    """`x.name = value`."""
    cls = type(x)
    if live:
        found = getattr(cls, name, None)
        if type(found) is property and type(found.fset) is _PYTHON:
            call(found.fset, x, value)
            return
        if isinstance(root(x), np.ndarray):
            _set_part(x, name, value)
            return
        method = _of_user(cls, "__setattr__")
        if method is not None:
            call(method, x, name, value)
            return
    setattr(x, name, value)


def _set_part(x: Any, name: str, value: Any) -> None:
    """`x.real = value` and its like, of an array."""
    if not (type(x) is Dual or shadowed(x) or has_dual(value) or shadowed(value)):
        setattr(x, name, value)
    elif name not in ("real", "imag", "flat"):
        raise refuse(f"assignment to `.{name}` of an array with derivatives is not supported; make a new array instead")
    elif name == "imag" and not np.iscomplexobj(root(x)):
        raise refuse("assignment to `.imag` of an array of real numbers")
    elif type(x) is Dual or name == "flat":
        assign(getattr(load(x), name), ..., value)
    else:
        assign(getattr(x, name), ..., value)


class Field:
    """The place `x.name`, to be assigned to, or read and then assigned to."""

    __slots__ = ("name", "x")

    def __init__(self, x: Any, name: str) -> None:
        self.x = x
        self.name = name

    @property
    def it(self) -> Any:
        return attribute(self.x, self.name)

    @it.setter
    def it(self, value: Any) -> None:
        set_attribute(value, self.x, self.name)


# Items

_BUILT_IN = frozenset({list, tuple, dict, str})


def getitem(x: Any, key: Any) -> Any:
    """`x[key]`."""
    cls = type(x)
    if cls in _BUILT_IN or cls is Dual or not live:
        return x[key]
    if isinstance(x, np.ndarray):
        return load(x)[plain(key)]
    if cls is np.flatiter:
        return flattened(x)[key]
    if x is np.r_ or x is np.c_:
        return _joined(x, key)
    method = _of_user(cls, "__getitem__")
    return x[key] if method is None else call(method, x, key)


def _joined(x: Any, key: Any) -> Any:
    """`np.r_[key]` or `np.c_[key]`."""
    found = parts(key)
    if found is not None:
        return call(in_rows if x is np.r_ else in_columns, x, *found)
    if active((key,), {}):
        raise refuse("np.r_ or np.c_ with a text that asks for a matrix; use arrays, and np.column_stack for columns")
    return x[key]


def store(value: Any, x: Any, key: Any) -> None:
    """`x[key] = value`."""
    cls = type(x)
    if cls is list or cls is dict or not live:
        x[key] = value
    elif cls is Dual or isinstance(x, np.ndarray):
        assign(x, key, value)
    elif cls is np.flatiter:
        _store_flat(value, x, key)
    else:
        method = _of_user(cls, "__setitem__")
        if method is None:
            x[key] = value
        else:
            call(method, x, key, value)


def _store_flat(value: Any, x: np.flatiter[Any], key: Any) -> None:
    """`a.flat[key] = value`."""
    if active((value, x.base), {}):
        store(value, flattened(x), key)
    else:
        x[key] = value


def flattened(x: np.flatiter[Any]) -> Any:
    """What `a.flat` of an array runs over, as one row that is a view of it."""
    if not x.base.flags.c_contiguous:
        raise refuse(
            "`.flat` of an array that is not contiguous is not supported; use `.ravel()`, or index it as it is"
        )
    return load(x.base.reshape(-1))


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


def _binary(op: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
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
            theirs = _of_user(ta, method)
            if theirs is not None:
                result = call(theirs, a, b)
                if result is not NotImplemented:
                    return result
        if tb is not np.ndarray:
            theirs = _of_user(tb, reflected)
            if theirs is not None and (ta in _NUMBERS or _leaves(ta, tb)):
                return call(theirs, b, a)
            if tb is Dual and hasattr(ta, "tocsr"):
                return getattr(b, reflected)(a)  # a sparse matrix of SciPy's would take it for an array
        return op(_beside(b, a, op), _beside(a, b, op))

    return binary


def _beside(x: Any, y: Any, op: Callable[[Any, Any], Any]) -> Any:
    """`y`, an array of it where it is a list or tuple with dual numbers that `x` makes an array of."""
    if type(y) not in (list, tuple) or not isinstance(x, _MAKES_ARRAYS) or not active((y,), {}):
        return y
    repeats = op is operator.mul and isinstance(x, np.generic)
    return y if repeats else array(y)


def _leaves(left: type, right: type) -> bool:
    """Whether an operator of what is no number is left to the right operand."""
    return left is type(None) or getattr(right, "__array_ufunc__", left) is None


def plain_format(a: str, b: Any) -> str:
    """`a % b` of a string: numbers are shown."""
    return a % plain(b)


def _in_place(op: Callable[[Any, Any], Any], native: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    method = f"__i{name}__"
    binary = HELPERS[op.__name__]

    def update(a: Any, b: Any) -> Any:
        ta = type(a)
        if not live:
            return native(a, b)
        if isinstance(a, np.ndarray) and ta is not Dual:
            b = _beside(a, b, op)
            if has_dual(b) or (storing and (shadowed(a) or shadowed(b))):
                return operators.update(op, a, b)
            return native(a, b)
        if ta is list:
            return native(a, iterate(b))
        if ta is Dual:
            return binary(a, b) if type(a.value) is float else native(a, load(b))
        if ta in _NUMBERS:
            return binary(a, b)
        theirs = _of_user(ta, method)
        if theirs is not None:
            result = call(theirs, a, b)
            if result is not NotImplemented:
                return result
        return native(a, b) if hasattr(ta, method) else binary(a, b)

    return update


def _unary(op: Callable[[Any], Any], name: str) -> Callable[[Any], Any]:
    method = f"__{name}__"

    def unary(x: Any) -> Any:
        cls = type(x)
        if cls in _NUMBERS or not live:
            return op(x)
        if isinstance(x, np.ndarray):
            return op(load(x))
        theirs = _of_user(cls, method)
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
    if _of_user(cls, "__enter__") is None and _of_user(cls, "__exit__") is None:
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


@stands_for(hasattr)
def _hasattr(x: Any, name: str) -> bool:
    try:
        attribute(root(x), name)
    except AttributeError:
        return False
    return True


@stands_for(getattr)
def _getattr(x: Any, name: str, *default: Any) -> Any:
    try:
        return attribute(x, name)
    except AttributeError:
        if not default:
            raise
    return default[0]


@stands_for(setattr)
def _setattr(x: Any, name: str, value: Any) -> None:
    set_attribute(value, x, name)


def _converting(cls: type) -> Callable[..., Any]:
    def convert(*args: Any, **kwargs: Any) -> Any:
        method = _of_user(type(args[0]), f"__{cls.__name__}__") if live and args else None
        if method is not None:
            return call(method, args[0])
        if not live or not active(args, kwargs):
            return cls(*args, **kwargs)
        if cls is complex and (len(args) == 2 or kwargs):  # in double precision, whatever the parts are of
            given = dict(zip(("real", "imag"), args)) | kwargs
            real, imag = (given.get(name, 0.0) for name in ("real", "imag"))
            return number(number(real, complex) + number(imag, complex) * 1j, cls)
        return number(load(args[0]), cls)

    return convert


for _cls in (float, complex):
    stands_for(_cls)(_converting(_cls))


@stands_for(memoryview)
def _memoryview(x: Any) -> Any:
    if live and isinstance(root(x), np.ndarray):
        raise refuse("`memoryview` of an array inside a function that a derivative is taken of; use a view, `a[...]`")
    return memoryview(x)


def _asking(fn: Any, of_number: Callable[..., Any]) -> Callable[..., Any]:
    """A builtin that asks an object of the user's for the method of its name, which runs lifted."""
    name = f"__{fn.__name__}__"

    def handler(*args: Any, **kwargs: Any) -> Any:
        method = _of_user(type(args[0]), name) if live and args else None
        return of_number(*args, **kwargs) if method is None else call(method, *args, **kwargs)

    return handler


def _rounding(fn: Any) -> Callable[..., Any]:
    return lambda x, *args: fn(load(x), *args)


_fn: Any
for _fn in (round, abs, math.floor, math.ceil, math.trunc):
    stands_for(_fn)(_asking(_fn, _rounding(_fn)))


@stands_for(int)
@functools.partial(_asking, int)
def _int(x: Any = 0, *args: Any, **kwargs: Any) -> Any:
    return int(root(x), *args, **kwargs)


@stands_for(bool)
@functools.partial(_asking, bool)
def _bool(x: Any = False) -> bool:
    return bool(root(x))


def _shown(fn: Any) -> Callable[..., Any]:
    return lambda *args, **kwargs: fn(*[plain(a) for a in args], **kwargs)


for _fn in (str, repr, format, ascii):
    stands_for(_fn)(_asking(_fn, _shown(_fn)))
stands_for(print)(_shown(print))


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
    each=each,
    unpack=unpack,
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
    HELPERS[_name] = _binary(getattr(operator, _name), _short)
    stands_for(getattr(operator, _name))(HELPERS[_name])
    HELPERS[f"i{_short}"] = _in_place(getattr(operator, _name), getattr(operator, f"i{_short}"), _short)
for _name in ("neg", "pos", "invert"):
    HELPERS[_name] = _unary(getattr(operator, _name), _name)
