"""Calls of SciPy's in reverse mode, whose rules call the user's function again when the cotangent is there.

By then what the function has captured may be bound to something else, or changed: it is put back, or refused.
"""

from __future__ import annotations

from typing import Any

from dualad.held import Held
from dualad.registry import Primitive, add
from dualad.reverse import sites


class Holding:
    """A function of SciPy's with its rules: each call holds what the functions it was given have captured."""

    def __init__(self, primitive: Primitive) -> None:
        self.primitive = primitive
        self.__name__ = primitive.name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.primitive.fn(*args, **kwargs)

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]) -> Any:
        functions = [x for x in (*args, *kwargs.values()) if callable(x)]  # the first is the equation or integrand
        result, pull = sites.run(sites.primitive_split, self.primitive, args, kwargs, positions)
        return result, Held(functions[0]).restoring(pull)


def holding(primitive: Primitive) -> Primitive:
    """Register the primitive of a function that is given functions."""
    return add(
        Primitive(primitive.fn, "defined", definition=Holding(primitive), signature=primitive.signature,
                  sequences=tuple(primitive.sequences), why=primitive.why)
    )  # fmt: skip
