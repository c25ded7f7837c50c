"""Jacobians and Hessians as sparse matrices of SciPy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, forms, tree
from dualad.checks import Argnums, Position
from dualad.errors import DualadError, DualadTypeError, DualadValueError, Unsupported
from dualad.forward.bundles import pack, unpack
from dualad.passes import push_many, push_space
from dualad.sparse import coloring
from dualad.sparse.patterns import Patterns, ids_of, made
from dualad.swept import argument, reverse
from dualad.transforms import Derivative, Transformed, missing, transform

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
Ints = np.ndarray[Any, Any]

TOLERANCE = 1e-9
"""How far, relative to its row, a product with the matrix may be from the same product computed without it."""
_ROWS_ARE_DEARER = 3


def scipy_sparse() -> Any:
    """SciPy's sparse matrices."""
    try:
        import scipy.sparse
    except ImportError as error:
        raise DualadError(
            "sparse derivatives are matrices of SciPy, which is not installed; pip install scipy"
        ) from error
    return scipy.sparse


class Structure:
    """A pattern, its colours, and where each of its entries is found among products with the colours' directions.

    Attributes:
        shape: of the matrix.
        indptr, indices: the pattern in compressed rows.
        colors: of the columns, or of the rows where `by_rows`.
        number: how many colours.
        by_rows: whether products are with rows, in reverse mode.
        rows, columns: of the products that each entry is read at: `products[rows, columns]`.
    """

    def __init__(self, indptr: Ints, indices: Ints, columns: int) -> None:
        self.shape = (len(indptr) - 1, columns)
        self.indptr, self.indices = indptr, indices
        self.by_rows = False
        self.colors = coloring.color_columns(indptr, indices, columns)
        self._read(self._row_of(), self.colors[indices])

    def _row_of(self) -> Ints:
        return np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))

    def _read(self, rows: Ints, columns: Ints) -> None:
        self.number = int(self.colors.max(initial=-1)) + 1 if len(self.indices) else 0
        self.rows, self.columns = rows, columns
        self._places: dict[int, Ints] = {}
        self._seeds: Ints | None = None
        self._compressed: tuple[Ints, Ints] | None = None

    def entries(self, products: Ints) -> Ints:
        """The entries of the matrix, in the order of the pattern, from the products with its directions."""
        width = products.shape[1]
        places = self._places.get(width)
        if places is None:
            places = self._places[width] = self.rows * width + self.columns
        return products.reshape(-1).take(places)

    def matrix(self, data: Ints) -> Any:
        """The sparse matrix with these entries."""
        if self._compressed is None:
            kind = np.int32 if max(*self.shape, len(self.indices)) < 2**31 else np.int64
            self._compressed = self.indptr.astype(kind), self.indices.astype(kind)
        indptr, indices = self._compressed
        return scipy_sparse().csr_array((data, indices.copy(), indptr.copy()), shape=self.shape)

    def try_rows(self) -> None:
        """Colour the rows instead, where that takes far fewer colours: a row costs a pass of reverse mode."""
        longest = int(np.bincount(self.indices, minlength=1).max(initial=0))
        if longest * _ROWS_ARE_DEARER >= self.number:
            return
        order = np.argsort(self.indices, kind="stable")
        starts = np.zeros(self.shape[1] + 1, np.int64)
        np.cumsum(np.bincount(self.indices, minlength=self.shape[1]), out=starts[1:])
        rows = self._row_of()
        colors = coloring.color_columns(starts, rows[order], self.shape[0])
        if (colors.max() + 1) * _ROWS_ARE_DEARER < self.number:
            self.by_rows, self.colors = True, colors
            self._read(colors[rows], self.indices)

    def make_symmetric(self) -> None:
        """Colour a symmetric pattern so that entries may be read at their mirror images, if that takes fewer."""
        colors = coloring.color_symmetric(self.indptr, self.indices)
        number = int(colors.max(initial=-1)) + 1
        if number >= self.number:
            return
        rows, columns = self._row_of(), self.indices
        here = coloring.alone(rows, colors[columns], self.shape[0], number)
        there = coloring.alone(columns, colors[rows], self.shape[0], number)
        if np.all(here | there):
            self.colors = colors
            self._read(np.where(here, rows, columns), np.where(here, colors[columns], colors[rows]))

    def seeds(self) -> Ints:
        """The directions: for each colour the sum of the unit vectors of its columns (rows), along the last axis.

        Of columns one more, the last, is `direction`.
        """
        if self._seeds is None:
            size = len(self.colors)
            found = np.zeros((size, self.number + (not self.by_rows)))
            found[np.arange(size), self.colors] = 1.0
            if not self.by_rows:
                found[:, -1] = self.direction
            self._seeds = found
        return self._seeds

    @functools.cached_property
    def direction(self) -> Ints:
        """A direction to check the others by, of positive numbers."""
        return np.random.default_rng(self.shape[1]).uniform(0.5, 1.5, self.shape[1])

    def agrees(self, matrix: Any, product: Ints) -> bool:
        """Whether a matrix of this pattern times `direction` is a product that was computed without it."""
        if product.shape[0] != self.shape[0]:
            return False
        off = np.abs(matrix @ self.direction - product)
        tolerance = TOLERANCE if matrix.data.dtype.itemsize > 4 else 1e-4
        doubtful = np.flatnonzero(~(off <= tolerance * np.abs(product)))
        return len(doubtful) == 0 or self._cancel(matrix, product, off, doubtful, tolerance)

    def _cancel(self, matrix: Any, product: Ints, off: Ints, rows: Ints, tolerance: float) -> bool:
        """Whether products differ in these rows as sums do whose terms cancel, or are no numbers."""
        scale = np.abs(matrix[rows]) @ self.direction
        filled = np.diff(self.indptr)[rows] > 0
        within = ~(off[rows] > tolerance * scale + np.finfo(matrix.data.dtype).tiny)
        return bool(np.all(np.where(filled, within | ~np.isfinite(product[rows]), product[rows] == 0)))


class SparseMatrix(Transformed):
    """A derivative that is a sparse matrix: rows are the numbers of the result, columns those of the arguments."""

    only_real = True

    def __init__(self, fun: Callable[..., Any], argnums: Argnums, has_aux: bool, pattern: Any, check: bool) -> None:
        super().__init__(fun, argnums, has_aux)
        self._given = pattern
        self._check = check
        self._structures: dict[Any, Structure] = {}
        self.passes = 0

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        scipy_sparse()
        argnums, inputs = self._prepared(args, kwargs)
        key = tuple(tuple(leaf.shape for leaf in form.leaves) for form in inputs)
        structure, fresh = self._structures.get(key), False
        if structure is None:
            structure, fresh = self._found(args, kwargs, argnums, inputs, key), True
        found, aux = self._matrix(structure, args, kwargs, argnums, inputs, checked=self._check and not fresh)
        if found is None:
            if self._given is not None:
                raise DualadValueError(
                    f"{self.verb}: the derivative has entries outside of the pattern that was given, or another size"
                )
            # The function took another branch, or what it captured has changed: another pattern.
            structure = self._found(args, kwargs, argnums, inputs, key)
            found, aux = self._matrix(structure, args, kwargs, argnums, inputs, checked=False)
        return (found, aux) if self.has_aux else found

    def __dualad_lifted__(self, *args: Any, **kwargs: Any) -> Any:
        if any(forms.is_dual(leaf) for leaf in tree.leaves((args, kwargs))):
            raise Unsupported(
                f"{self.verb} inside a function that a derivative is taken of: a sparse matrix holds plain numbers; "
                "use dualad.jacobian or dualad.hvp there"
            )
        return self(*args, **kwargs)

    def pattern(self, /, *args: Any, **kwargs: Any) -> Any:
        """The pattern at these arguments, as a sparse matrix of truth values."""
        sparse, structure = scipy_sparse(), self._structure(args, kwargs)
        ones = np.ones(len(structure.indices), bool)
        return sparse.csr_array((ones, structure.indices.copy(), structure.indptr.copy()), shape=structure.shape)

    def colors(self, /, *args: Any, **kwargs: Any) -> Ints:
        """The colour of each column (of each row where reverse mode is used) at these arguments."""
        return self._structure(args, kwargs).colors.copy()

    def _structure(self, args: Args, kwargs: Kwargs) -> Structure:
        argnums, inputs = self._prepared(args, kwargs)
        key = tuple(tuple(leaf.shape for leaf in form.leaves) for form in inputs)
        return self._structures.get(key) or self._found(args, kwargs, argnums, inputs, key)

    def _prepared(self, args: Args, kwargs: Kwargs) -> tuple[tuple[Position, ...], list[forms.Form]]:
        argnums = self._resolved(args, kwargs)
        return argnums, [forms.Form(argument(args, kwargs, a)) for a in argnums]

    def _found(self, args: Args, kwargs: Kwargs, argnums: Any, inputs: list[forms.Form], key: Any) -> Structure:
        """The structure for these arguments, kept for later calls."""
        columns = sum(form.size for form in inputs)
        if self._given is not None:
            given = scipy_sparse().csr_array(self._given)
            given.sort_indices()
            if given.shape[1] != columns:
                raise DualadValueError(
                    f"{self.verb}: the pattern has {given.shape[1]} columns, but the arguments hold {columns} numbers"
                )
            indptr, indices = given.indptr.astype(np.int64), given.indices.astype(np.int64)
        else:
            indptr, indices = self._pattern_at(args, kwargs, argnums, inputs, columns)
        structure = self._colored(indptr, indices, columns)
        self._structures[key] = structure
        return structure

    def _colored(self, indptr: Ints, indices: Ints, columns: int) -> Structure:
        raise NotImplementedError

    def _target(self, argnums: tuple[Position, ...]) -> Callable[..., Any]:
        """The function whose Jacobian is meant."""
        raise NotImplementedError

    def _pattern_at(
        self, args: Args, kwargs: Kwargs, argnums: tuple[Position, ...], inputs: list[forms.Form], columns: int
    ) -> tuple[Ints, Ints]:
        space = Patterns(columns)
        moved, start = {}, 1
        for a, form in zip(argnums, inputs):
            leaves: list[Any] = []
            for leaf in form.leaves:
                ids = np.arange(start, start + leaf.size).reshape(leaf.shape) if leaf.size else None
                leaves.append(None if ids is None else made(ids, ids))
                start += leaf.size
            moved[a] = tree.unflatten(form.treedef, leaves)
        y, dy = push_space(
            self._target(argnums), args, kwargs, moved, space, f"the pattern of {self.verb}", "pass pattern=..."
        )
        value, dy = (self._split(y)[0], dy[0]) if self.has_aux else (y, dy)
        result = forms.Form(value)
        self._require_real(result)
        found = tree.flatten_like(result.treedef, dy)
        parts = [ids_of(x).ravel() for x, leaf in zip(found, result.leaves) if leaf.size]
        ids = np.concatenate([np.zeros(0, np.int64), *parts])
        rows, indices = space.sets.members(ids)
        indptr = np.zeros(len(ids) + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=len(ids)), out=indptr[1:])
        return indptr, indices

    def _split(self, y: Any) -> tuple[Any, Any]:
        if not self.has_aux:
            return y, None
        checks.require_pair(y, self.verb)
        return y

    def _require_real(self, result: forms.Form) -> None:
        if result.complex:
            raise DualadTypeError(f"{self.verb}: the result is complex; return its real and imaginary parts")

    def _matrix(
        self,
        structure: Structure,
        args: Args,
        kwargs: Kwargs,
        argnums: tuple[Position, ...],
        inputs: list[forms.Form],
        *,
        checked: bool,
    ) -> tuple[Any, Any]:
        """The matrix, None where one more direction tells that the pattern does not hold, and aux."""
        target = self._target(argnums)
        if structure.by_rows:
            products, aux = self._pulled(target, structure, args, kwargs, argnums, inputs)
            found = structure.matrix(structure.entries(products))
            if checked:
                probe = self._pushed(target, structure.direction[:, None], args, kwargs, argnums, inputs)[0]
                found = found if structure.agrees(found, probe[:, 0]) else None
            return found, aux
        seeds = structure.seeds()
        if not checked and structure.number:
            seeds = seeds[:, :-1]
        products, aux = self._pushed(target, seeds, args, kwargs, argnums, inputs)
        if products.shape[0] != structure.shape[0]:
            return None, aux
        found = structure.matrix(structure.entries(products))
        return found if not checked or structure.agrees(found, products[:, -1]) else None, aux

    def _pushed(
        self, target: Any, seeds: Ints, args: Args, kwargs: Kwargs, argnums: Any, inputs: list[forms.Form]
    ) -> tuple[Ints, Any]:
        """Products of the matrix with directions, which lie along the last axis."""
        self.passes = seeds.shape[1]
        moved, start = {}, 0
        for a, form in zip(argnums, inputs):
            leaves: list[Any] = []
            for leaf in form.leaves:
                part = seeds[start : start + leaf.size].reshape(*leaf.shape, -1) if leaf.size else None
                leaves.append(None if part is None else pack(part.astype(leaf.dtype, copy=False)))
                start += leaf.size
            moved[a] = tree.unflatten(form.treedef, leaves)
        y, dy = push_many(target, args, kwargs, moved, seeds.shape[1])
        value, aux = self._split(y)
        result = forms.Form(value)
        self._require_real(result)
        found = tree.flatten_like(result.treedef, dy[0] if self.has_aux else dy)
        parts = [unpack(x).reshape(-1, seeds.shape[1]) for x, leaf in zip(found, result.leaves) if leaf.size]
        if not parts:
            return np.zeros((0, seeds.shape[1])), aux
        return parts[0] if len(parts) == 1 else np.concatenate(parts), aux

    def _pulled(
        self, target: Any, structure: Structure, args: Args, kwargs: Kwargs, argnums: Any, inputs: list[forms.Form]
    ) -> tuple[Ints, Any]:
        """Products of rows with the matrix: one pass of reverse mode each."""
        y, pull = reverse(target, args, kwargs, argnums)
        value, aux = self._split(y)
        result = forms.Form(value)
        self._require_real(result)
        self.passes = structure.number
        found = []
        for seed in structure.seeds().T:
            leaves, start = [], 0
            for leaf in result.leaves:
                part = seed[start : start + leaf.size].reshape(leaf.shape).astype(leaf.dtype) if leaf.size else None
                start += leaf.size
                leaves.append(None if part is None else part[()] if leaf.cls is not np.ndarray else part)
            raws = pull([result.raw(leaves), 0.0] if self.has_aux else result.raw(leaves))
            parts = [x for form, raw in zip(inputs, raws) for x in form.finish_leaves(raw) if x is not None]
            found.append(np.concatenate([np.ravel(x) for x in parts]))
        return np.stack(found), aux


class SparseJacobian(SparseMatrix):
    """The Jacobian as a sparse matrix."""

    verb = "sparse_jacobian"

    def _target(self, argnums: tuple[Position, ...]) -> Callable[..., Any]:
        return self.fun

    def _colored(self, indptr: Ints, indices: Ints, columns: int) -> Structure:
        structure = Structure(indptr, indices, columns)
        structure.try_rows()
        return structure


class SparseHessian(SparseMatrix):
    """The Hessian as a sparse matrix."""

    verb = "sparse_hessian"

    def _target(self, argnums: tuple[Position, ...]) -> Callable[..., Any]:
        return Derivative(self.fun, argnums, self.has_aux)

    def _colored(self, indptr: Ints, indices: Ints, columns: int) -> Structure:
        rows = np.repeat(np.arange(columns), np.diff(indptr))
        keys = np.unique(np.concatenate([rows * columns + indices, indices * columns + rows]))
        indptr = np.zeros(columns + 1, np.int64)
        np.cumsum(np.bincount(keys // columns, minlength=columns), out=indptr[1:])
        structure = Structure(indptr, keys % columns, columns)
        structure.make_symmetric()
        return structure


def sparse_jacobian(
    f: Callable[..., Any] = missing,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    pattern: Any = None,
    check: bool = True,
) -> Any:
    """The Jacobian as a sparse matrix, for as many directions as its columns (or rows) have colours.

    Which entries can be other than zero is found by pushing index sets through the function; columns without a common
    row then share a direction. Both are kept for arguments of the same shapes. A call with a kept pattern pushes one
    more direction to check it: a function that branches on data may have another pattern elsewhere, which is then found
    anew.

    Args:
        f: the function; it may return any tree of real numbers.
        argnums: in which arguments, as of `grad`.
        has_aux: whether `f` returns a pair `(y, aux)`, of which only the first item is differentiated.
        pattern: the pattern (an array or sparse matrix, other than zero where entries may be), if you know it.
        check: whether kept patterns are checked.

    Returns:
        A function of the same arguments that returns a `scipy.sparse.csr_array` of shape (numbers in the result,
        numbers in the arguments), both in the order of `ravel`; it holds an entry for each place of the pattern. The
        function has methods `pattern(*args)` and `colors(*args)`.

    Raises:
        DualadError: SciPy is not installed.
        DualadTypeError, DualadValueError: as `jacobian`; an entry lies outside of a pattern that was given.

    Example:
        >>> import numpy as np
        >>> from dualad.sparse import sparse_jacobian
        >>> jacobian = sparse_jacobian(lambda u: u[1:] ** 2 - u[:-1])
        >>> jacobian(np.array([1.0, 2.0, 3.0, 4.0])).toarray()
        array([[-1.,  4.,  0.,  0.],
               [ 0., -1.,  6.,  0.],
               [ 0.,  0., -1.,  8.]])
        >>> jacobian.colors(np.zeros(4))
        array([0, 1, 0, 1])
    """
    return transform(lambda fun: SparseJacobian(fun, argnums, has_aux, pattern, check), f)


def sparse_hessian(
    f: Callable[..., Any] = missing,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    pattern: Any = None,
    check: bool = True,
) -> Any:
    """The Hessian as a sparse matrix: Hessian-vector products, one for each colour of its columns.

    Entries may be read at their mirror images, so that an arrow takes two products. All else is as of
    `sparse_jacobian`; the function returns one real number.

    Example:
        >>> import numpy as np
        >>> from dualad.sparse import sparse_hessian
        >>> sparse_hessian(lambda x: np.sum((x[1:] - x[:-1] ** 2) ** 2))(np.ones(3)).toarray()
        array([[ 8., -4.,  0.],
               [-4., 10., -4.],
               [ 0., -4.,  2.]])
    """
    return transform(lambda fun: SparseHessian(fun, argnums, has_aux, pattern, check), f)
