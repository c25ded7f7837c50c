"""Functions beside the computation: clocks, streams of text, callbacks, beside globals that are followed."""

import functools
import io
import time
import warnings

import numpy as np

from tests.corpus.base import num, program, vec

OUT = io.StringIO()
SCALE = 1.0


def rescale(v):
    global SCALE
    SCALE = v


class Watch:
    """Leaves the time of the last call in itself."""

    def __call__(self, fn):
        @functools.wraps(fn)
        def timed(*args):
            self.started = time.perf_counter()
            result = fn(*args)
            OUT.write(f"{time.perf_counter() - self.started}")
            return result

        return timed


@Watch()
def squared(v):
    return v * v


@program(args=(vec(3),), tags="clock stream decorator object", complex_ok=True)
def timed_function(x):
    return np.sum(squared(x) * squared(x[0]))


@program(args=(vec(3),), tags="clock stream global callee callback")
def clocks_and_streams_beside_globals(x):
    def told(name, v):
        OUT.write(f"{name} {v}")
        OUT.flush()

    rescale(x[0] * x[1])
    started = time.monotonic()
    for v in x:
        told("item", v)
        rescale(SCALE * v)
    result = SCALE * x[2] + (time.monotonic() < started)
    rescale(1.0)
    return result


def deprecated(since):
    def wrap(f):
        message = f"{f.__name__} is old since {since}"

        @functools.wraps(f)
        def inner(*args):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.warn(message, DeprecationWarning, stacklevel=2)
            return f(*args)

        return inner

    return wrap


@program(args=(vec(3), num()), tags="closure warning loop branch")
def warnings_of_what_was_captured(x, k):
    square = deprecated(x[0])(lambda v: v * v)
    s = 0.0
    for i in range(3):
        if k > -9.0:
            s += square(x[i]) * k
    return s
