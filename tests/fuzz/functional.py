"""Functions that are values: partial calls, what takes functions, defaults and closures that hold arrays."""

from __future__ import annotations

from tests.fuzz.expressions import Helper, Maker
from tests.fuzz.records import Records
from tests.fuzz.scope import FLOAT, Type
from tests.fuzz.statements import Action


class Functional(Records):
    """Makers of functions that are handed on."""

    factories: list[tuple[str, str]]  # functions of the module that make a function of a number, and the kind of those
    handing: list[str]  # functions of the module that take a function of a number, and a number

    def make_partial(self) -> None:
        c = self.c
        fit = [h for h in self.helpers if h.kind == "number"]
        fit += [h for h in self.helpers if h.kind == "stores" and not self.pure and self.fitting(h, h.params[0])]
        if not fit:
            return self.instead(self.make_closure if self.on("closure") else self.assign_number)
        h = c.of(fit)
        name = self.scope.new("g")
        if h.kind == "stores":
            v = c.of(self.fitting(h, h.params[0]))
            given = ", ".join([v] * sum(t.kind == "V" for t in h.params))
            self.line(f"{name} = functools.partial({h.name}, {given})")
            self.pin(v)
            self.scope.bind(name, Type("S"))
        else:
            self.line(f"{name} = functools.partial({h.name}, {c.of(['', 'q='])}{self.number(1)})")
            self.scope.bind(name, Type("C"))
        return None

    def pin(self, name: str) -> None:
        self.scope.pinned.add(name)

    def make_with_default(self) -> None:
        """An inner function with an array for a default argument, which it may store into."""
        c, outer = self.c, self.scope
        vectors = outer.names("V")
        if not vectors:
            return self.instead(self.assign_vector)
        v = c.of(vectors)
        name, t, w = outer.new("g"), outer.new("t"), outer.new("u")
        stores = v not in self.frozen and not self.pure and c.chance(50)
        (n,) = outer.types[v].shape
        self.line(f"def {name}({t}, {w}={v}):")
        self.indent += 1
        self.scope = outer.copy()
        self.without_calls()
        self.scope.bind(t, FLOAT)
        self.scope.bind(w, outer.types[v], v)
        if stores:
            self.line(f"{w}[{self.index(n)}]{self.operator()}{self.calm(self.number(1))}  # alias")
        self.line(f"return {t} * {w}[{self.index(n)}] + {self.number(1)}")
        self.indent -= 1
        self.scope = outer
        outer.pinned.update(outer.types)
        outer.bind(name, Type("S" if stores else "C"))
        return None

    def without_calls(self) -> None:
        """Inside of a function that is being written: what stores is not called from there."""
        for known in [n for n, t in self.scope.types.items() if t.kind in "SG"]:
            del self.scope.types[known]

    def make_from_factory(self) -> None:
        if not self.factories:
            return self.instead(self.make_counter)
        factory, kind = self.c.of(self.factories)
        if kind == "S" and self.pure:
            return self.instead(self.assign_number)
        name = self.scope.new("g")
        self.line(f"{name} = {factory}({self.number(1)})")
        self.scope.bind(name, Type(kind))
        return None

    def make_counter(self) -> None:
        """A function that counts its calls in a variable of the function around it."""
        c, outer = self.c, self.scope
        count, name, t = outer.new("n"), outer.new("g"), outer.new("t")
        self.line(f"{count} = {c.pick(3)}")
        self.line(f"def {name}({t}):")
        self.line(f"    nonlocal {count}")
        self.line(f"    {count} += 1")
        body = c.of([f"{t} * 0.1 * {count}", f"{t} if {count} % 2 else np.sin({t})", f"{t} / {count}"])
        self.line(f"    return {body}")
        outer.bind(count, Type("I", (), 10**6))
        outer.pinned.update(outer.types)
        outer.bind(name, Type("G"))

    def mapped(self) -> None:
        c, scope = self.c, self.scope
        source = self.sequence()
        fn, q = self.function_of_number(), scope.new("q")
        name = scope.new("xs")
        options: list[tuple[str, Maker]] = [("map", lambda: f"list(map({fn}, {source}))")]
        options += [("filter", lambda: f"list(filter(lambda {q}: {q} < {self.number(0)}, {source})) + [0.5]")]
        self.line(f"{name} = {self.choose(options)}")
        self.bind(name, Type("L", (1,)))
        self.pin_list(name)

    def sequence(self) -> str:
        scope = self.scope
        known = scope.names("L") + scope.names("V")
        return self.c.of(known) if known else f"[{self.number(0)}, {self.number(0)}]"

    def function_of_number(self) -> str:
        c, scope = self.c, self.scope
        q = scope.new("q")
        known = scope.names("C") + (scope.names("S") + scope.names("G") if not self.pure else [])
        options: list[Maker] = [
            lambda: f"lambda {q}: {q} * {self.number(0)}",
            lambda: c.of(["math.sin", "np.tanh", "np.cos"]),
        ]
        options += [lambda: c.of(known)] * 3 if known else []
        return c.of(options)()

    # The module's functions

    def factory_helper(self, name: str, n: int) -> None:
        """A function that makes functions; what they store into lives on between their calls."""
        c = self.c
        kind = c.of(["S", "C"]) if self.on("closure-store") else "C"
        self.out += ["", f"def {name}(p):"]
        self.start({"p": FLOAT}, pure=True)
        self.line(f"buf = {self.vector(2, 1, fresh=True)}")
        self.line(f"def step(t{', w=buf' if c.chance(30) else ''}):")
        self.indent += 1
        self.scope.bind("buf", Type("V", (2,)))
        self.scope.bind("t", FLOAT)
        if kind == "S":
            self.line(f"buf[{self.index(2)}]{self.operator()}{self.calm(self.number(1))}")
        self.line(f"return t * {self.number(2)}")
        self.indent -= 1
        self.line("return step")
        self.factories.append((name, kind))

    def default_helper(self, name: str, n: int) -> None:
        """A helper with an array for a default argument."""
        values = ", ".join(self.constant() for _ in range(2))
        self.out += ["", f"def {name}(p, q=0.5, w=np.array([{values}])):"]
        self.start({"p": FLOAT, "q": FLOAT, "w": Type("V", (2,))}, pure=True)
        self.budget = self.c.pick(3)
        while self.budget > 0:
            self.statement()
        self.line(f"return p * {self.number(1)} + w[{self.index(2)}] * q")
        self.helpers.append(Helper(name, "number", (FLOAT, FLOAT), ("", "q")))

    def handing_helper(self, name: str, n: int) -> None:
        """A helper that calls a function which it is given: a solver, an integrator."""
        c, p, k = self.c, self.constant(), self.constant()
        bodies = [
            f"return g(p) * {k} + g({p})",
            f"for i in range({1 + c.pick(3)}):\n    p = p * 0.5 + g(p) * {k}\nreturn p",
            f"t = g(p)\nif t > {p}:\n    return t - g({k} * p)\nreturn g(t) * 0.5",
            f"for i in range(4):\n    if abs(p) < 0.3:\n        break\n    p = p * 0.5 - g({k}) * 0.1\nreturn p",
        ]
        self.out += ["", f"def {name}(g, p):", *("    " + line for line in c.of(bodies).splitlines())]
        self.handing.append(name)

    # What is added to the rest of the generator

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_numbers(depth)
        a, b = self.scope.new("q"), self.scope.new("q")
        inner = lambda: self.number(0)  # noqa: E731
        if self.handing:
            taking = self.c.of(self.handing)
            found = [*found, *[("handed", lambda: f"{taking}({self.function_of_number()}, {inner()})")] * 5]
        return [
            *found,
            ("reduce", lambda: f"functools.reduce(lambda {a}, {b}: np.sin({a}) + {b} * {inner()}, {self.sequence()})"),
            ("reduce", lambda: f"functools.reduce(lambda {a}, {b}: {a} * 0.5 + {b}, {self.sequence()}, {inner()})"),
            ("map", lambda: f"sum(map({self.function_of_number()}, {self.sequence()}))"),
            ("map", lambda: f"sum(map(lambda {a}, {b}: {a} * {b}, {self.sequence()}, {self.sequence()}))"),
            ("filter", lambda: f"sum(filter(lambda {a}: {a} > {self.constant()}, {self.sequence()}))"),
        ]

    def more_statements(self) -> list[tuple[str, Action]]:
        return [
            *super().more_statements(),
            *[("partial", self.make_partial)] * 5,
            *[("default-array", self.make_with_default)] * 3,
            *[("closure-factory", self.make_from_factory)] * 6,
            *[("counter", self.make_counter)] * 3,
            *[("map", self.mapped)] * 2,
        ]
