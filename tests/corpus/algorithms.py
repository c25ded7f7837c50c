"""Numerical algorithms as people write them: iterations, quadrature, linear algebra by loops."""

import math

import numpy as np

from tests.corpus.base import arr, dominant, mat, num, program, spd, vec


@program(args=(2.3,), more=[(0.4,)], tags="algorithm while newton")
def newton_square_root(a):
    x = a
    while abs(x * x - a) > 1e-13:
        x = 0.5 * (x + a / x)
    return x


@program(args=(num(), num(2.5, 3.0)), tags="algorithm newton for break")
def newton_cubic(p, q):
    x = 1.0
    for _ in range(60):
        f = x**3 + p * x - q
        if abs(f) < 1e-15:
            break
        x = x - f / (3.0 * x * x + p)
    return x * p


@program(args=(num(0.5, 1.0),), tags="algorithm bisection branch", smooth=False)
def bisection(a):
    lo, hi = 0.0, 2.0 * a + 1.0
    for _ in range(40):
        mid = 0.5 * (lo + hi)
        if mid * mid * mid > a:
            hi = mid
        else:
            lo = mid
    return 0.5 * (lo + hi) * a


@program(args=(vec(5), num()), tags="algorithm horner", complex_ok=True)
def horner(c, x):
    s = 0.0
    for a in c[::-1]:
        s = s * x + a
    return s


@program(args=(num(), 6), tags="algorithm continued-fraction", complex_ok=True)
def continued_fraction(x, n):
    f = 0.0
    for k in range(n, 0, -1):
        f = k * x / (k + x + f)
    return 1.0 / (1.0 + f)


@program(args=(num(), num(1.5, 2.0), 6), tags="algorithm quadrature", complex_ok=True)
def simpson(a, b, n):
    h = (b - a) / n
    s = np.sin(a) + np.sin(b)
    for i in range(1, n):
        s += (4 if i % 2 else 2) * np.sin(a + i * h) * (a + i * h)
    return s * h / 3


@program(args=(mat(3, 3), 6), tags="algorithm power-iteration")
def power_iteration(a, n):
    s = a @ a.T + np.eye(3)
    v = np.ones(3)
    for _ in range(n):
        v = s @ v
        v = v / np.sqrt(np.sum(v**2))
    return v @ s @ v


@program(
    args=(arr(4, lo=-0.5, hi=0.5), arr(5, lo=3.0, hi=4.0), arr(4, lo=-0.5, hi=0.5), vec(5)),
    tags="algorithm thomas store",
)
def thomas(lower, diag, upper, rhs):
    n = len(diag)
    c = np.zeros(n - 1)
    d = np.zeros(n)
    c[0] = upper[0] / diag[0]
    d[0] = rhs[0] / diag[0]
    for i in range(1, n):
        m = diag[i] - lower[i - 1] * c[i - 1]
        if i < n - 1:
            c[i] = upper[i] / m
        d[i] = (rhs[i] - lower[i - 1] * d[i - 1]) / m
    x = np.zeros(n)
    x[-1] = d[-1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x


@program(args=(spd(3),), tags="algorithm cholesky store nested")
def cholesky_by_loops(a):
    n = a.shape[0]
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= low[i, k] * low[j, k]
            if i == j:
                low[i, i] = np.sqrt(s)
            else:
                low[i, j] = s / low[j, j]
    return low


@program(args=(dominant(3),), tags="algorithm lu store nested")
def lu_by_loops(a):
    lu = a.copy()
    n = len(lu)
    for k in range(n):
        for i in range(k + 1, n):
            lu[i, k] /= lu[k, k]
            lu[i, k + 1 :] -= lu[i, k] * lu[k, k + 1 :]
    return lu


@program(args=(mat(3, 3), vec(3)), tags="algorithm gauss pivot swap store nested", rtol=1e-5)
def gauss_with_pivoting(a, b):
    m = np.zeros((3, 4))
    m[:, :3] = a
    m[:, 3] = b
    for k in range(3):
        p = k
        for i in range(k + 1, 3):
            if abs(m[i, k]) > abs(m[p, k]):
                p = i
        if p != k:
            m[[k, p]] = m[[p, k]]
        for i in range(k + 1, 3):
            m[i] -= m[i, k] / m[k, k] * m[k]
    x = np.zeros(3)
    for i in (2, 1, 0):
        x[i] = (m[i, 3] - m[i, i + 1 : 3] @ x[i + 1 :]) / m[i, i]
    return x


def minor(a, j):
    rows = []
    for row in a[1:]:
        rows.append(row[:j] + row[j + 1 :])
    return rows


@program(
    args=([[num(), num(), num()], [num(), num(), num()], [num(), num(), num()]],),
    tags="algorithm determinant recursion lists",
    complex_ok=True,
)
def determinant_of_lists(a):
    if len(a) == 1:
        return a[0][0]
    s = 0.0
    for j in range(len(a)):
        s = s + (-1) ** j * a[0][j] * determinant_of_lists(minor(a, j))
    return s


@program(args=(mat(3, 3),), tags="algorithm determinant recursion", complex_ok=True)
def determinant_of_array(a):
    n = a.shape[0]
    if n == 1:
        return a[0, 0]
    s = 0.0
    for j in range(n):
        rest = np.concatenate([a[1:, :j], a[1:, j + 1 :]], axis=1)
        s = s + (-1) ** j * a[0, j] * determinant_of_array(rest)
    return s


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


@program(
    args=(100.0, 95.0, 0.05, 0.2, 1.5),
    more=[(100.0, 120.0, 0.05, 0.2, 1.5, False)],
    tags="algorithm black-scholes call math",
    rtol=1e-5,
)
def black_scholes(s, k, r, sigma, t, call=True):
    d1 = (math.log(s / k) + (r + sigma**2 / 2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    if call:
        return s * normal_cdf(d1) - k * math.exp(-r * t) * normal_cdf(d2)
    return k * math.exp(-r * t) * normal_cdf(-d2) - s * normal_cdf(-d1)


@program(args=(dominant(3), vec(3), 3), tags="algorithm conjugate-gradient break")
def conjugate_gradient(m, b, n):
    a = m @ m.T
    x = np.zeros(3)
    r = b - a @ x
    p = r
    rr = r @ r
    for _ in range(n):
        if rr < 1e-20:
            break
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        p = r + new / rr * p
        rr = new
    return x


@program(args=(mat(2, 2),), tags="algorithm expm taylor", complex_ok=True)
def matrix_exponential(a):
    term = np.eye(2)
    total = np.eye(2)
    for k in range(1, 10):
        term = term @ a / k
        total = total + term
    return total


@program(args=(mat(3, 3), 5), tags="algorithm matrix-power squaring", complex_ok=True)
def matrix_power(a, n):
    result = np.eye(3)
    while n:
        if n % 2:
            result = result @ a
        a = a @ a
        n //= 2
    return result


@program(args=(mat(3, 2),), tags="algorithm gram-schmidt store nested")
def gram_schmidt(a):
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j]
        for k in range(j):
            v = v - np.dot(q[:, k], a[:, j]) * q[:, k]
        q[:, j] = v / np.linalg.norm(v)
    return q * a


@program(args=(vec(6), vec(6)), tags="algorithm dynamic-time-warping store min")
def time_warping(x, y):
    n, m = len(x), len(y)
    d = np.full((n + 1, m + 1), np.inf)
    d[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            if d[i - 1, j - 1] <= d[i - 1, j] and d[i - 1, j - 1] <= d[i, j - 1]:
                d[i, j] = cost + d[i - 1, j - 1]
            elif d[i - 1, j] <= d[i, j - 1]:
                d[i, j] = cost + d[i - 1, j]
            else:
                d[i, j] = cost + d[i, j - 1]
    return d[n, m]


@program(args=(vec(4), mat(4, 4)), tags="algorithm fixed-point while error")
def fixed_point(b, a):
    x = np.zeros(4)
    steps = 0
    while True:
        new = 0.25 * np.tanh(a @ x) + b
        steps += 1
        error = np.max(np.abs(new - x))
        x = new
        if error < 1e-12 or steps >= 60:
            return x


@program(args=(vec(4), num()), tags="algorithm divided-differences store nested", complex_ok=True)
def newton_interpolation(y, x):
    c = y.copy()
    n = len(c)
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / j
    s = c[n - 1]
    for i in range(n - 2, -1, -1):
        s = s * (x - i) + c[i]
    return s


@program(args=(num(), num(), 12), tags="algorithm agm while tuple")
def arithmetic_geometric_mean(a, b, limit):
    n = 0
    while abs(a - b) > 1e-14 and n < limit:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
        n += 1
    return math.pi / (2.0 * a)


@program(args=(vec(8),), tags="algorithm haar recursion slices")
def haar_transform(x):
    if len(x) == 1:
        return x
    s = (x[::2] + x[1::2]) * 0.5
    d = (x[::2] - x[1::2]) * s
    return np.concatenate([haar_transform(s), d])


@program(args=(mat(3, 3),), tags="algorithm floyd-warshall store branch nested")
def shortest_paths(w):
    d = np.abs(w) + 0.1
    for k in range(3):
        for i in range(3):
            for j in range(3):
                if d[i, k] + d[k, j] < d[i, j]:
                    d[i, j] = d[i, k] + d[k, j]
    return d


@program(args=(vec(5),), tags="algorithm prefix-scan store while")
def doubling_scan(x):
    y = x.copy()
    step = 1
    while step < len(y):
        t = y.copy()
        y[step:] = t[step:] + t[:-step] * t[step:]
        step *= 2
    return y
