"""Statements that take items of an iterator, and give what nobody reads."""

from tests.corpus.base import program, vec

KEPT = [None]


def _numbers():
    yield from (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


@program(args=(vec(3),), tags="iter in global")
def looked_for_unread(x):
    KEPT[0] = _numbers()
    items = KEPT[0]
    2.0 in items  # noqa: B015
    return next(items) * x[0] * x[1] + x[2]


@program(args=(vec(3),), tags="iter in global for if")
def looked_for_unread_in_a_loop(x):
    KEPT[0] = _numbers()
    for i in range(3):
        if i != 1:
            3.0 not in KEPT[0]  # noqa: B015
    return next(KEPT[0], 7.0) * x[0] * x[1] + x[2]


@program(args=(vec(3),), tags="iter starred")
def displayed_unread(x):
    items = iter([1.0, 2.0, 3.0])
    [*items]
    return next(items, 9.0) * x[0] * x[1] + x[2]


@program(args=(vec(3),), tags="generator starred set for if")
def displayed_unread_in_a_loop(x):
    items = _numbers()
    for i in range(3):
        if i == 1:
            {0.0, *items}
    return next(items, 9.0) * x[0] * x[1] + x[2]


@program(args=(vec(3),), tags="iter list aug for if global")
def added_unread(x):
    KEPT[0] = _numbers()
    for i in range(3):
        kept = []
        if i == 1:
            kept += KEPT[0]
    return next(KEPT[0], 9.0) * x[0] * x[1] + x[2]
