"""Rows for `scipy.fftpack`."""

from __future__ import annotations

import itertools

import scipy.fftpack as sp

from tests.rules.scipy.cases import case, cplx, reals


def rows():
    for name in ("fft", "ifft"):
        one, two, several = (getattr(sp, name + tail) for tail in ("", "2", "n"))
        yield from (case(one, cplx(5), n=n) for n in (None, 4, 8))
        yield from (case(one, reals(4, 2), axis=0, n=n) for n in (3, 6))
        yield from (case(two, cplx(3, 4)), case(two, cplx(3, 4), shape=(2, 5)), case(several, reals(2, 3, 4)))
        yield from (case(several, cplx(2, 3, 4), shape=(2, 5), axes=(0, 2)), case(several, cplx(4, 2), axes=(0,)))
    yield from (case(sp.rfft, reals(m), n=n) for m in (4, 5) for n in (None, 3, 6, 7))
    yield from (case(sp.rfft, reals(4, 3, 2), axis=axis) for axis in (0, 1, 2))
    for name in ("dct", "dst", "idct", "idst"):
        one, several = getattr(sp, name), getattr(sp, name + "n")
        for kind, norm in itertools.product((1, 2, 3, 4), (None, "ortho")):
            yield case(one, reals(5), kind, norm=norm)
            yield case(one, reals(4, 2), kind, n=3, axis=0, norm=norm)
            yield case(several, reals(3, 4), kind, shape=(4, 3), norm=norm)
