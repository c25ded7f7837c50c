"""Python's functions of numbers in lists and rows, which have rules where it is known that they are given those.

`max` and `min` choose the first of equal numbers. Of other arguments, lists and arrays among them, Python's own
functions decide what is compared with what, and what a list is made of.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any


def largest_of_three(x1: Any, x2: Any, x3: Any) -> Any:
    """`max` of three numbers."""
    return max(x1, x2, x3)


def largest_of_four(x1: Any, x2: Any, x3: Any, x4: Any) -> Any:
    """`max` of four numbers."""
    return max(x1, x2, x3, x4)


def smallest_of_three(x1: Any, x2: Any, x3: Any) -> Any:
    """`min` of three numbers."""
    return min(x1, x2, x3)


def smallest_of_four(x1: Any, x2: Any, x3: Any, x4: Any) -> Any:
    """`min` of four numbers."""
    return min(x1, x2, x3, x4)


def largest_item(items: Any) -> Any:
    """`max` of a list or tuple of numbers."""
    return max(items)


def smallest_item(items: Any) -> Any:
    """`min` of a list or tuple of numbers."""
    return min(items)


def items_of_row(row: Any) -> list[Any]:
    """`list` of an array with one axis."""
    return list(row)


def items_again(items: Any) -> list[Any]:
    """`list` of a list of numbers."""
    return list(items)


LISTS = (items_of_row, items_again)

OF_ITEMS: dict[Callable[..., Any], Callable[..., Any]] = {builtins.max: largest_item, builtins.min: smallest_item}
"""What is called where the one argument is a list or tuple of numbers."""

BY_COUNT: dict[tuple[Callable[..., Any], int], Callable[..., Any]] = {
    (builtins.max, 3): largest_of_three,
    (builtins.max, 4): largest_of_four,
    (builtins.min, 3): smallest_of_three,
    (builtins.min, 4): smallest_of_four,
}
"""What is called, by the function that a program calls and the number of its arguments, where all are numbers."""
