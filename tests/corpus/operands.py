"""What an operator of an object gives may hold its operands: changed through one name, they are read by another."""

from tests.corpus.base import num, program, vec


class Node:
    """A number in a graph that is differentiated by hand, as lectures on reverse mode write it."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.back = lambda: None

    def __add__(self, other):
        out = Node(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other):
        out = Node(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.back = back
        return out

    def order(self, found):
        if not any(node is self for node in found):
            for parent in self.parents:
                parent.order(found)
            found.append(self)

    def backward(self):
        found = []
        self.order(found)
        self.grad = 1.0
        for node in reversed(found):
            node.back()


@program(args=(num(), num()), tags="class operator closure recursion")
def graph_differentiated_by_hand(a, b):
    x, y = Node(a), Node(b)
    z = x * y + y * y
    z.backward()
    return x.grad * y.grad + z.data


@program(args=(num(),), tags="class operator closure")
def graph_with_one_active_leaf(a):
    x, y = Node(a), Node(0.5)
    z = x * y
    z.backward()
    return x.grad * y.grad


class Level:
    """A cell of one number; its operators keep what they are given."""

    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Pipe(self, other)

    def __neg__(self):
        return Pipe(self, self)

    def __lt__(self, other):
        return Pipe(self, other)

    def __abs__(self):
        return self

    def __pow__(self, power):
        return self if power else None

    def __divmod__(self, other):
        return self, other


class Pipe:
    def __init__(self, source, sink):
        self.source, self.sink = source, sink

    def flow(self):
        self.sink.v = self.source.v * 2.0


@program(args=(num(),), tags="class operator")
def sum_that_holds_its_operands(a):
    x, y = Level(a), Level(1.5)
    pipe = x + y
    pipe.flow()
    return y.v * a


@program(args=(num(),), tags="class operator")
def negative_that_holds_its_operand(a):
    y = Level(1.5)
    pipe = -y
    pipe.source.v = a * a
    return y.v


@program(args=(num(),), tags="class operator compare")
def comparison_that_holds_its_operands(a):
    y = Level(1.5)
    pipe = y < Level(2.0)
    pipe.source.v = a * a
    return y.v


@program(args=(num(),), tags="class operator builtin")
def absolute_value_that_is_its_operand(a):
    y = Level(1.5)
    abs(y).v = a * a
    return y.v


@program(args=(num(),), tags="class operator builtin tuple")
def quotient_and_rest_that_are_the_operands(a):
    y, z = Level(1.5), Level(2.5)
    p, q = divmod(y, z)
    p.v, q.v = a * a, a
    return y.v * z.v


@program(args=(vec(3),), tags="class operator loop branch")
def powers_that_are_their_base(a):
    y = Level(1.5)
    for i in range(3):
        if a[i] > -2.0:
            (y**2).v = y.v * a[i]
    return y.v


class Tray:
    """It keeps what is added to it in place, in a new tray."""

    def __init__(self, held=()):
        self.held = held

    def __iadd__(self, other):
        return Tray((*self.held, other))

    def fill(self, v):
        for level in self.held:
            level.v = level.v * v


@program(args=(num(),), tags="class operator augmented")
def augmented_addition_that_holds_what_was_added(a):
    x, y = Level(1.5), Level(2.5)
    tray = Tray()
    tray += x
    tray += y
    tray.fill(a)
    return x.v * y.v
