"""Signatures of functions of C that are read from their text, beside Python's own."""

import builtins
import inspect
import math
import operator

import pytest

from dualad import signatures

FUNCTIONS = [
    fn for module in (builtins, math, operator) for name, fn in sorted(vars(module).items()) if inspect.isbuiltin(fn)
]


@pytest.mark.parametrize("fn", FUNCTIONS, ids=lambda fn: f"{fn.__module__}.{fn.__name__}")
def test_own_signatures_are_python_s(fn):
    try:
        expected = inspect.signature(fn)
    except ValueError:
        expected = None
    assert signatures.own(fn) == expected


def test_most_are_read_without_a_tokenizer():
    assert sum(signatures._by_position(fn) is not None for fn in FUNCTIONS) > 100


def test_methods_and_classes_are_left_to_python():
    assert signatures.own([].append) == inspect.signature([].append)
    assert signatures.own(int.bit_length) == inspect.signature(int.bit_length)
    assert signatures.own(dict.fromkeys) == inspect.signature(dict.fromkeys)
