"""Which dicts become variables: those of one set of literal keys that nobody sees as a whole."""

from __future__ import annotations

import pytest

from dualad import source
from dualad.reverse import programs
from dualad.syntax import core
from tests.corpus import dict_variables


def displays(fn):
    """How many dicts a function still displays when it has been lowered."""
    body = programs.program(fn).function.body
    return sum(isinstance(stmt, core.Bind) and stmt.op == "dict" for stmt in core.walk(body))


STAYING = [
    ("state_of_a_simulation", 0),
    ("dict_of_arrays_that_a_loop_makes", 0),
    ("items_that_are_one_array", 0),
    ("counter_in_a_dict", 0),
    ("dict_that_is_left_half_way", 0),
    ("dicts_that_others_see", 3),
    ("dicts_whose_keys_change", 3),
    ("dicts_that_are_bound_here_or_there", 3),
    ("containers_in_a_dict", 2),
]


@pytest.mark.parametrize(("name", "count"), STAYING)
def test_dicts_that_nobody_sees_are_variables(name, count):
    assert displays(getattr(dict_variables, name)) == count


def test_the_emitted_code_names_them():
    text = source(dict_variables.state_of_a_simulation, 1.0, 2.0)
    assert "state_p" in text
    assert "add_slot" not in text
