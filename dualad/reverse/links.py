"""The shortest way to a function that a caller knows: calls of it go straight to its variant."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from dualad.registry import scopes
from dualad.reverse import variants
from dualad.sweeps import special


@functools.cache
def _text(count: int) -> types.CodeType:
    given = ", ".join(f"a{i}" for i in range(count))
    text = (
        f"def call(fn, {given}):\n"
        "    if fn is known and fn.__code__ is code and not (live or scopes or special):\n"
        f"        return straight({given})\n"
        f"    return usual(fn, {given})\n"
    )
    return compile(text, f"{__file__} (made)", "exec")


class Direct:
    """A function of a callee and its arguments, which calls what was `set` for this callee and `usual` for others.

    It is written for its number of arguments: that takes half of what a call through a method takes, and counts where
    functions of a few operations call themselves.
    """

    __slots__ = ("_space", "call")

    def __init__(self, usual: Callable[..., Any], count: int) -> None:
        self._space: dict[str, Any] = {
            "__name__": __name__, "scopes": scopes, "special": special, "live": variants.lifting_levels(),
            "usual": usual, "known": usual, "code": None, "straight": None,
        }  # fmt: skip
        exec(_text(count), self._space)
        self.call: Any = self._space["call"]

    @property
    def known(self) -> Any:
        """The function that was set; None before."""
        return None if self._space["code"] is None else self._space["known"]

    def set(self, fn: Any, straight: Callable[..., Any]) -> None:
        """Say what calls of a Python function run."""
        self._space.update(known=fn, code=fn.__code__, straight=straight)
