"""What dualad costs around the derivative itself: importing it, transforming a function, calling a gradient again.

python benchmarks/overheads.py             # prints a table
python benchmarks/overheads.py --strict    # fails if a bar is missed
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from dualad import grad
from dualad.compare import show_time, time_in_rounds

IMPORT_BAR, TRANSFORM_BAR, CALL_BAR = 1.3, 0.030, 3e-6

# Forty lines, as a user would write them: a loop with a branch among straight-line code.
HEAD = """
def model{i}(w, b, x, y, rate=0.1):
    n = len(x)
    total = 0.0
    for k in range(n):
        z = w * x[k] + b
        if z > 0:
            total = total + z * y[k]
        else:
            total = total - z * z
"""
BODY = "    a{j} = np.sin(w * {j}.0) + np.tanh(a{k}) * b\n"
TAIL = "    return total + a{last} * rate\n"


def model_source(i: int, lines: int = 40) -> str:
    """Source of a function of that many lines, different for each `i`."""
    head = HEAD.strip("\n").format(i=i).splitlines(keepends=True)
    head[-1] += "\n"
    count = lines - len(head) - 2
    body = [f"    a0 = w * {i}.5\n", *(BODY.format(j=j, k=j - 1) for j in range(1, count + 1))]
    text = "".join([*head, *body, TAIL.format(last=count)])
    assert text.count("\n") == lines
    return text


def module_of(functions: int, folder: str, name: str) -> ModuleType:
    """A module file with that many functions, imported."""
    text = "import numpy as np\n" + "\n\n".join(model_source(i) for i in range(functions))
    return imported(text, folder, name)


def imported(text: str, folder: str, name: str) -> ModuleType:
    """A module of that text, imported from a file in the folder."""
    path = Path(folder) / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def import_times(rounds: int) -> tuple[float, float, float]:
    """Median seconds of importing NumPy, without and with dualad, in fresh interpreters; the median of their ratios."""
    program = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    imports = {"numpy": "numpy", "dualad": "numpy, dualad"}
    samples: dict[str, list[float]] = {"numpy": [], "dualad": []}
    for i in range(rounds + 1):
        for name in ("numpy", "dualad") if i % 2 else ("dualad", "numpy"):
            run = subprocess.run(
                [sys.executable, "-c", program.format(imports[name])], capture_output=True, text=True, check=True
            )
            if i:  # the first round warms the disk cache
                samples[name].append(float(run.stdout))
    ratio = statistics.median(b / a for a, b in zip(samples["numpy"], samples["dualad"], strict=True))
    return statistics.median(samples["numpy"]), statistics.median(samples["dualad"]), ratio


def transform_times(module: ModuleType, count: int) -> list[float]:
    """Seconds of the first call of the gradient of functions of a module, less those of the second call."""
    x, found = np.array([1.0, 2.0, 3.0]), []
    functions = [f for name, f in vars(module).items() if name.startswith("model")]
    for f in functions[:: max(1, len(functions) // count)][:count]:
        df = grad(f)
        found.append(once(df, 0.3, 0.2, x, x) - once(df, 0.3, 0.2, x, x))
    return found


def once(function: Callable[..., Any], *args: Any) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started


def cube(x):
    """A function whose gradient takes next to no time."""
    return x * x * x


def cube_by_hand(x):
    """Its gradient."""
    return 3.0 * x * x


def length(x):
    """The same for an array."""
    return np.dot(x, x)


def length_by_hand(x):
    """Its gradient."""
    return 2.0 * x


def call_overheads(rounds: int) -> dict[str, float]:
    """Seconds by which a call of `grad(f)` is slower than the gradient written by hand."""
    found = {}
    for name, f, by_hand, x in (("float", cube, cube_by_hand, 3.0), ("array", length, length_by_hand, np.ones(8))):
        df = grad(f)
        expected = by_hand(x)
        for _ in range(2):  # the second call must find `x` as it was
            np.testing.assert_allclose(df(x), expected)
        samples = time_in_rounds({"dualad": lambda: df(x), "hand": lambda: by_hand(x)}, rounds)
        found[name] = statistics.median(a - b for a, b in zip(samples["dualad"], samples["hand"], strict=True))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status tells whether the bars hold if `--strict` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--strict", action="store_true", help="fail if a bar is missed")
    options = parser.parse_args(arguments)
    rows: list[tuple[str, str, str, bool]] = []

    plain, ours, ratio = import_times(options.rounds)
    text = f"{ratio:.2f} ({show_time(ours)} against {show_time(plain)})"
    rows.append(("`import numpy, dualad`, relative to `import numpy`", text, f"{IMPORT_BAR}", ratio <= IMPORT_BAR))

    with tempfile.TemporaryDirectory() as folder:
        small, large = module_of(6, folder, "bench_small"), module_of(49, folder, "bench_large")
        first, *rest = transform_times(small, 6)
        rows.append(("the first gradient of all (loads the machinery)", show_time(first), "-", True))
        for what, times in (("a module of 250 lines", rest), ("a module of 2,000 lines", transform_times(large, 6))):
            middle = statistics.median(times)
            text = f"{show_time(middle)} (first {show_time(times[0])})"
            rows.append((f"transforming 40 lines in {what}", text, show_time(TRANSFORM_BAR), middle <= TRANSFORM_BAR))

    for kind, extra in call_overheads(options.rounds).items():
        what = f"what a further call adds to the gradient by hand, {kind}"
        rows.append((what, show_time(extra), show_time(CALL_BAR), extra <= CALL_BAR))

    print("| cost | measured | bar | |\n|---|---|---|---|")
    for what, measured, bar, holds in rows:
        print(f"| {what} | {measured} | {bar} | {'' if holds else 'MISSED'} |")
    return 0 if all(row[3] for row in rows) or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
