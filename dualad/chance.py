"""Generators of random numbers: their states, taken and put back.

`numpy.random` takes longer to load than dualad itself, and `random` a while: each is looked at where somebody else has
loaded it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np


def generators() -> tuple[type, ...]:
    """The classes of generators that there may be objects of."""
    ours, numpys = sys.modules.get("random"), sys.modules.get("numpy.random")
    found: tuple[type, ...] = () if ours is None else (ours.Random,)
    return found if numpys is None else (*found, numpys.Generator, numpys.RandomState)


def is_numpys(cls: Any) -> bool:
    """Whether a class is the one of NumPy's newer generators."""
    numpys = sys.modules.get("numpy.random")
    return numpys is not None and cls is numpys.Generator


def _is_of_python(generator: Any) -> bool:
    """Whether a generator is one of the module `random`."""
    return hasattr(generator, "setstate")


def state(generator: Any) -> Any:
    """The state of a generator."""
    if _is_of_python(generator):
        return generator.getstate()
    return generator.bit_generator.state if hasattr(generator, "bit_generator") else generator.get_state()


def modules_state() -> tuple[Any, Any]:
    """The states of the generators that the modules `random` and `np.random` have."""
    loaded = sys.modules.get("random")
    return None if loaded is None else loaded.getstate(), np.random.get_state()


def set_states(states: Iterable[tuple[Any, Any]], modules: Any) -> None:
    """Put generators, and those of the modules if there is a state of them, into states that they had."""
    for generator, then in states:
        if _is_of_python(generator):
            generator.setstate(then)
        elif hasattr(generator, "bit_generator"):
            generator.bit_generator.state = then
        else:
            generator.set_state(then)
    if modules is not None:
        if modules[0] is not None:
            sys.modules["random"].setstate(modules[0])
        np.random.set_state(modules[1])
