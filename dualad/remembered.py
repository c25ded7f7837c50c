"""Functions with a cache, in Python: what a derivative goes through is remembered for the run that made the cache."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.errors import Unsupported

CACHED = type(functools.lru_cache(lambda: None))
"""The class of functions that have a cache."""


class Remembered:
    """What `functools.cache` and `functools.lru_cache` give, made while a derivative is taken."""

    def __init__(self, function: Any, limit: int | None) -> None:
        self.__wrapped__ = function
        self.limit = limit
        self.found: dict[Any, Any] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        key = (args, tuple(kwargs.items())) if kwargs else args
        require_told_apart(key)
        if key not in self.found:
            require_room(self.found, self.limit)
            self.found[key] = self.__wrapped__(*args, **kwargs)
        return self.found[key]

    def cache_clear(self) -> None:
        """Forget all results."""
        self.found.clear()

    def cache_info(self) -> Any:
        """Refused: what is counted is not what Python counts."""
        raise Unsupported("cache_info() of a function whose results are differentiated; count calls in a variable")


def require_told_apart(key: Any) -> None:
    """Refuse numbers that could be differentiated in: a cache cannot tell those of the same value from each other."""
    for part in key:
        if isinstance(part, tuple | frozenset):
            require_told_apart(part)
        elif isinstance(part, float | complex | np.inexact):
            raise Unsupported(
                "a cache (functools.lru_cache, functools.cache) cannot tell numbers that a derivative is taken in from "
                "others of the same value; call the function without the cache"
            )


def require_room(found: dict[Any, Any], limit: int | None) -> None:
    """Refuse what the cache would forget again: then the function runs once more."""
    if limit is not None and len(found) >= limit:
        raise Unsupported(f"a cache (functools.lru_cache) of {limit} results that is full; write maxsize=None")


def remembering(function: Any) -> Any:
    """`functools.cache`, and what `functools.lru_cache(None)` gives."""
    return Remembered(function, None)


def remembering_some(limit: int, function: Any) -> Any:
    """What `functools.lru_cache(limit)` gives."""
    return Remembered(function, limit)


def caching(maxsize: Any = 128, typed: bool = False) -> Any:
    """`functools.lru_cache`."""
    if typed:
        raise Unsupported("functools.lru_cache(typed=True) in a function that is differentiated; leave `typed` out")
    if callable(maxsize):
        return remembering_some(128, maxsize)
    return remembering if maxsize is None else functools.partial(remembering_some, maxsize)


def decorator(fn: Any) -> Any:
    """The stand-in for what `functools.lru_cache(maxsize)` gave; None for anything else."""
    if getattr(fn, "__code__", None) is not _DECORATOR:
        return None
    given = {name: cell.cell_contents for name, cell in zip(_DECORATOR.co_freevars, fn.__closure__, strict=True)}
    return caching(given["maxsize"], given["typed"])


_DECORATOR = functools.lru_cache(None).__code__  # type: ignore[attr-defined]

OF_CACHES: dict[Any, Callable[..., Any]] = {functools.cache: remembering, functools.lru_cache: caching}
REMEMBERING = (
    remembering, remembering_some, require_told_apart, require_room,
    Remembered.__init__, Remembered.__call__, Remembered.cache_clear, Remembered.cache_info,
)  # fmt: skip
"""What runs where these do."""
