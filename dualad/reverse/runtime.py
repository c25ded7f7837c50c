"""What emitted code calls where a kind was not known when it was transformed, and for cotangents of containers."""

from __future__ import annotations

import collections
from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from dualad import ownership
from dualad.analysis.kinds import primal
from dualad.classes import method_of
from dualad.errors import DualadError, Unsupported
from dualad.foreign import is_matrix, require_numbers
from dualad.layout import copy_alike
from dualad.reached import rebuilt

REAL = frozenset({float, np.float64})
NUMBERS = frozenset({float, np.float64, np.ndarray})  # what `+` adds as numbers


def is_zero(ct: Any) -> bool:
    """Whether a cotangent is the universal zero."""
    return type(ct) is float and ct == 0.0


OPERATOR = (
    "an operator on an object that holds active values, which dualad took for arithmetic; call a method instead (of a "
    "sparse matrix `A.dot(x)`, and `A.T.dot(x)` for `x @ A`; of a linear operator no other method beside `@`)"
)


def add(a: Any, b: Any) -> Any:
    """The sum of two cotangents of anything, as a new object."""
    if type(a) is type(b) and type(a) in NUMBERS:
        return a + b
    if type(a) is list and type(b) is list and len(a) == len(b):
        return [x + y if type(x) is float and type(y) is float else add(x, y) for x, y in zip(a, b)]
    if is_zero(a):
        return b
    if is_zero(b):
        return a
    if isinstance(a, dict):
        joined = {key: add(a.get(key, 0.0), b.get(key, 0.0)) for key in {**a, **b}}
        return OfObject(joined) if type(a) is OfObject else joined
    if isinstance(a, list | tuple):
        longer = max(len(a), len(b))
        return [add(_at(a, i), _at(b, i)) for i in range(longer)]
    return a + b


def _at(items: Any, i: int) -> Any:
    return items[i] if i < len(items) else 0.0


def add_into(buffer: Any, ct: Any) -> None:
    """Add a cotangent to an owned container of cotangents."""
    if is_zero(ct):
        return
    keys = ct if isinstance(ct, dict) else range(len(ct))
    for key in keys:
        if not is_zero(ct[key]):
            buffer[key] = add(buffer[key] if not isinstance(buffer, dict) else buffer.get(key, 0.0), ct[key])


def accumulated(buffer: Any, ct: Any) -> Any:
    """An owned cotangent of an array or list with another one added to it, in place where it can be."""
    if type(buffer) is type(ct) is np.ndarray:
        buffer += ct
        return buffer
    if is_zero(ct):
        return buffer
    if isinstance(buffer, list | dict):
        add_into(buffer, ct)
    else:
        buffer += ct
    return buffer


def item(ct: Any, key: Any) -> Any:
    """The cotangent of an item."""
    if is_zero(ct):
        return 0.0
    if isinstance(ct, dict):
        return ct.get(key, 0.0)
    if isinstance(key, str):
        raise Unsupported(OPERATOR)
    return ct[key]


def buffer(ct: Any, value: Any) -> Any:
    """A cotangent of `value` of its own, with room for every item."""
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
        require_numbers(value)
    if isinstance(value, np.ndarray) or hasattr(value, "__dualad_dual__"):
        return filled(ct, value)
    if type(value) not in PLAIN and any([method_of(value, n) for n in ("__getitem__", "__missing__")]):
        return OfObject(ct if isinstance(ct, dict) else {})
    if isinstance(value, dict):
        return dict(ct) if isinstance(ct, dict) else {}
    if isinstance(value, list | tuple | range | collections.deque):
        return list(ct) if not is_zero(ct) else [0.0] * len(value)
    if hasattr(value, "shape") and not is_matrix(value):  # which is an object of several arrays
        return filled(ct, value)
    return dict(ct) if isinstance(ct, dict) else {}


PLAIN = (list, tuple, dict)


def extent(value: Any) -> Any:
    """What stands for a value where its cotangent is made: of a list, which may change, only how long it is."""
    if type(value) is list:
        return range(len(value))
    changes = isinstance(value, list | collections.deque) and method_of(value, "__getitem__") is None
    return range(len(value)) if changes else value


def without_last(ct: Any) -> tuple[Any, Any]:
    """The cotangent of a list without its last item, and that of the item."""
    return (ct, 0.0) if is_zero(ct) else (ct[:-1], ct[-1])


class OfObject(dict[Any, Any]):
    """The cotangent of an object's attributes: its items have none, and there is no arithmetic with it."""

    __array_ufunc__ = None

    def _refused(self, *other: Any) -> Any:
        raise Unsupported(OPERATOR)

    __mul__ = __rmul__ = __truediv__ = __matmul__ = __rmatmul__ = __neg__ = __pow__ = _refused


KEY = (
    "an active number as the key of a dict, which is computed with when it is read from the dict; keep it in the value "
    "too, as in `d[k] = (k, v)`"
)


class OfKey:
    """The cotangent of a key of a dict, which has none: refused where it reaches what a derivative is taken in."""

    def _refused(self, *other: Any, **named: Any) -> Any:
        raise Unsupported(KEY)

    __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __neg__ = __getitem__ = __float__ = _refused
    __array__ = __array_ufunc__ = _refused


def zeros_of(value: Any) -> Any:
    """A zero cotangent of an array."""
    dtype = getattr(value, "dtype", None)
    kind = dtype.kind if dtype is not None else "f"
    return np.zeros(np.shape(value), dtype if kind in "fc" else np.float64)


def filled(ct: Any, value: Any) -> Any:
    """An owned array of `value`'s shape that holds a cotangent which may only broadcast to it."""
    zeros = zeros_of(value)
    found = zeros if is_zero(ct) else zeros + ct
    return found if np.ndim(found) else np.array(found)  # of what has no dimensions the sum is a number


def expand(ct: Any, value: Any) -> Any:
    """A cotangent that may only broadcast to the shape of `value`, with that shape."""
    if type(value) is np.ndarray:
        if type(ct) is np.ndarray and ct.shape == value.shape:
            return ct
        if type(ct) is float and value.dtype.kind == "f":
            spread = np.empty(value.shape, value.dtype)
            spread[...] = ct  # a fifth of what `broadcast_to` takes
            return spread
    if isinstance(value, list | tuple) and is_zero(ct):  # nothing was read on this way
        return type(value)(*[ct] * len(value)) if hasattr(value, "_fields") else type(value)([ct] * len(value))
    if isinstance(value, list | tuple | dict) or isinstance(ct, list | dict) or is_matrix(value):
        return ct
    if not isinstance(getattr(value, "shape", None), tuple) and not isinstance(value, int | float | complex):
        return ct  # an object, which may have items and a `shape` of its own all the same; a class
    shape = np.shape(value)
    if isinstance(value, np.ndarray):
        require_numbers(value)
    if np.shape(ct) == shape:
        return ct
    return np.broadcast_to(ct, shape)


def add_slot(buffer: Any, key: Any, ct: Any) -> None:
    """Add to the cotangent of one item of an owned buffer."""
    if type(buffer) is list and type(key) is int:
        before = buffer[key]
        buffer[key] = ct if is_zero(before) else add(before, ct)
        return
    if isinstance(buffer, list):
        if isinstance(key, slice):
            for i, part in zip(range(*key.indices(len(buffer))), ct if not is_zero(ct) else [], strict=False):
                buffer[i] = add(buffer[i], part)
        else:
            buffer[key] = add(buffer[key], ct)
    elif isinstance(buffer, OfObject):
        raise Unsupported(
            "an item of an object that holds active values, whose class has a `__getitem__` of its own; call a method "
            "with another name"
        )
    elif isinstance(buffer, dict):
        buffer[key] = add(buffer.get(key, 0.0), ct)
    else:
        add_at(buffer, key, ct)


def rows_of_zeros(ct: Any, rows: Any) -> list[list[Any]]:
    """A cotangent of a list of lists of numbers of its own, down to the lists, with room for every number."""
    if is_zero(ct):
        return [[0.0] * len(row) for row in rows]
    return [[0.0] * len(row) if is_zero(part) else list(part) for row, part in zip(rows, ct, strict=True)]


def add_row(buffer: list[Any], index: int, ct: Any) -> None:
    """Add to the cotangent of a list in what `rows_of_zeros` made: it keeps what it has of its own."""
    row = buffer[index]
    if not is_zero(ct):
        row[:] = add(row, ct)


def add_item(buffer: Any, index: Any, key: int, ct: Any, like: Any) -> None:
    """Add to the cotangent of one number of a list, which is an item of what has an owned buffer."""
    items = buffer[index] if type(buffer) is list and type(index) is int else None
    if type(items) is list and len(items) == len(like):
        items = items.copy()  # somebody else may hold it
        items[key] += ct
        buffer[index] = items
    else:
        items = [0.0] * len(like)
        items[key] += ct
        add_slot(buffer, index, items)


def add_attribute(buffer: dict[str, Any], name: str, ct: Any) -> None:
    """Add to the cotangent of one attribute of an owned buffer."""
    buffer[name] = add(buffer.get(name, 0.0), ct)


def add_at(buffer: Any, key: Any, ct: Any) -> None:
    """Add to places of an array, as often as they are named."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(isinstance(p, np.ndarray | list) for p in parts):
        np.add.at(buffer, key, ct)
    else:
        buffer[key] += ct


def moved(buffer: Any, key: Any) -> Any:
    """Take the cotangent of a place out: a copy, and the place is zero."""
    if isinstance(buffer, list | dict):
        ct = buffer.get(key, 0.0) if isinstance(buffer, dict) else buffer[key]
        buffer[key] = 0.0
        return ct
    place = buffer[key]
    ct = place.copy() if isinstance(place, np.ndarray) else place
    buffer[key] = 0.0
    return ct


def moved_last(buffer: Any, key: Any) -> Any:
    """As `moved`, for keys that may name a place several times: only the last one wrote what stayed."""
    if not _gathers(key):
        return moved(buffer, key)
    ct = _of_last(buffer, key)
    buffer[key] = 0.0
    return ct


def taken_last(buffer: Any, key: Any) -> Any:
    """What `moved_last` gives, of a buffer that nobody reads any more."""
    if _gathers(key):
        return _of_last(buffer, key)
    place = buffer[key]
    return place.copy() if isinstance(place, np.ndarray) else place


def _gathers(key: Any) -> bool:
    """Whether a key is, or holds, an array or list of positions."""
    for part in key if isinstance(key, tuple) else (key,):
        if isinstance(part, np.ndarray | list) and np.asarray(part).dtype != bool:
            return True
    return False


def _of_last(buffer: Any, key: Any) -> Any:
    """What lies at the places of a key, 0 where a later position names the same place."""
    ct = buffer[key]  # no view
    named_once = np.zeros(buffer.shape, bool)
    named_once[key] = True
    if np.count_nonzero(named_once) == ct.size:  # which is told sooner than who was last
        return ct
    positions = np.arange(buffer.size).reshape(buffer.shape)
    named = positions[key]
    last = np.full(buffer.size, -1)
    order = np.arange(named.size)
    last[named.ravel()] = order
    winners = (last[named.ravel()] == order).reshape(named.shape)
    return ct * winners


def owned(ct: Any) -> Any:
    """A copy of an array; numbers are as they are."""
    return ct.copy() if isinstance(ct, np.ndarray) else ct


def kept(value: Any) -> Any:
    """A copy that later stores do not reach."""
    if isinstance(value, np.ndarray):
        return copy_alike(value)
    return rebuilt(value, _kept) if isinstance(value, list | tuple | dict) else value


def kept_truth(value: Any) -> Any:
    """What has the truth value that `value` has now, whatever is stored into it later."""
    return bool(value) if type(value) in (list, tuple, dict) else kept(value)


def _kept(value: Any) -> Any:
    return copy_alike(value) if isinstance(value, np.ndarray) else value


def kept_moving(value: Any) -> Any:
    """A copy of an argument that a gradient is taken in, of which no two places hold one array."""
    found = kept(value)
    ownership.require_distinct(found)
    return found


owned_argument, owned_moving = ownership.owned, ownership.owned_moving


def yielded(cts: Any, index: int) -> Any:
    """The cotangent of one item of a generator; zero if nobody took it."""
    return 0.0 if is_zero(cts) or index >= len(cts) else cts[index]


def apart(stored: Any, *others: Any) -> None:
    """Refuse arguments that share memory with one that the function stores into."""
    ownership.require_apart(stored, others)


def like(ct: Any, value: Any) -> Any:
    """A contribution without the imaginary part that a real value cannot have."""
    if isinstance(value, list | tuple):
        return ct if is_zero(ct) else [like(c, v) for c, v in zip(ct, value, strict=True)]
    for array in (value, ct):
        if type(array) not in NUMBERS and isinstance(array, np.ndarray):
            require_numbers(array)
    if np.iscomplexobj(ct) and not np.iscomplexobj(value):
        return np.real(ct)
    return ct


def require_arithmetic(*values: Any) -> None:
    """Refuse containers where arithmetic was taken for that of numbers and arrays."""
    for value in values:
        if isinstance(value, list | tuple | dict):
            raise Unsupported(
                f"an operator on a {type(value).__name__} that holds active values, which dualad could not tell from "
                "arithmetic beforehand; build the container item by item, or make it an array with np.array"
            )
        require_numbers(value)


def joined_part(ct: Any, position: int, left: Any, right: Any) -> Any:
    """The cotangent of one of two sequences that were joined by `+`."""
    if is_zero(ct):
        return 0.0
    return list(ct[len(left) :] if position else ct[: len(left)])


def merged_part(ct: Any, position: int, left: Any, right: Any) -> Any:
    """The cotangent of one of two dicts that were merged by `|`."""
    if is_zero(ct) or not isinstance(left, dict):
        return 0.0
    return {k: c for k, c in ct.items() if (k in right) == bool(position)}


def number_of_numpys(x: Any) -> Any:
    """A number of Python's, plain or dual, as one of NumPy's, which divides by zero."""
    if type(x) in (int, float):
        return np.float64(x)
    if type(x) is complex:
        return np.complex128(x)
    return x * np.float64(1.0) if hasattr(type(x), "__dualad_dual__") and isinstance(x, float | complex) else x


def strong(partial: Callable[..., Any], ct: Any, *args: Any, careful: Callable[..., Any] | None = None) -> Any:
    """Cotangent times partial, where a zero cotangent wins over a partial that is infinite or not a number.

    `careful` is the partial in a dearer way that is right everywhere, which a rule may have as its attribute.
    """
    with np.errstate(all="ignore"):
        try:
            value = partial(*args)
        except (ZeroDivisionError, OverflowError):
            value = partial(*[number_of_numpys(a) for a in args])
        except TypeError:
            require_arithmetic(*args)
            raise
        product = ct * value
    if np.all(np.isfinite(product)):
        return product
    careful = careful or getattr(partial, "careful", None)
    if careful is not None:
        with np.errstate(all="ignore"):
            product = ct * careful(*args)
    # Where the product is a number it stays, for a cotangent that is zero may have a derivative of its own.
    return np.where((ct == 0) & ~np.isfinite(product), 0.0 * np.real(ct), product)


class NotFinite(ZeroDivisionError):
    """A partial is not finite, so strong zeros are needed: the gradient is computed again with care."""


def finite(ct: Any) -> None:
    """Go no further where the cotangent of a number shows that a partial was not finite."""
    try:
        if isfinite(ct):
            return
    except TypeError:  # a dual number
        if isfinite(primal(ct)):
            return
    raise NotFinite(f"a partial is not finite: {ct}")


def discrete(result: Any, *operands: Any) -> Any:
    """What an operator that has no derivative of numbers gave, if it was not an object's own."""
    kind = result.dtype.kind if isinstance(result, np.ndarray | np.generic) else ""
    if kind in "biu" if kind else isinstance(result, bool | int | str | None):
        return result
    for value in operands:
        cls = type(value)
        if not isinstance(value, int | float | complex | np.ndarray | np.generic | list | tuple | dict | set | str):
            if value is not None and not hasattr(cls, "__dualad_dual__"):
                raise Unsupported(
                    f"an operator or builtin, which has no derivative of numbers, gave a {type(result).__name__} for a "
                    f"{cls.__name__} that holds active values; call a method instead"
                )
    return result


def rebound(value: Any) -> Any:
    """The target of an augmented assignment, which was taken for something that is rebound."""
    if isinstance(value, np.ndarray) or type(value) in (list, dict, set):
        raise Unsupported(
            f"an augmented assignment changes a {type(value).__name__} in place where dualad could not tell before; "
            "write it as `x = x + y`, or pass the array as an argument"
        )
    return value


class Refusing:
    """A context manager, of which no swallowing of what dualad refuses is taken for an answer."""

    __slots__ = ("cls", "manager")

    def __init__(self, manager: Any) -> None:
        self.manager, self.cls = manager, type(manager)

    def __enter__(self) -> Any:
        return self.cls.__enter__(self.manager)

    def __exit__(self, *exc: Any) -> Any:
        swallowed = self.cls.__exit__(self.manager, *exc)
        return False if isinstance(exc[1], DualadError) else swallowed


# Dual numbers run through emitted code by lifting it. Helpers store and read arrays too, so they are lifted with it;
# all but `is_zero`, which must not take a dual number that is zero for the zero of anything.
for _helper in (
    accumulated, add, add_into, item, buffer, without_last, zeros_of, filled, expand, add_slot, add_item, add_attribute,
    add_at, moved, moved_last, taken_last, _gathers, _of_last, owned, kept, kept_truth, _kept, like,
    joined_part, merged_part,
):  # fmt: skip
    _helper.__dict__["__dualad_lift__"] = True

# Rules are called by it, which read what they are given by overloading alone.
strong.__dict__["__dualad_overloaded__"] = True
