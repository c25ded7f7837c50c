"""Which keys of a dict an f-string may be: `params[f"W{i}"]` gives one of the weights, whatever else the dict holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from dualad.analysis.kinds import Kind
from dualad.syntax.core import Atom, Bind, Stmt


def meant(base: Kind, makers: list[Stmt], kind_of: Callable[[Atom], Kind]) -> Kind:
    """The kind of a dict, of which nothing but the keys that a text may be is left, if that is how its key is made."""
    if base.tag != "dict" or not base.value or len(makers) != 1:
        return base
    (maker,) = makers
    if not isinstance(maker, Bind) or maker.op != "format" or not all(type(k) is str for k in base.value):
        return base
    pattern = re.compile("".join(_pattern(piece, maker, kind_of) for piece in maker.fn), re.DOTALL)
    left = [i for i, key in enumerate(base.value) if pattern.fullmatch(key)]
    if not left or len(left) == len(base.value):
        return base
    return Kind("dict", value=tuple(base.value[i] for i in left), items=tuple(base.items[i] for i in left))


def _pattern(piece: str | tuple[int, int, object], maker: Bind, kind_of: Callable[[Atom], Kind]) -> str:
    """A pattern of what a piece of an f-string may become."""
    if isinstance(piece, str):
        return re.escape(piece)
    position, conversion, spec = piece
    counted = spec is None and conversion == -1 and kind_of(maker.args[position]).tag == "int"
    return "-?[0-9]+" if counted else ".*"
