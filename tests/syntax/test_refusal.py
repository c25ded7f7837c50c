"""Refusals show the user's own line with carets under the exact columns."""

import pickle

import gast
import pytest

from dualad.errors import Unsupported
from dualad.syntax.refusal import Place, Position, refuse, show
from dualad.syntax.source import read


def _nodes(source, *kinds):
    return [n for n in gast.walk(source.tree) if isinstance(n, kinds)]


def _calls(load, text):
    source = read(load(text).f)
    return source, _nodes(source, gast.Call)


def test_one_place(load):
    source, (call,) = _calls(load, "def f(x):\n    y = x + abs(x) * 2\n    return y\n")
    error = refuse(source, [Place(call, "a call of `abs`", "write `np.abs(x)`")])
    assert isinstance(error, Unsupported) and isinstance(error, NotImplementedError)
    assert str(error).splitlines() == [
        "f cannot be differentiated: a call of `abs`",
        f'  File "{source.filename}", line 2, in f',
        "    y = x + abs(x) * 2",
        "            ^^^^^^",
        "  Instead: write `np.abs(x)`",
    ]
    assert error.places == (Place(Position(2, 12, 2, 18), "a call of `abs`", "write `np.abs(x)`"),)


def test_many_places_in_the_order_of_the_text_and_each_once(load):
    source, calls = _calls(load, "def f(x):\n    y = abs(x)\n    return [min(y, 1),\n            max(y, 2)]\n")
    places = [Place(call, f"`{call.func.id}`", "leave it out") for call in calls]
    error = refuse(source, [*reversed(places), places[0]])
    assert [place.what for place in error.places] == ["`abs`", "`min`", "`max`"]
    lines = str(error).splitlines()
    assert lines[0] == "f cannot be differentiated: 3 places that are not supported"
    assert [line for line in lines if line.startswith("(")] == ["(1) `abs`", "(2) `min`", "(3) `max`"]
    assert sum("^" in line for line in lines) == 3 and lines.count("  Instead: leave it out") == 3


@pytest.mark.parametrize(
    "line, shown, carets",
    [
        ("    return abs(x)", "return abs(x)", "       ^^^^^^"),
        ("\treturn\tabs(x)", "return  abs(x)", "        ^^^^^^"),
        ("    é = 'ü'; return abs(x)", "é = 'ü'; return abs(x)", "                ^^^^^^"),
        ("    名 = '前'; return abs(x)", "名 = '前'; return abs(x)", "                  ^^^^^^"),
        ("    s = '😀'; return abs(x)", "s = '😀'; return abs(x)", "                 ^^^^^^"),
        ("    s = 'e\u0301'; return abs(x)", "s = 'e\u0301'; return abs(x)", "                ^^^^^^"),
        ("    return abs('前')", "return abs('前')", "       ^^^^^^^^^"),
    ],
)
def test_columns(load, line, shown, carets):
    source, (call,) = _calls(load, f"def f(x):\n{line}\n")
    assert show(source, call).splitlines()[1:] == ["    " + shown, "    " + carets]


def test_a_node_over_several_lines_shows_its_first(load):
    source = read(load("def f(x):\n    for i in (1,\n              2):\n        x = x\n    return x\n").f)
    (loop,) = _nodes(source, gast.For)
    assert show(source, loop).splitlines()[1:] == ["    for i in (1,", "    ^^^^^^^^^^^^"]


def test_a_node_without_a_position_of_its_own(load):
    source = read(load("def f(x):\n    return [i for i in x if i]\n").f)
    (part,) = _nodes(source, gast.comprehension)
    assert show(source, part).splitlines()[2] == "    " + " " * 14 + "^" * len("i in x if i")


def test_a_line_and_no_line(load):
    source = read(load("\n\ndef f(x):\n    y = x\n    return y\n").f)
    assert show(source, 4 - 2).splitlines()[1:] == ["    y = x", "    ^^^^^"]
    assert show(source, 0) == f'  File "{source.filename}", line 1, in f'
    assert show(source, gast.Add()) == show(source, 0)
    assert "Instead" not in str(refuse(source, [Place(2, "a thing")]))


def test_the_error_can_be_pickled(load):
    source, (call,) = _calls(load, "def f(x):\n    return abs(x)\n")
    error = refuse(source, [Place(call, "a", "b")])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.places == error.places
