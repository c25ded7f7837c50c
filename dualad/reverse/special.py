"""Shorter forms of a few rules where kinds settle what the general rule decides at run time."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis.kinds import Kind, holds_reals, is_double, same_dim
from dualad.registry import Primitive
from dualad.reverse import build
from dualad.syntax.core import Atom, Const

Found = tuple[ast.expr, bool, bool]

LITERAL = 8
"""Up to so many numbers in a list have their cotangents written one by one."""

Form = Callable[[Any, str, Any], Found | None]


def special_form(primitive: Primitive, named: dict[str, Atom]) -> tuple[Form, bool] | None:
    """The special form of a call, if it has one, and whether that takes a cotangent which is not full."""
    found = _table().get(primitive.rules) if primitive.rules else None
    if found is None or found[0] not in REDUCTIONS or _whole(named):
        return found
    return (_sum_along, True) if found[0] is _sum else None


def _table() -> dict[tuple[Any, ...], tuple[Form, bool]]:
    """By the rules themselves, so that methods and operators that share them are found too."""
    if not _known:
        for fn, form, takes_any in (
            (np.sum, _sum, True),
            (np.mean, _mean, True),
            (np.matmul, _matmul, False),
            (operator.matmul, _matmul, False),
            (np.dot, _dot, False),
            (np.max, _extremum, True),
            (np.min, _extremum, True),
            (np.array, _array, False),
            (np.asarray, _array, False),
            (builtins.sum, _sum_of_items, True),
        ):
            primitive = registry.lookup(fn)
            if primitive is not None and primitive.rules:
                _known[primitive.rules] = (form, takes_any)
    return _known


_known: dict[tuple[Any, ...], tuple[Form, bool]] = {}


def _rules_of(fn: Any) -> Any:
    primitive = registry.lookup(fn)
    return primitive.rules if primitive is not None else None


def _whole(named: dict[str, Atom]) -> bool:
    """Whether a reduction goes over everything: no other argument is given, or only literal defaults."""
    rest = list(named.items())[1:]
    return all(isinstance(a, Const) and (a.value is None or a.value is False) for _, a in rest)


def _sum(application: Any, name: str, atom: Any) -> Found | None:
    kind: Kind = application.work.kind(atom)
    if holds_reals(kind):
        return _sum_of_items(application, name, atom)
    if kind.tag not in ("array", "npscalar"):
        return None
    application.gives_number = True
    return application.ct, False, kind.is_number


def _sum_along(application: Any, name: str, atom: Any) -> Found | None:
    """A sum along literal axes: its cotangent has a new axis for each, and broadcasts."""
    found = _along(application, name, atom)
    if found is not None and application.number and not application.full:
        application.gives_number = True
        return application.ct, False, False
    application.expand()
    return None if found is None else _along(application, name, atom)


def _along(application: Any, name: str, atom: Any) -> Found | None:
    kind: Kind = application.work.kind(atom)
    named = dict(application.named)
    named.pop(name)
    axis, keepdims = named.pop("axis", Const(None)), named.pop("keepdims", Const(False))
    if kind.tag != "array" or named or not isinstance(axis, Const) or not isinstance(keepdims, Const):
        return None
    if kind.dtype is None or kind.dtype.kind != "f":
        return None
    if keepdims.value is True:
        return application.ct, False, False
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    rank = len(kind.dims)
    if keepdims.value is not False or any(type(a) is not int or not -rank <= a < rank for a in axes):
        return None
    taken = {a % rank for a in axes}
    if len(taken) == rank:
        return application.ct, False, False
    key = tuple(None if i in taken else slice(None) for i in range(rank))
    while key and key[-1] == slice(None):
        key = key[:-1]
    return build.subscript(application.ct, build.key_expr(key)), False, False


def _mean(application: Any, name: str, atom: Any) -> Found | None:
    kind: Kind = application.work.kind(atom)
    if holds_reals(kind) and len(application.named) == 1:
        length = _length(application, atom)
        share = ast.BinOp(application.ct, ast.Div(), _shared_by(application, length))
        return ast.BinOp(ast.List([share], ast.Load()), ast.Mult(), length), True, True
    if kind.tag != "array":
        return None
    application.gives_number = True
    share = ast.BinOp(application.ct, ast.Div(), _shared_by(application, application.operand(atom, "size")))
    return share, False, False


def _shared_by(application: Any, length: ast.expr) -> ast.expr:
    """What a cotangent is divided by to be shared. Of nothing nobody gets a share, but Python's numbers would raise.

    The plain variant lets them, and the strong one runs instead.
    """
    return ast.BoolOp(ast.Or(), [length, build.const(1)]) if application.work.strong else length


def _extremum(application: Any, name: str, atom: Any) -> Found | None:
    """An extremum takes a number for the cotangents of all its results, which then need not be written out."""
    if application.number and not application.full:
        return application.inline(application.primitive.rules[0]), True, True
    application.expand()
    return None


def _array(application: Any, name: str, atom: Any) -> Found | None:
    """An array of numbers that stand in lists: each has the cotangent at its place; `ct` is full."""
    kind: Kind = application.work.kind(atom)
    rows = kind.tag in ("list", "tuple") and bool(kind.items) and all(map(holds_reals, kind.items))
    if len(application.named) > 1 or not (rows or holds_reals(kind)):
        return None
    ct = application.ct
    if rows or kind.value is not None or len(kind.items) > LITERAL:
        floats = application.result.tag == "array" and is_double(application.result)
        return (build.call(build.attribute(ct, "tolist"), []), True, True) if floats else None
    if not isinstance(ct, ast.Name):
        return None
    places: list[ast.expr] = [build.subscript(build.name(ct.id), build.const(i)) for i in range(len(kind.items))]
    return ast.List(places, ast.Load()), True, True


def _sum_of_items(application: Any, name: str, atom: Any) -> Found | None:
    """A sum of a list of numbers: each has the cotangent."""
    if len(application.named) > 1 or not holds_reals(application.work.kind(atom)):
        application.expand()
        return None
    return ast.BinOp(ast.List([application.ct], ast.Load()), ast.Mult(), _length(application, atom)), True, True


def _length(application: Any, atom: Any) -> ast.expr:
    listed = application.work.extent(atom, application.stmt, application.block)
    return build.call(build.name(application.work.helper("len", len)), [listed])


def _dot(application: Any, name: str, atom: Any) -> Found | None:
    left, right = list(application.named.values())[:2]
    ranks = application.work.kind(left).rank, application.work.kind(right).rank
    if 0 in ranks:
        return None
    return _matmul(application, name, atom)


def _matmul(application: Any, name: str, atom: Any) -> Found | None:
    """Products of vectors and matrices; `ct` is full."""
    (first, left), (_, right) = list(application.named.items())[:2]
    kinds = application.work.kind(left), application.work.kind(right)
    if any(k.tag != "array" for k in kinds) or any(k.maybe_complex for k in kinds):
        return None
    ct = application.ct
    on_left = name == first
    other = application.operand(right if on_left else left)
    transposed = build.attribute(other, "T")
    match (kinds[0].rank, kinds[1].rank, on_left):
        case (2, 2, True):
            return _product(ct, transposed), True, True
        case (2, 2, False):
            return _product(transposed, ct), True, True
        case (2, 1, False):
            return _product(ct, other), True, True
        case (2, 1, True):
            return _outer(ct, other), True, True
        case (1, 2, True):
            return _product(other, ct), True, True
        case (1, 2, False):
            return _outer(other, ct), True, True
        case (1, 1, _):
            other = application.in_floats(other, [kinds[1 if on_left else 0]])
            return ast.BinOp(ct, ast.Mult(), other), True, True
        case (rank, same, _) if rank == same and rank is not None and rank > 2:
            return _stacked(application, atom, ct, other, on_left)
    return None


def _stacked(application: Any, atom: Any, ct: ast.expr, other: ast.expr, on_left: bool) -> Found | None:
    """Stacks of matrices, as many axes in both; of one that was repeated the sum."""
    if application.primitive.rules is not _rules_of(operator.matmul):
        return None
    turned = build.call(build.attribute(other, "swapaxes"), [build.const(-1), build.const(-2)])
    left, right = (ct, turned) if on_left else (turned, ct)
    product = ast.BinOp(left, ast.MatMult(), right)
    mine, result = application.work.kind(atom).dims[:-2], application.result.dims[:-2]
    if application.result.tag == "array" and all(a == b != "?" or same_dim(a, b) for a, b in zip(mine, result)):
        return product, True, True
    return application.work.help("fit_shape", product, application.operand(atom, "shape")), False, True


def _outer(column: ast.expr, row: ast.expr) -> ast.expr:
    """The outer product of two vectors, in a third of what `np.outer` takes."""
    return ast.BinOp(build.subscript(column, build.key_expr((slice(None), None))), ast.Mult(), row)


def _product(left: ast.expr, right: ast.expr) -> ast.expr:
    """The product of a matrix with a matrix or vector: for small ones the method takes half the time that `@` does."""
    return build.call(build.attribute(left, "dot"), [right])


REDUCTIONS = (_sum, _mean)  # over everything: along axes they have other forms
