"""What is called where: static resolution of callees, and the binding of a call's arguments to parameters."""

from __future__ import annotations

import builtins
import operator
import os
import sys
import types
from functools import lru_cache
from typing import Any

import numpy as np

from dualad import equivalents, outputs, registry
from dualad.analysis import kinds, libraries
from dualad.analysis.kinds import Kind
from dualad.chosen import BY_COUNT, LISTS, OF_ITEMS, items_again, items_of_row
from dualad.classes import read_quietly
from dualad.records import field, record
from dualad.registry import Primitive
from dualad.syntax.core import Atom, Bind, Const

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
DEFINITIONS = "dualad.rules."  # where NumPy's functions are defined by others that have rules
STABLE_MODULES = frozenset({"numpy", "math", "operator", "functools", "itertools", "scipy", "builtins", "cmath"})


@record(slots=True, eq=False, repr=False)
class Callee:
    """What a call is known to call.

    Exactly one of `primitive` and `value` is set (both None: unknown until it runs). `args` are the arguments in the
    order of the primitive's parameters, a method's object first.
    """

    args: list[Atom]
    kwargs: list[tuple[str | None, Atom]] = field(default_factory=list)
    primitive: Primitive | None = None
    value: Any = None

    @property
    def function(self) -> types.FunctionType | None:
        """The Python function that is called, if it is one."""
        return self.value if isinstance(self.value, types.FunctionType) else None


def lookup_global(source: Any, name: str) -> Any:
    """The present value of a global or builtin; raises KeyError."""
    if name in source.globals:
        return source.globals[name]
    scope = source.globals.get("__builtins__", builtins)
    scope = scope if isinstance(scope, dict) else vars(scope)
    return scope[name]


class _Derivative:
    """Stands for any derivative function as a callee."""


A_DERIVATIVE = _Derivative()
MAKERS = frozenset(
    {"grad", "value_and_grad", "jacobian", "jacfwd", "jacrev", "hessian", "derivative", "elementwise_grad", "laplacian"}
)  # transforms whose result is a function


def is_ours(value: Any) -> bool:
    """Whether a callee is dualad's own (a transform, or what one made), which writes nothing of the user's."""
    if value is A_DERIVATIVE:
        return True
    if hasattr(type(value), "__dualad_vjp__"):
        return True
    known: frozenset[Any] = equivalents.ALL
    if not isinstance(value, types.FunctionType) or value in known:
        return False
    return value.__code__.co_filename.startswith(PACKAGE) and not is_definition(value)


def is_definition(value: Any) -> bool:
    """Whether a function is one of those that NumPy's functions are defined by: it writes nothing of its caller's."""
    return isinstance(value, types.FunctionType) and (value.__module__ or "").startswith(DEFINITIONS)


def is_undeclared(value: Any) -> bool:
    """Whether a function without a rule is one of NumPy's or SciPy's, whose own Python is not differentiated."""
    return libraries.root(value) in libraries.NUMERIC


def is_stable(module: Any) -> bool:
    """Whether the attributes of a module are taken to stay as they are."""
    return isinstance(module, types.ModuleType) and (
        module.__name__.partition(".")[0] in STABLE_MODULES or module.__name__ in sys.stdlib_module_names
    )


def resolve(bind: Bind, kind_of: Any) -> Callee:
    """What a "call", "method", "attr" or "prim" calls, as far as kinds tell."""
    if bind.op == "prim":
        return Callee(list(bind.args), primitive=registry.lookup(bind.fn), value=bind.fn)
    if bind.op == "call":
        kind = kind_of(bind.fn)
        if kind.tag == "object":
            chosen = None
            if kind.value is max or kind.value is min:
                chosen = _of_numbers(kind.value, bind, kind_of)
            elif kind.value is list:
                chosen = _listed(bind, kind_of)
            if chosen is not None:
                return Callee(list(bind.args), primitive=registry.lookup(chosen), value=chosen)
            return _of_value(kind.value, list(bind.args), bind.kwargs)
        if kind.tag == "derivative":
            return Callee(list(bind.args), bind.kwargs, value=A_DERIVATIVE)
        return Callee(list(bind.args), bind.kwargs)
    return _of_member(bind, kind_of(bind.args[0]))


ITERATION = (builtins.range, builtins.zip, builtins.enumerate, builtins.reversed)


def _of_numbers(value: Any, bind: Bind, kind_of: Any) -> Any:
    """What has a rule for so many arguments, if all are numbers, or for a list of numbers."""
    if bind.kwargs or bind.stars:
        return None
    if len(bind.args) == 1:
        kind = kind_of(bind.args[0])
        known_items = kind.tag == "list" or kinds.is_plain_tuple(kind)
        return OF_ITEMS[value] if known_items and all(k.is_number or k.tag == "bottom" for k in kind.items) else None
    known = BY_COUNT.get((value, len(bind.args)))
    return known if known is not None and all([kind_of(a).is_number for a in bind.args]) else None


def _listed(bind: Bind, kind_of: Any) -> Any:
    """What `list` is called with a row of numbers, or with a list of them."""
    if bind.kwargs or bind.stars or len(bind.args) != 1:
        return None
    kind = kind_of(bind.args[0])
    if kind.tag == "array":
        return items_of_row if len(kind.dims) == 1 and kind.dtype is not None and kind.dtype.kind in "iuf" else None
    return items_again if kind.tag == "list" and kind.items and all([k.is_number for k in kind.items]) else None


def makes_list(bind: Bind, callee: Callee, kind_of: Any) -> bool:
    """Whether what is known to give a list of numbers gives a new one.

    So do a slice of a list, lists joined or repeated, `sorted`, `list`, `x.tolist()`.
    """
    if bind.op == "prim":
        tags = [kind_of(a).tag for a in callee.args]
        joined = bind.fn in (operator.mul, operator.add) and "list" in tags
        return joined or (bind.fn is operator.getitem and tags == ["list", "slice"])
    if bind.op == "method":
        return bind.fn == "tolist"
    return (callee.value is builtins.sorted and not callee.kwargs) or any(callee.value is fn for fn in LISTS)


def _of_value(value: Any, args: list[Atom], kwargs: list[tuple[str | None, Atom]]) -> Callee:
    if any(value is known for known in ITERATION):
        return Callee(args, kwargs, value=value)
    if type(value) is equivalents.TYPED_DICTS:
        value = dict
    return Callee(args, kwargs, primitive=registry.lookup(value), value=equivalents.equivalent(value, tuple(args)))


def _of_member(bind: Bind, owner: Kind) -> Callee:
    if owner.tag == "object":
        owns = isinstance(owner.value, types.ModuleType | type | np.ufunc) or registry.is_owner(owner.value)
        value = read_quietly(owner.value, str(bind.fn)) if owns else None
        if value is not None:
            return _of_value(value, list(bind.args[1:]), bind.kwargs)
    elif owner.tag in ("array", "npscalar"):
        lookup = registry.lookup_method if bind.op == "method" else registry.lookup_attribute
        found = lookup(bind.fn)
        if found is not None:
            return Callee(list(bind.args), bind.kwargs, primitive=found, value=found.fn)
    return Callee(list(bind.args), bind.kwargs)


def bind_arguments(callee: Callee, stars: frozenset[int]) -> dict[str, Atom] | None:
    """Arguments by the primitive's parameter names; None if they do not fit or are not known one by one."""
    assert callee.primitive is not None
    signature = callee.primitive.signature
    if signature is None or stars:
        return None
    if callee.primitive.covers and not _is_covered(callee):
        return None
    if not callee.kwargs:
        names, required = _positional(callee.primitive)
        if required <= len(callee.args) <= len(names):
            return dict(zip(names, callee.args, strict=False))
    elif any(name is None for name, _ in callee.kwargs):
        return None
    try:
        return dict(signature.bind(*callee.args, **dict(callee.kwargs)).arguments)  # type: ignore[arg-type]
    except TypeError:
        return None


NEW_WHERE_COVERED = (np.diff,)
"""Functions whose rules are of new arrays, while a call that they do not cover may give what it is given."""

NEW_OF_ARRAYS_ALONE = frozenset({"np.fft.fftn", "np.fft.ifftn", "np.fft.fft2", "np.fft.ifft2"})
"""Functions that make new arrays, unless they are told to go along no axes; by name, as NumPy loads them late."""


def gives_new(callee: Callee, stars: frozenset[int]) -> bool:
    """Whether what a call of a primitive gives shares no memory with its operands."""
    primitive = callee.primitive
    if primitive is None or primitive.aliases == "no":
        return primitive is not None
    if stars:
        return False
    if primitive.aliases == "seldom" and primitive.name in NEW_OF_ARRAYS_ALONE:
        return len(callee.args) == 1 and all([name == "norm" for name, _ in callee.kwargs])
    return any([primitive.fn is fn for fn in NEW_WHERE_COVERED]) and _is_covered(callee)


def _is_covered(callee: Callee) -> bool:
    """Whether literals say that the rules hold for a call; where they do not, it is seen as it runs."""
    primitive = callee.primitive
    assert primitive is not None and primitive.signature is not None
    try:
        bound = primitive.signature.bind(*callee.args, **dict(callee.kwargs)).arguments  # type: ignore[arg-type]
    except TypeError:
        return False
    given = {name: bound[name] for name in primitive.covers if name in bound}
    literal = all(isinstance(atom, Const) for atom in given.values())
    return literal and primitive.holds_for({name: atom.value for name, atom in given.items()})


@lru_cache(maxsize=4096)
def _positional(primitive: Primitive) -> tuple[list[str], int]:
    """The parameters that take positional arguments one by one, and how many arguments there must be at least."""
    assert primitive.signature is not None
    names: list[str] = []
    required = 0
    for name, parameter in primitive.signature.parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty:
                required = sys.maxsize  # it cannot be called by positions alone
            continue
        names.append(name)
        required += parameter.default is parameter.empty
    return names, required


def atom_kind(value: Any) -> Kind:
    """The kind of a literal."""
    if isinstance(value, slice):
        return kinds.slice_of([atom_kind(part) for part in (value.start, value.stop, value.step)])
    return kinds.of(value)


def literal(atom: Atom) -> Any:
    """The value of a literal, `...` for a variable."""
    return atom.value if isinstance(atom, Const) else ...


def outs(callee: Callee) -> list[Atom]:
    """The operands that a call of a primitive writes its results into."""
    assert callee.primitive is not None
    names = _output_names(callee.primitive, len(callee.args))
    if not names and not callee.kwargs:
        return []
    by_place = [a for n, a in zip(names, callee.args[len(callee.args) - len(names) :], strict=True) if n == "out"]
    found = [*by_place, *(a for name, a in callee.kwargs if name == "out")]
    return [a for a in found if not (isinstance(a, Const) and a.value is None)]


MANY = 20  # more arguments than any function of NumPy's has in front of its `out`


def may_pass_place(stmt: Bind, callee: Callee, kind_of: Any) -> bool:
    """Whether what is written may come from something that is taken apart: `f(*pair)`, `f(**options)`."""
    named = any(name is None for name, _ in callee.kwargs)
    if not stmt.stars and not named:
        return False
    assert callee.primitive is not None
    if callee.primitive.writes:
        return True
    if named:  # `overwrite_a` of SciPy's and its like are refused as they run
        module = getattr(callee.primitive.fn, "__module__", None) or ""
        return module.startswith("numpy") or bool(_output_names(callee.primitive, MANY))
    count = 0
    for i, atom in enumerate(callee.args, start=len(stmt.args) - len(callee.args)):
        kind = kind_of(atom)
        if i in stmt.stars and (kind.tag != "tuple" or not kind.items):
            count = MANY
            break
        count += len(kind.items) if i in stmt.stars else 1
    return bool(_output_names(callee.primitive, count))


@lru_cache(maxsize=4096)
def _output_names(primitive: Primitive, count: int) -> tuple[str, ...]:
    return outputs.named(primitive.fn, count)
