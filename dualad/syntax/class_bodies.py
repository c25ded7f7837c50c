"""What the body of a class inside a function computes when the class is made: whether that is the same each time."""

from __future__ import annotations

import abc
import builtins
import collections
import contextlib
import dataclasses
import enum
import functools
import sys
import types
import typing
from typing import Any

import gast

from dualad.syntax.names import children

MISSING: Any = object()

LASTING = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, int, float, complex, str, type(None))
"""What a class may be made of that a global names: nothing that can be changed in place."""

MAKING = (dataclasses.field, dataclasses.dataclass, enum.auto, property, staticmethod, classmethod, typing.NewType)
"""What may be called as a class is made; `collections.namedtuple` as a base, besides."""

DECORATORS = (
    property, staticmethod, classmethod, abc.abstractmethod, functools.cached_property, contextlib.contextmanager,
    functools.total_ordering, dataclasses.dataclass, typing.overload, typing.final, typing.runtime_checkable,
    enum.unique, getattr(typing, "override", property),
)  # fmt: skip
ACCESSORS = ("setter", "getter", "deleter")

LISTS = ("__slots__", "__match_args__", "_fields_")
"""Names whose lists Python only reads."""

HOOKS = ("__init_subclass__", "__set_name__", "__class_getitem__", "__del__")
"""Methods that run for the class itself, or when nobody asks."""


class Names:
    """What names stand for where a class is made.

    Attributes of one that is made anew each time:
        given: the local names that it reads as it is made; None of a class that may read none.

    Attributes:
        settled: what was asked for, names of the module (`K`) and attributes of what these name (`shapes.K`).
    """

    def __init__(self, scope: dict[str, Any], local: set[str], classes: set[str]) -> None:
        self.scope, self.local, self.classes = scope, local, classes
        self.settled: set[str] = set()
        self.given: set[str] | None = None

    def takes(self, name: str) -> bool:
        """Whether it is a local name that the class may read."""
        if self.given is None or name not in self.local:
            return False
        self.given.add(name)
        return True

    @staticmethod
    def found(name: str, scope: dict[str, Any]) -> Any:
        """What a global name, or attributes of what it stands for, are now."""
        first, *attributes = name.split(".")
        found = scope.get(first, getattr(builtins, first, MISSING))
        for attribute in attributes:
            found = getattr(found, attribute, MISSING)
        return found

    def of(self, name: str) -> Any:
        """The same, in this module."""
        return self.found(name, self.scope)

    def value(self, node: Any) -> Any:
        """What a name of the module, or an attribute of what one stands for, is; MISSING where that is not known."""
        if isinstance(node, gast.Name):
            if node.id in self.local:
                return MISSING
            self.settled.add(node.id)
            return self.of(node.id)
        if isinstance(node, gast.Attribute):
            owner = self.value(node.value)
            if isinstance(owner, types.ModuleType | type):
                self.settled.add(gast.unparse(node).strip())
                return getattr(owner, node.attr, MISSING)
        return MISSING


def unsettled(node: gast.ClassDef, names: Names) -> str | None:
    """What a class does as it is made that may come out otherwise the next time; None if nothing."""
    if getattr(node, "type_params", None):
        return "which has type parameters"
    for base in node.bases:
        if not _is_base(base, names):
            return "whose base classes are computed"
    if any(k.arg is None or not _is_settled(k.value, names, set()) for k in node.keywords):
        return "which has a metaclass or keywords of its own"
    if not all(_is_decorator(d, names, set()) for d in node.decorator_list):
        return "which has a decorator that is not Python's own"
    bound: set[str] = set()
    for stmt in node.body:
        found = _of_statement(stmt, names, bound)
        if found is not None:
            return found
    return None


def _of_statement(stmt: Any, names: Names, bound: set[str]) -> str | None:
    """The same of a statement of its body; `bound`: the names that the body has bound before it."""
    match stmt:
        case gast.Pass() | gast.Expr(value=gast.Constant()):
            return None
        case gast.FunctionDef():
            return _of_method(stmt, names, bound)
        case (
            gast.Assign(targets=[gast.Name(id=name)], value=value)
            | gast.AnnAssign(target=gast.Name(id=name), value=value)
        ):
            if value is not None and not (name in LISTS and _is_list(value)):
                if not _is_settled(value, names, bound):
                    return f"which holds `{name}`, computed as it is made, or something that can be changed"
            bound.add(name)
            return None
    return "whose body holds more than methods, constants and fields"


def _of_method(node: Any, names: Names, bound: set[str]) -> str | None:
    if node.name in HOOKS:
        return f"which has `{node.name}`"
    if not all(_is_decorator(d, names, bound) for d in node.decorator_list):
        return f"whose method `{node.name}` has a decorator that is not Python's own"
    if not _has_settled_defaults(node, names, bound):
        return f"whose method `{node.name}` has a default value that is computed as it is made, or can be changed"
    bound.add(node.name)
    return None


def _has_settled_defaults(node: Any, names: Names, bound: set[str]) -> bool:
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return all(_is_settled(d, names, bound) for d in defaults)


def _is_base(node: Any, names: Names) -> bool:
    if isinstance(node, gast.Name) and node.id in names.classes:
        return True
    if isinstance(node, gast.Subscript):
        return _is_base(node.value, names)  # `Generic[T]`
    if isinstance(node, gast.Call):
        known = names.value(node.func) is collections.namedtuple
        return known and all(_is_list(a) or isinstance(a, gast.Constant) for a in node.args) and not node.keywords
    found = names.value(node)
    return found is typing.NamedTuple or (isinstance(found, type) and not _has_hooks(found))


def _has_hooks(cls: type) -> bool:
    """Whether a class of somebody's does something when another one is derived from it."""
    return any(
        "__init_subclass__" in vars(base) and base.__module__.partition(".")[0] not in sys.stdlib_module_names
        for base in cls.__mro__
    )


def _is_decorator(node: Any, names: Names, bound: set[str]) -> bool:
    match node:
        case gast.Attribute(value=gast.Name(id=name), attr=attr) if attr in ACCESSORS:
            return name in bound
        case gast.Call(func=func, args=[], keywords=keywords):
            return _is_decorator(func, names, bound) and all(_is_settled(k.value, names, bound) for k in keywords)
    found = names.value(node)
    return any(found is known for known in DECORATORS)


def _is_list(node: Any) -> bool:
    """Whether it is a list or tuple of literals."""
    return isinstance(node, gast.List | gast.Tuple) and all(isinstance(e, gast.Constant) for e in node.elts)


def _is_settled(node: Any, names: Names, bound: set[str]) -> bool:
    """Whether an expression is the same each time, and nothing that can be changed."""
    match node:
        case gast.Constant():
            return True
        case gast.Name(id=name):
            known = name in bound or name in names.classes or names.takes(name)
            return known or isinstance(names.value(node), LASTING)
        case gast.Attribute():
            return isinstance(names.value(node), LASTING)
        case gast.Tuple() | gast.BinOp() | gast.UnaryOp():
            parts = [n for n in children(node) if isinstance(n, gast.expr)]
            return all(_is_settled(part, names, bound) for part in parts)
        case gast.Lambda():
            return _has_settled_defaults(node, names, bound)
        case gast.Call(func=func, args=args, keywords=keywords):
            given = [*args, *(k.value for k in keywords)]
            known = any(names.value(func) is fn for fn in MAKING)
            return known and all(_is_settled(part, names, bound) for part in given)
    return False
