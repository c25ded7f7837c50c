"""Gaussian mixture: log-likelihood with a Wishart prior, precision factors by logarithms of the diagonal (ADBench)."""

import numpy as np

ARGNUMS = (0, 1, 2)
SIZES = {"small": (20, 3, 4), "medium": (1000, 10, 10)}


def arguments(n, d, k):
    rng = np.random.default_rng(0)
    icf = 0.3 * rng.normal(size=(k, d * (d + 1) // 2))
    return rng.normal(size=k), rng.normal(size=(k, d)), icf, rng.normal(size=(n, d)), 1.0, 2


def logsumexp(e):
    """Along the first axis."""
    top = np.max(e, axis=0)
    return top + np.log(np.sum(np.exp(e - top), axis=0))


def program(alphas, means, icf, x, gamma, m):
    n, d = x.shape
    logs, lower = icf[:, :d], icf[:, d:]
    rows, columns = np.tril_indices(d, -1)
    L = np.zeros((len(alphas), d, d))
    L[:, columns, rows] = lower  # transposed
    Q = np.exp(logs)
    c = x - means[:, None, :]
    z = c * Q[:, None, :] + c @ L
    total = np.sum(logs, axis=1)
    e = (alphas + total)[:, None] - 0.5 * np.sum(z * z, axis=2)
    prior = 0.5 * gamma * gamma * (np.sum(Q * Q) + np.sum(lower * lower)) - m * np.sum(total)
    return np.sum(logsumexp(e)) - n * logsumexp(alphas) + prior


def functional(alphas, means, icf, x, gamma, m):
    n, d = x.shape
    logs, lower = icf[:, :d], icf[:, d:]
    place = [[0] * d for _ in range(d)]  # where in the row of zero and lower entries each entry stands
    at = 1
    for i in range(d):
        for j in range(i):
            place[j][i] = at
            at += 1
    padded = np.concatenate((0.0 * logs[:, :1], lower), axis=1)
    L = padded[:, np.array(place)]
    Q = np.exp(logs)
    c = x - means[:, None, :]
    z = c * Q[:, None, :] + c @ L
    total = np.sum(logs, axis=1)
    e = (alphas + total)[:, None] - 0.5 * np.sum(z * z, axis=2)
    prior = 0.5 * gamma * gamma * (np.sum(Q * Q) + np.sum(lower * lower)) - m * np.sum(total)
    return np.sum(logsumexp(e)) - n * logsumexp(alphas) + prior


def logsumexp_by_hand(e, r_bar):
    top = np.max(e, axis=0)
    p = np.exp(e - top)
    e_bar = (r_bar / np.sum(p, axis=0)) * p
    top_bar = r_bar - e_bar.sum(axis=0)
    ties = e == top
    e_bar += ties * (top_bar / ties.sum(axis=0))
    return e_bar


def by_hand(alphas, means, icf, x, gamma, m):
    n, d = x.shape
    logs, lower = icf[:, :d], icf[:, d:]
    rows, columns = np.tril_indices(d, -1)
    L = np.zeros((len(alphas), d, d))
    L[:, columns, rows] = lower
    Q = np.exp(logs)
    c = x - means[:, None, :]
    z = c * Q[:, None, :] + c @ L
    total = np.sum(logs, axis=1)
    e = (alphas + total)[:, None] - 0.5 * np.sum(z * z, axis=2)

    alphas_bar = logsumexp_by_hand(alphas, -n)
    e_bar = logsumexp_by_hand(e, 1.0)
    sum_bar = e_bar.sum(axis=1)
    alphas_bar += sum_bar
    total_bar = sum_bar - m
    z_bar = (-e_bar)[:, :, None] * z
    c_bar = z_bar * Q[:, None, :] + z_bar @ np.swapaxes(L, 1, 2)
    Q_bar = gamma * gamma * Q + (z_bar * c).sum(axis=1)
    L_bar = np.swapaxes(c, 1, 2) @ z_bar
    icf_bar = np.empty(icf.shape)
    icf_bar[:, :d] = Q_bar * Q + total_bar[:, None]
    icf_bar[:, d:] = L_bar[:, columns, rows] + gamma * gamma * lower
    return alphas_bar, -c_bar.sum(axis=1), icf_bar


def logsumexp_by_hand_out(e, r_bar):
    top = np.max(e, axis=0)
    p = e - top
    np.exp(p, out=p)
    e_bar = np.multiply(p, r_bar / p.sum(axis=0), out=p)
    top_bar = r_bar - e_bar.sum(axis=0)
    ties = e == top
    e_bar += ties * (top_bar / ties.sum(axis=0))
    return e_bar


def by_hand_out(alphas, means, icf, x, gamma, m):
    n, d = x.shape
    logs, lower = icf[:, :d], icf[:, d:]
    rows, columns = np.tril_indices(d, -1)
    L = np.zeros((len(alphas), d, d))
    L[:, columns, rows] = lower
    Q = np.exp(logs)
    c = x - means[:, None, :]
    z = c @ L
    scratch = c * Q[:, None, :]
    z += scratch
    total = logs.sum(axis=1)
    e = np.multiply(z, z, out=scratch).sum(axis=2)
    e *= -0.5
    e += (alphas + total)[:, None]

    alphas_bar = logsumexp_by_hand_out(alphas, -n)
    e_bar = logsumexp_by_hand_out(e, 1.0)
    total_bar = e_bar.sum(axis=1)
    alphas_bar += total_bar
    total_bar -= m
    np.negative(e_bar, out=e_bar)
    z_bar = np.multiply(z, e_bar[:, :, None], out=z)
    Q_bar = gamma * gamma * Q
    Q_bar += np.multiply(z_bar, c, out=scratch).sum(axis=1)
    L_bar = np.swapaxes(c, 1, 2) @ z_bar
    c_bar = np.matmul(z_bar, np.swapaxes(L, 1, 2), out=scratch)
    z_bar *= Q[:, None, :]
    c_bar += z_bar
    means_bar = c_bar.sum(axis=1)
    icf_bar = np.empty(icf.shape)
    Q_bar *= Q
    np.add(Q_bar, total_bar[:, None], out=icf_bar[:, :d])
    np.add(L_bar[:, columns, rows], gamma * gamma * lower, out=icf_bar[:, d:])
    return alphas_bar, np.negative(means_bar, out=means_bar), icf_bar
