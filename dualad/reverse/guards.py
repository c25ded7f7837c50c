"""Guards: what a variant takes for granted, as emitted code that checks it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad.analysis import wary
from dualad.analysis.inferred import Assumption
from dualad.analysis.inplace import is_of_user
from dualad.analysis.kinds import REAL, SCALAR, Kind, is_settled, join, maybe_one, of, renamed
from dualad.anew import is_anew, model_of

PYTHON = {"float": float, "int": int, "bool": bool, "complex": complex, "str": str, "range": range, "slice": slice}

NUMPY_NUMBERS = frozenset(cls for cls in np.sctypeDict.values() if issubclass(cls, np.number | np.bool_))
NUMBERS = NUMPY_NUMBERS | {float, int, bool, complex}
HOLDING: dict[type, str] = {
    functools.partial: "func", property: "fget", staticmethod: "__func__", classmethod: "__func__",
}  # fmt: skip
"""What functions are found in, and under which names."""
REAL_NUMBERS = frozenset(cls for cls in NUMBERS if (d := np.dtype(cls)).kind in "biuf" and d.itemsize <= 8)


class _Conditions:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {"type": type, "len": len, "hasattr": hasattr, "ndarray": np.ndarray}
        self.lines: list[str] = []

    def name(self, value: Any) -> str:
        name = f"k{len(self.values)}"
        self.values[name] = value
        return name

    def kind(self, path: str, kind: Kind) -> None:
        """Conditions for the value at `path` to be of a kind."""
        match kind.tag:
            case "any" if kind.value is not None:
                self.lines.append(f"type({path}) is {self.name(kind.value.cls)}")
                if kind.value.held is not None:
                    self.lines.append(f"{path}.__dict__.keys() == {self.name(kind.value.held)}")
                for name, held in zip(kind.value.names, kind.value.kinds, strict=True):
                    self.kind(f"{path}.{name}", held)
            case "any" | "bottom":
                return
            case "none":
                self.lines.append(f"{path} is None")
            case "ours":
                self.lines.append(f"hasattr(type({path}), '__dualad_vjp__')")
                if kind.value is not None:
                    self.lines.append(f"getattr({path}, 'gradient_in', None) == {kind.value!r}")
            case "object":
                name = self.name(kind.value)
                self.lines.append(f"{path} is {name}")
                self.code(name, kind.value)
            case "array":
                self.array(path, kind)
            case "scalar":
                self.lines.append(f"type({path}) in {self.name(REAL_NUMBERS if kind == REAL else NUMBERS)}")
            case "npscalar" if kind.dtype is None:
                self.lines.append(f"type({path}) in {self.name(NUMPY_NUMBERS)}")
            case "npscalar":
                self.lines.append(f"type({path}) is {self.name(kind.dtype.type)}")
            case "tuple" | "list":
                cls = kind.value if kind.tag == "tuple" and kind.value is not None else PYTHON_CONTAINER[kind.tag]
                self.lines.append(f"type({path}) is {self.name(cls)}")
                self.items(path, kind)
            case "ntuple":
                self.lines.append(f"type({path}) is {self.name(tuple)}")
                self.each(path, kind.items[0])
            case "dict":
                self.lines.append(f"type({path}) is {self.name(dict)} and tuple({path}) == {self.name(kind.value)}")
                for key, item in zip(kind.value, kind.items, strict=True):
                    self.kind(f"{path}[{key!r}]", item)
            case "own" if is_anew(kind.value):
                self.lines.append(f"{self.name(model_of)}(type({path})) is {self.name(kind.value)}")
            case "own":
                self.lines.append(f"type({path}) is {self.name(kind.value)}")
            case "fields":
                self.lines.append(f"type({path}) is {self.name(kind.value[0])}")
                self.lines.append(f"{path}.__dict__.keys() == {self.name(frozenset(kind.value[1]))}")
                for field, item in zip(kind.value[1], kind.items, strict=True):
                    self.kind(f"{path}.{field}", item)
            case _:
                self.lines.append(f"type({path}) is {self.name(PYTHON[kind.tag])}")

    def code(self, path: str, value: Any) -> None:
        """Conditions for a function of the user's to run what it ran: reloaded modules give old ones new code."""
        while type(value) in HOLDING:
            if type(value) is property:
                for name in ("fset", "fdel"):
                    self.code(f"{path}.{name}", getattr(value, name))
            name = HOLDING[type(value)]
            path, value = f"{path}.{name}", getattr(value, name)
        if type(value) is not types.FunctionType or not is_of_user(value):
            return
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            known = getattr(value, name)
            self.lines.append(f"{path}.{name} is {'None' if known is None else self.name(known)}")

    def items(self, path: str, kind: Kind) -> None:
        if kind.value == "many":
            self.each(path, kind.items[0])
            return
        self.lines.append(f"len({path}) == {len(kind.items)}")
        for i, item in enumerate(kind.items):
            self.kind(f"{path}[{i}]", item)

    def each(self, path: str, kind: Kind) -> None:
        """Conditions for all items of the sequence at `path` to be of a kind."""
        if kind == SCALAR:
            self.lines.append(f"{self.name(NUMBERS.issuperset)}(map(type, {path}))")
        elif kind.tag in PYTHON:  # told by the type alone, in a tenth of the time that a call for each item takes
            self.lines.append(f"{self.name(frozenset({PYTHON[kind.tag]}).issuperset)}(map(type, {path}))")
        else:
            self.lines.append(f"all({self.name(_is_of(kind))}(v) for v in {path})")

    def array(self, path: str, kind: Kind) -> None:
        dtype = "" if kind.dtype is None else f" and {path}.dtype is {self.name(kind.dtype)}"
        self.lines.append(f"type({path}) is ndarray{dtype}")
        rank = len(kind.dims)
        ones = [i for i, d in enumerate(kind.dims) if d == 1]
        others = [i for i, d in enumerate(kind.dims) if d != 1 and not maybe_one(d)]
        tests = [f"{path}.ndim == {rank}"]
        if others == [0] and rank == 1:
            tests.append(f"len({path}) != 1")
        elif len(others) == rank and rank:
            tests.append(f"1 not in {path}.shape")
        else:
            tests += [f"{path}.shape[{i}] == 1" for i in ones] + [f"{path}.shape[{i}] != 1" for i in others]
        self.lines.append(" and ".join(tests))


PYTHON_CONTAINER = {"tuple": tuple, "list": list}


def _is_of(kind: Kind) -> Callable[[Any], bool]:
    return compiled(1, condition([kind], (), {}))  # type: ignore[no-any-return]


Condition = tuple[str, dict[str, Any]]


def condition(
    params: Sequence[Kind], assumptions: Any, scope: dict[str, Any], cells: Any = None, lifted: bool = False
) -> Condition:
    """A test of `a0`, `a1`...: they are of these kinds and the assumptions hold; and what its other names mean.

    With `lifted`, assumptions hold of dual numbers where they hold of what these are dual numbers of.
    """
    made = _Conditions()
    lines = []
    for i, kind in enumerate(params):
        made.kind(f"a{i}", kind)
        lines.append(made.lines)
        made.lines = []
    made.lines = [line for each in sorted(lines, key=len) for line in each]  # what is told at once comes first
    for assumption in assumptions:
        _assume(made, assumption, scope, cells, lifted)
    return " and ".join(made.lines) or "True", made.values


def calm(known: Condition, params: Sequence[Kind], public: bool) -> Condition:
    """A condition, and that no object changes something unasked whose class the function does not know.

    What the user gives is looked through for such, and otherwise what calls the function knows of them.
    """
    test, values = known
    led = [f"a{i}" for i, kind in enumerate(params) if wary.leads_on(kind) and not is_settled(kind)]
    if not led:
        return known
    return f"{test} and calm({', '.join(led if public else ())})", {**values, "calm": wary.is_calm}


def compiled(count: int, condition: Condition) -> Any:
    """A function of so many values that says whether a condition holds of them."""
    test, values = condition
    names = ", ".join(f"a{i}" for i in range(count))
    head, tail = f"def guard({names}):\n    try:\n", "    except (KeyError, ValueError, AttributeError):\n"
    text = f"{head}        return {test}\n{tail}        return False\n"
    space = dict(values)
    exec(code_of(text, "<dualad guard>"), space)
    return space["guard"]


@functools.lru_cache(maxsize=1024)
def code_of(text: str, filename: str) -> types.CodeType:
    """The code of a text, compiled once: guards of closures that are made anew differ in what their names mean."""
    return compile(text, filename, "exec")


def _assume(made: _Conditions, assumption: Assumption, scope: dict[str, Any], cells: Any, lifted: bool) -> None:
    name, owner = assumption.name, assumption.owner

    def test(path: str) -> None:
        if lifted and assumption.kind.tag != "object":
            known = made.name(renamed(assumption.kind, ""))
            made.lines.append(f"{made.name(_is_still)}({path}, {known})")
        else:
            made.kind(path, assumption.kind)

    if assumption.scope == "missing":
        made.lines.append(f"{name!r} not in {made.name(vars(owner))}")
    elif assumption.scope == "attribute":
        test(f"{made.name(vars(owner))}[{name!r}]")
    elif assumption.scope == "cell":
        cell = owner if isinstance(owner, types.CellType) else cells[name]
        test(f"{made.name(cell)}.cell_contents")
    else:
        space = scope if owner is None else owner
        if name in space:
            test(f"{made.name(space)}[{name!r}]")
        else:
            made.lines.append(f"{name!r} not in {made.name(space)}")


def _is_still(value: Any, kind: Kind) -> bool:
    """Whether a value, or what it is a dual number of, is of a kind, whatever its dimensions are called."""
    return join(kind, renamed(of(value), "")) == kind
