"""What a Hessian-vector product costs beside a gradient, on Rosenbrock's function, an MLP and a Gaussian mixture.

python benchmarks/hvp.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import grad, hvp


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function of a vector."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def mlp(p: Any) -> Any:
    """The squared error of a network of two layers."""
    h = np.tanh(INPUTS @ p["w1"] + p["b1"])
    return np.mean((h @ p["w2"] + p["b2"] - TARGETS) ** 2)


def gmm(p: Any) -> Any:
    """The negative log-likelihood of a mixture of Gaussians with diagonal covariances."""
    difference = (POINTS[:, None, :] - p["means"]) * np.exp(-p["scales"])
    energy = -0.5 * np.sum(difference * difference, axis=2) - np.sum(p["scales"], axis=1) + p["weights"]
    top = np.max(energy, axis=1, keepdims=True)
    likelihood = np.log(np.sum(np.exp(energy - top), axis=1)) + top[:, 0]
    return np.log(np.sum(np.exp(p["weights"]))) * len(POINTS) - np.sum(likelihood)


rng = np.random.default_rng(0)
INPUTS, TARGETS, POINTS = rng.normal(size=(256, 64)), rng.normal(size=(256, 8)), rng.normal(size=(500, 16))
PROBLEMS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "Rosenbrock, 100": (rosenbrock, rng.normal(size=100)),
    "Rosenbrock, 100000": (rosenbrock, rng.normal(size=100_000)),
    "MLP": (
        mlp,
        {
            "w1": rng.normal(size=(64, 128)) * 0.1,
            "b1": np.zeros(128),
            "w2": rng.normal(size=(128, 8)),
            "b2": np.zeros(8),
        },
    ),
    "GMM": (
        gmm,
        {"weights": rng.normal(size=10), "means": rng.normal(size=(10, 16)), "scales": rng.normal(size=(10, 16)) * 0.1},
    ),
}


def least(run: Callable[[], Any], rounds: int = 15) -> float:
    """The least time of some calls, in seconds."""
    run()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    for name, (f, x) in PROBLEMS.items():
        gradient = least(lambda f=f, x=x: grad(f)(x))  # type: ignore[misc]
        product = least(lambda f=f, x=x: hvp(f, (x,), (x,)))  # type: ignore[misc]
        print(
            f"{name:20} gradient {gradient * 1e6:9.1f} us   product {product * 1e6:9.1f} us   {product / gradient:5.2f}"
        )
