"""Random statements that bind and store: names, elements, slices, views, containers."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.expressions import Expressions
from tests.fuzz.scope import FLOAT, Type, matrix, vector

Action = Callable[[], None]


class Statements(Expressions):
    """Makers of simple statements. Each writes one or a few lines."""

    out: list[str]
    indent: int
    nest: int  # within how many blocks of the function
    fallen: bool = False
    loops: int  # within how many loops

    def line(self, text: str) -> None:
        self.out.append("    " * self.indent + text)

    def act(self, options: list[tuple[str, Action]]) -> None:
        open_ = [(feature, do) for feature, do in options if not feature or self.on(feature)]
        feature, do = self.c.of(open_)
        self.fallen = False
        do()
        if feature and not self.fallen:
            self.use(feature)

    def instead(self, do: Action) -> None:
        """Another statement than what was asked for, which nothing here allows."""
        do()
        self.fallen = True

    def calm(self, value: str) -> str:
        """In a loop, an expression that does not grow."""
        if not self.loops or self.c.chance(25):
            return value
        return self.c.of([f"np.tanh({value})", f"np.sin({value})", f"0.5 * ({value})"])

    def bind(self, name: str, type_: Type, alias_of: str | None = None) -> None:
        self.scope.bind(name, type_, alias_of)
        if alias_of in self.frozen:
            self.frozen.add(name)
        else:
            self.frozen.discard(name)

    def storable(self, kind: str) -> list[str]:
        """Arrays that may be stored into; those that share storage come more often, if views may be stored into."""
        names = [n for n in self.scope.names(kind) if n not in self.frozen]
        return names + [n for n in names if self.scope.shares(n)] * 5

    def store(self, name: str, text: str) -> None:
        self.line(text + ("  # alias" if self.scope.shares(name) else ""))

    def target(self, type_: Type, prefix: str) -> str:
        """A name for a value of the type: new, or an old one (of the same type, unless nothing else relies on it)."""
        same = [n for n in self.scope.names(type_.kind, type_.shape) if type_.kind != "I"]
        if same and self.c.chance(70 if self.loops else 35):
            return self.c.of(same)
        if not self.nest and type_.kind in "FVM" and self.c.chance(6):
            others = [n for k in "FVM" for n in self.scope.names(k) if n not in self.scope.pinned]
            if len(others) > 3:
                self.use("retype")
                return self.c.of(others)
        return self.scope.new(prefix)

    def more_statements(self) -> list[tuple[str, Action]]:
        """What themes add; of an empty feature the statement itself says which it has."""
        return []

    def more_params(self, n: int) -> dict[str, Type]:
        """Parameters that themes add; n is the usual size."""
        return {}

    # Binding

    def assign_number(self) -> None:
        name = self.target(FLOAT, "s")
        self.line(f"{name} = {self.calm(self.number(2)) if name in self.scope.types else self.number(2)}")
        self.bind(name, FLOAT)

    def assign_vector(self) -> None:
        old = self.scope.names("V")
        n = self.scope.types[self.c.of(old)].shape[0] if old else 3
        if n > 2 and self.c.chance(15):
            n -= 1
        value = self.choose(
            [
                ("", lambda: self.vector(n, 2, fresh=self.c.chance(60))),
                ("", lambda: self.vector(n, 2, fresh=True)),
                ("store-int", lambda: f"np.zeros({n})"),
                ("store-int", lambda: f"np.full({n}, {self.number(0)})"),
            ]
        )
        name = self.target(vector(n), "v")
        alias = value if value in self.scope.types else None
        if alias:
            if not self.on("alias"):
                value, alias = f"{value} * 1.0", None
            else:
                self.use("alias")
        self.line(f"{name} = {value}")
        self.bind(name, vector(n), alias)

    def assign_matrix(self) -> None:
        names = self.scope.names("M")
        if names and self.c.chance(60):
            m, n = self.scope.types[self.c.of(names)].shape
        else:
            m, n = self.c.between(2, 3), self.c.between(2, 3)
        value = self.matrix(m, n, 1)
        name = self.target(matrix(m, n), "m")
        self.line(f"{name} = {value}")
        self.bind(name, matrix(m, n))

    def augment_number(self) -> None:
        names = self.scope.names("F")
        if not names:
            return self.instead(self.assign_number)
        name = self.c.of(names)
        op = self.c.of(["+=", "-=", "*=", "/=", "**="])
        value = f"1.5 + ({self.number(1)}) ** 2" if op == "/=" else "2" if op == "**=" else self.number(1)
        if self.loops and op in ("+=", "-=") and self.c.chance(50):
            value = f"np.sin({value})"
        self.line(f"{name} {op} {value}")
        return None

    def augment_array(self) -> None:
        names = self.storable("V") + self.storable("M")
        if not names:
            return self.instead(self.assign_vector)
        name = self.c.of(names)
        shape = self.scope.types[name].shape
        op = self.c.of(["+=", "*=", "-="])
        if self.c.chance(12):  # what is a number before is an array of its own after
            new, value = self.scope.new("v"), self.number(1)
            self.line(f"{new} = {value}")
            self.line(f"{new} {op} {self.vector(shape[-1], 1)}")
            return self.bind(new, vector(shape[-1]))
        other = self.c.of([lambda: self.number(1), lambda: self.vector(shape[-1], 1)])()
        self.store(name, f"{name} {op} {other}")
        return None

    def alias(self) -> None:
        kind = self.c.of(["V", "V", "M"])
        names = self.scope.names(kind)
        if not names:
            return self.instead(self.assign_vector)
        old = self.c.of(names)
        name = self.target(self.scope.types[old], kind.lower())
        self.line(f"{name} = {old}")
        self.bind(name, self.scope.types[old], old)
        self.store_soon(name)
        return None

    def store_soon(self, name: str) -> None:
        """Often, a store through a view or alias that was just made."""
        if name in self.frozen or not self.on("store-slice") or not self.c.chance(35):
            return
        self.use("store-slice")
        self.store(name, f"{name}[{self.c.of([':', '0', '-1', '...'])}]{self.operator()}{self.number(1)}")

    def view(self) -> None:
        names = self.scope.names("V")
        if not names:
            return self.instead(self.assign_vector)
        old = self.c.of(names)
        size = self.scope.types[old].shape[0]
        n = self.c.between(1, size)
        name = self.scope.new("v")
        self.line(f"{name} = {old}[{self.span(size, n)}]")
        self.bind(name, vector(n), old)
        self.store_soon(name)
        return None

    def view_2d(self) -> None:
        c = self.c
        names = self.scope.names("M")
        if not names:
            return self.instead(self.assign_matrix)
        old = c.of(names)
        m, n = self.scope.types[old].shape
        kind, text, shape = c.of(
            [
                ("V", f"{old}[{self.index(m)}]", (n,)),
                ("V", f"{old}[:, {self.index(n)}]", (m,)),
                ("M", f"{old}.T", (n, m)),
                ("V", f"{old}.ravel()", (m * n,)),
                ("V", f"{old}.reshape(-1)", (m * n,)),
                ("M", f"{old}.reshape({n}, {m})", (n, m)),
                ("M", f"{old}[::-1]", (m, n)),
                ("V", f"{old}[{self.index(m)}, ::-1]", (n,)),
                ("M", f"{old}[:, -2:]", (m, min(n, 2))),
                ("V", f"np.diagonal({old})", (min(m, n),)),
            ]
        )
        name = self.scope.new(kind.lower())
        self.line(f"{name} = {text}")
        self.bind(name, Type(kind, shape), old)
        if "diagonal" in text:
            self.frozen.add(name)
        self.store_soon(name)
        return None

    def zero_d(self) -> None:
        kept = [n for n in self.scope.names("Z") if n not in self.frozen]
        if kept and self.c.chance(60):
            name = self.c.of(kept)
            key = self.c.of([" += ", " *= ", "[...] = ", "[()] = "])
            self.store(name, f"{name}{key}{self.number(1)}")
            return None
        names = self.scope.names("V")
        if not names:
            return self.instead(self.assign_vector)
        old, name = self.c.of(names), self.scope.new("z")
        self.line(f"{name} = {old}[{self.index(self.scope.types[old].shape[0])}, ...]")
        self.bind(name, Type("Z"), old)
        return None

    # Stores

    def operator(self) -> str:
        if self.on("store-augmented") and self.c.chance(40):
            self.use("store-augmented")
            return self.c.of([" += ", " *= ", " -= "])
        return " = "

    def store_element(self) -> None:
        names = self.storable("V") + self.storable("M")
        if not names:
            return self.instead(self.assign_vector)
        name = self.c.of(names)
        shape = self.scope.types[name].shape
        keys = [self.index(n) for n in shape]
        key = "[" + (self.c.of([", ", "]["])).join(keys) + "]"
        self.store(name, f"{name}{key}{self.operator()}{self.calm(self.number(2))}")
        return None

    def store_slice(self) -> None:
        c = self.c
        names = self.storable("V") + self.storable("M")
        if not names:
            return self.instead(self.assign_vector)
        name = c.of(names)
        shape = self.scope.types[name].shape
        if len(shape) == 1:
            k = c.between(1, shape[0])
            key, size = self.span(shape[0], k), k
            if c.chance(15):
                key, size = c.of([(":", shape[0]), ("...", shape[0])])
        else:
            m, n = shape
            k = c.between(1, n)
            key, size = c.of(
                [
                    (self.index(m), n),
                    (f":, {self.index(n)}", m),
                    (f"{self.index(m)}, {self.span(n, k)}", k),
                    (f"{self.span(m, c.between(1, m))}, {self.span(n, k)}", k),
                ]
            )
        value = c.of([lambda: self.number(1), lambda: self.vector(size, 1)])()
        self.store(name, f"{name}[{key}]{self.operator()}{value}")
        return None

    def store_wide(self) -> None:
        c = self.c
        names = self.storable("M")
        if not names:
            return self.instead(self.store_slice)
        name = c.of(names)
        m, n = self.scope.types[name].shape
        key, size = c.of(
            [
                (f"..., {self.index(n)}", m),
                (f"{self.index(m)}, ...", n),
                (f"None, {self.index(m)}", n),
                (f":, None, {self.index(n)}", 1),
                (f"{self.index(m)}, [{', '.join(map(str, range(n)))}]", n),
                (f"[{', '.join(map(str, range(m)))}], {self.index(n)}", m),
            ]
        )
        values = [lambda: self.number(1), lambda: self.vector(size, 1)]
        rows = [r for r in self.scope.names("M") if self.scope.types[r].shape[1] == size]
        if rows:  # a matrix of one row, of the same array perhaps
            values.append(lambda: self.one_row(c.of(rows)))
        self.store(name, f"{name}[{key}]{self.operator()}{c.of(values)()}")
        return None

    def one_row(self, name: str) -> str:
        i = self.c.pick(self.scope.types[name].shape[0])
        return f"{name}[{i}:{i + 1}]"

    def store_mask(self) -> None:
        c = self.c
        names = self.storable("V") + self.storable("M")
        if not names:
            return self.instead(self.assign_vector)
        name = c.of(names)
        shape = self.scope.types[name].shape
        if len(shape) == 1 and c.chance(50):
            bits = [c.chance(50) for _ in range(shape[0])]
            value = self.vector(sum(bits), 0) if any(bits) and c.chance(60) else self.number(1)
            self.store(name, f"{name}[np.array({bits})]{self.operator()}{value}")
        else:
            self.store(name, f"{name}[{name} > {self.number(0)}]{self.operator()}{self.number(1)}")
        return None

    def store_integers(self) -> None:
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        name = self.c.of(names)
        n = self.scope.types[name].shape[0]
        k = self.c.between(1, n)
        if self.on("repeats") and self.c.chance(60):
            keys = [self.c.pick(n) for _ in range(k)]
            if len(set(keys)) < k:
                self.use("repeats")
        else:
            rest = list(range(n))
            keys = [rest.pop(self.c.pick(len(rest))) for _ in range(k)]
        key = self.c.of([f"[{', '.join(map(str, keys))}]", f"np.array([{', '.join(map(str, keys))}])"])
        self.store(name, f"{name}[{key}]{self.operator()}{self.vector(k, 1)}")
        return None

    def write_out(self) -> None:
        c = self.c
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        name = c.of(names)
        n = self.scope.types[name].shape[0]
        text = c.of(
            [
                lambda: f"np.multiply({self.vector(n, 1)}, {self.vector(n, 0)}, out={name})",
                lambda: f"np.sin({self.vector(n, 0)}, out={name})",
                lambda: f"{name}.fill({self.number(1)})",
                lambda: f"np.copyto({name}, {self.vector(n, 1)})",
                lambda: f"np.add.at({name}, [{c.pick(n)}, {c.pick(n)}], {self.vector(2, 1)})",
                lambda: f"{name}.sort()",
            ]
        )()
        self.store(name, text)
        return None

    # Tuples

    def unpack(self) -> None:
        c = self.c
        names = self.scope.names("F")
        if len(names) >= 2 and self.on("swap") and c.chance(50):
            a, b = c.of(names), c.of(names)
            self.use("swap")
            self.line(f"{a}, {b} = {b}, {a}" if c.chance(50) else f"{a}, {b} = {self.number(1)}, {a}")
            return
        if vectors := self.scope.names("V"):
            v = c.of(vectors)
            size = self.scope.types[v].shape[0]
            if size > 1 and self.on("starred") and c.chance(65):
                self.use("starred")
                a, rest = self.scope.new("s"), self.scope.new("xs")
                self.line(f"{a}, *{rest} = {v}")
                self.bind(a, FLOAT)
                self.bind(rest, Type("L", (size - 1,)))
                self.pin_list(rest)
                return
            if size < 4 and c.chance(30):
                new = [self.scope.new("s") for _ in range(size)]
                self.line(f"{', '.join(new)}{',' if size == 1 else ''} = {v}")
                for a in new:
                    self.bind(a, FLOAT)
                return
            t, n = self.scope.new("t"), size
            self.line(f"{t} = ({self.number(1)}, {v})")
            self.bind(t, Type("T", (n,)), v)
            if c.chance(50):
                a, b = self.scope.new("s"), self.scope.new("v")
                self.line(f"{a}, {b} = {t}")
                self.bind(a, FLOAT)
                self.bind(b, vector(n), v)
            return
        a, b = self.scope.new("s"), self.scope.new("s")
        self.line(f"{a}, ({b},) = {self.number(1)}, ({self.number(1)},)")
        self.bind(a, FLOAT)
        self.bind(b, FLOAT)

    def pin_list(self, name: str) -> None:
        """A list that came of unpacking is read only, unless lists may be changed."""
        if not self.on("list-store"):
            self.frozen.add(name)
