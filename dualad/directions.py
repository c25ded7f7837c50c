"""Products with derivatives that are nowhere stored: along directions, and sums of second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, forms, registry, tree
from dualad.checks import Argnums, Position
from dualad.errors import DualadValueError, Unsupported
from dualad.forward.bundles import unpack
from dualad.forward.spaces import nth
from dualad.held import Held
from dualad.jacobians import DIRECTIONS, units
from dualad.nested import Pull, Push, differentiated_by, parts, spread, swept_once
from dualad.orders import pulled_back
from dualad.passes import push_many
from dualad.reverse.sites import CALLEE
from dualad.swept import Aux, argument, reverse
from dualad.transforms import Derivative, Transformed, jvp, missing, transform


def vhp(f: Callable[..., Any], primals: Any, cotangent: Any, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The product of a vector with a function's Hessian: the cotangent of its gradient, pulled back.

    By the symmetry of second derivatives this is `hvp` in the arguments `argnums`.

    Args:
        f: a function that returns one real number.
        primals: a tuple of its arguments.
        cotangent: the vector, of the structure of `grad(f, argnums)(*primals)`.
        argnums: in which arguments the gradient is taken; the Hessian is square in these.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.

    Returns:
        A tree of the structure of the gradient; with `has_aux` a pair of this and aux.

    Raises:
        DualadTypeError, DualadValueError: as `grad` does, or for a cotangent that does not fit.

    Example:
        >>> import numpy as np
        >>> from dualad import vhp
        >>> vhp(lambda x: np.sum(x**3), (np.array([1.0, 2.0]),), np.array([1.0, 10.0]))
        array([  6., 120.])
    """
    gradient = Derivative(f, argnums, has_aux)
    primals = forms.loaded(checks.require_tuple(primals, "primals", "vhp"))
    positions = gradient._resolved(primals, {})
    result, pull = reverse(gradient, primals, {}, positions)
    result, aux = result if has_aux else (result, None)
    raw = forms.Form(result).cotangent(cotangent, "vhp: cotangent")
    raws = pull([raw, 0.0] if has_aux else raw)
    found = tuple([forms.Form(primals[a]).finish(raw) for a, raw in zip(positions, raws) if isinstance(a, int)])
    product = found if isinstance(argnums, (tuple, list)) else found[0]
    return (product, aux) if has_aux else product


def linearize(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value of a function, and its derivative there as a function from tangents of the arguments to the result's.

    Args:
        f: the function; it may return any tree.
        primals: its arguments.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.

    Returns:
        `(y, push)`, or `(y, push, aux)`. `push(*tangents)` takes a tangent for each argument, of its structure and
        shapes, and returns the tangent of y. It may be called any number of times, and whatever becomes of the
        arguments meanwhile; each call runs the function once on dual numbers.

    Example:
        >>> import numpy as np
        >>> from dualad import linearize
        >>> y, push = linearize(lambda x, k: k * x, np.array([1.0, 2.0]), 3.0)
        >>> push(np.array([1.0, 0.0]), 0.5)
        array([3.5, 1. ])
    """
    checks.require_callable(f, "linearize")
    kept = forms.snapshot(primals)
    checks.require_some_number(f, kept, "linearize")
    y = f(*primals)
    aux = None
    if has_aux:
        checks.require_pair(y, "linearize")
        y, aux = y
    pushed = Pushforward(f, kept, has_aux)
    return (forms.own(y), pushed, aux) if has_aux else (forms.own(y), pushed)


class Pushforward:
    """What `linearize` returns: from tangents of the arguments to that of the result; callable many times."""

    def __init__(self, f: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool) -> None:
        self._f = f
        self._primals = primals
        self._has_aux = has_aux
        self._rules = registry.scope()

    def __repr__(self) -> str:
        return f"<pushforward of {checks.name_of(self._f)}>"

    def __call__(self, /, *tangents: Any) -> Any:
        if len(tangents) != len(self._primals):
            raise DualadValueError(
                f"a pushforward takes one tangent for each argument, {len(self._primals)}, but got {len(tangents)}"
            )
        with registry.within(self._rules):
            return jvp(self._f, forms.snapshot(self._primals), tangents, has_aux=self._has_aux)[1]


class Laplacian(Transformed):
    """The sum of the second derivatives in each number."""

    verb = "laplacian"
    only_real = True

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = forms.loaded(args), forms.loaded(kwargs)
        argnums = self._resolved(args, kwargs)
        inputs = [forms.Form(argument(args, kwargs, a)) for a in argnums]
        gradient = Derivative(self.fun, argnums, self.has_aux)
        size, total, aux = sum(form.size for form in inputs), 0.0, None
        for first in range(0, size, DIRECTIONS):
            count = min(DIRECTIONS, size - first)
            y, dy = push_many(gradient, args, kwargs, units(argnums, inputs, first, count), count)
            aux = y[1] if self.has_aux else None
            bundles = tree.leaves(dy[0] if self.has_aux else dy)
            flat = [np.reshape(unpack(x), (-1, count)) for x in bundles if x is not None]
            rows = flat[0] if len(flat) == 1 else np.concatenate(flat)
            k = np.arange(count)
            total = total + np.sum(rows[first + k, k])
        if not forms.is_dual(total):
            total = float(total)
        return (total, aux) if self.has_aux else total

    __dualad_lifted__ = __call__

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        args, kwargs = forms.snapshot(args), forms.snapshot(kwargs)
        mine = self._resolved(args, kwargs)
        inputs = [forms.Form(argument(args, kwargs, a)) for a in mine]
        held = Held(self.fun, args, kwargs)
        answer = self(*args, **kwargs)
        held.require_unchanged()
        aux = Aux(self, args, kwargs, argnums, held)

        def pull(ct: Any) -> tuple[Any, ...]:
            of_result, of_aux = aux.unpacked(ct)
            total = aux.pull(of_aux)
            for k in range(0 if forms.is_zero(of_result) else sum(form.size for form in inputs)):
                # The second derivative along a unit vector is twice the coefficient of h^2.
                unit = {a: tree.map(_alone, t) for a, t in units(mine, inputs, k, 1).items()}
                found, _ = pulled_back(self.fun, args, kwargs, argnums, unit, 2, aux.packed(2.0 * of_result))
                total = tuple(map(forms.plus, total, found))
            return total

        return aux.answer(answer), held.restoring(pull)


def _alone(x: Any) -> Any:
    return None if x is None else nth(x, 0)


def laplacian(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The Laplacian of a function that returns one real number: the trace of its Hessian.

    Args and use as a decorator are as of `grad`.

    Returns:
        A function of the same arguments that returns a float, or a pair of this and aux.

    Example:
        >>> import numpy as np
        >>> from dualad import laplacian
        >>> laplacian(lambda x: x[0] ** 2 * x[1] + x[1] ** 3)(np.array([1.0, 2.0]))
        16.0
    """
    return transform(lambda fun: Laplacian(fun, argnums, has_aux), f)


def ravel(x: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The numbers of a tree in one vector, and the way back: for solvers that know vectors only.

    Args:
        x: a tree of floats, integers and arrays of these. What is no number stays in the way back.

    Returns:
        `(vector, unravel)`: a fresh vector, in the order of the tree's leaves, of the dtype that holds them all
        (float64 at least for Python numbers); and a function that makes a tree of x's structure, shapes and dtypes of a
        vector of this length (integers become floats).

    Raises:
        DualadValueError: from `unravel`, for a vector of another shape.

    Example:
        >>> import numpy as np
        >>> from dualad import ravel
        >>> vector, unravel = ravel({"w": np.ones((2, 2)), "b": 3.0})
        >>> vector
        array([1., 1., 1., 1., 3.])
        >>> unravel(2 * vector)
        {'w': array([[2., 2.], [2., 2.]]), 'b': 6.0}
    """
    leaves, treedef = tree.flatten(forms.loaded(x))
    kinds = [forms.leaf_of(leaf) for leaf in leaves]
    numbers = [leaf for leaf, k in zip(leaves, kinds) if k.size]
    parts = [np.ravel(leaf if forms.is_dual(leaf) else np.asarray(leaf)) for leaf in numbers]
    exact = [np.zeros(0, k.dtype) for k in kinds if k.size]
    vector = np.concatenate(parts) if parts else np.zeros(0)
    if not forms.is_dual(vector):
        vector = vector.astype(np.result_type(np.float32, *exact) if exact else np.float64)
    rest = [None if k.size else leaf for leaf, k in zip(leaves, kinds)]
    return vector, Unravel(treedef, kinds, rest)


class Unravel:
    """What `ravel` returns: from a vector back to a tree."""

    def __init__(self, treedef: tree.TreeDef, kinds: list[forms.Leaf], rest: list[Any]) -> None:
        self._treedef, self._kinds, self._rest = treedef, kinds, rest
        self.size = sum(k.size for k in kinds)

    def __repr__(self) -> str:
        return f"<unravel of {self.size} numbers into {self._treedef}>"

    def __call__(self, vector: Any) -> Any:
        if not forms.is_dual(vector):
            vector = np.asarray(vector)
        if vector.shape != (self.size,):
            raise DualadValueError(f"unravel takes a vector of {self.size} numbers, but it is {tree.describe(vector)}")
        found, start = [], 0
        for kind, other in zip(self._kinds, self._rest):
            if not kind.size:
                found.append(np.zeros(kind.shape, kind.dtype) if kind.cls is np.ndarray else other)
                continue
            part = vector[start : start + kind.size]
            start += kind.size
            if forms.is_dual(part):
                is_number = kind.cls in (float, complex)
                found.append(part[0].item() if is_number else np.reshape(part, kind.shape)[()])
            elif kind.cls is np.ndarray:
                found.append(part.astype(kind.dtype).reshape(kind.shape))
            else:
                found.append((kind.dtype.type if kind.cls is np.generic else kind.cls)(part[0]))
        return tree.unflatten(self._treedef, found)

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        answer = self(*args, **kwargs)
        form = forms.Form(answer)

        def pull(ct: Any) -> tuple[Any, ...]:
            parts = [] if forms.is_zero(ct) else [x for x, k in zip(form.finish_leaves(ct), self._kinds) if k.size]
            found = np.concatenate([np.reshape(x, -1) for x in parts]) if parts else 0.0
            return tuple([0.0 if a == CALLEE else found for a in argnums])

        return answer, pull


@differentiated_by(vhp)
def _vhp(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    if given["has_aux"]:
        raise Unsupported(
            "vhp with has_aux inside a function that is differentiated in reverse mode; use hvp, the same product"
        )
    gradient = Derivative(given["f"], given["argnums"])
    primals, v = tuple(given["primals"]), given["cotangent"]
    positions = gradient._resolved(primals, {})
    places: tuple[Any, ...] = (0, 1, CALLEE) if "f" in active else (0, 1)
    answer, pull_both = Pull(gradient).__dualad_vjp__((primals, v), {}, places)
    several = isinstance(given["argnums"], (tuple, list))
    found = tuple([answer[a] for a in positions])  # type: ignore[index]

    def pull(ct: Any) -> dict[str, Any]:
        cts = parts(ct, len(positions)) if several else [ct]
        return dict(zip(("primals", "cotangent", "f"), pull_both(spread(tuple(cts), positions, len(primals)))))  # type: ignore[arg-type]

    return found if several else found[0], pull


class InnerPushforward(Pushforward):
    """A pushforward made inside a differentiated function, where it is a function of the primals too."""

    __dualad_slots__ = ("_primals",)

    def __init__(self, f: Any, primals: tuple[Any, ...], has_aux: bool, active: bool) -> None:
        super().__init__(f, primals, has_aux)
        self._active = active

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        given = forms.snapshot(args)
        places: tuple[Any, ...] = (0, 1, CALLEE) if self._active else (0, 1)
        (_, dy), pull_both = Push(self._f).pushed(self._primals, given, places)

        def pull(ct: Any) -> tuple[Any, ...]:
            whole = [0.0, [ct, 0.0] if self._has_aux else ct]
            of_primals, of_tangents, *of_f = pull_both(whole)
            places = of_f[0] if of_f and isinstance(of_f[0], dict) else {}
            by_place: dict[Any, Any] = {CALLEE: {"_primals": of_primals, **places}}
            by_place |= dict(enumerate(parts(of_tangents, len(given))))
            return tuple([by_place[a] for a in argnums])

        return dy[0] if self._has_aux else dy, pull


@differentiated_by(linearize)
def _linearize(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    f, has_aux = given["f"], given["has_aux"]
    primals = forms.snapshot(given["primals"])
    checks.require_some_number(f, primals, "linearize")
    held, positions, (y, _), outside = swept_once(f, primals, has_aux, "f" in active, "linearize")
    pushed = InnerPushforward(f, primals, has_aux, "f" in active)
    y = outside.result(y)

    def pull(ct: Any) -> dict[Any, Any]:
        cts = parts(ct, 3)
        of_pushed = dict(cts[1]) if isinstance(cts[1], dict) else {}
        found: dict[Any, Any] = dict(enumerate(parts(of_pushed.pop("_primals", 0.0), len(primals))))
        found[CALLEE] = of_pushed or 0.0
        for p, raw in zip(positions, outside.pull([cts[0], cts[2]] if has_aux else cts[0])):
            found[p] = forms.plus(found.get(p, 0.0), raw)
        found["f"] = found[CALLEE]
        return found

    value, aux = y if has_aux else (y, None)
    value = forms.own(value)
    return ((value, pushed, aux) if has_aux else (value, pushed)), held.restoring(pull)


@differentiated_by(laplacian)
def _made(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    """A transform made of a function that holds active values: its cotangent is the function's."""
    return fn(**given), lambda ct: {"f": ct}


@differentiated_by(ravel)
def _raveled(fn: Any, given: dict[str, Any], active: list[Any]) -> Any:
    vector, unravel = fn(given["x"])
    form = forms.Form(given["x"])

    def pull(ct: Any) -> dict[str, Any]:
        of_vector: Any = 0.0 if forms.is_zero(ct) else ct[0]
        if forms.is_zero(of_vector):
            return {"x": 0.0}
        found, start = [], 0
        for leaf in form.leaves:
            part = of_vector[start : start + leaf.size]
            start += leaf.size
            found.append(0.0 if not leaf.size else np.reshape(part, leaf.shape)[()])
        return {"x": form.raw(found)}

    return (vector, unravel), pull
