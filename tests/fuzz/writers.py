"""Functions and methods of NumPy that write into arrays, and the targets that an assignment may have."""

from __future__ import annotations

from tests.fuzz.expressions import Maker
from tests.fuzz.functional import Functional
from tests.fuzz.scope import FLOAT, Type, vector
from tests.fuzz.statements import Action


class Writers(Functional):
    """Makers of stores that are no plain stores."""

    def write(self) -> None:
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        c, v = self.c, self.c.of(names)
        (n,) = self.scope.types[v].shape
        two = lambda: f"[{self.index(n)}, {self.index(n)}]"  # noqa: E731
        options: list[tuple[str, Maker]] = [
            ("add-at", lambda: f"np.add.at({v}, {two()}, {self.vector(2, 1)})"),
            ("add-at", lambda: f"np.add.at({v}, {two()}, {self.number(1)})"),
            ("add-at", lambda: f"np.subtract.at({v}, [0, {c.pick(n)}, 0], {self.number(1)})"),
            ("add-at", lambda: f"np.multiply.at({v}, {two()}, {self.vector(2, 1)})"),
            ("copyto", lambda: f"np.copyto({v}, {self.vector(n, 1)})"),
            ("copyto", lambda: f"np.copyto({v}, {self.number(1)}, where={v} > {self.constant()})"),
            ("fill", lambda: f"{v}.fill({self.number(1)})"),
            ("sort", lambda: f"{v}.sort()"),
            ("put", lambda: f"np.put({v}, {two()}, {self.vector(2, 1)})"),
            ("put", lambda: f"{v}.put([{c.pick(n)}], {self.number(1)})"),
            ("fill", lambda: f"{v}[{self.span(n, 1)}].fill({self.number(1)})"),
            ("put-along", lambda: f"np.put_along_axis({v}, np.argsort({v})[:1], {self.number(1)}, 0)"),
        ]
        self.store(v, self.choose(options))
        return None

    def write_matrix(self) -> None:
        names = self.storable("M")
        if not names:
            return self.instead(self.assign_matrix)
        c, name = self.c, self.c.of(names)
        m, n = self.scope.types[name].shape
        rows = lambda: ", ".join(f"[{c.pick(m)}]" for _ in range(n)).replace("], [", ", ")  # noqa: E731
        options: list[tuple[str, Maker]] = [
            ("put-along", lambda: f"np.put_along_axis({name}, np.array([{rows()}]), {self.number(1)}, axis=0)"),
            ("put-along", lambda: f"np.put_along_axis({name}, np.argsort({name}, axis=1)[:, :1], {self.number(1)}, 1)"),
            ("sort", lambda: f"{name}.sort(axis={c.pick(2)})"),
            ("sort", lambda: f"{name}[{self.index(m)}].sort()"),
            ("fill", lambda: f"{name}[{self.index(m)}].fill({self.number(1)})"),
            ("put", lambda: f"np.fill_diagonal({name}, {self.number(1)})"),
            ("copyto", lambda: f"np.copyto({name}, {self.vector(n, 1)})"),
            ("copyto", lambda: f"np.copyto({name}[{self.index(m)}], {self.vector(n, 1)})"),
            ("add-at", lambda: f"np.add.at({name}, ([0, {c.pick(m)}], [0, {c.pick(n)}]), {self.vector(2, 1)})"),
            ("add-at", lambda: f"np.add.at({name}, [{c.pick(m)}, 0], {self.vector(n, 1)})"),
        ]
        self.store(name, self.choose(options))
        return None

    # Targets

    def place(self) -> str:
        """A target of an assignment of a number."""
        c, scope = self.c, self.scope
        options: list[Maker] = []
        if numbers := scope.names("F"):
            options += [lambda: c.of(numbers)]
        if arrays := self.storable("V"):
            options += [lambda: self.place_in(c.of(arrays))] * 3
        if matrices := self.storable("M"):
            options += [lambda: self.place_in(c.of(matrices))]
        if lists := [n for n in scope.names("L") if n not in self.frozen]:
            options += [lambda: f"{c.of(lists)}[0]"] if self.on("list-store") else []
        if dicts := scope.names("D"):
            options += [lambda: f'{c.of(dicts)}["b"]'] if self.on("dict-store") else []
        if objects := scope.names("O"):
            options += [lambda: f"{c.of(objects)}.value"] if self.on("object-store") else []
        return c.of(options)() if options else scope.new("s")

    def place_in(self, name: str) -> str:
        return f"{name}[{', '.join(self.index(n) for n in self.scope.types[name].shape)}]"

    def swap_elements(self) -> None:
        c = self.c
        which = c.pick(4)
        matrices = self.storable("M")
        if which > 1 and matrices:
            name = c.of(matrices)
            (m, _) = self.scope.types[name].shape
            i, j = self.index(m), self.index(m)
            if which == 2:
                self.store(name, f"{name}[[0, {m - 1}]] = {name}[[{m - 1}, 0]]")
            else:  # the rows are views: the second store reads what the first has written
                self.store(name, f"{name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]")
            return None
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        name, other = c.of(names), c.of(names)
        a, b = self.place_in(name), self.place_in(other)
        self.store(name, f"{a}, {b} = {b}, {a}")
        return None

    def store_in_tuple(self) -> None:
        c = self.c
        a, b = self.place(), self.place()
        options: list[Maker] = [
            lambda: f"{a}, {b} = {self.number(1)}, {self.number(1)}",
            lambda: f"{a}, {b} = {b if b[0] != 's' else self.number(1)}, {self.number(1)}",
            lambda: f"({a}, ({b}, {self.place()})) = ({self.number(1)}, ({self.number(0)}, {self.number(0)}))",
            lambda: f"[{a}, {b}] = [{self.number(0)}, {self.number(1)}]",
        ]
        if pairs := self.scope.names("V", (2,)):
            options += [lambda: f"{a}, {b} = {c.of(pairs)}"]
        self.line(c.of(options)())

    def store_starred(self) -> None:
        c, scope = self.c, self.scope
        a, rest = self.place(), scope.new("xs")
        vectors = [v for v in scope.names("V") if scope.types[v].shape[0] > 1]
        if vectors and c.chance(50):
            v = c.of(vectors)
            self.line(f"{c.of([f'{a}, *{rest}', f'*{rest}, {a}'])} = {v}")
            self.bind(rest, Type("L", (scope.types[v].shape[0] - 1,)))
        else:
            self.line(f"{a}, *{rest} = [{self.number(1)}, {self.number(1)}, {self.number(0)}]")
            self.bind(rest, Type("L", (2,)))
        self.pin_list(rest)

    def store_chained(self) -> None:
        c, scope = self.c, self.scope
        if scope.names("V") and self.on("alias") and c.chance(40):
            (n,) = scope.types[c.of(scope.names("V"))].shape
            a, b = scope.new("v"), scope.new("v")
            self.line(f"{a} = {b} = {self.vector(n, 1, fresh=True)}")
            self.bind(a, vector(n))
            self.bind(b, vector(n), a)
            self.store_soon(b)
            return
        name = scope.new("s")
        self.line(f"{name} = {self.place()} = {self.number(1)}")
        self.bind(name, FLOAT)

    def loop_into_item(self) -> None:
        """A loop whose variable is a place in an array."""
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        v = self.c.of(names)
        s = self.target(FLOAT, "s")
        if s not in self.scope.types:
            self.line(f"{s} = {self.constant()}")
        place = self.place_in(v)
        self.store(v, f"for {place} in [{self.number(1)}, {self.number(0)}]:")
        self.line(f"    {s} = np.sin({s}) * {place} + {self.number(0)}")
        self.bind(s, FLOAT)
        return None

    def more_statements(self) -> list[tuple[str, Action]]:
        writers = [(w, self.write) for w in ("add-at", "put", "copyto") if self.on(w)][:1]
        return [
            *super().more_statements(),
            *[("", do) for _, do in writers] * 8,
            *[("", self.write_matrix) for _ in writers] * 5,
            *[("swap-elements", self.swap_elements)] * 4,
            *[("tuple-store", self.store_in_tuple)] * 3,
            *[("starred-store", self.store_starred)] * 3,
            *[("chained-store", self.store_chained)] * 3,
            *[("loop-into-item", self.loop_into_item)] * 2,
        ]
