"""The shared corpus: plain programs that every part of dualad is held against."""

from __future__ import annotations

import importlib

from tests.corpus.base import PROGRAMS, Program, program

MODULES = (
    "straight",
    "branches",
    "loops",
    "jumps",
    "stores",
    "suspended",
    "views",
    "functions",
    "closures",
    "containers",
    "arrays",
    "asked",
    "complexes",
    "algorithms",
    "models",
    "language",
    "pitfalls",
    "found",
    "memory",
    "matches",
    "exceptions",
    "generators",
    "objects",
    "iterators",
    "outputs",
    "lists_as_arrays",
    "frames",
    "numbers_as_arrays",
    "planted",
    "targets",
    "growing",
    "classes",
    "held_functions",
    "derived",
    "selected",
    "buffers",
    "controlled",
    "seldom",
    "brackets",
    "implicit",
    "integers",
    "rounded",
    "assigned",
    "defaults",
    "tables",
    "unread",
    "beyond",
    "called",
    "bound",
    "protocols",
    "rearranged",
    "given",
    "mappings",
    "shadowed",
    "telling",
    "keyed",
    "operands",
    "beside",
    "surroundings",
    "arranged",
    "inside",
    "of_objects",
    "by_number",
    "kept",
)

for _module in MODULES:
    importlib.import_module(f"tests.corpus.{_module}")

__all__ = ["MODULES", "PROGRAMS", "Program", "program"]
