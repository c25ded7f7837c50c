"""The functions of `itertools`, written in Python: reverse mode differentiates these instead.

They take items when the originals take them: what is stored in between is seen.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any

_MISSING: Any = type("Missing", (), {})  # a class: nothing that can change


def chained(*iterables: Any) -> Iterator[Any]:
    """`itertools.chain`."""
    for iterable in iterables:
        yield from iterable


def chained_within(iterables: Any) -> Iterator[Any]:
    """`itertools.chain.from_iterable`."""
    for iterable in iterables:
        yield from iterable


def starmapped(function: Callable[..., Any], iterable: Any) -> Iterator[Any]:
    """`itertools.starmap`."""
    for items in iterable:
        yield function(*items)


def accumulated(iterable: Any, func: Callable[[Any, Any], Any] = operator.add, *, initial: Any = None) -> Iterator[Any]:
    """`itertools.accumulate`."""
    found = _MISSING
    if initial is not None:
        found = initial
        yield found
    for item in iterable:
        found = item if found is _MISSING else func(found, item)
        yield found


def paired(iterable: Any) -> Iterator[Any]:
    """`itertools.pairwise`."""
    before = _MISSING
    for item in iterable:
        if before is not _MISSING:
            yield before, item
        before = item


def taken_while(predicate: Callable[[Any], Any], iterable: Any) -> Iterator[Any]:
    """`itertools.takewhile`."""
    for item in iterable:
        if not predicate(item):
            return
        yield item


def dropped_while(predicate: Callable[[Any], Any], iterable: Any) -> Iterator[Any]:
    """`itertools.dropwhile`."""
    dropping = True
    for item in iterable:
        if dropping and predicate(item):
            continue
        dropping = False
        yield item


def sliced(iterable: Any, *bounds: Any) -> Iterator[Any]:
    """`itertools.islice`."""
    cut = slice(*bounds)
    start = 0 if cut.start is None else operator.index(cut.start)
    stop = None if cut.stop is None else operator.index(cut.stop)
    step = 1 if cut.step is None else operator.index(cut.step)
    if start < 0 or step < 1 or (stop is not None and stop < 0):
        raise ValueError("the bounds of islice() must be None or integers that are not negative, and its step positive")
    end = None if stop is None else max(start, stop)  # what comes before the start is taken, too
    items = iter(iterable)
    i = 0
    while end is None or i < end:
        item = next(items, _MISSING)
        if item is _MISSING:
            return
        if i >= start and (i - start) % step == 0:
            yield item
        i += 1


def selected(data: Any, selectors: Any) -> Iterator[Any]:
    """`itertools.compress`."""
    for item, wanted in zip(data, selectors, strict=False):
        if wanted:
            yield item


def filtered_out(function: Callable[[Any], Any] | None, iterable: Any) -> Iterator[Any]:
    """`itertools.filterfalse`."""
    for item in iterable:
        if not (item if function is None else function(item)):
            yield item


def counted(start: Any = 0, step: Any = 1) -> Iterator[Any]:
    """`itertools.count`."""
    while True:
        yield start
        start = start + step


def cycled(iterable: Any) -> Iterator[Any]:
    """`itertools.cycle`."""
    kept = []
    for item in iterable:
        kept.append(item)
        yield item
    while kept:
        yield from kept


def repeated(value: Any, times: int | None = None) -> Iterator[Any]:
    """`itertools.repeat`."""
    i = 0
    while times is None or i < times:
        yield value
        i += 1


def teed(iterable: Any, n: int = 2) -> tuple[Any, ...]:
    """`itertools.tee`."""
    items = iter(iterable)
    pool: list[Any] = []
    return tuple([taken_in_turn(items, pool) for _ in range(n)])


def taken_in_turn(items: Iterator[Any], pool: list[Any]) -> Iterator[Any]:
    """Items that others take too: those that somebody has taken are in the pool."""
    i = 0
    while True:
        if i == len(pool):
            item = next(items, _MISSING)
            if item is _MISSING:
                return
            pool.append(item)
        yield pool[i]
        i += 1


def zipped_longest(*iterables: Any, fillvalue: Any = None) -> Iterator[Any]:
    """`itertools.zip_longest`."""
    sources = [iter(items) for items in iterables]
    going = [True] * len(sources)
    while True:
        row = []
        for i in range(len(sources)):
            item = next(sources[i], _MISSING) if going[i] else _MISSING
            if item is _MISSING:
                going[i] = False
                item = fillvalue
            row.append(item)
        if True not in going:
            return
        yield tuple(row)


def grouped(iterable: Any, key: Callable[[Any], Any] | None = None) -> Iterator[Any]:
    """`itertools.groupby`."""
    items = iter(iterable)
    item = next(items, _MISSING)
    if item is _MISSING:
        return
    # The next item, its key, whether there is one, and how many groups have begun: earlier ones have ended.
    ahead = [item, item if key is None else key(item), True, 0]
    while ahead[2]:
        now = ahead[1]
        ahead[3] += 1
        group = group_of(items, ahead, key, now, ahead[3])
        yield now, group
        for _ in group:  # what nobody took
            pass


def group_of(
    items: Iterator[Any], ahead: list[Any], key: Callable[[Any], Any] | None, now: Any, number: int
) -> Iterator[Any]:
    """The items of one group of `itertools.groupby`."""
    while ahead[2] and ahead[3] == number and ahead[1] == now:
        yield ahead[0]
        item = next(items, _MISSING)
        if item is _MISSING:
            ahead[2] = False
        else:
            ahead[0] = item
            ahead[1] = item if key is None else key(item)


def all_places(*pools: list[Any]) -> list[tuple[int, ...]]:
    """A place in each of some lists, in every way (which no derivative goes through)."""
    return list(itertools.product(*[range(len(pool)) for pool in pools]))


# These fill their pools when they are called, and make their tuples one by one.


def crossed(*iterables: Any, repeat: int = 1) -> Iterator[Any]:
    """`itertools.product`."""
    return crossed_pools([[*items] for items in iterables] * repeat)


def crossed_pools(pools: list[list[Any]]) -> Iterator[Any]:
    """The tuples of `itertools.product`."""
    for places in all_places(*pools):
        yield tuple([pool[i] for pool, i in zip(pools, places, strict=True)])


def combined(iterable: Any, r: int) -> Iterator[Any]:
    """`itertools.combinations`."""
    return combined_pool([*iterable], r)


def combined_pool(pool: list[Any], r: int) -> Iterator[Any]:
    """The tuples of `itertools.combinations`."""
    for places in itertools.combinations(range(len(pool)), r):
        yield tuple([pool[i] for i in places])


def combined_again(iterable: Any, r: int) -> Iterator[Any]:
    """`itertools.combinations_with_replacement`."""
    return combined_pool_again([*iterable], r)


def combined_pool_again(pool: list[Any], r: int) -> Iterator[Any]:
    """The tuples of `itertools.combinations_with_replacement`."""
    for places in itertools.combinations_with_replacement(range(len(pool)), r):
        yield tuple([pool[i] for i in places])


def permuted(iterable: Any, r: int | None = None) -> Iterator[Any]:
    """`itertools.permutations`."""
    return permuted_pool([*iterable], r)


def permuted_pool(pool: list[Any], r: int | None) -> Iterator[Any]:
    """The tuples of `itertools.permutations`."""
    for places in itertools.permutations(range(len(pool)), r):
        yield tuple([pool[i] for i in places])


def batched(iterable: Any, n: int, *, strict: bool = False) -> Iterator[Any]:
    """`itertools.batched`."""
    if n < 1:
        raise ValueError("n must be at least one")
    items = iter(iterable)
    batch: list[Any] = []
    while True:
        item = next(items, _MISSING)
        if item is _MISSING:
            break
        batch = [*batch, item]
        if len(batch) == n:
            yield tuple(batch)
            batch = []
    if batch and strict:
        raise ValueError("batched(): incomplete batch")
    if batch:
        yield tuple(batch)


INNER = (taken_in_turn, group_of, crossed_pools, combined_pool, combined_pool_again, permuted_pool)
"""Generators that some of these make."""

OF_ITERTOOLS: dict[Any, Callable[..., Any]] = {
    itertools.accumulate: accumulated,
    itertools.chain: chained,
    itertools.chain.from_iterable: chained_within,
    itertools.combinations: combined,
    itertools.combinations_with_replacement: combined_again,
    itertools.compress: selected,
    itertools.count: counted,
    itertools.cycle: cycled,
    itertools.dropwhile: dropped_while,
    itertools.filterfalse: filtered_out,
    itertools.groupby: grouped,
    itertools.islice: sliced,
    itertools.pairwise: paired,
    itertools.permutations: permuted,
    itertools.product: crossed,
    itertools.repeat: repeated,
    itertools.starmap: starmapped,
    itertools.takewhile: taken_while,
    itertools.tee: teed,
    itertools.zip_longest: zipped_longest,
    **{fn: batched for fn in [getattr(itertools, "batched", None)] if fn is not None},  # from Python 3.12 on
}
