"""Whether items and attributes of a user's object lie where they are named: what its class does itself is refused.

A cotangent is kept under the item or attribute that a program names. A class with an `__setattr__`, `__getattr__` or
`__setitem__` of its own may keep another value, or keep it elsewhere, so that the cotangent would be lost.
"""

from __future__ import annotations

import collections
import enum
import inspect
import types
from typing import Any

import numpy as np

from dualad.errors import Unsupported

PLAIN = (int, float, complex, np.generic, str, bytes, type(None))
_MISSING: Any = object()


def require_plain_items(base: Any, method: str) -> None:
    """Refuse `base[key] = value` and the like where the class has a method of its own for it."""
    own = isinstance(getattr(type(base), method, None), types.FunctionType)
    if own and not hasattr(type(base), "__dualad_dual__"):
        raise Unsupported(
            f"an item of a {type(base).__name__}, whose class has a `{method}` of its own, is stored or deleted with "
            "active values; call a method with another name"
        )


_READING = {
    tuple: ("__iter__", "__len__"),
    list: ("__iter__", "__len__", "__reversed__"),
    collections.deque: ("__iter__", "__len__", "__reversed__"),
    dict: ("__iter__", "__len__", "items", "keys", "values"),
}
"""By what methods a container of a class that is derived from one of Python's may give other items than it holds."""


def require_plainly_read(value: Any) -> None:
    """Refuse a container whose class has a method of its own for what C code reads past it, and dualad by it."""
    cls = type(value)
    if cls in _READING or not isinstance(value, tuple(_READING)):
        return
    for base, names in _READING.items():
        own = [name for name in names if isinstance(getattr(cls, name, None), types.FunctionType)]
        if own and issubclass(cls, base):
            raise Unsupported(
                f"a {cls.__name__} that holds active values, whose class is derived from {base.__name__} and has a "
                f"`{own[0]}` of its own; keep the {base.__name__} in an attribute instead"
            )


def require_plain_dict(base: Any, method: str) -> None:
    """Refuse `base.items()` and the like where a loop was written for what a dict gives, and the class gives others."""
    if not isinstance(base, dict) or isinstance(getattr(type(base), method, None), types.FunctionType):
        raise Unsupported(
            f"a loop over `{method}()` of a {type(base).__name__} that holds active values, which dualad took for a "
            "dict; make a list of it first"
        )


def require_no_namespace(base: Any) -> None:
    """Refuse a store into the dict of a module, whose variables are read by name."""
    if type(base) is dict and "__builtins__" in base and "__name__" in base:
        raise Unsupported(
            "an active value stored into the namespace of a module (`globals()`, `vars(module)`), whose variables "
            "anybody may read; declare the variable `global`, and assign to it"
        )


def require_no_objects(made: Any) -> None:
    """Refuse an array of objects, through which one could store what its cotangent would not know of."""
    if isinstance(made, np.ndarray) and made.dtype == object:
        held = next((type(v).__name__ for v in made.flat if not isinstance(v, PLAIN)), "")
        if held:
            raise Unsupported(f"an array of objects ({held}) has no derivative; keep them in a list")


def require_plain_attribute(base: Any, name: str) -> None:
    """Refuse `base.name` where the class computes it or takes it from somewhere else."""
    cls: Any = type(base)
    found = inspect.getattr_static(base, name, _MISSING)
    elsewhere = found is _MISSING or isinstance(cls.__getattribute__, types.FunctionType)
    if elsewhere or _is_descriptor(found):
        raise Unsupported(
            f"the attribute `{name}` of a {cls.__name__} that holds active values is made by its class "
            "(`__getattr__`, a descriptor); call a method, or store the attribute itself"
        )


def require_settable(base: Any, name: str) -> None:
    """Refuse `base.name = value` where the base is no object of its own, or its class does it in a way of its own."""
    if isinstance(base, type | types.ModuleType | types.FunctionType | enum.Enum):
        what = "member of an enumeration" if isinstance(base, enum.Enum) else "class, module or function"
        raise Unsupported(
            f"an active value stored into the attribute `{name}` of a {what}, which anybody may read; "
            "keep it in an object"
        )
    cls: Any = type(base)
    frozen = getattr(getattr(cls, "__dataclass_params__", None), "frozen", False)  # which raises what the user expects
    if isinstance(cls.__setattr__, types.FunctionType) and not frozen:
        _refuse_own_way(cls, name)
    require_deletable(base, name)


def require_deletable(base: Any, name: str) -> None:
    """Refuse `del base.name` where the class has a descriptor of that name, which says itself what is done."""
    cls: Any = type(base)
    if _is_descriptor(inspect.getattr_static(cls, name, _MISSING)):
        _refuse_own_way(cls, name)


def _refuse_own_way(cls: type, name: str) -> None:
    raise Unsupported(
        f"an assignment to the attribute `{name}` of a {cls.__name__}, which its class does in a way of its own "
        "(`__setattr__`, a property or descriptor), with active values; call a method"
    )


def _is_descriptor(found: Any) -> bool:
    """Whether a class attribute says itself what is read and stored (slots only hold)."""
    return hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType)
