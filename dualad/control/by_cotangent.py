"""`custom_vjp`: functions whose derivative is stated by what becomes of a cotangent, which forward mode transposes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from dualad import checks, forms, forward, sweeps, tree
from dualad.control import leaves, moving
from dualad.control.custom import Answer, Args, Custom, Made, is_linear, made, picked, root_of, stated
from dualad.errors import DualadTypeError
from dualad.forward.levels import Level
from dualad.held import Variables
from dualad.swept import reverse


class CustomVJP(Custom):
    """What `custom_vjp` makes."""

    kind = "custom_vjp"
    made_of = ("fwd", "the result and what bwd needs")

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        super().__init__(fun, nondiff_argnums)
        self.fwd: Callable[..., Any] | None = None
        self.bwd: Callable[..., Any] | None = None
        self._linear = False

    @stated
    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """State the rule.

        Args:
            fwd: of the function's arguments; returns the result and what `bwd` needs, a pair.
            bwd: of the arguments at `nondiff_argnums`, what `fwd` kept, and the result's cotangent; returns a tuple of
                cotangents, one for each other argument (None for zero).
        """
        checks.require_callable(fwd, "defvjp")
        checks.require_callable(bwd, "defvjp")
        self.fwd, self.bwd = fwd, bwd
        self._linear = False

    def __dualad_lifted__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, *_, level = self._at_level(args, kwargs)
        if level is None:
            return forward.call(self.fun, *args)
        with sweeps.begun():
            found = self._pushed(args, level)
        if found is not None:
            return found
        if leaves.transposed() is level and sweeps.current().record is None:
            raise sweeps.CotangentsWanted
        raise checks.OnlyReverse(
            f"forward mode through {self.name}, a custom_vjp whose bwd is not linear in the cotangent: its rule says "
            "what reverse mode does only. Use grad, vjp or jacrev, or state the derivative with custom_jvp, which "
            "serves both modes"
        )

    def _pushed(self, args: Args, level: Level) -> Any:
        """The result with the tangent that the transpose of bwd gives, where bwd is linear; else None."""
        fwd, bwd = self._stated()
        with moving.at(level) as here:
            at = tuple([here.value(x) for x in args])
            fixed, primals = self._apart(at)
            y, kept = self._ran(fwd, *at)
            result = forms.Form(y)
            if not self._is_linear(bwd, (*fixed, kept), result):
                return None
            found, pull = reverse(bwd, (*fixed, kept, result.zeros()), {}, (len(fixed) + 1,))
            self._cotangents(found, primals)
            along = forms.raw(here.tangent(self._apart(args)[1]))
            (dy,) = pull([0.0 if f is None else a for f, a in zip(found, along)])
            joined = here.joined(y, result.finish(dy), f"custom_vjp: bwd of {self.name}")
            return self._kept_apart(joined, y, at, args, level)

    def _is_linear(self, bwd: Callable[..., Any], given: Args, result: forms.Form) -> bool:
        """Whether twice the cotangent gives twice the arguments', as far as one trial tells."""
        if not self._linear:
            given = tree.map(root_of, given)
            self._linear = is_linear(lambda t: leaves.run(bwd, *given, t), result)
        return self._linear

    def _stated(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        if self.fwd is None or self.bwd is None:
            raise self._no_rule("defvjp")
        return self.fwd, self.bwd

    def _split(self, args: Args, indices: list[int | None], protect: bool) -> Answer:
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        level = leaves.transposed()
        if level is None:
            return self._plain(args, fixed, primals, indices, protect)
        return self._transposed(args, primals, indices, level)

    def _cotangents(self, found: Any, primals: Args) -> list[Any]:
        """What bwd returned, checked: raw cotangents of the differentiated arguments."""
        if not isinstance(found, (tuple, list)) or len(found) != len(primals):
            raise DualadTypeError(
                f"custom_vjp: bwd of {self.name} should return a tuple of {len(primals)} cotangents, one for each "
                f"differentiated argument, but it returned {tree.describe(found)}"
            )
        where = f"custom_vjp: what bwd of {self.name} returned"
        return [
            0.0 if ct is None else forms.Form(x).cotangent(ct, f"{where}[{i}]")
            for i, (x, ct) in enumerate(zip(primals, found))
        ]

    def _plain(self, args: Args, fixed: Args, primals: Args, indices: list[int | None], protect: bool) -> Answer:
        fwd, bwd = self._stated()
        variables = Variables(bwd)
        y, kept = self._ran(fwd, *args)
        if protect:
            kept = forms.snapshot(kept)
        result = forms.Form(y)
        record = sweeps.current().record
        place = None if record is None else record.reserve()

        def pulled(ct: Any) -> tuple[Any, ...]:
            whole = result.finish(ct)
            if record is not None and place is not None:
                record.cotangents[place] = whole
            with variables.rebound():
                found = leaves.run(bwd, *fixed, kept, whole)
            return picked(self._cotangents(found, primals), indices)

        return y, pulled

    def _transposed(self, args: Args, primals: Args, indices: list[int | None], level: Level) -> Answer:
        """The tangent of `a_bar` along `a'` and `b_bar'` in the transposed sweep, and that of the result."""
        ct = sweeps.current().cotangent()
        inputs = forms.Form(primals)
        at = tuple([leaves.value(x, level) for x in args])
        along = forms.raw(leaves.tangent(primals, level))
        fixed, _ = self._apart(at)
        static = {a % len(args) for a in self.nondiff_argnums}
        positions = tuple([i for i in range(len(args)) if i not in static and forms.Form(args[i]).moves])
        first = len(fixed)
        fwd, bwd = self._stated()
        with sweeps.surrounding():
            (y, kept), pull_fwd = reverse(fwd, at, {}, positions)
            result = forms.Form(y)
            given = (*fixed, kept, result.finish(forms.raw(ct)))
            found, pull_bwd = reverse(bwd, given, {}, (first, first + 1))
        values = self._cotangents(found, tuple([x for i, x in enumerate(at) if i not in static]))
        of_kept, of_ct = pull_bwd([0.0 if f is None else a for f, a in zip(found, along)])
        dy = result.finish(of_ct)
        leaves.refuse_captured(level, y, kept, values, dy, name=self.name)
        rest = [i for i in range(len(args)) if i not in static]

        def pulled(b_bar: Any) -> tuple[Any, ...]:
            adjoint = forms.raw(leaves.tangent(result.finish(b_bar), level))
            found = dict(zip(positions, leaves.run(pull_fwd, [adjoint, of_kept])))
            tangents = [found.get(i, 0.0) for i in rest]
            return picked(leaves.raws(values, tangents, inputs, level), indices)

        return leaves.joined(y, dy, level, f"custom_vjp: bwd of {self.name}"), pulled


def custom_vjp(fun: Callable[..., Any] | None = None, nondiff_argnums: Iterable[int] = ()) -> Any:
    """A function whose derivative in reverse mode is stated: how a cotangent of the result becomes its arguments'.

    Also a decorator with arguments: `@custom_vjp(nondiff_argnums=(0,))`.

    Args:
        fun: the function. Its arguments and result are trees, as anywhere; a result that is an argument itself is
            taken for a copy of it.
        nondiff_argnums: positions of arguments that no derivative is taken in; `bwd` takes them first.

    Returns:
        A function of the same arguments with the method `defvjp(fwd, bwd)`, which states the rule:
        `fwd(*args) -> (result, kept)`, and `bwd(kept, ct) -> (ct of each argument, ...)`. What is `kept` may be any
        tree. The rule need not be the function's true derivative; second derivatives in reverse mode are those of
        `fwd` and `bwd`, whatever these compute. In variables that the function has captured it has its true derivative,
        for the rule says nothing of them.

    Raises:
        RegistryError: from a derivative, where no rule was stated.
        DualadTypeError, DualadValueError: from a derivative, where `fwd` returns no pair or `bwd` cotangents of another
            number, structure or shape.
        Unsupported: in forward mode, where `bwd` is not linear in the cotangent. (Where it is, forward mode transposes
            it.)

    Example:
        >>> from dualad import custom_vjp, grad
        >>> @custom_vjp
        ... def clipped(x):
        ...     return x
        >>> clipped.defvjp(lambda x: (x, None), lambda kept, ct: (min(ct, 1.0),))
        >>> grad(lambda x: clipped(x) ** 2)(3.0)
        1.0
    """
    if fun is None:
        return Made(CustomVJP, nondiff_argnums)
    return CustomVJP(fun, nondiff_argnums)


custom_vjp.__dualad_vjp__ = functools.partial(made, custom_vjp)  # type: ignore[attr-defined]
