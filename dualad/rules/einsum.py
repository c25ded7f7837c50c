"""The transpose of `np.einsum`, which is another `einsum` and what it takes to put axes back."""

from __future__ import annotations

import numpy as np

from dualad.rules.indexing import scatter

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def in_letters(sublist):
    """Subscripts as letters, of numbers."""
    return "".join("..." if s is Ellipsis else LETTERS[s] for s in sublist)


def as_string(args):
    """The subscripts as a string, and the operands, of a call in which operands and lists alternate."""
    terms = [in_letters(s) for s in args[1::2]]
    if len(args) % 2:
        return ",".join(terms) + "->" + in_letters(args[-1]), args[:-1:2]
    return ",".join(terms), args[::2]


def spelled_out(subscripts, ndims):
    """The labels of each operand and of the result, ellipses given labels of their own."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    free = [c for c in LETTERS if c not in subscripts]
    extra = [n - len(t.replace("...", "")) if "..." in t else 0 for t, n in zip(terms, ndims, strict=True)]
    dots = "".join(free[: max(extra)])
    if not arrow:
        letters = inputs.replace(",", "").replace("...", "")
        output = ("..." if dots else "") + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    terms = [t.replace("...", dots[len(dots) - n :]) for t, n in zip(terms, extra, strict=True)]
    return terms, output.replace("...", dots)


def sizes_of(terms, shapes):
    """The size of each label; one that is 1 somewhere is broadcast."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, n in zip(term, shape, strict=True):
            sizes[label] = n if sizes.get(label, 1) == 1 else sizes[label]
    return sizes


def squeezed(term, operand, sizes):
    """An operand and its labels without the axes along which it is broadcast."""
    shape = np.shape(operand)
    left = [i for i, label in enumerate(term) if shape[i] == sizes[label]]
    return "".join(term[i] for i in left), np.reshape(operand, tuple(shape[i] for i in left))


def einsum_back(ct, subscripts, operands, position):
    """The cotangent of the operand at `position`, which counts all arguments after the first."""
    if not isinstance(subscripts, str):
        if position % 2 == 0:  # a list of subscripts
            return 0.0
        position = (position + 1) // 2
        subscripts, operands = as_string((subscripts, *operands))
    shapes = [np.shape(o) for o in operands]
    terms, output = spelled_out(subscripts, [len(s) for s in shapes])
    if position >= len(terms):  # the subscripts of the result
        return 0.0
    sizes = sizes_of(terms, shapes)
    rest = [squeezed(t, o, sizes) for i, (t, o) in enumerate(zip(terms, operands, strict=True)) if i != position]
    term, shape = terms[position], shapes[position]
    labels = "".join(dict.fromkeys(c for c, n in zip(term, shape, strict=True) if n == sizes[c]))
    known = set(output).union(*(t for t, _ in rest))
    found = "".join(c for c in labels if c in known)
    formula = ",".join([output, *(t for t, _ in rest)]) + "->" + found
    part = np.einsum(formula, ct, *(o for _, o in rest), optimize=len(rest) > 1)
    # A label that occurs nowhere else was summed over: the cotangent is the same all along it.
    part = np.reshape(part, tuple(sizes[c] if c in known else 1 for c in labels))
    part = np.broadcast_to(part, tuple(sizes[c] for c in labels))
    if len(set(term)) < len(term):
        return on_diagonal(part, labels, term, shape)
    return np.reshape(part, shape)


def on_diagonal(part, labels, term, shape):
    """`part`, whose axes have `labels`, in zeros with the axes of `term`, in which labels are repeated."""
    key = []
    for label, n in zip(term, shape, strict=True):
        at = labels.find(label)
        key.append(0 if at < 0 else np.reshape(np.arange(n), (1,) * at + (n,) + (1,) * (len(labels) - at - 1)))
    return scatter(part, shape, tuple(key))
