"""The page of SciPy's functions is what the registry says, and what is not on it is refused."""

from __future__ import annotations

import inspect
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import dualad
from dualad.errors import Unsupported

ROOT = Path(__file__).resolve().parents[3]
PAGE = runpy.run_path(str(ROOT / "docs" / "make_scipy.py"))
CLASSES = {name: PAGE["classified"](name) for name in PAGE["MODULES"]}


def test_page_is_up_to_date() -> None:
    text = (ROOT / "docs" / "scipy.md").read_text(encoding="utf-8")
    assert text.strip() == PAGE["page"]().strip(), "run `python docs/make_scipy.py`"


@pytest.mark.parametrize("module", CLASSES)
def test_what_has_no_rule_is_refused_in_both_modes(module: str) -> None:
    x = np.ones((2, 2))
    functions = [p.fn for p in CLASSES[module]["refused"].values()]
    functions += [fn for fn in CLASSES[module][""].values() if inspect.isfunction(fn)]
    for fn in functions:
        with pytest.raises(Unsupported, match="derivative"):
            dualad.jvp(fn, (x,), (x,))
        with pytest.raises(Unsupported, match="derivative"):
            dualad.vjp(fn, x)


def test_reasons_are_of_functions_that_there_are() -> None:
    from dualad.rules.scipy.refusals import MODULES, REASONS

    for package, reasons in REASONS.items():
        known = set(PAGE["public"](MODULES.get(package, package)))
        for names in reasons:
            assert set(names.split()) <= known, set(names.split()) - known


def test_scipy_is_not_imported_by_its_rules_names() -> None:
    program = (
        "import sys, dualad, numpy as np\n"
        "dualad.grad(np.sum)(np.ones(2)), dualad.vjp(np.sin, np.ones(2))\n"
        "assert not any(m.split('.')[0] == 'scipy' for m in sys.modules), 'scipy is imported'\n"
        "import scipy.fft\n"
        "dualad.vjp(scipy.fft.dct, np.ones(2))\n"
        "assert 'dualad.rules.scipy.fft' in sys.modules and 'dualad.rules.scipy.solving' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
