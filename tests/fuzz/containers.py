"""Random statements on lists, dicts and objects, and on closures."""

from __future__ import annotations

from tests.fuzz.expressions import KEYS
from tests.fuzz.scope import FLOAT, Type, vector
from tests.fuzz.statements import Statements


class Containers(Statements):
    """Makers of statements on containers."""

    def lists(self) -> list[str]:
        return [n for n in self.scope.names("L") if n not in self.frozen]

    def make_list(self) -> None:
        k = self.c.between(1, 3)
        old = self.scope.names("L")
        if old and self.on("list-append") and self.c.chance(30):
            name, extra = self.c.of(old), self.scope.new("xs")
            self.line(f"{extra} = {name}[:] + [{self.number(1)}]")
            self.bind(extra, Type("L", (self.scope.types[name].shape[0] + 1,)))
            return
        name = self.scope.new("xs")
        if old and self.on("comprehension") and self.c.chance(40):
            source, item = self.c.of(old), self.scope.new("q")
            self.use("comprehension")
            self.line(f"{name} = [{item} * {self.number(0)} for {item} in {source}]")
            k = self.scope.types[source].shape[0]
        else:
            self.line(f"{name} = [{', '.join(self.number(1) for _ in range(k))}]")
        self.bind(name, Type("L", (k,)))

    def append(self) -> None:
        names = self.lists()
        if not names:
            return self.instead(self.make_list)
        name = self.c.of(names)
        self.line(
            self.c.of(
                [
                    lambda: f"{name}.append({self.calm(self.number(1))})",
                    lambda: f"{name}.insert({self.c.pick(2)}, {self.number(1)})",
                    lambda: f"{name}.extend([{self.number(0)}, {self.number(0)}])",
                    lambda: f"{name} += [{self.number(1)}]",
                ]
            )()
        )
        return None

    def store_list(self) -> None:
        names = self.lists()
        if not names:
            return self.instead(self.make_list)
        name = self.c.of(names)
        key = self.c.of([self.index(self.scope.types[name].shape[0]), "-1"])
        self.line(f"{name}[{key}]{self.operator()}{self.calm(self.number(1))}")
        return None

    def pop(self) -> None:
        names = self.lists()
        if not names:
            return self.instead(self.make_list)
        name = self.c.of(names)
        least = self.scope.types[name].shape[0]
        names = self.scope.names("F")
        if not names:
            return self.instead(self.append)
        target = self.c.of(names)
        self.line(f"if len({name}) > {least}:")
        self.line(f"    {target} = {name}.pop({self.c.of(['', '0'])})")
        return None

    def make_box_list(self) -> None:
        names = self.scope.names("V")
        boxes = self.scope.names("A")
        if boxes and self.c.chance(60):
            box = self.c.of(boxes)
            n = self.scope.types[box].shape[0]
            which = self.c.pick(2)
            self.line(
                self.c.of(
                    [
                        lambda: f"{box}[{which}][{self.index(n)}]{self.operator()}{self.number(1)}  # alias",
                        lambda: f"{box}[{which}] *= {self.number(0)}  # alias",
                        lambda: f"{box}[{which}] = {self.vector(n, 1, fresh=True)}",
                    ]
                )()
            )
            return None
        if not names:
            return self.instead(self.assign_vector)
        a = self.c.of([n for n in names if n not in self.frozen] or names)
        n = self.scope.types[a].shape[0]
        name = self.scope.new("box")
        self.line(f"{name} = [{a if a not in self.frozen else a + '.copy()'}, {self.vector(n, 1, fresh=True)}]")
        self.bind(name, Type("A", (n,)), a)
        return None

    def make_dict(self) -> None:
        name = self.scope.new("d")
        old = self.scope.names("D")
        if old and self.on("comprehension") and self.c.chance(30):
            key, item = self.scope.new("k"), self.scope.new("q")
            self.line(f"{name} = {{{key}: {item} * {self.number(0)} for {key}, {item} in {self.c.of(old)}.items()}}")
        else:
            self.line(f'{name} = {{"a": {self.number(1)}, "b": {self.number(1)}}}')
        self.bind(name, Type("D"))

    def store_dict(self) -> None:
        names = self.scope.names("D")
        if not names:
            return self.instead(self.make_dict)
        self.line(f"{self.c.of(names)}[{self.c.of(KEYS)}]{self.operator()}{self.calm(self.number(1))}")
        return None

    def make_object(self) -> None:
        vectors = [n for n in self.scope.names("V") if n not in self.frozen]
        value = self.c.of(vectors) if vectors else "np.ones(2)"
        n = self.scope.types[value].shape[0] if vectors else 2
        name = self.scope.new("o")
        self.line(f"{name} = Box({self.number(1)}, {value})")
        self.bind(name, Type("O", (n,)), value)

    def store_object(self) -> None:
        c = self.c
        names = self.scope.names("O")
        if not names:
            return self.instead(self.make_object)
        name = c.of(names)
        n = self.scope.types[name].shape[0]
        options = [
            lambda: f"{name}.value{self.operator()}{self.calm(self.number(1))}",
            lambda: f"{name}.buf[{self.index(n)}]{self.operator()}{self.number(1)}  # alias",
            lambda: f"{name}.buf{self.operator()}{self.vector(n, 1, fresh=True)}",
        ]
        if self.on("method"):
            options += [lambda: f"{name}.push({self.number(1)})  # alias"]
        self.line(c.of(options)())
        return None

    # Closures

    def make_closure(self) -> None:
        c = self.c
        name, t = self.scope.new("g"), self.scope.new("t")
        kinds = ["C", "C"]
        if self.on("lambda"):
            kinds += ["lambda"]
        if self.on("closure-store") and self.storable("V"):
            kinds += ["S", "S"]
        if self.on("nonlocal") and self.scope.names("F"):
            kinds += ["G"]
        kind = c.of(kinds)
        outer = self.scope
        self.scope = outer.copy()
        self.scope.bind(t, FLOAT)
        for n in [n for n, ty in self.scope.types.items() if ty.kind in "SG"]:
            del self.scope.types[n]
        if kind == "lambda":
            self.use("lambda", "closure")
            self.line(f"{name} = lambda {t}: {t} * {self.number(1)}")
        else:
            self.line(f"def {name}({t}):")
            self.indent += 1
            inner = self.scope.new("s")
            captured = c.of(outer.names("F")) if outer.names("F") else None
            if kind == "G" and captured:
                self.use("nonlocal", "closure")
                self.line(f"nonlocal {captured}")
                self.line(f"{captured} = 0.5 * {captured} + {self.number(1)}")
            elif kind == "S":
                self.use("closure-store", "closure")
                v = c.of(self.storable("V"))
                self.line(f"{v}[{self.index(self.scope.types[v].shape[0])}]{self.operator()}{self.number(1)}")
            else:
                self.use("closure")
                if c.chance(40):
                    self.line(f"if {t} > {self.constant()}:")
                    self.line(f"    return {self.number(1)} * {t}")
            if c.chance(40):
                self.line(f"{inner} = {self.number(1)} * {t}")
                self.scope.bind(inner, FLOAT)
            self.line(f"return {t} * {self.number(1)}")
            self.indent -= 1
        self.scope = outer
        # Whatever the body reads keeps its type from now on.
        outer.pinned.update(outer.types)
        outer.bind(name, Type("C" if kind == "lambda" else kind))

    def take_apart(self) -> None:
        """A vector out of a container."""
        boxes = self.scope.names("A")
        if not boxes:
            return self.instead(self.make_box_list)
        box, name = self.c.of(boxes), self.scope.new("v")
        n = self.scope.types[box].shape[0]
        self.line(f"{name} = {box}[{self.c.pick(2)}]")
        self.bind(name, vector(n), box)
        return None
