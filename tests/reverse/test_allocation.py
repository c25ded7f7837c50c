"""What a gradient frees serves the next one: the C library does not give it back to the system in between."""

import os
import platform
import resource
import subprocess
import sys

import numpy as np
import pytest

import dualad
from dualad.reverse import allocation

SETTINGS = ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_", "GLIBC_TUNABLES")
PAGES = 256  # of an array


def chain(x):
    for _ in range(4):
        x = np.sin(x) * np.exp(-x)
    return np.sum(x * x)


def faults():
    """How many pages a third gradient asks for; arrays have `PAGES` each."""
    x = np.linspace(0.1, 1.0, PAGES * resource.getpagesize() // 8)
    gradient = dualad.grad(chain)
    gradient(x)
    gradient(x)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    gradient(x)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's thresholds follow what a process frees")
def test_a_further_gradient_asks_for_no_fresh_pages():
    environment = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    found = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import faults; print(faults())"],
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    assert int(found.stdout) < PAGES


def test_a_process_that_may_not_have_so_much_goes_on(monkeypatch):
    def refused(*_):
        raise MemoryError

    monkeypatch.setattr(allocation.np, "empty", refused)
    allocation.keep_freed_memory()
