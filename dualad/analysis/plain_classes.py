"""Classes whose objects are nothing but their attributes: what making one runs, and what a name means for one.

Nothing of such a class comes between an attribute and its value but properties, so that an object that does not leave
the function which makes it may be a variable for each attribute (`dissolving`).
"""

from __future__ import annotations

import abc
import sys
import types
from typing import Any

from dualad.classes import LIBRARIES, MISSING, dataclass_written, is_written, kept_by_class, module_of, slots_of_class

OWN_WAYS = ("__new__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__del__")
"""Methods by which a class makes objects, or keeps their attributes, in a way of its own."""

FIELD, METHOD, PROPERTY, STATIC, KEPT, OTHER = "field", "method", "property", "static", "kept", "other"


def is_plain(cls: Any) -> bool:
    """Whether objects of a class are nothing but their attributes."""
    if not isinstance(cls, type) or type(cls) not in (type, abc.ABCMeta) or getattr(cls, "__abstractmethods__", None):
        return False
    for base in cls.__mro__[:-1]:
        root = module_of(base).partition(".")[0]
        if base is abc.ABC:
            continue
        if root in (*LIBRARIES, "dualad") or (root in sys.stdlib_module_names and root != "__main__"):
            return False
        if any(name.startswith("__dualad_") for name in vars(base)):
            return False
        if any(name in vars(base) and not is_written(vars(base)[name]) for name in OWN_WAYS):
            return False
    return True


def is_frozen(cls: type) -> bool:
    """Whether it is a dataclass whose attributes are set by its `__init__` alone."""
    return kept_by_class(cls, "__setattr__") is not object.__setattr__


def means(cls: type, name: str) -> str:
    """What a name means for an object of a plain class.

    FIELD: an attribute of its own; KEPT: something of the class's, unless the object has an attribute of the name.
    """
    found = kept_by_class(cls, name)
    if found is MISSING:
        return OTHER if name.startswith("__") and name.endswith("__") else FIELD
    if isinstance(found, types.MemberDescriptorType):
        return FIELD
    if isinstance(found, types.FunctionType):
        return METHOD
    if isinstance(found, property):
        return PROPERTY
    if isinstance(found, staticmethod):
        return STATIC
    if any(hasattr(type(found), way) for way in ("__get__", "__set__", "__delete__")):
        return OTHER
    return OTHER if name.startswith("__") else KEPT


def may_have(cls: Any, name: str) -> bool:
    """Whether objects of a class have room for an attribute."""
    return cls.__dictoffset__ != 0 or name in slots_of_class(cls)


def initialiser(cls: type) -> Any:
    """The function that `C(...)` runs; the dataclass whose fields it sets; None: nothing; MISSING: something else."""
    found: Any = kept_by_class(cls, "__init__")
    if found is object.__init__:
        return None
    written = dataclass_written(cls)
    if written is not None:
        plain = written is cls and kept_by_class(cls, "__post_init__") is MISSING
        return cls if plain else MISSING
    return found if isinstance(found, types.FunctionType) and not is_written(found) else MISSING
