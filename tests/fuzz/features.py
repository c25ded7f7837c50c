"""What generated programs may be made of; each word can be switched off."""

from __future__ import annotations

# What reverse mode supports from the start.
BASIC = frozenset(
    """
    augmented if if-else elif ifexp boolop chained for-range for-vector for-rows for-enumerate for-zip for-reversed
    for-list while while-true break continue return-early loop-else tuple starred swap store-int store-slice
    store-mask store-integers store-wide store-augmented array-augmented
    helper helper-loop helper-return recursion keyword numpy-join where maximum matmul reductions cast-int global
    """.split()
)

# What comes with the rest of the language.
WIDE = frozenset(
    """
    alias view view-2d zero-d closure closure-store nonlocal lambda callee-store callee-alias
    list list-append list-store list-pop comprehension list-of-arrays dict dict-store dict-items deciding
    object object-store operator object-iter method with try match walrus del out repeats rows-store varargs assert
    generator generator-store generator-closure
    """.split()
)

# What a program draws on only sometimes, and then much: each of these lines together.
THEMES = tuple(
    frozenset(line.split())
    for line in """
    int-array int-store int-gather floor-div astype argsort
    bool-array mask-store mask-times copyto-where where-keyword
    float32 float32-store mixed-precision
    complex complex-store complex-part complex-part-store
    namedtuple dataclass dataclass-store dataclass-replace
    partial reduce map filter default-array closure-factory counter handed
    add-at copyto fill sort put put-along
    swap-elements tuple-store starred-store chained-store loop-into-item
    newaxis ellipsis empty-slice negative-step broadcast-store broadcast-to transpose reshape-view
    list-slice list-slice-store list-del list-order list-into-array
    dict-merge dict-update dict-pop dict-setdefault dict-values
    """.strip().splitlines()
)
MORE = frozenset().union(*THEMES) | {"finally", "return-nested", "for-enumerate-zip"}

ALL = BASIC | WIDE | MORE


# Programs of their own (`calls.py`).
CALLS = frozenset(
    """
    call-plain call-global call-method call-keyword call-default call-star call-partial call-table call-inner
    call-inside call-try call-loop call-branch
    """.split()
)


SETS = {"basic": BASIC, "wide": WIDE, "more": MORE, "all": ALL, "calls": CALLS}


def parse(text: str) -> frozenset[str]:
    """`basic`, `wide`, `more`, `all`, and words with a plus or minus: `basic,+closure,-while`."""
    chosen: set[str] = set()
    for raw in text.split(","):
        word = raw.strip()
        if word in SETS:
            chosen |= SETS[word]
            continue
        sign, name = (word[0], word[1:]) if word[:1] in "+-" else ("+", word)
        if name not in ALL:
            raise ValueError(f"no feature is called {name!r}; there are {' '.join(sorted(ALL))}")
        chosen = chosen | {name} if sign == "+" else chosen - {name}
    return frozenset(chosen)
