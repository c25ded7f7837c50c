"""How functions are called: by name, under a name of the program's own, with what is constant beside what is not."""

import functools
import operator

import numpy as np

from tests.corpus.base import mat, num, program, vec

CHOSEN = np.arange(12).reshape(3, 4) % 3 > 0
BOTH = (0, 1)
WIDTHS = {-1: (1, 2), 0: 1}
largest = np.max
padded = np.pad
contracted = np.einsum
ROWS, COLUMNS = [0, 1], [1, 2]


@program(args=(vec(3),), tags="call keyword linear", complex_ok=True)
def constants_by_name(a):
    out = np.sum(np.append(a, values=[5.0, 6.0]) ** 2)
    out = out + np.sum(np.linspace(a, stop=2.5, num=3) ** 2)
    out = out + np.sum(np.insert(a, 1, values=7.0) * np.arange(4.0))
    return out + np.sum(np.full_like(a, fill_value=3.0) * a)


@program(args=(vec(4),), tags="call keyword linear diff")
def differences_with_ends_by_name(a):
    out = np.sum(np.diff(a, append=9.0) ** 2) + np.sum(np.diff(a, n=2, prepend=a[:1], append=1.0) ** 2)
    return out + np.sum(np.diff(a, n=0, prepend=3.0) ** 2) + np.sum(np.diff(a, append=a[:2] * a[1]) ** 2)


@program(args=(vec(4),), tags="call keyword linear select")
def default_by_name(a):
    low = np.select([a > 0.5], [a * a], default=9.0)
    return low * np.select(condlist=[a > 0.2], choicelist=[a], default=2.0)


@program(args=(mat(3, 4),), tags="call keyword global axis")
def reductions_under_another_name(a):
    out = largest(a * a, axis=BOTH, where=CHOSEN, initial=-5.0) + largest(a, axis=BOTH[:1], initial=-2.0)
    return out + np.sum(padded(a, WIDTHS) ** 3)


@program(args=(mat(2, 2), mat(2, 2)), tags="call positional global einsum", complex_ok=True)
def subscripts_under_another_name(a, b):
    return contracted(a, ROWS, b, COLUMNS)


@program(args=(vec(3), vec(3)), tags="call zero contribution")
def what_nothing_flows_into(a, b):
    signed = np.copysign(a, np.asarray(b)) * np.full_like(np.cumsum(b), 2.0)
    whole = np.modf(np.asarray(b))[1]
    return signed * whole + 0 * np.asarray(b)


@program(args=(vec(3), vec(3)), tags="call zero contribution loop")
def what_nothing_flows_into_in_a_loop(a, b):
    c = b * 1.0
    for i in range(3):
        c = np.copysign(a, c) if i == 1 else np.asarray(c) * a
    return c


@program(args=(num(), num()), tags="call method operator number")
def operators_as_methods(x, y):
    out = x.__add__(y).__mul__(x.__neg__()) + x.__pow__(2) - y.__rsub__(1.0)
    out = out + x.__truediv__(y) / y.__rtruediv__(x) + x.__abs__() + (x * y).__rpow__(2.0)
    return out if x.__gt__(y) and x.__round__(1) > -9.0 else out * x.__pos__()


@program(args=(vec(3), vec(3)), tags="call method operator array")
def operators_of_arrays_as_methods(a, b):
    out = a.__add__(b).__mul__(a.__neg__()) + a.__pow__(2) - b.__rsub__(1.0)
    return out.__matmul__(b) + a[0].__mul__(b[1]) + np.sum(a.__rmul__(b))


def _cosines(shape, k=0):
    return np.cos(np.arange(int(np.prod(shape))) * 1.3 + k).reshape(shape)


def _weighed(r, k=0):
    r = np.asarray(r)
    return np.sum(_cosines(r.shape, k) * r)


@program(args=(vec(3),), tags="call shape method")
def an_empty_shape_is_passed_on(x):
    return _weighed(np.sum(x * x)) + _weighed(x * x, 1)


@program(args=(num(), num()), tags="list tuple operator")
def lists_joined_by_the_name_of_an_operator(x, k):
    a = operator.add([x], [k * k])
    b = operator.mul(3, [x * k])
    c = operator.mul((x, k), 2)
    return a[0] * a[1] + b[0] * b[2] + np.sin(c[3]) + operator.add(*a)


@program(args=(num(), num()), tags="list tuple sum")
def lists_joined_by_sum(x, k):
    a = sum([[x], [k], [x * k]], [])
    b = sum(((x, k), (k * k,)), start=(x,))
    return a[0] * a[1] ** 2 + np.exp(a[2]) + b[0] * b[3] + b[2]


@program(args=(num(), num()), tags="list tuple max")
def larger_and_smaller_of_sequences(x, k):
    best, rest = max((x * x, k), (k * k * 9.0, x))
    a, b = min([x, k], [k + 9.0, x])
    return best * rest + np.sin(a) * b + max([x], [k - 9.0])[0]


@program(args=(vec(3), num()), tags="unpacking call")
def arguments_in_a_list_of_the_programs_own(x, k):
    given = [x * k, None, 0.7]
    given[0] = given[0] + 0.1
    place = [x, 1]
    place[0] = x * x
    step = [5, 0.3]
    step[1] = k
    formula = [x, [0], x * k, [0], [0]]
    formula[0] = np.sin(x)
    y = np.sum(np.clip(*given)) + operator.getitem(*place) + np.fft.fftfreq(*step)[1] + np.fft.rfftfreq(*step)[2]
    return y + np.sum(np.einsum(*formula))


@program(args=(vec(3), num()), tags="unpacking call index")
def items_of_what_unpacked_arguments_give(x, k):
    given = [np.outer(x, x) * k + 2.0 * np.eye(3)]
    q, r = np.linalg.qr(*given)
    step, ends = [x * k, 0.3], [k, 0.3]
    step[1] = ends[1] = k * k
    return q[1, 1] + r[0, 1] + np.gradient(*step)[1] * np.linspace(*ends)[7]


def by_place(a, /, b, *, c=2.0, **rest):
    return a * b * c + sum([v * (i + 1) for i, v in enumerate(rest.values())])


def onwards(a, /, *args, **rest):
    return by_place(a * 2.0, *args, **rest)


class Placed:
    def method(self, a, /, **rest):
        return a * a + rest["a"] * rest["self"]


@program(args=(vec(4),), tags="positional-only kwargs name-again partial method loop branch")
def keywords_named_as_parameters_by_place(x):
    table = {"a": x[1], "b": x[2], "k": x[3]}
    total = by_place(x[0], b=x[1], c=x[2], a=x[3]) + by_place(x[0], **table)
    total += Placed().method(x[0], a=x[1], self=x[2]) + functools.partial(by_place, x[0], a=x[1])(b=x[2])
    for k in range(3):
        if k > 0:
            total += onwards(x[k], b=total, a=x[0], args=x[3])
    return total
