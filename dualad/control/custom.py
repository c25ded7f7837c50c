"""What `custom_jvp` and `custom_vjp` share: functions whose derivative the user states, with JAX's conventions.

A rule need not be the function's true derivative, so nothing here takes it for symmetric: in a transposed sweep (see
`sweeps`) both kinds hand on the tangents that their transposes give. With `b = r(a)` what a rule computes for the
result, and `a_bar = m(a, b_bar)` its cotangent, that is `b' = (dm/db_bar)^T a'` forward and
`a_bar' = (dm/da)^T a' + (dr/da)^T b_bar'` backward.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from dualad import checks, forms, forward, tree
from dualad.checks import Position
from dualad.control import leaves
from dualad.errors import DualadTypeError, RegistryError, Unsupported
from dualad.forward.levels import Level
from dualad.forward.memory import own
from dualad.reverse import engine
from dualad.reverse.sites import CALLEE
from dualad.untouched import Calls, as_given, copied, require_kept, require_unchanged, same_memory

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
Positions = tuple[Position, ...]
Answer = tuple[Any, Callable[[Any], tuple[Any, ...]]]


class Custom:
    """A function with a derivative of its own; it is called, bound and shown as the function is.

    Attributes:
        fun: the function.
        nondiff_argnums: positions of the arguments that no derivative is taken in.
        made_of: what is to return a pair, and of what.
    """

    __dualad_stated__ = True
    kind = "custom"
    made_of = ("the rule", "result and tangent")

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Iterable[int] = ()) -> None:
        checks.require_callable(fun, self.kind)
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun
        self.nondiff_argnums = tuple(nondiff_argnums)
        self.name = checks.name_of(fun)
        self._calls = Calls(self.name)
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

    def _at_level(self, args: Args, kwargs: Kwargs) -> tuple[Args, Args, Args, Level | None]:
        """All arguments, those of no derivative and the others, and the highest level among these."""
        args, _ = self._positional(args, kwargs)
        fixed, primals = self._apart(args)
        self._refuse_moving(fixed)
        return args, fixed, primals, leaves.highest(primals)

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

    def _refuse_positions(self, indices: list[int | None]) -> None:
        if None in indices:
            raise Unsupported(
                f"{self.kind}: {self.name} was given an active value in an argument among "
                f"nondiff_argnums={self.nondiff_argnums}; take it out of nondiff_argnums, or wrap it in "
                "dualad.stop_gradient"
            )

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        return self.__dualad_split__(args, kwargs, positions, True)

    def __dualad_split__(self, args: Args, kwargs: Kwargs, positions: Positions, protect: bool) -> Answer:
        """Result and raw pullback; `protect`: arguments and result may be written before it runs."""
        rest = tuple([p for p in positions if p != CALLEE])
        given, found = self._positional(args, kwargs, rest)
        indices = self._indices(given, found)
        self._refuse_positions(indices)
        y, pull = self._split(given, indices, protect)
        if CALLEE not in positions:
            return y, pull
        # Of what the function has captured the rule says nothing: there it has the derivative of what it computes.
        pull_captured = engine.split(self.fun, args, kwargs, (CALLEE,), protect)[1]

        def pulled(ct: Any) -> tuple[Any, ...]:
            parts = dict(zip((*rest, CALLEE), (*pull(ct), *leaves.run(pull_captured, ct))))
            return tuple([parts[p] for p in positions])

        return y, pulled

    def _split(self, args: Args, indices: list[int | None], protect: bool) -> Answer:
        raise NotImplementedError

    def _pair(self, pair: Any) -> tuple[Any, Any]:
        """What a rule returned, if it is the pair that it should be (`made_of` says of what)."""
        if isinstance(pair, tuple) and len(pair) == 2:
            return pair
        rule, of_what = self.made_of
        raise DualadTypeError(
            f"{self.kind}: {rule} of {self.name} should return a pair of {of_what}, but it returned "
            f"{tree.describe(pair)}"
        )

    def _ran(self, rule: Callable[..., Any], *args: Any) -> Any:
        """The pair that a rule returned, which must leave alone what it is given."""
        given = as_given(self._calls, *_arrays(args))
        pair = self._pair(leaves.run(rule, *args))
        require_unchanged(self._calls, given, pair)
        return pair

    def _kept_apart(self, joined: Any, y: Any, values: Args, args: Args, level: Level) -> Any:
        """The result with its tangent, apart from the memory of the arguments, which have these values."""
        found = _arrays(y)
        pairs = zip(_arrays(values), _arrays(args), strict=True)
        shared = [array for value, array in pairs if any([same_memory(value, part) for part in found])]
        if not shared:
            return joined
        joined = tree.map(own, joined)
        watched = shared, _arrays(joined)
        before = copied(watched)
        level.checks.append(lambda: require_kept(self.name, watched, before))
        return joined

    def _no_rule(self, how: str) -> RegistryError:
        return RegistryError(f"{self.kind}: {self.name} has no rule yet; state it with {self.name}.{how}")


def _arrays(x: Any) -> list[Any]:
    """The arrays and numbers of a tree, without derivatives."""
    return [root_of(leaf) for leaf in tree.flatten(x)[0]]


class Made:
    """A decorator that makes a function with a derivative of its own, with arguments for that."""

    def __init__(self, cls: type[Custom], nondiff_argnums: Iterable[int]) -> None:
        self.cls = cls
        self.nondiff_argnums = nondiff_argnums

    def __call__(self, fun: Callable[..., Any]) -> Custom:
        return self.cls(fun, self.nondiff_argnums)

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        return made(self, args, kwargs, positions)


def made(fn: Callable[..., Any], args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
    """A function made of one that holds active values: these have their cotangents at their places."""
    return fn(*args, **kwargs), lambda ct: (ct,) * len(positions)


def stated(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that states a rule: in reverse mode, too, it does no more than that."""

    def state(args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        return method(*args, **kwargs), lambda ct: (0.0,) * len(positions)

    method.__dualad_vjp__ = state  # type: ignore[attr-defined]
    return method


def is_nothing(ct: Any) -> bool:
    """Whether a raw cotangent is zero throughout."""
    if isinstance(ct, (list, tuple)):
        return all(map(is_nothing, ct))
    if isinstance(ct, dict):
        return all(map(is_nothing, ct.values()))
    if forms.is_dual(ct):
        return is_nothing(ct.value) and is_nothing(ct.tangent)
    return forms.is_zero(ct) or not np.any(ct)


def picked(found: Any, indices: list[int | None]) -> tuple[Any, ...]:
    """The raw cotangents at some of the differentiated arguments."""
    if forms.is_zero(found):
        return (0.0,) * len(indices)
    return tuple([found[i] for i in indices])  # type: ignore[index]


def is_linear(fn: Callable[[Any], Any], form: forms.Form) -> bool:
    """Whether twice a tangent or cotangent of that form gives twice as much, as far as one trial tells."""
    once = tree.map(lambda zero: None if zero is None else zero + 1, form.zeros())
    twice = tree.map(lambda t: None if t is None else t * 2, once)
    one, two = ([root_of(x) for x in tree.flatten(fn(t))[0]] for t in (once, twice))
    return len(one) == len(two) and all(map(_is_twice, one, two))


def root_of(x: Any) -> Any:
    """The value of a number or array without any derivatives."""
    return forward.root(forward.load(x))


def _is_twice(one: Any, two: Any) -> bool:
    """Whether one is twice the other, as far as finite numbers tell."""
    if one is None or not np.all(np.isfinite(one)):
        return True
    return bool(np.allclose(np.multiply(one, 2), two, rtol=1e-6, atol=1e-12))
