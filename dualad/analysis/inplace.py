"""Which functions change in place what they did not make, as far as their text tells.

Asked of what runs without being called by name: the methods that operators, items, properties and builtins stand for,
and functions that are given to functions of NumPy's. It errs to one side: what nobody can tell from the text counts as
a change, so that residuals are copied, or code is refused, that would have been right.
"""

from __future__ import annotations

import builtins
import collections
import dataclasses
import functools
import inspect
import reprlib
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import gast
import numpy as np

from dualad.classes import is_written, remembered_weakly
from dualad.errors import Unsupported
from dualad.syntax import source
from dualad.syntax.local_classes import classes_known
from dualad.syntax.rewritten import as_written

NATIVE = frozenset(
    f"__{name}__"
    for name in ("str", "repr", "format", "hash", "index", "array", "del", "lt", "le", "gt", "ge", "eq", "ne")
)
"""Methods that Python and NumPy call by themselves, which no statement shows."""

TEXTS = frozenset({"__hash__", "__str__", "__repr__", "__format__"})
"""Those whose result no derivative goes through, wherever they run."""

WRITERS = frozenset(
    {"at", "copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle"}
    | {
        "setitem",
        "delitem",
        "iadd",
        "isub",
        "imul",
        "itruediv",
        "ifloordiv",
        "imod",
        "ipow",
        "imatmul",
        "iconcat",
        "ior",
    }
    | {"heappush", "heappop", "heapify", "heapreplace", "heappushpop", "insort", "insort_left", "insort_right"}
)
"""Functions of NumPy's and of Python's own that store into an argument."""

GIVING = frozenset(
    {"getattr", "next", "max", "min", "vars", "globals", "locals", "iter", "sum", "super", "map", "filter"}
)
"""Builtins that may give what they are given, or what that holds."""

VIEWS = frozenset(
    {"asarray", "asanyarray", "ascontiguousarray", "ravel", "reshape", "squeeze", "transpose", "atleast_1d",
     "atleast_2d", "atleast_3d", "broadcast_to", "diagonal", "moveaxis", "swapaxes", "rollaxis", "split", "real",
     "imag", "flip"}
)  # fmt: skip
"""Functions of NumPy's whose result may be an argument itself, or share its storage."""

LIST_MUTATORS = frozenset({"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse"})
DICT_MUTATORS = frozenset({"update", "setdefault", "pop", "popitem", "clear"})
ARRAY_MUTATORS = frozenset(
    {"fill", "sort", "partition", "put", "itemset", "resize", "setfield", "setflags", "byteswap"}
)
CALLING = frozenset({"sort"})
"""Methods of containers that call a function which they are given; others only keep it."""
OPERATORS = frozenset({"__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__"})
"""Methods that stores into items and augmented assignments stand for, called by name."""
MUTATORS = LIST_MUTATORS | DICT_MUTATORS | ARRAY_MUTATORS | OPERATORS
"""Methods of Python's containers and of arrays that change them."""

COPYING = frozenset(
    {"copy", "astype", "dot", "sum", "mean", "max", "min", "flatten", "tolist", "cumsum", "round", "join"}
)
"""Methods of arrays and of text that make something new."""

# fmt: off
OF_GENERATORS = frozenset({
    "beta", "binomial", "bit_generator", "bytes", "chisquare", "choice", "dirichlet", "exponential", "gamma",
    "geometric", "gumbel", "hypergeometric", "integers", "laplace", "logistic", "lognormal", "logseries",
    "multinomial", "multivariate_hypergeometric", "multivariate_normal", "negative_binomial",
    "noncentral_chisquare", "noncentral_f", "normal", "pareto", "permutation", "permuted", "poisson", "power",
    "random", "rayleigh", "shuffle", "spawn", "standard_cauchy", "standard_exponential", "standard_gamma",
    "standard_normal", "standard_t", "triangular", "uniform", "vonmises", "wald", "weibull", "zipf",
})
# fmt: on
"""Methods of NumPy's generators of random numbers, by name: `numpy.random` takes a while to load. Without `f`, which
elsewhere is a function."""
OF_PYTHON = OF_GENERATORS.union(
    *(dir(cls) for cls in (list, dict, set, tuple, str, bytes, float, int, complex, np.ndarray))
)
"""Methods of Python's own classes, of arrays and of generators of random numbers."""

LIBRARIES = ("numpy", "scipy", "dualad")
NEW = (
    gast.Constant, gast.JoinedStr, gast.Tuple, gast.List, gast.Dict, gast.Set, gast.ListComp, gast.DictComp,
    gast.SetComp, gast.BinOp, gast.UnaryOp, gast.Compare,
)  # fmt: skip
"""Expressions that make something new, or something that cannot change."""
MADE_NEW = (dict, collections.Counter, collections.OrderedDict, collections.defaultdict, collections.deque)
"""Classes whose objects are new, and hold what they are given in places of their own."""

TEXT = (gast.Constant, gast.JoinedStr)

Scope = Callable[[str], Any]
"""What a name outside a function stands for; None where that is not known."""


@remembered_weakly
def changing_methods(cls: type) -> frozenset[str]:
    """The methods of a class that run without being called by name, and change something in place."""
    if cls.__module__ == "builtins" or hasattr(cls, "__dualad_dual__") or hasattr(cls, "__dualad_plain__"):
        return frozenset()
    found = set()
    for base in cls.__mro__:
        if not is_of_user(base):
            continue
        for name, kept in vars(base).items():
            if any(_changes(fn, cls, frozenset(), _keeps_unseen(name, kept, fn)) for fn in _implicit(name, kept)):
                found.add(name)
    return frozenset(found)


def _keeps_unseen(name: str, kept: Any, fn: types.FunctionType) -> bool:
    """Whether what a function stores in its own object counts: where no sweep need see that it runs.

    A property is read for a comparison, say, of which nothing is to be differentiated.
    """
    return name in TEXTS or (isinstance(kept, property) and fn is kept.fget)


@remembered_weakly
def may_change_unasked(cls: type) -> bool:
    """The same, or whether one calls a function that its text does not tell: one that an object or a table holds."""
    if changing_methods(cls):
        return True
    if cls.__module__ == "builtins" or hasattr(cls, "__dualad_dual__") or hasattr(cls, "__dualad_plain__"):
        return False
    kept = [pair for base in cls.__mro__ if is_of_user(base) for pair in vars(base).items()]
    return any(_calls_unknown(fn, cls, frozenset()) for name, held in kept for fn in _implicit(name, held))


def _calls_unknown(fn: types.FunctionType, cls: type, asked: frozenset[Any]) -> bool:
    """Whether a method calls what its text does not tell, itself or by another method of its class."""
    if fn.__code__ in asked or not is_of_user(fn) or fn.__code__.co_filename == "<string>":
        return False
    try:
        found = _text(fn, cls, asked | {fn.__code__}, False)
    except Unsupported:
        return True
    return found.calls_unknown()


@remembered_weakly
def changes_unseen(cls: type, name: str) -> bool:
    """Whether a method changes anything, its object's attributes too, where functions of Python's own call it."""
    fn = getattr(cls, name, None)
    return isinstance(fn, types.FunctionType) and _changes(fn, cls, frozenset(), True)


@remembered_weakly
def has_methods_unasked(cls: type) -> bool:
    """Whether objects of a class have methods of somebody's that functions of Python's own or NumPy's may call."""
    if cls.__module__ == "builtins" or hasattr(cls, "__dualad_dual__") or hasattr(cls, "__dualad_plain__"):
        return False
    called = [vars(base).get("__call__") for base in cls.__mro__ if is_of_user(base)]
    return any(isinstance(fn, types.FunctionType) for fn in called) or any(
        unasked(base) for base in cls.__mro__ if is_of_user(base)
    )


def unasked(cls: type) -> list[str]:
    """The methods, properties and descriptors of a class itself that run without being called by name."""
    return [name for name, kept in vars(cls).items() if any(_implicit(name, kept))]


def is_of_user(owner: Any) -> bool:
    """Whether a class or function is written by somebody, and not of Python's own, NumPy's, SciPy's or ours."""
    return is_of_user_module(getattr(owner, "__module__", None) or "")


def is_of_user_module(name: str) -> bool:
    """The same of a module, by its name."""
    root = name.partition(".")[0]
    return root not in sys.stdlib_module_names and root not in LIBRARIES


def _implicit(name: str, kept: Any) -> Iterator[types.FunctionType]:
    """The functions that run where an attribute of that name is read or stored, or an operator is met."""
    if isinstance(kept, types.FunctionType):
        of_python = kept.__code__.co_filename in (dataclasses.__file__, reprlib.__file__)
        if of_python and is_written(getattr(kept, "__wrapped__", None)):
            return  # the `__repr__` that `dataclass` gives, which keeps count of itself alone
        if name.startswith("__") and name.endswith("__") and name not in CALLED:
            yield kept
    elif isinstance(kept, property):
        yield from (fn for fn in (kept.fget, kept.fset, kept.fdel) if isinstance(fn, types.FunctionType))
    elif isinstance(kept, functools.cached_property) and isinstance(kept.func, types.FunctionType):
        yield kept.func
    else:
        descriptor = getattr(type(kept), "__get__", None)
        if isinstance(descriptor, types.FunctionType):
            yield descriptor


CALLED = frozenset({"__init__", "__new__", "__post_init__", "__call__", "__setitem__", "__setattr__", "__delitem__",
                    "__enter__", "__exit__", "__init_subclass__", "__class_getitem__"})  # fmt: skip
"""Methods whose calls are seen for what they are."""


_KNOWN: weakref.WeakKeyDictionary[types.CodeType, dict[tuple[Any, ...], bool]] = weakref.WeakKeyDictionary()


def changes(fn: types.FunctionType, attributes: bool = False) -> bool:
    """Whether a function may change in place what it did not make.

    What was found is kept by its code and by that of the functions that it has captured, which closures differ in.
    """
    fn = as_written(fn)
    known = _KNOWN.setdefault(fn.__code__, {})
    captured = (attributes, *[getattr(_content(cell), "__code__", None) for cell in fn.__closure__ or ()])
    if captured not in known:
        known[captured] = _changes(fn, None, frozenset(), attributes)
    return known[captured]


def changes_given(fn: types.FunctionType) -> bool:
    """The same, stores into the attributes of what it is given counted as well."""
    return changes(fn, True)


def _content(cell: types.CellType) -> Any:
    """What a cell holds; None where it is not yet filled."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def written_inside(node: Any, scope: Scope, names: dict[str, Any]) -> bool:
    """The same of a function that is made inside of another one, from its tree; `names`: the globals of both."""
    return _Text(node, scope, None, frozenset(), names).changes()


def _changes(fn: types.FunctionType, cls: type | None, asked: frozenset[Any], attributes: bool = False) -> bool:
    """The same, for objects of a class where it is a method (None: of any); `asked`: code that is being looked at.

    `attributes`: whether a store into an attribute of an argument counts, where no sweep sees the call.
    """
    if fn.__code__ in asked or not is_of_user(fn) or fn.__code__.co_filename == "<string>":
        return False
    try:
        return _text(fn, cls, asked | {fn.__code__}, attributes).changes()
    except Unsupported:
        return True


def _text(fn: types.FunctionType, cls: type | None, asked: frozenset[Any], attributes: bool) -> _Text:
    """The text of a function, with what its names stand for."""
    found = source.read(fn)
    cells = found.cells

    def scope(name: str) -> Any:
        if name in cells:
            return _content(cells[name])
        return fn.__globals__.get(name, getattr(builtins, name, None))

    return _Text(found.tree, scope, cls, asked, fn.__globals__, attributes)


def _walk(node: Any) -> list[Any]:
    """The nodes of a function's text, but for its decorators, which have run when it is called."""
    ran = {id(n) for decorator in getattr(node, "decorator_list", ()) for n in gast.walk(decorator)}
    return [n for n in gast.walk(node) if id(n) not in ran]


class _Text:
    """The text of one function."""

    def __init__(
        self,
        node: Any,
        scope: Scope,
        cls: type | None,
        asked: frozenset[Any],
        names: dict[str, Any],
        attributes: bool = False,
    ) -> None:
        self.nodes = _walk(node)
        self.outer = scope
        self.names = names
        self.cls = cls
        self.asked = asked
        self.attributes = attributes
        self.asking: set[str] = set()  # names that are being looked at
        self.bound: dict[str, list[Any]] = {}  # by name: what is bound to it, None where that is not an expression
        for n in self.nodes:
            self._note(n)

    def _note(self, node: Any) -> None:
        match node:
            case gast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case gast.AnnAssign(target=target, value=value) | gast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case gast.For(target=target, iter=over) | gast.comprehension(target=target, iter=over):
                counts = isinstance(over, gast.Call) and isinstance(over.func, gast.Name) and over.func.id == "range"
                self._bind(target, gast.Constant(0, None) if counts else None)
            case gast.arguments():
                for arg in (*node.args, *node.posonlyargs, *node.kwonlyargs, node.vararg, node.kwarg):
                    self._bind(arg, None)
            case gast.With(items=items):
                for item in items:
                    self._bind(item.optional_vars, None)

    def _bind(self, target: Any, value: Any) -> None:
        if isinstance(target, gast.Name):
            self.bound.setdefault(target.id, []).append(value)
        elif isinstance(target, gast.Tuple | gast.List | gast.Starred):
            parts = getattr(target, "elts", None) or [target.value]
            values = getattr(value, "elts", None) or []  # of `a, b = [], {}`: one by one
            plain = len(values) == len(parts) and not any(isinstance(n, gast.Starred) for n in (*parts, *values))
            for part, item in zip(parts, values if plain else [None] * len(parts), strict=True):
                self._bind(part, item)

    def calls_unknown(self) -> bool:
        """Whether it calls what the text does not tell."""
        return any(self._is_unknown(node.func) for node in self.nodes if isinstance(node, gast.Call))

    def _is_unknown(self, called: Any) -> bool:
        if isinstance(called, gast.Name):
            return called.id in self.bound
        if not isinstance(called, gast.Attribute):
            return not isinstance(called, gast.Lambda)
        if called.attr in OF_PYTHON or self._known(called.value) is not None or self._classes(called):
            return False
        kept = inspect.getattr_static(self.cls, called.attr, None) if self.cls is not None else None
        fn = getattr(kept, "__func__", kept)
        if self.cls is None or not isinstance(fn, types.FunctionType):
            return True
        return _calls_unknown(fn, self.cls, self.asked)

    def changes(self) -> bool:
        return any(self._changes(node) for node in self.nodes)

    def _changes(self, node: Any) -> bool:
        match node:
            case gast.Subscript(value=base, ctx=gast.Store() | gast.Del()):
                return not self._is_new(base)
            case gast.AugAssign(target=gast.Subscript()):
                return False  # the subscript itself is met, as one that is stored into
            case gast.AugAssign(value=gast.Constant(value=str()) | gast.JoinedStr()):
                return False  # a text gets longer, as another one
            case gast.AugAssign(target=gast.Name() as target):
                return not self._is_new(target)
            case gast.AugAssign() | gast.Global():
                return True
            case gast.Attribute(attr="shape" | "dtype" | "strides", ctx=gast.Store()):
                return True  # of an array, perhaps, which gets another shape
            case gast.Attribute(value=gast.Name(id=name), ctx=gast.Store()):
                return self.attributes or name not in self.bound  # of what it has captured, or of a global
            case gast.Attribute(ctx=gast.Store() | gast.Del()) if self.attributes:
                return True  # of what an object holds
            case gast.Call():
                return self._call(node)
            case gast.Attribute(attr=name) if self.cls is not None:  # of the object, or of another one of its class
                kept = inspect.getattr_static(self.cls, name, None)
                if isinstance(kept, functools.cached_property):
                    return self.attributes  # which keeps what it gives
                return isinstance(kept, property) and self._calls(kept.fget)
            case gast.Attribute(ctx=gast.Load()):  # a method that is called, now or later
                return any(map(self._method_changes, self._classes(node))) and not self._is_new(node.value)
            case gast.withitem(context_expr=gast.Call(func=func)):
                cls = self._known(func)
                return isinstance(cls, type) and any(self._asks(cls, name) for name in ("__enter__", "__exit__"))
        return False

    def _is_new(self, node: Any) -> bool:
        """Whether it is something that the function made itself, or that cannot change."""
        if isinstance(node, NEW):
            return True
        if isinstance(node, gast.Call):
            if isinstance(node.func, gast.Attribute) and node.func.attr in COPYING and not node.keywords:
                return True
            if isinstance(node.func, gast.Attribute) and isinstance(node.func.value, TEXT):
                return True  # a method of a text
            fn = self._known(node.func)
            module = (getattr(fn, "__module__", None) or "").partition(".")[0]
            plain = module in ("numpy", "builtins", "math") or isinstance(fn, np.ufunc)
            named = getattr(fn, "__name__", "") in VIEWS | GIVING
            return any(fn is cls for cls in MADE_NEW) or (plain and not named and not node.keywords)
        if isinstance(node, gast.Name):
            return self._holds_new(node.id)
        return False

    def _holds_new(self, name: str) -> bool:
        """Whether all that is ever bound to a name is new."""
        if name in self.asking:
            return True
        self.asking.add(name)
        values = self.bound.get(name)
        found = values is not None and all(v is not None and self._is_new(v) for v in values)
        self.asking.discard(name)
        return found

    def _known(self, node: Any) -> Any:
        """What an expression that is called stands for, None where that is not known."""
        if isinstance(node, gast.Name):
            return None if node.id in self.bound else self.outer(node.id)
        if isinstance(node, gast.Attribute):
            owner = self._known(node.value)
            return getattr(owner, node.attr, None) if isinstance(owner, types.ModuleType | type | np.ufunc) else None
        return None

    def _call(self, node: Any) -> bool:
        if any(k.arg == "out" for k in node.keywords):
            return True
        fn = self._known(node.func)
        handed = [self._known(arg) for arg in node.args]
        if any(isinstance(given, types.FunctionType) and self._calls(given) for given in handed):
            return True  # what it is handed to may call it
        if fn is not None:
            known = isinstance(fn, types.FunctionType | type) and is_of_user(fn)
            return self._calls(fn) if known else getattr(fn, "__name__", "") in WRITERS
        if not isinstance(node.func, gast.Attribute):
            return False  # a parameter or a variable that holds a function
        owner = self._object(node.func.value)
        if owner is not None:
            method = inspect.getattr_static(type(owner), node.func.attr, None)
            return isinstance(method, types.FunctionType) and _changes(method, type(owner), self.asked, True)
        kept = inspect.getattr_static(self.cls, node.func.attr, None) if self.cls is not None else None
        if isinstance(kept, types.FunctionType | staticmethod | classmethod):
            return self._calls(getattr(kept, "__func__", kept))
        if self._is_new(node.func.value):
            return False
        return node.func.attr in MUTATORS or any(map(self._method_changes, self._classes(node.func)))

    def _classes(self, called: Any) -> list[tuple[type, str]]:
        """The classes of the module that have a method of a name, of which an object may be that is asked for it."""
        name = called.attr
        if isinstance(called.value, gast.Name) and called.value.id == "self" and self.cls is not None:
            return []  # which its own class has not, and so holds itself
        if isinstance(self._known(called.value), types.ModuleType | type):
            return []
        found = {cls for cls in classes_known(self.names) if is_of_user(cls)}
        return [(cls, name) for cls in found if isinstance(getattr(cls, name, None), types.FunctionType)]

    def _method_changes(self, method: tuple[type, str]) -> bool:
        cls, name = method
        return _changes(getattr(cls, name), cls, self.asked, self.attributes)

    def _object(self, node: Any) -> Any:
        """The object of a user's class that a global or captured name stands for."""
        if not isinstance(node, gast.Name) or node.id in self.bound:
            return None
        found = self.outer(node.id)
        return found if is_of_user(type(found)) else None

    def _asks(self, cls: type, name: str) -> bool:
        """Whether a method of a class of the user's changes something."""
        fn = getattr(cls, name, None)
        return isinstance(fn, types.FunctionType) and _changes(fn, cls, self.asked, True)

    def _calls(self, fn: Any) -> bool:
        """Whether something of the user's that is called changes something."""
        if isinstance(fn, type):
            fn = fn.__init__  # type: ignore[misc]
        return isinstance(fn, types.FunctionType) and _changes(fn, self.cls, self.asked, self.attributes)
