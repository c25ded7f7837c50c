"""Which globals and captured variables may be bound anew while a function runs, as far as texts tell.

Somebody has to declare them `global` or `nonlocal` for that. The value that such a variable has now says nothing of
what it will hold: a callee may make a float of an integer, or bind what depends on an argument of ours.
"""

from __future__ import annotations

import linecache
import re
import types
from functools import lru_cache
from typing import Any

from dualad.syntax import textfile

# A statement of its own: a docstring that speaks of "a global minimum" declares nothing.
_DECLARATION = re.compile(
    r"(?:^|[;:])[ \t\f]*(?:global|nonlocal)[\s\\]+(\w+(?:[\s\\]*,[\s\\]*\w+)*)[ \t]*(?=[;#\r\n]|\Z)", re.MULTILINE
)


def may_be_rebound(source: Any, name: str) -> bool:
    """Whether a function may bind a global or captured variable of another one, or of its own, anew."""
    if name in _declared(source.lines):
        return True
    scope = source.globals
    return name in scope and any(name in _declared(lines) for lines in _texts(scope, source.filename))


def is_rebound_in(module: types.ModuleType, name: str) -> bool:
    """Whether a function of a module may bind one of the module's variables anew."""
    path = getattr(module, "__file__", None) or ""
    return name in _declared(tuple(linecache.getlines(path, vars(module)))) or any(
        name in _declared(lines) for lines in _texts(vars(module), path)
    )


def _texts(scope: dict[str, Any], but: str) -> list[tuple[str, ...]]:
    """The other texts that functions with the same globals come from: the cells of a notebook, lines of the REPL."""
    found: dict[str, types.FunctionType] = {}
    for value in [*scope.values()]:
        held = [value]
        if isinstance(value, type) and value.__module__ == scope.get("__name__"):
            held = [getattr(v, "__func__", v) for v in vars(value).values()]
        for fn in held:
            if isinstance(fn, types.FunctionType) and fn.__globals__ is scope and fn.__code__.co_filename != but:
                found.setdefault(fn.__code__.co_filename, fn)
    return [textfile.lines_of(fn.__code__, scope) for fn in found.values()]


@lru_cache(maxsize=256)
def _declared(lines: tuple[str, ...]) -> frozenset[str]:
    """The names that a text declares `global` or `nonlocal` anywhere."""
    return frozenset(name for names in _DECLARATION.findall("".join(lines)) for name in re.findall(r"\w+", names))
