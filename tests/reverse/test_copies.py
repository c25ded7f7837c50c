"""Copies are dropped where nobody changes in place what is copied while the copy is read, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from dualad.reverse import copies
from dualad.reverse.blocks import Table


def dropped(text: str) -> str:
    """What becomes of a text in which `owned` copies, `pull` is no rule and `rule` is one."""
    code = ast.parse(text).body
    copies.drop_copies(code, "owned", {"rule"}.__contains__, Table(code))
    return ast.unparse(code)


@pytest.mark.parametrize(
    "text",
    [
        "a = owned(s)\nr = a * 2.0",
        "a = owned(s)\nr = rule(a)\ns += r",
        "a = owned(s)\nr = np.exp(a)\ns[0] = 0.0",
        "a = owned(s)",
        "a = owned(s)\ns += 1.0",
    ],
)
def test_copies_that_nobody_needs(text):
    assert "owned" not in dropped(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = owned(s)\ns += 1.0\nr = a * 2.0",
        "a = owned(s)\na += 1.0\nr = s * a",
        "a = owned(s)\ns[0] = 0.0\nr = a * 2.0",
        "a = owned(s)\npull(s)\nr = a * 2.0",
        "a = owned(s)\npull(a)\nr = s * a",
        "v = s[1:]\na = owned(s)\nv += 1.0\nr = a * 2.0",
        "for i in n:\n    a = owned(s)\n    s += a\nr = a * 2.0",
        "a = owned(s)\nheld = [a]\nr = s * held[0]",
    ],
)
def test_copies_that_somebody_needs(text):
    assert dropped(text) == ast.unparse(ast.parse(text))


def test_copy_of_a_copy_that_is_dropped():
    # `a` may be `s` itself, which changes before `b` is read: of two copies one stays.
    assert dropped("a = owned(s)\nb = owned(a)\ns += 1.0\nr = b * 2.0").count("owned") == 1
    assert dropped("a = owned(s)\nr = a * b\nc = owned(a)\ns += 1.0\nr = r + c").count("owned") == 1
    assert dropped("a = owned(s + t)\nb = owned(a)\ns += 1.0\nr = b * 2.0").count("owned") == 0
    assert dropped("a = owned(fit(s, t))\nb = owned(a)\nt += 1.0\nr = b * 2.0").count("owned") == 1
