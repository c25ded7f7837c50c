"""Fixtures that hold for every test: a test that leaves state behind fails, and says what it left."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from dualad import registry

settings.register_profile("dualad", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("dualad")

gc.set_threshold(100_000, 20, 50)  # syntax trees are made and dropped by the thousand: a seventh of the time went there

TABLES = ("_primitives", "_methods", "_attributes")


def registered() -> dict[str, dict[Any, Any]]:
    """The registry's tables as they are now."""
    return {name: dict(getattr(registry, name)) for name in TABLES}


def changes(before: dict[str, dict[Any, Any]], after: dict[str, dict[Any, Any]]) -> list[str]:
    """What differs between two states of the registry, other than dualad's own rules, which load when first met."""
    found = []
    for name in TABLES:
        old, new = before[name], after[name]
        if old == new:
            continue
        found += [f"{p.name} was removed or replaced" for key, p in old.items() if new.get(key) is not p]
        found += [f"{p.name} was added" for key, p in new.items() if key not in old and not is_own(p)]
    return found


def is_own(primitive: Any) -> bool:
    """Whether a primitive is stated by dualad itself."""
    rules = [rule for rule in (*primitive.rules, *primitive.jvps) if rule is not None]
    if rules:
        return all(str(getattr(rule, "__module__", "")).startswith("dualad.") for rule in rules)
    return not str(getattr(primitive.fn, "__module__", "")).startswith(("tests", "examples", "test_", "__main__"))


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    """Fail a test that changes the registry, leaves a forward level open, or changes NumPy's or Python's settings."""
    tables, settings_before = registered(), process_settings()
    random_state = np.random.get_state()
    yield
    np.random.set_state(random_state)
    leaks = changes(tables, registered())
    leaks += [f"{name} was {old}, now {settings_after}" for name, old, settings_after in differing(settings_before)]
    leaks += open_levels()
    assert not leaks, "the test leaks state: " + "; ".join(leaks)


def process_settings() -> dict[str, Any]:
    """Settings of NumPy and Python that a library has no business changing."""
    return {
        "np.geterr()": np.geterr(),
        "np.geterrcall()": np.geterrcall(),
        "np.getbufsize()": np.getbufsize(),
        "the recursion limit": sys.getrecursionlimit(),
        "sys.gettrace()": sys.gettrace(),
    }


def differing(before: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Name, old and new value of the settings that changed."""
    after = process_settings()
    return [(name, old, after[name]) for name, old in before.items() if after[name] != old]


def open_levels() -> list[str]:
    """Levels of forward mode that were entered and never left."""
    levels = sys.modules.get("dualad.forward.levels")
    return [] if levels is None else [f"{level} is still open" for level in (*levels.live, *levels.storing)]
