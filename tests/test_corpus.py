"""Every program of the corpus, in both modes, against each other and against differences."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

import dualad
from dualad.reverse import programs
from tests.corpus import PROGRAMS
from tests.corpus.harness import (
    Api,
    Case,
    check_agreement,
    check_forward,
    check_joint,
    check_pullback_pushed,
    check_reverse_alone,
    check_smooth,
)

EACH = [pytest.param(name, which, id=f"{name}-{which}") for name, p in PROGRAMS.items() for which in range(len(p.sets))]
each = pytest.mark.parametrize(("name", "which"), EACH)
API = Api(dualad.vjp, dualad.jvp, dualad.grad, dualad.value_and_grad)


def case_of(name: str, which: int) -> Case:
    p = PROGRAMS[name]
    return Case(p.fn, lambda: p.make(which), p.smooth, p.complex_ok, p.ints_active, p.rtol)


@contextlib.contextmanager
def expected(status: str) -> Iterator[None]:
    """Right, or "refused" by an error of dualad's, or "either". Anything else passes through."""
    try:
        yield
    except dualad.DualadError:
        if status == "right":
            raise
        return
    if status == "refused":
        pytest.fail("the corpus says that this is refused, but it went through: say right instead")


@each
def test_program_is_smooth(name: str, which: int) -> None:
    check_smooth(case_of(name, which))


@each
def test_forward(name: str, which: int) -> None:
    with expected(PROGRAMS[name].forward):
        check_forward(case_of(name, which), API)


@each
def test_reverse(name: str, which: int) -> None:
    with expected(PROGRAMS[name].reverse):
        check_reverse_alone(case_of(name, which), API)


def strictest(name: str) -> str:
    return "right" if PROGRAMS[name].forward == PROGRAMS[name].reverse == "right" else "either"


@each
def test_modes_agree(name: str, which: int) -> None:
    with expected(strictest(name)):
        check_agreement(case_of(name, which), API)


@each
def test_joint_assembly(name: str, which: int) -> None:
    with expected("right" if PROGRAMS[name].reverse == "right" else "either"):
        check_joint(case_of(name, which), API)


@each
def test_unspecialised(name: str, which: int) -> None:
    # Where nothing is known of kinds, stores cannot be told from rebinding and are refused: right or refused.
    with expected("either"), programs.unspecialised():
        check_reverse_alone(case_of(name, which), API)
        check_joint(case_of(name, which), API)


@each
def test_forward_mode_goes_through_pullbacks(name: str, which: int) -> None:
    with expected(strictest(name)):
        check_pullback_pushed(case_of(name, which), API)


def test_corpus_is_wide() -> None:
    assert len(PROGRAMS) >= 180
    assert sum(p.reverse == "right" for p in PROGRAMS.values()) >= 120
