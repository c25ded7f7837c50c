"""Control of derivatives from inside user code: rules of one's own, hooks, checkpoints, and values held constant."""

from __future__ import annotations

from dualad.control.custom import custom_jvp, custom_vjp
from dualad.control.stated import primitive, stop_gradient

__all__ = ["custom_jvp", "custom_vjp", "primitive", "stop_gradient"]
