"""Assignments as functions of `operator`, written in Python, so that they are differentiated as assignments are."""

from __future__ import annotations

from typing import Any

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


IN_PLACE = {
    "add": iadd, "sub": isub, "mul": imul, "truediv": itruediv, "pow": ipow, "matmul": imatmul,
    "floordiv": ifloordiv, "mod": imod, "or_": ior,
}  # fmt: skip
"""By the name of the operator that they assign the result of."""
