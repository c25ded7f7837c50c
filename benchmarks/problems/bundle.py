"""Bundle adjustment, vectorised over observations: squared reprojection errors and errors of weights (ADBench).

A camera is a rotation vector, a centre, a focal length, a principal point and two coefficients of radial distortion.
"""

import numpy as np

ARGNUMS = (0, 1, 2)
SIZES = {"small": (5, 20, 40), "medium": (20, 500, 4000)}


def arguments(cameras, points, observations):
    rng = np.random.default_rng(0)
    cams = np.concatenate(
        [0.3 * rng.normal(size=(cameras, 3)), 0.1 * rng.normal(size=(cameras, 3)) - [0.0, 0.0, 6.0],
         1.0 + 0.1 * rng.random((cameras, 1)), 0.1 * rng.normal(size=(cameras, 4))], axis=1)  # fmt: skip
    seen = np.stack([rng.integers(cameras, size=observations), rng.integers(points, size=observations)], axis=1)
    feats = 0.1 * rng.normal(size=(observations, 2))
    return cams, rng.normal(size=(points, 3)), 1.0 + 0.1 * rng.normal(size=observations), seen, feats


def program(cams, points, w, seen, feats):
    c = cams[seen[:, 0]]
    q = points[seen[:, 1]] - c[:, 3:6]
    rot = c[:, :3]
    theta = np.sqrt(np.sum(rot * rot, axis=1))
    cos, sin = np.cos(theta), np.sin(theta)
    axis = rot / theta[:, None]
    along = np.sum(axis * q, axis=1) * (1.0 - cos)
    turned = q * cos[:, None] + np.cross(axis, q) * sin[:, None] + axis * along[:, None]
    flat = turned[:, :2] / turned[:, 2:]
    r2 = np.sum(flat * flat, axis=1)
    zoom = c[:, 6] * (1.0 + c[:, 9] * r2 + c[:, 10] * r2 * r2)
    image = flat * zoom[:, None] + c[:, 7:9]
    error = w[:, None] * (image - feats)
    slack = 1.0 - w * w
    return np.sum(error * error) + np.sum(slack * slack)


def functional(cams, points, w, seen, feats):
    c = cams[seen[:, 0]]
    q = points[seen[:, 1]] - c[:, 3:6]
    rot = c[:, :3]
    theta = np.sqrt(np.sum(rot * rot, axis=1))
    cos, sin = np.cos(theta), np.sin(theta)
    axis = rot / theta[:, None]
    along = np.sum(axis * q, axis=1) * (1.0 - cos)
    cross = np.stack((
        axis[:, 1] * q[:, 2] - axis[:, 2] * q[:, 1],
        axis[:, 2] * q[:, 0] - axis[:, 0] * q[:, 2],
        axis[:, 0] * q[:, 1] - axis[:, 1] * q[:, 0],
    ), axis=1)  # fmt: skip
    turned = q * cos[:, None] + cross * sin[:, None] + axis * along[:, None]
    flat = turned[:, :2] / turned[:, 2:]
    r2 = np.sum(flat * flat, axis=1)
    zoom = c[:, 6] * (1.0 + c[:, 9] * r2 + c[:, 10] * r2 * r2)
    image = flat * zoom[:, None] + c[:, 7:9]
    error = w[:, None] * (image - feats)
    slack = 1.0 - w * w
    return np.sum(error * error) + np.sum(slack * slack)


def by_hand(cams, points, w, seen, feats):
    c = cams[seen[:, 0]]
    q = points[seen[:, 1]] - c[:, 3:6]
    rot = c[:, :3]
    theta = np.sqrt(np.sum(rot * rot, axis=1))
    cos, sin = np.cos(theta), np.sin(theta)
    axis = rot / theta[:, None]
    dot = np.sum(axis * q, axis=1)
    versed = 1.0 - cos
    along = dot * versed
    cross = np.cross(axis, q)
    turned = q * cos[:, None] + cross * sin[:, None] + axis * along[:, None]
    depth = turned[:, 2:]
    flat = turned[:, :2] / depth
    r2 = np.sum(flat * flat, axis=1)
    stretch = 1.0 + c[:, 9] * r2 + c[:, 10] * r2 * r2
    zoom = c[:, 6] * stretch
    off = flat * zoom[:, None] + c[:, 7:9] - feats
    error = w[:, None] * off

    c_bar = np.zeros(c.shape)
    error_bar = 2.0 * error
    w_bar = (error_bar * off).sum(axis=1) - 4.0 * (1.0 - w * w) * w
    image_bar = error_bar * w[:, None]
    c_bar[:, 7:9] = image_bar
    zoom_bar = (image_bar * flat).sum(axis=1)
    c_bar[:, 6] = zoom_bar * stretch
    stretch_bar = zoom_bar * c[:, 6]
    c_bar[:, 9] = stretch_bar * r2
    c_bar[:, 10] = stretch_bar * r2 * r2
    r2_bar = stretch_bar * (c[:, 9] + 2.0 * c[:, 10] * r2)
    flat_bar = image_bar * zoom[:, None] + (2.0 * r2_bar)[:, None] * flat
    turned_bar = np.empty(turned.shape)
    ratio_bar = flat_bar / depth
    turned_bar[:, :2] = ratio_bar
    turned_bar[:, 2] = -(ratio_bar * flat).sum(axis=1)
    along_bar = (turned_bar * axis).sum(axis=1)
    cross_bar = turned_bar * sin[:, None]
    dot_bar = along_bar * versed
    axis_bar = turned_bar * along[:, None] + np.cross(q, cross_bar) + dot_bar[:, None] * q
    q_bar = turned_bar * cos[:, None] + np.cross(cross_bar, axis) + dot_bar[:, None] * axis
    sin_bar = (turned_bar * cross).sum(axis=1)
    cos_bar = (turned_bar * q).sum(axis=1) - along_bar * dot
    theta_bar = sin_bar * cos - cos_bar * sin - (axis_bar * axis).sum(axis=1) / theta
    c_bar[:, :3] = axis_bar / theta[:, None] + (theta_bar / theta)[:, None] * rot
    c_bar[:, 3:6] = -q_bar
    cams_bar, points_bar = np.zeros(cams.shape), np.zeros(points.shape)
    np.add.at(points_bar, seen[:, 1], q_bar)
    np.add.at(cams_bar, seen[:, 0], c_bar)
    return cams_bar, points_bar, w_bar


def by_hand_out(cams, points, w, seen, feats):
    c = cams[seen[:, 0]]
    q = points[seen[:, 1]]
    q -= c[:, 3:6]
    rot = c[:, :3]
    scratch = rot * rot
    theta = np.sqrt(scratch.sum(axis=1))
    column = theta[:, None]
    cos, sin = np.cos(theta), np.sin(theta)
    axis = rot / column
    dot = np.multiply(axis, q, out=scratch).sum(axis=1)
    versed = 1.0 - cos
    along = dot * versed
    cross = np.cross(axis, q)
    turned = q * cos[:, None]
    turned += np.multiply(cross, sin[:, None], out=scratch)
    turned += np.multiply(axis, along[:, None], out=scratch)
    depth = turned[:, 2:]
    flat = turned[:, :2] / depth
    pair = flat * flat
    r2 = pair.sum(axis=1)
    c9r2, c10r2 = c[:, 9] * r2, c[:, 10] * r2
    stretch = c10r2 * r2
    stretch += c9r2
    stretch += 1.0
    zoom = c[:, 6] * stretch
    off = flat * zoom[:, None]
    off += c[:, 7:9]
    off -= feats

    c_bar = np.empty(c.shape)
    image_bar = np.multiply(off, w[:, None], out=pair)
    image_bar *= 2.0
    off *= image_bar
    w_bar = off.sum(axis=1)
    slack = 1.0 - w * w
    slack *= -4.0
    image_bar *= w[:, None]
    c_bar[:, 7:9] = image_bar
    slack *= w
    w_bar += slack
    zoom_bar = np.multiply(image_bar, flat, out=off).sum(axis=1)
    np.multiply(zoom_bar, stretch, out=c_bar[:, 6])
    zoom_bar *= c[:, 6]
    stretch_bar = zoom_bar
    np.multiply(stretch_bar, r2, out=c_bar[:, 9])
    np.multiply(c_bar[:, 9], r2, out=c_bar[:, 10])
    c10r2 *= 2.0
    c10r2 += c[:, 9]
    stretch_bar *= c10r2
    r2_bar = stretch_bar
    r2_bar *= 2.0
    image_bar *= zoom[:, None]
    image_bar += np.multiply(flat, r2_bar[:, None], out=off)
    ratio_bar = image_bar
    ratio_bar /= depth
    turned_bar = turned
    turned_bar[:, :2] = ratio_bar
    ratio_bar *= flat
    np.negative(ratio_bar.sum(axis=1), out=turned_bar[:, 2])
    along_bar = np.multiply(turned_bar, axis, out=scratch).sum(axis=1)
    sin_bar = np.multiply(turned_bar, cross, out=scratch).sum(axis=1)
    cross_bar = np.multiply(turned_bar, sin[:, None], out=cross)
    cos_bar = np.multiply(turned_bar, q, out=scratch).sum(axis=1)
    dot *= along_bar
    cos_bar -= dot
    along_bar *= versed
    dot_bar = along_bar
    axis_bar = np.cross(q, cross_bar)
    axis_bar += np.multiply(turned_bar, along[:, None], out=scratch)
    q *= dot_bar[:, None]
    axis_bar += q
    q_bar = turned_bar
    q_bar *= cos[:, None]
    q_bar += np.cross(cross_bar, axis)
    q_bar += np.multiply(axis, dot_bar[:, None], out=scratch)
    sin_bar *= cos
    cos_bar *= sin
    sin_bar -= cos_bar
    axis *= axis_bar
    inner = axis.sum(axis=1)
    inner /= theta
    sin_bar -= inner
    sin_bar /= theta
    axis_bar /= column
    axis_bar += np.multiply(rot, sin_bar[:, None], out=scratch)
    c_bar[:, :3] = axis_bar
    np.negative(q_bar, out=c_bar[:, 3:6])
    cams_bar, points_bar = np.zeros(cams.shape), np.zeros(points.shape)
    np.add.at(points_bar, seen[:, 1], q_bar)
    np.add.at(cams_bar, seen[:, 0], c_bar)
    return cams_bar, points_bar, w_bar
