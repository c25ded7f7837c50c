"""The fixture that catches leaks must be able to fail."""

import numpy as np
import pytest

from dualad import registry
from tests import conftest


def thrice(x):
    return 3 * x


def test_a_forgotten_primitive_is_found():
    before = conftest.registered()
    registry.elementwise(thrice, lambda x: 3.0)
    try:
        found = conftest.changes(before, conftest.registered())
    finally:
        registry.remove(thrice)
    assert len(found) == 1
    assert "thrice" in found[0]
    assert conftest.changes(before, conftest.registered()) == []


def test_a_forgotten_constant_is_found():
    before = conftest.registered()
    registry.constant(thrice)
    try:
        assert len(conftest.changes(before, conftest.registered())) == 1
    finally:
        registry.remove(thrice)


def test_a_replaced_rule_is_found():
    registry.lookup(np.sin)
    before = conftest.registered()
    own = before["_primitives"].get(np.sin)
    if own is None:
        pytest.skip("NumPy's rules are not there")
    registry.remove(np.sin)
    try:
        registry.elementwise(np.sin, lambda x: 0.0)
        assert len(conftest.changes(before, conftest.registered())) == 1
    finally:
        registry.remove(np.sin)
        registry.add(own)


def test_rules_that_load_late_are_no_leak():
    registry.lookup(np.cos)
    after = conftest.registered()
    assert conftest.changes({name: {} for name in conftest.TABLES}, after) == [
        f"{p.name} was added" for p in registry.primitives() if not conftest.is_own(p)
    ]
    assert all(conftest.is_own(p) for p in registry.primitives() if p.name.startswith("np."))


def test_numpy_error_state_is_compared():
    before = conftest.process_settings()
    with np.errstate(divide="ignore" if np.geterr()["divide"] != "ignore" else "warn"):
        assert [name for name, *_ in conftest.differing(before)] == ["np.geterr()"]
    assert conftest.differing(before) == []


def test_an_open_level_is_found():
    levels = pytest.importorskip("dualad.forward.levels")
    with levels.new_level():
        assert len(conftest.open_levels()) == 1
    assert conftest.open_levels() == []
