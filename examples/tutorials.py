"""What tutorials on training teach about derivatives, with plain NumPy in place of tensors.

    python examples/tutorials.py

Every function below is one lesson; it returns what `tests/examples/test_tutorials.py` checks.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

import dualad
from dualad import grad, stop_gradient, value_and_grad


# ------------------------------------------------------------------------------------------------ first gradients
def square_at_three():
    """The derivative of y = x**2 at 3: no array, no graph, a float in and a float out."""
    return grad(lambda x: x**2)(3.0)


def sum_of_polynomials(x):
    """The gradient of a sum over elements is 2x + 2, element by element."""

    def f(x):
        return np.sum(x**2 + 2 * x)

    return grad(f)(x)


def only_scalars_have_gradients(x):
    """An array-valued function has no gradient: the error says so, and what to ask for instead."""
    try:
        grad(lambda x: x**2)(x)
    except dualad.DualadError as error:
        return str(error), dualad.jacobian(lambda x: x**2)(x)
    raise AssertionError("an array-valued function must be refused")


def weighted_outputs(x, weights):
    """What `backward(weights)` does elsewhere: a cotangent for every output, pulled back to the input."""
    y, pullback = dualad.vjp(lambda x: x**3, x)
    (x_bar,) = pullback(weights)
    return y, x_bar


def detached(x):
    """`stop_gradient` is a constant to differentiation: the derivative of x * stop(x) is x, not 2x."""
    return grad(lambda x: x * stop_gradient(x))(x), grad(lambda x: x * x)(x)


def branches_and_loops(x):
    """Branches, loops that run for as long as the data says, early returns: Python as it is."""

    def f(x):
        if np.sum(x) < 0:
            return -np.sum(x)
        total = x * 1.0
        while np.sum(total) < 100:
            total = total * 2
        return np.sum(total)

    return grad(f)(x)


# ------------------------------------------------------------------------------------------------ rules of one's own
def square_and_double(x):
    """Two times the square, as one operation."""
    return 2 * np.square(x)


dualad.primitive(square_and_double, lambda x: 4 * x)


def custom_rule():
    """A rule of one's own, f = 2x**2 with f' = 4x, serves both modes and every order."""
    reverse = grad(square_and_double)(3.0)
    _, forward = dualad.jvp(square_and_double, (3.0,), (1.0,))
    second = grad(grad(square_and_double))(3.0)
    return reverse, forward, second


# ------------------------------------------------------------------------------------------------ a training step
def mean_squared_error(params, X, y):
    """A linear layer and its mean squared error."""
    prediction = X @ params["W"] + params["b"]
    return np.mean((prediction - y) ** 2)


def adam(params, gradients, state, rate=1e-2, b1=0.9, b2=0.999, eps=1e-8):
    """One step of Adam; returns new parameters and changes `state`."""
    state.t += 1
    new = {}
    for name, g in gradients.items():
        state.mean[name] = b1 * state.mean.get(name, 0.0) + (1 - b1) * g
        state.square[name] = b2 * state.square.get(name, 0.0) + (1 - b2) * g * g
        mean, square = state.mean[name] / (1 - b1**state.t), state.square[name] / (1 - b2**state.t)
        new[name] = params[name] - rate * mean / (np.sqrt(square) + eps)
    return new


def adam_state():
    """What Adam remembers between steps."""
    return SimpleNamespace(t=0, mean={}, square={})


def training_steps(steps=1, seed=0):
    """The full training step: Linear(10, 1), mean squared error, Adam, 32 samples."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(32, 10)), rng.normal(size=(32, 1))
    params = {"W": rng.normal(size=(10, 1)) / np.sqrt(10), "b": np.zeros(1)}
    step, state, losses = value_and_grad(mean_squared_error), adam_state(), []
    for _ in range(steps):
        loss, gradients = step(params, X, y)
        params = adam(params, gradients, state)
        losses.append(loss)
    shapes = {name: (gradients[name].shape, params[name].shape) for name in params}
    return losses, shapes


# ------------------------------------------------------------------------------------------------ keeping numbers sane
def logsumexp(z):
    """log(sum(exp(z))), also where exp(z) would overflow."""
    top = np.max(z)
    return top + np.log(np.sum(np.exp(z - top)))


def softmax(z):
    """exp(z) / sum(exp(z)), also where exp(z) would overflow."""
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def stable_softmax(z):
    """The gradient of logsumexp is softmax, for large numbers too; softmax's Jacobian is diag(s) - outer(s, s)."""
    return grad(logsumexp)(z), softmax(z), dualad.jacobian(softmax)(z)


def global_norm(gradients):
    """The norm of all gradients together."""
    return np.sqrt(sum(np.sum(g * g) for g in gradients.values()))


def clip_by_norm(gradients, limit):
    """The gradients, scaled down together if their norm exceeds the limit."""
    norm = global_norm(gradients)
    return {name: g * min(1.0, limit / norm) for name, g in gradients.items()}


def clipped_step(limit=1.0):
    """A steep loss, whose gradient is clipped by norm and, another way, by value."""
    params = {"w": np.array([3.0, -2.0]), "b": np.array([0.5])}

    def loss(params):
        return np.sum(params["w"] ** 4) + 100 * np.sum(params["b"] ** 2)

    gradients = grad(loss)(params)
    by_value = {name: np.clip(g, -limit, limit) for name, g in gradients.items()}
    return gradients, clip_by_norm(gradients, limit), by_value


# ------------------------------------------------------------------------------------------------ half precision
def half_precision_loss(params, X, y, scale):
    """Computes in float16 with parameters kept in float32; the result is scaled, so that small cotangents survive."""
    W, b = params["W"].astype(np.float16), params["b"].astype(np.float16)
    error = (X.astype(np.float16) @ W + b) - y.astype(np.float16)
    return np.mean(error * error) * np.float16(scale)


def mixed_precision(scales=(1.0, 2.0**12), samples=4096, shrink=5e-6, seed=0):
    """Float16 compute, float32 gradients of the float32 master weights, and the loss scaling that saves them.

    There are so many samples, with errors so small, that each one's unscaled cotangent is below what float16 holds and
    becomes zero. Returns for each scale the gradient after unscaling, and the float64 gradient to compare with.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(samples, 10)).astype(np.float32)
    truth = rng.normal(size=(10, 1)).astype(np.float32)
    y = X @ truth * np.float32(shrink)
    params = {"W": np.zeros((10, 1), np.float32), "b": np.zeros(1, np.float32)}
    found = {}
    for scale in scales:
        gradients = grad(half_precision_loss)(params, X, y, scale)
        found[scale] = {name: g / np.float32(scale) for name, g in gradients.items()}
    exact = grad(mean_squared_error)(
        {name: value.astype(np.float64) for name, value in params.items()}, X.astype(np.float64), y.astype(np.float64)
    )
    return found, exact


def dynamic_loss_scale(scale=2.0**20, steps=8, shrink=1.0):
    """Halve the scale whenever a gradient is not finite, and skip that step: how mixed precision finds its scale."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(32, 10)).astype(np.float32), shrink * rng.normal(size=(32, 1)).astype(np.float32)
    params, state, taken = {"W": np.zeros((10, 1), np.float32), "b": np.zeros(1, np.float32)}, adam_state(), []
    for _ in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):
            gradients = grad(half_precision_loss)(params, X, y, scale)
        finite = all(np.all(np.isfinite(g)) for g in gradients.values())
        if finite:
            params = adam(params, {name: g / np.float32(scale) for name, g in gradients.items()}, state)
        else:
            scale /= 2
        taken.append(finite)
    return scale, taken, params


# ------------------------------------------------------------------------------------------------ deep networks
def sigmoid(z):
    """The logistic function."""
    return 1 / (1 + np.exp(-z))


def relu(z):
    """max(z, 0)."""
    return np.maximum(z, 0.0)


def deep_loss(layers, x, y, activation, skip):
    """The mean squared error of a deep network of layers of one width, with skip connections if asked for."""
    h = x
    for layer in layers:
        out = activation(h @ layer["W"] + layer["b"])
        h = h + out if skip else out
    return np.mean((np.mean(h, axis=1) - y) ** 2)


def layer_norms(activation, scale, skip=False, depth=30, width=16, seed=0):
    """The norm of each layer's gradient, the first layer's first."""
    rng = np.random.default_rng(seed)
    layers = [{"W": scale * rng.normal(size=(width, width)), "b": np.zeros(width)} for _ in range(depth)]
    x, y = rng.normal(size=(32, width)), rng.normal(size=32)
    gradients = grad(deep_loss)(layers, x, y, activation, skip)
    return np.array([global_norm(g) for g in gradients])


def vanishing_and_mended(width=16):
    """Gradients of a deep network vanish; ReLU with He's initialisation mends it, and so do skip connections."""
    xavier, he = np.sqrt(1 / width), np.sqrt(2 / width)
    return {
        "sigmoid": layer_norms(sigmoid, xavier),
        "relu, weights too small": layer_norms(relu, 0.3 * he),
        "relu, He initialisation": layer_norms(relu, he),
        "relu, weights too large": layer_norms(relu, 3 * he),
        "tanh, weights too small": layer_norms(np.tanh, 0.2 * xavier),
        "tanh, skip connections": layer_norms(np.tanh, 0.2 * xavier, skip=True),
    }


def flagged(norms, exploding=10.0, vanishing=1e-6):
    """Which of the layers' gradients explode, and which vanish."""
    norms = np.asarray(norms)
    return np.flatnonzero(~(norms <= exploding)).tolist(), np.flatnonzero(norms < vanishing).tolist()


# ------------------------------------------------------------------------------------------------ the tour
def main():
    """Print every lesson's result."""
    x = np.array([1.0, 2.0, 3.0])
    print("d(x**2) at 3                ", square_at_three())
    print("gradient of sum(x**2 + 2x)  ", sum_of_polynomials(x))
    print("array output                ", only_scalars_have_gradients(x)[0])
    print("pullback of x**3 on 1, 0, 1 ", weighted_outputs(x, np.array([1.0, 0.0, 1.0]))[1])
    print("x * stop(x), x * x          ", *detached(3.0))
    print("branches and loops          ", branches_and_loops(x))
    print("square and double at 3      ", *custom_rule())
    losses, shapes = training_steps(200)
    print("training                    ", f"{losses[0]:.4f} -> {losses[-1]:.4f}", shapes)
    print("logsumexp at 1000           ", stable_softmax(x + 1000.0)[0])
    print("clipped                     ", clipped_step()[1])
    found, exact = mixed_precision()
    for scale, gradients in found.items():
        print(f"float16, loss times {scale:<8g}", gradients["W"][:3, 0], "exact", exact["W"][:3, 0])
    print("dynamic loss scale          ", *dynamic_loss_scale()[:2])
    for name, norms in vanishing_and_mended().items():
        exploding, vanishing = flagged(norms)
        span = f"first layer {norms[0]:.1e}, last {norms[-1]:.1e}"
        print(f"{name:<28} {span}: {len(exploding)} explode, {len(vanishing)} vanish")


if __name__ == "__main__":
    main()
