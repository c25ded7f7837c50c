"""Generators in shadow memory: what one did between two of its items is undone where the second was taken.

The reverse sweep of a generator is a generator, too. It stops wherever the forward sweep gave an item, and goes on when
it is sent that item's cotangent. So its steps and those of whoever took the items are undone in the order in which they
were done, backwards, and both may change the same memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad.errors import Unsupported
from dualad.reverse.cells import Memory, deposit, noted, withdraw
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.runtime import is_zero
from dualad.reverse.sequences import Items

__dualad_lift__ = True  # dual numbers run through all of this


LEFT = (
    "a generator that cleans up (`finally`, `with`) is left before its last item by something other than a loop; "
    "loop over it, make a list of its items, or call its method `close`"
)


class Sweep:
    """The reverse sweep of a generator: `at` of its items are still to be given back; `result` once it is done."""

    __slots__ = ("at", "result", "running")

    def __init__(self, running: Any, at: int) -> None:
        self.running = running
        self.at = at
        self.result: tuple[Any, ...] = ()
        self.go(None)

    def go(self, ct: Any) -> None:
        """On to the item before, or to the start of the generator."""
        try:
            self.running.send(ct)
        except StopIteration as stop:
            self.result = stop.value


def sweep_of(memory: Memory, items: Items) -> Sweep:
    """The reverse sweep of a generator in a memory, begun where it is met first: what came after its last item."""
    found: Sweep | None = memory.sweeps.get(id(items))
    if found is None:
        assert items.sweep is not None
        if items.failed or items.ran_out:
            items.check()
        found = memory.sweeps[id(items)] = Sweep(items.sweep(memory), len(items.seen))
    return found


def rewound(memory: Memory, value: Any) -> None:
    """At the end of a loop over what may be a generator: undo what that did after its last item."""
    if isinstance(value, Items) and value.sweep is not None:
        sweep_of(memory, value)


def back(memory: Memory, items: Items, count: int) -> None:
    """Undo a generator to where it had given so many items; their cotangents are in the slots of their numbers."""
    if items.sweep is None:
        return
    sweep = sweep_of(memory, items)
    while sweep.at > count:
        sweep.at -= 1
        sweep.go(withdraw(memory, items.seen[sweep.at], memory.pop_item(items, sweep.at)))


def put(memory: Memory, items: Items, start: int, cts: Any) -> None:
    """Cotangents of items from the number `start` on, as who took them by value gives them, into their slots."""
    if is_zero(cts):
        return
    for i, ct in enumerate(cts, start):
        memory.add_item(items, i, deposit(memory, items.seen[i], ct))


def made(items: Items) -> Pull:
    """The pullback of making a generator.

    Where items were taken that nothing has given back, it is too late by now to undo them in order, which `items.check`
    refuses unless that makes no difference.
    """

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        put(memory, items, 0, ct)
        if items.left or items.may_be_left():
            raise Unsupported(LEFT)
        sweep = sweep_of(memory, items)
        if sweep.at:
            items.check()
        back(memory, items, 0)
        del memory.sweeps[id(items)]
        return sweep.result

    return pull


class Taking:
    """The generators among the operands of a call, and how many items they had given before."""

    def __init__(self, values: list[Any], active: tuple[int, ...]) -> None:
        found = [(i, values[i]) for i in active if type(values[i]) is Items and values[i].noting is not None]
        self.before = [(i, v, v.state()) for i, v in found]
        for _, items in found:
            items.resume()

    def of_call(self) -> list[tuple[int, Items, int]]:
        """Those that the call has taken items of: their operand, and the number of the first item taken."""
        return [(i, v, state[0]) for i, v, state in self.before if v.state() != state]

    def ended_by_call(self) -> list[tuple[int, Items, int]]:
        """Those that the call itself has taken to their end, and nothing that it called: who ends a generator undoes
        what that did after its last item.
        """
        found = [(i, v, start) for i, v, start in self.of_call() if v.ended and not v.ended_by_somebody]
        for _, items, _ in found:
            items.ended_by_somebody = True
        return found


def given_back(memory: Memory, taken: list[tuple[int, Items, int]], residues: dict[int, Any]) -> tuple[Any, ...]:
    """The residues of a call's operands, once the items that it took have gone back to their generators."""
    for i, items, start in reversed(taken):
        put(memory, items, start, residues[i])
        residues[i] = 0.0
        back(memory, items, start)
    return tuple(residues.values())


def opened(site: Operation, values: list[Any]) -> list[Callable[[Memory], None]]:
    """Put the items of starred generators in place of these, as lists; gives what undoes each.

    They are taken from left to right before anything is called, so that what the call does is undone first, and then
    what the generator on the right did.
    """
    if not site.stars or site.op == "dict":
        return []
    found = []
    for i in sorted(site.stars):
        if type(values[i]) is Items and values[i].noting is not None:
            values[i], undo = listed(values[i])
            found.append(undo)
    return found


def listed(items: Items) -> tuple[list[Any], Callable[[Memory], None]]:
    """The items of a generator that are left, and what gives their cotangents back to it."""
    taking = Taking([items], (0,))
    start = items.state()[0]
    made = noted(list(items))
    taking.ended_by_call()

    def undo(memory: Memory) -> None:
        rewound(memory, items)
        put(memory, items, start, withdraw(memory, made, 0.0))
        back(memory, items, start)

    return made.container, undo
