"""Gradients by dualad, by hand and by other systems on the same problems: times relative to the plain function.

    python -m benchmarks.systems                               # all problems and sizes, all systems that are installed
    python -m benchmarks.systems --problems heat gmm --rounds 3 --sizes small
    python -m benchmarks.systems --write docs/benchmarks       # also writes the tables and the plot

Each system runs in a process of its own with one thread; only one process runs at a time. Gradients are checked against
the adjoint by hand before anything is timed. A round takes one sample of each system (the best of three batches), in
turn; the least of a system's samples counts, for what else a machine does can only add to a time.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import problems
from benchmarks.ways import WAYS
from dualad.compare import show_time

ROOT = Path(__file__).resolve().parent.parent
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
PACKAGES = {"autograd": "autograd", "torch": "torch", "jax": "jax", "jax_eager": "jax"}
ONLY_SMALL = {"jax_eager"}
TOLERANCE = {"differences": 1e-3}
GEOMETRIC_BAR, SINGLE_BAR, PLAIN_BAR = 1.15, 1.7, 5.0


class System:
    """A process that runs one system."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: subprocess.Popen[str] | None = None

    def ask(self, limit: float, **request: Any) -> dict[str, Any]:
        """One request and its answer; past the limit the process is ended and that is the answer."""
        if self.process is None or self.process.poll() is not None:
            flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
            environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.worker", self.name],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
                cwd=ROOT,
            )  # fmt: skip
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], limit)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.close()
            return {"error": f"nothing within {limit:g} s" if not ready else "the process ended"}
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@dataclass
class Row:
    """One problem at one size."""

    problem: str
    size: str
    barred: bool
    inputs: int
    samples: dict[str, list[float]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def seconds(self, system: str) -> float:
        """The least of a system's samples."""
        return min(self.samples[system]) if system in self.samples else math.nan

    def ratio(self, system: str, other: str) -> float:
        """The least of one system's samples over the least of another's: what else the machine does only adds."""
        if system not in self.samples or other not in self.samples:
            return math.nan
        return min(self.samples[system]) / min(self.samples[other])


def installed(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The systems that can run here, and those whose package is not installed."""
    import importlib.util

    missing = [n for n in names if n in PACKAGES and importlib.util.find_spec(PACKAGES[n]) is None]
    return [n for n in names if n not in missing], missing


def measure(name: str, size: str, systems: Sequence[System], rounds: int, seconds: float, limit: float) -> Row:
    """One problem at one size: check all systems, then time them in rounds."""
    problem = problems.load(name)
    numbers = list(problem.SIZES[size])
    args = problem.arguments(*numbers)
    inputs = sum(np.size(args[i]) for i in problem.ARGNUMS)
    row = Row(name, size, getattr(problem, "BARRED", True), inputs)
    able = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "found.npy")
        expected = np.zeros(0)
        for system in systems:
            if size != "small" and system.name in ONLY_SMALL:
                continue
            if system.name == "differences" and inputs > 64:
                continue
            answer = system.ask(limit, do="prepare", problem=name, numbers=numbers, path=path)
            if "error" in answer:
                row.refused[system.name] = answer["error"]
                continue
            if system.name == "hand":
                expected = np.load(path)
            elif system.name != "plain":
                wrong = difference(expected, np.load(path))
                if not wrong <= TOLERANCE.get(system.name, 1e-7):
                    row.refused[system.name] = f"WRONG by {wrong:.1e}"
                    continue
            able.append(system)
    for _ in range(rounds):
        for system in able:
            answer = system.ask(10 * limit, do="time", seconds=seconds)
            row.samples.setdefault(system.name, []).append(answer.get("seconds", math.nan))
    return row


def difference(expected: np.ndarray, found: np.ndarray) -> float:
    """The largest difference, relative to the largest entry."""
    if expected.shape != found.shape:
        return math.inf
    return float(np.max(np.abs(expected - found)) / np.max(np.abs(expected)))


def geometric(values: Iterable[float]) -> float:
    """The geometric mean of those that are numbers."""
    logs = [math.log(v) for v in values if not math.isnan(v)]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def number(value: float) -> str:
    """Two or three digits."""
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def time_table(rows: Sequence[Row], systems: Sequence[str]) -> str:
    """Gradient time over plain time, a row a problem and size."""
    shown = [s for s in systems if s != "plain"]
    lines = ["| problem | size | plain | " + " | ".join(shown) + " |", "|---|---|---|" + "---|" * len(shown)]
    for row in rows:
        cells = [row.problem, row.size, show_time(row.seconds("plain"))]
        cells += [number(row.ratio(s, "plain")) if s in row.samples else note(row, s) for s in shown]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def note(row: Row, system: str) -> str:
    """Why there is no figure."""
    if system not in row.refused:
        return "-"
    return "wrong" if row.refused[system].startswith("WRONG") else "none"


def bar_table(rows: Sequence[Row], peers: Sequence[str]) -> str:
    """What the bars are about: dualad against the adjoints by hand and the plain function, peers against dualad."""
    header = ["problem", "size", "dualad / hand with out=", "dualad / hand", "dualad / plain"]
    header += [f"{p} / dualad" for p in peers]
    lines = ["| " + " | ".join(header) + " |", "|---|---|" + "---|" * (len(header) - 2)]
    for row in rows:
        ours = [row.ratio("dualad", other) for other in ("hand_out", "hand", "plain")]
        missed = (row.barred and (ours[0] > SINGLE_BAR)) or ours[2] > PLAIN_BAR * (
            row.inputs if getattr(problems.load(row.problem), "KIND", "") == "jacobian" else 1
        )
        cells = [row.problem + ("" if row.barred else " (no bar)"), row.size, *map(number, ours)]
        cells += [number(row.ratio(p, "dualad")) for p in peers]
        lines.append("| " + " | ".join(cells) + " |" + (" MISSED" if missed else ""))
    barred = [r for r in rows if r.barred]
    means = [geometric(r.ratio("dualad", other) for r in barred) for other in ("hand_out", "hand")]
    means += [geometric(r.ratio("dualad", "plain") for r in rows)]
    means += [geometric(r.ratio(p, "dualad") for r in rows) for p in peers]
    lines.append("| geometric mean | | " + " | ".join(map(number, means)) + " |")
    return "\n".join(lines)


def refusals(rows: Sequence[Row]) -> str:
    """Who could not do what."""
    lines = []
    for row in rows:
        for system, text in row.refused.items():
            lines.append(f"* {row.problem}, {row.size}, {system}: {' '.join(text.split())[:300]}")
    return "\n".join(lines) or "None."


def plot(rows: Sequence[Row], systems: Sequence[str], path: str) -> None:
    """Gradient time over plain time, on a logarithmic axis."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(12, 7), sharey=True, sharex=True, layout="constrained")
    names = list(dict.fromkeys(r.problem for r in rows))
    marks = dict(zip(WAYS, ".s|o^vDPx"))
    for axis, size in zip(axes, ("small", "medium")):
        for system in (s for s in systems if s not in ("plain", "hand")):
            points = [(r.ratio(system, "plain"), names.index(r.problem)) for r in rows if r.size == size]
            points = [p for p in points if not math.isnan(p[0])]
            if points:
                big = {"markersize": 9, "zorder": 3} if system == "dualad" else {"alpha": 0.7}
                label = {"hand_out": "by hand, with out="}.get(system, system)
                axis.plot(*zip(*points), linestyle="", marker=marks[system], label=label, **big)
        axis.set(xscale="log", title=size, xlabel="gradient time / time of the plain function")
        axis.set_yticks(range(len(names)), names)
        axis.grid(alpha=0.3)
        axis.axvline(1.0, color="gray", linewidth=1)
    axes[0].invert_yaxis()
    axes[1].legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def machine(systems: Sequence[System]) -> str:
    """Where and what: processor, Python and versions."""
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        lines = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else ""
    versions = {}
    for system in systems:
        answer = system.ask(120, do="version")
        if "version" in answer:
            versions[answer["distribution"]] = answer["version"]
    listed = ", ".join(f"{k} {v}" for k, v in versions.items())
    cores = f"{model or platform.processor()}, {os.cpu_count()} cores, one thread each"
    return f"{cores}; Python {platform.python_version()}, {listed}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", nargs="+", default=list(problems.NAMES), choices=problems.NAMES)
    parser.add_argument("--sizes", nargs="+", default=["small", "medium"], choices=["small", "medium"])
    parser.add_argument("--systems", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.004, help="the least time of a batch")
    parser.add_argument("--limit", type=float, default=90.0, help="the most time of a first call")
    parser.add_argument(
        "--write", default="", help="where the tables (.md), the plot (.png) and the figures (.json) go"
    )
    options = parser.parse_args(arguments)
    wanted = ["plain", "hand", *(s for s in options.systems if s not in ("plain", "hand"))]
    names, missing = installed(wanted)
    systems = [System(name) for name in names]
    started = time.perf_counter()
    rows = []
    try:
        for name in options.problems:
            for size in options.sizes:
                rows.append(measure(name, size, systems, options.rounds, options.seconds, options.limit))
                print(time_table(rows[-1:], names).splitlines()[-1], flush=True)
        where = machine(systems)
    finally:
        for system in systems:
            system.close()
    peers = [n for n in names if n in ("autograd", "torch", "jax")]
    absent = f"\n\nNot installed, so not measured: {', '.join(missing)}." if missing else ""
    text = (
        f"# Benchmarks\n\nGradient time over the time of the plain function; {options.rounds} rounds in "
        f"{time.perf_counter() - started:.0f} s.\n{where}{absent}\n\n{time_table(rows, names)}\n\n"
        f"## dualad against the others\n\n{bar_table(rows, peers)}\n\n"
        f"## What could not be measured\n\n{refusals(rows)}\n"
    )
    print(text)
    if options.write:
        Path(f"{options.write}.md").write_text(text)
        found = [{"problem": r.problem, "size": r.size, "samples": r.samples, "refused": r.refused} for r in rows]
        Path(f"{options.write}.json").write_text(json.dumps(found, indent=1))
        if len(rows) > 1:
            plot(rows, names, f"{options.write}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
