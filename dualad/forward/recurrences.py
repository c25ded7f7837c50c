"""Recurrences for the coefficients of power series, one for each elementary function.

Each takes the function's value, the order, and for each argument its *jet*: the list of its coefficients, the value
first; missing ones are zero. It returns the jet of the result (whose value nobody reads), or None where the recurrence
does not hold (a root or a real power at zero). The source is Griewank and Walther, Evaluating Derivatives (2nd ed.),
tables 13.1 and 13.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.forward.dual import Dual, root


class Rows:
    """A jet of plain arrays, in one array with the coefficients along the first axis: a list that is added to."""

    __slots__ = ("count", "rows")

    def __init__(self, rows: np.ndarray[Any, Any], count: int) -> None:
        self.rows = rows
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, k: int) -> Any:
        return self.rows[k]

    def append(self, coefficient: Any) -> None:
        self.rows[self.count] = coefficient
        self.count += 1


Jet = Any
"""The coefficients of a value, itself first: a list, or `Rows`."""


def begun(first: Any, n: int, *others: Jet) -> Jet:
    """The jet of a result, with its value so far."""
    if type(first) is np.ndarray and first.ndim and all([type(x) is Rows or len(x) == 1 for x in others]):
        rows = np.empty((n + 1, *first.shape), np.result_type(first, np.float32))
        rows[0] = first
        return Rows(rows, 1)
    return [first]


def convolved(a: Jet, b: Jet, k: int, first: int = 0, last: int | None = None) -> Any:
    """The sum of `a[j] * b[k - j]` over j from `first` to `last` (to k)."""
    last = k if last is None else last
    low, high = max(first, k - len(b) + 1), min(last, len(a) - 1)
    if low > high:
        return 0.0
    if type(a) is Rows and type(b) is Rows and high > low:
        backwards = b.rows[k - low : k - high - 1 : -1] if k > high else b.rows[k - low :: -1]
        return np.einsum("k...,k...->...", a.rows[low : high + 1], backwards)
    total = a[low] * b[k - low]
    for j in range(low + 1, high + 1):
        total = total + a[j] * b[k - j]
    return total


def rates(x: Jet) -> Jet:
    """`[0, x1, 2 x2, 3 x3, ...]`: h times the derivative."""
    if type(x) is Rows:
        orders = np.arange(x.count).reshape(-1, *[1] * (x.rows.ndim - 1))
        return Rows(x.rows[: x.count] * orders.astype(x.rows.real.dtype), x.count)
    return [0.0 * x[0], *[c * j for j, c in enumerate(x[1:], start=1)]]


def _at(x: Jet, k: int) -> Any:
    return x[k] if k < len(x) else 0.0


def _added(ans: Any, n: int, x: Jet, y: Jet) -> Jet:
    return [ans, *[_at(x, k) + _at(y, k) for k in range(1, n + 1)]]


def _subtracted(ans: Any, n: int, x: Jet, y: Jet) -> Jet:
    return [ans, *[_at(x, k) - _at(y, k) for k in range(1, n + 1)]]


def _negative(ans: Any, n: int, x: Jet) -> Jet:
    return [ans, *[-_at(x, k) for k in range(1, n + 1)]]


def _positive(ans: Any, n: int, x: Jet) -> Jet:
    return [ans, *[_at(x, k) for k in range(1, n + 1)]]


def _multiplied(ans: Any, n: int, x: Jet, y: Jet) -> Jet:
    return [ans, *[convolved(x, y, k) for k in range(1, n + 1)]]


def _divided(ans: Any, n: int, x: Jet, y: Jet) -> Jet:
    if np.any(np.isinf(root(x[0]))):  # what is infinite stays so, whatever it is divided by
        ans = np.where(np.isinf(x[0]) & (y[0] != 0), 0.0, ans)[()]
    z = begun(ans, n, x, y)
    for k in range(1, n + 1):
        z.append((_at(x, k) - convolved(y, z, k, 1)) / y[0])
    return z


def _reciprocal(ans: Any, n: int, x: Jet) -> Jet:
    return _divided(ans, n, [1.0], x)


def _square(ans: Any, n: int, x: Jet) -> Jet:
    return _multiplied(ans, n, x, x)


def _some_zero(x: Any) -> bool:
    return not np.all(root(x))


def _sqrt(ans: Any, n: int, x: Jet) -> Jet | None:
    if _some_zero(ans):
        return None
    y = begun(ans, n, x)
    for k in range(1, n + 1):
        y.append((_at(x, k) - convolved(y, y, k, 1, k - 1)) / (2 * ans))
    return y


def _power(ans: Any, n: int, x: Jet, p: Jet) -> Jet | None:
    if len(p) > 1:
        return None
    exponent = p[0]
    whole = root(exponent)
    real = type(exponent) is not Dual and np.ndim(whole) == 0 and not np.imag(whole)
    if real and float(np.real(whole)).is_integer() and 0 <= np.real(whole) <= 64:
        found = _whole_power(n, x, int(np.real(whole)))
        return [ans, *[_at(found, k) for k in range(1, n + 1)]]
    if _some_zero(x[0]):
        return None
    y, dy, dx = begun(ans, n, x, p), begun(0.0 * ans, n, x, p), rates(x)
    for k in range(1, n + 1):
        # k x0 y_k = sum of (p j - (k - j)) x_j y_(k-j)
        y.append((convolved(dx, y, k, 1) * exponent - convolved(x, dy, k, 1)) / (k * x[0]))
        dy.append(k * y[k])
    return y


def _whole_power(n: int, x: Jet, exponent: int) -> Jet:
    """By repeated squares, which need no division and hold at zero."""
    found: Jet | None = None
    square = x
    while exponent:
        if exponent & 1:
            found = square if found is None else _multiplied(found[0] * square[0], n, found, square)
        exponent >>= 1
        if exponent:
            square = _multiplied(square[0] * square[0], n, square, square)
    return [1.0] if found is None else found


def _exp(ans: Any, n: int, x: Jet) -> Jet:
    y, dx = begun(ans, n, x), rates(x)
    for k in range(1, n + 1):
        y.append(convolved(dx, y, k, 1) / k)
    return y


def _expm1(ans: Any, n: int, x: Jet) -> Jet:
    found = _exp(ans + 1, n, x)
    return [ans, *[found[k] for k in range(1, n + 1)]]


def _log(ans: Any, n: int, x: Jet) -> Jet:
    y, dy = begun(ans, n, x), begun(0.0 * ans, n, x)
    for k in range(1, n + 1):
        y.append((_at(x, k) - convolved(dy, x, k, 1, k - 1) / k) / x[0])
        dy.append(k * y[k])
    return y


def _log1p(ans: Any, n: int, x: Jet) -> Jet:
    return _log(ans, n, [x[0] + 1, *[x[k] for k in range(1, len(x))]])


def _call(name: str, x: Any) -> Any:
    """A function of a number or array, by Python's or NumPy's."""
    return getattr(math, name)(x) if type(x) is float else getattr(np, name)(x)


def _coupled(n: int, x: Jet, first: Any, second: Any, sign: float) -> tuple[Jet, Jet]:
    """The series with `first' = second x'` and `second' = sign first x'`."""
    a, b, dx = begun(first, n, x), begun(second, n, x), rates(x)
    for k in range(1, n + 1):
        rate_a, rate_b = convolved(dx, b, k, 1) / k, convolved(dx, a, k, 1) * (sign / k)
        a.append(rate_a)
        b.append(rate_b)
    return a, b


def _sin(ans: Any, n: int, x: Jet) -> Jet:
    return _coupled(n, x, ans, _call("cos", x[0]), -1.0)[0]


def _cos(ans: Any, n: int, x: Jet) -> Jet:
    return _coupled(n, x, _call("sin", x[0]), ans, -1.0)[1]


def _sinh(ans: Any, n: int, x: Jet) -> Jet:
    return _coupled(n, x, ans, _call("cosh", x[0]), 1.0)[0]


def _cosh(ans: Any, n: int, x: Jet) -> Jet:
    return _coupled(n, x, _call("sinh", x[0]), ans, 1.0)[1]


def _by_own_square(sign: float) -> Callable[..., Jet]:
    """The series with `y' = (1 + sign y^2) x'`."""

    def recurrence(ans: Any, n: int, x: Jet) -> Jet:
        y, q, dx = begun(ans, n, x), begun(1 + sign * ans * ans, n, x), rates(x)
        for k in range(1, n + 1):
            y.append(convolved(dx, q, k, 1) / k)
            q.append(convolved(y, y, k) * sign)
        return y

    return recurrence


RECURRENCES: dict[str, Callable[..., Jet | None]] = {
    "add": _added,
    "sub": _subtracted,
    "subtract": _subtracted,
    "neg": _negative,
    "negative": _negative,
    "pos": _positive,
    "positive": _positive,
    "mul": _multiplied,
    "multiply": _multiplied,
    "truediv": _divided,
    "true_divide": _divided,
    "divide": _divided,
    "reciprocal": _reciprocal,
    "square": _square,
    "sqrt": _sqrt,
    "pow": _power,
    "power": _power,
    "float_power": _power,
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sin": _sin,
    "cos": _cos,
    "tan": _by_own_square(1.0),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _by_own_square(-1.0),
}
"""By the last part of the function's name, in NumPy, `math` and `operator`."""
