"""Named tuples and dataclasses with arrays."""

from __future__ import annotations

from tests.fuzz.complexes import Complexes
from tests.fuzz.expressions import Maker
from tests.fuzz.scope import FLOAT, Type, vector
from tests.fuzz.statements import Action


class Records(Complexes):
    """Makers of what has a `Pair` (kind "N") or a `State` ("P")."""

    def make_pair(self) -> None:
        c, scope = self.c, self.scope
        pairs, vectors = scope.names("N"), scope.names("V")
        if not vectors:
            return self.instead(self.assign_vector)
        if pairs and c.chance(50):
            p = c.of(pairs)
            (n,) = scope.types[p].shape
            which = c.pick(3)
            if which == 0:
                name = scope.new("p")
                self.line(f"{name} = {p}._replace(value={self.number(1)})")
                self.bind(name, Type("N", (n,)), p)
            elif which == 1:
                a, v = scope.new("s"), scope.new("v")
                self.line(f"{a}, {v} = {p}")
                self.bind(a, FLOAT)
                self.bind(v, vector(n), p)
            elif p not in self.frozen:
                self.line(f"{p}.vec[{self.index(n)}]{self.operator()}{self.number(1)}  # alias")
            return None
        v, name = c.of(vectors), scope.new("p")
        self.line(f"{name} = Pair({self.number(1)}, {v})" if c.chance(70) else f"{name} = Pair(vec={v}, value=0.5)")
        self.bind(name, Type("N", scope.types[v].shape), v)
        return None

    def make_state(self) -> None:
        c, scope = self.c, self.scope
        vectors = [v for v in scope.names("V") if v not in self.frozen]
        if not vectors:
            return self.instead(self.assign_vector)
        v, name = c.of(vectors), scope.new("st")
        old = [p for p in scope.names("P") if p not in self.frozen]
        if old and c.chance(70):
            p = c.of(old)
            self.use("dataclass-replace")
            self.line(f"{name} = dataclasses.replace({p}, value={self.number(1)})")
            self.bind(name, scope.types[p], p)
            return None
        self.line(f"{name} = State({self.number(1)}, {v if c.chance(60) else v + '.copy()'})")
        self.bind(name, Type("P", scope.types[v].shape), v)
        return None

    def store_state(self) -> None:
        names = [p for p in self.scope.names("P") if p not in self.frozen]
        if not names:
            return self.instead(self.make_state)
        p = self.c.of(names)
        (n,) = self.scope.types[p].shape
        options: list[Maker] = [
            lambda: f"{p}.value{self.operator()}{self.calm(self.number(1))}",
            lambda: f"{p}.buf[{self.index(n)}]{self.operator()}{self.number(1)}  # alias",
            lambda: f"{p}.buf = {self.vector(n, 1, fresh=True)}",
            lambda: f"{p}.buf *= {self.calm(self.number(0))}  # alias",
            lambda: f"{p}.step({self.number(0)})  # alias",
            lambda: f"{p}.value, {p}.buf[0] = {p}.buf[0], {p}.value  # alias",
        ]
        self.line(self.c.of(options)())
        return None

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        scope = self.scope
        found = super().more_numbers(depth)
        for p in scope.names("N")[:2]:
            (n,) = scope.types[p].shape
            found += [
                ("namedtuple", lambda p=p: f"{p}.value"),  # type: ignore[misc]
                ("namedtuple", lambda p=p, n=n: f"{p}.vec[{self.index(n)}]"),  # type: ignore[misc]
                ("namedtuple", lambda p=p, n=n: f"{p}[1][{self.index(n)}]"),  # type: ignore[misc]
            ]
        for p in scope.names("P")[:2]:
            (n,) = scope.types[p].shape
            found += [
                ("dataclass", lambda p=p: f"{p}.value"),  # type: ignore[misc]
                ("dataclass", lambda p=p, n=n: f"{p}.buf[{self.index(n)}]"),  # type: ignore[misc]
                ("dataclass", lambda p=p: f"{p}.energy()"),  # type: ignore[misc]
            ]
        return found

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_vectors(n, depth)
        for p in self.scope.names("N", (n,))[:1]:
            found += [("namedtuple", lambda p=p: f"{p}.vec * {self.number(0)}")]  # type: ignore[misc]
        for p in self.scope.names("P", (n,))[:1]:
            found += [("dataclass", lambda p=p: f"np.sin({p}.buf)")]  # type: ignore[misc]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        return [
            *super().more_statements(),
            *[("namedtuple", self.make_pair)] * 4,
            *[("dataclass", self.make_state)] * 5,
            *[("dataclass-store", self.store_state)] * 4,
        ]

    def more_params(self, n: int) -> dict[str, Type]:
        found = super().more_params(n)
        if self.on("namedtuple") and self.c.chance(30):
            found["pair"] = Type("N", (n,))
        if self.on("dataclass") and self.c.chance(30):
            found["state"] = Type("P", (n,))
        return found
