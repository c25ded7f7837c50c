"""Objects made of others by `copy.replace`, as Python has it from 3.13 on; before that by what it comes down to."""

import copy
import dataclasses
from collections import namedtuple
from typing import Any

import numpy as np

from tests.corpus.base import num, program, vec

Pair = namedtuple("Pair", "left right")


@dataclasses.dataclass
class State:
    x: Any
    v: Any = 0.5

    def __post_init__(self):
        self.held = np.zeros(2)
        self.held[0] = np.sum(self.x)
        self.held[1] = self.held[0] * self.v


class Line:
    def __init__(self, slope, shift):
        self.slope, self.shift = slope, shift

    def __replace__(self, /, **changes):
        return Line(changes.get("slope", self.slope * 2.0), changes.get("shift", self.shift))


def replace(obj, **changes):
    if hasattr(copy, "replace"):
        return copy.replace(obj, **changes)
    if isinstance(obj, tuple):
        return obj._replace(**changes)
    return dataclasses.replace(obj, **changes) if dataclasses.is_dataclass(obj) else obj.__replace__(**changes)


@program(args=(vec(3), num()), tags="object replace loop branch")
def states_made_of_states(x, s):
    state = State(x * s)
    for k in range(3):
        if k < 5:
            state = replace(state, v=state.v + np.sum(state.x) * s)
            state = replace(state, x=state.x * 0.5 + state.v)
    return np.sum(state.x) * state.v + state.held[1]


@program(args=(vec(3), num()), tags="object tuple replace")
def tuples_and_lines_made_of_others(x, s):
    pair = replace(Pair(x[0], x[1] * s), left=s * x[2])
    line = replace(Line(s, x[0]), shift=pair.left * pair.right)
    return line.slope * x[1] + line.shift
