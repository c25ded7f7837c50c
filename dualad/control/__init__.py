"""Control of derivatives from inside user code: rules of one's own, hooks, checkpoints, and values held constant."""

from __future__ import annotations

from dualad.control.by_cotangent import custom_vjp
from dualad.control.by_tangent import custom_jvp
from dualad.control.checkpoints import checkpoint, checkpoint_cost, checkpoint_loop
from dualad.control.guard import NonFiniteError, nan_guard
from dualad.control.hooks import clip_by_global_norm, clip_by_value, on_cotangent
from dualad.control.overriding import override
from dualad.control.stated import primitive, stop_gradient

__all__ = [
    "NonFiniteError",
    "checkpoint",
    "checkpoint_cost",
    "checkpoint_loop",
    "clip_by_global_norm",
    "clip_by_value",
    "custom_jvp",
    "custom_vjp",
    "nan_guard",
    "on_cotangent",
    "override",
    "primitive",
    "stop_gradient",
]
