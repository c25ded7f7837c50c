"""`import dualad` loads nothing that only differentiating needs."""

import subprocess
import sys
import types

import numpy as np
import pytest

import dualad
import dualad.rules  # which says who states rules
from dualad import loading, registry
from dualad.analysis.inplace import OF_GENERATORS

PROGRAM = """
import sys
import numpy
before = set(sys.modules)
import dualad
print(*sorted(set(sys.modules) - before))
"""


def loaded_by(program):
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def run_for_words(program):
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [set(part.split()) for part in run.stdout.split("then")]


def test_import_loads_the_bare_minimum():
    new = loaded_by(PROGRAM)
    assert {name for name in new if name.startswith("dualad")} == {"dualad", "dualad.errors"}
    assert not new & {"gast", "inspect", "ast", "dis", "scipy", "numba"}
    assert len(new) < 6, f"importing dualad loads {sorted(new)}"


GRADIENT = """
import sys
import numpy as np
before = set(sys.modules)
import dualad

@dualad.grad
def f(x):
    y = np.tanh(x)
    for i in range(len(y)):
        y[i] *= x[i]
    return np.sum(y)

f(np.ones(3))
print(*sorted(set(sys.modules) - before))
"""


def test_a_gradient_loads_no_generators_of_random_numbers(tmp_path):
    (tmp_path / "program.py").write_text(GRADIENT)
    new = loaded_by(f"import runpy; runpy.run_path({str(tmp_path / 'program.py')!r})")
    assert "dualad.transforms" in new
    assert not {"numpy.random", "random", "numpy.fft"} & new


RULES = """
import sys
import numpy as np
import dualad.rules
from dualad import registry

registry.lookup(np.sin)
print(*sys.modules)
registry.lookup(np.{asked})
print("then", *sys.modules)
"""


@pytest.mark.parametrize(
    ("asked", "files"),
    [("fft.rfft", {"fourier"}),
        ("linalg.norm", {"linalg", "decompositions", "norms", "eigen", "leastsquares", "hermitian"})],
)
def test_rules_of_parts_of_numpy_are_loaded_when_one_is_met(asked, files):
    at_first, then = run_for_words(RULES.format(asked=asked))
    assert not {f"dualad.rules.{name}" for name in files} & at_first
    assert {f"dualad.rules.{name}" for name in files} <= then
    assert "dualad.rules.ufuncs" in at_first


def test_methods_of_generators_are_known_by_name():
    methods = {name for name in dir(np.random.Generator) if not name.startswith("_")}
    assert methods <= OF_GENERATORS | {"f"}


def test_public_names_are_there_and_listed():
    for name in dualad.__all__:
        assert getattr(dualad, name) is not None
        assert name in dir(dualad)


def test_unknown_name_is_an_attribute_error():
    assert not hasattr(dualad, "no_such_name")


def test_typed():
    from importlib import resources

    assert resources.files("dualad").joinpath("py.typed").is_file()


def test_rules_of_functions_of_ours_are_there_whichever_is_met_first():
    """Functions of ours stand for Python's in the code of users."""
    for package in ("numpy", "builtins"):
        loading.load(package)
    stated = {p.fn for p in registry.primitives() if isinstance(p.fn, types.FunctionType)}
    named = {fn for fn in stated if getattr(sys.modules[fn.__module__], fn.__name__, None) is fn}
    ours = {(fn.__module__, fn.__name__) for fn in named if fn.__module__.startswith("dualad.")}
    ours = {(module, name) for module, name in ours if ".rules." not in module}
    first = dict(sorted(ours))
    assert len(first) > 5
    for module, name in first.items():
        program = (
            "import importlib, dualad.transforms\nfrom dualad import registry\n"
            f"print(registry.lookup(getattr(importlib.import_module({module!r}), {name!r})) is not None)"
        )
        assert loaded_by(program) == {"True"}, f"{module}.{name} has no rule when it is met first"
