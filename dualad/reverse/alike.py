"""Variants of one closure for another of its code (`reverse.closures` says what is exchanged)."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

from dualad.analysis import kinds
from dualad.analysis.kinds import Kind
from dualad.records import replace
from dualad.reverse import closures
from dualad.reverse.closures import Pairs
from dualad.reverse.programs import Program, Variant
from dualad.reverse.quiet import running


def programs(found: Program) -> Iterator[tuple[Program, Pairs]]:
    """Other programs of the code that functions were emitted for, and how their closures compare with this one."""
    for other in found.family.first:
        pairs = closures.pairs(other.fn, found.fn) if other is not found else None
        if pairs is not None:
            yield other, pairs


def served(found: Program, key: Any, given: tuple[Kind, ...], values: tuple[Any, ...]) -> Variant | None:
    """A variant for these arguments, of kinds `given`, from one that was emitted for other closures among them."""
    for other in (found, *found.family.first):
        for candidate in other.variants.get(key, ()):
            pairs = closures.Pairs() if other is found else closures.pairs(other.fn, found.fn)
            if pairs is None:
                break
            if closures.are_paired(candidate.kinds, given, pairs) and pairs.old() and serves(candidate, pairs, values):
                return exchanged(candidate, pairs)
    return None


def serves(known: Variant, pairs: Pairs, values: tuple[Any, ...]) -> bool:
    """Whether a variant would serve these arguments of the other closure."""
    return bool(closures.exchanged_guard(known.guard, pairs)(*values)) and is_apart(known, pairs)


def is_apart(known: Variant, pairs: Pairs) -> bool:
    """Whether a variant can be had for another closure."""
    if known.apart != pairs.old():
        objects = [o for *_, kind in known.taken for o in kinds.objects(kind)]
        if not closures.is_apart(known.emitted.call, known.emitted.namespace, objects, pairs):
            return False
        known.apart = pairs.old()
    return True


def exchanged(known: Variant, pairs: Pairs) -> Variant:
    """A variant as it is for another closure."""
    emitted, plain = known.emitted, known.emitted.plain
    call = closures.exchanged(emitted.call, emitted.namespace, pairs)
    if plain is not None:
        plain = functools.partial(_exchanged_plain, plain, emitted.namespace, pairs)
    namespace = closures.exchanged_space(emitted.namespace, pairs)
    run, quiet = running(call, known.is_split, emitted.noisy, known.care)
    test, values = known.condition
    return replace(
        known,
        guard=closures.exchanged_guard(known.guard, pairs),
        still=closures.exchanged_guard(known.still, pairs),
        emitted=replace(emitted, call=call, namespace=namespace, plain=plain),
        call=run,
        quiet=quiet,
        kinds=tuple(map(pairs.kind, known.kinds)),
        condition=(test, closures.exchanged_space(values, pairs)),
        taken=frozenset([(s, name, pairs.of_id(owner), pairs.kind(kind)) for s, name, owner, kind in known.taken]),
        lifted=None,
        second={},
        apart=None,
    )


def _exchanged_plain(
    plain: Callable[[], types.FunctionType], helpers: Collection[str], pairs: Pairs
) -> types.FunctionType:
    return closures.exchanged(plain(), helpers, pairs)
