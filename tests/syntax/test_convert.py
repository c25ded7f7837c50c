"""Python's trees as gast's."""

import ast
import inspect
import types

import gast
import pytest

from dualad.syntax import convert, lower_expr, match

EVERYTHING = '''
def f(a, b=1, *args, c: int = 2.5, **kwargs) -> float:
    """Text."""
    x = y = a @ b if a else -b
    x += kwargs["k"][1:2, ..., ::3]
    u, (v, *w) = a.b.c(*args, key=not x, **kwargs), [1, 2j, b"s", None]
    for i, j in enumerate(range(3)):
        while i < j <= 4 and not (i in w or i is None):
            del x
            break
        else:
            continue
    with open(x) as g, g:
        try:
            z: int = {1: 2, **kwargs} | {3, 4}
        except (ValueError, TypeError) as error:
            raise KeyError(f"{error!r:>{z}}") from error
        finally:
            global q
    assert (n := len(w)), "message"
    match n:
        case [1, *rest] | {"k": rest, **others}:
            return lambda t, s=1: [t + k for k in rest if k for t in k]
        case ast.Name(id=name):
            import numpy as np
            yield from (k for k in name)
    async def h(p, /, *, d):
        return await p
    class C(B, metaclass=M):
        def m(self):
            return (yield self)
    return
'''


def same(node: ast.AST) -> bool:
    """Whether a node becomes what gast itself makes of it, with the places in the text."""
    found, expected = convert.converted(node), gast.ast_to_gast(node)
    return gast.dump(found, include_attributes=True) == gast.dump(expected, include_attributes=True)


def test_a_function_of_everything_becomes_what_gast_makes_of_it():
    (function,) = ast.parse(EVERYTHING).body
    before = ast.dump(function, include_attributes=True)
    assert same(function)
    assert ast.dump(function, include_attributes=True) == before


@pytest.mark.parametrize("module", [convert, lower_expr, match], ids=lambda m: m.__name__.rpartition(".")[2])
def test_functions_of_modules_become_what_gast_makes_of_them(module: types.ModuleType):
    nodes = [n for n in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    assert nodes and all(same(n) for n in nodes)


def test_nodes_are_nobody_elses():
    (function,) = ast.parse("def f(x):\n    return x + x[0]\n").body
    nodes = list(gast.walk(convert.converted(function)))
    assert len({id(n) for n in nodes}) == len(nodes)
    assert all(type(n).__module__.startswith("gast") for n in nodes)
