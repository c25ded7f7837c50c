"""The quick way of a derivative's further calls: one emitted function guards, runs a variant and hands gradients out.

It does what `Derivative` does the long way, for positional arguments that are floats, arrays of floats and lists,
tuples and dicts of such where gradients are asked for, in a few lines without look-ups.
"""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable, Iterable
from itertools import chain, repeat
from typing import Any

import numpy as np

from dualad import forms, registry
from dualad.analysis.kinds import Kind
from dualad.reverse import programs, quiet
from dualad.reverse.guards import code_of
from dualad.reverse.joint import NO_NUMBER, is_finite, may_need_strong_zeros, variants_of
from dualad.reverse.programs import Position, Variant, program

MISSED: Any = object()
VDOT = getattr(np.vdot, "__wrapped__", np.vdot)  # which does not ask its arguments whether they are of NumPy's own
Run = Callable[..., Any]


class Quick:
    """The quick ways of one derivative.

    Attributes:
        count: how many arguments they take; -1 while there are none.
        runs: functions of the arguments that give what the derivative gives, or `MISSED` where they do not serve.
        fun: the differentiated function, and `code` the code that it had.
        generation: that of the caches when they were made.
    """

    __slots__ = ("argnums", "code", "count", "form", "fun", "generation", "made", "runs", "single")

    def __init__(self, argnums: tuple[Position, ...], single: bool, form: str) -> None:
        self.argnums = argnums
        self.single = single
        self.form = form
        self.count = -1
        self.fun: Any = None
        self.code: Any = None
        self.generation: Any = None
        self.runs: list[Run] = []
        self.made: dict[int, tuple[Variant, Run]] = {}

    def remember(self, f: Any, args: tuple[Any, ...]) -> None:
        """After a call that went another way: let others like it go the quick one."""
        if type(f) is not types.FunctionType or registry.scope() is not None or registry.lookup(f) is not None:
            return
        if len(set(self.argnums)) < len(self.argnums):
            return
        positions = [a for a in self.argnums if isinstance(a, int) and a >= 0]
        found = program(f)
        if len(positions) < len(self.argnums) or found.simple != len(args):
            return
        self.count = -1
        if self.fun is not f or self.code is not f.__code__ or self.generation is not programs.caches.generation:
            self.made.clear()
        known = variants_of(found, tuple(found.params[p] for p in positions), self.form)
        self.runs = [self._run(variant, positions) for variant in known if _serves(variant, positions)]
        self.fun, self.code, self.generation = f, f.__code__, programs.caches.generation
        self.count = len(args)

    def _run(self, variant: Variant, positions: list[int]) -> Run:
        known = self.made.get(id(variant))
        if known is None:
            known = self.made[id(variant)] = variant, compiled(variant, positions, self.form, self.single)
        return known[1]


def _serves(variant: Variant, positions: list[int]) -> bool:
    return not variant.watched and all(_is_float(variant.kinds[p]) for p in positions)


def _is_float(kind: Kind) -> bool:
    if kind.tag in ("list", "dict") or (kind.tag == "tuple" and kind.value is None):
        return bool(kind.items) and all(map(_is_float, kind.items))
    return kind.tag == "float" or (kind.tag == "array" and kind.dtype is not None and kind.dtype.kind == "f")


def compiled(variant: Variant, positions: list[int], form: str, single: bool) -> Run:
    """The function that guards, calls and hands out; see the module's docstring."""
    test, values = variant.condition
    space: dict[str, Any] = {
        **values, "missed": MISSED, "call": variant.quiet, "references": _references, "lone": _LONE,
        "array_gradient": _array_gradient, "float_gradient": _float_gradient, "own": forms.own,
        "ndarray": np.ndarray,
        "isfinite": math.isfinite, "vdot": VDOT, "no_number": NO_NUMBER, "is_finite": is_finite,
        "finite_rows": _finite_rows,
    }  # fmt: skip
    is_quiet = variant.quiet is variant.call or not quiet.is_short
    if not is_quiet:
        space.update(call=variant.call, enter=quiet.enter, leave=quiet.leave, **quiet.OPENED)
    given = ", ".join(f"a{i}" for i in range(len(variant.kinds)))
    raws = [f"r{k}" for k in range(len(positions))]
    targets = ", ".join(raws)
    if form == "value_and_grad":
        targets = f"value, ({targets},)"
    lines = ["    try:", f"        if not ({test}):", "            return missed"]
    lines += ["    except (KeyError, ValueError, AttributeError):", "        return missed"]
    lines += _called(f"{targets} = call({given})", is_quiet, may_need_strong_zeros(variant))
    if variant.singular:
        looked_at = range(len(raws)) if variant.emitted.witnesses is None else variant.emitted.witnesses
        finite = " and ".join([_finite(raws[k], variant.kinds[positions[k]]) for k in looked_at])
        if finite:
            lines += [f"    if not ({finite}) and not is_finite(({targets},)):", "        return missed"]
    for raw, position, owned in zip(raws, positions, variant.emitted.owned, strict=True):
        lines += _handed_out(raw, f"a{position}", variant.kinds[position], owned, variant.own, space)
    gradient = raws[0] if single else f"({', '.join(raws)},)"
    if form == "value_and_grad":
        lines += ["    if type(value) is ndarray:", "        value = own(value)"]
        gradient = f"value, {gradient}"
    text = "\n".join([f"def quick({given}):", *lines, f"    return {gradient}", ""])
    exec(code_of(text, "<dualad quick way>"), space)
    return space["quick"]  # type: ignore[no-any-return]


def _called(call: str, is_quiet: bool, may_raise: bool) -> list[str]:
    """The lines that run a variant: kept from warning, unless it is quiet; tried, if a partial may not be a number."""
    lines = [f"    {call}"] if is_quiet and not may_raise else ["    try:", f"        {call}"]
    if may_raise:
        lines += ["    except no_number:", "        return missed"]
    if not is_quiet:
        state = ["    before, hushed = last[0]", "    token = change(hushed) if state(None) is before else enter()"]
        lines = [*state, *lines, "    finally:", "        leave(token)"]
    return lines


def _finite(raw: str, kind: Kind) -> str:
    """A quick sign that a gradient is finite; the sum of the squares of a finite one may overflow, though."""
    if kind.tag == "list" and all([item.tag == "list" and _holds_floats(item) for item in kind.items]):
        return f"finite_rows({raw})"
    if kind.tag in ("list", "tuple", "dict"):
        return f"is_finite({raw})"
    if kind.tag == "float":
        return f"isfinite({raw})"
    return f"isfinite(vdot({raw}, {raw}))"  # which never warns, as the method `dot` does


def _holds_floats(kind: Kind) -> bool:
    return all([item.tag == "float" for item in kind.items])


def _finite_rows(raw: Any) -> bool:
    """Whether the numbers of a list of lists are finite for sure: their sum is then."""
    if type(raw) is not list:
        return False
    for row in raw:
        if type(row) is not list:
            return False
    try:
        return math.isfinite(math.fsum(chain.from_iterable(raw)))
    except (TypeError, ValueError, OverflowError):
        return False


def _handed_out(raw: str, argument: str, kind: Kind, owned: bool, own: bool, space: dict[str, Any]) -> list[str]:
    """A raw gradient made the user's: handed out as it is where nobody else holds it (`owned`: that is known).

    Rules of users may give a wrong shape, which is refused; those of dualad (`own`) do not.
    """
    if kind.tag == "float":
        return [f"    if type({raw}) is not float:", f"        {raw} = float_gradient({raw})"]
    if kind.tag in ("list", "tuple", "dict"):
        space[finished := f"finished_{raw}"] = _finishing(kind)
        return [f"    alone = references({raw}) == lone", f"    {raw} = {finished}({raw}, {argument}, alone)"]
    dtype = f"dtype_{raw}"
    space[dtype] = kind.dtype
    same = f"type({raw}) is ndarray and {raw}.base is None"
    same += "" if owned else f" and references({raw}) == lone"
    same += f" and {raw}.dtype is {dtype}"
    same += "" if owned and own else f" and {raw}.shape == {argument}.shape"
    return [f"    if not ({same}):", f"        {raw} = array_gradient({raw}, {argument})"]


def _array_gradient(raw: Any, x: Any) -> Any:
    return forms.finish_leaf(raw, forms.Leaf(np.ndarray, x.dtype, x.shape), False)


def _float_gradient(raw: Any) -> Any:
    return float(raw) if isinstance(raw, float) else forms.finish_leaf(raw, forms.FLOAT, False)


Finish = Callable[[Any, Any, bool], Any]
"""Makes a gradient of a raw one and the argument; told is whether nobody else holds the raw one."""


def _finishing(kind: Kind) -> Finish:
    """What makes gradients in arguments of a kind, which nobody else holds."""
    if kind.tag == "float":
        return lambda raw, x, lone: raw if type(raw) is float else _float_gradient(raw)
    if kind.tag == "array":
        return _array_part
    if kind.tag == "dict":
        return _of_dict(dict(zip(kind.value, map(_finishing, kind.items), strict=True)))
    if kind.tag == "list" and all([item.tag == "float" for item in kind.items]):
        return _list_gradient
    many = kind.value == "many"
    return _of_sequence(repeat(_finishing(kind.items[0])) if many else [_finishing(k) for k in kind.items])


def _array_part(raw: Any, x: Any, lone: bool) -> Any:
    if lone and type(raw) is np.ndarray and raw.base is None and raw.dtype is x.dtype and raw.shape == x.shape:
        return raw
    return _array_gradient(raw, x)


def _list_gradient(raw: Any, x: list[float], lone: bool) -> Any:
    """The gradient of a list of floats."""
    if type(raw) is not list or len(raw) != len(x):
        return forms.Form(x).finish(raw)
    return [r if type(r) is float else _float_gradient(r) for r in raw]


def _of_dict(parts: dict[str, Finish]) -> Finish:
    def finished(raw: Any, x: dict[str, Any], lone: bool) -> Any:
        if type(raw) is not dict:
            return forms.Form(x).finish(raw)
        made = {}
        for key, value in x.items():
            item, alone = forms.take(raw, key) if key in raw else (0.0, False)
            made[key] = parts[key](item, value, lone and alone)
        return made

    return finished


def _of_sequence(parts: Iterable[Finish]) -> Finish:
    def finished(raw: Any, x: Any, lone: bool) -> Any:
        if type(raw) not in (list, tuple) or len(raw) != len(x):
            return forms.Form(x).finish(raw)
        made = []
        for i, (part, value) in enumerate(zip(parts, x)):
            item, alone = forms.take(raw, i)
            made.append(part(item, value, lone and alone))
        return made if type(x) is list else tuple(made)

    return finished


def _unknown(x: Any) -> int:
    return -2


_references = getattr(sys, "getrefcount", _unknown)


def _lone(call: Run) -> int:
    """What `_references` says of a gradient that only the emitted function's variable holds."""
    r0, _ = call()
    return _references(r0)


_LONE = _lone(lambda: (np.empty(0), 0.0)) if hasattr(sys, "getrefcount") else -1
