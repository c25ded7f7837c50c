"""`custom_jvp`: functions whose derivative is stated by the tangent of the result, which reverse mode transposes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from dualad import checks, forms, forward, sweeps, tree
from dualad.control import leaves, moving
from dualad.control.custom import (
    Answer,
    Args,
    Custom,
    Kwargs,
    Made,
    Positions,
    is_linear,
    is_nothing,
    made,
    picked,
    root_of,
    stated,
)
from dualad.errors import DualadTypeError
from dualad.forward.levels import Level
from dualad.held import Variables
from dualad.swept import reverse


class CustomJVP(Custom):
    """What `custom_jvp` makes."""

    kind = "custom_jvp"

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        super().__init__(fun, nondiff_argnums)
        self.jvp: Callable[..., Any] | None = None
        self._linear = False

    @stated
    def defjvp(self, jvp: Callable[..., Any]) -> Callable[..., Any]:
        """State the rule: `jvp(primals, tangents)`, two tuples, returns the result and its tangent.

        Arguments at `nondiff_argnums` come first, one by one. The tangent must be linear in `tangents`. Returns the
        rule itself, so that it serves as a decorator.
        """
        checks.require_callable(jvp, "defjvp")
        self.jvp = jvp
        self._linear = False
        return jvp

    @stated
    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """State a rule for each argument: `jvp(t, ans, *args)` returns the tangent along one; None where it is zero."""
        self.jvp = _ByArgument(self, jvps)

    def _rule(self, fixed: Args) -> Callable[[Args, Args], Any]:
        if self.jvp is None:
            raise self._no_rule("defjvp")
        return functools.partial(self.jvp, *fixed) if fixed else self.jvp

    def __dualad_lifted__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, fixed, primals, level = self._at_level(args, kwargs)
        if level is None:
            return forward.call(self.fun, *args)
        with moving.at(level) as here:
            values = here.value(primals)
            y, dy = self._ran(self._rule(fixed), values, here.tangent(primals))
            joined = here.joined(y, dy, f"custom_jvp: the rule of {self.name}")
            return self._kept_apart(joined, y, values, primals, level)

    def _split(self, args: Args, indices: list[int | None], protect: bool) -> Answer:
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        level = leaves.transposed()
        if level is None:
            return self._plain(fixed, primals, indices)
        return self._transposed(fixed, primals, indices, level)

    def _plain(self, fixed: Args, primals: Args, indices: list[int | None]) -> Answer:
        """The pullback is the transpose of the tangent: the pullback of the rule in the tangents, at zero."""
        inputs = forms.Form(primals)
        rule = self._rule(fixed)
        if self in _reversing.get():
            # The rule calls the function itself. That it does so for the result only is known when the pullback runs.
            primals = forms.snapshot(primals)
            y, pull = self._pair(leaves.run(rule, primals, inputs.zeros()))[0], None
            variables = Variables(rule)
        else:
            if not self._linear:
                self._check_linear(rule, primals, inputs)
            y, pull = self._reversed(rule, primals, inputs)

        def pulled(ct: Any) -> tuple[Any, ...]:
            if is_nothing(ct):
                return (0.0,) * len(indices)
            if pull is not None:
                return picked(leaves.run(pull, [0.0, ct])[0], indices)
            with variables.rebound():
                (found,) = self._reversed(rule, primals, inputs)[1]([0.0, ct])
            return picked(found, indices)

        return y, pulled

    def _reversed(self, rule: Callable[..., Any], primals: Args, inputs: forms.Form) -> tuple[Any, Any]:
        token = _reversing.set((*_reversing.get(), self))
        try:
            with sweeps.begun():
                pair, pull = reverse(rule, (primals, inputs.zeros()), {}, (1,))
        finally:
            _reversing.reset(token)
        return self._pair(pair)[0], pull

    def _check_linear(self, rule: Callable[..., Any], primals: Args, inputs: forms.Form) -> None:
        """At the first use in reverse mode: twice the tangent gives twice the result's."""
        values = tree.map(root_of, primals)
        if not is_linear(lambda t: self._ran(rule, values, t)[1], inputs):
            raise DualadTypeError(
                f"custom_jvp: the tangent that the rule of {self.name} returns is not linear in the tangents, so it "
                "has no transpose and reverse mode cannot use it"
            )
        self._linear = True

    def _transposed(self, fixed: Args, primals: Args, indices: list[int | None], level: Level) -> Answer:
        rule = self._rule(fixed)
        inputs = forms.Form(primals)
        at, along = leaves.value(primals, level), leaves.tangent(primals, level)
        with sweeps.surrounding():
            pair, pull = reverse(rule, (at, along), {}, (0, 1))
        y, dy = self._pair(pair)
        leaves.refuse_captured(level, y, dy, name=self.name)
        result = forms.Form(y)

        def pulled(ct: Any) -> tuple[Any, ...]:
            whole = result.finish(ct)
            before, rate = forms.raw(leaves.value(whole, level)), forms.raw(leaves.tangent(whole, level))
            of_tangents = leaves.run(pull, [0.0, before])[1]
            of_primals = leaves.run(pull, [rate, before])[0]
            leaves.refuse_captured(level, of_tangents, of_primals, name=self.name)
            return picked(leaves.raws(of_tangents, of_primals, inputs, level), indices)

        return leaves.joined(y, dy, level, f"custom_jvp: the rule of {self.name}"), pulled


class _ByArgument:
    """The rule that rules for each argument make: of primals and tangents, two tuples, gives result and tangent."""

    def __init__(self, fun: CustomJVP, jvps: tuple[Callable[..., Any] | None, ...]) -> None:
        self.fun = fun
        self.jvps = jvps

    def __call__(self, primals: Args, tangents: Args) -> Any:
        ans = leaves.run(self.fun, *primals)
        total: Any = 0.0
        for jvp, t in zip(self.jvps, tangents):
            if jvp is not None and t is not None:
                total = total + leaves.run(jvp, t, ans, *primals)
        return ans, total

    __dualad_lifted__ = __call__

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        primals, tangents = args
        of_primals = 0 in positions
        places = tuple([i for i, x in enumerate(primals) if forms.Form(x).moves])
        ans, pull_ans = reverse(self.fun, primals, {}, places) if of_primals else (leaves.run(self.fun, *primals), None)
        total: Any = 0.0
        pulls: dict[int, Any] = {}
        for i, (jvp, t) in enumerate(zip(self.jvps, tangents)):
            if jvp is not None and t is not None:
                wanted = (0, 1, *(p + 2 for p in places)) if of_primals else (0,)
                part, pulls[i] = reverse(jvp, (t, ans, *primals), {}, wanted)
                total = total + part

        def pull(ct: Any) -> tuple[Any, ...]:
            of_ans, of_total = (0.0, 0.0) if forms.is_zero(ct) else ct
            sums: list[Any] = [0.0] * len(primals)
            of_tangents: list[Any] = [0.0] * len(tangents)
            for i, pull_part in pulls.items():
                of_tangents[i], *rest = leaves.run(pull_part, of_total)
                if of_primals:
                    of_ans = forms.plus(of_ans, rest[0])
                    for p, raw in zip(places, rest[1:]):
                        sums[p] = forms.plus(sums[p], raw)
            if pull_ans is not None:
                for p, raw in zip(places, leaves.run(pull_ans, of_ans)):
                    sums[p] = forms.plus(sums[p], raw)
            return tuple([(sums, of_tangents)[p] for p in positions])  # type: ignore[index]

        return (ans, total), pull


_reversing: ContextVar[tuple[CustomJVP, ...]] = ContextVar("reversing", default=())


def custom_jvp(fun: Callable[..., Any] | None = None, nondiff_argnums: Iterable[int] = ()) -> Any:
    """A function whose derivative is stated by its tangent, for both modes and every order.

    Also a decorator with arguments: `@custom_jvp(nondiff_argnums=(0,))`.

    Args:
        fun: the function. Its arguments and result are trees, as anywhere; a result that is an argument itself is
            taken for a copy of it.
        nondiff_argnums: positions of arguments that no derivative is taken in (functions, sizes, flags); the rule takes
            them first.

    Returns:
        A function of the same arguments, with the methods `defjvp` and `defjvps`, one of which states the rule:
        `defjvp(rule)` with `rule(primals, tangents) -> (result, tangent)`, linear in the tangents; or
        `defjvps(*rules)` with a `rule(t, ans, *args) -> tangent` (or None) for each argument. Reverse mode transposes
        the rule. A second derivative differentiates the rule itself. In variables that the function has captured it has
        its true derivative, for the rule says nothing of them.

    Raises:
        RegistryError: from a derivative, where no rule was stated.
        DualadTypeError: from a derivative, where the rule returns no pair, a tangent of another structure, or one that
            is not linear in the tangents.
        Unsupported: from a derivative, where an argument among `nondiff_argnums` moves.

    Example:
        >>> import numpy as np
        >>> from dualad import custom_jvp, grad
        >>> @custom_jvp
        ... def log1pexp(x):
        ...     return np.log(1.0 + np.exp(x))
        >>> @log1pexp.defjvp
        ... def _(primals, tangents):
        ...     (x,), (t,) = primals, tangents
        ...     return log1pexp(x), t * (1.0 - 1.0 / (1.0 + np.exp(x)))
        >>> float(grad(log1pexp)(100.0))
        1.0
    """
    if fun is None:
        return Made(CustomJVP, nondiff_argnums)
    return CustomJVP(fun, nondiff_argnums)


custom_jvp.__dualad_vjp__ = functools.partial(made, custom_jvp)  # type: ignore[attr-defined]
