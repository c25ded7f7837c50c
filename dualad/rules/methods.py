"""Methods and attributes of arrays: each does what a function of the same name does."""

from __future__ import annotations

import math
import operator

import numpy as np

from dualad.registry import Primitive, Rule, add_attribute, add_method, method, method_caller
from dualad.rules.helpers import swap_last
from dualad.rules.indexing import choose_back, scatter, take_back
from dualad.rules.listing import list_back
from dualad.rules.shaping import astype_back, order_known, repeat_back, transpose_back
from dualad.rules.ufuncs import clip_share, lower_share, upper_share

__dualad_lift__ = True


def _linear(name: str, *transposes: Rule | None, **facts) -> None:
    add_method(name, Primitive(method_caller(name), "linear", transposes, name=f".{name}()", **facts))


def _constant(name: str, like=None, **facts) -> None:
    if like is not None:
        method(name, like, **facts)
    else:
        add_method(name, Primitive(method_caller(name), "constant", name=f".{name}()", **facts))


def _attribute(name: str, form: str, *transposes: Rule | None, **facts) -> None:
    def read(a, /):
        return getattr(a, name)

    read.__name__ = read.__qualname__ = name
    add_attribute(name, Primitive(read, form, transposes, name=f".{name}", **facts))


# Methods that take what the function of the same name takes

for _name in ("sum", "mean", "prod", "max", "min", "var", "std", "cumsum", "cumprod"):
    method(_name, getattr(np, _name))
for _name in ("dot", "take", "trace", "diagonal", "swapaxes", "squeeze", "ravel"):
    method(_name, getattr(np, _name))
for _name in ("conj", "conjugate"):
    method(_name, np.conjugate, kind="conjugated", aliases="maybe")  # that of a real array is the array
for _name in ("any", "all", "argmax", "argmin", "argsort", "argpartition", "nonzero", "searchsorted", "round"):
    _constant(_name, getattr(np, _name))

# Methods of their own ways


def shape_of(shape):
    """The shape that `reshape` was given, in one argument or in several."""
    return shape[0] if len(shape) == 1 else shape


def axes_given(axes):
    """The axes that `transpose` was given: none, one tuple, or one by one."""
    return None if not axes or axes[0] is None else axes[0] if np.ndim(axes[0]) else axes


def item_back(ct, shape, args):
    """The transpose of `item`, which reads one element by a flat index or by one index for each axis."""
    if not args:
        return np.reshape(ct, shape)
    key = args[0] if len(args) == 1 else args
    if np.ndim(key) == 0:
        key = tuple(int(i) for i in np.unravel_index(key % math.prod(shape), shape))
    return scatter(ct, shape, key)


def compressed_back(ct, shape, condition, axis):
    """The transpose of `compress`."""
    return take_back(ct, shape, np.flatnonzero(condition), axis, "raise")


_linear(
    "reshape",
    lambda ct, a, *shape, order="C", copy=None: np.reshape(ct, a.shape, order=order_known(order)),
    aliases="maybe",
    kind="reshape",
)
_linear("transpose", lambda ct, a, *axes: transpose_back(ct, axes_given(axes)), aliases="yes", kind="transpose")
_linear("flatten", lambda ct, a, order="C": np.reshape(ct, a.shape, order=order_known(order)), kind="ravel")
_linear("view", lambda ct, a: ct, kind="like", aliases="yes")
_linear("copy", lambda ct, a, order="C": ct, kind="like")
_linear(
    "astype",
    lambda ct, a, dtype, order="K", casting="unsafe", subok=True, copy=True: astype_back(ct, a),
    aliases="maybe",
    kind="like",
)
_linear("repeat", lambda ct, a, repeats, axis=None: repeat_back(ct, a.shape, repeats, axis), kind="repeated")
_linear("compress", lambda ct, a, condition, axis=None: compressed_back(ct, a.shape, condition, axis))
_linear("item", lambda ct, a, *args: item_back(ct, a.shape, args), kind="item")
_linear("tolist", lambda ct, a: list_back(ct, a.shape), kind="lists")
_linear(
    "choose",
    None,
    lambda ct, a, choices, *, mode="raise": choose_back(ct, a, choices, mode),
    sequences=(1,),
)
add_method(
    "clip",
    Primitive(
        method_caller("clip"),
        "elementwise",
        (
            lambda a, min=None, max=None, ans=None: clip_share(a, min, max, ans.dtype),
            lambda a, min=None, max=None, ans=None: lower_share(a, min, max, ans.dtype),
            lambda a, min=None, max=None, ans=None: upper_share(a, min, max, ans.dtype),
        ),
        name=".clip()",
        kind="clipped",
    ),
)

for _name, _why in {
    "getfield": "read the real or imaginary part by `.real` and `.imag`",
    "to_device": "arrays stay where they are",
    "__array__": "the array is used as it is",
}.items():
    add_method(_name, Primitive(method_caller(_name), "refused", name=f".{_name}()", why=_why, aliases="maybe"))

# Methods that write into their array, and those that say something about it

for _name in ("sort", "partition", "fill", "put", "resize", "itemset", "setfield", "setflags"):
    _constant(_name, writes=("obj",), kind="none")
add_method(
    "byteswap",
    Primitive(
        method_caller("byteswap"),
        "refused",
        name=".byteswap()",
        why="keep the array as it is",
        aliases="maybe",
        writes=("obj",),
    ),
)
for _name in ("tobytes", "tofile", "dump", "dumps"):
    _constant(_name)

# Methods that operators stand for, of numbers as well, which have them of Python


def _special(name: str, definition) -> None:
    add_method(name, Primitive(method_caller(name), "defined", definition=definition, name=f".{name}()"))


def unary(fn):
    """A method of one number."""
    return lambda x: fn(x)


def binary(fn):
    """A method of the first of two numbers."""
    return lambda x1, x2: fn(x1, x2)


def turned(fn):
    """The same of the second."""
    return lambda x1, x2: fn(x2, x1)


for _name in ("neg", "pos", "abs"):
    _special(f"__{_name}__", unary(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _special(f"__{_name}__", binary(getattr(operator, _name)))
    _special(f"__r{_name}__", turned(getattr(operator, _name)))
for _name in ("divmod", "rdivmod"):
    _special(f"__{_name}__", (turned if _name == "rdivmod" else binary)(divmod))
_special("__float__", unary(float))
for _name in ("lt", "le", "eq", "ne", "gt", "ge", "int", "bool", "round", "trunc", "floor", "ceil"):
    _constant(f"__{_name}__")

# Attributes

_attribute("T", "linear", lambda ct, a: np.transpose(ct), kind="transpose", aliases="yes")
_attribute("mT", "linear", lambda ct, a: swap_last(ct), aliases="yes", kind="matrix_transpose")
_attribute("real", "linear", lambda ct, a: ct, aliases="maybe", kind="real_part")
_attribute("imag", "linear", lambda ct, a: -1j * ct, aliases="maybe", constant_if_real=True, kind="real_part")
_attribute("shape", "constant", kind="shape")
for _name in ("ndim", "size", "itemsize", "nbytes"):
    _attribute(_name, "constant", kind="int")
for _name in ("flat", "base", "data", "ctypes"):
    _attribute(_name, "refused", why="use `.ravel()`, or the array itself", aliases="maybe")
for _name in ("dtype", "strides", "flags", "device"):
    _attribute(_name, "constant")
