"""Python's operators, as the functions of module `operator` that they call."""

from __future__ import annotations

import operator

import numpy as np

from dualad.registry import constant, same

for _operator, _ufunc in (
    (operator.add, np.add), (operator.sub, np.subtract), (operator.mul, np.multiply), (operator.truediv, np.divide),
    (operator.floordiv, np.floor_divide), (operator.mod, np.remainder),
    (operator.matmul, np.matmul), (operator.neg, np.negative), (operator.pos, np.positive),
    (operator.abs, np.absolute),
):  # fmt: skip
    same(_operator, _ufunc, definition=None)  # which takes no keywords
same(operator.pow, np.power, definition=None, makes_complex=True)  # of Python's negative numbers

for _comparison in (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge):
    constant(_comparison, kind="broadcast_bool")
for _bitwise in (
    operator.and_,
    operator.or_,
    operator.xor,
    operator.lshift,
    operator.rshift,
    operator.inv,
    operator.invert,
):
    constant(_bitwise, kind="broadcast")
for _truth in (operator.not_, operator.truth, operator.is_, operator.is_not, operator.contains):
    constant(_truth, kind="bool")
for _whole in (operator.index, operator.countOf, operator.indexOf, operator.length_hint):
    constant(_whole, kind="int")
