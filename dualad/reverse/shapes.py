"""Which expressions of the emitted code are plain arrays of float64, and of which dimensions.

Names of the user's have their kinds from the analysis; what the reverse sweep makes of them is found along the way. A
cotangent broadcasts to its value, so a dimension of it that is not 1 is that of the value.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from dualad.analysis import kinds
from dualad.analysis.kinds import FLOAT, FLOAT64, INT, Kind, same_dtype
from dualad.analysis.results import sliced
from dualad.reverse import build
from dualad.reverse.work import Facts

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
REDUCTIONS = frozenset({"sum", "max", "min", "prod", "mean"})


@cache
def ufunc(name: str) -> int:
    """How many operands NumPy's ufunc of a name takes, if it maps float64 to float64 element by element; else 0."""
    found = getattr(np, name, None)
    if not isinstance(found, np.ufunc) or found.signature is not None or found.nout != 1 or found.nin > 2:
        return 0
    return found.nin if "d" * found.nin + "->d" in found.types else 0


def is_array(kind: Kind | None) -> bool:
    """Whether it is a plain array of float64 that has dimensions (operations make numbers of one that has none)."""
    return kind is not None and kind.tag == "array" and same_dtype(kind.dtype, FLOAT64) and bool(kind.dims)


def is_real(kind: Kind | None) -> bool:
    """Whether it is a number that leaves an array of float64 one of float64."""
    if kind is None:
        return False
    if kind.tag == "npscalar":
        return kind.dtype is not None and kind.dtype.kind in "biuf" and np.result_type(kind.dtype, FLOAT64) == FLOAT64
    return kind.tag in ("float", "int", "bool")


def _mixes(kind: Kind | None) -> bool:
    """Whether it is a plain array that leaves one of float64 one of float64."""
    if kind is None or kind.tag != "array" or not kind.dims or kind.dtype is None or kind.dtype.kind not in "biuf":
        return False
    return np.result_type(kind.dtype, FLOAT64) == FLOAT64


def takes(buffer: Kind, other: Kind | None) -> bool:
    """Whether an array of float64 has room for what it and another operand give, element by element."""
    if is_real(other):
        return True
    if not _mixes(other) or len(other.dims) > len(buffer.dims):  # type: ignore[union-attr]
        return False
    pairs = zip(reversed(buffer.dims), reversed(other.dims), strict=False)  # type: ignore[union-attr]
    return all(theirs == 1 or _is_long(mine) or mine == theirs != "?" for mine, theirs in pairs)


def _is_long(dim: Any) -> bool:
    """Whether a dimension is known not to be 1."""
    return dim != 1 and not kinds.maybe_one(dim)


class Shapes:
    """Kinds of the names and expressions of one emitted function; `bars`: what the names of cotangents are those of.

    Attributes:
        numpy: the names that mean NumPy there.
        found: the kinds of names that emitted code binds, as far as it has been gone through.
        values: of cotangents, the kinds of what they are cotangents of.
    """

    def __init__(self, facts: Facts, bars: Mapping[str, str], numpy: frozenset[str]) -> None:
        self.numpy = numpy
        self.found: dict[str, Kind | None] = {}
        self.user: dict[str, Kind | None] = {}
        for version in facts.versions.all:
            kind = facts.kinds.version.get(version)
            if self.user.setdefault(version.name, kind) != kind:
                self.user[version.name] = None
        self.values = {bar: self.user.get(name) for bar, name in bars.items()}

    def name(self, name: str) -> Kind | None:
        return self.found[name] if name in self.found else self.user.get(name)

    def is_declared_array(self, name: str) -> bool:
        """Whether the name of a value or cotangent is that of an array wherever it is met."""
        kind = self.user.get(name) or self.values.get(name)
        return kind is not None and kind.tag == "array"

    def may_hold_others(self, name: str) -> bool:
        """Whether the name of a value or cotangent may be that of a container, whose items others have."""
        for known in (self.user, self.values):
            kind = known.get(name)
            if name in known and (kind is None or not (kind.tag == "array" or kind.is_number)):
                return True
        return False

    def bind(self, name: str, value: ast.expr) -> None:
        """Note what a name holds from now on."""
        kind = self.of(value)
        if name in self.values:
            kind = self.cotangent(kind, self.values[name]) or self.sum(name, value)
        elif is_array(self.user.get(name)):
            kind = self.user[name]
        self.found[name] = kind

    def cotangent(self, kind: Kind | None, value: Kind | None) -> Kind | None:
        """The kind of a cotangent, given the kind of its value."""
        if not is_array(kind) or not is_array(value) or len(kind.dims) != len(value.dims):  # type: ignore[union-attr]
            return kind
        dims = [
            theirs if _is_long(mine) else mine
            for mine, theirs in zip(kind.dims, value.dims, strict=True)  # type: ignore[union-attr]
        ]
        return kinds.array(FLOAT64, tuple(dims))

    def sum(self, name: str, value: ast.expr) -> Kind | None:
        """The kind of a cotangent that is a sum of which one part has its whole shape already."""
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):
            for part in map(self.of, (value.left, value.right)):
                if part is not None and is_array(part) and self.is_whole(name, part):
                    return part
        return None

    def within(self, node: ast.expr) -> Kind | None:
        """A kind whose dimensions an expression has, or 1 instead: cotangents are at most as large as their values."""
        before = self.found
        bars = {n: k for n, k in self.values.items() if is_array(k) and before.get(n) is None}
        self.found = {**before, **bars}
        kind = self.of(node)
        self.found = before
        return kind

    def is_whole(self, name: str, buffer: Kind) -> bool:
        """Whether an array has the shape of what a cotangent is of, so that any contribution to that fits in."""
        value = self.values.get(name)
        return is_array(value) and "?" not in buffer.dims and value.dims == buffer.dims  # type: ignore[union-attr]

    def of(self, node: ast.expr) -> Kind | None:
        """The kind of an expression: a plain array, a real number, or None."""
        match node:
            case ast.Name():
                return self.name(node.id)
            case ast.Constant():
                return FLOAT if type(node.value) is float else INT if type(node.value) is int else None
            case ast.UnaryOp(op=ast.USub()):
                kind = self.of(node.operand)
                return kind if is_array(kind) or is_real(kind) else None
            case ast.BinOp():
                return self._operation(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return self._item(self.of(node.value), node.slice)
            case ast.Call():
                return self._call(node)
        return None

    def _operation(self, node: ast.BinOp) -> Kind | None:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ARITHMETIC):
            return _elementwise(left, right)
        if isinstance(node.op, ast.Pow) and is_array(left) and build.is_literal(node.right):
            return left
        return _product(left, right, False) if isinstance(node.op, ast.MatMult) else None

    def _attribute(self, node: ast.Attribute) -> Kind | None:
        if node.attr in ("size", "ndim"):
            return INT
        kind = self.of(node.value) if node.attr == "T" else None
        return kinds.array(FLOAT64, kind.dims[::-1]) if kind is not None and is_array(kind) else None

    def _item(self, base: Kind | None, key: ast.expr) -> Kind | None:
        if base is None or not is_array(base):
            return None
        rest, dims = list(base.dims), []
        for part in key.elts if isinstance(key, ast.Tuple) else [key]:
            literal = part.value if isinstance(part, ast.Constant) else ...
            whole = isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None
            if literal is None:
                dims.append(1)
            elif not rest:
                return None
            elif whole:
                dims.append(rest.pop(0))
            elif isinstance(part, ast.Slice):
                bounds = [_literal(bound) for bound in (part.lower, part.upper, part.step)]
                if ... in bounds:
                    return None
                dims.append(sliced(rest.pop(0), slice(*bounds)))
            elif type(literal) is not int:
                return None
            else:
                del rest[0]
        dims += rest
        return kinds.array(FLOAT64, tuple(dims)) if dims else FLOAT

    def _call(self, node: ast.Call) -> Kind | None:
        called, args = node.func, node.args
        if not isinstance(called, ast.Attribute) or any(isinstance(a, ast.Starred) for a in args):
            return None
        if not (isinstance(called.value, ast.Name) and called.value.id in self.numpy):
            args = [called.value, *args]
        elif ufunc(called.attr):
            operands = [self.of(a) for a in args]
            if node.keywords or len(operands) != ufunc(called.attr):
                return None
            return operands[0] if len(operands) == 1 and is_array(operands[0]) else _elementwise(*operands[:2])
        if called.attr == "copy" and len(args) == 1 and not node.keywords:
            kind = self.of(args[0])
            return kind if is_array(kind) else None
        if called.attr in ("dot", "matmul") and len(args) == 2 and not node.keywords:
            return _product(self.of(args[0]), self.of(args[1]), called.attr == "dot")
        if called.attr in REDUCTIONS and len(args) == 1:
            return _reduced(self.of(args[0]), node.keywords)
        if called.attr == "zeros" and len(args) == 1 and not node.keywords:
            match args[0]:
                case ast.Attribute(value=whole, attr="shape"):
                    kind = self.of(whole)
                    return kind if is_array(kind) else None
        return None


def _literal(bound: ast.expr | None) -> Any:
    """A bound of a slice: a number, None, or `...` where it is no literal."""
    if bound is None:
        return None
    negative, positive = build.sign_of(bound)
    if not isinstance(positive, ast.Constant) or type(positive.value) is not int:
        return ...
    return -positive.value if negative else positive.value


def _elementwise(left: Kind | None = None, right: Kind | None = None) -> Kind | None:
    if is_real(left) and is_real(right):
        return FLOAT
    if not (is_array(left) or is_array(right)):
        return None
    arrays = [kind.dims for kind in (left, right) if kind is not None and _mixes(kind)]
    if len(arrays) == 2 or is_real(left) or is_real(right):
        return kinds.array(FLOAT64, kinds.broadcast(arrays))
    return None


def _product(left: Kind | None, right: Kind | None, dot: bool) -> Kind | None:
    """The kind of a product of matrices."""
    if left is None or right is None or not (is_array(left) and is_array(right)):
        return None
    ranks = len(left.dims), len(right.dims)
    if ranks == (1, 1):
        return FLOAT
    if max(ranks) == 2:
        return kinds.array(FLOAT64, left.dims[:-1] + right.dims[1:])
    if dot or 1 in ranks:
        return None
    return kinds.array(FLOAT64, (*kinds.broadcast([left.dims[:-2], right.dims[:-2]]), left.dims[-2], right.dims[-1]))


def _reduced(kind: Kind | None, keywords: list[ast.keyword]) -> Kind | None:
    """The kind of a reduction along literal axes."""
    given: dict[Any, Any] = {k.arg: k.value.value for k in keywords if isinstance(k.value, ast.Constant)}
    if kind is None or not is_array(kind) or len(given) < len(keywords) or not given.keys() <= {"axis", "keepdims"}:
        return None
    axis = given.get("axis")
    if type(axis) not in (int, type(None)):
        return None
    gone = range(len(kind.dims)) if axis is None else [axis % len(kind.dims)]
    if given.get("keepdims"):
        return kinds.array(FLOAT64, tuple([1 if i in gone else d for i, d in enumerate(kind.dims)]))
    dims = tuple([d for i, d in enumerate(kind.dims) if i not in gone])
    return kinds.array(FLOAT64, dims) if dims else FLOAT
