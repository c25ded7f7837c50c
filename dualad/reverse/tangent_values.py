"""What the tangent of a value is, as an expression: the rules of primitives and helpers applied to tangents."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis import calls
from dualad.errors import Unsupported
from dualad.reverse import build, runtime, stack_helpers
from dualad.reverse.bars import Bars
from dualad.reverse.emitted import Helpers
from dualad.reverse.inline import inlined, text_of
from dualad.reverse.linearity import BILINEAR, LINEAR, mirrors, still
from dualad.reverse.listed import without_lists
from dualad.reverse.moving import CHECKS, Moving, is_creation
from dualad.reverse.primal import Primal
from dualad.reverse.residuals import Residuals
from dualad.reverse.squares import is_square
from dualad.reverse.wanted import Lines
from dualad.reverse.work import Facts, Work
from dualad.syntax.core import Atom, Bind, Const, Var
from dualad.syntax.names import Names

ARRAYS = (np.array, np.asarray)
JOINING = (operator.add, operator.mul)
SAME_ORDER = (builtins.zip, builtins.enumerate, builtins.reversed)


class Values:
    """Names of tangents, and expressions of them, for one function.

    Attributes:
        many: whether tangents are stacks.
        anybodys: whether the function is not one that was emitted.
    """

    def __init__(self, facts: Facts, moving: Moving, many: bool, anybodys: bool) -> None:
        self.many = many
        self.anybodys = anybodys
        self.facts = facts
        self.moving = moving
        function = facts.function
        self.names = Names(None, function.identifiers)
        self.helpers = Helpers(self.names, function.source.globals)
        residuals = Residuals(facts.kinds, facts.memory, self.names, function.temps, self.helpers)
        self.work = Work(facts, Bars(self.names, self.helpers), residuals, self.helpers, False)
        self.primal = Primal(self.work, {}, {})
        self.lines = Lines(moving.place)
        self.dots: dict[str, str] = {}
        self.known: dict[str, ast.expr] = {}  # functions and modules by the names that they were loaded under
        self.renamed: dict[str, str] = {}  # what the statement at hand binds anew, by what it was before
        self.old: set[str] = set()

    # Names and operands

    def dot(self, name: str) -> str:
        """The name of a name's tangent."""
        if name not in self.dots:
            self.dots[name] = self.names.fresh(f"{name}_dot")
            self.lines.dots[self.dots[name]] = name
        return self.dots[name]

    def atom(self, atom: Atom) -> ast.expr:
        """An operand, as it was before the statement at hand."""
        if isinstance(atom, Var) and atom.name in self.renamed:
            return build.name(self.renamed[atom.name])
        return self.primal.atom(atom)

    def helper(self, fn: Callable[..., Any]) -> ast.expr:
        return build.name(self.helpers(fn.__name__, fn))

    def still(self, value: ast.expr) -> ast.expr:
        """A zero tangent of a value."""
        return build.call(self.helper(still), [value])

    def moves(self, atom: Any) -> bool:
        return isinstance(atom, Var) and atom.name in self.moving.names and not self.work.kind(atom).inactive

    def tangent(self, atom: Any) -> ast.expr | None:
        """The tangent of an operand; None where it does not move."""
        return build.name(self.dot(atom.name)) if self.moves(atom) else None

    def full(self, atom: Atom) -> ast.expr:
        """The tangent of an operand, or a zero one of its structure."""
        found = self.tangent(atom)
        if found is not None:
            return found
        if isinstance(atom, Const) or self.work.kind(atom).is_number:
            return build.const(0.0)
        return self.still(self.atom(atom))

    def value_of(self, stmt: Bind) -> Any:
        callee = self.facts.kinds.callee.get(stmt)
        return None if callee is None else callee.value

    def callee(self, stmt: Bind) -> calls.Callee | None:
        """What a statement calls; a method of something unknown that moves is one of arrays, which alone can move."""
        callee = self.facts.kinds.callee.get(stmt)
        known = callee is not None and (callee.primitive is not None or callee.value is not None)
        if known or stmt.op not in ("method", "attr") or not self.moves(stmt.args[0]):
            return callee
        lookup = registry.lookup_method if stmt.op == "method" else registry.lookup_attribute
        primitive = lookup(stmt.fn) if self.work.kind(stmt.args[0]).tag == "any" else None
        if primitive is None or primitive.writes:
            return callee
        return calls.Callee(list(stmt.args), stmt.kwargs, primitive=primitive, value=primitive.fn)

    # Values

    def value(self, stmt: Bind) -> ast.expr | None:
        """The tangent of what a statement binds; None if it is zero."""
        args = stmt.args
        match stmt.op:
            case "copy":
                return self.tangent(args[0])
            case "tuple" | "list":
                if stmt.stars:
                    raise Unsupported("`*` of what moves")
                items = [self.full(a) for a in args]
                made = ast.Tuple if stmt.op == "tuple" else ast.List
                return made(items, ast.Load())
            case "dict":
                if stmt.stars:
                    raise Unsupported("`**` of what moves")
                keys = [self.atom(k) for k in args[::2]]
                return ast.Dict(keys, [self.full(a) for a in args[1::2]])  # type: ignore[arg-type]
            case "prim" | "call" | "method" | "attr":
                return self.called(stmt)
        return None

    def called(self, stmt: Bind) -> ast.expr | None:
        callee = self.callee(stmt)
        if callee is not None and any(callee.value is check for check in CHECKS):
            return None
        operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
        if not any(self.moves(a) for a in operands):
            return None
        if callee is not None and callee.primitive is not None:
            return self.primitive(stmt, callee)
        value = None if callee is None else callee.value
        if any(value is known for known in SAME_ORDER) and not stmt.kwargs:
            nothing = build.call(self.helper(repeat), [build.const(0.0)])
            return self.cloned(stmt, [nothing if (t := self.tangent(a)) is None else t for a in stmt.args])
        plain = without_lists(value)
        for table, joint in ((LINEAR, True), (BILINEAR, False)):
            for fn, places in table.items():
                if fn is plain:
                    return self.linear(stmt, [stmt.args[i] for i in places if i < len(stmt.args)], joint)
        raise Unsupported(f"a call of {getattr(value, '__name__', 'something unknown')} of what moves")

    def primitive(self, stmt: Bind, callee: Any) -> ast.expr | None:
        """The tangent that a primitive's rules give."""
        primitive = callee.primitive
        if primitive.form == "constant":
            return None
        named = calls.bind_arguments(callee, stmt.stars) if primitive.form != "refused" else None
        if named is None or primitive.form == "defined" or "out" in named:
            raise Unsupported(f"a call of {primitive.name}")
        if self.may_be_complex(stmt, primitive, named):
            raise Unsupported("complex numbers")
        if primitive.constant_if_real:
            return None
        rules = primitive.jvps or primitive.rules
        parameters = list(primitive.signature.parameters)
        held: list[tuple[Any, Atom]] = []
        for i, parameter in enumerate(parameters):
            atom: Any = named.get(parameter)
            rule = rules[i] if i < len(rules) else None
            if isinstance(atom, tuple | dict):
                if any(self.moves(a) for a in (atom.values() if isinstance(atom, dict) else atom)):
                    raise Unsupported(f"`{parameter}` of {primitive.name}")
            elif rule is not None and atom is not None:
                held.append((rule, atom))
            elif atom is not None and self.moves(atom) and primitive.fn is not operator.getitem:  # floats are no keys
                raise Unsupported(f"`{parameter}` of {primitive.name}")
        if (
            primitive.aliases in ("maybe", "seldom", "unsaid")
            and not calls.gives_new(callee, stmt.stars)
            and self.moving.is_stored(stmt.target)
            and not mirrors(stmt, self.facts, self.work)
        ):
            raise Unsupported(f"{primitive.name} of what is stored into")
        if primitive.form == "elementwise":
            return self.elementwise(stmt, primitive, named)
        if primitive.form == "general":
            terms = [inlined(r, self.operand(stmt, named, a), self.helpers) for r, a in held if self.moves(a)]
            return _total(terms)
        if self.many and primitive.fn in ARRAYS:
            return self.array(primitive, named)
        places = [a for _, a in held]
        if len(held) == 2 and self.moves(places[0]) and is_square(self.work, primitive, places):
            return build.mul(self.linear(stmt, places[:1], False), build.const(2.0))  # type: ignore[arg-type]
        return self.linear(stmt, places, primitive.form == "linear")

    def array(self, primitive: Any, named: dict[str, Any]) -> ast.expr:
        """An array of numbers and arrays that move, in lists: NumPy would not ask stacks."""
        if len(named) > 1:
            raise Unsupported(f"arguments of {primitive.name}")
        return build.call(self.helper(stack_helpers.array_of), [self.full(*named.values())])

    def linear(self, stmt: Bind, places: list[Atom], joint: bool) -> ast.expr | None:
        """The function itself at tangents: of all linear arguments together, or of each in turn."""
        if not any(self.moves(a) for a in places):
            return None
        if joint:
            return self.cloned(stmt, [self.full(a) if _among(a, places) else a for a in stmt.args], places)
        return _total(
            [
                self.cloned(stmt, [self.full(a) if a is place else a for a in stmt.args], [place])
                for place in places
                if self.moves(place)
            ]
        )

    def cloned(self, stmt: Bind, args: list[Any], places: Any = ()) -> ast.expr:
        """The right-hand side with other operands: expressions, or atoms that stay."""
        if stmt.op == "attr":
            return build.attribute(args[0], stmt.fn)
        names: dict[str, ast.expr] = {}
        atoms: list[Atom] = []
        for arg in args:
            if isinstance(arg, ast.expr):
                names[fresh := f"\0{len(names)}"] = arg
                arg = Var(fresh)
            atoms.append(arg)
        kwargs = list(stmt.kwargs)
        for i, (key, atom) in enumerate(kwargs):
            if _among(atom, places):
                names[fresh := f"\0{len(names)}"] = self.full(atom)
                kwargs[i] = key, Var(fresh)
        clone = Bind(stmt.target, stmt.op, atoms, stmt.fn, kwargs, stmt.stars, stmt.node)
        if stmt in self.facts.kinds.callee:
            self.facts.kinds.callee[clone] = self.facts.kinds.callee[stmt]
        names |= {name: build.name(old) for name, old in self.renamed.items()}
        return build.replaced(self.primal.expr(clone), names)  # type: ignore[no-any-return]

    def operand(self, stmt: Bind, named: dict[str, Any], of: Atom | None = None) -> Callable[..., ast.expr | None]:
        """What stands for the parameters of a rule: `t` for the tangent of `of`."""

        def found(parameter: str, facet: str | None) -> ast.expr | None:
            if parameter == "t" and of is not None:
                value: ast.expr | None = self.tangent(of)
            elif parameter == "ans":
                value = build.name(stmt.target)
            elif parameter in named:
                atom = named[parameter]
                if isinstance(atom, tuple | dict):
                    raise Unsupported("arguments that a rule does not name")
                value = self.atom(atom)
            else:
                return None
            if facet is None or value is None:
                return value
            if facet == "shape" and parameter in named and not self.is_array(named[parameter]):
                return self.work.np("shape", value)
            return build.attribute(value, facet)

        return found

    def is_array(self, atom: Atom) -> bool:
        return self.work.kind(atom).tag == "array"

    def elementwise(self, stmt: Bind, primitive: Any, named: dict[str, Any]) -> ast.expr | None:
        """The sum of partials times tangents, in the shape of the result."""
        if primitive.fn in JOINING:
            self.require_numbers(named)
        terms: list[ast.expr] = []
        covered: set[str] = set()
        for i, parameter in enumerate(primitive.signature.parameters):
            atom = named.get(parameter)
            rule = primitive.rules[i] if i < len(primitive.rules) else None
            moved = self.tangent(atom)
            if moved is None or rule is None:
                continue
            partial = inlined(rule, self.operand(stmt, named), self.helpers)
            term = build.mul(moved, partial)
            if build.is_number(term, 0):  # of a literal zero times an array there is no array
                continue
            terms.append(term)
            covered |= {parameter, *(p for p, facet in text_of(rule).facets.items() if facet is None)}
        if not terms:
            return None
        if len(terms) == 2 and is_square(self.work, primitive, named.values()):
            (atom, _) = named.values()
            twice = ast.BinOp(self.atom(atom), ast.Mult(), build.const(2))  # once for however many tangents
            terms = [ast.BinOp(self.tangent(atom), ast.Mult(), twice)]  # type: ignore[arg-type]
        total = _total(terms)
        others = [a for p, a in named.items() if p not in covered]
        if "ans" in covered or self.same_shape(stmt, [a for p, a in named.items() if p in covered], others):
            return total
        return self.work.help("expand", total, build.name(stmt.target))  # type: ignore[arg-type]

    def require_numbers(self, named: dict[str, Any]) -> None:
        """Refuse an operator that joins or repeats lists, where an operand is one (or in anybody's code may be one)."""
        tags = {self.work.kind(a).tag for a in named.values() if isinstance(a, Var | Const)}
        if not tags.isdisjoint(("list", "tuple", "ntuple", "dict")) or (self.anybodys and "any" in tags):
            raise Unsupported("an operator on what may be a list")

    def same_shape(self, stmt: Bind, covered: list[Atom], others: list[Atom]) -> bool:
        """Whether what is made of the operands `covered` has the result's shape, though `others` are not among them."""
        result = self.work.target_kind(stmt, stmt.target)
        kinds = [self.facts.kinds.of(a) for a in others]
        if result.is_number or all(k.is_number for k in kinds):
            return True
        if result.tag != "array":
            return False
        for atom in covered:
            kind = self.work.kind(atom)
            if kind.tag == "array" and kind.dims == result.dims and "?" not in kind.dims:
                return True
        return False

    def may_be_complex(self, stmt: Bind, primitive: Any, named: dict[str, Any]) -> bool:
        """Whether complex numbers are known to take part."""
        atoms = [a for a in named.values() if isinstance(a, Var | Const)]
        kinds = [*(self.work.kind(a) for a in atoms), self.work.target_kind(stmt, stmt.target)]
        makes_complex = primitive.makes_complex and primitive.form not in ("linear", "elementwise")
        return makes_complex or any(k.is_complex for k in kinds)

    def zero(self, stmt: Bind) -> ast.expr:
        """A zero tangent of what a statement binds that does not move itself."""
        value = self.value_of(stmt)
        if is_creation(value):
            return self.cloned(stmt, list(stmt.args))
        if any(value is known for known in SAME_ORDER):
            return build.call(self.helper(repeat), [build.const(0.0)])
        if value is runtime.buffer:
            return self.cloned(stmt, [build.const(0.0), stmt.args[1]])
        if stmt.op in ("list", "dict") and not stmt.args:
            return self.primal.expr(stmt)
        return self.still(build.name(stmt.target))


def _total(terms: list[ast.expr]) -> ast.expr | None:
    total: ast.expr | None = None
    for term in terms:
        total = term if total is None else build.add(total, term)
    return total


def _among(atom: Atom, places: Any) -> bool:
    return any(atom is place for place in places)
