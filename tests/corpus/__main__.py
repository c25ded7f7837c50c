"""`python -m tests.corpus [words]`: runs the programs whose names or tags hold the words; prints what came of each."""

from __future__ import annotations

import collections
import sys
import traceback

import dualad
from dualad.errors import DualadError
from tests.corpus import PROGRAMS
from tests.corpus.harness import (
    Api,
    Case,
    check_agreement,
    check_forward,
    check_joint,
    check_reverse_alone,
    check_smooth,
)


def main(words: list[str]) -> int:
    api = Api(dualad.vjp, dualad.jvp, dualad.grad, dualad.value_and_grad)
    stages = (
        ("smooth", check_smooth),
        ("forward", lambda case: check_forward(case, api)),
        ("reverse", lambda case: check_reverse_alone(case, api)),
        ("agree", lambda case: check_agreement(case, api)),
        ("joint", lambda case: check_joint(case, api)),
    )
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    failed = 0
    for name, p in PROGRAMS.items():
        if not all(w in name or w in p.tags for w in words):
            continue
        for which in range(len(p.sets)):
            case = Case(p.fn, lambda p=p, which=which: p.make(which), p.smooth, p.complex_ok, p.ints_active, p.rtol)
            for stage, check in stages:
                status = {"smooth": "right", "forward": p.forward}.get(stage, p.reverse)
                try:
                    check(case)
                    came = "right"
                except DualadError as error:
                    came = "refused" if status != "right" else "refused but should be right"
                    text = f"{type(error).__name__}: {error}"
                except AssertionError as error:
                    came, text = "WRONG", str(error)
                except Exception as error:  # whatever is not dualad's own is a failure
                    where = traceback.extract_tb(error.__traceback__)[-1]
                    came, text = "ERROR", f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
                counts[stage, came] += 1
                if came not in ("right", "refused"):
                    failed += 1
                    print(f"{name}-{which} [{status}] {stage}: {came}: {text.splitlines()[0][:300] if text else ''}")
    for (stage, came), n in sorted(counts.items()):
        print(f"{stage:8} {came:28} {n}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
