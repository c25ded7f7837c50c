"""Products of a variable with itself, of which both factors have the same share."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

from dualad import registry
from dualad.registry import Primitive
from dualad.reverse.work import Work
from dualad.syntax.core import Var

SCALAR_PRODUCTS = (np.dot, np.inner, np.vdot, np.vecdot, np.matmul, operator.matmul)
"""Of vectors, where both cotangents are the cotangent times the other one."""


def product_rules() -> Any:
    """The rules of multiplication, by which `x * x` is told."""
    return _rules_of(operator.mul)


def _rules_of(fn: Any) -> Any:
    primitive = registry.lookup(fn)
    return primitive.rules if primitive is not None else None


def is_square(work: Work, primitive: Primitive, operands: Iterable[Any]) -> bool:
    """Whether it is a product, by elements or of real vectors, whose two factors are one variable."""
    factors = list(operands)
    if len(factors) != 2 or not all(isinstance(a, Var) for a in factors) or factors[0].name != factors[1].name:
        return False
    if primitive.checked:  # of a user's rules the second need not be what the first is
        return False
    if primitive.rules is product_rules():
        return True
    kind = work.kind(factors[0])
    if kind.tag != "array" or len(kind.dims) != 1 or kind.dtype is None or kind.dtype.kind != "f":
        return False
    return any([primitive.rules is _rules_of(fn) for fn in SCALAR_PRODUCTS])  # methods have them too
