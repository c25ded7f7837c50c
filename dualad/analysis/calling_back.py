"""Which arguments a function of Python's own, NumPy's or SciPy's calls: those may change anything that they reach.

`sorted(items, key=o.rank)` runs a method of `o`. What inner functions do is told by their text, and what known ones do
too; of a method, or of a function that is a parameter, nothing is known before it runs.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable

import numpy as np

from dualad.analysis import calls
from dualad.analysis.calls import Callee
from dualad.analysis.kinds import Kind
from dualad.syntax.core import Atom, Bind, Stmt, Var

PARAMETERS = frozenset(
    {"key", "f", "fun", "func", "func1d", "function", "funclist", "mask_func", "callback", "events"}
    | {"fprime", "fprime2", "jac", "hess", "hessp", "Dfun"}
)
"""Parameters that take what is called."""

KEYED = (builtins.sorted, builtins.max, builtins.min)
"""Functions that take a key, as a keyword."""

OTHERS = (operator.getitem, np.gradient)
"""Functions whose parameters of such names take something else."""


def called_back(
    stmt: Bind, callee: Callee, kind: Callable[[Atom], Kind], made_by: Callable[[Var], list[Stmt]]
) -> list[Atom]:
    """The arguments of a primitive that it may call, of which nothing is known.

    `made_by`: the statements that bind what is read.
    """
    fn = callee.value if callee.primitive is None else callee.primitive.fn
    if (callee.primitive is None and fn is not sorted) or any(fn is other for other in OTHERS):
        return []
    if not stmt.stars and callee.primitive is not None and not _may_take_functions(callee):
        return []
    if stmt.stars or any(name is None for name, _ in callee.kwargs):
        taking = any(fn is known for known in KEYED) or not PARAMETERS.isdisjoint(_parameters(callee))
        found = [*callee.args, *(atom for _, atom in callee.kwargs)] if taking else []
    else:
        bound = calls.bind_arguments(callee, stmt.stars) if callee.primitive is not None and callee.args else None
        by_name = dict(callee.kwargs) | (bound or {})
        found = [atom for name, atom in by_name.items() if name in PARAMETERS]
    known = [atom for atom in found if isinstance(atom, Var) and _may_be_called(kind(atom))]
    return [atom for atom in known if not _is_made_here(made_by(atom))]


def _parameters(callee: Callee) -> list[str]:
    signature = callee.primitive.signature if callee.primitive is not None else None
    return [] if signature is None else list(signature.parameters)


def _may_take_functions(callee: Callee) -> bool:
    """Whether a parameter of such a name is there, or an argument given by one, or by no name that is known."""
    signature = callee.primitive.signature if callee.primitive is not None else None
    if signature is not None and not PARAMETERS.isdisjoint(signature.parameters):
        return True
    return any([name is None or name in PARAMETERS for name, _ in callee.kwargs])


def _may_be_called(kind: Kind) -> bool:
    """Whether a value may be, or hold, a function that is not known by its identity."""
    if kind.tag in ("list", "tuple", "ntuple", "dict"):
        return any(map(_may_be_called, kind.items))
    return kind.tag == "any"


def _is_made_here(makers: list[Stmt]) -> bool:
    """Whether it is an inner function, whose text has been looked at."""
    return bool(makers) and all(isinstance(s, Bind) and s.op == "function" for s in makers)
