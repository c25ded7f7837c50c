"""Who states the rules of a package or of a part of one; they are loaded when one of its functions is first met."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.collecting import put_off

_loaders: dict[str, Callable[[str], object]] = {}
_loaded: set[str] = set()
_begun: set[str] = set()
_settled: set[str] = set()  # modules whose functions have no more rules to load
_lock = threading.RLock()


def add_loader(package: str, load: Callable[[str], object]) -> None:
    """Say who states the rules of a package or a part of one ("numpy", "scipy.special").

    `load` is called once, with the name, when one of its functions is met; where several state rules, each is.
    """
    _settled.clear()
    before = _loaders.get(package)
    _loaders[package] = load if before is None else lambda name: (before(name), load(name))


def is_loaded(package: str) -> bool:
    """Whether the rules of a package are there."""
    return package in _loaded


def load_for(fn: Any) -> bool:
    """Load the rules of the package that a function is of; whether there are any."""
    module = getattr(fn, "__module__", None)
    if type(module) is str and module in _settled:
        return False
    ufunc = fn if isinstance(fn, np.ufunc) else getattr(fn, "__self__", None)
    if isinstance(ufunc, np.ufunc):
        module = module or module_of_ufunc(ufunc)
    if not isinstance(module, str):
        return False
    part = ".".join(module.split(".", 2)[:2])
    package = part if part in _loaders else module.partition(".")[0]
    found = load(package)
    if package in _loaded or package not in _loaders:
        _settled.add(module)
    return found


def load(package: str) -> bool:
    """Load the rules of a package; whether there were any to load."""
    if package in _loaded or package not in _loaders:
        return False
    with _lock:  # another thread may be at it
        if package in _loaded:
            return True
        if package in _begun:  # this one is at it
            return False
        _begun.add(package)
        try:
            with put_off():
                _loaders[package](package)
        finally:
            _begun.remove(package)
        _loaded.add(package)
    return True


def module_of_ufunc(fn: np.ufunc) -> str:
    """The module that a ufunc is public in; ufuncs themselves do not know."""
    for name in ("numpy", "scipy.special"):
        if getattr(sys.modules.get(name), fn.__name__, None) is fn:
            return name
    return "numpy"
