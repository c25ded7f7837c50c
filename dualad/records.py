"""Records: classes of named parts, as `dataclasses` has them, that cost microseconds to define.

`dataclasses` compiles up to seven methods for each class, which took a fifth of the time to dualad's first gradient.
Here one `__init__` is compiled for all classes whose parts are alike, and each has it under its own names; the other
methods are shared. Records are no dataclasses to what asks: users' dataclasses are parts of trees, dualad's own
classes are not.
"""

from __future__ import annotations

import operator
import reprlib
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")
__all__ = ["field", "names_of", "record", "replace"]
MISSING: Any = object()


class Field:
    """A part: its default or what makes one, whether it is given by name alone, and whether `repr` shows it."""

    __slots__ = ("default", "factory", "kw_only", "repr")

    def __init__(self, default: Any, factory: Any, kw_only: bool, repr: bool) -> None:
        self.default = default
        self.factory = factory
        self.kw_only = kw_only
        self.repr = repr


if TYPE_CHECKING:  # to type checkers, records are dataclasses
    from dataclasses import dataclass as record
    from dataclasses import field, replace
else:

    def field(
        *, default: Any = MISSING, default_factory: Any = MISSING, kw_only: bool = False, repr: bool = True
    ) -> Any:
        """What a part has beyond its name, as in `dataclasses`."""
        return Field(default, default_factory, kw_only, repr)

    def record(
        cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, repr: bool = True, slots: bool = False
    ) -> Any:
        """Make a record of a class that lists its parts by annotations; the options are those of `dataclass`."""

        def made(cls: type) -> type:
            return _made(cls, frozen, eq, repr, slots)

        return made if cls is None else made(cls)

    def replace(obj: T, /, **changes: Any) -> T:
        """A record with other parts."""
        for name in type(obj).__record_parts__:
            if name not in changes:
                changes[name] = getattr(obj, name)
        return type(obj)(**changes)


def names_of(obj: Any) -> tuple[str, ...] | None:
    """The names of a record's parts; None of anything else."""
    try:
        return tuple(type.__getattribute__(type(obj), "__record_parts__"))  # asks no metaclass's `__getattr__`
    except AttributeError:
        return None


def _made(cls: type, frozen: bool, eq: bool, repr: bool, slots: bool) -> type:
    own = {name: _field(vars(cls).get(name, MISSING)) for name in cls.__annotations__}
    parts: dict[str, Field] = {}
    for base in cls.__mro__[:0:-1]:
        parts.update(vars(base).get("__record_parts__", ()))
    inherited = set(parts)
    parts.update(own)
    body: dict[str, Any] = {
        "__record_parts__": parts,
        "__match_args__": tuple([name for name, part in parts.items() if not part.kw_only]),
        "__init__": _init(cls, parts, frozen),
    }
    if repr:
        body["__repr__"] = _repr
    if eq:
        # Two names at least, for `attrgetter` of one gives no tuple: what is not equal to itself (NaN, arrays) would
        # not be found the same where it is one object.
        names = tuple(parts) or ("__class__",)
        body["__record_values__"] = operator.attrgetter(*(names * 2 if len(names) == 1 else names))
        body["__eq__"] = _eq
        body["__hash__"] = _hash if frozen else None
    if frozen:
        body["__setattr__"] = _refuse_setting
        body["__delattr__"] = _refuse_deleting
        body["__setstate__"] = _set_state
    for name in ("__repr__", "__eq__", "__hash__"):
        if name in body and vars(cls).get(name) is not None:
            del body[name]  # the class's own
    if slots:
        kept = {k: v for k, v in vars(cls).items() if k not in own and k not in ("__dict__", "__weakref__")}
        added = tuple([name for name in own if name not in inherited])
        return type(cls)(
            cls.__name__, cls.__bases__, {**kept, "__qualname__": cls.__qualname__, **body, "__slots__": added}
        )
    for name, part in own.items():
        if part.default is not MISSING:
            setattr(cls, name, part.default)
        elif name in vars(cls):
            delattr(cls, name)
    for name, value in body.items():
        setattr(cls, name, value)
    return cls


def _field(default: Any) -> Field:
    return default if isinstance(default, Field) else Field(default, MISSING, False, True)


def _init(cls: type, parts: dict[str, Field], frozen: bool) -> Callable[..., None]:
    """The `__init__` of a class: the one of its kind, under the class's names."""
    kinds = "".join([_kind(part) for part in parts.values()])
    own_step = hasattr(cls, "__post_init__")
    code = _templates.get((kinds, frozen, own_step))
    if code is None:
        code = _templates[kinds, frozen, own_step] = _template(kinds, frozen, own_step)
    names = {f"part{i}": name for i, name in enumerate(parts)}
    defaults, kwdefaults, namespace = [], {}, {"MISSING": MISSING, "store": object.__setattr__}
    for i, (name, part) in enumerate(parts.items()):
        default = part.default
        if part.factory is not MISSING:
            namespace[f"make{i}"] = part.factory
            default = MISSING
        optional = default is not MISSING or part.factory is not MISSING
        if part.kw_only:
            kwdefaults.update({name: default} if optional else {})
        elif optional:
            defaults.append(default)
        elif defaults:
            raise TypeError(f"part {name!r} without default after one with a default")
    code = code.replace(
        co_varnames=tuple([names.get(name, name) for name in code.co_varnames]),
        co_names=tuple([names.get(name, name) for name in code.co_names]),
        co_consts=tuple([names.get(c, c) if type(c) is str else c for c in code.co_consts]),
        co_qualname=f"{cls.__qualname__}.__init__",
    )
    init = types.FunctionType(code, namespace, "__init__", tuple(defaults))
    init.__kwdefaults__ = kwdefaults or None
    init.__module__ = cls.__module__
    return init


def _kind(part: Field) -> str:
    """How a part is set: given or made, by position or by name alone."""
    return "ngNG"[(part.factory is MISSING) + 2 * part.kw_only]


_templates: dict[tuple[str, bool, bool], types.CodeType] = {}


def _template(kinds: str, frozen: bool, own_step: bool) -> types.CodeType:
    """An `__init__` that stores its parameters "part0", "part1"... in attributes of these names."""
    given = ["self", *[f"part{i}" for i, kind in enumerate(kinds) if kind in "ng"]]
    by_name = [f"part{i}" for i, kind in enumerate(kinds) if kind in "NG"]
    lines = []
    for i, kind in enumerate(kinds):
        value = f"part{i}" if kind in "gG" else f"make{i}() if part{i} is MISSING else part{i}"
        lines.append(f"store(self, 'part{i}', {value})" if frozen else f"self.part{i} = {value}")
    if own_step:
        lines.append("self.__post_init__()")
    head = ", ".join([*given, *(["*", *by_name] if by_name else [])])
    text = f"def __init__({head}):\n" + "".join([f"  {line}\n" for line in lines or ["pass"]])
    made = compile(text, __file__, "exec").co_consts
    return next(c for c in made if isinstance(c, types.CodeType))


@reprlib.recursive_repr()
def _repr(self: Any) -> str:
    shown = [f"{name}={getattr(self, name)!r}" for name, part in self.__record_parts__.items() if part.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is self.__class__:
        values = self.__record_values__
        return values(self) == values(other)
    return NotImplemented


def _hash(self: Any) -> int:
    return hash(self.__record_values__(self))


def _refuse_setting(self: Any, name: str, value: Any) -> None:
    raise AttributeError(f"{name!r} of a frozen {type(self).__name__} cannot be set")


def _refuse_deleting(self: Any, name: str) -> None:
    raise AttributeError(f"{name!r} of a frozen {type(self).__name__} cannot be deleted")


def _set_state(self: Any, state: Any) -> None:
    """What copies and pickles of a frozen record do, who cannot set its parts."""
    for kept in state if isinstance(state, tuple) else (state,):
        for name, value in (kept or {}).items():
            object.__setattr__(self, name, value)
