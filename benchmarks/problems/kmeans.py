"""The cost of k-means: squared distances to the nearest centroids, in the centroids."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (30, 3, 4), "medium": (2000, 8, 10)}


def arguments(n, d, k):
    rng = np.random.default_rng(0)
    return rng.normal(size=(k, d)), rng.normal(size=(n, d))


def program(centroids, points):
    difference = points[:, None, :] - centroids
    distances = np.sum(difference * difference, axis=2)
    return np.sum(np.min(distances, axis=1))


def functional(centroids, points):
    difference = points[:, None, :] - centroids
    distances = np.sum(difference * difference, axis=2)
    return np.sum(np.amin(distances, axis=1))


def by_hand(centroids, points):
    difference = points[:, None, :] - centroids
    distances = np.sum(difference * difference, axis=2)
    least = np.min(distances, axis=1)[:, None]
    ties = distances == least
    distances_bar = ties / ties.sum(axis=1)[:, None]
    difference_bar = (2.0 * distances_bar)[:, :, None] * difference
    return -difference_bar.sum(axis=0)


def by_hand_out(centroids, points):
    difference = points[:, None, :] - centroids
    distances = (difference * difference).sum(axis=2)
    least = distances.min(axis=1)[:, None]
    ties = distances == least
    distances_bar = np.divide(ties, ties.sum(axis=1)[:, None], out=distances)
    distances_bar *= -2.0
    difference *= distances_bar[:, :, None]
    return difference.sum(axis=0)
