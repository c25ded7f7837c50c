"""`contextlib.ExitStack` in Python that reverse mode reads: its managers and callbacks may store something active."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any


class Stacked(contextlib.ExitStack):
    """What stands for an `ExitStack` that is made while a derivative is taken."""

    def __init__(self) -> None:
        self.leaving: list[tuple[Any, ...]] = []

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> bool:
        given = value
        while self.leaving:
            left = self.leaving.pop()
            try:
                if left_by(left, kind, value, trace):
                    kind = value = trace = None
            except BaseException as error:
                kind, value, trace = type(error), error, error.__traceback__
        if value is not None and value is not given:
            raise value
        return given is not None and value is None

    def enter_context(self, cm: Any) -> Any:
        """Enter a manager, which is left with the stack."""
        found = cm.__enter__()
        self.leaving.append((cm,))
        return found

    def push(self, exit: Any) -> Any:  # noqa: A002 - as Python calls it
        """A manager that has been entered, or a function that takes what `__exit__` does."""
        self.leaving.append((exit,) if hasattr(type(exit), "__exit__") else (exit, None))
        return exit

    def callback(self, callback: Callable[..., Any], /, *args: Any, **kwds: Any) -> Any:
        """A function that is called when the stack is left."""
        self.leaving.append((callback, args, kwds))
        return callback

    def pop_all(self) -> Any:
        """Another stack, of all that this one has."""
        other = Stacked()
        other.leaving = self.leaving
        self.leaving = []
        return other

    def close(self) -> None:
        """Leave all of it."""
        self.__exit__(None, None, None)


def left_by(left: tuple[Any, ...], kind: Any, value: Any, trace: Any) -> bool:
    """Leave one of them; whether it swallows the exception."""
    if len(left) == 1:
        return bool(left[0].__exit__(kind, value, trace))
    if len(left) == 2:
        return bool(left[0](kind, value, trace))
    left[0](*left[1], **left[2])
    return False


METHODS = (
    Stacked.__init__, Stacked.__enter__, Stacked.__exit__, Stacked.enter_context, Stacked.push, Stacked.callback,
    Stacked.pop_all, Stacked.close, left_by,
)  # fmt: skip
"""What runs where such a stack is used."""
