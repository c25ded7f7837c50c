"""Complex numbers as arguments, in between and as results."""

import numpy as np

from tests.corpus.base import cplx, num, program, vec


@program(args=(cplx(3), cplx(3)), tags="complex holomorphic")
def complex_products(a, b):
    return a * b + np.exp(a) / (b + 3.0)


@program(args=(cplx(3),), tags="complex real-result")
def squared_modulus(z):
    return np.sum(np.abs(z) ** 2) + np.sum((z * np.conj(z)).real) * np.sum(z.imag)


@program(args=(vec(3), vec(3)), tags="complex between")
def complex_in_between(x, y):
    z = x + 1j * y
    w = z * z + np.exp(z)
    return np.real(w) * np.imag(w)


@program(args=(vec(4),), tags="complex fft")
def power_spectrum(x):
    f = np.fft.fft(x)
    return np.sum(np.abs(f) ** 2 * np.arange(4.0))


@program(args=(0.5 + 0.25j, num()), tags="complex scalar")
def complex_scalars(z, x):
    w = z * x + z**2
    return w.real * w.imag + abs(w)


@program(args=(vec(2),), tags="complex result")
def real_to_complex(x):
    return np.exp(1j * x) * (1 + 2j)


@program(args=(cplx(2, 2), vec(2)), tags="complex matmul mixed")
def complex_matrix_real_vector(a, v):
    return a @ v + np.sum(a) * v


@program(args=(num(), num()), tags="complex loop branch")
def complex_iteration(a, b):
    c = a * 0.3 + 1j * b
    z = 0j
    for _ in range(4):
        z = z * z + c
        if abs(z) > 2.0:
            break
    return abs(z) ** 2 * a


@program(args=(cplx(3),), tags="complex imaginary view")
def imaginary_part_is_a_view(z):
    w = z * 1.0
    v = w.imag
    w *= 2.0
    return v * v


@program(args=(cplx(3),), tags="complex imaginary view")
def store_through_the_imaginary_part(z):
    w = np.zeros(3, complex)
    w.imag[:] = z.real
    return w * z


PART = [np.imag]


@program(args=(cplx(3),), tags="complex imaginary view")
def imaginary_part_by_a_function_known_late(z):
    return PART[0](z) * 2.0


@program(args=(cplx(3),), tags="complex real view")
def store_through_the_real_part(z):
    w = z * 1.0
    w.real[:] = 2.0 * z.real
    v = w.real
    w *= 2.0
    return v * w


@program(args=(cplx(4),), tags="complex real view augmented loop")
def sums_in_place_where_a_real_part_is_stored_into(w):
    z = np.zeros(4, dtype=complex)
    c = np.linspace(-1, 0.5, 4) + 0.2j
    for i in range(3):
        z *= z
        z += c * w
        z -= 0.5 * c
        if i == 1:
            z.real[2] += w.real[0]
            z[0] = z[1].conjugate()
    return z * w


@program(args=(num(), num(), num()), tags="complex number conjugate method loop")
def conjugates_of_python_numbers(a, b, k):
    s = 0.0
    for n in range(2):
        t = complex(a, b) + n
        u = b * 1j + k
        s += (t * t.conjugate()).real + (u.conjugate() * t).imag * k.conjugate()
    return s


@program(args=(cplx(3, 3),), tags="complex real-result")
def a_real_part_beside_what_stays_complex(a):
    below = np.tril(a, -1)
    diagonal = np.real(np.multiply(a, np.eye(3)))
    whole = below + np.conj(below.T) + diagonal
    return np.sum((whole * whole * 1j).real) + np.sum((a * 2.0).real) + (a[0, 1] * 1j).real


@program(args=(cplx(3, 3),), tags="complex real-result loop")
def real_parts_in_a_loop_beside_what_stays_complex(a):
    s = 0.0
    for i in range(3):
        s += np.sum(np.real(a * 2.0)) + (a[i, i] ** 2 * 1j).real + np.sum((np.tril(a) * 1j).real)
    return s


def _complex_or_real(x, turned):
    return x * (1j + 0.5) if turned else x * 2.0


@program(args=(num(), num()), tags="complex list comprehension")
def arrays_of_lists_of_complex_numbers(a, b):
    z = complex(a, b)
    s = abs(z) * 2.0
    listed = np.array([z * k for k in range(3)])
    grown = [z]
    for k in (2.0, 3.0):
        grown.append(z * k)
    w = listed * np.asarray(grown) * s
    return np.sum((w * w).imag) + abs(z * s)


@program(args=(num(), num()), tags="complex list loop branch")
def arrays_of_complex_numbers_in_a_loop(a, b):
    z, total = complex(a, b), 0.0
    for k in range(3):
        if k != 1:
            s = abs(z * (k + 1))
            listed = np.array([z * j for j in range(k + 2)]) * s
            spaced = np.linspace(z, s, 4) * s
            total = total + np.sum((listed**2).imag) + np.sum((spaced**3).real)
    return total


@program(args=(vec(4), num()), more=[(vec(4), -0.7)], tags="complex branch kinds")
def complex_on_one_way_and_summed(x, s):
    y = x * s
    if s > 0.0:
        y = y * (1j + 0.5)
    r = abs(y[0]) * 2.0
    total = np.trapezoid(y) * r + np.average(y) * np.abs(y[1])
    return (total * r).imag + abs(total) + np.sum(np.abs(np.polyval(y, x * r) * r))


@program(args=(vec(4), num()), tags="complex branch kinds list")
def complex_on_one_way_and_made_a_list(x, s):
    y, total = x * s, 0.0
    if s > 0.0:
        y = y * (1j + 0.5)
    for v in y.tolist():
        r = abs(v)
        total = total + (v * v * r * 1j).real + r
    return total


@program(args=(vec(4), num()), tags="complex loop branch kinds callee")
def complex_from_a_callee_in_a_loop(x, s):
    total = 0.0
    for k in range(3):
        if k < 2:
            y = _complex_or_real(x * s, k)
            r = abs(y[k]) + s
            z = np.array([r * np.trapezoid(y), np.average(y)]) * r
            total = total + np.sum((z * z * 1j).real)
    return total
