"""Work in processes of its own, forked so that what is loaded already need not be loaded again."""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def started(work: Callable[[], Any]) -> tuple[int, int]:
    """A process that does the work: its number, and where its result can be read."""
    out, into = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    os.close(out)
    try:
        with os.fdopen(into, "wb") as pipe:
            pickle.dump(work(), pipe)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def forked(work: Callable[[], T], seconds: float) -> T | None:
    """What the work gives in a process of its own; None if it ends by itself or lasts too long."""
    return next(iter(several([work], 1, seconds)))[1]


def several(works: list[Callable[[], T]], jobs: int, seconds: float) -> Iterator[tuple[int, T | None]]:
    """The works' results as they come, each with its number, so many at a time."""
    waiting = list(enumerate(works))[::-1]
    running: dict[int, tuple[int, int, float, bytearray]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number, work = waiting.pop()
            pid, out = started(work)
            running[out] = (number, pid, time.monotonic() + seconds, bytearray())
        last = min(limit for _, _, limit, _ in running.values())
        ready, _, _ = select.select(list(running), [], [], max(0.0, last - time.monotonic()))
        for out in list(running):
            number, pid, limit, read = running[out]
            part = os.read(out, 1 << 20) if out in ready else b""
            read += part
            late = time.monotonic() > limit
            if part or (out not in ready and not late):
                continue
            if late:
                os.kill(pid, signal.SIGKILL)
            os.close(out)
            del running[out]
            _, status = os.waitpid(pid, 0)
            yield number, pickle.loads(bytes(read)) if status == 0 else None


def together(works: list[Callable[[], T]], jobs: int) -> list[T]:
    """All results, in the order of the works."""
    came = dict(several(works, jobs, 3600.0))
    if any(result is None for result in came.values()):
        raise RuntimeError("a process came to no end")
    return [came[i] for i in range(len(works))]  # type: ignore[misc]
