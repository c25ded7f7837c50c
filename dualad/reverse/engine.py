"""Reverse mode: from a function and arguments to its result and pullback, through cached variants."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from dualad import checks, registry, rules
from dualad.analysis import calls
from dualad.analysis.kinds import ANY
from dualad.errors import Unsupported
from dualad.reverse import sites
from dualad.reverse.assemble import Form
from dualad.reverse.programs import Position, Wanted, bound, part, program, wanted_of
from dualad.reverse.variants import build, runner, variant
from dualad.reverse.work import Work
from dualad.syntax.core import Bind, Var

del rules  # imported for its loaders


class Sites:
    """Makes the helpers of calls that give pullbacks."""

    check_scalar = staticmethod(checks.require_scalar)

    def __init__(self, strong: bool) -> None:
        self.strong = strong

    @staticmethod
    def check_aux(result: Any) -> None:
        checks.require_pair(result)
        checks.require_scalar(result[0])

    def make(self, stmt: Bind, work: Work) -> tuple[str, sites.CallSite]:
        operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
        active = tuple(i for i, a in enumerate(operands) if work.active(a))
        keywords = tuple(str(k) for k, _ in stmt.kwargs)
        reach = work.facts.memory
        written = any(
            isinstance(a, Var) and (reach.is_written(a.name) or reach.is_protected(a.name))
            for a in (*operands, Var(stmt.target))
        )
        strong = self.strong

        def split_call(fn: Any, args: tuple[Any, ...], kw: dict[str, Any], positions: tuple[Position, ...]) -> Any:
            return split(fn, args, kw, positions, protect=written, strong=strong)

        name = stmt.fn if stmt.op in ("method", "attr") else getattr(stmt.fn, "name", "call")
        method = stmt.fn if stmt.op in ("method", "attr") else None
        site = sites.CallSite(stmt.op, method, active, len(stmt.args), stmt.stars, keywords, split_call)
        return f"vjp_{name}", site


def split(
    f: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: tuple[Position, ...],
    protect: bool = True,
    strong: bool = True,
    public: bool = False,
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Result and pullback of any callable, in the arguments at `positions`."""
    if isinstance(f, sites._ContainerMethod):
        return f.split(args, positions)
    if isinstance(f, registry.Primitive):
        return sites.primitive_split(f, args, kwargs, positions)
    if hasattr(type(f), "__dualad_vjp__"):
        return f.__dualad_vjp__(args, kwargs, positions)  # type: ignore[no-any-return]
    primitive = registry.lookup(f)
    if primitive is not None:
        return sites.primitive_split(primitive, args, kwargs, positions)
    if isinstance(f, type):
        made = sites.constructed(f, args, kwargs, positions)
        if made is not None:
            return made
    plain, args, kwargs, positions = sites.unwrapped(f, args, kwargs, positions)
    if not isinstance(plain, types.FunctionType):
        primitive = registry.lookup(plain)
        if primitive is not None:
            return sites.primitive_split(primitive, args, kwargs, positions)
        raise no_rule(f)
    if plain.__module__ and plain.__module__.partition(".")[0] in ("numpy", "scipy"):
        raise no_rule(plain)
    if calls.is_ours(plain):
        raise Unsupported(
            f"reverse mode through dualad.{plain.__name__} called in the differentiated function is not supported yet; "
            "use jvp or jacfwd outside, or grad inside"
        )
    found = program(plain)
    values = bound(found, plain, args, kwargs)
    wanted = wanted_of(found, positions)
    names = tuple(dict.fromkeys(w.param for w in wanted))
    chosen = variant(found, values, names, Form("vjp", strong=strong, protect=protect), public, Sites)
    result, pull = runner(chosen)(*values)
    if len(names) == len(wanted) and all(w.part is None for w in wanted):
        return result, pull
    return result, _parts_puller(pull, names, wanted)


def _parts_puller(pull: Any, names: tuple[str, ...], wanted: tuple[Wanted, ...]) -> Any:
    def parts(ct: Any) -> tuple[Any, ...]:
        raws = dict(zip(names, pull(ct), strict=True))
        return tuple(part(raws[w.param], w) for w in wanted)

    return parts


def no_rule(f: Any) -> Unsupported:
    """The error for a callable without a rule and without source."""
    name = registry.display_name(f)
    return Unsupported(
        f"{name} has no derivative rule and no Python source that dualad differentiates. Declare one:\n"
        f"    @dualad.primitive(partials=(lambda x: ...,))\n    def my_function(x):\n        return {name}(x)"
    )


def vjp(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
    """Result and pullback, for the public `vjp`: the user may write into arguments and result before pulling."""
    return split(f, args, kwargs, argnums, public=True)


def source(
    f: Any,
    args: tuple[Any, ...] | None = None,
    kwargs: dict[str, Any] | None = None,
    argnums: tuple[Position, ...] = (0,),
    form: str = "grad",
    has_aux: bool = False,
) -> str:
    """The text of a variant: for given arguments, or with nothing known of them."""
    plain, values, names, argnums = sites.unwrapped(f, tuple(args or ()), dict(kwargs or {}), argnums)
    if not isinstance(plain, types.FunctionType):
        raise no_rule(f)
    found = program(plain)
    params = tuple(dict.fromkeys(w.param for w in wanted_of(found, argnums)))
    chosen = Form(form, has_aux, protect=form == "vjp")
    if values or names:
        return variant(found, bound(found, plain, values, names), params, chosen, True, Sites).emitted.text
    return build(found, dict.fromkeys(found.params, ANY), params, chosen, True, Sites).emitted.text
