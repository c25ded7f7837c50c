"""Generated sources are as they were when they were last looked at; `python -m tests.test_golden` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dualad
from tests.golden.programs import PROGRAMS

FOLDER = Path(__file__).parent / "golden"


def generated(name: str) -> str:
    fn, argnums, args = PROGRAMS[name]
    return dualad.source(dualad.grad(fn, argnums=argnums), *args)


@pytest.mark.parametrize("name", PROGRAMS)
def test_generated_source_is_as_reviewed(name: str) -> None:
    assert generated(name) == (FOLDER / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", PROGRAMS)
def test_generated_source_is_the_same_each_time(name: str) -> None:
    first = generated(name)
    dualad.clear_cache()
    assert generated(name) == first


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_line_is_dead(name: str) -> None:
    """Every name that is bound is read somewhere."""
    text = generated(name)
    for bound in set(re.findall(r"^\s+(\w+) = ", text, re.MULTILINE)):
        assert len(re.findall(rf"\b{bound}\b", text)) > 1, f"{bound} is bound and never read in\n{text}"


if __name__ == "__main__":
    for each in PROGRAMS:
        (FOLDER / f"{each}.txt").write_text(generated(each))
