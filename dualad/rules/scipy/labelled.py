"""`scipy.ndimage`: sums, means and centres of the elements that bear a label."""

from __future__ import annotations

import numpy as np
import scipy.ndimage as nd

from dualad.registry import constant, defined
from dualad.rules.helpers import define

__dualad_lift__ = True


def bearing(shape, labels, index):
    """For each label that is asked for, where the elements that bear it are: 1 there, 0 elsewhere."""
    if labels is None:
        chosen = np.ones(shape, bool)
        return chosen if index is None else np.broadcast_to(chosen, (*np.shape(index), *shape))
    labels = np.broadcast_to(labels, shape)
    if index is None:
        return labels > 0
    index = np.asarray(index)
    return labels == np.reshape(index, (*index.shape, *(1,) * labels.ndim))


def over(shape):
    """The axes of an image, counted from the last."""
    return tuple(range(-len(shape), 0))


constant(bearing)
constant(over)


def sum_labels(input, labels=None, index=None):
    """The sum of the elements that bear a label, for each that is asked for."""
    image = np.asarray(input)
    chosen = np.where(bearing(image.shape, labels, index), image, 0.0)
    dtype = image.dtype if labels is None else np.result_type(image.dtype, np.float64)
    return np.sum(chosen, axis=over(image.shape), dtype=dtype)


def mean(input, labels=None, index=None):
    """Their mean."""
    shape = np.shape(input)
    return nd.sum_labels(input, labels, index) / np.sum(bearing(shape, labels, index), axis=over(shape))


define(nd, sum_labels, mean)
defined(nd.sum, sum_labels)
