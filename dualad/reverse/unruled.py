"""Functions that have neither a rule nor a source that is differentiated."""

from __future__ import annotations

from typing import Any

from dualad import equivalents, registry
from dualad.analysis import calls
from dualad.errors import Unsupported


def require_source(f: Any) -> None:
    """Refuse functions of libraries and of dualad itself that have no rule."""
    if calls.is_undeclared(f):
        raise no_rule(f)
    if calls.is_ours(f) and f not in equivalents.ALL and not getattr(f, "__dualad_lift__", False):
        raise Unsupported(
            f"reverse mode through dualad.{f.__name__} called in the differentiated function is not supported; "
            "use jvp or jacfwd outside"
        )


def no_rule(f: Any) -> Unsupported:
    """The error for a callable without a rule and without source."""
    name = registry.display_name(f)
    if hasattr(f, "cache_info"):
        return Unsupported(
            f"{name} has a cache (functools.lru_cache), which cannot tell numbers that a derivative is taken in from "
            "others of the same value; call the function without the cache"
        )
    return Unsupported(
        f"{name} has no derivative rule and no Python source that dualad differentiates. Declare one:\n"
        f"    @dualad.primitive(partials=(lambda x: ...,))\n    def my_function(x):\n        return {name}(x)"
    )
