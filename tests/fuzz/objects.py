"""Random statements on objects that have operators of their own, and generators that share what they change."""

from __future__ import annotations

from tests.fuzz.containers import Containers
from tests.fuzz.scope import FLOAT, Type

BOX = '''class Box:
    def __init__(self, value, buf):
        self.value = value
        self.buf = buf

    def scaled(self, k):
        return self.value * k + self.buf[0]

    def push(self, k):
        self.value = 0.5 * self.value + k
        self.buf[-1] += k
        return self.value

    @property
    def decayed(self):
        self.buf *= 0.5
        return self.buf[0] * self.value

    def __add__(self, other):
        return Box(self.value * other, self.buf + other)

    def __iadd__(self, other):
        self.buf += other
        return self

    def __getitem__(self, i):
        return self.buf[i] * self.value

    def __setitem__(self, i, v):
        self.buf[i] = np.sin(self.value) + v

    def __iter__(self):
        for i in range(len(self.buf)):
            self.buf[i] *= 0.75
            yield self.buf[i] * self.value
'''


class Objects(Containers):
    """Makers of statements on objects, and of generators."""

    stepping: list[tuple[str, int]]  # generator functions of the module that store: their names, the sizes they take

    def use_operator(self) -> None:
        c = self.c
        names = self.scope.names("O")
        if not names:
            return self.instead(self.make_object)
        name = c.of(names)
        n = self.scope.types[name].shape[0]
        which = c.pick(5)
        if which == 0:
            made = self.scope.new("o")
            self.line(f"{made} = {name} + {self.calm(self.number(1))}")
            self.bind(made, Type("O", (n,)))
        elif which == 1:
            self.line(f"{name} += {self.calm(self.number(1))}  # alias")
        elif which == 2:
            self.line(f"{name}[{self.index(n)}] = {self.number(1)}  # alias")
        else:
            target = self.target(FLOAT, "s")
            self.line(f"{target} = {name}" + (f"[{self.index(n)}]" if which == 3 else ".decayed  # alias"))
            self.bind(target, FLOAT)
        return None

    def stepping_call(self, n: int) -> str:
        """A call of a generator function that stores into an array."""
        fit = [(h, v) for h, size in self.stepping for v in self.storable("V") if self.scope.types[v].shape == (size,)]
        h, v = self.c.of(fit) if fit else (self.stepping[0][0], f"np.ones({self.stepping[0][1]})")
        return f"{h}({v}, {self.number(1)}, {n})"

    def closure_generator(self, n: int) -> str:
        """A generator function made inside, which reads what it captures, and may store into it; its name."""
        c, outer = self.c, self.scope
        name, i = outer.new("g"), outer.new("i")
        self.line(f"def {name}():")
        self.indent += 1
        self.scope = outer.copy()
        for known in [n for n, ty in self.scope.types.items() if ty.kind in "CSG"]:
            del self.scope.types[known]
        vectors, numbers = self.storable("V"), self.scope.names("F")
        if numbers and c.chance(40):
            captured = c.of(numbers)
            self.line(f"nonlocal {captured}")
            change = f"{captured} = np.sin({captured}) + {self.number(1)}"
        elif vectors and c.chance(60):
            v = c.of(vectors)
            change = f"{v}[{self.index(self.scope.types[v].shape[0])}]{self.operator()}{self.number(1)}  # alias"
        else:
            change = ""
        self.line(f"for {i} in range({n}):")
        self.indent += 1
        self.scope.bind(i, Type("I", (), n + 1))
        before = c.chance(50)
        if change and before:
            self.line(change)
        self.line(f"yield {self.number(2)}")
        if change and not before:
            self.line(change)
        self.indent -= 2
        self.scope = outer
        outer.pinned.update(outer.types)  # what the body reads keeps its type from now on
        return name
