"""Rules that are put in the place of others for a while."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dualad import registry
from dualad.control.stated import listed, made_of
from dualad.errors import RegistryError, Unsupported
from dualad.forward.protocols import HANDLERS
from dualad.hashed import found_in
from dualad.registry import Rule
from dualad.reverse.origins import origin


@contextlib.contextmanager
def override(
    fn: Callable[..., Any],
    /,
    *rules: Rule | None,
    partials: Iterable[Rule | None] = (),
    transposes: Iterable[Rule | None] = (),
    jvps: Iterable[Rule | None] = (),
    vjps: Iterable[Rule | None] = (),
    jointly: bool = True,
    **facts: Any,
) -> Iterator[None]:
    """Within it, another rule is in force for a function that has one: in this context and for this function only.

    An operator, a method and an attribute are functions of their own: overriding `np.add` leaves `x + y` as it is.

    Args:
        fn: the function, which has a rule.
        rules: partial derivatives; these and all that follow are those of `primitive`.
        partials: the same by name.
        transposes: see `primitive`.
        jvps: see `primitive`.
        vjps: see `primitive`.
        jointly: see `primitive`.
        facts: see `primitive`.

    Raises:
        RegistryError: the function has no rule, or its derivative does not go by one (views, Python's operators); no
            way or several are given, or a rule does not fit the function.
        Unsupported: it is entered within a function that is differentiated in reverse mode.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> slope = dualad.grad(lambda x: np.sign(x) * x)
        >>> with dualad.override(np.sign, lambda x: 1.0):  # straight through
        ...     slope(3.0)
        4.0
        >>> slope(3.0)
        1.0
    """
    stated = {"partials": (*rules, *listed("partials", partials, fn, "override")), "transposes": transposes}
    known = registry.lookup(fn)
    facts = {"aliases": "no" if known is None else known.aliases, **facts}
    made = made_of(fn, {**stated, "jvps": jvps, "vjps": vjps}, jointly, facts, "override")
    require_overridable(fn)
    entered = _emitted_at()
    with registry.overridden(made):
        try:
            yield
        finally:
            if _emitted_at() != entered:
                raise Unsupported(_LEFT.format(made.name))


override.__dualad_around__ = True  # type: ignore[attr-defined]  # reverse mode refuses it inside of what it differentiates


def require_overridable(fn: Any) -> None:
    """Refuse functions whose derivative is found otherwise than by a rule, in one of the modes at least."""
    known, name = registry.lookup(fn), registry.display_name(fn)
    if known is None:
        raise RegistryError(f"{name} has no rule to override; state one with dualad.primitive")
    if known.gives_views:
        why = "its result may share memory with an argument, and reverse mode finds cotangents by memory, not by a rule"
    elif found_in(HANDLERS, fn) is not None or getattr(fn, "__module__", None) in ("builtins", "_operator"):
        why = "forward mode differentiates it without looking at a rule"
    else:
        return
    raise RegistryError(
        f"override({name}): {why}. Call it in a function of your own, state the rule of that one with "
        "dualad.primitive, and use it instead"
    )


_LEFT = (
    "override({}) was entered and left, by a context manager or by hand, within a function that is differentiated in "
    "reverse mode, whose derivative was written out before; enter it around the derivative, or call the function "
    "through one that dualad.custom_vjp gives a rule"
)


def _emitted_at() -> tuple[Any, int]:
    """The innermost emitted function that runs, and where it is: an override that it goes on under has no effect.

    Decorators of `contextlib` do no more than call the user's function, which is transformed when it is called.
    """
    frame: Any = sys._getframe(1)
    while frame is not None:
        if origin(frame.f_code.co_filename) is not None and frame.f_globals.get("__name__") != "contextlib":
            return frame, frame.f_lasti
        frame = frame.f_back
    return None, -1
