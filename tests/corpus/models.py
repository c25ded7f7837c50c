"""Models as people write them: dynamics, filters, networks, likelihoods, optimisers."""

import numpy as np

from tests.corpus.base import arr, mat, num, pos, program, spd, vec


def pendulum(state, g):
    angle, speed = state
    return np.array([speed, -g * np.sin(angle)])


def rk4_step(f, y, h, *args):
    k1 = f(y, *args)
    k2 = f(y + 0.5 * h * k1, *args)
    k3 = f(y + 0.5 * h * k2, *args)
    k4 = f(y + h * k3, *args)
    return y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@program(args=(vec(2), num(), 0.1, 4), tags="model rk4 higher-order", complex_ok=True)
def runge_kutta(y, g, h, n):
    for _ in range(n):
        y = rk4_step(pendulum, y, h, g)
    return y


@program(args=(num(), num(), num()), tags="model ode scalar for tuple", complex_ok=True)
def predator_and_prey(x, y, a):
    for _ in range(8):
        x, y = x + 0.05 * (a * x - x * y), y + 0.05 * (x * y - y)
    return x * y, x


@program(args=(arr(3, 2, lo=-2.0, hi=2.0), mat(3, 2), pos(3)), tags="model n-body nested continue store")
def n_body(q, p, m):
    for _ in range(2):
        f = np.zeros((3, 2))
        for i in range(3):
            for j in range(3):
                if i == j:
                    continue
                d = q[j] - q[i]
                r2 = d @ d + 0.1
                f[i] += m[j] * d / r2**1.5
        p = p + 0.05 * f
        q = q + 0.05 * p
    return q, p


@program(args=(mat(5, 5), 0.1), tags="model heat 2d store slices")
def heat_in_two_dimensions(u0, k):
    u = u0.copy()
    for _ in range(2):
        lap = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += k * lap * u[1:-1, 1:-1]
        u[0] = u[-2]
        u[:, -1] = 0.0
    return np.mean(u * u)


@program(args=(vec(6), num()), tags="model wave store rotate")
def wave_equation(u0, c):
    old = u0.copy()
    now = u0.copy()
    for _ in range(3):
        new = np.zeros(6)
        new[1:-1] = 2 * now[1:-1] - old[1:-1] + c * 0.1 * (now[2:] - 2 * now[1:-1] + now[:-2])
        old, now = now, new
    return now


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


@program(args=({"w": mat(5, 8), "b": vec(8)}, mat(3, 3), vec(2), vec(2)), tags="model lstm dict split", complex_ok=True)
def lstm(p, xs, h, c):
    for x in xs:
        z = np.concatenate([x, h]) @ p["w"] + p["b"]
        i, f, o, g = z[:2], z[2:4], z[4:6], z[6:]
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h, c


@program(args=(mat(5, 2), mat(3, 2), pos(3), pos(3)), tags="model gmm logsumexp")
def gaussian_mixture(x, means, scales, weights):
    d = x[:, None, :] - means[None, :, :]
    logp = -0.5 * np.sum(d * d, axis=2) / scales**2 - 2.0 * np.log(scales) + np.log(weights / np.sum(weights))
    top = np.max(logp, axis=1)
    return np.mean(top + np.log(np.sum(np.exp(logp - top[:, None]), axis=1)))


@program(args=(vec(2), spd(2), mat(2, 2), mat(3, 1), pos()), tags="model kalman inv")
def kalman_filter(x, p, f, zs, r):
    h = np.array([[1.0, 0.5]])
    total = 0.0
    for z in zs:
        x = f @ x
        p = f @ p @ f.T + 0.1 * np.eye(2)
        y = z - h @ x
        s = h @ p @ h.T + r
        k = p @ h.T @ np.linalg.inv(s)
        x = x + k @ y
        p = (np.eye(2) - k @ h) @ p
        total = total + (y @ np.linalg.solve(s, y)) + np.log(s[0, 0])
    return total


@program(args=(mat(2, 3), vec(3), mat(3, 1), mat(4, 2), mat(4, 1)), tags="model network", complex_ok=True)
def two_layer_network(w1, b1, w2, x, y):
    h = np.tanh(x @ w1 + b1)
    return np.mean((h @ w2 - y) ** 2)


@program(
    args=([(mat(2, 4), vec(4)), (mat(4, 3), vec(3))], mat(5, 2), np.array([0, 2, 1, 1, 0])),
    tags="model network list-of-tuples relu",
)
def classifier(params, x, labels):
    for w, b in params[:-1]:
        x = np.maximum(x @ w + b, 0.0)
    w, b = params[-1]
    z = x @ w + b
    z = z - np.max(z, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.sum(logp[np.arange(len(labels)), labels]) + 1e-2 * sum([np.sum(w**2) for w, _ in params])


@program(args=(vec(3), mat(6, 3), np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0])), tags="model logistic-regression")
def logistic_loss(w, x, y):
    return np.mean(np.log1p(np.exp(-y * (x @ w)))) + 0.1 * np.sum(w**2)


@program(args=(arr(6, 6), mat(3, 3)), tags="model convolution nested store", complex_ok=False)
def convolution_by_loops(img, kernel):
    out = np.zeros((4, 4))
    for i in range(4):
        for j in range(4):
            out[i, j] = np.sum(img[i : i + 3, j : j + 3] * kernel)
    return np.maximum(out, 0.0)


@program(args=(mat(3, 4), mat(4, 4), mat(4, 4), mat(4, 4)), tags="model attention einsum")
def attention(x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    s = q @ k.T / np.sqrt(4.0)
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    return s / s.sum(axis=-1, keepdims=True) @ v


@program(args=(arr(2, 3, 4), vec(4), vec(4)), tags="model layer-norm")
def layer_norm(x, gain, shift):
    m = x.mean(axis=-1, keepdims=True)
    v = ((x - m) ** 2).mean(axis=-1, keepdims=True)
    return (x - m) / np.sqrt(v + 1e-5) * gain + shift


@program(args=(vec(4), num(), 5), tags="model optimiser momentum loop")
def descent_of_a_descent(w, rate, n):
    v = np.zeros(4)
    for t in range(1, n + 1):
        g = 2.0 * w * np.array([1.0, 2.0, 3.0, 4.0])
        v = 0.9 * v + 0.1 * g
        w = w - 0.1 * rate * v / (1.0 - 0.9**t)
    return np.sum(w**2)


@program(
    args=(arr(2, 3, lo=0.1, hi=1.0), arr(2, 2, lo=0.1, hi=1.0), np.array([0, 2, 1, 1])), tags="model hmm forward store"
)
def hidden_markov(emit, trans, seq):
    e = emit / np.sum(emit, axis=1, keepdims=True)
    t = trans / np.sum(trans, axis=1, keepdims=True)
    a = 0.5 * e[:, seq[0]]
    logp = 0.0
    for s in seq[1:]:
        c = np.sum(a)
        logp = logp + np.log(c)
        a = (a / c) @ t * e[:, s]
    return logp + np.log(np.sum(a))


@program(args=(num(), num(), num(), 4), tags="model option lattice store nested", complex_ok=False)
def binomial_option(s, k, sigma, n):
    u = np.exp(0.2 * sigma)
    q = (1.01 - 1.0 / u) / (u - 1.0 / u)
    v = np.zeros(n + 1)
    for j in range(n + 1):
        v[j] = max(s * u ** (2 * j - n) - k * 0.4, 0.0)
    for i in range(n - 1, -1, -1):
        for j in range(i + 1):
            hold = (q * v[j + 1] + (1.0 - q) * v[j]) / 1.01
            v[j] = max(hold, s * u ** (2 * j - i) - k * 0.4)
    return v[0]


@program(args=(arr(4, lo=0.2, hi=1.0), arr(4, lo=-0.5, hi=0.5), num()), tags="model robot-arm trig loop")
def robot_arm(lengths, angles, payload):
    x, y, total = 0.0, 0.0, 0.0
    for length, angle in zip(lengths, angles):
        total = total + angle
        x = x + length * np.cos(total)
        y = y + length * np.sin(total)
    return (x**2 + y**2) * payload, x


@program(args=(vec(5), vec(5), num()), tags="model kernel-regression nested")
def gaussian_process(x, y, scale):
    n = len(x)
    k = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            k[i, j] = np.exp(-((x[i] - x[j]) ** 2) / (2.0 * scale**2))
        k[i, i] += 0.5
    sign, logdet = np.linalg.slogdet(k)
    return 0.5 * y @ np.linalg.solve(k, y) + 0.5 * logdet
