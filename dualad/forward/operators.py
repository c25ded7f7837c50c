"""Python's operators on dual numbers. Importing this module gives them to `Dual`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import registry
from dualad.foreign import is_matrix, require_matrix, require_numbers
from dualad.forward.apply import apply, computed_into
from dualad.forward.arrays import SEQUENCES, array_of, assign
from dualad.forward.dual import Dual, plain, root, with_root
from dualad.forward.levels import refuse
from dualad.forward.memory import load, take, through
from dualad.forward.scalars import applied
from dualad.registry import Primitive

Binary = Callable[[Any, Any], Any]

UFUNCS: dict[Callable[..., Any], np.ufunc] = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.true_divide,
    operator.floordiv: np.floor_divide,
    operator.mod: np.remainder,
    operator.pow: np.power,
    operator.matmul: np.matmul,
    operator.neg: np.negative,
    operator.pos: np.positive,
    operator.abs: np.absolute,
    operator.and_: np.bitwise_and,
    operator.or_: np.bitwise_or,
    operator.xor: np.bitwise_xor,
    operator.lshift: np.left_shift,
    operator.rshift: np.right_shift,
    operator.invert: np.invert,
}
"""The ufunc that each operator means for arrays."""

_primitives: dict[Callable[..., Any], Primitive] = {}


def primitive_of(op: Callable[..., Any]) -> Primitive:
    """The primitive of an operator: its own, or that of its ufunc with the operator to compute the value."""
    found = None if registry.scope() is not None else _primitives.get(op)
    if found is None:
        found = registry.lookup(op)
        if found is None:
            ufunc = UFUNCS[op]
            known = registry.lookup(ufunc)
            if known is None:
                raise refuse(f"{registry.display_name(ufunc)} has no derivative rule")
            found = Primitive(op, known.form, known.rules, known.jvps, name=known.name, singular=tuple(known.singular))
        if registry.scope() is None:
            _primitives[op] = found
    return found


_NUMBERS = (float, int, complex, np.ndarray, np.generic)


def _binary(op: Binary, a: Any, b: Any) -> Any:
    left = a
    a, b = _operand(op, a, b), _operand(op, b, a)
    if a is NotImplemented and hasattr(type(left), f"__{op.__name__.strip('_')}__"):  # which has declined already
        require_numbers(left)
    if a is NotImplemented or b is NotImplemented:
        return NotImplemented
    if type(a) is not Dual and type(b) is not Dual:
        return op(a, b)
    if op is not operator.matmul and (is_matrix(a) or is_matrix(b)):
        raise refuse(f"`{op.__name__}` of a sparse matrix and an array that a derivative is taken in; use `@`")
    return apply(primitive_of(op), (a, b), {})


def _operand(op: Binary, x: Any, other: Any) -> Any:
    """One operand as a number or array; NotImplemented for what knows better itself."""
    cls = type(x)
    if cls is Dual or cls is np.ndarray:
        return load(x)
    if isinstance(x, _NUMBERS):
        return x
    if is_matrix(x):
        require_matrix(x)
        return x
    if isinstance(x, SEQUENCES):
        partner = root(other)
        if isinstance(partner, np.ndarray) or (isinstance(partner, np.generic) and op is not operator.mul):
            return array_of(x)  # times a number of NumPy's it is repeated, as Python's are
    return NotImplemented


def on_dual(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function the method `name` of dual numbers."""

    def install(method: Callable[..., Any]) -> Callable[..., Any]:
        method.__name__, method.__qualname__ = name, f"Dual.{name}"
        setattr(Dual, name, method)
        return method

    return install


# Floats first: these are most of what scalar code does. Value and tangent stay of one class.

_float64 = np.float64


def _with_number(cls: type, other: Any) -> bool:
    """Whether a float of class `cls` and a plain `other` make a float of that class."""
    kind = type(other)
    return kind is float or kind is int or (kind is _float64 and cls is _float64)


@on_dual("__add__")
@on_dual("__radd__")
def _add(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick:
        cls = type(other)
        if cls is float or cls is int or (cls is _float64 and kind is _float64):
            return Dual(self.value + other, self.tangent, self.level)
        if cls is Dual and other.level is self.level and type(other.value) is kind:
            return Dual(self.value + other.value, self.tangent + other.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.add(self, other)
        if found is not None:
            return found
    return _binary(operator.add, self, other)


@on_dual("__sub__")
def _sub(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick:
        cls = type(other)
        if cls is float or cls is int or (cls is _float64 and kind is _float64):
            return Dual(self.value - other, self.tangent, self.level)
        if cls is Dual and other.level is self.level and type(other.value) is kind:
            return Dual(self.value - other.value, self.tangent - other.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.sub(self, other)
        if found is not None:
            return found
    return _binary(operator.sub, self, other)


@on_dual("__rsub__")
def _rsub(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick and _with_number(kind, other):
        return Dual(other - self.value, -self.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.rsub(self, other)
        if found is not None:
            return found
    return _binary(operator.sub, other, self)


@on_dual("__mul__")
def _mul(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick:
        cls = type(other)
        if cls is float or cls is int or (cls is _float64 and kind is _float64):
            return Dual(self.value * other, self.tangent * other, self.level)
        if cls is Dual and other.level is self.level and type(other.value) is kind:
            v, w = self.value, other.value
            return Dual(v * w, w * self.tangent + v * other.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.mul(self, other)
        if found is not None:
            return found
    return _binary(operator.mul, self, other)


@on_dual("__rmul__")
def _rmul(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick and _with_number(kind, other):
        return Dual(other * self.value, other * self.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.mul(self, other)
        if found is not None:
            return found
    return _binary(operator.mul, other, self)


@on_dual("__truediv__")
def _truediv(self: Dual, other: Any) -> Any:
    kind = type(self.value)
    if (kind is float or kind is _float64) and self.level.quick:
        cls = type(other)
        if cls is float or cls is int or (cls is _float64 and kind is _float64):
            return Dual(self.value / other, self.tangent / other, self.level)
        if cls is Dual and other.level is self.level and type(other.value) is kind:
            w = other.value
            quotient = self.value / w
            return Dual(quotient, (self.tangent - quotient * other.tangent) / w, self.level)
    kernels = self.level.kernels
    if kernels is not None and kind in kernels.kinds:
        found = kernels.truediv(self, other)
        if found is not None:
            return found
    return _binary(operator.truediv, self, other)


@on_dual("__pow__")
def _pow(self: Dual, other: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        raise refuse("pow(x, y, modulus) has no derivative in x or y")
    if type(other) is int and other >= 1 and type(self.value) in (float, _float64) and self.level.quick:
        return Dual(self.value**other, other * self.value ** (other - 1) * self.tangent, self.level)
    kernels = self.level.kernels
    if kernels is not None and type(self.value) in kernels.kinds:
        found = kernels.pow(self, other)
        if found is not None:
            return found
    return _binary(operator.pow, self, other)


@on_dual("__rtruediv__")
def _rtruediv(self: Dual, other: Any) -> Any:
    kernels = self.level.kernels
    if kernels is not None and type(self.value) in kernels.kinds:
        found = kernels.rtruediv(self, other)
        if found is not None:
            return found
    return _binary(operator.truediv, other, self)


@on_dual("__rpow__")
def _rpow(self: Dual, other: Any, modulus: Any = None) -> Any:
    kernels = self.level.kernels
    if kernels is not None and type(self.value) in kernels.kinds:
        found = kernels.rpow(self, other)
        if found is not None:
            return found
    return _binary(operator.pow, other, self)


@on_dual("__neg__")
def _neg(self: Dual) -> Any:
    if type(self.value) in (float, _float64) and self.level.quick:
        return Dual(-self.value, -self.tangent, self.level)
    if self.level.kernels is not None:
        found = applied(operator.neg, "negative", self)
        if found is not None:
            return found
    return _unary(operator.neg, self)


def _unary(op: Callable[[Any], Any], x: Any) -> Any:
    x = load(x)
    return op(x) if type(x) is not Dual else apply(primitive_of(op), (x,), {})


def _forward(op: Binary) -> Callable[..., Any]:
    def method(self: Dual, other: Any) -> Any:
        return _binary(op, self, other)

    return method


def _reflected(op: Binary) -> Callable[..., Any]:
    def method(self: Dual, other: Any) -> Any:
        return _binary(op, other, self)

    return method


def _in_place(op: Binary) -> Callable[..., Any]:
    def method(self: Dual, other: Any) -> Any:
        return update(op, self, other)

    return method


def _compare(op: Binary) -> Callable[..., Any]:
    def method(self: Dual, other: Any) -> Any:
        return op(root(self), plain(other))

    return method


def _on_values(op: Any) -> Callable[..., Any]:
    def method(self: Dual, *args: Any) -> Any:
        return op(root(self), *[plain(a) for a in args])

    return method


def update(op: Binary, target: Any, other: Any) -> Any:
    """What `target op= other` leaves in `target`: arrays change in place, plain or dual, numbers are made anew."""
    result = op(load(target), load(other))
    if not isinstance(root(target), np.ndarray) or result is NotImplemented:
        return result
    made, kept = root(result).dtype, root(target).dtype
    if not np.can_cast(made, kept, "same_kind"):
        raise TypeError(
            f"Cannot cast the result of an in-place operator from {made!r} to {kept!r}, as NumPy would have to"
        )
    if kept.kind == "c":
        result = with_root(result, computed_into(getattr(operator, f"i{op.__name__}"), (target, other), {}))
    assign(target, ..., result)
    return target


for _name, _op in {
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "matmul": operator.matmul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
}.items():
    on_dual(f"__{_name}__")(_forward(_op))
    on_dual(f"__r{_name}__")(_reflected(_op))
    on_dual(f"__i{_name}__")(_in_place(_op))
for _name, _op in {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
}.items():
    on_dual(f"__i{_name}__")(_in_place(_op))
for _op in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
    on_dual(f"__{_op.__name__}__")(_compare(_op))
for _name, _on in {"round": round, "trunc": math.trunc, "floor": math.floor, "ceil": math.ceil}.items():
    on_dual(f"__{_name}__")(_on_values(_on))


@on_dual("__pos__")
def _pos(self: Dual) -> Any:
    return _unary(operator.pos, self)


@on_dual("__abs__")
def _abs(self: Dual) -> Any:
    if self.level.kernels is not None:
        found = applied(operator.abs, "absolute", self)
        if found is not None:
            return found
    return _unary(operator.abs, self)


@on_dual("__invert__")
def _invert(self: Dual) -> Any:
    return ~root(self)


@on_dual("__divmod__")
def _divmod(self: Dual, other: Any) -> Any:
    return self // other, self % other


@on_dual("__rdivmod__")
def _rdivmod(self: Dual, other: Any) -> Any:
    return other // self, other % self


@on_dual("__getitem__")
def _getitem(self: Dual, key: Any) -> Any:
    return take(self, plain(key))


@on_dual("__setitem__")
def _setitem(self: Dual, key: Any, value: Any) -> None:
    assign(self, key, value)


@on_dual("__iter__")
def _iter(self: Any) -> Iterator[Any]:
    value = root(self)
    if not isinstance(value, np.ndarray):
        raise TypeError(f"'{type(value).__name__}' object is not iterable")
    if value.ndim == 0:
        raise TypeError("iteration over a 0-d array")
    return _rows(self)


def _rows(x: Any) -> Iterator[Any]:
    for i in range(len(x)):
        yield x[i]


@on_dual("__copy__")
def _copy(self: Dual) -> Any:
    return through(_array_copy, self)


@on_dual("__deepcopy__")
def _deepcopy(self: Dual, memo: Any) -> Any:
    return through(_array_copy, self)


def _array_copy(x: Any) -> Any:
    """A copy as `copy.copy` makes it, which may lie in memory otherwise than what it is a copy of."""
    return x.copy(order="K") if isinstance(x, np.ndarray) else x
