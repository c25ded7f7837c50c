"""One test for all rows of a subject, since what a runner does around each test takes longer than most of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def grouped(rows: Iterable[Any], key: Callable[[Any], str]) -> Callable[[Callable[[Any], None]], Callable[..., None]]:
    """Parametrize a check of one row by groups of rows that have the same key.

    All rows of a group are tried; what is raised says which failed.
    """
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)

    def decorate(check: Callable[[Any], None]) -> Callable[..., None]:
        def test(rows: list[Any]) -> None:
            check_all(check, rows)

        test.__name__, test.__qualname__, test.__doc__ = check.__name__, check.__qualname__, check.__doc__
        test.__module__ = check.__module__
        return pytest.mark.parametrize("rows", [*groups.values()], ids=[*groups])(test)

    return decorate


def check_all(check: Callable[[Any], None], rows: list[Any]) -> None:
    """Check each of some rows, and raise what was raised of any, with the row that it was raised of."""
    failures = []
    for row in rows:
        try:
            check(row)
        except Exception as failure:
            failure.add_note(f"of the row {row}")
            failures.append(failure)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(rows)} rows", failures)
