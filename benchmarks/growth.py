"""How gradients grow with the size of the problem, and how transforming grows with the length of the function.

    python -m benchmarks.growth                         # prints two tables
    python -m benchmarks.growth --plot docs/growth.png

Sizes: the gradient's time over the plain function's, from the smallest size to the largest; it should not grow.
Lengths: milliseconds of the first gradient of a function of so many statements, in straight lines, in loops inside
loops, and with calls of a helper in each line; the slope of a straight line through the logarithms should be 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import problems
from benchmarks.overheads import imported
from benchmarks.worker import sample
from dualad import grad

SIZES: dict[str, tuple[tuple[int, ...], ...]] = {
    "gmm": tuple((n, 5, 5) for n in (30, 100, 300, 1000, 3000)),
    "lotka_volterra": tuple((n,) for n in (30, 100, 300, 1000, 3000)),
    "heat": tuple((1000, n) for n in (10, 30, 100, 300, 1000)),
    "logsumexp": tuple((n,) for n in (100, 1000, 10_000, 100_000, 1_000_000)),
    "black_scholes": tuple((n,) for n in (1, 10, 100, 1000)),
    "bundle_loop": tuple((3, 8, n) for n in (10, 30, 100, 300)),
}
LENGTHS = (25, 50, 100, 200, 400, 800)
SHAPES = ("straight", "nested loops", "calls")


def gradient_growth(name: str, seconds: float) -> list[tuple[tuple[int, ...], float, float]]:
    """For each size, seconds of the plain function and the gradient's time over it."""
    problem, rows = problems.load(name), []
    derivative = grad(problem.program, problem.ARGNUMS)
    for numbers in SIZES[name]:
        args = problem.arguments(*numbers)
        derivative(*args)
        pairs = []
        for _ in range(3):
            plain = sample(lambda: problem.program(*args), seconds)
            pairs.append((plain, sample(lambda: derivative(*args), seconds) / plain))
        rows.append((numbers, min(p for p, _ in pairs), statistics.median(r for _, r in pairs)))
    return rows


def source_of(shape: str, length: int, serial: int) -> str:
    """A function of that many statements, different for each serial number."""
    lines, indent = [f"def f{serial}(x):", "    y = x"], "    "
    for i in range(length - 2):
        if shape == "nested loops" and i % 4 == 0 and len(indent) < 40:
            lines.append(f"{indent}for _ in range(1):")
            indent += "    "
        elif shape == "calls":
            lines.append(f"{indent}y = helper(y, 0.{i}{serial})")
        else:
            lines.append(f"{indent}y = np.sin(y) * 0.{i}{serial} + x")
    helper = "def helper(x, c):\n    return np.sin(x) * c + x\n"
    return "import numpy as np\n" + helper + "\n".join([*lines, "    return y\n"])


def transform_time(shape: str, length: int, rounds: int) -> float:
    """Seconds of the first gradient of a function of that many statements, less those of the second."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for serial in range(rounds):
            module = imported(source_of(shape, length, serial), folder, f"growth_{shape[:4]}_{length}_{serial}")
            derivative = grad(getattr(module, f"f{serial}"))
            times = []
            for _ in range(2):
                started = time.perf_counter()
                derivative(0.3)
                times.append(time.perf_counter() - started)
            found.append(times[0] - times[1])
    return min(found)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of a straight line through the logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def plot(growth: dict[str, Any], lengths: dict[str, list[float]], path: str) -> None:
    """Left: gradient over plain by the plain function's time; right: transform time by length."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    for name, rows in growth.items():
        left.semilogx([1e6 * p for _, p, _ in rows], [r for _, _, r in rows], "o-", label=name)
    left.set(xlabel="plain function (microseconds)", ylabel="gradient time / plain time", ylim=(0, None))
    left.grid(alpha=0.3)
    left.legend()
    for shape, times in lengths.items():
        right.loglog(LENGTHS, [1e3 * t for t in times], "o-", label=f"{shape}: slope {slope(LENGTHS, times):.2f}")
    right.set(xlabel="statements", ylabel="milliseconds to transform")
    right.grid(alpha=0.3, which="both")
    right.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--seconds", type=float, default=0.004, help="the least time of a batch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", default="", help="where the plot goes")
    options = parser.parse_args(arguments)
    growth = {name: gradient_growth(name, options.seconds) for name in options.problems}
    print("| problem | size | plain (us) | gradient / plain |\n|---|---|---|---|")
    for name, rows in growth.items():
        for numbers, plain, ratio in rows:
            print(f"| {name} | {', '.join(map(str, numbers))} | {1e6 * plain:.1f} | {ratio:.2f} |")
    lengths = {shape: [transform_time(shape, n, options.rounds) for n in LENGTHS] for shape in SHAPES}
    print("\n| statements | " + " | ".join(SHAPES) + " |\n|---|" + "---|" * len(SHAPES))
    for i, length in enumerate(LENGTHS):
        print(f"| {length} | " + " | ".join(f"{1e3 * lengths[s][i]:.1f} ms" for s in SHAPES) + " |")
    print("| slope | " + " | ".join(f"{slope(LENGTHS, lengths[s]):.2f}" for s in SHAPES) + " |")
    if options.plot:
        plot(growth, lengths, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
