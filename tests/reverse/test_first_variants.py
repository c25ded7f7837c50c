"""What is accepted does not depend on what was differentiated before: each of these is the first of its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
import functools
import itertools

import numpy as np

import dualad

LIMIT = 0.2


class Box:
    def __init__(self, buf):
        self.buf = buf

    def __iter__(self):
        for i in range(len(self.buf)):
            self.buf[i] *= 0.75
            yield self.buf[i]


def f(x, a):
    return x * sum({})


a = np.array([0.1, 0.3, 0.15])
_, pullback = dualad.vjp(f, 2.0, a)
got = pullback(1.0)
_, along_x = dualad.jvp(f, (2.0, a), (1.0, np.zeros(3)))
assert np.isclose(got[0], along_x, rtol=1e-13), (got[0], along_x)
for i, one in enumerate(np.eye(3)):
    _, along = dualad.jvp(f, (2.0, a), (0.0, one))
    assert np.isclose(got[1][i], along, rtol=1e-13), (i, got[1], along)
"""

WAYS = {
    "filter": "filter(lambda v: v < LIMIT, a)",
    "map": "map(lambda v: v * LIMIT, a)",
    "reduce": "[functools.reduce(lambda s, v: s * v + LIMIT, a)]",
    "takewhile": "itertools.takewhile(lambda v: v < LIMIT, a)",
    "sorted": "sorted(a, key=lambda v: v * LIMIT)[:2]",
    "largest": "[max(a, key=lambda v: -v * LIMIT)]",
}


@pytest.mark.parametrize("way", WAYS)
def test_functions_that_are_known_in_a_module_with_a_class_that_changes_what_it_iterates(
    way: str, tmp_path: Path
) -> None:
    file = tmp_path / "first.py"
    file.write_text(MODULE.replace("sum({})", f"sum({WAYS[way]})"))
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
