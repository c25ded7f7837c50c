"""Random expressions of a wanted type. All values stay of moderate size, and smooth but at isolated points."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from tests.fuzz.choices import Choices
from tests.fuzz.scope import Scope, Type

Maker = Callable[[], str]


@dataclasses.dataclass(frozen=True)
class Helper:
    """A function of the module: its parameters' types, and what it does ("number", "reads", "stores", "alias", ...)."""

    name: str
    kind: str
    params: tuple[Type, ...]
    keywords: tuple[str, ...] = ()


KEYS = ('"a"', '"b"')


class Expressions:
    """Makers of expressions; the state of a generator."""

    c: Choices
    scope: Scope
    features: frozenset[str]
    tags: set[str]
    helpers: list[Helper]
    globals_: list[str]
    frozen: set[str]  # arrays that must not be stored into
    pure: bool  # within a helper: no call of what stores

    def on(self, feature: str) -> bool:
        return feature in self.features

    def use(self, *tags: str) -> None:
        self.tags.update(tags)

    def choose(self, options: list[tuple[str, Maker]]) -> str:
        """One of those whose feature is on ("" is always on); the first is the simplest."""
        open_ = [(feature, make) for feature, make in options if not feature or self.on(feature)]
        feature, make = self.c.of(open_)
        if feature:
            self.use(feature)
        return make()

    # What themes add

    def more_conditions(self) -> list[tuple[str, Maker]]:
        return []

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        """Expressions of a number, of parts that are less deep."""
        return []

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        return []

    # Constants and integers

    def constant(self) -> str:
        return f"{self.c.between(1, 19) / 10:.1f}"

    def weight(self) -> str:
        """A literal factor, now and then one that leaves nothing."""
        return "0.0" if self.c.chance(20) else self.constant()

    def index(self, n: int) -> str:
        """An integer expression that indexes an axis of length n."""
        counters = self.scope.names("I")
        small = [i for i in counters if self.scope.types[i].bound <= n]
        options: list[Maker] = [lambda: str(self.c.pick(n))]
        if small:
            options += [lambda: self.c.of(small)] * 3
        if counters:
            options += [lambda: f"({self.c.of(counters)} + {self.c.pick(n)}) % {n}"]
        options += [lambda: str(self.c.pick(n) - n)]
        if small:
            options += [lambda: f"{self.c.of(small)} - {self.c.between(1, n) if n > 1 else 1}"]
        return self.c.of(options)()

    def span(self, n: int, size: int) -> str:
        """A slice that takes `size` elements of n."""
        options: list[Maker] = []
        if size == n:
            options += [lambda: ":", lambda: "::-1"]
        if size < n:
            options += [lambda: f":{size}", lambda: f"{n - size}:", lambda: f"-{size}:"]
        if n - size >= 2:
            options += [lambda: f"1:{size + 1}"]
        if size > 1 and 2 * size - 1 <= n:
            options += [lambda: f":{2 * size - 1}:2"]
        if size < n:
            options += [lambda: f"{size - 1}::-1"]
        return self.c.of(options)()

    # Conditions

    def condition(self, depth: int = 1) -> str:
        c = self.c
        counters = self.scope.names("I")
        flags = self.scope.names("B")
        options: list[tuple[str, Maker]] = [
            ("", lambda: f"{self.number(1)} {c.of(['>', '<', '>=', '<='])} {self.constant()}"),
            ("", lambda: f"{self.number(1)} < {self.number(1)}"),
            ("chained", lambda: f"-{self.constant()} < {self.number(1)} <= {self.constant()}"),
        ]
        if counters:
            options += [("", lambda: f"{c.of(counters)} {c.of(['>', '<', '==', '!='])} {c.pick(3)}")]
            options += [("", lambda: f"{c.of(counters)} % 2 == {c.pick(2)}")]
        if flags:
            options += [("", lambda: c.of(["", "not "]) + c.of(flags))]
        options += self.more_conditions()
        if depth > 0:
            both = lambda: f"{self.condition(0)} {c.of(['and', 'or'])} {self.condition(0)}"  # noqa: E731
            options += [("boolop", both), ("boolop", lambda: f"not ({self.condition(0)})")]
        return self.choose(options)

    # Numbers

    def number(self, depth: int) -> str:
        c = self.c
        names = self.scope.names("F")
        leaf: list[tuple[str, Maker]] = []
        if names:
            leaf += [("", lambda: c.of(names))] * 6
        leaf += [("", self.element)] * 3 if self.has_arrays() else []
        leaf += [("", self.constant)]
        leaf += self.leaves_of_containers()
        if depth <= 0:
            return self.choose(leaf)
        sub = lambda: self.number(depth - 1)  # noqa: E731
        tree: list[tuple[str, Maker]] = leaf + [
            ("", lambda: f"{sub()} * {sub()}"),
            ("", lambda: f"{sub()} * {sub()}"),
            ("", lambda: f"({sub()} + {sub()})"),
            ("", lambda: f"({sub()} - {sub()})"),
            ("", lambda: f"({sub()} + {self.weight()} * {sub()})"),
            ("", lambda: f"np.{c.of(['sin', 'tanh', 'cos', 'arctan'])}({sub()})"),
            ("", lambda: f"math.{c.of(['sin', 'tanh', 'cos'])}({sub()})"),
            ("", self.squared),
            ("", lambda: f"{self.factor(depth)} / ({self.constant()} + {self.squared()})"),
            ("ifexp", lambda: f"({sub()} if {self.condition(0)} else {sub()})"),
        ]
        tree += self.reductions()
        tree += self.calls(depth)
        tree += self.more_numbers(depth)
        return self.choose(tree)

    def factor(self, depth: int) -> str:
        return f"({self.number(depth - 1)})"

    def squared(self) -> str:
        names = self.scope.names("F")
        return f"{self.c.of(names)} ** 2" if names else "0.25"

    def has_arrays(self) -> bool:
        return any(t.kind in "VM" for t in self.scope.types.values())

    def element(self) -> str:
        c = self.c
        name = c.of(self.scope.names("V") + self.scope.names("M"))
        t = self.scope.types[name]
        if t.kind == "V":
            return f"{name}[{self.index(t.shape[0])}]"
        i, j = self.index(t.shape[0]), self.index(t.shape[1])
        return c.of([f"{name}[{i}, {j}]", f"{name}[{i}][{j}]"])

    def reductions(self) -> list[tuple[str, Maker]]:
        c = self.c
        arrays = self.scope.names("V") + self.scope.names("M")
        vectors = self.scope.names("V")
        if not arrays:
            return []
        more: list[tuple[str, Maker]] = [
            ("reductions", lambda: f"np.{c.of(['sum', 'mean'])}({c.of(arrays)})"),
            ("reductions", lambda: f"{c.of(arrays)}.{c.of(['sum', 'mean', 'max', 'prod'])}()"),
        ]
        if vectors:
            more += [("matmul", self.inner_product)]
        return more

    def inner_product(self) -> str:
        name = self.c.of(self.scope.names("V"))
        same = self.scope.names("V", self.scope.types[name].shape)
        return self.c.of([f"({name} @ {self.c.of(same)})", f"np.dot({name}, {self.c.of(same)})"])

    def leaves_of_containers(self) -> list[tuple[str, Maker]]:
        c, scope = self.c, self.scope
        found: list[tuple[str, Maker]] = []
        if names := scope.names("Z"):
            found += [("zero-d", lambda: f"{c.of(scope.names('Z'))} * 1.0")]
        if names:
            found += [("", lambda: f"np.cos({c.of(scope.names('Z'))})")]
        if scope.names("L"):
            found += [("list", self.list_element)] * 2
        if scope.names("D"):
            found += [("dict", lambda: f"{c.of(scope.names('D'))}[{c.of(KEYS)}]")] * 2
        if scope.names("O"):
            found += [("object", lambda: f"{c.of(scope.names('O'))}.value")] * 2
        if scope.names("T"):
            found += [("tuple", lambda: f"{c.of(scope.names('T'))}[0]")]
        if scope.names("A"):
            found += [("list-of-arrays", self.box_element)] * 2
        if scope.names("I"):
            found += [("cast-int", lambda: f"0.1 * {c.of(scope.names('I'))}")]
        if self.globals_:
            found += [("global", lambda: c.of(self.globals_))]
        return found

    def list_element(self) -> str:
        name = self.c.of(self.scope.names("L"))
        return self.c.of([f"{name}[{self.index(self.scope.types[name].shape[0])}]", f"{name}[-1]", f"sum({name})"])

    def box_element(self) -> str:
        name = self.c.of(self.scope.names("A"))
        n = self.scope.types[name].shape[0]
        return f"{name}[{self.c.pick(2)}][{self.index(n)}]"

    def calls(self, depth: int) -> list[tuple[str, Maker]]:
        c, scope = self.c, self.scope
        found: list[tuple[str, Maker]] = []
        for h in self.helpers:
            arrays = [t for t in h.params if t.kind == "V"]
            if h.kind in ("number", "reads", "recursive") or (h.kind == "stores" and not self.pure):
                if all(self.fitting(h, t) for t in arrays):
                    tag = "callee-store" if h.kind == "stores" else "recursion" if h.kind == "recursive" else "helper"
                    found += [(tag, lambda h=h: self.call(h, depth - 1))] * 2  # type: ignore[misc]
            elif h.kind == "varargs":
                found += [("varargs", lambda h=h: self.call_varargs(h))]  # type: ignore[misc]
        for kind, tag in (("C", "closure"), ("S", "closure-store"), ("G", "nonlocal")):
            if scope.names(kind):
                found += [(tag, lambda k=kind: f"{c.of(scope.names(k))}({self.number(depth - 1)})")] * 3  # type: ignore[misc]
        if scope.names("L") and self.on("comprehension"):
            found += [("comprehension", self.comprehension_sum)]
        if scope.names("O"):
            found += [("method", lambda: f"{c.of(scope.names('O'))}.scaled({self.number(0)})")]
        return found

    def fitting(self, h: Helper, t: Type) -> list[str]:
        """Vectors that may be given to a helper."""
        names = self.scope.names("V", t.shape)
        return [n for n in names if n not in self.frozen] if h.kind == "stores" else names

    def call(self, h: Helper, depth: int) -> str:
        given = []
        for i, t in enumerate(h.params):
            if t.kind == "V":
                again = given and h.kind == "stores" and self.c.chance(60)
                given.append(self.c.of(given if again else self.fitting(h, t)))
            elif t.kind == "I":
                given.append(str(self.c.pick(t.bound)))
            else:
                given.append(self.number(max(depth, 0)))
            if h.keywords[i : i + 1] and h.keywords[i] and self.on("keyword"):
                if self.c.chance(30):
                    given.pop()
                    break
                if self.c.chance(50):
                    given[-1] = f"{h.keywords[i]}={given[-1]}"
                self.use("keyword")
        return f"{h.name}({', '.join(given)})"

    def call_varargs(self, h: Helper) -> str:
        parts = [self.number(0) for _ in range(self.c.between(1, 3))]
        if self.c.chance(40):
            parts.append(f"gain={self.number(0)}")
        return f"{h.name}({', '.join(parts)})"

    def comprehension_sum(self) -> str:
        name = self.c.of(self.scope.names("L"))
        item = self.scope.new("q")
        tail = f" if {item} > -5.0" if self.c.chance(20) else ""
        return f"sum([{item} * {self.number(0)} for {item} in {name}{tail}])"

    # Vectors

    def vector(self, n: int, depth: int, *, fresh: bool = False) -> str:
        """A vector of n numbers; if fresh, one that shares storage with no name."""
        c, scope = self.c, self.scope
        names = scope.names("V", (n,))
        leaf: list[tuple[str, Maker]] = []
        if fresh:
            if names:
                leaf += [("", lambda: f"{c.of(names)} * {self.number(0)}")] * 2
                leaf += [("", lambda: f"{c.of(names)}.copy()"), ("", lambda: f"{c.of(names)} + {self.constant()}")]
            leaf += [("", lambda: f"np.array([{', '.join(self.number(0) for _ in range(n))}])")]
        elif names:
            leaf += [("", lambda: c.of(names))] * 4
        else:
            leaf += [("", lambda: f"np.array([{', '.join(self.number(0) for _ in range(n))}])")]
        if depth <= 0:
            return self.choose(leaf)
        sub = lambda: self.vector(n, depth - 1)  # noqa: E731
        tree: list[tuple[str, Maker]] = leaf + [
            ("", lambda: f"{self.atom(n, depth)} * {sub()}"),
            ("", lambda: f"({sub()} + {sub()}) * {self.constant()}"),
            ("", lambda: f"({sub()} + {sub()} * {self.weight()})"),
            ("", lambda: f"({sub()} - {self.number(0)}) * 1.0"),
            ("", lambda: f"np.{c.of(['sin', 'tanh', 'cos', 'arctan'])}({sub()})"),
            ("", lambda: f"{self.number(0)} * {self.atom(n, depth)}"),
            ("where", lambda: f"np.where({sub()} > {self.number(0)}, {sub()}, {self.number(0)})"),
            ("maximum", lambda: f"np.{c.of(['maximum', 'minimum'])}({sub()}, {self.number(0)})"),
            ("numpy-join", lambda: self.joined(n)),
        ]
        for m in scope.names("M"):
            rows, cols = scope.types[m].shape
            if cols == n:
                tree += [("reductions", lambda m=m: f"{m}.{c.of(['sum', 'mean'])}(axis=0)")]  # type: ignore[misc]
            if rows == n and scope.names("V", (cols,)):
                tree += [("matmul", lambda m=m, k=cols: f"({m} @ {c.of(scope.names('V', (k,)))})")]  # type: ignore[misc]
        longer = [v for v in scope.names("V") if scope.types[v].shape[0] > n]
        if longer:
            tree += [("", lambda: self.part(c.of(longer), n) + " * 1.0")]
        tree += self.more_vectors(n, depth)
        return self.choose(tree)

    def atom(self, n: int, depth: int) -> str:
        return f"({self.vector(n, depth - 1)})"

    def part(self, name: str, n: int) -> str:
        size = self.scope.types[name].shape[0]
        if self.on("store-integers") and self.c.chance(20):
            return f"{name}[[{', '.join(str(self.c.pick(size)) for _ in range(n))}]]"
        return f"{name}[{self.span(size, n)}]"

    def joined(self, n: int) -> str:
        if n < 2:
            return f"np.array([{self.number(0)}])"
        k = self.c.between(1, n - 1)
        parts = f"[{self.vector(k, 0)}, {self.vector(n - k, 0)}]"
        return self.c.of([f"np.concatenate({parts})", f"np.hstack({parts})"])

    # Matrices

    def matrix(self, m: int, n: int, depth: int) -> str:
        """A matrix that shares storage with no name."""
        c, scope = self.c, self.scope
        names = scope.names("M", (m, n))
        options: list[tuple[str, Maker]] = []
        if names:
            options += [
                ("", lambda: f"{c.of(names)} * {self.number(0)}"),
                ("", lambda: f"{c.of(names)} * {c.of(names)}"),
                ("", lambda: f"np.{c.of(['sin', 'tanh'])}({c.of(names)})"),
                ("", lambda: f"{c.of(names)} + {self.vector(n, 0)}"),
                ("", lambda: f"{c.of(names)}.copy()"),
            ]
        options += [
            ("", lambda: f"np.outer({self.vector(m, 0)}, {self.vector(n, 0)})"),
            ("numpy-join", lambda: f"np.stack([{', '.join(self.vector(n, 0) for _ in range(m))}])"),
        ]
        if turned := scope.names("M", (n, m)):
            options += [("", lambda: f"{c.of(turned)}.T * {self.constant()}")]
        if depth > 0 and names:
            options += [("", lambda: f"({self.matrix(m, n, 0)}) * {self.number(0)}")]
        return self.choose(options)
