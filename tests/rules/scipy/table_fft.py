"""Rows for `scipy.fft`."""

from __future__ import annotations

import functools
import itertools

import scipy.fft as sf

from tests.rules.scipy.cases import case, cplx, reals

NORMS = (None, "ortho", "forward")


def rows():
    for name, f in (("fft", cplx), ("ifft", reals), ("rfft", reals), ("irfft", cplx), ("hfft", cplx), ("ihfft", reals)):
        one, two, several = (getattr(sf, name + tail) for tail in ("", "2", "n"))
        for n, norm in zip((None, 4, 5, 8), itertools.cycle(NORMS)):
            yield case(one, f(5), n=n, norm=norm)
        yield from (case(one, f(4, 2), axis=0, n=n) for n in (3, 6))
        yield from (case(two, f(3, 4), norm=norm) for norm in NORMS)
        yield from (case(two, f(3, 4), s=s, axes=axes) for s, axes in (((2, 5), (0, 1)), ((4, 4), (1, 0))))
        yield from (case(several, f(2, 3, 4)), case(several, f(2, 3, 4), s=(2, 5)), case(several, f(4, 2), axes=(0,)))
    for name in ("dct", "dst", "idct", "idst"):
        one, several = getattr(sf, name), getattr(sf, name + "n")
        for kind, norm in itertools.product((1, 2, 3, 4), NORMS):
            yield case(one, reals(5), kind, norm=norm)
            yield case(one, reals(4, 2), kind, n=3, axis=0, norm=norm, orthogonalize=norm is None)
        yield from (case(one, cplx(4), kind, orthogonalize=True) for kind in (1, 2, 3))
        yield from (case(one, cplx(4), kind, norm="ortho", orthogonalize=False) for kind in (1, 2, 3))
        yield from (case(one, cplx(4), 2), case(one, reals(3), 3, n=5), case(several, reals(3, 2), 2, norm="ortho"))
        yield from (case(several, reals(3, 4), kind, s=(4, 3)) for kind in (2, 3))
    yield from (case(f, 0.3, via=functools.partial(frequencies, f)) for f in (sf.fftfreq, sf.rfftfreq))
    for f in (sf.fftshift, sf.ifftshift):
        yield from (case(f, reals(5)), case(f, cplx(2, 3), axes=1))


def frequencies(f, d):
    return f(6, d), f(5, d=d)
