"""Random control flow: branches, loops, jumps, and the statements within."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.fuzz.growing import Growing
from tests.fuzz.scope import FLOAT, Type, vector


class Control(Growing):
    """Makers of compound statements."""

    budget: int
    result_kind: str
    generators: list[str]

    @contextlib.contextmanager
    def block(self, *, loop: bool = False, keep: bool = False) -> Iterator[None]:
        """An indented block; names bound in it are unknown after it."""
        outer, frozen, start = self.scope, set(self.frozen), len(self.out)
        self.scope = outer.copy()
        self.indent += 1
        self.nest += 1
        self.loops += loop
        yield
        if len(self.out) == start:
            self.line("pass")
        self.loops -= loop
        self.nest -= 1
        self.indent -= 1
        if keep:
            outer = self.scope
        self.scope, self.frozen = outer, frozen | {n for n in self.frozen if n in outer.types}

    def body(self, most: int = 4) -> None:
        for _ in range(self.c.between(1, most)):
            if self.budget <= 0:
                break
            self.statement()

    def statement(self) -> None:
        self.budget -= 1
        simple = [
            ("", self.assign_number),
            ("", self.assign_number),
            ("", self.assign_vector),
            ("", self.assign_vector),
            ("", self.assign_matrix),
            ("augmented", self.augment_number),
            ("augmented", self.augment_number),
            ("array-augmented", self.augment_array),
            ("store-int", self.store_element),
            ("store-int", self.store_element),
            ("store-int", self.store_element),
            ("store-slice", self.store_slice),
            ("store-slice", self.store_slice),
            ("store-wide", self.store_wide),
            ("store-mask", self.store_mask),
            ("store-integers", self.store_integers),
            ("store-integers", self.store_integers),
            ("alias", self.alias),
            ("view", self.view),
            ("view", self.view),
            ("view", self.view),
            ("view-2d", self.view_2d),
            ("view-2d", self.view_2d),
            ("view-2d", self.view_2d),
            ("zero-d", self.zero_d),
            ("tuple", self.unpack),
            ("tuple", self.unpack),
            ("callee-store", self.call_that_stores),
            ("callee-store", self.call_that_stores),
            ("callee-alias", self.call_that_aliases),
            ("closure", self.make_closure),
            ("closure", self.make_closure),
            ("list", self.make_list),
            ("list-append", self.append),
            ("list-append", self.append),
            ("list-store", self.store_list),
            ("list-pop", self.pop),
            ("list-of-arrays", self.make_box_list),
            ("list-of-arrays", self.take_apart),
            ("dict", self.make_dict),
            ("dict-store", self.store_dict),
            ("object", self.make_object),
            ("object", self.make_object),
            ("object-store", self.store_object),
            ("object-store", self.store_object),
            ("operator", self.use_operator),
            ("operator", self.use_operator),
            ("operator", self.use_operator),
            ("out", self.write_out),
            ("del", self.delete),
            ("assert", self.check),
        ]
        if self.indent < 4 and self.budget > 1:
            simple += [("", self.if_)] * 7 + [("", self.loop)] * 9
            simple += [("with", self.with_), ("try", self.try_), ("try", self.try_), ("match", self.match)]
            simple += [("finally", self.finally_)] * 2
        if self.indent < 3 and self.budget > 2:
            simple += [("return-nested", self.return_from_loops)] * 3
        if self.loops:
            simple += [("break", self.jump), ("continue", self.jump)] * 2
        if self.nest:
            simple += [("return-early", self.return_early)]
        if self.loops > 1:
            simple += [("return-nested", self.return_early)] * 3
        self.act(simple + self.more_statements())

    # Branches

    def decide(self) -> None:
        """A branch by `any` or `all` of some items, which keeps the item that decided."""
        self.use("deciding")
        c, kept, item = self.c, self.scope.new("w"), self.scope.new("t")
        of_generator = bool(self.stepping) and not self.pure and c.chance(60)
        items = self.stepping_call(2 + c.pick(2)) if of_generator else c.of(self.scope.names("V"))
        test = f"({kept} := {item}{c.of(['', f' * {self.constant()}'])}) {c.of('<>')} {self.constant()}"
        alias = "  # alias" if of_generator else ""
        self.line(f"if {c.of(['any', 'all', 'not all'])}({test} for {item} in {items}):{alias}")
        self.scope.bind(kept, FLOAT)

    def if_(self) -> None:
        if self.on("walrus") and self.c.chance(15):
            self.use("walrus")
            name = self.scope.new("w")
            self.line(f"if ({name} := {self.number(1)}) > {self.constant()}:")
            self.scope.bind(name, FLOAT)
        elif self.on("deciding") and self.scope.names("V") and self.c.chance(15):
            self.decide()
        else:
            self.line(f"if {self.condition()}:")
        self.use("if")
        with self.block():
            self.body(3)
        if self.on("elif") and self.c.chance(25):
            self.use("elif")
            self.line(f"elif {self.condition()}:")
            with self.block():
                self.body(3)
        if self.on("if-else") and self.c.chance(50):
            self.use("if-else")
            self.line("else:")
            with self.block():
                self.body(3)

    def match(self) -> None:
        self.use("match")
        counters = self.scope.names("I")
        self.line(f"match {self.c.of(counters) if counters else '1'} % 3:")
        self.indent += 1
        for case in self.c.of([["0", "_"], ["0", "1 | 2"], ["1", "k if k > 1", "_"]]):
            self.line(f"case {case}:")
            with self.block():
                self.body(2)
        self.indent -= 1

    def with_(self) -> None:
        self.use("with")
        self.line('with np.errstate(all="ignore"):')
        with self.block(keep=True):
            self.body(3)

    def try_(self) -> None:
        self.use("try")
        self.line("try:")
        with self.block():
            self.body(2)
            self.line(f"if {self.condition()}:")
            self.line('    raise ValueError("stop")')
            self.body(2)
        self.line("except ValueError:")
        with self.block():
            self.body(2)
        if self.c.chance(25):
            self.line("else:")
            with self.block():
                self.body(1)
        if self.c.chance(25):
            self.line("finally:")
            with self.block():
                self.assign_number()

    def finally_(self) -> None:
        """What is done however its block is left."""
        self.line("try:")
        with self.block():
            self.body(2)
            if self.loops and self.c.chance(50):
                self.jump()
            elif self.on("return-early") and self.c.chance(50):
                self.return_early()
        self.line("finally:")
        with self.block():
            self.c.of([self.store_element, self.assign_number, self.augment_number])()

    # Loops

    def loop(self) -> None:
        kinds: list[tuple[str, str]] = [("for-range", "for-range")] * 4
        more = "while while while-true for-enumerate for-vector for-zip for-enumerate-zip for-list for-reversed"
        kinds += [(k, k) for k in more.split()]
        if self.scope.names("M"):
            kinds += [("for-rows", "for-rows")] * 6
        if self.scope.names("D"):
            kinds += [("dict-items", "dict-items")] * 8
        if self.scope.names("O") and not self.pure:
            kinds += [("object-iter", "object-iter")] * 12
        if not self.pure:
            kinds += [("generator-closure", "generator-closure")] * 2
        if any(self.scope.names("V", (size,)) for _, size in self.stepping) and not self.pure:
            kinds += [("generator-store", "generator-store")] * 12
        if self.generators:
            kinds += [("generator", "generator")] * 12
        usable = [k for k, feature in kinds if self.on(feature)]
        if not usable:
            return self.instead(self.assign_number)
        kind = self.c.of(usable)
        self.use(kind)
        if kind in ("while", "while-true"):
            self.while_(kind == "while-true")
        else:
            self.for_(kind)
        if self.on("loop-else") and self.c.chance(15):
            self.use("loop-else")
            self.line("else:")
            with self.block():
                self.body(2)
        return None

    def while_(self, forever: bool) -> None:
        k, most = self.scope.new("k"), self.c.between(1, 3)
        self.line(f"{k} = 0")
        if forever:
            self.line("while True:")
        else:
            more = f" and {self.condition(0)}" if self.c.chance(40) else ""
            self.line(f"while {k} < {most}{more}:")
        with self.block(loop=True):
            self.line(f"{k} += 1")
            self.scope.bind(k, Type("I", (), most + 2))
            if forever:
                stop = f" or {self.condition(0)}" if self.c.chance(50) else ""
                self.line(f"if {k} > {most}{stop}:")
                self.line("    break")
            self.body()
        self.scope.bind(k, Type("I", (), most + 2))

    def for_(self, kind: str) -> None:
        c, scope = self.c, self.scope
        i, t, u = scope.new("i"), scope.new("q"), scope.new("q")
        n = c.between(1, 3)
        vectors = scope.names("V")
        v = c.of(vectors) if vectors else "np.ones(2)"
        w = c.of(vectors) if vectors else v
        size = scope.types[v].shape[0] if vectors else 2
        most = min(size, scope.types[w].shape[0]) if vectors else 2
        floats: list[str] = []
        counter, grows = 0, True
        row: str | None = None
        if kind == "for-range":
            text = c.of([f"range({n})", f"range({n}, -1, -1)", f"range(1, {n + 1})", f"range(0, {n + 1}, 2)"])
            head, counter = f"{i} in {text}", n if text == f"range({n})" else n + 1
        elif kind == "for-enumerate":
            head, counter, floats = f"{i}, {t} in enumerate({v})", size, [t]
        elif kind == "for-zip":
            head, floats = f"{t}, {u} in zip({v}, {w})", [t, u]
        elif kind == "for-enumerate-zip":
            head, counter, floats = f"{i}, ({t}, {u}) in enumerate(zip({v}, {w}))", most, [t, u]
        elif kind == "for-reversed":
            head, floats = f"{t} in reversed({v})", [t]
            if c.chance(40):
                head, floats, counter = f"{i} in reversed(range({n}))", [], n
        elif kind == "for-list":
            lists = scope.names("L")
            head = f"{t} in {c.of(lists)[:]}" if lists else f"{t} in [{self.number(0)}, {self.number(0)}]"
            head += "[:]" if lists else ""  # the list itself may grow in the body
            grows = not self.loops  # but not by a factor in each pass of a loop around
            floats = [t]
        elif kind == "dict-items":
            key = scope.new("k")
            head, floats = f"{key}, {t} in {c.of(scope.names('D'))}.items()", [t]
        elif kind == "generator":
            head, floats = f"{t} in {c.of(self.generators)}({self.number(1)}, {n})", [t]
        elif kind == "generator-closure":
            head, floats = f"{t} in {self.closure_generator(n)}()", [t]
        elif kind == "generator-store":
            head, floats = f"{t} in {self.stepping_call(n)}", [t]
        elif kind == "object-iter":
            head, floats = f"{t} in {c.of(scope.names('O'))}", [t]
        elif kind == "for-rows":
            row = c.of(scope.names("M"))
            head = f"{t} in {row}"
        else:
            head, floats = f"{t} in {v}", [t]
        outer_frozen = set(self.frozen)
        if kind == "for-list" and not grows:
            self.frozen |= set(scope.names("L"))
        if kind == "dict-items":
            self.frozen |= set(scope.names("D"))  # a dict must not grow while it is iterated
        self.line(f"for {head}:" + ("  # alias" if kind in ("generator-store", "object-iter") else ""))
        with self.block(loop=True):
            if counter:
                self.scope.bind(i, Type("I", (), counter))
            for name in floats:
                self.scope.bind(name, FLOAT)
            if row:
                self.bind(t, vector(self.scope.types[row].shape[1]), row)
                if not self.on("rows-store"):
                    self.frozen.add(t)
                elif t not in self.frozen and self.c.chance(70):
                    self.use("rows-store")
                    self.store(t, f"{t} *= {self.number(0)}")
            self.body()
        self.frozen = {n for n in self.frozen if n in outer_frozen or scope.types[n].kind not in "LD"}

    # Jumps and the rest

    def jump(self) -> None:
        word = self.c.of([w for w in ("break", "continue") if self.on(w)])
        self.use(word)
        self.line(f"if {self.condition()}:")
        if self.c.chance(30):
            with self.block():
                self.assign_number()
        self.line(f"    {word}")

    def return_early(self) -> None:
        self.line(f"if {self.condition()}:")
        self.line(f"    return {self.result()}")

    def return_from_loops(self) -> None:
        """A result that is found within two loops."""
        n, m = self.c.between(1, 3), self.c.between(1, 3)
        i, j = self.scope.new("i"), self.scope.new("i")
        self.line(f"for {i} in range({n}):")
        with self.block(loop=True):
            self.scope.bind(i, Type("I", (), n))
            self.body(2)
            self.line(f"for {j} in range({m}):")
            with self.block(loop=True):
                self.scope.bind(j, Type("I", (), m))
                self.body(2)
                self.return_early()

    def result(self) -> str:
        raise NotImplementedError

    def call_that_stores(self) -> None:
        fit = [h for h in self.helpers if h.kind == "stores"]
        fit = [h for h in fit if all(self.storable_of(t) for t in h.params if t.kind == "V")]
        if not fit or self.pure:
            return self.instead(self.store_element)
        h = self.c.of(fit)
        given = []
        for t in h.params:
            if t.kind == "V":
                again = [f"{a}{part}" for a in given for part in ("", "[::-1]")]  # one memory by two names
                given.append(self.c.of(again if given and self.c.chance(60) else self.storable_of(t)))
            else:
                given.append(self.number(1))
        call = f"{h.name}({', '.join(given)})"
        names = self.scope.names("F")
        self.line((f"{self.c.of(names)} = {call}" if names and self.c.chance(50) else call) + "  # alias")
        return None

    def storable_of(self, t: Type) -> list[str]:
        """Arguments of a helper that stores: vectors of the size, and views of longer ones."""
        found = [n for n in self.storable("V") if self.scope.types[n].shape == t.shape]
        size = t.shape[0]
        for n in set(self.storable("V")):
            if self.scope.types[n].shape[0] > size:
                found.append(f"{n}[{self.scope.types[n].shape[0] - size}:]")
        for n in set(self.storable("M")):
            if self.scope.types[n].shape[1] == size:
                found.append(f"{n}[0]")
        return sorted(found)

    def call_that_aliases(self) -> None:
        fit = [h for h in self.helpers if h.kind == "alias" and self.scope.names("V", h.params[0].shape)]
        if not fit:
            return self.alias() if self.on("alias") else self.assign_vector()
        h = self.c.of(fit)
        old, name = self.c.of(self.scope.names("V", h.params[0].shape)), self.scope.new("v")
        self.line(f"{name} = {h.name}({old}, {self.number(1)})")
        self.bind(name, h.params[0], old)
        return None

    def delete(self) -> None:
        names = [n for n in self.scope.names("F") if n not in self.scope.pinned]
        if not self.nest and len(names) > 2 and self.c.chance(50):
            name = self.c.of(names)
        else:
            name, new = self.scope.new("s"), self.target(FLOAT, "s")
            self.line(f"{name} = {self.number(2)}")
            self.line(f"{new} = {name} * {self.number(1)}")
            self.scope.bind(new, FLOAT)
        self.line(f"del {name}")
        self.scope.types.pop(name, None)

    def check(self) -> None:
        self.line(f"assert np.isfinite({self.number(1)}), f'not finite: {{{self.number(0)}}}'")
