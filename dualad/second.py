"""Products with a Hessian by source: tangents written beside the emitted gradient's statements, no dual numbers.

All columns of a Hessian are found in the same way, many at once: tangents are stacks there (see `reverse.stacks`).
That is done where emitted code goes by rules of dualad's own and calls nothing of the user's. A first call is held
against dual numbers running through the gradient, and the way is left where the two differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import forms, stacked, tree
from dualad.analysis import kinds
from dualad.errors import DualadError
from dualad.reverse import engine
from dualad.reverse.emitted import Form
from dualad.reverse.joint import is_finite
from dualad.reverse.programs import Variant, program
from dualad.reverse.quiet import quietly
from dualad.reverse.tangents import Pushed, pushed
from dualad.reverse.variants import variant

GRADIENT = Form("grad")
LIMIT = 8  # functions of tangents for one gradient
Args = tuple[Any, ...]


def product(f: Any, primals: Args, tangents: Args, argnums: Any, usual: Callable[[], Any]) -> Any:
    """The tangent of a gradient, of arguments by position; by `usual` where this way does not serve."""
    several = type(argnums) is tuple
    positions = argnums if several else (argnums,)
    if len(primals) != len(tangents) or not all([stacked.is_like(x, t) for x, t in zip(primals, tangents)]):
        return usual()
    chosen = gradient(f, primals, positions)
    return usual() if chosen is None else product_by(chosen, primals, tangents, argnums, usual)


def product_by(chosen: Variant, primals: Args, tangents: Args, argnums: Any, usual: Callable[[], Any]) -> Any:
    """The tangent of an emitted gradient, along tangents like the arguments (None where one does not move)."""
    several = type(argnums) is tuple
    positions = argnums if several else (argnums,)
    moving = tuple([i for i, t in enumerate(tangents) if _moves(t)])
    known = chosen.second.setdefault(moving, [])
    for candidate in known:
        if candidate is None:
            return usual()
        if candidate.guard(*primals):
            made = _made(candidate, primals, tangents, moving, positions)
            return usual() if made is None else made if several else made[0]
    wanted = usual()
    if moving and len(known) < LIMIT:
        known.insert(0, _tried(chosen, primals, tangents, moving, positions, wanted if several else (wanted,)))
        if known[0] is False:
            del known[0]
    return wanted


def gradient(f: Any, primals: Args, positions: tuple[Any, ...]) -> Variant | None:
    """The emitted gradient of a function, if all that it calls is dualad's own."""
    if not stacked.is_plain_call(f, primals, positions):
        return None
    found = program(f)
    if found.simple != len(primals):
        return None
    names = tuple([found.params[p] for p in positions])
    chosen = variant(found, primals, names, GRADIENT, True, engine.Sites)
    return chosen if chosen.own else None


Columns = Callable[[list[Any]], Any]
"""Makes a Hessian of its columns: for each leaf of the arguments an array with all directions along its first axis."""


def columns(
    f: Any, primals: Args, positions: tuple[Any, ...], inputs: list[forms.Form], made: Columns, usual: Callable[[], Any]
) -> Any:
    """A Hessian, many columns at once, in arguments by position; by `usual` where this way does not serve."""
    if not all(stacked.is_plain(leaf) for form in inputs for leaf in form.leaves):
        return usual()
    chosen = gradient(f, primals, positions)
    if chosen is None:
        return usual()
    known = chosen.second.setdefault(("columns", positions), [])
    for candidate in known:
        if candidate is None:
            return usual()
        if candidate.guard(*primals):
            found = _stacked(candidate, primals, inputs)
            if found is not None and candidate.doubtful:
                wanted = usual()
                candidate.doubtful = candidate.doubtful - 1 if _holds_zeros(primals) else 0
                if not stacked.is_close(made(found), wanted):
                    known[:] = [None if other is candidate else other for other in known]
                return wanted
            return usual() if found is None else made(found)
    wanted = usual()
    if len(known) < LIMIT:
        known.insert(0, None)
        again = _pushed(chosen, primals, positions, many=True)
        found = None if again is None else _stacked(again, primals, inputs)
        if again is not None and found is not None and stacked.is_close(made(found), wanted):
            known[0] = again
            again.doubtful = DOUBTS if _holds_zeros(primals) else 0
    return wanted


DOUBTS = 2
"""As often is a Hessian held against dual numbers once more, where zeros may have hidden that it is another one."""


def _holds_zeros(primals: Args) -> bool:
    return any([not np.all(leaf) for leaf in tree.leaves(primals) if isinstance(leaf, float | np.ndarray)])


def _stacked(found: Pushed, primals: Args, inputs: list[forms.Form]) -> Any:
    """The columns, for each leaf of the arguments; None where they are not to be had in this way."""
    return stacked.columns(found, lambda: primals, inputs, inputs if len(inputs) > 1 else inputs[0])


def _pushed(chosen: Variant, primals: Args, moving: tuple[int, ...], *, many: bool = False) -> Pushed | None:
    """The emitted gradient's function of tangents; None where there is none."""
    again = program(chosen.emitted.without_reuse())
    given = {name: kinds.of(x, name) for name, x in zip(again.params, primals, strict=True)}
    try:
        found = pushed(again, given, tuple([again.params[i] for i in moving]), many=many)
    except DualadError:
        return None
    if chosen.emitted.noisy:
        found.call = quietly(found.call)
    return found


def _tried(
    chosen: Variant, primals: Args, tangents: Args, moving: tuple[int, ...], positions: tuple[int, ...], wanted: Args
) -> Any:
    """The function of tangents; None where there is none or it gives something else, False where that is not known."""
    found = _pushed(chosen, primals, moving)
    if found is None:
        return None
    made = _made(found, primals, tangents, moving, positions)
    if made is None:
        return False
    return found if stacked.is_close(made, wanted) else None


def _made(found: Pushed, primals: Args, tangents: Args, moving: tuple[int, ...], positions: tuple[int, ...]) -> Any:
    """The products, one for each position; None where one is not finite, and strong zeros are needed."""
    given = (*primals, *[tangents[i] for i in moving])
    try:
        raws = found.call(*given)
    except Exception:  # the function's own, which it raises again; or a number of Python's that is divided by zero
        return None
    if len(positions) == 1:
        raws = (raws,)
    if not is_finite(raws):
        return None
    made = []
    for k, position in enumerate(positions):
        x = primals[position]
        raw, lone = forms.take(raws, k)
        if type(x) is np.ndarray:
            if lone and type(raw) is np.ndarray and raw.base is None and raw.dtype is x.dtype and raw.shape == x.shape:
                made.append(raw)
            else:
                made.append(forms.finish_leaf(raw, forms.Leaf(np.ndarray, x.dtype, x.shape), False))
        else:
            made.append(forms.Form(x).finish(raw))
    return tuple(made)


def _moves(t: Any) -> bool:
    """Whether a tangent is not zero."""
    cls = type(t)
    if cls is np.ndarray:
        return t.size > 0 and (t.item(0) != 0.0 or bool(t.any()))
    if cls is float:
        return t != 0.0
    if cls is dict:
        return any(map(_moves, t.values()))
    return t is not None and any(map(_moves, t))
