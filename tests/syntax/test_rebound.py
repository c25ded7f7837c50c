"""Which names a text declares `global` or `nonlocal`: statements count, words in texts and comments do not."""

import pytest

from dualad.analysis.rebound import _declared


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f():\n    global a\n    a = 1\n", {"a"}),
        ("def f():\n    global a, b ,c  # why\n", {"a", "b", "c"}),
        ("def f(): global a; a = 1\n", {"a"}),
        ("def f():\n    x = 1; nonlocal b\n", {"b"}),
        ("def f():\n    global a, \\\n        b\n", {"a", "b"}),
        ("def f():\n\tglobal \\\n a\r\n", {"a"}),
        ("    global last", {"last"}),
        ('"""Finds the global minimum: a global rotation, a\nglobal optimum of all."""\n', set()),
        ("x = 1  # a global thing\n", set()),
        ("global_rate = 2\nnonlocal_rate = 3\n", set()),
    ],
)
def test_declarations(text, names):
    assert _declared(tuple(text.splitlines(keepends=True))) == names
