"""The items of generators and iterators, which remember what they gave and take the cotangents of that back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dualad.errors import Unsupported


def _nothing() -> None:
    pass


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
        try:
            item = self._items.throw(*error)  # type: ignore[attr-defined]
        except StopIteration:  # it has handled the exception, and was done
            self.failed = False
            self._end()
            raise
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
