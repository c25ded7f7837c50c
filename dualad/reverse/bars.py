"""Cotangents by name while the reverse sweep is written: what each slot holds, and how contributions join it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from dualad.analysis.kinds import FLOAT64, Kind
from dualad.records import field, record, replace
from dualad.reverse import build
from dualad.syntax.names import Names


@record(frozen=True, slots=True)
class Slot:
    """What is known of a cotangent that is not zero.

    owned: nobody else holds the object, so it may be changed in place.
    full: it has the shape of its value; otherwise it broadcasts to it (a sum's cotangent is a scalar).
    parts: instead of an object, the cotangents of the items of a tuple (None: zero).
    number: it is a number (and not full unless the value is one), so it broadcasts to anything.
    deep: it is a list of lists with a number for each of its value's, and nobody else holds one of those either.
    roomy: it is an array of its value's dtype; what a complex value gets may be real, and takes no complex numbers in.
    """

    owned: bool = False
    full: bool = True
    parts: tuple[ast.expr | None, ...] | None = None
    number: bool = False
    deep: bool = False
    roomy: bool = False

    def takes(self, kind: Kind) -> bool:
        """Whether it may be added to in place, as the cotangent of an array of a kind."""
        return self.owned and self.full and (self.roomy or not kind.maybe_complex)


State = dict[str, Slot]
Code = list[ast.stmt]


@record(eq=False, repr=False)
class Bars:
    """The names of cotangents and the code that adds to them; `state` has the slots that are not zero."""

    names: Names
    helper: Any
    state: State = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def bar(self, name: str) -> str:
        """The name of a name's cotangent."""
        if name not in self.known:
            self.known[name] = self.names.fresh(f"{name}_bar")
        return self.known[name]

    def help(self, fn: str, *args: ast.expr) -> ast.expr:
        return build.call(build.name(self.helper(fn)), args)

    def take(self, name: str, out: Code) -> tuple[ast.expr, Slot]:
        """The cotangent of a name that is being defined, which has none before; the caller knows it is not zero."""
        slot = self.state.pop(name)
        return build.name(self.bar(name)), slot

    def whole(self, name: str, out: Code) -> None:
        """Turn a slot of parts into an object."""
        slot = self.state[name]
        if slot.parts is not None:
            items = [build.const(0.0) if p is None else p for p in slot.parts]
            out.append(build.assign(self.bar(name), ast.List(items, ast.Load())))
            self.state[name] = Slot(owned=True)

    def add(
        self,
        name: str,
        kind: Kind,
        value: ast.expr,
        out: Code,
        *,
        owned: bool = False,
        full: bool = True,
        number: bool = False,
    ) -> None:
        """Add a contribution to the cotangent of a name."""
        bar = self.bar(name)
        slot = self.state.get(name)
        if kind.is_number:
            full = True
        elif kind.tag == "array" and not kind.dims:
            owned = False  # what is computed of an array without dimensions is a number
        if slot is None:
            if not (isinstance(value, ast.Name) and value.id == bar):
                out.append(build.assign(bar, value))
            self.state[name] = Slot(owned, full, number=number and not full)
            return
        self.whole(name, out)
        slot = self.state[name]
        if kind.tag == "array":
            if slot.takes(kind):
                negative, positive = build.sign_of(value)
                op = ast.Sub() if negative else ast.Add()
                out.append(build.augmented(build.name(bar), op, positive if negative else value))
            else:
                out.append(build.assign(bar, build.add(build.name(bar), value)))
                self.state[name] = Slot(bool(kind.dims), slot.full or full)
        elif kind.is_number:
            out.append(build.assign(bar, build.add(build.name(bar), value)))
        elif slot.owned and kind.tag != "any":
            out.append(ast.Expr(self.help("add_into", build.name(bar), value)))
        else:
            out.append(build.assign(bar, self.help("add", build.name(bar), value)))
            self.state[name] = Slot(False, slot.full and full)

    def add_parts(self, name: str, kind: Kind, parts: tuple[ast.expr | None, ...], out: Code) -> None:
        """Add the cotangents of a tuple's items."""
        if name not in self.state:
            self.state[name] = Slot(parts=parts)
            return
        items = [build.const(0.0) if p is None else p for p in parts]
        self.add(name, kind, ast.List(items, ast.Load()), out)

    def buffer(
        self,
        name: str,
        kind: Kind,
        value: Callable[[], ast.expr],
        shape: ast.expr | None,
        out: Code,
        deep: bool = False,
    ) -> None:
        """Make the cotangent an object of its own with room for every item, or if `deep` for all numbers of its lists.

        `value` gives the primal value, where it is needed; `shape` is its shape if it is an array.
        """
        slot = self.state.get(name)
        bar = self.bar(name)
        if slot is not None and slot.parts is not None:
            self.whole(name, out)
            slot = self.state[name]
        if kind.tag == "array":
            if slot is None:
                assert shape is not None
                dtype = [] if kind.dtype is None or kind.dtype == FLOAT64 or kind.dtype.kind in "biu" else [kind.dtype]
                if kind.dtype is None:
                    out.append(build.assign(bar, self.help("zeros_of", value())))
                else:
                    args = [shape, *(build.attribute(build.name(self.helper("np")), d.name) for d in dtype)]
                    zeros = build.attribute(build.name(self.helper("np")), "zeros")
                    out.append(build.assign(bar, build.call(zeros, args)))
            elif not slot.full or (kind.maybe_complex and not slot.roomy):
                out.append(build.assign(bar, self.help("filled", build.name(bar), value())))
            elif not slot.owned:
                copied = build.attribute(build.name(bar), "copy")
                if not kind.dims:  # the cotangent of an array without dimensions may be a number
                    copied = build.attribute(build.name(self.helper("np")), "array")
                out.append(build.assign(bar, build.call(copied, [] if kind.dims else [build.name(bar)])))
            self.state[name] = Slot(True, True, roomy=True)
            return
        if deep:
            if slot is None or not slot.deep:
                start = build.const(0.0) if slot is None else build.name(bar)
                out.append(build.assign(bar, self.help("rows_of_zeros", start, value())))
            self.state[name] = Slot(True, True, deep=True)
            return
        if slot is not None and slot.deep:
            return
        if slot is None and kind.tag == "list" and all(item.is_number for item in kind.items):
            length = build.call(build.name(self.helper("len", len)), [value()])
            out.append(build.assign(bar, ast.BinOp(ast.List([build.const(0.0)], ast.Load()), ast.Mult(), length)))
        elif slot is None or not slot.owned:
            start = build.const(0.0) if slot is None else build.name(bar)
            out.append(build.assign(bar, self.help("buffer", start, value())))
        self.state[name] = Slot(True, True)

    def zero(self, name: str, out: Code) -> None:
        """Make a slot that is zero hold a zero."""
        if name not in self.state:
            out.append(build.assign(self.bar(name), build.const(0.0)))
            self.state[name] = Slot(owned=False, full=False)

    def reset(self, name: str, out: Code) -> None:
        """Set a cotangent to zero and keep the slot."""
        out.append(build.assign(self.bar(name), build.const(0.0)))
        self.state[name] = Slot(owned=False, full=False)

    def snapshot(self) -> State:
        return dict(self.state)

    def merge(self, left: State, left_code: Code, right: State, right_code: Code) -> None:
        """Where two branches met: a slot that only one of them has is set to zero in the other."""
        merged: State = {}
        for name in sorted(left.keys() | right.keys()):
            pair = []
            for state, code in ((left, left_code), (right, right_code)):
                self.state = state
                if name in state:
                    self.whole(name, code)
                else:
                    self.zero(name, code)
                pair.append(self.state[name])
            a, b = pair
            both = a.number and b.number
            owned, full, deep = a.owned and b.owned, a.full and b.full, a.deep and b.deep
            roomy = a.roomy and b.roomy
            merged[name] = replace(a, owned=owned, full=full, number=both, deep=deep, roomy=roomy)
        self.state = merged
