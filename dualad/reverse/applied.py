"""One application of a primitive's rules: what it gives to each argument, with operands in place."""

from __future__ import annotations

import ast
import builtins
import functools
import math
import operator
import types
from typing import Any

import numpy as np

from dualad.analysis import calls
from dualad.analysis.kinds import Kind
from dualad.analysis.versions import Block
from dualad.foreign import OF_MATH
from dualad.registry import Primitive
from dualad.reverse import build, stated, twins
from dualad.reverse.bars import Slot
from dualad.reverse.fitting import fitting, may_drop_imaginary, same_shape
from dualad.reverse.inline import asked_for_facets, inlined, text_of
from dualad.reverse.listed import lists_of, taking_lists
from dualad.reverse.special import special_form
from dualad.reverse.squares import product_rules
from dualad.reverse.work import Work
from dualad.syntax.core import Atom, Bind, Const, Var, With, walk

SEQUENCES = frozenset({"list", "tuple"})
SHAPELESS = frozenset({"any", "float", "complex", *SEQUENCES})
LOUD = (
    np.log, np.log2, np.log10, np.log1p, np.divide, np.reciprocal, operator.truediv,
)  # fmt: skip
NARROW = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.complex64))
SAME_IN_MATH = frozenset({"sin", "cos", "exp", "sqrt", "sinh", "cosh"})


class Application:
    """One application of a primitive's rules."""

    def __init__(
        self,
        work: Work,
        stmt: Bind,
        block: Block,
        primitive: Primitive,
        named: dict[str, Atom],
        ct: ast.expr,
        slot: Slot,
    ) -> None:
        self.work = work
        self.stmt = stmt
        self.block = block
        self.primitive = primitive
        self.named = named
        self.ct = ct
        self.full = slot.full
        self.number = slot.number or isinstance(ct, ast.Constant)
        self.gives_number = False
        self.result = work.target_kind(stmt, stmt.target)
        self.faceted: frozenset[str] = frozenset()

    def contribution(self, position: int, name: str, atom: Var | Const, rule: Any) -> tuple[ast.expr, bool, bool]:
        """The contribution to one argument, whether nobody else holds it, and whether it has the argument's shape."""
        self.gives_number = False
        special = special_form(self.primitive, self.named)
        if special is not None:
            form, takes_any = special
            if not takes_any:
                self.expand()
            found = form(self, name, atom)
            if found is not None:
                return found
        if self.primitive.form != "elementwise":
            self.expand()
            value = self.inline(rule)
            kind = self.work.kind(atom)
            if self.primitive.checked:
                where = build.const(stated.rule_name(self.primitive, position))
                return self.work.help("cotangent_of", value, self.operand(atom), where), False, True
            if self.may_drop_imaginary(kind, name):
                value = self.work.help("like", value, self.operand(atom))
            return value, False, True
        singular = position in self.primitive.singular and not _plain_power(self.primitive, self.named)
        if singular and self.work.strong:
            value = self.strong(rule)
            full = False
        else:
            if singular and isinstance(atom, Var):
                self.note_singular(atom)
            product = None if self.primitive.checked else self.scalar_product(rule, self.work.kind(atom))
            if product is not None:
                return product, True, True
            partial = twins.partial(self.work, self.primitive, self.named, self.block) or self.inline(rule)
            if self.primitive.checked:
                return self.fitted(build.mul(self.ct, self.checked(partial, position)), name, atom, self.full)
            if self.primitive.rules is product_rules() and self.may_be_sparse(name):
                partial = self.work.help("factor", partial)
            else:
                partial = self.in_floats(partial, self.read_by(rule))
            value = build.mul(self.ct, _in_floats(partial) if self.result.inexact else partial)
            full = not isinstance(value, ast.Constant) and (self.full or self.reads_whole(rule, partial))
            self.gives_number = self.number and not full and self.reads_numbers(rule)
        return self.fitted(value, name, atom, full)

    def may_drop_imaginary(self, kind: Kind, name: str) -> bool:
        """Whether a contribution may be complex where the argument is real."""
        if self.primitive.constant_if_real:
            return not kind.is_complex
        return may_drop_imaginary(kind, self.result, self.others(name), self.primitive.makes_complex)

    def note_singular(self, atom: Var) -> None:
        """A partial in an operand may be infinite, where the primitive itself may not warn of it."""
        if not _bounded(self.primitive, self.named):
            self.work.sources.append(atom.name)
        self.work.noisy = self.work.noisy or not (self.of_python() or self.is_loud())

    def may_be_sparse(self, name: str) -> bool:
        """Whether the other factor may be a sparse matrix of SciPy's, which is constant."""
        others = [a for n, a in self.named.items() if n != name and isinstance(a, Var)]
        return any(self.work.kind(a).tag == "any" and not self.work.active(a) for a in others)

    def read_by(self, rule: Any) -> list[Kind]:
        """The kinds of the operands that a partial may be as they are: it reads them, and states no float."""
        text = text_of(rule)
        if text.body is None or any(_is_inexact(node) for node in build.walk(text.body)):
            return []
        read = (self.named.get(parameter) for parameter, facet in text.facets.items() if facet is None)
        return [self.work.kind(a) for a in read if isinstance(a, Var | Const)]

    def in_floats(self, partial: ast.expr, read: list[Kind]) -> ast.expr:
        """A partial in floats where it may be an array of integers, truth values, or floats narrower than the result.

        Where the cotangent is a whole array, that makes floats of it. Operands of no known kind are not widened.
        """
        narrow = any(k.tag == "array" and k.dtype in NARROW for k in read) and self.result.dtype not in NARROW
        whole = self.full and self.result.tag == "array" and bool(self.result.dims)
        if whole or not (narrow or any(k.maybe_integers for k in read)):
            return partial
        if not narrow:
            return self.work.help("in_floats", partial)
        if self.result.dtype is not None:
            return self.work.help("widened", partial)
        dtype = self.work.residuals.target(self.stmt, self.stmt.target, self.block, "dtype")
        return self.work.help("widened", partial, dtype)

    def of_python(self) -> bool:
        """Whether all operands and the result are numbers of Python."""
        kinds = [self.result, *(self.work.kind(a) for a in self.named.values() if isinstance(a, Var | Const))]
        return all(k.tag in ("float", "int", "bool") for k in kinds) and not any(
            isinstance(a, tuple | dict) for a in self.named.values()
        )

    def is_loud(self) -> bool:
        """Whether the partial is infinite only where the function is too, so that NumPy has warned already."""
        if not any(self.primitive.fn is fn for fn in LOUD):
            return False
        return not any(isinstance(s, With) for s in walk(self.work.facts.function.body))  # which may silence NumPy

    def checked(self, partial: ast.expr, position: int) -> ast.expr:
        """A partial that a user stated, which should have the result's shape or broadcast to it."""
        rule = build.const(stated.rule_name(self.primitive, position))
        return self.work.help("partial_of", partial, self.result_operand(), rule)

    def expand(self) -> None:
        """Give the cotangent its full shape."""
        if self.primitive.checked and self.result.tag != "array" and not self.result.is_number:
            self.ct, self.full, self.number = self.spread(), True, False
        if not self.full:
            self.ct = self.work.help("expand", self.ct, self.result_operand())
            self.full = True
            self.number = False

    def spread(self) -> ast.expr:
        """The cotangent of what a user's function gives, in the structure of that."""
        atoms = [a for a in self.named.values() if isinstance(a, Var) and self.work.active(a)]
        given = [self.operand(a) for a in atoms if not self.work.kind(a).inexact]
        return self.work.help("spread", self.ct, self.result_operand(), *given)

    def others(self, name: str) -> list[Kind]:
        return [self.work.kind(a) for n, a in self.named.items() if n != name and isinstance(a, Var | Const)]

    def operand(self, atom: Atom, facet: str | None = None) -> ast.expr:
        return self.work.residuals.operand(atom, self.stmt, self.block, facet)

    def inline(self, rule: Any) -> ast.expr:
        """The rule with the operands in place."""
        self.faceted = asked_for_facets(rule)
        value = inlined(rule, self.parameter, self.helper, first=not (self.work.higher or self.work.strong))
        if self.primitive.fn in OF_MATH and self.of_python():
            return _with_math(value, self.work.helper)
        return value

    def helper(self, name: str, value: Any = None) -> str:
        """The name of what a rule calls, which may be given lists in place of arrays."""
        own = isinstance(value, types.FunctionType) and (value.__module__ or "").startswith(calls.DEFINITIONS)
        shapeless = ("any", *SEQUENCES) if self.primitive.form == "elementwise" else SHAPELESS
        lists = any(isinstance(a, Var) and self.work.kind(a).tag in shapeless for a in self.named.values())
        return self.work.helper(name, _taking_lists(value, lists_of(self.primitive)) if own and lists else value)

    def parameter(self, parameter: str, facet: str | None) -> ast.expr | None:
        """What stands for a parameter of a rule."""
        if parameter == "ct":
            return _facet(self.ct, facet)
        if parameter == "ans":
            return self.work.residuals.target(self.stmt, self.stmt.target, self.block, facet)
        if parameter not in self.named:
            return None
        value: Any = self.named[parameter]
        sequence = isinstance(value, Var | Const) and self.work.kind(value).tag in SEQUENCES
        by_element = self.primitive.form == "elementwise" or isinstance(self.primitive.fn, np.ufunc)
        if sequence and (facet is not None or by_element):  # a list has no dtype
            return _facet(self.work.help("elements", self.operand(value)), facet)
        if parameter in self.faceted and isinstance(value, Var) and self.work.kind(value).tag in SHAPELESS:
            return self.work.help("as_array", self.operand(value))  # a list has no shape
        if isinstance(value, Var | Const):
            return self.operand(value, facet)
        if isinstance(value, tuple):
            return ast.Tuple([self.operand(a) for a in value], ast.Load())
        return ast.Dict([build.const(k) for k in value], [self.operand(a) for a in value.values()])

    def strong(self, rule: Any) -> ast.expr:
        """Cotangent times partial where a zero cotangent wins over an infinite partial."""
        text = text_of(rule)
        args = []
        for parameter in text.parameters:
            found = self.parameter(parameter, None)
            args.append(build.const(text.parameters[parameter]) if found is None else found)
        return self.work.help("strong", build.name(self.work.helper("partial", rule)), self.ct, *args)

    def reads_numbers(self, rule: Any) -> bool:
        """Whether the partial is a number: it reads no array."""
        for parameter, facet in text_of(rule).facets.items():
            atom = self.named.get(parameter)
            number = isinstance(atom, Const) or (isinstance(atom, Var) and self.work.kind(atom).is_number)
            if parameter == "ans" or not (number or facet in ("size", "ndim")):
                return False
        return True

    def reads_whole(self, rule: Any, partial: ast.expr) -> bool:
        """Whether the partial has the result's shape whatever the cotangent's: it reads an array of that shape.

        What the rule reads may be gone from the partial as it is written: of `x ** 1` that is 1.
        """
        if self.result.is_number:
            return True
        written = build.names_in(partial)
        for parameter, facet in text_of(rule).facets.items():
            if facet is not None:
                continue
            found = self.parameter(parameter, None)
            if found is None or not written & build.names_in(found):
                continue
            if parameter == "ans":
                return True
            atom = self.named.get(parameter)
            if isinstance(atom, Var) and self.result.tag == "array":
                kind = self.work.kind(atom)
                if kind.tag == "array" and (same_shape(kind, self.result) or self.is_only_array(parameter, kind)):
                    return True
        return False

    def fitted(self, value: ast.expr, name: str, atom: Var | Const, full: bool) -> tuple[ast.expr, bool, bool]:
        """Undo broadcasting, and drop an imaginary part that a real argument cannot have."""
        kind = self.work.kind(atom)
        owned = not isinstance(value, ast.Name)
        complex_part = self.may_drop_imaginary(kind, name)
        shape = fitting(kind, self.result)
        if shape is None and self.is_only_array(name, kind):
            shape = "same"
        if shape is None or complex_part or shape != "same":
            self.gives_number = False
        if shape is None or complex_part:
            if not full and shape != "same":  # what is to be summed must be there as often as it was repeated
                value = self.work.help("expand", value, self.result_operand())
            if kind.tag == "array" and not complex_part:
                return self.work.help("fit_shape", value, self.operand(atom, "shape")), False, True
            listed = kind.tag in SEQUENCES or (kind.tag == "any" and isinstance(self.primitive.fn, np.ufunc))
            fit = "fit_elements" if listed else "fit"  # an operator may be one of lists, a ufunc never is
            return self.work.help(fit, value, self.operand(atom)), False, full or shape != "same"
        if shape == "same":
            return value, owned and full, full
        if not full:
            value = self.work.help("expand", value, self.result_operand())
        axes, keepdims = shape
        negative, positive = build.sign_of(value)
        total = build.attribute(positive if negative else value, "sum")  # the method costs half of what np.sum does
        summed: dict[str, ast.expr] = (
            {} if kind.is_number else {"axis": build.const(axes[0] if len(axes) == 1 else axes)}
        )
        if keepdims and summed:
            summed["keepdims"] = build.const(True)
        self.work.summing = True
        found = build.call(total, (), **summed)
        return build.neg(found) if negative else found, True, True

    def is_only_array(self, name: str, kind: Kind) -> bool:
        """Whether all other operands are numbers, so that the result has this array's shape whatever that is."""
        ranks = kind.tag == self.result.tag == "array" and len(kind.dims) == len(self.result.dims)
        known = all(isinstance(a, Var | Const) for a in self.named.values())
        return ranks and known and all(k.is_number for k in self.others(name))

    def scalar_product(self, rule: Any, kind: Kind) -> ast.expr | None:
        """`(ct * x).sum()` of vectors of one length as `ct.dot(x)`, which makes no product of vectors."""
        floats = self.result.tag == "array" and self.result.dtype is not None and self.result.dtype.kind == "f"
        if not (kind.is_number and self.full and floats and len(self.result.dims) == 1):
            return None
        body = text_of(rule).body
        factor = self.named.get(body.id) if isinstance(body, ast.Name) else None
        if not isinstance(factor, Var) or self.work.kind(factor).tag != "array":
            return None
        if not same_shape(self.work.kind(factor), self.result):
            return None
        return build.call(build.attribute(self.ct, "dot"), [self.operand(factor)])

    def result_operand(self) -> ast.expr:
        return self.work.residuals.target(self.stmt, self.stmt.target, self.block)


def _is_inexact(node: ast.AST) -> bool:
    """Whether a part of a rule makes floats of integers."""
    divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    return divides or (isinstance(node, ast.Constant) and type(node.value) is float)


def _in_floats(partial: ast.expr) -> ast.expr:
    """A partial whose literal factor is a float, which arrays of floats are sooner multiplied with than with an int."""
    match partial:
        case ast.Constant(value=int() as number) if number < 2**53:  # a truth value, too
            return ast.Constant(float(number))
        case ast.BinOp(left=ast.Constant(value=int()), op=ast.Mult(), right=right):
            return ast.BinOp(_in_floats(partial.left), ast.Mult(), right)
    return partial


def _facet(value: ast.expr, facet: str | None) -> ast.expr:
    return value if facet is None else build.attribute(value, facet)


@functools.cache
def _taking_lists(fn: Any, lists: str) -> Any:
    return taking_lists(fn, lists)


def _with_math(value: ast.expr, helper: Any) -> ast.expr:
    """The partial of a function of `math` of numbers of Python: by `math` too, and so again a number of Python."""
    numpy = helper("np")
    for node in build.walk(value):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == numpy:
            if node.attr in SAME_IN_MATH:
                node.value = build.name(helper("math", math))
    return value


def _plain_power(primitive: Primitive, named: dict[str, Atom]) -> bool:
    """Whether it is a power with a literal exponent of at least one, which is singular nowhere."""
    if primitive.fn not in (operator.pow, builtins.pow, np.power):
        return False
    exponent = list(named.values())[1] if len(named) > 1 else None
    return isinstance(exponent, Const) and isinstance(exponent.value, int | float) and exponent.value >= 1


def _bounded(primitive: Primitive, named: dict[str, Atom]) -> bool:
    """Whether it is a sum of exponentials one of which is of a literal: its partials lie in [0, 1] then.

    They are undefined where both operands are the same infinity only, though NumPy warns when an exponential overflows.
    """
    literal = any(isinstance(a, Const) and isinstance(a.value, int | float) for a in named.values())
    return literal and primitive.fn in (np.logaddexp, np.logaddexp2)
