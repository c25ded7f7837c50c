"""What objects that stand for those of SciPy's have in common: what they do not have is refused by name."""

from __future__ import annotations

from typing import Any

from dualad.errors import Unsupported


class Missing(Unsupported, AttributeError):
    """An attribute that a stand-in does not have: `hasattr` says so too."""


class StandIn:
    """In place of an object of SciPy's that is made of what a derivative is taken in.

    Attributes:
        of: what the object is called in messages.
    """

    of = "an object of SciPy's"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Missing(f"`{name}` of {self.of} that a derivative is taken in has no derivative rule")


def refusing(*names: str) -> Any:
    """Let a class refuse operators that the class which it stands for has."""

    def decorate(cls: Any) -> Any:
        for name in names:
            setattr(cls, name, _refused(name))
        return cls

    return decorate


def _refused(name: str) -> Any:
    def operator(self: Any, *others: Any) -> Any:
        raise Unsupported(f"`{name}` of {self.of} that a derivative is taken in has no derivative rule")

    operator.__name__ = operator.__qualname__ = name
    return operator
