"""Containers of numbers: how transforms see arguments and results.

A *tree* is a number, an array, or a container of trees: a list, tuple, dict, named tuple, dataclass (by its fields),
or an instance of a class given to `register_tree`. `None` is a tree without leaves; anything else is a *leaf*. Dicts
keep their own order, and two dicts match when their keys are equal, whatever the order.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from dualad.errors import DualadTypeError, DualadValueError

C = TypeVar("C", bound=type)
Flatten = Callable[[Any], tuple[Iterable[Any], Any]]
Unflatten = Callable[[Any, Iterable[Any]], Any]
Attribute = Callable[[Any], Any]

_registered: dict[type, tuple[Flatten, Unflatten]] = {}


class TreeDef:
    """The structure of a tree: what remains when its leaves are taken out.

    Attributes:
        kind: "leaf", "none", "list", "tuple", "named" (named tuple), "dict", "fields" (dataclass) or "custom".
        type: the container's class (of a leaf: `object`).
        keys: labels of the children: positions, field names or dict keys; of a registered class the names of the
            attributes that the children are (None where a child is no attribute).
        children: structures of the parts.
        meta: what else rebuilding takes: an empty container of a class derived from list or dict, auxiliary data, the
            attributes of a dataclass that are no fields, or of a named tuple (None for none).
    """

    __slots__ = ("children", "keys", "kind", "meta", "size", "type")

    def __init__(self, kind: str, cls: type, keys: tuple[Any, ...], children: tuple[TreeDef, ...], meta: Any) -> None:
        self.kind = kind
        self.type = cls
        self.keys = keys
        self.children = children
        self.meta = meta
        self.size: int = 1 if kind == "leaf" else sum(child.size for child in children)

    def __eq__(self, other: object) -> bool:
        """Equal structures have their leaves in the same order (so dicts of equal keys in another order differ)."""
        if not isinstance(other, TreeDef):
            return NotImplemented
        if self is other:
            return True
        same = self.kind == other.kind and self.type is other.type and self.keys == other.keys
        if same and self.kind == "custom":
            same = bool(self.meta == other.meta)
        return same and self.children == other.children

    def __hash__(self) -> int:
        return hash((self.kind, self.type, len(self.children), self.size))

    def __repr__(self) -> str:
        return f"TreeDef({self})"

    def __str__(self) -> str:
        """The structure with `*` for leaves: `{'w': *, 'b': [*, *]}`."""
        parts = [str(child) for child in self.children]
        match self.kind:
            case "leaf":
                return "*"
            case "none":
                return "None"
            case "list":
                return f"[{', '.join(parts)}]"
            case "tuple":
                return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            case "dict":
                return "{" + ", ".join(f"{key!r}: {part}" for key, part in zip(self.keys, parts)) + "}"
            case "custom":
                return f"{self.type.__name__}({', '.join(parts)})"
        return f"{self.type.__name__}({', '.join(f'{key}={part}' for key, part in zip(self.keys, parts))})"

    def label(self, i: int) -> str:
        """How child `i` is reached from the container: `[2]`, `['w']`, `.bias`."""
        key = self.keys[i]
        if self.kind in ("fields", "named") or (self.kind == "custom" and key is not None):
            return f".{key}"
        return f"[{i}]" if self.kind == "custom" else f"[{key!r}]"


LEAF = TreeDef("leaf", object, (), (), None)
NONE = TreeDef("none", type(None), (), (), None)


def register_tree(cls: C, flatten: Flatten, unflatten: Unflatten) -> C:
    """Make instances of `cls` (exactly, not of classes derived from it) containers, as lists and dicts are.

    Args:
        cls: the class. Dataclasses and named tuples need no registration.
        flatten: takes an instance, gives `(children, aux)`: a sequence of trees, each the value of one of the
            instance's attributes, and data that is no number (compared with `==` where two structures are compared).
        unflatten: takes `aux` and the children, gives an instance. It is also called with gradients for children.

    Returns:
        The class.

    Raises:
        DualadTypeError: `cls` is no class, or one of the two is no function.
        DualadValueError: the class is a container already.

    Example:
        >>> import dualad
        >>> class Line:
        ...     def __init__(self, slope, offset):
        ...         self.slope, self.offset = slope, offset
        >>> _ = dualad.register_tree(Line, lambda l: ((l.slope, l.offset), None), lambda aux, parts: Line(*parts))
        >>> dualad.tree.flatten(Line(2.0, 1.0))[0]
        [2.0, 1.0]
    """
    if not isinstance(cls, type):
        raise DualadTypeError(f"register_tree takes a class, then two functions; the first argument is {cls!r}")
    for name, function in (("flatten", flatten), ("unflatten", unflatten)):
        if not callable(function):
            raise DualadTypeError(f"register_tree({cls.__name__}): {name} must be a function, not {function!r}")
    if cls in _registered:
        raise DualadValueError(f"{cls.__name__} is registered already; a second registration would hide the first")
    if cls in (list, tuple, dict, type(None)):
        raise DualadValueError(f"{cls.__name__} is a container already")
    _registered[cls] = (flatten, unflatten)
    return cls


def flatten(tree: Any) -> tuple[list[Any], TreeDef]:
    """The leaves of a tree, in order, and its structure."""
    leaves: list[Any] = []
    return leaves, _flatten(tree, leaves)


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree, in order."""
    return flatten(tree)[0]


def structure(tree: Any) -> TreeDef:
    """The structure of a tree."""
    return flatten(tree)[1]


def unflatten(treedef: TreeDef, leaves: Iterable[Any], attribute: Attribute | None = None) -> Any:
    """A tree of the given structure and leaves.

    Dataclasses in it have their fields alone; with `attribute`, also what it makes of the other attributes that the
    flattened ones had.
    """
    given = list(leaves)
    if len(given) != treedef.size:
        raise DualadValueError(f"the structure {treedef} has {treedef.size} leaves, but {len(given)} were given")
    return _unflatten(treedef, iter(given), attribute)


def map(fn: Callable[..., Any], tree: Any, *trees: Any) -> Any:  # noqa: A001 - the name that people know
    """`fn` of each leaf of `tree`, and of what stands in its place in the other trees; the results in tree's structure.

    Example:
        >>> from dualad import tree
        >>> tree.map(lambda w, g: w - 0.1 * g, {"w": 1.0, "b": [2.0]}, {"b": [10.0], "w": 5.0})
        {'w': 0.5, 'b': [1.0]}
    """
    first, treedef = flatten(tree)
    columns = [flatten_like(treedef, other) for other in trees]
    return _unflatten(treedef, iter([fn(*row) for row in zip(first, *columns)]))


def flatten_like(treedef: TreeDef, tree: Any, where: str = "tree") -> list[Any]:
    """What stands in `tree` in the places of treedef's leaves, in treedef's order.

    What stands in the place of a leaf may be anything; containers above must match.

    Raises:
        DualadTypeError: the containers differ; the message names the place, which starts with `where`.
    """
    found: list[Any] = []
    _match(treedef, tree, where, found)
    return found


def same_structure(a: Any, b: Any) -> bool:
    """Whether two trees have their leaves in the same places (the order of a dict does not matter)."""
    treedef = structure(a)
    try:
        found = flatten_like(treedef, b)
    except DualadTypeError:
        return False
    return all(structure(part) is LEAF for part in found)


def paths(treedef: TreeDef, where: str = "") -> list[str]:
    """Where each leaf is, in order: `args[0]['w'][2]` for `where="args[0]"`."""
    return list(_paths(treedef, where))


def is_leaf(x: Any) -> bool:
    """Whether `x` is a leaf: no container, and not None."""
    return _kind(x) == "leaf"


def _kind(x: Any) -> str:
    cls = type(x)
    if cls in (float, int):
        return "leaf"
    if cls in _registered:
        return "custom"
    if x is None:
        return "none"
    if isinstance(x, dict):
        return "dict"
    if isinstance(x, list):
        return "list"
    if isinstance(x, tuple):
        if cls is tuple:
            return "tuple"
        return "named" if isinstance(getattr(cls, "_fields", None), tuple) else "leaf"
    if hasattr(cls, "__dataclass_fields__"):
        return "fields"
    return "leaf"


def _flatten(x: Any, leaves: list[Any]) -> TreeDef:
    kind = _kind(x)
    if kind == "leaf":
        leaves.append(x)
        return LEAF
    if kind == "none":
        return NONE
    keys, parts, meta = _open(kind, x)
    return TreeDef(kind, type(x), keys, tuple([_flatten(part, leaves) for part in parts]), meta)


def _open(kind: str, x: Any) -> tuple[tuple[Any, ...], list[Any], Any]:
    """Keys, parts and further data of a container."""
    cls = type(x)
    match kind:
        case "dict":
            meta = None if cls is dict else _emptied(x)
            return tuple(x), list(x.values()), meta
        case "list":
            return tuple(range(len(x))), list(x), None if cls is list else _emptied(x)
        case "tuple":
            return tuple(range(len(x))), list(x), None
        case "named":
            return cls._fields, list(x), getattr(x, "__dict__", None) or None
        case "fields":
            names = tuple(f.name for f in dataclasses.fields(x) if hasattr(x, f.name))
            others = {k: v for k, v in getattr(x, "__dict__", {}).items() if k not in names}
            return names, [getattr(x, name) for name in names], others or None
    parts, aux = _registered[cls][0](x)
    parts = list(parts)
    return _attributes(x, parts), parts, aux


def _emptied(x: Any) -> Any:
    """A copy of a container of a class derived from list or dict (`defaultdict`), without its items."""
    empty = copy.copy(x)
    empty.clear()
    return empty


def _attributes(x: Any, parts: list[Any]) -> tuple[str | None, ...]:
    """The names of the attributes that the parts of a registered object are; None for a part that is no attribute."""
    held = attributes(x)
    names: dict[int, list[str]] = {}
    for name, value in held.items():
        names.setdefault(id(value), []).append(name)
    found = [names.get(id(part), []) for part in parts]
    if all(len(candidates) <= 1 for candidates in found):
        return tuple(candidates[0] if candidates else None for candidates in found)
    # Attributes that hold one object (`Line(1.0, 1.0)`): flatten a copy in which each holds an object of its own.
    probe = object.__new__(type(x))
    marks = {name: object() for candidates in found for name in candidates}
    for name, value in held.items():
        object.__setattr__(probe, name, marks.get(name, value))
    labels = {id(mark): name for name, mark in marks.items()}
    return tuple(labels.get(id(part)) for part in _registered[type(x)][0](probe)[0])


def attributes(x: Any) -> dict[str, Any]:
    """The attributes that an object itself holds, in `__dict__` or slots."""
    found = dict(getattr(x, "__dict__", {}))
    for cls in type(x).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(x, name):
                found[name] = getattr(x, name)
    return found


def _unflatten(treedef: TreeDef, leaves: Iterator[Any], attribute: Attribute | None = None) -> Any:
    if treedef.kind == "leaf":
        return next(leaves)
    if treedef.kind == "none":
        return None
    made = rebuild(treedef, [_unflatten(child, leaves, attribute) for child in treedef.children])
    if attribute is not None and treedef.kind == "fields" and treedef.meta is not None:
        for name, value in treedef.meta.items():
            object.__setattr__(made, name, attribute(value))
    return made


def rebuild(treedef: TreeDef, parts: list[Any]) -> Any:
    """A container like the one that `treedef` is of, holding `parts`."""
    cls = treedef.type
    match treedef.kind:
        case "list":
            return parts if treedef.meta is None else _filled(treedef, parts)
        case "tuple":
            return tuple(parts)
        case "dict":
            return dict(zip(treedef.keys, parts)) if treedef.meta is None else _filled(treedef, parts)
        case "named":
            return cls(*parts) if treedef.meta is None else _with_attributes(cls, parts, treedef.meta)
        case "fields":
            # Without __init__: a gradient need not satisfy what __post_init__ asks of parameters.
            made: Any = object.__new__(cls)
            for name, part in zip(treedef.keys, parts):
                object.__setattr__(made, name, part)
            return made
    return _registered[cls][1](treedef.meta, parts)


def _with_attributes(cls: Any, parts: list[Any], attributes: dict[str, Any]) -> Any:
    """A named tuple of a class that holds more than its items, such as SciPy's results, and takes that to be made."""
    made = tuple.__new__(cls, parts)
    made.__dict__.update(attributes)
    return made


def _filled(treedef: TreeDef, parts: list[Any]) -> Any:
    made = copy.copy(treedef.meta)
    if treedef.kind == "list":
        made.extend(parts)
    else:
        for key, part in zip(treedef.keys, parts):
            made[key] = part
    return made


def _match(treedef: TreeDef, x: Any, where: str, found: list[Any]) -> None:
    if treedef.kind == "leaf":
        found.append(x)
        return
    kind = _kind(x)
    if treedef.kind == "none":
        if x is not None:
            raise DualadTypeError(f"{where} should be None, but it is {describe(x)}")
        return
    if kind != treedef.kind or type(x) is not treedef.type:
        raise DualadTypeError(f"{where} should be {_describe(treedef)}, but it is {describe(x)}")
    keys, parts, _ = _open(kind, x)
    if kind == "dict":
        if set(keys) != set(treedef.keys):
            raise DualadTypeError(f"{where} {_difference_of_keys(treedef.keys, keys)}")
        by_key = dict(zip(keys, parts))
        parts = [by_key[key] for key in treedef.keys]
    elif len(parts) != len(treedef.children):
        raise DualadTypeError(f"{where} should have {len(treedef.children)} items, but it has {len(parts)}")
    for i, (child, part) in enumerate(zip(treedef.children, parts)):
        _match(child, part, where + treedef.label(i), found)


def _difference_of_keys(want: tuple[Any, ...], got: tuple[Any, ...]) -> str:
    missing = [key for key in want if key not in got]
    extra = [key for key in got if key not in want]
    parts = []
    if missing:
        parts.append("lacks the key" + "s" * (len(missing) > 1) + " " + ", ".join(repr(key) for key in missing))
    if extra:
        parts.append("has the unknown key" + "s" * (len(extra) > 1) + " " + ", ".join(repr(key) for key in extra))
    return " and ".join(parts)


def _paths(treedef: TreeDef, where: str) -> Iterator[str]:
    if treedef.kind == "leaf":
        yield where
    for i, child in enumerate(treedef.children):
        yield from _paths(child, where + treedef.label(i))


def plain(x: Any) -> Any:
    """A leaf without its tangents, whatever the level; anything else as it is."""
    while hasattr(type(x), "__dualad_dual__"):
        x = x.value
    return x


def holds_duals(x: Any) -> bool:
    """Whether a list or tuple holds dual numbers, which NumPy's functions do not see in it."""
    if not isinstance(x, list | tuple):
        return False
    return any([hasattr(type(v), "__dualad_dual__") or holds_duals(v) for v in x])


def describe(x: Any) -> str:
    """What a value is, for people: `an array of shape (3,) and dtype float64`, `a list of 2`, `the string 'relu'`."""
    x = plain(x)
    kind = _kind(x)
    if kind in ("list", "tuple", "dict", "named", "fields", "custom"):
        return _describe(TreeDef(kind, type(x), (), (), None), count=len(x) if hasattr(x, "__len__") else None)
    cls = type(x)
    if x is None:
        return "None"
    if cls is str:
        return f"the string {x if len(x) <= 30 else x[:27] + '...'!r}"
    if cls in (bool, int, float, complex):
        return f"the {cls.__name__} {x!r}"
    if isinstance(x, type):
        return f"the class {x.__name__}"
    shape, dtype = getattr(x, "shape", None), getattr(x, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        what = "an array" if cls.__name__ == "ndarray" else f"a {cls.__name__}"
        return f"{what} of shape {shape} and dtype {dtype}"
    if callable(x):
        return f"the function {getattr(x, '__name__', cls.__name__)}"
    return f"{_article(cls.__name__)} {cls.__name__}"


def _describe(treedef: TreeDef, count: int | None = None) -> str:
    name = treedef.type.__name__
    count = len(treedef.children) if count is None and treedef.kind != "fields" else count
    sized = treedef.kind in ("list", "tuple", "dict") and count is not None
    return f"{_article(name)} {name}" + (f" of {count}" if sized else "")


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
