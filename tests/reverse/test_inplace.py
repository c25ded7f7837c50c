"""What the text of functions tells of changes in place."""

import numpy as np

from dualad.analysis.inplace import changes, changing_methods


def calling(f):
    return lambda a: f(a)


def halved(a):
    a *= 0.5
    return a


def half(a):
    out = np.empty(len(a))
    out[:] = a * 0.5
    total = 0.0
    for v in out:
        total += v
    return out


class Both:
    def __init__(self, a):
        self.a = a

    def __len__(self):
        return len(half(self.a))

    @property
    def halved(self):
        return halved(self.a)

    def scale(self):
        self.a *= 2.0


def test_closures_of_one_code_differ_by_what_they_capture():
    assert not changes(calling(half))
    assert changes(calling(halved))
    assert not changes(calling(half))


def test_only_methods_that_nobody_calls_by_name_count():
    assert changing_methods(Both) == {"halved"}
