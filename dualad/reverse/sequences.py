"""Builtins that take sequences or iterators apart, called with active items: results and pullbacks."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any

from dualad.classes import method_of
from dualad.errors import Unsupported
from dualad.registry import Primitive
from dualad.reverse import gathered, runtime


def _nothing() -> None:
    pass


Split = tuple[Any, Callable[[Any], tuple[Any, ...]]]
ITERATION = (builtins.zip, builtins.enumerate, builtins.reversed)


class Items:
    """The items of a generator, which one place may take: the cotangents come back in the order of that place."""

    __dualad_plain__ = True  # no object of the user's

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._taken = False
        self.noting: Callable[[Any], Any] | None = None  # set: what was given is remembered
        self.seen: list[Any] = []
        self.at_end: Callable[[], None] = _nothing  # called when all items have been taken
        self.ended = False
        self.sweep: Callable[[Any], Any] | None = None  # makes the reverse sweep, of a generator in a memory
        self.cleans_up = False  # it does something where it is left half way
        self.ended_by_somebody = False  # who undoes what it did after its last item
        self.left = False  # which nobody has seen
        self.busy = False  # one who counts the items by himself is taking them
        self.failed = False  # an exception came out of it: nothing says when that was
        self.ran_out = False  # who asked for one more item was left by StopIteration, and that is recorded nowhere
        self.check: Callable[[], None] = _nothing  # refuses if what it was given has changed meanwhile

    def state(self) -> tuple[int, bool]:
        """How many items it has given, and whether those were all."""
        return len(self.seen), self.ended

    def resume(self) -> None:
        """Somebody goes on taking items, who knows how many were taken before."""
        if self.noting is not None:
            self._taken = False

    def __iter__(self) -> Iterator[Any]:
        if self._taken:
            raise Unsupported(
                "an iterator over active values is taken up in two places; make it a list first: `items = list(items)`"
            )
        self._require_free()
        self._taken = True
        return self._items if self.noting is None else self._noted(None, [])

    def in_a_loop(self, temporary: bool, numbers: list[int]) -> Iterator[Any]:
        """The items for a loop, which ends the generator that nobody else has when it is left; notes their numbers."""
        self._require_free()
        self._taken = True
        return self._noted(temporary, numbers)

    def _require_free(self) -> None:
        if self.busy:
            raise Unsupported("an iterator over active values is taken by two at a time; make it a list first")

    def _noted(self, temporary: bool | None, numbers: list[int]) -> Iterator[Any]:
        assert self.noting is not None
        self.busy = temporary is None
        try:
            for item in self._items:
                numbers.append(len(self.seen))
                self.seen.append(self.noting(item))
                yield item
        except GeneratorExit:
            self.busy = False
            if temporary and self.cleans_up:
                self._items.close()  # type: ignore[attr-defined]
            elif temporary is None:
                self.left = self.cleans_up
            raise
        except Exception:
            self.failed = True
            raise
        self.busy = False
        self.ended_by_somebody = temporary is not None
        self._end()

    def _end(self) -> None:
        if not self.ended:
            self.ended = True
            self.at_end()

    def __next__(self) -> Any:
        self._require_free()
        self._taken = True
        try:
            return self._one(next(self._items))
        except StopIteration:
            self._end()
            raise
        except Exception:
            self.failed = True
            raise

    def send(self, value: Any) -> Any:
        """As a generator's, but of None: what is sent would be lost where the generator hands on what others give."""
        if value is not None:
            raise Unsupported(
                "a value sent to a generator function that uses none itself; write `_ = yield from ...` in it"
            )
        return next(self)

    def throw(self, *error: Any) -> Any:
        """As a generator's."""
        self.failed = True
        item = self._items.throw(*error)  # type: ignore[attr-defined]
        self.failed = False
        return self._one(item)

    def close(self) -> None:
        """As a generator's: what it does then is undone first."""
        self._require_free()
        self._items.close()  # type: ignore[attr-defined]
        self._end()

    def may_be_left(self) -> bool:
        """Whether it has still something to do, which Python does when nobody has it any more."""
        return self.cleans_up and bool(self.seen) and not self.ended and self._items.gi_frame is not None  # type: ignore[attr-defined]

    def _one(self, item: Any) -> Any:
        if self.noting is not None:
            self.seen.append(self.noting(item))
        return item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._items, name)


def split(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]) -> Split | None:
    """Result and pullback of a builtin that is known here, None for any other function."""
    fn = fn.fn if isinstance(fn, Primitive) else fn
    extreme = fn is builtins.max or fn is builtins.min  # an object may say itself what it is equal to
    if fn is builtins.sorted or (extreme and len(args) == 1):
        result, pull = _sorted(args[0], **kwargs) if fn is builtins.sorted else _extreme(fn, args[0], **kwargs)
        return result, lambda ct: tuple(_of_call(pull(ct), p) for p in positions)
    if extreme and (len(args) > 2 or kwargs or any(map(_compares, args))):
        result, pull = _extreme(fn, args, **kwargs)
        return result, lambda ct: _by_position(pull(ct)[0], positions)
    if any(fn is known for known in ITERATION) and not kwargs and all(type(p) is int for p in positions):
        given = [runtime.extent(a) for a in args]
        return fn(*args), lambda ct: tuple(_part(fn, ct, p, given[p]) for p in positions)
    return None


def _of_call(parts: tuple[Any, ...], position: Any) -> Any:
    """The share of an argument of `sorted`, `max` or `min`, of those of the items and of what stands for no items."""
    if position == "default":
        return parts[1] if len(parts) > 1 else 0.0
    return parts[0] if position == 0 else 0.0


def _compares(value: Any) -> bool:
    """Whether a value is an object that says itself what is less."""
    return method_of(value, "__lt__") is not None or method_of(value, "__gt__") is not None


def _part(fn: Any, ct: Any, position: int, value: Any) -> Any:
    undo = {
        builtins.zip: gathered.unzip,
        builtins.enumerate: gathered.unenumerate,
        builtins.reversed: gathered.unreversed,
    }
    return undo[fn](ct, position, value)


def _by_position(parts: Any, positions: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([parts[p] if isinstance(p, int) else 0.0 for p in positions])


def _sorted(value: Any, key: Any = None, reverse: bool = False) -> Split:
    items, given = list(value), runtime.extent(value)
    order = sorted(range(len(items)), key=_ranked(items, key), reverse=reverse)

    def pull(ct: Any) -> tuple[Any, ...]:
        if runtime.is_zero(ct):
            return (0.0,)
        back = [0.0] * len(items)
        for part, i in zip(ct, order, strict=False):
            back[i] = part
        return (gathered.from_items(back[::-1], given),)

    return [items[i] for i in order], pull


def _extreme(fn: Any, value: Any, key: Any = None, **default: Any) -> Split:
    items, given = list(value), runtime.extent(value)
    if not items:
        return fn(items, key=key, **default), lambda ct: (0.0, ct)
    index = fn(range(len(items)), key=_ranked(items, key))

    def pull(ct: Any) -> tuple[Any, ...]:
        back = [0.0] * len(items)
        back[index] = ct
        return (gathered.from_items(back[::-1], given),)

    return items[index], pull


def _ranked(items: list[Any], key: Any) -> Callable[[int], Any]:
    return items.__getitem__ if key is None else lambda i: key(items[i])
