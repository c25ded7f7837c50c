"""Which globals, captured variables and attributes may be bound anew while a function runs, as far as texts tell.

Somebody has to declare variables `global` or `nonlocal` for that, or store into an attribute of the module, class or
function. The value that is there now says nothing of what there will be: a callee may make a float of an integer, an
array of a number, or bind what depends on an argument of ours.
"""

from __future__ import annotations

import linecache
import re
import sys
import types
from functools import lru_cache
from typing import Any

from dualad.syntax import textfile

# A statement of its own: a docstring that speaks of "a global minimum" declares nothing.
_DECLARATION = re.compile(
    r"(?:^|[;:])[ \t\f]*(?:global|nonlocal)[\s\\]+(\w+(?:[\s\\]*,[\s\\]*\w+)*)[ \t]*(?=[;#\r\n]|\Z)", re.MULTILINE
)


_OPERATOR = r"(?P<op>(?://|\*\*|<<|>>|[-+*/%@&|^])?=(?!=))"
_ATTRIBUTE = re.compile(
    rf"(?P<base>\w+|[\])])[ \t]*\.[ \t]*(?P<name>\w+)[ \t]*{_OPERATOR}[ \t]*(?P<number>[-+]?[\d.]+[ \t]*$)?",
    re.MULTILINE,
)
_BY_NAME = re.compile(
    r"(?:(?<![.\w])setattr[ \t]*\(|__dict__[ \t]*[\[.]|vars[ \t]*\([^()]*\)[ \t]*[\[.])(?P<rest>[^\r\n]*)", re.MULTILINE
)


def may_be_rebound(source: Any, name: str) -> bool:
    """Whether a function may bind a global or captured variable of another one, or of its own, anew."""
    if name in _declared(source.lines):
        return True
    scope = source.globals
    if name not in scope:
        return False
    texts = [source.lines, *_texts(scope, source.filename)]
    return any(name in _declared(lines) or _is_stored_of_module(lines, scope, name) for lines in texts)


def _is_stored_of_module(lines: tuple[str, ...], scope: dict[str, Any], name: str) -> bool:
    """Whether a text may store into an attribute of a module."""
    for base, _ in _stored(lines).get(name, ()):
        if base not in ("self", "cls") and isinstance(scope.get(base, sys), types.ModuleType):
            return True
    return False


def is_attribute_stored(owner: Any, name: str, lines: tuple[str, ...]) -> bool:
    """Whether texts store into an attribute of that name of a class or a function: in its module, or in `lines`.

    Counters stay numbers: what a function holds is no other kind of thing where literals are stored and added.
    """
    if isinstance(owner, types.ModuleType):
        return any(base not in ("self", "cls") for base, _ in _stored(lines).get(name, ()))
    counts = isinstance(owner, types.FunctionType)
    modules = {str(getattr(o, "__module__", None)) for o in getattr(owner, "__mro__", (owner,))}
    return any(
        base != "self" and not (counts and literal)
        for text in (lines, *map(_lines_of, sorted(modules)))
        for base, literal in _stored(text).get(name, ())
    )


def _lines_of(module: str) -> tuple[str, ...]:
    """The text of a module of somebody's own; none of Python's."""
    if module in sys.stdlib_module_names or module not in sys.modules:
        return ()
    found = sys.modules[module]
    return tuple(linecache.getlines(getattr(found, "__file__", None) or "", vars(found)))


@lru_cache(maxsize=256)
def _stored(lines: tuple[str, ...]) -> dict[str, list[tuple[str, bool]]]:
    """By name, the attributes that a text stores into: what their owner is called, and whether a number is stored."""
    found: dict[str, list[tuple[str, bool]]] = {}
    text = "".join(lines)
    for match in _ATTRIBUTE.finditer(text):
        literal = match["number"] is not None and match["op"] in ("=", "+=", "-=")
        found.setdefault(match["name"], []).append((match["base"], literal))
    for match in _BY_NAME.finditer(text):
        for name in re.findall(r"""["'](\w+)["']|(\w+)[ \t]*=(?!=)""", match["rest"]):  # in quotes, or a keyword
            found.setdefault(name[0] or name[1], []).append(("", False))
    return found


def is_rebound_in(module: types.ModuleType, name: str) -> bool:
    """Whether a function of a module may bind one of the module's variables anew."""
    path = getattr(module, "__file__", None) or ""
    scope = vars(module)
    texts = [tuple(linecache.getlines(path, scope)), *_texts(scope, path)]
    return any(name in _declared(lines) or _is_stored_of_module(lines, scope, name) for lines in texts)


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
