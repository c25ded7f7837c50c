"""Lists that a function makes, gone through side by side: zipped, numbered and turned round."""

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(5),), tags="zip enumerate loop list")
def stored_into_while_zipped(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b]
    s = 0.0
    for i, (p, q) in enumerate(zip(b, c)):
        s += p * q
        if i + 1 < len(b):
            b[i + 1] = q * p
        c[0] = s
    return s + sum(c) * b[-1]


@program(args=(vec(5),), tags="zip enumerate loop list")
def stored_into_before_zipped_lists_are_taken(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b]
    z = zip(b, c)
    b[0] = c[1] * y[0]
    c[2] = 3.0
    s = 0.0
    for p, q in z:
        s += p * q
    return s * b[0]


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_lists_of_two_lengths(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b[:3]]
    s = 0.0
    for p, q in zip(b, c):
        s += p * q * s + p
    for q, p in zip(c, b):
        s += p * q
    return s + b[4] * c[0]


@program(args=(vec(5),), tags="zip enumerate loop list")
def left_early_through_zipped_lists(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b]
    s = 0.0
    for p, q in zip(b, c):
        if p > 2.2:
            break
        s += p * q
    else:
        s += 100
    for i, p in enumerate(c):
        if i == 1:
            continue
        s += p * i
        if i == 3:
            return s * b[0]
    return s


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_with_itself(y):
    b = [v * 2 for v in y]
    s = 0.0
    for p, q in zip(b, b):
        s += p * q
    for p, q, r in zip(b, b[::-1], b[1:]):
        s += p * q * r
    for p in reversed(b):
        s = s * p + p
    return s


@program(args=(vec(5),), tags="zip enumerate loop list")
def some_taken_before_the_loop(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b]
    z = zip(b, c)
    p, q = next(z)
    s = p * q
    for p, q in z:
        s += p - q
    e = enumerate(b)
    i, v = next(e)
    i, v = next(e)
    return s + v * i + sum((p for _, p in e))


@program(args=(vec(5),), tags="zip enumerate loop list")
def growing_while_zipped(y):
    b = [y[0]]
    c = [v * 2 for v in y]
    s = 0.0
    for p, q in zip(b, c):
        s += p * q
        if len(b) < 4:
            b.append(p * q)
    return s + b[-1]


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_within_zipped(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in b]
    s = 0.0
    for i, (p, (q, r)) in enumerate(zip(b, zip(c, y))):
        s += p * q * r * i
    pairs = list(zip(b, c))
    pairs[0] = (s, s)
    for p, q in pairs:
        s += p * q
    m = [[p * q for q in c] for p in b]
    for row, p in zip(m, b):
        for x, q in zip(row, c):
            s += x * q * p
    cols = list(zip(*m))
    s += cols[1][2]
    return s


@program(args=(vec(5), num()), tags="zip enumerate loop list")
def one_of_two_zips(y, k):
    b = [v * 2 for v in y]
    c = [0.0] * len(y)
    for t in range(3):
        if t % 2 == 0:
            z = zip(b, c)
        else:
            z = zip(c, b)
        for j, (p, q) in enumerate(z):
            c[j] = p * y[j] + q * k
    return sum(c)


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_numbers_of_several_kinds(y):
    b = [1, y[0], 2.5, np.float64(2), y[1] * y[2]]
    c = [3, 1, y[3], y[4], 0]
    s = 0
    for p, q in zip(b, c):
        s = s + p * q
    return s


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_lists_of_arrays_that_are_stored_into(y):
    b = [y * i for i in range(1, 4)]
    c = [np.sin(v) for v in b]
    s = np.zeros(5)
    for p, q in zip(b, c):
        s += p * q
        p[0] = q[1]
        s[1] *= 2
    for p, v in zip(b, y):
        s = s + p * v
    return np.sum(s * b[0])


@program(args=(vec(5),), tags="zip enumerate loop list")
def rows_stored_into_by_items_of_a_zip(y):
    b = [[v, v * 2] for v in y]
    s = 0.0
    for (p, q), r in zip(b, b[1:]):
        s += p * q * r[0]
        r[1] = p * q
    for row in b:
        row[0] = s
    return s + b[-1][1] * b[0][0]


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_lists_that_are_empty(y):
    b = []
    c = [v for v in y if v > 10]
    s = y[0]
    for p, q in zip(b, c):
        s += p * q
    for i, p in enumerate(c):
        s += p
    return s * y[1]


@program(args=(vec(5),), tags="zip enumerate loop list")
def zipped_lists_that_change_places(y):
    b = [v * 2 for v in y]
    c = [v**2 for v in y]
    for i, (p, q) in enumerate(zip(b, c)):
        b[i], c[i] = (q, p * p)
        b, c = (c, b)
    return sum((p * q * i for i, (p, q) in enumerate(zip(b, c))))


@program(args=(vec(5),), tags="zip enumerate loop list")
def zips_that_a_function_gives(y):

    def pairs(b):
        return zip(b, b[1:])

    b = [v * v for v in y]
    return sum((p * q for p, q in pairs(b))) + max((p - q for p, q in pairs(b)))


@program(args=(vec(5),), tags="zip enumerate loop list")
def strictly_zipped(y):
    b = [v * v for v in y]
    s = 0.0
    try:
        for p, q in zip(b, b[1:], strict=True):
            s += p * q
    except ValueError:
        s *= 2
    return s


@program(args=(vec(5),), tags="zip enumerate loop list")
def zips_held_in_a_list(y):
    b = [v * v for v in y]
    zs = [zip(b, y), enumerate(b)]
    s = 0.0
    for p, q in zs[0]:
        s += p * q
    for i, q in zs[1]:
        s += i * q
    return s


@program(args=(vec(5),), tags="zip enumerate loop list")
def items_of_a_zip_that_are_kept(y):
    b = [v * v for v in y]
    c = [v * 2 for v in y]
    out = []
    for item in zip(b, c):
        out.append(item)
    b[0] = 0.0
    return sum((a * bb for a, bb in out)) + out[2][1] * b[0]
