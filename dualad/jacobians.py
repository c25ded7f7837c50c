"""All first derivatives of a function, and all second ones: forward mode, many directions at once, or reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import checks, forms, second, sweeps, tree
from dualad.checks import Argnums, Position
from dualad.errors import DualadTypeError
from dualad.first import columns as columns_by_source
from dualad.forward.bundles import pack, unpack
from dualad.forward.levels import OneAtATime
from dualad.held import Held
from dualad.passes import push_many
from dualad.swept import Aux, Swept, argument, reverse
from dualad.transforms import Derivative, Transformed, missing, transform

DIRECTIONS = 128
"""How many columns of a Jacobian forward mode finds in one pass, at most."""
CHEAPER = 4
"""How many columns, many in a pass, cost about as much as a row, which takes a pass of its own."""

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


class Jacobian(Transformed):
    """The derivative of each number of a function's result in each number of its arguments."""

    def __init__(self, fun: Callable[..., Any], argnums: Argnums, has_aux: bool, verb: str) -> None:
        self.verb = verb
        self.only_real = verb in ("jacfwd", "hessian")
        super().__init__(fun, argnums, has_aux)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = forms.loaded(args), forms.loaded(kwargs)
        argnums = self._resolved(args, kwargs)
        inputs = [forms.Form(argument(args, kwargs, a)) for a in argnums]
        with sweeps.begun():
            jacobian, aux = self._by_mode(args, kwargs, argnums, inputs)
        return (jacobian, aux) if self.has_aux else jacobian

    __dualad_lifted__ = __call__

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...]) -> Any:
        """Of `<w, J>`: a sweep at dual numbers for each number of the result (or of the arguments, if fewer)."""
        args, kwargs = forms.snapshot(args), forms.snapshot(kwargs)
        held = Held(self.fun, args, kwargs)
        answer = self(*args, **kwargs)
        held.require_unchanged()
        mine = checks.resolve_argnums(self.fun, self._argnums, args, kwargs, self.verb)
        inputs = [forms.Form(argument(args, kwargs, a)) for a in mine]
        form = forms.Form(answer[0] if self.has_aux else answer)
        aux = Aux(self, args, kwargs, argnums, held)

        def pull(ct: Any) -> tuple[Any, ...]:
            of_jacobian, of_aux = aux.unpacked(ct)
            found = aux.pull(of_aux)
            if not forms.is_zero(of_jacobian):
                with held.rebound(), sweeps.begun():
                    y = reverse(self.fun, args, kwargs, argnums)[0]
                held.ran(y)
                result = forms.Form(self._split(y)[0])
                weights = _Blocks(result, inputs, form.full(of_jacobian))
                for seed, moved in weights.rows() if result.size <= weights.columns_count else weights.columns():
                    swept = Swept(self.fun, argnums, aux.packed(seed), held)
                    tangents = swept.cotangents(args, kwargs, dict(zip(mine, moved)))
                    found = tuple(map(forms.plus, found, tangents))
            return found

        return aux.answer(answer), held.restoring(pull)

    def _by_mode(self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form]) -> Any:
        if self.verb == "jacfwd":
            return self._columns(args, kwargs, argnums, inputs)
        if self.verb == "jacrev":
            return self._reverse(reverse(self.fun, args, kwargs, argnums), inputs)
        columns = sum(form.size for form in inputs)
        only_reverse = any(form.complex for form in inputs)
        if columns >= CHEAPER or only_reverse:
            answer = reverse(self.fun, args, kwargs, argnums)
            result = forms.Form(self._split(answer[0])[0])
            if only_reverse or (result.size * CHEAPER <= columns and not result.complex):
                return self._reverse(answer, inputs)
        try:
            return self._columns(args, kwargs, argnums, inputs)
        except checks.OnlyReverse:
            return self._reverse(reverse(self.fun, args, kwargs, argnums), inputs)
        except OneAtATime:  # rules of the user's are asked less often by the mode with fewer passes
            answer = reverse(self.fun, args, kwargs, argnums)
            if forms.Form(self._split(answer[0])[0]).complex:
                return Jacobian(self.fun, self.argnums, self.has_aux, "jacfwd")._forward(
                    self.fun, args, kwargs, argnums, inputs
                )
            return self._reverse(answer, inputs)

    def _split(self, y: Any) -> tuple[Any, Any]:
        if not self.has_aux:
            return y, None
        checks.require_pair(y, self.verb)
        return y

    def _columns(self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form]) -> Any:
        """Forward mode: by source where that serves, else by dual numbers."""

        def usual() -> Any:
            return self._forward(self.fun, args, kwargs, argnums, inputs)

        def made(result: forms.Form, columns: list[Any]) -> Any:
            return self._of_columns(result, inputs, [np.moveaxis(rows, 0, -1) for rows in columns]), None

        if kwargs or self.has_aux:
            return usual()
        return columns_by_source(self.fun, args, argnums, inputs, made, usual)

    def _of_columns(self, result: forms.Form, inputs: list[forms.Form], columns: list[Any]) -> Any:
        """The Jacobian of tangents of the result's leaves, all directions along their last axis."""
        leaves = [leaf for form in inputs for leaf in form.leaves]
        starts = np.cumsum([0, *[leaf.size for leaf in leaves]]).tolist()

        def block(k: int, j: int) -> Any:
            return np.reshape(columns[k][..., starts[j] : starts[j + 1]], result.leaves[k].shape + leaves[j].shape)

        return self._assembled(result, inputs, block)

    def _forward(
        self, f: Callable[..., Any], args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form]
    ) -> tuple[Any, Any]:
        """Many columns a pass, a column for each number of the arguments."""
        total = sum(form.size for form in inputs)
        if not total:
            value, aux = self._split(f(*args, **kwargs))
            return self._assembled(forms.Form(value), inputs, None), aux
        parts: list[list[Any]] = []
        held = Held(f, args, kwargs)
        for first in range(0, total, DIRECTIONS):
            count = min(DIRECTIONS, total - first)
            with held.replayed(first > 0):
                moved = units(argnums, inputs, first, count)
                y, dy = push_many(f, args, kwargs, moved, count, held, one_at_a_time=self.verb != "jacobian")
            value, aux = self._split(y)
            result = forms.Form(value)
            parts.append(tree.flatten_like(result.treedef, dy[0] if self.has_aux else dy))
        columns: list[Any] = [
            None if out.cls is forms.NoneType else _joined(found) for out, found in zip(result.leaves, zip(*parts))
        ]
        return self._of_columns(result, inputs, columns), aux

    def _reverse(self, answer: tuple[Any, Callable[[Any], Any]], inputs: list[forms.Form]) -> tuple[Any, Any]:
        """A pass for each number of the result gives a row."""
        value, aux = self._split(answer[0])
        result = forms.Form(value)
        if result.complex:
            raise DualadTypeError(
                f"{self.verb}: the result is complex, and reverse mode gives derivatives of real ones; use jacfwd, "
                "which takes real arguments"
            )
        rows: list[list[list[Any]]] = []
        zeros = [forms.finish_leaf(0.0, leaf, False) for leaf in result.leaves]
        for k, leaf in enumerate(result.leaves):
            mine = []
            for unit in _units(leaf):
                ct = result.raw([unit if j == k else zero for j, zero in enumerate(zeros)])
                raws = answer[1]([ct, 0.0] if self.has_aux else ct)
                mine.append([x for form, raw in zip(inputs, raws) for x in form.finish_leaves(raw)])
            rows.append(mine)
        leaves = [leaf for form in inputs for leaf in form.leaves]

        def block(k: int, j: int) -> Any:
            return np.reshape(np.stack([row[j] for row in rows[k]]), result.leaves[k].shape + leaves[j].shape)

        return self._assembled(result, inputs, block), aux

    def _assembled(self, result: forms.Form, inputs: list[forms.Form], block: Callable[[int, int], Any] | None) -> Any:
        """The Jacobian as a tree of the result's structure, of trees of the arguments' structure."""
        blocks: list[Any] = []
        for k, out in enumerate(result.leaves):
            if out.cls is forms.NoneType:
                blocks.append(None)
                continue
            row, offset = [], 0
            for form in inputs:
                found = []
                for j, leaf in enumerate(form.leaves, start=offset):
                    there = leaf.size and out.size and block is not None
                    found.append(_finished(out, leaf, block(k, j) if there and block else None))
                offset += len(form.leaves)
                row.append(tree.unflatten(form.treedef, found))
            blocks.append(row[0] if self._single else tuple(row))
        return tree.unflatten(result.treedef, blocks)


class Hessian(Jacobian):
    """The Jacobian of the gradient, or of the Jacobian where the function returns more than one number."""

    def __init__(self, fun: Callable[..., Any], argnums: Argnums, has_aux: bool) -> None:
        super().__init__(fun, argnums, has_aux, "hessian")

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...]) -> Any:
        """As the Jacobian that it is."""
        inner: Transformed = Derivative(self.fun, self.argnums, self.has_aux)
        try:
            return Jacobian(inner, self.argnums, self.has_aux, "jacfwd").__dualad_vjp__(args, kwargs, argnums)
        except checks.NonScalarOutput:
            inner = Jacobian(self.fun, self.argnums, self.has_aux, "jacrev")
            return Jacobian(inner, self.argnums, self.has_aux, "jacfwd").__dualad_vjp__(args, kwargs, argnums)

    def _by_mode(self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form]) -> Any:
        def usual() -> Any:
            return self._by_dual_numbers(args, kwargs, argnums, inputs)

        if kwargs or self.has_aux:
            return usual()

        def made(columns: list[Any]) -> Any:
            value = tuple([form.zeros() for form in inputs])
            result = forms.Form(value[0] if self._single else value)
            return self._of_columns(result, inputs, [np.moveaxis(rows, 0, -1) for rows in columns]), None

        return second.columns(self.fun, args, argnums, inputs, made, usual)

    def _by_dual_numbers(
        self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form]
    ) -> Any:
        inner: Transformed = Derivative(self.fun, self.argnums, self.has_aux)
        try:
            return self._forward(inner, args, kwargs, argnums, inputs)
        except checks.NonScalarOutput:
            inner = Jacobian(self.fun, self.argnums, self.has_aux, "jacrev")
            return self._forward(inner, args, kwargs, argnums, inputs)


class _Blocks:
    """The raw cotangent of a Jacobian, by leaves of the result and of the arguments."""

    def __init__(self, result: forms.Form, inputs: list[forms.Form], blocks: list[Any]) -> None:
        self.result = result
        self.inputs = inputs
        self.columns_count = sum(form.size for form in inputs)
        found = iter(blocks)
        # by leaf of the result, then by leaf of all arguments: a matrix of numbers of the two
        self.blocks = [
            [
                None if forms.NoneType in (out.cls, leaf.cls) else np.reshape(next(found), (out.size, leaf.size))
                for form in inputs
                for leaf in form.leaves
            ]
            for out in result.leaves
        ]

    def rows(self) -> Iterator[tuple[Any, list[Any]]]:
        """For each number of the result a seed that picks it, and the direction of the arguments that weighs it."""
        for k, out in enumerate(self.result.leaves):
            for i, unit in enumerate(_units(out)):
                yield self._seed(k, unit), self._directions([b if b is None else b[i] for b in self.blocks[k]])

    def columns(self) -> Iterator[tuple[Any, list[Any]]]:
        """For each number of the arguments the weights of the result's numbers, and the direction that picks it."""
        leaves = [leaf for form in self.inputs for leaf in form.leaves]
        for j, leaf in enumerate(leaves):
            for i, unit in enumerate(_units(leaf)):
                blocks = [row[j] for row in self.blocks]
                column = [None if block is None else block[:, i] for block in blocks]
                seed = [_shaped(part, out) for part, out in zip(column, self.result.leaves)]
                yield self.result.raw(seed), self._directions([unit if k == j else None for k in range(len(leaves))])

    def _seed(self, k: int, unit: Any) -> Any:
        return self.result.raw([unit if j == k else 0.0 for j in range(len(self.result.leaves))])

    def _directions(self, parts: list[Any]) -> list[Any]:
        remaining = iter(parts)
        return [
            tree.unflatten(form.treedef, [_shaped(next(remaining), leaf) for leaf in form.leaves])
            for form in self.inputs
        ]


def _shaped(part: Any, leaf: forms.Leaf) -> Any:
    """Numbers in the shape of a leaf; None stays."""
    if part is None or np.shape(part) == leaf.shape:
        return part
    return np.reshape(part, leaf.shape) if leaf.cls is np.ndarray else np.reshape(part, ())[()]


def _units(leaf: forms.Leaf) -> list[Any]:
    """A tangent (or cotangent) for each number of a leaf: 1 in its place."""
    if leaf.cls is forms.NoneType:
        return []
    if leaf.cls is not np.ndarray:
        return [leaf.dtype.type(1.0) if leaf.cls is np.generic else 1.0]
    units = []
    for i in range(leaf.size):
        unit = np.zeros(leaf.shape, leaf.dtype)
        unit.flat[i] = 1.0
        units.append(unit)
    return units


def units(argnums: tuple[Position, ...], inputs: list[forms.Form], first: int, count: int) -> dict[Position, Any]:
    """Tangents of `count` directions at once, as bundles: 1 for each number of the arguments from `first` on."""
    found: dict[Position, Any] = {}
    start = 0
    for a, form in zip(argnums, inputs):
        leaves: list[Any] = []
        for leaf in form.leaves:
            low, high = max(first - start, 0), min(first + count - start, leaf.size)
            start += leaf.size
            if high <= low:
                leaves.append(None)
                continue
            tangents = np.zeros((leaf.size, count), leaf.dtype)
            rows = np.arange(low, high)
            tangents[rows, rows + (start - leaf.size - first)] = 1.0
            leaves.append(pack(tangents.reshape(*leaf.shape, count)))
        found[a] = tree.unflatten(form.treedef, leaves)
    return found


def _joined(bundles: tuple[Any, ...]) -> Any:
    """Tangents of one result, of all passes, along the last axis."""
    parts = [unpack(b) for b in bundles]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


def _dtype(out: forms.Leaf, leaf: forms.Leaf) -> Any:
    # Python's numbers have no precision of their own.
    return np.result_type(*[x.cls(0) if x.cls in (float, complex) else x.dtype for x in (out, leaf)])


def _finished(out: forms.Leaf, leaf: forms.Leaf, found: Any) -> Any:
    """The derivatives of one leaf of the result in one leaf of the arguments, of shape `out.shape + leaf.shape`.

    `found` is None where either is empty.
    """
    if leaf.cls is forms.NoneType:
        return None
    dtype = _dtype(out, leaf)
    if found is None:
        return np.zeros(out.shape + leaf.shape, dtype)
    numbers = (float, complex)
    if leaf.cls in numbers and out.cls in numbers:
        return found.item()
    if found.dtype != dtype:
        found = found.astype(dtype)
    if found.shape == () and np.ndarray not in (out.cls, leaf.cls):
        return found[()]
    return found if forms.is_dual(found) else forms.own(np.asarray(found))


def jacfwd(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The Jacobian by forward mode: cheapest where a function has few numbers for arguments and many for a result.

    Args and use as a decorator are as of `grad`, but the function may return any tree.

    Returns:
        A function of the same arguments. For an array of shape `s` in and one of shape `r` out it returns an array of
        shape `r + s`, for Python floats a float; for trees a tree of the result's structure, of trees of the
        argument's; for a tuple of argnums a tuple in place of each argument's tree.

    Example:
        >>> import numpy as np
        >>> from dualad import jacfwd
        >>> jacfwd(lambda x: x * x)(np.array([1.0, 2.0]))
        array([[2., 0.], [0., 4.]])
    """
    return transform(lambda fun: Jacobian(fun, argnums, has_aux, "jacfwd"), f)


def jacrev(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The Jacobian by reverse mode: cheapest where a function has many numbers for arguments and few for a result.

    As `jacfwd`; the result is real.

    Example:
        >>> import numpy as np
        >>> from dualad import jacrev
        >>> jacrev(lambda x: {"sum": np.sum(x), "first": x[0]})(np.array([1.0, 2.0]))
        {'sum': array([1., 1.]), 'first': array([1., 0.])}
    """
    return transform(lambda fun: Jacobian(fun, argnums, has_aux, "jacrev"), f)


def jacobian(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """The Jacobian by the mode that is cheaper, as the sizes of arguments and result say; otherwise as `jacfwd`.

    Example:
        >>> import numpy as np
        >>> from dualad import jacobian
        >>> jacobian(lambda t: np.array([t, t * t]))(3.0)
        array([1., 6.])
    """
    return transform(lambda fun: Jacobian(fun, argnums, has_aux, "jacobian"), f)


def hessian(f: Callable[..., Any] = missing, argnums: Argnums = 0, has_aux: bool = False) -> Any:
    """All second derivatives, by forward over reverse mode.

    Args and use as a decorator are as of `grad`. (Of a function that returns more than one number, those of each.)

    Returns:
        A function of the same arguments. For an array of shape `s` it returns an array of shape `s + s`; for trees a
        tree of the argument's structure, of such trees; for a tuple of argnums a tuple of tuples in their places.

    Example:
        >>> import numpy as np
        >>> from dualad import hessian
        >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
        array([[6., 2.], [2., 0.]])
    """
    return transform(lambda fun: Hessian(fun, argnums, has_aux), f)
