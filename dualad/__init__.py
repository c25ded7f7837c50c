"""Derivatives of plain Python and NumPy: right or refused, fast, and readable."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dualad.errors import DualadError, DualadTypeError, DualadValueError, RegistryError, Unsupported

if TYPE_CHECKING:
    from dualad import registry, testing, tree
    from dualad.compare import compare_modes
    from dualad.control import (
        NonFiniteError,
        checkpoint,
        checkpoint_cost,
        checkpoint_loop,
        clip_by_global_norm,
        clip_by_value,
        custom_jvp,
        custom_vjp,
        nan_guard,
        on_cotangent,
        override,
        primitive,
        stop_gradient,
    )
    from dualad.directions import laplacian, linearize, ravel, vhp
    from dualad.jacobians import hessian, jacfwd, jacobian, jacrev
    from dualad.orders import derivative, directional_derivative, elementwise_grad, taylor
    from dualad.show import clear_cache, gradient_flow, source
    from dualad.transforms import grad, hvp, jvp, value_and_grad, vjp
    from dualad.tree import register_tree

__version__ = "0.1.0"

__all__ = [
    "DualadError",
    "DualadTypeError",
    "DualadValueError",
    "NonFiniteError",
    "RegistryError",
    "Unsupported",
    "checkpoint",
    "checkpoint_cost",
    "checkpoint_loop",
    "clear_cache",
    "clip_by_global_norm",
    "clip_by_value",
    "compare_modes",
    "custom_jvp",
    "custom_vjp",
    "derivative",
    "directional_derivative",
    "elementwise_grad",
    "grad",
    "gradient_flow",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "laplacian",
    "linearize",
    "nan_guard",
    "on_cotangent",
    "override",
    "primitive",
    "ravel",
    "register_tree",
    "registry",
    "source",
    "stop_gradient",
    "taylor",
    "testing",
    "tree",
    "value_and_grad",
    "vhp",
    "vjp",
]

# Where each public name lives: its module loads at first use, so that `import dualad` costs little.
_HOMES = {
    "NonFiniteError": "control",
    "checkpoint": "control",
    "checkpoint_cost": "control",
    "checkpoint_loop": "control",
    "clear_cache": "show",
    "clip_by_global_norm": "control",
    "clip_by_value": "control",
    "compare_modes": "compare",
    "custom_jvp": "control",
    "custom_vjp": "control",
    "nan_guard": "control",
    "derivative": "orders",
    "directional_derivative": "orders",
    "elementwise_grad": "orders",
    "grad": "transforms",
    "gradient_flow": "show",
    "hessian": "jacobians",
    "hvp": "transforms",
    "jacfwd": "jacobians",
    "jacobian": "jacobians",
    "jacrev": "jacobians",
    "jvp": "transforms",
    "on_cotangent": "control",
    "override": "control",
    "laplacian": "directions",
    "linearize": "directions",
    "primitive": "control",
    "ravel": "directions",
    "register_tree": "tree",
    "source": "show",
    "stop_gradient": "control",
    "taylor": "orders",
    "value_and_grad": "transforms",
    "vhp": "directions",
    "vjp": "transforms",
}
_MODULES = ("registry", "testing", "tree")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"dualad.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'dualad' has no attribute {name!r}")
    with importlib.import_module("dualad.collecting").put_off():
        found = getattr(importlib.import_module(f"dualad.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
