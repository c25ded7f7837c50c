"""What `super()` finds, as a plain function: a method that a class inherits is then called as any function is."""

from __future__ import annotations

import inspect
from typing import Any

from dualad import equivalents
from dualad.classes import found_in
from dualad.errors import Unsupported


def inherited(cls: type, instance: Any, name: str) -> Any:
    """The function that `super(cls, instance).name` calls, or that gives it: the instance (or class) comes first."""
    is_class = isinstance(instance, type) and issubclass(instance, cls)
    order = (instance if is_class else type(instance)).__mro__
    found = found_in(order[order.index(cls) + 1 :], name)
    if found is None:
        raise AttributeError(f"'super' object has no attribute {name!r}")
    if found is object.__init__:
        return equivalents.made_plainly
    if isinstance(found, staticmethod):
        if name != "__new__":
            raise Unsupported(f"`super().{name}`, a static method; call it by the name of the class that has it")
        return found.__func__
    if isinstance(found, property):
        return found.fget
    if isinstance(found, classmethod) and is_class:
        return found.__func__
    if inspect.isroutine(found):
        return found
    raise Unsupported(f"`super().{name}`, which is no method; store it under another name")  # type: ignore[union-attr]
