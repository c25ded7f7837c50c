"""Calls in emitted code whose operands or result live in shadow memory.

An `Operation` runs a call, method, attribute, item, store or augmented assignment forward and gives a pullback that
takes the residue of the result's cotangent and the sweep's memory, and gives residues of the active operands'
cotangents (`reverse.cells` says what a residue is). What is called is looked at when it runs: a Python function works
on the same memory; a primitive gets its result's cotangent out of memory and its operands' put in.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import operator
import types
from typing import Any

import numpy as np

from dualad import equivalents, registry
from dualad.errors import DualadError, Unsupported
from dualad.reverse import places, sites
from dualad.reverse.cells import (
    DEPTH,
    OPAQUE,
    Memory,
    Seen,
    attributes,
    defaults_of,
    deposit,
    noted,
    same_memory,
    spill,
    withdraw,
)
from dualad.reverse.mutators import array_mutator, container_mutator, function_mutator
from dualad.reverse.places import Pull
from dualad.reverse.runtime import add, expand, is_zero, item
from dualad.reverse.sequences import Items

__dualad_lift__ = True  # dual numbers run through all of this

Positions = tuple[Any, ...]


@dataclasses.dataclass(slots=True)
class Operation:
    """A call with operands in memory.

    op: "call", "method", "attr", "getitem", or "prim" (`fn` is the operator).
    name: of the method or attribute.
    active: positions of active operands, keyword operands counted after the positional ones.
    count: number of positional operands; stars: those that are starred; keywords: names of the rest (None: `**`).
    inside: the active operands whose cotangents live in memory.
    result_inside: whether the result's does.
    callee_active: whether what is called holds active values itself.
    split: `(function, args, kwargs, positions) -> (result, pull(ct))` for anything, by value.
    shared: `(function, args, kwargs, positions, cells) -> (result, pull(ct, memory))` for Python functions.
    """

    op: str
    name: Any
    active: tuple[int, ...]
    count: int
    stars: frozenset[int]
    keywords: tuple[str | None, ...]
    inside: frozenset[int]
    result_inside: bool
    callee_active: bool
    split: Any
    shared: Any
    guarded: bool = False  # whether an exception of the call may be handled


def caller(site: Operation) -> Any:
    """The function that emitted code calls."""

    def called(*operands: Any, **kwargs: Any) -> tuple[Any, Pull]:
        fn = None
        if site.op == "call":
            fn, operands = operands[0], operands[1:]
        maps = iter(operands[site.count :])
        named = [next(maps) if k is None else kwargs[k] for k in site.keywords]
        values = [*operands[: site.count], *named]
        before = [noted(values[i]) for i in site.active]
        making = _guarded if site.guarded else run
        result, pull = making(site, fn, operands[: site.count], _flattened(site.keywords, named), named)
        after = noted(result)

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            if not site.result_inside:
                ct = deposit(memory, after, ct)
            found = []
            for i, seen, residue in zip(site.active, before, pull(ct, memory), strict=True):
                found.append(residue if i in site.inside else withdraw(memory, seen, residue))
            return tuple(found)

        return result, pullback

    return called


def _flattened(keywords: tuple[str | None, ...], values: list[Any]) -> dict[str, Any]:
    """Keyword arguments, mappings taken apart."""
    found: dict[str, Any] = {}
    for name, value in zip(keywords, values, strict=True):
        new = value if name is None else {name: value}
        for key in new:
            if key in found:
                raise TypeError(f"got multiple values for keyword argument {key!r}")
        found.update(new)
    return found


def _guarded(site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    """A call whose exception somebody may handle: what it changed before it failed would stay, and is not recorded."""
    values = [*operands, *named]
    copies = [snapshot(v) for v in values]
    try:
        return run(site, fn, operands, kwargs, named)
    except DualadError:
        raise
    except Exception as error:
        outside = site.callee_active and site.op in ("call", "method")
        if outside or not all(is_same(snapshot(v), c) for v, c in zip(values, copies, strict=True)):
            name = getattr(fn, "__name__", None) or site.name or "a function"
            raise Unsupported(
                f"{name} failed after it had changed its arguments in place, and the exception is handled; let it "
                "return what it computes, and store that where it is called"
            ) from error
        raise


def run(site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    """Result and pullback, whose residues belong to the active operands in order; all operands are taken as inside."""
    match site.op:
        case "prim" if site.name is operator.getitem:
            base, key = operands
            if is_plain(base):
                value, pull = places.get_item(base, key)
                return value, _only_first(site, pull)
            return _called(site, type(base).__getitem__, operands, kwargs)
        case "prim":
            return _operator(site, operands)
        case "attr":
            return _attribute(site, operands[0])
        case "method":
            return _method(site, operands, kwargs, named)
        case "tuple" | "list":
            return _display(site, operands)
        case "dict":
            return _dict_display(site, operands)
    return _called(site, fn, operands, kwargs, named=named)


def _display(site: Operation, operands: tuple[Any, ...]) -> Any:
    """A tuple or list display with starred items."""
    spans: list[range] = []
    items: list[Any] = []
    for i, value in enumerate(operands):
        new = list(value) if i in site.stars else [value]
        spans.append(range(len(items), len(items) + len(new)))
        items += new
    result = tuple(items) if site.op == "tuple" else items
    made, given = noted(result), [noted(v) for v in operands]

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(site.active)
        found = []
        for i in site.active:
            parts = [whole[p] for p in spans[i]]
            found.append(deposit(memory, given[i], parts if i in site.stars else parts[0]))
        return tuple(found)

    return result, pull


def _dict_display(site: Operation, operands: tuple[Any, ...]) -> Any:
    """A dict display with `**`; `stars` are the positions of the keys that stand for a mapping."""
    result: dict[Any, Any] = {}
    last: dict[Any, int] = {}
    for i in range(0, len(operands), 2):
        new = dict(operands[i + 1]) if i in site.stars else {operands[i]: operands[i + 1]}
        result.update(new)
        last.update(dict.fromkeys(new, i + 1))
    made, given = noted(result), {i: noted(operands[i]) for i in site.active}

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(site.active)
        found = []
        for i in site.active:
            parts = {key: whole[key] for key, place in last.items() if place == i}
            if i - 1 not in site.stars:
                found.append(deposit(memory, given[i], next(iter(parts.values()), 0.0)))
            else:
                found.append(deposit(memory, given[i], parts))
        return tuple(found)

    return result, pull


def unpack(value: Any, count: int, star: int | None) -> tuple[list[Any], Pull]:
    """The items of what is unpacked to `count` targets; the pullback takes a list of their residues."""
    items = list(value)
    if (len(items) != count and star is None) or len(items) < count - 1:
        (*items,) = unpack_error(items, count)
    if star is not None:
        after = count - star - 1
        middle = items[star : len(items) - after]
        items = [*items[:star], middle, *items[len(items) - after :]]
    targets = [noted(v) for v in items]

    def pull(cts: Any, memory: Memory) -> tuple[Any, ...]:
        parts: list[Any] = []
        for i, (seen, ct) in enumerate(zip(targets, cts, strict=True)):
            if i == star:
                whole = withdraw(memory, seen, ct)
                parts += [0.0] * len(seen.items) if is_zero(whole) else whole
            elif isinstance(seen, np.ndarray) and isinstance(value, np.ndarray):
                parts.append(0.0)  # a row: its cotangent is a row of the array's
            else:
                parts.append(ct)
        return (_to_items(memory, value, parts),)

    return items, pull


def unpack_error(items: list[Any], count: int) -> list[Any]:
    """Raise what Python raises for a wrong number of items."""
    few = len(items) < count
    got = f"not enough values to unpack (expected {count}, got {len(items)})"
    raise ValueError(got if few else f"too many values to unpack (expected {count})")


def _to_items(memory: Memory, value: Any, parts: list[Any]) -> Any:
    """Residues of items, put where they came from; gives the residue of a tuple."""
    if isinstance(value, np.ndarray):
        shadow = memory.of(value)
        for i, part in enumerate(parts):
            if not is_zero(part):
                shadow[i] += part
        return 0.0
    if isinstance(value, tuple):
        return 0.0 if all(is_zero(p) for p in parts) else parts
    if isinstance(value, list):
        for i, part in enumerate(parts):
            memory.add_item(value, i, part)
        return 0.0
    if any(not is_zero(p) for p in parts):
        raise Unsupported(f"unpacking a {type(value).__name__} that holds active values; make it a list or tuple first")
    return 0.0


def add_at_pass(memory: Memory, value: Any, position: int, ct: Any) -> Any:
    """The residue of what a loop's pass got from `value` goes to its place; gives the residue of a tuple."""
    if is_zero(ct):
        return 0.0
    if isinstance(value, np.ndarray):
        memory.of(value)[position] += ct
        return 0.0
    if isinstance(value, tuple):
        return [ct if i == position else 0.0 for i in range(len(value))]
    if isinstance(value, list):
        memory.add_item(value, position, ct)
        return 0.0
    if isinstance(value, Items):
        memory.add_item(value, position, ct)
        return 0.0
    raise Unsupported(f"a loop over a {type(value).__name__} that holds active values; loop over a list or an array")


def _operator(site: Operation, operands: tuple[Any, ...]) -> Any:
    """An operator: of numbers and arrays by its rule, of containers by what it does to their items."""
    left, right = operands[0], operands[-1]
    if isinstance(left, dict) and site.name is operator.or_:
        return _joined(site, operands, left | right, [(0, k) if k not in right else (1, k) for k in {**left, **right}])
    if isinstance(left, list | tuple) and site.name is operator.add:
        return _joined(site, operands, left + right, [(i, k) for i, v in enumerate(operands) for k in range(len(v))])
    if site.name is operator.mul and any(isinstance(v, list | tuple) for v in operands):
        i = 0 if isinstance(left, list | tuple) else 1
        result = left * right
        return _joined(site, operands, result, [(i, k % len(operands[i])) for k in range(len(result))])
    name = site.name.__name__.rstrip("_")
    for owner, method, order in ((left, f"__{name}__", 1), (right, f"__r{name}__", -1)):
        fn = getattr(type(owner), method, None)
        if isinstance(fn, types.FunctionType) and not hasattr(type(owner), "__dualad_dual__"):
            positions = site.active if order == 1 else tuple(1 - i for i in site.active)
            result, pull = site.shared(fn, operands[::order], {}, positions, False)
            if result is NotImplemented:
                raise Unsupported(f"`{method}` of a {type(owner).__name__} does not take a {type(right).__name__}")
            return result, pull
    return _called(site, site.name, operands, {})


def _joined(site: Operation, operands: tuple[Any, ...], result: Any, origin: list[tuple[int, Any]]) -> Any:
    """A container whose items come from those of the operands (`origin`: operand and key of each, in order)."""
    made, given = noted(result), {i: noted(operands[i]) for i in site.active}
    keys = list(result) if isinstance(result, dict) else range(len(result))

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        parts: dict[int, dict[Any, Any]] = {i: {} for i in site.active}
        for key, (i, place) in zip(keys, origin, strict=True):
            if i in parts and not is_zero(whole):
                parts[i][place] = add(parts[i].get(place, 0.0), item(whole, key))
        return tuple(deposit(memory, given[i], _arranged(operands[i], parts[i])) for i in site.active)

    return result, pull


def _arranged(value: Any, parts: dict[Any, Any]) -> Any:
    """Cotangents by key as a container's cotangent."""
    if not parts or isinstance(value, dict):
        return parts or 0.0
    return [parts.get(i, 0.0) for i in range(len(value))]


def is_plain(base: Any) -> bool:
    """Whether items of the base are NumPy's and Python's own."""
    if isinstance(getattr(type(base), "__getitem__", None), types.FunctionType):
        return hasattr(type(base), "__dualad_dual__")
    return isinstance(base, np.ndarray | list | dict | tuple | np.generic) or hasattr(type(base), "__dualad_dual__")


def _only_first(site: Operation, pull: Pull) -> Pull:
    """The pullback of an operation that has residues for its first operand alone."""

    def first(ct: Any, memory: Memory) -> tuple[Any, ...]:
        part = pull(ct, memory)[0]
        return tuple(part if i == 0 else 0.0 for i in site.active)

    return first


def _attribute(site: Operation, owner: Any) -> Any:
    name = site.name
    if isinstance(owner, np.ndarray | np.generic | int | float | complex) or hasattr(type(owner), "__dualad_dual__"):
        primitive = registry.lookup_attribute(name)
        if primitive is None:
            raise Unsupported(f"the attribute `{name}` of an active array has no derivative rule")
        return by_value(site, primitive, (owner,), {}, (0,))
    getter = getattr(type(owner), name, None)
    if isinstance(getter, property):
        return site.shared(getter.fget, (owner,), {}, (0,), False)
    if isinstance(getter, functools.cached_property) and name not in vars(owner):
        raise Unsupported(f"the cached property `{name}` of an object that holds active values; call a method")
    value, pull = places.get_attribute(owner, name)
    return value, _only_first(site, pull)


def _method(site: Operation, operands: tuple[Any, ...], kwargs: dict[str, Any], named: list[Any]) -> Any:
    owner, name = operands[0], str(site.name)
    if isinstance(owner, Items) and name == "throw":
        return _taken(owner, lambda: owner.throw(*operands[1:]), _positions(site, operands))
    if isinstance(owner, np.ndarray | np.generic) or hasattr(type(owner), "__dualad_dual__"):
        mutator = array_mutator(name)
        if mutator is not None:
            result, pull = mutator(*operands, **kwargs)
            return result, _spread_over(site, pull, operands)
        primitive = registry.lookup_method(name)
        if primitive is None:
            raise Unsupported(f"the method `{name}` of an active array has no derivative rule")
        return _called(site, primitive, operands, kwargs, named=named)
    if type(owner) in (list, dict, set):
        mutator = container_mutator(type(owner), name)
        if mutator is not None:
            result, pull = mutator(*operands, **kwargs)
            return result, _spread_over(site, pull, operands)
    if type(owner) in (list, dict, tuple) and 0 in site.active:
        return by_value(site, sites.container_method(owner, name), operands, kwargs, _positions(site, operands))
    return _called(site, getattr(owner, name), operands[1:], kwargs, 1, named)


def _spread_over(site: Operation, pull: Pull, operands: tuple[Any, ...]) -> Pull:
    """The pullback of a mutator: it gives residues by operand position."""

    def spread(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        return tuple(parts[i] if i < len(parts) else 0.0 for i in site.active)

    return spread


def _positions(site: Operation, operands: tuple[Any, ...]) -> Positions:
    return tuple(i if i < site.count else site.keywords[i - site.count] for i in site.active)


def _called(
    site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], offset: int = 0, named: Any = ()
) -> Any:
    """A call of any callable; `operands` are its arguments, which `active` counts from `offset`.

    `named` are the values of the keyword operands: mappings, where `**` stands.
    """
    args, order = arguments(site, operands, named, offset)
    active = tuple(p for positions in order for p in positions)
    result, pull = call(site, fn, args, kwargs, active)
    opened = [_opened(site, i, operands, named, offset) for i in site.active]

    def gathered(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = iter(pull(ct, memory))
        found: list[Any] = []
        for value, positions in zip(opened, order, strict=True):
            items = [next(parts) for _ in positions]
            if value is None:
                found.append(items[0] if items else 0.0)
            elif isinstance(value, dict):
                for key, residue in zip(positions, items, strict=True):
                    memory.add_item(value, key, residue)
                found.append(0.0)
            else:
                found.append(_to_items(memory, value, items))
        return tuple(found)

    return result, gathered


def _opened(site: Operation, i: int, operands: tuple[Any, ...], named: Any, offset: int) -> Any:
    """What an operand that was taken apart into several arguments was; None for any other."""
    if i in site.stars:
        return operands[i - offset]
    if i >= site.count and site.keywords[i - site.count] is None:
        return named[i - site.count]
    return None


def arguments(
    site: Operation, operands: tuple[Any, ...], named: Any, offset: int
) -> tuple[tuple[Any, ...], list[list[Any]]]:
    """Positional arguments, and for each active operand the positions and keywords that it became."""
    args: list[Any] = []
    spans: dict[int, list[Any]] = {}
    for i, value in enumerate(operands, start=offset):
        items = list(value) if i in site.stars else [value]
        spans[i] = list(range(len(args), len(args) + len(items)))
        args += items
    order: list[list[Any]] = []
    for i in site.active:
        if i < site.count:
            order.append(spans.get(i, []))
            continue
        name = site.keywords[i - site.count]
        order.append(list(named[i - site.count]) if name is None else [name])
    return tuple(args), order


def call(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Result and pullback of a call, all of it in memory."""
    if isinstance(fn, registry.Primitive):
        primitive = fn
    elif fn is getattr and len(args) == 2:
        site = dataclasses.replace(site, op="attr", name=args[1], active=(0,))
        value, pull_owner = _attribute(site, args[0])
        return value, lambda ct, memory: tuple(pull_owner(ct, memory)[0] if p == 0 else 0.0 for p in positions)
    elif fn is setattr:
        pull_value = places.set_attribute(*args)
        return None, lambda ct, memory: tuple(pull_value(ct, memory)[0] if p == 2 else 0.0 for p in positions)
    elif fn is copy.copy or fn is copy.deepcopy:
        return _copied(fn, args, positions)
    elif fn is dataclasses.replace:
        return _replaced(args[0], kwargs, positions)
    else:
        mutator = function_mutator(fn, kwargs)
        if mutator is not None:
            result, pull = mutator(*args, **kwargs)

            def by_position(ct: Any, memory: Memory) -> tuple[Any, ...]:
                parts = pull(ct, memory)
                return tuple(parts[p] if isinstance(p, int) and p < len(parts) else 0.0 for p in positions)

            return result, by_position
        found = registry.lookup(fn)
        if found is None:
            return _python(site, fn, args, kwargs, positions)
        if found.form == "defined":
            return site.shared(found.definition_for(args, kwargs), args, kwargs, positions, False)
        primitive = found
    return by_value(site, primitive, args, kwargs, positions)


def _python(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    if isinstance(fn, functools.partial) and site.callee_active:
        return _partial(site, fn, args, kwargs, positions)
    if isinstance(fn, types.MethodType):
        known = registry.lookup(fn.__func__)
        if known is not None and known.rules[:1] == (None,):  # the object itself has no derivative
            return by_value(site, known, (fn.__self__, *args), kwargs, _shifted(positions, 1))
        result, pull = call(site, fn.__func__, (fn.__self__, *args), kwargs, (0, *_shifted(positions, 1)))
        return result, lambda ct, memory: pull(ct, memory)[1:]
    if isinstance(fn, types.BuiltinMethodType):
        known = registry.lookup_bound(fn)
        if known is not None:
            return by_value(site, known, (fn.__self__, *args), kwargs, _shifted(positions, 1))
    if isinstance(fn, functools.partial):
        args, kwargs, positions = (*fn.args, *args), {**fn.keywords, **kwargs}, _shifted(positions, len(fn.args))
        return call(site, fn.func, args, kwargs, positions)
    if any(fn is known for known in _ITERATORS):
        return _iterated(fn, args, kwargs, positions)
    if fn is functools.partial or any(fn is known for known in _CONSTRUCTORS):
        return _constructor(fn)(args, kwargs, positions)
    method = None if hasattr(type(fn), "__dualad_vjp__") else getattr(type(fn), "__call__", None)  # noqa: B004
    if isinstance(fn, type):
        return _object(site, fn, args, kwargs, positions)
    if not isinstance(fn, types.FunctionType) and isinstance(method, types.FunctionType):
        known = registry.lookup(method)
        if known is not None:
            return by_value(site, known, (fn, *args), kwargs, _shifted(positions, 1))
        result, pull = site.shared(method, (fn, *args), kwargs, (0, *_shifted(positions, 1)), False)
        return result, lambda ct, memory: pull(ct, memory)[1:]
    if hasattr(type(fn), "__dualad_vjp__") or hasattr(fn, "__dualad_vjp__"):
        return _of_ours(site, fn, args, kwargs, positions)
    if fn is next and isinstance(args[0], Items):
        return _taken(args[0], lambda: next(*args), positions)
    generator = equivalents.managed(fn)
    if generator is not None:
        if site.callee_active and generator.__closure__:
            raise Unsupported(f"the context manager {fn.__name__} captures variables; pass them as arguments")
        items, pull = by_value(site, generator, args, kwargs, positions)
        return equivalents.Managed(items), lambda ct, memory: pull(0.0, memory)
    if isinstance(fn, types.FunctionType) and fn.__code__.co_flags & inspect.CO_GENERATOR:
        if site.callee_active and fn.__closure__:
            raise Unsupported(f"the generator function {fn.__name__} captures variables; pass them as arguments")
        return by_value(site, fn, args, kwargs, positions)
    if isinstance(fn, types.FunctionType):
        return site.shared(fn, args, kwargs, positions, site.callee_active)
    return by_value(site, fn, args, kwargs, positions)


def _of_ours(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A transform, or what one made: by value, but for what functions have captured, whose places it gives."""
    if not site.callee_active:
        return by_value(site, fn, args, kwargs, positions)
    holders: dict[Any, Any] = {sites.CALLEE: fn} if hasattr(type(fn), "__dualad_vjp__") else {}
    holders |= {i: x for i, x in enumerate(args) if is_function(x)} | {
        k: x for k, x in kwargs.items() if is_function(x)
    }
    rest = tuple([p for p in positions if p not in holders])
    given = {p: noted(kwargs[p] if isinstance(p, str) else args[p]) for p in rest}
    result, pull = site.split(fn, args, kwargs, (*holders, *rest))
    made = noted(result)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(positions)
        parts = dict(zip((*holders, *rest), pull(whole), strict=True))
        for p, holder in holders.items():
            spill(memory, holder, parts[p])
        return tuple([deposit(memory, given[p], parts[p]) if p in given else 0.0 for p in positions])

    return result, pulled


def is_function(x: Any) -> bool:
    """Whether a value is called rather than computed with."""
    return callable(x) and not isinstance(x, np.ndarray | np.generic | type) and not hasattr(type(x), "__dualad_dual__")


def _copied(fn: Any, args: tuple[Any, ...], positions: Positions) -> Any:
    """A copy, of the items too or not: what lives in the same place has one cotangent, what was copied adds its own."""
    result = fn(*args)
    made, given = noted(result), noted(args[0])
    if result is args[0] or same_memory(result, args[0]):
        return result, lambda ct, memory: tuple(ct if p == 0 else 0.0 for p in positions)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        residue = deposit(memory, given, withdraw(memory, made, ct))
        return tuple(residue if p == 0 else 0.0 for p in positions)

    return result, pull


def _replaced(owner: Any, changes: dict[str, Any], positions: Positions) -> Any:
    """`dataclasses.replace`: fields that are not given come from the object."""
    result = dataclasses.replace(owner, **changes)
    rest = [f.name for f in dataclasses.fields(owner) if f.init and f.name not in changes]

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        for name in rest:
            memory.add_item(owner, name, memory.pop_item(result, name))
        return tuple(memory.pop_item(result, p) if isinstance(p, str) else 0.0 for p in positions)

    return result, pull


def _shifted(positions: Positions, by: int) -> Positions:
    return tuple(p + by if isinstance(p, int) else p for p in positions)


def _partial(site: Operation, fn: Any, args: Any, kwargs: Any, positions: Positions) -> Any:
    """A call of a partial whose own arguments may be active: their residues are slots of the partial."""
    count = len(fn.args)
    own = (*range(count), *(k for k in fn.keywords if k not in kwargs))
    everything = (*own, *_shifted(positions, count))
    result, pull = call(site, fn.func, (*fn.args, *args), {**fn.keywords, **kwargs}, everything)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        for key, residue in zip(own, parts, strict=False):
            memory.add_item(fn, key, residue)
        return parts[len(own) :]

    return result, pulled


def _constructor(fn: Any) -> Any:
    def make(args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
        result = fn(*args, **kwargs)
        if fn is functools.partial:

            def from_partial(ct: Any, memory: Memory) -> tuple[Any, ...]:
                keys = [p - 1 if isinstance(p, int) else p for p in positions]
                return tuple(0.0 if k == -1 else memory.pop_item(result, k) for k in keys)

            return result, from_partial
        made = noted(result)
        given = noted(args[0]) if args else None
        named = {k: noted(v) for k, v in kwargs.items()}

        def from_container(ct: Any, memory: Memory) -> tuple[Any, ...]:
            whole = withdraw(memory, made, ct)
            found = []
            for p in positions:
                if is_zero(whole):
                    found.append(0.0)
                elif isinstance(p, int):
                    found.append(deposit(memory, given, whole))
                else:
                    found.append(deposit(memory, named[p], item(whole, p)))
            return tuple(found)

        return result, from_container

    return make


_CONSTRUCTORS = (list, tuple, dict)
_ITERATORS = (zip, enumerate, reversed)


def _iterated(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """What an iterator gives, as a list."""
    result = list(fn(*args, **kwargs))
    made, given = noted(result), {p: noted(args[p]) for p in positions}

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(positions)
        found = []
        for p in positions:
            if fn is reversed:
                items = [0.0] * (len(args[0]) - len(whole)) + whole[::-1]
            else:
                items = [item(c, 1 if fn is enumerate else p) for c in whole]
            found.append(deposit(memory, given[p], items))
        return tuple(found)

    return result, pull


def _is_plainly_made(cls: Any) -> bool:
    """Whether objects of a class are made without anything but `__init__`."""
    return cls.__new__ is object.__new__


def _object(site: Operation, cls: type, args: Any, kwargs: Any, positions: Positions) -> Any:
    """An object of a class: NamedTuples and dataclasses by their fields, others by running `__init__`."""
    fields = getattr(cls, "_fields", None) if issubclass(cls, tuple) else None
    if fields is not None:
        result = cls(*args, **kwargs)
        places_of = [p if isinstance(p, int) else fields.index(p) for p in positions]
        return result, lambda ct, memory: tuple(item(ct, p) for p in places_of)
    init = getattr(cls, "__init__", None)
    plain = isinstance(init, types.FunctionType) and _is_plainly_made(cls) and type(cls) is type
    if dataclasses.is_dataclass(cls) and "__post_init__" not in vars(cls) and plain:
        result = cls(*args, **kwargs)
        names = [f.name for f in dataclasses.fields(cls) if f.init]
        keys = [p if isinstance(p, str) else names[p] for p in positions]
        return result, lambda ct, memory: tuple(memory.pop_item(result, k) for k in keys)
    if not positions or (_is_plainly_made(cls) and init is object.__init__):
        return cls(*args, **kwargs), lambda ct, memory: (0.0,) * len(positions)
    if not plain:
        return by_value(site, cls, args, kwargs, positions)
    made: Any = object.__new__(cls)
    _, pull = site.shared(init, (made, *args), kwargs, (0, *_shifted(positions, 1)), False)
    return made, lambda ct, memory: pull(0.0, memory)[1:]


def by_value(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A primitive: the result's cotangent is taken out of memory, the operands' shares are put in."""
    given = {p: noted(kwargs[p] if isinstance(p, str) else args[p]) for p in positions}
    result, pull = site.split(fn, args, kwargs, positions)
    if any(same_memory(result, value) for value in given.values()):
        return result, lambda ct, memory: (0.0,) * len(positions)  # a view: its cotangent is a view of the operand's
    if isinstance(result, Items):
        return _items(result, pull, given, (*args, *kwargs.values()))
    made = noted(result)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(positions)
        parts = pull(whole)
        return tuple(deposit(memory, given[p], part) for p, part in zip(positions, parts, strict=True))

    return result, pulled


def _items(result: Items, pull: Any, given: dict[Any, Any], operands: tuple[Any, ...]) -> Any:
    """The items of a generator, which works on a memory of its own: nobody may change what it reads meanwhile."""
    result.noting = noted
    before = [(v, snapshot(v)) for v in operands]

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = [] if is_zero(ct) else list(ct)
        whole += [0.0] * (len(result.seen) - len(whole))
        for i, seen in enumerate(result.seen):
            whole[i] = add(whole[i], withdraw(memory, seen, memory.pop_item(result, i)))
        if not all(is_same(snapshot(value), copy) for value, copy in before):
            raise Unsupported("the arguments of a generator are changed in place; give it copies, or return a list")
        parts = pull(whole)
        return tuple(deposit(memory, given[p], part) for p, part in zip(given, parts, strict=True))

    return result, pulled


def _taken(items: Items, take: Any, positions: Positions) -> Any:
    """One item of a generator; its cotangent waits for the generator's reverse."""
    count = len(items.seen)
    result = take()
    index = count if len(items.seen) > count else None

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if index is not None:
            memory.add_item(items, index, ct)
            return (0.0,) * len(positions)
        return tuple(ct if p == 1 else 0.0 for p in positions)  # the default

    return result, pull


def snapshot(value: Any, depth: int = 0) -> Any:
    """A copy of the arrays and containers that a value is made of, to see later whether they have changed."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple) and depth < DEPTH:
        return [snapshot(v, depth + 1) for v in value]
    if isinstance(value, OPAQUE) or depth >= DEPTH:
        return value
    fields = value if isinstance(value, dict) else attributes(value)
    return value if fields is None else {k: snapshot(v, depth + 1) for k, v in fields.items()}


def is_same(a: Any, b: Any) -> bool:
    """Whether two snapshots are equal."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(is_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(is_same(a[k], b[k]) for k in a)
    return a is b or (type(a) is type(b) and isinstance(a, int | float | complex | np.generic) and bool(a == b))


@dataclasses.dataclass(frozen=True, slots=True)
class Inner:
    """What is known of a Python function that was called on the caller's memory.

    fn: the function; names: of the parameters that its pullback has cotangents for.
    given: those whose cotangents it gives by value, as they were before the call.
    made: its result; inside: whether the pullback takes a residue of the result's cotangent.
    defaults: the parameters that the call left to their default values.
    named: the dict of its `**` parameter, and seen: its items as they were, by name.
    """

    fn: Any
    names: tuple[str, ...]
    given: dict[str, Any]
    made: Any
    inside: bool
    defaults: tuple[str, ...]
    named: Any
    seen: dict[str, Any]


def residues(inner: Inner, pull: Pull, wanted: Any, part: Any) -> Pull:
    """The pullback of a Python function from residues to residues, whatever it takes and gives itself."""

    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if not inner.inside:
            ct = withdraw(memory, inner.made, ct)
            if isinstance(inner.made, np.ndarray):
                ct = expand(ct, inner.made)
        raws = dict(zip(inner.names, pull(ct, memory), strict=True))
        for name, seen in inner.given.items():
            if not isinstance(seen, Seen) or seen.container is not inner.named:
                raws[name] = deposit(memory, seen, raws[name])
        for name in inner.defaults:
            memory.add_item(defaults_of(inner.fn, name), name, raws[name])
        found = []
        for w in wanted:
            residue = part(raws[w.param], w)
            if isinstance(w.part, str):  # an item of the dict of keywords, which is the callee's own
                residue = deposit(memory, inner.seen[w.part], residue)
                residue = add(residue, memory.pop_item(inner.named, w.part))
            found.append(residue)
        return tuple(found)

    return pullback
