"""What is known of the helpers of emitted code: what they are linear in, what they give."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.analysis import helpers as analysis
from dualad.analysis.calls import is_ours
from dualad.reverse import conforming, gathered, listed, runtime, stated
from dualad.reverse.work import Facts, Work
from dualad.rules import helpers, products, reductions
from dualad.syntax.core import Bind

Places = tuple[int, ...]

LINEAR: dict[Callable[..., Any], Places] = {
    runtime.add: (0, 1),
    runtime.buffer: (0,),
    runtime.expand: (0,),
    runtime.filled: (0,),
    gathered.from_items: (0,),
    gathered.from_unpacked: (0,),
    runtime.joined_part: (0,),
    runtime.merged_part: (0,),
    gathered.unenumerate: (0,),
    gathered.unreversed: (0,),
    gathered.unzip: (0,),
    conforming.fit: (0,),
    conforming.fit_stored: (0,),
    conforming.fit_shape: (0,),
    listed.fit_elements: (0,),
    runtime.item: (0,),
    runtime.kept: (0,),
    conforming.in_floats: (0,),
    conforming.widened: (0,),
    runtime.like: (0,),
    runtime.owned: (0,),
    conforming.unbroadcast: (0,),
    stated.partial_of: (0,),
    stated.cotangent_of: (0,),
    stated.spread: (0,),
    stated.unless_whole: (0,),
    stated.by_element: (0,),
    helpers.expand: (0,),
    helpers.unbroadcast: (0,),
    reductions.extremum_back: (0,),
}
"""Helpers that are linear in these arguments together, while the others stay as they are."""

BILINEAR: dict[Callable[..., Any], Places] = {products.matmul_left: (0, 2), products.matmul_right: (0, 1)}
"""Helpers that are linear in each of these arguments."""

STORING: dict[Any, Places] = {
    builtins.next: (0,),
    runtime.add_at: (0, 2),
    runtime.add_into: (0, 1),
    runtime.add_slot: (0, 2),
    runtime.add_item: (0, 3),
    runtime.moved: (0,),
    runtime.moved_last: (0,),
}
"""Helpers that change their first argument, linear in these together."""

_fn: Callable[..., Any]
for _fn in (runtime.buffer, runtime.moved, runtime.moved_last):
    analysis.state(_fn)
for _fn in (runtime.add_at, runtime.add_into, runtime.add_slot, runtime.add_item):
    analysis.state(_fn)
for _fn in (runtime.joined_part, runtime.merged_part, gathered.unenumerate, gathered.unreversed, gathered.unzip):
    analysis.state(_fn, gives=(0,))
analysis.state(gathered.from_items, like=1, gives=(0,))
analysis.state(gathered.from_unpacked, like=2, gives=(0,))
for _fn in (conforming.fit, conforming.fit_stored, runtime.like, runtime.expand):
    analysis.state(_fn, like=1, gives=(0,))
for _fn in (conforming.in_floats, conforming.widened):  # of another dtype
    analysis.state(_fn)
for _fn in (runtime.owned, runtime.kept, runtime.zeros_of):
    analysis.state(_fn, like=0)
analysis.state(runtime.filled, like=1)
analysis.state(conforming.fit_shape, shape=1, gives=(0,))
analysis.state(conforming.unbroadcast, shape=2, gives=(0,))
analysis.state(runtime.add, gives=(0, 1))
analysis.state(runtime.item, gives=(0,))
analysis.state(helpers.expand, shape=1, gives=(0,))
analysis.state(helpers.unbroadcast, shape=1, gives=(0,))
analysis.state(reductions.extremum_back, like=1)
analysis.state(products.matmul_left, shape=1, gives=(0,))
analysis.state(products.matmul_right, shape=2, gives=(0,))


def still(value: Any) -> Any:
    """A zero tangent of a value: of its structure, arrays in its shape."""
    if isinstance(value, np.ndarray):
        return runtime.zeros_of(value)
    if type(value) in (list, tuple):
        return type(value)([still(v) for v in value])
    if type(value) is dict:
        return {key: still(v) for key, v in value.items()}
    return 0.0


def mirrors(stmt: Bind, facts: Facts, work: Work) -> bool:
    """Whether the tangent shares memory with its operands' exactly where the value does with the operands."""
    if stmt.op == "copy" or (stmt.op == "prim" and stmt.fn is operator.getitem):
        return True
    callee = facts.kinds.callee.get(stmt)
    if callee is None or callee.primitive is None:
        return stmt.op in ("tuple", "list", "dict") or (callee is not None and is_ours(callee.value))
    return callee.primitive.aliases == "yes" or work.target_kind(stmt, stmt.target).immutable
