"""Calls in emitted code whose operands or result live in shadow memory.

An `Operation` runs a call, method, attribute, item, store or augmented assignment forward and gives a pullback that
takes the residue of the result's cotangent and the sweep's memory, and gives residues of the active operands'
cotangents (`reverse.cells` says what a residue is). What is called is looked at when it runs.
"""

from __future__ import annotations

import collections
import functools
import operator
import types
from typing import Any

import numpy as np

from dualad import dict_views, registry
from dualad.analysis.inplace import changes_unseen
from dualad.classes import base_of, behind, count_held, is_computed, method_of, pairs_held, read_quietly
from dualad.errors import DualadError, Unsupported
from dualad.records import replace
from dualad.reverse import half_way, objects, sets, sites, unseen
from dualad.reverse.byvalue import by_value, taken
from dualad.reverse.callables import attribute, call, call_operands, is_users, with_views_read
from dualad.reverse.cells import Memory, deposit, noted, require_constant_key, require_dict, withdraw
from dualad.reverse.container_methods import container_mutator
from dualad.reverse.containers import dict_display, display, joined, shallow
from dualad.reverse.iterating import run_filling
from dualad.reverse.mutators import array_mutator
from dualad.reverse.operands import Operation, flattened, only_first, positions_of, run_mutator, shifted
from dualad.reverse.places import Pull, nothing
from dualad.reverse.plain_arrays import with_plain_arrays
from dualad.reverse.plain_calls import with_plain_calls
from dualad.reverse.plain_containers import with_plain_containers
from dualad.reverse.plain_numbers import with_plain_numbers
from dualad.reverse.sequences import Items
from dualad.reverse.snapshots import held, is_same, snapshot, within_reach
from dualad.reverse.suspended import Taking, given_back, opened, rewound

__dualad_lift__ = True  # dual numbers run through all of this


def caller(site: Operation) -> Any:
    """The function that emitted code calls.

    A function of the user's is called from here, by few frames: Python counts them where it calls itself.
    """
    count = len(site.active)
    direct = site.op == "call" and not (site.stars or site.keywords or site.guarded)

    def called(*operands: Any, **kwargs: Any) -> tuple[Any, Pull]:
        fn = None
        if site.op == "call":
            fn, operands = operands[0], operands[1:]
        named: list[Any] = []
        if site.keywords:
            maps = iter(operands[site.count :])
            named = [next(maps) if k is None else kwargs[k] for k in site.keywords]
        values = [*operands[: site.count], *named]
        before = [None if i in site.inside else noted(values[i]) for i in site.active]
        starred = opened(site, values) if site.stars else ()
        taking = Taking(values, site.active) if Items in map(type, values) else NONE_TAKEN
        making = _guarded if site.guarded else run
        given = tuple(values[: site.count]) if starred else operands[: site.count]
        try:
            if direct and is_users(fn):
                result, pull = site.shared(fn, given, {}, site.active, site.callee_active)
            else:
                result, pull = making(site, fn, given, flattened(site.keywords, named), named)
        except StopIteration as stop:
            _ended(site, taking, stop)
            raise
        error = half_way.error_in(result) if site.half_way else None
        after = None if site.result_inside or error is not None else noted(result)
        taken_here = taking.of_call()
        ended_here = taking.ended_by_call()

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            if error is not None:
                ct = 0.0
            elif not site.result_inside:
                ct = deposit(memory, after, ct)
            for _, items, _ in ended_here:
                rewound(memory, items)
            residues = pull(ct, memory)
            if taken_here:
                residues = given_back(memory, taken_here, dict(zip(site.active, residues, strict=True)))
            for to_generator in reversed(starred):
                to_generator(memory)
            found = []
            for i, seen, residue in zip(site.active, before, tuple(residues)[:count], strict=True):
                found.append(residue if i in site.inside else withdraw(memory, seen, residue))
            return tuple(found)

        if error is not None:
            half_way.leave(error, pullback)
            raise error
        return result, pullback

    for plainly_seen in (with_plain_arrays, with_plain_numbers, with_plain_calls, with_plain_containers):
        called = plainly_seen(site, called)
    return called


NONE_TAKEN = Taking([], ())
"""Of a call that is given no generator."""


def _ended(site: Operation, taking: Taking, stop: StopIteration) -> None:
    """A call was left because a generator had no more items: what that did after its last one is recorded."""
    if not site.half_way:
        return
    taken_here, ended_here = taking.of_call(), taking.ended_by_call()
    if not ended_here:
        return
    for _, items, _ in ended_here:
        items.ran_out = False

    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        for _, items, _ in ended_here:
            rewound(memory, items)
        return given_back(memory, taken_here, dict.fromkeys(site.active, 0.0))

    half_way.leave(stop, pullback)


def _guarded(site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    """A call whose exception somebody may handle: what it changed before it failed stays.

    A function of the user's gives the exception back, with the reverse of what it did. Anything else must have changed
    nothing.
    """
    name = getattr(fn, "__name__", None) or site.name or "a function"
    wanted = half_way.target(site, fn, operands)
    if wanted is not None:
        asked: list[bool] = []
        try:
            return run(half_way.asking(site, wanted, asked), fn, operands, kwargs, named)
        except DualadError:
            raise
        except Exception as error:
            if asked and not all(asked):
                raise Unsupported(half_way.FAILED.format(name=name)) from error
            raise
    if site.op in ("attr", "prim") and not half_way.methods_asked(site, operands):
        return run(site, fn, operands, kwargs, named)
    called = read_quietly(operands[0], str(site.name)) if site.op == "method" else fn
    values = (*operands, *named, called)
    watched = [(v, held) for v in values]
    if site.callee_active and site.op in ("call", "method"):
        watched.append((values, within_reach))
    copies = [snapshot(v, parts) for v, parts in watched]
    try:
        return run(site, fn, operands, kwargs, named)
    except DualadError:
        raise
    except Exception as error:
        if not all(is_same(snapshot(v, parts), c) for (v, parts), c in zip(watched, copies, strict=True)):
            raise Unsupported(half_way.FAILED.format(name=name)) from error
        raise


LISTED: tuple[Any, ...] = (str, bytes, range, type)
"""What has items that carry nothing: letters, numbers, the members of an enumeration, classes with parameters."""

INDEXED: tuple[Any, ...] = (type(np.s_), type(np.mgrid), type(np.ogrid))
"""NumPy's objects that make a key, or a grid, of what stands in their brackets, and of nothing else."""


def run(site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    """Result and pullback, whose residues belong to the active operands in order; all operands are taken as inside."""
    match site.op:
        case "prim" if site.name is operator.getitem:
            base, key = behind(operands[0]), operands[1]
            if isinstance(base, LISTED) or (isinstance(base, INDEXED) and _is_constant(site, key)):
                return base[key], lambda ct, memory: (0.0,) * len(site.active)
            if is_plain(base):
                made = 1 in site.active and isinstance(base, dict) and not dict.__contains__(base, key)
                value, pull = objects.get_item(site.shared, base, key)
                return value, only_first(site, _of_active_key(base, key, pull) if made else pull)
            if any(isinstance(part, slice) for part in (key if isinstance(key, tuple) else (key,))):
                objects.require_discrete(base, key)
            return call_operands(site, type(base).__getitem__, operands, kwargs)
        case "prim":
            return _operator(site, operands)
        case "attr":
            return attribute(site, operands[0])
        case "method":
            return _method(site, operands, kwargs, named)
        case "tuple" | "list":
            read = with_views_read(site, operands, 0, lambda given: display(site, given))
            return display(site, operands) if read is None else read
        case "set":
            return sets.display(site, operands)
        case "dict":
            return dict_display(site, operands)
    return call_operands(site, fn, operands, kwargs, named=named)


def _of_active_key(base: Any, key: Any, pull: Pull) -> Pull:
    """The pullback of reading what a dict did not hold before: an active number is one of its keys now."""

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        require_constant_key(memory, base, key)
        return pull(ct, memory)

    return pulled


def _is_constant(site: Operation, key: Any) -> bool:
    """Whether a key holds nothing that may be differentiated in."""
    return 1 not in site.active or (not site.integers and objects.is_discrete(key))


def _operator(site: Operation, operands: tuple[Any, ...]) -> Any:
    """An operator: of numbers and arrays by its rule, of containers by what it does to their items."""
    if site.name is operator.or_:
        operands = tuple(map(behind, operands))
    left, right = operands[0], operands[-1]
    own = objects.operator_of(site.shared, site.name.__name__.rstrip("_"), operands, site.active)
    if own is not None:
        objects.require_followed(site, site.name, own[0], operands)
        return own
    unseen.require_seen(site.name, operands)
    if isinstance(left, dict) and site.name is operator.or_:
        for mapping in operands:
            require_dict(mapping)
        result = left | right
        of_right = {k for k, _ in pairs_held(right)}
        return joined(site, operands, result, [(int(k in of_right), k) for k, _ in pairs_held(result)])
    if any(isinstance(v, sets.SETS) for v in operands):
        return sets.operated(site, operands)
    sequences = [isinstance(v, list | tuple | collections.deque) for v in operands]
    if site.name is operator.add and all(sequences):
        result = left + right
        origin = [(i, k) for i, v in enumerate(operands) for k in range(count_held(v))]
        return joined(
            site, operands, result, origin[len(origin) - count_held(result) :]
        )  # some deques have room for few
    if site.name is operator.mul and any(sequences) and any(isinstance(v, int | np.integer) for v in operands):
        i = sequences.index(True)
        result, length = left * right, count_held(operands[i])
        at = -count_held(result) % length if length else 0  # a deque may have room for the last ones alone
        return joined(site, operands, result, [(i, (at + k) % length) for k in range(count_held(result))])
    return call_operands(site, site.name, operands, {})


def is_plain(base: Any) -> bool:
    """Whether items of the base are NumPy's and Python's own."""
    if isinstance(getattr(type(base), "__getitem__", None), types.FunctionType):
        return hasattr(type(base), "__dualad_dual__")
    plain = np.ndarray | np.generic | list | dict | tuple | collections.deque
    return isinstance(base, plain) or hasattr(type(base), "__dualad_dual__")


def _reads(owner: Any, name: str) -> bool:
    """Whether it is a method of a container of Python's own."""
    base = tuple if isinstance(owner, tuple) else base_of(type(owner))
    return base is not None and name in dir(base) and method_of(owner, name) is None


def _is_of_python(owner: Any, name: str) -> bool:
    """Whether it is a method of a container, or one of an array that changes the array."""
    return base_of(type(owner)) is not None or (
        sites.has_array_methods(owner, name) and array_mutator(name) is not None
    )


def _closed(items: Items, residues: tuple[Any, ...], ct: Any, memory: Memory) -> tuple[Any, ...]:
    """The pullback of `close`: what the generator did after its last item."""
    rewound(memory, items)
    return residues


OF_ITEMS = ("__getitem__", "__setitem__", "__delitem__")
"""Methods of containers that a subscript stands for."""


def _computed(site: Operation, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    """A call of what a property or `__getattr__` gives: that is read first, and undone last."""
    name = str(site.name)
    fn, pull_read = objects.get_attribute(site.shared, operands[0], name)
    result, pull = call_operands(replace(site, callee_active=True), fn, operands[1:], kwargs, 1, named)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        residues = list(pull(ct, memory))
        residue = pull_read(0.0, memory)[0]
        if 0 in site.active:
            residues[site.active.index(0)] = residue
        return tuple(residues)

    return result, pulled


BY_NAME = {"__getattribute__": getattr, "__setattr__": setattr, "__delattr__": delattr}
"""What methods of all objects do, by the functions that do it."""


def _method(site: Operation, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    owner, name = behind(operands[0]), str(site.name)
    operands = (owner, *operands[1:])
    if (site.stars or None in site.keywords) and _is_of_python(owner, name):
        return call_operands(site, getattr(owner, name), operands[1:], kwargs, 1, named)
    if isinstance(owner, Items) and name == "throw":
        return taken(owner, lambda: owner.throw(*operands[1:]), positions_of(site))
    if isinstance(owner, Items) and name == "close":
        owner.close()
        return None, functools.partial(_closed, owner, (0.0,) * len(site.active))
    if sites.has_array_methods(owner, name):
        mutator = array_mutator(name)
        if mutator is not None:
            return run_mutator(mutator, operands, kwargs, positions_of(site))
        primitive = registry.lookup_method(name)
        if primitive is None:
            raise Unsupported(f"the method `{name}` of an active array has no derivative rule")
        return call_operands(site, primitive, operands, kwargs, named=named)
    if name in BY_NAME and not isinstance(owner, type) and method_of(owner, name) is None and not site.stars:
        return call_operands(site, BY_NAME[name], operands, kwargs, named=named)
    if base_of(type(owner)) is not None and method_of(owner, name) is None:
        unseen.require_seen(name, operands)
        if name in OF_ITEMS:
            return call_operands(site, getattr(owner, name), operands[1:], kwargs, 1, named)
        mutator = container_mutator(type(owner), name)
        if mutator is not None:
            return run_filling(functools.partial(call, site), mutator, operands, kwargs, positions_of(site))
        if name == "copy" and 0 in site.active:
            return call_operands(site, shallow, operands, kwargs)
    if isinstance(owner, sets.SETS) and method_of(owner, name) is None and not site.stars:
        return sets.called(owner, name, operands[1:], shifted(positions_of(site), -1), site.integers)
    if 0 in site.active and _reads(owner, name):
        if isinstance(owner, dict) and name in dict_views.MADE and not site.momentary:
            return dict_views.MADE[name](owner), only_first(site, nothing)
        return by_value(site, sites.container_method(owner, name), operands, kwargs, positions_of(site))
    if is_computed(owner, name):
        return _computed(site, operands, kwargs, named)
    fn = getattr(owner, name)
    bound = isinstance(fn, types.MethodType) and fn.__self__ is owner
    cls: Any = type(owner)
    if bound and site.reading and changes_unseen(cls, name):
        raise unseen.unexpected(fn)
    if 0 in site.active and bound and isinstance(owner, tuple):  # whose cotangent travels by value, in part
        return call_operands(site, fn.__func__, operands, kwargs, named=named)
    if bound and is_users(fn.__func__) and not (site.stars or site.keywords):  # by few frames, as `caller` has it
        moved = (0, *[i for i in site.active if i])
        result, pull = site.shared(fn.__func__, operands, {}, moved, site.callee_active)
        others = (0.0,) * (len(site.active) - len(moved) + 1)  # the object, whose cotangents are in its attributes
        return result, lambda ct, memory: (*others, *pull(ct, memory)[1:])
    if 0 in site.active and not bound:
        site = replace(site, callee_active=True)  # a function that the object holds may hold active values
    return call_operands(site, fn, operands[1:], kwargs, 1, named)
