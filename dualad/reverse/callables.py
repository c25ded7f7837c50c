"""Calls of whatever is known only as they run, in shadow memory.

A Python function works on the same memory; a method, partial, callable object or class comes down to the function
that it runs; a primitive is called by value.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import enum
import functools
import inspect
import itertools
import operator
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import equivalents, registry
from dualad.analysis import libraries
from dualad.analysis.inplace import is_of_user, is_of_user_module
from dualad.anew import is_maker, note_active
from dualad.classes import base_of, is_computed, is_record_method, is_written, kept_fields, method_of
from dualad.dict_views import View
from dualad.errors import Unsupported
from dualad.of_sequences import of_sequences
from dualad.records import replace
from dualad.remembered import CACHED
from dualad.reverse import cached, iterating, looked_up, objects, outs, places, raised, records, sets, sites, unseen
from dualad.reverse.byvalue import apart, by_value, require_not_taken_over, taken
from dualad.reverse.cells import Memory, deposit, holds_integer, noted, spill, withdraw
from dualad.reverse.container_methods import container_mutator
from dualad.reverse.containers import CONSTRUCTORS, constructed, copied, shallow, to_items, unpack
from dualad.reverse.mutators import array_mutator, function_mutator
from dualad.reverse.operands import (
    Operation,
    Positions,
    arguments,
    only_at,
    only_first,
    positions_of,
    run_mutator,
    shifted,
    taken_apart,
)
from dualad.reverse.places import nothing
from dualad.reverse.runtime import is_zero
from dualad.reverse.sequences import Items
from dualad.reverse.snapshots import run_unseen

__dualad_lift__ = True  # dual numbers run through all of this


def call_operands(
    site: Operation, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], offset: int = 0, named: Any = ()
) -> Any:
    """A call of any callable; `operands` are its arguments, which `active` counts from `offset`.

    `named` are the values of the keyword operands: mappings, where `**` stands.
    """
    if not site.stars and not site.keywords and not kwargs:
        return _one_by_one(site, fn, operands, offset)
    read = with_views_read(site, operands, offset, lambda given: call_operands(site, fn, given, kwargs, offset, named))
    if read is not None:
        return read
    args, order = arguments(site, operands, named, offset)
    active = tuple(p for positions in order for p in positions)
    result, pull = call(site, fn, args, kwargs, active)
    opened = [taken_apart(site, i, operands, named, offset) for i in site.active]

    def gathered(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = iter(pull(ct, memory))
        found: list[Any] = []
        for value, positions in zip(opened, order, strict=True):
            items = [next(parts) for _ in positions]
            if value is None:
                found.append(items[0] if items else 0.0)
            elif isinstance(value, dict) and all(isinstance(p, str) for p in positions):  # by `**`, not by `*`
                for key, residue in zip(positions, items, strict=True):
                    memory.add_item(value, key, residue)
                found.append(0.0)
            else:
                found.append(to_items(memory, value, items))
        return tuple(found)

    return result, gathered


def with_views_read(
    site: Operation, operands: tuple[Any, ...], offset: int, again: Callable[[tuple[Any, ...]], Any]
) -> Any:
    """An operation `again(operands)` whose starred views of dicts are read first; None where there are none."""
    views = {i: operands[i - offset] for i in site.stars if isinstance(operands[i - offset], View)}
    if not views:
        return None
    read = {i: iterating.read_at_once(functools.partial(call, site), view) for i, view in views.items()}
    result, pull = again(tuple([read[i][0] if i in read else v for i, v in enumerate(operands, start=offset)]))

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        for _, back in read.values():
            back(0.0, memory)
        return tuple([0.0 if i in read else part for i, part in zip(site.active, parts, strict=True)])

    return result, pulled


def _one_by_one(site: Operation, fn: Any, operands: tuple[Any, ...], offset: int) -> Any:
    """A call whose operands are its arguments, none of which is taken apart."""
    positions = tuple([i - offset for i in site.active if i >= offset])
    result, pull = call(site, fn, operands, {}, positions)
    count = len(positions)  # some pullbacks give residues of more than what is active
    others = (0.0,) * (len(site.active) - count)  # the object that a method is of, which comes first
    return result, (lambda ct, memory: (*others, *tuple(pull(ct, memory))[:count]))


def is_users(fn: Any) -> bool:
    """Whether it is a Python function of the user's that nothing else stands for, as most are that are called."""
    if type(fn) is not types.FunctionType or registry.lookup(fn) is not None or hasattr(fn, "__dualad_vjp__"):
        return False
    if is_written(fn) or is_maker(fn) or equivalents.managed(fn) is not None:
        return False
    modules = (fn.__module__, fn.__globals__.get("__name__"))
    return all([type(m) is str and is_of_user_module(m) for m in modules])


def _is_users_class(cls: type) -> bool:
    """Whether it is a class of the user's, which makes objects as Python does."""
    if hasattr(cls, "__dualad_vjp__") or issubclass(cls, BaseException) or registry.lookup(cls) is not None:
        return False
    return all([base is object or is_of_user(base) for base in cls.__mro__])


def _of_users(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A call of a function, method or class of the user's, at once; None of any other."""
    if is_users(fn):
        return site.shared(fn, args, kwargs, positions, site.callee_active)
    if type(fn) is types.MethodType and is_users(fn.__func__):
        given, moved = (fn.__self__, *args), (0, *shifted(positions, 1))
        result, pull = site.shared(fn.__func__, given, kwargs, moved, site.callee_active)
        return result, lambda ct, memory: pull(ct, memory)[1:]
    if type(fn) is type and _is_users_class(fn):
        return objects.made(site.shared, fn, args, kwargs, positions)
    return None


def call(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Result and pullback of a call, all of it in memory."""
    found = _of_users(site, fn, args, kwargs, positions)
    if found is not None:
        return found
    if (fn is weakref.ref and len(args) == 1) or type(fn) is weakref.ref:  # of an object, whose cotangents are its own
        return fn(*args), lambda ct, memory: (0.0,) * len(positions)
    if is_maker(fn):
        made = fn(*args)
        note_active(made)
        return made, lambda ct, memory: (0.0,) * len(positions)  # what it has captured has cotangents of its own
    fn = equivalents.in_python(fn)
    if (fn is any or fn is all) and args and iterating.gives_items(args[0]) is not None:
        return site.shared(equivalents.DECIDING[fn], args, kwargs, positions, False)
    args, through = iterating.listed(functools.partial(call, site), fn, args, positions)
    if through is not None:
        result, pull = call(site, fn, args, kwargs, positions)
        return result, through(pull)
    args, kwargs, positions = outs.by_name(fn.fn if isinstance(fn, registry.Primitive) else fn, args, kwargs, positions)
    if "out" in kwargs and (isinstance(fn, registry.Primitive) or registry.lookup(fn) is not None):
        return outs.into(site, fn, args, kwargs, positions)
    if isinstance(fn, registry.Primitive):
        primitive = fn
    elif (place := _place(site, fn, args, positions)) is not None:
        return place
    elif fn is copy.copy or fn is copy.deepcopy or fn is shallow:
        return _copied(site, fn, args, kwargs, positions)
    elif fn is dataclasses.replace:
        return _replaced(site, args[0], kwargs, positions)
    else:
        joins = fn is sum and isinstance(args[1] if len(args) > 1 else kwargs.get("start"), list | tuple)
        if fn is sum and (joins or objects.adds_objects(args[0])):
            return site.shared(equivalents.summed, args, kwargs, positions, False)
        joining = None if kwargs else of_sequences(fn, args)
        if joining is not None:
            return site.shared(joining, args, kwargs, positions, False)
        turned = iterating.backwards(functools.partial(call, site), args[0]) if fn is reversed and positions else None
        if turned is not None:
            return turned
        unseen.require_seen(fn, args)
        own = objects.builtin_of(site.shared, fn, args, positions)
        if own is not None:
            objects.require_followed(site, fn, own[0], args)
            return own
        if fn is next and isinstance(args[0], itertools.count):  # made elsewhere, of numbers that are constants
            return next(args[0]), lambda ct, memory: (0.0,) * len(positions)
        if fn is next and method_of(args[0], "__next__") is not None:
            return _python(
                site, method_of(args[0], "__next__") if len(args) == 1 else equivalents.next_or, args, {}, positions
            )
        mutator = function_mutator(fn)
        if mutator is not None:
            return run_mutator(mutator, args, kwargs, positions)
        found = registry.lookup(fn)
        if found is None:
            return _python(site, fn, args, kwargs, positions)
        if found.form == "defined":
            require_not_taken_over(found, args)
            definition = found.definition_for(args, kwargs)
            if hasattr(type(definition), "__dualad_vjp__"):
                return _python(site, definition, args, kwargs, positions)
            return site.shared(definition, args, kwargs, positions, False)
        primitive = found
    return by_value(site, primitive, args, kwargs, positions)


TELLING = ("logging", "warnings", "_warnings")
"""Modules whose functions only tell people what they are given."""
TELLING_OF_CODE = (
    *(inspect.signature, inspect.get_annotations, inspect.getdoc, inspect.getsource, inspect.isfunction),
    *(inspect.ismethod, inspect.isclass, inspect.isbuiltin, inspect.isroutine, inspect.isgeneratorfunction),
)
"""Functions that tell of a function's text. (Others give what it holds; of a signature, parameters' names are read.)"""


def _place(site: Operation, fn: Any, args: tuple[Any, ...], positions: Positions) -> Any:
    """What reads or stores an attribute or an item that a call names; None for any other call."""
    if fn is hasattr or (fn is getattr and len(args) == 3):
        if is_computed(args[0], args[1]):
            return looked_up.if_there(attribute, site, fn, args, positions)
        if fn is getattr and not hasattr(args[0], args[1]):
            return args[2], lambda ct, memory: tuple([ct if p == 2 else 0.0 for p in positions])
    if fn is setattr or fn is object.__setattr__:
        store = places.store_attribute if fn is not setattr else functools.partial(objects.set_attribute, site.shared)
        return None, only_at(2, store(*args), positions)
    if fn is delattr or fn is object.__delattr__:
        own = fn is object.__delattr__
        deleted = places.delete_attr(args[0], args[1], fn) if own else objects.delete_attribute(site.shared, *args)
        return None, lambda ct, memory: (deleted(0.0, memory) and 0.0,) * len(positions)
    if fn is vars and len(args) == 1:
        return objects.get_attribute(site.shared, args[0], "__dict__")
    if fn is getattr or fn is object.__getattribute__:
        value, pull = attribute(replace(site, op="attr", name=args[1], active=(0,)), args[0])
    elif fn is operator.getitem and isinstance(args[0], objects.CONTAINERS):
        value, pull = objects.get_item(site.shared, *args)
    else:
        return None
    return value, only_at(0, pull, positions)


def _copied(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A copy of an object, by a method of its class's own if there is one."""
    own = method_of(args[0], "__deepcopy__" if fn is copy.deepcopy else "__copy__") if fn is not shallow else None
    if own is None:
        return copied(fn, args, positions)
    given = (*args, {}) if fn is copy.deepcopy and len(args) == 1 else args
    return site.shared(own, given, kwargs, positions, False)


def _replaced(site: Operation, owner: Any, changes: dict[str, Any], positions: Positions) -> Any:
    """`dataclasses.replace`: an object made anew, of the fields that are given and of those that the object has."""
    rest = kept_fields(owner, changes)
    everything = (*rest, *(p for p in positions if isinstance(p, str)))
    result, pull = call(site, type(owner), (), {**rest, **changes}, everything)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = dict(zip(everything, pull(ct, memory), strict=True))
        for name in rest:
            memory.add_item(owner, name, parts[name])
        return tuple([parts[p] if isinstance(p, str) else 0.0 for p in positions])

    return result, pulled


def attribute(site: Operation, owner: Any) -> Any:
    """Result and pullback of an attribute of an active value."""
    name = site.name
    is_number = isinstance(owner, np.generic | int | float | complex) and not isinstance(owner, enum.Enum)
    if is_number or isinstance(owner, np.ndarray) or hasattr(type(owner), "__dualad_dual__"):
        primitive = registry.lookup_attribute(name)
        is_array = isinstance(owner, np.ndarray) or hasattr(type(owner), "__dualad_dual__")
        if primitive is None and is_array and is_array_method(str(name)):
            return getattr(owner, str(name)), only_first(site, nothing)  # the array's cotangents are where it is
        if name == "__class__":
            return owner.__class__, only_first(site, nothing)
        if primitive is None:
            raise Unsupported(f"the attribute `{name}` of an active array has no derivative rule")
        return by_value(site, primitive, (owner,), {}, positions_of(site))
    if isinstance(owner, enum.Enum) and name in ("name", "value", "_name_", "_value_"):
        return getattr(owner, str(name)), only_first(site, nothing)
    value, pull = objects.get_attribute(site.shared, owner, name)
    return value, only_first(site, pull)


def _python(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    if isinstance(fn, functools.partial) and site.callee_active:
        return _partial(site, fn, args, kwargs, positions)
    active = [args[p] if isinstance(p, int) else kwargs[p] for p in positions]
    if libraries.is_apart(fn, (*args, *kwargs.values()), active):
        return fn(*args, **kwargs), lambda ct, memory: (0.0,) * len(positions)
    telling = getattr(fn, "__module__", None) in TELLING or any(fn is known for known in TELLING_OF_CODE)
    if telling or _counts_words(site, fn, args, kwargs):
        return fn(*args, **kwargs), lambda ct, memory: (0.0,) * len(positions)
    if isinstance(fn, CACHED) and (found := cached.called(fn, args, kwargs, positions)) is not None:
        return found
    if is_record_method(fn):
        return records.in_memory(fn, args, kwargs, positions)
    stand_in = equivalents.stand_in(fn, args)
    if stand_in is not None:
        return site.shared(stand_in, args, kwargs, positions, site.callee_active)
    owner = getattr(fn, "__self__", None)
    if isinstance(owner, np.ndarray) or hasattr(type(owner), "__dualad_dual__"):
        return _array_method(site, fn.__name__, (owner, *args), kwargs, positions)
    if isinstance(owner, types.FunctionType) and fn == getattr(owner, "__get__", None):
        return fn(*args, **kwargs), lambda ct, memory: (0.0,) * len(positions)  # bound: its cotangents are the object's
    if isinstance(owner, Items) and fn.__name__ == "send":
        return taken(owner, lambda: owner.send(*args), positions)
    if isinstance(fn, types.MethodType):
        known = registry.lookup(fn.__func__)
        if known is not None and known.rules[:1] == (None,):  # the object itself has no derivative
            return by_value(site, known, (fn.__self__, *args), kwargs, shifted(positions, 1))
        result, pull = call(site, fn.__func__, (fn.__self__, *args), kwargs, (0, *shifted(positions, 1)))
        return result, lambda ct, memory: pull(ct, memory)[1:]
    if isinstance(fn, types.BuiltinMethodType):
        known = registry.lookup_bound(fn)
        if known is not None:
            return by_value(site, known, (fn.__self__, *args), kwargs, shifted(positions, 1))
    if isinstance(owner, types.GeneratorType) and fn.__name__ == "send" and positions:
        raise Unsupported(SENT)
    if raised.is_initialiser(fn):
        return raised.initialise(fn, args, kwargs, positions)
    if isinstance(fn, (types.BuiltinMethodType, types.MethodWrapperType, *DESCRIPTORS)):
        found = _builtin_method(site, fn, args, kwargs, positions)
        if found is not None:
            return found
    if isinstance(fn, functools.partial):
        args, kwargs, positions = (*fn.args, *args), {**fn.keywords, **kwargs}, shifted(positions, len(fn.args))
        return call(site, fn.func, args, kwargs, positions)
    return _other(site, fn, args, kwargs, positions)


SENT = (
    "an active value sent to a generator that was made where nothing told dualad of that; call its generator function "
    "by name"
)


def _counts_words(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether it counts what can hold no active value."""
    if kwargs or len(args) != 1 or fn is not collections.Counter:
        return False
    items = args[0]
    listed = isinstance(items, list | tuple | set | frozenset | str)
    return listed and all([objects.is_discrete(v) and not (site.integers and holds_integer(v)) for v in items])


def _other(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A call of an iterator's maker, a class, a callable object, what dualad made, or a plain function at last."""
    if any(fn is known for known in sets.SETS) and len(args) == 1 and not kwargs:
        return sets.made(fn, args[0], positions, site.integers)
    if any(fn is known for known in iterating.ITERATORS):
        return iterating.iterated(fn, args, kwargs, positions)
    if fn is object.__new__ and len(args) == 1 and not kwargs:
        return fn(*args), lambda ct, memory: (0.0,) * len(positions)
    if fn is functools.partial or any(fn is known for known in CONSTRUCTORS):
        return constructed(fn, args, kwargs, positions)
    method = None if hasattr(type(fn), "__dualad_vjp__") else getattr(type(fn), "__call__", None)  # noqa: B004
    if isinstance(fn, type) and issubclass(fn, BaseException) and (positions or objects.runs_init(fn.__init__)):
        return raised.made(site, fn, args, kwargs, positions)
    if isinstance(fn, type):
        found = objects.made(site.shared, fn, args, kwargs, positions)
        return by_value(site, fn, args, kwargs, positions) if found is None else found
    if not isinstance(fn, types.FunctionType) and isinstance(method, types.FunctionType):
        known = registry.lookup(method)
        if known is not None:
            return by_value(site, known, (fn, *args), kwargs, shifted(positions, 1))
        result, pull = site.shared(method, (fn, *args), kwargs, (0, *shifted(positions, 1)), False)
        return result, lambda ct, memory: pull(ct, memory)[1:]
    if hasattr(type(fn), "__dualad_vjp__") or hasattr(fn, "__dualad_vjp__"):
        return _of_ours(site, fn, args, kwargs, positions)
    if fn is iter and len(args) == 1:
        return iterating.started(functools.partial(call, site), args[0])
    if fn is next and isinstance(args[0], Items):
        return taken(args[0], lambda: next(*args), positions)
    generator = equivalents.managed(fn)
    if generator is not None:
        items, pull = site.shared(generator, args, kwargs, positions, site.callee_active)
        return equivalents.Managed(items), lambda ct, memory: pull(0.0, memory)
    if is_written(fn) and fn.__name__ == "__init__":
        pull = objects.initialised(site.shared, fn, args[0], args[1:], kwargs, shifted(positions[1:], -1))
        return None, lambda ct, memory: (0.0, *pull(0.0, memory))
    if is_written(fn) and fn.__name__ == "__new__":
        result, pull = objects.made(site.shared, args[0], args[1:], kwargs, shifted(positions, -1))
        return result, pull
    if isinstance(fn, types.FunctionType):
        return site.shared(fn, args, kwargs, positions, site.callee_active)
    return by_value(site, fn, args, kwargs, positions)


DESCRIPTORS = (types.MethodDescriptorType, types.WrapperDescriptorType)


def _builtin_method(site: Operation, fn: Any, args: Any, kwargs: Any, positions: Positions) -> Any:
    """A method of a container of Python's own that is called as a function: bound before (`push = items.append`),
    found by `super()` or in the class (`dict.__setitem__(d, k, v)`); or one of text. None for any other callable.
    """
    if isinstance(fn, DESCRIPTORS):
        if fn.__objclass__ is str:
            return run_unseen(
                fn, args, lambda: fn(*args, **kwargs)
            ), lambda ct, memory: (0.0,) * len(positions)  # text has no derivative
        if not args or base_of(fn.__objclass__) is None or not isinstance(args[0], fn.__objclass__):
            return None
        result, pull = _container_method(site, args[0], fn.__name__, args[1:], kwargs, shifted(positions, -1))
        return result, pull
    owner = fn.__self__
    if isinstance(owner, sets.SETS):
        return sets.called(owner, fn.__name__, args, positions, site.integers)
    if isinstance(owner, str) or (isinstance(owner, types.MappingProxyType) and fn.__name__ == "keys"):
        return run_unseen(
            fn, (*args, *kwargs.values()), lambda: fn(*args, **kwargs)
        ), lambda ct, memory: (0.0,) * len(positions)
    counts = isinstance(owner, range | slice) and not site.integers and all(map(objects.is_discrete, args))
    if isinstance(owner, bytes | int | float | complex | range | slice) and (counts or not positions):
        result = fn(*args, **kwargs)
        if site.callee_active and isinstance(owner, int | float | complex) and not objects.is_discrete(result):
            raise Unsupported(f"the method `{fn.__name__}` of a number that is differentiated has no derivative rule")
        return result, lambda ct, memory: (0.0,) * len(positions)
    if base_of(type(owner)) is None and type(owner) is not tuple:
        return None
    return _container_method(site, owner, fn.__name__, args, kwargs, positions)


def is_array_method(name: str) -> bool:
    """Whether it is a method of arrays that a derivative goes through when it is called."""
    known = array_mutator(name) is not None or registry.lookup_method(name) is not None
    return name == "__getitem__" or known


def _array_method(site: Operation, name: str, args: Any, kwargs: Any, positions: Positions) -> Any:
    """A method of an array that was bound before, the array first among the arguments."""
    mutator = array_mutator(name)
    if name == "__getitem__":
        result, pull = places.get_item(*args)
        return result, lambda ct, memory: pull(ct, memory) and (0.0,) * len(positions)
    if mutator is not None:
        result, pull = run_mutator(mutator, args, kwargs, (0, *shifted(positions, 1)))
    else:
        primitive = registry.lookup_method(name)
        if primitive is None:
            raise Unsupported(f"the method `{name}` of an active array has no derivative rule")
        result, pull = call(site, primitive, args, kwargs, (0, *shifted(positions, 1)))
    return result, lambda ct, memory: pull(ct, memory)[1:]


def _container_method(site: Operation, owner: Any, name: str, args: Any, kwargs: Any, positions: Positions) -> Any:
    """A method that a container has of Python; positions are those of its arguments, -1 the container's."""
    mutator = container_mutator(type(owner), name)
    unseen.require_seen(name, (owner, *args))
    if name == "__getitem__":
        result, pull_item = objects.item_held(site.shared, owner, *args)
        return result, only_at(-1, pull_item, positions)
    if name == "__setitem__":
        return None, only_at(1, places.set_item(owner, *args), positions)
    if name == "__delitem__":
        pull_deleted = places.deleted(owner, *args)
        return None, lambda ct, memory: (pull_deleted(0.0, memory) and 0.0,) * len(positions)
    if mutator is None:
        everything = (0, *[p + 1 if isinstance(p, int) else p for p in positions if p != -1])
        fn = shallow if name == "copy" else sites.container_method(owner, name)
        result, pull = call(site, fn, (owner, *args), kwargs, everything)
        return result, lambda ct, memory: _without_owner(pull(ct, memory), positions)
    asking = functools.partial(call, site)
    return iterating.run_filling(asking, mutator, (owner, *args), kwargs, shifted(positions, 1))


def _without_owner(parts: tuple[Any, ...], positions: Positions) -> tuple[Any, ...]:
    """Residues by position, from those of the container and of the other arguments."""
    rest = iter(parts[1:])
    return tuple([parts[0] if p == -1 else next(rest) for p in positions])


def writers(site: Operation) -> dict[str, Any]:
    """The helpers of emitted code that know what objects do in ways of their own."""
    found = objects.writers(site.shared)

    def iterated_over(value: Any, temporary: bool = False) -> iterating.Taken:
        return iterating.Taken(functools.partial(call, site), value, temporary)

    def unpack_(value: Any, count: int, star: int | None) -> Any:
        if iterating.gives_items(value) is None:
            return unpack(value, count, star)
        items, pull = iterating.in_a_list(functools.partial(call, site), value)
        parts, pull_parts = unpack(items, count, star)

        def pulled(cts: Any, memory: Memory) -> tuple[Any, ...]:
            pull_parts(cts, memory)
            return (pull(memory),)

        return parts, pulled

    return {**found, "iterated_over": iterated_over, "unpack": unpack_}


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
    result, require_kept = apart(fn, result, (*args, *kwargs.values()))
    made = noted(result) if site.result_active else None

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(positions)
        require_kept()
        parts = dict(zip((*holders, *rest), pull(whole), strict=True))
        for p, holder in holders.items():
            spill(memory, holder, parts[p])
        return tuple([deposit(memory, given[p], parts[p]) if p in given else 0.0 for p in positions])

    return result, pulled


def is_function(x: Any) -> bool:
    """Whether a value is called rather than computed with."""
    return callable(x) and not isinstance(x, np.ndarray | np.generic | type) and not hasattr(type(x), "__dualad_dual__")


def _partial(site: Operation, fn: Any, args: Any, kwargs: Any, positions: Positions) -> Any:
    """A call of a partial whose own arguments may be active: their residues are slots of the partial."""
    count = len(fn.args)
    own = (*range(count), *(k for k in fn.keywords if k not in kwargs))
    everything = (*own, *shifted(positions, count))
    result, pull = call(site, fn.func, (*fn.args, *args), {**fn.keywords, **kwargs}, everything)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        for key, residue in zip(own, parts, strict=False):
            memory.add_item(fn, key, residue)
        return parts[len(own) :]

    return result, pulled
