"""Lists, integers and empty arrays for functions with several results, by sums of terms, or by powers."""

from __future__ import annotations

import pytest

from tests.rules import variants

NAMES = (
    "sici0", "shichi0", "ellipj01", "mathieu_modcem12", "chndtr012", "ncfdtr0123", "nctdtr012", "chndtrinc012",
    "powm101",
)  # fmt: skip
CALLS = {call.name: call for call in variants.of_special() if call.name in NAMES}


@pytest.mark.parametrize("variant", ["list", "integers", "empty"])
@pytest.mark.parametrize("name", NAMES)
def test_right_or_refused(name, variant) -> None:
    assert not list(variants.problems(CALLS[name], variant))
