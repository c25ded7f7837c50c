"""Peak memory of one gradient, by dualad, by hand and by other systems, each measurement in a fresh process.

    python -m benchmarks.memory                         # all problems, the systems that are installed
    python -m benchmarks.memory --problems mlp heat --systems dualad torch

A measurement makes the gradient of the small size first, so that packages are loaded and functions transformed; it then
counts the most memory that is resident during a gradient of the large size, less what is resident before the call. A
large size keeps at least 200 MB of residuals. Linux only: the peak is what `/proc` says.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import problems
from benchmarks.systems import PACKAGES, ROOT, THREADS
from benchmarks.ways import WAYS

LARGE = {"gmm": (80_000, 10, 25), "lstm": (2, 1000, 1500), "mlp": (30_000, 100, 512, 10), "heat": (40_000, 800)}
SYSTEMS = ("plain", "hand", "hand_out", "dualad", "autograd", "torch")
MB = 2**20


def resident(what: str) -> int:
    """Bytes of this process that are resident now ("VmRSS") or were at most ("VmHWM")."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(what)


def measured(system: str, name: str) -> int:
    """The peak of one gradient of the large size in this process, in bytes."""
    problem = problems.load(name)
    WAYS[system](problem, problem.arguments(*problem.SIZES["small"]))[0]()
    call, _ = WAYS[system](problem, problem.arguments(*LARGE[name]))
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = resident("VmRSS")
    found = call()
    del found
    return resident("VmHWM") - before


def in_fresh_process(system: str, name: str) -> float | None:
    """The peak in megabytes, measured in a process of its own; None if the system cannot."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-m", "benchmarks.memory", "--one", system, name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    return int(done.stdout.split()[-1]) / MB if done.returncode == 0 else None


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", nargs="+", choices=LARGE, default=list(LARGE))
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.one:
        print(measured(*given.one))
        return
    systems = [s for s in given.systems if s not in PACKAGES or importlib.util.find_spec(PACKAGES[s])]
    print("peak of one gradient in MB\n" + f"{'':10}" + "".join(f"{s:>10}" for s in systems))
    for name in given.problems:
        cells = [in_fresh_process(system, name) for system in systems]
        print(f"{name:10}" + "".join(f"{'-' if c is None else format(c, '.0f'):>10}" for c in cells), flush=True)


if __name__ == "__main__":
    main()
