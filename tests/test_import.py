"""`import dualad` loads nothing that only differentiating needs."""

import subprocess
import sys

import dualad

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


def test_import_loads_the_bare_minimum():
    new = loaded_by(PROGRAM)
    assert {name for name in new if name.startswith("dualad")} == {"dualad", "dualad.errors"}
    assert not new & {"gast", "inspect", "ast", "dis", "scipy", "numba"}
    assert len(new) < 6, f"importing dualad loads {sorted(new)}"


def test_public_names_are_there_and_listed():
    for name in dualad.__all__:
        assert getattr(dualad, name) is not None
        assert name in dir(dualad)


def test_unknown_name_is_an_attribute_error():
    assert not hasattr(dualad, "no_such_name")


def test_typed():
    from importlib import resources

    assert resources.files("dualad").joinpath("py.typed").is_file()
