"""How much of the network's gradient its matrix products are alone: what no order of NumPy's calls can go below.

    python -m benchmarks.products

The eight products of the gradient of `benchmarks.problems.mlp` (medium) are run alone, into arrays that are there,
beside the whole gradient by dualad, by hand and, where it is installed, by compiled JAX; one thread each, the least of
several batches, in turn.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # noqa: E402

import dualad  # noqa: E402
from benchmarks.problems import mlp  # noqa: E402
from dualad.compare import show_time, time_in_rounds  # noqa: E402

BAR = 1.1  # by which a gradient is to be faster than compiled JAX's
ROUNDS = 21


def products(args: tuple[Any, ...]) -> Callable[[], None]:
    """The matrix products of the network's gradient, and nothing else."""
    w1, _, w2, _, w3, _, x, labels = args
    h1, h2, z = np.tanh(x @ w1), np.empty((len(x), len(w3))), labels.copy()
    w1_bar, w2_bar, w3_bar = np.empty_like(w1), np.empty_like(w2), np.empty_like(w3)
    h1_bar, h2_bar = np.empty_like(h1), np.empty_like(h2)

    def run() -> None:
        np.matmul(x, w1, out=h1)
        np.matmul(h1, w2, out=h2)
        np.matmul(h2, w3, out=z)
        np.matmul(z, w3.T, out=h2_bar)
        np.matmul(h2_bar, w2.T, out=h1_bar)
        np.matmul(h2.T, z, out=w3_bar)
        np.matmul(h1.T, h2_bar, out=w2_bar)
        np.matmul(x.T, h1_bar, out=w1_bar)

    return run


def compiled(args: tuple[Any, ...]) -> Callable[[], Any]:
    """The gradient by compiled JAX."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def program(w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, x: Any, labels: Any) -> Any:
        h1 = jnp.tanh(x @ w1 + b1)
        h2 = jnp.tanh(h1 @ w2 + b2)
        z = h2 @ w3 + b3
        return jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=1)) - jnp.sum(labels * z, axis=1))

    gradient, given = jax.jit(jax.grad(program, mlp.ARGNUMS)), [jnp.asarray(a) for a in args]
    return lambda: jax.block_until_ready(gradient(*given))


def main() -> None:
    """Measure and print."""
    args = mlp.arguments(*mlp.SIZES["medium"])
    gradient = dualad.grad(mlp.program, mlp.ARGNUMS)
    timed: dict[str, Callable[[], Any]] = {
        "products alone": products(args),
        "dualad": lambda: gradient(*args),
        "by hand with out=": lambda: mlp.by_hand_out(*args),
    }
    if importlib.util.find_spec("jax") is not None:
        timed["compiled JAX"] = compiled(args)
    for call in timed.values():
        call()
    least = {name: min(samples) for name, samples in time_in_rounds(timed, ROUNDS, 30.0).items()}
    for name, seconds in least.items():
        print(f"{name:18} {show_time(seconds)}")
    if "compiled JAX" in least:
        print(f"compiled JAX / {BAR}  {show_time(least['compiled JAX'] / BAR)}")


if __name__ == "__main__":
    main()
