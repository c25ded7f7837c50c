"""Axes that come and go: new axes, ellipses, empty and reversed slices, broadcasting, views of other shapes."""

from __future__ import annotations

from tests.fuzz.expressions import Maker
from tests.fuzz.scope import Type
from tests.fuzz.statements import Action
from tests.fuzz.writers import Writers


class Shapes(Writers):
    """Makers of views and stores that change shapes."""

    def new_view(self) -> None:
        c, scope = self.c, self.scope
        options: list[tuple[str, str, tuple[int, ...], str]] = []
        for v in scope.names("V")[:3]:
            (n,) = scope.types[v].shape
            options += [
                ("newaxis", f"{v}[:, None]", (n, 1), v),
                ("newaxis", f"{v}[np.newaxis]", (1, n), v),
                ("ellipsis", f"{v}[...]", (n,), v),
                ("negative-step", f"{v}[::-1]", (n,), v),
                ("negative-step", f"{v}[::-2]", ((n + 1) // 2,), v),
                ("broadcast-to", f"np.broadcast_to({v}, (2, {n}))", (2, n), v),
                ("newaxis", f"np.expand_dims({v}, 0)", (1, n), v),
                ("reshape-view", f"{v}.reshape({n}, 1)", (n, 1), v),
            ]
        for name in scope.names("M")[:3]:
            m, n = scope.types[name].shape
            options += [
                ("ellipsis", f"{name}[..., {self.index(n)}]", (m,), name),
                ("ellipsis", f"{name}[..., ::-1]", (m, n), name),
                ("negative-step", f"{name}[::-1, ::-1]", (m, n), name),
                ("transpose", f"{name}.T[::-1]", (n, m), name),
                ("transpose", f"np.swapaxes({name}, 0, 1)", (n, m), name),
                ("transpose", f"np.transpose({name})", (n, m), name),
                ("reshape-view", f"{name}.T.reshape(-1)", (m * n,), ""),
                ("reshape-view", f"np.ravel({name})", (m * n,), name),
                ("reshape-view", f"{name}.reshape(1, -1)", (1, m * n), name),
                ("reshape-view", f"{name}.flatten()", (m * n,), ""),
            ]
        options = [o for o in options if self.on(o[0])]
        if not options:
            return self.instead(self.assign_vector)
        feature, text, shape, old = c.of(options)
        name = scope.new("vm"[len(shape) - 1])
        self.use(feature)
        self.line(f"{name} = {text}")
        self.bind(name, Type("VM"[len(shape) - 1], shape), old or None)
        if feature == "broadcast-to":
            self.frozen.add(name)
        self.store_soon(name)
        return None

    def store_shaped(self) -> None:
        """A store that broadcasts, or goes through a view without a name."""
        c = self.c
        names = self.storable("M")
        if not names:
            return self.instead(self.assign_matrix)
        name = c.of(names)
        m, n = self.scope.types[name].shape
        row, column = (lambda: self.vector(n, 1)), (lambda: self.vector(m, 1))
        op = self.operator()
        options: list[tuple[str, Maker]] = [
            ("broadcast-store", lambda: f"{name}[...]{op}{row()}"),
            ("broadcast-store", lambda: f"{name}[:]{op}{row()}"),
            ("broadcast-store", lambda: f"{name}[:, :] += ({column()})[:, None]"),
            ("broadcast-store", lambda: f"{name}[::-1]{op}{row()}"),
            ("broadcast-store", lambda: f"{name} *= ({column()})[:, None]"),
            ("broadcast-store", lambda: f"{name}[:{c.between(1, m)}, -1:]{op}{self.number(1)}"),
            ("transpose", lambda: f"{name}.T[{self.index(n)}]{op}{column()}"),
            ("transpose", lambda: f"{name}.T[{self.index(n)}, {self.index(m)}]{op}{self.number(1)}"),
            ("reshape-view", lambda: f"{name}.reshape(-1)[::2]{op}{self.number(1)}"),
            ("reshape-view", lambda: f"{name}.ravel()[{self.index(m * n)}]{op}{self.number(1)}"),
            ("newaxis", lambda: f"{name}[None]{op}{row()}"),
            ("newaxis", lambda: f"{name}[:, np.newaxis, {self.index(n)}]{op}{self.number(1)}"),
            ("ellipsis", lambda: f"{name}[..., -1]{op}{column()}"),
            ("empty-slice", lambda: f"{name}[{m}:]{op}{self.number(1)}"),
            ("negative-step", lambda: f"{name}[::-1, ::-1]{op}{name} * {self.constant()}"),
        ]
        self.line(self.choose(options) + "  # alias")
        return None

    def store_empty(self) -> None:
        names = self.storable("V")
        if not names:
            return self.instead(self.assign_vector)
        v = self.c.of(names)
        (n,) = self.scope.types[v].shape
        options: list[Maker] = [
            lambda: f"{v}[{n}:]{self.operator()}{self.number(1)}",
            lambda: f"{v}[1:1]{self.operator()}np.zeros(0)",
            lambda: f"{v}[:0] += {v}[:0] * {self.number(0)}",
            lambda: f"{v}[np.zeros({n}, dtype=bool)] = {self.number(0)}",
            lambda: f"{v}[[]] *= {self.number(0)}",
        ]
        self.line(self.c.of(options)())
        return None

    def more_numbers(self, depth: int) -> list[tuple[str, Maker]]:
        c, scope = self.c, self.scope
        found = super().more_numbers(depth)
        if vectors := scope.names("V"):
            v = c.of(vectors)
            w = c.of(vectors)
            n = scope.types[v].shape[0]
            found += [
                ("empty-slice", lambda: f"(np.sum({v}[{n}:]) + {self.number(0)})"),
                ("empty-slice", lambda: f"(sum({v}[:0]) + {self.number(0)})"),
                ("newaxis", lambda: f"np.sum({v}[:, None] * {w}[None, :])"),
                ("newaxis", lambda: f"np.sum({v}[None, :, None] ** 2 * {w})"),
                ("negative-step", lambda: f"np.sum({v}[::-1] * {v})"),
                ("ellipsis", lambda: f"{v}[..., {self.index(n)}] * 1.0"),
            ]
        if matrices := scope.names("M"):
            m = c.of(matrices)
            found += [
                ("newaxis", lambda: f"np.sum({m}[None] * {m}[:, None])"),
                ("transpose", lambda: f"np.sum({m}.T @ {m})"),
                ("ellipsis", lambda: f"np.prod({m}[..., 0])"),
                ("broadcast-to", lambda: f"np.sum(np.broadcast_to({self.number(0)}, (2, 2)) * 0.5)"),
            ]
        return found

    def more_vectors(self, n: int, depth: int) -> list[tuple[str, Maker]]:
        found = super().more_vectors(n, depth)
        if vectors := self.scope.names("V", (n,)):
            v = self.c.of(vectors)
            found += [
                ("newaxis", lambda: f"np.sum({v}[:, None] * {self.vector(2, 0)}, axis=1)"),
                ("negative-step", lambda: f"{v}[::-1] * {self.number(0)}"),
                ("empty-slice", lambda: f"np.concatenate([{v}[:0], {v}])"),
                ("broadcast-to", lambda: f"np.broadcast_to({v}, (2, {n})).sum(axis=0)"),
            ]
        return found

    def more_statements(self) -> list[tuple[str, Action]]:
        shapes = any(map(self.on, ("newaxis", "ellipsis", "transpose", "reshape-view")))
        return [
            *super().more_statements(),
            *[("", self.new_view)] * (6 if shapes else 0),
            *[("broadcast-store", self.store_shaped)] * 5,
            *[("empty-slice", self.store_empty)] * 2,
        ]
