"""`custom_jvp` and `custom_vjp`: functions whose derivative the user states, with JAX's conventions.

A rule need not be the function's true derivative, so nothing here takes it for symmetric: in a transposed sweep (see
`sweeps`) both kinds hand on the tangents that their transposes give. With `b = r(a)` what a rule computes for the
result, and `a_bar = m(a, b_bar)` its cotangent, that is `b' = (dm/db_bar)^T a'` forward and
`a_bar' = (dm/da)^T a' + (dr/da)^T b_bar'` backward.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import numpy as np

from dualad import checks, forms, forward, sweeps, tree
from dualad.checks import Position
from dualad.control import leaves
from dualad.errors import DualadTypeError, RegistryError, Unsupported
from dualad.forward.levels import Level
from dualad.reverse.sites import CALLEE
from dualad.swept import reverse

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
Positions = tuple[Position, ...]
Answer = tuple[Any, Callable[[Any], tuple[Any, ...]]]


class Custom:
    """A function with a derivative of its own; it is called, bound and shown as the function is.

    Attributes:
        fun: the function.
        nondiff_argnums: positions of the arguments that no derivative is taken in.
    """

    kind = "custom"

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        checks.require_callable(fun, self.kind)
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun
        self.nondiff_argnums = tuple(nondiff_argnums)
        self.name = checks.name_of(fun)
        try:
            self._signature: inspect.Signature | None = inspect.signature(fun)
        except (TypeError, ValueError):
            self._signature = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def __get__(self, obj: Any, cls: type | None = None) -> Any:
        return self if obj is None else functools.partial(self, obj)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.fun(*args, **kwargs)

    def _positional(self, args: Args, kwargs: Kwargs, positions: Positions = ()) -> tuple[Args, tuple[int, ...]]:
        """The arguments by position, defaults included, and the positions that were given by name too."""
        if self._signature is None or not (kwargs or len(args) < len(self._signature.parameters)):
            if kwargs:
                raise DualadTypeError(f"{self.name} has no signature that can be read: pass its arguments by position")
            return args, tuple([p for p in positions if isinstance(p, int)])
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if bound.kwargs:
            raise DualadTypeError(
                f"{self.kind}: {self.name} takes {', '.join(bound.kwargs)} by keyword only, which its rule cannot "
                "name; let it be an argument by position"
            )
        names = list(self._signature.parameters)
        found = tuple([names.index(p) if isinstance(p, str) and p != CALLEE else p for p in positions])
        return bound.args, found  # type: ignore[return-value]

    def _apart(self, args: Args) -> tuple[Args, Args]:
        """The arguments of no derivative, in the order of `nondiff_argnums`, and the others."""
        static = {a % len(args) for a in self.nondiff_argnums if -len(args) <= a < len(args)}
        fixed = tuple([args[a] for a in self.nondiff_argnums])
        return fixed, tuple([x for i, x in enumerate(args) if i not in static])

    def _indices(self, args: Args, positions: tuple[int, ...]) -> list[int | None]:
        """For each position its index among the differentiated arguments, None for one that is not."""
        static = {a % len(args) for a in self.nondiff_argnums if -len(args) <= a < len(args)}
        rest = [i for i in range(len(args)) if i not in static]
        return [rest.index(p) if p in rest else None for p in positions]

    def _refuse_moving(self, fixed: Args) -> None:
        level = leaves.highest(fixed)
        if level is not None:
            raise Unsupported(
                f"{self.kind}: an argument of {self.name} among nondiff_argnums={self.nondiff_argnums} depends on what "
                "a derivative is taken in; take it out of nondiff_argnums, or wrap it in dualad.stop_gradient"
            )

    def _refuse_positions(self, positions: Positions, indices: list[int | None]) -> None:
        if CALLEE in positions or None in indices:
            raise Unsupported(
                f"{self.kind}: {self.name} was given an active value in an argument among "
                f"nondiff_argnums={self.nondiff_argnums}, or holds one itself; take it out of nondiff_argnums, or wrap "
                "it in dualad.stop_gradient"
            )

    def _no_rule(self, how: str) -> RegistryError:
        return RegistryError(f"{self.kind}: {self.name} has no rule yet; state it with {self.name}.{how}")


class CustomJVP(Custom):
    """What `custom_jvp` makes."""

    kind = "custom_jvp"

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        super().__init__(fun, nondiff_argnums)
        self.jvp: Callable[..., Any] | None = None
        self._linear = False

    def defjvp(self, jvp: Callable[..., Any]) -> Callable[..., Any]:
        """State the rule: `jvp(primals, tangents)`, two tuples, returns the result and its tangent.

        Arguments at `nondiff_argnums` come first, one by one. The tangent must be linear in `tangents`. Returns the
        rule itself, so that it serves as a decorator.
        """
        checks.require_callable(jvp, "defjvp")
        self.jvp = jvp
        self._linear = False
        return jvp

    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """State a rule for each argument: `jvp(t, ans, *args)` returns the tangent along one; None where it is zero."""
        self.jvp = _ByArgument(self, jvps)

    def _rule(self, fixed: Args) -> Callable[[Args, Args], Any]:
        if self.jvp is None:
            raise self._no_rule("defjvp")
        return functools.partial(self.jvp, *fixed) if fixed else self.jvp

    def _pair(self, pair: Any) -> tuple[Any, Any]:
        if isinstance(pair, tuple) and len(pair) == 2:
            return pair
        raise DualadTypeError(
            f"custom_jvp: the rule of {self.name} should return a pair of result and tangent, but it returned "
            f"{tree.describe(pair)}"
        )

    def __dualad_lifted__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, _ = self._positional(args, kwargs)
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        level = leaves.highest(primals)
        if level is None:
            return forward.call(self.fun, *args)
        given = leaves.value(primals, level), leaves.tangent(primals, level)
        y, dy = self._pair(forward.call(self._rule(fixed), *given))
        return leaves.joined(y, dy, level, f"custom_jvp: the rule of {self.name}")

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        args, found = self._positional(args, kwargs, positions)
        indices = self._indices(args, found)
        self._refuse_positions(positions, indices)
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
        else:
            if not self._linear:
                self._check_linear(rule, primals, inputs)
            y, pull = self._reversed(rule, primals, inputs)

        def pulled(ct: Any) -> tuple[Any, ...]:
            if _nothing(ct):
                return (0.0,) * len(indices)
            transpose = self._reversed(rule, primals, inputs)[1] if pull is None else pull
            (found,) = transpose([0.0, ct])
            return _picked(found, indices)

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
        tangents = tree.unflatten(inputs.treedef, [_ones(leaf) for leaf in inputs.leaves])
        twice = tree.map(lambda t: None if t is None else t * 2, tangents)
        values = tree.map(_root, primals)
        one, two = (
            [_root(x) for x in tree.flatten(self._pair(leaves.run(rule, values, t))[1])[0]] for t in (tangents, twice)
        )
        if not all(_is_twice(a, b) for a, b in zip(one, two)):
            raise DualadTypeError(
                f"custom_jvp: the tangent that the rule of {self.name} returns is not linear in the tangents, so it "
                "has no transpose and reverse mode cannot use it"
            )
        self._linear = True

    def _transposed(self, fixed: Args, primals: Args, indices: list[int | None], level: Level) -> Answer:
        rule = self._rule(fixed)
        inputs = forms.Form(primals)
        at, along = leaves.value(primals, level), leaves.tangent(primals, level)
        with sweeps.begun():
            pair, pull = reverse(rule, (at, along), {}, (0, 1))
        y, dy = self._pair(pair)
        leaves.refuse_captured(level, y, dy, name=self.name)
        result = forms.Form(y)

        def pulled(ct: Any) -> tuple[Any, ...]:
            whole = result.finish(ct)
            before, moving = forms.raw(leaves.value(whole, level)), forms.raw(leaves.tangent(whole, level))
            of_tangents = pull([0.0, before])[1]
            of_primals = pull([moving, before])[0]
            leaves.refuse_captured(level, of_tangents, of_primals, name=self.name)
            return _picked(leaves.raws(of_tangents, of_primals, inputs, level), indices)

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
                of_tangents[i], *rest = pull_part(of_total)
                if of_primals:
                    of_ans = forms.plus(of_ans, rest[0])
                    for p, raw in zip(places, rest[1:]):
                        sums[p] = forms.plus(sums[p], raw)
            if pull_ans is not None:
                for p, raw in zip(places, pull_ans(of_ans)):
                    sums[p] = forms.plus(sums[p], raw)
            return tuple([(sums, of_tangents)[p] for p in positions])  # type: ignore[index]

        return (ans, total), pull


_reversing: ContextVar[tuple[CustomJVP, ...]] = ContextVar("reversing", default=())


def _nothing(ct: Any) -> bool:
    """Whether a raw cotangent is zero throughout."""
    if isinstance(ct, (list, tuple)):
        return all(map(_nothing, ct))
    if isinstance(ct, dict):
        return all(map(_nothing, ct.values()))
    if forms.is_dual(ct):
        return _nothing(ct.value) and _nothing(ct.tangent)
    return forms.is_zero(ct) or not np.any(ct)


def _picked(found: Any, indices: list[int | None]) -> tuple[Any, ...]:
    if forms.is_zero(found):
        return (0.0,) * len(indices)
    return tuple([found[i] for i in indices])  # type: ignore[index]


def _ones(leaf: forms.Leaf) -> Any:
    ones = forms.finish_leaf(0.0, leaf, False)
    return None if ones is None else ones + 1


def _root(x: Any) -> Any:
    return forward.root(forward.load(x))


def _is_twice(one: Any, two: Any) -> bool:
    if one is None or not np.all(np.isfinite(one)):
        return True
    return bool(np.allclose(np.multiply(one, 2), two, rtol=1e-6, atol=1e-12))


class CustomVJP(Custom):
    """What `custom_vjp` makes."""

    kind = "custom_vjp"

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        super().__init__(fun, nondiff_argnums)
        self.fwd: Callable[..., Any] | None = None
        self.bwd: Callable[..., Any] | None = None
        self._linear = False

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
        args, _ = self._positional(args, kwargs)
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        level = leaves.highest(primals)
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
        at = tuple([leaves.value(x, level) for x in args])
        fixed, primals = self._apart(at)
        y, kept = self._pair(forward.call(fwd, *at))
        result = forms.Form(y)
        if not self._is_linear(bwd, (*fixed, kept), result):
            return None
        found, pull = reverse(bwd, (*fixed, kept, result.zeros()), {}, (len(fixed) + 1,))
        self._cotangents(found, primals)
        along = forms.raw(leaves.tangent(self._apart(args)[1], level))
        (dy,) = pull([0.0 if f is None else a for f, a in zip(found, along)])
        return leaves.joined(y, result.finish(dy), level, f"custom_vjp: bwd of {self.name}")

    def _is_linear(self, bwd: Callable[..., Any], given: Args, result: forms.Form) -> bool:
        """Whether twice the cotangent gives twice the arguments', as far as one trial tells."""
        if not self._linear:
            given = tree.map(_root, given)
            ones = tree.unflatten(result.treedef, [_ones(leaf) for leaf in result.leaves])
            twice = tree.map(lambda t: None if t is None else t * 2, ones)
            one, two = ([_root(x) for x in tree.flatten(leaves.run(bwd, *given, t))[0]] for t in (ones, twice))
            self._linear = len(one) == len(two) and all(map(_is_twice, one, two))
        return self._linear

    def _stated(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        if self.fwd is None or self.bwd is None:
            raise self._no_rule("defvjp")
        return self.fwd, self.bwd

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        return self.__dualad_split__(args, kwargs, positions, True)

    def __dualad_split__(self, args: Args, kwargs: Kwargs, positions: Positions, protect: bool) -> Answer:
        """Result and raw pullback; `protect`: arguments and result may be written before it runs."""
        args, found = self._positional(args, kwargs, positions)
        indices = self._indices(args, found)
        self._refuse_positions(positions, indices)
        self._stated()
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        level = leaves.transposed()
        if level is None:
            return self._plain(args, fixed, primals, indices, protect)
        return self._transposed(args, primals, indices, level)

    def _pair(self, pair: Any) -> tuple[Any, Any]:
        if isinstance(pair, tuple) and len(pair) == 2:
            return pair
        raise DualadTypeError(
            f"custom_vjp: fwd of {self.name} should return a pair of the result and what bwd needs, but it returned "
            f"{tree.describe(pair)}"
        )

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
        y, kept = self._pair(leaves.run(self.fwd, *args))  # type: ignore[arg-type]
        if protect:
            y, kept = forms.snapshot((y, kept))
        result = forms.Form(y)
        record = sweeps.current().record
        place = None if record is None else record.reserve()

        def pulled(ct: Any) -> tuple[Any, ...]:
            whole = result.finish(ct)
            if record is not None and place is not None:
                record.cotangents[place] = whole
            found = leaves.run(self.bwd, *fixed, kept, whole)  # type: ignore[arg-type]
            return _picked(self._cotangents(found, primals), indices)

        return y, pulled

    def _transposed(self, args: Args, primals: Args, indices: list[int | None], level: Level) -> Answer:
        """The tangent of `a_bar` along `a'` and `b_bar'` in the transposed sweep, and that of the result."""
        ct = sweeps.current().cotangent()
        inputs = forms.Form(primals)
        at = tuple([leaves.value(x, level) for x in args])
        along = forms.raw(leaves.tangent(primals, level))
        fixed, _ = self._apart(at)
        static = {a % len(args) for a in self.nondiff_argnums}
        moving = tuple([i for i in range(len(args)) if i not in static and forms.Form(args[i]).moves])
        first = len(fixed)
        with sweeps.begun():
            (y, kept), pull_fwd = reverse(self.fwd, at, {}, moving)  # type: ignore[arg-type]
            result = forms.Form(y)
            given = (*fixed, kept, result.finish(forms.raw(ct)))
            found, pull_bwd = reverse(self.bwd, given, {}, (first, first + 1))  # type: ignore[arg-type]
        values = self._cotangents(found, tuple([x for i, x in enumerate(at) if i not in static]))
        of_kept, of_ct = pull_bwd([0.0 if f is None else a for f, a in zip(found, along)])
        dy = result.finish(of_ct)
        leaves.refuse_captured(level, y, kept, values, dy, name=self.name)
        rest = [i for i in range(len(args)) if i not in static]

        def pulled(b_bar: Any) -> tuple[Any, ...]:
            adjoint = forms.raw(leaves.tangent(result.finish(b_bar), level))
            found = dict(zip(moving, pull_fwd([adjoint, of_kept])))
            tangents = [found.get(i, 0.0) for i in rest]
            return _picked(leaves.raws(values, tangents, inputs, level), indices)

        return leaves.joined(y, dy, level, f"custom_vjp: bwd of {self.name}"), pulled


def custom_jvp(fun: Callable[..., Any] | None = None, nondiff_argnums: Iterable[int] = ()) -> Any:
    """A function whose derivative is stated by its tangent, for both modes and every order.

    Also a decorator with arguments: `@custom_jvp(nondiff_argnums=(0,))`.

    Args:
        fun: the function. Its arguments and result are trees, as anywhere.
        nondiff_argnums: positions of arguments that no derivative is taken in (functions, sizes, flags); the rule takes
            them first.

    Returns:
        A function of the same arguments, with the methods `defjvp` and `defjvps`, one of which states the rule:
        `defjvp(rule)` with `rule(primals, tangents) -> (result, tangent)`, linear in the tangents; or
        `defjvps(*rules)` with a `rule(t, ans, *args) -> tangent` (or None) for each argument. Reverse mode transposes
        the rule. A second derivative differentiates the rule itself.

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
        return lambda f: CustomJVP(f, nondiff_argnums)
    return CustomJVP(fun, nondiff_argnums)


def custom_vjp(fun: Callable[..., Any] | None = None, nondiff_argnums: Iterable[int] = ()) -> Any:
    """A function whose derivative in reverse mode is stated: how a cotangent of the result becomes its arguments'.

    Also a decorator with arguments: `@custom_vjp(nondiff_argnums=(0,))`.

    Args:
        fun: the function. Its arguments and result are trees, as anywhere.
        nondiff_argnums: positions of arguments that no derivative is taken in; `bwd` takes them first.

    Returns:
        A function of the same arguments with the method `defvjp(fwd, bwd)`, which states the rule:
        `fwd(*args) -> (result, kept)`, and `bwd(kept, ct) -> (ct of each argument, ...)`. What is `kept` may be any
        tree. The rule need not be the function's true derivative; second derivatives in reverse mode are those of
        `fwd` and `bwd`, whatever these compute.

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
        return lambda f: CustomVJP(f, nondiff_argnums)
    return CustomVJP(fun, nondiff_argnums)
