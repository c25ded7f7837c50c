"""`contextlib.ExitStack`, of managers and callbacks that store into what is differentiated."""

import contextlib
from contextlib import ExitStack

from tests.corpus.base import num, program, vec


class _Doubling:
    def __init__(self, buf, swallows=False):
        self.buf = buf
        self.swallows = swallows

    def __enter__(self):
        self.buf[0] *= 2
        return self.buf

    def __exit__(self, kind, value, trace):
        self.buf[1] *= self.buf[0]
        return self.swallows


@contextlib.contextmanager
def _scaled(buf, k):
    buf *= k
    try:
        yield buf
    finally:
        buf /= k * k


def _multiply(buf, k):
    buf *= k


def _put(buf, k):
    buf[0] = k


@program(args=(vec(3), num()), tags="ExitStack with loop branch callback")
def managers_and_callbacks_on_a_stack(x, k):
    b = x.copy()
    total = 0.0
    with ExitStack() as stack:
        inside = stack.enter_context(_Doubling(b))
        total += inside.sum()
        for i in range(2):
            if i < 2:
                stack.enter_context(_Doubling(b))
        stack.callback(_multiply, b, k)
        total += b[0] * b[1]
    return total + b.sum()


@program(args=(vec(3), num()), tags="ExitStack contextmanager generator callback")
def generators_on_a_stack(x, k):
    b = x.copy()
    total = 0.0
    with contextlib.ExitStack() as stack:
        inside = stack.enter_context(_scaled(b, k))
        total += inside.sum()
        stack.callback(_put, b, total * k)
    return total + b.sum()


@program(args=(vec(3), num()), tags="ExitStack raise swallow pop_all close")
def stacks_that_swallow_and_hand_over(x, k):
    b = x.copy()
    total = 0.0
    with contextlib.ExitStack() as stack:
        stack.enter_context(_Doubling(b, True))
        stack.enter_context(_Doubling(b))
        total += b.sum()
        raise ValueError
    stack = contextlib.ExitStack()
    stack.enter_context(_Doubling(b))
    kept = stack.pop_all()
    stack.close()
    total += b.sum() * k
    kept.close()
    with contextlib.ExitStack() as stack:
        if k > 0:
            stack.enter_context(contextlib.suppress(ZeroDivisionError))
        b[1] = 1 / 0
    return total + b.sum()
