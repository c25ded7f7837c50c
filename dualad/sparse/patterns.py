"""The space of index sets: forward mode that finds which inputs each number can depend on.

The bundle of a value holds one number for each element: the set of inputs (`sets.Sets`) that it depends on. What a
primitive does to them follows from its form in the registry: elementwise functions join the sets of their arguments,
functions that only move elements move sets, sums and products of matrices join what they add, and anything else makes
every number depend on all that any number depended on. So a pattern may hold too much, and never too little for the
branches that the function took.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from dualad.dtypes import bundle_dtype
from dualad.forward.apply import apply
from dualad.forward.bundles import unpack
from dualad.forward.dual import root
from dualad.forward.spaces import MOVING, Space, linear_arguments, short_name
from dualad.sparse.sets import Ids, Sets

IDS = bundle_dtype(np.dtype(np.int64), 1)

_ALIKE = frozenset(
    {"conj", "conjugate", "real", "imag", "astype", "float", "complex", "float64", "float32", "positive", "negative"}
)
_ALONG = frozenset(
    [
        "sum",
        "mean",
        "nansum",
        "nanmean",
        "max",
        "min",
        "amax",
        "amin",
        "nanmax",
        "nanmin",
        "prod",
        "ptp",
        "var",
        "std",
        "nanvar",
        "nanstd",
        "median",
        "trapezoid",
        "average",
        "logsumexp",
        "norm",
        "vector_norm",
    ]
)
_ALONG_KEPT = frozenset(["sort"])
_CUMULATING = frozenset(["cumsum", "cumprod", "nancumsum", "cumulative_sum", "cumulative_prod"])


class Patterns(Space):
    """Sets of inputs.

    Attributes:
        sets: the table of sets.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__(1)
        self.sets = Sets(inputs)

    def dtype_for(self, value: Any) -> np.dtype[Any]:
        return IDS

    def elementwise(self, call: Any, ans: Any) -> Any:
        total: Any = None
        for i, _, tangent in call.terms():
            if is_constant_partial(call, i):
                continue
            ids = ids_of(tangent)
            total = ids if total is None else self.sets.union(total, ids)
        return made(np.int64(0) if total is None else total, ans)

    def strong(self, p: Any, t: Any, moves: tuple[Any, Any], ans: Any) -> Any:
        total = np.zeros(np.shape(root(ans)), np.int64)
        for tangent in moves:
            if tangent is not None:
                total = self.sets.union(total, ids_of(tangent))
        return made(total, ans)

    def linear(self, call: Any, ans: Any) -> Any:
        name = short_name(call.primitive)
        moving = call.terms()
        if name == "where":  # elsewhere the condition may be another one
            chosen = np.zeros(np.shape(root(ans)), np.int64)
            for _, _, t in moving:
                chosen = self.sets.union(chosen, ids_of(t))
            return made(chosen, ans)
        if name in MOVING:
            with contextlib.suppress(TypeError):
                return apply(call.primitive, linear_arguments(call), call.kwargs)
            return self._dense(call, ans)
        if len(moving) == 1 and not isinstance(moving[0][2], list):
            ids = ids_of(moving[0][2])
            if name in _ALIKE and ids.shape == np.shape(root(ans)):
                return made(ids, ans)
            found = self._along(call, name, ids, ans)
            if found is not None:
                return found
            if name == "diff":
                return self._differences(call, ids, ans)
            if name == "trace" and ids.ndim == 2 and len(call.values) == 1 and not call.kwargs:
                return made(self.sets.joined(np.diagonal(ids)), ans)
        if name == "sum" and len(moving) == 1:  # Python's own
            total: Any = np.int64(0)
            for t in moving[0][2]:
                total = self.sets.union(total, ids_of(t))
            return made(total, ans)
        return self._dense(call, ans)

    def multilinear(self, call: Any, ans: Any) -> Any:
        name, total = short_name(call.primitive), np.zeros(np.shape(root(ans)), np.int64)
        for i, _, tangent in call.terms():
            if isinstance(tangent, list):
                return self._dense(call, ans)
            found = self._multiplied(name, i, ids_of(tangent), call, ans)
            if found is None:
                return self._dense(call, ans)
            total = self.sets.union(total, found)
        return made(total, ans)

    def _multiplied(self, name: str, i: int, ids: Ids, call: Any, ans: Any) -> Ids | None:
        """The sets that operand `i` gives a product; None where they are not known one by one."""
        if name == "einsum":
            return self._contracted(i, ids, call)
        if call.kwargs or len(call.values) != 2:
            return None
        other = root(call.values[1 - i])
        if name == "kron":
            ones = np.ones(np.shape(other), np.int64)
            return np.kron(ids, ones) if i == 0 else np.kron(ones, ids)
        if name == "cross":
            if ids.shape[-1:] != (3,) or np.shape(other)[-1:] != (3,):
                return None
            return self.sets.union(np.roll(ids, -1, axis=-1), np.roll(ids, -2, axis=-1))
        if name not in ("matmul", "dot", "outer", "inner"):
            return None
        return self._product(name, i, ids, other, call.tangents[1 - i] is None)

    def _contracted(self, i: int, ids: Ids, call: Any) -> Ids | None:
        """The sets that an operand gives `np.einsum`: those along the letters that are summed over are joined."""
        subscripts = call.values[0]
        if not isinstance(subscripts, str) or "." in subscripts or call.kwargs.keys() - {"optimize"}:
            return None
        given, arrow, out = subscripts.replace(" ", "").partition("->")
        if not arrow:
            out = "".join(sorted(c for c in set(given) - {","} if given.count(c) == 1))
        letters = given.split(",")[i - 1]
        while len(set(letters)) < len(letters):  # the diagonal of axes of one letter
            c = next(c for c in letters if letters.count(c) > 1)
            first, second = letters.index(c), letters.index(c, letters.index(c) + 1)
            ids = np.diagonal(ids, 0, first, second)
            letters = letters.replace(c, "") + c if letters.count(c) == 2 else letters
            if letters.count(c) > 1:
                return None
        kept = [c for c in out if c in letters]
        rest = [c for c in letters if c not in out]
        rows = np.transpose(ids, [letters.index(c) for c in (*kept, *rest)])
        rows = rows.reshape((*rows.shape[: len(kept)], -1))
        found = self.sets.joined(rows)
        return found.reshape([found.shape[kept.index(c)] if c in letters else 1 for c in out])

    def general(self, call: Any, ans: Any) -> Any:
        moving = call.terms()
        if len(moving) == 1 and not isinstance(moving[0][2], list) and not isinstance(ans, (tuple, list)):
            found = self._along(call, short_name(call.primitive), ids_of(moving[0][2]), ans)
            if found is not None:
                return found
        return self._dense(call, ans)

    def _along(self, call: Any, name: str, ids: Ids, ans: Any) -> Any:
        """A reduction, cumulation or sort along axes; None for what is none, or has arguments beside the axis."""
        names = list(call.primitive.signature.parameters)[1:] if call.primitive.signature else []
        given = {**dict(zip(names, call.values[1:])), **call.kwargs}
        if name not in _ALONG | _CUMULATING | _ALONG_KEPT or call.tangents[0] is None:
            return None
        if given.keys() - {"axis", "keepdims", "ddof", "kind", "ord", "dtype"}:
            return None
        axis = given.get("axis", -1 if name in _ALONG_KEPT else None) if ids.ndim else None
        if name in _CUMULATING or name in _ALONG_KEPT:
            rows = ids.reshape(-1) if axis is None else np.moveaxis(ids, axis, -1)
            if name in _CUMULATING:
                found = self.sets.cumulated(rows)
            else:
                found = np.broadcast_to(self.sets.joined(rows)[..., None], rows.shape)
            return made(found if axis is None else np.moveaxis(found, -1, axis), ans)
        ndim = ids.ndim
        axes = range(ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
        axes = [int(a) % ndim for a in axes]
        rest = [a for a in range(ndim) if a not in axes]
        rows = np.transpose(ids, (*rest, *axes))
        rows = rows.reshape(*rows.shape[: len(rest)], -1)
        return made(self.sets.joined(rows).reshape(np.shape(root(ans))), ans)

    def _differences(self, call: Any, ids: Ids, ans: Any) -> Any:
        names = list(call.primitive.signature.parameters)[1:]
        given = {**dict(zip(names, call.values[1:])), **call.kwargs}
        if given.keys() - {"n", "axis"}:
            return self._dense(call, ans)
        axis = given.get("axis", -1)
        for _ in range(given.get("n", 1)):
            rows = np.moveaxis(ids, axis, -1)
            ids = np.moveaxis(self.sets.union(rows[..., 1:], rows[..., :-1]), -1, axis)
        return made(ids, ans)

    def _product(self, name: str, i: int, ids: Ids, other: Any, still: bool) -> Ids | None:
        """The sets of a product of two arrays of up to two axes that come from its operand `i`."""
        used = np.not_equal(other, 0) if still else np.ones(np.shape(other), bool)
        if name == "outer" and ids.ndim == 1 and used.ndim == 1:
            return ids[:, None] * used if i == 0 else ids * used[:, None]
        if ids.ndim == 0 or used.ndim == 0:
            return ids * used if name == "dot" else None
        if ids.ndim > 2 or used.ndim > 2 or name == "vdot":
            return None
        if name == "inner":
            ids, used = (ids, used.T) if i == 0 else (ids.T, used)
        if i == 1:  # (A B)^T = B^T A^T
            ids, used = ids.T, used.T
        rows, masks = np.atleast_2d(ids), used if used.ndim == 2 else used[:, None]
        count = masks.shape[1]
        if masks.all():
            found = np.broadcast_to(self.sets.joined(rows)[:, None], (len(rows), count))
        else:
            column, inner = np.nonzero(masks.T)
            r = np.repeat(np.arange(len(rows)), len(column))
            children = rows[r, np.tile(inner, len(rows))]
            places, kept = r * count + np.tile(column, len(rows)), children != 0
            found = self.sets.gathered(places[kept], children[kept], len(rows) * count).reshape(len(rows), count)
        found = found.reshape((*ids.shape[:-1], *((count,) if used.ndim == 2 else ())))
        return found.T if i == 1 else found

    def _dense(self, call: Any, ans: Any) -> Any:
        """Every number of the result depends on all that any number of the arguments depends on."""
        ids = [ids_of(t).ravel() for _, _, tangent in call.terms() for t in _flat(tangent)]
        everything = self.sets.everything(np.concatenate(ids))
        if isinstance(ans, (tuple, list)):
            return [made(everything, a) for a in ans]
        return made(everything, ans)

    def accumulate(self, target: Any, key: Any, value: Any) -> None:
        """`np.add.at(target, key, value)` of bundles."""
        ids = unpack(target)[..., 0]
        places = np.arange(ids.size).reshape(ids.shape)[key]
        values = np.broadcast_to(ids_of(value), places.shape).ravel()
        flat = np.concatenate([np.arange(ids.size), places.ravel()])
        children = np.concatenate([ids.ravel(), values])
        order = np.argsort(flat, kind="stable")
        order = order[children[order] != 0]
        ids[...] = self.sets.gathered(flat[order], children[order], ids.size).reshape(ids.shape)


def ids_of(tangent: Any) -> Ids:
    """The sets of a bundle."""
    found = unpack(tangent)
    return np.asarray(found)[..., 0]


def made(ids: Any, ans: Any) -> Any:
    """The bundle of sets that may only broadcast to a value's shape."""
    full = np.array(np.broadcast_to(ids, np.shape(root(ans))), np.int64)
    return full[..., None].view(IDS)[..., 0][()]


def is_constant_partial(call: Any, i: int) -> bool:
    """Whether a function's partial in an argument is 0 everywhere, as of the sign in `copysign`."""
    return short_name(call.primitive) == "copysign" and i == 1


def _flat(tangent: Any) -> list[Any]:
    return [t for part in tangent for t in _flat(part)] if isinstance(tangent, list) else [tangent]
