"""What is read is the function object's own source, wherever and however it was defined."""

import __future__

import ast
import linecache
import sys
import types
import zipfile

import gast
import pytest

from dualad.errors import Unsupported
from dualad.syntax.source import read

from .conftest import segment


def test_all_that_is_known_of_a_plain_function(load):
    m = load("""
        import numpy as np

        def f(x, /, y=2.0, *rest, scale=1.0, **more):
            return np.sin(x) * y * scale
        """)
    s = read(m.f)
    assert s.fn is m.f and s.name == "f" and s.filename == m.__file__
    assert isinstance(s.tree, gast.FunctionDef)
    assert (s.tree.lineno, s.tree.col_offset) == (3, 0)
    assert s.globals is vars(m)
    assert s.cells == {} and s.class_name is None
    assert str(s.signature) == "(x, /, y=2.0, *rest, scale=1.0, **more)"
    assert s.lines[2].startswith("def f(")


def test_globals_and_cells_are_live(load):
    m = load("""
        k = 1.0
        def make(a, b):
            def inner(x):
                return x * a * k
            def set(v):
                nonlocal a
                a = v
            return inner, set
        """)
    inner, change = m.make(2.0, 3.0)
    s = read(inner)
    assert list(s.cells) == ["a"]
    change(5.0)
    m.k = 7.0
    assert s.cells["a"].cell_contents == 5.0 and s.globals["k"] == 7.0


def test_each_read_has_a_tree_of_its_own(load):
    m = load("def f(x):\n    return x\n")
    one, two = read(m.f), read(m.f)
    one.tree.body.clear()
    assert len(two.tree.body) == len(read(m.f).tree.body) == 1


def test_a_module_alias_is_no_obstacle(load):
    """CPython compiles calls of imported names in a way of their own, which the check must reproduce."""
    m = load("""
        import os
        try:
            import numpy as xp
        except ImportError:
            xp = None
        from math import (
            sin,  # with a comment
            cos as cosine,
        )
        import json, os.path as osp; import re

        def indented(x):
            return xp.sin(x)

        def plain(x):
            return os.fspath(x), cosine.__call__(x), sin.__call__(x), osp.join(x), re.compile(x), json.dumps(x)
        """)
    assert segment(read(m.indented)).endswith("xp.sin(x)")
    assert segment(read(m.plain)).startswith("def plain")


@pytest.mark.parametrize(
    "text",
    [
        "pair = (lambda x: x + 1, lambda x: x + 2)",
        "pair = [lambda x: x, lambda x: x]",
        "pair = (lambda x: lambda y: x, (lambda x: lambda y: x))",
        "pair = list(map(functools.partial, (lambda x: (x, 1), lambda x: (x, 1))))",
        "pair = {'a': lambda x: x * 2, 'b': lambda x: x * 2}.values()",
        "def take(*fs, key=None): return fs\npair = take(lambda x: x[0], lambda x: x[1])",
        "def take(f=lambda x: x, g=lambda x: -x): return f, g\npair = take()",
        "pair = (lambda x: x if x else 0, lambda x: x and 0)",
        "pair = (lambda *, k=(lambda x: x): k, lambda x: None or x)",
        "é = 'é'; pair = (lambda x: 'é' + x, lambda x: 'é' + x)",
    ],
)
def test_two_lambdas_on_one_line(load, text):
    m = load(f"import functools\n{text}\n")
    found = []
    for f in m.pair:
        f = getattr(f, "func", f)
        s = read(f)
        assert isinstance(s.tree, gast.Lambda) and s.name == "<lambda>"
        found.append((s.tree.col_offset, segment(s)))
    assert found[0][0] < found[1][0]
    for column, shown in found:
        line = m.__loader__.get_source(m.__name__).splitlines()[-1 if "take()" not in text else 1].encode()
        assert line[column:].decode().startswith(shown)


def test_nested_lambdas_are_told_apart(load):
    m = load("outer = lambda x: lambda y: lambda z: x + y + z\n")
    f, columns = m.outer, []
    for _ in range(3):
        s = read(f)
        columns.append(s.tree.col_offset)
        f = f(1)
    assert columns == [8, 18, 28] and s.cells.keys() == {"x", "y"}


def test_lambdas_over_several_lines(load):
    m = load("""
        import functools
        f = (lambda x:
                 x
                 + 1)
        fs = [
            lambda x: (
                x * 2
            ), lambda x: x * 3,
            lambda
                x: x * 4,
        ]
        d = dict(a=lambda x: x * 5,
                 b=lambda x: x * 6)
        many = [lambda x, i=i: x * i for i in range(3)]
        def call(f): return f
        g = call(
            lambda x: x * 7
        )
        @functools.lru_cache(None)
        def decorated(x, f=lambda x: x * 8): return f
        h = decorated(0)
        """)
    assert segment(read(m.f)) == "lambda x:\n         x\n         + 1"
    assert [segment(read(f)) for f in m.fs] == [
        "lambda x: (\n        x * 2\n    )",
        "lambda x: x * 3",
        "lambda\n        x: x * 4",
    ]
    assert [segment(read(f)) for f in m.d.values()] == ["lambda x: x * 5", "lambda x: x * 6"]
    assert {segment(read(f)) for f in m.many} == {"lambda x, i=i: x * i"}
    assert [read(f).signature.parameters["i"].default for f in m.many] == [0, 1, 2]
    assert segment(read(m.g)) == "lambda x: x * 7"
    assert segment(read(m.h)) == "lambda x: x * 8"
    with pytest.raises(Unsupported, match="no Python function"):
        read(m.decorated)


def test_a_decorated_function_is_read_as_what_its_name_calls(load):
    m = load("""
        import functools

        def twice(f):
            @functools.wraps(f)
            def wrapper(*args):
                return 2 * f(*args)
            return wrapper

        def same(f):
            return f

        @twice
        def wrapped(x):
            return x

        @same
        @same
        def kept(x):
            return x
        """)
    s = read(m.wrapped)
    assert m.wrapped.__name__ == "wrapped" and s.name == "wrapper"
    assert str(s.signature) == "(*args)" and list(s.cells) == ["f"]
    assert segment(s).startswith("def wrapper(*args):")
    s = read(m.kept)
    assert s.tree.lineno == 18 and segment(s) == "def kept(x):\n    return x"


def test_a_claimed_signature_is_not_believed(load):
    m = load("import inspect\ndef f(x): return x\nf.__signature__ = inspect.Signature()\n")
    assert str(read(m.f).signature) == "(x)"


def test_classes_methods_and_nested_indentation(load):
    m = load("""
        class A:
            class __B:
                def method(self, x):
                    def inner(y):
                        return self.__x + y
                    return inner

                @staticmethod
                def static(x): return x

                @property
                def prop(self):
                    return self.__x
            B = __B

        def outer():
            if True:
                for _ in range(1):
                    class Local:
                        @classmethod
                        def make(cls): return cls.__x
                    def plain(): return __x
            return Local, plain

        def base(f):
            class Base: pass
            Base.f = f
            return Base
        class B(base(lambda self: __x)): pass
        """)
    assert read(m.B.f).class_name is None
    b = m.A.B()
    s = read(b.method)
    assert s.fn is m.A.B.method and s.tree.name == "method" and s.class_name == "__B"
    assert s.mangle("__x") == "_B__x" and s.mangle("__x__") == "__x__" and s.mangle("x") == "x"
    inner = read(b.method(1))
    assert inner.class_name == "__B" and inner.tree.lineno == 4
    assert read(m.A.B.static).class_name == "__B"
    assert read(m.A.B.prop.fget).tree.name == "prop"
    local, plain = m.outer()
    assert read(local.make).class_name == "Local" and read(plain).class_name is None
    assert read(plain).mangle("__x") == "__x"


def test_two_functions_of_one_name(load):
    m = load("""
        def f(x):
            return x + 1
        first = f
        if True:
            def f(x):
                return x + 2
        else:
            def f(x):
                return x + 3
        second = f
        def f(x): return x + 1
        """)
    assert [read(f).tree.lineno for f in (m.first, m.second, m.f)] == [1, 5, 11]


def test_text_that_looks_like_code(load):
    """The guess at the enclosing statement goes wrong here, and the whole file is parsed."""
    m = load('''
        import math
        text = """
        def f(x):
            return 0
        """
        def f(x):
            s = """
        def g(x):
        """
            return math.sin(x) + len(s)

        class A:
            """
        A docstring to the left,
        class A:
            """
            def g(self):
                return [math.sin(
        1,
        )]
        ''')
    assert read(m.f).tree.lineno == 6 and read(m.A.g).class_name == "A"


def test_non_ascii_tabs_and_odd_line_ends(load):
    m = load("def f(größe):\n\tµ = 'é€😀'; return größe, µ\n")
    assert segment(read(m.f)) == "def f(größe):\n\tµ = 'é€😀'; return größe, µ"
    m = load("# -*- coding: latin-1 -*-\ndef f(x):\n    é = 'é'; g = lambda t: 'ü'; return g\n", "latin-1")
    assert segment(read(m.f(1))) == "lambda t: 'ü'"
    m = load("x = 1\r\ndef f(x):\r\n    return x\r\n\x0c\r\ndef g(x):\r\n    return -x\r\n")
    assert segment(read(m.g)) == "def g(x):\n    return -x"
    m = load("def f(x): return x")
    assert segment(read(m.f)) == "def f(x): return x"


def test_future_imports(load):
    m = load("""
        from __future__ import annotations
        def f(x: Undefined) -> Undefined:
            def g(y: Undefined): return y
            return g
        """)
    assert read(m.f).tree.lineno == 2 and read(m.f(1)).tree.name == "g"


def test_warnings_of_the_text_are_not_repeated(load):
    with pytest.warns((SyntaxWarning, DeprecationWarning)):
        m = load("def f(x):\n    return x is 1, '\\d'\n")
    assert read(m.f).tree.name == "f"  # warnings are errors in this run


def test_async_and_generator_functions_can_be_read(load):
    m = load("async def f(x): return x\ndef g(x): yield x\n")
    assert isinstance(read(m.f).tree, gast.AsyncFunctionDef) and read(m.g).tree.name == "g"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters(load):
    m = load("def f[T](x: T) -> T: return x\nclass A[T]:\n    def g[S](self): return self.__x\n")
    assert read(m.f).tree.name == "f" and read(m.A.g).class_name == "A"


def test_constants_that_compare_equal_are_told_apart(load):
    constants = ["1", "1.0", "True", "0.0", "-0.0", "1e999 - 1e999", "(1,)", "(1.0,)", "'1'", "b'1'"]
    m = load(f"fs = [{', '.join('lambda: ' + c for c in constants)}]")
    assert [segment(read(f)).split(": ")[1] for f in m.fs] == constants


# ---- other places that source comes from


def test_exec_with_linecache():
    text = "import numpy as np\ndef f(x):\n    return np.sin(x)\n"
    linecache.cache["<made here>"] = (len(text), None, text.splitlines(keepends=True), "<made here>")
    try:
        space = {}
        exec(compile(text, "<made here>", "exec"), space)
        assert segment(read(space["f"])).endswith("np.sin(x)")
        other = text.replace("sin", "cos")
        linecache.cache["<made here>"] = (len(text), None, other.splitlines(keepends=True), "<made here>")
        with pytest.raises(Unsupported, match=r'"<made here>", line 2(.|\n)*not what it was compiled from'):
            read(space["f"])
    finally:
        del linecache.cache["<made here>"]


def test_a_notebook_compiles_each_statement_apart():
    """What IPython does with a cell: one `linecache` entry for all, one code object for each statement, flags kept."""
    text = "import numpy as np\ndoc = '''\nat the margin\n'''\ndef f(x):\n    return np.sin(x)\n"
    text += "class A:\n    '''\nclass A:\n    '''\n    def g(x):\n        return np.sin(x)\n"
    text += "async with lock:\n    def h(x): return x\nawait sleep(0)\n"
    name = "/tmp/ipykernel_0/1234567890.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        space = {}
        flags = __future__.annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        codes = [compile(ast.Module([s], []), name, "exec", flags=flags) for s in ast.parse(text).body]
        for code in codes[:-2]:
            exec(code, space)
        space["h"] = types.FunctionType(next(c for c in codes[-2].co_consts if isinstance(c, types.CodeType)), space)
        assert segment(read(space["f"])).endswith("np.sin(x)")
        assert segment(read(space["A"].g)).startswith("def g(x):")
        assert segment(read(space["h"])) == "def h(x): return x"
    finally:
        del linecache.cache[name]


def test_a_real_ipython_shell():
    pytest.importorskip("IPython", reason="IPython is not installed")
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_cell("from __future__ import annotations\nimport numpy as np\ndef f(x):\n    return np.sin(x)\nf")
    shell.run_cell("%matplotlib --list\ndef g(x):\n    return np.sin(x)\nh = [lambda x: x, lambda x: -x]")
    assert segment(read(shell.user_ns["f"])).endswith("np.sin(x)")
    assert segment(read(shell.user_ns["g"])).startswith("def g(x):")
    assert segment(read(shell.user_ns["h"][1])) == "lambda x: -x"


def test_doctests():
    import doctest

    text = ">>> import numpy as np\n>>> def f(x):\n...     return np.sin(x)\n>>> segment(read(f))[:8]\n'def f(x)'\n"
    test = doctest.DocTestParser().get_doctest(text, {"read": read, "segment": segment}, "name", None, 0)
    assert doctest.DocTestRunner().run(test) == doctest.TestResults(0, 3)


def test_zipped_module(tmp_path, monkeypatch):
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("dualad_zipped.py", "import math\n\ndef f(x):\n    return math.sin(x)\n")
    monkeypatch.syspath_prepend(str(path))
    import dualad_zipped

    assert segment(read(dualad_zipped.f)).startswith("def f(x):")
    del sys.modules["dualad_zipped"]
