"""Every program of the corpus, in both modes, against each other and against differences."""

from __future__ import annotations

import contextlib
import functools
import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from dualad.reverse import programs
from tests.corpus import PROGRAMS
from tests.corpus.harness import (
    Api,
    Case,
    check_agreement,
    check_forward,
    check_joint,
    check_reverse_alone,
    check_second_order,
    check_smooth,
    input_size,
    scalar_result,
)

ORDER2 = True
EACH = [pytest.param(name, which, id=f"{name}-{which}") for name, p in PROGRAMS.items() for which in range(len(p.sets))]
each = pytest.mark.parametrize(("name", "which"), EACH)
LATER: dict[str, set[str]] = {"forward": set(), "reverse": set()}


def case_of(name: str, which: int) -> Case:
    p = PROGRAMS[name]
    return Case(p.fn, lambda: p.make(which), p.smooth, p.complex_ok, p.ints_active, p.rtol)


@functools.cache
def there(dualad: Any, name: str) -> bool:
    try:
        return hasattr(dualad, name)
    except ImportError:
        return False


def api(*needed: str) -> Api:
    """dualad's transforms; skips where one does not exist yet."""
    dualad = importlib.import_module("dualad")
    for name in needed:
        if not there(dualad, name):
            pytest.skip(f"dualad.{name} is not there yet")
    return Api(*(getattr(dualad, n) if there(dualad, n) else None for n in ("vjp", "jvp", "grad", "value_and_grad")))


@contextlib.contextmanager
def expected(status: str) -> Iterator[dict[str, Any]]:
    """Right, or refused with a dualad error where the status accepts that. Anything else passes through."""
    seen: dict[str, Any] = {"refused": None}
    if status == "right":
        yield seen
        return
    from dualad.errors import DualadError

    try:
        yield seen
    except DualadError as error:
        seen["refused"] = error
    if status == "refused" and seen["refused"] is None:
        pytest.fail("the corpus says that this is refused, but it went through: say right instead")


@each
def test_program_is_smooth(name: str, which: int) -> None:
    check_smooth(case_of(name, which))


@each
def test_forward(name: str, which: int) -> None:
    transforms, status = api("jvp"), PROGRAMS[name].forward
    with expected(status) as seen:
        check_forward(case_of(name, which), transforms)
    if status == "later" and seen["refused"] is None:
        LATER["forward"].add(name)


@each
def test_reverse(name: str, which: int) -> None:
    transforms, status = api("vjp"), PROGRAMS[name].reverse
    with expected(status) as seen:
        check_reverse_alone(case_of(name, which), transforms)
    if status == "later" and seen["refused"] is None:
        LATER["reverse"].add(name)


def strictest(name: str) -> str:
    statuses = {PROGRAMS[name].forward, PROGRAMS[name].reverse}
    return "right" if statuses == {"right"} else "later"


@each
def test_modes_agree(name: str, which: int) -> None:
    transforms = api("vjp", "jvp")
    with expected(strictest(name)):
        check_agreement(case_of(name, which), transforms)


@each
def test_joint_assembly(name: str, which: int) -> None:
    transforms = api("vjp", "grad", "value_and_grad")
    with expected(PROGRAMS[name].reverse if PROGRAMS[name].reverse == "right" else "later"):
        check_joint(case_of(name, which), transforms)


@each
def test_unspecialised(name: str, which: int) -> None:
    transforms = api("vjp", "grad")
    # Where nothing is known of kinds, stores cannot be told from rebinding and are refused: right or refused.
    with expected("later"), programs.unspecialised():
        check_reverse_alone(case_of(name, which), transforms)
        check_joint(case_of(name, which), transforms)


SECOND = [
    pytest.param(name, which, id=f"{name}-{which}")
    for name, p in PROGRAMS.items()
    for which in range(len(p.sets))
    if ORDER2 and p.smooth and input_size(case_of(name, which)) <= 12 and scalar_result(case_of(name, which))
]


@pytest.mark.parametrize(("name", "which"), SECOND)
def test_second_order(name: str, which: int) -> None:
    transforms = api("jvp", "grad")
    with expected(strictest(name)):
        check_second_order(case_of(name, which), transforms)


def test_corpus_is_wide() -> None:
    assert len(PROGRAMS) >= 180
    assert sum(p.reverse == "right" for p in PROGRAMS.values()) >= 120


def test_later_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints how many programs that may still be refused are right already."""
    later = [n for n, p in PROGRAMS.items() if p.reverse == "later"]
    with capsys.disabled():
        print(f"\n[corpus: {len(PROGRAMS)} programs; of {len(later)} that may be refused for now, right: ", end="")
        print(f"forward {len(LATER['forward'])}, reverse {len(LATER['reverse'])}] ", end="")
    assert LATER["reverse"] <= set(later)
