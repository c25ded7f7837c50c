"""Heaps of active values: `heapq` runs on the items with their places, and the list takes the order that it finds."""

from __future__ import annotations

import heapq
from typing import Any

from dualad.reverse.cells import Memory
from dualad.reverse.places import Pull, mutate

__dualad_lift__ = True  # dual numbers run through all of this


class Ranked:
    """An item of a heap and where it stood; new items stand behind the others."""

    def __init__(self, value: Any, place: int) -> None:
        self.value, self.place = value, place

    def __lt__(self, other: Ranked) -> bool:
        return bool(self.value < other.value)


def _ranked(heap: list[Any]) -> list[Any]:
    return [Ranked(value, i) for i, value in enumerate(heap)]


def _arranged(heap: list[Any], ranked: list[Any], top: Any, new: list[Any]) -> tuple[Any, Pull]:
    """Put a heap into an order; the result is the item that was taken out."""
    order = [r.place for r in ranked]

    def change(found: list[Any], added: list[Any]) -> Any:
        everything = [*found, *added]
        found[:] = [everything[i] for i in order]
        return None if top is None else everything[top.place]

    result, pull = mutate(heap, change, new)

    def by_operand(ct: Any, memory: Memory) -> tuple[Any, ...]:
        return (0.0, *pull(ct, memory)[0])

    return result, by_operand


def _heapify(heap: list[Any]) -> tuple[Any, Pull]:
    ranked = _ranked(heap)
    heapq.heapify(ranked)
    return _arranged(heap, ranked, None, [])


def _heappush(heap: list[Any], item: Any) -> tuple[Any, Pull]:
    ranked = _ranked(heap)
    heapq.heappush(ranked, Ranked(item, len(heap)))
    return _arranged(heap, ranked, None, [item])


def _heappop(heap: list[Any]) -> tuple[Any, Pull]:
    ranked = _ranked(heap)
    top = heapq.heappop(ranked)
    return _arranged(heap, ranked, top, [])


def _heapreplace(heap: list[Any], item: Any) -> tuple[Any, Pull]:
    ranked = _ranked(heap)
    top = heapq.heapreplace(ranked, Ranked(item, len(heap)))
    return _arranged(heap, ranked, top, [item])


def _heappushpop(heap: list[Any], item: Any) -> tuple[Any, Pull]:
    ranked = _ranked(heap)
    top = heapq.heappushpop(ranked, Ranked(item, len(heap)))
    return _arranged(heap, ranked, top, [item])


HEAPS: dict[Any, Any] = {
    heapq.heapify: _heapify, heapq.heappush: _heappush, heapq.heappop: _heappop, heapq.heapreplace: _heapreplace,
    heapq.heappushpop: _heappushpop,
}  # fmt: skip
