"""Attributes in lifted code: what a class of the user's does to get, set and delete them runs lifted."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from dualad.analysis.inplace import is_of_user
from dualad.classes import found_in
from dualad.flat import Flat
from dualad.forward.arrays import assign
from dualad.forward.calls import call, stands_for
from dualad.forward.dual import Dual, has_dual, root
from dualad.forward.levels import live, refuse
from dualad.forward.lift import method_of_user
from dualad.forward.memory import load, shadowed

_PYTHON = types.FunctionType


def attribute(x: Any, name: str) -> Any:
    """`x.name`: properties and `__getattr__` of the user's run lifted."""
    cls = type(x)
    if name == "flat" and live and isinstance(root(x), np.ndarray):
        return Flat(x)
    if cls is Dual or cls is types.ModuleType or not live:
        return getattr(x, name)
    if cls is super:
        return _attribute_of_super(x, name)
    if cls is np.ndarray:
        if name in ("data", "ctypes"):
            raise refuse(f"`.{name}` of an array inside a function that a derivative is taken of is not supported")
        return getattr(x, name)
    method = method_of_user(cls, "__getattribute__")
    if method is None:
        return _found(x, name)
    try:
        return call(method, x, name)
    except AttributeError:
        method = method_of_user(cls, "__getattr__")
        if method is None:
            raise
        return call(method, x, name)


def _found(x: Any, name: str) -> Any:
    """`x.name` as Python finds it, by what the class has."""
    cls = type(x)
    found: Any = found_in(cls.__mro__, name)
    if found is None:
        method = method_of_user(cls, "__getattr__")
        if method is not None and name not in getattr(x, "__dict__", ()) and not hasattr(cls, name):
            return call(method, x, name)
    return _held(x, name, found, getattr)


def _held(x: Any, name: str, found: Any, get: Any) -> Any:
    """What an object, or its class under a name (`found`), has there; `get` reads what needs nothing lifted."""
    cls, kind = type(x), type(found)
    if kind is _PYTHON:
        return get(x, name)
    if kind is property:
        if type(found.fget) is _PYTHON:
            return call(found.fget, x)
    elif kind is cached_property:
        held = get(x, "__dict__")
        if name not in held:
            held[name] = call(found.func, x)
        return held[name]
    elif found is not None:
        method = method_of_user(kind, "__get__") if is_of_user(kind) else None
        if method is not None and (hasattr(kind, "__set__") or name not in getattr(x, "__dict__", ())):
            return call(method, found, x, cls)
    return get(x, name)


@stands_for(object.__getattribute__)
def _plainly_held(x: Any, name: str) -> Any:
    """What Python itself finds, without the class's own `__getattribute__` and `__getattr__`."""
    return _held(x, name, found_in(type(x).__mro__, name), object.__getattribute__)


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
    if not live:
        setattr(x, name, value)
        return
    method = method_of_user(cls, "__setattr__")
    if method is not None:
        call(method, x, name, value)
    elif isinstance(root(x), np.ndarray):
        _set_part(x, name, value)
    else:
        _put(x, name, value, setattr)


@stands_for(object.__setattr__)
def _set_plainly(x: Any, name: str, value: Any) -> None:
    _put(x, name, value, object.__setattr__)


def _put(x: Any, name: str, value: Any, natively: Callable[[Any, str, Any], None]) -> None:
    """`x.name = value` as Python does it, by what the class has."""
    found = found_in(type(x).__mro__, name)
    if type(found) is property and type(found.fset) is _PYTHON:
        call(found.fset, x, value)
        return
    method = method_of_user(type(found), "__set__")
    if method is None:
        natively(x, name, value)
    else:
        call(method, found, x, value)


def delete_attribute(x: Any, name: str) -> None:
    """`del x.name`."""
    method = method_of_user(type(x), "__delattr__") if live else None
    if method is None:
        _remove(x, name, delattr)
    else:
        call(method, x, name)


@stands_for(object.__delattr__)
def _remove_plainly(x: Any, name: str) -> None:
    _remove(x, name, object.__delattr__)


def _remove(x: Any, name: str, natively: Callable[[Any, str], None]) -> None:
    """`del x.name` as Python does it, by what the class has."""
    found = found_in(type(x).__mro__, name) if live else None
    if type(found) is property and type(found.fdel) is _PYTHON:
        call(found.fdel, x)
        return
    method = method_of_user(type(found), "__delete__")
    if method is None:
        natively(x, name)
    else:
        call(method, found, x)


stands_for(delattr)(delete_attribute)


def _set_part(x: Any, name: str, value: Any) -> None:
    """`x.real = value` and its like, of an array."""
    if not (type(x) is Dual or shadowed(x) or has_dual(value) or shadowed(value)):
        setattr(x, name, value)
    elif name == "flat":
        call(Flat.__setitem__, Flat(x), slice(None), value)
    elif name not in ("real", "imag"):
        raise refuse(f"assignment to `.{name}` of an array with derivatives is not supported; make a new array instead")
    elif name == "imag" and not np.iscomplexobj(root(x)):
        raise refuse("assignment to `.imag` of an array of real numbers")
    elif type(x) is Dual:
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


# Builtins about attributes


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
