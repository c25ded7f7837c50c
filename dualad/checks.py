"""Checks of what users pass and of what their functions return: each error says what was seen and the fix."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad import forms, tree
from dualad.errors import DualadTypeError, DualadValueError, Unsupported
from dualad.foreign import is_special

Argnums = int | str | Sequence[int | str]
Position = int | str


class NonScalarOutput(DualadTypeError):
    """A function that is asked for a gradient returned something else than one real number."""


class OnlyReverse(Unsupported):
    """Forward mode met a rule that states reverse mode only."""


def name_of(f: Any) -> str:
    """How a function is called in messages."""
    return str(getattr(f, "__name__", None) or type(f).__name__)


def require_callable(f: Any, transform: str) -> None:
    """Refuse what cannot be called."""
    if callable(f):
        return
    if isinstance(f, classmethod):
        raise DualadTypeError(f"{transform} was given a classmethod: put @classmethod above @{transform}, not below it")
    raise DualadTypeError(f"{transform} takes a function, but it was given {tree.describe(f)}")


def require_argnums(argnums: Any, transform: str) -> tuple[Position, ...]:
    """`argnums` as a tuple; whether the positions exist is known at the call."""
    if isinstance(argnums, (tuple, list)):
        if not argnums:
            raise DualadValueError(
                f"{transform}: argnums is empty, so there is nothing to differentiate in; try argnums=0"
            )
        given = tuple(argnums)
    else:
        given = (argnums,)
    checked = tuple(_argnum(a, argnums, transform) for a in given)
    _require_distinct(checked, argnums, transform)
    return checked


def _argnum(a: Any, argnums: Any, transform: str) -> Position:
    if isinstance(a, str):
        return a
    if isinstance(a, (bool, np.bool_)) or not isinstance(a, (int, np.integer)):
        raise DualadTypeError(
            f"{transform}: argnums is an int (the argument's position), a str (the name of a keyword argument) or a "
            f"tuple of these, but it is {argnums!r}"
        )
    return int(a)


def _require_distinct(positions: tuple[Position, ...], argnums: Any, transform: str) -> None:
    if len(set(positions)) != len(positions):
        raise DualadValueError(f"{transform}: argnums={argnums!r} names an argument twice")


def resolve_argnums(
    f: Callable[..., Any], argnums: tuple[Position, ...], args: tuple[Any, ...], kwargs: dict[str, Any], transform: str
) -> tuple[Position, ...]:
    """Positions in `args` and names in `kwargs` that argnums mean in this call."""
    found = tuple(_resolve(f, a, args, kwargs, transform) for a in argnums)
    _require_distinct(found, argnums, transform)
    return found


def _resolve(
    f: Callable[..., Any], a: Position, args: tuple[Any, ...], kwargs: dict[str, Any], transform: str
) -> Position:
    if isinstance(a, str):
        if a in kwargs:
            return a
        names = positional_names(f)
        if a in names and names.index(a) < len(args):
            return names.index(a)
        passed = f"{len(args)} positional arguments" + (f" and {', '.join(kwargs)}" if kwargs else "")
        known = a in names or a in _parameters(f)
        advice = f"pass {a}=... in the call" if known else f"{name_of(f)} has no parameter of this name"
        raise DualadValueError(f"{transform}: argnums={a!r} names no argument of this call of {passed}; {advice}")
    if -len(args) <= a < len(args):
        return a % len(args)
    names = positional_names(f)
    if 0 <= a < len(names) and names[a] in kwargs:
        return names[a]
    count = f"{len(args)} positional argument" + "s" * (len(args) != 1)
    if 0 <= a < len(names):
        advice = f"pass {names[a]} too (its default is not differentiated in unless it is passed)"
    else:
        advice = f"argnums counts from 0: the last argument of {name_of(f)} is argnums={max(len(args) - 1, 0)}"
    raise DualadValueError(f"{transform}: argnums={a} is out of range: {name_of(f)} was called with {count}; {advice}")


def _parameters(f: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        return {}


def positional_names(f: Callable[..., Any]) -> list[str]:
    """Names of the parameters of `f` that may be passed by position; none where it has no signature."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, p in _parameters(f).items() if p.kind in kinds]


def place(f: Callable[..., Any], position: Position) -> str:
    """How an argument is called in messages: `argument 0 (w)`, `argument 'scale'`."""
    if isinstance(position, str):
        return f"argument {position!r}"
    names = positional_names(f)
    return f"argument {position}" + (f" ({names[position]})" if position < len(names) else "")


def require_differentiable(
    f: Callable[..., Any], x: Any, position: Position, transform: str, *, explicit: bool = True, real: bool = False
) -> None:
    """Refuse an argument that no derivative can be taken in.

    Args:
        f: the function, for the message.
        x: the argument.
        position: its position or name.
        transform: the transform that is asked for.
        explicit: whether the user named this argument (else what is no number is simply not differentiated in).
        real: whether complex numbers are refused.
    """
    if type(x) is float:
        return
    leaves, treedef = tree.flatten(x)
    forms_of = [forms.leaf_of(leaf) for leaf in leaves]
    if treedef is tree.LEAF or treedef is tree.NONE:
        if explicit and (not leaves or forms_of[0].cls is forms.NoneType):
            raise DualadTypeError(_no_number(f, x, position, transform))
    for i, leaf in enumerate(leaves):
        if isinstance(leaf, np.ndarray) and (leaf.dtype.kind in "OV" or is_special(leaf)):
            where = place(f, position) + tree.paths(treedef)[i]
            raise DualadTypeError(f"{transform}: {where} is {tree.describe(leaf)}, {_ARRAY_ADVICE[_family(leaf)]}")
        dtype = forms_of[i].dtype
        if real and dtype is not None and dtype.kind == "c":
            where = place(f, position) + tree.paths(treedef)[i]
            raise DualadTypeError(
                f"{transform}: {where} is {tree.describe(leaf)}, and forward mode gives derivatives in real numbers; "
                "use grad or jacrev, or differentiate in the real and imaginary parts"
            )


_ARRAY_ADVICE = {
    "object": "whose items may be anything; convert it: x.astype(float)",
    "structured": "which is no array of numbers; pass its fields as a dict of arrays",
    "masked": "whose mask the derivative would ignore; pass x.filled(0.0) and the mask as another argument",
    "matrix": "whose operators differ from an array's; pass np.asarray(x)",
}


def _family(x: np.ndarray) -> str:
    if isinstance(x, np.ma.MaskedArray):
        return "masked"
    if x.dtype.kind == "O":
        return "object"
    return "structured" if x.dtype.kind == "V" else "matrix"


def _no_number(f: Callable[..., Any], x: Any, position: Position, transform: str) -> str:
    seen = f"{transform}: {place(f, position)} is {tree.describe(x)}, "
    choose = "or choose another argument by argnums"
    if x is None:
        return f"{seen}which has no derivative; pass a float or an array, {choose}"
    if isinstance(x, np.ndarray):
        if x.dtype.kind in "OV":
            return seen + _ARRAY_ADVICE[_family(x)]
        return f"{seen}which are no real numbers; convert it (x.astype(float)) {choose}"
    if isinstance(x, (str, bytes)):
        return f"{seen}which has no derivative; convert it to a number {choose}"
    if isinstance(x, (bool, np.bool_)):
        return f"{seen}which has no derivative; pass a float {choose}"
    if callable(x):
        return f"{seen}which has no derivative of its own; differentiate in what it depends on, {choose}"
    return (
        f"{seen}which is no number, array or known container of these; dualad.register_tree makes {type(x).__name__} a "
        f"container, {choose}"
    )


def require_scalar(value: Any, transform: str = "grad") -> None:
    """Refuse the result of a function that is no single real number."""
    cls = type(value)
    if cls is float or cls is np.float64 or cls is int:
        return
    if tree.is_leaf(value):
        leaf = forms.leaf_of(value)
        if leaf.cls is not forms.NoneType and leaf.shape == () and leaf.dtype.kind == "f":
            return
        if leaf.cls is not forms.NoneType and leaf.shape != ():
            raise NonScalarOutput(
                f"{transform} takes a function that returns one real number, but this one returned "
                f"{tree.describe(value)}; reduce it (np.sum, np.mean), or use dualad.jacobian for all its derivatives "
                "or dualad.vjp for a weighted sum"
            )
        if leaf.cls is not forms.NoneType:
            raise NonScalarOutput(
                f"{transform} takes a function that returns a real number, but this one returned "
                f"{tree.describe(value)}, a complex one; return its real part or absolute value, or use dualad.vjp"
            )
    advice = "return one number, or use dualad.vjp or dualad.jacobian, which take any result"
    if value is None:
        advice = "is a return statement missing?"
    elif cls is tuple:
        advice = "if the first item is the value and the rest is information, use has_aux=True; else " + advice
    raise NonScalarOutput(
        f"{transform} takes a function that returns one real number, but this one returned {tree.describe(value)}; "
        f"{advice}"
    )


def require_pair(result: Any, transform: str = "grad") -> None:
    """Refuse the result of a function with `has_aux=True` that is no pair."""
    if isinstance(result, tuple) and len(result) == 2:
        return
    raise DualadTypeError(
        f"{transform} with has_aux=True takes a function that returns a pair (value, aux), but this one returned "
        f"{tree.describe(result)}"
    )


def require_some_number(f: Callable[..., Any], primals: tuple[Any, ...], transform: str) -> list[forms.Form]:
    """The forms of all arguments of a call; refused unless some number is among them."""
    for i, x in enumerate(primals):
        require_differentiable(f, x, i, transform, explicit=False)
    found = [forms.Form(x) for x in primals]
    if not any(form.moves for form in found):
        seen = ", ".join(tree.describe(x) for x in primals) or "no argument at all"
        raise DualadTypeError(
            f"{transform}: {name_of(f)} was given {seen}: no number to differentiate in; pass a float or an array of "
            "floats"
        )
    return found


def require_tuple(x: Any, what: str, transform: str) -> tuple[Any, ...]:
    """`primals` or `tangents` as a tuple."""
    if isinstance(x, (tuple, list)):
        return tuple(x)
    raise DualadTypeError(
        f"{transform}: {what} is a tuple with one item for each argument of the function, but it is "
        f"{tree.describe(x)}; for a function of one argument write ({what[:-1]},)"
    )


def require_tangents(inputs: list[forms.Form], tangents: Any, transform: str) -> tuple[Any, ...]:
    """The tangents cast to the forms of the primals; None where nothing moves."""
    tangents = require_tuple(tangents, "tangents", transform)
    if len(inputs) != len(tangents):
        raise DualadTypeError(
            f"{transform} takes one tangent for each primal, but there are {len(inputs)} primals and {len(tangents)} "
            "tangents"
        )
    return tuple([form.tangent(t, f"{transform}: tangents[{i}]") for i, (form, t) in enumerate(zip(inputs, tangents))])


def refuse_calling_itself(derivative: Any, f: Callable[..., Any]) -> None:
    """Refuse `@grad` on a function that calls itself by the name that now stands for the derivative."""
    code = getattr(f, "__code__", None)
    if code is None:
        return
    name = f.__name__
    hidden = name in code.co_names and f.__globals__.get(name) is derivative
    for free, cell in zip(code.co_freevars, f.__closure__ or ()):
        try:
            hidden = hidden or (free == name and cell.cell_contents is derivative)
        except ValueError:  # an empty cell
            continue
    if hidden:
        raise Unsupported(
            f"{name} calls itself, but its name now stands for its derivative, which a decorator has put in its "
            f"place; keep the function's own name for the function, and write d{name} = grad({name})"
        )
