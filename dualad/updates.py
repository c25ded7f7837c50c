"""Functions of `operator` written in Python, so that they are differentiated as what they stand for is."""

from __future__ import annotations

from typing import Any

import numpy as np

__dualad_lift__ = True  # dual numbers run through all of this


def iadd(a: Any, b: Any) -> Any:
    """`operator.iadd`."""
    a += b
    return a


def isub(a: Any, b: Any) -> Any:
    """`operator.isub`."""
    a -= b
    return a


def imul(a: Any, b: Any) -> Any:
    """`operator.imul`."""
    a *= b
    return a


def itruediv(a: Any, b: Any) -> Any:
    """`operator.itruediv`."""
    a /= b
    return a


def ipow(a: Any, b: Any) -> Any:
    """`operator.ipow`."""
    a **= b
    return a


def imatmul(a: Any, b: Any) -> Any:
    """`operator.imatmul`."""
    a @= b
    return a


def ifloordiv(a: Any, b: Any) -> Any:
    """`operator.ifloordiv`."""
    a //= b
    return a


def imod(a: Any, b: Any) -> Any:
    """`operator.imod`."""
    a %= b
    return a


def ior(a: Any, b: Any) -> Any:
    """`operator.ior`."""
    a |= b
    return a


def setitem(a: Any, b: Any, c: Any) -> None:
    """`operator.setitem`."""
    a[b] = c


def delitem(a: Any, b: Any) -> None:
    """`operator.delitem`."""
    del a[b]


def called(fn: Any) -> Any:
    """`fn()`."""
    return fn()


def list_add(a: Any, b: Any) -> Any:
    """`a += b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) + b


def list_sub(a: Any, b: Any) -> Any:
    """`a -= b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) - b


def list_mul(a: Any, b: Any) -> Any:
    """`a *= b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) * b


def list_truediv(a: Any, b: Any) -> Any:
    """`a /= b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) / b


def list_power(a: Any, b: Any) -> Any:
    """`a **= b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) ** b


def list_matmul(a: Any, b: Any) -> Any:
    """`a @= b` of a list, tuple or deque and an array."""
    return np.asarray(list(a)) @ b


OF_LISTS = {
    "iadd": list_add, "isub": list_sub, "imul": list_mul, "itruediv": list_truediv, "ipow": list_power,
    "imatmul": list_matmul,
}  # fmt: skip
"""What Python does by name of the augmented assignment: arrays are asked first, and give a new array."""
for _fn in (called, *OF_LISTS.values()):
    _fn.__dualad_lift__ = True  # type: ignore[attr-defined]

IN_PLACE = {
    "add": iadd, "sub": isub, "mul": imul, "truediv": itruediv, "pow": ipow, "matmul": imatmul,
    "floordiv": ifloordiv, "mod": imod, "or_": ior,
}  # fmt: skip
"""By the name of the operator that they assign the result of."""
