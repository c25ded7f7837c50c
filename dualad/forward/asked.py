"""Builtins and functions of `operator`, as lifted code calls them: what they ask an object of the user's runs lifted.

C code that calls a method of the user's by itself would run it as it is written, on values without their tangents.
"""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import math
import operator
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dualad import outputs
from dualad.analysis.inplace import is_of_user
from dualad.equivalents import cast
from dualad.flat import Flat
from dualad.forward.arrays import array, number
from dualad.forward.attributes import attribute
from dualad.forward.calls import call, stands_for
from dualad.forward.dual import Dual, plain, root
from dualad.forward.foreign import active, held_by, shadows_in
from dualad.forward.iteration import iterate
from dualad.forward.levels import live, refuse, storing
from dualad.forward.lift import HELPERS, method_of_user
from dualad.forward.lifted import Done, binary_helper, delete, getitem, store
from dualad.forward.memory import load, shadowed
from dualad.forward.native import EQUAL, require_seen, sampled
from dualad.forward.told import Told
from dualad.reached import reached

_fn: Any

# Comparisons and truth values

_PLAIN = frozenset({float, int, bool, complex, str, type(None), list, tuple, dict, set, Dual, np.bool_, np.float64})
_REFLECTED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def _comparison(name: str) -> Callable[[Any, Any], Any]:
    op = getattr(operator, name)
    ways = (f"__{name}__", f"__{_REFLECTED[name]}__")

    def compare(a: Any, b: Any) -> Any:
        ta, tb = type(a), type(b)
        if (ta in _PLAIN and tb in _PLAIN) or not live:
            return op(a, b)
        if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
            return op(_compared_with_array(a), _compared_with_array(b))
        for x, y, way in ((a, b, ways[0]), (b, a, ways[1])):
            result = _compared(x, y, way)
            if result is not NotImplemented:
                return result
        return op(a, b)

    return compare


def _compared_with_array(x: Any) -> Any:
    """What NumPy takes an object for that makes an array of itself; anything else as it is."""
    makes = type(x) not in _PLAIN and method_of_user(type(x), "__array__") is not None
    return as_numbers(x) if makes or type(x) is np.flatiter else x


def _compared(a: Any, b: Any, way: str) -> Any:
    """What a's own method says of a and b; NotImplemented where it has none."""
    method = method_of_user(type(a), way)
    if method is not None:
        return call(method, a, b)
    if way == "__ne__" and getattr(type(a), way) is getattr(object, way):
        equal = _compared(a, b, "__eq__")
        return equal if equal is NotImplemented else not truth(equal)
    return NotImplemented


def contains(item: Any, x: Any) -> Any:
    """`item in x`."""
    if live and type(x) in (list, tuple):
        require_seen(EQUAL, sampled(item, x))
    method = None if type(x) in _PLAIN or not live else method_of_user(type(x), "__contains__")
    return item in x if method is None else bool(truth(call(method, x, item)))


def truth(x: Any) -> Any:
    """What has the truth value of `x`."""
    cls = type(x)
    if cls in _PLAIN or not live:
        return x
    for name in ("__bool__", "__len__"):
        method = method_of_user(cls, name)
        if method is not None:
            return call(method, x)
        if hasattr(cls, name):
            return x
    return x


for _name in _REFLECTED:
    HELPERS[_name] = _comparison(_name)
    stands_for(getattr(operator, _name))(HELPERS[_name])
HELPERS.update(contains=contains, truth=truth)
stands_for(operator.contains)(lambda x, item: contains(item, x))
stands_for(operator.truth)(lambda x: bool(truth(x)))
stands_for(operator.not_)(lambda x: not truth(x))

# Items and attributes

stands_for(operator.getitem)(getitem)
stands_for(operator.setitem)(lambda x, key, value: store(value, x, key))
stands_for(operator.delitem)(delete)
stands_for(operator.concat)(HELPERS["add"])
stands_for(operator.iconcat)(HELPERS["iadd"])
stands_for(operator.call)(call)
stands_for(typing.cast)(cast)
if hasattr(copy, "replace"):  # from Python 3.13 on

    @stands_for(copy.replace)
    def _replace(obj: Any, /, **changes: Any) -> Any:
        method = method_of_user(type(obj), "__replace__")
        if method is not None:
            return call(method, obj, **changes)
        if dataclasses.is_dataclass(obj):
            return call(dataclasses.replace, obj, **changes)
        return copy.replace(obj, **changes)  # type: ignore[attr-defined]


def items_of(getter: operator.itemgetter[Any], x: Any) -> Any:
    """`itemgetter(...)(x)`."""
    found = [getitem(x, key) for key in getter.__reduce__()[1]]  # type: ignore[index]
    return found[0] if len(found) == 1 else tuple(found)


def attributes_of(getter: operator.attrgetter[Any], x: Any) -> Any:
    """`attrgetter(...)(x)`."""
    found = [functools.reduce(attribute, name.split("."), x) for name in getter.__reduce__()[1]]  # type: ignore[index]
    return found[0] if len(found) == 1 else tuple(found)


def matched(x: Any, items: bool, *names: str) -> Any:
    """What a `match` is about, whose patterns ask objects for attributes or items: Python gets these by itself."""
    for part in (x, *x) if type(x) in (list, tuple) and storing else (x,):
        cls = type(part)
        if cls in _PLAIN or not storing or not shadows_in(part):
            continue
        if items and isinstance(part, (Sequence, Mapping)) and method_of_user(cls, "__getitem__"):
            raise refuse(
                f"a `match` that takes a {cls.__name__} apart by its `__getitem__`; read its items in the case"
            )
        for name in (*names, *getattr(cls, "__match_args__", ())):
            found = getattr(cls, name, None)
            computed = (
                found is None and method_of_user(cls, "__getattr__") and name not in getattr(part, "__dict__", ())
            )
            if computed or isinstance(found, property):
                raise refuse(
                    f"a `match` whose pattern asks a {cls.__name__} for `{name}`, which is computed: match the class "
                    f"alone, and read `.{name}` in the case"
                )
    return x


HELPERS.update(matched=matched, items_of=items_of, attributes_of=attributes_of)

# Arithmetic

_pow, _divmod = HELPERS["pow"], binary_helper(divmod, "divmod")


@stands_for(pow)
def _power(base: Any, exp: Any, mod: Any = None) -> Any:
    if mod is None:
        return _pow(base, exp)
    method = method_of_user(type(base), "__pow__") if live else None
    return pow(base, exp, mod) if method is None else call(method, base, exp, mod)


stands_for(divmod)(_divmod)
stands_for(operator.inv)(HELPERS["invert"])


# What a number is


def _converting(cls: type) -> Callable[..., Any]:
    def convert(*args: Any, **kwargs: Any) -> Any:
        method = method_of_user(type(args[0]), f"__{cls.__name__}__") if live and args else None
        if method is not None:
            return call(method, args[0])
        if not live or not active(args, kwargs):
            told = cls is complex and args and type(args[0]) is Told  # which `complex` does not ask
            return args[0].__complex__() if told else cls(*args, **kwargs)
        if cls is complex and (len(args) == 2 or kwargs):  # in double precision, whatever the parts are of
            given = dict(zip(("real", "imag"), args)) | kwargs
            real, imag = (given.get(name, 0.0) for name in ("real", "imag"))
            return number(number(real, complex) + number(imag, complex) * 1j, cls)
        return number(load(args[0]), cls)

    return convert


for _cls in (float, complex):
    stands_for(_cls)(_converting(_cls))


@stands_for(memoryview)
def _memoryview(x: Any) -> Any:
    if live and isinstance(root(x), np.ndarray):
        raise refuse("`memoryview` of an array inside a function that a derivative is taken of; use a view, `a[...]`")
    return memoryview(x)


def _asking(fn: Any, of_number: Callable[..., Any]) -> Callable[..., Any]:
    """A builtin that asks an object of the user's for the method of its name, which runs lifted."""
    name = f"__{fn.__name__}__"

    def handler(*args: Any, **kwargs: Any) -> Any:
        method = method_of_user(type(args[0]), name) if live and args else None
        return of_number(*args, **kwargs) if method is None else call(method, *args, **kwargs)

    return handler


def _rounding(fn: Any) -> Callable[..., Any]:
    return lambda x, *args: fn(load(x), *args)


for _fn in (round, abs, math.floor, math.ceil, math.trunc):
    stands_for(_fn)(_asking(_fn, _rounding(_fn)))
stands_for(operator.abs)(_asking(abs, _rounding(abs)))
stands_for(operator.index)(_asking(operator.index, operator.index))


@stands_for(int)
@functools.partial(_asking, int)
def _int(x: Any = 0, *args: Any, **kwargs: Any) -> Any:
    return int(root(x), *args, **kwargs)


@stands_for(bool)
def _bool(x: Any = False) -> bool:
    return bool(truth(root(x)))


def _shown(fn: Any) -> Callable[..., Any]:
    return lambda *args, **kwargs: fn(*[plain(a) for a in args], **kwargs)


def _written(fn: Any) -> Callable[..., Any]:
    """Likewise, where what comes out is a text: marked where it is one of dual numbers."""

    def write(*args: Any, **kwargs: Any) -> Any:
        read = [plain(a) for a in args]
        text = fn(*read, **kwargs)
        return text if all(map(operator.is_, read, args)) else Told(text)

    return write


for _fn in (str, repr, ascii):
    stands_for(_fn)(_asking(_fn, _written(_fn)))


@stands_for(format)
def _formatted(x: Any, spec: str = "") -> str:
    return _asking(format, _written(format))(x, spec)  # type: ignore[no-any-return]


stands_for(print)(_shown(print))

# What NumPy and `math` make of an object


def as_numbers(x: Any) -> Any:
    """An object of the user's as what NumPy takes it for: an array, or a list of its items."""
    cls = type(x)
    if cls in _PLAIN or isinstance(x, np.ndarray):
        return [as_numbers(v) for v in x] if cls is list else tuple([as_numbers(v) for v in x]) if cls is tuple else x
    method = method_of_user(cls, "__array__")
    if method is not None:
        return call(method, x)
    if cls is np.flatiter:
        return call(Flat(x.base).copy)
    if not (method_of_user(cls, "__getitem__") and hasattr(cls, "__len__") and not hasattr(cls, "keys")):
        return x
    require_seen(("__len__", "__getitem__"), (x,))  # which NumPy asks for more often
    return list(iterate(x))


_UFUNCS: dict[Any, np.ufunc] = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.true_divide,
    operator.pow: np.power, operator.matmul: np.matmul, operator.floordiv: np.floor_divide, operator.mod: np.remainder,
}  # fmt: skip


def beside_array(op: Any, a: Any, b: Any, out: Any = None) -> Any:
    """The right operand of an array as NumPy takes it; what `__array_ufunc__` of the user's gives, as `Done`.

    `out`: the array that the result is put into, of an operator that changes one.
    """
    if type(b) in _PLAIN or isinstance(b, np.ndarray):
        return b
    method = method_of_user(type(b), "__array_ufunc__")
    if method is not None and op in _UFUNCS:
        named = {} if out is None else {"out": (out,)}
        return Done(call(method, b, _UFUNCS[op], "__call__", a, b, **named))
    b = as_numbers(b)
    if storing and is_of_user(type(b)) and shadows_in(b):
        raise refuse(
            f"an operator of an array and an object of class {type(b).__name__} with arrays that numbers with "
            "derivatives were stored into; put the object first, or use its arrays"
        )
    return array(b) if type(b) is list else b


_JOINING = frozenset({np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.block, np.append})
"""Functions whose items in lists may take the call over, too."""


def overridden(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], method: str = "__call__") -> Any:
    """A function of NumPy's of objects whose class has `__array_ufunc__` or `__array_function__`, or None.

    `method`: that of a universal function which is called, as `reduce`.
    """
    is_ufunc = isinstance(fn, np.ufunc)
    way = "__array_ufunc__" if is_ufunc else "__array_function__"
    for a in _asked(fn, (*args, *kwargs.values())):
        found = method_of_user(type(a), way)
        if found is not None:
            if is_ufunc:
                operands, named = _as_taken_over(fn, method, args, kwargs)
                result = call(found, a, fn, method, *operands, **named)
            else:
                result = call(found, a, fn, (type(a),), args, kwargs)
            if result is not NotImplemented:
                return Done(result)
    return None


def _as_taken_over(fn: Any, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The arguments as `__array_ufunc__` is given them: what is no operand by name, outputs in a tuple."""
    if method == "__call__":
        args, kwargs = outputs.by_name(fn, args, kwargs)
    else:
        count = 2 if method == "reduceat" else 1
        names = outputs.UFUNC_METHODS.get(method, ())[count : len(args)]
        args, kwargs = args[: len(args) - len(names)], {**dict(zip(names, args[count:])), **kwargs}
    out = kwargs.get("out", ())
    if out is None:
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
    return args, kwargs if out is None or isinstance(out, tuple) else {**kwargs, "out": (out,)}


def _asked(fn: Any, args: tuple[Any, ...]) -> Iterator[Any]:
    """The arguments, and those in a tuple of outputs or a list of arrays, that may have a say in a call."""
    for a in args:
        cls = type(a)
        if cls is tuple or (cls is list and fn in _JOINING):
            yield from _asked(fn, tuple(a))
        elif cls not in _PLAIN and not isinstance(a, np.ndarray):
            yield a


def as_number(x: Any) -> Any:
    """An object of the user's as the float that C code would make of it."""
    method = None if type(x) in _PLAIN else method_of_user(type(x), "__float__")
    return x if method is None else call(method, x)


HELPERS.update(call=call, as_numbers=as_numbers, as_number=as_number, beside_array=beside_array, overridden=overridden)


# Copies


@stands_for(copy.copy)
def _copied(x: Any) -> Any:
    if type(x) is np.ndarray and live:
        return array(x)
    method = method_of_user(type(x), "__copy__") if live else None
    if method is not None:
        return call(method, x)
    if storing and _is_copied_its_own_way(x) and shadows_in(x):
        raise _copies_its_own_way("copy.copy", x)
    return copy.copy(x)


@stands_for(copy.deepcopy)
def _copied_deeply(x: Any, *args: Any) -> Any:
    if type(x) is np.ndarray and live and not args:
        return array(x)
    method = method_of_user(type(x), "__deepcopy__") if live else None
    if method is not None:
        return call(method, x, *(args or ({},)))
    memo = args[0] if args and args[0] is not None else {}
    if storing and shadows_in(x):
        memo.update(_copies_of_arrays(x))
    return copy.deepcopy(x, memo)


_COPYING = ("__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__")
_HOLDING = ("__iter__", "keys", "items", "__getitem__", "append", "extend", "__setitem__")


def _is_copied_its_own_way(x: Any) -> bool:
    """Whether Python calls a method of the user's where it copies an object, or a container derived from its own."""
    names = (*_COPYING, *_HOLDING) if isinstance(x, (dict, list, tuple, set, collections.deque)) else _COPYING
    return type(x) not in _PLAIN and any(method_of_user(type(x), name) for name in names)


def _copies_its_own_way(function: str, x: Any) -> Exception:
    return refuse(
        f"`{function}` of what holds a {type(x).__name__}, whose class copies in a way of its own, "
        "beside arrays that numbers with derivatives were stored into"
    )


def _copies_of_arrays(x: Any) -> dict[int, Any]:
    """Copies of the arrays with tangents that `x` holds, by their numbers, as `copy.deepcopy` knows what it has met."""
    found = {}
    for part in reached(x, held_by):
        if type(part) is np.ndarray and shadowed(part):
            found[id(part)] = array(part)
        elif _is_copied_its_own_way(part):
            raise _copies_its_own_way("copy.deepcopy", part)
    return found
