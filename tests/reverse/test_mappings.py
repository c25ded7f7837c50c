"""Objects that say themselves what their keys and items are, where a call or a display takes these."""

import pytest

from dualad import Unsupported, grad


class Mapping:
    """Iterating over it never ends: it has no `__iter__`, and an item for each number."""

    def __init__(self, x):
        self.x = x

    def keys(self):
        return ["a", "b"]

    def __getitem__(self, name):
        return self.x * (1.0 if name == "a" else 2.0)


def total(**named):
    return sum(named.values())


@pytest.mark.parametrize("f", [
    lambda x: total(**Mapping(x)),
    lambda x: sum(dict(**Mapping(x)).values()),
    lambda x: sum(dict(Mapping(x)).values()),
    lambda x: sum({**Mapping(x)}.values()),
])  # fmt: skip
def test_keys_of_objects_with_active_values_are_refused(f):
    assert f(2.0) == 6.0
    with pytest.raises(Unsupported, match="give a dict of them"):
        grad(f)(2.0)


def test_keys_of_other_objects_are_taken():
    assert grad(lambda x: total(**Mapping(2.0)) * x)(3.0) == 6.0
