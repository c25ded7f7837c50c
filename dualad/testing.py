"""Checks of derivatives, for dualad's tests and for users who state rules of their own."""

from __future__ import annotations

import contextlib
import functools
import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from dualad import checks, forms, registry, tree, untouched
from dualad.errors import DualadValueError, RegistryError
from dualad.nested import Pull, Push
from dualad.transforms import jvp, vjp

_TOLERANCE = {8: 1e-6, 4: 2e-3, 2: 5e-2}
_STEP = {8: 1e-3, 4: 5e-2, 2: 0.25}


def check_grads(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    order: int = 2,
    modes: Iterable[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
    seed: int = 0,
) -> None:
    """Check derivatives of a function against differences of its values, in random directions.

    From the second order on, the derivatives of the derivatives are checked in every order of the modes.

    Args:
        f: a function of trees that returns a tree; smooth near `args`.
        args: a tuple of its arguments. Integers, and what is no number, stay as they are.
        order: up to which order.
        modes: "fwd" (jvp), "rev" (vjp) or both.
        atol: absolute tolerance; by default 1e-6 in double precision, 2e-3 in single, 5e-2 in half.
        rtol: tolerance relative to the largest number of a leaf; by default the same.
        eps: the first step of the differences, which are extrapolated to 0; by default 1e-3, and larger where the
            function computes in less than double precision (arguments of less are raised to double for the
            differences).
        seed: of the random directions.

    Raises:
        AssertionError: a derivative is not what differences give; the message names it ("JVP of VJP of f") and both
            figures.
        DualadValueError: `order` is less than 1, or a mode is neither "fwd" nor "rev".

    Example:
        >>> import numpy as np
        >>> from dualad.testing import check_grads
        >>> check_grads(lambda x: np.sum(np.sin(x) * x), (np.array([0.5, 1.0]),))
    """
    chosen = (modes,) if isinstance(modes, str) else tuple(modes)
    if order < 1 or not chosen or any(mode not in ("fwd", "rev") for mode in chosen):
        raise DualadValueError(
            f"check_grads: order is at least 1 and modes are 'fwd' and 'rev', not {order}, {modes!r}"
        )
    checks.require_callable(f, "check_grads")
    args = checks.require_tuple(args, "args", "check_grads")
    checker = _Checker(chosen, atol, rtol, eps, np.random.default_rng(seed))
    checker.check(*_with_settings(f, args), order, checks.name_of(f))


_SETTINGS = (int, str, types.NoneType)


def _with_settings(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The function with integers and words bound that stand before or after its other arguments, and those.

    They stay as they are. Of the second order on the gradients in them would be checked as results are, if they were
    arguments; rules have none.
    """
    others = [i for i, a in enumerate(args) if not isinstance(a, _SETTINGS)]
    if len(others) == len(args) or not others:
        return f, args
    first, end = others[0], others[-1] + 1
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    rest = parameters[end : len(args)]
    if len(rest) < len(args) - end or any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in rest):
        end = len(args)  # they have no names
    named = {p.name: a for p, a in zip(rest, args[end:])}
    return functools.partial(f, *args[:first], **named), args[first:end]


def check_rule(
    fn: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any] | None = None,
    order: int = 2,
    modes: Iterable[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    seed: int = 0,
) -> None:
    """Check the derivative rule of a function, as dualad's own are checked.

    Each differentiable argument is moved by itself, so that an error names it; then all together, to the given order.
    Rules must leave what they are given as it was: others read the same arrays.
    A function that works element by element is also called with arguments that are broadcast against each other.

    Args:
        fn: a function or method that has a rule (`dualad.primitive`).
        args: its arguments by position, somewhere where it is smooth.
        kwargs: its arguments by name.
        order: up to which order.
        modes: "fwd" (jvp), "rev" (vjp) or both.
        atol: absolute tolerance; see `check_grads`.
        rtol: relative tolerance; see `check_grads`.
        seed: of the random directions.

    Raises:
        AssertionError: a derivative is not what differences give; the message names the argument.
        RegistryError: the function has no rule, or none for an argument that is an inexact number or array.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> from dualad.testing import check_rule
        >>> @dualad.primitive(partials=(lambda x: 3 * x**2,))
        ... def cube(x):
        ...     return x**3
        >>> check_rule(cube, (np.array([0.5, -1.0]),))
    """
    args = checks.require_tuple(args, "args", "check_rule")
    found = registry.lookup(fn)
    if found is None and isinstance(fn, types.MethodType):  # whose rule is that of the function, `self` included
        args = (fn.__self__, *args)
        fn = fn.__func__
        found = registry.lookup(fn)
    if found is None:
        raise RegistryError(f"{registry.display_name(fn)} has no derivative rule; state one with dualad.primitive")
    moving = [i for i, a in enumerate(args) if any(_moves(leaf) for leaf in tree.flatten(a)[0])]
    for i in moving:
        if found.rules and (i >= len(found.rules) or found.rules[i] is None):
            raise RegistryError(f"{found.name} has no rule for argument {i}, which is inexact")
    call = functools.partial(fn, **kwargs) if kwargs else fn
    _require_untouched(found, call, args, kwargs or {}, np.random.default_rng(seed))
    chosen = (modes,) if isinstance(modes, str) else tuple(modes)
    for given in (args, *_broadcast(found, args)):
        checker = _Checker(chosen, atol, rtol, None, np.random.default_rng(seed))
        for i in moving:
            checker.check(call, given, 1, f"{found.name} in argument {i}", only=i)
    check_grads(call, args, order, chosen, atol, rtol, seed=seed)


def _require_untouched(
    primitive: registry.Primitive,
    call: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    """Fail where a rule stores into what it is given: that shows in larger functions alone, which read it as well."""
    ans = call(*forms.snapshot(args))
    for way, rules in ((primitive.form, primitive.rules), ("jvps", primitive.jvps)):
        for i, rule in enumerate(rules[: len(args)]):
            if rule is None:
                continue
            first = [] if way == "elementwise" else [random_like(args[i] if way == "jvps" else ans, rng)]
            named = dict(kwargs)
            if "ans" in inspect.signature(rule).parameters:
                if first:
                    first.append(ans)
                else:
                    named["ans"] = ans
            given = (*first, *args, named)
            own = untouched.copied(given)
            with contextlib.suppress(Exception):  # the checks will meet it
                rule(*own[:-1], **own[-1])
            if not untouched.is_same(own, given):
                raise AssertionError(
                    f"a rule of {primitive.name} in argument {i} stores into what it is given (its cotangent or "
                    "tangent, the result, the arguments), which others read; let it return new arrays"
                )


def _broadcast(primitive: registry.Primitive, args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The same arguments as numbers, and as a column and a row, for functions that work element by element."""
    arrays = [isinstance(a, np.ndarray) and _moves(a) and a.size > 0 for a in args]
    if primitive.form != "elementwise" or not any(arrays):
        return
    yield tuple(a.reshape(-1)[0] if is_array else a for a, is_array in zip(args, arrays))
    if sum(arrays) > 1:
        first = arrays.index(True)
        yield tuple(
            (a.reshape(-1)[:3, None] if i == first else a.reshape(-1)[:2]) if is_array else a
            for i, (a, is_array) in enumerate(zip(args, arrays))
        )


class _Checker:
    def __init__(
        self,
        modes: tuple[str, ...],
        atol: float | None,
        rtol: float | None,
        eps: float | None,
        rng: np.random.Generator,
    ) -> None:
        self.modes = modes
        self.atol = atol
        self.rtol = rtol
        self.eps = eps
        self.rng = rng

    def check(
        self, f: Callable[..., Any], args: tuple[Any, ...], order: int, name: str, only: int | None = None
    ) -> None:
        """Check the derivatives of `f` along a random direction, or in one argument only."""
        tangents = random_like(args, self.rng)
        if only is not None:
            tangents = tuple(t if i == only else tree.map(np.zeros_like, t) for i, t in enumerate(tangents))
        value = f(*forms.snapshot(args))
        want, error = self.differences(f, args, tangents, value)
        cts = random_like(value, self.rng)
        if "fwd" in self.modes:
            _, dy = jvp(f, args, tangents)
            self.compare(f"JVP of {name}", (dy, want, error), value, (args, value))
        if "rev" in self.modes:
            _, pull = vjp(f, *args)
            got = inner(pull(cts), tangents)
            bound = inner(tree.map(np.abs, cts), error)
            self.compare(f"VJP of {name}", (got, inner(cts, want), bound), 0.0, (args, value))
        if order > 1:
            if "fwd" in self.modes:
                self.check(Push(f), (args, tangents), order - 1, f"JVP of {name}")
            if "rev" in self.modes:
                self.check(Pull(f), (args, cts), order - 1, f"VJP of {name}")

    def compare(self, what: str, figures: tuple[Any, Any, Any], like: Any, precision_of: Any) -> None:
        """What a derivative is, what differences give and their error: trees like `like`."""
        digits = precision(precision_of)
        treedef = tree.structure(like)
        for path, g, w, e in zip(tree.paths(treedef), *(tree.flatten_like(treedef, x) for x in figures)):
            if w is None:
                continue
            tolerance = self.tolerance(digits, w)
            where = f" at result{path}" if path else ""
            if not np.all(e <= tolerance):
                raise AssertionError(
                    f"{what}{where}: differences do not converge (to {w}, with an error of about {np.max(e):.1e}): the "
                    f"function is not smooth here, or eps or tolerances do not suit it"
                )
            off = np.abs(g - w)
            if np.shape(g) != np.shape(w) or not np.all(off <= tolerance + e):
                raise AssertionError(
                    f"{what}{where} along a random direction is {g}, but differences give {w}: off by "
                    f"{np.max(off):.1e}, tolerance {tolerance:.1e}"
                )

    def tolerance(self, digits: int, w: np.ndarray) -> float:
        """By how much what is `w` may be missed."""
        default = _TOLERANCE[digits]
        atol = default if self.atol is None else self.atol
        rtol = default if self.rtol is None else self.rtol
        return float(atol + rtol * np.max(np.abs(w), initial=0.0))

    def differences(self, f: Callable[..., Any], args: Any, tangents: Any, value: Any) -> tuple[Any, Any]:
        """Central differences along the tangents, extrapolated to step 0 (Ridders), and their estimated error.

        Steps are halved until the error is a thousandth of what is tolerated, and five times at most.
        """
        treedef = tree.structure(value)
        digits = precision(f(*moved(args, tangents, 0.0)))
        eps = self.eps or _STEP[digits]

        def at(h: float) -> list[Any]:
            up, down = (f(*moved(args, tangents, s)) for s in (h, -h))
            pairs = zip(tree.flatten_like(treedef, up), tree.flatten_like(treedef, down))
            return [(np.asarray(a) - np.asarray(b)) / (2 * h) if _moves(a) else None for a, b in pairs]

        limits = [None if first is None else Limit(first) for first in at(eps)]
        moving = [limit for limit in limits if limit is not None]
        for i in range(1, 6):
            if i > 2 and all(np.all(limit.error <= 1e-3 * self.tolerance(digits, limit.best)) for limit in moving):
                break
            for limit, column in zip(limits, at(eps / 2**i) if moving else ()):
                if limit is not None:
                    limit.add(column)
        found = [[None if limit is None else getattr(limit, name) for limit in limits] for name in ("best", "error")]
        return tree.unflatten(treedef, found[0]), tree.unflatten(treedef, found[1])


class Limit:
    """The limit of central differences whose step is halved each time.

    Attributes:
        best: the limit, as far as it is known.
        error: an estimate of its error.
    """

    def __init__(self, first: np.ndarray) -> None:
        self.best = first
        self.error = np.full(np.shape(first), np.inf)
        self._above = [first]

    def add(self, column: np.ndarray) -> None:
        """Take in the differences of half the last step."""
        row = [column]
        for j, above in enumerate(self._above, 1):
            row.append((4**j * row[j - 1] - above) / (4**j - 1))
            new = np.maximum(np.abs(row[j] - row[j - 1]), np.abs(row[j] - above))
            better = new < self.error
            self.best, self.error = np.where(better, row[j], self.best), np.where(better, new, self.error)
        self._above = row


def random_like(x: Any, rng: np.random.Generator) -> Any:
    """A random direction: a tree of x's structure, shapes and dtypes; None for integers and what is no number."""

    def one(value: Any) -> Any:
        leaf = forms.leaf_of(value)
        if not _moves(value):
            return None
        t = rng.uniform(0.5, 1.0, leaf.shape) * rng.choice([-1.0, 1.0], leaf.shape)
        if leaf.dtype.kind == "c":
            t = t + 1j * rng.uniform(-1.0, 1.0, leaf.shape)
        return forms.finish_leaf(np.asarray(t), leaf, False)

    return tree.map(one, x)


def inner(a: Any, b: Any) -> float:
    """The pairing of a cotangent with a tangent, `Re(sum(a * b))` over all leaves."""
    leaves, treedef = tree.flatten(a)
    pairs = zip(leaves, tree.flatten_like(treedef, b))
    terms = [np.sum(np.asarray(x) * np.asarray(y)).real for x, y in pairs if x is not None and y is not None]
    return float(sum(terms, 0.0))


def moved(x: Any, tangents: Any, step: float) -> Any:
    """`x + step * tangents`, in double precision; a fresh tree."""

    def one(value: Any, t: Any) -> Any:
        if t is None:
            return value.copy() if isinstance(value, np.ndarray) else value
        leaf = forms.leaf_of(value)
        wide = np.result_type(leaf.dtype, np.float64)
        there = np.asarray(value, wide) + step * np.asarray(t, wide)
        return forms.finish_leaf(there, forms.Leaf(leaf.cls, wide, leaf.shape), False)

    leaves, treedef = tree.flatten(x)
    return tree.unflatten(treedef, [one(v, t) for v, t in zip(leaves, tree.flatten_like(treedef, tangents))])


def precision(x: Any) -> int:
    """Bytes of the least precise real number in a tree: 8, 4 or 2."""
    dtypes = [leaf.dtype for leaf in forms.Form(x).leaves if leaf.dtype is not None]
    found = min([d.itemsize // (2 if d.kind == "c" else 1) for d in dtypes], default=8)
    return min(found, 8)


def _moves(value: Any) -> bool:
    leaf = forms.leaf_of(value)
    return leaf.cls is not forms.NoneType and not leaf.exact
