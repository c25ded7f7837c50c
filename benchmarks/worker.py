"""One system in a process of its own: reads a request a line, answers a line (`benchmarks.systems` starts it)."""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import problems
from benchmarks.ways import WAYS

DISTRIBUTIONS = {"autograd": "autograd", "torch": "torch", "jax": "jax", "jax_eager": "jax"}


def flat(tree: Any) -> np.ndarray:
    """All numbers of nested sequences in one row."""
    if isinstance(tree, list | tuple):
        return np.concatenate([flat(t) for t in tree]) if tree else np.zeros(0)
    return np.asarray(tree, float).ravel()


def sample(call: Callable[[], Any], seconds: float) -> float:
    """Seconds of one call: the best of three batches of at least that many seconds."""
    count, best = 1, float("inf")
    while True:
        took = batch(call, count)
        if took >= seconds or count >= 1_000_000:
            break
        count = max(count + 1, min(10 * count, int(1.2 * count * seconds / max(took, 1e-9))))
    best = took / count
    if took < 0.3:
        best = min(best, *(batch(call, count) / count for _ in range(2)))
    return best


def batch(call: Callable[[], Any], count: int) -> float:
    """Seconds of that many calls."""
    started = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - started


class Worker:
    """Holds the problem at hand."""

    def __init__(self, system: str) -> None:
        self.system = system
        self.call: Callable[[], Any] = lambda: None

    def version(self) -> dict[str, Any]:
        """What is measured."""
        name = DISTRIBUTIONS.get(self.system, "numpy")
        return {"distribution": name, "version": importlib.metadata.version(name)}

    def prepare(self, problem: str, numbers: list[Any], path: str) -> dict[str, Any]:
        """Make the gradient, save what it is, and say how long the first call took."""
        module = problems.load(problem)
        started = time.perf_counter()
        self.call, read = WAYS[self.system](module, module.arguments(*numbers))
        found = self.call()
        first = time.perf_counter() - started
        np.save(path, flat(read(found)))
        return {"first": first}

    def time(self, seconds: float) -> dict[str, Any]:
        """One sample."""
        return {"seconds": sample(self.call, seconds)}


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what else is printed goes to the log
    worker = Worker(sys.argv[1])
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request.pop("do"))(**request)
        except Exception as error:  # whatever a system cannot do is what we report of it
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
