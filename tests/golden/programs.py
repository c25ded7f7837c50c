"""Functions whose generated gradients are kept as files, so that a change of what people read is seen in review."""

import math

import numpy as np


def square(x):
    return x * x


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def logistic(w, b, X, y):
    z = X @ w + b
    return np.mean(np.logaddexp(0.0, z) - y * z)


def network(W1, b1, W2, b2, X, y):
    h = np.tanh(X @ W1 + b1)
    e = h @ W2 + b2 - y
    return np.mean(e * e)


def logsumexp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def heat(u0, k, n):
    u = u0.copy()
    for _ in range(n):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def newton(a):
    x = a
    while abs(x * x - a) > 1e-9:
        x = 0.5 * (x + a / x)
    return x


def relu_or_leak(x, k):
    if x > 0.0:
        return x * k
    return math.exp(x) * 0.01


def horner(coefficients, x):
    y = 0.0
    for c in coefficients:
        y = y * x + c
    return y


def recurrence(x, w):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s = math.sin(s) * w + x[i]
    return s


def layers(params, x):
    for layer in params:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x)


def factorial_like(x, n):
    return 1.0 if n == 0 else x * factorial_like(x - 1.0, n - 1)


def kepler(e, means):
    total = 0.0
    for mean in means:
        x = mean
        while abs(x - e * math.sin(x) - mean) > 1e-12:
            x = x - (x - e * math.sin(x) - mean) / (1.0 - e * math.cos(x))
        total = total + x
    return total


def nearest(centres, points):
    difference = points[:, None, :] - centres
    return np.sum(np.min(np.sum(difference * difference, axis=2), axis=1))


def alignment(x, y):
    table = [[0.0] * (len(y) + 1) for _ in range(len(x) + 1)]
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            table[i][j] = max(table[i - 1][j], table[i][j - 1], table[i - 1][j - 1] + x[i - 1] * y[j - 1])
    return table[len(x)][len(y)]


V = np.array([0.5, -1.0, 2.0])
M = np.arange(6.0).reshape(2, 3)
PROGRAMS = {
    "square": (square, (0,), (3.0,)),
    "rosenbrock": (rosenbrock, (0,), (V,)),
    "logistic": (logistic, (0, 1), (V, 0.1, M, np.array([0.0, 1.0]))),
    "network": (network, (0, 1, 2, 3), (M.T, np.zeros(2), M, V, M, M)),
    "logsumexp": (logsumexp, (0,), (V,)),
    "heat": (heat, (0, 1), (np.arange(5.0), 0.1, 3)),
    "newton": (newton, (0,), (2.0,)),
    "relu_or_leak": (relu_or_leak, (0, 1), (0.5, 2.0)),
    "horner": (horner, (0, 1), ([1.0, 2.0, 3.0], 0.5)),
    "recurrence": (recurrence, (0, 1), (V, 0.3)),
    "layers": (layers, (0,), ([{"w": M.T, "b": np.zeros(2)}], M)),
    "kepler": (kepler, (0,), (0.4, [0.5, 1.0])),
    "nearest": (nearest, (0,), (M, M.T[:, [0, 1, 0]])),
    "alignment": (alignment, (0, 1), (V, V)),
    "factorial_like": (factorial_like, (0,), (4.5, 3)),
}
