"""Kinds: what is known of a value when a function is transformed.

A kind is a Python scalar, a NumPy scalar or array of a dtype with each dimension known to be 1, known not to be 1, or
unknown, a container of kinds, an object known by its identity (a function, a module), or anything at all.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import chance, registry
from dualad.analysis import plain_classes
from dualad.analysis.inplace import changing_methods
from dualad.anew import is_anew, model_of
from dualad.classes import takes_part
from dualad.records import record

LITERALS = (bool, int, float, complex, str, type(None))
"""Classes of what a literal gives."""

PYTHON_NUMBERS = {bool: "bool", int: "int", float: "float", complex: "complex"}
NUMBER_TAGS = frozenset({"bool", "int", "float", "complex", "npscalar", "scalar"})
IMMUTABLE_TAGS = NUMBER_TAGS | {"str", "none", "object", "range", "slice", "bottom", "derivative"}


@record(frozen=True, slots=True, eq=False)
class Kind:
    """What is known of a value.

    tag         rest
    "bool", "int", "float", "complex"   Python's; an int that is known to be a dimension has its symbol as `value`
    "scalar"    some number of rank 0, of Python or NumPy; with `value` "real" one that `is_real`
    "npscalar"  `dtype` (None: unknown)
    "array"     `dtype` (None: unknown), `dims`: per dimension 1, or a symbol; symbols that start with "?" may be 1 too
    "tuple"     `items`; `value`: the NamedTuple class, or None for a plain tuple
    "ntuple"    a tuple of unknown length that holds nothing active or mutable: `items`: one kind for them all
    "list"      `items`: kinds of the items one by one, or with `value` "many" one kind for them all
    "dict"      `value`: keys, `items`: kinds; `value` None: unknown keys, one kind
    "fields"    a dataclass instance: `value`: (class, names), `items`
    "own"       an object of a class (`value`) that has operators, items or changing properties of its own
    "object"    `value`: a function, module, class or None-like object, known by identity
    "derivative"  what `grad` and the like make of functions that hold nothing active
    "ours"      a callable that dualad made (`grad(f)`, a pullback): calling it stores into nothing
                Of both, `value`: positions, if it gives the gradient in the argument there, or a tuple of gradients
    "slice"     `items`: none, or one kind that its parts may be of, of which some may be active; `value`: WHOLE, or
                the dimension, not 1, up to whose length it goes from the start, or None
    "any"       with `value` an `Instance`: an object of a plain class, of which more may be known
    "iter"      what gives items of one kind (`items`); `value` "keys": the keys of a dict
    "str", "none", "range", "bottom" (no value yet)
    """

    tag: str
    dtype: Any = None
    dims: tuple[Any, ...] = ()
    items: tuple[Kind, ...] = ()
    value: Any = None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Kind) or self.tag != other.tag:
            return False
        if self.tag == "object":  # which may be anything, also what cannot be hashed or compared
            return self.value is other.value
        same = same_dtype(self.dtype, other.dtype) and self.dims == other.dims and self.items == other.items
        return same and self.value == other.value

    def __hash__(self) -> int:
        known = id(self.value) if self.tag == "object" else self.value
        return hash((self.tag, self.dtype, self.dims, self.items, known))

    @property
    def rank(self) -> int | None:
        """Number of dimensions, if it is known and the kind is a number's or an array's."""
        if self.tag == "array":
            return len(self.dims)
        return 0 if self.tag in NUMBER_TAGS else None

    @property
    def is_number(self) -> bool:
        return self.tag in NUMBER_TAGS

    @property
    def maybe_complex(self) -> bool:
        """Whether it is not known to be free of complex numbers."""
        if self.tag in ("array", "npscalar"):
            return self.dtype is None or self.dtype.kind == "c"
        return self.tag not in ("bool", "int", "float") and self != REAL

    @property
    def is_complex(self) -> bool:
        """Whether it is known to be complex."""
        return self.tag == "complex" or (self.dtype is not None and self.dtype.kind == "c")

    @property
    def is_real(self) -> bool:
        """Whether it is known to be a real number that makes no array of float64 one of another dtype."""
        if self.tag == "npscalar":
            return self.dtype is not None and self.dtype.kind in "biuf" and self.dtype.itemsize <= 8
        return self.tag in ("bool", "int", "float") or self == REAL

    @property
    def maybe_integers(self) -> bool:
        """Whether it may be an array (or a number of NumPy's) of integers or truth values."""
        if self.tag in ("array", "npscalar"):
            return self.dtype is None or self.dtype.kind in "biu"
        return self.tag == "any"

    @property
    def may_hold_integers(self) -> bool:
        """Whether it may be an integer that a derivative is taken in, or hold one."""
        if self.items:
            return any(item.may_hold_integers for item in self.items)
        return self.exact or self.maybe_integers or self.tag == "scalar"

    @property
    def exact(self) -> bool:
        """Whether it is known to be of integers or truth values."""
        return self.tag in ("int", "bool") or (self.dtype is not None and self.dtype.kind in "biu")

    @property
    def inexact(self) -> bool:
        """Whether it is known to be of floats or complex numbers."""
        return self.tag in ("float", "complex") or (self.dtype is not None and self.dtype.kind in "fc")

    @property
    def inactive(self) -> bool:
        """Whether a value of this kind can carry no derivative."""
        if self.tag in ("array", "npscalar"):
            return self.dtype is not None and self.dtype.kind not in "fcO"
        if self.tag == "dict" and self.value is None:
            return False  # its keys may be numbers
        if self.tag in ("tuple", "ntuple", "list", "dict", "fields", "slice") and (self.items or self.tag != "list"):
            return all(item.inactive for item in self.items)
        if self.tag == "iter":
            return self.value == "keys" and self.items[0].inactive
        return self.tag in ("bool", "int", "str", "none", "object", "range", "derivative")

    @property
    def immutable(self) -> bool:
        """Whether no store can reach a value of this kind."""
        if self.tag in ("tuple", "ntuple"):
            return all(item.immutable for item in self.items)
        return self.tag in IMMUTABLE_TAGS or (self.tag == "object" and _holds_nothing(self.value))


@record(frozen=True, slots=True)
class Instance:
    """An object of just this class, and of its attributes those that are numbers, texts and arrays.

    The class is a plain one, or NumPy's random generator. `held`: the names of all that it holds itself, which come
    before what its class has; None for one in slots.
    """

    cls: type
    held: frozenset[str] | None = None
    names: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


def class_of(kind: Kind) -> Any:
    """The class of an object that is known to be of just this class, a plain one; None where it is not."""
    if kind.tag == "any" and kind.value is not None:
        return kind.value.cls
    return kind.value[0] if kind.tag == "fields" and plain_classes.is_plain(kind.value[0]) else None


def class_with(kind: Kind, name: str) -> Any:
    """`class_of`, where a name means what the class has for it: the object holds nothing under the name."""
    cls = class_of(kind)
    if cls is None:
        return None
    held = kind.value.held or () if kind.tag == "any" else kind.value[1]
    return None if name in held else cls


ANY, DERIVATIVE, OURS = Kind("any"), Kind("derivative"), Kind("ours")
BOTTOM = Kind("bottom")
INT, FLOAT, COMPLEX, BOOL = Kind("int"), Kind("float"), Kind("complex"), Kind("bool")
STR, NONE, SLICE, RANGE, SCALAR = Kind("str"), Kind("none"), Kind("slice"), Kind("range"), Kind("scalar")
REAL = Kind("scalar", value="real")
WHOLE = "whole"
FLOAT64 = np.dtype("float64")
OF_NUMPY = (np.ufunc, type(np.sum))
PLAIN_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type, *OF_NUMPY)


def _holds_nothing(value: Any) -> bool:
    """Whether it is a function of NumPy's or of a module in C: no Python function, no method of an object."""
    if type(value) is types.BuiltinFunctionType:
        return value.__self__ is None or isinstance(value.__self__, types.ModuleType)
    return type(value) in OF_NUMPY


def same_dtype(a: Any, b: Any) -> bool:
    """Whether two dtypes, None where nothing is known, are the same (NumPy says that None equals float64)."""
    return a is b or (a is not None and b is not None and bool(a == b))


def known_object(value: Any) -> Kind:
    """The kind of something known by its identity."""
    return Kind("object", value=value)


def is_double(kind: Kind) -> bool:
    """Whether it is known to be of float64 (NumPy says that None, of what nothing is known, equals that)."""
    return same_dtype(kind.dtype, FLOAT64)


def array(dtype: Any, dims: tuple[Any, ...]) -> Kind:
    if dtype is not None and dtype.kind not in "biufc":
        return ANY  # of records, objects or texts: it is looked at as it runs
    return Kind("array", dtype=dtype, dims=dims)


def slice_of(parts: list[Kind]) -> Kind:
    """The kind of a slice from its parts; nothing yet while nothing is known of one."""
    if any(part.tag == "bottom" for part in parts):
        return BOTTOM
    if not all(part.inactive for part in parts):
        return Kind("slice", items=(ANY,))
    if len(parts) == 3 and parts[0] == parts[2] == NONE:
        stop = parts[1]
        if stop == NONE:
            return Kind("slice", value=WHOLE)
        if stop.tag == "int" and stop.value is not None and not maybe_one(stop.value) and stop.value != 1:
            return Kind("slice", value=stop.value)
    return SLICE


def numbers(dtype: Any, dims: tuple[Any, ...]) -> Kind:
    """An array, or a number of NumPy's where it has no dimensions."""
    return array(dtype, dims) if dims else Kind("npscalar", dtype=dtype)


def holds_reals(kind: Kind) -> bool:
    """Whether it is known what a list or tuple holds: real numbers."""
    return kind.tag in ("list", "tuple") and bool(kind.items) and all([k.is_number and k.is_real for k in kind.items])


def many(item: Kind) -> Kind:
    """The kind of lists whose items are all of one kind."""
    return Kind("list", items=(item,), value="many")


def some_of(item: Kind) -> Kind:
    """The kind of tuples of unknown length whose items are all of one kind."""
    item = anonymous(item)
    known = item.inactive and item.immutable and item.tag != "object"
    return Kind("ntuple", items=(item,)) if known else ANY


def of(value: Any, path: str = "x", depth: int = 0) -> Kind:
    """The kind of a value, dimensions named after `path`."""
    cls = type(value)
    if cls in PYTHON_NUMBERS:
        return Kind(PYTHON_NUMBERS[cls])
    if cls is np.ndarray:
        if value.dtype.kind not in "biufc":
            return ANY
        return array(value.dtype, tuple(1 if n == 1 else f"{path}.{i}" for i, n in enumerate(value.shape)))
    if cls is str:
        return STR
    if value is None:
        return NONE
    if isinstance(value, np.generic):
        return Kind("npscalar", dtype=value.dtype) if value.dtype.kind in "biufc" else ANY
    if hasattr(cls, "__dualad_dual__"):
        return of(primal(value), path, depth)
    if hasattr(cls, "__dualad_vjp__"):
        return Kind("ours", value=getattr(value, "gradient_in", None))
    if depth > 4:
        return ANY
    if is_anew(value):
        return ANY
    if isinstance(value, PLAIN_FUNCTIONS) or hasattr(cls, "__dualad_vjp__"):
        return known_object(value)
    if cls is range:
        return RANGE
    if cls is slice:
        return SLICE
    if chance.is_numpys(cls):
        return Kind("any", value=Instance(cls))
    return _container(value, cls, path, depth)


def primal(value: Any) -> Any:
    """The plain number or array below a dual number."""
    while hasattr(type(value), "__dualad_dual__"):
        value = value.value
    return value


def _container(value: Any, cls: type, path: str, depth: int) -> Kind:
    if is_anew(cls):
        model = model_of(cls)
        return ANY if model is None or issubclass(cls, tuple) else Kind("own", value=model)
    if cls is tuple or (isinstance(value, tuple) and hasattr(cls, "_fields")):
        items = tuple(of(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value))
        return Kind("tuple", items=items, value=None if cls is tuple else cls) if len(items) <= 32 else ANY
    if cls is list and value:
        if len(value) > 16:
            first = {anonymous(of(v, f"{path}[]", depth + 1)) for v in value}
            return many(first.pop()) if len(first) == 1 else ANY
        return Kind("list", items=tuple(of(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)))
    if cls is dict and all(map(_is_plain_key, value)) and len(value) <= 32:
        items = tuple(of(v, f"{path}[{k!r}]", depth + 1) for k, v in value.items())
        return Kind("dict", items=items, value=tuple(value))
    names = getattr(cls, "__dataclass_fields__", None)
    if names is not None and "__slots__" not in vars(cls) and set(names) == set(vars(value)):
        inside = (of(getattr(value, n), f"{path}.{n}", depth + 1) for n in names)
        # A tree's nodes hold nodes: a variant for each shape of tree would be emitted, and serve that shape alone.
        items = tuple(ANY if kind.tag == "fields" and kind.value[0] is cls else kind for kind in inside)
        return Kind("fields", items=items, value=(cls, tuple(names)))
    if registry.is_owner(value):
        return known_object(value)
    if is_own(cls) and not isinstance(value, np.ndarray):
        return Kind("own", value=cls)
    return _instance(value, cls, path) if plain_classes.is_plain(cls) else ANY


def _is_plain_key(key: Any) -> bool:
    """Whether a key is text or a whole number, or a tuple of such; what `id` gives is another number each time."""
    if type(key) is int:
        return -LARGE < key < LARGE
    return all(map(_is_plain_key, key)) if type(key) is tuple else type(key) is str


LARGE = 2**31


ATTRIBUTES = 16  # more of them are not looked at


def _instance(value: Any, cls: type, path: str) -> Kind:
    """The kind of an object of a plain class, with what is known of its attributes."""
    if cls.__dictoffset__ == 0:
        return Kind("any", value=Instance(cls))
    held = getattr(value, "__dict__", None)
    if type(held) is not dict or len(held) > ATTRIBUTES:
        return ANY
    found = {}
    for name, part in held.items():
        told = type(part) is not cls and not plain_classes.is_plain(type(part))  # objects may hold each other
        told = told and plain_classes.means(cls, name) == plain_classes.FIELD
        kind = anonymous(of(part, path, 4)) if told else ANY
        if kind.is_number or kind.tag in ("array", "str", "none"):
            found[name] = kind
    return Kind("any", value=Instance(cls, frozenset(held), tuple(found), tuple(found.values())))


SOON_TOLD = 16  # items of containers that a guard looks at


def is_soon_told(kind: Kind) -> bool:
    """Whether a guard can tell in no time that something is a number, an array, a text, or a container of a few.

    A dataclass's object is such a container, and what it holds may be functions.
    """
    return 0 <= _parts(kind) <= SOON_TOLD


def _parts(kind: Kind) -> int:
    """How many numbers, arrays, texts and functions there are; fewer than none if there is something else."""
    if kind.is_number or kind.tag in ("array", "str", "none", "object"):
        return 1
    if kind.tag not in ("tuple", "list", "dict", "fields") or kind.value == "many" or not kind.items:
        return -1
    counts = [_parts(item) for item in kind.items]
    return -1 if -1 in counts or sum(counts) > SOON_TOLD else sum(counts)


def is_own(cls: type) -> bool:
    """Whether what objects of a class do in expressions, or as attributes of them are read, is seen as it runs."""
    return takes_part(cls) or bool(changing_methods(cls))


def anonymous(kind: Kind) -> Kind:
    """The kind with every dimension that is not known to be 1 unknown: what several values have in common."""
    if kind.tag == "array":
        return array(kind.dtype, tuple("?" for _ in kind.dims))
    if kind.tag == "int":
        return INT
    if kind.tag == "slice" and not kind.items:
        return SLICE
    if kind.items:
        return Kind(kind.tag, items=tuple(anonymous(k) for k in kind.items), value=kind.value)
    return kind


def lasting(kind: Kind) -> Kind:
    """The kind of what is put into a list: lengths of arguments stay, for they are what they are all along."""
    if kind.tag == "array":
        return array(kind.dtype, tuple(["?" if maybe_one(d) else d for d in kind.dims]))
    return anonymous(kind)


def named(kind: Kind, number: int) -> Kind:
    """An array's kind with a name for each dimension of which nothing is known: it is the same wherever that is met.

    `number` tells what makes the array, which must be once in a run of the function. The names mean nothing elsewhere.
    """
    if kind.tag != "array" or "?" not in kind.dims:
        return kind
    return array(kind.dtype, tuple([f"?@{number}.{i};" if d == "?" else d for i, d in enumerate(kind.dims)]))


class Renaming:
    """What a caller calls its dimensions, and what a callee does, for one call."""

    LOCAL = re.compile(r"\?@[\d.]+;|\?<\d+>")

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def into(self, kind: Kind) -> Kind:
        """The kind of an argument as the callee has it."""
        return _renamed(kind, lambda dim: self.LOCAL.sub(self._argument, dim))

    def _argument(self, found: re.Match[str]) -> str:
        return self.names.setdefault(found[0], f"?<{len(self.names)}>")

    def back(self, kind: Kind) -> Kind:
        """The kind of the result as the caller has it."""
        known = {theirs: ours for ours, theirs in self.names.items()}

        def ours(dim: str) -> str:
            if any(name not in known for name in self.LOCAL.findall(dim)):
                return "?"
            return self.LOCAL.sub(lambda found: known[found[0]], dim)

        return _renamed(kind, ours)


def _renamed(kind: Kind, change: Callable[[str], str]) -> Kind:
    """The kind with other names for dimensions that may be 1."""
    if kind.tag == "array":
        if not any(maybe_one(d) for d in kind.dims):
            return kind
        return array(kind.dtype, tuple([change(d) if maybe_one(d) else d for d in kind.dims]))
    if kind.tag == "int":
        return length(change(kind.value)) if maybe_one(kind.value) else kind
    if not kind.items:
        return kind
    items = tuple([_renamed(item, change) for item in kind.items])
    return Kind(kind.tag, kind.dtype, kind.dims, items, kind.value)


def holds_values(value: Any) -> bool:
    """Whether a function may hold active values: variables that it has captured, or default values."""
    return any([getattr(value, name, None) for name in ("__closure__", "__defaults__", "__kwdefaults__")])


def objects(kind: Kind) -> Iterator[Any]:
    """The functions, classes and the like that are known by their identity."""
    if kind.tag in ("object", "own"):
        yield kind.value
    elif kind.tag == "any" and kind.value is not None:
        yield kind.value.cls
    elif kind.tag == "fields":
        yield kind.value[0]
    for item in kind.items:
        yield from objects(item)


def is_settled(kind: Kind) -> bool:
    """Whether so much is known of a value as looking at it would tell."""
    if kind.tag in ("array", "npscalar"):
        return kind.dtype is not None and not any(maybe_one(d) for d in kind.dims)
    if kind.tag == "object":
        return not holds_values(kind.value)
    if kind.tag in ("tuple", "ntuple", "list", "dict", "fields"):
        return (bool(kind.items) or kind.tag == "tuple") and all(is_settled(item) for item in kind.items)
    if kind.tag == "slice":
        return not kind.items
    return kind.tag in ("bool", "int", "float", "complex", "str", "none", "range")


def renamed(kind: Kind, path: str) -> Kind:
    """The kind with dimensions named after `path`, as if nothing were known of how they compare with one another."""
    if kind.tag == "array":
        dims = tuple(d if d == 1 or maybe_one(d) else f"{path}.{i}" for i, d in enumerate(kind.dims))
        return array(kind.dtype, dims)
    if kind.tag == "int":
        return INT
    items = tuple(renamed(item, f"{path}[{i}]") for i, item in enumerate(kind.items))
    return Kind(kind.tag, kind.dtype, kind.dims, items, kind.value) if items else kind


def length(dim: Any) -> Kind:
    """The kind of the int that says how long a dimension is."""
    return INT if dim == "?" else Kind("int", value=dim)


def same_dim(a: Any, b: Any) -> bool:
    """Whether two dimensions are known to be equal (of arrays that broadcast with one another)."""
    if a == b:
        return a != "?"
    return a != 1 and b != 1 and not maybe_one(a) and not maybe_one(b)


def maybe_one(dim: Any) -> bool:
    return isinstance(dim, str) and dim.startswith("?")


def join(a: Kind, b: Kind) -> Kind:
    """The least kind that covers both."""
    if a == b or b.tag == "bottom":
        return a
    if a.tag == "bottom":
        return b
    if a.tag == b.tag == "array" and len(a.dims) == len(b.dims):
        dims = tuple(x if x == y and x != "?" else "?" for x, y in zip(a.dims, b.dims, strict=True))
        return array(a.dtype if same_dtype(a.dtype, b.dtype) else None, dims)
    if a.tag == b.tag == "npscalar":
        return Kind("npscalar", dtype=a.dtype if same_dtype(a.dtype, b.dtype) else None)
    if a.tag == b.tag == "int":
        return INT
    if a.tag == b.tag == "slice":
        return Kind("slice", items=a.items or b.items)
    if a.is_number and b.is_number:
        return REAL if a.is_real and b.is_real else SCALAR
    if a.tag == b.tag and a.tag in ("tuple", "list", "dict", "fields", "iter"):
        if a.value == b.value and len(a.items) == len(b.items):
            return Kind(a.tag, items=tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True)), value=a.value)
        if a.tag == "list":
            return many(join(list_item(a), list_item(b)))
    if a.tag == b.tag and a.tag in ("derivative", "ours"):
        return Kind(a.tag)
    if a.tag == b.tag == "any" and a.value is not None and b.value is not None and a.value.cls is b.value.cls:
        return Kind("any", value=Instance(a.value.cls))
    if is_plain_tuple(a) and is_plain_tuple(b):
        return some_of(join(list_item(a), list_item(b)))
    return ANY


def is_plain_tuple(kind: Kind) -> bool:
    """Whether it is a tuple, of no class of its own."""
    return kind.tag == "ntuple" or (kind.tag == "tuple" and kind.value is None)


def list_item(kind: Kind) -> Kind:
    """The kind that covers all items of a list or tuple."""
    found = BOTTOM
    for item in kind.items:
        found = join(found, item)
    return found


def broadcast(dims: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Dimensions of arrays broadcast together."""
    rank = max(len(d) for d in dims)
    padded = [(1,) * (rank - len(d)) + d for d in dims]
    return tuple(_broadcast_dim(column) for column in zip(*padded, strict=True))


def _broadcast_dim(column: tuple[Any, ...]) -> Any:
    found: Any = 1
    for dim in column:
        if found == 1 or (maybe_one(found) and dim != 1 and not maybe_one(dim)):
            found = dim
        elif dim == 1 or not maybe_one(found) or not maybe_one(dim) or (dim == found and dim != "?"):
            continue
        else:
            found = "?"
    return found
