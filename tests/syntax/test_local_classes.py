"""Classes inside functions: made once where that cannot be told, anew where they capture variables, else refused."""

import gc
import inspect
import types
import weakref

import pytest

import dualad
from dualad.syntax.local_classes import check, made
from dualad.syntax.source import read

HEAD = """
import collections, dataclasses, enum, functools, typing
K = 2.0
L = [1.0]
class Base:
    scale = 3.0
class Hooked:
    def __init_subclass__(cls): pass
def decorated(fn): return fn
"""


def module_of(load, body, rest="    return x\n"):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return load(f"{HEAD}def f(x, n=2):\n{lines}{rest}")


ONCE = [
    "class A: pass",
    'class A:\n    """Words."""\n    k: float = 2.0\n    __slots__ = ["a", "b"]',
    "class A(Base): pass",
    "class A(typing.NamedTuple):\n    x: float\n    y: float = 1 / 3",
    "class A(collections.namedtuple('A', 'x y')): pass",
    "class A(enum.Enum):\n    B = enum.auto()\n    C = (1, 'c')",
    "@dataclasses.dataclass(frozen=True)\nclass A:\n    x: list = dataclasses.field(default_factory=lambda: [K])",
    "class A:\n    def f(self, k=K): return A()\n    g = f",
    "class A: pass\nclass B(A):\n    def f(self): return A()",
    "class A:\n    @property\n    def p(self): return 1\n    @p.setter\n    def p(self, v): pass",
    "for _ in range(2):\n    if n:\n        class A: pass",
    "class A:\n    @functools.cached_property\n    def p(self): return [1]",
]


@pytest.mark.parametrize("body", ONCE)
def test_what_is_made_once(load, body):
    source = read(module_of(load, body).f)
    assert check(source) == []
    first, second = made(source), made(read(source.fn))
    assert "A" in first.classes and first.cells["A"] is second.cells["A"]
    assert isinstance(first.cells["A"].cell_contents, type)
    assert source.fn.__globals__.get("A") is None  # the module knows nothing of it


ANEW = [
    "class A:\n    def f(self): return x",
    "class A:\n    k = n\n    def f(self, j=n + 1): return j",
    "class A:\n    def f(self):\n        nonlocal n\n        n = 1",
    "class A: pass\nA = 1",
    "if n:\n    class A: pass\nelse:\n    class A: k = 1",
    "class A:\n    def f(self): return x\nA.n = 1",
    "class B:\n    def f(self): return x\nclass A(B): pass",
    "class A:\n    def f(self): return B()\nclass B:\n    def f(self): return x",
]


@pytest.mark.parametrize("body", ANEW)
def test_what_is_made_anew(load, body):
    source = read(module_of(load, body).f)
    assert check(source) == []
    found = made(source)
    assert "A" not in found.classes and "make_A" in found.classes
    assert dualad.grad(source.fn)(3.0) == 1.0


HELD = [
    ("class A:\n    k = x * 2", "`x`"),
    ("class A:\n    def f(self, k=x): return k", "`x`"),
    ("w = [1.0]\nclass A:\n    k = w\n    def f(self): return x", "`w`"),
    ("@dataclasses.dataclass\nclass A:\n    k: float = dataclasses.field(default=x)", "`x`"),
]


@pytest.mark.parametrize("body, name", HELD)
def test_what_a_class_may_not_hold_is_refused(load, body, name):
    module = module_of(load, body)
    with pytest.raises(dualad.Unsupported, match=f"{name}, which is active or may be changed, read as a class is made"):
        dualad.grad(module.f)(1.0)
    assert dualad.derivative(module.f)(1.0) == 1.0


def _python_keeps_classes():
    """Whether `inspect` keeps the classes that it has looked at, as it does in Python 3.12.1."""
    asked = type("Asked", (), {})
    inspect.getattr_static(asked(), "name", None)
    held = weakref.ref(asked)
    del asked
    gc.collect()
    return held() is not None


@pytest.mark.skipif(_python_keeps_classes(), reason="`inspect` of this Python keeps classes itself")
def test_nothing_keeps_classes_that_are_made_anew(load):
    module = load(
        """
from dataclasses import dataclass
def f(x, n):
    @dataclass
    class A:
        k: int = n
        def g(self): return x * self.k
    class B(A):
        __slots__ = ("m",)
        def __init__(self, m):
            super().__init__()
            self.m = m
        def __add__(self, other): return self.g() * self.m + other.g()
    return B(x) + A()
"""
    )
    g = dualad.grad(module.f)
    for i in range(60):
        assert g(1.0 + i, 2) == pytest.approx(4 * (1.0 + i) + 2)
    gc.collect()
    alive = [v for v in gc.get_objects() if isinstance(v, type) and v.__qualname__.startswith("f.<locals>.")]
    assert len([cls for cls in alive if cls.__module__ == module.__name__]) <= 40  # the latest closures are kept


REFUSED = [
    ("class A:\n    k = []", "`k`"),
    ("class A:\n    k = L", "`k`"),
    ("class A:\n    k = len('a')", "`k`"),
    ("class A:\n    for i in (1, 2): pass", "more than methods"),
    ("class A:\n    def f(self, k=[]): pass", "`f`"),
    ("class A:\n    @decorated\n    def f(self): pass", "`f`"),
    ("class A:\n    @functools.lru_cache\n    def f(self): pass", "`f`"),
    ("@decorated\nclass A: pass", "a decorator"),
    ("class A(Hooked): pass", "base classes"),
    ("class A(decorated(Base)): pass", "base classes"),
    ("class A:\n    def __init_subclass__(cls): pass", "`__init_subclass__`"),
    ("class A(metaclass=decorated(type)): pass", "metaclass"),
    ("class A:\n    n = 0\nA.n = 1", "`n`"),
    ("class A:\n    n = 0\n    @classmethod\n    def f(cls): cls.n += 1", "`n`"),
    ("class A:\n    n = 0\n    def f(self): type(self).n += 1", "`n`"),
    ("class A: pass\nsetattr(A, 'n', 1)", "`setattr`"),
]


@pytest.mark.parametrize("body, what", REFUSED)
def test_what_is_refused(load, body, what):
    module = module_of(load, body)
    place, *_ = check(read(module.f))
    assert "the class `A` defined inside the function" in place.what and what in place.what
    assert place.advice.startswith("define the class at module level")
    with pytest.raises(dualad.Unsupported, match="defined inside the function"):
        dualad.grad(module.f)(1.0)


def test_what_a_class_is_made_of_is_read_anew(load):
    module = module_of(load, "class A(Base):\n    k = K\n", "    return x * A.k * A().scale\n")
    assert dualad.grad(module.f)(1.0) == 6.0
    module.K = 5.0
    assert dualad.grad(module.f)(1.0) == 15.0
    module.Base = type("Base", (), {"scale": 7.0})
    assert dualad.grad(module.f)(1.0) == 35.0


def test_what_was_found_before_is_found_anew_where_a_class_comes_to_be_known(load):
    module = load(
        """
def total(items):
    kept = [1.0]
    for item in items:
        kept[0] = kept[0] * item.part
    return kept[0]
def f(x):
    return total([Plain(x), Plain(x * 2)])
class Plain:
    def __init__(self, part): self.part = part
def g(x):
    class Noting:
        def __init__(self, part, seen): self.parts, self.seen = part, seen
        @property
        def part(self):
            self.seen[0] = self.seen[0] * self.parts
            return self.seen[0]
    seen = [x]
    return total([Noting(x, seen), Noting(x * 2, seen)]) * seen[0]
"""
    )
    assert dualad.grad(module.f)(1.5) == 6.0
    x, h = 1.5, 1e-5
    wanted = (module.g(x + h) - module.g(x - h)) / (2 * h)
    assert dualad.grad(module.g)(x) == pytest.approx(wanted, rel=1e-8)


def test_classes_of_notebooks_that_are_run_again(load):
    text = "def f(x):\n    class A:\n        def g(self): return x_of(self)\n    return A().g() * x\n"
    first = load(text + "def x_of(a): return 2.0\n")
    second = load(text + "def x_of(a): return 3.0\n")
    assert dualad.grad(first.f)(1.0) == 2.0 and dualad.grad(second.f)(1.0) == 3.0


STORED = [
    "class A: k = 1.0\nother = A\nother.k += 1.0",
    "class A: k = 1.0\nfor c in (A,):\n    c.k = c.k + 1.0",
    "class A: k = 1.0\nchange(A)",
    "class A:\n    k = 1.0\n    @classmethod\n    def up(own): own.k += 1.0\nA.up()",
    "class A: k = 1.0\ntype.__setattr__(A, 'k', A.k + 1.0)",
    "class A(enum.Enum):\n    B = 1\nA.B.k = getattr(A.B, 'k', 1.0) + 1.0\nA = A.B",
    "class A:\n    def k(self): pass\nA.k.k = getattr(A.k, 'k', 1.0) + 1.0\nA = A.k",
]


@pytest.mark.parametrize("body", STORED)
def test_classes_that_something_is_stored_into_by_another_name_are_not_taken_for_new(load, body):
    body, rest = body.replace("\nA = ", "\nkept = "), "kept" if "\nA = " in body else "A"
    text = f"{HEAD}def change(c): c.k = c.k + 1.0\ndef f(x):\n"
    text += "".join(f"    {line}\n" for line in body.splitlines()) + f"    return x * {rest}.k\n"
    text += "def twice(x):\n    total = x\n    for i in range(3):\n"
    text += "        if i:\n            total = total + f(x) * i\n"
    module = load(text + "    return total\n")
    with pytest.raises(dualad.Unsupported, match="the class `A` defined inside a function, into which something"):
        for _ in range(2):
            assert dualad.grad(module.f)(1.0) == 2.0
    with pytest.raises(dualad.Unsupported):
        dualad.grad(module.twice)(1.0)
    assert dualad.derivative(module.f)(1.0) == 2.0 and dualad.derivative(module.twice)(1.0) == 7.0


def test_what_python_itself_gives_a_class_later_changes_nothing(load):
    body = "class A:\n    def __init__(self): self.k = 2.0\ncopied = copy.copy(A())\nnotes = A.__annotations__"
    module = module_of(load, f"import copy\n{body}", "    return x * copied.k + len(notes)\n")
    assert [dualad.grad(module.f)(1.0) for _ in range(3)] == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    "body, gives",
    [
        ("class A:\n    k = Base.scale", "A.k"),
        ("class A:\n    k = Derived.scale", "A.k"),
        ("class A:\n    def f(self, k=Base.scale): return k", "A().f()"),
        ("class A:\n    k = held.K", "A.k"),
    ],
)
def test_attributes_that_a_class_is_made_of_are_read_anew(load, body, gives):
    module = module_of(load, body, f"    return x * {gives}\nclass Derived(Base): pass\n")
    module.held = types.ModuleType("held")
    module.held.K = 3.0
    assert [dualad.grad(module.f)(1.0) for _ in range(2)] == [3.0, 3.0]
    module.held.K = module.Base.scale = 5.0
    assert dualad.grad(module.f)(1.0) == 5.0
    module.Derived.scale = 7.0
    assert dualad.grad(module.f)(1.0) == (7.0 if "Derived" in body else 5.0)


def test_what_is_stored_into_members_of_enumerations_is_refused(load):
    text = "import enum\nclass M(enum.Enum):\n    A = 0\n"
    module = load(f"{text}def f(x):\n    for m in M:\n        m.k = x * 2\n    return M.A.k\n")
    with pytest.raises(dualad.Unsupported, match="`k` of a member of an enumeration"):
        dualad.grad(module.f)(1.0)
    assert dualad.derivative(module.f)(1.0) == 2.0
