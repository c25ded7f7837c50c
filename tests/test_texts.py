"""Numbers that are read back from texts of active values: refused in both modes, or else they would be constants."""

import numpy as np
import pytest

import dualad


def by_str(x):
    return float(str(x)) * 2


def by_repr(x):
    return float(f"{x!r}") * 2


def by_percent(x):
    return float("%r" % x) * x


def by_format(x):
    return float("{}".format(x))  # noqa: UP032


def by_format_of_one(x):
    return complex(format(x, ".3f")).real


def rounded(x):
    return int(f"{x:.0f}") * x


def by_ratio(x):
    n, m = x.as_integer_ratio()
    return n / m


def in_parts(x):
    return x * float(str(x).strip().split(".")[0])


def kept_in_a_dict(x):
    kept = {}
    kept["x"] = str(x)
    return x + float(kept["x"])


def by_map(x):
    return sum(list(map(float, [str(x), str(2 * x)])))


def joined(x):
    total = 0.0
    for part in ",".join([str(v) for v in (x, 2 * x)]).split(","):
        total += float(part)
    return total


def by_bytes(x):
    return np.frombuffer(np.array([x, x]).tobytes()).sum()


BOTH = [by_str, by_repr, by_percent, by_format, by_format_of_one, rounded, by_ratio, kept_in_a_dict, by_map]


@pytest.mark.parametrize("f", [*BOTH, in_parts, joined, by_bytes])
def test_reverse_refuses_numbers_read_from_texts(f):
    with pytest.raises(dualad.Unsupported, match="no derivative"):
        dualad.grad(f)(1.5)


@pytest.mark.parametrize("f", BOTH)
def test_forward_refuses_numbers_read_from_texts(f):
    with pytest.raises(dualad.Unsupported, match="derivative"):
        dualad.jvp(f, (1.5,), (1.0,))


def labelled(x, scale):
    """Texts that are shown, kept, and looked up by; a number that is read from a constant's."""
    names = {f"{x:.1f}": 2.0 * x}
    shown = [str(x), "%g" % x, repr(x)]  # noqa: UP031
    if float(f"{scale}") > 1.0 and shown[0].startswith("1"):
        return names[f"{x:.1f}"] * float(str(scale)) * len(shown)
    return x


def test_texts_that_are_looked_up_are_as_they_are():
    assert dualad.grad(labelled)(1.5, 3.0) == pytest.approx(18.0)
    assert dualad.jvp(lambda x: labelled(x, 3.0), (1.5,), (1.0,))[1] == pytest.approx(18.0)


def test_texts_that_leave_are_read_as_texts():
    def f(x):
        return x * x, f"{x}"

    (text, number) = dualad.value_and_grad(f, has_aux=True)(1.5)[0][1], 1.5
    assert float(text) == number
    kept = []

    def g(x):
        kept.append(f"{x}")
        return x * x

    dualad.jvp(g, (1.5,), (1.0,))
    assert float(kept[0]) == number and int(kept[0][:1]) == 1


@pytest.mark.parametrize("outer", [dualad.grad, lambda f: lambda x: dualad.jvp(f, (x,), (1.0,))[1]])
def test_texts_in_a_derivative_of_a_derivative(outer):
    def f(x):
        shown = f"{x:.2f}" + str(x) + f"{x!r:>9}"
        return x * x * x if f"{shown}" and str(str(x)) and shown.split(".") else x

    slope = outer(lambda x: dualad.jvp(f, (x,), (1.0,))[1])
    assert slope(1.5) == pytest.approx(9.0)
    assert outer(dualad.grad(f))(1.5) == pytest.approx(9.0)
