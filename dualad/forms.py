"""What goes between users and the two modes: tangents and cotangents in, checked; gradients out.

Inside, a cotangent is *raw*: the float `0.0` for the zero of anything, lists for sequences, dicts for mappings and for
objects by attribute, arrays that may be views, shared or captured. A `Form` remembers structure, shapes and dtypes of a
value, not the value, so that whoever owns the value may change it.
"""

from __future__ import annotations

import enum
import math
import sys
from typing import Any

import numpy as np

from dualad import tree
from dualad.errors import DualadError, DualadTypeError, DualadValueError, Unsupported
from dualad.forward.dual import root
from dualad.forward.levels import storing
from dualad.forward.memory import load
from dualad.layout import copy_alike

NoneType = type(None)


class Leaf:
    """Shape and dtype that a leaf's gradient has.

    Attributes:
        cls: class of the gradient: float or complex, `np.ndarray`, `np.generic`; NoneType for what has no gradient.
        shape: its shape.
        dtype: its dtype: that of the leaf, float64 for integers.
        exact: whether the leaf is an integer (its tangent may be left out, as None).
    """

    __slots__ = ("cls", "dtype", "exact", "shape")

    def __init__(self, cls: type, dtype: Any = None, shape: tuple[int, ...] = (), exact: bool = False) -> None:
        self.cls = cls
        self.dtype = dtype
        self.shape = shape
        self.exact = exact

    @property
    def size(self) -> int:
        """How many numbers the leaf holds."""
        return 0 if self.cls is NoneType else math.prod(self.shape)

    def __str__(self) -> str:
        if self.cls is NoneType:
            return "None"
        if self.cls in (float, complex):
            return f"a {self.cls.__name__}"
        return f"an array of shape {self.shape} and dtype {self.dtype}" if self.shape else f"a {self.dtype}"


_FLOAT64 = np.dtype(np.float64)
FLOAT = Leaf(float, _FLOAT64)
_INT = Leaf(float, _FLOAT64, exact=True)
_COMPLEX = Leaf(complex, np.dtype(np.complex128))
_OTHER = Leaf(NoneType)


def leaf_of(x: Any) -> Leaf:
    """What the gradient of a leaf looks like. Object arrays and arrays with arithmetic of their own are refused."""
    cls = type(x)
    if cls is float:
        return FLOAT
    if isinstance(x, np.ndarray):
        return _of_dtype(np.ndarray, x.dtype, x.shape)
    if isinstance(x, np.generic):
        return _of_dtype(np.generic, x.dtype, ())
    if isinstance(x, bool) or (isinstance(x, int) and isinstance(x, enum.Enum)):
        return _OTHER
    if isinstance(x, int):
        return _INT
    if isinstance(x, float):
        return FLOAT
    if isinstance(x, complex):
        return _COMPLEX
    if is_dual(x):
        return leaf_of(x.value)
    return _OTHER


def _of_dtype(cls: type, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Leaf:
    if dtype.kind in "fc":
        return Leaf(cls, dtype, shape)
    if dtype.kind in "iu":
        return Leaf(cls, _FLOAT64, shape, exact=True)
    return _OTHER


def is_dual(x: Any) -> bool:
    """Whether `x` is a dual number (which says of itself that it is none): forward mode runs through a transform."""
    return hasattr(type(x), "__dualad_dual__")


def is_array(x: Any) -> bool:
    """Whether `x` is an array, and no dual number of one."""
    return isinstance(x, np.ndarray) and not is_dual(x)


class Form:
    """Structure, shapes and dtypes of a tree."""

    __slots__ = ("leaves", "treedef")

    def __init__(self, value: Any) -> None:
        found, self.treedef = tree.flatten(value)
        self.leaves = [leaf_of(x) for x in found]

    @property
    def moves(self) -> bool:
        """Whether some leaf is a number."""
        return any(leaf.cls is not NoneType for leaf in self.leaves)

    @property
    def size(self) -> int:
        """How many numbers the tree holds."""
        return sum(leaf.size for leaf in self.leaves)

    @property
    def complex(self) -> bool:
        """Whether some leaf is complex."""
        return any(leaf.dtype is not None and leaf.dtype.kind == "c" for leaf in self.leaves)

    def raw(self, leaves: list[Any]) -> Any:
        """The raw cotangent whose leaves are given; None for what is no number."""
        return _gather(self.treedef, iter([0.0 if x is None else x for x in leaves]))

    def zeros(self) -> Any:
        """The zero gradient."""
        return self.finish(0.0)

    def finish(self, raw: Any, unshared: bool = False) -> Any:
        """The user's gradient from a raw cotangent (or tree); `unshared` where nobody else holds `raw`."""
        if self.treedef is tree.LEAF:
            return finish_leaf(raw, self.leaves[0], unshared)
        return tree.unflatten(self.treedef, self.finish_leaves(raw, unshared))

    def finish_leaves(self, raw: Any, unshared: bool = False) -> list[Any]:
        """The leaves of `finish`."""
        found: list[tuple[Any, bool]] = []
        _spread(self.treedef, raw, unshared, found)
        return [finish_leaf(item, leaf, lone) for (item, lone), leaf in zip(found, self.leaves)]

    def parts(self, raw: Any) -> list[Any]:
        """What a raw cotangent has in the places of the leaves."""
        found: list[tuple[Any, bool]] = []
        _spread(self.treedef, raw, False, found)
        return [item for item, _ in found]

    def full(self, raw: Any) -> list[Any]:
        """The leaves of a raw cotangent with the leaves' shapes and dtypes; refused where a leaf is no number."""
        found: list[tuple[Any, bool]] = []
        _spread(self.treedef, raw, False, found)
        for (item, _), leaf in zip(found, self.leaves):
            if leaf.cls is NoneType and not is_zero(item):
                raise Unsupported(
                    "a derivative flows into something that is no number (a function) and is returned from inside a "
                    "derivative; return numbers or arrays, or call the function there"
                )
        return [finish_leaf(item, leaf, lone) for (item, lone), leaf in zip(found, self.leaves)]

    def cotangent(self, ct: Any, where: str) -> Any:
        """The raw cotangent from what the user passes: checked, cast, and a copy."""
        cast = self._cast(ct, where, "cotangent", "result", DualadValueError)
        return self.raw([finish_leaf(0.0, leaf, False) if x is None else x for x, leaf in zip(cast, self.leaves)])

    def tangent(self, t: Any, where: str) -> Any:
        """The tangent from what the user passes: checked, cast, a copy; None where nothing moves."""
        return tree.unflatten(self.treedef, self._cast(t, where, "tangent", "primal", DualadTypeError))

    def _cast(self, given: Any, where: str, what: str, whose: str, error: type[DualadError]) -> list[Any]:
        """The leaves of a tangent or cotangent that the user passes, checked and cast."""
        try:
            found = tree.flatten_like(self.treedef, given, where)
        except DualadTypeError as seen:
            raise error(f"{seen}; a {what} has the structure of {_WHOSE[whose]}, {self.treedef}") from None
        names = tree.paths(self.treedef, where)
        return [cast_leaf(x, leaf, name, what, whose) for x, leaf, name in zip(found, self.leaves, names)]


_WHOSE = {"result": "the result", "primal": "its primal"}


def cast_leaf(x: Any, leaf: Leaf, where: str, what: str, whose: str) -> Any:
    """A tangent or cotangent of one leaf as a fresh value of the leaf's shape and dtype; None where it has none."""
    if leaf.cls is NoneType:
        if x is None or (type(x) is float and x == 0.0):
            return None
        raise DualadTypeError(f"{where}: the {whose} is no number, so its {what} is None, but it is {tree.describe(x)}")
    if x is None and leaf.exact:
        return None
    if storing:
        x = load(x)
    if is_dual(x):
        _check_leaf(leaf_of(x), x, leaf, where, what, whose)
        return x
    given = leaf_of(x)
    if given.cls is NoneType or (type(x) is not float and not tree.is_leaf(x)):
        raise DualadTypeError(f"{where}: the {what} should be {leaf}, like the {whose}, but it is {tree.describe(x)}")
    _check_leaf(given, x, leaf, where, what, whose)
    if leaf.cls is np.ndarray:
        return np.array(x, dtype=leaf.dtype)
    if leaf.cls is np.generic:
        return leaf.dtype.type(x if not isinstance(x, np.ndarray) else x[()])
    return leaf.cls(x)


def _check_leaf(given: Leaf, x: Any, leaf: Leaf, where: str, what: str, whose: str) -> None:
    if given.shape != leaf.shape:
        kind = DualadValueError
        raise kind(f"{where}: the {what} should have the {whose}'s shape {leaf.shape}, but it is {tree.describe(x)}")
    if given.dtype.kind == "c" and leaf.dtype.kind != "c":
        raise DualadTypeError(f"{where}: the {whose} is real, so its {what} is too, but it is {tree.describe(x)}")


def finish_leaf(raw: Any, leaf: Leaf, unshared: bool) -> Any:
    """The gradient of one leaf, as an object that nobody else holds."""
    cls = leaf.cls
    if cls is NoneType:
        return None
    if raw is None:
        raw = 0.0
    if storing:
        raw = load(raw)
    if is_dual(raw):
        return _finish_dual(raw, leaf)
    if cls is float or cls is complex:
        if type(raw) is cls:
            return raw
        if np.size(raw) != 1:
            raise _inconsistent(raw, leaf)
        value = np.asarray(raw).item()
        return cls(value.real if cls is float and isinstance(value, (complex, np.complexfloating)) else value)
    if type(raw) is float and raw == 0.0:
        return np.zeros(leaf.shape, leaf.dtype) if cls is np.ndarray else leaf.dtype.type(0.0)
    if np.shape(raw) != leaf.shape:
        raise _inconsistent(raw, leaf)
    if getattr(raw, "dtype", _FLOAT64).kind == "c" and leaf.dtype.kind != "c":
        raw, unshared = raw.real, False
    if cls is np.generic:
        return leaf.dtype.type(raw if not isinstance(raw, np.ndarray) else raw[()])
    if unshared and type(raw) is np.ndarray and raw.dtype == leaf.dtype and raw.base is None and raw.flags.writeable:
        return raw
    return np.array(raw, dtype=leaf.dtype)


def _finish_dual(raw: Any, leaf: Leaf) -> Any:
    given = leaf_of(raw)
    if given.shape != leaf.shape:
        raise _inconsistent(raw, leaf)
    if leaf.cls is np.ndarray and given.cls is np.ndarray and given.dtype != leaf.dtype:
        return raw.astype(leaf.dtype)
    return raw


def _inconsistent(raw: Any, leaf: Leaf) -> DualadError:
    return DualadError(
        f"internal error: the cotangent of {leaf} is {tree.describe(raw)}; this is a fault of dualad, please report it"
    )


def take(container: Any, key: Any) -> tuple[Any, bool]:
    """An item, and whether the container alone holds it (as far as the interpreter can tell: else False)."""
    item = container[key]
    lone = _references(item) == _LONE
    return item, lone


def _references_unknown(x: Any) -> int:
    return -2


_references = getattr(sys, "getrefcount", _references_unknown)
_LONE = -1


def _lone() -> int:
    """What `_references` says inside `take` of an item that only its container holds: depends on the interpreter."""
    container = [np.empty(0)]
    item = container[0]
    return _references(item)


_LONE = _lone()


def _spread(treedef: tree.TreeDef, raw: Any, unshared: bool, found: list[tuple[Any, bool]]) -> None:
    """What stands in the places of leaves, and whether nobody else holds it; `raw` may be a tree itself."""
    if treedef.kind == "leaf":
        found.append((raw, unshared))
        return
    if raw is None or (type(raw) is float and raw == 0.0):
        found.extend([(0.0, False)] * treedef.size)
        return
    by_key = isinstance(raw, dict)
    by_attribute = not by_key and treedef.kind in ("fields", "custom") and not isinstance(raw, (list, tuple))
    for i, child in enumerate(treedef.children):
        if not child.size:
            continue
        key = treedef.keys[i] if by_key or by_attribute else i
        if key is None:
            raise DualadTypeError(
                f"register_tree({treedef.type.__name__}): child {i} that flatten gives is no attribute of the object, "
                "so its gradient cannot be told; let flatten give the values of attributes"
            )
        if by_attribute:
            part, lone = getattr(raw, str(key)), False
        elif by_key and key not in raw:
            part, lone = 0.0, False
        else:
            part, lone = take(raw, key)
        _spread(child, part, unshared and lone, found)


def _gather(treedef: tree.TreeDef, leaves: Any) -> Any:
    """A raw cotangent of given leaves: lists for sequences, dicts for mappings and for objects by attribute."""
    if treedef.kind == "leaf":
        return next(leaves)
    if treedef.kind == "none":
        return 0.0
    parts = [_gather(child, leaves) for child in treedef.children]
    if treedef.kind in ("list", "tuple", "named"):
        return parts
    return {key: part for key, part in zip(treedef.keys, parts) if key is not None}


def raw(value: Any) -> Any:
    """A gradient as a raw cotangent: None becomes zero, containers become lists and dicts."""
    leaves, treedef = tree.flatten(value)
    return _gather(treedef, iter(leaves))


def loaded(x: Any) -> Any:
    """A tree whose arrays that dual numbers were stored into, if any, are dual numbers themselves."""
    return tree.map(load, x) if storing else x


def own(result: Any, unshared: bool = False) -> Any:
    """A result whose arrays nobody else holds: those that somebody may hold, or that are views, are copied."""
    result = loaded(result)
    if is_dual(result):
        return result
    if isinstance(result, np.ndarray):
        return result if unshared and result.base is None else result.copy(order="K")
    treedef = tree.structure(result)
    if treedef is tree.LEAF:
        return result
    found: list[tuple[Any, bool]] = []
    _spread(treedef, result, unshared, found)
    if all(lone and x.base is None for x, lone in found if is_array(x)):
        return result
    return tree.unflatten(treedef, [own(x, lone) for x, lone in found])


def snapshot(x: Any) -> Any:
    """A tree whose arrays are copies, for what is run again later."""
    return tree.map(_copied, loaded(x))


def _copied(leaf: Any) -> Any:
    if is_dual(leaf):
        return leaf.copy() if isinstance(root(leaf), np.ndarray) else leaf
    return copy_alike(leaf) if is_array(leaf) else leaf


def is_zero(raw: Any) -> bool:
    """Whether a raw cotangent is the zero of anything."""
    return raw is None or (type(raw) is float and raw == 0.0)


def plus(a: Any, b: Any) -> Any:
    """The sum of two raw cotangents."""
    if is_zero(a):
        return b
    if is_zero(b):
        return a
    if isinstance(a, dict):
        return {key: plus(a.get(key, 0.0), b.get(key, 0.0)) for key in {**a, **b}}
    if isinstance(a, (list, tuple)):
        return [plus(x, y) for x, y in zip(a, b)]
    return load(a) + load(b)  # the cotangent of a captured array may be one that dual numbers were stored into
