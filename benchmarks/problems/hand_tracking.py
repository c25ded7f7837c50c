"""Hand tracking after ADBench: a skeleton of five fingers with skinned vertices, all residuals in 26 parameters.

The parameters are a global rotation vector, a translation, and four angles a finger: two at its first joint, one at
each of the next two. The Jacobian is asked for.
"""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (40,), "medium": (1000,)}
KIND = "jacobian"
BARRED = False

FINGERS, JOINTS = 5, 3


def arguments(vertices):
    rng = np.random.default_rng(0)
    bones = 1 + FINGERS * JOINTS
    relative = np.tile(np.eye(4), (bones, 1, 1))
    relative[:, :3, 3] = rng.normal(size=(bones, 3))
    inverse = np.tile(np.eye(4), (bones, 1, 1))
    inverse[:, :3, 3] = rng.normal(size=(bones, 3))
    base = np.concatenate([rng.normal(size=(3, vertices)), np.ones((1, vertices))])
    weights = rng.random((bones, vertices))
    weights = weights / weights.sum(axis=0)
    return 0.3 * rng.normal(size=26), relative, inverse, base, weights, rng.normal(size=(3, vertices))


def flexion(a):
    """A turn about the first axis."""
    c, s = np.cos(a), np.sin(a)
    return np.array([[1.0, 0.0, 0.0, 0.0], [0.0, c, -s, 0.0], [0.0, s, c, 0.0], [0.0, 0.0, 0.0, 1.0]])


def spreading(a):
    """A turn about the third axis."""
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, -s, 0.0, 0.0], [s, c, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])


def rotation(r):
    """The matrix of a rotation vector, by Rodrigues' formula."""
    theta = np.sqrt(np.dot(r, r))
    k = r / theta
    K = np.array([[0.0, -k[2], k[1]], [k[2], 0.0, -k[0]], [-k[1], k[0], 0.0]])
    return np.eye(3) + np.sin(theta) * K + (1.0 - np.cos(theta)) * (K @ K)


def program(theta, relative, inverse, base, weights, points):
    absolute = relative[0]
    positions = weights[0] * ((absolute @ inverse[0])[:3] @ base)
    for finger in range(FINGERS):
        first = 6 + 4 * finger
        along = absolute
        for joint in range(JOINTS):
            bone = 1 + JOINTS * finger + joint
            if joint == 0:
                turn = spreading(theta[first]) @ flexion(theta[first + 1])
            else:
                turn = flexion(theta[first + joint + 1])
            along = along @ relative[bone] @ turn
            positions = positions + weights[bone] * ((along @ inverse[bone])[:3] @ base)
    moved = rotation(theta[:3]) @ positions + theta[3:6][:, None]
    return (points - moved).ravel()


def functional(theta, relative, inverse, base, weights, points):
    def turn_of(columns):
        return np.stack([np.stack(row) for row in columns])

    zero, one = 0.0 * theta[0], 0.0 * theta[0] + 1.0
    absolute = relative[0]
    positions = weights[0] * ((absolute @ inverse[0])[:3] @ base)
    for finger in range(FINGERS):
        first = 6 + 4 * finger
        along = absolute
        for joint in range(JOINTS):
            bone = 1 + JOINTS * finger + joint
            angle = theta[first + 1] if joint == 0 else theta[first + joint + 1]
            c, s = np.cos(angle), np.sin(angle)
            turn = turn_of([(one, zero, zero, zero), (zero, c, -s, zero), (zero, s, c, zero), (zero, zero, zero, one)])
            if joint == 0:
                c, s = np.cos(theta[first]), np.sin(theta[first])
                spread = [(c, -s, zero, zero), (s, c, zero, zero), (zero, zero, one, zero), (zero, zero, zero, one)]
                turn = turn_of(spread) @ turn
            along = along @ relative[bone] @ turn
            positions = positions + weights[bone] * ((along @ inverse[bone])[:3] @ base)
    r = theta[:3]
    angle = np.sqrt(np.dot(r, r))
    k = r / angle
    K = turn_of([(zero, -k[2], k[1]), (k[2], zero, -k[0]), (-k[1], k[0], zero)])
    unit = turn_of([(one, zero, zero), (zero, one, zero), (zero, zero, one)])
    moved = (unit + np.sin(angle) * K + (1.0 - np.cos(angle)) * (K @ K)) @ positions + theta[3:6][:, None]
    return (points - moved).ravel()


def flexion_by_hand(a):
    c, s = np.cos(a), np.sin(a)
    turn = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, c, -s, 0.0], [0.0, s, c, 0.0], [0.0, 0.0, 0.0, 1.0]])
    dturn = np.array([[0.0, 0.0, 0.0, 0.0], [0.0, -s, -c, 0.0], [0.0, c, -s, 0.0], [0.0, 0.0, 0.0, 0.0]])
    return turn, dturn


def spreading_by_hand(a):
    c, s = np.cos(a), np.sin(a)
    turn = np.array([[c, -s, 0.0, 0.0], [s, c, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    dturn = np.array([[-s, -c, 0.0, 0.0], [c, -s, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    return turn, dturn


def rotation_by_hand(r):
    """The matrix, and its three tangents."""
    theta = np.sqrt(np.dot(r, r))
    k = r / theta
    dtheta = k
    dk = np.eye(3) / theta - np.outer(k, k) / theta  # dk[i, j]: of k[j], in direction i
    K = np.array([[0.0, -k[2], k[1]], [k[2], 0.0, -k[0]], [-k[1], k[0], 0.0]])
    dK = np.zeros((3, 3, 3))
    dK[:, 2, 1] = dk[:, 0]
    dK[:, 1, 2] = -dk[:, 0]
    dK[:, 0, 2] = dk[:, 1]
    dK[:, 2, 0] = -dk[:, 1]
    dK[:, 1, 0] = dk[:, 2]
    dK[:, 0, 1] = -dk[:, 2]
    square, s, c = K @ K, np.sin(theta), np.cos(theta)
    R = np.eye(3) + s * K + (1.0 - c) * square
    d = dtheta[:, None, None]
    return R, s * dK + (c * d) * K + (1.0 - c) * (dK @ K + K @ dK) + (s * d) * square


def by_hand(theta, relative, inverse, base, weights, points):
    """Tangents statement by statement, in the directions that a statement has."""
    absolute = relative[0]
    positions = weights[0] * ((absolute @ inverse[0])[:3] @ base)
    dpositions = np.zeros((26, *positions.shape))
    for finger in range(FINGERS):
        first = 6 + 4 * finger
        along, dalong = absolute, np.empty((0, 4, 4))
        for joint in range(JOINTS):
            bone = 1 + JOINTS * finger + joint
            step = along @ relative[bone]
            if joint == 0:
                spread, dspread = spreading_by_hand(theta[first])
                flex, dflex = flexion_by_hand(theta[first + 1])
                along = step @ (spread @ flex)
                dalong = np.stack((step @ (dspread @ flex), step @ (spread @ dflex)))
            else:
                turn, dturn = flexion_by_hand(theta[first + joint + 1])
                along = step @ turn
                dalong = np.concatenate((dalong @ (relative[bone] @ turn), (step @ dturn)[None]))
            positions = positions + weights[bone] * ((along @ inverse[bone])[:3] @ base)
            dpositions[first : first + len(dalong)] += weights[bone] * ((dalong @ inverse[bone])[:, :3] @ base)
    R, dR = rotation_by_hand(theta[:3])
    J = np.empty(dpositions.shape)
    J[6:] = R @ dpositions[6:]
    J[:3] = dR @ positions
    J[3:6] = np.eye(3)[:, :, None]
    return np.ascontiguousarray(-J.reshape(26, -1).T)


by_hand_out = by_hand
