"""Modules written to files and imported, as users' modules are."""

import importlib.util
import itertools
import sys
import textwrap

import pytest

_count = itertools.count()


@pytest.fixture
def load(tmp_path):
    """Write a module to a file and import it; gives the module, whose `__file__` is the path."""
    loaded = []

    def load(text, encoding="utf-8"):
        name = f"dualad_written_{next(_count)}"
        path = tmp_path / f"{name}.py"
        path.write_bytes(textwrap.dedent(text).lstrip("\n").encode(encoding))
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loaded.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        del sys.modules[name]


def segment(source):
    """The text that the tree's positions cut out of the file."""
    tree = source.tree
    lines = [line.encode() for line in source.lines[tree.lineno - 1 : tree.end_lineno]]
    lines[-1] = lines[-1][: tree.end_col_offset]
    lines[0] = lines[0][tree.col_offset :]
    return b"".join(lines).decode()
