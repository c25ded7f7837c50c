"""Where texts are looked for."""

from __future__ import annotations

import dataclasses
import inspect
import linecache
import sys
from typing import Any

import pytest

from dualad.syntax import textfile


@dataclasses.dataclass
class Written:
    x: float


def test_code_without_text_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the methods that `dataclass` writes (under a file name that Pythons since 3.13 may know a text by)."""
    asked = []
    found = inspect.findsource
    monkeypatch.setattr(inspect, "findsource", lambda code: asked.append(code) or found(code))
    space: dict[str, Any] = {}
    exec(compile("def f(x):\n    return x\n", "<without a text>", "exec"), space)
    code = space["f"].__code__
    assert [textfile.lines_of(code, space) for _ in range(3)] == [(), (), ()]
    assert len(asked) == (1 if sys.version_info >= (3, 13) else 0)
    monkeypatch.setitem(linecache.cache, "<string>", (0, None, ["what Python 3.13 was given with -c\n"], "<string>"))
    assert textfile.lines_of(Written.__init__.__code__, globals()) == ()
    assert asked.count(Written.__init__.__code__) == 0
