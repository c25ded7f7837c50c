"""What objects of plain classes do, written as calls of the functions that their classes have for it.

`p = Particle(x)` becomes a new object without attributes and a call of `Particle.__init__`, `p.step(dt)` a call of
`Particle.step`, `a + b` one of `Vector.__add__`, a property read one of its function. These calls are written out like
any other (`splice`), until nothing is left but attributes (`dissolving`).
"""

from __future__ import annotations

import dataclasses
import inspect
import operator
import types
from typing import Any

import numpy as np

from dualad.analysis import kinds, plain_classes
from dualad.analysis.classes_held import is_made_plainly
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import LITERALS, Kind
from dualad.analysis.plain_classes import FIELD, METHOD, PROPERTY, STATIC
from dualad.analysis.whereabouts import Blank, Narrowed, is_exactly
from dualad.classes import kept_by_class
from dualad.records import record, replace
from dualad.supers import inherited
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

NUMBERS = ("bool", "int", "float", "complex")
NO_OBJECTS = (*NUMBERS, "npscalar", "scalar", "array", "str", "none", "range", "list", "dict")
CLASSES = {
    "bool": bool, "int": int, "float": float, "complex": complex, "array": np.ndarray, "str": str, "none": type(None),
}  # fmt: skip

BINARY = {
    getattr(operator, name): f"__{name.rstrip('_')}__"
    for name in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift",
        "lt", "le", "gt", "ge", "eq", "ne",
    )
}  # fmt: skip
UNARY = {getattr(operator, name): f"__{name}__" for name in ("neg", "pos", "invert")}
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


@record(frozen=True, slots=True, eq=False)
class Operand:
    """Of a copy: what a method of `cls` was chosen for must turn out to be a number, or at least no object."""

    cls: type
    number: bool

    def holds_for(self, kind: Kind) -> bool:
        """Whether it has turned out so."""
        return kind.tag in (NUMBERS if self.number else NO_OBJECTS)


class Expansion:
    """Writes one round of a function: see the module.

    `expanded`: whether there was anything to do; `decided`: what names were taken to hold objects of, which has to turn
    out to be so (`classes_of` tells before all is known).
    """

    def __init__(
        self,
        function: Function,
        inferred: Kinds,
        names: dict[str, type],
        certain: dict[str, type],
        origin: dict[Bind, Any],
        given: bool,
        several: dict[str, frozenset[type]],
    ) -> None:
        self.several = several  # names that hold objects of more than one class
        self.given = given  # whether objects that are not made here are looked at, too
        self.by_guard = False  # whether one was
        self.function = function
        self.inferred = inferred
        self.likely, self.certain = names, certain
        self.origin = origin
        self.fresh = Names(function.source.tree)
        self.fresh.reserve(*function.identifiers)
        self.fresh.reserve(*(n for stmt in core.walk(function.body) for n in core.targets(stmt)))
        self.temps = set(function.temps)
        self.looked_up = dict.fromkeys(function.looked_up)
        self.names, self.testing, self.optimistic = certain, False, False
        self.marked = False
        self.known = _known(function)
        self.operands = {
            s.target for s in core.walk(function.body) if isinstance(s, Bind) and isinstance(s.fn, Operand)
        }
        self.decided: set[tuple[str, type]] = set()

    def run(self) -> Function | None:
        """The function, or None where nothing is to be done.

        What is certain comes first, then which tests of classes are likely to be met, then what methods are likely to
        be called, and what nothing is known of is taken to be no object.
        """
        stages = (
            (self.certain, False, False),
            (self.likely, True, False),
            (self.likely, False, False),
            (self.likely, False, True),
        )
        for stage in stages:
            self.names, self.testing, self.optimistic = stage
            self.expanded = False
            body = self.block(self.function.body)
            if self.expanded:
                identifiers = self.function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
                return replace(
                    self.function, body=body, temps=self.temps, identifiers=identifiers, looked_up=tuple(self.looked_up)
                )
        return None

    def block(self, block: list[Stmt]) -> list[Stmt]:
        found: list[Stmt] = []
        for stmt in block:
            new = self.stmt(stmt)
            if new is None:
                new = [self.inside(stmt)]
            else:
                self.expanded = True
                asked = [a.name for a in core.operands(stmt) if isinstance(a, Var) and a.name in self.names]
                self.by_guard = self.by_guard or self._is_given(stmt)
                self.decided |= {(name, self.names[name]) for name in asked}
                for each in new:
                    if isinstance(each, Bind) and isinstance(stmt, Bind) and stmt in self.origin:
                        self.origin[each] = self.origin[stmt]
            found += new
        return found

    def inside(self, stmt: Stmt) -> Stmt:
        """The statement with what stands in its blocks."""
        changes: dict[str, Any] = {
            f: self.block(getattr(stmt, f)) for f in ("body", "orelse", "test_body") if hasattr(stmt, f)
        }
        return replace(stmt, **changes) if changes else stmt

    def stmt(self, stmt: Stmt) -> list[Stmt] | None:
        """What stands in the place of a statement; None: it stays."""
        owner = self.owner(stmt)
        if isinstance(owner, Var) and owner.name in self.several and owner.name not in self.names:
            return self.by_class(stmt, owner)
        if self.testing and not (isinstance(stmt, Bind) and stmt.op == "call"):
            return None
        match stmt:
            case core.If():
                known = self.truth(stmt.test)
                return None if known is None else self.block(stmt.body if known else stmt.orelse)
            case Bind(op="prim") if stmt.fn is operator.not_:
                known = self.truth(stmt.args[0])
                return None if known is None else [Bind(stmt.target, "copy", [Const(not known)], line=stmt.line)]
            case Bind(op="call"):
                return self.call(stmt)
            case Bind(op="method") if self.known_class(stmt.args[0], stmt.fn) is not None:
                return self.method(stmt)
            case Bind(op="attr") if self.known_class(stmt.args[0], stmt.fn) is not None:
                return self.attribute(stmt)
            case Bind(op="prim" | "inplace"):
                return self.operator(stmt)
            case core.StoreAttr() if self.cls(stmt.base) is not None:
                return self.store_attribute(stmt)
            case core.Store(aug=None) if self.cls(stmt.base) is not None:
                if not self.is_place(stmt.key):
                    return None
                fn = self.function_of(self.names[stmt.base.name], "__setitem__")
                return fn and [self.again(stmt, None, fn, [stmt.base, stmt.key, stmt.value])]
        return None

    def owner(self, stmt: Stmt) -> Any:
        """The object by whose class it is decided what a statement does."""
        match stmt:
            case Bind(op="call"):
                callee = self.inferred.callee.get(stmt)
                asks = callee is not None and callee.value is isinstance and len(stmt.args) == 2
                return stmt.args[0] if asks else stmt.fn
            case Bind(op="method" | "attr"):
                return stmt.args[0]
            case core.StoreAttr():
                return stmt.base
        return None

    def by_class(self, stmt: Stmt, owner: Var) -> list[Stmt]:
        """What is done with an object of one of several classes, for each of them."""
        among = self.several[owner.name]
        found: list[Stmt] = []
        for cls in sorted(among, key=lambda cls: (cls.__module__, cls.__qualname__, id(cls))):
            name = self.temp(f"{owner.name}_{cls.__name__}")
            known = Bind(name, "copy", [Var(owner.name)], fn=Narrowed(cls, among), line=stmt.line)
            body = [known, _with_owner(stmt, owner, name)]
            if not found:
                found = body
                continue
            test = self.temp("known")
            asked = Bind(test, "call", [Var(owner.name), Const(cls)], fn=Const(is_exactly), line=stmt.line)
            found = [asked, core.If(Var(test), body, found, line=stmt.line)]
        return found

    def _is_given(self, stmt: Stmt) -> bool:
        """Whether what a statement does was told by the kind of an object that is not made here."""
        if not isinstance(stmt, Bind) or stmt.op not in ("method", "attr", "call"):
            return False
        owner, name = (stmt.fn, "__call__") if stmt.op == "call" else (stmt.args[0], stmt.fn)
        return self.cls(owner) is None and self.known_class(owner, name) is not None

    def truth(self, atom: Atom) -> bool | None:
        """Whether a test is met, where `isinstance` or the like has told before the function runs."""
        value = atom.value if isinstance(atom, Const) else self.known.get(atom.name)
        return value if type(value) is bool else None

    def cls(self, atom: Any) -> type | None:
        return self.names.get(atom.name) if isinstance(atom, Var) else None

    def known_class(self, atom: Atom, name: str = "__call__") -> type | None:
        """The class of an object that is made here, or that a guard looks at and that has the name of its class."""
        made_here = self.cls(atom)
        if made_here is not None or not self.given:
            return made_here
        return kinds.class_with(self.inferred.of(atom), name)  # type: ignore[no-any-return]

    def temp(self, base: str) -> str:
        name = self.fresh.fresh(base)
        self.temps.add(name)
        return name

    def function_of(self, cls: type, name: str) -> Any:
        """The function that a class has for a name; None if it has none."""
        if plain_classes.means(cls, name) != METHOD:
            return None
        self.looked_up[cls, name] = None
        return kept_by_class(cls, name)

    def again(self, stmt: Any, target: str | None, fn: Any, args: list[Atom], kwargs: Any = ()) -> Bind:
        """A call of a function that is known, in the place of a statement."""
        args = [Var(a.name) if isinstance(a, Var) else a for a in args]
        target = self.temp("done") if target is None else target
        return Bind(target, "call", args, fn=Const(fn), kwargs=list(kwargs), line=stmt.line, node=stmt.node)

    # What a statement does

    def call(self, stmt: Bind) -> list[Stmt] | None:
        value = self.inferred.callee[stmt].value if stmt in self.inferred.callee else None
        if self.testing:
            return self.is_instance(stmt) if value is isinstance and len(stmt.args) == 2 else None
        called = self.known_class(stmt.fn)
        if called is not None:
            fn = self.function_of(called, "__call__")
            plain = fn is not None and not stmt.stars
            return [self.again(stmt, stmt.target, fn, [stmt.fn, *stmt.args], stmt.kwargs)] if plain else None
        if value is isinstance and len(stmt.args) == 2:
            return self.is_instance(stmt)
        if value is abs and self.cls(stmt.args[0]) is not None:
            fn = self.function_of(self.names[stmt.args[0].name], "__abs__")  # type: ignore[union-attr]
            return fn and [self.again(stmt, stmt.target, fn, stmt.args)]
        if value is inherited and self.cls(stmt.args[1]) is not None:
            return self.by_super(stmt)
        if isinstance(value, type) and self.likely.get(stmt.target) is value and is_made_plainly(value):
            return self.made(stmt, value)
        return None

    def made(self, stmt: Bind, cls: type) -> list[Stmt] | None:
        """An object without attributes, which `__init__` is called with, and the name that gets it."""
        init = plain_classes.initialiser(cls)
        for name in ("__init__", *plain_classes.OWN_WAYS):
            self.looked_up[cls, name] = None
        made = self.temp(stmt.target)
        rest: list[Stmt] = []
        if (init is None and (stmt.args or stmt.kwargs)) or stmt.stars:
            return None
        if init is cls:
            fields = _fields(cls, stmt)
            if fields is None:
                return None
            rest += [core.StoreAttr(Var(made), name, atom, line=stmt.line) for name, atom in fields]
        elif init is not None:
            rest.append(self.again(stmt, None, init, [Var(made), *stmt.args], stmt.kwargs))
        blank = Bind(made, "copy", [Const(Blank(cls))], line=stmt.line)
        return [blank, *rest, Bind(stmt.target, "copy", [Var(made)], line=stmt.line)]

    def by_super(self, stmt: Bind) -> list[Stmt] | None:
        """The function that `super().name` is, of an object whose class is known."""
        cls, (within, _, name) = self.names[stmt.args[1].name], stmt.args  # type: ignore[union-attr]
        start = self.inferred.of(within).value
        order = cls.__mro__
        if not isinstance(name, Const) or start not in order:
            return None
        rest = order[order.index(start) + 1 :]
        holder = next((base for base in rest if name.value in vars(base)), None)
        found = None if holder is None else vars(holder)[name.value]
        if holder is None or not isinstance(found, types.FunctionType):
            return None
        for base in rest[: rest.index(holder) + 1]:
            self.looked_up[base, name.value] = None
        return [Bind(stmt.target, "copy", [Const(found)], line=stmt.line)]

    def is_instance(self, stmt: Bind) -> list[Stmt] | None:
        """`isinstance` of an object whose class is known, or of a number and plain classes."""
        asked = self.inferred.of(stmt.args[1])
        classes = [k.value for k in asked.items] if asked.tag == "tuple" else [asked.value]
        if not classes or not all(type(cls) is type for cls in classes):
            return None
        cls = self.cls(stmt.args[0])
        plain = [plain_classes.is_plain(c) for c in classes]
        if cls is None and all(plain) and _name(stmt.args[0]) in self.operands:
            return [Bind(stmt.target, "copy", [Const(False)], line=stmt.line)]
        if cls is None and any(plain):
            cls = _class_of(self.inferred.of(stmt.args[0]))
        if cls is None:
            return None
        return [Bind(stmt.target, "copy", [Const(issubclass(cls, tuple(classes)))], line=stmt.line)]

    def method(self, stmt: Bind) -> list[Stmt] | None:
        cls, name = self.known_class(stmt.args[0], stmt.fn), stmt.fn
        assert cls is not None
        meaning = plain_classes.means(cls, name)
        if stmt.stars:
            return None
        if meaning == METHOD:
            return [self.again(stmt, stmt.target, self.function_of(cls, name), stmt.args, stmt.kwargs)]
        if meaning == STATIC:
            self.looked_up[cls, name] = None
            fn = kept_by_class(cls, name).__func__
            return [self.again(stmt, stmt.target, fn, stmt.args[1:], stmt.kwargs)]
        if (
            meaning == FIELD and self.cls(stmt.args[0]) is not None
        ):  # something that is called is an attribute of the object
            held = self.temp(name)
            read = Bind(held, "attr", [stmt.args[0]], fn=name, line=stmt.line, node=stmt.node)
            return [read, replace(stmt, op="call", args=stmt.args[1:], fn=Var(held))]
        return None

    def attribute(self, stmt: Bind) -> list[Stmt] | None:
        cls = self.known_class(stmt.args[0], stmt.fn)
        if cls is None or plain_classes.means(cls, stmt.fn) != PROPERTY:
            return None
        self.looked_up[cls, stmt.fn] = None
        fget = kept_by_class(cls, stmt.fn).fget
        return [self.again(stmt, stmt.target, fget, stmt.args)]

    def store_attribute(self, stmt: core.StoreAttr) -> list[Stmt] | None:
        cls = self.names[stmt.base.name]
        if plain_classes.means(cls, stmt.name) != PROPERTY:
            return None
        self.looked_up[cls, stmt.name] = None
        fset = kept_by_class(cls, stmt.name).fset
        return None if fset is None else [self.again(stmt, None, fset, [stmt.base, stmt.value])]

    def is_place(self, key: Atom) -> bool:
        """Whether a subscript says which items are meant, and is nothing that a class could compute with unseen."""
        kind = self.inferred.of(key)
        return kind.tag in ("int", "bool", "str", "none", "float") or (kind.tag in ("slice", "tuple") and kind.inactive)

    # Operators

    def operator(self, stmt: Bind) -> list[Stmt] | None:
        if self.cls(stmt.args[0]) is None and self.cls(stmt.args[-1]) is None:
            return None
        left, right = stmt.args[0], stmt.args[-1]
        if stmt.fn in (operator.is_, operator.is_not):
            is_none = isinstance(right, Const) and right.value is None
            known = Const(stmt.fn is operator.is_not)
            return [Bind(stmt.target, "copy", [known], line=stmt.line)] if is_none else None
        cls = self.cls(left)
        if len(stmt.args) == 1 or stmt.fn is operator.getitem:
            if stmt.fn is operator.getitem and not self.is_place(right):
                return None
            name = UNARY.get(stmt.fn, "__getitem__" if stmt.fn is operator.getitem else "")
            fn = None if cls is None else self.function_of(cls, name)
            return fn and [self.again(stmt, stmt.target, fn, stmt.args)]
        plain = stmt.fn
        if stmt.op == "inplace":
            fn = None if cls is None else self.function_of(cls, f"__{stmt.fn.__name__}__")
            if fn is not None:
                return [self.again(stmt, stmt.target, fn, stmt.args)]
            name = stmt.fn.__name__[1:]
            plain = getattr(operator, name + "_" if name in ("and", "or") else name)
        if plain not in BINARY:
            return None
        return self.forward(stmt, cls, plain) if cls is not None else self.reflected(stmt, plain)

    def forward(self, stmt: Bind, cls: type, plain: Any) -> list[Stmt] | None:
        """An operator by the method of what stands on its left."""
        fn = self.function_of(cls, BINARY[plain])
        if fn is None:
            return None
        right = stmt.args[1]
        other = self.cls(right)
        if other is None and self.inferred.of(right).tag not in NO_OBJECTS:
            return self.seen_later(stmt, cls, 1, fn, number=False)
        if other is not None and other is not cls and (issubclass(other, cls) or plain in COMPARISONS):
            return None
        return [self.again(stmt, stmt.target, fn, stmt.args)]

    def reflected(self, stmt: Bind, plain: Any) -> list[Stmt] | None:
        """An operator by the method of what stands on its right, with a number on its left."""
        cls = self.cls(stmt.args[1])
        name = f"__r{BINARY[plain][2:]}"
        fn = None if cls is None or plain in COMPARISONS else self.function_of(cls, name)
        if cls is None or fn is None:
            return None
        if self.inferred.of(stmt.args[0]).tag not in NUMBERS:
            return self.seen_later(stmt, cls, 0, fn, number=True)
        return [self.again(stmt, stmt.target, fn, stmt.args[::-1])]

    def seen_later(self, stmt: Bind, cls: type, i: int, fn: Any, number: bool) -> list[Stmt] | None:
        """A method that is chosen for what the operand at `i` turns out to be."""
        if not self.optimistic or self.marked:  # one at a time: more is known of the others when it is written out
            return None
        self.marked = True
        known = self.temp("operand")
        copy = Bind(known, "copy", [stmt.args[i]], fn=Operand(cls, number), line=stmt.line)
        args: list[Atom] = [Var(known) if k == i else a for k, a in enumerate(stmt.args)]
        return [copy, self.again(stmt, stmt.target, fn, args[::-1] if number else args)]


def _with_owner(stmt: Any, owner: Var, name: str) -> Stmt:
    """The statement with another name for that object."""

    def again(atom: Any) -> Any:
        return Var(name if atom is owner else atom.name) if isinstance(atom, Var) else atom

    if isinstance(stmt, core.StoreAttr):
        return replace(stmt, base=Var(name), value=again(stmt.value))
    kwargs = [(key, again(atom)) for key, atom in stmt.kwargs]
    return replace(stmt, fn=again(stmt.fn), args=[again(a) for a in stmt.args], kwargs=kwargs)


def _name(atom: Atom) -> Any:
    return atom.name if isinstance(atom, Var) else None


def _class_of(kind: Kind) -> Any:
    """The class of a value, where its kind tells; None where it does not."""
    if kind.tag == "npscalar":
        return None if kind.dtype is None else kind.dtype.type
    return CLASSES.get(kind.tag)


def _known(function: Function) -> dict[str, bool]:
    """Temporaries that are bound once, to a truth value."""
    made: dict[str, list[Any]] = {}
    for stmt in core.walk(function.body):
        for name in core.targets(stmt):
            literal = isinstance(stmt, Bind) and stmt.op == "copy" and isinstance(stmt.args[0], Const)
            made.setdefault(name, []).append(stmt.args[0].value if literal else None)  # type: ignore[attr-defined]
    return {
        n: found[0] for n, found in made.items() if len(found) == 1 and n in function.temps and type(found[0]) is bool
    }


def _fields(cls: type, stmt: Bind) -> list[tuple[str, Atom]] | None:
    """The attributes that a dataclass's `__init__` sets, by the arguments of a call; None where it cannot be told."""
    if any(name is None for name, _ in stmt.kwargs):
        return None
    try:
        given = inspect.signature(cls).bind(*stmt.args, **dict(stmt.kwargs)).arguments  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    found: list[tuple[str, Atom]] = []
    if len(cls.__dataclass_fields__) != len(dataclasses.fields(cls)):  # type: ignore[attr-defined,arg-type]
        return None  # what only `__post_init__` is given, or the class holds
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if field.name in given:
            found.append((field.name, given[field.name]))
        elif field.init and type(field.default) in LITERALS:
            found.append((field.name, Const(field.default)))
        else:
            return None
    return found
