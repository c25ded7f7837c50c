"""The fence knows every node class of gast, reports every place at once, and lets through what is allowed."""

import ast
import subprocess
import sys
from pathlib import Path

import gast
import pytest

from dualad.syntax.fence import TABLE, check
from dualad.syntax.refusal import refuse
from dualad.syntax.source import read

ROOT = Path(__file__).resolve().parents[2]


def _classes():
    found = [c for c in vars(gast).values() if isinstance(c, type) and issubclass(c, ast.AST)]
    return [c for c in found if not any(d is not c and issubclass(d, c) for d in found)]


def test_every_class_of_gast_has_a_status():
    classes = _classes()
    assert len(classes) > 100
    assert not [c.__name__ for c in classes if c not in TABLE]


def test_every_class_of_the_standard_library_becomes_one_that_has():
    """A new syntax of Python that gast does not know would reach the fence as a class of `ast`."""
    old = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis", "Index", "ExtSlice", "arg"}  # gone, or converted by gast
    names = {c.__name__ for c in _classes()}
    for name, cls in vars(ast).items():
        if isinstance(cls, type) and issubclass(cls, ast.AST) and not name.startswith("_") and not cls.__subclasses__():
            assert name in names | old, name


def test_refusals_give_advice():
    for status in TABLE.values():
        assert (status.verdict == "allowed") == (not status.what) == (not status.advice)


def test_the_page_is_up_to_date():
    script = (
        "import runpy, sys; sys.stdout.reconfigure(encoding='utf-8'); "
        "print(runpy.run_path('docs/make_syntax.py')['page']())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    page = (ROOT / "docs" / "syntax.md").read_text(encoding="utf-8")
    assert done.stdout.decode().replace("\r\n", "\n").strip() == page.strip(), "run `python docs/make_syntax.py`"


ALLOWED = """
import numpy as np
n = 1
def f(x, /, y=(lambda t: (yield)), *args: {1}, k=[i for i in (j for j in {1})], **kw) -> {2}:
    '''A docstring.'''
    global n
    import math
    from math import sin as s, cos
    a = b = x
    (c, [d, *e]), g[0], h[1:2, ..., None] = y
    v: {float} = n
    w: int
    a += b; g[0] **= 2
    for i, (p, *q) in enumerate(x):
        if i < 2 <= 3 and not p or q is None: continue
        elif i: break
        else: pass
    else:
        w = 1
    while True:
        with np.errstate(all="ignore") as m, m:
            return f(*x, k=1, **y) if (z := a @ b) else [*x, {**y, "k": z}, -x.T[0]]
    else:
        raise ValueError(f"{x!r:>{w}}") from None
    assert x, "message"
    try: pass
    except ValueError as e: y = 1
    except (TypeError, n.Error): raise
    else: pass
    finally: pass
    match x:
        case [1, *a, {'k': b, **c}, A(d) | A(d)] as e if a: pass
        case n.v | None: pass
        case _: pass
    yield x
    yield from x
    del a, b
    u = [i + j for i in x for j in y if i if j], {k: v for k, v in kw.items()}, {i for i in x}
    return sum(i for i in x), max((i for i in x), default=0), print(x)
"""


def test_what_is_allowed(load):
    source = read(load(ALLOWED).f)
    assert check(source) == []


def test_a_lambda_itself_is_allowed(load):
    source = read(load("f = lambda x, g=lambda t: t: [x if x else g(x) for _ in x]\n").f)
    assert check(source) == []


REFUSED = [
    ("y = 2 * (yield from x)", "`yield from` within"),
    ("try: pass\n    except* ValueError: pass", "`except*`"),
    ("y = (i async for i in x)", "asynchronous"),
]
if sys.version_info >= (3, 12):
    REFUSED.append(("type A[T: int, **P, *Ts] = int", "`type`"))


@pytest.mark.parametrize("body, what", REFUSED, ids=[body.splitlines()[0] for body, _ in REFUSED])
def test_what_is_refused(load, body, what):
    module = load(f"def f(x):\n    for _ in x:\n        if x: break\n    {body}\n    return x\n")
    source = read(module.f)
    wanted = what.split("|")
    places = check(source)
    assert len(places) == len(wanted), places
    for place, part in zip(places, wanted):
        assert part in place.what and place.advice and place.position.line >= 4
    error = refuse(source, places)
    assert "^" in str(error) and "Instead: " in str(error)


def test_asynchronous_code(load):
    source = read(load("async def f(x):\n    async with x: pass\n    async for i in x: pass\n    return await x\n").f)
    assert [place.position.line for place in check(source)] == [1, 2, 3, 4]


ALLOWED_PARTS = [
    "def g(t):\n        try: return [yield_ for yield_ in t]\n        finally: del t[0]",
    "def g(): yield 1\n    y = list(g())",
    "g = lambda t: (yield t)",
    "x.map(lambda t: lambda u: t)",
    "x.a = 1",
    "x.a.b += 1",
    "x.a, y = 1, 2",
    "for x.i in y: pass",
    "y = {1, 2}",
]


@pytest.mark.parametrize("body", ALLOWED_PARTS, ids=[body.splitlines()[0] for body in ALLOWED_PARTS])
def test_what_is_inside_of_functions_and_objects_is_allowed(load, body):
    assert check(read(load(f"def f(x):\n    {body}\n    return x\n").f)) == []


def test_a_nested_async_function_is_refused(load):
    (place,) = check(read(load("def f(x):\n    async def g(): await x\n    return g\n").f))
    assert "asynchronous" in place.what


def test_all_places_at_once(load):
    text = "def f(x):\n    try:\n        del x[0], x.a\n    except* E:\n        async def g(): pass\n"
    source = read(load(text + "    return -(yield from x)\n").f)
    assert [place.position[:2] for place in check(source)] == [(2, 4), (5, 8), (6, 13)]
