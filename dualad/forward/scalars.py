"""Arithmetic and elementary functions of single numbers with power series, by the programs of `kernels`.

A dual number of a float, at a level of series, has its coefficients as a *row* (`Dual.row`), or as a bundle
(`Dual.tangent`) as all others have: each is made from the other when somebody asks. What is done here gives None where
it does not apply (arrays, complex numbers, other levels, points where a recurrence fails): then the usual way is taken.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.forward import kernels
from dualad.forward.bundles import pack, unpack
from dualad.forward.dual import Dual
from dualad.forward.kernels import FAILS, HIGHEST, Row, Table
from dualad.forward.levels import Level
from dualad.registry import scopes

_float64 = np.float64
_new = object.__new__
FLOATS = frozenset((float, np.float64))
INFINITE = (math.inf, -math.inf)

Found = Dual | None


def made(value: Any, row: Row, level: Level) -> Dual:
    """The dual number of a float with a row."""
    x: Dual = _new(Dual)
    x.value = value
    x.row = row
    x.level = level
    return x


def bundle_of(x: Dual) -> Any:
    """The bundle that says what the row of a number does."""
    row = x.row
    rest = row[1:]
    return pack(np.array([*rest, *[0.0] * (x.level.space.count - len(rest))]))


def row_of(x: Dual) -> Row | None:
    """The row that says what the bundle of a number does; None where no row can."""
    value, tangent = x.value, x.tangent
    if type(value) not in FLOATS or type(tangent) is not np.void or type(x.level.kernels) is not Kernels:
        return None
    coefficients = unpack(tangent)
    return (float(value), *coefficients.tolist()) if coefficients.dtype == _float64 else None


class Kernels:
    """What there is for an order: binary operators of a dual number and something, unary ones, functions."""

    kinds = FLOATS

    def __init__(self, order: int) -> None:
        self.add = _operation(operator.add, order, kernels.ADDED, kernels.SAME)
        self.sub = _operation(operator.sub, order, kernels.SUBTRACTED, kernels.SAME)
        self.mul = _operation(operator.mul, order, kernels.MULTIPLIED, kernels.SCALED)
        self.truediv = _operation(operator.truediv, order, kernels.DIVIDED, kernels.SHRUNK)
        self.rsub = _reflected(operator.sub, order, kernels.NEGATIVE)
        self.rtruediv = _reflected(operator.truediv, order, kernels.OVER)
        self.functions = {name: kernels.table(order, name) for name in kernels.FUNCTIONS}
        self.negative = self.functions["negative"]
        self._squares = Table(order, kernels.SQUARED)
        self._products = Table(order, kernels.MULTIPLIED)
        self._powers = Table(order, kernels.POWER)

    def pow(self, x: Dual, y: Any) -> Found:
        """`x ** y`: for small whole powers by products, which hold at zero too."""
        row, cls = x.row, type(y)
        if row is None:
            return None
        if cls is Dual:
            return self._moving_power(x, y) if y.level is x.level else None
        if cls is not int and cls is not float and cls is not _float64:
            return None
        value = x.value**y
        if type(value) not in FLOATS:
            return None
        try:
            if 0 < y <= 64 and y == int(y):
                found = self._whole_power(row, int(y))
            else:
                found = self._powers[len(row)](float(value), row, float(y))
        except FAILS:
            return None
        return made(value, (float(value), *found[1:]), x.level)

    def _whole_power(self, row: Row, exponent: int) -> Row:
        found: Row | None = None
        while True:
            if exponent & 1:
                found = row if found is None else self._product(found, row)
            exponent >>= 1
            if not exponent:
                return row if found is None else found
            row = self._squares[len(row)](row[0] * row[0], row)

    def _product(self, a: Row, b: Row) -> Row:
        return self._products[len(a), len(b)](a[0] * b[0], a, b)

    def _moving_power(self, x: Dual, y: Dual) -> Found:
        """`x ** y = exp(y log x)`."""
        a, b = x.row, y.row
        if a is None or b is None or not a[0] > 0:
            return None
        value = x.value**y.value
        try:
            log = self.functions["log"][len(a)](math.log(a[0]), a)
            exponent = self._product(log, b)
            return made(value, self.functions["exp"][len(exponent)](float(value), exponent), x.level)
        except FAILS:
            return None

    def rpow(self, x: Dual, c: Any) -> Found:
        """`c ** x`."""
        row, cls = x.row, type(c)
        if row is None or (cls is not int and cls is not float and cls is not _float64) or not c > 0:
            return None
        value = c**x.value
        try:
            log = math.log(c)
            exponent = tuple([log * a for a in row])
            return made(value, self.functions["exp"][len(exponent)](float(value), exponent), x.level)
        except FAILS:
            return None


@functools.cache
def kernels_of(order: int) -> Kernels | None:
    """The kernels of an order, if it is not too high."""
    return Kernels(order) if 1 <= order <= HIGHEST else None


def _operation(op: Callable[[Any, Any], Any], order: int, both: Any, constant: Any) -> Callable[[Dual, Any], Found]:
    """`x op y` of a number with a row and a number, with a row of the same level or constant."""
    of_two, of_one, divides = Table(order, both), Table(order, constant), op is operator.truediv

    def run(x: Dual, y: Any) -> Found:
        a, cls = x.row, type(y)
        if cls is Dual:
            if y.level is not x.level:
                return None
            b = y.row
            if a is None or b is None or (divides and x.value in INFINITE):
                return None
            value = op(x.value, y.value)
            try:
                row = of_two[len(a), len(b)](float(value), a, b)
            except FAILS:
                return None
        elif a is not None and (cls is float or cls is int or cls is _float64):
            value = op(x.value, y)
            try:
                row = of_one[len(a)](float(value), a, float(y))
            except FAILS:
                return None
        else:
            return None
        found: Dual = _new(Dual)
        found.value, found.row, found.level = value, row, x.level
        return found

    return run


def _reflected(op: Callable[[Any, Any], Any], order: int, constant: Any) -> Callable[[Dual, Any], Found]:
    """`c op x` of a constant and a number with a row."""
    of_one, divides = Table(order, constant), op is operator.truediv

    def run(x: Dual, c: Any) -> Found:
        row, cls = x.row, type(c)
        if row is None or (cls is not float and cls is not int and cls is not _float64):
            return None
        if divides and c in INFINITE:
            return None
        value = op(c, x.value)
        try:
            return made(value, of_one[len(row)](float(value), row, float(c)), x.level)
        except FAILS:
            return None

    return run


# Functions

_OTHER_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
                "atanh": "arctanh", "fabs": "absolute"}  # fmt: skip


def scalar_functions() -> dict[Any, str]:
    """The functions of NumPy and `math` that programs are written for, with the names that these go by."""
    found: dict[Any, str] = {getattr(np, name): name for name in kernels.FUNCTIONS}
    for name in kernels.FUNCTIONS.keys() | _OTHER_NAMES.keys():
        if hasattr(math, name):
            found[getattr(math, name)] = _OTHER_NAMES.get(name, name)
    return found


def applied(fn: Callable[[Any], Any], name: str, x: Any) -> Found:
    """`fn(x)` of a number with a row; None where it takes the usual way."""
    if type(x) is not Dual or scopes:
        return None
    here = x.level.kernels
    if type(here) is not Kernels or (row := x.row) is None:
        return None
    value = fn(x.value)
    try:
        return made(value, here.functions[name][len(row)](float(value), row), x.level)
    except FAILS:
        return None
