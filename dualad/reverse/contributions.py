"""From a statement's cotangent to its operands': rules applied, broadcasting undone, items accumulated in place."""

from __future__ import annotations

import ast
import builtins
import functools
import math
import operator
import types
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis import calls
from dualad.analysis.kinds import Kind, maybe_one, same_dim
from dualad.analysis.results import result_kind
from dualad.analysis.versions import Block
from dualad.registry import Primitive
from dualad.reverse import build, residues
from dualad.reverse.bars import Code, Slot
from dualad.reverse.inline import asked_for_facets, inlined, text_of
from dualad.reverse.listed import taking_lists
from dualad.reverse.special import special_form
from dualad.reverse.work import Work
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var, With, walk

SEQUENCES = frozenset({"list", "tuple"})
SHAPELESS = frozenset({"any", "float", "complex", *SEQUENCES})
SUBSCRIPT_RULE = operator.getitem
OF_MATH = frozenset(f for f in vars(math).values() if callable(f) and isinstance(f, type(math.sin)))
LOUD = (
    np.log, np.log2, np.log10, np.log1p, np.divide, np.reciprocal, operator.truediv,
)  # fmt: skip
SAME_IN_MATH = frozenset({"sin", "cos", "exp", "sqrt", "sinh", "cosh"})


def add_whole(
    work: Work, atom: Atom, value: ast.expr, out: Code, *, owned: bool, full: bool, number: bool = False
) -> None:
    """Add to the cotangent of an operand."""
    assert isinstance(atom, Var)
    if work.in_memory(atom):
        residues.add_whole(work, atom, value, out)
        return
    work.bars.add(atom.name, work.kind(atom), value, out, owned=owned, full=full, number=number)


def add_item(work: Work, stmt: Bind, block: Block, base: Atom, key: Atom, ct: ast.expr, slot: Slot, out: Code) -> None:
    """The reverse of reading an item: its cotangent is added in place into the buffer of the whole."""
    assert isinstance(base, Var)
    bars, name, kind = work.bars, base.name, work.kind(base)
    back = _without_new_axes(key, kind)
    if back is not None:
        if not (slot.full or slot.number):
            ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
        number = slot.number and not slot.full
        value = ct if number or not back else build.subscript(ct, build.key_expr(back))
        add_whole(work, base, value, out, owned=slot.owned, full=not number, number=number)
        return
    version = work.facts.versions.read[base]
    shape = work.residuals.version(version, stmt, block, "shape", after=False) if kind.tag == "array" else None
    bars.buffer(name, kind, lambda: work.extent(base, stmt, block), shape, out)
    bar = build.name(bars.bar(name))
    of_numbers = kind.tag == "list" and all(item.is_number for item in kind.items) and work.kind(key).tag == "int"
    if of_numbers or (kind.tag == "array" and not _may_gather(work, key)):
        place = build.subscript(bar, work.residuals.key(key, stmt, block))
        negative, positive = build.sign_of(ct)
        out.append(build.augmented(place, ast.Sub() if negative else ast.Add(), positive))
        return
    index = work.residuals.operand(key, stmt, block)
    if not slot.full and kind.tag != "array":
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    adding = "add_at" if kind.tag == "array" else "add_attribute" if kind.tag == "fields" else "add_slot"
    out.append(ast.Expr(work.help(adding, bar, index, ct)))


def _without_new_axes(key: Atom, kind: Kind) -> tuple[Any, ...] | None:
    """Where a literal key only puts in new axes: the key that takes them out again (empty: there are none)."""
    if kind.tag != "array" or not isinstance(key, Const):
        return None
    parts = key.value if isinstance(key.value, tuple) else (key.value,)
    if any(p is not None and p != slice(None) for p in parts) or sum(p is not None for p in parts) > len(kind.dims):
        return None
    return tuple(0 if p is None else p for p in parts) if None in parts else ()


def fit_place(work: Work, stmt: Stmt, block: Block, base: Var, key: Atom | None, value: Atom, ct: ast.expr) -> ast.expr:
    """The cotangent of a place, with the shape of the value that was stored there or joined with what was there."""
    place, kind = work.kind(base), work.kind(value)
    if key is not None:
        primitive = registry.lookup(operator.getitem)
        assert primitive is not None
        place = result_kind(primitive, [place, work.kind(key)], {"key": (key, work.kind(key))})
    known = place.tag == "array" and not _may_drop_imaginary(kind, place, [])
    fitting = _fitting(kind, place) if known else None
    if fitting == "same":
        return ct
    if fitting is not None and kind.is_number:
        negative, positive = build.sign_of(ct)
        found = build.call(build.attribute(positive if negative else ct, "sum"))
        return build.neg(found) if negative else found
    if known and kind.tag == "array":
        return work.help("fit_shape", ct, work.residuals.operand(value, stmt, block, "shape"))
    return work.help("fit", ct, work.residuals.operand(value, stmt, block))


def _may_gather(work: Work, key: Atom) -> bool:
    """Whether a key may name a place twice (an array of positions)."""
    if isinstance(key, Const):
        parts = key.value if isinstance(key.value, tuple) else (key.value,)
        return any(isinstance(p, list | np.ndarray) for p in parts)
    kind = work.kind(key)
    parts = kind.items if kind.tag == "tuple" else (kind,)
    return not all(
        p.tag in ("int", "slice", "none")
        or (p.tag == "npscalar" and p.dtype is not None and p.dtype.kind in "iu")
        or (p.tag == "array" and p.dtype is not None and p.dtype.kind == "b")
        for p in parts
    )


def reverse_primitive(
    work: Work,
    stmt: Bind,
    block: Block,
    primitive: Primitive,
    args: list[Atom],
    kwargs: list[tuple[str | None, Atom]],
    ct: ast.expr,
    slot: Slot,
    out: Code,
) -> bool:
    """The reverse of a call of a primitive by its rules; False when its arguments are not known one by one."""
    if primitive.form == "constant":
        return True
    if primitive.form == "defined":
        return False
    if primitive.form == "refused":
        work.refuse(stmt, f"{primitive.name}, which has no derivative rule", primitive.why)
        return True
    callee = calls.Callee(args, kwargs, primitive=primitive, value=primitive.fn)
    named = calls.bind_arguments(callee, stmt.stars)
    if named is None:
        return False
    if primitive.fn is np.concatenate and _joined(work, stmt, block, named, ct, slot, out):
        return True
    names = list(primitive.signature.parameters) if primitive.signature else []
    packed: list[Any] = [v for v in named.values() if not isinstance(v, Var | Const)]
    if any(_holds_active(work, value) for value in packed):
        return False
    if any(rule is None and _may_be_discrete(work, named.get(n)) for n, rule in zip(names, _rules(primitive, names))):
        return False  # what it is shows when it runs
    applied = _Application(work, stmt, block, primitive, named, ct, slot)
    pair = list(named.values())
    twice = len(pair) == 2 and all(isinstance(a, Var) for a in pair) and pair[0].name == pair[1].name  # type: ignore[union-attr]
    order = sorted(enumerate(names), key=lambda pair: getattr(named.get(pair[1]), "name", "") == stmt.target)
    for position, name in order:
        atom = named.get(name)
        if not isinstance(atom, Var | Const):
            continue
        if not work.active(atom):
            continue
        rule = primitive.rules[position] if position < len(primitive.rules) else None
        if rule is None:
            work.refuse(
                stmt,
                f"{primitive.name} has no derivative in its argument `{name}`",
                primitive.why or "keep that argument constant",
            )
            continue
        value, owned, full = applied.contribution(position, name, atom, rule)
        plain = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult)
        if twice and plain and position == 0 and primitive.rules is _product_rules():
            assert isinstance(value, ast.BinOp)
            value = ast.BinOp(build.mul(value.left, build.const(2)), value.op, value.right)
            add_whole(work, atom, value, out, owned=owned, full=full, number=applied.gives_number)
            break
        add_whole(work, atom, value, out, owned=owned, full=full, number=applied.gives_number)
    return True


def _joined(work: Work, stmt: Bind, block: Block, named: dict[str, Atom], ct: ast.expr, slot: Slot, out: Code) -> bool:
    """The reverse of joining vectors that a tuple made for it holds: each gets its slice."""
    (whole,) = named.values() if len(named) == 1 else (None,)
    if not isinstance(whole, Var) or whole.name in work.bars.state or work.in_memory(whole):
        return False
    if work.target_kind(stmt, stmt.target).maybe_complex:
        return False
    made = work.facts.versions.read[whole].stmt
    known = isinstance(made, Bind) and made.op == "tuple" and not made.stars and made in block
    if not known or any(work.kind(a).tag != "array" or len(work.kind(a).dims) != 1 for a in made.args):  # type: ignore[union-attr]
        return False
    assert isinstance(made, Bind)
    if not slot.full:
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    parts: list[ast.expr | None] = []
    start: ast.expr | None = None
    for i, atom in enumerate(made.args):
        stop = None
        if i < len(made.args) - 1:
            length = build.subscript(work.residuals.operand(atom, made, block, "shape"), build.const(0))
            stop = length if start is None else ast.BinOp(build.copied(start), ast.Add(), length)
        part = work.bars.names.fresh("part")
        if work.active(atom):
            out.append(build.assign(part, build.subscript(ct, ast.Slice(start, stop))))
        parts.append(build.name(part) if work.active(atom) else None)
        start = stop
    work.bars.add_parts(whole.name, work.kind(whole), tuple(parts), out)
    return True


def _rules(primitive: Primitive, names: list[str]) -> list[Any]:
    """The rule for each parameter."""
    return [*primitive.rules, *[None] * (len(names) - len(primitive.rules))]


def _may_be_discrete(work: Work, atom: Any) -> bool:
    """Whether an operand is taken for active because it is not known to be an axis, a mask or a mode."""
    return isinstance(atom, Var) and work.active(atom) and work.kind(atom).tag == "any"


def _product_rules() -> Any:
    """The rules of multiplication, by which `x * x` is told."""
    primitive = registry.lookup(operator.mul)
    return primitive.rules if primitive is not None else None


def _holds_active(work: Work, value: Any) -> bool:
    """Whether something that was bound to `*args` or `**kwargs` is active."""
    items = value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else ()
    return any(work.active(a) for a in items)


class _Application:
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
            if _may_drop_imaginary(kind, self.result, self.others(name), self.primitive.makes_complex):
                value = self.work.help("like", value, self.operand(atom))
            return value, False, True
        singular = position in self.primitive.singular and not _plain_power(self.primitive, self.named)
        if singular and self.work.strong:
            value = self.strong(rule)
            full = False
        else:
            if singular:
                self.work.singular = self.work.singular or not _bounded(self.primitive, self.named)
                self.work.noisy = self.work.noisy or not (self.of_python() or self.is_loud())
            product = self.scalar_product(rule, self.work.kind(atom))
            if product is not None:
                return product, True, True
            partial = self.inline(rule)
            if self.primitive.rules is _product_rules() and self.may_be_sparse(name):
                partial = self.work.help("factor", partial)
            value = build.mul(self.ct, partial)
            full = self.full or self.reads_whole(rule)
            self.gives_number = self.number and not full and self.reads_numbers(rule)
        return self.fitted(value, name, atom, full)

    def may_be_sparse(self, name: str) -> bool:
        """Whether the other factor may be a sparse matrix of SciPy's, which is constant."""
        others = [a for n, a in self.named.items() if n != name and isinstance(a, Var)]
        return any(self.work.kind(a).tag == "any" and not self.work.active(a) for a in others)

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

    def expand(self) -> None:
        """Give the cotangent its full shape."""
        if not self.full:
            self.ct = self.work.help("expand", self.ct, self.result_operand())
            self.full = True
            self.number = False

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
        own = isinstance(value, types.FunctionType) and value.__module__.startswith(calls.DEFINITIONS)
        shapeless = ("any", *SEQUENCES) if self.primitive.form == "elementwise" else SHAPELESS
        lists = any(isinstance(a, Var) and self.work.kind(a).tag in shapeless for a in self.named.values())
        return self.work.helper(name, _taking_lists(value) if own and lists else value)

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
        if sequence and (facet is not None or self.primitive.form == "elementwise"):  # a list has no dtype
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

    def reads_whole(self, rule: Any) -> bool:
        """Whether the partial has the result's shape whatever the cotangent's: it reads an array of that shape."""
        if self.result.is_number:
            return True
        for parameter, facet in text_of(rule).facets.items():
            if facet is not None:
                continue
            if parameter == "ans":
                return True
            atom = self.named.get(parameter)
            if isinstance(atom, Var) and self.result.tag == "array":
                kind = self.work.kind(atom)
                if kind.tag == "array" and (_same_shape(kind, self.result) or self.is_only_array(parameter, kind)):
                    return True
        return False

    def fitted(self, value: ast.expr, name: str, atom: Var | Const, full: bool) -> tuple[ast.expr, bool, bool]:
        """Undo broadcasting, and drop an imaginary part that a real argument cannot have."""
        kind = self.work.kind(atom)
        owned = not isinstance(value, ast.Name)
        complex_part = _may_drop_imaginary(kind, self.result, self.others(name), self.primitive.makes_complex)
        shape = _fitting(kind, self.result)
        if shape is None and self.is_only_array(name, kind):
            shape = "same"
        if shape is None or complex_part or shape != "same":
            self.gives_number = False
        if shape is None or complex_part:
            if not full and shape != "same":  # what is to be summed must be there as often as it was repeated
                value = self.work.help("expand", value, self.result_operand())
            if kind.tag == "array" and not complex_part:
                return self.work.help("fit_shape", value, self.operand(atom, "shape")), False, True
            fit = "fit_elements" if kind.tag in SEQUENCES else "fit"
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
        if not _same_shape(self.work.kind(factor), self.result):
            return None
        return build.call(build.attribute(self.ct, "dot"), [self.operand(factor)])

    def result_operand(self) -> ast.expr:
        return self.work.residuals.target(self.stmt, self.stmt.target, self.block)


def _facet(value: ast.expr, facet: str | None) -> ast.expr:
    return value if facet is None else build.attribute(value, facet)


@functools.cache
def _taking_lists(fn: Any) -> Any:
    return taking_lists(fn)


def _with_math(value: ast.expr, helper: Any) -> ast.expr:
    """The partial of a function of `math` of numbers of Python: by `math` too, and so again a number of Python."""
    numpy = helper("np")
    for node in build.walk(value):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == numpy:
            if node.attr in SAME_IN_MATH:
                node.value = build.name(helper("math", math))
    return value


def _same_shape(a: Kind, b: Kind) -> bool:
    return len(a.dims) == len(b.dims) and all(
        (x == y and x != "?") or same_dim(x, y) for x, y in zip(a.dims, b.dims, strict=True)
    )


def _fitting(kind: Kind, result: Kind) -> Any:
    """How a contribution of the result's shape is brought to an argument's: "same", (axes, keepdims), None: unknown."""
    if kind.is_number and result.is_number:
        return "same"
    if result.tag != "array" or not (kind.is_number or kind.tag == "array"):
        return None
    dims = (1,) * (len(result.dims) - len(kind.dims)) + kind.dims
    lead = len(result.dims) - len(kind.dims)
    axes, keep = [], []
    for i, (own, whole) in enumerate(zip(dims, result.dims, strict=True)):
        if i < lead:
            axes.append(i)
        elif own == 1:
            if whole == 1:
                continue
            keep.append(i)
        elif own == whole and own != "?":
            continue
        elif maybe_one(own):
            return None
    if not axes and not keep:
        return "same"
    if axes and keep:
        return None
    return (tuple(axes), False) if axes else (tuple(keep), True)


def _may_drop_imaginary(kind: Kind, result: Kind, others: list[Kind], makes_complex: bool = False) -> bool:
    """Whether a contribution may be complex where the argument is real."""
    if not result.maybe_complex:
        return False
    known_complex = kind.tag in ("array", "npscalar") and kind.dtype is not None and kind.dtype.kind == "c"
    if known_complex or kind.tag == "complex":
        return False
    if kind.maybe_complex or result.tag == "complex" or (result.dtype is not None and result.dtype.kind == "c"):
        return True
    return makes_complex or any(k.maybe_complex for k in others) or not others


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
