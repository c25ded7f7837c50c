"""Fresh names meet none of the user's and are the same each time."""

import builtins
import keyword

from hypothesis import given
from hypothesis import strategies as st

from dualad.syntax.names import Names
from dualad.syntax.source import read

TEXT = """
import numpy as np
def f(x, *x_bar, y=1, **z):
    global g1
    import os.path, json as j
    from math import sin as s
    def inner(p): nonlocal x; return q
    class K: pass
    a = [b for b in c if (d := b)]
    try: pass
    except E as e: pass
    match x:
        case [{"k": m, **rest}, [1, *star], P(1) as n]: pass
    return lambda u: x_bar_1.attr
"""
FOUND = set("x x_bar y z g1 os j s inner p q K a b c d E e m rest star P n u x_bar_1".split())


def test_every_identifier_is_avoided(load):
    tree = read(load(TEXT).f).tree
    names = Names(tree)
    assert FOUND <= names.taken and "attr" not in names.taken and "np" not in names.taken
    for name in sorted(FOUND):
        assert names.fresh(name) not in FOUND


def test_counting_is_deterministic(load):
    tree = read(load(TEXT).f).tree
    for _ in range(2):
        names = Names(tree)
        assert [names.fresh(n) for n in ("x_bar", "x_bar", "w", "w", "w")] == ["x_bar_2", "x_bar_3", "w", "w_1", "w_2"]


def test_builtins_keywords_and_those_told_are_avoided(load):
    names = Names(read(load(TEXT).f).tree, {"np": 1}, ["t"])
    assert names.fresh("sum") == "sum_1" and names.fresh("lambda") == "lambda_1" and names.fresh("match") == "match_1"
    assert names.fresh("np") == "np_1" and names.fresh("t") == "t_1"
    assert names.fresh("ﬁn") == "fin" and names.fresh("fin") == "fin_1"
    assert names.is_free("v")
    names.reserve("v")
    assert not names.is_free("v") and names.fresh("v") == "v_1" and not names.is_free("None")


@given(st.lists(st.text(max_size=6), max_size=20))
def test_any_text_gives_distinct_names_that_can_be_written(bases):
    import gast

    names = Names(gast.parse("x = 1"))
    given_out = [names.fresh(base) for base in bases]
    assert len(set(given_out)) == len(given_out)
    for name in given_out:
        assert name.isidentifier() and not keyword.iskeyword(name) and name not in vars(builtins) and name != "x"
