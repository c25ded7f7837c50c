"""Memory and recomputation of a checkpointed time loop beside the plain reverse sweep.

python benchmarks/checkpointing.py [steps] [size] [snapshots]

Prints the peak of traced memory of one gradient both ways, how often a pass was run, and what the schedule predicts.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checkpoint_cost, checkpoint_loop, grad

PASSES = [0]


def counted(i: int, u: Any, k: float) -> Any:
    """One explicit step of a reaction with a source, counted."""
    PASSES[0] += 1
    return u + k * np.sin(u) * (1.0 - u)


def step(i: int, u: Any, k: float) -> Any:
    """The same step."""
    return u + k * np.sin(u) * (1.0 - u)


def measured(gradient: Callable[..., Any], *args: Any) -> tuple[Any, float, float]:
    """A gradient, the peak of traced memory in bytes, and its time in seconds without tracing."""
    gradient(args[0][:3], *args[1:])
    started = time.perf_counter()
    gradient(*args)
    seconds = time.perf_counter() - started
    tracemalloc.start()
    found = gradient(*args)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, float(peak), seconds


def main(steps: int, size: int, snapshots: int) -> None:
    """Measure, compare and print."""

    def plain(u: Any, k: float) -> Any:
        for i in range(steps):
            u = step(i, u, k)
        return np.sum(u * u)

    def looped(u: Any, k: float) -> Any:
        u = checkpoint_loop(counted, steps, u, k, snapshots=snapshots)
        return np.sum(u * u)

    u, k = np.linspace(0.1, 0.9, size), 1e-4
    gradient = grad(looped, argnums=(0, 1))
    gradient(u[:3], k)
    PASSES[0] = 0
    gradient(u[:3], k)
    again = PASSES[0] - steps
    got, checkpointed, slow = measured(gradient, u, k)
    want, whole, fast = measured(grad(plain, argnums=(0, 1)), u, k)
    assert np.allclose(got[0], want[0], rtol=1e-9)
    assert np.isclose(got[1], want[1], rtol=1e-9)
    print(f"{steps} steps over {size} numbers, {snapshots} snapshots")
    print(f"plain sweep        peak {whole / 1e6:10.1f} MB   {fast:7.2f} s")
    print(
        f"checkpointed       peak {checkpointed / 1e6:10.1f} MB   {slow:7.2f} s   {checkpointed / whole:.2%} of plain"
    )
    print(f"passes run again   {again}, predicted {checkpoint_cost(steps, snapshots)}")


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(*(given + [10_000, 10_000, 20][len(given) :]))
