"""Every public name of NumPy has a class; what is differentiable has a rule and a row, what is refused is refused."""

from __future__ import annotations

import cmath
import math
import runpy
from pathlib import Path

import numpy as np
import pytest

from dualad import registry
from dualad.errors import Unsupported
from dualad.forward import attach
from dualad.forward.levels import new_level
from dualad.forward.protocols import call_numpy
from dualad.reverse import engine
from dualad.rules import outside, refusals
from tests.rules.test_rules import ROWS

ROOT = Path(__file__).resolve().parents[2]
DOCS = runpy.run_path(str(ROOT / "docs" / "make_rules.py"))
NAMES = [(label, owner, name) for label, (owner, names) in DOCS["modules"]().items() for name in names]


def primitive_of(owner, name):
    if owner is np.ndarray:
        return registry.lookup_method(name) or registry.lookup_attribute(name)
    return registry.lookup(getattr(owner, name))


def test_every_public_name_has_a_class() -> None:
    assert not [f"{label}.{name}" for label, owner, name in NAMES if DOCS["classified"](owner, name, label) is None]


def test_what_is_differentiable_has_a_row() -> None:
    tried = {id(r.primitive) for r in ROWS}
    lacking = [
        f"{label}.{name}"
        for label, owner, name in NAMES
        if DOCS["classified"](owner, name, label) == ("differentiable", "")
        and id(primitive_of(owner, name)) not in tried
    ]
    assert not lacking


@pytest.mark.parametrize("module", [math, cmath], ids=lambda m: m.__name__)
def test_every_function_of_numbers_is_stated(module) -> None:
    functions = (getattr(module, name) for name in dir(module) if not name.startswith("_"))
    assert not [f for f in functions if callable(f) and registry.lookup(f) is None]


def test_what_does_not_apply_has_no_rule() -> None:
    for label, owner, name in NAMES:
        if name in outside.of(label):
            value = getattr(owner, name)
            assert not callable(value) or registry.lookup(value) is None, name


def refused_functions():
    for name in refusals.REASONS:
        found = getattr(np.lib.stride_tricks if name == "as_strided" else np, name, None)
        if found is not None:
            yield found
    for ufunc in DOCS["ufuncs"]():
        if ufunc.nin == 2 and ufunc.nout == 1 and ufunc.signature is None:
            yield from (getattr(ufunc, name) for name, kind in DOCS["methods"](ufunc) if kind == "refused")


@pytest.mark.parametrize("function", list(refused_functions()), ids=registry.display_name)
def test_what_is_refused_is_refused(function) -> None:
    with pytest.raises(Unsupported, match="no derivative rule"):
        engine.split(function, (np.ones(3),), {}, (0,))
    if function is np.frombuffer or function is np.lib.stride_tricks.as_strided:
        return  # forward mode follows it
    with new_level() as level, pytest.raises(Unsupported, match="no derivative rule"):
        call_numpy(function, (attach(np.ones(3), np.ones(3), level),), {})


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    version = ".".join(np.__version__.split(".")[:2])
    if f"NumPy {version} " in page:
        assert DOCS["page"]().strip() == page.strip(), "run `python docs/make_rules.py`"
