"""Records do what dataclasses do, for the features that dualad's own classes use."""

import copy
import dataclasses
import inspect
import itertools

import numpy as np
import pytest

from dualad import records

OPTIONS = [
    dict(zip(("frozen", "eq", "repr", "slots"), given)) for given in itertools.product((False, True), repeat=4)
]


def made(make, field, replace, options):
    """The same classes, by `dataclass` or by `record`."""

    @make(**options)
    class Base:
        """A base."""

        line: int = field(default=0, kw_only=True)

    @make(**options)
    class Single(Base):
        name: str

    @make(**options)
    class Several(Base):
        target: str
        args: list
        fn: object = None
        kwargs: dict = field(default_factory=dict, repr=False)
        stars: frozenset = frozenset()

        def size(self):
            return len(self.args)

    @make(**options)
    class Tail(Several):
        args: list = field(default_factory=list)
        extra: int = 3

    @make(**options)
    class Empty:
        """Nothing."""

    @make(**options)
    class Taught:
        x: int

        def __post_init__(self):
            if self.x < 0:
                raise ValueError(f"negative: {self.x}")

    @make(**options)
    class Alone:
        x: float

    return Base, Single, Several, Tail, Empty, Taught, Alone, replace


def both(options):
    return (
        made(dataclasses.dataclass, dataclasses.field, dataclasses.replace, options),
        made(records.record, records.field, records.replace, options),
    )


def outcome(f):
    """What a function gives, or the exception that it raises: records' messages may be their own."""
    try:
        found = f()
    except Exception as error:
        return next(c.__name__ for c in (AttributeError, TypeError, ValueError, Exception) if isinstance(error, c))
    return found


def set_(obj, name, value):
    try:
        setattr(obj, name, value)
    except TypeError:  # what dataclasses with slots raise for attributes that are no fields is Python's bug 90562
        raise AttributeError(name) from None
    return obj


def delete(obj, name):
    delattr(obj, name)
    return hasattr(obj, name)


def shown(x):
    return repr(x).partition(" object at ")[0].replace("both.<locals>.", "")


USES = {
    "made": lambda B, S, M, T, E, P, A, r: shown(M("a", [1], 2, {3: 4})),
    "by name": lambda B, S, M, T, E, P, A, r: shown(M(args=[1], target="a", line=7)),
    "too few": lambda B, S, M, T, E, P, A, r: M("a"),
    "too many": lambda B, S, M, T, E, P, A, r: S("a", 3),
    "unknown": lambda B, S, M, T, E, P, A, r: S("a", nothing=3),
    "defaults": lambda B, S, M, T, E, P, A, r: [getattr(M("a", []), n) for n in ("line", "fn", "kwargs", "stars")],
    "fresh": lambda B, S, M, T, E, P, A, r: M("a", []).kwargs is M("a", []).kwargs,
    "None is no default": lambda B, S, M, T, E, P, A, r: M("a", [], kwargs=None).kwargs,
    "overridden": lambda B, S, M, T, E, P, A, r: (T("a").args, T("a", [1]).args, T("a").extra, shown(T("a"))),
    "default of the class": lambda B, S, M, T, E, P, A, r: hasattr(M, "fn") and not isinstance(vars(M)["fn"], object),
    "method": lambda B, S, M, T, E, P, A, r: M("a", [1, 2]).size(),
    "equal": lambda B, S, M, T, E, P, A, r: (M("a", [1]) == M("a", [1]), M("a", [1]) == M("a", [2]), E() == E()),
    "other class": lambda B, S, M, T, E, P, A, r: (T("a", [1]) == M("a", [1]), S("a") == "a", S("a") != "a"),
    "hash": lambda B, S, M, T, E, P, A, r: hash(S("a")) == hash(S("a")),
    "in a set": lambda B, S, M, T, E, P, A, r: len({S("a"), S("a"), S("b")}),
    "unhashable part": lambda B, S, M, T, E, P, A, r: isinstance(hash(M("a", [])), int),
    "set": lambda B, S, M, T, E, P, A, r: set_(S("a"), "name", "b").name,
    "set what is new": lambda B, S, M, T, E, P, A, r: set_(A(1.0), "other", "b").other,
    "delete": lambda B, S, M, T, E, P, A, r: delete(A(1.0), "x"),
    "replaced": lambda B, S, M, T, E, P, A, r: shown(r(M("a", [1], line=4), args=[2], fn=5)),
    "replaced by what is unknown": lambda B, S, M, T, E, P, A, r: r(S("a"), nothing=5),
    "own step": lambda B, S, M, T, E, P, A, r: P(3).x,
    "own step raises": lambda B, S, M, T, E, P, A, r: P(-3),
    "own step of what is replaced": lambda B, S, M, T, E, P, A, r: r(P(3), x=-1),
    "copied": lambda B, S, M, T, E, P, A, r: shown(copy.deepcopy(copy.copy(M("a", [1], line=3)))),
    "patterns": lambda B, S, M, T, E, P, A, r: [c.__match_args__ for c in (B, S, M, T, E, P, A)],
    "signature": lambda B, S, M, T, E, P, A, r: [
        [(p.name, p.kind) for p in inspect.signature(c).parameters.values()] for c in (B, S, M, T, E, P, A)
    ],
    "slots": lambda B, S, M, T, E, P, A, r: [vars(c).get("__slots__") for c in (B, S, M, T, E, P, A)],
    "no dict": lambda B, S, M, T, E, P, A, r: hasattr(T("a"), "__dict__"),
    "names": lambda B, S, M, T, E, P, A, r: [(c.__name__, c.__qualname__, c.__module__) for c in (B, M, E)],
    "name of init": lambda B, S, M, T, E, P, A, r: (M.__init__.__name__, M.__init__.__qualname__),
}
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join([k for k in o if o[k]]) or "none")
def test_as_dataclasses(options):
    theirs, ours = both(options)
    different = {}
    for name, use in USES.items():
        wanted, found = outcome(lambda: use(*theirs)), outcome(lambda: use(*ours))
        if wanted != found:
            different[name] = (wanted, found)
    assert not different


@pytest.mark.parametrize("slots", [False, True])
def test_parts_that_are_one_object_are_equal(slots):
    # As tuples have it; dataclasses compare part by part from Python 3.13 on.
    @records.record(slots=slots)
    class Alone:
        x: object

    line = np.ones(2)
    assert Alone(line) == Alone(line)
    assert Alone(np.nan) == Alone(np.nan)
    assert Alone(1.0) != Alone(2.0)


def test_own_methods_stay():
    @records.record(frozen=True)
    class Kept:
        x: int

        def __repr__(self):
            return "kept"

        def __eq__(self, other):
            return True

    assert repr(Kept(1)) == "kept" and Kept(1) == Kept(2)


def test_what_holds_itself_is_shown():
    @records.record
    class Node:
        next: object = None

    node = Node()
    node.next = node
    assert repr(node) == "test_what_holds_itself_is_shown.<locals>.Node(next=...)"


def test_defaults_come_last():
    with pytest.raises(TypeError, match="'b' without default"):

        @records.record
        class Wrong:
            a: int = 1
            b: int


def test_names_of_parts_may_be_those_of_the_template():
    @records.record
    class Odd:
        part1: int
        part0: int
        MISSING: int = 5
        make3: list = records.field(default_factory=list)

    odd = Odd(1, 2)
    assert (odd.part1, odd.part0, odd.MISSING, odd.make3) == (1, 2, 5, [])


def test_a_message_names_class_and_parameter():
    @records.record
    class Named:
        target: str

    with pytest.raises(TypeError, match=r"Named\.__init__\(\) missing 1 required positional argument: 'target'"):
        Named()


def test_what_records_are_to_others():
    @records.record
    class Own:
        a: int
        b: int = 2

    assert records.names_of(Own(1)) == ("a", "b") and records.names_of(3) is None
    assert not dataclasses.is_dataclass(Own)
    assert copy.copy(Own(1)) == Own(1)
