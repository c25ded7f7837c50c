"""How the C library treats memory that is given back: what a gradient frees should serve the next one.

A gradient makes and frees many arrays of like sizes. glibc gives arrays above a threshold back to the system at once,
and the free end of its heap beyond twice that; every page of the next array is then a fault and is filled with zeros,
which can take longer than the arithmetic. The threshold follows the largest array that a process has freed, up to 32 MB
(mallopt(3), M_MMAP_THRESHOLD), so a program that has ever freed an array of that size runs faster from then on. That is
done here once, with an array that is never touched: it takes up no memory. From then on up to 64 MB that were in use
stay with the process.

Who sets MALLOC_MMAP_THRESHOLD_ or MALLOC_TRIM_THRESHOLD_ keeps to these; other C libraries are not moved by it.
"""

from __future__ import annotations

import contextlib

import numpy as np

LARGEST = 32 * 2**20 - 2**16  # bytes: with what the library and NumPy add it stays below the most that it follows


def keep_freed_memory() -> None:
    """Have the C library keep what is freed, as after any other large array."""
    with contextlib.suppress(MemoryError):
        np.empty(LARGEST, np.uint8)
