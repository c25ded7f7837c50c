"""Integers and truth values among floats: index arithmetic, arrays of integers, masks."""

from __future__ import annotations

from tests.fuzz.expressions import Maker
from tests.fuzz.objects import Objects
from tests.fuzz.scope import Type
from tests.fuzz.statements import Action


class Integers(Objects):
    """Makers of what has integers (kind "J": arrays of them, from 0 to bound - 1) and truth values ("K")."""

    # Arrays of integers

    def integers(self) -> list[str]:
        return [n for n in self.scope.names("J") if n not in self.frozen]

    def make_integers(self) -> None:
        c, scope = self.c, self.scope
        vectors = scope.names("V")
        if not vectors:
            return self.instead(self.assign_vector)
        v, alias = c.of(vectors), None
        n = scope.types[v].shape[0]
        options: list[tuple[str, str, int]] = [
            ("", f"np.arange({n})", n),
            ("", f"np.array([{', '.join(str(c.pick(n)) for _ in range(n))}])", n),
            ("", f"np.arange({n})[::-1]", n),
            ("argsort", f"np.argsort({v})", n),
            ("argsort", f"np.argsort(-{v})", n),
            ("astype", f"np.floor({v} * 3.0).astype(int) % {n}", n),
            ("astype", f"(np.abs({v}) * 2).astype(np.int64) % 3", 3),
            ("astype", f"({v} > {self.constant()}).astype(int)", 2),
            ("", f"np.searchsorted(np.array([0.2, 0.6]), {v})", 3),
            ("", f"np.zeros({n}, dtype=int)", n),
        ]
        for j in scope.names("J", (n,)):
            b = scope.types[j].bound
            options += [("", f"({j} + {c.pick(3)}) % {b}", b), ("floor-div", f"{j} // 2", b)]
            options += [("", f"np.where({v} > {self.constant()}, {j}, 0)", b), ("", j, b)]
        feature, text, bound = c.of([o for o in options if not o[0] or self.on(o[0])])
        if feature:
            self.use(feature)
        if text in scope.types:
            alias = text
        name = scope.new("j")
        self.line(f"{name} = {text}")
        self.bind(name, Type("J", (n,), bound), alias)
        return None

    def store_integers_array(self) -> None:
        names = self.integers()
        if not names:
            return self.instead(self.make_integers)
        j = self.c.of(names)
        t = self.scope.types[j]
        (n,), b = t.shape, t.bound
        self.c.of(
            [
                lambda: self.line(f"{j}[{self.index(n)}] = {self.c.pick(b)}"),
                lambda: self.line(f"{j}[{self.index(n)}] = int({self.number(1)} > {self.constant()})"),
                lambda: self.line(f"{j}[:] = ({j} + 1) % {b}"),
                lambda: self.line(f"{j}[{j} > 0] -= 1"),
                lambda: self.line(f"{j} //= 2"),
                lambda: self.line(f"{j}[{self.index(n)}], {j}[-1] = {j}[-1], {j}[0]"),
                lambda: self.line(f"{j}.sort()"),
            ]
        )()
        return None

    def integer_number(self) -> None:
        """An integer that is computed."""
        c, scope = self.c, self.scope
        name = scope.new("k")
        counters, arrays, vectors = scope.names("I"), scope.names("J"), scope.names("V")
        options: list[tuple[str, int]] = [(f"int({self.number(1)} * 4.0) % 3", 3)]
        if counters:
            i = c.of(counters)
            options += [(f"({i} + {c.pick(3)}) % 3", 3), (f"{i} // 2", scope.types[i].bound)]
        if vectors:
            v = c.of(vectors)
            n = scope.types[v].shape[0]
            options += [(f"np.argmax({v})", n), (f"int(np.argmin({v}))", n), (f"len({v}) - 1", n)]
        if arrays:
            j = c.of(arrays)
            t = scope.types[j]
            options += [(f"{j}[{self.index(t.shape[0])}]", t.bound), (f"int({j}.max())", t.bound)]
        text, bound = c.of(options)
        if c.chance(25):
            other = scope.new("k")
            self.line(f"{other}, {name} = divmod({text}, 2)")
            scope.bind(other, Type("I", (), bound))
            scope.bind(name, Type("I", (), 2))
            self.use("floor-div")
            return
        if "//" in text:
            self.use("floor-div")
        self.line(f"{name} = {text}")
        scope.bind(name, Type("I", (), bound))

    def scatter(self) -> None:
        """A store into a vector at the places of an array of integers."""
        fit = [(v, j) for v in self.storable("V") for j in self.gathering(self.scope.types[v].shape[0])]
        if not fit:
            return self.instead(self.make_integers)
        v, j = self.c.of(fit)
        k = self.scope.types[j].shape[0]
        value = self.c.of([lambda: self.vector(k, 1), lambda: self.number(1)])()
        self.store(v, f"{v}[{j}]{self.operator()}{value}")
        return None

    def gathering(self, n: int) -> list[str]:
        """Arrays of integers that index an axis of length n."""
        return [j for j in self.scope.names("J") if self.scope.types[j].bound <= n]

    # Masks

    def make_mask(self) -> None:
        c, scope = self.c, self.scope
        vectors = scope.names("V")
        if not vectors:
            return self.instead(self.assign_vector)
        v, alias = c.of(vectors), None
        n = scope.types[v].shape[0]
        options: list[Maker] = [
            lambda: f"{v} > {self.number(1)}",
            lambda: f"np.array({[c.chance(50) for _ in range(n)]})",
            lambda: f"np.abs({v}) < {self.constant()}",
            lambda: f"({v} > -{self.constant()}) & ({v} < {self.number(0)})",
            lambda: f"np.zeros({n}, dtype=bool)",
            lambda: f"np.arange({n}) % 2 == {c.pick(2)}",
            lambda: f"np.isfinite({v})",
        ]
        if masks := scope.names("K", (n,)):
            options += [lambda: f"~{c.of(masks)}", lambda: f"{c.of(masks)} | ({v} < {self.constant()})"]
            options += [lambda: f"np.logical_xor({c.of(masks)}, {c.of(masks)})", lambda: masks[0]]
        text = c.of(options)()
        name = scope.new("k")
        if text in scope.types:
            alias = text
        self.line(f"{name} = {text}")
        self.bind(name, Type("K", (n,)), alias)
        return None

    def store_into_mask(self) -> None:
        names = [n for n in self.scope.names("K") if n not in self.frozen]
        if not names:
            return self.instead(self.make_mask)
        k = self.c.of(names)
        (n,) = self.scope.types[k].shape
        options: list[Maker] = [
            lambda: f"{k}[{self.index(n)}] = {self.condition(0)}",
            lambda: f"{k}[{self.span(n, 1)}] = True",
            lambda: f"{k} ^= True",
        ]
        if vectors := self.scope.names("V", (n,)):
            options += [lambda: f"{k} &= {self.c.of(vectors)} < {self.constant()}"]
            options += [lambda: f"{k}[...] = {self.c.of(vectors)} > {self.number(0)}"]
        self.line(self.c.of(options)())
        return None

    def store_by_mask(self) -> None:
        c = self.c
        fit = [(v, k) for v in self.storable("V") for k in self.scope.names("K", self.scope.types[v].shape)]
        if not fit:
            return self.instead(self.make_mask)
        v, k = c.of(fit)
        (n,) = self.scope.types[v].shape
        other = lambda: c.of(self.scope.names("V", (n,)))  # noqa: E731
        feature, make = c.of(
            [
                ("", lambda: f"{v}[{k}]{self.operator()}{self.number(1)}"),
                ("", lambda: f"{v}[{k}]{self.operator()}{other()}[{k}]"),
                ("", lambda: f"{v}[~{k}]{self.operator()}{self.number(1)}"),
                ("", lambda: f"{v} *= {k}"),
                ("copyto-where", lambda: f"np.copyto({v}, {self.vector(n, 1)}, where={k})"),
                ("copyto-where", lambda: f"np.copyto({v}, {self.number(1)}, where={k})"),
                ("copyto-where", lambda: f"np.putmask({v}, {k}, {self.vector(n, 0)})"),
                ("where-keyword", lambda: f"np.multiply({other()}, {self.vector(n, 1)}, out={v}, where={k})"),
            ]
        )
        if feature:
            self.use(feature)
        self.store(v, make())
        return None

    # What is added to the rest of the generator

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        c, scope = self.c, self.scope
        found = super().more_numbers(depth)
        sub = lambda: self.number(depth - 1)  # noqa: E731
        found += [
            ("floor-div", lambda: f"({sub()} % {self.constant()})"),
            ("floor-div", lambda: f"({sub()} % (0.5 + {self.squared()}))"),
            ("floor-div", lambda: f"({sub()} // {self.constant()} * {self.number(0)})"),
            ("floor-div", lambda: f"divmod({sub()}, {self.constant()})[1]"),
            ("floor-div", lambda: f"(math.floor({sub()}) * {self.number(0)})"),
        ]
        for j in scope.names("J")[:2]:
            (n,), b = scope.types[j].shape, scope.types[j].bound
            found += [("int-array", lambda j=j, n=n: f"{self.number(0)} * {j}[{self.index(n)}]")]  # type: ignore[misc]
            for v in [v for v in scope.names("V") if scope.types[v].shape[0] >= b][:2]:
                found += [
                    ("int-gather", lambda v=v, j=j, n=n: f"{v}[{j}[{self.index(n)}]]"),  # type: ignore[misc]
                    ("int-gather", lambda v=v, j=j: f"np.sum({v}[{j}])"),  # type: ignore[misc]
                ]
        for k in scope.names("K")[:2]:
            found += [("mask-times", lambda k=k: f"np.sum({k}) * {self.number(0)}")]  # type: ignore[misc]
            found += [("mask-times", lambda k=k: f"{k}[0] * {self.number(0)}")]  # type: ignore[misc]
            for v in scope.names("V", scope.types[k].shape)[:2]:
                found += [
                    ("bool-array", lambda v=v, k=k: f"{v}[{k}].sum()"),  # type: ignore[misc]
                    ("where-keyword", lambda v=v, k=k: f"np.sum({v}, where={k})"),  # type: ignore[misc]
                    ("where-keyword", lambda v=v, k=k: f"np.max({v}, where={k}, initial=-3.0)"),  # type: ignore[misc]
                ]
        return found

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        scope = self.scope
        found = super().more_vectors(n, depth)
        sub = lambda: self.vector(n, depth - 1)  # noqa: E731
        if vectors := scope.names("V", (n,)):
            found += [("floor-div", lambda: f"({self.c.of(vectors)} % {self.constant()})")]
        for j in scope.names("J", (n,))[:2]:
            found += [
                ("int-array", lambda j=j: f"{j} * {self.atom(n, depth)}"),  # type: ignore[misc]
                ("astype", lambda j=j: f"({j}.astype(float) * {self.number(0)})"),  # type: ignore[misc]
                ("int-array", lambda j=j: f"{self.atom(n, depth)} / (1 + {j})"),  # type: ignore[misc]
                ("int-array", lambda j=j: f"np.arange({n}) * {self.number(0)} + {j}"),  # type: ignore[misc]
            ]
            for v in [v for v in scope.names("V") if scope.types[v].shape[0] >= scope.types[j].bound][:2]:
                found += [("int-gather", lambda v=v, j=j: f"{v}[{j}]")]  # type: ignore[misc]
                found += [("int-gather", lambda v=v, j=j: f"np.take({v}, {j})")]  # type: ignore[misc]
        for k in scope.names("K", (n,))[:2]:
            found += [
                ("mask-times", lambda k=k: f"{k} * {self.atom(n, depth)}"),  # type: ignore[misc]
                ("mask-times", lambda k=k: f"(1 - {k}) * {self.atom(n, depth)}"),  # type: ignore[misc]
                ("astype", lambda k=k: f"{k}.astype(float) * {self.atom(n, depth)}"),  # type: ignore[misc]
                ("bool-array", lambda k=k: f"np.where({k}, {sub()}, {sub()})"),  # type: ignore[misc]
                ("bool-array", lambda k=k: f"np.where(~{k}, {sub()}, {self.number(0)})"),  # type: ignore[misc]
            ]
        return found

    def more_conditions(self) -> list[tuple[str, Maker]]:
        c, scope = self.c, self.scope
        found = super().more_conditions()
        if scope.names("K"):
            found += [("bool-array", lambda: f"{c.of(scope.names('K'))}.{c.of(['any', 'all'])}()")]
            found += [("bool-array", lambda: f"{c.of(scope.names('K'))}[0]")]
        if scope.names("J"):
            found += [("int-array", lambda: f"{c.of(scope.names('J'))}[-1] == {c.pick(2)}")]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        return [
            *super().more_statements(),
            *[("int-array", self.make_integers)] * 3,
            *[("int-store", self.store_integers_array)] * 3,
            *[("floor-div", self.integer_number)] * 2,
            *[("int-gather", self.scatter)] * 3,
            *[("bool-array", self.make_mask)] * 3,
            *[("mask-store", self.store_into_mask)] * 4,
            *[("bool-array", self.store_by_mask)] * 6,
        ]

    def more_params(self, n: int) -> dict[str, Type]:
        found = super().more_params(n)
        if self.on("int-array") and self.c.chance(40):
            found["j"] = Type("J", (n,), n)
        if self.on("bool-array") and self.c.chance(40):
            found["keep"] = Type("K", (n,))
        return found

