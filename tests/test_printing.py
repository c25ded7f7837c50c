"""The printer of emitted code: what it prints is read back as the same tree."""

from __future__ import annotations

import ast
import random

import pytest

from dualad.reverse import printing

LEAVES = ("x", "y", "f", "1", "2.5", "'s'", "None", "True", "...", "1e309", "3j")
FORMS = (
    *(f"{{a}} {op} {{b}}" for op in ("+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^")),
    *(f"{{a}} {op} {{b}}" for op in ("==", "<", "is not", "in", "not in", "and", "or")),
    *(f"{op}{{a}}" for op in ("-", "+", "~", "not ")),
    "{a} < {b} <= {c}", "{a} and {b} and {c}", "{a} or {b} or {c}", "{a} if {b} else {c}", "f({a}, *{b}, k={c}, **{a})",
    "{a}.shape", "{a}[{b}]", "{a}[{b}:{c}]", "{a}[::{b}, {c}]", "{a}[{b},]", "({a}, {b})", "({a},)", "()", "[{a}, {b}]",
    "[*{a}]", "{{{a}: {b}, **{c}}}", "{{{a}, {b}}}", "lambda t: {a}", "[{a} for t in {b} if {c}]", "(x := {a})",
    "f'{{x!r:>{{y}}}}'",
)  # fmt: skip


def written(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(LEAVES)
    parts = {k: f"({written(rng, rng.randrange(depth))})" for k in "abc"}
    return rng.choice(FORMS).format(**parts)


@pytest.mark.parametrize("seed", range(4))
def test_expressions_are_read_back(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(400):
        tree = ast.parse(written(rng, 4), mode="eval").body
        text = printing.expr(tree)
        assert ast.dump(ast.parse(text, mode="eval").body) == ast.dump(tree), text


def test_negative_numbers() -> None:
    square = ast.BinOp(ast.Constant(-1.0), ast.Pow(), ast.Constant(-2))
    assert eval(printing.expr(square)) == 1.0
    assert eval(printing.expr(ast.Attribute(ast.Constant(-3), "real", ast.Load()))) == -3
