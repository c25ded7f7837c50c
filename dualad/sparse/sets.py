"""Sets of inputs, by number.

Set 0 is empty, sets 1 to n are the inputs, and each further one is the union of earlier ones, its *children*. Nothing
is joined as sets are made: a union of two arrays of sets, element by element, costs a few passes over the arrays. Which
inputs each set holds is found once, at the end, from the sets that are asked for downwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Ids = np.ndarray[Any, Any]

_LOOSE = 4
"""How many times larger than when it was last freed of duplicates a list of pairs may grow."""


_SHALLOW = 4
"""Up to which depth of unions duplicates are taken out once, at the end: there are sixteen times as many at most."""


class Sets:
    """The table of sets of one run of a function.

    Example:
        >>> table = Sets(3)
        >>> both = table.union(np.array([1, 2]), np.array([2, 3]))
        >>> [row.tolist() for row in table.members(both)]
        [[0, 0, 1, 1], [0, 1, 1, 2]]
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self._next = inputs + 1
        self._depth = np.zeros(max(2 * self._next, 64), np.int32)
        self._counts: list[Any] = []
        self._children: list[Any] = []

    def _made(self, counts: Ids, children: Ids, depth: Any) -> Ids:
        """New sets, each the union of as many consecutive children as `counts` says."""
        first, self._next = self._next, self._next + len(counts)
        if self._next > len(self._depth):
            larger = np.zeros(2 * self._next, np.int32)
            larger[:first] = self._depth[:first]
            self._depth = larger
        self._depth[first : self._next] = depth
        self._counts.append(counts)
        self._children.append(children)
        return np.arange(first, self._next)

    def union(self, a: Ids, b: Ids) -> Ids:
        """The union of two arrays of sets, element by element."""
        if a is b:
            return a
        if a.shape != b.shape:
            a, b = np.broadcast_arrays(a, b)
        new = (a != b) & (a != 0) & (b != 0)
        if not new.any():
            return np.where(a == 0, b, a)
        if new.all():
            left, right, found = a.ravel(), b.ravel(), None
        else:
            left, right, found = a[new], b[new], np.where(a == 0, b, a)
        pairs = np.empty((left.size, 2), np.int64)
        pairs[:, 0], pairs[:, 1] = left, right
        depth = np.maximum(self._depth.take(left), self._depth.take(right)) + 1
        made = self._made(np.full(left.size, 2), pairs.ravel(), depth)
        if found is None:
            return made.reshape(a.shape)
        found[new] = made
        return found

    def joined(self, rows: Ids) -> Ids:
        """The union of each row of sets along the last axis."""
        if rows.shape[-1] == 1:
            return rows[..., 0]
        if rows.shape[-1] == 2:
            return self.union(rows[..., 0], rows[..., 1])
        flat = rows.reshape(-1, rows.shape[-1]) if rows.size else np.zeros((int(np.prod(rows.shape[:-1])), 0), np.int64)
        row, _ = np.nonzero(flat)
        return self.gathered(row, flat[flat != 0], len(flat)).reshape(rows.shape[:-1])

    def gathered(self, places: Ids, children: Ids, size: int) -> Ids:
        """For each place under `size` the union of the sets that are listed with it; `places` are in order."""
        found = np.zeros(size, np.int64)
        if not children.size:
            return found
        counts = np.bincount(places, minlength=size)
        here = counts > 0
        starts = (np.cumsum(counts) - counts)[here]
        depth = np.maximum.reduceat(self._depth[children], starts) + 1
        found[here] = self._made(counts[here], children, depth)
        return found

    def cumulated(self, rows: Ids) -> Ids:
        """Along the last axis, the union of each set with all before it."""
        found = np.empty_like(rows)
        total = np.zeros(rows.shape[:-1], np.int64)
        for i in range(rows.shape[-1]):
            total = self.union(total, rows[..., i])
            found[..., i] = total
        return found

    def everything(self, ids: Ids) -> Any:
        """One set that is the union of all sets of an array."""
        present = np.unique(ids)
        present = present[present != 0]
        if present.size < 2:
            return np.int64(present[0] if present.size else 0)
        return self.gathered(np.zeros(present.size, np.int64), present, 1)[0]

    def members(self, ids: Ids) -> tuple[Ids, Ids]:
        """Which inputs (counted from 0) the sets of a vector hold: rows and columns of all pairs, rows in order."""
        counts = np.concatenate([np.zeros(self.inputs + 1, np.int64), *self._counts])
        children = np.concatenate([np.zeros(0, np.int64), *self._children])
        rows = np.flatnonzero(ids)
        found = ids[rows]
        deepest = int(self._depth[found].max(initial=0))
        if deepest <= _SHALLOW and all(c.size == 0 or c.min() == 2 == c.max() for c in self._counts):
            return self._members_of_pairs(rows, found, children.reshape(-1, 2), deepest)
        starts = np.cumsum(counts) - counts
        seen = max(len(rows), 1024)
        for depth in range(deepest, 0, -1):
            here = np.flatnonzero(self._depth.take(found) == depth)
            if not here.size:
                continue
            parents, owners = found.take(here), rows.take(here)
            first, number = starts.take(parents), counts.take(parents)
            if number.max() == 2 == number.min():
                parts, owned = [children.take(first), children.take(first + 1)], [owners, owners]
            else:
                ends = np.cumsum(number)
                places = np.arange(ends[-1]) + np.repeat(first - (ends - number), number)
                parts, owned = [children.take(places)], [np.repeat(owners, number)]
            if here.size < found.size:
                rest = np.ones(found.size, bool)
                rest[here] = False
                parts.append(found[rest])
                owned.append(rows[rest])
            found, rows = np.concatenate(parts), np.concatenate(owned)
            if len(rows) > _LOOSE * seen:
                rows, found = _distinct(rows, found, self._next)
                seen = max(len(rows), 1024)
        return _distinct(rows, found - 1, self.inputs)

    def _members_of_pairs(self, rows: Ids, found: Ids, pairs: Ids, deepest: int) -> tuple[Ids, Ids]:
        """`members`, where all unions are of two sets, and too few deep for many duplicates."""
        for _ in range(deepest):
            joined = found > self.inputs
            of_pairs, single = np.flatnonzero(joined), np.flatnonzero(~joined)
            parts = pairs.take(found.take(of_pairs) - (self.inputs + 1), axis=0).reshape(-1)
            owners = np.repeat(rows.take(of_pairs), 2)
            found = np.concatenate([parts, found.take(single)])
            rows = np.concatenate([owners, rows.take(single)])
        return _distinct(rows, found - 1, self.inputs)


def _distinct(rows: Ids, columns: Ids, size: int) -> tuple[Ids, Ids]:
    """Pairs without duplicates, in order of rows."""
    bits = size.bit_length()
    keys = rows << bits
    keys |= columns
    if len(keys) and keys.max() < 2**31:
        keys = keys.astype(np.int32)  # which are sorted in half the time
    keys.sort()
    if len(keys):
        new = np.empty(len(keys), bool)
        new[0] = True
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
        keys = keys.compress(new).astype(np.int64)
    return keys >> bits, keys & ((1 << bits) - 1)
