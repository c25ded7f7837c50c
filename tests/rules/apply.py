"""Rules applied as the registry says they are meant, in the plainest reading."""

from __future__ import annotations

import inspect

import numpy as np

import dualad.rules  # noqa: F401  (so that the registry knows who states rules)
from dualad.forward import attach, detach
from dualad.forward.apply import apply as apply_primitive
from dualad.forward.levels import new_level
from dualad.reverse import engine


def leaves(x):
    """The arrays and numbers of a value, in order."""
    if isinstance(x, (list, tuple)):
        return [leaf for item in x for leaf in leaves(item)]
    return [x]


def rebuilt(x, values):
    """`x` with other leaves, taken from the iterator `values`; sequences become lists."""
    if isinstance(x, (list, tuple)):
        return [rebuilt(item, values) for item in x]
    return next(values)


def call_rule(rule, ans, args, kwargs, *first):
    """A rule called with what it names: what comes first (`ct` or `t`), `ans` if it wants it, and the arguments."""
    names = inspect.signature(rule).parameters
    if "ans" not in names:
        return rule(*first, *args, **kwargs)
    if first:
        assert list(names)[len(first)] == "ans"
        return rule(*first, ans, *args, **kwargs)
    return rule(*args, **kwargs, ans=ans)


def unbroadcast(ct, shape):
    ct = np.asarray(ct)
    extra = ct.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1)
    return ct.sum(axis=axes).reshape(shape)


def is_inexact(x):
    return all(np.result_type(leaf).kind in "fc" for leaf in leaves(x))


def like(x, value):
    """`value` as a tangent or cotangent of `x`: its real part where x is real."""
    if isinstance(x, (list, tuple)):
        items = value if isinstance(value, (list, tuple, np.ndarray)) else [value] * len(x)
        assert len(items) == len(x)
        return [like(a, b) for a, b in zip(x, items)]
    if not np.iscomplexobj(x) and np.iscomplexobj(value):
        value = np.real(value)
    return value


def attached(x, t, level):
    if isinstance(x, (list, tuple)):
        return [attached(a, b, level) for a, b in zip(x, t)]
    return attach(x, t, level)


def by_definition(primitive, args, kwargs):
    """Whether the call is differentiated through a definition, which only the two modes can do."""
    return primitive.definition is not None and primitive.definition_for(args, kwargs) is not None


def jvp(primitive, fn, args, kwargs, tangents):
    """The tangent of the result; `tangents` by position."""
    if by_definition(primitive, args, kwargs):
        with new_level() as level:
            given = [attached(a, tangents[i], level) if i in tangents else a for i, a in enumerate(args)]
            ans = apply_primitive(primitive, given, kwargs)
            parts = [detach(leaf, level) for leaf in leaves(ans)]
        return rebuilt(ans, (np.zeros_like(x) if t is None else t for x, t in parts))
    ans = fn(*args, **kwargs)
    if primitive.form == "constant" or not is_inexact(ans):
        return rebuilt(ans, (np.zeros(np.shape(a)) for a in leaves(ans)))
    if primitive.form == "linear":
        def zeros(x):
            return rebuilt(x, (np.zeros(np.shape(a), np.result_type(a)) for a in leaves(x)))

        filled = [
            tangents[i] if i in tangents else zeros(a) if i in primitive.argnums else a for i, a in enumerate(args)
        ]
        return like(ans, fn(*filled, **kwargs))
    total = None
    for i, t in tangents.items():
        if primitive.form == "elementwise":
            term = call_rule(primitive.rules[i], ans, args, kwargs) * t
            term = np.broadcast_to(term, np.shape(ans))
        elif primitive.form == "multilinear":
            term = fn(*args[:i], t, *args[i + 1 :], **kwargs)
        else:
            term = call_rule(primitive.jvps[i], ans, args, kwargs, t)
        term = like(ans, term)
        if total is None:
            total = term
        else:
            total = rebuilt(ans, (a + b for a, b in zip(leaves(total), leaves(term))))
    return total


def vjp(primitive, fn, args, kwargs, ct, i):
    """The cotangent of argument `i`."""
    if by_definition(primitive, args, kwargs):
        return like(args[i], engine.split(primitive, args, kwargs, (i,))[1](ct)[0])
    ans = fn(*args, **kwargs)
    rule = primitive.rules[i]
    if primitive.form == "elementwise":
        return like(args[i], unbroadcast(ct * call_rule(rule, ans, args, kwargs), np.shape(args[i])))
    return like(args[i], call_rule(rule, ans, args, kwargs, ct))


def pair(ct, t):
    """`Re(sum(ct * t))` over all leaves; 0.0 is the zero cotangent of anything."""
    if isinstance(t, (list, tuple)):
        items = ct if isinstance(ct, (list, tuple, np.ndarray)) else [0.0] * len(t)
        assert len(items) == len(t)
        return sum(pair(a, b) for a, b in zip(items, t))
    if np.ndim(ct) == 0 and ct == 0.0:
        return 0.0
    assert np.shape(ct) == np.shape(t), (np.shape(ct), np.shape(t))
    return float(np.sum(np.real(np.asarray(ct) * np.asarray(t))))
