"""What is known of a call by what it calls: whether it reaches memory beyond its arguments, or writes none at all."""

from __future__ import annotations

import contextlib
import copy
import warnings
from typing import Any

import numpy as np

from dualad.analysis import calls, libraries
from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.storage import Memory
from dualad.analysis.structural import STRUCTURAL
from dualad.classes import runs_code
from dualad.syntax import core
from dualad.syntax.core import Bind, Var

COPIERS = (copy.copy, copy.deepcopy)
"""Functions of Python's own that write nothing of their arguments."""


def is_foreign(kinds: Kinds, stmt: Bind) -> bool:
    """Whether it calls a Python function or something unknown, which may reach memory beyond its arguments."""
    callee = kinds.callee.get(stmt)
    if callee is None or callee.primitive is not None or is_structural(callee.value):
        return False
    given = [*callee.args, *(atom for _, atom in callee.kwargs)]
    apart = libraries.is_alone(callee.value) and all(_is_plain(kinds.of(atom)) for atom in given)
    return bool(stmt.stars) or not apart


def _is_plain(kind: Kind) -> bool:
    """Whether it is a number, a text or a container of those, which nothing is called of."""
    if kind.tag in ("tuple", "list"):
        return bool(kind.items) and all(map(_is_plain, kind.items))
    return kind.is_number or kind.tag in ("str", "none", "bool")


def is_harmless(value: Any) -> bool:
    """Whether it stores into nothing of the user's."""
    return (
        any(value is known for known in COPIERS)
        or calls.is_ours(value)
        or calls.is_definition(value)
        or is_structural(value)
    )


def is_of_ours(kinds: Kinds, stmt: Bind) -> bool:
    """Whether it calls what dualad made, or a method of that (`defvjp`): neither stores into anything of the user's."""
    if stmt.op == "method":
        return kinds.of(stmt.args[0]).tag == "ours"
    return stmt.op == "call" and isinstance(stmt.fn, Var) and kinds.of(stmt.fn).tag == "ours"


def appends(stmt: Bind, kinds: Kinds) -> bool:
    """Whether it appends to what is known to be a list, which writes nothing else."""
    return stmt.op == "method" and stmt.fn == "append" and len(stmt.args) == 2 and kinds.of(stmt.args[0]).tag == "list"


def is_structural(value: Any) -> bool:
    """Whether it is a function or class that only builds, holds or asks, and runs nothing of the user's."""
    if isinstance(value, type):
        return not runs_code(value)
    return _hashable(value) and value in STRUCTURAL


def _hashable(value: Any) -> bool:
    return getattr(value, "__hash__", None) is not None


QUIET_MANAGERS = (
    *(contextlib.suppress, contextlib.redirect_stdout, contextlib.redirect_stderr),
    *(open, warnings.catch_warnings, np.errstate, np.printoptions),
)
"""Context managers that store into nothing that a program computes with, and give the block nothing of it."""


def enters_unknown(stmt: core.With, function: core.Function, memory: Memory, kinds: Kinds) -> bool:
    """Whether a context manager's methods may store into anything."""
    if not isinstance(stmt.manager, Var):
        return False
    name = stmt.manager.name
    made = [kinds.callee.get(s) if isinstance(s, Bind) else None for s in memory.defined_by.get(name, ())]
    if not made or any(p.name == name for p in function.params):
        return True
    return any(m is None or not any(m.value is known for known in QUIET_MANAGERS) for m in made)
