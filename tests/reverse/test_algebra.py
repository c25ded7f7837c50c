"""Small programs of numbers and arrays of many shapes with literals that fold away: both modes, and value, agree.

What the emitted code drops, puts together or reuses depends on such literals (`x ** 1`, `0.0 * x`), on shapes that
broadcast, and on names that are bound again; the long generator seldom draws them.
"""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

import dualad
from tests.fuzz.program import compiled

NUMBER, SCALAR = "number", "scalar"  # of Python, of NumPy
LITERALS = ("0.0", "1.0", "-1.0", "2.0", "0", "1", "-1", "2", "0.5", "np.float64(0.0)", "np.float64(1.0)", "True")
BY_ELEMENT = (
    *("np.sin({0})", "np.exp(-{0})", "np.tanh({0})", "np.square({0})", "np.abs({0})", "+{0}", "-{0}", "{0} ** 2"),
    *("{0} ** 1", "{0} ** 0", "{0} ** 2.0", "np.cos({0}) * 0.0", "{0} * {0}", "np.negative({0})"),
    *("np.log1p({0} * {0})", "np.sqrt(1.0 + {0} * {0})", "1.0 / (2.0 + {0} ** 2)", "{0} - {0}"),
)
TWO = ("{0} + {1}", "{0} - {1}", "{0} * {1}", "np.multiply({0}, {1})", "np.add({0}, {1})", "np.maximum({0}, {1})")
OF_NUMBERS = {
    "np.array({0})": (), "np.asarray([{0}])": (1,), "np.full(3, {0})": (3,), "float({0})": NUMBER,
    "np.float64({0})": SCALAR, "np.array([{0}, {0}, 1.0])": (3,), "np.ones((2, 3)) * {0}": (2, 3), "[{0}, 0.0][0]": "",
    "sum([{0}, {0}])": "",
}  # fmt: skip
OF_VECTORS = {
    "{0}.sum()": SCALAR, "{0}[0]": SCALAR, "np.mean({0})": SCALAR, "{0}.dot({0})": SCALAR, "{0}.max()": SCALAR,
    "{0}[::-1]": "", "np.cumsum({0})": "", "np.zeros_like({0})": "", "{0}.copy()": "", "np.sort({0})": "",
    "np.where({0} > 0.5, {0}, 0.0)": "", "np.where({0} > 5.0, {0}, 0.0)": "", "{0}[:1]": (1,),
    "np.array([{0}[0]] * 3)": (3,), "float({0}[0])": NUMBER,
}  # fmt: skip
OF_MATRICES = {
    "{0}.sum()": SCALAR, "{0}[0, -1]": SCALAR, "{0}.reshape(-1)[0]": SCALAR, "np.zeros_like({0})": "", "{0}.copy()": "",
    "{0}[::-1]": "", "np.cumsum({0}, axis=0)": "", "np.ones({0}.shape)": "",
}  # fmt: skip
ALONG = {
    "{0}.sum(axis=0)": "n", "{0}.sum(1)": "m", "{0}[0]": "n", "{0}[:, 0]": "m", "{0}.max(axis=0)": "n",
    "np.prod({0}, axis=0)": "n", "np.sum({0}, axis=1, keepdims=True)": "m1", "np.mean({0}, 0, keepdims=True)": "1n",
}  # fmt: skip
SHAPES = (NUMBER, SCALAR, (), (1,), (3,), (2, 3), (2, 1), (1, 3), (2,))
STORES = ("{0}[0] = 0.0", "{0} *= 0.0", "{0} += s", "{0}[...] = 1.0", "{0}[0] *= s", "{0} *= 2.0", "{0} -= {0}")


def broadcast(a, b):
    """The shape of two values' sum; None where there is none."""
    dims = [() if s in (NUMBER, SCALAR) else s for s in (a, b)]
    try:
        found = np.broadcast_shapes(*dims)
    except ValueError:
        return None
    return found or (NUMBER if a == b == NUMBER else SCALAR)


class Drawn:
    """The text of a program, line by line, with the shapes of its variables."""

    def __init__(self, rng):
        self.rng = rng
        self.shapes = {"x": (3,), "A": (2, 3), "s": NUMBER}
        self.lines = []
        for k in range(rng.randrange(4, 12)):
            again = [v for v in self.shapes if v.startswith("v")]
            self.step(rng.choice(again) if again and rng.random() < 0.2 else f"v{k}")
        last = [v for v in self.shapes if v.startswith("v")][-4:] or ["s"]
        parts = [rng.choice(["np.sum({0})", "np.sum({0}) * 0.0", "np.sum({0}) * s", "2 * np.sum({0})"]) for _ in last]
        result = " + ".join(p.format(v) for p, v in zip(parts, last, strict=True))
        self.text = "\n".join(["import numpy as np", "def f(x, A, s):", *self.lines, f"    return {result}", ""])

    def step(self, name):
        """Bind a name, and now and then store into it, or multiply it in a loop or a branch."""
        rng = self.rng
        made = self.expression()
        if made is None:
            return
        value, shape = made
        self.lines.append(f"    {name} = {value}")
        self.shapes[name] = shape
        if shape not in (NUMBER, SCALAR, ()) and rng.random() < 0.2:
            self.lines += [f"    {name} = {name} * 1.0", f"    {rng.choice(STORES).format(name)}"]
        if rng.random() < 0.1:
            head = rng.choice([f"for i in range({rng.randrange(3)})", f"if s > {rng.choice(['0.0', '5.0'])}"])
            self.lines += [f"    {head}:", f"        {name} = {name} * {rng.choice(['0.0', '1.0', 's', '-1'])}"]

    def expression(self):
        """An expression and its shape; None where what was drawn cannot be had."""
        rng = self.rng
        name = rng.choice(list(self.shapes))
        shape, kind = self.shapes[name], rng.random()
        if kind < 0.25:
            literal = rng.choice(LITERALS)
            forms = [f"{name} {op} {literal}" for op in "+-*"] + [f"{literal} {op} {name}" for op in "+-*"]
            forms += [f"{name} / {literal}"] if float(eval(literal)) else []
            return rng.choice(forms), SCALAR if shape == NUMBER and "np" in literal else shape
        if kind < 0.5:
            other = rng.choice(list(self.shapes))
            both, form = broadcast(shape, self.shapes[other]), rng.choice(TWO)
            found = SCALAR if both == NUMBER and "np" in form else both
            return (form.format(name, other), found) if both in SHAPES else None
        if kind < 0.65:
            form = rng.choice(BY_ELEMENT)
            return form.format(name), SCALAR if shape == NUMBER and "np" in form else shape
        if shape in (NUMBER, SCALAR):
            return self.chosen(OF_NUMBERS, name, shape)
        if shape == ():
            return f"{name} * 1.0", SCALAR
        if len(shape) == 1:
            return self.chosen(OF_VECTORS, name, shape)
        if rng.random() < 0.5:
            return self.chosen(OF_MATRICES, name, shape)
        form = rng.choice(list(ALONG))
        m, n = shape
        return form.format(name), {"m": (m,), "n": (n,), "m1": (m, 1), "1n": (1, n)}[ALONG[form]]

    def chosen(self, forms, name, shape):
        form = self.rng.choice(list(forms))
        return form.format(name), shape if forms[form] == "" else forms[form]


ARGS = (np.array([0.7, 1.2, 0.4]), np.array([[0.3, 1.1, 0.9], [0.8, 0.2, 0.6]]), 0.9)


def flat(gradients):
    return np.concatenate([np.ravel(g) for g in gradients])


@pytest.mark.parametrize("block", range(8))
def test_both_modes_agree(block):
    met = 0
    for seed in range(40 * block, 40 * block + 40):
        text = Drawn(random.Random(seed)).text
        f = compiled(text, f"<algebra {seed}>")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # overflow, of squares of squares
            value = f(*ARGS)
        if not abs(value) < 1e8:
            continue
        met += 1
        forward = flat(dualad.jacfwd(f, (0, 1, 2))(*ARGS))
        again, gradients = dualad.value_and_grad(f, (0, 1, 2))(*ARGS)
        assert again == pytest.approx(value, rel=1e-12), text
        for found in (dualad.grad(f, (0, 1, 2))(*ARGS), gradients, dualad.vjp(f, *ARGS)[1](1.0)):
            np.testing.assert_allclose(flat(found), forward, rtol=1e-9, atol=1e-9, err_msg=text)
    assert met > 20
