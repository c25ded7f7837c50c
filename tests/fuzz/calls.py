"""Small programs about one thing: functions that are given one memory in several ways, and store into it.

Their own arguments, attributes of objects, captured variables and a global are names of the same few arrays. How a
function is called is drawn as well: by a star, by keyword, bound, out of a table, in a loop, where exceptions are
handled. `python -m tests.fuzz --features calls` runs them.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.fuzz.choices import Choices

SIZE = 4

HEADER = """import functools
import numpy as np
G = np.zeros(4)

class Holder:

    def __init__(self, a, b):
        self.a = a
        self.b = b
"""

FORMS = ("plain", "global", "method", "keyword", "default")
"""What helpers are: functions of their arguments alone, ones that meet the global, methods, ones with keywords, ones
that have the global for a default value."""


class Calls:
    """Writes one program out of choices; its function `f` takes two arrays and a number."""

    def __init__(self, choices: Choices) -> None:
        self.c = choices
        self.out: list[str] = []
        self.helpers: list[tuple[str, int, str]] = []  # name, how many arrays, form
        self.tags: set[str] = set()

    def text(self) -> str:
        for _ in range(self.c.between(1, 3)):
            self.helper()
        self.function()
        return HEADER + "\n".join(self.out) + "\n"

    # Expressions

    def index(self) -> int:
        return self.c.pick(SIZE)

    def atom(self, names: Sequence[str]) -> str:
        name = self.c.of(names)
        return self.c.of([f"{name}[{self.index()}]", "x", f"{name}[-1]", self.c.of(["0.5", "-0.7", "1.3"])])

    def number(self, names: Sequence[str], depth: int = 2) -> str:
        kind = self.c.pick(4) if depth else 0
        if kind == 0:
            return self.atom(names)
        if kind == 1:
            return f"np.sin({self.number(names, depth - 1)})"
        return f"({self.number(names, depth - 1)} {'+*'[kind - 2]} {self.number(names, depth - 1)})"

    def vector(self, names: Sequence[str]) -> str:
        a, b = self.c.of(names), self.c.of(names)
        return self.c.of([f"{a} * x", f"np.sin({a}) + {b}", f"{a}[::-1] * {b}", f"{a} + 0.3"])

    def view(self, name: str) -> str:
        return self.c.of([name, name, f"{name}[::-1]", f"{name}[:]", f"{name}.reshape(2, 2).ravel()"])

    # Statements

    def store(self, names: Sequence[str], depth: int = 1) -> list[str]:
        """Statements that store into what the names hold, bind names anew, or only read."""
        name = self.c.of(names)
        kind = self.c.pick(8 if depth else 6)
        if kind == 0:
            return [f"s = s * 0.5 + {self.number(names)}"]
        if kind == 1:
            return [f"{name}[{self.index()}] = {self.number(names)}"]
        if kind == 2:
            return [f"{name}[{self.index()}] {self.c.of('+-*')}= {self.number(names)}"]
        if kind == 3:
            return [f"{name}[1:3] = {self.c.of(names)}[:2] * {self.number(names, 1)}"]
        if kind == 4:
            return [f"{name} *= np.sin({self.number(names, 1)})"] if name.isidentifier() and name != "G" else ["pass"]
        if kind == 5:
            new = self.view(self.c.of(names)) if self.c.chance(50) else self.vector(names)
            return [f"{name} = {new}"] if name.isidentifier() and name != "G" else ["pass"]
        body = [line for _ in range(self.c.between(1, 2)) for line in self.store(names, depth - 1)]
        if kind == 6:
            return [f"if {self.atom(names)} > {self.c.of(['-5.0', '0.0', '0.3'])}:", *indented(body)]
        return [f"for i in range({self.c.between(1, 3)}):", *indented(body)]

    def call(self, names: Sequence[str]) -> str:
        """A call of a helper, of which several arguments are often one array."""
        c = self.c
        helper, count, form = c.of(self.helpers)
        local = [n for n in names if n.isidentifier()]
        base = c.of(local)
        given = [self.view(base if c.chance(60) else c.of(names)) for _ in range(count)]
        x = self.number(local, 1)
        self.tags.add(f"call-{form}")
        if form == "method":
            return f"Holder({self.view(base)}, {self.view(c.of(names))}).{helper}({', '.join(given)}, {x})"
        if form == "keyword":
            named = ", ".join(f"{name}={value}" for name, value in zip("qr", given[1:], strict=False))
            return f"{helper}({given[0]}, {x}, {named})"
        if form == "global" and c.chance(40):
            given[0] = "G"
        way = c.pick(6)
        if way == 3:
            self.tags.add("call-star")
            return f"{helper}(*[{', '.join(given)}], {x})"
        if way == 4:
            self.tags.add("call-partial")
            return f"functools.partial({helper}, {given[0]})({', '.join([*given[1:], x])})"
        if way == 5:
            self.tags.add("call-table")
            return f"{{'k': {helper}}}['k']({', '.join(given)}, {x})"
        return f"{helper}({', '.join(given)}, {x})"

    def around(self, line: str, names: Sequence[str]) -> list[str]:
        """A statement as it is, in a loop, in a branch, or where exceptions are handled."""
        way = self.c.pick(8)
        if way in (4, 5):
            self.tags.add("call-try")
            return ["try:", *indented([line]), "except ValueError:", *indented(["s = x"])]
        if way == 6:
            self.tags.add("call-loop")
            return [f"for i in range({self.c.between(2, 3)}):", *indented([line])]
        if way == 7:
            self.tags.add("call-branch")
            return [f"if {self.atom(names)} < 9.0:", *indented([line]), "else:", *indented(["s = 2.0"])]
        return [line]

    # Functions

    def helper(self) -> None:
        c = self.c
        form = FORMS[c.pick(7) % 5]
        arrays = list("pqr")[: c.between(2, 3)]
        name = f"h{len(self.helpers)}"
        own = {"global": ["G"], "method": ["self.a", "self.b"], "default": ["kept", "kept", "G"]}
        names = arrays + own.get(form, [])
        body = [f"s = {self.number(names)}"]
        for _ in range(c.between(2, 4)):
            body += self.store(names)
        if self.helpers and c.chance(50):
            self.tags.add("call-inside")
            body += self.around(f"s = s * 0.7 + {self.call(names)}", arrays)
        params = {
            "method": ["self", *arrays, "x"],
            "keyword": [arrays[0], "x", "*", *arrays[1:]],
            "default": [*arrays, "x", c.of(["kept=G", "*, kept=G", "kept=G[::-1]"])],
        }.get(form, [*arrays, "x"])
        self.out += ["", f"def {name}({', '.join(params)}):", *indented([*body, "return s"])]
        if form == "method":
            self.out.append(f"Holder.{name} = {name}")
        self.helpers.append((name, len(arrays), form))

    def function(self) -> None:
        c, names = self.c, ["u", "v", "w"]
        body = ["G[:] = u * 0.5" if c.chance(50) else "G[:] = 0.5", "u = u * x"]
        body += [c.of(["w = u", "w = u[::-1]", "w = v * 1.0", "w = v"]), "s = x"]
        body.append(c.of(["v = v * 1.0", "v = u.reshape(2, 2).ravel()"]))
        inner = c.chance(35)
        if inner:
            place, value = c.of(["t", *names]), f"y * {c.of(names)}[{self.index()}]"
            result = f"({c.of(names)} * t).sum()"
            body += ["def g(t, y):", *indented([f"{place}[{self.index()}] = {value}", f"return {result}"])]
        for _ in range(c.between(2, 5)):
            if c.chance(25):
                body += self.store(names)
            elif inner and c.chance(25):
                self.tags.add("call-inner")
                body += self.around(f"s = s * 0.7 + g({self.view(c.of(names))}, {self.number(names, 1)})", names)
            else:
                target = "s" if c.chance(60) else f"{c.of(names)}[{self.index()}]"
                line = f"{target} = {'s * 0.7 + ' if target == 's' else ''}{self.call(names)}"
                body += self.around(line, names)
        self.out += ["", "def f(u, v, x):", *indented([*body, "return s + u @ v + w[0] * w[2]"])]


def indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
