"""One array is one object by whatever name it goes: what copies, lists and tables of identities make of it."""

from __future__ import annotations

import bisect
import copy
import heapq

import numpy as np

from tests.corpus.base import built, num, program, vec
from tests.corpus.given import cleared


class Grid:
    def __init__(self, values):
        self.values = values
        self.flipped = values[::-1]
        self.rows = [np.asarray(values), self.flipped]


@program(args=(vec(4), num()), more=[(vec(5), 0.7)], tags="object copy alias store")
def deep_copy_of_an_array_held_twice(v, x):
    first = Grid(v)
    second = copy.deepcopy(first)
    second.rows[0][1] = x * second.values[0]
    second.values *= x
    return second.values * second.rows[0] + first.values


@program(args=(vec(4), num()), tags="object copy view alias store")
def deep_copy_of_a_view_held_twice(v, x):
    second = copy.deepcopy(Grid(v))
    whole = second.flipped.reshape(2, 2).ravel()
    second.rows[1][2] = x * v[0]
    again = copy.copy(v[::-1]).reshape(-1)
    again[0] = x
    return whole * second.values + again


@program(args=(vec(4), num()), tags="copy alias buffer store loop branch")
def deep_copies_of_buffers_in_a_loop(v, x):
    total = x
    for i in range(3):
        buffer = np.zeros(4)
        buffer[:] = v * (i + x)
        if i != 1:
            held = copy.deepcopy([np.asarray(buffer), buffer, np.real(buffer), np.atleast_1d(buffer)])
            held[i % 2][1] = total * v[2]
            held[3] *= x
            total = total * 0.5 + held[0] @ v + held[2][1]
    return total


@program(args=(vec(4), num()), tags="identity dict list loop branch")
def tables_of_identities(v, x):
    kept, total = {id(v): 2.0}, x
    for part in (np.asarray(v), v * x, v.conj(), np.squeeze(v)):
        if total < 50.0:
            total = total * kept.get(id(part), 3.0) + part[0]
            buffer = np.zeros(4)
            buffer[:] = part
            names = [np.asanyarray(buffer), part]
            total = total + names.index(buffer) + (1.0 if [np.ascontiguousarray(buffer)] == [buffer] else x)
            names.remove(buffer)
            total = total + names[0].sum() * (2.0 if np.broadcast_arrays(buffer, part)[0] is buffer else x)
    return total


@program(args=(vec(4), num()), tags="heap sorted list buffer alias store while branch")
def heaps_of_buffers(v, x):
    heap, total = [], x
    for i in range(3):
        buffer = np.zeros(2)
        buffer[:] = v[i] * (i + x)
        heapq.heappush(heap, (float(3 - i), buffer))
    last = heap[0][1]
    while heap:
        order, buffer = heapq.heappop(heap)
        if order < 2.5:
            buffer[1] = total * order
            last[0] += x
        total = total * 0.5 + buffer[0] * buffer[1]
        if order > 2.5:
            heapq.heapify(heap)
    return total


@program(args=(vec(4), num()), tags="sorted list buffer store loop branch")
def buffers_in_order(v, x):
    ordered, places = [], [3.0, 1.0, 2.0]
    for i, place in enumerate(places):
        buffer = np.zeros(3)
        buffer[:] = v[i] * x
        bisect.insort(ordered, (place, buffer))
        if i == 1:
            ordered[0][1][0] = v[3]
    largest = heapq.nlargest(1, ordered)[0][1]
    largest[1] *= v[1]
    return ordered[0][1] * ordered[1][1] + ordered[2][1]


@program(args=(vec(3), vec(3), num()), tags="broadcast alias store loop branch")
def broadcast_together_and_stored_into(u, v, x):
    for i in range(2):
        buffer = np.zeros(3)
        buffer[:] = u * x
        if i == 1:
            one, other = np.broadcast_arrays(buffer, v * x)
            one[0] = v[1] * x
            other[1] = one[0]
            u = buffer * other
    return u


@program(args=(built(cleared), built(cleared), vec(3)), tags="object class array alias store")
def one_array_of_a_class_by_two_arguments(a, b, x):
    cleared()
    u = a.cells
    b.cells[:] = x
    y = u * x
    b.cells[:] = 2.0 * x
    return np.sum(y * u)


@program(args=(vec(3),), tags="object class array alias store loop branch")
def one_array_of_a_class_of_objects_made_elsewhere(x):
    total, made = 0.0, [cleared() for _ in range(2)]
    for k in range(3):
        u = made[0].cells
        if k != 1:
            made[1].cells[:] = x * (k + 1.0)
            y = u * x
            made[1].cells[0] = y[1]
            total = total + np.sum(y * u)
    return total
