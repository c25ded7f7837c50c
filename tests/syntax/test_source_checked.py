"""Text that is not what the function was compiled from is refused, and so is a function without text."""

import functools
import os

import pytest

from dualad.errors import DualadError, Unsupported
from dualad.syntax.source import read

from .conftest import segment

# ---- edited files


def _edit(module, text):
    with open(module.__file__, "w", encoding="utf-8") as file:
        file.write(text)
    os.utime(module.__file__, ns=(1, 1))


TEXT = "def f(x):\n    return x * 2\n\ndef g(x):\n    return x * 3\n"


@pytest.mark.parametrize("read_before", [False, True])
def test_a_file_that_changed_after_import_is_refused(load, read_before):
    m = load(TEXT)
    if read_before:
        read(m.f)
    _edit(m, TEXT.replace("x * 2", "x * 4"))
    with pytest.raises(Unsupported) as caught:
        read(m.f)
    assert isinstance(caught.value, DualadError)
    message = str(caught.value)
    assert m.__file__ in message and "line 1, in f" in message
    assert "the file changed since it was imported" in message and "Import the module again" in message
    assert read(m.g).tree.lineno == 4  # which did not change


@pytest.mark.parametrize(
    "before, after",
    [
        ("x * 2", "x * 2.0"),
        ("x * 2", "x / 2"),
        ("x * 2", "x * 2 if x else 0"),
        ("x * 2", "abs(x) * 2"),
        ("f(x)", "f(x, y=1)"),
        ("f(x)", "f(x, /)"),
        ("f(x):", "f(x):\n    yield"),
        ("def f", "async def f"),
        ("return x * 2", "return lambda y: x * 2"),
        ("def f", "def h"),
    ],
)
def test_every_change_is_seen(load, before, after):
    m = load(TEXT)
    _edit(m, TEXT.replace(before, after, 1))
    with pytest.raises(Unsupported, match="the file changed"):
        read(m.f)


def test_a_change_within_a_nested_function_is_seen(load):
    text = "def f(x):\n    def g(y):\n        return [y * k for k in (1, 2)]\n    return g\n"
    m = load(text)
    _edit(m, text.replace("(1, 2)", "(1, 3)"))
    with pytest.raises(Unsupported, match="the file changed"):
        read(m.f)


def test_an_unchanged_function_may_move(load):
    m = load(TEXT + "h = [lambda x: x * 5, lambda x: x * 6]\n")
    moved = TEXT.replace("f(x):", "f(x):\n    # why")
    _edit(m, f"import os\n# more\n\n{moved}  \n\nh = [lambda x: x * 5,\n  lambda x: x * 6]\n")
    assert (read(m.f).tree.lineno, read(m.g).tree.lineno) == (4, 8)
    assert segment(read(m.h[1])) == "lambda x: x * 6"


def test_a_broken_or_deleted_file(load):
    m = load(TEXT)
    _edit(m, TEXT.replace("return x * 3", "return ("))
    assert read(m.f).tree.lineno == 1  # the statement itself is as it was
    with pytest.raises(Unsupported, match="the file changed"):
        read(m.g)
    os.remove(m.__file__)
    with pytest.raises(Unsupported, match="its source cannot be read from"):
        read(m.f)


# ---- no source


def test_no_source_is_refused_by_name_with_the_way_out():
    space = {"__name__": "somewhere"}
    exec("def f(x): return x\ng = lambda x: x", space)
    names = {space["f"]: "somewhere.f", space["g"]: "somewhere.<lambda>", len: "len", str.upper: "str.upper"}
    for f, name in names.items():
        with pytest.raises(Unsupported) as caught:
            read(f)
        message = str(caught.value)
        assert message.startswith(f"{name} cannot be differentiated") and "dualad.primitive(" in message


def test_callable_objects_are_the_callers_business(load):
    m = load("class A:\n    def __call__(self, x): return x\n")
    assert segment(read(m.A().__call__)).startswith("def __call__")
    for thing in (m.A(), functools.partial(len), m.A):
        with pytest.raises(Unsupported, match="an object of type .* is no Python function"):
            read(thing)


# ---- pytest's own rewriting


k = 3.0


def asserting(x, name="é"):
    assert x is not None, f"{name}: {x}"
    y = -x
    assert y < (z := 5.0) and not (x == -1 or x in [7.5, 8])
    total = 0.0
    for i in range(3):
        assert all(i < j for j in (4, 5))
        total += y * k
    return total


def holding(a):
    def inner(x):
        assert x, a
        return x * a

    return inner


def test_rewritten_assertions_are_no_change():
    names = (*asserting.__code__.co_varnames, *asserting.__code__.co_names)
    assert any(name.startswith("@py") for name in names)  # else this tests nothing
    s = read(asserting)
    assert segment(s).startswith("def asserting(x") and len(s.tree.body) == 6
    assert segment(read(holding)).startswith("def holding(a)")
    assert segment(read(holding(1))).startswith("def inner(x)")
    here = lambda x: x  # noqa: E731
    assert segment(read(here)) == "lambda x: x"


def test_a_method_with_an_assertion():
    class A:
        def method(self, x):
            assert x
            return self.__x

    assert read(A.method).class_name == "A"
