"""What else lists and dicts do: slices of lists, deletion, merging, methods."""

from __future__ import annotations

from tests.fuzz.expressions import KEYS, Maker
from tests.fuzz.scope import FLOAT, Type
from tests.fuzz.shapes import Shapes
from tests.fuzz.statements import Action


class Growing(Shapes):
    """Makers of statements on lists and dicts that change size."""

    def change_list(self) -> None:
        names = self.lists()
        if not names:
            return self.instead(self.make_list)
        c, name = self.c, self.c.of(names)
        (least,) = self.scope.types[name].shape
        q = self.scope.new("q")
        options: list[tuple[str, Maker]] = [
            ("list-slice-store", lambda: f"{name}[:1] = [{self.number(1)}]"),
            ("list-slice-store", lambda: f"{name}[::2] = [{q} * {self.number(0)} for {q} in {name}[::2]]"),
            ("list-slice-store", lambda: f"{name}[{least}:] = [{self.number(1)}, {self.number(0)}]"),
            ("list-slice-store", lambda: f"{name}[0:0] = [{self.number(0)}]"),
            ("list-slice-store", lambda: f"{name}[:] = [np.sin({q}) for {q} in {name}]"),
            ("list-del", lambda: f"del {name}[{least}:]"),
            ("list-del", lambda: f"del {name}[{least}::2]"),
            ("list-del", lambda: f"del {name}[{least} : {least} + 1]"),
            ("list-del", lambda: f"{name}[{least}:] = []"),
            ("list-order", lambda: f"{name}.reverse()"),
            ("list-order", lambda: f"{name}.sort({c.of(['', 'reverse=True', 'key=lambda q: -q'])})"),
        ]
        vectors = [v for v in self.scope.names("V") if v not in self.frozen]
        if vectors:
            v = c.of(vectors)
            (n,), sign = self.scope.types[v].shape, c.of(["=", "+="])
            stored = f"if len({name}) <= {n}:\n    {v}[:len({name})] {sign} {name}"
            shortened = f"{name}.append({self.calm(self.number(0))})\n{stored}\n{name}.pop()"
            options += [("list-into-array", lambda: stored), ("list-into-array", lambda: shortened)] * 2
        for part in self.choose(options).split("\n"):
            self.line(part)
        return None

    def new_list(self) -> None:
        names = self.scope.names("L")
        if not names:
            return self.instead(self.make_list)
        old, name = self.c.of(names), self.scope.new("xs")
        (least,) = self.scope.types[old].shape
        options: list[tuple[str, str]] = [
            ("list-slice", f"{old}[::-1]"),
            ("list-slice", f"{old}[:{least}]"),
            ("list-slice", f"{old}.copy()"),
            ("list-order", f"sorted({old})"),
            ("list-order", f"list(reversed({old}))"),
        ]
        if not self.loops:
            options += [("list-slice", f"{old} * 2"), ("list-slice", f"[*{old}, {self.number(0)}]")]
        if self.on("list-store") and old not in self.frozen:
            options += [("list-slice", old)]
        feature, text = self.c.of([o for o in options if self.on(o[0])])
        self.use(feature)
        self.line(f"{name} = {text}")
        self.bind(name, Type("L", (least,)))
        return None

    def change_dict(self) -> None:
        names = [d for d in self.scope.names("D") if d not in self.frozen]
        if not names:
            return self.instead(self.make_dict)
        c, d = self.c, self.c.of(names)
        key = c.of(KEYS)
        word = key.strip('"')
        k = self.scope.new("k")
        s = self.target(FLOAT, "s")
        options: list[tuple[str, Maker]] = [
            ("dict-merge", lambda: f"{d} |= {{{key}: {self.number(1)}}}"),
            ("dict-update", lambda: f"{d}.update({word}={self.number(1)})"),
            ("dict-update", lambda: f'{d}.update({{{key}: {self.number(1)}, "c": {self.number(0)}}})'),
            ("dict-pop", lambda: f'{s} = {d}.pop("c", {self.number(1)})'),
            ("dict-pop", lambda: f'{d}["c"] = {self.number(1)}\n{s} = {d}.pop("c")'),
            ("dict-setdefault", lambda: f'{s} = {d}.setdefault("c", {self.number(1)})'),
            ("dict-setdefault", lambda: f"{s} = {d}.setdefault({key}, 0.5) * 1.0"),
            ("dict-setdefault", lambda: f'{s} = {d}.get("c", {self.number(1)})'),
            ("dict-update", lambda: f"for {k} in {d}:\n    {d}[{k}] *= {self.calm(self.number(0))}"),
        ]
        text = self.choose(options)
        for part in text.split("\n"):
            self.line(part)
        if f"{s} = " in text:
            self.bind(s, FLOAT)
        return None

    def new_dict(self) -> None:
        names = self.scope.names("D")
        if not names:
            return self.instead(self.make_dict)
        old, name = self.c.of(names), self.scope.new("d")
        key = self.c.of(KEYS)
        word = key.strip('"')
        options: list[Maker] = [
            lambda: f"{old} | {{{key}: {self.number(1)}}}",
            lambda: f"{{**{old}, {key}: {self.number(1)}}}",
            lambda: f"dict({old}, {word}={self.number(1)})",
            lambda: f"{old}.copy()",
            lambda: f"dict(zip({old}, [{self.number(1)}, {self.number(0)}]))",
        ]
        self.line(f"{name} = {self.c.of(options)()}")
        self.bind(name, Type("D"))
        return None

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_numbers(depth)
        if dicts := self.scope.names("D"):
            found += [("dict-values", lambda: f"sum({self.c.of(dicts)}.values())")]
        if lists := self.scope.names("L"):
            xs = self.c.of(lists)
            found += [
                ("list-slice", lambda: f"sum({xs}[{self.c.of(['1:', '::2', '::-1', ':-1'])}])"),
                ("list-order", lambda: f"{self.c.of(['max', 'min'])}({xs})"),
            ]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        lists = self.on("list-del") and self.on("list")
        dicts = self.on("dict-merge") and self.on("dict")
        return [
            *super().more_statements(),
            *[("", self.change_list)] * (8 if lists else 0),
            *[("", self.new_list)] * (3 if lists else 0),
            *[("", self.change_dict)] * (10 if dicts else 0),
            *[("dict-merge", self.new_dict)] * 3,
        ]
