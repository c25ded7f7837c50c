"""Python's operators, as the functions of module `operator` that they call."""

from __future__ import annotations

import operator

import numpy as np

from dualad.registry import constant, same

same(operator.add, np.add)
same(operator.sub, np.subtract)
same(operator.mul, np.multiply)
same(operator.truediv, np.divide)
same(operator.floordiv, np.floor_divide)
same(operator.mod, np.remainder)
same(operator.pow, np.power)
same(operator.matmul, np.matmul)
same(operator.neg, np.negative)
same(operator.pos, np.positive)
same(operator.abs, np.absolute)

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
