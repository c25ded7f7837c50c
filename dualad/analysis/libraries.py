"""Functions of libraries: which are not looked into, and which meet nothing but what they are given.

Where memory beyond a function may hold active values, whatever it calls may reach them. A library's function cannot: it
knows no global of the user's, and has no object or function of the user's unless it is given one.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import sys
import types
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dualad.classes import module_of

NUMERIC = ("numpy", "scipy")
APART = frozenset(
    {
        *(
            "_datetime",
            "_hashlib",
            "_io",
            "_json",
            "_random",
            "_sre",
            "_struct",
            "array",
            "base64",
            "binascii",
            "bisect",
        ),
        *("calendar", "cmath", "csv", "_csv", "datetime", "decimal", "_decimal", "difflib", "fnmatch", "fractions"),
        *("genericpath", "glob", "hashlib", "io", "json", "locale", "math", "ntpath", "numpy", "os", "pathlib"),
        *(
            "platform",
            "posixpath",
            "random",
            "re",
            "scipy",
            "secrets",
            "shlex",
            "shutil",
            "statistics",
            "string",
            "struct",
        ),
        *("tempfile", "textwrap", "time", "unicodedata", "uuid", "zlib"),
    }
)
"""Modules whose functions and objects keep nothing of the user's, and call nothing that they are not given."""

HOLDING = frozenset({*NUMERIC, "statistics"})
"""Those among them whose objects hold numbers that they are made of (`statistics.NormalDist`)."""


def root(value: Any) -> str:
    """The top-level module that a function or class is of."""
    return (getattr(value, "__module__", None) or "").partition(".")[0]


def is_library(fn: types.FunctionType) -> bool:
    """Whether a function is written in Python's own library, in NumPy or in SciPy: its text is not the user's."""
    return root(fn) in NUMERIC or root(fn) in sys.stdlib_module_names


ALONE = (
    collections.namedtuple,
    contextlib.nullcontext,
    warnings.catch_warnings,
    itertools.combinations,
    itertools.combinations_with_replacement,
    itertools.permutations,
    itertools.product,
)


def is_alone(fn: Any) -> bool:
    """Whether a function or class of a library meets nothing but what it is given."""
    return any(fn is known for known in ALONE) or (isinstance(fn, _FUNCTIONS) and root(fn) in APART)


def is_apart(fn: Any, args: tuple[Any, ...], active: Sequence[Any] = ()) -> bool:
    """Whether a call of a library's function or class, with such arguments, meets none of the user's objects.

    `active` are those of the arguments that could hold active numbers, by what is known of them.
    """
    owner = getattr(fn, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        of_library = _is_apart_object(owner)
    else:
        of_library = is_alone(fn) or (type(fn).__name__ == _CYTHON and root(fn) in APART)
    return of_library and all(_is_plain(a) for a in args) and not any(_has_numbers(a) for a in active)


_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, type)
_CYTHON = "cython_function_or_method"  # the class of its functions, one for each version of Cython


def _is_apart_object(value: Any) -> bool:
    """Whether an object, or a class, is a library's and holds nothing that could be differentiated."""
    cls = value if isinstance(value, type) else type(value)
    if issubclass(cls, str | bytes | int):
        return cls.__module__ == "builtins"
    return root(cls) in APART - HOLDING or module_of(cls).startswith("numpy.random")


def _is_plain(value: Any) -> bool:
    """Whether a value is, and holds, nothing but numbers, texts and libraries' objects."""
    if isinstance(value, list | tuple | set | frozenset | dict):
        return all(_is_plain(v) for v in _items(value))
    if isinstance(value, np.ndarray):
        return value.dtype != object
    if callable(value):
        return False
    return (
        value is None or isinstance(value, float | complex | np.generic | np.dtype | range) or _is_apart_object(value)
    )


def _has_numbers(value: Any) -> bool:
    """Whether a plain value has numbers that can be differentiated in."""
    if isinstance(value, list | tuple | set | frozenset | dict):
        return any(_has_numbers(v) for v in _items(value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fc"
    return isinstance(value, float | complex)


def _items(value: Any) -> Iterable[Any]:
    return (v for pair in value.items() for v in pair) if isinstance(value, dict) else value
