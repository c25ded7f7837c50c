"""Vectors of single precision among those of double precision."""

from __future__ import annotations

from tests.fuzz.expressions import Maker
from tests.fuzz.integers import Integers
from tests.fuzz.scope import Type
from tests.fuzz.statements import Action


class Precision(Integers):
    """Makers of what has arrays of float32 (kind "H"; what they are mixed with may have widened them)."""

    def make_single(self) -> None:
        c, scope = self.c, self.scope
        singles, vectors = scope.names("H"), scope.names("V")
        if not vectors:
            return self.instead(self.assign_vector)
        v, alias = c.of(vectors), None
        n = scope.types[v].shape[0]
        options: list[tuple[str, Maker]] = [
            ("", lambda: f"{v}.astype(np.float32)"),
            ("", lambda: f"{v}.astype('float32')"),
            ("", lambda: f"np.zeros({n}, dtype=np.float32)"),
            ("", lambda: f"np.array([{', '.join(self.number(0) for _ in range(n))}], dtype=np.float32)"),
            ("", lambda: f"np.full({n}, {self.number(0)}, dtype=np.float32)"),
        ]
        if singles and c.chance(60):
            h = c.of(singles)
            n = scope.types[h].shape[0]
            same = scope.names("H", (n,))
            options = [
                ("", lambda: f"{h} * {c.of(same)}"),
                ("", lambda: f"np.{c.of(['sin', 'tanh', 'cos'])}({h})"),
                ("", lambda: f"{h} * {self.constant()}"),
                ("mixed-precision", lambda: f"{h} + {self.vector(n, 0)}"),
                ("mixed-precision", lambda: f"{h} * {self.number(0)}"),
                ("", lambda: f"np.zeros_like({h})"),
                ("", lambda: f"{h}.copy()"),
                ("", lambda: h),
                ("", lambda: f"{h}[::-1]"),
                ("", lambda: f"{h}[:]"),
            ]
            alias = h
        name = scope.new("e")
        text = self.choose(options)
        self.line(f"{name} = {text}")
        self.bind(name, Type("H", (n,)), alias if text in (alias, f"{alias}[::-1]", f"{alias}[:]") else None)
        return None

    def store_single(self) -> None:
        names = self.storable("H")
        if not names:
            return self.instead(self.make_single)
        h = self.c.of(names)
        (n,) = self.scope.types[h].shape
        options: list[Maker] = [
            lambda: f"{h}[{self.index(n)}]{self.operator()}{self.number(1)}",
            lambda: f"{h}[{self.span(n, n)}]{self.operator()}{self.vector(n, 1)}",
            lambda: f"{h} += {self.vector(n, 1)}",
            lambda: f"{h} *= {self.number(0)}",
            lambda: f"{h}[{self.span(n, 1)}] = {self.number(1)}",
            lambda: f"{h}[{h} > {self.constant()}]{self.operator()}{self.number(0)}",
        ]
        self.store(h, self.c.of(options)())
        return None

    def widen(self) -> None:
        """A store of single precision into double precision."""
        types = self.scope.types
        fit = [(v, h) for h in self.scope.names("H") for v in self.storable("V") if types[v].shape == types[h].shape]
        if not fit:
            return self.instead(self.make_single)
        v, h = self.c.of(fit)
        i = self.index(types[v].shape[0])
        self.store(v, self.c.of([f"{v}[:] = {h}", f"{v} += {h}", f"{v}[{i}]{self.operator()}{h}[{i}]"]))
        return None

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        scope = self.scope
        found = super().more_numbers(depth)
        sub = lambda: self.number(depth - 1)  # noqa: E731
        found += [("mixed-precision", lambda: f"np.float32({sub()}) * {self.number(0)}")]
        found += [("float32", lambda: f"float(np.float32({sub()}))")]
        for h in scope.names("H")[:2]:
            (n,) = scope.types[h].shape
            found += [
                ("float32", lambda h=h: f"{h}[{self.index(scope.types[h].shape[0])}]"),  # type: ignore[misc]
                ("float32", lambda h=h: f"np.sum({h})"),  # type: ignore[misc]
                ("float32", lambda h=h: f"float({h}.mean())"),  # type: ignore[misc]
                ("mixed-precision", lambda h=h, n=n: f"({h} @ {self.vector(n, 0)})"),  # type: ignore[misc]
            ]
        return found

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_vectors(n, depth)
        sub = lambda: self.vector(n, depth - 1)  # noqa: E731
        for h in self.scope.names("H", (n,))[:2]:
            found += [
                ("mixed-precision", lambda h=h: f"{h} * {self.atom(n, depth)}"),  # type: ignore[misc]
                ("mixed-precision", lambda h=h: f"np.where({sub()} > {self.number(0)}, {h}, {sub()})"),  # type: ignore[misc]
                ("mixed-precision", lambda h=h: f"np.maximum({h}, {sub()})"),  # type: ignore[misc]
                ("astype", lambda h=h: f"{h}.astype(float)"),  # type: ignore[misc]
                ("float32", lambda h=h: f"(1.0 * {h})"),  # type: ignore[misc]
            ]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        return [
            *super().more_statements(),
            *[("float32", self.make_single)] * 5,
            *[("float32-store", self.store_single)] * 4,
            *[("mixed-precision", self.widen)] * 3,
        ]

    def more_params(self, n: int) -> dict[str, Type]:
        found = super().more_params(n)
        if self.on("float32") and self.c.chance(40):
            found["h"] = Type("H", (n,))
        return found
