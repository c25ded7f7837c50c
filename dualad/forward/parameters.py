"""Rules and definitions as they are called: which arguments they name, and what of a call none does."""

from __future__ import annotations

import inspect
import types
from typing import Any

from dualad.forward.levels import refuse
from dualad.forward.lift import lifted_function
from dualad.registry import SPECIAL_PARAMETERS, Primitive, Rule

Args = list[Any]


def invoke(rule: Rule, args: Args, kwargs: dict[str, Any], **special: Any) -> Any:
    """Call a rule with what it names: the function's arguments, and `ans`, `ct`, `t` wherever they stand."""
    found = _places.get(rule)
    if found is None:
        found = _places[rule] = (_find_places(rule), _runnable(rule))
    places, run = found
    given, named = list(args), dict(kwargs)
    for index, name in places:
        if index <= len(given):
            given.insert(index, special[name])
        else:
            named[name] = special[name]
    try:
        return run(*given, **named)
    except TypeError as error:
        if _binds(rule, given, named):
            raise
        raise refuse(f"a call with these arguments has no derivative: {error}") from None


def reads(rule: Rule, name: str) -> bool:
    """Whether a rule has a parameter of one of the special names, `ans`, `ct` or `t`."""
    found = _places.get(rule)
    if found is None:
        found = _places[rule] = (_find_places(rule), _runnable(rule))
    return any([n == name for _, n in found[0]])


_places: dict[Rule, tuple[tuple[tuple[int, str], ...], Rule]] = {}


def defined(definition: Rule) -> Rule:
    """A definition as dual numbers run through it."""
    found = _definitions.get(definition)
    if found is None:
        found = _definitions[definition] = _runnable(definition)
    return found


_definitions: dict[Rule, Rule] = {}


def _runnable(rule: Rule) -> Rule:
    """A rule as dual numbers of lower levels run through it: users' rules may need to be lifted."""
    lifted = lifted_function(rule) if isinstance(rule, types.FunctionType) else None
    return lifted or rule


def _find_places(rule: Rule) -> tuple[tuple[int, str], ...]:
    names = list(inspect.signature(rule).parameters)
    return tuple([(i, name) for i, name in enumerate(names) if name in SPECIAL_PARAMETERS])


def _binds(rule: Rule, args: Args, kwargs: dict[str, Any]) -> bool:
    try:
        inspect.signature(rule).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def rule_at(rules: tuple[Rule | None, ...], i: int) -> Rule | None:
    """The rule of an argument by its position, None where there is none."""
    return rules[i] if i < len(rules) else None


def linear_names(primitive: Primitive) -> frozenset[str]:
    """The parameters that a linear primitive is linear in: together, so that none keeps its value in a tangent."""
    found = _linear.get(primitive)
    if found is None:
        named = primitive.signature.parameters if primitive.form == "linear" and primitive.signature else ()
        found = _linear[primitive] = frozenset([n for i, n in enumerate(named) if rule_at(primitive.rules, i)])
    return found


_linear: dict[Primitive, frozenset[str]] = {}


def require_covered(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> None:
    """Refuse arguments that no rule names, before anything runs: what they do to the derivative is not known."""
    what = uncovered(primitive, args, kwargs)
    if what is not None:
        raise refuse(f"{primitive.name}{what}")


def uncovered(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> str | None:
    """What of a call no rule names, and what to do about it; None of a call that rules cover."""
    known = _known.get(primitive)
    if known is None:
        known = _known[primitive] = _find_known(primitive)
    most, names = known
    if len(args) + len(kwargs) < primitive.least:
        return f" with {len(args) + len(kwargs)} arguments has no derivative rule"
    if len(args) > most:
        return f" with {len(args)} arguments by position has no derivative rule; name the last ones"
    for name in kwargs:
        if names is not None and name not in names:
            return f"(..., {name}=...) has no derivative rule; call it without `{name}`"
    signature = primitive.signature if primitive.covers else None
    if signature is not None and not primitive.holds_for(dict(signature.bind(*args, **kwargs).arguments)):
        return " has no derivative rule for this call"
    return None


_known: dict[Primitive, tuple[int, frozenset[str] | None]] = {}


def _find_known(primitive: Primitive) -> tuple[int, frozenset[str] | None]:
    """How many arguments by position the rules name, and which names (None: any)."""
    if primitive.signature is None:
        return 1 << 30, None
    parameters = primitive.signature.parameters.values()
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    any_number = any([p.kind is p.VAR_POSITIONAL for p in parameters])
    most = 1 << 30 if any_number else len([p for p in parameters if p.kind in by_position])
    if any([p.kind is p.VAR_KEYWORD for p in parameters]):
        return most, None
    return most, frozenset([p.name for p in parameters])
