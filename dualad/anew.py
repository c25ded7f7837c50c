"""Classes made anew at each call, as Python makes a class inside a function that captures variables of the call.

Such a class is another one each time, of one code. What is known of it before it is made is known of a *model*: a
class of the same code that has captured nothing, which is made once and of which no object is ever made.
"""

from __future__ import annotations

import builtins
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any

_models: weakref.WeakKeyDictionary[type, weakref.ref[type]] = weakref.WeakKeyDictionary()
_active: weakref.WeakSet[Any] = weakref.WeakSet()
"""Functions of classes that were made of what is active."""


def is_anew(value: Any) -> bool:
    """Whether something is a class made anew at each call, the model of one, or derived from either."""
    if not isinstance(value, type) or not _models:
        return False
    return any([base in _models for base in value.__mro__[:-1]])


def is_method_anew(fn: types.FunctionType) -> bool:
    """Whether a function was written in a class that is made anew, and so may have captured what is active."""
    return bool(_codes) and fn.__code__ in _codes


_codes: weakref.WeakSet[types.CodeType] = weakref.WeakSet()


def built(
    body: types.FunctionType, name: str, bases: tuple[Any, ...], keywords: Mapping[str, Any], decorators: list[Any]
) -> Any:
    """The class that a `class` statement makes of the code of its body."""
    cls: Any = builtins.__build_class__(body, name, *bases, **keywords)
    for decorator in reversed(decorators):
        cls = decorator(cls)
    return cls


def model_of(cls: type) -> type | None:
    """The model of a class that is made anew, or of what it is derived from; None of any other."""
    for base in cls.__mro__[:-1] if _models else ():
        if base in _models:
            return _models[base]()
    return None


def note_active(cls: type) -> None:
    """Say that what a class has captured is active: its functions are right where captured variables are followed."""
    for kept in [*vars(cls).values()]:
        for fn in (kept, *(getattr(kept, name, None) for name in ("__func__", "fget", "fset", "fdel", "func"))):
            if isinstance(fn, types.FunctionType) and fn.__closure__:
                _active.add(fn)


def has_captured_active(fn: Any) -> bool:
    """Whether a function is of a class that was made of what is active."""
    return bool(_active) and type(fn) is types.FunctionType and fn in _active


def note(cls: type, code: types.CodeType, model: type) -> None:
    """Say that a class is made anew, or is the model of one itself, of this code of its body."""
    _models[cls] = weakref.ref(model)
    if code not in _codes:
        _note_codes(code)


def _note_codes(code: types.CodeType) -> None:
    _codes.add(code)
    for inside in code.co_consts:
        if isinstance(inside, types.CodeType):
            _note_codes(inside)


def maker(
    model: type, code: types.CodeType, scope: dict[str, Any], name: str, asked: Callable[[dict[str, Any]], Any]
) -> Any:
    """What stands for the `class` statement: given a function that has captured what the class captures, it makes one.

    It is given what the class reads as it is made, too, so that this is seen to be nothing that is differentiated.
    `code` is that of the body; `asked` gives bases, keywords and decorators by the local names' values. The model
    lives as long as this.
    """

    def made(capturing: types.FunctionType, *given: Any) -> Any:
        cells = dict(zip(capturing.__code__.co_freevars, capturing.__closure__ or (), strict=True))
        body = types.FunctionType(code, scope, name, None, tuple([cells[n] for n in code.co_freevars]))
        cls = built(body, name, *asked(_contents(cells)))
        note(cls, code, model)
        return cls

    _MAKERS.add(made.__code__)
    made.model = model  # type: ignore[attr-defined]
    return made


_MAKERS: set[types.CodeType] = set()


def is_maker(fn: Any) -> bool:
    """Whether something stands for the statement of a class that is made anew."""
    return type(fn) is types.FunctionType and fn.__code__ in _MAKERS


def _contents(cells: Mapping[str, types.CellType]) -> dict[str, Any]:
    """What the cells hold that hold something."""
    found = {}
    for name, cell in cells.items():
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    return found
