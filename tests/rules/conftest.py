"""Fixtures of the tests of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import dualad
from dualad import registry


@pytest.fixture
def state() -> Iterator[Callable[..., Any]]:
    """States a primitive as `dualad.primitive` does, until the test has ended."""
    made = []

    def stated(fn: Any, *rules: Any, **ways: Any) -> Any:
        made.append(fn)
        return dualad.primitive(fn, *rules, **ways)

    yield stated
    for fn in made:
        registry.remove(fn)
