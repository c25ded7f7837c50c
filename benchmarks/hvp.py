"""What a Hessian-vector product costs in gradients, beside compiled JAX and HIPS autograd: `python -m benchmarks.hvp`.

Rosenbrock's function, a network and a Gaussian mixture, small and large, one thread each. Every system's product is
divided by its own gradient, both made beforehand; the least of several batches counts. Then the dense Hessian at about
a hundred numbers, divided by the product. Systems that are not installed with the Python that runs this are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import types
from collections.abc import Callable
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # noqa: E402

from benchmarks.worker import sample  # noqa: E402
from dualad import grad, hessian, hvp  # noqa: E402

BAR = 4.0
DENSE_BAR = 50.0
Call = Callable[[], Any]


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function of a vector."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def mlp(p: Any, inputs: Any, targets: Any) -> Any:
    """The squared error of a network of two layers."""
    h = np.tanh(inputs @ p["w1"] + p["b1"])
    return np.mean((h @ p["w2"] + p["b2"] - targets) ** 2)


def gmm(p: Any, points: Any) -> Any:
    """The negative log-likelihood of a mixture of Gaussians with diagonal covariances."""
    difference = (points[:, None, :] - p["means"]) * np.exp(-p["scales"])
    energy = -0.5 * np.sum(difference * difference, axis=2) - np.sum(p["scales"], axis=1) + p["weights"]
    top = np.max(energy, axis=1, keepdims=True)
    likelihood = np.log(np.sum(np.exp(energy - top), axis=1)) + top[:, 0]
    return np.log(np.sum(np.exp(p["weights"]))) * points.shape[0] - np.sum(likelihood)


RNG = np.random.default_rng(0)


def network(batch: int, inputs: int, hidden: int, outputs: int) -> tuple[Any, ...]:
    """Arguments of `mlp`."""
    weights = {
        "w1": RNG.normal(size=(inputs, hidden)) * 0.1, "b1": RNG.normal(size=hidden) * 0.1,
        "w2": RNG.normal(size=(hidden, outputs)), "b2": RNG.normal(size=outputs) * 0.1,
    }  # fmt: skip
    return weights, RNG.normal(size=(batch, inputs)), RNG.normal(size=(batch, outputs))


def mixture(points: int, parts: int, dimension: int) -> tuple[Any, ...]:
    """Arguments of `gmm`."""
    shape = (parts, dimension)
    given = {"weights": RNG.normal(size=parts), "means": RNG.normal(size=shape), "scales": RNG.normal(size=shape) * 0.1}
    return given, RNG.normal(size=(points, dimension))


PROBLEMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "Rosenbrock, 100": (rosenbrock, (RNG.normal(size=100),)),
    "Rosenbrock, 100000": (rosenbrock, (RNG.normal(size=100_000),)),
    "MLP, small": (mlp, network(16, 8, 16, 4)),
    "MLP, large": (mlp, network(256, 64, 128, 8)),
    "GMM, small": (gmm, mixture(20, 3, 4)),
    "GMM, large": (gmm, mixture(500, 10, 16)),
}


# About a hundred numbers in one vector, for the dense Hessian.


def mlp_flat(w: Any, inputs: Any, targets: Any) -> Any:
    """`mlp` of a vector of 100 numbers."""
    h = np.tanh(inputs @ w[:60].reshape(6, 10) + w[60:70])
    return np.mean((h @ w[70:100].reshape(10, 3) - targets) ** 2)


def gmm_flat(w: Any, points: Any) -> Any:
    """`gmm` of a vector of 99 numbers."""
    weights, means, scales = w[:11], w[11:55].reshape(11, 4), w[55:99].reshape(11, 4)
    difference = (points[:, None, :] - means) * np.exp(-scales)
    energy = -0.5 * np.sum(difference * difference, axis=2) - np.sum(scales, axis=1) + weights
    top = np.max(energy, axis=1, keepdims=True)
    likelihood = np.log(np.sum(np.exp(energy - top), axis=1)) + top[:, 0]
    return np.log(np.sum(np.exp(weights))) * points.shape[0] - np.sum(likelihood)


DENSE: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "Rosenbrock, 100": (rosenbrock, (RNG.normal(size=100),)),
    "MLP, 100": (mlp_flat, (RNG.normal(size=100) * 0.3, RNG.normal(size=(64, 6)), RNG.normal(size=(64, 3)))),
    "GMM, 99": (gmm_flat, (RNG.normal(size=99) * 0.3, RNG.normal(size=(200, 4)))),
}


def still(x: Any) -> Any:
    """A zero tangent."""
    return {k: still(v) for k, v in x.items()} if isinstance(x, dict) else np.zeros_like(x)


def ours(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Call, Call, Call]:
    """Gradient, product and Hessian by dualad."""
    gradient, along = grad(f), (args[0], *map(still, args[1:]))
    dense = hessian(f)
    return lambda: gradient(*args), lambda: hvp(f, args, along), lambda: dense(*args)


def with_numpy(f: Any, numpy: Any) -> Any:
    """The function with another library for `np`."""
    return types.FunctionType(f.__code__, {**f.__globals__, "np": numpy})


def jax(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Call, Call, Call]:
    """Gradient, product and Hessian by JAX, each compiled."""
    package = importlib.import_module("jax")
    package.config.update("jax_enable_x64", True)
    there = with_numpy(f, importlib.import_module("jax.numpy"))
    x, *rest = package.tree.map(package.numpy.asarray, args)
    gradient = package.jit(package.grad(there))

    @package.jit
    def product(x: Any, v: Any, *rest: Any) -> Any:
        return package.jvp(lambda x: package.grad(there)(x, *rest), (x,), (v,))[1]

    wait, dense = package.block_until_ready, package.jit(package.hessian(there))
    return (
        lambda: wait(gradient(x, *rest)),
        lambda: wait(product(x, x, *rest)),
        lambda: wait(dense(x, *rest)),
    )


def autograd(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Call, Call, Call]:
    """Gradient, product and Hessian by HIPS autograd."""
    package = importlib.import_module("autograd")
    there = with_numpy(f, importlib.import_module("autograd.numpy"))
    gradient, product, dense = package.grad(there), package.make_hvp(there), package.hessian(there)
    return lambda: gradient(*args), lambda: product(*args)[0](args[0]), lambda: dense(*args)


def numbers(x: Any) -> Any:
    """All numbers of a tree of dictionaries in one row."""
    if isinstance(x, dict):
        return np.concatenate([numbers(x[key]) for key in sorted(x)])
    return np.ravel(np.asarray(x))


def row(problem: Any, systems: dict[str, Any], divisor: int) -> list[str]:
    """For each system what its call after `divisor` costs in calls of `divisor`, checked against the first system."""
    f, args = problem
    wanted, cells = None, []
    for system, way in systems.items():
        made = way(f, args)
        once, measured = made[divisor], made[divisor + 1]
        found = numbers(measured())
        wanted = found if wanted is None else wanted
        np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-9 * np.max(np.abs(wanted)))
        once()
        a, b = sample(once, 0.1) * 1e6, sample(measured, 0.1) * 1e6
        cells.append(f"{system} {b / a:5.2f} ({a:.0f}, {b:.0f})")
    return cells


def main() -> None:
    """Print the tables."""
    peers = {"jax": jax, "autograd": autograd}
    systems = {"dualad": ours, **{name: way for name, way in peers.items() if importlib.util.find_spec(name)}}
    print("a Hessian-vector product in gradients of the same system; in brackets both in us")
    for name, problem in PROBLEMS.items():
        print(f"{name:20}", "   ".join(row(problem, systems, 0)))
    print(f"bar: dualad at most {BAR}")
    print("a dense Hessian in Hessian-vector products of the same system; in brackets both in us")
    for name, problem in DENSE.items():
        print(f"{name:20}", "   ".join(row(problem, systems, 1)))
    print(f"bar: dualad at most {DENSE_BAR}")


if __name__ == "__main__":
    main()
