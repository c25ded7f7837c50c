"""A whole generated program: its helpers, its function, its arguments; and how text becomes a function."""

from __future__ import annotations

import ast
import dataclasses
import functools
import hashlib
import linecache
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.fuzz.calls import Calls
from tests.fuzz.choices import Choices
from tests.fuzz.control import Control
from tests.fuzz.expressions import Helper
from tests.fuzz.features import CALLS, THEMES
from tests.fuzz.objects import BOX
from tests.fuzz.scope import FLOAT, Scope, Type, matrix, vector
from tests.fuzz.structures import Pair, State

HEAD = """import dataclasses
import functools
import math

import numpy as np

from tests.fuzz.structures import Pair, State
"""


OTHERS: dict[str, Callable[[Type, np.random.Generator, np.ndarray], Any]] = {
    "J": lambda t, rng, x: rng.integers(t.bound, size=t.shape),
    "K": lambda t, rng, x: rng.integers(2, size=t.shape).astype(bool),
    "H": lambda t, rng, x: x.astype(np.float32),
    "W": lambda t, rng, x: x + 1j * rng.uniform(-1.0, 1.0, size=t.shape),
    "N": lambda t, rng, x: Pair(float(rng.uniform(0.2, 1.3)), x),
    "P": lambda t, rng, x: State(float(rng.uniform(0.2, 1.3)), x),
}
"""Arguments of the kinds that themes add, of random numbers."""


@dataclasses.dataclass(frozen=True)
class Generated:
    """A program.

    Attributes:
        text: the source of a module; its function is `f`.
        tags: the features that it uses.
        kinds: the types of f's parameters.
        seed: of its arguments.
    """

    text: str
    tags: frozenset[str]
    kinds: tuple[Type, ...]
    seed: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.text}{self.seed}".encode()).hexdigest()[:12]

    def make(self) -> tuple[Any, ...]:
        """Fresh arguments, the same each time."""
        rng = np.random.default_rng(self.seed)

        def numbers(shape: tuple[int, ...]) -> np.ndarray:
            return rng.uniform(0.2, 1.3, size=shape) * rng.choice([1.0, 1.0, -1.0], size=shape)

        made: list[Any] = []
        for t in self.kinds:
            if t.kind in "VM":
                made.append(numbers(t.shape))
            elif t.kind == "L":
                made.append([float(x) for x in numbers(t.shape)])
            elif t.kind == "D":
                made.append({"a": float(numbers(())), "b": float(numbers(()))})
            elif t.kind == "I":
                made.append(int(rng.integers(t.bound)))
            elif t.kind in OTHERS:
                made.append(OTHERS[t.kind](t, rng, numbers(t.shape)))
            elif t.kind == "B":
                made.append(bool(rng.integers(2)))
            else:
                made.append(float(numbers(())))
        return tuple(made)

    def statements(self) -> int:
        return sum(
            isinstance(n, ast.stmt) and not isinstance(n, (ast.Import, ast.ImportFrom))
            for n in ast.walk(ast.parse(self.text))
        )

    def function(self) -> Callable[..., Any]:
        return compiled(self.text, f"<fuzz {self.digest}>")


def compiled(text: str, filename: str) -> Callable[..., Any]:
    """The function f of a module with this text; its source is where `linecache` finds it."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = types.ModuleType("generated")
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        code = compile(text, filename, "exec")
    exec(code, module.__dict__)
    return module.__dict__["f"]


def forget(filename: str) -> None:
    linecache.cache.pop(filename, None)


class Generator(Control):
    """Writes one program out of choices."""

    def __init__(self, choices: Choices, features: frozenset[str], size: int = 16) -> None:
        self.c = choices
        self.features = features.difference(*(theme for theme in THEMES if not choices.chance(34)))
        self.size = size
        self.tags: set[str] = set()
        self.helpers: list[Helper] = []
        self.generators: list[str] = []
        self.stepping: list[tuple[str, int]] = []
        self.globals_: list[str] = []
        self.factories: list[tuple[str, str]] = []
        self.handing: list[str] = []
        self.out: list[str] = []
        self.start({}, pure=True)

    def start(self, params: dict[str, Type], *, pure: bool) -> None:
        """A new function: its own names."""
        self.scope = Scope()
        self.indent, self.nest, self.loops = 1, 0, 0
        self.pure = pure
        self.frozen: set[str] = set()
        self.result_kind = "number"
        for name, type_ in params.items():
            self.scope.bind(name, type_)
            if pure:
                self.frozen.add(name)

    def program(self) -> Generated:
        c = self.c
        seed = c.pick(100_000)
        n = c.between(2, 4)
        self.sizes = (n, c.between(2, 3))
        if self.on("global") and c.chance(30):
            self.globals_ = ["G"]
            self.out += [f"G = {self.constant()}", ""]
        if self.on("object"):
            self.out += ["", *BOX.splitlines()]
        for _ in range(c.pick(4)):
            self.helper()
        params: dict[str, Type] = {"x": FLOAT, "a": vector(n)}
        if c.chance(50):
            params["b"] = vector(c.of([n, self.sizes[1]]))
        if c.chance(60):
            params["m"] = matrix(c.between(2, 3), c.of([n, self.sizes[1]]))
        if c.chance(30):
            params["y"] = FLOAT
        if c.chance(30):
            params["n"] = Type("I", (), 4)
        if c.chance(20):
            params["flag"] = Type("B")
        if c.chance(30) and self.on("list"):
            params["xs"] = Type("L", (2,))
        if c.chance(30) and self.on("dict"):
            params["d"] = Type("D")
        params |= self.more_params(n)
        self.start(params, pure=False)
        kinds = ["number", "number", "vector", "tuple", "dict"]
        kinds += ["complex"] * self.on("complex") + ["record"] * self.on("namedtuple")
        self.result_kind = c.of(kinds)
        self.out += ["", f"def f({', '.join(params)}):"]
        self.budget = c.between(1, self.size)
        while self.budget > 0:
            self.statement()
        self.line(f"return {self.result(last=True)}")
        text = HEAD + "\n".join(self.out) + "\n"
        return Generated(text, frozenset(self.tags), tuple(params.values()), seed)

    # What a function returns

    def terms(self, most: int) -> str:
        """A number that depends on several names."""
        c, scope = self.c, self.scope
        parts = []
        for kind in "FVMZLDOTAHWUNP":
            for name in scope.names(kind)[:most]:
                t = scope.types[name]
                parts.append(
                    {
                        "F": name,
                        "V": f"np.sum({name} * {name})",
                        "M": f"np.sum({name} ** 2)",
                        "Z": f"{name} * {name}",
                        "L": f"{name}[-1]",
                        "D": f'{name}["b"]',
                        "O": f"{name}.value * {name}.buf[0]",
                        "T": f"{name}[0] * {name}[1][0]",
                        "H": f"np.sum({name} * {name})",
                        "W": f"np.sum(np.abs({name}) ** 2)",
                        "U": f"({name} * {name}).real",
                        "N": f"{name}.value * {name}.vec[0]",
                        "P": f"{name}.value * {name}.buf[-1]",
                        "A": f"{name}[0][{t.shape[0] - 1 if t.shape else 0}] * {name}[1][0]",
                    }[kind]
                )
        chosen = [p for p in parts if c.chance(70)] or parts[:1]
        return " + ".join(chosen) if chosen else "0.0"

    def result(self, last: bool = False) -> str:
        number = lambda: self.terms(3 if last else 1)  # noqa: E731
        if self.result_kind == "vector":
            names = self.scope.names("V")
            return f"({number()}) * {self.c.of(names)}" if names else f"np.ones(2) * ({number()})"
        if self.result_kind == "complex":
            names = self.scope.names("W")
            return f"({number()}) * {self.c.of(names)}" if names else f"1j * ({number()})"
        if self.result_kind == "record":
            return f"Pair({number()}, {self.vector(2, 1)})"
        if self.result_kind == "tuple":
            return f"({number()}, [{self.vector(2, 1)}, {self.number(1)}])"
        if self.result_kind == "dict":
            return f'{{"y": {number()}, "v": {self.vector(2, 1)}}}'
        return number()

    # Helpers

    def helper(self) -> None:
        c = self.c
        made = len(self.helpers) + len(self.generators) + len(self.stepping) + len(self.factories) + len(self.handing)
        name, n = f"h{made}", self.sizes[0]
        kinds = [("helper", self.number_helper), ("helper", self.number_helper), ("recursion", self.recursive_helper)]
        kinds += [("helper-loop", self.reading_helper)]
        kinds += [("callee-store", self.storing_helper)] * 2 + [("callee-alias", self.aliasing_helper)]
        kinds += [("generator-store", self.stepping_helper)] * 3
        kinds += [("generator", self.generating_helper), ("varargs", self.variadic_helper)] * 2
        kinds += [("handed", self.handing_helper)] * 4
        kinds += [("closure-factory", self.factory_helper)] * 5 + [("default-array", self.default_helper)] * 2
        usable = [make for feature, make in kinds if self.on(feature)]
        if usable:
            c.of(usable)(name, n)
            self.out.append("")

    def number_helper(self, name: str, n: int) -> None:
        keyword = self.on("keyword") and self.c.chance(40)
        self.out += ["", f"def {name}(p, q{'=' + self.constant() if keyword else ''}):"]
        self.start({"p": FLOAT, "q": FLOAT}, pure=True)
        self.budget = self.c.between(1, 4)
        while self.budget > 0:
            self.statement() if self.on("helper-return") else self.assign_number()
        if self.on("helper-return"):
            self.use("helper-return")
        self.line(f"return {self.terms(2)}")
        self.helpers.append(Helper(name, "number", (FLOAT, FLOAT), ("", "q" if keyword else "")))

    def reading_helper(self, name: str, n: int) -> None:
        self.out += ["", f"def {name}(u, p):"]
        self.start({"u": vector(n), "p": FLOAT}, pure=True)
        self.budget = self.c.between(1, 5)
        self.loop()
        while self.budget > 0:
            self.statement()
        self.line(f"return {self.terms(2)}")
        self.helpers.append(Helper(name, "reads", (vector(n), FLOAT)))
        self.use("helper-loop")

    def recursive_helper(self, name: str, n: int) -> None:
        k = Type("I", (), 3)
        self.out += ["", f"def {name}(p, k):"]
        self.start({"p": FLOAT, "k": k}, pure=True)
        self.line("if k <= 0:")
        self.line(f"    return {self.number(2)}")
        self.budget = self.c.pick(3)
        while self.budget > 0:
            self.statement()
        again = f"{name}({self.number(1)}, k - 1)"
        self.line(f"return {self.number(1)} * {again} + {self.number(1)}")
        self.helpers.append(Helper(name, "recursive", (FLOAT, k)))

    def storing_helper(self, name: str, n: int) -> None:
        size = self.c.of([n, n, 2])
        arrays = {"u": vector(size), "w": vector(size)} if self.c.chance(50) else {"u": vector(size)}
        self.out += ["", f"def {name}({', '.join(arrays)}, p):"]
        self.start({**arrays, "p": FLOAT}, pure=True)
        self.frozen.clear()
        for _ in range(self.c.between(1, 3)):
            self.c.of([self.store_element, self.store_slice, self.augment_array, self.if_that_stores])()
        self.line(f"return {'w[0] * u[-1] + ' * (len(arrays) > 1)}{self.number(1)}")
        self.helpers.append(Helper(name, "stores", (*arrays.values(), FLOAT)))

    def if_that_stores(self) -> None:
        self.line(f"if {self.condition()}:")
        with self.block():
            self.store_element()

    def aliasing_helper(self, name: str, n: int) -> None:
        self.out += ["", f"def {name}(u, p):"]
        self.start({"u": vector(n), "p": FLOAT}, pure=True)
        if self.c.chance(60):
            self.line(f"if {self.condition()}:")
            self.line(f"    return {self.vector(n, 1, fresh=True)}")
        self.line(f"return {self.c.of(['u', 'u[::-1]', 'u[:]'])}")
        self.helpers.append(Helper(name, "alias", (vector(n), FLOAT)))

    def generating_helper(self, name: str, n: int) -> None:
        self.out += ["", f"def {name}(p, k):"]
        self.start({"p": FLOAT}, pure=True)
        self.line("for i in range(k):")
        with self.block(loop=True):
            self.scope.bind("i", Type("I", (), 4))
            self.line("yield p")
            self.line(f"p = {self.calm(self.number(2))}")
        self.generators.append(name)

    def stepping_helper(self, name: str, n: int) -> None:
        """A generator that stores into what it was given, between its items too."""
        size = self.c.of([n, n, 2])
        self.out += ["", f"def {name}(u, p, k):"]
        self.start({"u": vector(size), "p": FLOAT}, pure=True)
        self.frozen.clear()
        self.line("for i in range(k):")
        with self.block(loop=True):
            self.scope.bind("i", Type("I", (), 4))
            for make in (self.store_element, self.store_slice, self.augment_array):
                if self.c.chance(40):
                    make()
            self.line(f"yield {self.calm(self.number(2))}")
            if self.c.chance(40):
                self.store_element()
        self.stepping.append((name, size))

    def variadic_helper(self, name: str, n: int) -> None:
        self.out += ["", f"def {name}(*parts, **options):"]
        self.start({}, pure=True)
        self.line(f"total = {self.constant()}")
        self.line("for q in parts:")
        self.scope.bind("q", FLOAT)
        self.scope.bind("total", FLOAT)
        self.line(f"    total = {self.number(2)} + q")
        del self.scope.types["q"]
        self.line(f"return total * options.get('gain', {self.constant()})")
        self.helpers.append(Helper(name, "varargs", ()))


def generate(choices: Choices, features: frozenset[str], size: int = 16) -> Generated:
    if features == CALLS:
        calls = Calls(choices)
        return Generated(calls.text(), frozenset(calls.tags), (vector(4), vector(4), FLOAT), choices.pick(1000))
    return Generator(choices, features, size).program()


@functools.cache
def head_lines() -> int:
    return HEAD.count("\n")
