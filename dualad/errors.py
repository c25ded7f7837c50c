"""Every error that dualad raises on purpose."""

from __future__ import annotations


class DualadError(Exception):
    """Base of every error that dualad raises on purpose."""


class DualadTypeError(DualadError, TypeError):
    """An argument of a kind that has no derivative, or a container of the wrong structure."""


class DualadValueError(DualadError, ValueError):
    """An argument of the right kind with a value, shape or position that does not fit."""


class Unsupported(DualadError, NotImplementedError):
    """Code that dualad does not differentiate; refused before it runs, with what to write instead."""


class RegistryError(DualadError, ValueError):
    """A derivative rule that contradicts the function it is stated for, or that is stated twice."""
