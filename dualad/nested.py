"""Forward and reverse mode of one function as functions that can be differentiated themselves, in both modes.

Both are transforms of their own kind: dual numbers run through them as they are, and their reverse derivatives follow
from the symmetry of second derivatives. With `pull(x, ct) = J(x)^T ct` and `push(x, v) = J(x) v`:

* `push` at `(x, v)`, with cotangents `a` of the value and `b` of the tangent: `pull` at `(x, b)` along `(v, a)`; its
value is
  the cotangent of `v`, its tangent that of `x`.
* `pull` at `(x, ct)`, with a cotangent `w`: the tangent of `pull` along `(w, 0)` is the cotangent of `x`, and `push` at
  `(x, w)` is that of `ct`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad import forms
from dualad.checks import Position
from dualad.transforms import Transformed, jvp, push, vjp


class Push(Transformed):
    """`jvp` of a function: of primals and tangents, two tuples, gives the value and its tangent."""

    verb = "jvp"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        primals, tangents = args
        return jvp(self.fun, primals, tangents)

    __dualad_lifted__ = __call__

    def __dualad_vjp__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]
    ) -> tuple[Any, Callable[[Any], Any]]:
        primals, tangents = forms.snapshot(args)
        y, dy = self(primals, tangents)
        result = forms.Form(y)

        def pull(ct: Any) -> tuple[Any, ...]:
            of_value, of_tangent = (0.0, 0.0) if forms.is_zero(ct) else ct
            moved: dict[Position, Any] = {0: tangents, 1: result.finish(of_value)}
            of_tangents, of_primals = push(Pull(self.fun), (primals, result.finish(of_tangent)), {}, moved)
            found = (forms.raw(of_primals), forms.raw(of_tangents))
            return tuple(found[a] for a in argnums if isinstance(a, int))

        return (y, dy), pull


class Pull(Transformed):
    """`vjp` of a function: of primals, a tuple, and a cotangent of the result gives the cotangents of the primals."""

    verb = "vjp"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        primals, ct = args
        return vjp(self.fun, *primals)[1](ct)

    __dualad_lifted__ = __call__

    def __dualad_vjp__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]
    ) -> tuple[Any, Callable[[Any], Any]]:
        primals, ct = forms.snapshot(args)
        inputs = forms.Form(primals)

        def pull(w: Any) -> tuple[Any, ...]:
            along = inputs.finish(w)
            _, of_primals = push(self, (primals, ct), {}, {0: along})
            _, of_ct = push(self.fun, primals, {}, dict(enumerate(along)))
            found = (forms.raw(of_primals), forms.raw(of_ct))
            return tuple(found[a] for a in argnums if isinstance(a, int))

        return self(primals, ct), pull
