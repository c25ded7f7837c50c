"""What is known of a class before its objects are made: who wrote its methods, what a dataclass's `__init__` does."""

from __future__ import annotations

import collections
import dataclasses
import functools
import inspect
import operator
import sys
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

WRITTEN = "<string>"
"""The file of the methods that `dataclass` and `namedtuple` write."""


LIBRARIES = ("numpy", "scipy")
MISSING: Any = object()


def module_of(cls: type) -> str:
    """The module that a class says it is of; classes of C code may say nothing, or something else."""
    found = getattr(cls, "__module__", None)
    return found if isinstance(found, str) else ""


class _Asked:
    """What a mapping behind a proxy is compared with, and so shows itself to."""

    mapping: Any = None

    def __eq__(self, other: object) -> bool:
        self.mapping = other
        return False

    __hash__ = None  # type: ignore[assignment]


def behind(value: Any) -> Any:
    """The mapping that a read-only view (`types.MappingProxyType`) shows; any other value itself."""
    if type(value) is not types.MappingProxyType:
        return value
    asked = _Asked()
    return asked.mapping if value == asked or asked.mapping is not None else value


def whole(base: Any, key: Any) -> Any:
    """A key, where it is the number of an item of a list, tuple or deque as that number: objects may stand for one."""
    if type(key) is int or not isinstance(base, list | tuple | collections.deque):
        return key
    if type(key) is slice:
        parts = (key.start, key.stop, key.step)
        return key if all([type(part) in PLAIN_PARTS for part in parts]) else slice(*map(_number, parts))
    return _number(key)


PLAIN_PARTS = (int, type(None))


def _number(value: Any) -> Any:
    """The number that an object stands for where Python takes numbers of items, which is asked once."""
    return operator.index(value) if hasattr(type(value), "__index__") else value


def found_in(classes: tuple[type, ...], name: str) -> Any:
    """What the first of the classes that has the name keeps under it, unbound; None if none has."""
    for cls in classes:
        if name in vars(cls):
            return vars(cls)[name]
    return None


OF_C = frozenset({
    float, int, complex, bool, str, bytes, list, dict, tuple, set, frozenset, range, type(None), collections.deque,
    np.ndarray, np.float64,
})  # fmt: skip
"""Classes that have no method in Python, as most values are of."""


def method_of(value: Any, name: str) -> types.FunctionType | None:
    """The method of that name that the class of a value has in Python; None where it is Python's own or missing.

    Those of `enum` are Python's own: members are made once, and what they hold are constants.
    """
    cls = type(value)
    if cls in OF_C or hasattr(cls, "__dualad_dual__") or hasattr(cls, "__dualad_plain__"):
        return None
    found = getattr(cls, name, None)
    if not isinstance(found, types.FunctionType):
        return None
    return None if (found.__module__ or "").partition(".")[0] in (*LIBRARIES, "enum") else found


def is_asked_first(right: type, left: type, reflected: str) -> bool:
    """Whether an arithmetic operator asks the right operand first: a subclass's, which has another reflected method.

    As Python has it: a method that the subclass only inherits is not asked before the left operand's.
    """
    if right is left or not issubclass(right, left):
        return False
    return getattr(right, reflected, None) is not getattr(left, reflected, None)


DERIVED = (list, collections.OrderedDict, dict, collections.deque, set)
"""Containers of Python's own that classes are derived from; those that are derived from others first."""


def base_of(cls: type) -> Any:
    """The container that a class is or is derived from; None if it is none."""
    if cls in DERIVED:
        return cls
    return next((base for base in DERIVED if issubclass(cls, base)), None)


def plainly(container: Any, method: str, /, *args: Any, **kwargs: Any) -> Any:
    """Call a method of a container as Python has it, whatever its class has in its place."""
    return getattr(base_of(type(container)), method)(container, *args, **kwargs)


HOLDING = (list, tuple, collections.deque, set, frozenset)
"""Containers that hold one item after the other."""


def items_held(container: Any) -> Iterable[Any]:
    """The items of a list, tuple, deque or set, whatever its class says that they are."""
    cls = type(container)
    if cls not in HOLDING:
        cls = next(base for base in HOLDING if isinstance(container, base))
    return cls.__iter__(container)  # type: ignore[no-any-return]


def count_held(container: Any) -> int:
    """How many items such a container holds, whatever its class says."""
    cls = type(container)
    if cls not in HOLDING:
        cls = next(base for base in HOLDING if isinstance(container, base))
    return cls.__len__(container)  # type: ignore[no-any-return]


def pairs_held(mapping: Any) -> Iterable[tuple[Any, Any]]:
    """The keys and values of a dict, whatever its class says that they are."""
    return (collections.OrderedDict if isinstance(mapping, collections.OrderedDict) else dict).items(mapping)


OPERATORS = (
    *(f"__{name}__" for name in ("getitem", "missing", "iter", "neg", "pos", "abs")),
    *(f"__{name}__" for name in ("invert", "round", "floor", "ceil", "trunc")),
    *(f"__{name}__" for name in ("bool", "len", "contains")),
    *(f"__{side}{name}__" for side in ("", "r") for name in ("add", "sub", "mul", "truediv", "matmul", "pow", "mod")),
    *(f"__{side}{name}__" for side in ("", "r") for name in ("floordiv", "lshift", "rshift", "and", "or", "xor")),
)
"""Methods by which an object takes part in expressions."""


COMPARISONS = tuple(f"__{name}__" for name in ("lt", "le", "gt", "ge", "eq", "ne"))
"""Methods by which an object is compared; what they give may be a number."""


def takes_part(cls: Any) -> bool:
    """Whether objects of a class take part in expressions by methods that are written in Python."""
    if not isinstance(cls, type) or hasattr(cls, "__dualad_dual__") or hasattr(cls, "__dualad_plain__"):
        return False
    if (cls.__module__ or "").partition(".")[0] in LIBRARIES:
        return False
    methods = [getattr(cls, name, None) for name in (*OPERATORS, *COMPARISONS)]
    return any(isinstance(method, types.FunctionType) and not is_written(method) for method in methods)


AUGMENTED = tuple(f"__i{name[2:]}" for name in OPERATORS if f"__r{name[2:]}" in OPERATORS)


def has_operators(cls: type) -> bool:
    """Whether objects of a class take part in expressions or augmented assignments by methods written in Python."""
    return takes_part(cls) or any(isinstance(getattr(cls, name, None), types.FunctionType) for name in AUGMENTED)


def kept_by(owner: Any, name: str) -> Any:
    """What an object or its class keeps under a name, without anything that the class does; MISSING if neither does.

    As `inspect.getattr_static` finds it, which takes twenty times as long: only for what that alone can tell.
    """
    cls = type(owner)
    if type(cls) is not type or cls is type:
        return inspect.getattr_static(owner, name, MISSING)
    kept, held = kept_by_class(cls, name), _dict_of(owner)
    before_all = hasattr(type(kept), "__get__") and any(hasattr(type(kept), n) for n in ("__set__", "__delete__"))
    return kept if held is None or name not in held or before_all else held[name]


def kept_by_class(cls: type, name: str) -> Any:
    """What a class or the first of its bases that has the name keeps under it; MISSING if none does."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return MISSING


def is_computed(owner: Any, name: str) -> bool:
    """Whether reading an attribute runs what a class says: a property, a descriptor, `__getattr__` and the like."""
    cls = type(owner)
    if isinstance(owner, types.ModuleType):
        return False
    if isinstance(cls.__getattribute__, types.FunctionType):
        return True
    kept = kept_by(owner, name)
    if kept is MISSING:
        return isinstance(getattr(cls, "__getattr__", None), types.FunctionType)
    held = _dict_of(owner)
    if not isinstance(owner, type) and held is not None and held.get(name, MISSING) is kept:
        return False
    if isinstance(kept, property | functools.cached_property):  # which a class itself gives as it is
        return not isinstance(owner, type) or kept_by_class(cls, name) is kept
    if hasattr(type(kept), "__dualad_vjp__"):  # ours, which binds as functions do
        return False
    return isinstance(getattr(type(kept), "__get__", None), types.FunctionType) and (
        module_of(type(kept)).partition(".")[0] not in sys.stdlib_module_names
    )


def read_quietly(owner: Any, name: str) -> Any:
    """An attribute, if reading it runs nothing that a class of the user's says; None if it does, or is not there."""
    return None if is_computed(owner, name) else getattr(owner, name, None)


def _dict_of(owner: Any) -> dict[str, Any] | None:
    """The dict of an object's attributes, whatever its class says of `__dict__`; None where it has none."""
    try:
        return object.__getattribute__(owner, "__dict__")  # type: ignore[no-any-return]
    except AttributeError:
        return None


def remembered_weakly(asked: Callable[..., T]) -> Callable[..., T]:
    """A function of a class, or of one and names, that is run once for each: what it gives may not hold the class.

    Functions make classes anew, which hold what they have captured: nothing may keep those alive.
    """
    known: weakref.WeakKeyDictionary[Any, dict[tuple[Any, ...], T]] = weakref.WeakKeyDictionary()

    @functools.wraps(asked)
    def remembered(cls: Any, *names: Any) -> T:
        found = known.get(cls)
        if found is None:
            found = known[cls] = {}
        if names not in found:
            found[names] = asked(cls, *names)
        return found[names]

    return remembered


@remembered_weakly
def slots_of_class(cls: Any) -> tuple[str, ...]:
    """The names of a class's slots as Python keeps them: of `__name` it makes `_Class__name`."""
    written = [base for base in cls.__mro__ if "__slots__" in vars(base)]
    return tuple(
        [n for base in written for n, place in vars(base).items() if isinstance(place, types.MemberDescriptorType)]
    )


def slots_of(value: Any) -> tuple[str, ...]:
    """The names of the slots that an object's class has."""
    cls: Any = type(value)
    return slots_of_class(cls)


def in_slots(value: Any) -> dict[str, Any]:
    """What an object holds in slots, by name."""
    return {name: getattr(value, name) for name in slots_of(value) if hasattr(value, name)}


def captures(fn: types.FunctionType) -> bool:
    """Whether a function captures variables (what lifting adds to it does not count: this is asked of the original)."""
    return bool(fn.__closure__)


def dataclass_written(cls: type) -> type | None:
    """The dataclass whose `__init__`, as `dataclass` wrote it, makes objects of the class; None if another does."""
    for base in cls.__mro__:
        if "__init__" in vars(base):
            params = vars(base).get("__dataclass_params__")
            return base if params is not None and params.init and is_written(vars(base)["__init__"]) else None
    return None


def runs_code(cls: type) -> bool:
    """Whether making an object of a class runs code that somebody wrote (exceptions carry no derivatives)."""
    library = (cls.__module__ or "").partition(".")[0]
    if issubclass(cls, BaseException) or library in ("builtins", *LIBRARIES) or hasattr(cls, "__dualad_plain__"):
        return False
    made = [type(cls).__call__, cls.__new__, *(getattr(cls, name, None) for name in ("__init__", "__post_init__"))]
    return any(isinstance(fn, types.FunctionType) and not is_written(fn) for fn in made)


def only_init(cls: type) -> types.FunctionType | None:
    """The `__init__` of a class if that is all the code that making an object runs."""
    init: Any = cls.__init__  # type: ignore[misc]
    others = (type(cls).__call__, cls.__new__)
    if is_written(init) or any(isinstance(fn, types.FunctionType) for fn in others):
        return None
    return init if isinstance(init, types.FunctionType) else None


def is_written(fn: Any) -> bool:
    """Whether a method was written by `dataclass` or `namedtuple`."""
    return isinstance(fn, types.FunctionType) and fn.__code__.co_filename == WRITTEN


def changing(cls: type) -> frozenset[str]:
    """What a class of the user's holds itself that can be changed in place: lists, dicts, sets and arrays."""
    found = set()
    for base in cls.__mro__:
        if module_of(base) in sys.stdlib_module_names or module_of(base).partition(".")[0] in (*LIBRARIES, "dualad"):
            continue
        found |= {name for name, held in vars(base).items() if isinstance(held, CHANGING) and not _is_hidden(name)}
    return frozenset(found)


CHANGING = (list, dict, set, collections.deque, np.ndarray)


def _is_hidden(name: str) -> bool:
    """Whether Python itself made an attribute of a class, of an enumeration or of a named tuple."""
    return (name.startswith("_") and name.endswith("_")) or name == "_field_defaults"


def has_plain_new(cls: type) -> bool:
    """Whether `__new__` of a named tuple does nothing but take the fields."""
    new: Any = cls.__new__
    return is_written(new) or new is tuple.__new__


def positional_names(cls: type) -> tuple[str, ...]:
    """The parameters of a class's `__init__`, those that only keywords name last."""
    return tuple(_signature_of(cls.__init__).parameters)[1:]  # type: ignore[misc]


@remembered_weakly
def _signature_of(init: Any) -> inspect.Signature:
    return inspect.signature(init)


@dataclasses.dataclass(frozen=True, slots=True)
class Fields:
    """What a dataclass's `__init__` is given: the attributes that it stores, and what only `__post_init__` gets."""

    values: dict[str, Any]
    extra: dict[str, Any]


def fields_given(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Fields:
    """The fields of a dataclass for the arguments of its `__init__`, defaults included."""
    signature = _signature_of(cls.__init__)  # type: ignore[misc]
    given = dict(signature.bind(None, *args, **kwargs).arguments)
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    stored = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for name, field in cls.__dataclass_fields__.items():  # type: ignore[attr-defined]
        into = values if name in stored else extra
        if name in given:
            into[name] = given[name]
        elif field.default_factory is not dataclasses.MISSING:
            into[name] = field.default_factory()
        elif field.init and field.default is not dataclasses.MISSING and name in signature.parameters:
            into[name] = field.default
    return Fields(values, extra)


def is_record_method(fn: Any) -> bool:
    """Whether it is a method by which Python makes named tuples of others: `_replace`, `_asdict`, `_make`."""
    plain = isinstance(fn, types.FunctionType) and fn.__name__ in ("_replace", "_asdict", "_make")
    return plain and fn.__code__.co_filename == collections.__file__


def kept_fields(owner: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """The fields that `dataclasses.replace` takes from the object itself; raises what it raises."""
    found = {}
    for field in dataclasses.fields(owner):
        if not field.init and field.name in changes:
            raise ValueError(f"field {field.name} is declared with init=False, it cannot be specified with replace()")
        if field.init and field.name not in changes:
            found[field.name] = getattr(owner, field.name)
    return found
