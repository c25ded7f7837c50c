"""Sparse derivatives: which entries can be other than zero, directions that serve many columns, sparse matrices.

* `sets`: which inputs each number depends on, as nodes of a graph that grows as the function runs.
* `patterns`: the space of forward mode whose tangents are such nodes.
* `coloring`: groups of columns (or rows) that no row (column) needs apart.
* `matrices`: `sparse_jacobian` and `sparse_hessian`.

SciPy is imported when one of these is called.
"""

from __future__ import annotations

from dualad.sparse.matrices import sparse_hessian, sparse_jacobian

__all__ = ["sparse_hessian", "sparse_jacobian"]
