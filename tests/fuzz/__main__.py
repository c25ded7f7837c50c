"""`python -m tests.fuzz --budget 60 --seed 1 --features all`: checks generated programs for so many seconds."""

from __future__ import annotations

import argparse
import collections
import gc
import signal
import statistics
import sys
import time
import traceback
from typing import Any

from tests.corpus.harness import Api
from tests.fuzz.check import Outcome, check, reaching_alias_store, shrunk
from tests.fuzz.choices import Random
from tests.fuzz.features import parse
from tests.fuzz.program import Generated, forget, generate

FORGET_EVERY = 500


class Figures:
    """What is counted."""

    def __init__(self) -> None:
        self.status: collections.Counter[str] = collections.Counter()
        self.reasons: collections.Counter[str] = collections.Counter()
        self.constructs: collections.Counter[str] = collections.Counter()
        self.sizes: list[int] = []
        self.distinct: set[str] = set()
        self.alias = self.smooth = 0
        self.wrong: list[tuple[int, Generated, Outcome]] = []

    def add(self, seed: int, program: Generated, outcome: Outcome) -> None:
        self.status[outcome.status] += 1
        if outcome.reason:
            self.reasons[f"{outcome.status}: {outcome.reason}"] += 1
        if outcome.status == "wrong":
            self.wrong.append((seed, program, outcome))
        if outcome.status == "discarded":
            return
        self.distinct.add(program.digest)
        self.sizes.append(program.statements())
        self.constructs.update(program.tags)
        self.smooth += outcome.smooth
        self.alias += reaching_alias_store(program)

    def report(self, seconds: float, features: frozenset[str]) -> str:
        made = sum(self.status.values())
        kept = max(len(self.sizes), 1)
        share = lambda n, of=kept: f"{n} ({100 * n / max(of, 1):.1f} %)"  # noqa: E731
        lines = [
            f"{made} programs in {seconds:.0f} s ({made / seconds:.0f} a second), {len(self.distinct)} distinct",
            f"discarded {share(self.status['discarded'], made)}, refused {share(self.status['refused'])}, "
            f"right {share(self.status['right'])}, wrong {self.status['wrong']}",
            f"statements: median {statistics.median(self.sizes or [0])}, largest {max(self.sizes or [0])}",
            f"a store through a view or alias reaches the result in {share(self.alias)}",
            f"held against differences as well: {share(self.smooth)}",
        ]
        lines += ["reasons:"] + [f"  {n:6} {reason}" for reason, n in self.reasons.most_common(25)]
        rare = {tag: self.constructs[tag] for tag in features}
        lines += ["constructs, the rarest first:"]
        texts = [f"{tag} {100 * n / kept:.1f} %" for tag, n in sorted(rare.items(), key=lambda item: item[1])]
        lines += ["  " + ", ".join(texts[i : i + 6]) for i in range(0, len(texts), 6)]
        return "\n".join(lines)


def transforms(only: str = "") -> Api:
    """dualad's transforms, or those named only."""
    import dualad

    wanted = only.split(",") if only else ["vjp", "jvp", "grad", "value_and_grad"]
    names = ("vjp", "jvp", "grad", "value_and_grad")
    return Api(*(getattr(dualad, n) if n in wanted else None for n in names))


def main(argv: list[str]) -> int:
    from dualad.errors import DualadError

    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--budget", type=float, default=60.0, help="seconds")
    options.add_argument("--count", type=int, default=0, help="or so many programs")
    options.add_argument("--seed", type=int, default=0, help="programs seed, seed + 1, ... of this run's own stream")
    options.add_argument("--shard", default="0/1", help="which part of the stream: 0/2 and 1/2 share it")
    options.add_argument("--features", default="all", help="basic, all, +word, -word, with commas between")
    options.add_argument("--size", type=int, default=16, help="at most so many statements in the outermost function")
    options.add_argument("--only", default="", help="transforms to check, vjp,jvp,grad,value_and_grad")
    options.add_argument("--show", type=int, default=-1, help="print the program of this number and stop")
    options.add_argument("--stop", type=int, default=100, help="stop after so many wrong ones")
    options.add_argument("--orders", action="store_true", help="check second derivatives and Jacobians as well")
    options.add_argument("--elsewhere", action="store_true", help="check each function at other arguments as well")
    options.add_argument("--closures", action="store_true", help="check each as a closure, after another of its code")
    options.add_argument("--no-shrink", action="store_true")
    options.add_argument("--refusals", type=int, default=0, help="print so many refused programs")
    given = options.parse_args(argv)
    features, api = parse(given.features), transforms(given.only)
    if given.show >= 0:
        program = generate(Random(f"{given.seed}:{given.show}"), features, given.size)
        print(program.text)
        outcome = check(program, api, differences=True, refused=(DualadError,), **asked_for(given))
        print(outcome.status, outcome.reason)
        if outcome.error is not None:
            traceback.print_exception(outcome.error)
        return int(outcome.status == "wrong")
    figures, started = Figures(), time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(given, figures, started, features, api)
    except KeyboardInterrupt:  # what was checked until then is reported all the same
        pass
    print(figures.report(max(time.monotonic() - started, 1e-9), features))
    return int(bool(figures.wrong))


def run(given: Any, figures: Figures, started: float, features: Any, api: Any) -> None:
    """Check programs until the budget is spent, as many are checked, or too many are wrong."""
    from dualad.errors import DualadError

    shard, shards = map(int, given.shard.split("/"))
    number, shown = shard, 0
    kinds: collections.Counter[str] = collections.Counter()  # of each kind of failure two are shown
    while True:
        spent = time.monotonic() - started
        if (given.count and number >= given.count) or (not given.count and spent > given.budget):
            break
        choices = Random(f"{given.seed}:{number}")
        program = generate(choices, features, given.size)
        differences = number // shards % 5 < 3
        outcome = check(program, api, differences=differences, refused=(DualadError,), **asked_for(given))
        figures.add(number, program, outcome)
        if outcome.status == "refused" and shown < given.refusals:
            shown += 1
            print(f"--- refused, number {number}:\n{program.text}\n{outcome.error}\n")
        if outcome.status == "wrong":
            kind = outcome.reason[:60]
            if kinds[kind] < 2:
                show_wrong(given, number, choices, program, outcome, features, api)
            kinds[kind] += 1
            if len(figures.wrong) >= given.stop:
                break
        forget(f"<fuzz {program.digest}>")
        number += shards
        if (number // shards) % FORGET_EVERY == 0:
            drop_caches()


def asked_for(given: Any) -> dict[str, bool]:
    """What is checked besides first derivatives."""
    return {"orders": given.orders, "elsewhere": given.elsewhere, "closures": given.closures}


def drop_caches() -> None:
    import dualad

    dualad.clear_cache()
    gc.collect()


def show_wrong(
    given: Any, number: int, choices: Random, program: Generated, outcome: Outcome, features: frozenset[str], api: Api
) -> None:
    from dualad.errors import DualadError

    print(f"=== wrong: seed {given.seed}, number {number}: {outcome.reason}")
    smallest = program
    if not given.no_shrink:
        refused = (DualadError,)
        smallest = shrunk(choices.record, features, given.size, api, refused, outcome.reason, **asked_for(given))
    again = check(smallest, api, differences=True, refused=(DualadError,), **asked_for(given))
    print(smallest.text)
    print(f"arguments: {smallest.make()!r}")
    print(f"{again.status}: {again.reason}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
