"""Power series of single numbers, by straight-line code that is written for the order and the lengths at hand.

A *row* is a tuple of Python floats: the coefficients of a number, its value first. What lies behind its end is zero:
the variable itself has two numbers, and its square three, whatever the order. So that few programs are written, rows
have 2, 3, 4 or all numbers. The recurrences are those of `recurrences`, of Griewank and Walther (2nd ed.), tables 13.1
and 13.2, without loops and without what is known to be zero.

A `Table` writes a program when it is first asked for one. Programs take the value of the result, the rows and
sometimes a constant; they raise where a recurrence does not hold (`FAILS`: a root at zero), or give None.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

Names = list[str | None]
"""The names of coefficients in a program; None for those that are zero."""

Row = tuple[float, ...]

HIGHEST = 24
"""The order up to which programs are written: they grow with its square."""

FAILS = (ZeroDivisionError, OverflowError, ValueError)

_KNOWN = {name: getattr(math, name) for name in ("cos", "cosh", "exp", "sin", "sinh", "sqrt")}


class Program:
    """The text of a program for series of some order: its methods write recurrences and give names."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.lines: list[str] = []

    def row(self, parameter: str, length: int) -> Names:
        """The coefficients of a parameter."""
        names = [f"{parameter}{k}" for k in range(length)]
        self.lines.append(f"{', '.join(names)} = {parameter}")
        return self._full([*names])

    def _full(self, names: Names) -> Names:
        return [*names, *[None] * (self.order + 1 - len(names))][: self.order + 1]

    def let(self, expression: str | None) -> str | None:
        """A name for what an expression gives."""
        if expression is None or expression.isidentifier():
            return expression
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        return name

    def rates(self, a: Names) -> Names:
        """`[0, a1, 2 a2, ...]`."""
        return [None, *[None if x is None else self.let(times(k, x)) for k, x in enumerate(a[1:], start=1)]]

    def product(self, a: Names, b: Names) -> Names:
        if a is b:
            return self.square(a)
        return [self.let(convolved(a, b, k)) for k in range(self.order + 1)]

    def square(self, a: Names) -> Names:
        return [self.let(squared(a, k)) for k in range(self.order + 1)]

    def quotient(self, a: Names, b: Names, first: str) -> Names:
        z: Names = [first]
        for k in range(1, self.order + 1):
            z.append(self.let(divided(difference(a[k], convolved(b, z, k, 1)), b[0])))
        return z

    def exp(self, rates: Names, first: str) -> Names:
        """`y' = a' y`."""
        y: Names = [first]
        for k in range(1, self.order + 1):
            y.append(self.let(divided(convolved(rates, y, k, 1), k)))
        return y

    def coupled(self, a: Names, first: str, second: str, sign: int) -> tuple[Names, Names]:
        """`y' = z a'` and `z' = sign y a'`."""
        y: Names = [first]
        z: Names = [second]
        rates = self.rates(a)
        for k in range(1, self.order + 1):
            rate_y, rate_z = divided(convolved(rates, z, k, 1), k), divided(convolved(rates, y, k, 1), sign * k)
            y.append(self.let(rate_y))
            z.append(self.let(rate_z))
        return y, z

    def by_own_square(self, a: Names, first: str, sign: str) -> Names:
        """`y' = (1 + sign y^2) a'`."""
        rates = self.rates(a)
        y: Names = [first]
        q = [self.let(f"1 {sign} {first} * {first}")]
        for k in range(1, self.order + 1):
            y.append(self.let(divided(convolved(rates, q, k, 1), k)))
            found = squared(y, k)
            q.append(found if found is None else self.let(f"{sign}({found})"))
        return y

    def integral(self, a: Names, q: Names, first: str) -> Names:
        """`y' q = a'`."""
        y: Names = [first]
        moved: Names = [None]
        for k in range(1, self.order + 1):
            rate = None if a[k] is None else times(k, a[k])
            moved.append(self.let(divided(difference(rate, convolved(moved, q, k, 1, k - 1)), q[0])))
            y.append(self.let(divided(moved[k], k)))
        return y

    def sqrt(self, a: Names, first: str) -> Names:
        y: Names = [first]
        double = self.let(f"2 * {first}")
        for k in range(1, self.order + 1):
            y.append(self.let(divided(difference(a[k], squared(y, k, 1)), double)))
        return y

    def power(self, a: Names, first: str, exponent: str) -> Names:
        """`k a0 y_k` is the sum of `((p + 1) j - k) a_j y_(k-j)`."""
        above = self.let(f"{exponent} + 1")
        rates = [None if x is None else self.let(f"{above} * {x}") for x in self.rates(a)]
        y: Names = [first]
        for k in range(1, self.order + 1):
            factors = [None if r is None else self.let(f"{r} - {times(k, x)}") for r, x in zip(rates[: k + 1], a)]
            factors = [*factors, *[None] * (self.order + 1 - len(factors))]
            y.append(self.let(divided(convolved(factors, y, k, 1), times(k, a[0]))))
        return y

    def shifted(self, a: Names, sign: str = "+") -> Names:
        """`1 + a`, or `1 - a`."""
        rest = a[1:] if sign == "+" else [None if x is None else self.let(f"-{x}") for x in a[1:]]
        return [self.let(f"1 {sign} {a[0]}"), *rest]

    def finish(self, parameters: str, names: Names) -> Callable[..., Row]:
        """The program that returns a row of these."""
        count = max([k for k, x in enumerate(names) if x is not None] + [1]) + 1
        names = self._full(names)[: padded(count, self.order)]
        self.lines.append(f"return ({', '.join(x or '0.0' for x in names)})")
        text = f"def program({parameters}):\n    " + "\n    ".join(self.lines)
        scope = dict(_KNOWN)
        exec(compile(text, __file__, "exec"), scope)
        return scope["program"]


def padded(count: int, order: int) -> int:
    """The length that rows of so many numbers have."""
    return min(max(count, 2), order + 1) if count <= 4 else order + 1


def times(k: int, x: str | None) -> str:
    """`k x`."""
    return str(x) if k == 1 else f"{float(k)} * {x}"


def divided(x: str | None, by: str | int | None) -> str | None:
    """`x / by`, of a sum x."""
    if x is None or by == 1:
        return x
    return f"({x}) / {float(by) if isinstance(by, int) else f'({by})'}"


def difference(x: str | None, y: str | None) -> str | None:
    """`x - y`, of a sum y."""
    if y is None:
        return x
    return f"-({y})" if x is None else f"{x} - ({y})"


def convolved(a: Names, b: Names, k: int, first: int = 0, last: int | None = None) -> str | None:
    """The sum of `a[j] * b[k - j]` over j from `first` to `last` (to k)."""
    places = range(first, (k if last is None else last) + 1)
    return " + ".join([f"{a[j]} * {b[k - j]}" for j in places if a[j] and b[k - j]]) or None


def squared(a: Names, k: int, first: int = 0) -> str | None:
    """The sum of `a[j] * a[k - j]` over j from `first` to `k - first`."""
    pairs = [f"{a[j]} * {a[k - j]}" for j in range(first, (k + 1) // 2) if a[j] and a[k - j]]
    terms = [f"2.0 * ({' + '.join(pairs)})"] if pairs else []
    if k % 2 == 0 and k // 2 >= first and a[k // 2]:
        terms.append(f"{a[k // 2]} * {a[k // 2]}")
    return " + ".join(terms) or None


class Table(dict[Any, Callable[..., Any]]):
    """Programs by the lengths of their rows."""

    def __init__(self, order: int, write: Callable[[int, Any], Callable[..., Any]]) -> None:
        super().__init__()
        self._order = order
        self._write = write

    def __missing__(self, key: Any) -> Callable[..., Any]:
        found = self[key] = self._write(self._order, key)
        return found


# Programs of two rows; of a row and a constant


def _of_two(write: Callable[[Program, Names, Names], Names]) -> Callable[[int, Any], Callable[..., Row]]:
    def program(order: int, lengths: tuple[int, int]) -> Callable[..., Row]:
        text = Program(order)
        return text.finish("v, a, b", ["v", *write(text, text.row("a", lengths[0]), text.row("b", lengths[1]))[1:]])

    return program


def _added(p: Program, a: Names, b: Names) -> Names:
    return [x if y is None else y if x is None else p.let(f"{x} + {y}") for x, y in zip(a, b)]


def _subtracted(p: Program, a: Names, b: Names) -> Names:
    return [p.let(difference(x, y)) for x, y in zip(a, b)]


def of_one(write: Callable[[Program, Names], Names]) -> Callable[[int, Any], Callable[..., Row]]:
    """Programs of the value of the result, a row and a constant (which most do not read)."""

    def program(order: int, length: int) -> Callable[..., Row]:
        text = Program(order)
        return text.finish("v, a, c=None", ["v", *write(text, text.row("a", length))[1:]])

    return program


def _scaled(p: Program, a: Names) -> Names:
    return [p.let(f"{x} * c") if x else None for x in a]


def _shrunk(p: Program, a: Names) -> Names:
    return [p.let(f"{x} / c") if x else None for x in a]


def _negative(p: Program, a: Names) -> Names:
    return [p.let(f"-{x}") if x else None for x in a]


def _reciprocal(p: Program, a: Names) -> Names:
    """A constant over a series: it is in the value already."""
    return p.quotient([None] * (p.order + 1), a, "v")


ADDED, SUBTRACTED = _of_two(_added), _of_two(_subtracted)
MULTIPLIED = _of_two(Program.product)
DIVIDED = _of_two(lambda p, a, b: p.quotient(a, b, "v"))
SQUARED = of_one(Program.square)
SCALED, SHRUNK, NEGATIVE, SAME = of_one(_scaled), of_one(_shrunk), of_one(_negative), of_one(lambda p, a: a)
OVER = of_one(_reciprocal)
POWER = of_one(lambda p, a: p.power(a, "v", "c"))
EXP = of_one(lambda p, a: p.exp(p.rates(a), "v"))
LOG = of_one(lambda p, a: p.integral(a, a, "v"))


# Functions


def _scaled_exp(factor: float) -> Callable[[Program, Names], Names]:
    def write(p: Program, a: Names) -> Names:
        return p.exp([p.let(f"{factor!r} * {x}") if x else None for x in p.rates(a)], "v")

    return write


def _scaled_log(factor: float) -> Callable[[Program, Names], Names]:
    def write(p: Program, a: Names) -> Names:
        return p.integral(a, [p.let(f"{factor!r} * {x}") if x else None for x in a], "v")

    return write


def _absolute(p: Program, a: Names) -> Names:
    sign = p.let("v / a0")
    return [p.let(f"{sign} * {x}") if x else None for x in a]


def _expm1(p: Program, a: Names) -> Names:
    return p.exp(p.rates(a), str(p.let("exp(a0)")))


def _integral_of_root(below: Callable[[Program, Names], Names], sign: str = "") -> Callable[[Program, Names], Names]:
    """`y' = sign a' / sqrt(below)`."""

    def write(p: Program, a: Names) -> Names:
        inside = below(p, a)
        y = p.integral(a, p.sqrt(inside, str(p.let(f"sqrt({inside[0]})"))), "v")
        return [p.let(f"{sign}{x}") if x else None for x in y] if sign else y

    return write


def _one_less_square(p: Program, a: Names) -> Names:
    return p.product(p.shifted(a, "-"), p.shifted(a))


def _one_more_square(p: Program, a: Names) -> Names:
    return p.shifted(p.square(a))


def _square_less_one(p: Program, a: Names) -> Names:
    found = p.square(a)
    return [p.let(f"{found[0]} - 1"), *found[1:]]


FUNCTIONS: dict[str, Callable[[Program, Names], Names]] = {
    "sin": lambda p, a: p.coupled(a, "v", str(p.let("cos(a0)")), -1)[0],
    "cos": lambda p, a: p.coupled(a, str(p.let("sin(a0)")), "v", -1)[1],
    "tan": lambda p, a: p.by_own_square(a, "v", "+"),
    "sinh": lambda p, a: p.coupled(a, "v", str(p.let("cosh(a0)")), 1)[0],
    "cosh": lambda p, a: p.coupled(a, str(p.let("sinh(a0)")), "v", 1)[1],
    "tanh": lambda p, a: p.by_own_square(a, "v", "-"),
    "exp": lambda p, a: p.exp(p.rates(a), "v"),
    "exp2": _scaled_exp(math.log(2)),
    "expm1": _expm1,
    "log": lambda p, a: p.integral(a, a, "v"),
    "log1p": lambda p, a: p.integral(a, p.shifted(a), "v"),
    "log2": _scaled_log(math.log(2)),
    "log10": _scaled_log(math.log(10)),
    "sqrt": lambda p, a: p.sqrt(a, "v"),
    "cbrt": lambda p, a: p.power(a, "v", repr(1 / 3)),
    "square": Program.square,
    "reciprocal": _reciprocal,
    "negative": _negative,
    "absolute": _absolute,
    "arctan": lambda p, a: p.integral(a, _one_more_square(p, a), "v"),
    "arcsin": _integral_of_root(_one_less_square),
    "arccos": _integral_of_root(_one_less_square, "-"),
    "arctanh": lambda p, a: p.integral(a, _one_less_square(p, a), "v"),
    "arcsinh": _integral_of_root(_one_more_square),
    "arccosh": _integral_of_root(_square_less_one),
}
"""By NumPy's name; what writes the coefficients of a function behind its value `v`, of those of its argument."""


@functools.cache
def table(order: int, name: str) -> Table:
    """The programs of a function for an order."""
    return Table(order, of_one(FUNCTIONS[name]))
