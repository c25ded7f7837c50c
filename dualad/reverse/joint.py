"""Gradients by one emitted function (the joint assembly): further calls go to it straight."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, registry
from dualad.reverse import programs, sharing, sites
from dualad.reverse.emitted import Form
from dualad.reverse.engine import Sites, split
from dualad.reverse.programs import Entry, Position, Program, Variant, bound, part, program, wanted_of
from dualad.reverse.variants import is_lifting, runner, variant

NO_NUMBER = (ZeroDivisionError, OverflowError)
"""What Python's numbers raise where those of NumPy are infinite or not a number."""

DOUBLE, FEW = np.dtype(float), 8


def _quick(key: Any, args: tuple[Any, ...]) -> Any:
    """What the variant of an earlier call gives for a call by positions only; None if it does not serve."""
    entry = programs.entries.get(key)
    if entry is None or len(args) != entry.count or key[0].__code__ is not entry.code:
        return None
    if is_lifting() or registry.scope() is not None:
        return None
    for candidate in entry.variants:
        if candidate.guard(*args) and not candidate.watched:
            return _attempt(candidate, args) if not candidate.singular else finite_run(candidate, args)
    return None


def finite_run(chosen: Variant, args: tuple[Any, ...]) -> Any:
    """What a variant with singular partials gives; None where that is not finite and strong zeros are needed."""
    found = _attempt(chosen, args)
    return found if is_finite(found) else None


def _attempt(chosen: Variant, args: tuple[Any, ...]) -> Any:
    """What a variant gives; None where a partial cannot be computed without strong zeros."""
    try:
        return chosen.quiet(*args)
    except NO_NUMBER:
        if not may_need_strong_zeros(chosen):
            raise
        return None


def may_need_strong_zeros(chosen: Variant) -> bool:
    """Whether a variant that raised may be one of which a partial did, and may run again: it has no effects then."""
    return chosen.singular or chosen.own


def _remember(key: Any, args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> None:
    """Let the next call of a plain function go the quick way."""
    f, argnums, has_aux, _ = key
    if type(f) is not types.FunctionType or kwargs or registry.lookup(f) is not None or registry.scope() is not None:
        return
    found = program(f)
    wanted = wanted_of(found, argnums)
    if found.simple != len(args) or any(w.part is not None for w in wanted):
        return
    names = tuple(dict.fromkeys(w.param for w in wanted))
    known = variants_of(found, names, name, has_aux)
    if known:
        if len(programs.entries) >= programs.LIMIT:
            programs.entries.clear()
        programs.entries[key] = Entry(found.simple, known, f.__code__)
        found.entries.add(key)


def variants_of(found: Program, names: tuple[str, ...], name: str, has_aux: bool = False) -> list[Variant]:
    """The variants that serve the gradients in some parameters, the one that served last first."""
    return found.variants.get((names, Form(name, has_aux), True), [])


def gradients(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> tuple[Any, ...]:
    """Raw gradients alone: what only the value needs is not computed."""
    key = (f, argnums, False, "grad")
    try:
        found = _quick(key, args) if not kwargs else None
    except TypeError:  # a callable that cannot be hashed
        return value_and_grad(f, args, kwargs, argnums, False)[2]  # type: ignore[no-any-return]
    if found is None:
        made = _joint(f, args, kwargs, argnums, False, "grad")
        if made is None:
            return value_and_grad(f, args, kwargs, argnums, False)[2]  # type: ignore[no-any-return]
        _remember(key, args, kwargs, "grad")
        return made[1]  # type: ignore[no-any-return]
    return found if len(argnums) > 1 else (found,)


def value_and_grad(
    f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...], has_aux: bool
) -> tuple[Any, Any, Any]:
    """Value, aux and raw gradients by the joint assembly."""
    key = (f, argnums, has_aux, "value_and_grad")
    try:
        made = _quick(key, args) if not kwargs else None
    except TypeError:  # a callable that cannot be hashed
        made = None
    if made is None:
        made = _joint(f, args, kwargs, argnums, has_aux, "value_and_grad")
        if made is not None and getattr(f, "__hash__", None) is not None:
            _remember(key, args, kwargs, "value_and_grad")
    if made is not None:
        result, raws = made
        return (*result, raws) if has_aux else (result, None, raws)
    result, pull = split(f, args, kwargs, argnums)
    return by_pullback(result, pull, has_aux)


def by_pullback(result: Any, pull: Callable[[Any], Any], has_aux: bool) -> tuple[Any, Any, Any]:
    """Value, aux and raw gradients by a pullback of a function whose result is the value (or value and aux)."""
    aux = None
    if has_aux:
        checks.require_pair(result)
        result, aux = result
    checks.require_scalar(result)
    return result, aux, pull([1.0, 0.0] if has_aux else 1.0)


def _joint(
    f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...], has_aux: bool, name: str
) -> Any:
    """Result and raw gradients of a Python function; None for other callables."""
    if registry.lookup(f) is not None:
        return None
    plain, args, kwargs, argnums = sites.unwrapped(f, args, kwargs, argnums)
    if not isinstance(plain, types.FunctionType) or registry.lookup(plain) is not None:
        return None
    found = program(plain)
    values = bound(found, plain, args, kwargs)
    wanted = wanted_of(found, argnums)
    names = tuple(dict.fromkeys(w.param for w in wanted))
    chosen = variant(found, values, names, Form(name, has_aux), True, Sites)
    shared = sharing.watched(plain, chosen, values)
    made = _run(chosen, values)
    if shared is not None:
        shared.check()
    if made is not None:
        result, raws = _unpacked(made, name, names)
    if made is None or (chosen.singular and not is_finite(raws)):
        chosen = variant(found, values, names, Form(name, has_aux, strong=True), True, Sites)
        result, raws = _unpacked(runner(chosen)(*values), name, names)
    if any(w.part is not None for w in wanted):
        by_name = dict(zip(names, raws, strict=True))
        raws = tuple(part(by_name[w.param], w) for w in wanted)
    return result, raws


def _run(chosen: Variant, values: tuple[Any, ...]) -> Any:
    """What a variant gives; None where a partial cannot be computed without strong zeros."""
    try:
        return runner(chosen)(*values)
    except NO_NUMBER:
        if not may_need_strong_zeros(chosen):
            raise
        return None


def _unpacked(found: Any, name: str, names: tuple[str, ...]) -> tuple[Any, Any]:
    """Result (None where it was not asked for) and gradients of what an emitted function gave."""
    if name != "grad":
        return found  # type: ignore[no-any-return]
    return None, found if len(names) > 1 else (found,)


def is_finite(raw: Any) -> bool:
    """Whether all numbers of a raw gradient, or of a tree of such, are finite."""
    cls = type(raw)
    if cls is float:
        return math.isfinite(raw)
    if cls is np.ndarray and raw.size <= FEW and raw.dtype is DOUBLE:
        return all(map(math.isfinite, raw.ravel().tolist()))  # a third of what NumPy's own takes
    if hasattr(cls, "__dualad_dual__"):
        return is_finite(raw.value)
    if isinstance(raw, np.ndarray):
        finite = np.isfinite(raw)
        return bool(np.count_nonzero(finite) == finite.size)  # a sixth of what `all` takes
    if cls in (tuple, list):
        for item in raw:  # noqa: SIM110 - a generator costs more than what it asks
            if not (math.isfinite(item) if type(item) is float else is_finite(item)):
                return False
        return True
    if cls is dict:
        return all(is_finite(r) for r in raw.values())
    return not isinstance(raw, np.generic) or bool(np.isfinite(raw))
