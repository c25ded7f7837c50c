"""Modules of the package loaded from another text than their file's."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import linecache
import sys
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "dualad"


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the text it is given; `linecache` gets it too, since dualad reads functions of its own there."""

    def __init__(self, name: str, path: str, text: str, names: Mapping[str, Any]) -> None:
        super().__init__(name, path)
        self.text = text
        self.names = names

    def get_code(self, fullname: str) -> CodeType:
        linecache.cache[self.path] = (len(self.text), None, self.text.splitlines(keepends=True), self.path)
        return compile(self.text, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(self.names)
        super().exec_module(module)


class _Finder(MetaPathFinder):
    def __init__(self, texts: Mapping[str, str], names: Mapping[str, Any]) -> None:
        self.texts = texts
        self.names = names

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith("dualad."):
            return None
        file = fullname.removeprefix("dualad.").replace(".", "/") + ".py"
        if file not in self.texts:
            return None
        where = str(PACKAGE / file)
        loader = _Loader(fullname, where, self.texts[file], self.names)
        return importlib.util.spec_from_file_location(fullname, where, loader=loader)


def replace(texts: Mapping[str, str], names: Mapping[str, Any]) -> None:
    """From now on the files of the package in `texts` are loaded from these, with `names` among their globals."""
    if any(name.split(".")[0] == "dualad" for name in sys.modules):
        raise RuntimeError("the package is loaded already")
    sys.meta_path.insert(0, _Finder(texts, names))
