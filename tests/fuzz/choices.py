"""Where a generator's choices come from: random numbers, a recorded list, or Hypothesis; and how a list is shrunk."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Choices:
    """A source of choices. The first of several alternatives is the simplest: shrinking goes that way."""

    def pick(self, n: int) -> int:
        """A number from 0 to n - 1."""
        raise NotImplementedError

    def of(self, options: Sequence[T]) -> T:
        return options[self.pick(len(options))]

    def between(self, low: int, high: int) -> int:
        return low + self.pick(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True that often (False is the simpler)."""
        return self.pick(100) >= 100 - percent


class Random(Choices):
    """Choices from a seed; they are recorded."""

    def __init__(self, seed: int | str) -> None:
        self.rng = random.Random(seed)
        self.record: list[int] = []

    def pick(self, n: int) -> int:
        k = int(self.rng.random() * n)
        self.record.append(k)
        return k


class Replay(Choices):
    """Recorded choices again; beyond their end always the simplest."""

    def __init__(self, record: Sequence[int]) -> None:
        self.todo = iter(record)
        self.record: list[int] = []

    def pick(self, n: int) -> int:
        k = min(next(self.todo, 0), n - 1)
        self.record.append(k)
        return k


class Drawn(Choices):
    """Choices that Hypothesis makes."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        from hypothesis import strategies

        self.draw = draw
        self.integers = strategies.integers
        self.record: list[int] = []

    def pick(self, n: int) -> int:
        k = int(self.draw(self.integers(0, n - 1))) if n > 1 else 0
        self.record.append(k)
        return k


def shrink(record: Sequence[int], fails: Callable[[list[int]], bool], budget: int = 2000) -> list[int]:
    """A shorter and smaller list of choices that still fails."""
    best = list(record)
    spent = 0

    def accept(trial: list[int]) -> bool:
        nonlocal best, spent
        spent += 1
        if spent > budget or trial == best or not fails(trial):
            return False
        best = trial
        return True

    before: list[int] = []
    while before != best and spent < budget:
        before = best
        width = max(len(best) // 2, 1)
        while width:
            at = 0
            while at < len(best):
                zeros = [0] * len(best[at : at + width])
                if not accept(best[:at] + best[at + width :]) and (
                    best[at : at + width] == zeros or not accept(best[:at] + zeros + best[at + width :])
                ):
                    at += width
            width //= 2
        for at in range(len(best)):
            while at < len(best) and best[at] and accept([*best[:at], best[at] // 2, *best[at + 1 :]]):
                pass
    while best and best[-1] == 0:
        best = best[:-1]
    return best
