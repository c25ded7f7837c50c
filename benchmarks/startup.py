"""What a first gradient costs from the start of the process on, imports included, beside importing NumPy alone.

    python -m benchmarks.startup             # prints a table
    python -m benchmarks.startup --strict    # fails if the bar is missed

A function of twenty lines is differentiated once, in fresh processes, by each system in turn; medians count. Systems
that are not installed with the Python that runs this are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BAR = 2.0

MODEL = """
def model(w, x, y):
    n = len(x)
    total = 0.0
    for k in range(n):
        z = w[0] * x[k] + w[1]
        if z > 0:
            total = total + z * y[k]
        else:
            total = total - z * z
    h = np.tanh(x * w[0] + 0.1)
    s = h + np.tanh(x * w[1] + 0.1)
    p = np.exp(s - np.max(s))
    p = p / np.sum(p)
    q = 0.0
    for k in range(1, n):
        q = q * 0.9 + p[k] * y[k]
    r = q + np.sqrt(np.sum(w * w))
    t = np.log(1.0 + r * r)
    return total * t


"""
ARRAYS = "numpy.array([0.3, -0.2]), numpy.linspace(-1, 1, 8), numpy.arange(8.0)"
PROGRAMS = {
    "import numpy": "import numpy\n",
    "dualad": f"import numpy, dualad\nimport numpy as np\n{MODEL}dualad.grad(model)({ARRAYS})\n",
    "autograd": f"import numpy, autograd\nimport autograd.numpy as np\n{MODEL}autograd.grad(model)({ARRAYS})\n",
    "jax": f"import numpy, jax\nimport jax.numpy as np\n{MODEL}jax.grad(model)({ARRAYS})\n",
    "torch": f"import numpy, torch\nimport torch as np\n{MODEL}"
    f"a = [torch.from_numpy(v) for v in ({ARRAYS},)]\na[0].requires_grad_()\nmodel(*a).backward()\n",
}


def seconds_of(path: Path) -> float:
    """Seconds from the start of a Python process that runs a file to its end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, path], check=True, env={**os.environ, "JAX_PLATFORMS": "cpu"})
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status tells whether the bar holds if `--strict` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--strict", action="store_true", help="fail if the bar is missed")
    options = parser.parse_args(arguments)
    samples: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for i, (name, text) in enumerate(PROGRAMS.items()):
            if not i or importlib.util.find_spec(name) is not None:
                paths[name] = Path(folder) / f"program{i}.py"
                paths[name].write_text(text)
        for turn in range(options.rounds + 1):
            for name, path in paths.items():
                seconds = seconds_of(path)
                if turn:  # the first round fills the disk cache
                    samples.setdefault(name, []).append(seconds)
    medians = {name: statistics.median(found) for name, found in samples.items()}
    print("| from the start of the process | ms | relative to importing NumPy |\n|---|---|---|")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds * 1e3:.0f} | {seconds / medians['import numpy']:.2f} |")
    holds = medians["dualad"] <= BAR * medians["import numpy"]
    print(f"bar: dualad at most {BAR}{'' if holds else ' (MISSED)'}")
    return 0 if holds or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
