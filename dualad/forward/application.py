"""One application of a primitive: its arguments at one level, taken apart into values and tangents."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.foreign import DROPS_IMAGINARY, OF_MATH, USE_REAL, is_dropped
from dualad.forward.arrays import array, highest, split
from dualad.forward.branches import Branches
from dualad.forward.dual import Dual, is_exact, root
from dualad.forward.levels import Level, refuse
from dualad.forward.memory import load
from dualad.forward.parameters import invoke, rule_at
from dualad.registry import Primitive, Rule

Args = list[Any]


class Application:
    """One application of a primitive at one level.

    Attributes:
        values: the arguments without this level, loaded below it.
        operands: the same as rules see them: where NumPy would make an array of a number it is a NumPy scalar.
        tangents: for each argument its tangent (of a sequence, a list), or None.
    """

    __slots__ = ("kwargs", "level", "moves_integers", "operands", "primitive", "tangents", "values")

    def __init__(self, primitive: Primitive, args: Args, kwargs: dict[str, Any], level: Level) -> None:
        self.primitive, self.kwargs, self.level = primitive, kwargs, level
        self.values: Args = []
        self.tangents: Args = []
        self.moves_integers = False
        for a in args:
            cls = type(a)
            value, tangent = a, None
            if cls is Dual:
                if a.level is level:
                    value, tangent = load(a.value), load(a.tangent)
                    self.moves_integers |= is_exact(root(value))
            elif (cls is list or cls is tuple) and highest(a) is level:
                value, tangent = split(a, level)
                self.moves_integers |= _moves_integer(a, level)
            elif cls is Branches:
                value, tangent = a.split(level)
                self.moves_integers |= _moves_integer(a.leaves, level)
            self.values.append(value)
            self.tangents.append(tangent)
        if self.moves_integers and kwargs.get("dtype") is not None and np.dtype(kwargs["dtype"]).kind in "biu":
            self.kwargs = {**kwargs, "dtype": np.float64}  # of results, not of tangents
        self.operands = self.values
        for value in self.values if primitive.fn in OF_MATH else ():
            if is_dropped(primitive.fn, getattr(root(value), "dtype", None)):
                raise refuse(f"{primitive.name} {DROPS_IMAGINARY}; {USE_REAL}")
        if primitive.form in ("elementwise", "general") and not is_python_operator(primitive):
            unchecked = primitive.form == "elementwise" and not primitive.checked
            rules, of_arrays = primitive.rules, isinstance(primitive.fn, np.ufunc) or unchecked
            self.operands = [
                numpy_value(v)
                if (rule_at(rules, i) or (of_arrays and type(v) in (list, tuple)))
                and i not in primitive.sequences
                and type(a) is not Branches
                else v
                for i, (v, a) in enumerate(zip(self.values, args))
            ]

    def as_operand(self, tangent: Any) -> Any:
        """A tangent as rules see it."""
        return tangent if self.operands is self.values else numpy_scalar(tangent)

    def terms(self) -> list[tuple[int, Rule, Any]]:
        """Position, rule and tangent of each argument that moves."""
        rules = self.primitive.jvps or self.primitive.rules
        found = []
        for i, tangent in enumerate(self.tangents):
            if tangent is None:
                continue
            rule = rule_at(rules, i)
            if rule is None:
                raise refuse(
                    f"{self.primitive.name} has no derivative in its argument {i}, and a derivative is taken in what "
                    "is passed there; pass `dualad.stop_gradient(...)` of it if that is meant"
                )
            found.append((i, rule, tangent))
        return found

    def with_tangent(self, i: int, tangent: Any) -> Args:
        return [*self.values[:i], tangent, *self.values[i + 1 :]]


def _moves_integer(x: Any, level: Level) -> bool:
    """Whether an integer of this level is among the items of a sequence."""
    if type(x) is list or type(x) is tuple:
        return any([_moves_integer(v, level) for v in x])
    return type(x) is Dual and x.level is level and is_exact(root(x))


def is_python_operator(primitive: Primitive) -> bool:
    """Whether a primitive computes with Python numbers as such (`operator.add`, `math.sin`), not as arrays."""
    found = _python.get(primitive)
    if found is None:
        fn = primitive.fn
        module = getattr(fn, "__module__", None)
        found = _python[primitive] = module in ("_operator", "operator", "math", "cmath", "builtins")
    return found


_python: dict[Primitive, bool] = {}


def numpy_value(x: Any) -> Any:
    """A Python number as one of NumPy's, a list or tuple as an array."""
    return array(x) if type(x) is list or type(x) is tuple else numpy_scalar(x)


def numpy_scalar(x: Any) -> Any:
    """A Python number, plain or dual, as one of NumPy's."""
    cls = type(x)
    if cls is float:
        return np.float64(x)
    if cls is int:
        return np.int64(x) if -(1 << 63) <= x < 1 << 63 else x
    if cls is complex:
        return np.complex128(x)
    if cls is Dual and type(x.value) in (float, int, complex, Dual):
        value = numpy_scalar(x.value)
        return x if value is x.value else Dual(value, x.tangent, x.level)
    return x


def as_singular(x: Any, ans: Any) -> Any:
    """A plain operand of a partial that may divide by zero: a number of NumPy's, which gives infinity there.

    It is complex where the result is: Python's powers of negative numbers are complex, NumPy's are not.
    """
    if type(x) not in (float, int):
        return x
    return np.complex128(x) if isinstance(root(ans), complex) else np.float64(x)


def partial_of(rule: Any, operands: Any, kwargs: Any, ans: Any) -> Any:
    """The partial of an elementwise function; where Python's own numbers raise, as NumPy's have it: infinite."""
    try:
        return invoke(rule, operands, kwargs, ans=ans)
    except (ZeroDivisionError, OverflowError):
        with np.errstate(all="ignore"):
            return invoke(rule, [numpy_value(v) for v in operands], kwargs, ans=numpy_value(ans))
