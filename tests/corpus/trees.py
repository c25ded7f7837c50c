"""Containers of numbers, for the harness alone: it shares no code with what it tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def children(tree: Any) -> list[tuple[str, Any]] | None:
    """The labelled parts of a container; None for a leaf."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return [(f".{k}", getattr(tree, k)) for k in tree._fields]
    if isinstance(tree, (list, tuple)):
        return [(f"[{i}]", v) for i, v in enumerate(tree)]
    if isinstance(tree, dict):
        return [(f"[{k!r}]", v) for k, v in tree.items()]
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [(f".{f.name}", getattr(tree, f.name)) for f in dataclasses.fields(tree)]
    return None


def remake(tree: Any, parts: list[Any]) -> Any:
    """A container like `tree` of other parts."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*parts)
    if isinstance(tree, dict):
        return dict(zip(tree, parts, strict=True))
    if isinstance(tree, (list, tuple)):
        return type(tree)(parts)
    return type(tree)(**{f.name: p for f, p in zip(dataclasses.fields(tree), parts, strict=True)})


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All leaves with their paths, in order."""
    parts = children(tree)
    if parts is None:
        yield path, tree
        return
    for label, part in parts:
        yield from leaves(part, path + label)


def tree_map(fn: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """`fn` of each leaf of `tree` and of what stands at the same place in others (None stands for a tree of None)."""
    parts = children(tree)
    if parts is None:
        return fn(tree, *others)
    columns = []
    for other in others:
        inside = [(label, None) for label, _ in parts] if other is None else children(other)
        if inside is None or [label for label, _ in inside] != [label for label, _ in parts]:
            raise AssertionError(f"structure of {other!r} is not that of {tree!r}")
        columns.append([part for _, part in inside])
    mapped = [tree_map(fn, part, *(c[i] for c in columns)) for i, (_, part) in enumerate(parts)]
    return remake(tree, mapped)


def arrays(tree: Any) -> list[np.ndarray]:
    return [leaf for _, leaf in leaves(tree) if isinstance(leaf, np.ndarray)]


def copied(tree: Any) -> Any:
    """A copy that shares nothing with `tree` (two places that hold one array hold one copy)."""
    seen: dict[int, Any] = {}

    def one(leaf: Any) -> Any:
        if not isinstance(leaf, np.ndarray):
            return leaf
        return seen.setdefault(id(leaf), leaf.copy(order="K"))

    return tree_map(one, tree)


def same(a: Any, b: Any) -> bool:
    """Whether two trees are equal in every bit, in types and in structure."""
    first, second = children(a), children(b)
    if first is not None or second is not None:
        if type(a) is not type(b) or first is None or second is None:
            return False
        return [k for k, _ in first] == [k for k, _ in second] and all(
            same(v, w) for (_, v), (_, w) in zip(first, second, strict=True)
        )
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(a, (float, complex, np.generic)):
        return bool(a == b) or (a != a and b != b)
    if a is not b and type(a).__eq__ is object.__eq__ and hasattr(a, "__dict__"):  # an object is what it holds
        return same(vars(a), vars(b))
    return a is b or bool(a == b)


def describe(tree: Any) -> str:
    """A short text of a tree for messages."""
    text = ", ".join(
        f"{path or 'value'}: {type(leaf).__name__}"
        + (f"{leaf.dtype}{leaf.shape}" if isinstance(leaf, np.ndarray) else "")
        + f"={np.array2string(leaf, precision=17) if isinstance(leaf, np.ndarray) else leaf!r}"
        for path, leaf in leaves(tree)
    )
    return text if len(text) < 1500 else text[:1500] + "..."
