"""What a module holds beside: a class whose `+=` changes it says nothing of the objects of other classes."""

import enum

import numpy as np

from tests.corpus.base import num, program, vec


class Column:
    """Numbers that are added to in place."""

    def __init__(self, numbers):
        self.numbers = list(numbers)

    def __setitem__(self, i, value):
        self.numbers[i] = value

    def __getitem__(self, i):
        return self.numbers[i]

    def __iadd__(self, other):
        for i, value in enumerate(other):
            self[i] = self[i] + value
        return self


@program(args=(vec(3), num()), tags="class operator augmented items")
def column_added_to_in_place(x, k):
    column = same = Column([k, k, 1.0])
    column += x
    column += [k, 1.0]
    return same[0] * same[1] + column[2]


class Motion(enum.Enum):
    FREE = "free"
    FIXED = "fixed"


class Body:
    def __init__(self, place, motion):
        self.place, self.motion = place, motion
        self.speed = np.zeros(len(place))

    def kick(self, world, dt):
        self.speed -= dt * world.k * self.place

    def drift(self, dt):
        self.place += dt * self.speed


class World:
    def __init__(self, k):
        self.bodies, self.k = {}, k

    def __iter__(self):
        yield from self.bodies.items()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def step(self, dt):
        for _, body in self:
            body.kick(self, dt)
        for _, body in self:
            if body.motion is not Motion.FIXED:
                body.drift(dt)


@program(args=(vec(3), num()), tags="class enum method generator store is")
def bodies_whose_motion_is_a_member_of_an_enum(x, k):
    # Whether something is something else asks no object, though operators of others here change what they are given.
    world = World(k)
    world.bodies["a"] = Body(x, Motion.FREE)
    world.bodies["b"] = Body(x + 1.0, Motion.FIXED)
    with world as running:
        for _ in range(2):
            running.step(0.1)
    return np.sum(world.bodies["a"].place * world.bodies["b"].place)


PRECISION = {"e": np.float32, "g": np.float64}


def in_known_precision(x):
    found = PRECISION.get(x.dtype.char)
    return x if found is None else x.astype(found)


class Gamma:
    def __init__(self, shape, rate):
        self.shape, self.rate = shape, rate

    def logp(self, x):
        return (self.shape - 1.0) * np.log(x) - self.rate * x


@program(args=(vec(3), num()), tags="dict class branch loop method")
def classes_and_objects_with_shapes_of_their_own(y, a):
    # A class of NumPy's has a `shape` that is no tuple, a distribution's is a number: neither is an array.
    total = 0.0
    for k in range(3):
        if k > 0:
            kept = Gamma(a * a + k, 2.0 + a) if k > 1 else None
            band = in_known_precision((np.eye(3) * (2.0 + y[0] * y[0])).astype(np.longdouble))
            total = total + np.sum(np.linalg.solve(band, in_known_precision(y)))
            if kept is not None:
                total = total + kept.logp(1.5 + k)
    return total


class Halving:
    """Numbers that are smaller each time they are run over."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __iter__(self):
        for i in range(len(self.numbers)):
            self.numbers[i] *= 0.5
            yield self.numbers[i]


def scaled_if_large(u, p):
    if np.float32(0.25) < p:
        return u * p
    return u


@program(args=(vec(3), num()), tags="class generator result unused branch loop")
def results_that_nobody_uses(x, k):
    # An operator of NumPy's own numbers is looked at as it runs, since objects of such a class may come there.
    total = 0.0
    for i in range(3):
        if i != 1:
            scaled_if_large(x, k)
            unused = scaled_if_large(x * k, x[i])
        total = total + np.sum(Halving(x * k).numbers)
    return total + unused[0]
