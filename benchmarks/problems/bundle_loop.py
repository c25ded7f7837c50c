"""Bundle adjustment, observation by observation on short vectors (the same function as in `bundle`)."""

import numpy as np

from benchmarks.problems.bundle import arguments as bundle_arguments

ARGNUMS = (0, 1, 2)
SIZES = {"small": (3, 8, 10), "medium": (10, 50, 200)}
BARRED = False


def arguments(cameras, points, observations):
    return bundle_arguments(cameras, points, observations)


def cross(a, b):
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def image(cam, point):
    """Where a camera sees a point."""
    q = point - cam[3:6]
    rot = cam[:3]
    theta = np.sqrt(np.dot(rot, rot))
    cos, sin = np.cos(theta), np.sin(theta)
    axis = rot / theta
    turned = q * cos + cross(axis, q) * sin + axis * (np.dot(axis, q) * (1.0 - cos))
    flat = turned[:2] / turned[2]
    r2 = np.dot(flat, flat)
    return flat * (cam[6] * (1.0 + cam[9] * r2 + cam[10] * r2 * r2)) + cam[7:9]


def program(cams, points, w, seen, feats):
    total = 0.0
    for i in range(len(seen)):
        error = w[i] * (image(cams[seen[i, 0]], points[seen[i, 1]]) - feats[i])
        slack = 1.0 - w[i] * w[i]
        total = total + np.dot(error, error) + slack * slack
    return total


def functional(cams, points, w, seen, feats):
    total = 0.0
    for i in range(len(seen)):
        cam = cams[seen[i, 0]]
        q = points[seen[i, 1]] - cam[3:6]
        rot = cam[:3]
        theta = np.sqrt(np.dot(rot, rot))
        cos, sin = np.cos(theta), np.sin(theta)
        axis = rot / theta
        side = np.stack((
            axis[1] * q[2] - axis[2] * q[1], axis[2] * q[0] - axis[0] * q[2], axis[0] * q[1] - axis[1] * q[0]
        ))  # fmt: skip
        turned = q * cos + side * sin + axis * (np.dot(axis, q) * (1.0 - cos))
        flat = turned[:2] / turned[2]
        r2 = np.dot(flat, flat)
        seen_at = flat * (cam[6] * (1.0 + cam[9] * r2 + cam[10] * r2 * r2)) + cam[7:9]
        error = w[i] * (seen_at - feats[i])
        slack = 1.0 - w[i] * w[i]
        total = total + np.dot(error, error) + slack * slack
    return total


def jax_program(cams, points, w, seen, feats):
    import jax
    import jax.numpy as jnp

    def image(cam, point):
        q, rot = point - cam[3:6], cam[:3]
        theta = jnp.sqrt(jnp.dot(rot, rot))
        cos, sin, axis = jnp.cos(theta), jnp.sin(theta), rot / theta
        turned = q * cos + jnp.cross(axis, q) * sin + axis * (jnp.dot(axis, q) * (1.0 - cos))
        flat = turned[:2] / turned[2]
        r2 = jnp.dot(flat, flat)
        return flat * (cam[6] * (1.0 + cam[9] * r2 + cam[10] * r2 * r2)) + cam[7:9]

    error = w[:, None] * (jax.vmap(image)(cams[seen[:, 0]], points[seen[:, 1]]) - feats)
    return jnp.sum(error * error) + jnp.sum((1.0 - w * w) ** 2)


def by_hand(cams, points, w, seen, feats):
    cams_bar, points_bar, w_bar = np.zeros(cams.shape), np.zeros(points.shape), np.zeros(w.shape)
    tape = []
    for i in range(len(seen)):
        cam = cams[seen[i, 0]]
        q = points[seen[i, 1]] - cam[3:6]
        rot = cam[:3]
        theta = np.sqrt(np.dot(rot, rot))
        cos, sin = np.cos(theta), np.sin(theta)
        axis = rot / theta
        side = cross(axis, q)
        dot = np.dot(axis, q)
        turned = q * cos + side * sin + axis * (dot * (1.0 - cos))
        flat = turned[:2] / turned[2]
        r2 = np.dot(flat, flat)
        stretch = 1.0 + cam[9] * r2 + cam[10] * r2 * r2
        off = flat * (cam[6] * stretch) + cam[7:9] - feats[i]
        tape.append((cam, q, rot, theta, cos, sin, axis, side, dot, turned, flat, r2, stretch, off, w[i] * off))
    for i in range(len(seen) - 1, -1, -1):
        cam, q, rot, theta, cos, sin, axis, side, dot, turned, flat, r2, stretch, off, error = tape[i]
        cam_bar = cams_bar[seen[i, 0]]
        error_bar = 2.0 * error
        w_bar[i] += np.dot(error_bar, off) - 4.0 * (1.0 - w[i] * w[i]) * w[i]
        image_bar = w[i] * error_bar
        cam_bar[7:9] += image_bar
        zoom_bar = np.dot(image_bar, flat)
        cam_bar[6] += zoom_bar * stretch
        stretch_bar = zoom_bar * cam[6]
        cam_bar[9] += stretch_bar * r2
        cam_bar[10] += stretch_bar * r2 * r2
        r2_bar = stretch_bar * (cam[9] + 2.0 * cam[10] * r2)
        ratio_bar = (image_bar * (cam[6] * stretch) + 2.0 * r2_bar * flat) / turned[2]
        turned_bar = np.array([ratio_bar[0], ratio_bar[1], -np.dot(ratio_bar, flat)])
        along_bar = np.dot(turned_bar, axis)
        side_bar = turned_bar * sin
        dot_bar = along_bar * (1.0 - cos)
        axis_bar = turned_bar * (dot * (1.0 - cos)) + cross(q, side_bar) + dot_bar * q
        q_bar = turned_bar * cos + cross(side_bar, axis) + dot_bar * axis
        cos_bar = np.dot(turned_bar, q) - along_bar * dot
        theta_bar = np.dot(turned_bar, side) * cos - cos_bar * sin - np.dot(axis_bar, axis) / theta
        cam_bar[:3] += axis_bar / theta + (theta_bar / theta) * rot
        cam_bar[3:6] -= q_bar
        points_bar[seen[i, 1]] += q_bar
    return cams_bar, points_bar, w_bar


by_hand_out = by_hand  # vectors of three: nothing to win
