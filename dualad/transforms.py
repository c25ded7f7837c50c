"""The transforms: thin compositions of forward and reverse mode, with JAX's conventions.

Arguments and results of functions are trees (`dualad.tree`). A gradient has its argument's structure, shapes and
dtypes; that of a Python float is a float, that of an integer float64, that of a leaf that is no number None. Every
array that comes back is fresh, and no transform changes what it was given.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from dualad import along, checks, forms, forward, loading, second, sweeps, twice
from dualad.checks import Argnums, Position
from dualad.errors import DualadTypeError
from dualad.forward.levels import live, storing
from dualad.held import RUN_AGAIN, Held, digest, require_same
from dualad.quick import MISSED, Quick
from dualad.registry import scopes
from dualad.reverse import joint, lines
from dualad.reverse.programs import caches
from dualad.reverse.sites import CALLEE
from dualad.sweeps import special
from dualad.swept import Outside, Swept, argument, push, reverse

# How the transforms are differentiated themselves is stated where they are first met in a differentiated function.
loading.add_loader("dualad", lambda package: importlib.import_module("dualad.nested"))

T = TypeVar("T", bound="Transformed")
_take = forms.take
missing: Any = object()


class Transformed:
    """A function made from a user's function: it keeps the name, docstring and signature, and works as a method.

    Attributes:
        fun: the user's function.
        argnums: what the user gave as `argnums`.
        has_aux: whether the function returns a pair of which only the first item is differentiated.
    """

    verb = "transform"
    only_real = False
    sweep = sweeps.PLAIN

    def __init__(self, fun: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> None:
        checks.require_callable(fun, self.verb)
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun
        self.argnums = argnums
        self.has_aux = has_aux
        self._single = not isinstance(argnums, (tuple, list))
        self._argnums: tuple[Position, ...] = checks.require_argnums(argnums, self.verb)

    def __repr__(self) -> str:
        return f"<{self.verb} of {checks.name_of(self.fun)}>"

    def __get__(self: T, obj: Any, cls: type | None = None) -> T:
        bind = getattr(type(self.fun), "__get__", None)
        bound = self.fun if bind is None else bind(self.fun, obj, cls)
        return self if bound is self.fun else self._of(bound)

    def _of(self: T, fun: Callable[..., Any]) -> T:
        """The same transform of another function (the bound method)."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.fun = made.__wrapped__ = fun  # type: ignore[attr-defined]
        return made

    def swept(self: T, sweep: sweeps.Sweep) -> T:
        """The same transform, whose own reverse sweep is run in a way of its own."""
        made = self._of(self.fun)
        made.sweep = sweep
        return made

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        """Result and raw pullback, as `engine.vjp` gives them: how the transform is differentiated in reverse."""
        raise checks.Unsupported(f"reverse mode through {self.verb} is not supported yet; use jvp or jacfwd of it")

    def _resolved(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Position, ...]:
        """Positions and names for this call; each argument is one that the transform can differentiate in."""
        checks.refuse_calling_itself(self, self.fun)
        argnums = checks.resolve_argnums(self.fun, self._argnums, args, kwargs, self.verb)
        for a in argnums:
            checks.require_differentiable(self.fun, argument(args, kwargs, a), a, self.verb, real=self.only_real)
        return argnums


class Derivative(Transformed):
    """The gradient of a function (`grad`), or its value and gradient (`value_and_grad`)."""

    verb = "grad"

    def __init__(
        self, fun: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, with_value: bool = False
    ) -> None:
        if with_value:
            self.verb = "value_and_grad"
        super().__init__(fun, argnums, has_aux)
        self.with_value = with_value
        # Whether it gives the gradient in one argument alone, and positions; None if it gives something else.
        by_position = not (with_value or has_aux) and all([isinstance(i, int) and i >= 0 for i in self._argnums])
        self.gradient_in = (self._single, self._argnums) if by_position else None
        self._quick = Quick(self._argnums, self._single, "value_and_grad" if with_value else "grad")
        # Calls go the short way once a call has gone the long one, if argnums are plain positions: the last of these.
        # (A list, for the derivatives of bound methods share it.)
        self._last = [sys.maxsize]

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        try:
            quick = self._quick
            if len(args) == quick.count and not (kwargs or live or storing or special or scopes):
                fun = self.fun
                if quick.fun is fun and fun.__code__ is quick.code and quick.generation is caches.generation:
                    for run in quick.runs:
                        found = run(*args)
                        if found is not MISSED:
                            return found
            return self._usual_way(args, kwargs)
        except Exception as error:
            lines.explain(error)
            raise

    def _usual_way(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if kwargs or storing or sweeps.special or len(args) <= self._last[0]:
            return self._long_way(args, kwargs)
        argnums: Any = self._argnums
        for i in argnums:
            x = args[i]
            if type(x) is not float and (type(x) is not np.ndarray or x.dtype.kind != "f"):
                return self._long_way(args, kwargs)
        if self.with_value or self.has_aux:
            value, aux, raws = joint.value_and_grad(self.fun, args, kwargs, argnums, self.has_aux)
        else:
            value, aux, raws = None, None, joint.gradients(self.fun, args, kwargs, argnums)
        if self._single:
            gradient = _finish(*_take(raws, 0), args[argnums[0]])
        else:
            gradient = tuple([_finish(*_take(raws, k), args[i]) for k, i in enumerate(argnums)])
        self._remember(args)
        return self._packed(value, aux, gradient)

    def _long_way(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = forms.loaded(args), forms.loaded(kwargs)
        argnums = self._resolved(args, kwargs)
        inputs = [forms.Form(argument(args, kwargs, a)) for a in argnums]
        value, aux, raws = None, None, None
        with sweeps.begun(self.sweep):
            if self.with_value or self.has_aux or isinstance(self.fun, Transformed):
                value, aux, raws = value_and_raws(self.fun, args, kwargs, argnums, self.has_aux)
            else:
                raws = joint.gradients(self.fun, args, kwargs, argnums)
        gradients = tuple([form.finish(*_take(raws, k)) for k, form in enumerate(inputs)])
        if argnums == self._argnums and not isinstance(self.fun, Transformed):
            self._last[0] = max(a if isinstance(a, int) else sys.maxsize for a in argnums)
            if not kwargs:
                self._remember(args)
        return self._packed(value, aux, gradients[0] if self._single else gradients)

    def _of(self, fun: Callable[..., Any]) -> Derivative:
        made = super()._of(fun)
        made._quick = Quick(self._argnums, self._single, self._quick.form)
        return made

    def _remember(self, args: tuple[Any, ...]) -> None:
        """Let calls like this one go the quick way."""
        if not (self.has_aux or live or sweeps.special or self.sweep is not sweeps.PLAIN):
            self._quick.remember(self.fun, args)

    def _packed(self, value: Any, aux: Any, gradient: Any) -> Any:
        if not self.with_value:
            return (gradient, aux) if self.has_aux else gradient
        if type(value) is np.ndarray:
            value = forms.own(value)
        return ((value, aux), gradient) if self.has_aux else (value, gradient)

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        if kwargs or self.gradient_in is None or self.sweep is not sweeps.PLAIN:
            return self._symmetric(forms.snapshot(args), forms.snapshot(kwargs), argnums)
        return twice.split(self, args, argnums, lambda args: self._symmetric(args, {}, argnums))

    def _symmetric(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
        """As second derivatives are symmetric, an input's cotangent is the tangent of the gradient in that input."""
        mine = checks.resolve_argnums(self.fun, self._argnums, args, kwargs, self.verb)
        held = Held(self.fun, args, kwargs)
        answer = self(*args, **kwargs)
        held.require_unchanged()
        known = digest(answer if not (self.with_value or self.has_aux) else self._gradient_and_aux(answer))
        seed = [1.0, 0.0] if self.has_aux else 1.0
        outside = Outside(self.fun, args, kwargs, argnums, held) if self.with_value or self.has_aux else None
        if outside is not None:
            answer = self._with_result(answer, outside)

        def pull(ct: Any) -> tuple[Any, ...]:
            along, of_value, of_aux = self._unpacked(ct)
            parts = [along] if self._single else [0.0] * len(mine) if forms.is_zero(along) else along
            moved = {
                a: forms.Form(argument(args, kwargs, a)).finish(t) for a, t in zip(mine, parts) if not forms.is_zero(t)
            }
            found: tuple[Any, ...] = (0.0,) * len(argnums)
            if moved:
                found = self._moved(args, kwargs, argnums, moved, mine, known, held)
                if not found:
                    found = Swept(self.fun, argnums, seed, held).cotangents(args, kwargs, moved)
            if outside is not None:
                of_result = outside.pull([of_value, of_aux] if self.has_aux else of_value)
                found = tuple(map(forms.plus, found, of_result))
            return found

        return answer, held.restoring(pull)

    def _moved(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        argnums: tuple[Position, ...],
        moved: dict[Position, Any],
        mine: tuple[Position, ...],
        known: list[Any],
        held: Held,
    ) -> Any:
        """The tangents of the gradient by the joint form of the sweep; None where that does not serve."""
        if CALLEE in argnums:
            return None
        gradient = Derivative(self.fun, argnums, self.has_aux).swept(sweeps.Sweep(transposed=True))
        try:
            with held.rebound():
                value, tangent = push(gradient, args, kwargs, moved)
        except sweeps.CotangentsWanted:
            return None
        if argnums == mine:
            require_same(known, value, RUN_AGAIN.format(name=checks.name_of(self.fun)))
        return tuple(forms.raw(tangent[0] if self.has_aux else tangent))

    def _gradient_and_aux(self, answer: Any) -> Any:
        if not self.with_value:
            return answer
        return (answer[1], answer[0][1]) if self.has_aux else answer[1]

    def _with_result(self, answer: Any, outside: Outside) -> Any:
        """The answer with value and aux as the sweep around has them."""
        if not self.with_value:
            gradient, aux = answer
            return gradient, outside.result((None, aux))[1]
        result, gradient = answer
        return outside.result(result), gradient

    def _unpacked(self, ct: Any) -> tuple[Any, Any, Any]:
        """Cotangents of gradient, value and aux from that of the result."""
        if forms.is_zero(ct):
            return 0.0, 0.0, 0.0
        if not self.with_value:
            return (ct[0], 0.0, ct[1]) if self.has_aux else (ct, 0.0, 0.0)
        if not self.has_aux:
            return ct[1], ct[0], 0.0
        return (ct[1], 0.0, 0.0) if forms.is_zero(ct[0]) else (ct[1], ct[0][0], ct[0][1])


def _finish(raw: Any, unshared: bool, x: Any) -> Any:
    """The gradient in a float or in an array of floats: `Form(x).finish`, without the form."""
    if type(x) is float:
        if isinstance(raw, float) and not forms.is_dual(raw):
            return raw if type(raw) is float else float(raw)
        return forms.finish_leaf(raw, forms.FLOAT, False)
    if unshared and type(raw) is np.ndarray and raw.base is None and raw.dtype is x.dtype and raw.shape == x.shape:
        return raw
    return forms.finish_leaf(raw, forms.Leaf(np.ndarray, x.dtype, x.shape), unshared)


def value_and_raws(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...], has_aux: bool
) -> tuple[Any, Any, Any]:
    """`joint.value_and_grad`, of functions that are transforms themselves too."""
    if not isinstance(f, Transformed):
        return joint.value_and_grad(f, args, kwargs, argnums, has_aux)
    y, pull = f.__dualad_vjp__(args, kwargs, argnums)
    return joint.by_pullback(y, pull, has_aux)


def transform(make: Callable[[Any], Any], f: Any) -> Any:
    """The transform of `f`, or a decorator where `f` was not given."""
    return make if f is missing else make(f)


def grad(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The gradient of a function that returns one real number.

    Also a decorator: `@grad`, `@grad(argnums=(0, 1))`; on a method `argnums` counts after `self`.

    Args:
        f: the function. Its arguments may be anything; those differentiated in are trees of floats and arrays.
        argnums: which arguments to differentiate in: a position (negative ones count from the end), the name of an
            argument, or a tuple of these.
        has_aux: whether `f` returns a pair `(value, aux)`, of which only the first item is differentiated.

    Returns:
        A function of the same arguments. It returns the gradient, which has the argument's structure, shapes and dtypes
        (float64 for integers, None for what is no number), a tuple of gradients if `argnums` is a tuple, and with
        `has_aux` a pair of this and aux.

    Raises:
        DualadTypeError: from the call, where the function returns something else than one real number, or an argument
            to differentiate in is no tree of real numbers.
        DualadValueError: where `argnums` names no argument.

    Example:
        >>> import numpy as np
        >>> from dualad import grad
        >>> def f(x, y):
        ...     return np.sum(x * x) * y
        >>> grad(f)(np.array([1.0, 2.0]), 3.0)
        array([ 6., 12.])
        >>> grad(f, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
        (array([ 6., 12.]), 5.0)
    """
    return transform(lambda fun: Derivative(fun, argnums, has_aux), f)


def value_and_grad(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The value of a function and its gradient, for little more than the gradient costs.

    Arguments, errors and use as a decorator are as of `grad`.

    Returns:
        A function of the same arguments that returns `(value, gradient)`, or `((value, aux), gradient)` with `has_aux`.

    Example:
        >>> from dualad import value_and_grad
        >>> @value_and_grad
        ... def cube(x):
        ...     return x**3
        >>> cube(2.0)
        (8.0, 12.0)
    """
    return transform(lambda fun: Derivative(fun, argnums, has_aux, with_value=True), f)


class Pullback:
    """What `vjp` returns: from a cotangent of the result to those of the arguments; callable many times."""

    def __init__(self, pull: Callable[[Any], Any], result: Any, inputs: list[forms.Form], has_aux: bool) -> None:
        self._pull = pull
        self._result = forms.Form(result)
        self._inputs = inputs
        self._has_aux = has_aux

    def __repr__(self) -> str:
        return f"<pullback of a result of structure {self._result.treedef}>"

    def __call__(self, /, *cotangents: Any) -> tuple[Any, ...]:
        if len(cotangents) != 1:
            raise DualadTypeError(
                f"a pullback takes one cotangent, of the structure of the result ({self._result.treedef}), but it was "
                f"given {len(cotangents)}"
            )
        ct = self._result.cotangent(cotangents[0], "cotangent")
        try:
            given = [ct, 0.0] if self._has_aux else ct
            # Made outside of the levels that are live here, the reverse sweep may be plain code: it is lifted.
            raws = forward.call(self._pull, given) if live else self._pull(given)
        except Exception as error:
            lines.explain(error)
            raise
        found = []
        k = 0
        for form in self._inputs:
            if form.moves:
                found.append(form.finish(*_take(raws, k)))
                k += 1
            else:
                found.append(form.zeros())
        return tuple(found)


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value of a function, and its derivative as a function from cotangents of the result to those of the
    arguments.

    Args:
        f: the function; it may return any tree.
        primals: its arguments. What is no number has the cotangent None.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.

    Returns:
        `(y, pullback)`, or `(y, pullback, aux)`. `pullback(ct)` takes a cotangent of y's structure and shapes (None
        where y is no number), and returns a tuple with the cotangent of each argument. It may be called any number of
        times, and whatever becomes of `y`, `ct` and the arguments meanwhile. A complex cotangent pairs without a
        conjugate, as in JAX.

    Raises:
        DualadTypeError: no argument holds a number, or one is an array of objects.
        DualadValueError: from the pullback, for a cotangent of the wrong structure or shape.

    Example:
        >>> import numpy as np
        >>> from dualad import vjp
        >>> y, pullback = vjp(lambda x, k: k * x, np.array([1.0, 2.0]), 3.0)
        >>> pullback(np.array([1.0, 10.0]))
        (array([ 3., 30.]), 21.0)
    """
    checks.require_callable(f, "vjp")
    primals = forms.loaded(primals)
    inputs = checks.require_some_number(f, primals, "vjp")
    argnums = tuple([i for i, form in enumerate(inputs) if form.moves])
    with sweeps.begun():
        answer = reverse(f, primals, {}, argnums)
    pull = answer[1]
    y, unshared = _take(answer, 0)
    if not has_aux:
        return forms.own(y, unshared), Pullback(pull, y, inputs, has_aux)
    checks.require_pair(y, "vjp")
    y, aux = y
    return forms.own(y), Pullback(pull, y, inputs, has_aux), aux


def jvp(f: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value of a function, and its derivative in one direction (forward mode).

    Args:
        f: the function; it may return any tree.
        primals: a tuple of its arguments.
        tangents: a tuple of the same structure and shapes: the direction. None for what is no number, and for integers
            that are not to move.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.

    Returns:
        `(y, dy)`, or `(y, dy, aux)`; dy has y's structure, shapes and dtypes, and None where y is no number.

    Raises:
        DualadTypeError: structures of primals and tangents differ, or a tangent is no number.
        DualadValueError: their shapes differ.

    Example:
        >>> import math
        >>> from dualad import jvp
        >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
        (6.0, 23.0)
    """
    if has_aux or type(primals) is not tuple or type(tangents) is not tuple:
        return _by_duals(f, primals, tangents, has_aux)
    return along.product(f, primals, tangents, lambda: _by_duals(f, primals, tangents, False))


def _by_duals(f: Any, primals: Any, tangents: Any, has_aux: bool) -> Any:
    """`jvp` by dual numbers."""
    checks.require_callable(f, "jvp")
    primals = checks.require_tuple(primals, "primals", "jvp")
    inputs = checks.require_some_number(f, primals, "jvp")
    tangents = checks.require_tangents(inputs, tangents, "jvp")
    with sweeps.begun():
        answer = forward.jvp(f, primals, tangents)
    if not has_aux:
        (y, shared_y), (dy, shared_dy) = _take(answer, 0), _take(answer, 1)
        return forms.own(y, shared_y), forms.Form(y).finish(dy, shared_dy)
    checks.require_pair(answer[0], "jvp")
    y, aux = answer[0]
    return forms.own(y), forms.Form(y).finish(answer[1][0]), aux


def hvp(f: Callable[..., Any], primals: Any, tangents: Any, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The product of a function's Hessian with a vector: the tangent of its gradient, by forward over reverse mode.

    Args:
        f: a function that returns one real number.
        primals: a tuple of its arguments.
        tangents: a tuple of the same structure and shapes: the vector.
        argnums: in which arguments the gradient is taken.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.

    Returns:
        The tangent of `grad(f, argnums)(*primals)`, of its structure; with `has_aux` a pair of this and aux.

    Raises:
        DualadTypeError, DualadValueError: as `jvp` and `grad` do.

    Example:
        >>> import numpy as np
        >>> from dualad import hvp
        >>> hvp(lambda x: np.sum(x**3), (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
        array([  6., 120.])
    """

    def usual() -> Any:
        return jvp(Derivative(f, argnums), primals, tangents)[1]

    if has_aux:
        return jvp(Derivative(f, argnums, True), primals, tangents, has_aux=True)[1:]
    if type(primals) is not tuple or type(tangents) is not tuple:
        return usual()
    return second.product(f, primals, tangents, argnums, usual)
