"""The text that a code object was compiled from, by way of `linecache` (files, notebooks, zip archives, the REPL)."""

from __future__ import annotations

import inspect
import linecache
import os
import sys
import types
import weakref
from typing import Any

_kept: dict[str, tuple[list[str], tuple[str, ...]]] = {}
_LIMIT = 256
_without: weakref.WeakSet[types.CodeType] = weakref.WeakSet()
"""Code that was looked for elsewhere in vain, which takes a look at all modules."""


def lines_of(code: types.CodeType, module_globals: dict[str, Any]) -> tuple[str, ...]:
    """All lines of the file of a code object, each with its newline; empty where there are none.

    An unchanged file gives the identical tuple each time, which caches can be keyed by.
    """
    if _is_written(code):
        return ()
    filename = code.co_filename
    if filename.startswith("<frozen "):  # parts of the standard library, which have a file all the same
        filename = module_globals.get("__file__") or filename
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, module_globals) or _from_elsewhere(code)
    if not lines:
        return ()
    kept = _kept.get(filename)
    if kept is None or (kept[0] is not lines and kept[0] != lines):
        if len(_kept) >= _LIMIT:
            _kept.clear()
        kept = _kept[filename] = (lines, tuple(lines))
    return kept[1]


def is_on_disk(filename: str) -> bool:
    """Whether the text comes from a file that somebody can edit."""
    return os.path.exists(filename)


def _from_elsewhere(code: types.CodeType) -> list[str]:
    """What the REPL of later Pythons keeps by code object, not by file name."""
    if code in _without or _is_nowhere(code):
        return []
    try:
        return inspect.findsource(code)[0]
    except (OSError, TypeError, IndexError):
        _without.add(code)
        return []


def _is_written(code: types.CodeType) -> bool:
    """Whether `dataclass` wrote it, as `<string>`: by that name, Python 3.13 knows the text of its option `-c`."""
    return code.co_qualname.startswith("__create_fn__.")


def _is_nowhere(code: types.CodeType) -> bool:
    """Whether it has no text for sure: before 3.13, whatever has no file."""
    return sys.version_info < (3, 13) and code.co_filename.startswith("<")
