"""`scipy.ndimage`: what is measured of the elements that bear a label: sums, extrema, centres."""

from __future__ import annotations

import numpy as np
import scipy.ndimage as nd

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.helpers import define

__dualad_lift__ = True


def bearing(shape, labels, index):
    """For each label that is asked for, where the elements that bear it are: 1 there, 0 elsewhere."""
    if labels is None:  # whatever `index` is
        return np.ones(shape, bool)
    labels = np.broadcast_to(labels, shape)
    if index is None:
        return labels > 0
    index = np.asarray(index)
    return labels == np.reshape(index, (*index.shape, *(1,) * labels.ndim))


def over(shape):
    """The axes of an image, counted from the last."""
    return tuple(range(-len(shape), 0))


def positions(input, labels, index):
    """Where the least and the greatest elements are."""
    return nd.extrema(input, labels, index)[2:]


for _constant in (bearing, over, positions):
    constant(_constant)


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


def variance(input, labels=None, index=None):
    """The mean square of their distances from the mean."""
    image = real_image(input, "variance")
    shape, chosen = image.shape, bearing(image.shape, labels, index)
    away = np.where(chosen, image - np.expand_dims(nd.mean(image, labels, index), over(shape)), 0.0)
    return np.sum(away * away, axis=over(shape)) / np.sum(chosen, axis=over(shape))


def standard_deviation(input, labels=None, index=None):
    """The root of their variance."""
    return np.sqrt(nd.variance(input, labels, index))


def real_image(input, name):
    """An image of real numbers, which others are refused for."""
    image = np.asarray(input)
    if image.dtype.kind != "f":
        raise Unsupported(f"scipy.ndimage.{name} has a derivative rule for images of real numbers")
    return image


def picked(input, labels, index, name, reduce, beyond):
    """What a function of arrays gives of the elements that bear a label; 0 where none does."""
    image = real_image(input, name)
    chosen = bearing(image.shape, labels, index)
    some = np.any(chosen, axis=over(image.shape))
    rest = np.where(np.expand_dims(some, over(image.shape)), beyond, 0.0).astype(image.dtype)
    return reduce(np.where(chosen, image, rest), axis=over(image.shape))


def minimum(input, labels=None, index=None):
    """The least of them."""
    return picked(input, labels, index, "minimum", np.min, np.inf)


def maximum(input, labels=None, index=None):
    """The greatest of them."""
    return picked(input, labels, index, "maximum", np.max, -np.inf)


def median(input, labels=None, index=None):
    """The one in the middle, or the mean of the two there."""
    return picked(input, labels, index, "median", np.nanmedian, np.nan)


def extrema(input, labels=None, index=None):
    """The least and the greatest of them, and where these are."""
    least, greatest = positions(input, labels, index)
    return nd.minimum(input, labels, index), nd.maximum(input, labels, index), least, greatest


def center_of_mass(input, labels=None, index=None):
    """Their centre, elements being masses; of several labels a list of centres."""
    image = np.asarray(input)
    mass = nd.sum_labels(image, labels, index)
    found = [nd.sum_labels(image * along, labels, index) / mass for along in np.indices(image.shape, float)]
    if np.ndim(mass) > 1:
        raise Unsupported("scipy.ndimage.center_of_mass has a derivative rule where `index` is a number or a vector")
    return list(zip(*found)) if np.ndim(mass) else tuple(found)


define(nd, sum_labels, mean, variance, standard_deviation, minimum, maximum, median, extrema, center_of_mass)
defined(nd.sum, sum_labels)
