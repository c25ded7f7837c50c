"""Products with a Hessian by differentiating the emitted gradient in reverse once more: no dual numbers, a few times a
gradient.

Hessians are symmetric, so the product is what the gradient's pullback makes of the vector. That is so where all rules
are dualad's own; a first call is held against forward over reverse mode, and the way is left where the two differ.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import forms, registry, sweeps
from dualad.errors import DualadError
from dualad.forward.levels import live, storing
from dualad.reverse import engine
from dualad.reverse.assemble import Form
from dualad.reverse.joint import is_finite
from dualad.reverse.programs import Variant, program
from dualad.reverse.variants import variant

# Helpers that change nothing. Emitted code with others (that add to containers) is left to dual numbers.
PURE = frozenset({"np", "math", "fit", "unbroadcast", "expand", "owned", "like", "zeros_of", "check_scalar"})


def product(f: Any, primals: Any, tangents: Any, usual: Callable[[], Any]) -> Any:
    """The product of the Hessian of a function of one array with an array; by `usual` where this way does not serve."""
    if type(f) is not types.FunctionType or live or storing or sweeps.special:
        return usual()
    if len(primals) != 1 or len(tangents) != 1 or registry.scope() is not None or registry.lookup(f) is not None:
        return usual()
    (x,), (v,) = primals, tangents
    if not (type(x) is type(v) is np.ndarray and x.dtype.kind == "f" and x.dtype is v.dtype and x.shape == v.shape):
        return usual()
    found = program(f)
    if found.simple != 1:
        return usual()
    chosen = variant(found, (x,), found.params, Form("grad"), True, engine.Sites)
    if chosen.second is False or not serves(chosen):
        chosen.second = False
        return usual()
    if chosen.second is not None and chosen.second.guard(x):
        mine = _pulled(chosen.second, x, v)
        return usual() if mine is None else mine
    wanted = usual()
    chosen.second = _tried(chosen, x, v, wanted)
    return wanted


def _tried(chosen: Variant, x: Any, v: Any, wanted: Any) -> Any:
    """The variant that gives the emitted gradient's pullback; False where it fails, or differs from what is wanted."""
    try:
        again = program(chosen.emitted.call)
        found = variant(again, (x,), again.params, Form("vjp", strong=True), False, engine.Sites)
        mine = _pulled(found, x, v)
    except DualadError:
        return False
    if mine is None:
        return None
    same = np.allclose(mine, wanted, rtol=1e-7, atol=1e-9 * np.max(np.abs(wanted), initial=0.0))
    return found if same and serves(found) else False


def serves(chosen: Variant) -> bool:
    """Whether emitted code calls nothing but NumPy, by rules of dualad's own."""
    return chosen.own and all(name in PURE for name in chosen.emitted.namespace)


def _pulled(found: Variant, x: Any, v: Any) -> Any:
    gradient, pull = found.call(x)
    (product,) = pull(v)
    if not (is_finite(gradient) and is_finite(product)):
        return None
    return forms.finish_leaf(product, forms.Leaf(np.ndarray, x.dtype, x.shape), False)
