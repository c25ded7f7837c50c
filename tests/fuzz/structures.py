"""Containers of their own that generated programs import: as modules have them, not made anew for each program."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np


class Pair(NamedTuple):
    """A number and a vector."""

    value: Any
    vec: Any


@dataclasses.dataclass
class State:
    """A number and a vector that change."""

    value: Any
    buf: Any

    def step(self, k: Any) -> Any:
        self.value = np.tanh(self.value + k)
        self.buf[-1] = self.buf[0] * self.value
        return self.buf[0]

    def energy(self) -> Any:
        return np.sum(self.buf * self.buf) + self.value
