"""What is emitted: its form, the finished function, the names that it calls helpers by; and its compilation."""

from __future__ import annotations

import ast
import builtins
import textwrap
import types
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from dualad import columns
from dualad.records import field, record
from dualad.reverse import (
    allocation,
    carried,
    cells,
    conforming,
    containers,
    gathered,
    half_way,
    listed,
    origins,
    places,
    plainness,
    runtime,
    stated,
    suspended,
)
from dualad.syntax.names import Names

allocation.keep_freed_memory()


@record(frozen=True)
class Form:
    """What is emitted: "grad" (gradients alone), "value_and_grad" or "vjp" (result and pullback)."""

    name: str
    has_aux: bool = False
    strong: bool = False
    protect: bool = False  # arguments and result may be written before the pullback runs
    shared: bool = False  # the pullback works on the caller's memory
    outside: bool = False  # globals and captured variables may hold active values
    cells: bool = False  # captured variables are active
    integers: bool = False  # so may be those that hold integers
    alike: bool = True  # arguments may share memory with each other, as those of the user's calls may not
    copies: bool = False  # arguments that are stored into are the caller's, and are copied first
    higher: bool = False  # dual numbers are to run through it
    into: tuple[int, ...] = ()  # which of the gradients the pullback adds to what it is given, and gives back
    deep: tuple[int, ...] = ()  # which of those are lists of lists with room for all numbers (`bars.Slot`)


@record(eq=False, repr=False)
class Emitted:
    """A finished function.

    `inside` says of each gradient, and last of the result, whether it is a residue: the rest lives in memory.

    `owned` says of each gradient whether nobody else holds it; `singular` whether it should be computed again with
    strong zeros when it is not finite, `noisy` whether NumPy may warn of that on the way. `witnesses` are the positions
    of gradients of which one is not finite if any is for that reason, None where that is not known; none are left where
    the function looks itself.
    """

    call: types.FunctionType
    text: str
    owned: tuple[bool, ...]
    singular: bool
    noisy: bool = True
    namespace: dict[str, Any] = field(default_factory=dict)
    inside: tuple[bool, ...] = ()
    plain: Callable[[], types.FunctionType] | None = None  # makes the function that uses no array again
    witnesses: tuple[int, ...] | None = None

    def without_reuse(self) -> types.FunctionType:
        """The function with a new array for each result, as what is derived from its text needs it."""
        return self.call if self.plain is None else self.plain()


HELPERS = (
    *(runtime, conforming, columns, gathered, half_way, listed, carried, cells, places, containers, stated, suspended),
    plainness,
)


class Helpers:
    """Names of run-time helpers, rules and modules in the emitted function, with what they stand for."""

    def __init__(self, names: Names, scope: dict[str, Any], own: Collection[str] = ()) -> None:
        self.names = names
        self.own = own  # names that the user's function binds itself or captures
        self.scope = scope  # the user's globals, where a name may already mean what is wanted
        self.values: dict[str, Any] = {}
        self.known: dict[tuple[str, int], str] = {}

    def __call__(self, name: str, value: Any = None) -> str:
        if value is None:
            value = np if name == "np" else next(getattr(m, name) for m in HELPERS if hasattr(m, name))
        key = (name, id(value))
        if key not in self.known:
            if value is getattr(builtins, name, None) and name not in self.scope and name not in self.names.taken:
                return name
            fresh = name if self.names.is_free(name) else self.names.fresh(name)
            self.names.reserve(fresh)
            self.known[key] = fresh
            self.values[fresh] = value
        return self.known[key]

    def builtin(self, name: str) -> ast.Name:
        """A builtin, by another name where the user's function or module means something else by its own."""
        meant_otherwise = name in self.own or name in self.scope
        return ast.Name(self(name, getattr(builtins, name)) if meant_otherwise else name, ast.Load())


_serial = 0


def compile_text(text: str, name: str, source: Any, values: dict[str, Any]) -> types.FunctionType:
    """Compile a function against the user's globals, its free variables being our helpers and the user's own cells."""
    global _serial
    _serial += 1
    free = sorted({*values, *source.cells})
    wrapped = f"def _make({', '.join(free)}):\n{textwrap.indent(text, '    ')}    return {name}\n"
    filename = f"<dualad {name} {_serial}>"
    module = compile(wrapped, filename, "exec")
    make = next(c for c in module.co_consts if isinstance(c, types.CodeType))
    inner = next(c for c in make.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
    origins.remember(inner, wrapped, source)
    itself = types.CellType()  # a function may call itself
    known = {**{n: types.CellType(v) for n, v in values.items()}, name: itself, **source.cells}
    made = types.FunctionType(inner, source.globals, name, None, tuple([known[n] for n in inner.co_freevars]))
    itself.cell_contents = made
    return made
