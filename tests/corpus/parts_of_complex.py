"""Real and imaginary parts of arrays that are stored into: as views, by assignment, through callees and containers."""

import numpy as np

from tests.corpus.base import cplx, mat, num, program, vec


@program(args=(cplx(3), vec(3)), tags="complex imag read store")
def parts_of_what_is_stored_into(z, v):
    w = np.zeros(3, complex)
    w += z
    w[0] = v[0]
    return np.sum(w.real * v + w.imag**2) + np.sum(np.imag(w))


@program(args=(cplx(3), vec(3), num()), tags="complex imag real store slice augmented")
def stored_parts(z, v, x):
    w = z * x
    w.imag[...] = x * x
    w.real[0] = 2.0 * x
    w.imag = v * v
    w.imag *= v
    w.imag[0] += 2.0
    w[1:].imag += v[1:]
    w.real = w.imag * v
    w.imag[1:] = v[1:]
    return np.sum(np.abs(w * z) ** 2)


@program(args=(cplx(3), vec(3)), tags="complex imag alias view transpose loop at copyto unpack")
def named_parts(z, v):
    w = np.zeros((2, 3), complex)
    w[0].imag = v
    w[1] = z
    w.real[1] *= v
    r = w.imag.T
    r[0] = v[:2]
    i = np.imag(w)
    i[0, 1] *= v[2]
    np.add.at(w, (0, [1, 1]), z[:2])
    np.copyto(w, z, where=w.real > 0.4)
    for row in w:
        row *= z
    a, b = w
    return np.sum(np.abs(a * b) ** 2) + np.sum(w.imag * w.real)


@program(args=(cplx(3), vec(3)), tags="complex imag list dict iterator broadcast")
def parts_in_containers(z, v):
    held = [z * 1, z.imag, v]
    d = {"w": held[0]}
    d["w"].imag[1:] = v[1:]
    held[1][0] = v[0]
    it = iter(d["w"])
    s = next(it) * 1j
    d["w"][1] = s
    for t in it:
        s = s * t
    b = np.broadcast_to(d["w"], (2, 3))
    return abs(s) ** 2 + np.sum((b * z).imag) + held[1].sum()


def stored_first(w, v):
    w.imag[: len(v)] = v
    w.real[1:] *= v[0]


@program(args=(cplx(3), vec(2)), tags="complex imag callee closure view")
def parts_stored_by_callees(z, v):
    def last(t):
        z.imag[2] = t
        return z.real * t

    stored_first(z, v)
    stored_first(z[1:], v * v)
    r = last(v[0])
    return np.sum(r * z.imag) + np.sum(np.abs(z))


@program(args=(mat(2, 3), num()), tags="complex imag fft loop store")
def wave_that_is_kept_in_shape(a, x):
    psi = np.exp(1j * a)
    psi[0] *= x
    for k in range(2):
        f = np.fft.fft(psi, axis=1)
        f.imag[k] *= x
        f[:, 0].real = 1.0
        psi[:] = np.fft.ifft(f, axis=1)
        psi /= np.sqrt(np.sum(psi.real**2 + psi.imag**2))
    return np.sum(np.abs(psi[0]) ** 2) + np.sum(psi.imag * a)


@program(args=(vec(3), num()), tags="real store attribute")
def parts_of_real_numbers(v, x):
    w = v * x
    w.real[0] = x
    w.real = w.real * x
    return np.sum(w * w) + np.sum(w.imag)


@program(args=(vec(2, dtype=np.float32), num()), tags="complex float32 abs angle number loop branch", rtol=1e-3)
def parts_of_numbers_of_single_precision(v, x):
    total = v[0] * v[1]
    for i in range(2):
        if x > 0.0:
            z = complex(x, 0.5) * v[i]
            total = total + abs(z) * np.angle(z * np.complex64(x + 1j)) + np.abs(v[i] * 1j)
    return total


@program(args=(vec(3),), tags="imag real numbers loop branch")
def imaginary_parts_of_real_numbers(x):
    total = x.imag.sum() * x[1] + x[0] + np.imag(x)[1]
    for v in x:
        if v > -5.0:
            for k in range(2):
                total = total + (v.imag + np.imag(v) + k) * v.real + np.angle(v) * 0.5
    return total + [v.imag for v in x][0] * x[1]
