"""`scipy.ndimage` and `scipy.signal`: filters that pick an element of each window, by its rank.

Which element it is, the filter itself says of the ranks: it is the same one in any numbers of that order. Where several
are equal, the first of them in memory is taken.
"""

from __future__ import annotations

import numpy as np
import scipy.ndimage as nd
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.helpers import define

__dualad_lift__ = True


def chosen(fn, values, beyond, args, kwargs):
    """Which element of the flat array each result is, and where it is what lies beyond the edges."""
    flat = np.ravel(values)
    order = np.argsort(flat, kind="stable")
    below = int(np.sum(flat < beyond))
    ranks = np.zeros(flat.size)
    ranks[order] = np.arange(flat.size) - below + (np.arange(flat.size) >= below)  # what lies beyond has rank 0
    found = np.rint(fn(ranks.reshape(np.shape(values)), *args, **kwargs)).astype(int)
    return order[np.where(found == 0, 0, found + below - (found > 0))], found == 0


def picked(fn, values, beyond, *args, **kwargs):
    """The results of a filter, as elements of what it is given."""
    values = np.asarray(values)
    places, outside = chosen(fn, values, beyond, args, kwargs)
    return np.where(outside, np.asarray(beyond, values.dtype), np.ravel(values)[places])


constant(chosen)


def plainly(output, structure=None):
    """Refuse results that are put somewhere, and structures that are added."""
    if output is not None or structure is not None:
        raise Unsupported("filters of ranks have derivative rules without `output` and `structure`")


def by_size(fn):
    """A filter with a window of a size or a footprint."""

    def filtered(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
        plainly(output)
        return picked(fn, input, cval, size, footprint, mode=mode, origin=origin, axes=axes)

    return filtered


def along_axis(fn):
    """A filter along one axis."""

    def filtered(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
        plainly(output)
        return picked(fn, input, cval, size, axis, mode=mode, origin=origin)

    return filtered


def grey(fn):
    """A morphology of grey values with a flat structure."""

    def filtered(
        input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None
    ):  # fmt: skip
        plainly(output, structure)
        return picked(fn, input, cval, size, footprint, mode=mode, origin=origin, axes=axes)

    return filtered


def of_grey(combined):
    """A combination of dilation, erosion, opening and closing."""

    def filtered(
        input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None
    ):  # fmt: skip
        plainly(output, structure)
        return combined(np.asarray(input), size, footprint, None, None, mode, cval, origin, axes)

    return filtered


def percentile_filter(
    input, percentile, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None
):  # fmt: skip
    """`percentile_filter`."""
    plainly(output)
    return picked(nd.percentile_filter, input, cval, percentile, size, footprint, mode=mode, origin=origin, axes=axes)


def rank_filter(
    input, rank, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None
):  # fmt: skip
    """`rank_filter`."""
    plainly(output)
    return picked(nd.rank_filter, input, cval, rank, size, footprint, mode=mode, origin=origin, axes=axes)


def gradient(x, *window):
    """`morphological_gradient`."""
    return nd.grey_dilation(x, *window[:-1], axes=window[-1]) - nd.grey_erosion(x, *window[:-1], axes=window[-1])


def laplace(x, *window):
    """`morphological_laplace`."""
    both = nd.grey_dilation(x, *window[:-1], axes=window[-1]) + nd.grey_erosion(x, *window[:-1], axes=window[-1])
    return both - 2 * x


def white(x, *window):
    """`white_tophat`."""
    return x - nd.grey_opening(x, *window[:-1], axes=window[-1])


def black(x, *window):
    """`black_tophat`."""
    return nd.grey_closing(x, *window[:-1], axes=window[-1]) - x


for _fn in (nd.maximum_filter, nd.minimum_filter, nd.median_filter):
    defined(_fn, by_size(_fn))
for _fn in (nd.maximum_filter1d, nd.minimum_filter1d):
    defined(_fn, along_axis(_fn))
for _fn in (nd.grey_dilation, nd.grey_erosion, nd.grey_opening, nd.grey_closing):
    defined(_fn, grey(_fn))
for _fn, _combined in (
    (nd.morphological_gradient, gradient), (nd.morphological_laplace, laplace),
    (nd.white_tophat, white), (nd.black_tophat, black),
):  # fmt: skip
    defined(_fn, of_grey(_combined))
define(nd, percentile_filter, rank_filter)


# Of signals, beyond whose ends there is 0


def medfilt(volume, kernel_size=None):
    """`medfilt`."""
    return picked(ss.medfilt, volume, 0.0, kernel_size)


def medfilt2d(input, kernel_size=3):
    """`medfilt2d`."""
    return picked(ss.medfilt2d, input, 0.0, kernel_size)


def order_filter(a, domain, rank):
    """`order_filter`."""
    return picked(ss.order_filter, a, 0.0, domain, rank)


define(ss, medfilt, medfilt2d, order_filter)
