"""How each system makes the gradient of a problem: from the problem's module and arguments to a call without arguments.

A way is a function of `(problem, args)` that returns the call to time and a function that makes nested sequences of
arrays and floats of what the call returns. What it imports is imported only when it is asked for.
"""

from __future__ import annotations

import importlib
import math
import types
from collections.abc import Callable
from typing import Any

import numpy as np

Call = Callable[[], Any]
Way = Callable[[types.ModuleType, tuple[Any, ...]], tuple[Call, Callable[[Any], Any]]]


def same(found: Any) -> Any:
    """What is returned as it is."""
    return found


def argnums(problem: types.ModuleType) -> int | tuple[int, ...]:
    """The differentiated arguments as transforms take them."""
    found = problem.ARGNUMS
    return found if len(found) > 1 else found[0]


def is_jacobian(problem: types.ModuleType) -> bool:
    """Whether the whole Jacobian is asked for."""
    return getattr(problem, "KIND", "gradient") == "jacobian"


def plain(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """The function itself."""
    return lambda: problem.program(*args), same


def hand(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """The adjoint by hand, without `out=`."""
    return lambda: problem.by_hand(*args), same


def hand_out(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """The adjoint by hand, with `out=` where the problem has arrays."""
    function = getattr(problem, "by_hand_out", problem.by_hand)
    return lambda: function(*args), same


def dualad(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """Ours: reverse mode for gradients, forward mode for the Jacobian of many results."""
    import dualad as package

    transform = package.jacfwd if is_jacobian(problem) else package.grad
    derivative = transform(problem.program, argnums(problem))
    return lambda: derivative(*args), same


def differences(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """Central differences."""
    positions = problem.ARGNUMS

    def run() -> Any:
        found = []
        for i in positions:
            leaf = np.array(args[i], float)
            out = []
            for j in range(leaf.size):
                ends = []
                for step in (1e-6, -1e-6):
                    there = leaf.copy()
                    there.flat[j] += step
                    changed = there if isinstance(args[i], np.ndarray) else there.tolist()
                    ends.append(problem.program(*args[:i], changed, *args[i + 1 :]))
                out.append((ends[0] - ends[1]) / 2e-6)
            found.append(np.stack(out, axis=-1) if is_jacobian(problem) else out)
        return found

    return run, same


def with_names(problem: types.ModuleType, functional: bool, **names: Any) -> Callable[..., Any]:
    """The program with other objects for the names `np`, `math` and `grad`, also in the functions that it calls."""
    scope = {**vars(problem), **{k: v for k, v in names.items() if k in vars(problem)}}
    for name, value in vars(problem).items():
        if isinstance(value, types.FunctionType) and value.__globals__ is vars(problem):
            scope[name] = types.FunctionType(value.__code__, scope, name, value.__defaults__, value.__closure__)
    return scope["functional" if functional and "functional" in scope else "program"]


def autograd(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """HIPS autograd on the same program."""
    package = importlib.import_module("autograd")
    anp = importlib.import_module("autograd.numpy")
    scipy = importlib.import_module("autograd.scipy.special")
    maths = types.SimpleNamespace(
        sin=anp.sin, cos=anp.cos, exp=anp.exp, log=anp.log, sqrt=anp.sqrt, erf=scipy.erf, pi=math.pi
    )
    program = with_names(problem, True, np=anp, math=maths, grad=package.grad)
    if is_jacobian(problem):  # one pass for each input: fewer than there are results
        push = importlib.import_module("autograd.differential_operators").make_jvp(program, 0)
        return lambda: np.stack([push(*args)(e)[1] for e in np.eye(args[0].size)], axis=-1), same
    derivative = package.grad(program, problem.ARGNUMS if len(problem.ARGNUMS) > 1 else problem.ARGNUMS[0])
    return lambda: derivative(*args), same


def _torch_names() -> tuple[types.SimpleNamespace, types.SimpleNamespace]:
    """PyTorch's functions under the names of NumPy and of `math`."""
    torch = importlib.import_module("torch")
    zero = torch.zeros((), dtype=torch.float64)

    def of_number(there: Callable[..., Any], here: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x: there(x) if isinstance(x, torch.Tensor) else here(x)

    def reduction(fn: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis=None: fn(x) if axis is None else fn(x, axis)

    elementwise = {name: getattr(torch, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos")}
    names = types.SimpleNamespace(
        **elementwise,
        sum=reduction(torch.sum),
        mean=reduction(torch.mean),
        max=reduction(torch.amax),
        amin=reduction(torch.amin),
        concatenate=lambda arrays, axis=0: torch.cat(arrays, axis),
        stack=lambda arrays, axis=0: torch.stack(arrays, axis),
        dot=torch.dot,
        array=torch.tensor,
        logaddexp=lambda a, b: torch.logaddexp(zero + a, b),
        zeros=lambda shape: torch.zeros(shape, dtype=torch.float64),
    )
    maths = {
        name: of_number(getattr(torch, name), getattr(math, name)) for name in ("exp", "log", "sqrt", "sin", "cos")
    }
    return names, types.SimpleNamespace(**maths, erf=torch.erf, pi=math.pi)


def torch(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """PyTorch eager on the same program, double precision."""
    package = importlib.import_module("torch")
    package.set_num_threads(1)

    def inner_grad(f: Callable[..., Any]) -> Callable[..., Any]:
        def of(x: Any, *rest: Any) -> Any:
            x = x if x.requires_grad else x.detach().requires_grad_()
            return package.autograd.grad(f(x, *rest), x, create_graph=True)[0]

        return of

    names, maths = _torch_names()
    program = with_names(problem, True, np=names, math=maths, grad=inner_grad)

    def tensor(value: Any, active: bool) -> Any:
        if isinstance(value, list):
            return [tensor(v, active) for v in value] if active else value
        if (isinstance(value, np.ndarray) and value.dtype == float) or (isinstance(value, float) and active):
            return package.tensor(value, dtype=package.float64, requires_grad=active)
        return value

    def leaves(value: Any) -> list[Any]:
        return [leaf for v in value for leaf in leaves(v)] if isinstance(value, list) else [value]

    values = [tensor(v, i in problem.ARGNUMS) for i, v in enumerate(args)]
    inputs = [leaf for i in problem.ARGNUMS for leaf in leaves(values[i])]

    def jacobian() -> Any:
        forward = package.autograd.forward_ad
        columns = []
        for direction in package.eye(inputs[0].numel(), dtype=package.float64):
            with forward.dual_level():
                out = program(forward.make_dual(inputs[0].detach(), direction), *values[1:])
                columns.append(forward.unpack_dual(out).tangent)
        return package.stack(columns, 1)

    def gradient() -> Any:
        return package.autograd.grad(program(*values), inputs)

    def plain_numbers(found: Any) -> Any:
        return found.numpy() if isinstance(found, package.Tensor) else [t.numpy() for t in found]

    return jacobian if is_jacobian(problem) else gradient, plain_numbers


def _jax(problem: types.ModuleType, args: tuple[Any, ...], jit: bool) -> tuple[Call, Callable[[Any], Any]]:
    package = importlib.import_module("jax")
    package.config.update("jax_enable_x64", True)
    jnp = importlib.import_module("jax.numpy")
    special = importlib.import_module("jax.scipy.special")
    maths = types.SimpleNamespace(
        sin=jnp.sin, cos=jnp.cos, exp=jnp.exp, log=jnp.log, sqrt=jnp.sqrt, erf=special.erf, pi=math.pi
    )
    program = with_names(problem, True, np=jnp, math=maths, grad=package.grad)
    if jit:
        program = getattr(problem, "jax_program", program)

    def array(value: Any) -> Any:
        if isinstance(value, list):
            return [array(v) for v in value]
        is_float = isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype == float)
        return jnp.asarray(value) if is_float else value

    active = tuple(array(args[i]) for i in problem.ARGNUMS)
    rest = tuple(array(v) for i, v in enumerate(args) if i not in problem.ARGNUMS and isinstance(v, np.ndarray))

    def closed(active: Any, rest: Any) -> Any:
        """The program of the differentiated arguments and the other arrays; all else is static."""
        inside, others = iter(active), iter(rest)
        values = [
            next(inside) if i in problem.ARGNUMS else next(others) if isinstance(v, np.ndarray) else v
            for i, v in enumerate(args)
        ]
        return program(*values)

    forward = is_jacobian(problem) or (jit and getattr(problem, "JAX_FORWARD", False))
    derivative = (package.jacfwd if forward else package.grad)(closed)
    if jit:
        derivative = package.jit(derivative)
    return lambda: package.block_until_ready(derivative(active, rest)), lambda found: package.tree.map(
        np.asarray, found
    )


def jax(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """JAX, compiled, as its user writes the program."""
    return _jax(problem, args, True)


def jax_eager(problem: types.ModuleType, args: tuple[Any, ...]) -> tuple[Call, Callable[[Any], Any]]:
    """JAX without compilation, on the same program."""
    return _jax(problem, args, False)


WAYS: dict[str, Way] = {
    "plain": plain,
    "hand": hand,
    "hand_out": hand_out,
    "dualad": dualad,
    "autograd": autograd,
    "torch": torch,
    "jax": jax,
    "jax_eager": jax_eager,
    "differences": differences,
}
