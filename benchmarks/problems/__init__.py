"""The problems of the comparison: a file a problem, in plain Python and NumPy, written from the published mathematics.

Each file has

* `program(*args)`, the function to differentiate, as a user of NumPy writes it;
* `ARGNUMS`, the arguments in which it is differentiated;
* `SIZES`, for each size the numbers that `arguments(*numbers)` makes the arguments from;
* `by_hand(*args)`, its gradient as a careful person writes it who applies the derivative rules statement by statement
  from the last to the first: results are shared, nothing that is not needed is computed, but the program keeps its own
  representation and no closed form is known;
* `by_hand_out(*args)`, the same person's code where buffers that are dead are written again through `out=` and in
  place; absent where a program holds scalars only.

A file may also have

* `functional(*args)`, the same program without stores into arrays, for systems that do not take these;
* `jax_program(*args)`, the program as a user of JAX writes it, with `scan` and its kin;
* `KIND`, "jacobian" where the whole Jacobian is asked for instead of a gradient;
* `BARRED = False` where the comparison with the adjoint by hand is reported only.

Other systems run `functional`, or `program`, with the names `np` and `math` bound to their own functions.
"""

from __future__ import annotations

import importlib
from types import ModuleType

NAMES = (
    "gmm",
    "lstm",
    "ode",
    "determinant",
    "least_squares",
    "logsumexp",
    "mlp",
    "heat",
    "black_scholes",
    "nbody",
    "newton",
    "bundle",
    "bundle_loop",
    "hand_tracking",
    "logistic",
    "kmeans",
    "particle",
    "saddle",
    "rosenbrock",
    "lotka_volterra",
)


def load(name: str) -> ModuleType:
    """The module of a problem."""
    return importlib.import_module(f"{__name__}.{name}")
