"""Rules that users state for the registry, and values that are held constant."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from dualad import forms, registry, tree
from dualad.errors import DualadTypeError, RegistryError
from dualad.registry import Rule
from dualad.untouched import Calls

_MISSING: Any = object()
FACTS = tuple(
    [
        name
        for name, p in inspect.signature(registry.Primitive).parameters.items()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    ]
)
_HOW = """state its derivative in one of these ways:
    dualad.primitive(f, lambda x: ...)                         partial derivatives, of a function that works by element
    dualad.primitive(f, transposes=(lambda ct, x: ...,))       transposes, of a function that is linear
    dualad.primitive(f, jvps=(lambda t, ans, x: ...,), vjps=(lambda ct, ans, x: ...,))    both modes, of any other
    dualad.registry.constant(f)                                no derivative"""


def stop_gradient(x: Any) -> Any:
    """The value itself, but without a derivative: what depends on `x` through it counts as constant.

    Args:
        x: a number, an array or a tree of these.

    Returns:
        A copy of `x`: what is apart from it has no cotangent in common with it either.

    Example:
        >>> from dualad import grad, stop_gradient
        >>> grad(lambda x: x * stop_gradient(x))(3.0)
        3.0
    """
    if not forms.is_dual(x) and tree.is_leaf(x):
        return _value(x)
    return tree.map(_value, x)


def _value(x: Any) -> Any:
    while forms.is_dual(x):
        x = x.value
    return x.copy() if isinstance(x, np.ndarray) else x


registry.constant(stop_gradient, name="dualad.stop_gradient")


def primitive(
    fn: Callable[..., Any] = _MISSING,
    /,
    *rules: Rule | None,
    partials: Iterable[Rule | None] = (),
    transposes: Iterable[Rule | None] = (),
    jvps: Iterable[Rule | None] = (),
    vjps: Iterable[Rule | None] = (),
    jointly: bool = True,
    **facts: Any,
) -> Any:
    """State the derivative of a function, instead of having it derived from the function's source.

    Also a decorator: `@primitive(partials=(lambda x: 4 * x,))`. Each way takes one rule for each positional argument,
    None where there is no derivative. A rule names its parameters as the function does, with the same defaults; `ans`
    is the function's result. Where the function returns several (a tuple, dict, dataclass), so do `jvps`, and `vjps`
    are given as many cotangents in the same container. Rules store into nothing that they are given, since others read
    it; what they return is checked as they run, and `dualad.testing.check_rule` checks the rest. Of what an object
    among the arguments holds (`self`) a rule says nothing: what is differentiated in should be an argument.

    Args:
        fn: the function, which may be one without Python source.
        rules: the same as `partials`.
        partials: partial derivatives of a function that works element by element: `lambda x, ans: ...`.
        transposes: of a function that is linear: each takes the cotangent `ct` and the function's arguments, and
            returns the argument's cotangent.
        jvps: for any function: each takes the tangent `t` of its argument, `ans` and the function's arguments, and
            returns the tangent of the result.
        vjps: with `jvps`: each takes the cotangent `ct`, `ans` and the function's arguments, and returns the
            argument's.
        jointly: with `transposes`, whether the function is linear in these arguments together (as `a + b`), or in each
            while the others are held (as `a @ b`).
        facts: what else `dualad.registry.Primitive` may be told, such as `aliases="yes"` of a function whose result is
            a view, through which what is stored moves in and out as it does in memory. Where that is not said, a
            result that is an argument itself, or a view of one, is taken for a copy, and a store into either is
            refused; say `aliases="no"` of a result that is always new, and stores into it cost less.

    Returns:
        The function itself.

    Raises:
        RegistryError: no way or several are given, the function has a rule already, or a rule does not fit the
            function; or later, a rule returns what has not the structure and shape that it should have.

    Example:
        >>> import dualad
        >>> @dualad.primitive(partials=(lambda x: 4 * x,))
        ... def square_and_double(x):
        ...     return 2 * x**2
        >>> dualad.grad(square_and_double)(3.0)
        12.0
    """
    if fn is _MISSING:
        if rules:
            raise RegistryError("primitive: as a decorator, pass the rules by name: @primitive(partials=(...,))")
        return lambda f: primitive(
            f, partials=partials, transposes=transposes, jvps=jvps, vjps=vjps, jointly=jointly, **facts
        )
    stated = {"partials": (*rules, *listed("partials", partials, fn)), "transposes": transposes, "jvps": jvps}
    made = made_of(fn, {**stated, "vjps": vjps}, jointly, facts)
    if not made.writes:
        made.calls = Calls(made.name, made.form == "elementwise")
    registry.add(made)
    registry.changed()
    return fn


def made_of(
    fn: Any, stated: dict[str, Any], jointly: bool, facts: dict[str, Any], asked: str = "primitive"
) -> registry.Primitive:
    """The primitive that users' rules state."""
    if not callable(fn):
        raise DualadTypeError(f"{asked} takes a function, but it was given {tree.describe(fn)}")
    if getattr(type(fn), "__hash__", None) is None:
        raise DualadTypeError(
            f"{asked}: {tree.describe(fn)} cannot be told from others of its class, as it is not hashable; give it a "
            "`__hash__`, or state the rule of a function that calls it"
        )
    ways = {way: listed(way, rules, fn, asked) for way, rules in stated.items()}
    given = [way for way, found in ways.items() if found]
    if given not in (["partials"], ["transposes"], ["jvps", "vjps"]):
        raise RegistryError(f"{asked}({registry.display_name(fn)}): {_seen(given)}; {_HOW}")
    unknown = [name for name in facts if name not in FACTS]
    if unknown:
        raise RegistryError(
            f"{asked}({registry.display_name(fn)}) has no parameter {unknown[0]!r}; besides the rules it may be told "
            f"{', '.join(FACTS)}, as dualad.registry.Primitive"
        )
    facts = {"checked": True, "aliases": "unsaid", **facts}
    for way in given:
        _check(fn, way, ways[way], asked)
    if given == ["partials"]:
        return registry.Primitive(fn, "elementwise", ways["partials"], **{"kind": "elements", **facts})
    if given == ["transposes"]:
        return registry.Primitive(fn, "linear" if jointly else "multilinear", ways["transposes"], **facts)
    return registry.general_primitive(fn, jvps=ways["jvps"], vjps=ways["vjps"], **facts)


def listed(way: str, rules: Any, fn: Any, asked: str = "primitive") -> tuple[Rule | None, ...]:
    """The rules that are given for the arguments, as a tuple."""
    if not isinstance(rules, Iterable) or isinstance(rules, str | dict):
        raise RegistryError(
            f"{asked}({registry.display_name(fn)}): {way} is a tuple with one rule for each argument, None where there "
            f"is no derivative, but it is {tree.describe(rules)}; write {way}=(rule,)"
        )
    return tuple(rules)


def _seen(given: list[str]) -> str:
    if not given:
        return "no rule was given"
    if given in (["jvps"], ["vjps"]):
        return f"{given[0]} were given without {'vjps' if given == ['jvps'] else 'jvps'}, and each serves one mode only"
    return f"{', '.join(given)} were given together"


_LEADING = {"partials": (), "transposes": ("ct",), "jvps": ("t",), "vjps": ("ct",)}


def _check(fn: Callable[..., Any], way: str, rules: tuple[Rule | None, ...], asked: str) -> None:
    """Each rule can be called as `way` says, with the function's arguments by their names."""
    try:
        own = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        own = None
    where = f"{asked}({registry.display_name(fn)}): {way}"
    if all(rule is None for rule in rules):
        raise RegistryError(f"{where} holds no rule; for a function without derivative use dualad.registry.constant")
    if own is not None:
        _check_count(where, own, rules)
    for i, rule in enumerate(rules):
        if rule is None:
            continue
        if not callable(rule):
            raise RegistryError(f"{where}[{i}] should be a function or None, but it is {tree.describe(rule)}")
        parameters = list(inspect.signature(rule).parameters.values())
        leading = _LEADING[way]
        if tuple(p.name for p in parameters[: len(leading)]) != leading:
            raise RegistryError(
                f"{where}[{i}] should take {leading[0]} as its first parameter, then "
                f"{'ans, ' if way != 'transposes' else ''}the function's arguments, but it takes "
                f"({', '.join(p.name for p in parameters)})"
            )
        rest = [p for p in parameters[len(leading) :] if p.name != "ans"]
        if own is not None:
            _check_names(f"{where}[{i}]", list(own.values()), rest)


def _check_count(where: str, own: Any, rules: tuple[Rule | None, ...]) -> None:
    kinds = [p.kind for p in own.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return
    count = sum(k in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for k in kinds)
    if len(rules) > count:
        raise RegistryError(f"{where} holds {len(rules)} rules, but the function has {count} positional arguments")


def _check_names(where: str, own: list[inspect.Parameter], given: list[inspect.Parameter]) -> None:
    """The rule's parameters are the function's, in order; those that it leaves out at the end have defaults."""
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if any(p.kind in variable for p in (*own, *given)):
        return
    takes = f"it takes ({', '.join(p.name for p in given)}), and the function ({', '.join(p.name for p in own)})"
    if [p.name for p in given] != [p.name for p in own[: len(given)]]:
        raise RegistryError(f"{where} should name its parameters as the function does: {takes}")
    for mine, theirs in zip(given, own):
        if mine.default is not theirs.default and mine.default != theirs.default:
            raise RegistryError(f"{where}: the default of {mine.name} should be the function's, {theirs.default!r}")
    left = [p.name for p in own[len(given) :] if p.default is inspect.Parameter.empty]
    if left:
        raise RegistryError(f"{where} leaves out {', '.join(left)}, which every call passes: {takes}")
