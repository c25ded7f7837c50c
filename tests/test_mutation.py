"""The faults that mutation testing plants: each is a change of the text, and still Python."""

import ast
import collections

from tests.mutation import ROOT, drawn, mutated, sites

FILE = "reverse/statements.py"


def test_every_fault_changes_one_place():
    original = ast.unparse(ast.parse((ROOT / "dualad" / FILE).read_text()))
    by_fault = {}
    for site in sites(FILE):
        by_fault.setdefault(site.fault, site)
    assert len(by_fault) >= 8
    for site in by_fault.values():
        text = mutated(site)
        compile(text, FILE, "exec")
        before, after = original.splitlines(), text.splitlines()
        assert collections.Counter(before) != collections.Counter(after) or before != after, site


def test_sites_are_drawn_by_seed():
    first, everything = drawn(20, 1, "reverse/b")
    again, _ = drawn(20, 1, "reverse/b")
    other, _ = drawn(20, 2, "reverse/b")
    assert first == again != other and everything > 200
