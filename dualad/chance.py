"""Generators of random numbers: their states, taken and put back.

`numpy.random` takes longer to load than dualad itself: it is looked at where somebody else has loaded it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np


def generators() -> tuple[type, ...]:
    """The classes of generators that there may be objects of."""
    loaded = sys.modules.get("numpy.random")
    return (random.Random,) if loaded is None else (random.Random, loaded.Generator, loaded.RandomState)


def state(generator: Any) -> Any:
    """The state of a generator."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    return generator.bit_generator.state if hasattr(generator, "bit_generator") else generator.get_state()


def modules_state() -> tuple[Any, Any]:
    """The states of the generators that the modules `random` and `np.random` have."""
    return random.getstate(), np.random.get_state()


def set_states(states: Iterable[tuple[Any, Any]], modules: Any) -> None:
    """Put generators, and those of the modules if there is a state of them, into states that they had."""
    for generator, then in states:
        if isinstance(generator, random.Random):
            generator.setstate(then)
        elif hasattr(generator, "bit_generator"):
            generator.bit_generator.state = then
        else:
            generator.set_state(then)
    if modules is not None:
        random.setstate(modules[0])
        np.random.set_state(modules[1])
