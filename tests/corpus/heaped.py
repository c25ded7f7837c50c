"""Heaps and queues of numbers that a function makes and fills: lists that `heapq` orders, deques, sorted lists."""

import collections
import heapq

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(6),), tags="heapq list loop while")
def merged_two_by_two(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    total = 0.0
    while len(heap) > 1:
        a = heapq.heappop(heap)
        b = heapq.heappop(heap)
        total += a * b
        heapq.heappush(heap, a + b)
    return total + heap[0]


@program(args=(vec(5), num()), tags="heapq list literal branch loop")
def heap_of_numbers_of_several_kinds(x, k):
    heap = [3, x[0] * 4.0, k, 2.5]
    last = heap[-1]
    heapq.heapify(heap)
    total = heap[0] * last
    for i in range(4):
        if i % 2 == 0:
            total = total + heapq.heapreplace(heap, x[i] * total) * heap[1]
        else:
            total = total * heapq.heappushpop(heap, x[i] + k)
    return total + sum([h * (i + 1) for i, h in enumerate(heap)])


@program(args=(vec(5),), tags="heapq tuple while dict")
def shortest_way(w):
    graph = {"a": {"b": w[0], "c": w[1] * 3.0}, "b": {"c": w[2], "d": w[3] * 4.0}, "c": {"d": w[4]}, "d": {}}
    found, waiting = {}, [(0.0, "a")]
    while waiting:
        length, at = heapq.heappop(waiting)
        if at in found:
            continue
        found[at] = length
        for to, step in graph[at].items():
            heapq.heappush(waiting, (length + step * step, to))
    return found["d"] * found["b"]


@program(args=(vec(5),), tags="heapq alias loop store")
def heap_with_another_name(x):
    heap = [v * 2.0 for v in x]
    same, rest = heap, heap[1:]
    heapq.heapify(heap)
    same[2] = x[0] * same[0]
    heapq.heapify(rest)
    return heapq.heappop(heap) * rest[0] + same[0] * len(rest) + same[1]


@program(args=(vec(6), num()), tags="deque loop branch")
def taken_from_both_ends(x, k):
    line = collections.deque([x[0]], maxlen=4)
    total = 0.0
    for i, v in enumerate(x):
        line.append(v * line[0])
        if i % 2:
            line.appendleft(k * v)
            total += line.pop() * len(line)
        else:
            total += line.popleft() * k
    line.append(total)
    return sum(line) * line[-1]


@program(args=(vec(6),), tags="list pop append while branch")
def taken_from_the_end(x):
    stack, total = [], 1.0
    for v in x:
        stack.append(v * total)
        while len(stack) > 2:
            a, b = stack.pop(), stack.pop()
            stack.append(a * b)
            total += a
    first = stack.pop(0)
    stack.clear()
    stack.append(first * total)
    return stack[0] + total


@program(args=(vec(5), num()), tags="list sort reverse loop")
def sorted_in_place(x, k):
    items = [k, x[0] * 3.0, x[1] * x[2], x[3] - 4.0]
    first = items[0]
    items.sort()
    items.reverse()
    total = items[0] * first
    for i, v in enumerate(items):
        total += v * x[i] * i
    return total


@program(args=(vec(4),), tags="list sort key reverse")
def sorted_in_place_by_a_key(x):
    items = [v - 1.0 for v in x]
    items.sort(key=lambda v: -v * v, reverse=True)
    return np.sum(np.array(items) * np.arange(4.0))
