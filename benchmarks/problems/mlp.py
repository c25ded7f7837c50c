"""A classifier with two hidden layers of tanh: mean cross-entropy of a batch, in all weights and offsets."""

import itertools

import numpy as np

ARGNUMS = (0, 1, 2, 3, 4, 5)
SIZES = {"small": (16, 8, 16, 4), "medium": (256, 100, 128, 10)}


def arguments(batch, inputs, hidden, classes):
    rng = np.random.default_rng(0)
    widths = inputs, hidden, hidden, classes
    weights = []
    for a, b in itertools.pairwise(widths):
        weights += [rng.normal(size=(a, b)) / np.sqrt(a), np.zeros(b)]
    labels = np.eye(classes)[rng.integers(classes, size=batch)]
    return (*weights, rng.normal(size=(batch, inputs)), labels)


def program(W1, b1, W2, b2, W3, b3, X, labels):
    h1 = np.tanh(X @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    z = h2 @ W3 + b3
    lse = np.log(np.sum(np.exp(z), axis=1))
    return np.mean(lse - np.sum(labels * z, axis=1))


def by_hand(W1, b1, W2, b2, W3, b3, X, labels):
    h1 = np.tanh(X @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    z = h2 @ W3 + b3
    e = np.exp(z)
    s = np.sum(e, axis=1)
    r_bar = 1.0 / len(s)
    z_bar = (r_bar / s)[:, None] * e - r_bar * labels
    a2_bar = (z_bar @ W3.T) * (1.0 - h2 * h2)
    a1_bar = (a2_bar @ W2.T) * (1.0 - h1 * h1)
    return (
        X.T @ a1_bar, a1_bar.sum(axis=0), h1.T @ a2_bar, a2_bar.sum(axis=0), h2.T @ z_bar, z_bar.sum(axis=0)
    )  # fmt: skip


def by_hand_out(W1, b1, W2, b2, W3, b3, X, labels):
    h1 = X @ W1
    h1 += b1
    np.tanh(h1, out=h1)
    h2 = h1 @ W2
    h2 += b2
    np.tanh(h2, out=h2)
    z = h2 @ W3
    z += b3
    np.exp(z, out=z)
    s = z.sum(axis=1)
    r_bar = 1.0 / len(s)
    np.divide(r_bar, s, out=s)
    z *= s[:, None]
    z -= r_bar * labels
    W3_bar, b3_bar = h2.T @ z, z.sum(axis=0)
    a2_bar = z @ W3.T
    h2 *= h2
    np.subtract(1.0, h2, out=h2)
    a2_bar *= h2
    W2_bar, b2_bar = h1.T @ a2_bar, a2_bar.sum(axis=0)
    a1_bar = np.matmul(a2_bar, W2.T, out=h2)
    h1 *= h1
    np.subtract(1.0, h1, out=h1)
    a1_bar *= h1
    return X.T @ a1_bar, a1_bar.sum(axis=0), W2_bar, b2_bar, W3_bar, b3_bar
