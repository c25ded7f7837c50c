"""How the transforms are differentiated in reverse mode: what `jvp`, `vjp` and the rest mean inside a function.

Everything follows from one function, the reverse sweep at dual numbers (`swept.Swept`). With
`pull(x, ct) = J(x)^T ct` and `push(x, v) = J(x) v`:

* `push` at `(x, v)`, with a cotangent `b` of the tangent: `pull` at `(x, b)` along `(v, 0)`; its value is the cotangent
  of `v`, its tangent that of `x`, to which a cotangent of the value adds what it is pulled back to.
* `pull` at `(x, ct)`, with a cotangent `w`: the tangent of `pull` along `(w, 0)` is the cotangent of `x`, and the
  tangent of the result, on the way, that of `ct`.

The sweep is transposed (see `sweeps`), so that this holds for rules that are no true derivatives too.

What a function holds has its cotangents in the function's own: a dict from places to cotangents (`reverse.captured`),
and of a pullback, which is a function of the primals too, from its attribute `_primals`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from dualad import checks, forms, jacobians, sweeps, transforms
from dualad.checks import Position
from dualad.held import RUN_AGAIN, Held, digest, require_same
from dualad.reverse.cells import Place
from dualad.reverse.sites import CALLEE
from dualad.swept import Outside, Swept, reverse
from dualad.transforms import Derivative, Pullback, Transformed, jvp, vjp

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
Positions = tuple[Position, ...]
Answer = tuple[Any, Callable[[Any], tuple[Any, ...]]]


def numbers(f: Any, primals: Args) -> tuple[int, ...]:
    """Positions of the arguments that hold numbers."""
    return tuple([i for i, x in enumerate(primals) if forms.Form(x).moves])


class Push(Transformed):
    """`jvp` of a function: of primals and tangents, two tuples, gives the value and its tangent."""

    verb = "jvp"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        primals, tangents = args
        return jvp(self.fun, primals, tangents)

    __dualad_lifted__ = __call__

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, argnums: Positions) -> Answer:
        primals, tangents = forms.snapshot(args)
        return self.pushed(primals, tangents, argnums)

    def pushed(self, primals: Args, tangents: Args, argnums: Positions) -> Answer:
        """Value and tangent, and the pullback of both."""
        held = Held(self.fun, primals)
        y, dy = self(primals, tangents)
        held.require_unchanged()
        known = digest(y)
        positions = numbers(self.fun, primals)
        asked: Positions = (*positions, CALLEE) if CALLEE in argnums else positions
        outside = Outside(self.fun, primals, {}, asked, held)

        def pull(ct: Any) -> tuple[Any, ...]:
            of_value, of_tangent = parts(ct, 2)
            of_primals = outside.pull(of_value)
            of_tangents: tuple[Any, ...] = (0.0,) * len(asked)
            if not _is_nothing(of_tangent):
                swept = Swept(self.fun, asked, of_tangent, held)
                (values, again), (more, _) = swept.adjoint(primals, {}, dict(enumerate(tangents)))
                require_same(known, again, RUN_AGAIN.format(name=checks.name_of(self.fun)))
                of_tangents = swept.raws(values)
                of_primals = tuple(map(forms.plus, of_primals, swept.raws(more)))
            by_place = {
                0: spread(of_primals, positions, len(primals)),
                1: spread(of_tangents, positions, len(primals)),
                CALLEE: of_primals[-1],
            }
            return tuple([by_place[a] for a in argnums])  # type: ignore[index]

        return (outside.result(y), dy), held.restoring(pull)


def _is_nothing(ct: Any) -> bool:
    return forms.is_zero(ct) or (isinstance(ct, list) and all(map(forms.is_zero, ct)))


class Pull(Transformed):
    """`vjp` of a function: of primals, a tuple, and a cotangent of the result gives the cotangents of the primals."""

    verb = "vjp"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        primals, ct = args
        return vjp(self.fun, *primals)[1](ct)

    __dualad_lifted__ = __call__

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, argnums: Positions) -> Answer:
        primals, ct = forms.snapshot(args)
        held = Held(self.fun, primals)
        answer = self(primals, ct)
        held.require_unchanged()

        def pull(w: Any) -> tuple[Any, ...]:
            of_primals, of_ct, of_callee = pulled_back(self.fun, primals, forms.raw(ct), w, CALLEE in argnums, held)
            by_place = {0: of_primals, 1: of_ct, CALLEE: of_callee}
            return tuple([by_place[a] for a in argnums])  # type: ignore[index]

        return answer, held.restoring(pull)


def pulled_back(f: Any, primals: Args, ct: Any, w: Any, callee: bool, held: Held) -> tuple[Any, Any, Any]:
    """The cotangents of primals (a list of raw ones), `ct` and f in `<w, pull(primals, ct)>`."""
    along: dict[Position, Any] = {
        i: forms.Form(x).finish(part) for i, (x, part) in enumerate(zip(primals, parts(w, len(primals))))
    }
    positions = numbers(f, primals)
    swept = Swept(f, (*positions, CALLEE) if callee else positions, ct, held)
    _, (found, of_ct) = swept.adjoint(primals, {}, along)
    raws = swept.raws(found)
    return spread(raws, positions, len(primals)), forms.raw(of_ct), raws[-1] if callee else 0.0


def parts(ct: Any, count: int) -> list[Any]:
    """The raw cotangents of the items of a tuple."""
    return [0.0] * count if forms.is_zero(ct) else list(ct)


def spread(found: tuple[Any, ...], positions: tuple[int, ...], count: int) -> list[Any]:
    """What was found for some positions, as a list with a zero for each other one."""
    out: list[Any] = [0.0] * count
    for p, raw in zip(positions, found):
        out[p] = raw
    return out


class InnerPullback(Pullback):
    """A pullback made inside a differentiated function, where it is a function of the primals too."""

    __dualad_slots__ = ("_primals",)

    def __init__(
        self,
        pull: Any,
        y: Any,
        inputs: list[forms.Form],
        has_aux: bool,
        f: Any,
        primals: Args,
        active: bool,
        held: Held,
    ) -> None:
        super().__init__(pull, y, inputs, has_aux)
        self._f = f
        self._primals = primals
        self._active = active  # whether f holds active values itself
        self._held = held

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, argnums: Positions) -> Answer:
        given = forms.snapshot(args)

        def pull(w: Any) -> tuple[Any, ...]:
            ct = forms.raw(given[0])
            whole = [ct, 0.0] if self._has_aux else ct
            of_primals, of_ct, of_callee = pulled_back(self._f, self._primals, whole, w, self._active, self._held)
            by_place: dict[Any, Any] = {
                CALLEE: {"_primals": of_primals, **({} if forms.is_zero(of_callee) else of_callee)},
                0: of_ct[0] if self._has_aux and not forms.is_zero(of_ct) else of_ct,
            }
            return tuple([by_place[a] for a in argnums])  # type: ignore[index]

        return self(*args, **kwargs), self._held.restoring(pull)


# The public functions


def differentiated_by(*functions: Any) -> Callable[[Any], Any]:
    """State how functions of dualad are differentiated in reverse.

    The rule takes a function's arguments by name and the names of the active ones, those of `*primals` as positions
    there; it gives the result and a function from its cotangent to a dict of cotangents by these names.
    """

    def install(rule: Any) -> Any:
        for fn in functions:
            signature = inspect.signature(fn)
            fn.__dualad_vjp__ = lambda args, kwargs, positions, fn=fn, signature=signature: _stated(
                rule, fn, signature, args, kwargs, positions
            )
        return rule

    return install


def _stated(
    rule: Any, fn: Any, signature: inspect.Signature, args: Args, kwargs: Kwargs, positions: Positions
) -> Answer:
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    names = list(signature.parameters)
    variable = next((i for i, p in enumerate(signature.parameters.values()) if p.kind is p.VAR_POSITIONAL), len(args))
    places: list[Any] = [p if isinstance(p, str) else names[p] if p < variable else p - variable for p in positions]
    result, pull = rule(fn, bound.arguments, places)

    def pulled(ct: Any) -> tuple[Any, ...]:
        found = pull(ct)
        return tuple([found.get(place, 0.0) for place in places])

    return result, pulled


@differentiated_by(transforms.jvp)
def _jvp(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    f, has_aux = given["f"], given["has_aux"]
    primals, tangents = forms.snapshot((tuple(given["primals"]), tuple(given["tangents"])))
    places: tuple[Any, ...] = (0, 1, CALLEE) if "f" in active else (0, 1)
    (y, dy), pull_both = Push(f).pushed(primals, tangents, places)
    result: tuple[Any, ...] = (y, dy)
    if has_aux:
        checks.require_pair(y, "jvp")
        result = (y[0], dy[0], y[1])

    def pull(ct: Any) -> dict[Any, Any]:
        cts = parts(ct, 3)
        whole = [[cts[0], cts[2]], [cts[1], 0.0]] if has_aux else cts
        return dict(zip(("primals", "tangents", "f"), pull_both(whole)))

    return result, pull


@differentiated_by(transforms.hvp)
def _hvp(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    primals, tangents = forms.snapshot((tuple(given["primals"]), tuple(given["tangents"])))
    places: tuple[Any, ...] = (0, 1, CALLEE) if "f" in active else (0, 1)
    has_aux = given["has_aux"]
    (y, dy), pull_both = Push(Derivative(given["f"], given["argnums"], has_aux)).pushed(primals, tangents, places)

    def pull(ct: Any) -> dict[Any, Any]:
        of_product, of_aux = parts(ct, 2) if has_aux else (ct, 0.0)
        whole = [[0.0, of_aux], [of_product, 0.0]] if has_aux else [0.0, of_product]
        return dict(zip(("primals", "tangents", "f"), pull_both(whole)))

    return ((dy[0], y[1]) if has_aux else dy), pull


def swept_once(f: Any, primals: Args, has_aux: bool, active: bool, verb: str) -> tuple[Held, Positions, Any, Outside]:
    """A sweep of a function inside a differentiated one: what it holds, whose cotangents it gives, result and pullback.

    `active` says whether f holds active values itself.
    """
    positions: Positions = numbers(f, primals)
    if active:
        positions = (*positions, CALLEE)
    held = Held(f, primals)
    with sweeps.begun():
        answer = reverse(f, primals, {}, positions)
    held.require_unchanged()
    held.ran(answer[0])
    if has_aux:
        checks.require_pair(answer[0], verb)
    return held, positions, answer, Outside(f, primals, {}, positions, held, answer)


@differentiated_by(transforms.vjp)
def _vjp(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    f, has_aux = given["f"], given["has_aux"]
    primals = forms.snapshot(given["primals"])
    inputs = checks.require_some_number(f, primals, "vjp")
    held, positions, (y, raw_pull), outside = swept_once(f, primals, has_aux, "f" in active, "vjp")
    value, aux = y if has_aux else (y, None)
    pullback = InnerPullback(raw_pull, value, inputs, has_aux, f, primals, "f" in active, held)

    def pull(ct: Any) -> dict[Any, Any]:
        cts = parts(ct, 3)
        of_pullback = dict(cts[1]) if isinstance(cts[1], dict) else {}
        found: dict[Any, Any] = dict(enumerate(parts(of_pullback.pop("_primals", 0.0), len(primals))))
        places = {key: part for key, part in of_pullback.items() if type(key) is Place}
        found[CALLEE] = places or 0.0
        of_result = [cts[0], cts[2]] if has_aux else cts[0]
        for p, raw in zip(positions, outside.pull(of_result)):
            found[p] = forms.plus(found.get(p, 0.0), raw)
        found["f"] = found[CALLEE]
        return found

    y = outside.result(y)
    value, aux = y if has_aux else (y, None)
    value = forms.own(value)
    return ((value, pullback, aux) if has_aux else (value, pullback)), held.restoring(pull)


@differentiated_by(
    transforms.grad, transforms.value_and_grad,
    jacobians.jacobian, jacobians.jacfwd, jacobians.jacrev, jacobians.hessian,
)  # fmt: skip
def _made(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    """A transform made of a function that holds active values: its cotangent is the function's."""
    return fn(**given), lambda ct: {"f": ct}
