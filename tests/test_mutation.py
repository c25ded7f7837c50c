"""The faults that mutation testing plants are changes that are still Python, and the script finds them."""

import ast
import collections
import os
import re
import subprocess
import sys

from tests.mutation.faults import drawn, mutated, sites, tree
from tests.mutation.loader import ROOT

FILE = "reverse/statements.py"


def test_every_fault_changes_one_place():
    original = ast.unparse(tree(FILE))
    by_fault = {}
    for site in sites(FILE):
        by_fault.setdefault(site.fault, site)
    assert len(by_fault) >= 12
    for site in by_fault.values():
        text = mutated(site)
        compile(text, FILE, "exec")
        before, after = original.splitlines(), text.splitlines()
        assert collections.Counter(before) != collections.Counter(after) or before != after, site


def test_annotations_and_errors_have_no_faults():
    for file in (FILE, "analysis/kinds.py"):
        for site in sites(file):
            assert not site.text.startswith("raise "), site
            assert "None" not in site.text or site.fault != "widen or narrow", site


def test_sites_are_drawn_by_seed():
    first, everything = drawn(20, 1, "reverse/b")
    again, _ = drawn(20, 1, "reverse/b")
    other, _ = drawn(20, 2, "reverse/b")
    assert first == again != other and everything > 200


def test_the_script_finds_faults():
    options = ["--programs", "8", "--generated", "4", "--count", "6", "--seed", "3", "--only", "reverse/bars.py"]
    command = [sys.executable, "-m", "tests.mutation", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    counts = re.search(r"6 faults of \d+: (\d+) killed, (\d+) survived, (\d+) in cond.*, (\d+) in", done.stdout)
    assert counts is not None, done.stdout
    assert sum(map(int, counts.groups())) == 6 and int(counts[1]) >= 3, done.stdout
