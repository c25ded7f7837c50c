"""Arrays of lists that a function is given, gathered in lists of its own which grow and are stored into."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import mat, num, program, vec

WEIGHTS = [mat(3, 3), mat(3, 3)]
OFFSETS = [vec(3), vec(3)]


@program(args=(WEIGHTS, OFFSETS, vec(3)), tags="list append zip loop array")
def layers_gathered_from_lists(weights, offsets, x):
    first, second = [], []
    for w, b in zip(weights, offsets, strict=True):
        first.append(w)
        second.append(b)
    for i in range(len(first)):
        x = np.tanh(first[i] @ x + second[i])
    return np.sum(x**2)


@program(args=(WEIGHTS, vec(3)), tags="list append alias store array loop")
def given_array_twice_in_a_list(weights, x):
    held = []
    for w in weights:
        held.append(w)
        held.append(w)
    held[1] = held[0] @ held[2]
    for i in range(4):
        x = np.sin(held[i] @ x)
    return np.sum(x) + np.sum(weights[0] * held[3])


@program(args=(WEIGHTS, vec(3)), tags="list append store into array loop")
def gathered_array_that_is_stored_into(weights, x):
    held = []
    for w in weights:
        held.append(w * 1.0)
        held.append(w)
    held[0][1] = x
    held[1] = held[0] * held[2]
    return np.sum(held[0] @ held[1]) + np.sum(weights[0] @ x)


@program(args=([vec(3), vec(3)], vec(3)), tags="list append augmented array alias loop")
def gathered_array_that_is_added_to(rows, x):
    held = []
    for row in rows:
        held.append(row)
    for i in range(2):
        row = held[i]
        row += x * (i + 1)
    return np.sum(rows[0] * held[1]) + rows[1][0] * x[1]


@program(args=([vec(3), vec(3)], vec(3)), tags="list conditional alias append store array")
def given_list_or_one_made_here(rows, x):
    own = [x * 2.0]
    both = rows if x[0] > 5.0 else own
    both.append(x)
    own.append(rows[0])
    both[0] = own[1] * x
    return np.sum(own[0] * rows[1]) + np.sum(own[2])


@program(args=([vec(3), vec(3)], vec(3)), tags="list store parameter array append alias")
def given_list_that_is_stored_into_beside_its_own(rows, x):
    own = []
    for row in rows:
        own.append(row)
    rows[0] = own[1] * x
    own[1] = rows[0] * rows[1]
    return np.sum(own[0] * own[1]) + np.sum(rows[0])


@program(args=([num(), num(), num()], 3), tags="list enumerate store loop integers")
def stored_by_numbers_of_a_list_that_grew(xs, n):
    places, values = [], []
    for x in xs:
        places.append(len(values))
        values.append(x)
    for _ in range(n):
        for i, a in enumerate(places):
            for b in places:
                if a != b:
                    values[a] = values[a] + 0.1 * (i + 1) * values[b]
    return values[0] * values[1] + values[2]
