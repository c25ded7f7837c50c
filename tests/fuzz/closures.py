"""Programs as closures: all that a module held is captured, and the checked function is the second that is made.

What was emitted for the first one, at other arguments, serves the second where nothing but what it captured differs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Callable
from typing import Any

from tests.corpus.harness import Api, Case, check_agreement, check_joint
from tests.fuzz.program import Generated

FACTORY = "made"


def closed(text: str) -> str:
    """The module with all but its imports inside a function that makes the function f."""
    lines = text.splitlines()
    imports = [line for line in lines if re.match(r"(import|from) ", line)]
    rest = [re.sub(r"^( *)global ", r"\1nonlocal ", line) for line in lines if line not in imports]
    body = [f"    {line}" if line else "" for line in rest]
    return "\n".join([*imports, "", f"def {FACTORY}():", *body, "    return f", "", f"f = {FACTORY}", ""])


def second(make: Callable[[], Callable[..., Any]], program: Generated, api: Api) -> Callable[..., Any]:
    """The second function that is made, after derivatives of the first were taken, here and there."""
    first = make()
    for there in (program, dataclasses.replace(program, seed=program.seed + 1)):
        for check in (check_agreement, check_joint):
            with contextlib.suppress(Exception):  # it is not the first one that is checked
                check(Case(first, there.make, smooth=False), api)
    return make()
