"""`scipy.ndimage`: images moved and turned, by `map_coordinates` at the points where they are read."""

from __future__ import annotations

import numpy as np
import scipy.ndimage as nd

from dualad.errors import Unsupported
from dualad.registry import constant
from dualad.rules.helpers import define
from dualad.rules.scipy.smoothing import is_rounded

__dualad_lift__ = True


def affine_transform(
    input, matrix, offset=0.0, output_shape=None, output=None, order=3, mode="constant", cval=0.0, prefilter=True
):
    """An image read at `matrix @ place + offset`."""
    image, matrix = np.asarray(input), np.asarray(matrix)
    check_output(output)
    places = np.stack(grid(np.shape(image) if output_shape is None else output_shape))
    n = np.ndim(image)
    if np.ndim(matrix) == 1:
        read = np.reshape(matrix, (n,) + (1,) * n) * places
    else:
        if np.shape(matrix)[1] == n + 1:
            matrix, offset = matrix[:n, :n], matrix[:n, n]
        read = np.tensordot(matrix, places, 1)
    shift = np.reshape(offset + np.zeros(n), (n,) + (1,) * n)
    return nd.map_coordinates(image, read + shift, order=order, mode=mode, cval=cval, prefilter=prefilter)


def check_output(output):
    """Refuse an array to write into, or a dtype."""
    if output is not None:
        raise Unsupported("scipy.ndimage.affine_transform and rotate have a derivative rule without `output`")


def grid(shape):
    """The coordinates of all places."""
    return np.indices(shape, float)


constant(grid)


def turned_shape(shape, c, s):
    """The shape that a turned image needs."""
    corners = np.array([[c, s], [-s, c]]) @ [[0, 0, shape[0], shape[0]], [0, shape[1], 0, shape[1]]]
    return tuple((np.ptp(corners, axis=1) + 0.5).astype(int))


constant(turned_shape)


def rotate(input, angle, axes=(1, 0), reshape=True, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    """An image turned about its centre, by an angle in degrees; the shape of the result does not move with it."""
    image = np.asarray(input)
    if np.ndim(image) != 2 or tuple(sorted(axes)) not in ((0, 1), (-2, -1)):
        raise Unsupported("scipy.ndimage.rotate has a derivative rule for images of two axes")
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    shape = turned_shape(np.shape(image), c, s) if reshape else np.shape(image)
    turn = np.stack([np.stack([c, s]), np.stack([-s, c])])
    offset = (np.array(np.shape(image)) - 1) / 2 - np.matmul(turn, (np.array(shape) - 1) / 2)
    return nd.affine_transform(image, turn, offset, shape, output, order, mode, cval, prefilter)


def gaussian_gradient_magnitude(input, sigma, *, mode="reflect", cval=0.0):
    """The length of the gradient of a smoothed image."""
    image = np.asarray(input)
    n = np.ndim(image)
    if n == 0 or is_rounded(image):
        raise Unsupported("scipy.ndimage.gaussian_gradient_magnitude has a derivative rule for images of floats")
    slopes = []
    for axis in range(n):
        order = tuple([1 if i == axis else 0 for i in range(n)])
        slopes.append(nd.gaussian_filter(image, sigma, order, mode=mode, cval=cval))
    return np.linalg.norm(np.stack(slopes), axis=0)  # whose derivative at 0 is 0, as at mirrored corners


define(nd, affine_transform, rotate, gaussian_gradient_magnitude)
