"""Power series: numbers that carry the coefficients of `f(x + h)` in `h`, up to an order.

The bundle of a value holds the coefficients of h, h^2, ..., h^n. Arithmetic and the elementary functions follow the
recurrences of their differential equations, at O(n^2) a number (Griewank and Walther, Evaluating Derivatives, 2nd ed.,
tables 13.1 and 13.2). Any other primitive with a rule follows from the rule: of `y = f(x)` the derivative is
`y' = p(x) x'` with the partial (or jvp) `p`, so that the coefficient k of y needs those of p(x) below k only; they are
found by running the rule itself on series that are one order shorter.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.forward.application import numpy_scalar
from dualad.forward.apply import apply
from dualad.forward.bundles import unpack
from dualad.forward.dual import Dual, root
from dualad.forward.levels import Level, new_level
from dualad.forward.memory import load
from dualad.forward.parameters import invoke, reads
from dualad.forward.recurrences import RECURRENCES, Jet, Rows
from dualad.forward.results import strong_product
from dualad.forward.scalars import kernels_of
from dualad.forward.spaces import Space, bundle, nth, packed, short_name
from dualad.hashed import key_of
from dualad.registry import Primitive, scope


class Series(Space):
    """Coefficients of power series; `count` is the order."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.kernels = kernels_of(count)

    def elementwise(self, call: Any, ans: Any) -> Any:
        recurrence = None if call.kwargs or _overridden(call.primitive) else RECURRENCES.get(short_name(call.primitive))
        if recurrence is not None:
            try:
                found = recurrence(ans, self.count, *[jet(v, t) for v, t in zip(call.values, call.tangents)])
            except ZeroDivisionError:  # of Python's numbers, where NumPy's give infinity
                found = None
            if found is not None:
                return from_jet(found, ans, self.count)
        return from_jet(self._by_partials(call, ans), ans, self.count)

    def _by_partials(self, call: Any, ans: Any) -> Jet:
        """The coefficients of `y' = sum of p_i x_i'`, by the rules for the partials `p_i`."""
        y: Jet = [ans]
        moving = [(i, rule, jet(call.values[i], t)) for i, rule, t in call.terms()]
        partials: list[Jet] = [[] for _ in moving]
        for m in range(1, self.count + 1):
            for n, (_, rule, _) in enumerate(moving):
                if not reads(rule, "ans"):
                    if m == 1:
                        partials[n] = self._partial(call, rule, self.count, y)
                else:
                    partials[n] = self._partial(call, rule, m, y)
            total: Any = 0.0
            for (i, _, x), p in zip(moving, partials):
                times = strong_product if i in call.primitive.singular else product
                for j in range(1, m + 1):
                    if m - j < len(p) and not is_nothing(x[j]):
                        total = total + times(p[m - j], x[j]) * j
            y.append(total / m)
        return y

    def _partial(self, call: Any, rule: Any, order: int, ans: Any, along: tuple[Any, Any] | None = None) -> Any:
        """The first `order` coefficients of what a rule gives, run on series of that many.

        Args:
            call: the call, whose operands are cut to this order.
            rule: a partial; or a jvp, which is given the derivative of the series of its argument.
            order: how many coefficients.
            ans: the jet of the result, a list of jets for several results.
            along: value and bundle of the argument that a jvp is of.
        """
        with new_level(Series(order - 1) if order > 1 else None) as level:
            operands = [cut(v, t, order, level) for v, t in zip(call.operands, call.tangents)]
            special: dict[str, Any] = {}
            if reads(rule, "ans"):
                special["ans"] = [number(y, level) for y in ans] if isinstance(ans[0], list) else number(ans, level)
            if call.primitive.singular:  # where Python's numbers would raise, NumPy's give infinity
                if isinstance(root(ans[0]), complex):  # as Python's powers of negative numbers are, not NumPy's
                    operands = [x + 0j if isinstance(root(x), float) else x for x in operands]
                operands = [numpy_scalar(x) for x in operands]
                special = {name: numpy_scalar(x) for name, x in special.items()}
            if along is not None:
                special["t"] = rate(along, order, level)
            return jets_of(load(invoke(rule, operands, call.kwargs, **special)), level)

    def strong(self, p: Any, t: Any, moves: tuple[Any, Any], ans: Any) -> Any:
        a, b = jet(p, moves[0]), jet(t, moves[1])
        found: Jet = [ans]
        for k in range(1, self.count + 1):
            total: Any = 0.0
            for j in range(max(0, k - len(b) + 1), min(k, len(a) - 1) + 1):
                total = total + strong_product(a[j], b[k - j])
            found.append(total)
        return from_jet(found, ans, self.count)

    def multilinear(self, call: Any, ans: Any) -> Any:
        slots: list[tuple[int, int | None, Jet]] = []
        for i, _, tangent in call.terms():
            if isinstance(tangent, list):
                slots += [(i, k, jet(v, t)) for k, (v, t) in enumerate(zip(call.values[i], tangent))]
            else:
                slots.append((i, None, jet(call.values[i], tangent)))
        totals: Jet = [None] * (self.count + 1)

        def fill(s: int, degree: int, args: list[Any]) -> None:
            if s == len(slots):
                if degree:
                    term = apply(call.primitive, args, call.kwargs)
                    totals[degree] = term if totals[degree] is None else totals[degree] + term
                return
            i, k, coefficients = slots[s]
            for j in range(self.count - degree + 1):
                part = coefficients[j] if k is None else [*args[i][:k], coefficients[j], *args[i][k + 1 :]]
                fill(s + 1, degree + j, [*args[:i], part, *args[i + 1 :]])

        fill(0, 0, [list(v) if isinstance(v, (list, tuple)) and call.tangents[i] is not None else v
                    for i, v in enumerate(call.values)])  # fmt: skip
        return from_jet(totals, ans, self.count)

    def general(self, call: Any, ans: Any) -> Any:
        several = isinstance(ans, (tuple, list))
        results = list(ans) if several else [ans]
        y: list[Jet] = [[a] for a in results]
        for m in range(1, self.count + 1):
            totals: list[Any] = [0.0] * len(y)
            for i, rule, tangent in call.terms():
                found = self._partial(call, rule, m, y if several else y[0], (call.values[i], tangent))
                for n, p in enumerate(found if several else [found]):
                    if m - 1 < len(p):
                        totals[n] = totals[n] + p[m - 1]
            for coefficients, total in zip(y, totals):
                coefficients.append(total / m)
        bundles = [from_jet(c, a, self.count) for c, a in zip(y, results)]
        return bundles if several else bundles[0]


def _overridden(primitive: Primitive) -> bool:
    """Whether a rule of the user's is in force in place of the one that the recurrences follow from."""
    here = scope()
    return here is not None and key_of(primitive.fn) in here.rules


# Jets and bundles


def jet(value: Any, tangent: Any) -> Jet:
    """Value and coefficients, each an array (or number) of the value's shape; just the value where nothing moves."""
    if tangent is None:
        return [value]
    coefficients = unpack(tangent)
    if type(coefficients) is not Dual:
        if type(value) is float and coefficients.dtype == np.float64:
            return [value, *coefficients.tolist()]
        if coefficients.ndim > 1 and type(value) is np.ndarray:
            rows = np.empty((coefficients.shape[-1] + 1, *value.shape), coefficients.dtype)
            rows[0] = value
            rows[1:] = np.moveaxis(coefficients, -1, 0)
            return Rows(rows, len(rows))
    return [value, *[nth(tangent, k) for k in range(np.shape(root(coefficients))[-1])]]


def from_jet(coefficients: Jet, ans: Any, order: int) -> Any:
    """The bundle of a value's coefficients; those that are not there are zero."""
    if type(coefficients) is Rows and len(coefficients) > order:
        return packed(np.moveaxis(coefficients.rows[1 : order + 1], 0, -1), ans)
    coefficients = [coefficients[k] for k in range(min(len(coefficients), order + 1))]
    rest = [0.0 if c is None else c for c in coefficients[1 : order + 1]]
    rest += [0.0] * (order - len(rest))
    return bundle(rest, ans)


def number(coefficients: Jet, level: Level) -> Any:
    """The number with given coefficients at a level; the value alone where the level has no room for more."""
    value = coefficients[0]
    if level.space is None or len(coefficients) == 1:
        return value
    return Dual(value, from_jet(coefficients, value, level.space.count), level)


def cut(value: Any, tangent: Any, order: int, level: Level) -> Any:
    """An argument with its first `order` coefficients, at a level of that order."""
    if tangent is None:
        return value
    if isinstance(tangent, list):
        return [cut(v, t, order, level) for v, t in zip(value, tangent)]
    coefficients = jet(value, tangent)
    return number([coefficients[k] for k in range(min(order, len(coefficients)))], level)


def rate(along: tuple[Any, Any], order: int, level: Level) -> Any:
    """The derivative of an argument's series: its first `order` coefficients."""
    value, tangent = along
    if isinstance(tangent, list):
        return [rate(pair, order, level) for pair in zip(value, tangent)]
    coefficients = jet(value, tangent)
    return number([coefficients[k] * k for k in range(1, min(order + 1, len(coefficients)))], level)


def jets_of(x: Any, level: Level) -> Any:
    """The coefficients of what a rule gave at a level; of several results a list of them."""
    if isinstance(x, (tuple, list)):
        return [jets_of(load(v), level) for v in x]
    if type(x) is Dual and x.level is level:
        return jet(x.value, x.tangent)
    return [x]


def is_nothing(x: Any) -> bool:
    """Whether a coefficient is the number 0."""
    return type(x) is float and x == 0.0


def product(a: Any, b: Any) -> Any:
    """`a * b`, for `strong_product`'s place."""
    return a * b
