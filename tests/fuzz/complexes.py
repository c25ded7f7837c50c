"""Complex numbers on the way from real arguments to real results."""

from __future__ import annotations

from tests.fuzz.expressions import Maker
from tests.fuzz.precision import Precision
from tests.fuzz.scope import Type, vector
from tests.fuzz.statements import Action


class Complexes(Precision):
    """Makers of what has complex vectors (kind "W") and numbers ("U")."""

    def make_complex(self) -> None:
        c, scope = self.c, self.scope
        vectors, known = scope.names("V"), scope.names("W")
        if not vectors:
            return self.instead(self.assign_vector)
        v, alias = c.of(vectors), ""
        n = scope.types[v].shape[0]
        options: list[Maker] = [
            lambda: f"{v} + 1j * {self.vector(n, 0)}",
            lambda: f"np.exp(1j * {v})",
            lambda: f"np.zeros({n}, dtype=complex)",
            lambda: f"{v}.astype(complex)",
            lambda: f"np.array([{', '.join(f'complex({self.number(0)}, {self.number(0)})' for _ in range(n))}])",
            lambda: f"np.fft.fft({v})",
            lambda: f"np.sqrt({v} + 0.1j)",
        ]
        if known and c.chance(60):
            alias = c.of(known)
            n = scope.types[alias].shape[0]
            same = scope.names("W", (n,))
            options = [
                lambda: f"{alias} * {c.of(same)}",
                lambda: f"np.conj({alias})",
                lambda: f"{alias}.conj() * {self.number(0)}",
                lambda: f"{alias} / (1.0 + np.abs({c.of(same)}))",
                lambda: f"np.where({self.vector(n, 0)} > {self.constant()}, {alias}, 1j)",
                lambda: f"1j * {alias} + {self.vector(n, 0)}",
                lambda: f"{alias}.copy()",
                lambda: alias,
                lambda: f"{alias}[::-1]",
                lambda: f"{alias}[...]",
            ]
        name, text = scope.new("w"), c.of(options)()
        self.line(f"{name} = {text}")
        views = (alias, f"{alias}[::-1]", f"{alias}[...]") if alias else ()
        self.bind(name, Type("W", (n,)), alias if text in views else None)
        return None

    def store_complex(self) -> None:
        names = self.storable("W")
        if not names:
            return self.instead(self.make_complex)
        w = self.c.of(names)
        (n,) = self.scope.types[w].shape
        options: list[Maker] = [
            lambda: f"{w}[{self.index(n)}]{self.operator()}{self.number(0)} + 1j * {self.number(0)}",
            lambda: f"{w}[{self.index(n)}] *= 1j",
            lambda: f"{w}[{self.span(n, n)}]{self.operator()}{self.vector(n, 1)}",
            lambda: f"{w} *= {self.number(0)}",
            lambda: f"{w} += 1j * {self.vector(n, 0)}",
            lambda: f"{w}[{self.index(n)}] = np.conj({w}[{self.index(n)}])",
            lambda: f"{w}[{w}.real > {self.constant()}] = {self.number(0)}",
        ]
        self.store(w, self.c.of(options)())
        return None

    def store_part(self) -> None:
        names = self.storable("W")
        if not names:
            return self.instead(self.make_complex)
        w = self.c.of(names)
        (n,) = self.scope.types[w].shape
        options: list[Maker] = [
            lambda: f"{w}.real[...] = {self.vector(n, 1)}",
            lambda: f"{w}.real[{self.index(n)}]{self.operator()}{self.number(1)}",
            lambda: f"{w}.real[:] *= {self.number(0)}",
        ] * 2
        if self.c.chance(6):
            options += [lambda: f"{w}.imag[...] = {self.vector(n, 1)}", lambda: f"{w}.imag[0] *= {self.number(0)}"]
        self.line(self.c.of(options)() + "  # alias")
        return None

    def part_of_complex(self) -> None:
        """A vector that is a view of the real part, or a complex number."""
        c, scope = self.c, self.scope
        known = scope.names("W")
        if not known:
            return self.instead(self.make_complex)
        w = c.of(known)
        (n,) = scope.types[w].shape
        if c.chance(50):
            name = scope.new("v")
            part = c.of(["real", "real", "imag"])
            self.line(f"{name} = {w}.{part}")
            self.bind(name, vector(n), w)
            if part == "imag":
                self.frozen.add(name)
            self.store_soon(name)
            return None
        name = scope.new("z")
        old = scope.names("U")
        options: list[Maker] = [
            lambda: f"{w}[{self.index(n)}]",
            lambda: f"complex({self.number(0)}, {self.number(0)})",
            lambda: f"np.sum({w})",
            lambda: f"np.exp(1j * {self.number(1)})",
        ]
        if old:
            options += [lambda: f"{c.of(old)} * {c.of(old)}", lambda: f"{c.of(old)}.conjugate() + {self.number(0)}"]
            if c.chance(40):
                self.line(f"{c.of(old)} {c.of(['*=', '+='])} {c.of(['1j', '(0.5 + 0.5j)', self.number(0)])}")
                return None
        self.line(f"{name} = {c.of(options)()}")
        self.bind(name, Type("U"))
        return None

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        scope = self.scope
        found = super().more_numbers(depth)
        for z in scope.names("U")[:2]:
            found += [
                ("complex", lambda z=z: f"{z}.real"),  # type: ignore[misc]
                ("complex", lambda z=z: f"({z} * {z}).imag"),  # type: ignore[misc]
                ("complex", lambda z=z: f"abs({z})"),  # type: ignore[misc]
                ("complex", lambda z=z: f"({z} * {self.number(0)}).real"),  # type: ignore[misc]
            ]
        for w in scope.names("W")[:2]:
            at = lambda w=w: f"{w}[{self.index(scope.types[w].shape[0])}]"  # type: ignore[misc]  # noqa: E731
            found += [
                ("complex-part", lambda at=at: f"{at()}.{self.c.of(['real', 'imag'])}"),  # type: ignore[misc]
                ("complex", lambda at=at: f"np.abs({at()})"),  # type: ignore[misc]
                ("complex", lambda w=w: f"np.sum(np.abs({w}) ** 2)"),  # type: ignore[misc]
                ("complex", lambda w=w: f"np.vdot({w}, {w}).real"),  # type: ignore[misc]
                ("complex", lambda w=w: f"np.real(np.sum({w} * {w}))"),  # type: ignore[misc]
                ("complex", lambda at=at: f"np.angle({at()} + 2.0)"),  # type: ignore[misc]
            ]
        return found

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_vectors(n, depth)
        for w in self.scope.names("W", (n,))[:2]:
            found += [
                ("complex-part", lambda w=w: f"{w}.{self.c.of(['real', 'imag'])} * 1.0"),  # type: ignore[misc]
                ("complex", lambda w=w: f"np.abs({w})"),  # type: ignore[misc]
                ("complex", lambda w=w: f"({w} * np.conj({w})).real"),  # type: ignore[misc]
                ("complex-part", lambda w=w: f"np.imag({w} * {self.number(0)})"),  # type: ignore[misc]
                ("complex", lambda w=w: f"np.fft.ifft({w}).real"),  # type: ignore[misc]
            ]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        return [
            *super().more_statements(),
            *[("complex", self.make_complex)] * 5,
            *[("complex-store", self.store_complex)] * 4,
            *[("complex-part-store", self.store_part)] * 3,
            *[("complex-part", self.part_of_complex)] * 4,
        ]

    def more_params(self, n: int) -> dict[str, Type]:
        found = super().more_params(n)
        if self.on("complex") and self.c.chance(30):
            found["w"] = Type("W", (n,))
        return found
