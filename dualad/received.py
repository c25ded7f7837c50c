"""What a generator gives that is sent values, or gives one when it ends: an object in Python that reverse mode reads.

The generator itself, without the values (`syntax.receiving`), reads them from a list that both have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dualad.errors import Unsupported

__dualad_lift__ = True  # dual numbers run through all of this

SENT, RETURNED, ENDED, OVER = 0, 1, 2, 3
"""The places in the list: what was sent last, what was returned, whether it has ended, what `yield from` is about."""


def box() -> list[Any]:
    """A new list for both."""
    return [None, None, False, None]


def until_ended(items: Any, shared: list[Any]) -> Iterator[Any]:
    """The items of a generator, and one more that says that these were all."""
    for item in items:  # noqa: UP028 - of a generator that ends, nothing else would tell when
        yield item
    shared[ENDED] = True
    yield None


class Receiving:
    """What stands for a generator that is sent values: `made`, whose items are given `until_ended`."""

    def __init__(self, items: Any, shared: list[Any], made: Any) -> None:
        self.items = items
        self.shared = shared
        self.made = made
        self.begun = False

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """As a generator's."""
        if not self.begun and value is not None:
            raise TypeError("can't send non-None value to a just-started generator")
        self.begun = True
        if self.shared[ENDED]:
            raise StopIteration
        self.shared[SENT] = value
        item = next(self.items)
        if self.shared[ENDED]:
            if self.shared[RETURNED] is None:
                raise StopIteration
            raise StopIteration(self.shared[RETURNED])
        return item

    def throw(self, *error: Any) -> Any:
        """As a generator's, which is refused."""
        raise Unsupported("an exception thrown into a generator that is sent values; send it a value that says so")

    def close(self) -> None:
        """As a generator's: it gives no more items, and what it has to do in the end is done."""
        self.shared[ENDED] = True
        over = self.shared[OVER]
        if over is not None and hasattr(over, "close"):
            over.close()
        self.made.close()


def delegated(iterator: Any, shared: list[Any]) -> Any:
    """The next item for `yield from`, of an iterator that is handed on what is sent."""
    return next(iterator) if shared[SENT] is None else iterator.send(shared[SENT])


METHODS = (
    Receiving.__init__, Receiving.__iter__, Receiving.__next__, Receiving.send, Receiving.throw, Receiving.close,
    box, until_ended, delegated,
)  # fmt: skip
