"""Lists and objects that hold other things when the reverse sweep comes back than when they were read or stored."""

import numpy as np

from tests.corpus.base import num, program, vec


class Link:
    def __init__(self, value, following=None):
        self.value, self.following = value, following


def links(head):
    while head is not None:
        yield head
        head = head.following


def items_of(held):
    for item in held:
        yield item


@program(args=(vec(2),), tags="generator class attribute list linked")
def list_of_links_cut_after_a_generator(x):
    head = Link(x[0], Link(x[1]))
    s = 0.0
    for link in links(head):
        s = s + link.value * link.value
    head.following = None
    return s * head.value


@program(args=(vec(2),), tags="generator list nested pop")
def list_shortened_after_a_generator(x):
    rows = [[x[0]], [x[1]]]
    s = 0.0
    for held in items_of([rows]):
        s = s + held[0][0] * held[1][0]
    for held in list(items_of([rows])):
        s = s * held[1][0]
    rows.pop()
    return s


@program(args=(vec(2),), tags="store list pop array")
def list_shortened_after_it_was_stored(x):
    row = [x[0], x[1]]
    buf = np.zeros((2, 2))
    buf[0] = row
    buf[1] += row
    row.pop()
    return np.sum(buf**2 * np.array([[1.0, 2.0], [3.0, 4.0]]))


@program(args=(vec(2),), tags="store list nested pop array")
def nested_lists_shortened_after_they_were_stored(x):
    rows = [[x[0], x[1]], [x[1], x[0] * x[1]]]
    box = [rows]
    buf = np.zeros((2, 2))
    buf[:] = rows
    buf[0] += rows[1]
    box[0][1].pop()
    rows[0].clear()
    box[0].pop()
    return np.sum(buf**2 * np.array([[1.0, 2.0], [3.0, 4.0]]))


@program(args=(vec(3),), tags="store list pop array loop branch")
def lists_shortened_in_a_loop(x):
    rows = []
    buf = np.zeros((3, 2))
    for i in range(3):
        rows.append([x[i], x[i] * 2.0])
        buf[i] = rows[-1]
        if i % 2 == 0:
            rows[-1].append(1.0)
            buf[i, 0] *= rows[i].pop(1)
        else:
            buf[i - 1] += rows[i]
            rows[i].pop()
    return np.sum(buf**2)


@program(args=(num(), vec(2)), tags="closure tuple assignment swap captured")
def captured_variable_bound_beside_a_call(x, a):
    def read(t):
        return x * t

    x, b = x * 2.0, sum(map(read, a))
    for i in range(2):
        if i:
            a, x = a * b, read(x)
        else:
            c, x, b = read(1.0), b, read(b)
    return x * b + np.sum(a) * c


@program(args=(num(),), reverse="refused", tags="class array objects store")
def stores_through_an_array_of_objects(a):
    link = Link(1.0)
    held = np.array([link, Link(2.0)], dtype=object)
    held[0].value = a
    return link.value
