"""Which functions give what globals, captured variables or classes hold, or leave it in their arguments.

Asked of calls whose callee is not known by its identity, or not looked into: a method of an object, an operator. What
is given is stored into by the caller, and read again by what names it there. Texts tell; what they do not tell counts
as given, but for numbers, new arrays and what the caller gave itself.
"""

from __future__ import annotations

import builtins
import copy
import functools
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import gast
import numpy as np

from dualad import registry
from dualad.analysis.inplace import LIBRARIES, MUTATORS, is_of_user
from dualad.analysis.kinds import of as kinds_of
from dualad.analysis.rebound import may_be_rebound
from dualad.classes import MISSING, changing, kept_by
from dualad.errors import Unsupported
from dualad.records import field, record
from dualad.syntax import source
from dualad.syntax.jumps import local_names
from dualad.syntax.local_classes import classes_known, made_in


@record(frozen=True, slots=True)
class Given:
    """gives: what a function gives may lie outside; leaves: so may what its arguments hold when it has run."""

    gives: bool = False
    leaves: bool = False

    def __or__(self, other: Given) -> Given:
        return Given(self.gives or other.gives, self.leaves or other.leaves)

    def __bool__(self) -> bool:
        return self.gives or self.leaves


NOTHING = Given()


ALL = Given(True, True)
Question = tuple[Any, bool, bool]


@record(slots=True)
class Asked:
    """What has been found of the functions that a question leads to, which may call each other.

    Each is looked at once in a pass, with what the pass before has found of the others; there are as many passes as it
    takes for nothing more to be found.

    Attributes:
        found: by function and the ways in which it is asked about.
        looked_at: in this pass.
        texts: by the same, what their expressions may be.
        attributes: in this pass, what an attribute gives of objects of a module's classes, by its globals and name.
        more: whether this pass has found something that was not known.
    """

    found: dict[Any, Given] = field(default_factory=dict)
    looked_at: set[Any] = field(default_factory=set)
    texts: dict[Question, Any] = field(default_factory=dict)
    attributes: dict[tuple[int, str], Given] = field(default_factory=dict)
    more: bool = False

    def known(self, question: Any) -> Given | None:
        """What is known of something, if it need not be looked at in this pass; from now on it need not."""
        found = self.found.get(question, NOTHING)
        if question in self.looked_at or found == ALL:
            return found
        self.looked_at.add(question)
        return None

    def note(self, question: Any, found: Given) -> Given:
        """Note what was found of something, besides what was known."""
        before = self.found.get(question, NOTHING)
        if before | found != before:
            self.found[question], self.more = before | found, True
        return self.found.get(question, NOTHING)


def _settled(ask: Callable[[Asked], Given]) -> Given:
    """What is found in the end; all that was found on the way is kept."""
    asked = Asked()
    while True:
        asked.looked_at.clear()
        asked.attributes.clear()
        asked.more = False
        found = ask(asked)
        if not asked.more:
            break
    for question in asked.texts:
        fn, *how = question
        _KNOWN.setdefault(fn, {})[tuple(how)] = asked.found.get(question, NOTHING)
    return found


ANY = "whatever a module's functions may be called for"
_KNOWN: weakref.WeakKeyDictionary[types.FunctionType, dict[tuple[bool, ...], Given]] = weakref.WeakKeyDictionary()

FRESH = frozenset({
    len, float, int, abs, round, isinstance, issubclass, str, repr, range, bool, hash, id, print, type, hasattr,
    callable, format, divmod, pow, complex, bytes, any, all, copy.deepcopy,
})  # fmt: skip
"""Functions that give nothing of what they are given."""
SELECTING = (builtins.max, builtins.min, builtins.sum)
JOINING = (gast.Add, gast.Mult, gast.BitOr)
"""Operators that join containers, whose items the result holds."""


def given(fn: types.FunctionType, of_class: bool = False) -> Given:
    """What a function gives of what lies outside; `of_class`: its first argument is a class."""
    return _settled(lambda asked: _given(fn, of_class, False, asked))


def given_by_method(owner: type, name: str) -> Given:
    """The same of a method, property or other descriptor of a class."""
    return _settled(lambda asked: _of_kept(kept_by(owner, name), name, asked))


def given_by_new(cls: type) -> Given:
    """The same of making an object: what its class's methods leave in it is given."""
    found = functools.reduce(Given.__or__, [given_by_method(cls, n) for n in ("__new__", "__init__", "__post_init__")])
    return Given(bool(found), found.leaves)


def given_by_any(scope: dict[str, Any]) -> Given:
    """The same of whatever a module's functions, and its classes' methods, may be called for."""
    return _settled(lambda asked: _given_by_any(scope, asked))


def are_beyond(read: Any, expressions: list[Any]) -> bool:
    """Whether any of these expressions of a function may be, or hold, what lies beyond it."""

    def ask(asked: Asked) -> Given:
        outside = Outside(read, False, asked)
        outside.find_names()
        return Given(any(map(outside.is_beyond, expressions)))

    return _settled(ask).gives


def text(fn: types.FunctionType) -> Any:
    """What was read of a function of the user's; None of one that has no text."""
    if not is_of_user(fn):
        return None
    try:
        return source.read(fn)
    except Unsupported:
        return None


def is_of_library(module: types.ModuleType) -> bool:
    """Whether a module is Python's own, NumPy's, SciPy's or ours."""
    return module.__name__.partition(".")[0] in (*LIBRARIES, *sys.stdlib_module_names)


def value_of(name: str, read: Any) -> Any:
    """What a name that is not a local one stands for now."""
    if name in read.cells:
        try:
            return read.cells[name].cell_contents
        except ValueError:
            return None
    return read.globals.get(name, getattr(builtins, name, None))


def _of_kept(kept: Any, name: str, asked: Asked) -> Given:
    """Of what a class keeps under a name."""
    of_class = isinstance(kept, classmethod) or name == "__new__"
    if isinstance(kept, property):
        kept = kept.fget
    elif isinstance(kept, functools.cached_property):
        kept = kept.func
    elif not isinstance(kept, types.FunctionType):
        kept = getattr(kept, "__func__", None) or getattr(type(kept), "__get__", None)
    return _given(kept, of_class, False, asked) if isinstance(kept, types.FunctionType) else NOTHING


def _given(fn: types.FunctionType, of_class: bool, everything: bool, asked: Asked) -> Given:
    """`everything`: what it is given lies outside, too."""
    kept = _KNOWN.get(fn, {}).get((of_class, everything))
    if kept is not None:
        return kept
    question = fn, of_class, everything
    known = asked.known(question)
    if known is not None:
        return known
    if question not in asked.texts:
        read = text(fn)
        asked.texts[question] = None if read is None else Outside(read, of_class, asked, everything)
    outside = asked.texts[question]
    return NOTHING if outside is None else asked.note(question, outside.given())


def _given_by_any(scope: dict[str, Any], asked: Asked) -> Given:
    question = ANY, id(scope)
    known = asked.known(question)
    if known is not None:
        return known
    found = NOTHING
    for value in [*scope.values(), *made_in(scope)]:
        held = [*vars(value).items()] if isinstance(value, type) and is_of_user(value) else [("", value)]
        for name, kept in held:
            fn = getattr(kept, "__func__", kept)
            if isinstance(fn, types.FunctionType) and _names_what_changes(fn):
                found |= _of_kept(kept, name, asked) if name else _given(fn, False, False, asked)
    return asked.note(question, found)


def _names_what_changes(fn: types.FunctionType) -> bool:
    """Whether a function names a global or captured variable that can change, or leaves a class's to an attribute."""
    scope = fn.__globals__
    outer = [scope[n] for n in fn.__code__.co_names if n in scope]
    for cell in fn.__closure__ or ():
        try:
            outer.append(cell.cell_contents)
        except ValueError:
            continue
    inside = [c for c in fn.__code__.co_consts if isinstance(c, types.CodeType)]
    outer += [scope[n] for code in inside for n in code.co_names if n in scope]
    return any(v is None or _can_change(v) for v in (*outer, *(fn.__defaults__ or ())))


def _can_change(value: Any) -> bool:
    """Whether a value can be changed in place (a list may be long, and need not be looked into for that)."""
    return isinstance(value, list | dict | set | np.ndarray) or not kinds_of(value).immutable


def changing_defaults(fn: types.FunctionType) -> set[str]:
    """The parameters whose default values can change: the function holds those, and globals may name them, too."""
    if not fn.__defaults__ and not fn.__kwdefaults__:
        return set()
    positional = fn.__code__.co_varnames[: fn.__code__.co_argcount]
    found = dict(zip(positional[::-1], (fn.__defaults__ or ())[::-1], strict=False)) | (fn.__kwdefaults__ or {})
    return {name for name, value in found.items() if _can_change(value)}


def _bindings(node: Any) -> Iterator[tuple[Any, Any]]:
    """What a node binds or stores into, and the value that it, or an item of it, is bound to or gets."""
    match node:
        case gast.Assign():
            yield from ((target, node.value) for target in node.targets)
        case gast.NamedExpr() | gast.AnnAssign() | gast.AugAssign() if node.value is not None:
            yield node.target, node.value
        case gast.For() | gast.comprehension():
            yield node.target, node.iter
        case gast.withitem() if node.optional_vars is not None:
            yield node.optional_vars, node.context_expr
        case gast.FunctionDef():
            yield node.name, node
        case gast.Match():
            names = [n.name for n in gast.walk(node) if isinstance(n, gast.MatchAs | gast.MatchStar) and n.name]
            yield from ((name, node.subject) for name in names)
        case gast.Call(func=gast.Attribute(value=owner, attr=attr)) if attr in MUTATORS or attr in ADDING:
            yield from ((owner, arg) for arg in _arguments(node))


ADDING = frozenset({"appendleft", "extendleft", "add", "__setitem__", "__setattr__"})


def _arguments(node: Any) -> list[Any]:
    return [*node.args, *(k.value for k in node.keywords)]


class Outside:
    """What the expressions of a function may be."""

    def __init__(self, read: Any, of_class: bool, asked: Asked, everything: bool = False) -> None:
        self.read, self.asked = read, asked
        tree = read.tree
        self.nodes = list(gast.walk(tree))
        inside = [n for n in self.nodes if isinstance(n, gast.FunctionDef | gast.Lambda)]
        self.own: set[str] = set().union(*map(local_names, inside))
        self.own |= {
            n.id for c in self.nodes if isinstance(c, gast.comprehension) for n in gast.walk(c.target) if _is_name(n)
        }
        params = list(read.signature.parameters)
        self.params = {*params}
        first = params[:1] if of_class else []
        self.cls = first[0] if first else None
        self.outer = {*params} if everything else {*first, *changing_defaults(read.fn)}
        self.classes = [cls for cls in classes_known(read.globals) if is_of_user(cls)]
        self.beyond: set[str] = set()  # names of its own of which that is known
        self.bound: dict[str, list[Any]] = {}
        self.stored: list[tuple[str, Any]] = []
        for target, value in chain.from_iterable(map(_bindings, self.nodes)):
            self._note(target, value)

    def _note(self, target: Any, value: Any) -> None:
        if isinstance(target, str):
            self.bound.setdefault(target, []).append(value)
            return
        if isinstance(target, gast.Tuple | gast.List):
            for part in target.elts:
                self._note(part, value)
            return
        root = target
        while isinstance(root, gast.Attribute | gast.Subscript | gast.Starred):
            root = root.value
        if isinstance(root, gast.Name):
            self.bound.setdefault(root.id, []).append(value)
            if root is not target:
                self.stored.append((root.id, value))

    def given(self) -> Given:
        self.find_names()
        tree = self.read.tree
        values = [n.value for n in self.nodes if isinstance(n, gast.Return | gast.Yield | gast.YieldFrom) and n.value]
        values += [tree.body] if isinstance(tree, gast.Lambda) else []
        leaves = any(self._reaches_argument(root) and self.is_beyond(value) for root, value in self.stored)
        leaves = leaves or any(self._leaves(n) for n in self.nodes if isinstance(n, gast.Call))
        return Given(any(map(self.is_beyond, values)), leaves)

    def find_names(self) -> None:
        """Find which names of its own may be what lies beyond: those bound to what may be, or to such names."""
        waiting = {name: values for name, values in self.bound.items() if name in self.own and name not in self.beyond}
        while found := {name for name, values in waiting.items() if any(map(self.is_beyond, values))}:
            self.beyond |= found
            waiting = {name: values for name, values in waiting.items() if name not in found}

    def _by_classes(self, attr: str) -> Given:
        """What an attribute or method of an object gives, whatever class of the module's it is of."""
        key, known = (id(self.read.globals), attr), self.asked.attributes
        if key not in known:
            found = Given(any(attr in changing(cls) for cls in self.classes))
            for cls in self.classes:
                found |= _of_kept(vars(cls).get(attr), attr, self.asked)
            known[key] = found
        return known[key]

    def _reaches_argument(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a name may be an argument, or what one holds."""
        if name in self.params:
            return True
        names = {n.id for v in self.bound.get(name, ()) for n in gast.walk(v) if _is_name(n)} - seen - {name}
        return any(self._reaches_argument(n, seen | {name}) for n in names)

    def _leaves(self, node: Any) -> bool:
        """Whether a call leaves what lies outside in what it is given, which arguments of ours may be."""
        func = node.func
        parts = [*_arguments(node), *([func.value] if isinstance(func, gast.Attribute) else [])]
        if not any(self._reaches_argument(n.id) for part in parts for n in gast.walk(part) if _is_name(n)):
            return False
        return any(found.leaves for found in self._called(node))

    def _called(self, node: Any) -> Iterator[Given]:
        """What the functions give that a call may call, as far as it is told."""
        everything = any(map(self.is_beyond, _arguments(node)))
        match node.func:
            case gast.Name(id=name) if name not in self.own:
                fn = value_of(name, self.read)
                if isinstance(fn, types.FunctionType):
                    yield _given(fn, False, everything, self.asked)
                elif isinstance(fn, type) and is_of_user(fn):
                    for method in ("__new__", "__init__", "__post_init__"):
                        found = _of_kept(kept_by(fn, method), method, self.asked)
                        yield Given(bool(found), found.leaves)
            case gast.Attribute(value=owner, attr=attr):
                known = self.known(owner)
                if isinstance(known, types.ModuleType):
                    fn = vars(known).get(attr)
                    if isinstance(fn, types.FunctionType):
                        yield _given(fn, False, everything, self.asked)
                    return
                if isinstance(known, type) and is_of_user(known):
                    yield self._by_class(known, attr, everything)
                    return
                yield self._by_classes(attr)

    def known(self, node: Any) -> Any:
        """What an expression stands for now, of what lies outside; MISSING where that is not told."""
        match node:
            case gast.Name(id=name):
                return MISSING if name in self.own else value_of(name, self.read)
            case gast.Attribute(value=base, attr=attr):
                owner = self.known(base)
                if isinstance(owner, types.ModuleType):
                    return vars(owner).get(attr, MISSING)
                found = MISSING if owner is MISSING else kept_by(owner, attr)
                return MISSING if hasattr(type(found), "__get__") else found
            case gast.Subscript(value=base, slice=gast.Constant(value=key)):
                owner = self.known(base)
                try:
                    return owner[key] if type(owner) in (list, tuple, dict) else MISSING
                except (LookupError, TypeError):
                    return MISSING
        return MISSING

    def is_beyond(self, node: Any) -> bool:
        """Whether it may be, or hold, what lies beyond the function."""
        match node:
            case gast.Constant() | gast.JoinedStr() | gast.Compare() | gast.UnaryOp():
                return False
            case gast.Name(id=name):
                return self._name(name)
            case gast.Attribute():
                return self._attribute(node)
            case gast.Subscript():
                return self.is_beyond(node.value)
            case gast.BinOp():
                return any(self._joins(part, node.op) for part in (node.left, node.right))
            case gast.IfExp():
                return self.is_beyond(node.body) or self.is_beyond(node.orelse)
            case gast.Lambda():
                return self.is_beyond(node.body)
            case gast.FunctionDef():
                return any(self.is_beyond(n.value) for n in gast.walk(node) if isinstance(n, gast.Return) and n.value)
            case gast.Call():
                return self._call(node)
            case gast.Slice() | gast.arguments() | gast.expr_context():
                return False
        return any(map(self.is_beyond, gast.iter_child_nodes(node)))

    def _joins(self, node: Any, op: Any) -> bool:
        """Whether an operator may give something that holds what an operand holds."""
        if not self.is_beyond(node):
            return False
        found = self.known(node)
        if isinstance(found, np.ndarray | np.generic) or (found is not MISSING and kinds_of(found).is_number):
            return False
        return isinstance(op, JOINING) or (found is not MISSING and is_of_user(type(found)))

    def _name(self, name: str) -> bool:
        if name in self.outer:
            return True
        if name in self.own:
            return name in self.beyond
        value = value_of(name, self.read)
        if isinstance(value, types.ModuleType | types.FunctionType | types.BuiltinFunctionType | type):
            return False
        return value is None or _can_change(value) or may_be_rebound(self.read, name)

    def _attribute(self, node: Any) -> bool:
        owner = self.known(node.value)
        if isinstance(owner, types.ModuleType):
            value = vars(owner).get(node.attr)
            return not is_of_library(owner) and _can_change(value)
        if isinstance(owner, type):
            return is_of_user(owner)
        return self._by_classes(node.attr).gives or self.is_beyond(node.value)

    def _by_class(self, cls: type, name: str, everything: bool) -> Given:
        """What a method gives that is called by its class."""
        kept = kept_by(cls, name)
        fn = getattr(kept, "__func__", kept)
        if not isinstance(fn, types.FunctionType):
            return ALL
        return _given(fn, isinstance(kept, classmethod), everything, self.asked)

    def _by_making(self) -> bool:
        """Whether making an object of the class that a class method is called for may leave in it what lies outside."""
        fn = self.read.fn
        classes = [cls for cls in self.classes if any(getattr(m, "__func__", None) is fn for m in _kept(cls))]
        for cls in classes:  # grows as it goes
            below: list[type] = type.__subclasses__(cls)
            classes += [derived for derived in below if derived not in classes]
        made = [
            _of_kept(kept_by(c, n), n, self.asked) for c in classes for n in ("__new__", "__init__", "__post_init__")
        ]
        return not classes or any(made)

    def _call(self, node: Any) -> bool:
        if any(found.gives for found in self._called(node)):
            return True
        match node.func:
            case gast.Name(id=name) if name == self.cls and name not in self.bound:
                return any(map(self.is_beyond, _arguments(node))) or self._by_making()
            case gast.Name(id=name) if name in self.own:
                if name in self.params and _given_by_any(self.read.globals, self.asked).gives:
                    return True
                return self._name(name) or any(map(self.is_beyond, _arguments(node)))
            case gast.Name():
                fn = self.known(node.func)
                if isinstance(fn, types.FunctionType) and is_of_user(fn):
                    return False  # its text has told
            case gast.Attribute(value=owner, attr=attr):
                fn = self.known(node.func)
                known = self.known(owner)
                if isinstance(known, np.ndarray):
                    method = registry.lookup_method(attr)
                    return method is None or method.aliases != "no"
                if not isinstance(known, types.ModuleType | type) and self.is_beyond(owner):
                    return True
                if isinstance(known, type) and is_of_user(known):
                    return False  # its text has told
            case func:
                return self.is_beyond(func) or any(map(self.is_beyond, _arguments(node)))
        return not _is_fresh(fn) and any(map(self.is_beyond, _arguments(node)))


def _kept(cls: type) -> list[Any]:
    """What a class and those that it is derived from keep."""
    return [kept for base in cls.__mro__ for kept in vars(base).values()]


def _is_name(node: Any) -> bool:
    return isinstance(node, gast.Name)


def _is_fresh(fn: Any) -> bool:
    """Whether a function gives nothing of what it is given."""
    try:
        if fn in FRESH:
            return True
        primitive = registry.lookup(fn)
    except TypeError:
        return False
    return primitive is not None and primitive.aliases == "no" and not any(fn is known for known in SELECTING)
